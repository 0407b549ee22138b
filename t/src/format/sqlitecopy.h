/*
 * format/sqlitecopy.h - the private copy of a database and of what lies beside it: bytes at any
 * place, in memory or in the scratch file, to write on as SQLite likes
 */
#pragma once
#include "base/stream.h"
#include <sys/types.h>

enum sqlite_file { SQLITE_MAIN, SQLITE_JOURNAL, SQLITE_WAL, SQLITE_FILE_COUNT };

struct sqlite_part {
	bool there;
	uint64_t size;
	uint8_t *mem; /* NULL: in the scratch file from BASE on */
	size_t room;
	uint64_t base, end; /* it may not grow past END */
};

/* Zeroed but for SCRATCH, BUDGET and STOP is right. */
struct sqlite_copy {
	int scratch;             /* 0 or less: none. Overwritten from its first byte on */
	uint64_t budget;         /* bytes that may be held in memory, of all parts together */
	bool (*stop)(void *arg); /* asked while SQLite reads; NULL is fine */
	void *stop_arg;
	struct sqlite_part part[SQLITE_FILE_COUNT];
	uint64_t held, taken; /* in memory; of the scratch file */
	bool stopped;
	int error; /* errno of the scratch file's first failure */
};

enum { SQLITE_COPY_NO_ROOM = 1 };

/* Copies IN to its end. 0; SQLITE_COPY_NO_ROOM: err says what was too small; negative as of a
 * stream (BKS_E_CUT). */
int sqlite_copy_take(struct sqlite_copy *c, enum sqlite_file which, stream *in, bks_error *err);

/* Lets the part that was taken last grow by so many bytes. */
void sqlite_copy_grow(struct sqlite_copy *c, enum sqlite_file which, uint64_t by);

/* Bytes read, fewer only at the end; negative: the scratch file failed, or STOP said so. */
ssize_t sqlite_copy_read(
	struct sqlite_copy *c, enum sqlite_file which, void *out, size_t n, uint64_t at);
/* 0, or -1: no room for it, or the scratch file failed. Between the end and AT come zeros. */
int sqlite_copy_write(struct sqlite_copy *c, enum sqlite_file which, const void *bytes,
	size_t n, uint64_t at);
void sqlite_copy_clear(struct sqlite_copy *c); /* frees; the scratch file stays the caller's */
