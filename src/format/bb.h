/*
 * format/bb.h - a base backup while it is walked: what its parts share
 *
 * A part is the plain folder, or one tar. Parts may be walked on several threads at once; what
 * they find out together is kept here behind a lock, and judged when all of them are through.
 */
#pragma once
#include "base/checksum.h"
#include "base/vec.h"
#include "format/backuplabel.h"
#include "format/manifest.h"
#include "format/pgcontrol.h"
#include "format/wal.h"
#include <pthread.h>
#include <stdatomic.h>

/* A file whose bytes are kept, to be read when all is there. */
enum bb_kept {
	BB_VERSION,
	BB_LABEL,
	BB_CONTROL,
	BB_TABLESPACES,
	BB_AUTO_CONF, /* only that it was met */
	BB_STANDBY,
	BB_RECOVERY,
	BB_KEPT
};

enum { BB_KEEP_MAX = 64 * 1024, BB_STREAMS_MAX = 4096, BB_TIMELINES_MAX = 256 };

struct bb_kept_file {
	uint8_t *bytes; /* malloc */
	size_t n;
	bool met, whole;
	char member[256]; /* for `where` */
};

/* Segments of WAL that follow each other and were checked as one. */
struct bb_stream {
	uint32_t first_timeline, last_timeline; /* by their names */
	uint64_t first, past;                   /* bytes of its segments, by place in the WAL */
	uint64_t from, to; /* records: the first, and the end of the last */
	uint64_t system_id;
	uint32_t segment_size;
	int major;
};

/* A file of the backup that was met before its manifest was: what it would have to be. */
struct bb_seen {
	const char *path;
	uint64_t size;
	uint8_t sum[CHECKSUM_KINDS][16]; /* of each kind what one needs to tell it */
};

struct bb {
	struct report *report;
	bks_arena *arena; /* the report's */
	struct manifest manifest;
	struct folder *folder; /* the plain one, or that of the tars; NULL: one tar alone */
	struct bbwal *wal;     /* of the plain folder, while it is walked */
	VEC(const char *) tablespaces; /* OIDs whose tar is there */
	_Atomic uint8_t *met;          /* by place in the manifest; malloc */
	pthread_mutex_t lock;
	struct bb_kept_file kept[BB_KEPT];
	VEC(struct bb_seen) seen;
	const char **links; /* in the plain folder: files behind them are not seen; malloc */
	size_t link_count;

	struct bb_stream *streams; /* malloc */
	size_t stream_count;
	uint32_t histories[BB_TIMELINES_MAX]; /* timelines whose .history is there */
	size_t history_count;
	bks_time last_xact;
	struct backuplabel history; /* the newest .backup among the WAL; start 0: none */
	uint64_t backup_end, backup_end_start; /* as in wal_facts: of a backup that ended */
	bool manifest_met;                     /* some manifest was, whatever is in it */
	bool manifest_known; /* before the files: else they are put into SEEN */
	bool tars;
	bool sums_lacking; /* some file has none in the manifest */
	bool seen_too_many;
	bool cut;      /* some tar was not read to its end: a finding says why */
	bool wal_met;  /* some segment, sound or not */
	bool wal_link; /* pg_wal is a link */
};

void bb_init(struct bb *b, struct report *r);
void bb_clear(struct bb *b);
void bb_cut(struct bb *b); /* some of it cannot be reached, and a finding says why */
/* The tar of a tablespace is there. */
void bb_meet_tablespace(struct bb *b, const char *oid);

/* ---- bbfile.c: one file, held against the manifest ---- */

struct bbfile {
	struct bb *b;
	struct report *report;
	const char *path; /* a loan until the end */
	ptrdiff_t entry;  /* in the manifest; -1 */
	checksum *sums[CHECKSUM_KINDS];
	uint64_t size;
	struct bb_kept_file *kept;
	bool nothing; /* it is not looked at: told already */
};

/* What pg_verifybackup leaves out of its comparison. */
bool bb_ignored(const char *path);

/* A file of that name, beneath the data directory, begins. R is told of it. */
void bbfile_begin(struct bbfile *f, struct bb *b, const char *path, struct report *r);
void bbfile_push(struct bbfile *f, const uint8_t *p, size_t n);
/* WHOLE: its last byte was reached. */
void bbfile_end(struct bbfile *f, bool whole);

/* ---- bbwal.c: the WAL that lies in it ---- */

struct bbwal; /* of one part */

struct bbwal *bbwal_new(struct bb *b);
void bbwal_free(struct bbwal *w); /* what it learned is then in BB; NULL is fine */
/* A file of pg_wal begins, BASE its name there ("archive_status/x" too). Whether it is a file
 * of WAL: else its bytes mean nothing here. */
bool bbwal_begin(struct bbwal *w, const char *base, struct report *r);
void bbwal_push(struct bbwal *w, const uint8_t *p, size_t n);
void bbwal_end(struct bbwal *w, bool cut);
/* Is there what recovery needs? */
void bbwal_judge(
	struct bb *b, const struct backuplabel *label, const struct pgcontrol *control);

/* ---- bbtar.c ---- */

enum bbtar_kind { BBTAR_BASE, BBTAR_TABLESPACE, BBTAR_WAL };

/* Walks IN, an unwrapped tar, to its end. OID: of a tablespace. Returns as format.h's walk. */
int bbtar_walk(struct bb *b, stream *in, enum bbtar_kind kind, const char *oid,
	struct report *r, bks_error *err);

/* ---- bbjudge.c ---- */

/* Reads B's manifest from IN, and makes ready for its files. Returns as manifest_read. */
int bb_read_manifest(struct bb *b, stream *in, struct report *r, bks_error *err);
/* All parts were walked: what is missing, what does not agree, and what it tells of itself. */
void bb_judge(struct bb *b);
