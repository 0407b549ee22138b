/*
 * Page checksums. Eight reserved bytes alone prove nothing: other programs reserve some too, so
 * that the pages themselves say whether these are checksums.
 */
#include "format/sqlitesum.h"
#include <stdlib.h>
#include <string.h>

enum { TOLD_MAX = 10 };

static uint32_t little(const uint8_t *p)
{
	return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

static bool holds(const uint8_t *p, uint32_t n)
{
	uint32_t a = 0, b = 0;

	for (uint32_t i = 0; i < n - SQLITE_SUM_BYTES; i += 8) {
		a += little(p + i) + b;
		b += little(p + i + 4) + a;
	}
	return little(p + n - 8) == a && little(p + n - 4) == b;
}

int sqlite_sum_check(bool *summed, struct sqlite_copy *c, uint32_t page_size, struct report *r)
{
	uint64_t pages = c->part[SQLITE_MAIN].size / page_size, bad = 0, first[TOLD_MAX];
	uint8_t *page = malloc(page_size);

	if (!page)
		abort(); /* 64 KiB at most */
	for (uint64_t i = 0; i < pages; i++) {
		if (sqlite_copy_read(c, SQLITE_MAIN, page, page_size, i * page_size) < 0) {
			free(page);
			return -1;
		}
		if (holds(page, page_size))
			continue;
		if (bad < TOLD_MAX)
			first[bad] = i;
		bad++;
	}
	free(page);
	*summed = bad * 2 < pages;
	for (uint64_t i = 0; *summed && i < bad && i < TOLD_MAX; i++)
		report_find(r, F_CHECKSUM_MISMATCH, report_byte(r, first[i] * page_size),
			"page %llu is not that of its checksum",
			(unsigned long long)first[i] + 1);
	return 0;
}
