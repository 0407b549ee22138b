/*
 * work/apart.h - the verifier, run in a process without rights
 *
 * As format_verify and format_glance, but whatever happens to the process that reads is a
 * finding of that artifact (verifier-failed, limit-reached), never of the run. A process serves
 * one artifact; small ones that lie in one folder may be given to the same process one after
 * the other (docs/decisions/0010), as may glances, which prove nothing.
 */
#pragma once
#include "format/verify.h"
#include "store/store.h"
#include "work/remote.h"

/* Artifacts up to this size may share a process, at most so many in a row. */
enum { APART_SMALL = 1024 * 1024, APART_ROW = 100, APART_GLANCES = 500 };
/* Of a file of this size its reader may have threads. */
enum { APART_LANES = 4 * 1024 * 1024 };

/* FOLDER names where the artifact lies: NULL has it read by a process of its own, whatever its
 * size. Closes JOB's streams. 0; or BKS_E_INTERRUPTED. From any thread. */
int apart_verify(bks_inspection *out, const struct verify_job *job, const char *folder,
	const struct remote_watch *w, bks_arena *a, bks_error *err);

/* As format_glance. FOLDER as above, and not NULL. */
int apart_glance(bks_inspection *out, stream *in, const char *name, int64_t size,
	const char *folder, bks_arena *a, bks_error *err);

/* As format_glance_folder, by a process of its own. */
int apart_glance_folder(
	bks_inspection *out, members *m, const char *name, bks_arena *a, bks_error *err);

/* A process for glances at what lies in FOLDER, for one who has several under way (work/ahead.h); NULL: none could be had. It
 * goes back when nothing of it is under way; GOOD: it answered all that it was asked. */
struct remote *apart_lend(const char *folder);
void apart_return(struct remote *r, bool good);

/* Where PATH of S lies: what shares it may share a process. */
const char *apart_folder(const store *s, const char *path, bks_arena *a);

/* Ends the processes that wait for more of the same: to be called when a run is over. */
void apart_rest(void);

/* What stands around a worker, as sandbox's bits, as the last one told it; -1: none did yet. */
int apart_standing(void);
