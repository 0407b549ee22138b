/* Chunk after chunk through the unpacker into the counter. The lengths are trusted by nobody:
 * they only say how far to read. */
#include "format/pgblocks.h"

static int read_chunk(struct pgblocks *b, uint64_t left)
{
	while (left) {
		const uint8_t *p;
		size_t n;

		PG_MUST(reader_some(&b->in->r, &p, &n, left));
		if (b->unpack)
			pgunpack_feed(b->unpack, p, n);
		left -= n;
	}
	return 1;
}

static int read_chain(struct pgblocks *b)
{
	for (;;) {
		int64_t n;

		PG_MUST(pgin_int(&n, b->in));
		if (!n)
			return 1;
		if (n < 0 || n > INT32_MAX) {
			report_find(b->in->report, F_MALFORMED,
				report_byte(b->in->report, b->in->r.at),
				"a piece of data claims a length of %lld bytes", (long long)n);
			return PG_TOLD;
		}
		PG_MUST(read_chunk(b, (uint64_t)n));
	}
}

static void tell_fault(struct pgblocks *b, const struct pgdata *d, uint64_t from)
{
	struct report *r = b->in->report;
	const char *what = pgdata_text(r, d), *why = pgunpack_reason(b->unpack);
	const char *where = report_byte(r, from);

	switch (pgunpack_end(b->unpack)) {
	case UNPACK_BROKEN:
		report_find(
			r, F_MALFORMED, where, "data of %s cannot be unpacked: %s", what, why);
		break;
	case UNPACK_CHECKSUM:
		report_find(r, F_CHECKSUM_MISMATCH, where,
			"data of %s: its bytes are not those of its checksum", what);
		break;
	case UNPACK_LIMIT:
		report_find(r, F_LIMIT_REACHED, where,
			"data of %s wants a window above 128 MiB: %s", what, why);
		break;
	case UNPACK_AFTER:
		report_find(r, F_TRAILING_DATA, where,
			"data of %s: bytes after the end of the packed stream", what);
		break;
	case UNPACK_CUT:
		report_find(r, F_TRUNCATED, where,
			"data of %s: the packed stream stops before its end", what);
		break;
	case UNPACK_FINE:
	default:
		break;
	}
}

/* Whether the data was unpacked to its end. */
static bool end_data(struct pgblocks *b, const struct pgdata *d, uint64_t from)
{
	if (pgunpack_end(b->unpack)) {
		tell_fault(b, d, from);
		return false;
	}
	b->unchecked |= !pgunpack_checked(b->unpack);
	return true;
}

void pgblocks_tell_rows(
	struct report *r, uint64_t from, const struct pgdata *d, struct pgrows *rows)
{
	enum pgrows_end end = pgrows_end(rows);
	const char *what, *where;

	if (d->table) {
		d->table->data = true;
		d->table->rows = (d->table->rows < 0 ? 0 : d->table->rows) + rows->rows;
	}
	if (end == ROWS_FINE)
		return;
	what = pgdata_text(r, d);
	where = report_byte(r, from);
	switch (end) {
	case ROWS_OPEN:
		report_find(r, rows->copy ? F_COPY_NOT_TERMINATED : F_STATEMENT_NOT_TERMINATED,
			where, "data of %s ends without %s", what,
			rows->copy ? "the line \\." : "ending its last statement");
		break;
	case ROWS_AFTER:
		report_find(r, F_TRAILING_DATA, where, "data of %s goes on after the line \\.",
			what);
		break;
	case ROWS_STRANGE:
		report_find(r, F_MALFORMED, where,
			"data of %s should be INSERT statements and is not from its byte %llu",
			what, (unsigned long long)rows->inserts.at);
		break;
	case ROWS_ZERO:
		report_find(r, F_MALFORMED, where,
			"data of %s has a zero byte, which no text of PostgreSQL has", what);
		break;
	case ROWS_BAD:
		report_find(r, F_MALFORMED, where,
			"row %llu of %s is none that COPY writes: another number of columns than "
			"its %d, or an escape that is none",
			(unsigned long long)rows->bad_row, what, d->columns);
		break;
	case ROWS_FINE:
	default:
		break;
	}
}

static void count(void *arg, const uint8_t *p, size_t n)
{
	pgrows_feed(arg, p, n);
}

static void ignore(void *arg, const uint8_t *p, size_t n)
{
	(void)arg, (void)p, (void)n;
}

/* Rows are told only of data that was unpacked to its end: half a count would pass for a count.
 */
static int read_rows(struct pgblocks *b, struct pgdata *d)
{
	uint64_t from = b->in->r.at;
	struct pgrows rows;

	if (d->table)
		d->table->data = true;
	pgrows_begin(&rows, d->copy, d->columns, b->backslashes);
	pgunpack_begin(b->unpack, count, &rows);
	PG_MUST(read_chain(b));
	if (end_data(b, d, from))
		pgblocks_tell_rows(b->in->report, from, d, &rows);
	return 1;
}

int pgblocks_data(struct pgblocks *b, struct pgdata *d)
{
	uint64_t from = b->in->r.at;

	if (b->in->report->dropped) /* nobody reads more, and each costs memory */
		return PG_TOLD;
	if (!b->unpack)
		return read_chain(b);
	if (d->kind == PGDATA_ROWS)
		return read_rows(b, d);
	pgunpack_begin(b->unpack, ignore, NULL);
	PG_MUST(read_chain(b));
	end_data(b, d, from);
	return 1;
}

static void check_oid(struct pgblocks *b, uint32_t oid)
{
	int got = b->oids && b->oids->n ? pgoids_take(b->oids, oid) : 0;

	if (got)
		report_find(b->in->report, F_BLOCK_UNEXPECTED,
			report_byte(b->in->report, b->in->r.at), "data of large object %u, %s",
			oid,
			got == 2 ? "for the second time"
				 : "which the table of contents does not list");
}

int pgblocks_blobs(struct pgblocks *b, struct pgdata *d)
{
	for (;;) {
		int64_t oid;

		PG_MUST(pgin_int(&oid, b->in));
		if (!oid)
			return 1;
		check_oid(b, (uint32_t)oid);
		PG_MUST(pgblocks_data(b, d));
	}
}
