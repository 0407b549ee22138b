/*
 * format/sqllex.h - PostgreSQL's SQL cut into tokens, from blocks that may end at any byte
 *
 * The rules are those of psql (src/fe_utils/psqlscan.l): comments, nested block comments,
 * strings, E strings, quoted names, dollar quotes, backslash lines. A byte 0 counts as a blank.
 * Nothing is kept but the text of the present token.
 */
#pragma once
#include "format/sqlcopy.h"

enum { SQL_TEXT_MAX = 64 * 1024 }; /* bytes of a token's text that are kept */

enum sql_kind {
	SQL_WORD,   /* keyword, bare name or number, as written */
	SQL_NAME,   /* "..", its doubled quotes undone */
	SQL_STRING, /* '..', E'..' or $tag$..$tag$; its text, bare of quotes, only for the first
		       two, and while KEEP is set */
	SQL_PUNCT,  /* one byte of anything else; ; and parentheses among it */
	SQL_COMMENT, /* from behind -- to the end of the line */
	SQL_META,    /* from behind a backslash outside all quotes to the end of the line */
	SQL_COPIED,  /* COPY data ended; LEX->copy tells */
};

struct sql_token {
	enum sql_kind kind;
	const char *s; /* a loan for the call; a NUL follows it */
	size_t n;
	uint64_t line; /* where it began, from 1 */
	bool margin;   /* it began in the first column */
	bool cut;      /* it was longer than SQL_TEXT_MAX */
	bool open;     /* the input ended in it; only of words, comments and backslash lines */
};

/* What the input ended in. */
enum sql_open {
	SQL_CLOSED,
	SQL_IN_STRING,
	SQL_IN_NAME,
	SQL_IN_BODY,
	SQL_IN_COMMENT,
	SQL_IN_COPY
};

struct sqllex {
	/* the caller's; may be changed from inside TOKEN */
	void (*token)(void *arg, const struct sql_token *t);
	void *arg;
	bool keep;    /* hand out the text of strings */
	bool escapes; /* a backslash escapes in '..' too: standard_conforming_strings is off */

	/* its own */
	int state, depth, tail;
	bool esc, margin, cut, number;
	bool overlong; /* a dollar quote's tag was longer than SQL_TEXT_MAX; what follows may be
			  misread */
	uint8_t last;
	const uint8_t *base;
	uint64_t line, began;
	size_t n, matched;
	struct sqlcopy copy;
	char text[SQL_TEXT_MAX + 1];
};

void sqllex_init(struct sqllex *l, void (*token)(void *, const struct sql_token *), void *arg);
void sqllex_feed(struct sqllex *l, const uint8_t *p, size_t n);

/* Hands out what the input ended in, and tells what it was; L->began is its line. */
enum sql_open sqllex_end(struct sqllex *l);

/* From inside TOKEN, at the ; of a COPY ... FROM stdin: its data follows. COLUMNS as in struct
 * sqlcopy. */
void sqllex_copy(struct sqllex *l, int columns);
