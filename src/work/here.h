/*
 * work/here.h - bytes read and digested by the thread that asks, for who compares digests alone
 *
 * Nothing in them is parsed, so that no process without rights is needed for it
 * (docs/decisions/0012).
 */
#pragma once
#include "format/verify.h"
#include "work/remote.h"

/* As apart_verify, of a job that is seal_only and has nothing beside it: in this thread, and
 * for a folder in as many as the job says. Closes JOB's streams. 0; or BKS_E_INTERRUPTED. */
int here_seal(bks_inspection *out, const struct verify_job *job, const struct remote_watch *w,
	bks_arena *a, bks_error *err);

/* Whether the digest gives what it must for bytes of which it is known. 0; BKS_E_IO. */
int here_known(bks_error *err);
