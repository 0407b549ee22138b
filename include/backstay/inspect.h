/* inspect.h - what one look at one artifact found; needs no catalog */
#pragma once
#include "arena.h"
#include "level.h"
#include "time.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BKS_CONTENTS(X)                                                                        \
	X(UNKNOWN, "unknown")                                                                  \
	X(FULL, "full")                                                                        \
	X(SCHEMA, "schema")                                                                    \
	X(DATA, "data")                                                                        \
	X(ROLES, "roles")                                                                      \
	X(EMPTY, "empty")
/* Where the point time was read, strongest first after UNKNOWN. */
#define BKS_TAKEN_FROMS(X)                                                                     \
	X(UNKNOWN, "unknown")                                                                  \
	X(ARTIFACT, "artifact")                                                                \
	X(SIDECAR, "sidecar")                                                                  \
	X(OPERATOR, "operator")                                                                \
	X(NAME, "name")                                                                        \
	X(MTIME, "mtime")
#define BKS_SEVERITIES(X)                                                                      \
	X(NOTE, "note")                                                                        \
	X(WARNING, "warning")                                                                  \
	X(ERROR, "error")

#define X(name, word) BKS_CONTENT_##name,
enum bks_content { BKS_CONTENTS(X) BKS_CONTENT_COUNT };
#undef X
#define X(name, word) BKS_TAKEN_##name,
enum bks_taken_from { BKS_TAKEN_FROMS(X) BKS_TAKEN_COUNT };
#undef X
#define X(name, word) BKS_##name,
enum bks_severity { BKS_SEVERITIES(X) BKS_SEVERITY_COUNT };
#undef X

BKS_API const char *bks_content_name(enum bks_content c);
BKS_API const char *bks_taken_from_name(enum bks_taken_from f);
BKS_API const char *bks_severity_name(enum bks_severity s);

/* All text of the structs below lives in the arena of the call that filled them; names are bytes without NUL. */
typedef struct bks_table {
	const char *database; /* NULL unless pg_dumpall wrote it */
	const char *schema, *name;
	const char *parent_schema, *parent_name; /* of a partition; NULL otherwise */
	bool ddl, data;
	int64_t rows; /* in the data section; -1 where there is none */
	bool told;         /* its manifest counts it: */
	int64_t told_rows; /* so many rows when the backup was taken */
} bks_table;

typedef struct bks_finding {
	const char *code; /* stable word, see docs/findings.md; static */
	enum bks_severity severity;
	const char *where; /* "byte 18221", "line 40", "entry 3348"; may be NULL */
	const char *text;
} bks_finding;

typedef struct bks_requirement {
	const char *schema, *name;
	int64_t min_rows;   /* 0: just there */
	int max_shrink_pct; /* against the source's history; 0: not asked */
} bks_requirement;

/* A wall-clock reading without a zone, as dump headers have it. */
typedef struct bks_civil {
	int year, month, day, hour, minute, second; /* year 0: none was found */
	char zone[16];                              /* what the header calls its zone, or "" */
} bks_civil;

typedef struct bks_digests {
	bool has_xxh3, has_sha256;
	uint8_t xxh3[16]; /* canonical (big-endian) form of XXH3-128 */
	uint8_t sha256[32];
} bks_digests;

/* What a physical backup says of itself. Log sequence numbers are byte places in the WAL. */
typedef struct bks_physical {
	uint64_t system_id; /* of the cluster; 0 unknown, as the numbers below */
	int version;	    /* major, of PostgreSQL */
	uint32_t timeline;
	uint64_t start_lsn; /* replay begins here */
	uint64_t stop_lsn;  /* consistent from here on */
	uint64_t parent_lsn; /* of an incremental one: the start of the backup it builds on */
	uint32_t parent_timeline;
	uint32_t segment_size; /* of its WAL, bytes */
	bks_time started, stopped; /* BKS_TIME_NONE unknown */
	const char *label;	   /* what the operator called it; NULL unknown */
} bks_physical;

