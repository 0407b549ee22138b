/*
 * format/wal.h - a push walker over PostgreSQL's write-ahead log, one segment after the other
 *
 * Source: PostgreSQL, src/include/access/xlog_internal.h (pages), xlogrecord.h (records),
 * xact.h, catalog/pg_control.h; the rules of src/backend/access/transam/xlogreader.c. Versions
 * 13 to 18, little-endian, pages of 1 to 64 KiB, segments of 1 MiB to 1 GiB.
 *
 * A log sequence number (LSN) is the place of a byte in the endless log. A segment is a slice
 * of it as a file, cut at multiples of its size; records run on over pages and segments.
 */
#pragma once
#include "base/stream.h"
#include "format/report.h"
#include "format/walname.h"

/* What a segment owes. */
enum wal_how {
	WAL_COMPLETE, /* archived, or others follow: records to its last byte, or to a switch
			 and then zeros. Anything else is an error. */
	WAL_MAY_END,  /* the last one of a stream, or of a running server: valid records, and
			 then  zeros, or old pages of the file that it was recycled from, are a
			 legal end  (wal_facts.end tells which). A hole, after which its own
			 pages  go on, is  not. */
	WAL_PARTIAL   /* as that, and it may be shorter than a segment */
};

enum { WAL_PAGE_MAX = 64 * 1024 };
#define WAL_RECORD_MAX ((uint32_t)1 << 30) /* what a server can allocate; it writes none larger */

enum wal_end {
	WAL_END_NONE, /* damaged, or not begun: nothing is known after end_lsn */
	WAL_END_FULL, /* records to the last byte; the last one may go on in the next segment */
	WAL_END_SWITCH, /* a switch, and zeros as they should be */
	WAL_END_ZEROS,  /* a legal early end */
	WAL_END_OLD,  /* a legal early end; behind it lies what the recycled file held before */
	WAL_END_SHORT /* of a WAL_PARTIAL: the bytes end there */
};

/* What one segment told. LSNs are 0 where there is none; end_lsn holds also of a damaged one.
 */
enum { WAL_POINTS = 4, WAL_POINT_NAME = 64 };
struct wal_point {
	uint64_t lsn; /* behind its record */
	bks_time time;
	char name[WAL_POINT_NAME];
};

struct wal_facts {
	uint16_t magic;
	int major; /* 13 to 18 */
	uint64_t system_id;
	uint32_t timeline; /* of its last page; its first may belong to the parent's */
	uint32_t first_timeline;
	uint32_t segment_size, block_size;
	uint64_t lsn;          /* of its first byte */
	uint64_t first_record; /* that begins in it */
	uint64_t last_record;  /* that is valid and ends in it */
	uint64_t end_lsn; /* one past that record: proven up to here (after a switch: the end of
			     the segment); of a segment whose bytes all belong to one record its
			     first byte */
	uint64_t records;
	bool joined; /* its first record was checked as the next one of the segment before */
	uint64_t
		head_bytes; /* of a record that began before it and that could not be checked */
	uint64_t tail_bytes; /* of a record that goes on behind it, not checked yet */
	bool switched;
	bks_time last_xact; /* the latest commit or abort in it; BKS_TIME_NONE none */
	uint64_t checkpoint,
		checkpoint_redo; /* the last one: its record, and where it replays from */
	uint64_t backup_end, backup_end_start; /* the last XLOG_BACKUP_END: its record's end,
						  and the start of the backup that it ends */
	/* Restore points (pg_create_restore_point) that end in it: the first ones, with a name of at
	 * most 61 bytes. */
	struct wal_point points[WAL_POINTS];
	uint32_t point_count;
	enum wal_end end;
};

/*
 * What goes over from one segment to the next, so that they are checked as one stream: plain
 * numbers, so that a catalog may keep it. Zeroed: nothing is known of what came before. With a
 * system_id, lsn known or not, segments of another cluster are wal-foreign.
 */
struct wal_carry {
	uint64_t lsn;    /* where the next segment must begin; 0: nothing is known */
	uint64_t prev;   /* the last complete record; 0 unknown */
	uint64_t record; /* an open record began there; 0: none is open */
	uint32_t skip;   /* bytes still to come of a record whose beginning nobody saw */
	uint32_t length, got, crc; /* of it: all its bytes, those seen, their sum so far */
	uint8_t head[96];          /* its first bytes */
	uint64_t system_id;
	uint32_t timeline, segment_size;
	int32_t major; /* of the cluster, which never changes it; 0 unknown */
};

/* Whether HEAD begins a segment of a version that is walked (40 bytes of it tell); the major
 * version of a page's magic, 0 for any other. */
bool wal_head(const uint8_t *head, size_t n);
int wal_major(uint16_t magic);
/* What such a head tells: magic, major, system_id, timeline, segment_size, block_size, lsn of
 * OUT. false: it is none. */
bool wal_glance(struct wal_facts *out, const uint8_t *head, size_t n);

struct wal; /* below: no user looks inside */

/* Begins a stream of segments. FROM: what the segment before left, or NULL. Findings go to R,
 * with "byte N" of the (unwrapped) segment behind R->member. Nothing is allocated but findings.
 */
void wal_init(struct wal *w, struct report *r, const struct wal_carry *from);

/* Begins one segment. NAME is its base name, or NULL when nothing is known of it: then its
 * first page says where it belongs. When it does not follow on the one before, it begins a new
 * stream (facts.joined stays false); whether it should have is the caller's to say. */
void wal_begin(struct wal *w, const char *name, enum wal_how how);
void wal_push(struct wal *w, const uint8_t *p, size_t n);
/* Ends it; CUT: a layer below told of the damage already, so the end of the bytes tells
 * nothing. w->facts and w->carry then stand until the next call of wal_begin. */
void wal_end(struct wal *w, bool cut);

/* For verify.h: the segment is walked as a part of a stream. Plain numbers, so that they may
 * pass to another process and back. */
struct wal_part {
	enum wal_how how;
	struct wal_carry carry; /* in: as wal_init's FROM; out: for the next segment */
	struct wal_facts facts; /* out */
	bool walked; /* out: FACTS and CARRY are of this segment; else it was none, or never
			came to be read */
};

/* All of a stream as one segment; IN is read to its end. 0, or negative as of a stream
 * (BKS_E_CUT among it, after wal_end). */
int wal_walk(struct wal *w, const char *name, enum wal_how how, stream *in, bks_error *err);

struct wal {
	struct wal_facts facts;
	struct wal_carry carry;
	struct report *report; /* where findings go; may be another one for each segment */
	/* wal.c, walpage.c and walrecord.c alone know the rest */
	struct wal_name name;
	enum wal_how how;
	uint64_t at; /* bytes of this segment before PAGE */
	int state;
	bool suspect;    /* records chain on behind the start of the one that is open */
	bool overwrites; /* the page at hand breaks off a record */
	uint32_t page_timeline, got_before;
	uint64_t from;          /* what may have ended there: ... */
	uint64_t zeros, strays; /* ... bytes since, zero ones, and others in the same page, */
	uint64_t old_pages, pages; /* ... pages behind that one, and those that are not zeros */
	enum finding_kind why;     /* ... and what it is if it was no end */
	const char *why_text, *why_at;
	uint32_t held, need;
	uint8_t page[WAL_PAGE_MAX];
};
