/* work/verify_private.h - one run of verify, shared by the files verify*.c alone */
#pragma once
#include "backstay/check.h"
#include "catalog/rows.h"
#include "store/store.h"
#include "work/look.h"
#include "work/moment.h"
#include "work/sidecar.h"

/* What was read within this long is fresh: its standing proof counts, and it is not read again unless asked. */
#define VERIFY_FRESH (7 * BKS_DAY)

/* A repo that is looked into; WHY tells when it cannot be (not mounted, unreadable). */
struct place {
	int64_t repo;
	const char *name;
	store *s;
	const char *why;
};

/* One artifact. */
struct job {
	const bks_backup *backup;
	const bks_artifact *file;
	struct place *place;
	const bks_requirement *require;
	size_t require_count;
	int max_shrink_pct; /* of its source; 0: not said */
	const char *zone;
	bool replaced; /* other bytes lie under its name since the last scan */
	bool grown;    /* it grew before anybody judged it: FILE is what lies there now */
	bool back;     /* it was missing and lies there again */
	bool vouched;  /* a digest that came with the file agrees with its bytes, and was not registered yet */
	struct opened *opened; /* NULL: the look opens it */
	bks_digests beside;
	bks_time beside_written; /* the file that says so */
	bool doubted;		 /* it is older than the file: verify_doubt decides what it says */
	bks_arena *arena; /* of its result, until the run's takes it over */
	bks_inspection out;
	bks_time mtime, started, ended;
	bks_error err;
	int r;
	bool looked; /* the worker is done with it */
	bool done;   /* its result counts */
};

/* The jobs of one source, oldest backup first: what is held against earlier backups is written after them. */
struct turns {
	struct job **v;
	size_t n, next; /* the first that is not written yet */
};

struct verify {
	bks_catalog *cat;
	const bks_verify_options *opt;
	bks_verified *out;
	bks_arena *arena;
	bks_error err;
	int r; /* of the writing thread */
	struct place **places;
	size_t place_count;
	struct job *jobs;
	size_t job_count;
	struct watch watch;
	bool known_inputs; /* were looked at, before anything else */
	struct sidecars sidecars; /* of all threads; under its lock */
	pthread_mutex_t lock;
	bks_time began, group_began;
	int pending;
	/* sources that were selected, by id: did one get a sound one, or trouble */
	struct source_seen {
		int64_t id;
		bool proof, trouble;
		struct turns turns;
	} *sources;
	size_t source_count;
	struct job **order; /* in which the jobs are looked at: V->jobs keep the order in which they are told */
	/* runs of WAL that were looked at, and how many were not any more */
	struct wal_item {
		bks_inspection *out;
		const char *repo;
	} *wal;
	size_t wal_count, wal_left;
};

/* Fills jobs: what SEL names, or what is due. */
int verify_choose(struct verify *v, const bks_selection *sel);
/* Puts the jobs of each source in the order of their times, unless only a part of them may be looked at: then what is due first comes
 * first, and is held against what is known by then. */
void verify_take_turns(struct verify *v);
/* J was looked at: calls WRITE for it, and for what waited for it, unless it must wait itself. */
void verify_turn(struct verify *v, struct job *j, void (*write)(struct verify *v, struct job *j));
/* After a stop: calls WRITE for what waited for a look that nobody takes any more. */
void verify_last_turns(struct verify *v, void (*write)(struct verify *v, struct job *j));
/* Looks at the I-th of the order; ARG is the run. For workers: it writes to the job alone. */
void verify_look(void *arg, size_t i);
/* What a digest older than the file says, once the file's time is known; on the deciding thread, after that. */
void verify_doubt(struct job *j);
/* Holds the rows against those of the good backups before this one: rows-dropped, table-emptied, table-gone. */
int verify_history(struct verify *v, struct job *j);

/* The same bytes of a SQLite database, and the log or journal that an earlier look found beside it is gone: member-missing. */
int verify_sidecar(struct verify *v, struct job *j);
/* J was recorded: whether it lost rows or size suddenly. */
int verify_suspect(struct verify *v, const struct job *j);
/* What J's file, one of a set, must hold of what is required; the others hold the rest. Lives in A. */
void verify_part(struct job *j, bks_arena *a);
/* Whether F tells what its copy of the set B lacks: its first file that is there. */
bool verify_speaks(const bks_backup *b, const bks_artifact *f);
/* After the looks: *proof is whether J's look proves its backup; of a set, the file that speaks for it gets its finding. */
int verify_set(bool *proof, struct verify *v, struct job *j);
/* The same of what an incremental base backup builds on: *proof is false when that is not there. */
int verify_chain(bool *proof, struct verify *v, struct job *j);
/* Reads the archived WAL that SEL takes in, or what is due of it. 0 or negative. */
int verify_wal(struct verify *v, const bks_selection *sel);
/* Once a run, before its first look: inputs of which is known what must be found. 0, or negative: nothing may be looked at. */
int verify_known_inputs(struct verify *v);
/* One more item, of a run of WAL; SOURCE 0: none claims it. */
void verify_add_item(struct verify *v, bks_inspection *out, const char *repo, int64_t source);
/* Adds up: items, counts, sources without proof. Takes over the jobs' arenas. */
void verify_sum(struct verify *v);
void verify_close(struct verify *v);
struct source_seen *verify_source(struct verify *v, int64_t id);
