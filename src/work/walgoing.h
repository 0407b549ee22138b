/* work/walgoing.h - a deletion of archived WAL under way, of walpurge.c and walpiece.c alone */
#pragma once
#include "work/walaway.h"

struct wal_away {
	struct applying *w;
	const bks_plan *plan;
	int (*prove)(void *arg, size_t stream);
	void *arg;
	const struct wal_holder *holders;
	size_t holder_count;
	struct wal_list list; /* of the folder that was asked about last */
	int64_t list_repo;
	bool listed;
	const struct wal_doomed *done;    /* went last */
	const struct wal_doomed *blocked; /* nothing behind it on its timeline goes before it */
};

struct wal_going {
	struct wal_away *o;
	struct wal_doomed d; /* as far as it came */
	struct apply_place *p;
	const struct wal_piece *pieces;
	size_t piece_count;
	int64_t device;
	bool cut; /* a run before this one was cut off in the first piece */
	int64_t left_files, left_bytes,
		freed_less; /* of this piece: what stays; what freed nothing */
	int64_t strangers;
	const char *stranger, *why;
	VEC(const char *) below; /* folders that were touched beneath the archive */
};

/* What a run before this one left in the trash goes. 0; 1: something else lies there, told;
 * negative. */
int wal_erase_left(struct wal_going *g);
/* The files of P go, and the row says so. 0; 1: told, it is not over; negative. */
int wal_remove_piece(struct wal_going *g, const struct wal_piece *p);
