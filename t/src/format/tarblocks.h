/*
 * format/tarblocks.h - the blocks of a tar, pushed through: where each member begins and ends,
 * and whether the archive does
 *
 * libarchive gives the members; this proves that nothing is lost around them: every header has
 * its checksum, every member its bytes and its padding of zeros, two blocks of zeros end it,
 * and nothing but zeros follows.
 */
#pragma once
#include "format/report.h"
#include "format/tarhead.h"
#include "format/tarpax.h"

enum { TAR_RECORD = 10240 };       /* what tars pad to */
enum { TAR_REGIONS_MAX = 200000 }; /* of one sparse file */

/* As its headers have it. */
struct tar_member {
	struct tar_member *next;
	char type;
	bool sparse;
	uint64_t at;       /* of its header, behind extension headers */
	uint64_t size;     /* bytes that are stored, before their padding */
	char *name, *link; /* NUL-ended; link "" where there is none */
	size_t name_n;     /* may count a NUL inside */
	char text[];
};

enum tar_state {
	TAR_AT_HEADER,
	TAR_IN_EXTENSION, /* the body of a long name or pax header */
	TAR_IN_REGIONS,   /* blocks that go on with the map of a sparse file */
	TAR_IN_DATA,
	TAR_AT_SECOND_ZEROS,
	TAR_BEHIND_END,
	TAR_LOST /* a finding was written; what follows cannot be read */
};

struct tarblocks {
	struct report *report;
	enum tar_state state;
	uint64_t at;          /* bytes pushed */
	bool deaf;            /* set when nobody takes members any more */
	bool limit;           /* a limit was reached: to be read no further */
	bool pax, gnu, posix; /* such headers were met */
	bool data;            /* bytes of some member */
	uint64_t members;     /* met so far */

	/* private */
	uint8_t block[USTAR_BLOCK];
	size_t have;   /* of the block */
	uint64_t left; /* bytes of data or extension */
	size_t pad;    /* and of padding behind them */
	struct tarhead head;
	char extension; /* type of the one that is read; 0 none waits for its member */
	bool waiting;   /* an extension without its member yet */
	char *body;     /* of extensions: the present one */
	size_t body_n;
	char *long_name, *long_link, *pax_body;
	size_t long_name_n, long_link_n;
	struct tarpax told;
	uint64_t regions; /* counted, or being read before the data */
	bool map;
	bool padding_told;
	uint64_t end_at; /* where the end mark ended */
	char inside[USTAR_PREFIX + USTAR_NAME + 40];
	struct tar_member *first, **last;
};

void tarblocks_begin(struct tarblocks *t, struct report *r);
void tarblocks_push(struct tarblocks *t, const uint8_t *p, size_t n);

/* The next member in the order of the archive, the caller's to free(); NULL: none is known. */
struct tar_member *tarblocks_take(struct tarblocks *t);

/* After the last byte: what is not there is a finding. */
void tarblocks_end(struct tarblocks *t);
void tarblocks_clear(struct tarblocks *t);
