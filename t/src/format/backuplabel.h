/*
 * format/backuplabel.h - backup_label, which tells a restored server where to begin, and the
 * backup history file (.backup), which the archive gets when the backup ends
 *
 * Source: PostgreSQL, src/backend/access/transam/xlogbackup.c (build_backup_content) and
 * xlogrecovery.c (read_backup_label).
 */
#pragma once
#include "format/report.h"

enum { BACKUPLABEL_MAX = 16 * 1024 };

struct backuplabel {
	uint64_t start, checkpoint;
	uint32_t timeline;
	uint64_t stop; /* of a history file, like those of stop; 0 */
	uint32_t stop_timeline;
	char segment[25]; /* the WAL file that START names, or "" */
	uint64_t parent;  /* of an incremental one; 0 */
	uint32_t parent_timeline;
	bool streamed, standby;          /* taken over the replication protocol; of a standby */
	bks_civil start_time, stop_time; /* year 0: not told; the zone as the server logs */
	const char *label;               /* NULL: none; in the report's arena */
};

/* Reads N bytes. HISTORY: STOP lines must be there, which a label lacks. false: what recovery
 * cannot do without is not there, and a finding of R says what. */
bool backuplabel_read(
	struct backuplabel *out, const char *text, size_t n, bool history, struct report *r);

/* A civil reading as an instant, where its zone is UTC; else BKS_TIME_NONE. */
bks_time backuplabel_instant(const bks_civil *c);
