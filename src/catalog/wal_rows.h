/* catalog/wal_rows.h - rows of archived WAL, for scan and verify; the public half is
 * backstay/wal.h */
#pragma once
#include "backstay/wal.h"
#include "catalog/rows.h"

enum { WAL_CARRY_MAX = 256 };

/* A run as it is written. */
struct wal_run {
	bks_wal_run run; /* repo and source by the ids below; findings are not read */
	int64_t repo_id, source_id; /* 0: none claims it */
	bks_time read_began;        /* NONE: never */
	bks_time pass_xact;         /* the latest commit or abort of this pass; NONE */
	uint8_t carry[WAL_CARRY_MAX];
	size_t carry_n;
};

struct wal_runs {
	struct wal_run *v;
	size_t n;
};

/* The runs of a repo; FOLDER NULL: all of them. By folder, cluster, timeline, place. *out lives
 * in A. */
int wal_run_list(struct wal_runs *out, bks_catalog *cat, int64_t repo_id, const char *folder,
	bks_arena *a, bks_error *err);
/* Writes R over the row of its id, or makes one (id 0) and gives it its id. */
int wal_run_put(bks_catalog *cat, struct wal_run *r, bks_error *err);
/* With what stands against it. */
int wal_run_drop(bks_catalog *cat, int64_t id, bks_error *err);

struct wal_finding {
	int64_t repo_id, run_id; /* 0: in no run */
	const char *folder, *segment;
	uint64_t lsn; /* where the segment begins; 0 unknown */
	bool by_verify;
	const char *code, *where, *text;
	bks_time found;
};

/* Whether somebody knows of it. 1: yes; 0: no. */
int wal_finding_acked(bks_catalog *cat, const struct wal_finding *f, bks_error *err);
int wal_finding_put(bks_catalog *cat, const struct wal_finding *f, bks_error *err);
/* What scan told of a folder is told anew by each one. */
int wal_finding_forget_scan(
	bks_catalog *cat, int64_t repo_id, const char *folder, bks_error *err);
/* What verify told of segments of RUN that begin in FROM (or later) and before TO. */
int wal_finding_forget(
	bks_catalog *cat, int64_t run, uint64_t from, uint64_t to, bks_error *err);
/* The same go over to another run. */
int wal_finding_move(bks_catalog *cat, int64_t run, int64_t into, uint64_t from, uint64_t to,
	bks_error *err);
/* All that stands against RUN, in the order of its segments; ACKED tells what somebody knows
 * of. */
int wal_finding_list(const bks_wal_finding **out, size_t *n, bks_catalog *cat, int64_t run,
	bks_arena *a, bks_error *err);
/* What stands against files that are in no run; REPO a name, NULL: any. */
int wal_finding_strays(const bks_wal_finding **out, size_t *n, bks_catalog *cat,
	const char *repo, bks_arena *a, bks_error *err);

/* A place in the log of a run; see 0014-points.sql. */
enum wal_mark_kind { WAL_MARK_POINT, WAL_MARK_STOP, WAL_MARK_BAD };
struct wal_mark {
	int64_t run;
	uint64_t lsn, start; /* START: of a stop */
	enum wal_mark_kind kind;
	bks_time time;
	const char *name; /* of a point; NULL */
};
/* Twice the same place and kind is once. */
int wal_mark_put(bks_catalog *cat, const struct wal_mark *m, bks_error *err);
/* Marks of RUN that lie in FROM (or later) and before TO. */
int wal_mark_forget(
	bks_catalog *cat, int64_t run, uint64_t from, uint64_t to, bks_error *err);
int wal_mark_move(bks_catalog *cat, int64_t run, int64_t into, uint64_t from, uint64_t to,
	bks_error *err);
/* All of RUN, by place. */
int wal_mark_list(const struct wal_mark **out, size_t *n, bks_catalog *cat, int64_t run,
	bks_arena *a, bks_error *err);

/* Where segments of RUN begin that verify told something of, ascending. */
int wal_bad_list(const uint64_t **out, size_t *n, bks_catalog *cat, int64_t run, bks_arena *a,
	bks_error *err);

/* The runs of every repo that are of a cluster, and the forks of their folders. */
int wal_run_list_source(struct wal_runs *out, bks_catalog *cat, const char *source,
	bks_arena *a, bks_error *err);

/* An ancestor of a timeline, as its history tells it. */
struct wal_fork_row {
	uint32_t timeline, ancestor;
	uint64_t lsn;
};
/* By timeline, then ancestor. */
int wal_fork_list(const struct wal_fork_row **out, size_t *n, bks_catalog *cat, int64_t repo_id,
	const char *folder, bks_arena *a, bks_error *err);
int wal_fork_put(bks_catalog *cat, int64_t repo_id, const char *folder,
	const struct wal_fork_row *f, bks_error *err);
