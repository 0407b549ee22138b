/*
 * pg_dump -Ft: toc.dat, a member for each entry that has data, restore.sql, and two blocks of
 * zeros. pg_restore asks for the members that it needs and for no end: here every header, byte
 * of padding and end block is held against what pg_dump writes.
 */
#include "format/format.h"
#include "format/pgmember.h"
#include "format/tarframe.h"
#include <stdio.h>
#include <string.h>

struct tar {
	struct tarframe f;
	struct report *report;
	struct pgin in; /* toc.dat */
	struct pgtoc toc;
	struct pgmembers members;
	uint32_t next; /* place in the contents: no entry before it may come any more */
	bool script;   /* restore.sql was met: it is the last */
	bool data;     /* some data was walked */
};

static bool is_named(const uint8_t *head, size_t n)
{
	size_t k = n < USTAR_NAME ? n : USTAR_NAME;

	return n >= 8 && !memcmp(head, "toc.dat", 8) && ustar_zeros(head + 8, k - 8);
}

/* Of its name, its magic and the contents' own, two are enough: one may be what is damaged. */
static int probe(const uint8_t *head, size_t n)
{
	bool named = is_named(head, n), magic, contents;

	if (n < USTAR_BLOCK)
		return named ? 44 : 0;
	magic = ustar_magic(head);
	contents = n > USTAR_BLOCK + 10 && !memcmp(head + USTAR_BLOCK, "PGDMP", 5) &&
		   head[USTAR_BLOCK + 10] == PG_TAR;
	if (named)
		return magic || contents ? 64 : 0;
	return magic && contents && !ustar_checksum(head) ? 48 : 0;
}

static int read_contents(struct tar *t)
{
	PG_MUST(pghead_read(&t->in));
	if (t->in.head.container != PG_TAR)
		return tarframe_told(
			&t->f, F_MALFORMED, t->f.r.at, "its toc.dat is that of no tar dump");
	return pgtoc_read(&t->toc, &t->in);
}

static int read_toc(struct tar *t)
{
	struct tarpart part;
	uint64_t over;
	int got;

	tarpart_init(&part, &t->f, 0);
	reader_init(&t->in.r, &part.s, t->f.r.err);
	t->in.r.at = t->f.r.at;
	t->in.report = t->report;
	got = read_contents(t);
	if (got == 0 && !part.left)
		return tarframe_told(
			&t->f, F_TRUNCATED, t->f.r.at, "toc.dat ends before its last entry");
	PG_MUST(got);
	over = t->in.r.n + part.left;
	if (over)
		report_find(t->report, F_TRAILING_DATA, report_byte(t->report, t->in.r.at),
			"%llu bytes behind the last entry in toc.dat",
			(unsigned long long)over);
	return reader_skip(&t->f.r, part.left);
}

static void tell_strange(struct tar *t, const char *why)
{
	bool unsafe =
		t->f.head.type == '1' || t->f.head.type == '2' || ustar_unsafe(t->f.head.name);

	report_find(t->report, unsafe ? F_MEMBER_UNSAFE : F_MEMBER_UNEXPECTED,
		arena_text(t->report->arena, t->f.head.name), "%s",
		unsafe ? "a link, or a name that leads out of the folder" : why);
}

/* pg_restore goes through a tar once, and refuses what comes before its turn. */
static void check_order(struct tar *t, const struct pgmember *p)
{
	if (t->script || (p->data && p->data->order < t->next))
		report_find(t->report, F_MEMBER_UNEXPECTED,
			arena_text(t->report->arena, p->name),
			"it stands behind %s, and pg_dump writes it before",
			t->script ? "restore.sql" : "the data of later entries");
	if (p->data && p->data->order >= t->next)
		t->next = p->data->order + 1;
	t->script |= p->kind == PGMEMBER_SCRIPT;
}

