/*
 * pg_dump -Fc: a header, a table of contents, and a block of data for each entry that has some.
 * Nothing marks the end of the file, so it is the table of contents that says what must have
 * come before it.
 */
#include "format/format.h"
#include "format/pglanes.h"
#include <string.h>

enum { MISSING_SHOWN = 20 };

struct custom {
	struct pgin in;
	struct pgtoc toc;
	struct pgblocks blocks;
	enum { IN_HEADER, IN_TOC, BETWEEN_BLOCKS, IN_BLOCK } place;
	struct pgdata *now;    /* whose block it is */
	size_t unseen;         /* entries whose block did not come yet */
	struct pglanes *lanes; /* that look into the blocks; NULL: nobody else does */
};

static int probe(const uint8_t *head, size_t n)
{
	if (n < 5 || memcmp(head, "PGDMP", 5) != 0)
		return 0;
	return n > 10 && head[5] == 1 && head[10] == PG_CUSTOM ? 56 : 40;
}

/* toc.dat of a directory or tar dump, without the files that hold its data. */
static int other_container(struct custom *c)
{
	struct report *r = c->in.report;

	r->out->format = "pgdump-directory";
	report_find(r, F_UNSUPPORTED_FORMAT, NULL,
		"the table of contents (toc.dat) of a directory or tar dump, without its data "
		"files");
	return PG_TOLD;
}

static const char *entry_text(struct report *r, int64_t id)
{
	return arena_form(r->arena, "entry %lld", (long long)id);
}

/* The entry that a block belongs to, or NULL with the finding written. */
static struct pgdata *owner_of(struct custom *c, uint64_t at, uint8_t type, int64_t id)
{
	struct report *r = c->in.report;
	struct pgdata *d = pgtoc_find(&c->toc, id);

	if (!d) {
		report_find(r, F_BLOCK_UNEXPECTED, report_byte(r, at),
			"data for entry %lld, which the table of contents does not have or "
			"which has none",
			(long long)id);
		return NULL;
	}
	if (d->seen) {
		report_find(r, F_BLOCK_UNEXPECTED, report_byte(r, at),
			"a second block of data for %s", pgdata_text(r, d));
		return NULL;
	}
	d->seen = true;
	c->unseen--;
	if ((type == PGBLOCK_BLOBS) != (d->kind == PGDATA_BLOBS)) {
		report_find(r, F_BLOCK_UNEXPECTED, report_byte(r, at),
			"the block of %s is of another kind", pgdata_text(r, d));
		return NULL;
	}
	if (d->placed && d->at != at)
		report_find(r, F_SIZE_CONFLICT, report_byte(r, at),
			"the block of %s begins here and not at byte %llu as the table of "
			"contents says",
			pgdata_text(r, d), (unsigned long long)d->at);
	return d;
}

static int no_block(struct custom *c, uint8_t type)
{
	struct report *r = c->in.report;
	const char *where = report_byte(r, c->in.r.at - 1);
	char more[4];

	if (c->unseen)
		report_find(r, F_MALFORMED, where,
			"a data block begins with 1 or 3, not with %u", type);
	else if (type == 'P' && reader_take(&c->in.r, more, 4) == 1 && !memcmp(more, "GDMP", 4))
		report_find(r, F_TWO_DUMPS_IN_ONE, where, "a second archive begins here");
	else
		report_find(r, F_TRAILING_DATA, where, "bytes after the last data block");
	return PG_TOLD;
}

static int read_block(struct custom *c, uint8_t type)
{
	struct pgblocks b = c->blocks;
	uint64_t at = c->in.r.at - 1;
	int64_t id;
	int r;

	c->place = IN_BLOCK;
	c->now = NULL;
	PG_MUST(pgin_int(&id, &c->in));
	c->now = owner_of(c, at, type, id);
	if (!c->now)
		b.oids = NULL;
	if (!c->now || c->lanes)
		b.unpack = NULL;
	r = type == PGBLOCK_BLOBS ? pgblocks_blobs(&b, c->now) : pgblocks_data(&b, c->now);
	c->blocks.unchecked |= b.unchecked;
	PG_MUST(r);
	if (c->lanes)
		pglanes_block(c->lanes, c->in.r.at);
	c->place = BETWEEN_BLOCKS;
	return 1;
}

static int read_blocks(struct custom *c)
{
	for (;;) {
		uint8_t type;
		int got = reader_byte(&c->in.r, &type);

		if (got <= 0)
			return got < 0 ? got : 1; /* the one place where the file may end */
		if (type != PGBLOCK_DATA && type != PGBLOCK_BLOBS)
			return no_block(c, type);
		PG_MUST(read_block(c, type));
	}
}

static void forget_blocks(struct custom *c)
{
	for (size_t i = 0; i < c->toc.n; i++)
		c->toc.v[i].seen = false;
	c->unseen = c->toc.n;
	pgoids_forget(&c->toc.oids);
}

/* One by one, from where the blocks begin, although the lanes had them all: they only know that
 * something is wrong. */
static int read_again(struct custom *c, uint64_t from)
{
	struct report *r = c->in.report;
	AUTO(stream_auto) stream *in = r->again(r->again_arg, from, UINT64_MAX);
	struct reader first = c->in.r;
	uint64_t told = r->findings.n + r->dropped;
	int got = PG_TOLD;

	forget_blocks(c);
	c->place = BETWEEN_BLOCKS;
	if (in) {
		reader_init(&c->in.r, in, first.err);
		c->in.r.at = from;
		got = read_blocks(c);
		first.at = c->in.r.at;
		first.n = 0;
		c->in.r = first;
	}
	if (!in || (got == 1 && r->findings.n + r->dropped == told))
		report_find(r, F_READ_ERROR, NULL,
			"its blocks were read twice, and were not the same");
	return got;
}

