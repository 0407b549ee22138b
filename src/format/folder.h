/*
 * format/folder.h - a backup of many files while it is walked: every member is read once,
 * digested, and told by its own name
 *
 * The digest of a folder is that of the text that `sha256sum` (or `xxhsum -H2`) would print of
 * its files in the order of their names' bytes: "HEX  NAME\n" a file, with \\ and \n escaped in
 * NAME as those programs do, but without their leading backslash.
 */
#pragma once
#include "base/members.h"
#include "format/report.h"

struct folder_part; /* what was learned of one member */

struct folder {
	members *m;
	struct report *report; /* of the backup */
	int jobs;              /* threads of folder_each */
	bool sha256;           /* whether that digest is asked for */
	struct folder_part *parts;
};

/* Walks one member: IN is its raw bytes, R a report of its own whose findings come out with the
 * member's name before their `where` ("base/1/1259 byte 8192"). May stop early: the rest is
 * read for the digest. Returns as format.h's walk. It may run on any thread: what it learns
 * beside R goes where ARG keeps it for I alone. */
typedef int folder_walk(void *arg, size_t i, stream *in, struct report *r, bks_error *err);

void folder_begin(struct folder *f, members *m, struct report *r, int jobs, bool sha256);

/* Reads member I with WALK (NULL: only its digest). A member that is gone or cannot be read is
 * a finding. 0; negative: BKS_E_INTERRUPTED. */
int folder_read(struct folder *f, size_t i, folder_walk *walk, void *arg, bks_error *err);

/* The same of LIST, largest first, on F's threads; findings come out in the order of LIST
 * whoever was done first. */
int folder_each(struct folder *f, const size_t *list, size_t n, folder_walk *walk, void *arg,
	bks_error *err);

bool folder_was_read(const struct folder *f, size_t i);

/* Reads what nobody read yet, for the digests; then the folder's digests, size and bytes_read
 * stand in the report's inspection. 0 or BKS_E_INTERRUPTED. */
int folder_end(struct folder *f, bks_error *err);
