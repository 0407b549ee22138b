/* format/walparts.h - what wal.c, walpage.c and walrecord.c share of a walk over WAL, and
 * nobody else sees */
#pragma once
#include "base/bytes.h"
#include "format/wal.h"

enum { WAL_FIRST, WAL_FLOWING, WAL_SWITCHED, WAL_ENDING, WAL_BROKEN };

enum {
	PAGE_HEAD = 24, /* of a page; of the first one of a segment: */
	PAGE_HEAD_LONG = 40,
	RECORD_HEAD = 24,
	RECORD_CRC_AT = 20
};
#define RECORD_MAX WAL_RECORD_MAX

static inline uint16_t wal_le16(const uint8_t *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

/* The LSN of byte AT of the page at hand. */
static inline uint64_t wal_here(const struct wal *w, uint32_t at)
{
	return w->facts.lsn + w->at + at;
}

static inline bool wal_is_zero(const uint8_t *p, size_t n)
{
	return !n || (!*p && !memcmp(p, p + 1, n - 1)); /* each is as the one before */
}

/* Looks at the first bytes of a segment; then the walk flows, or it is broken. */
void wal_first(struct wal *w);
/* Takes one page of N bytes; N is less than a page only at the end of a short segment. */
void wal_page(struct wal *w, const uint8_t *p, uint32_t n);
/* Takes the records in P from AT to N. */
void wal_records(struct wal *w, const uint8_t *p, uint32_t at, uint32_t n);

/* Byte AT of the page cannot be what must stand there: the end of the log, or damage of KIND.
 * What lies behind it tells which. */
void wal_stop(struct wal *w, const uint8_t *p, uint32_t at, uint32_t n, enum finding_kind kind,
	const char *fmt, ...) PRINTF(6, 7);
/* The page P, behind such a place. */
void wal_behind(struct wal *w, const uint8_t *p, uint32_t n);
/* It was damage. */
void wal_confirm(struct wal *w);
/* Whether behind FROM in P a record follows on something that lies between SINCE and its own
 * place. */
bool wal_chained(
	const struct wal *w, const uint8_t *p, uint32_t from, uint32_t n, uint64_t since);
