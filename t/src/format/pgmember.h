/*
 * format/pgmember.h - the members of a tar or directory dump, told apart by name and held
 * against its table of contents
 *
 * Source: PostgreSQL, src/bin/pg_dump/pg_backup_tar.c, pg_backup_directory.c. ID.dat is the
 * data of the entry ID; blob_OID.dat one large object; blobs.toc (since 17 blobs_ID.toc, one an
 * entry) lists those of its entry, "OID blob_OID.dat" a line. The texts come unpacked, in
 * pieces of any size.
 */
#pragma once
#include "format/pgrows.h"
#include "format/pgtoc.h"

enum pgmember_kind {
	PGMEMBER_STRANGE, /* the table of contents knows no such member */
	PGMEMBER_ROWS,    /* data of an entry: rows, or SQL on large objects (8.x) */
	PGMEMBER_LIST,    /* of an entry's large objects */
	PGMEMBER_OBJECT,  /* a large object */
	PGMEMBER_SCRIPT,  /* restore.sql: text, not judged */
};

/* All members of one dump. */
struct pgmembers {
	struct report *report;
	struct pgtoc *toc;
	struct pgoids objects; /* met and not listed yet; sorted by pgmembers_lists */
	size_t unseen;         /* entries whose member was not met */
};

/* One that is being read. */
struct pgmember {
	enum pgmember_kind kind;
	const char *name;    /* the caller's */
	struct pgdata *data; /* of ROWS and LIST */
	uint32_t oid;        /* of OBJECT */
	uint64_t from;       /* byte where its text begins; for `where` */
	struct pgrows rows;
	char line[48]; /* of LIST, what came of it */
	size_t line_n;
	uint64_t n;         /* bytes fed */
	uint64_t line_ends; /* that it ends with */
	uint8_t last;
	bool zeros, bad;
};

void pgmembers_begin(struct pgmembers *m, struct pgtoc *toc, struct report *r);
/* What NAME is, without the ending of a wrapping. Does not mark it as seen. */
void pgmember_find(struct pgmember *out, const struct pgmembers *m, const char *name);
/* Marks the entry's member as seen; false: it was met before, and that is told. */
bool pgmember_meet(struct pgmember *p, struct pgmembers *m);

/* Large objects that were met so far are what the next lists name; a list takes its own out,
 * and what is left after the last list is told by pgmembers_unlisted. */
void pgmembers_lists(struct pgmembers *m);
void pgmembers_unlisted(struct pgmembers *m);

void pgmember_begin(struct pgmember *p, const struct pgmembers *m, uint64_t from);
void pgmember_feed(struct pgmember *p, struct pgmembers *m, const uint8_t *bytes, size_t n);
/* All of it was fed. */
void pgmember_end(struct pgmember *p, struct pgmembers *m);

/* After the last member: what was not met. */
void pgmembers_missing(struct pgmembers *m);
void pgmembers_clear(struct pgmembers *m);
