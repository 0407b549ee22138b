/* Whose segments lie in a folder: those of known runs are known by their names, of the others
 * the first page is read. */
#include "format/format.h"
#include "format/walhistory.h"
#include "work/walruns_private.h"
#include <stdlib.h>
#include <string.h>

enum { GROUPS_MAX = 1000 };

static int by_name(const void *x, const void *y)
{
	const struct wal_seen *a = x, *b = y;

	if (a->timeline != b->timeline)
		return a->timeline < b->timeline ? -1 : 1;
	if (a->log != b->log)
		return a->log < b->log ? -1 : 1;
	if (a->seg != b->seg)
		return a->seg < b->seg ? -1 : 1;
	if ((a->flags & SEEN_PARTIAL) != (b->flags & SEEN_PARTIAL))
		return a->flags & SEEN_PARTIAL ? 1 : -1;
	return a->form - b->form;
}

/* The index + 1; 0: too many. */
static uint16_t group_of(struct walruns *w, uint64_t system_id, uint32_t size, int version)
{
	for (size_t i = 0; i < w->groups.n; i++)
		if (w->groups.v[i].system_id == system_id && w->groups.v[i].size == size)
			return (uint16_t)(i + 1);
	if (w->groups.n == GROUPS_MAX)
		return 0;
	*vec_add(&w->groups, w->arena) = (struct wal_group){system_id, size, version, 0};
	return (uint16_t)w->groups.n;
}

static int by_place(const void *x, const void *y)
{
	const bks_wal_run *a = *(const bks_wal_run *const *)x,
			  *b = *(const bks_wal_run *const *)y;

	if (a->timeline != b->timeline)
		return a->timeline < b->timeline ? -1 : 1;
	return (a->start_lsn > b->start_lsn) - (a->start_lsn < b->start_lsn);
}

/* The known runs by timeline and place, and the sizes of their segments: names of one size
 * never lie in two runs. */
struct known_runs {
	const bks_wal_run **v;
	size_t n;
	uint32_t sizes; /* bits of their logarithms */
};

static struct known_runs known_runs(struct walruns *w)
{
	struct known_runs k = {
		arena_take(w->arena, (w->old.n + 1) * sizeof(const bks_wal_run *)), w->old.n,
		0};

	for (size_t i = 0; i < k.n; i++) {
		k.v[i] = &w->old.v[i].run;
		k.sizes |= k.v[i]->segment_size;
	}
	if (k.n)
		qsort(k.v, k.n, sizeof *k.v, by_place);
	return k;
}

static bool holds(const bks_wal_run *r, const struct wal_seen *s, uint64_t lsn)
{
	if (r->timeline != s->timeline)
		return false;
	if (s->flags & SEEN_PARTIAL)
		return r->partial && lsn == r->end_lsn;
	return lsn >= r->start_lsn && lsn < r->end_lsn;
}

/* The last run that begins at or before the segment of that name, if it holds it. */
static const bks_wal_run *run_of(const struct known_runs *k, const struct wal_seen *s)
{
	for (uint32_t size = 1 << 20; size && size <= 1 << 30; size <<= 1) {
		uint64_t lsn = walruns_lsn(s, size);
		size_t lo = 0, hi = k->n;

		if (!(k->sizes & size) || s->seg >= (UINT64_C(1) << 32) / size)
			continue;
		while (lo < hi) {
			size_t mid = lo + (hi - lo) / 2;
			const bks_wal_run *r = k->v[mid];

			if (r->timeline < s->timeline ||
				(r->timeline == s->timeline && r->start_lsn <= lsn))
				lo = mid + 1;
			else
				hi = mid;
		}
		if (lo && k->v[lo - 1]->segment_size == size && holds(k->v[lo - 1], s, lsn))
			return k->v[lo - 1];
	}
	return NULL;
}

/* The first bytes of the file, without its wrappings: N of them at most, fewer when it is
 * short. 0; 1: they cannot be had. */
static int head_of(const uint8_t **p, size_t *n, stream **in, struct walruns *w,
	const char *path, bks_arena *a)
{
	const struct format *inside = NULL;
	bks_inspection out = {0};
	struct store_id id;
	struct report r;

	*in = NULL;
	*n = 0;
	if (store_read(in, &id, w->job.s, path, NULL))
		return 1;
	report_init(&r, &out, a);
	if (format_unwrap(in, &inside, &r, NULL))
		return 1;
	return stream_peek(*in, FORMAT_HEAD, p, n, NULL) ? 1 : 0;
}

