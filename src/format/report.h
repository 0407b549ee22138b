/* format/report.h - what a walk writes down: findings, tables, facts; everything lands in one bks_inspection */
#pragma once
#include "backstay/inspect.h"
#include "base/members.h"
#include "base/text.h"
#include "base/vec.h"
#include "format/findings.h"
#include "format/lanes.h"
#include <stdatomic.h>

enum { REPORT_FINDINGS_MAX = 200, REPORT_TABLES_MAX = 200000 };

struct report_table {
	bks_table t;
	struct report_table *next; /* same hash */
};

/* Made for one artifact. Everything lives in the arena. */
struct report {
	bks_inspection *out; /* facts are written here directly */
	const char *member;  /* stands before every `where` ("base/1/1259 byte 8192"), for the parts of a backup of many files; NULL */
	bks_arena *arena;
	VEC(bks_finding) findings;
	VEC(struct report_table *) tables;
	struct report_table **buckets;
	size_t bucket_count;
	bool fails[BKS_LEVEL_COUNT];
	bool unprovable[BKS_LEVEL_COUNT];
	bool verdicts[BKS_VERDICT_COUNT]; /* which ones some finding caused */
	bool changed; /* other bytes came while it was read: nothing is proven, good or bad */
	uint64_t dropped;                 /* findings past the limit */
	struct wal_part *wal; /* of a segment that is one of a stream (wal.h); NULL */
	int64_t max_memory;               /* a walker's own buffers stay below this; bytes */
	int scratch;     /* a file without a name to write on, the caller's; 0 or less: none */
	int lanes;       /* threads that may read the artifact's bytes again, through AGAIN; less than 2: none may, as in most parts
			    of an artifact */
	again_fn *again;
	void *again_arg;
	members *beside; /* what lies beside the artifact under its name and an ending; the caller's; NULL */
	atomic_bool *doubt; /* set by a faster engine that met something it is not believed on: all is read again then, with this
			       NULL, and by the engines whose word counts; a part of a report has its whole's */
	bool glance;     /* only the first bytes are there, and only what they tell is asked */
	bool (*stop)(void *arg); /* asked by a walk that works long without reading; NULL is fine */
	void *stop_arg;
};

void report_init(struct report *r, bks_inspection *out, bks_arena *a);

/* Writes a finding down. WHERE as "byte 18221" or "line 40" (formatted by the caller, may be NULL). Past REPORT_FINDINGS_MAX
 * the text is dropped, its effect on level and verdict is not. */
void report_find(struct report *r, enum finding_kind kind, const char *where, const char *fmt, ...)
	PRINTF(4, 5);
bool report_has(const struct report *r, enum finding_kind kind);

/* Shorthand for WHERE: lives in the report's arena. */
const char *report_byte(struct report *r, uint64_t at);
const char *report_line(struct report *r, uint64_t line);

/* The table of that name, made when it is new (rows -1, ddl and data false). DATABASE may be NULL. NULL when the limit of
 * tables is reached (limit-reached was then written). A loan: set its fields. */
bks_table *report_table(
	struct report *r, const char *database, const char *schema, const char *name);

/* The same without making it: NULL when there is none. */
const bks_table *report_known(
	const struct report *r, const char *database, const char *schema, const char *name);

/* Takes over a copy of what PART, a report of one member, found: findings, what they do to levels and verdict, and tables (rows
 * are added up where both know them). */
void report_join(struct report *r, const struct report *part);

/* Closes the lists and gives OUT its levels `whole` and verdict; REACHED_END is whether every layer was walked to its end. */
void report_close(struct report *r, bool reached_end);

/* One more finding after report_close (of the caller's own knowledge: clocks, history). Its effect on the verdict is applied. */
void report_append(bks_inspection *out, enum finding_kind kind, const char *where, const char *text, bks_arena *a);

/* Our own copy of CODE when a finding of that code and severity can be, else NULL; *VERDICT (may be NULL) is what it causes. */
const char *report_code(enum bks_verdict *verdict, const char *code, enum bks_severity severity);
