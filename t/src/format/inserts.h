/*
 * format/inserts.h - counts the rows of INSERT statements as pg_dump --inserts writes them, and
 * nothing else
 *
 * Text comes in pieces of any size; memory is the struct. What is no INSERT, or breaks its
 * grammar, is told by inserts_end.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum inserts_state {
	INSERTS_BETWEEN, /* statements; the only place where a text may end */
	INSERTS_START,   /* within INSERT INTO */
	INSERTS_TARGET,  /* name, columns, up to VALUES */
	INSERTS_TUPLE,   /* a tuple must begin here */
	INSERTS_AFTER,   /* a tuple ended here */
	INSERTS_VALUES,  /* in a tuple */
	INSERTS_TAIL,    /* ON CONFLICT DO NOTHING */
	INSERTS_FOREIGN, /* this is not such a text; sticky */
};

struct inserts {
	int64_t rows;
	uint64_t at;      /* bytes taken; of the first foreign one once there is one */
	bool backslashes; /* set by the caller: '...' knows backslash escapes
			     (standard_conforming_strings off) */
	enum inserts_state state;
	char quote; /* within it; 0 outside */
	bool escapes, skip;
	char last;
	unsigned depth;
	char word[8]; /* of the target, its first letters; and the one before it */
	unsigned word_n;
	bool was_default;
};

void inserts_feed(struct inserts *s, const uint8_t *p, size_t n);
/* 0: the text ended between statements; 1: within one; 2: it was something else, at byte s->at.
 */
int inserts_end(const struct inserts *s);
