/*
 * format/manifest.h - the backup_manifest of a base backup: every file with its size and
 * checksum, and the WAL that it needs
 *
 * Source: PostgreSQL, doc/src/sgml/backup-manifest.sgml, src/backend/backup/backup_manifest.c,
 * src/common/parse_manifest.c. Version 1 is of PostgreSQL 13 to 16, version 2 of 17 and 18.
 * What a file needs in memory: 32 bytes, its path, its checksum.
 */
#pragma once
#include "base/checksum.h"
#include "base/stream.h"
#include "format/report.h"

enum { MANIFEST_FILES_MAX = 1000000, MANIFEST_RANGES_MAX = 1000 };

struct manifest_file {
	const char *path;   /* any bytes but NUL, '/' between */
	const uint8_t *sum; /* checksum_size(kind) bytes */
	uint64_t size;
	enum checksum_kind kind;
};

/* WAL from START to END of one timeline. */
struct manifest_range {
	uint32_t timeline;
	uint64_t start, end;
};

struct manifest {
	int version;
	uint64_t system_id;      /* 0 in version 1 */
	struct manifest_file *v; /* sorted by path, none twice */
	size_t n;
	struct manifest_range *ranges; /* oldest first; each begins where the one before ends */
	size_t range_count;
	bks_time newest; /* the latest Last-Modified; BKS_TIME_NONE */
	bool whole;      /* all of it was read: what it does not name is not in the backup */
};

/* Reads IN, a manifest, to its end; what it keeps lives in A. What is wrong with it is a
 * finding of R, and `whole` is false unless every file in it was understood. 0, or negative as
 * of a stream (not BKS_E_CUT). */
int manifest_read(
	struct manifest *out, stream *in, struct report *r, bks_arena *a, bks_error *err);

/* The place of PATH in M, or -1. */
ptrdiff_t manifest_find(const struct manifest *m, const char *path);

/* Whether HEAD begins as a manifest does. */
bool manifest_begins(const uint8_t *head, size_t n);

/* "0/16B3D80" as PostgreSQL prints a place in the WAL, and nothing after it. */
bool lsn_read(uint64_t *out, const char *text);