static bool fits_name(struct walruns *w, const struct wal_seen *s, const struct wal_facts *f)
{
	struct wal_name name = {.kind = WAL_NAME_SEGMENT,
		.timeline = s->timeline,
		.log = s->log,
		.seg = s->seg};
	char is[WAL_NAME_TEXT];
	uint64_t lsn;

	if (wal_name_lsn(&lsn, &name, f->segment_size) && lsn == f->lsn &&
		f->timeline <= s->timeline)
		return true;
	walruns_tell(w, -1, walruns_segment(s, w->arena), 0, "not-what-its-name-says",
		"its first page is of segment %s",
		wal_name_write(is, f->timeline, f->lsn, f->segment_size));
	return false;
}

/* A young file may be on its way, and a .partial one not begun. */
static void not_wal(struct walruns *w, const struct wal_seen *s, bool unreadable)
{
	if (unreadable)
		walruns_tell(w, -1, walruns_segment(s, w->arena), 0, "cannot-open",
			"its first bytes cannot be read");
	else if (!(s->flags & (SEEN_YOUNG | SEEN_PARTIAL)))
		walruns_tell(w, -1, walruns_segment(s, w->arena), 0, "not-what-its-name-says",
			"its first bytes are of no segment of PostgreSQL 13 to 18");
}

static void look(struct walruns *w, struct wal_seen *s)
{
	bks_arena *a = bks_arena_new();
	stream *in;
	const uint8_t *p;
	struct wal_facts f;
	size_t n;
	int r = head_of(&p, &n, &in, w, walruns_path(w->f, s, a), a);

	if (r || !wal_glance(&f, p, n))
		not_wal(w, s, !in);
	else if (fits_name(w, s, &f))
		s->group = group_of(w, f.system_id, f.segment_size, f.major);
	stream_close(in);
	bks_arena_free(a);
}

static int put_forks(struct walruns *w, const struct wal_seen *s, const struct wal_forks *forks)
{
	int r = 0;

	for (size_t i = 0; !r && !w->job.dry_run && i < forks->n; i++) {
		struct wal_fork_row f = {s->timeline, forks->v[i].timeline, forks->v[i].lsn};

		r = wal_fork_put(w->job.cat, w->job.repo->id, w->f->name, &f, w->err);
	}
	return r;
}

/* A history is small, and never changes. */
static int learn_history(struct walruns *w, const struct wal_seen *s)
{
	bks_arena *a = bks_arena_new();
	bks_inspection out = {0};
	struct wal_forks forks = {0};
	struct report r;
	const uint8_t *p = NULL;
	stream *in;
	size_t n;
	int e = head_of(&p, &n, &in, w, walruns_path(w->f, s, a), a);

	report_init(&r, &out, a);
	if (!e)
		wal_history_read(&forks, (const char *)p, n, s->timeline, &r);
	if (e)
		walruns_tell(w, -1, walruns_segment(s, w->arena), 0, "cannot-open",
			"it cannot be read");
	else if (r.findings.n && !(s->flags & SEEN_YOUNG))
		walruns_tell(w, -1, walruns_segment(s, w->arena), 0, r.findings.v[0].code,
			"%s: %s", r.findings.v[0].where ? r.findings.v[0].where : "it",
			r.findings.v[0].text);
	e = e || r.findings.n ? 0 : put_forks(w, s, &forks);
	stream_close(in);
	bks_arena_free(a);
	return e;
}

static int learn_histories(struct walruns *w)
{
	const struct wal_fork_row *known;
	size_t n, k = 0;
	int r = wal_fork_list(
		&known, &n, w->job.cat, w->job.repo->id, w->f->name, w->arena, w->err);

	for (size_t i = 0; !r && i < w->f->n; i++) {
		struct wal_seen *s = &w->f->v[i];

		if (!(s->flags & SEEN_HISTORY))
			continue;
		while (k < n && known[k].timeline < s->timeline)
			k++;
		if (k < n && known[k].timeline == s->timeline) {
			w->job.counts->unchanged++;
			continue;
		}
		w->job.counts->added++;
		r = learn_history(w, s);
	}
	return r;
}

int walruns_place(struct walruns *w)
{
	struct known_runs known = known_runs(w);

	if (w->f->n)
		qsort(w->f->v, w->f->n, sizeof *w->f->v, by_name);
	for (size_t i = 0; i < w->f->n; i++) {
		struct wal_seen *s = &w->f->v[i];
		const bks_wal_run *r = s->flags & SEEN_HISTORY ? NULL : run_of(&known, s);

		if (s->flags & SEEN_HISTORY)
			continue;
		if (r && s->mtime <= r->last_seen) {
			s->group = group_of(w, r->system_id, r->segment_size, r->version);
			s->flags |= SEEN_KNOWN;
		} else {
			look(w, s);
			s->flags |= r && s->group ? SEEN_CHANGED : 0;
		}
		if (s->flags & SEEN_KNOWN)
			w->job.counts->unchanged++;
		else if (s->flags & SEEN_CHANGED)
			w->job.counts->changed++;
		else if (s->group)
			w->job.counts->added++;
		else
			w->job.counts->ignored++;
	}
	return learn_histories(w);
}
