/* Whose segments lie in a folder: those of known runs are known by their names, of the others
 * the first page is read. */
#include "format/walhistory.h"
#include "work/apart.h"
#include "work/walruns_private.h"
#include <stdlib.h>
#include <string.h>

enum { GROUPS_MAX = 1000, WAL_HEAD = 1 << 20 };

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

/* What the first bytes of the file tell. 0; 1: they cannot be had. */
static int glance(bks_inspection *out, struct walruns *w, const char *path, bks_arena *a)
{
	const char *base = strrchr(path, '/');
	struct store_id id;
	stream *in;

	if (store_read_head(&in, &id, w->job.s, path, WAL_HEAD, NULL))
		return 1;
	return apart_glance(out, in, base ? base + 1 : path, id.size,
		       apart_folder(w->job.s, path, a), a, NULL)
		       ? 1
		       : 0;
}

static bool fits_name(struct walruns *w, const struct wal_seen *s, const bks_physical *p)
{
	struct wal_name name = {.kind = WAL_NAME_SEGMENT,
		.timeline = s->timeline,
		.log = s->log,
		.seg = s->seg};
	char is[WAL_NAME_TEXT];
	uint64_t lsn;

	if (wal_name_lsn(&lsn, &name, p->segment_size) && lsn == p->start_lsn &&
		p->timeline <= s->timeline)
		return true;
	walruns_tell(w, -1, walruns_segment(s, w->arena), 0, "not-what-its-name-says",
		"its first page is of segment %s",
		wal_name_write(is, p->timeline, p->start_lsn, p->segment_size));
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

static bool is_size(uint32_t size)
{
	return size >= 1 << 20 && size <= 1 << 30 && !(size & (size - 1));
}

/* 0: none that there is. */
static int version_of(const bks_inspection *i)
{
	long v = i->format_version ? strtol(i->format_version, NULL, 10) : 0;

	return v > 0 && v < 100 ? (int)v : 0;
}

static void look(struct walruns *w, struct wal_seen *s)
{
	bks_arena *a = bks_arena_new();
	bks_inspection out;
	int r = glance(&out, w, walruns_path(w->f, s, a), a);
	const bks_physical *p = r ? NULL : out.physical;

	if (!p || !is_size(p->segment_size))
		not_wal(w, s, r != 0);
	else if (fits_name(w, s, p))
		s->group = group_of(w, p->system_id, p->segment_size, version_of(&out));
	bks_arena_free(a);
}

static int put_fork(struct walruns *w, uint32_t timeline, uint32_t ancestor, uint64_t lsn)
{
	struct wal_fork_row f = {timeline, ancestor, lsn};

	return w->job.dry_run
		       ? 0
		       : wal_fork_put(w->job.cat, w->job.repo->id, w->f->name, &f, w->err);
}

/* A plain history tells all ancestors; of a wrapped one the look at its head tells the parent.
 */
static int learn_history(struct walruns *w, const struct wal_seen *s, bks_arena *a)
{
	const char *path = walruns_path(w->f, s, a), *text = NULL;
	bks_inspection out;
	struct wal_forks forks = {0};
	struct report r;
	size_t n;
	int e = glance(&out, w, path, a);

	report_init(&r, &(bks_inspection){0}, a);
	if (!e && !s->form && !store_slurp(&text, &n, w->job.s, path, WAL_HISTORY_MAX, a, NULL))
		wal_history_read(&forks, text, n, s->timeline, &r);
	if (e || (!text && !out.physical)) {
		not_wal(w, s, e != 0);
		return 0;
	}
	if (r.findings.n) {
		if (!(s->flags & SEEN_YOUNG))
			walruns_tell(w, -1, walruns_segment(s, w->arena), 0,
				r.findings.v[0].code, "%s", r.findings.v[0].text);
		return 0;
	}
	e = text ? 0
		 : put_fork(w, s->timeline, out.physical->parent_timeline,
			   out.physical->parent_lsn);
	for (size_t i = 0; !e && i < forks.n; i++)
		e = put_fork(w, s->timeline, forks.v[i].timeline, forks.v[i].lsn);
	return e;
}

static int learn_histories(struct walruns *w)
{
	const struct wal_fork_row *known;
	size_t n, k = 0;
	bks_arena *a;
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
		a = bks_arena_new();
		r = learn_history(w, s, a);
		bks_arena_free(a);
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
		if (r && (bks_time)s->written * BKS_SECOND <= r->last_seen) {
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
