/* backup.h - the inventory: backups, their artifacts and copies */
#pragma once
#include "catalog.h"

#define BKS_KINDS(X)                                                                           \
	X(LOGICAL, "logical")                                                                  \
	X(PHYSICAL, "physical")                                                                \
	X(SQLITE, "sqlite")                                                                    \
	X(FILES, "files")
#define BKS_STATES(X)                                                                          \
	X(LIVE, "live")                                                                        \
	X(SETTLING, "settling")                                                                \
	X(MISSING, "missing")                                                                  \
	X(CONDEMNED, "condemned")                                                              \
	X(GONE, "gone")
#define BKS_TIERS(X)                                                                           \
	X(AUTO, "auto")                                                                        \
	X(DAILY, "daily")                                                                      \
	X(WEEKLY, "weekly")                                                                    \
	X(MONTHLY, "monthly")                                                                  \
	X(PREDEPLOY, "predeploy")

/* What a file of a backup of several is to it. */
#define BKS_PARTS(X)                                                                           \
	X(NONE, "none")                                                                        \
	X(ROLES, "roles")                                                                      \
	X(SCHEMA, "schema")                                                                    \
	X(DATA, "data")

#define X(name, word) BKS_KIND_##name,
enum bks_kind { BKS_KINDS(X) BKS_KIND_COUNT };
#undef X
#define X(name, word) BKS_STATE_##name,
enum bks_state { BKS_STATES(X) BKS_STATE_COUNT };
#undef X
#define X(name, word) BKS_TIER_##name,
enum bks_tier { BKS_TIERS(X) BKS_TIER_COUNT };
#undef X
#define X(name, word) BKS_PART_##name,
enum bks_part { BKS_PARTS(X) BKS_PART_COUNT };
#undef X

BKS_API const char *bks_kind_name(enum bks_kind k);
BKS_API const char *bks_state_name(enum bks_state s);
BKS_API const char *bks_tier_name(enum bks_tier t);
BKS_API const char *bks_part_name(enum bks_part p); /* NULL for NONE */
/* 0: *out is set; 1: WORD is none of them. */
BKS_API int bks_kind_parse(enum bks_kind *out, const char *word);
BKS_API int bks_state_parse(enum bks_state *out, const char *word);
BKS_API int bks_tier_parse(enum bks_tier *out, const char *word);

/* One file in one repo. The artifacts of a backup that lie in one repo are its copy there. */
typedef struct bks_artifact {
	int64_t id, backup_id, repo_id;
	const char *repo;  /* name */
	const char *path;  /* in the repo; bytes */
	int64_t size;
	int64_t device, inode;
	bks_time mtime;
	bks_digests digests;
	enum bks_digest_from digest_from;
	enum bks_state state;     /* live, settling, missing, gone */
	const char *state_reason; /* "replaced", "vanished", "cleaned by others", "renamed"; NULL */
	bks_time first_seen, last_seen;
	/* what its latest check said */
	enum bks_verdict verdict;
	enum bks_result levels[BKS_LEVEL_COUNT];
	bks_time verified_at; /* BKS_TIME_NONE before the first */
	/* of a file that is, or may become, one of a set; else NONE, NULL and UNKNOWN */
	enum bks_part part;
	const char *format, *wrapping, *database;
	enum bks_content content;
	const char *lacks; /* parts that its copy of the set should have and has not, a comma between; NULL: none */
	bool waiting;      /* those may still come: the copy is young */
	/* Of an object in a bucket, as its server says; NULL: not known */
	const char *etag, *version_id, *storage_class;
	const char *server_sum; /* "sha256:hex": a checksum of all of it that the server keeps */
} bks_artifact;

