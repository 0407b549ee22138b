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
	const char *zone;
	bool replaced; /* other bytes lie under its name since the last scan */
	bool grown;    /* it grew before anybody judged it: FILE is what lies there now */
	bool back;     /* it was missing and lies there again */
	bool vouched;  /* a digest that came with the file agrees with its bytes, and was not registered yet */
	bks_digests beside;
	bks_time beside_written; /* the file that says so */
	bool doubted;		 /* it is older than the file: verify_doubt decides what it says */
	bks_arena *arena; /* of its result, until the run's takes it over */
	bks_inspection out;
	bks_time mtime, started, ended;
	bks_error err;
	int r;
	bool done;
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
	struct sidecars sidecars; /* of all threads; under its lock */
	pthread_mutex_t lock;
	bks_time began, group_began;
	int pending;
	/* sources that were selected, by id: did one get a sound one, or trouble */
	struct source_seen {
		int64_t id;
		bool proof, trouble;
	} *sources;
	size_t source_count;
};

/* Fills jobs: what SEL names, or what is due. */
int verify_choose(struct verify *v, const bks_selection *sel);
/* Looks at job I; ARG is the run. For workers: it writes to the job alone. */
void verify_look(void *arg, size_t i);
/* What a digest older than the file says, once the file's time is known; on the deciding thread, after that. */
void verify_doubt(struct job *j);
/* Compares the required tables with the newest sound backup before this one: rows-dropped. */
int verify_history(struct verify *v, struct job *j);
/* What J's file, one of a set, must hold of what is required; the others hold the rest. Lives in A. */
void verify_part(struct job *j, bks_arena *a);
/* Whether F tells what its copy of the set B lacks: its first file that is there. */
bool verify_speaks(const bks_backup *b, const bks_artifact *f);
/* After the looks: *proof is whether J's look proves its backup; of a set, the file that speaks for it gets its finding. */
int verify_set(bool *proof, struct verify *v, struct job *j);
/* Adds up: items, counts, sources without proof. Takes over the jobs' arenas. */
void verify_sum(struct verify *v);
void verify_close(struct verify *v);
struct source_seen *verify_source(struct verify *v, int64_t id);
