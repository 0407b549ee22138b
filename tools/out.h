/* out.h - rows to stdout, talk to stderr; names are shown so that a terminal obeys nothing in
 * them */
#pragma once
#include "backstay/inspect.h"
#include "tool.h"

bool out_is_terminal(void); /* stdout */
bool out_colour(void);      /* a terminal, and neither NO_COLOR nor TERM=dumb */

/* Whether the answer is text on stdout: neither --json nor --quiet. */
bool out_text(const struct call *c);
/* A line of the answer on stdout, when it is text. */
void say(const struct call *c, const char *fmt, ...) PRINTF(2, 3);
/* A line of talk on stderr; none with --quiet or --json. */
void tell(const struct call *c, const char *fmt, ...) PRINTF(2, 3);
/* Why the status will not be 0: a line on stderr, also with --quiet; none with --json, whose
 * document says it. */
void complain(struct call *c, const char *fmt, ...) PRINTF(2, 3);
/* As complain, but only with --quiet: otherwise the answer has said it. */
void trouble(struct call *c, const char *fmt, ...) PRINTF(2, 3);

/* For people; they live until the program ends. "-" for what is not known. */
const char *shown(const struct call *c, const char *name);
const char *time_shown(bks_time t);
const char *duration_shown(int64_t us); /* negative is unknown */
const char *size_shown(int64_t bytes);
const char *count_shown(
	int64_t n, const char *one, const char *many); /* "1 table", "3 tables" */
/* WORDS with ", " between; "-" when there is none. */
const char *joined(const char *const *words, size_t n);

/* "", or what switches a colour on; colour_off switches it off again. */
const char *verdict_colour(enum bks_verdict v);
const char *colour_bad(void);
const char *colour_off(void);

/* Columns aligned by the width they have on a terminal. */
struct table {
	const struct call *call;
	const char *const *
		titles; /* NULL-ended; a title that begins with '>' is of a column of numbers */
	size_t columns, n;
	struct cell {
		const char *text, *colour;
	} * cells;
};
struct table table_new(const struct call *c, const char *const *titles);
void table_add(struct table *t, const char *text); /* the next cell */
void table_colour(struct table *t, const char *text, const char *colour);
void table_print(const struct table *t, bool titles);
size_t display_width(const char *text);
