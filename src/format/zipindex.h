/*
 * format/zipindex.h - what the local headers of a zip said, to be held against its central
 * directory
 */
#pragma once
#include "format/report.h"

enum { ZIP_ENCRYPTED = 1, ZIP_SIZES_BEHIND = 8, ZIP_UTF8 = 1 << 11 }; /* flags */
enum { ZIP_STORED = 0, ZIP_DEFLATED = 8 };                            /* methods */
enum { ZIP_VERSION_64 = 45, ZIP_VERSION_MAX = 63 };                   /* ten times */

/* A member as it stands in the file: its local header, and the descriptor behind its bytes. */
struct zip_record {
	const char *name;      /* NUL-ended */
	uint64_t at, end;      /* of its local header; behind its last byte */
	uint64_t stored, size; /* bytes in the file, and unpacked */
	uint32_t crc;
	uint16_t name_n, flags, method;
	uint8_t version, system; /* that is needed to unpack it, ten times */
	bool open;               /* its local header does not say how long it is */
	bool known;              /* sizes and CRC are: its end was found */
	bool listed;             /* the central directory has it */
	bool link;               /* by the central directory: a symbolic link */
	bool leaving;            /* as a link it would lead out of the folder */
};

struct zipindex {
	struct report *report;
	struct zip_record *v; /* in the order of the file */
	size_t n, room;
	uint32_t *by_name; /* places + 1, open addresses */
	size_t name_room;
	bks_arena *names;
	size_t bytes; /* of memory, at most three quarters of what the report allows */
};

void zipindex_begin(struct zipindex *x, struct report *r);

/* One more, zeroed but for its name: until the next is added. NULL: no memory left, a finding
 * says so. *twice: the name is there already. */
struct zip_record *zipindex_add(struct zipindex *x, const uint8_t *name, size_t n, bool *twice);

struct zip_record *zipindex_at(const struct zipindex *x, uint64_t at);     /* NULL: none */
struct zip_record *zipindex_around(const struct zipindex *x, uint64_t at); /* AT lies in it */
struct zip_record *zipindex_named(const struct zipindex *x, const uint8_t *name, size_t n);
void zipindex_clear(struct zipindex *x);

/* A central record: P, N bytes of it, all there. */
void zipindex_meet(struct zipindex *x, const uint8_t *p, size_t n);
/* Who is not in the central directory. */
void zipindex_unlisted(struct zipindex *x);

/* Replaces sizes and OFFSET (may be NULL) that are told as 0xffffffff by those of the zip64
 * field in EXTRA. false: the fields do not add up. *has: such a field was there. */
bool zip64_read(uint64_t *size, uint64_t *stored, uint64_t *offset, bool *has,
	const uint8_t *extra, size_t n);
