/*
 * pg_dump -Fd: toc.dat, and beside it a file for each entry that has data, for each large
 * object and for each list of these, bare or wrapped one by one. pg_restore asks only for the
 * files that it comes by: here each that must be there is read to its end, several at once, and
 * no other is.
 */
#include "format/format.h"
#include "format/pgfiles.h"
#include "format/pgmember.h"
#include "format/pgtarget.h"
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* What a thread learned of one file with rows. */
struct counted {
	bool data;
	int64_t rows; /* -1: not to the end */
};

struct directory {
	struct folder *f;
	struct pgin in; /* toc.dat */
	struct pgtoc toc;
	struct pgmembers members;
	struct counted *counted; /* by member */
	size_t *list;            /* members to be read */
	size_t n;
	atomic_llong unwrapped; /* bytes */
	atomic_llong open_ends; /* large objects whose end nothing tells */
	atomic_bool unchecked;  /* some data has no checksum */
	bool whole_toc;
	bool packed; /* some member is wrapped, as none is in a tar */
};

static int read_contents(struct directory *d)
{
	struct report *r = d->in.report;

	PG_MUST(pghead_read(&d->in));
	if (d->in.head.container != PG_TAR) { /* pg_dump writes that of a tar here too */
		report_find(r, F_MALFORMED, report_byte(r, d->in.r.at),
			"its toc.dat is that of a custom dump");
		return PG_TOLD;
	}
	return pgtoc_read(&d->toc, &d->in);
}

static int check_end(struct directory *d)
{
	struct report *r = d->in.report;
	uint64_t from = d->in.r.at;
	const uint8_t *p;
	size_t n;
	int got;

	while ((got = reader_some(&d->in.r, &p, &n, UINT64_MAX)) > 0)
		;
	if (d->in.r.at > from)
		report_find(r, F_TRAILING_DATA, report_byte(r, from),
			"%llu bytes behind the last entry",
			(unsigned long long)(d->in.r.at - from));
	return got;
}

static int walk_contents(void *arg, size_t i, stream *in, struct report *r, bks_error *err)
{
	struct directory *d = arg;
	stream *top = stream_borrow(in);
	char name[PGFILES_NAME];
	int got = pgfiles_unpack(&top, pgfiles_stem(name, d->f->m->v[i].name), false, r, err);

	if (!got) {
		reader_init(&d->in.r, top, err);
		d->in.report = r;
		got = read_contents(d);
		d->whole_toc = got == 1;
		if (got == 0)
			report_find(r, F_TRUNCATED, report_byte(r, d->in.r.at),
				"it ends before the last entry of the table of contents");
		if (got == 1)
			got = check_end(d);
	}
	atomic_fetch_add(&d->unwrapped, (long long)top->given);
	stream_close(top);
	return got < 0 ? got : 0;
}

/* A note for each file would fill the list: one stands for all. */
static bool drop_notes(struct report *r)
{
	size_t n = 0, all = r->findings.n;

	for (size_t i = 0; i < all; i++)
		if (strcmp(r->findings.v[i].code, "no-checksum") != 0)
			r->findings.v[n++] = r->findings.v[i];
	r->findings.n = n;
	return n < all;
}

/* What pg_dump writes behind the rows: two empty lines, also where there is no row. Each of its
 * lines ends, so that a text that was cut ends otherwise. */
static bool ends_well(const struct pgmember *p)
{
	uint64_t line_ends = p->rows.copy || p->rows.rows ? 3 : 2;

	return p->line_ends >= line_ends;
}

/* A bare file has no length, no checksum and no end of its own: what it ends with is all there
 * is. */
static void check_cut(const struct pgmember *p, struct report *r)
{
	if (p->kind == PGMEMBER_ROWS && p->data->kind == PGDATA_ROWS && !ends_well(p) &&
		!r->findings.n)
		report_find(r, F_TRUNCATED, report_byte(r, p->n),
			"data of %s ends without the empty lines that pg_dump writes behind it",
			pgdata_text(r, p->data));
}

static void check_target(
	struct directory *d, const struct pgmember *p, stream *top, struct report *r)
{
	const uint8_t *head;
	const char *other;
	size_t n;

	if (p->kind != PGMEMBER_ROWS || p->data->copy || !p->data->table ||
		stream_peek(top, PGTARGET_HEAD, &head, &n, NULL))
		return;
	other = pgtarget_other(d->f->report, p->data->table, head, n, r->arena);
	if (other)
		report_find(r, F_MALFORMED, report_byte(r, 0), "data of %s holds rows of %s",
			pgdata_text(r, p->data), other);
}

