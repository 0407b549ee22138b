/* catalog/wal_condemned.h - archived WAL on its way out, as stretches of segments; and who
 * needs it */
#pragma once
#include "catalog/wal_rows.h"

/* A base backup that is there or may come back. */
struct wal_holder {
	int64_t backup, source_id;
	uint64_t system_id, start, stop; /* 0 unknown */
	uint32_t timeline;
	enum bks_state state;
	bks_time purge_after; /* of a condemned one */
};
/* All of them, by source. Lives in A. */
int wal_holder_list(const struct wal_holder **out, size_t *n, bks_catalog *cat, bks_arena *a,
	bks_error *err);

/* Log that a restore was promised. */
struct wal_lease {
	int64_t backup;
	uint64_t system_id, from, to;
	uint32_t timeline; /* the newest that is read */
};
/* Those that stood at NOW. */
int wal_lease_list(const struct wal_lease **out, size_t *n, bks_catalog *cat, bks_time now,
	bks_arena *a, bks_error *err);

/* Whole segments of one timeline in one folder, from their condemnation to their end. */
struct wal_doomed {
	int64_t id, plan, source_id, repo_id;
	const char *source, *folder, *hash; /* of the plan; not written */
	uint64_t system_id, from, to;
	uint32_t timeline, segment_size;
	bks_time at, purge_after;
	int64_t files, bytes; /* as they lay there */
	bks_time begun;       /* NONE: not yet */
	uint64_t reached;     /* all before it is gone, or was left alone */
	int64_t gone_files, gone_bytes;
};
/* A piece of it, and what tells its files: sorted. */
struct wal_piece {
	uint64_t to;
	const uint64_t *marks;
	size_t n;
	int64_t bytes; /* of its files */
};

/* Within the caller's transaction, as all that follows. D->id comes back. BKS_E_REFUSED: a rule
 * of the file said no. Journals. */
int wal_condemn(struct wal_doomed *d, bks_catalog *cat, const struct wal_piece *v, size_t n,
	bks_error *err);
/* Open ones, of the plan HASH (NULL: any), by repo, folder, timeline, place. */
int wal_doomed_list(const struct wal_doomed **out, size_t *n, bks_catalog *cat,
	const char *hash, bks_arena *a, bks_error *err);
int wal_piece_list(const struct wal_piece **out, size_t *n, bks_catalog *cat, int64_t id,
	bks_arena *a, bks_error *err);

/* Its deletion is begun now. BKS_E_REFUSED: a rule of the file said no. Journals. */
int wal_delete_begin(
	bks_catalog *cat, const struct wal_doomed *d, bks_time now, bks_error *err);
/* It came as far as D->reached, with D->gone_files and D->gone_bytes; runs begin behind it. */
int wal_delete_reached(bks_catalog *cat, const struct wal_doomed *d, bks_error *err);
/* "undone" "kept" "gone" "missing". Journals, with WHY. */
int wal_doomed_end(bks_catalog *cat, const struct wal_doomed *d, const char *outcome,
	const char *why, bks_time now, bks_error *err);

/* Stretches that went, or whose deletion was begun and came so far: what is missing there is
 * no gap. By cluster, timeline, place. */
struct wal_went {
	uint64_t system_id, from, to;
	uint32_t timeline;
};
int wal_went_list(const struct wal_went **out, size_t *n, bks_catalog *cat, int64_t repo_id,
	const char *folder, bks_arena *a, bks_error *err);

/* "wal/000000010000000000000001..00000001000000000000000A" */
const char *wal_doomed_label(const struct wal_doomed *d, bks_arena *a);
