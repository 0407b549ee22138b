/* task.h - the work that comes round by the calendar, restores done by hand, and the files that prove either */
#pragma once
#include "catalog.h"

/* ok: done within its rhythm. due: the rhythm is over. overdue: by more than a quarter of it. never: not done since the catalog was
 * begun. */
#define BKS_TASK_STATES(X)                                                                     \
	X(OK, "ok")                                                                            \
	X(DUE, "due")                                                                          \
	X(OVERDUE, "overdue")                                                                  \
	X(NEVER, "never")
#define X(name, word) BKS_TASK_##name,
enum bks_task_state { BKS_TASK_STATES(X) BKS_TASK_STATE_COUNT };
#undef X
BKS_API const char *bks_task_state_name(enum bks_task_state s);

/* A file as it was when it was shown. Only this is kept of it, not its bytes. */
typedef struct bks_evidence {
	const char *path; /* absolute; NULL: none */
	int64_t size;
	uint8_t sha256[32];
} bks_evidence;

/* Reads the file whole. BKS_E_USAGE: it is not there, no regular file, or empty; BKS_E_IO: it cannot be read, or somebody wrote it
 * meanwhile. out->path lives in A. */
BKS_API int bks_evidence_read(bks_evidence *out, const char *path, bks_arena *a, bks_error *err);

/* That a task was done: "run" (of this program), "note" (somebody said so), "drill" (one that passed). */
typedef struct bks_task_proof {
	const char *kind; /* NULL: none */
	int64_t id;	  /* of the run, the note, the drill */
	bks_time at;
	const char *text; /* "nightly, status 0"; the note; the label of the backup */
	bks_evidence file;
} bks_task_proof;

typedef struct bks_task {
	const char *name, *owner, *text;
	int64_t every;	/* 0: as needed, never due */
	bool automatic; /* runs of this program do it, and are its evidence */
	const bks_task_proof *proof; /* the latest; NULL: none */
	bks_time next_due;	     /* NONE: as needed. Of one never done, counted from the first row of the journal */
	enum bks_task_state state;
	bool overdue;	      /* by more than a quarter of its rhythm, also when it was never done */
	const char *declared; /* "file:line" where the settings say something of it; NULL */
} bks_task;

/* Every task that is not switched off, as of NOW, in the order of the defaults, then those of the settings. Lives in A. */
BKS_API int bks_task_list(const bks_task **out, size_t *n, bks_catalog *cat, bks_time now, bks_arena *a, bks_error *err);

/* Says that a task was done at AT. NOTE is UTF-8 and not empty; EVIDENCE may be NULL. BKS_E_USAGE: no such task, one that is switched
 * off or done by the program itself, AT in the future. */
BKS_API int bks_task_done(int64_t *id, bks_catalog *cat, const char *name, bks_time at, const char *note,
	const bks_evidence *evidence, bks_error *err);

/* A restore done by hand. It is evidence, and not our own proof: no level of the backup follows from it. */
typedef struct bks_drill {
	int64_t id, backup_id;
	const char *label, *source, *kind, *format; /* of the backup */
	bks_time started, ended;
	bool passed;
	int64_t bytes;	  /* of the backup */
	const char *note; /* NULL: none */
	bks_evidence evidence;
	bks_time recorded;
} bks_drill;

/* Keeps D: backup_id, started, ended, passed, note, evidence. BKS_E_USAGE: no such backup, no evidence, ended not after started or
 * in the future. A failed one stands against its backup ("drill-failed") until a later one passes or it is acknowledged. */
BKS_API int bks_drill_add(int64_t *id, bks_catalog *cat, const bks_drill *d, bks_error *err);
/* Newest first; SOURCE NULL: all. BKS_E_USAGE: no such source. Lives in A. */
BKS_API int bks_drill_list(const bks_drill **out, size_t *n, bks_catalog *cat, const char *source, bks_arena *a,
	bks_error *err);
