/* format/zipends.h - the records that end a zip: what they count against what was met */
#pragma once
#include "format/report.h"

struct zipends {
	struct report *report;
	uint64_t from, count; /* of the central directory: its first byte, its records */
	uint64_t behind;      /* its last byte + 1 */
	uint64_t at64;        /* of the zip64 end record */
	uint64_t count64, size64, from64; /* what that record says */
	bool begun, closed; /* central records were met; another record came behind them */
	bool has64, located;
	bool volumes; /* one of several files */
};

void zipends_central(struct zipends *e, uint64_t at, uint64_t n); /* a central record */
void zipends_other(struct zipends *e, uint64_t at);               /* what comes behind them */
void zipends_64(struct zipends *e, uint64_t at, const uint8_t *p, size_t n);
void zipends_locator(struct zipends *e, const uint8_t *p);
void zipends_end(struct zipends *e, uint64_t at, const uint8_t *p); /* all that is compared */
