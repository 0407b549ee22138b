/* What a base backup is made of: those that it builds on, and the segments of archived log that
 * recovery asks for. */
#include "backstay/wal.h"
#include "base/text.h"
#include "work/candidates.h"
#include "work/fetch.h"
#include <string.h>

struct segments {
	struct fetching *f;
	const bks_wal_run *run;
	const char *from, *last; /* names */
	size_t found;
};

static bool is_wrapping(const char *end)
{
	static const char *const ends[] = {"", ".gz", ".zst", ".lz4", ".xz", ".bz2"};

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		if (!strcmp(end, ends[i]))
			return true;
	return false;
}

/* The segment behind the last whole one of the run, where that is the last of the piece, too.
 */
static bool is_next(const struct segments *s, const char *base)
{
	const bks_wal_run *r = s->run;
	char last[BKS_WAL_SEGMENT_TEXT], next[BKS_WAL_SEGMENT_TEXT];

	bks_wal_segment(last, r->timeline, r->end_lsn - r->segment_size, r->segment_size);
	bks_wal_segment(next, r->timeline, r->end_lsn, r->segment_size);
	return r->partial && !strcmp(last, s->last) && !strncmp(next, base, 24);
}

static bool is_next_partial(const struct segments *s, const char *base, size_t n)
{
	return n == 24 && s->f->opt->log && !strcmp(base + 24, ".partial") && is_next(s, base);
}

static int see(void *arg, const struct store_entry *e)
{
	struct segments *s = arg;
	const char *base = strrchr(e->path, '/');
	size_t n;

	base = base ? base + 1 : e->path;
	if (e->kind == STORE_FOLDER)
		/* archives may keep the segments of one log file in a folder of its own */
		return strlen(base) == 16 && strspn(base, "0123456789ABCDEF") == 16
			       ? 0
			       : STORE_PASS;
	n = strspn(base, "0123456789ABCDEF");
	if (e->kind != STORE_FILE)
		return 0;
	if ((n == 8 && !strncmp(base + 8, ".history", 8) && is_wrapping(base + 16)) || is_next_partial(s, base, n)) {
		fetch_add(s->f, s->run->repo, arena_text(s->f->a, e->path), NULL, e->id.mtime);
	} else if (n == 24 && is_wrapping(base + 24) && strncmp(base, s->from, 24) >= 0 &&
		   strncmp(base, s->last, 24) <= 0) {
		fetch_add(s->f, s->run->repo, arena_text(s->f->a, e->path), NULL, e->id.mtime)
			->run = s->run;
		s->found++;
	}
	return 0;
}

static int add_piece(struct fetching *f, const struct reach_of *r, const struct log_piece *p,
	const bks_wal_run *run)
{
	char from[BKS_WAL_SEGMENT_TEXT], last[BKS_WAL_SEGMENT_TEXT];
	struct segments s = {f, run,
		bks_wal_segment(from, p->timeline, p->from, r->segment_size),
		bks_wal_segment(last, p->timeline, p->to - r->segment_size, r->segment_size),
		0};
	store *in;
	int e = fetch_store(&in, f, run->repo);

	if (!e)
		e = store_walk_in(in, run->folder, see, &s, f->err);
	if (!e && s.found < (p->to - p->from) / r->segment_size)
		e = fail(f->err, BKS_E_IO, "segments of %s to %s are not in repo %s any more",
			from, last, bks_shown(run->repo, f->a));
	return e > 0 ? fail(f->err, BKS_E_IO, "folder %s is not in repo %s any more",
			       bks_shown(run->folder, f->a), bks_shown(run->repo, f->a))
		     : e;
}

/* What it needs ends with the segment in which it stopped; nothing behind that is promised. */
static void cut_log(struct fetching *f, struct reach_of *r)
{
	struct log_piece *v = arena_take(f->a, (r->reach.n + 1) * sizeof *v);
	uint64_t size = r->segment_size,
		 end = size ? (r->base.stop + size - 1) / size * size : 0;
	size_t n = 0;

	for (size_t i = 0; i < r->reach.n; i++) {
		struct log_piece p = r->reach.pieces[i];

		if (p.from >= end)
			continue;
		p.to = p.to > end ? end : p.to;
		v[n++] = p;
	}
	r->reach.pieces = v;
	r->reach.n = n;
}

static int add_log(struct fetching *f, const struct candidates *c, const struct reach_of *r)
{
	int e = 0;

	for (size_t i = 0; !e && i < r->reach.n; i++) {
		const struct log_piece *p = &r->reach.pieces[i];

		if (p->stretch != LOG_OWN)
			e = add_piece(f, r, p, &c->logs.runs.v[r->run_of[p->stretch]].run);
	}
	return e;
}

static void add_chain(struct fetching *f, const struct reach_of *r)
{
	for (size_t i = 0; i < r->n; i++)
		fetch_add(f, r->files[i].repo, r->files[i].path, &r->files[i].digests,
			r->files[i].mtime)
			->base = true;
}

/* As if the folder were a repo in which all of it lies. */
static void tell(bks_fetched *out, struct fetching *f, struct candidates *c, struct reach_of *r)
{
	struct log_answer x = {
		.fits = true, .target = BKS_TARGET_IMMEDIATE, .point = r->base.point};
	bks_wish wish = {.now = f->opt->now, .at = f->opt->log ? 0 : f->opt->now};
	bks_point p = {0};

	if (f->opt->log) {
		bks_wish all = {.now = f->opt->now};

		log_answer(&x, &r->base, &r->reach, NULL, 0, &all, r->segment_size, f->a);
	}
	for (size_t i = 0; i < r->n; i++)
		r->files[i].repo = f->root;
	for (size_t i = 0; i < c->logs.runs.n; i++)
		c->logs.runs.v[i].run.repo = f->root;
	p.point = x.point;
	logs_tell(&p, &c->logs, r, &x, &wish);
	out->commands = p.commands;
	out->command_count = p.command_count;
	out->note = x.note;
}

int fetch_physical(struct fetching *f, const bks_backup *b, bks_fetched *out, bool tell_too)
{
	struct candidates c;
	bks_wish w = {.source = b->source, .now = f->opt->now, .only_repo = f->opt->from};
	int r = candidates_load(&c, f->cat, &w, f->a, f->err);
	size_t i = 0;

	if (r)
		return r;
	while (i < c.all.n && c.all.backups[i]->id != b->id)
		i++;
	if (i == c.all.n || !c.reach[i].backup)
		return 1;
	if (c.reach[i].why_not)
		return fail(f->err, BKS_E_IO, "%s cannot be brought back: %s",
			bks_shown(b->label, f->a), c.reach[i].why_not);
	if (!f->opt->log)
		cut_log(f, &c.reach[i]);
	if (tell_too) {
		tell(out, f, &c, &c.reach[i]);
		fetch_weigh(out, f, &c.reach[i].files[c.reach[i].n - 1]);
		return 0;
	}
	if (!c.reach[i].reach.consistent)
		return fail(f->err, BKS_E_IO, "the log that %s needs is not there",
			bks_shown(b->label, f->a));
	add_chain(f, &c.reach[i]);
	return add_log(f, &c, &c.reach[i]);
}
