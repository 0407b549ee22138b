/*
 * format/ziprecords.h - the records of a zip, pushed through: local headers, bytes,
 * descriptors, the central directory and the end, each behind the other without a gap
 *
 * Source: PKWARE, APPNOTE.TXT 6.3.10. A member whose size stands behind its bytes ends where a
 * descriptor tells exactly the bytes since their begin, and a record follows: no byte is
 * unpacked to know it.
 */
#pragma once
#include "format/zipends.h"
#include "format/zipindex.h"

enum { ZIP_TAIL = 28 }; /* the longest descriptor, and the signature of what follows it */

enum zip_state {
	ZIP_AT_RECORD,
	ZIP_IN_DATA,      /* `left` bytes of them */
	ZIP_IN_OPEN_DATA, /* up to its descriptor */
	ZIP_AT_DESCRIPTOR,
	ZIP_IN_GAP, /* bytes that belong to nothing, up to the next record */
	ZIP_IN_COMMENT,
	ZIP_BEHIND_END,
	ZIP_LOST /* a finding was written; what follows cannot be read */
};

struct ziprecords {
	struct report *report;
	enum zip_state state;
	uint64_t at; /* bytes pushed */
	struct zipindex index;
	struct zipends ends;
	bool limit; /* a limit was reached: to be read no further */

	/* called for each local header, its record zeroed but for what it says */
	void (*meet)(void *arg, struct zip_record *r, bool twice);
	void *meet_arg;

	/* private */
	uint8_t *hold; /* the record that is being gathered */
	size_t have, room;
	uint64_t left, data_at, gap_at;
	uint8_t tail[ZIP_TAIL]; /* the last bytes of open data */
	size_t tail_n;
	bool zeros; /* some follow the end */
	uint64_t end_at;
};

void ziprecords_begin(struct ziprecords *z, struct report *r);
void ziprecords_push(struct ziprecords *z, const uint8_t *p, size_t n);
/* After the last byte; CUT: whoever unpacked it missed bytes too. */
void ziprecords_end(struct ziprecords *z, bool cut);
void ziprecords_clear(struct ziprecords *z);