typedef struct bks_backup {
	int64_t id;
	const char *label; /* path of its first artifact; bytes */
	int64_t source_id;
	const char *source;
	bool source_guessed; /* the source, or that this backup is of it, was guessed and not confirmed */
	enum bks_kind kind;
	const char *format;
	enum bks_content content;
	bks_time taken_at;
	enum bks_taken_from taken_from;
	bool time_confirmed; /* by `set --taken-at` or `add --taken-at`, or read inside the artifact */
	const char *taken_zone;
	int64_t size; /* of one copy */
	enum bks_tier tier; /* as asked for explicitly; AUTO otherwise */
	const char *reason; /* of a predeploy tier */
	enum bks_state state;
	const char *state_reason; /* as an artifact's, when it is missing or gone; "merged"; NULL */
	bks_time first_seen;
	bks_time purge_after; /* BKS_TIME_NONE unless condemned */
	enum bks_verdict verdict; /* of its best copy; UNKNOWN before the first check */
	int level;                /* the highest level passed by that copy, every lower one passed or not run; or NONE */
	bks_time verified_at;
	bks_time bad_since; /* when it was first proven damaged or incomplete and has been since; or NONE */
	bool covered_failed;
	bool held, acked;
	const char *database; /* the database named inside */
	const char *wrapping; /* outermost first, comma between: "gzip", "gzip,xz"; "" none; NULL not known yet */
	/* What a base backup told of itself when it was looked at; NULL: it is none, or nothing was told yet. */
	const bks_physical *physical;
	/* Of an incremental one (physical->parent_lsn is not 0): the backup of the same cluster that begins there. 0: none is there;
	 * with parent_waiting it may still come, else this one is `incomplete` (parent-missing). */
	int64_t parent_id;
	bool parent_waiting;
	const char *const *repos;
	size_t repo_count;
	const bks_artifact *artifacts; /* filled by bks_backup_find and when options ask for it */
	size_t artifact_count;
} bks_backup;

typedef struct bks_backups {
	const bks_backup *v;
	size_t n;
} bks_backups;

/* What a list is about; zeroed it means every live backup (live, settling, condemned, and missing ones not cleaned up). */
typedef struct bks_selection {
	const char *source, *repo; /* names; NULL: any */
	int kind;                  /* enum + 1; 0: any */
	int tier;                  /* enum + 1; 0: any. An explicit tier or a slot held in the plan's input */
	int verdict;               /* enum + 1; 0: any */
	int state;                 /* enum + 1; 0: all but gone */
	bks_time since, until;     /* of taken_at; 0: open */
	size_t last;               /* at most so many, newest first; 0: all */
	const int64_t *ids;        /* just these; NULL: any */
	size_t id_count;
	bool with_artifacts;
} bks_selection;

/* Newest first (taken_at, then id). Lives in A. */
BKS_API int bks_backup_list(bks_backups *out, bks_catalog *cat, const bks_selection *sel,
	bks_arena *a, bks_error *err);

/*
 * Finds by NAME: an id (digits alone), a label, or an unambiguous prefix of one. 0: *out lives in A, with artifacts;
 * 1: none; BKS_E_USAGE when a prefix fits several, which the text names.
 */
BKS_API int bks_backup_find(const bks_backup **out, bks_catalog *cat, const char *name,
	bks_arena *a, bks_error *err);

/* What `set` and `add` change; zeroed fields change nothing. */
typedef struct bks_backup_change {
	const char *source; /* also confirms it */
	int tier;           /* enum + 1 */
	const char *reason;
	bks_time taken_at; /* 0: unchanged; also confirms it */
} bks_backup_change;
/* BKS_E_USAGE: no such source. */
BKS_API int bks_backup_set(
	bks_catalog *cat, int64_t id, const bks_backup_change *c, bks_error *err);

/* The incremental backups that build on it and are not gone, oldest first; *out lives in A. */
BKS_API int bks_backup_children(const int64_t **out, size_t *n, bks_catalog *cat, int64_t id, bks_arena *a, bks_error *err);

/* The tables of its newest inventory; *out lives in A; *n 0 when none was ever read. */
BKS_API int bks_backup_tables(const bks_table **out, size_t *n, bks_catalog *cat, int64_t id,
	bks_arena *a, bks_error *err);