/* 0: all of it was fed; negative as of a stream. */
static int feed(struct pgmember *p, struct pgmembers *m, stream *top, bks_error *err)
{
	const uint8_t *bytes;
	size_t n;
	int s;

	while ((s = stream_next(top, &bytes, &n, err)) > 0)
		pgmember_feed(p, m, bytes, n);
	return s;
}

/* Rows and large objects, on any thread: what the others share is only read. */
static int walk_data(void *arg, size_t i, stream *in, struct report *r, bks_error *err)
{
	struct directory *d = arg;
	struct pgmembers mine = {.report = r, .toc = &d->toc};
	struct pgdata entry = {0};
	bks_table table = {0};
	struct pgmember p;
	stream *top = stream_borrow(in);
	char name[PGFILES_NAME];
	int packing = pgfiles_stem(name, d->f->m->v[i].name), s;

	pgmember_find(&p, &mine, name);
	if (p.data) {
		entry = *p.data;
		if (entry.table) {
			table = *entry.table;
			table.rows = -1;
			entry.table = &table;
		}
		p.data = &entry;
	}
	p.name = d->f->m->v[i].name;
	pgmember_begin(&p, &mine, 0);
	s = pgfiles_unpack(&top, packing, p.kind == PGMEMBER_OBJECT, r, err);
	if (!s) {
		check_target(d, &p, top, r);
		s = feed(&p, &mine, top, err);
	}
	if (!s || (s > 0 && p.kind == PGMEMBER_OBJECT)) {
		pgmember_end(&p, &mine);
		check_cut(&p, r);
	}
	if (p.kind == PGMEMBER_OBJECT && (packing == PGFILES_BARE || !in->given))
		atomic_fetch_add(&d->open_ends, 1);
	d->counted[i] = (struct counted){table.data, table.rows};
	atomic_fetch_add(&d->unwrapped, (long long)top->given);
	stream_close(top);
	if (drop_notes(r) || packing == PGFILES_BARE)
		atomic_store(&d->unchecked, true);
	return s < 0 ? s : 0;
}

/* A list of large objects, held against those that were met. */
static int walk_list(void *arg, size_t i, stream *in, struct report *r, bks_error *err)
{
	struct directory *d = arg;
	struct pgmember p;
	stream *top = stream_borrow(in);
	const char *member = r->member;
	char name[PGFILES_NAME];
	int packing = pgfiles_stem(name, d->f->m->v[i].name),
	    s = pgfiles_unpack(&top, packing, false, r, err);

	pgmember_find(&p, &d->members, name);
	p.name = member;
	pgmember_begin(&p, &d->members, 0);
	r->member = NULL; /* what it lists and is not there goes by its own name */
	if (!s)
		s = feed(&p, &d->members, top, err);
	if (!s)
		pgmember_end(&p, &d->members);
	r->member = member;
	atomic_fetch_add(&d->unwrapped, (long long)top->given);
	stream_close(top);
	return s < 0 ? s : 0;
}

/* Notes member I for reading, or tells why it should not be there. */
static void meet(struct directory *d, size_t i)
{
	const struct member *m = &d->f->m->v[i];
	struct report *r = d->f->report;
	struct pgmember p;
	char name[PGFILES_NAME];

	pgfiles_stem(name, m->name);
	pgmember_find(&p, &d->members, name);
	p.name = m->name;
	if (p.kind == PGMEMBER_SCRIPT && !d->packed)
		return; /* a tar dump that was extracted: pg_restore takes the folder */
	if (p.kind == PGMEMBER_STRANGE || p.kind == PGMEMBER_SCRIPT) {
		report_find(r, F_MEMBER_UNEXPECTED, arena_text(r->arena, m->name),
			"pg_dump writes no such file, or not into this dump");
		return;
	}
	if (!pgmember_meet(&p, &d->members) || m->kind != MEMBER_FILE)
		return; /* what is no file is told at the end */
	d->list[d->n++] = i;
}

static bool is_list(const struct directory *d, size_t i)
{
	struct pgmember p;
	char name[PGFILES_NAME];

	pgfiles_stem(name, d->f->m->v[i].name);
	pgmember_find(&p, &d->members, name);
	return p.kind == PGMEMBER_LIST;
}

/* Those that are no lists come to the front: *n is how many. */
static void part_lists(struct directory *d, size_t *n)
{
	size_t *all = d->list, *lists = calloc(d->n + 1, sizeof *lists), k = 0;

	if (!lists)
		abort(); /* of members that are there */
	*n = 0;
	for (size_t i = 0; i < d->n; i++)
		if (is_list(d, all[i]))
			lists[k++] = all[i];
		else
			all[(*n)++] = all[i];
	memcpy(all + *n, lists, k * sizeof *lists);
	free(lists);
}