/* Whether its bytes mean anything: false skips them. */
static bool begin_member(struct tar *t, struct pgmember *p)
{
	uint64_t at = t->f.r.at;

	pgmember_find(p, &t->members, t->f.head.name);
	if (t->f.head.type != '0' || p->kind == PGMEMBER_STRANGE) {
		tell_strange(t, "pg_dump writes no such member, or not into this dump");
		return false;
	}
	if (p->kind == PGMEMBER_SCRIPT && t->script) {
		tell_strange(t, "for the second time");
		return false;
	}
	if (!pgmember_meet(p, &t->members))
		return false;
	check_order(t, p);
	if (p->kind == PGMEMBER_LIST)
		pgmembers_lists(&t->members);
	pgmember_begin(p, &t->members, at);
	return true;
}

static int read_member(struct tar *t)
{
	struct pgmember p;
	uint64_t left = t->f.head.size;

	if (t->report->dropped) /* nobody reads more, and each costs memory */
		return PG_TOLD;
	if (!begin_member(t, &p))
		return reader_skip(&t->f.r, left);
	t->data |= p.kind == PGMEMBER_ROWS || p.kind == PGMEMBER_OBJECT;
	while (left) {
		const uint8_t *bytes;
		size_t n;

		PG_MUST(reader_some(&t->f.r, &bytes, &n, left));
		pgmember_feed(&p, &t->members, bytes, n);
		left -= n;
	}
	pgmember_end(&p, &t->members);
	if (p.kind == PGMEMBER_LIST)
		pgmembers_unlisted(&t->members);
	return 1;
}

/* TAR_END: all that must be there was; else as pghead.h says. */
static int read_all(struct tar *t)
{
	PG_MUST(tarframe_head(&t->f));
	if (strcmp(t->f.head.name, "toc.dat") != 0 || t->f.head.type != '0')
		return tarframe_told(&t->f, F_MALFORMED, 0, "its first member is not toc.dat");
	PG_MUST(read_toc(t));
	pgmembers_begin(&t->members, &t->toc, t->report);
	PG_MUST(tarframe_padding(&t->f));
	for (;;) {
		PG_MUST(tarframe_head(&t->f));
		PG_MUST(read_member(t));
		PG_MUST(tarframe_padding(&t->f));
	}
}

static void tell_cut(struct tar *t)
{
	size_t unseen = t->members.report ? t->members.unseen : 0;

	report_find(t->report, F_TRUNCATED, report_byte(t->report, t->f.r.at),
		"the archive ends in %s%s", t->f.inside,
		!unseen ? ""
			: arena_form(t->report->arena,
				  "; the data of %zu more entries is missing", unseen));
}

static int tell_end(struct tar *t)
{
	pgmembers_lists(&t->members);
	pgmembers_unlisted(&t->members);
	pgmembers_missing(&t->members);
	if (!t->script)
		report_find(t->report, F_MEMBER_MISSING, "restore.sql",
			"pg_dump writes it behind the data, and it is not there");
	return tarframe_trailing(&t->f);
}

static int walk(stream *in, struct report *r, bks_error *err)
{
	struct tar t = {.report = r};
	int got;

	r->out->recognised = true; /* two of its marks were */
	tarframe_init(&t.f, in, r, err);
	got = read_all(&t);
	if (got == 0)
		tell_cut(&t);
	if (got == TAR_END)
		got = tell_end(&t);
	if (t.data)
		report_find(r, F_NO_CHECKSUM, NULL,
			"no checksum covers the data (a tar packs nothing): only a digest can "
			"tell a "
			"changed byte");
	pgmembers_clear(&t.members);
	pgtoc_clear(&t.toc);
	if (got == PG_TOLD)
		got = stream_drain(in, NULL, err);
	return got < 0 && got != BKS_E_CUT ? got : 0;
}

extern const struct format format_pgtar;
const struct format format_pgtar = {.name = "pgdump-tar", .probe = probe, .walk = walk};
