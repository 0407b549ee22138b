/* work/logs.h - the archived log of a cluster and what it makes of a base backup; for pick and
 * gaps */
#pragma once
#include "backstay/repo.h"
#include "catalog/wal_rows.h"
#include "policy/interval.h"
#include "work/commands_log.h"

/* Repos that are taken for lost; zeroed: none. */
struct lost {
	const char *repo, *domain;
	const char *only; /* every other one */
};
bool lost_repo(const struct lost *l, const bks_repos *repos, const char *name);

/* All runs, of whatever source: a cluster is known by its identifier. */
struct logs {
	bks_catalog *cat;
	bks_arena *arena;
	bks_repos repos;
	struct wal_runs runs;
	const struct wal_mark **marks; /* of each run */
	size_t *mark_counts;
	const struct wal_fork_row **forks; /* of the folder of each run */
	size_t *fork_counts;
	const uint64_t *
		*bad; /* of each run: where segments begin that something stands against */
	size_t *bad_counts;
	struct lost lost;
};
int logs_load(struct logs *out, bks_catalog *cat, const struct lost *lost, bks_arena *a,
	bks_error *err);

/* A base backup with the log of its cluster. */
struct reach_of {
	const bks_backup *backup;
	const bks_backup **chain; /* what it builds on first, itself last */
	bks_artifact *files;      /* their copies */
	size_t n;
	const char *why_not; /* something of it is not there, or not good; NULL */
	struct log_base base;
	uint32_t segment_size, timeline;
	int version;
	const struct log_stretch *stretches;
	const size_t *run_of; /* of each stretch, an index of logs->runs */
	size_t stretch_count;
	struct log_reach reach;
	const struct log_mark *marks;
	size_t mark_count;
	int64_t wal_bytes;
};

/* ALL is where what it builds on is looked for; TIMELINE as in a wish; POINT is where B is
 * placed without a log. *out lives in the arena of L. */
int logs_reach(struct reach_of *out, struct logs *l, const bks_backup *b,
	const bks_backup *const *all, size_t n, int64_t timeline, bks_error *err);

/* Recovery that brings R to what X says, and its commands into P. NAME of a wish, or NULL. */
void logs_tell(bks_point *p, struct logs *l, const struct reach_of *r,
	const struct log_answer *x, const bks_wish *wish);
