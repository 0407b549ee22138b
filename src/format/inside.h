/*
 * format/inside.h - what lies in an archive: each member is offered to the formats, and one
 * that is a backup is walked as an item of its own
 *
 * One level deep: an archive in an archive is named, and not entered. What the members are and
 * lack goes up to the archive: the gravest verdict, every table, and what all of them agree on.
 */
#pragma once
#include "base/stream.h"
#include "base/vec.h"
#include "format/format.h"
#include "format/insidedump.h"
#include "format/nameset.h"

enum { INSIDE_MAX = 10000 }; /* items of one archive */

struct inside_waiting {
	size_t item;
	struct report part;
};

struct inside {
	struct report *report; /* of the archive */
	VEC(bks_inspection) items;
	VEC(struct inside_waiting) waiting; /* items that are judged at the end */
	struct nameset sidecars;            /* members that may belong to a database */
	struct insidedump dumps;            /* files of directory dumps */
	size_t members;                     /* all that were looked at */
	size_t backups;                     /* items that are a recognised backup */
	size_t nested;                      /* archives in it, not entered */
	bool has_item;   /* the last member that was looked at is the last item */
	bool has_hidden; /* something in it is encrypted: it may hold anything */
	bool overflow;   /* INSIDE_MAX was reached */
};

void inside_begin(struct inside *in, struct report *r);

/* Looks at a regular member: NAME, SIZE bytes (-1 unknown), BYTES of it, which are closed. What
 * it leaves unread is the caller's to read. 0; negative when the bytes could not be had for a
 * reason that is not the member's own. */
int inside_look(
	struct inside *in, const char *name, int64_t size, stream *bytes, bks_error *err);

/* A finding that damages NAME, the last member looked at: to its item, if it is one, else to
 * the archive. */
void inside_blame(
	struct inside *in, const char *name, enum finding_kind kind, const char *text);

/* The bytes of the last member broke off: its item, if it is one, is told; the archive has its
 * own finding. */
void inside_cut(struct inside *in);

/* The items, and what they add up to, stand in the archive's inspection. */
void inside_end(struct inside *in);
