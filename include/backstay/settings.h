/* settings.h - the settings file: what it may say, and what holds without one */
#pragma once
#include "inspect.h"

/* What one slot of a tier spans. */
#define BKS_BUCKETS(X)                                                                         \
	X(DAY, "day")                                                                          \
	X(WEEK, "week") /* ISO: Monday to Sunday */                                            \
	X(MONTH, "month")                                                                      \
	X(YEAR, "year")
#define X(name, word) BKS_BUCKET_##name,
enum bks_bucket { BKS_BUCKETS(X) BKS_BUCKET_COUNT };
#undef X
BKS_API const char *bks_bucket_name(enum bks_bucket b);

/* One backup a bucket stays for so long. */
typedef struct bks_tier_rule {
	const char *name; /* a word: "daily" */
	enum bks_bucket bucket;
	int days;   /* civil days, or */
	int months; /* civil months; both 0: the tier is off */
	int level;  /* preferred for its slots, above the policy's; BKS_LEVEL_NONE: not said */
	const char *const *repos; /* it lives there: a copy elsewhere is not kept by it */
	size_t repo_count;        /* 0: everywhere */
	const char *const *classes; /* storage classes its copies should have; 0: any */
	size_t class_count;
} bks_tier_rule;

/* The lowest floor there is: nothing lets retention go below two good backups. */
#define BKS_FLOOR_LEAST 2

/* Retention, per policy name; "default" holds for every source that names none. All of it is data: see retain.h. */
typedef struct bks_policy {
	const char *name;
	bool switched_on;  /* apply and run refuse (5) for streams of a policy that is not */
	const char *zone;  /* IANA; civil days are counted in it; NULL is UTC */
	int64_t day_start; /* microseconds after midnight at which a civil day begins */
	const bks_tier_rule *tiers; /* daily, weekly, monthly and those of other names, in the file's order */
	size_t tier_count;
	int level;          /* enum bks_level a backup must not have failed; BKS_WHOLE */
	int floor;          /* the least; never below that */
	int64_t failed_keep; /* a proven bad backup goes this long after that verdict; 7 days */
	int64_t grace;       /* condemned before it is purged; 7 days */
	int64_t pitr_window; /* 0: none promised */
	int64_t quota;       /* bytes that a stream should not exceed, in all its copies; 0: none. A goal, below the floors */
	int brake_count;     /* 10 */
	int brake_count_pct; /* 20 */
	int brake_bytes_pct; /* 25 */
	const char *where;   /* "file:line" of its block; NULL for the built-in one */
} bks_policy;

typedef struct bks_tier_glob {
	const char *tier; /* "daily" "weekly" "monthly" "predeploy" */
	const char *glob;
} bks_tier_glob;

typedef struct bks_source {
	int64_t id;
	const char *name;
	int64_t every, slack, rpo, rto; /* microseconds; 0: not said */
	const char *dump_zone;          /* IANA; NULL is UTC */
	int level;                      /* BKS_LEVEL_NONE: not said */
	const char *policy;             /* NULL: default */
	const char *database;           /* its dumps must be of it where they name one; NULL: not said */
	const bks_requirement *require;
	size_t require_count;
	int max_shrink_pct;       /* of each of its tables, against history; 0: not said */
	const char *const *match; /* globs */
	size_t match_count;
	const bks_tier_glob *tier_globs;
	size_t tier_glob_count;
	bool guessed;         /* made by scan; nothing of it is deleted until somebody confirms it */
	const char *declared; /* "file:line" in the settings file: read-only here; NULL otherwise */
} bks_source;

/* What bytes cost in one place. A GB is 10^9 bytes; money is millionths of the currency. */
typedef struct bks_terms {
	int64_t price_month;	 /* of 1 GB for a month; -1 not said */
	int64_t min_duration;	 /* billed so long, even when deleted earlier; 0: not */
	int64_t retrieval_price; /* of 1 GB read; -1 not said */
	int64_t retrieval_delay; /* before its first byte comes; 0: none */
} bks_terms;

/* A storage class of a repo; what it does not say is -1, and holds as in the repo. */
typedef struct bks_class {
	const char *name;
	bks_terms terms;
} bks_class;