static void add_rows(struct directory *d, size_t i)
{
	struct pgmember p;
	char name[PGFILES_NAME];
	bks_table *t;

	pgfiles_stem(name, d->f->m->v[i].name);
	pgmember_find(&p, &d->members, name);
	t = p.data ? p.data->table : NULL;
	if (!t)
		return;
	t->data |= d->counted[i].data;
	if (d->counted[i].rows >= 0)
		t->rows = (t->rows < 0 ? 0 : t->rows) + d->counted[i].rows;
}

static int read_members(struct directory *d, bks_error *err)
{
	size_t data;
	int s;

	part_lists(d, &data);
	s = folder_each(d->f, d->list, data, walk_data, d, err);
	for (size_t i = 0; i < data; i++)
		add_rows(d, d->list[i]);
	pgmembers_lists(&d->members);
	for (size_t i = data; !s && i < d->n; i++)
		s = folder_read(d->f, d->list[i], walk_list, d, err);
	return s;
}

static bool any_packed(const members *m)
{
	char stem[PGFILES_NAME];

	for (size_t i = 0; i < m->n; i++)
		if (pgfiles_stem(stem, m->v[i].name) != PGFILES_BARE)
			return true;
	return false;
}

static int walk_members(struct directory *d, size_t contents, bks_error *err)
{
	size_t n = d->f->m->n;
	int s;

	pgmembers_begin(&d->members, &d->toc, d->f->report);
	d->counted = calloc(n, sizeof *d->counted);
	d->list = calloc(n, sizeof *d->list);
	if (!d->counted || !d->list)
		abort(); /* of members that are there */
	d->packed = any_packed(d->f->m);
	for (size_t i = 0; i < n; i++)
		if (i != contents)
			meet(d, i);
	s = read_members(d, err);
	if (!s) {
		pgmembers_unlisted(&d->members);
		pgmembers_missing(&d->members);
	}
	free(d->counted);
	free(d->list);
	pgmembers_clear(&d->members);
	return s;
}

static void tell_open_ends(struct directory *d)
{
	long long n = atomic_load(&d->open_ends);

	if (n)
		report_find(d->f->report, F_END_UNPROVABLE, NULL,
			"%lld large objects are bare bytes, or none: nothing tells whether all "
			"of "
			"them is there",
			n);
}

static int walk_folder(struct folder *f, bks_error *err)
{
	struct directory d = {.f = f};
	ptrdiff_t contents = pgfiles_contents(f->m);
	int s = 0;

	f->report->out->recognised = true;
	if (contents < 0)
		report_find(f->report, F_MEMBER_MISSING, "toc.dat",
			"the table of contents is not there: nothing can be restored");
	else
		s = folder_read(f, (size_t)contents, walk_contents, &d, err);
	if (!s && d.whole_toc)
		s = walk_members(&d, (size_t)contents, err);
	tell_open_ends(&d);
	if (atomic_load(&d.unchecked))
		report_find(f->report, F_NO_CHECKSUM, NULL,
			"no checksum covers some of its data: only a digest can tell a changed "
			"byte");
	f->report->out->unwrapped = atomic_load(&d.unwrapped);
	pgtoc_clear(&d.toc);
	return s;
}

static int glance_contents(stream *in, int packing, struct report *r, bks_error *err)
{
	struct pgin head = {.report = r};
	int s = pgfiles_unpack(&in, packing, false, r, err);

	if (!s) {
		reader_init(&head.r, in, err);
		s = pghead_read(&head);
	}
	stream_close(in);
	return s < 0 ? s : 0;
}

static int glance_folder(members *m, struct report *r, bks_error *err)
{
	ptrdiff_t i = pgfiles_contents(m);
	char name[PGFILES_NAME];
	stream *in;
	int s;

	if (i < 0)
		return 0;
	s = m->v[i].kind == MEMBER_FILE ? m->open(&in, m, (size_t)i, err) : 2;
	if (s > 0)
		return fail(err, BKS_E_IO, "its toc.dat %s",
			s == 1 ? "is not there any more" : "is no regular file");
	return s ? s : glance_contents(in, pgfiles_stem(name, m->v[i].name), r, err);
}

extern const struct format format_pgdirectory;
const struct format format_pgdirectory = {
	.name = "pgdump-directory",
	.probe_folder = pgfiles_probe,
	.walk_folder = walk_folder,
	.owns = pgfiles_owns,
	.glance_folder = glance_folder,
};
