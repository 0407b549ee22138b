/* fetch.h - copies of backups to a folder of one's own, every byte of them digested on the way
 */
#pragma once
#include "restore.h"

typedef struct bks_fetch_options {
	const char *from; /* out of this repo alone; NULL: the best copy */
	bool log; /* of a base backup: all archived log behind it, too, not just what it needs
		   */
	bks_time now;
	bool (*stop)(void *arg); /* true: stop soon, BKS_E_INTERRUPTED; NULL is fine */
	void *stop_arg;
} bks_fetch_options;

typedef struct bks_fetched_file {
	const char
		*path; /* absolute; of a folder the folder, its digests are those of a folder */
	int64_t size;
	bks_digests digests;
	bool compared;    /* with a registered digest */
	bool records;     /* archived log: the records of the copy were read, and each has the checksum that it says */
	const char *from; /* repo */
} bks_fetched_file;

typedef struct bks_fetched {
	const bks_fetched_file *v;
	size_t n;
	const bks_finding *findings; /* `where` is the path in the repo */
	size_t finding_count;
	const char *const
		*commands; /* that bring it back from where it lies now; none with findings */
	size_t command_count;
	const char *note;      /* NULL */
	enum bks_verdict poor; /* what was copied is proven damaged or incomplete; else BKS_UNKNOWN */
} bks_fetched;

/*
 * Copies the backup ID into the folder DIR (made when it is not there), under the paths that it
 * has in its repo: all files of a set, of a base backup also what it builds on and the archived
 * log that it needs. Nothing that is there is written over, no link is followed, nothing is
 * written outside DIR; a file gets its name when all of it is on the disk. 0; 1: a digest is
 * another than the registered one: that file is not there, and OUT says so in its findings.
 * BKS_E_USAGE: no such backup or repo; BKS_E_REFUSED: a name is taken, nothing was done;
 * BKS_E_IO: no copy can be read. OUT holds what was done also when it fails. Lives in A.
 */
BKS_API int bks_fetch(bks_fetched *out, bks_catalog *cat, int64_t id, const char *dir,
	const bks_fetch_options *opt, bks_arena *a, bks_error *err);
