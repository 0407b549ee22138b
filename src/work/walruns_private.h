/* work/walruns_private.h - one settling of what a scan saw of WAL, shared by the files wal*.c
 * of this folder alone */
#pragma once
#include "base/text.h"
#include "base/vec.h"
#include "format/wal.h"
#include "catalog/wal_condemned.h"
#include "work/walruns.h"

enum { WALRUNS_TOLD_MAX = 200 }; /* findings of one folder */
enum { WALRUNS_TIMES = 33 };     /* segments of which the usual time between two is made */
enum {
	SEEN_PARTIAL = 1,
	SEEN_BELOW = 2,
	SEEN_YOUNG = 4,
	SEEN_KNOWN = 8,
	SEEN_HISTORY = 16,
	SEEN_CHANGED = 32
};

/* A file; a million of them must fit in little memory. */
struct wal_seen {
	uint32_t timeline, log;
	uint32_t size;    /* UINT32_MAX: so much or more, which no segment has */
	uint32_t written; /* seconds since 1970, rounded up */
	uint16_t seg;     /* at most 4095: a segment has 1 MiB at least */
	uint16_t group;   /* + 1; 0: nobody knows, or it is none */
	uint8_t form, flags;
};

struct wal_folder {
	char *name;
	struct wal_seen *v;
	size_t n, room;
};

/* A cluster, with the size of its segments. */
struct wal_group {
	uint64_t system_id;
	uint32_t size;
	int version;
	int64_t segments;
};

/* Segments without a gap, as they lie there now. */
struct wal_stretch {
	uint16_t group; /* an index */
	uint32_t timeline;
	uint64_t start, end;
	int64_t bytes, added, added_bytes;
	bool partial, news;
	uint64_t changed; /* the first segment of a known run that was written since the last
			     scan; UINT64_MAX none */
	size_t first;     /* in the folder's files */
	uint32_t newest;  /* of those that were written, the last */
	uint32_t written[WALRUNS_TIMES]; /* the times of its last segments, round and round */
	size_t times;
	int64_t run;      /* its row, once it has one */
};

/* Something that stands against a stretch, or (stretch -1) against a file. */
struct wal_told {
	ptrdiff_t stretch;
	const char *segment, *code, *text;
	uint64_t lsn;
};

struct walruns {
	struct walruns_job job;
	struct wal_folder *folders;
	size_t folder_count;
	size_t last; /* the folder that was found last */
	size_t total;
	/* of the folder that is settled */
	struct wal_folder *f;
	bks_arena *arena;
	bks_error *err;
	VEC(struct wal_group) groups;
	VEC(struct wal_stretch) stretches;
	VEC(struct wal_told) told;
	struct wal_runs old;
	const struct wal_went *went; /* what retention took of the folder */
	size_t went_count;
	size_t dropped; /* findings past the limit */
};

/* The folder of that name, made when it is new. */
struct wal_folder *walruns_folder(struct walruns *w, const char *name, size_t n);
const char *walruns_path(const struct wal_folder *f, const struct wal_seen *s, bks_arena *a);
/* The base name of the segment, without endings. */
const char *walruns_segment(const struct wal_seen *s, bks_arena *a);
uint64_t walruns_lsn(const struct wal_seen *s, uint32_t size);
void walruns_tell(struct walruns *w, ptrdiff_t stretch, const char *segment, uint64_t lsn,
	const char *code, const char *fmt, ...) PRINTF(6, 7);

/* Gives every file its cluster: by the runs that are known, else by a look at its first page.
 */
int walruns_place(struct walruns *w);
/* Stretches out of placed files; twins of one segment count once. */
void walruns_stretch(struct walruns *w);
/* The usual time between two of its last segments, microseconds; 0 unknown. */
int64_t walruns_usual(const struct wal_stretch *t);
/* Gaps, strangers, and what the histories tell. */
int walruns_judge(struct walruns *w);
