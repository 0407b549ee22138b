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
	void (*tick)(
		void *arg); /* as in base/workers.h, in folder_each; NULL after folder_begin */
	void *tick_arg;
};

/* Walks one member: IN is its raw bytes, which it does not close (stream_borrow what goes into
 * format_unwrap). May stop early: the rest is read for the digest. Findings come out with the
 * member's name before their `where` ("base/1/1259 byte 8192"). Returns as format.h's walk. */
typedef int folder_walk(void *arg, size_t i, stream *in, struct report *r, bks_error *err);

void folder_begin(struct folder *f, members *m, struct report *r, int jobs, bool sha256);

/* Reads member I with WALK (NULL: only its digest), in the caller's thread. R of the walk is
 * the backup's own: facts and tables land there; wrappings that it tells are forgotten
 * afterwards. A member that is gone, cannot be read or is no file is a finding. A member is
 * read once: the second call does nothing. 0; negative: BKS_E_INTERRUPTED. */
int folder_read(struct folder *f, size_t i, folder_walk *walk, void *arg, bks_error *err);

/* The same of LIST, largest first, on F's threads; R of the walk is of this member alone, its
 * inspection thrown away: what is learned beside findings and tables goes where ARG keeps it
 * for I alone. Findings come out in the order of LIST whoever was done first. */
int folder_each(struct folder *f, const size_t *list, size_t n, folder_walk *walk, void *arg,
	bks_error *err);

/* Member I was judged by its name and kind alone, and is not to be opened (a link that belongs
 * where it stands). It has no part in the digests unless it is a file. */
void folder_pass(struct folder *f, size_t i);

bool folder_was_read(const struct folder *f, size_t i); /* or passed, or told */

/* Reads what nobody read yet, for the digests; then the folder's digests (of none when a member
 * could not be read or changed meanwhile), size and bytes_read stand in the report's
 * inspection. 0 or BKS_E_INTERRUPTED. */
int folder_end(struct folder *f, bks_error *err);
