/* work/intofile.h - a stream into a file beneath a folder: whole and on the disk before it has
 * its name */
#pragma once
#include "backstay/inspect.h"
#include "base/stream.h"
#include <sys/types.h>

struct intofile {
	mode_t mode;    /* 0: that of the file which is read, and its owner where we may */
	bool replace;   /* else a name that is taken is BKS_E_REFUSED */
	bks_time mtime; /* BKS_TIME_NONE: now */
	const bks_digests
		*expected; /* where one differs, nothing stays: 1; NULL: none are known */
	bool (*stop)(void *arg);
	void *stop_arg;
};

/* Reads IN to its end into NAME, one component, right in the folder DIR (a descriptor that can
 * be synced). SHOWN is for messages. 0; 1: other digests than expected; BKS_E_IO,
 * BKS_E_REFUSED, BKS_E_INTERRUPTED: no file stays. *digests and *size are of what was read. */
int intofile(bks_digests *digests, int64_t *size, stream *in, int dir, const char *name,
	const char *shown, const struct intofile *how, bks_error *err);

/* The folder PATH beneath DIR, made with those above it where it is not there: a descriptor
 * that can be synced. -1: raised. */
int intofile_folder(int dir, const char *path, bks_error *err);

/* NAME in the folder DIR becomes TO in the folder TO_DIR, which nothing may have. 0, or errno.
 */
int intofile_name(int dir, const char *name, int to_dir, const char *to);
