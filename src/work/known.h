/* work/known.h - what the catalog knows of one repo, by path, while it is scanned */
#pragma once
#include "catalog/rows.h"

struct known {
	int64_t artifact, backup, size, device, inode;
	bks_time mtime;
	const char *path, *storage_class;
	enum bks_state state;
	bool judged; /* some check told a verdict */
	bool damaged;
	bool bad;      /* damaged or incomplete */
	bool replaced; /* missing, because verify met other bytes under its name */
	bool sealed; /* a digest of it is registered */
	bool deleting; /* its removal was begun and cut off: the next purge finds out, and it did not vanish */
	bool seen;
	bool moved;    /* it has another name since this scan */
	size_t action; /* what this scan told of it: place + 1; 0: nothing */
	struct known *next;
};

struct known_set {
	bks_arena *arena;
	struct known **buckets;
	size_t bucket_count, n;
	struct known **all; /* in the order of the catalog */
	size_t room;
	struct known **by_inode; /* made when somebody asks by it */
};

/* Reads every artifact of REPO that is not gone. Of several under one path the newest stands. Lives in A. */
int known_load(struct known_set *out, bks_catalog *cat, int64_t repo, bks_arena *a, bks_error *err);
struct known *known_find(const struct known_set *k, const char *path); /* NULL: never seen */
