/*
 * format/pghead.h - what every pg_dump archive (custom, tar, directory) is written in, and the
 * header it begins with
 *
 * Source: PostgreSQL, src/bin/pg_dump/pg_backup_archiver.c (ReadHead, ReadInt, ReadStr). An
 * integer is a sign byte and then int_size bytes, low one first; a string is its length and its
 * bytes, or a length of -1 for none.
 *
 * Every reading call below answers 1: read; 0: the stream ended in it (nothing was told yet);
 * PG_TOLD: a finding was written and what follows cannot be read; negative: the stream failed,
 * or BKS_E_CUT.
 */
#pragma once
#include "base/reader.h"
#include "format/report.h"

enum { PG_TOLD = 2 };
enum { PG_MINOR_FIRST = 10, PG_MINOR_LAST = 16 }; /* archive versions 1.10 to 1.16 are known */
enum { PG_STRING_MAX = 0x3fffffff };              /* bytes; PostgreSQL has no longer text */

/* Returns from the calling function unless CALL read something. */
#define PG_MUST(call)                                                                          \
	do {                                                                                   \
		int must_ = (call);                                                            \
		if (must_ != 1)                                                                \
			return must_;                                                          \
	} while (0)

/* The byte of the header; a directory's toc.dat says TAR too. */
enum pg_container { PG_CUSTOM = 1, PG_TAR = 3, PG_DIRECTORY = 5 };
/* How data is packed: the algorithm byte of 1.15 and later. */
enum pg_packing { PG_PLAIN, PG_ZLIB, PG_LZ4, PG_ZSTD };

struct pghead {
	unsigned major, minor, rev;
	unsigned int_size, off_size; /* bytes: 4 or 8 */
	enum pg_container container;
	enum pg_packing packing;
};

/* An archive that is being read. */
struct pgin {
	struct reader r;
	struct report *report;
	struct pghead head;
};

/* A string's first KEEP bytes, NUL-ended; on the heap, used again for the next one. */
struct pgtext {
	char *s;
	size_t n, room;
	uint64_t length; /* of the whole string; bytes */
	bool null;       /* there was none */
};

int pgin_int(int64_t *out, struct pgin *in);
/* A string with a NUL inside, or one above PG_STRING_MAX, is malformed. Memory grows as bytes
 * arrive, to KEEP at most. */
int pgin_text(struct pgtext *out, struct pgin *in, size_t keep);
int pgin_skip_text(struct pgin *in);
void pgtext_clear(struct pgtext *t);

/*
 * Reads the header into in->head and its facts into the report: format_version, producer,
 * server_version, database, started. A version outside 1.10 to 1.16 is unsupported-version and
 * PG_TOLD.
 */
int pghead_read(struct pgin *in);
