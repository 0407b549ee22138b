/*
 * format/walname.h - the names of the files of PostgreSQL's write-ahead log, and places in it
 *
 * Source: PostgreSQL, src/include/access/xlog_internal.h (XLogFileName and its kin).
 */
#pragma once
#include "backstay/wal.h"
#include <stdbool.h>
#include <stdint.h>

enum wal_kind {
	WAL_NAME_NONE,
	WAL_NAME_SEGMENT, /* TTTTTTTTLLLLLLLLSSSSSSSS */
	WAL_NAME_PARTIAL, /* the same, .partial: not filled to its end */
	WAL_NAME_HISTORY, /* TTTTTTTT.history */
	WAL_NAME_BACKUP   /* TTTTTTTTLLLLLLLLSSSSSSSS.OOOOOOOO.backup */
};

struct wal_name {
	enum wal_kind kind;
	uint32_t timeline, log, seg; /* log and seg 0 of a history */
	uint32_t offset;             /* of a .backup: where in the segment it began */
	bool wrapped;                /* .gz .lz4 .zst .xz .bz2 stood behind it */
};

/* Reads a base name (upper-case hex, as PostgreSQL writes it). kind is WAL_NAME_NONE when it is
 * none. */
void wal_name_read(struct wal_name *out, const char *base);
/* Where the segment of that name begins; false: no segment of SIZE bytes is called so. */
bool wal_name_lsn(uint64_t *out, const struct wal_name *n, uint32_t size);
enum { WAL_NAME_TEXT = BKS_WAL_SEGMENT_TEXT, WAL_LSN_TEXT = BKS_LSN_TEXT };
/* The name of the segment that holds LSN; BUF has WAL_NAME_TEXT bytes and is returned. */
static inline const char *wal_name_write(
	char *buf, uint32_t timeline, uint64_t lsn, uint32_t size)
{
	return bks_wal_segment(buf, timeline, lsn, size);
}
/* "0/16B3D80"; BUF has WAL_LSN_TEXT bytes and is returned. */
static inline const char *wal_lsn_text(char *buf, uint64_t lsn)
{
	return bks_lsn_text(buf, lsn);
}
