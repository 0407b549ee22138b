/*
 * base/members.h - a backup of many files as the verifier meets it: a list of names, and a way
 * to open the n-th as a stream
 *
 * Served by the caller, who knows where the files lie (a folder, later a prefix of a bucket, or
 * the far end of a socket). The verifier opens nothing by a path of its own.
 */
#pragma once
#include "backstay/time.h"
#include "base/auto.h"
#include "base/error.h"
#include "base/stream.h"

enum member_kind {
	MEMBER_FILE,
	MEMBER_LINK,       /* not followed */
	MEMBER_SPECIAL,    /* neither file nor folder */
	MEMBER_UNREADABLE, /* a folder, or a name, that could not be looked at; `why` */
};

struct member {
	const char *name; /* beneath the backup, '/' between; any byte but NUL */
	int64_t size;     /* as listed; -1 unknown */
	bks_time mtime;   /* BKS_TIME_NONE unknown */
	enum member_kind kind;
	const char *why; /* what the system said of an unreadable one; else NULL */
};

enum { MEMBERS_MAX = 1000000 }; /* more is BKS_E_LIMIT of whoever lists */

typedef struct members members;
struct members {
	const struct member *v; /* sorted by the bytes of name, no name twice */
	size_t n;
	/* Opens the I-th. 0; 1: it is not there any more; 2: no regular file; negative: could
	 * not (BKS_E_IO, BKS_E_INTERRUPTED). May be called from several threads at once. */
	int (*open)(stream **out, members *m, size_t i, bks_error *err);
	/* After the last byte of the I-th, before IN (the very stream of open) is closed: 1
	 * when the file changed while it was read and *how says what (a loan of IN); 0;
	 * negative: nobody can tell. NULL: never asked. */
	int (*changed)(members *m, size_t i, stream *in, const char **how, bks_error *err);
	void (*close)(members *m); /* NULL: nothing to close */
};

void members_close(members *m); /* NULL is fine */

/* The place of NAME in M, or -1. */
ptrdiff_t members_find(const members *m, const char *name);

AUTO_FN(members_auto, members, members_close);
