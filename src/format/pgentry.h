/*
 * format/pgentry.h - one entry of a pg_dump archive's table of contents, as it is being read
 *
 * Source: PostgreSQL, src/bin/pg_dump/pg_backup_archiver.c (ReadToc). Fields by version:
 * section since 1.11, table access method since 1.14, relkind since 1.16. Last comes what its
 * container adds: custom the place of its data block, tar and directory the name of its file.
 * Nothing here has a checksum: what is held against it is all that pg_dump cannot write (zero
 * bytes in strings, letters in numbers, sections and flags that do not exist or disagree).
 */
#pragma once
#include "format/pghead.h"

enum pgentry_section { SECTION_NONE = 1, SECTION_PRE_DATA, SECTION_DATA, SECTION_POST_DATA };
enum pgentry_place { PLACE_UNKNOWN = 1, PLACE_SET, PLACE_NO_DATA };

/* Zeroed is right; its texts are used again for the next entry. Names are kept up to 4 KiB,
 * DEFN up to 1 MiB of the kinds that say how tables hang together, COPY as long as 1600 columns
 * with the longest names make it. */
struct pgentry {
	int64_t id, dumper, section; /* section 0 before 1.11 */
	int64_t first;               /* of its dependencies; 0: it has none */
	struct pgtext tag, desc, defn, copy, schema, file;
	uint8_t place; /* custom; enum pgentry_place */
	uint64_t at;   /* custom: byte of the block when the place is SET */
};

/* Answers as pghead.h says. */
int pgentry_read(struct pgentry *e, struct pgin *in);
bool pgentry_is(const struct pgentry *e, const char *desc);
/* false: an entry ENCODING or STDSTRINGS whose value pg_restore refuses. */
bool pgentry_setting(const struct pgentry *e);
void pgentry_clear(struct pgentry *e);

/* Writes WHAT down as malformed and returns PG_TOLD. */
int pgentry_wrong(struct pgin *in, const struct pgentry *e, const char *what);