enum bks_digest_from { BKS_DIGEST_NONE, BKS_DIGEST_FIRST_SIGHT, BKS_DIGEST_BIRTH };
BKS_API const char *bks_digest_from_name(enum bks_digest_from f); /* NULL, "first-sight", "birth" */

enum { BKS_WRAPPINGS_MAX = 2 };

typedef struct bks_inspection bks_inspection;
struct bks_inspection {
	const char *path;
	const char *format; /* one of the contract's words; "raw" when nothing was recognised */
	const char *wrapping[BKS_WRAPPINGS_MAX];
	int wrappings;
	const char *format_version; /* "1.14"; NULL unknown, as the texts below */
	const char *producer;       /* "pg_dump 15.20" */
	const char *server_version;
	const char *database; /* the database named inside */
	bks_civil started;    /* what the header says */
	bks_time taken_at;
	enum bks_taken_from taken_from;
	const char *taken_zone;
	enum bks_content content;
	int64_t size;       /* bytes of the artifact as it lies there; -1 unknown */
	int64_t unwrapped;  /* bytes after all wrappings; -1 unknown */
	int64_t bytes_read; /* of the artifact, by this look */
	bks_digests digests;
	enum bks_digest_from digest_from;
	enum bks_result levels[BKS_LEVEL_COUNT];
	/* 0: this look itself proved what LEVELS tell. Else it compared digests, and the levels above `sealed` are those that a walk
	 * proved of the same bytes then; `covered` was judged again by what that walk counted. */
	bks_time proven_at;
	int verifier; /* the generation of the verifier that walked it; 0: none did */
	enum bks_verdict verdict;
	bool recognised; /* a format of which dumps are made, not raw, sql, mysqldump */
	const bks_physical *physical; /* of a base backup or WAL; NULL otherwise */
	const bks_table *tables;
	size_t table_count;
	const bks_finding *findings;
	size_t finding_count;
	const bks_inspection *members; /* of a zip or tar that holds backups */
	size_t member_count;
};

/* The wrappings of I as a catalog keeps them: outermost first with a comma between, "" for none. A loan, static. */
BKS_API const char *bks_wrapping_text(const bks_inspection *i);

typedef struct bks_inspect_options {
	const bks_requirement *require;
	size_t require_count;
	int64_t min_size;      /* bytes unwrapped; 0: not asked */
	const char *dump_zone; /* of the header's times; NULL is UTC */
	int jobs;              /* workers; 0 is 1 */
	bool no_sha256;        /* XXH3-128 alone, unless a SHA-256 to compare lies beside the file */
	bks_time now;
	/* Called from the calling thread while bytes are read; NULL is fine. BYTES is what was read so far, of all that is
	 * looked at, TOTAL what that will be, or -1 when unknown; PATH is the file at hand, or NULL. */
	void (*progress)(void *arg, const char *path, int64_t bytes, int64_t total);
	void *progress_arg;
	bool (*stop)(void *arg); /* asked between blocks, from any thread; NULL is fine */
	void *stop_arg;
} bks_inspect_options;

/*
 * Looks at PATHS, in their order, one result each. A path that is missing or cannot be read is a result too
 * ("unreadable"). 0; BKS_E_USAGE for a folder that is no backup; BKS_E_INTERRUPTED. out lives in A.
 */
BKS_API int bks_inspect(const bks_inspection **out, const char *const *paths, size_t n,
	const bks_inspect_options *opt, bks_arena *a, bks_error *err);

/* Reads "users", "auth.users", "public.users:500", with double quotes where a name holds a dot ("a.b"."c"). A table without
 * schema is public. 0 or BKS_E_USAGE; *out lives in A. */
BKS_API int bks_requirement_parse(bks_requirement *out, const char *text, bks_arena *a, bks_error *err);