typedef struct bks_repo {
	int64_t id;
	const char *name, *url; /* file:///dir, s3://bucket/prefix */
	bool read_only;
	int64_t cleaned_by_others; /* 0: not */
	const char *domain;        /* failure domain; NULL not said */
	const char *marker;        /* the random id in its marker file, or of the catalog alone when read-only */
	const char *declared;      /* as bks_source */
	int64_t price_month;       /* as bks_terms, and so are these */
	int64_t min_duration, retrieval_price, retrieval_delay;
	const char *storage_class; /* in which its artifacts lie where nothing else is known; NULL not said */
	const bks_class *classes;
	size_t class_count;
	/* Of a bucket; NULL and 0: not said. */
	const char *endpoint;  /* https://host[:port] of an S3-compatible service */
	const char *region;
	int path_style;        /* 1: endpoint/bucket/key; 2: bucket.endpoint/key */
	const char *ca_file;   /* certificates that are believed in place of the system's */
	const char *profile;   /* in ~/.aws */
	const char *reaper_profile; /* in ~/.aws: who writes and deletes; NULL: PROFILE does */
	const char *honours;   /* what its server was seen to heed, as store_prove tells; NULL: nobody asked */
} bks_repo;

/* What the settings say of a task of the calendar, a new one or one of the defaults: task.h. */
typedef struct bks_task_rule {
	const char *name;
	int64_t every; /* -1: not said; 0: as needed */
	const char *owner, *text; /* NULL: not said */
	bool off;
	const char *declared; /* "file:line" */
} bks_task_rule;

/* What may happen, and in what time it must be mended; the limits hold where the file says nothing. */
#define BKS_SCENARIOS(X)                                                                       \
	X(CORRUPTION, "corruption", 1)                                                         \
	X(TABLE, "table", 2)                                                                   \
	X(DATABASE, "database", 4)                                                             \
	X(REGION, "region", 8) /* hours */
#define X(name, word, hours) BKS_SCENARIO_##name,
enum bks_scenario { BKS_SCENARIOS(X) BKS_SCENARIO_COUNT };
#undef X
BKS_API const char *bks_scenario_name(enum bks_scenario s);

typedef struct bks_settings {
	const char *file;    /* NULL: none was found or asked for */
	const char *catalog; /* NULL: not said */
	const char *currency; /* a word for the prices; NULL: not said */
	const bks_source *sources;
	size_t source_count;
	const bks_repo *repos;
	size_t repo_count;
	const bks_policy *policies; /* never empty: policies[0] is "default" */
	size_t policy_count;
	const bks_task_rule *tasks;
	size_t task_count;
	int64_t settle;   /* how long a young file may be incomplete; 15 minutes */
	int64_t max_memory; /* per worker, bytes; 64 MiB */
	int jobs;           /* 0: not said */
	int64_t ballast;    /* room set aside beside the catalog for a full disk, bytes; 16 MiB; 0: none */
	bool rescue;        /* nightly leaves a copy of the catalog and a RESTORE page in each repo that it may write to; true */
	const char *const *contacts; /* who is to be asked, for that page */
	size_t contact_count;
	int64_t scenario_rto[BKS_SCENARIO_COUNT]; /* microseconds */
	const char *text; /* the file's bytes; NULL without a file */
	size_t text_size;
} bks_settings;

/*
 * Reads the settings file PATH; NULL looks at BACKSTAY_CONFIG, then $XDG_CONFIG_HOME/backstay/backstay.conf (root:
 * /etc/backstay.conf), and takes the defaults when none is there. A file that was named must exist. An unknown key, a
 * duplicate, a missing unit, a zone or level that does not exist is BKS_E_USAGE with file and line. *out lives in A.
 */
BKS_API int bks_settings_read(const bks_settings **out, const char *path, bks_arena *a, bks_error *err);

/* Whether what R says of its bucket (url, endpoint, region, ...) can be meant. 0; BKS_E_USAGE with "KEY: ..."; a text that may hold
 * keys is not repeated. */
BKS_API int bks_repo_check(const bks_repo *r, bks_error *err);

/* What holds in R for STORAGE_CLASS (NULL, or one that R does not tell of: its own; else as without classes). */
BKS_API void bks_repo_terms(bks_terms *out, const bks_repo *r, const char *storage_class);

/* The policy of NAME (NULL: default); NULL when there is none of that name. A loan of S. */
BKS_API const bks_policy *bks_policy_find(const bks_settings *s, const char *name);
BKS_API void bks_policy_defaults(bks_policy *out);
/* The tier called NAME, also one that is off; NULL. A loan of P. */
BKS_API const bks_tier_rule *bks_policy_tier(const bks_policy *p, const char *name);
