/*
 * format/archive.h - libarchive over a stream (home of its headers): members one after the
 * other
 *
 * Only tar or only zip is enabled, no filter, and nothing is ever extracted. libarchive gets
 * out of an archive what it can; whether all is there is proven by the caller, who sees the
 * same bytes through FEED: always before libarchive does, and to their very end.
 */
#pragma once
#include "base/stream.h"

enum archive_kind { ARCHIVE_TAR, ARCHIVE_ZIP };

enum {
	ARCHIVE_SLICE = 64 * 1024
}; /* what libarchive is given at once; FEED is so far ahead of it */

typedef void archive_feed(void *arg, const uint8_t *p, size_t n);

enum archive_met {
	ARCHIVE_END = 0,
	ARCHIVE_MEMBER = 1,
	ARCHIVE_BROKEN = 2 /* nothing more can be read of it; `why` */
};

struct archived {
	bool stop;     /* set by the caller: no more is wanted, what comes next is broken */
	int64_t size;  /* of the present member as libarchive understood it; -1 unknown */
	uint64_t got;  /* bytes of it that were read so far, with holes */
	uint32_t crc;  /* CRC-32 of them; zip only */
	bool ended;    /* all of them were read */
	bool refused;  /* it cannot be read, others may be: `why` */
	stream data;   /* its bytes, holes as zeros; BKS_E_CUT when they break off. Owned here:
			  closing it is fine and needless */
	char why[160]; /* libarchive's words, of `refused` and of broken */

	/* private */
	void *la, *entry;
	enum archive_kind kind;
	stream *in;
	archive_feed *feed;
	void *feed_arg;
	bks_error *err;
	int failed; /* of IN: negative */
	bool broken;
	const uint8_t *p; /* of the present block, what libarchive was not given yet */
	size_t n;
	uint8_t *slice; /* what it was given last */
	size_t slice_n;
	const uint8_t *held; /* what comes behind a hole */
	size_t held_n;
	uint64_t hole_end, holes;
};

/* IN stays the caller's; ERR outlives A. 0 or BKS_E_LIMIT. End it in any case. */
int archive_begin(struct archived *a, enum archive_kind kind, stream *in, archive_feed *feed,
	void *feed_arg, bks_error *err);

/* The next member; what is left of the last one is passed over. An enum archive_met, or
 * negative when IN failed, BKS_E_CUT among it. */
int archive_member(struct archived *a);

/* Reads the present member's data to its end; holes cost nothing. 0, whatever `ended` and
 * `refused` say then; negative when IN failed. */
int archive_drain(struct archived *a);

/* Feeds the caller what libarchive did not want. 0 or negative. */
int archive_rest(struct archived *a);

void archive_end(struct archived *a);
