/*
 * format/walhistory.h - TIMELINE.history: where each of its ancestors was left
 *
 * Source: PostgreSQL, src/backend/access/transam/timeline.c (readTimeLineHistory). Lines of
 * "TIMELINE LSN REASON", oldest first; empty ones and those that begin with # are passed over.
 */
#pragma once
#include "base/stream.h"
#include "format/report.h"

enum { WAL_HISTORY_MAX = 1024 * 1024 }; /* bytes that are read of one */

struct wal_fork {
	uint32_t timeline; /* of the ancestor */
	uint64_t lsn;      /* where it was left */
};

struct wal_forks {
	const struct wal_fork *v; /* oldest first */
	size_t n;
};

/* Reads N bytes of the history of timeline OF (0: not known). What is wrong are findings of R;
 * what was read up to there lives in its arena. */
void wal_history_read(
	struct wal_forks *out, const char *text, size_t n, uint32_t of, struct report *r);

int wal_history_probe(const uint8_t *head, size_t n); /* as format.h's probe */
/* As format.h's walk; BASE is the file's base name, or NULL. */
int wal_history_walk(stream *in, const char *base, struct report *r, bks_error *err);
