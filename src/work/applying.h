/* work/applying.h - a run that carries retention out, among its own files */
#pragma once
#include "base/vec.h"
#include "catalog/condemned.h"
#include "store/store.h"
#include "work/retain.h"

/* A repo in which something is to be done. */
struct apply_place {
	const bks_repo *repo;
	store *s;
	const char *why; /* it is not to be touched: not there, another one; NULL */
};

struct applying {
	bks_catalog *cat;
	const bks_retain_options *opt;
	const char *command;
	bks_arena *a;
	bks_error *err;
	bks_retained *out;
	bks_repos repos;
	VEC(struct apply_place *) places;
	VEC(bks_action) actions;
	VEC(bks_refusal) refused;
	VEC(bks_waiting) waiting;
	int lock;
	bool room_made;
};

/* Locks, looks whether the catalog is whole and the newest of its line, and, with CLOCK,
 * whether the wall clock may be believed. 0: go on; 1: a rule said no, it was told, and nothing
 * is to be done; negative. */
int applying_begin(struct applying *w, bool clock);
/* R as it was, or why the end failed; gives OUT what was gathered. */
int applying_end(struct applying *w, int r);

/* Does STEP as one write transaction; on a full disk once more after room was made. */
int applying_step(struct applying *w, int (*step)(struct applying *w, void *arg), void *arg);
bool applying_stopped(const struct applying *w);

/* Told: RULE said no. Texts live in A. B and REPO may be NULL. */
void applying_refuse(struct applying *w, const char *rule, const char *source,
	const bks_backup *b, const char *repo, const char *text);
/* The same once for all backups of a source that a repo's state keeps. */
void applying_refuse_once(struct applying *w, const char *rule, const char *source,
	const char *repo, const char *text);
void applying_act(struct applying *w, const bks_backup *b, const char *repo, const char *from,
	const char *to, const char *reason, int64_t bytes);
/* Told: R (negative) with w->err says why something could not be done; the rest goes on.
 * BKS_E_CATALOG and BKS_E_BUSY come back. */
int applying_trouble(struct applying *w, int r);

/* The repo, opened and known again; never NULL. */
struct apply_place *applying_place(struct applying *w, int64_t repo);

/* work/guard.c: the clock of now against what is known of it. 0: it may be believed, and was
 * noted; 1: told; negative. */
int guard_clock(struct applying *w);
/* Raises the catalog's generation and leaves it in the repos. 0; 1: a repo knows a later one,
 * told; negative. */
int guard_generation(struct applying *w);

/* work/condemn.c */
struct condemn_job {
	const bks_plan *only; /* NULL: all that is planned now, within the brakes */
};
int condemn(struct applying *w, const struct condemn_job *job);
/* Rows of a plan by the ids of their backups. */
struct plan_place {
	int64_t backup;
	size_t stream, row;
};
struct plan_index {
	const bks_plan *plan;
	struct plan_place *v;
	size_t n;
};
void plan_index_make(struct plan_index *out, const bks_plan *p, bks_arena *a);
const bks_plan_row *plan_find_row(
	const bks_plan_stream **in, size_t *at, const struct plan_index *p, int64_t backup);
/* Whether the plan lets the copy in REPO of that row go. */
bool plan_lets_go(const bks_plan_row *row, const char *repo);

/* work/planned.c: the plan that HASH names. 0; 1: none can be made any more, or the run was
 * stopped before all were tried. */
int planned_find(bks_plan *out, struct applying *w, const char *hash);

/* work/purge.c */
int purge(struct applying *w);

/* work/undo.c: of the backup ID, or (0) of the plan HASH. */
int undo(struct applying *w, int64_t id, const char *hash);

/* work/survive.c: whether the newest good backups of a stream, as many as its floor, are really
 * there now: bytes as registered. 0: they are; 1: *why says which is not; negative. */
int survive_prove(const char **why, struct applying *w, const struct stream_rows *rows);
/* Whether the folder F has the bytes that were registered (up to 1 GiB; a larger one is taken
 * at its sizes): of its files nothing else is known that would tell another of the same size.
 * 0: it has; 2: *why. */
int survive_folder(const char **why, struct applying *w, const bks_artifact *f, store *s);

/* work/takeaway.c: one copy of a backup, all its files. 0: done, or told; negative. */
struct takeaway {
	const bks_backup *b;
	const int64_t *artifacts; /* condemned, of one repo */
	size_t n;
	struct apply_place *place;
};
int takeaway(struct applying *w, const struct takeaway *t);
/* Brings back what the trash holds of an artifact whose deletion was begun. 0: it lies under
 * its name; 1: it does not, and *why says so; 2: it is nowhere, likewise. */
int takeaway_back(const char **why, struct applying *w, const struct intent_row *i,
	struct apply_place *place);
/* The artifact of B with that id; NULL: none. */
const bks_artifact *artifact_of(const bks_backup *b, int64_t id);

/* work/ballast.c */
void ballast_keep(const bks_catalog *cat);
