/*
 * format/pgcontrol.h - global/pg_control: which cluster it is, and how far it was
 *
 * Source: PostgreSQL, src/include/catalog/pg_control.h; pg_control_version 1300 (PostgreSQL 13
 * to 16), 1700 and 1800, written by little-endian machines.
 */
#pragma once
#include "format/report.h"

enum { PGCONTROL_SIZE = 8192 };

enum pgcontrol_state {
	PGCONTROL_SHUT_DOWN = 1,
	PGCONTROL_IN_RECOVERY = 5,
	PGCONTROL_RUNNING = 6
};

struct pgcontrol {
	uint64_t system_id;
	uint32_t version, catalog;
	int major; /* of the server, by its catalog version; 0: not one of a release that is
		      known */
	uint32_t state;      /* enum pgcontrol_state and others */
	bks_time time;       /* its last change */
	uint64_t checkpoint; /* the record of the last one */
	uint64_t redo;       /* where replay from it begins */
	uint32_t timeline;   /* of that checkpoint */
	bks_time checkpoint_time;
	uint32_t block_size, segment_size; /* of data pages; of WAL files, bytes */
	uint32_t page_checksums;           /* 0: pages have none */
};

/* Reads the N bytes of the file. false: it is not to be understood, and a finding of R says
 * why. */
bool pgcontrol_read(struct pgcontrol *out, const uint8_t *p, size_t n, struct report *r);
