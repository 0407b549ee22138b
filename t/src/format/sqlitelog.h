/*
 * format/sqlitelog.h - what lies beside a database: the write-ahead log and the rollback
 * journal
 *
 * After sqlite.org/fileformat2.html, sections 3 and 4, and wal.c and pager.c of SQLite. SQLite
 * stops in silence at the first record that is not whole; here it is told when something that
 * was promised lies behind it.
 */
#pragma once
#include "format/report.h"
#include "format/sqlitecopy.h"

struct sqlite_wal {
	bool counts;     /* it holds committed pages: they belong to the database */
	uint64_t frames; /* that SQLite will read */
	uint64_t commits;
	uint64_t loose; /* whole frames behind the last commit, of a transaction that never
			   ended */
	uint32_t pages; /* of the database, with them */
	bool bad;       /* a finding says what */
};

/* Reads the copied log of a database whose file has PAGES_IN_FILE whole pages of PAGE_SIZE. 0;
 * negative: interrupted, or the scratch file failed. */
int sqlite_wal_read(struct sqlite_wal *out, struct sqlite_copy *c, uint32_t page_size,
	uint64_t pages_in_file, struct report *r);

struct sqlite_journal {
	bool hot; /* the database is in mid-transaction, and this leads back */
	uint64_t records;
	uint32_t pages;    /* of the database, once it is rolled back */
	const char *super; /* the journal over several databases that it names; NULL */
	bool bad;
};

enum { SQLITE_JOURNAL_HEAD = 28 };

/* By how much the main file of SIZE bytes may grow when a journal that begins so is rolled
 * back. */
uint64_t sqlite_journal_growth(const uint8_t *head, size_t n, uint64_t size);

/* As sqlite_wal_read. */
int sqlite_journal_read(struct sqlite_journal *out, struct sqlite_copy *c, uint32_t page_size,
	struct report *r);
