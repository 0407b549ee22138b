/* wal.h - archived write-ahead log: runs of segments without a gap, what is proven of them, and
 * what stands against them */
#pragma once
#include "catalog.h"

/* Something that stands against a segment, or that is missing between two runs. */
typedef struct bks_wal_finding {
	const char *repo, *folder;
	int64_t run;         /* 0: of a file that is in no run */
	const char *segment; /* base name of the file, or the first one missing */
	const char *code;
	const char *where; /* "byte 8192"; may be NULL */
	const char *text;
	bool acked;
} bks_wal_finding;

/* Segments of one cluster and timeline in one folder of a repo, one behind the other. LSNs are
 * byte places in the log. */
typedef struct bks_wal_run {
	int64_t id;
	const char *repo;
	const char *folder; /* in the repo, "" is its root; bytes */
	const char *source; /* NULL: none claims it */
	uint64_t system_id;
	uint32_t timeline, segment_size;
	int version; /* major, of PostgreSQL */
	uint64_t start_lsn,
		end_lsn; /* of the first segment's first byte; one past the last one's last */
	int64_t segments, bytes; /* whole ones; bytes of all files as they lie there */
	uint64_t read_lsn;       /* this pass of reading came so far: all before was walked */
	uint64_t proven_lsn; /* the end of the last valid record; segments with a finding before
				it are not proven */
	uint64_t last_record; /* where the record before that begins; 0: it and last_xact are not known */
	bks_time last_xact;  /* the latest commit or abort before that; BKS_TIME_NONE none or
				unknown */
	bool partial;        /* the segment at end_lsn is there as .partial */
	uint64_t partial_lsn; /* the end of the last valid record in it; 0 unknown */
	bks_time partial_xact;
	bks_time verified_at; /* BKS_TIME_NONE never */
	bks_time first_seen, last_seen;
	bks_time newest; /* when its newest segment was written; NONE unknown */
	int64_t usual;   /* the usual time between two of them; 0 unknown */
	const bks_wal_finding
		*findings; /* errors that stand against it, acknowledged ones too */
	size_t finding_count;
} bks_wal_run;

typedef struct bks_wal {
	const bks_wal_run *runs; /* by repo, folder, cluster, timeline, place */
	size_t run_count;
	const bks_wal_finding *strays; /* of files that are in no run */
	size_t stray_count;
} bks_wal;

/* What lies in REPO and belongs to SOURCE (names; NULL: any). Lives in A. */
BKS_API int bks_wal_list(bks_wal *out, bks_catalog *cat, const char *repo, const char *source,
	bks_arena *a, bks_error *err);

enum { BKS_WAL_SEGMENT_TEXT = 25, BKS_LSN_TEXT = 24 };

/* The name of the segment of timeline TLI that holds LSN ("000000010000000A000000FF"); BUF has
 * 25 bytes and is returned. */
BKS_API const char *bks_wal_segment(
	char *buf, uint32_t tli, uint64_t lsn, uint32_t segment_size);
/* "A/FF000028"; BUF has BKS_LSN_TEXT bytes and is returned. */
BKS_API const char *bks_lsn_text(char *buf, uint64_t lsn);

/* Acknowledges all that stands against PLACE ("FOLDER/SEGMENT" or "SEGMENT", as a finding names
 * it). 0; 1: nothing does; BKS_E_USAGE: no reason. */
BKS_API int bks_wal_ack(bks_catalog *cat, const char *place, const char *reason, bks_time until,
	bks_error *err);
