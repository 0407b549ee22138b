/* work/wallist.h - the files of one folder of archived WAL, as they lie there now */
#pragma once
#include "base/vec.h"
#include "store/store.h"

/* A segment, or the .backup that tells of one. 64 bytes: there may be a million. */
struct wal_file {
	uint32_t timeline, log, seg;
	bool below, regular, segment;
	const char *end; /* what stands behind the 24 digits: "", ".gz", ".00000028.backup" */
	struct store_id id;
};

struct wal_list {
	const char *folder;
	struct wal_file *v; /* by timeline, then place, then end */
	size_t n;
};

/* Histories and .partial are left out. 0, also when there is no such folder; negative. Lives in
 * A. */
int wal_list_read(
	struct wal_list *out, store *s, const char *folder, bks_arena *a, bks_error *err);

/* The files of TIMELINE from the segment at FROM to the one before TO: *at is the first, what
 * comes back is how many. */
size_t wal_list_range(size_t *at, const struct wal_list *l, uint32_t timeline, uint32_t size,
	uint64_t from, uint64_t to);

/* Where the segment of F begins. */
uint64_t wal_file_lsn(const struct wal_file *f, uint32_t size);
const char *wal_file_name(const struct wal_file *f, bks_arena *a);
const char *wal_file_path(const struct wal_list *l, const struct wal_file *f, bks_arena *a);
/* What tells it from another one of its name: the first 8 bytes of the SHA-256 of its name, a
 * NUL, and "INODE SIZE MTIME". */
uint64_t wal_file_mark(const char *name, const struct store_id *id);

/* The first segment from FROM to before TO that is not there, *missing. 0: all are; 1. */
int wal_list_lacks(uint64_t *missing, const struct wal_list *l, uint32_t timeline,
	uint32_t size, uint64_t from, uint64_t to);
