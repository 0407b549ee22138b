/*
 * format/sqlstmt.h - one SQL statement: gathered from tokens, then asked what it says
 *
 * Of a statement only the first tokens outside parentheses are kept (of SELECT also those
 * inside); its tuples and columns are counted as they go by, so that a statement may be longer
 * than memory.
 */
#pragma once
#include "format/sqllex.h"

enum { SQL_PIECES_MAX = 48, SQL_KEPT_MAX = 4 * SQL_TEXT_MAX, SQL_STRING_MAX = 1024 };

struct sql_piece {
	enum sql_kind kind;
	bool cut;
	const char *s; /* of words and names: ended by a NUL */
};

struct sqlstmt {
	bool begun;
	uint64_t line;   /* of its first token */
	bool as_written; /* the caller's: bare names are not folded to lower case */

	/* its own */
	struct sql_piece pieces[SQL_PIECES_MAX];
	unsigned count;
	int depth; /* of parentheses */
	int body;  /* of BEGIN ATOMIC and of CASE within it */
	bool routine, insert, select, texts, after_begin,
		values; /* TEXTS: its strings are worth keeping */
	uint64_t tuples;
	unsigned groups,
		columns; /* parentheses at the top; columns named in the first of them */
	size_t kept;
	char text[SQL_KEPT_MAX];
};

/* Forgets the statement before. */
void sqlstmt_clear(struct sqlstmt *s);
/* T is a word, name, string or byte. true: it was the ; that ends the statement. */
bool sqlstmt_add(struct sqlstmt *s, const struct sql_token *t);

enum sql_says {
	SQL_NOTHING,  /* a lone ; */
	SQL_STRANGE,  /* begins like no command of PostgreSQL */
	SQL_OTHER,    /* a command that makes nothing */
	SQL_SET,      /* what = value */
	SQL_RESET,    /* RESET ALL */
	SQL_TABLE,    /* CREATE TABLE name [PARTITION OF other] */
	SQL_ATTACH,   /* ALTER TABLE other ATTACH PARTITION name */
	SQL_COPY,     /* COPY name FROM stdin */
	SQL_INSERT,   /* INSERT INTO name */
	SQL_DROP,     /* DROP of whatever */
	SQL_DATABASE, /* CREATE DATABASE name; ALTER DATABASE without one */
	SQL_ROLE,     /* CREATE or ALTER ROLE, GRANT of one */
	SQL_CREATE,   /* CREATE of anything else */
	SQL_ALTER,    /* ALTER of anything but what stands above */
};

/* Texts are loans from the statement; SCHEMA is NULL when the name has none. */
struct sql_name {
	const char *schema, *name;
};

struct sql_said {
	enum sql_says says;
	struct sql_name name, other; /* other.name NULL: none */
	const char *what, *value;    /* of SET and of set_config; VALUE may be "" */
	bool cut;                    /* a name was longer than SQL_TEXT_MAX */
	bool storeless;  /* the table has no rows of its own: foreign, or partitioned */
	bool lenient;    /* CREATE ... IF NOT EXISTS "quoted", as supabase's sed makes it */
	bool constraint; /* ALTER TABLE ... ADD CONSTRAINT */
	bool program;    /* COPY ... FROM PROGRAM or TO PROGRAM: the server runs one */
	int columns;     /* of COPY; -1 unknown */
	int64_t rows;    /* of INSERT; -1 unknown */
};

void sqlstmt_read(struct sql_said *out, const struct sqlstmt *s);
/* WORD begins a command of PostgreSQL; any case. */
bool sql_is_command(const char *word);