/* This thread only finds out where each block ends; what is in it the lanes read. */
static int skim(struct custom *c, struct report *r)
{
	struct reader whole = c->in.r;
	stream *in = pglanes_watch(c->lanes, &whole);
	int got;

	c->in.report = r;
	reader_init(&c->in.r, in, whole.err);
	c->in.r.at = whole.at;
	got = read_blocks(c);
	if (got == 1)
		pglanes_last(c->lanes);
	stream_close(in);
	whole.at = c->in.r.at;
	whole.n = 0;
	c->in.r = whole;
	return got;
}

static int read_by_lanes(struct custom *c)
{
	struct report *r = c->in.report, apart;
	uint64_t from = c->in.r.at;
	bks_inspection out = {0};
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	bool good;
	int got;

	report_init(&apart, &out, a);
	c->lanes = pglanes_new(r, &c->in.head, &c->toc);
	got = skim(c, &apart);
	good = pglanes_end(&c->blocks.unchecked, c->lanes, got == 1 && !apart.findings.n);
	c->in.report = r;
	c->lanes = NULL;
	if (good || got == BKS_E_INTERRUPTED)
		return got;
	if (r->doubt && atomic_load(r->doubt))
		return PG_TOLD; /* all is read again anyhow */
	c->blocks.unchecked = false;
	return read_again(c, from);
}

/* 1: the end came where it may come; else as pghead.h says. */
static int read_all(struct custom *c)
{
	PG_MUST(pghead_read(&c->in));
	if (c->in.head.container != PG_CUSTOM)
		return other_container(c);
	c->place = IN_TOC;
	PG_MUST(pgtoc_read(&c->toc, &c->in));
	c->place = BETWEEN_BLOCKS;
	c->unseen = c->toc.n;
	c->blocks.in = &c->in;
	c->blocks.unpack = pgunpack_new(c->in.head.packing, c->in.report->doubt);
	c->blocks.oids = &c->toc.oids;
	c->blocks.backslashes = c->toc.backslashes;
	return c->in.report->lanes > 1 ? read_by_lanes(c) : read_blocks(c);
}

static void tell_cut(struct custom *c)
{
	struct report *r = c->in.report;
	const char *in = "its header";

	if (c->place == IN_TOC)
		in = arena_form(r->arena, "the table of contents, in entry %llu of %llu",
			(unsigned long long)c->toc.at + 1, (unsigned long long)c->toc.count);
	else if (c->place == IN_BLOCK)
		in = c->now ? arena_form(r->arena, "the data of %s", pgdata_text(r, c->now))
			    : "the head of a data block";
	report_find(r, F_TRUNCATED, report_byte(r, c->in.r.at), "the archive ends in %s%s", in,
		!c->unseen ? ""
			   : arena_form(r->arena, "; the data of %zu more entries is missing",
				     c->unseen));
}

static void tell_missing(struct custom *c)
{
	struct report *r = c->in.report;
	unsigned long long end = c->in.r.at;
	size_t shown = 0;

	for (size_t i = 0; i < c->toc.n && shown < MISSING_SHOWN; i++) {
		const struct pgdata *d = &c->toc.v[i];

		if (d->seen)
			continue;
		report_find(r, F_BLOCK_MISSING, entry_text(r, d->id),
			"no data block of %s; the archive ends at byte %llu", pgdata_text(r, d),
			end);
		shown++;
	}
	if (c->unseen > shown)
		report_find(r, F_BLOCK_MISSING, NULL, "nor those of %zu more entries",
			c->unseen - shown);
}

/* When all blocks came, every large object of the list did too, unless only definitions were
 * dumped. */
static void tell_missing_oids(struct custom *c)
{
	size_t blocks = 0;

	for (size_t i = 0; i < c->toc.n; i++)
		blocks += c->toc.v[i].kind == PGDATA_BLOBS;
	if (blocks && !c->unseen && c->toc.oids.left)
		report_find(c->in.report, F_BLOCK_MISSING, NULL,
			"no data of %zu large objects that the table of contents lists, the "
			"first is %u",
			c->toc.oids.left, pgoids_first_left(&c->toc.oids));
}

static void tell_no_checksum(struct custom *c)
{
	static const char *const why[] = {
		"data is not packed", "", "pg_dump's lz4 has none", "pg_dump's zstd has none"};

	if (c->blocks.unchecked)
		report_find(c->in.report, F_NO_CHECKSUM, NULL,
			"no checksum covers the data (%s): only a digest can tell a changed "
			"byte",
			why[c->in.head.packing]);
}

static int walk(stream *in, struct report *r, bks_error *err)
{
	struct custom c = {.in = {.report = r}};
	int got;

	r->out->recognised = true; /* its magic was */
	reader_init(&c.in.r, in, err);
	got = read_all(&c);
	if (got == 0)
		tell_cut(&c);
	if (got == 1) {
		tell_missing(&c);
		tell_missing_oids(&c);
	}
	tell_no_checksum(&c);
	pgtoc_clear(&c.toc);
	pgunpack_free(c.blocks.unpack);
	if (got == PG_TOLD)
		got = stream_drain(in, NULL, err);
	return got < 0 && got != BKS_E_CUT ? got : 0;
}

const struct format format_custom = {.name = "pgdump-custom", .probe = probe, .walk = walk};
