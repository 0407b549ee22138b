/*
 * format/sqlitehead.h - the first 100 bytes of a database file
 *
 * After sqlite.org/fileformat2.html, section 1.3, and btreeInt.h of SQLite.
 */
#pragma once
#include "format/report.h"

enum { SQLITE_HEAD = 100, SQLITE_PAGE_MIN = 512, SQLITE_PAGE_MAX = 65536 };

struct sqlite_head {
	uint32_t page_size;                  /* 512 to 65536; 0: what stands there is none */
	uint8_t write_version, read_version; /* 1 rollback journal, 2 WAL */
	uint8_t reserved;                    /* bytes at the end of each page */
	uint32_t change_counter, valid_for;
	uint32_t pages; /* as the header says; 0 unless both counters agree */
	uint32_t schema_format, encoding;
	int32_t user_version;
	uint32_t written_by; /* SQLITE_VERSION_NUMBER; 0 before 3.7.0 */
};

uint32_t sqlite_u32(const uint8_t *p); /* big-endian, as all numbers of the format */

/* Whether N is a size that pages have. */
bool sqlite_page_size(uint32_t n);

/* Bits recognised of HEAD, also of a header that was cut off or damaged in part; 0: none of
 * ours. */
int sqlite_probe(const uint8_t *head, size_t n);

/* Reads the header (SQLITE_HEAD bytes) and writes down what is wrong with it. 0: pages can be
 * read; 1: they cannot (a finding says so). */
int sqlite_head_read(struct sqlite_head *out, const uint8_t *head, struct report *r);

/* "3.40.1" of 3040001. */
const char *sqlite_version(uint32_t number, bks_arena *a);
