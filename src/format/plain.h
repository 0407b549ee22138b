/*
 * format/plain.h - what the walk over SQL text knows while it walks; private to format/plain*.c
 *
 * The marks are those of pg_dump (src/bin/pg_dump/pg_backup_archiver.c), pg_dumpall
 * (pg_dumpall.c) and of the scripts that `supabase db dump` runs. A file's format is known for
 * certain only at its end, so what is damage in a dump and nothing special in somebody's script
 * is kept as a spot, and judged then.
 */
#pragma once
#include "base/stream.h"
#include "format/report.h"
#include "format/sqlstmt.h"

enum { PLAIN_NAME_MAX = 1024 };

enum plain_first { /* what the first statement was */
	PLAIN_NONE,
	PLAIN_OTHER,
	PLAIN_TIMEOUT,   /* SET statement_timeout: pg_dump with its comments stripped */
	PLAIN_REPLICA,   /* SET session_replication_role: supabase's data */
	PLAIN_READ_ONLY, /* SET default_transaction_read_only: pg_dumpall */
	PLAIN_SQLITE,    /* PRAGMA */
};

/* The first place where something was seen. LINE 0: it never was. */
struct plain_spot {
	uint64_t line, count;
	char text[160];
};

struct plain {
	struct report *r;
	bool over;    /* what follows belongs to no dump: it is read and not looked at */
	bool cut;     /* a layer below ended the bytes early and said so */
	bool foreign; /* names in backticks: another dialect */
	bool full;    /* no more tables are written down */

	/* marks */
	enum plain_first first;
	uint64_t statements, comments, dumps;
	uint64_t dump_line, end_line;       /* the open dump's header; the last end mark */
	uint64_t cluster_line, cluster_end; /* of pg_dumpall */
	uint64_t frame_line,
		frame_due;   /* the last line "--"; the one that must still close an end mark */
	uint64_t reset_line; /* RESET ALL, where supabase ends with it */
	const char *half_mark; /* the format whose header's beginning is all there is */
	bool headless;         /* an end mark came, and no header before */
	bool commented;        /* \restrict stood in a comment */

	/* \restrict */
	char token[256];
	bool restricted;
	uint64_t lifted; /* the line of an \unrestrict that a \connect must explain */

	/* spots */
	struct plain_spot meta, program, strange, after_reset, bad_row, drop, rls, early, bare;
	bool zeros;
	uint64_t zero_at; /* byte */
	bool two_after_reset;

	/* what was said */
	uint64_t tables, stores, sections, objects, constraints, roles, databases, others;
	uint64_t bare_others; /* of these, what is there for an empty database too */
	uint64_t copies;      /* COPY statements */
	bool lenient, quoted, odd_names;
	char last_word[16];
	uint64_t name_bytes;

	/* where we are */
	char database[PLAIN_NAME_MAX], path[PLAIN_NAME_MAX];
	bks_table *copying;
	uint64_t copy_line;
	bool in_section; /* a data section was announced, nothing of it came yet */
	uint64_t section_line;
	char section_schema[PLAIN_NAME_MAX], section_name[PLAIN_NAME_MAX];

	struct sqllex lex;
	struct sqlstmt stmt;
};

/* plainmark.c: comments */
void plain_comment(struct plain *w, const struct sql_token *t);
void plain_section_end(struct plain *w);
/* plainmeta.c: backslash lines */
void plain_meta(struct plain *w, const struct sql_token *t);
/* \restrict (LIFT: \unrestrict) TOKEN; OPEN: the input ended in it. */
void plain_restrict(struct plain *w, bool lift, const char *token, uint64_t line, bool open);
void plain_not_restricted(struct plain *w, uint64_t line);
/* plainsay.c: statements and COPY data */
void plain_statement(struct plain *w);
void plain_copied(struct plain *w);
bks_table *plain_table(struct plain *w, const struct sql_name *n);
/* plainend.c: what it all was */
const char *plain_word(const struct plain *w);
void plain_end(struct plain *w, enum sql_open open);
/* plainother.c: text that is not walked; 1: it was one, and is read to its end; 0: it is for
 * the walk; negative: no bytes */
int plain_other(stream *in, struct report *r, bks_error *err);
/* plainprobe.c */
int plain_probe(const uint8_t *head, size_t n);

/* plain.c */
void plain_spot(struct plain_spot *s, uint64_t line, const char *text);
void plain_once(struct plain *w, enum finding_kind kind, uint64_t line, const char *fmt, ...)
	PRINTF(4, 5);
bool plain_after_end(const struct plain *w);
bool plain_is_dump(const struct plain *w); /* a header of PostgreSQL's was seen */
const char *plain_name(
	const struct plain *w, const bks_table *t); /* for people; NULL: "a table" */

const char *plain_shown(const struct plain *w, const char *schema, const char *name);

#define PLAIN_HEADER "PostgreSQL database dump"
#define PLAIN_CLUSTER "PostgreSQL database cluster dump"
