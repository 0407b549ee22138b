/* What must be true before anything is deleted: the clock tells the time, and the catalog is
 * the newest that the repos know. */
#include "base/bootclock.h"
#include "base/text.h"
#include "policy/clockguard.h"
#include "work/applying.h"
#include <stdlib.h>
#include <string.h>

enum { NEAR = 5, GENERATION_MAX = 200 };
#define GENERATION ".backstay-generation"
#define HEAD "backstay generation\n"

/* The shortest that any source says, or is known by: what comes most often is missed first. */
static int cadence(int64_t *out, struct applying *w)
{
	bks_sources sources;
	struct stream_list l;
	int r = bks_source_list(&sources, w->cat, w->a, w->err);

	*out = 0;
	if (!r)
		r = streams_load(&l, w->cat, NULL, w->a, w->err);
	for (size_t i = 0; !r && i < l.n; i++) {
		const struct stream_rows *s = &l.v[i];
		bks_time *points = arena_take(w->a, (s->n + 1) * sizeof *points);
		int64_t every = s->source ? s->source->every : 0;
		size_t n = 0;

		for (size_t k = s->n; k-- > 0;)
			if (s->rows[k].point != BKS_TIME_NONE)
				points[n++] = s->rows[k].point;
		if (every <= 0)
			every = due_interval(points, n);
		if (every > 0 && (!*out || every < *out))
			*out = every;
	}
	return r;
}

static int gather(struct clock_facts *f, struct applying *w)
{
	struct clock_row last = {.wall = BKS_TIME_NONE};
	int r = clock_last(&last, &f->high, w->cat, w->a, w->err);

	if (r < 0)
		return r;
	f->last = r ? BKS_TIME_NONE : last.wall;
	f->last_since = last.boottime;
	f->last_boot = last.boot;
	r = clock_witnesses(
		&f->seen, &f->n, &f->newest, w->cat, f->last, w->opt->run, w->a, w->err);
	return r ? r : cadence(&f->cadence, w);
}

static int note_clock(struct applying *w, void *arg)
{
	return clock_add(w->cat, arg, w->opt->run, w->err);
}

static bool says_so(const struct applying *w, bks_time wall)
{
	int64_t by = w->opt->clock_ok - wall;

	return by <= NEAR * BKS_MINUTE && by >= -NEAR * BKS_MINUTE;
}

int guard_clock(struct applying *w)
{
	struct boot_clock boot;
	struct clock_facts f = {.wall = w->opt->now, .high = BKS_TIME_NONE};
	struct clock_row row = {.wall = w->opt->now};
	const char *why;
	int r = gather(&f, w);

	if (r)
		return r;
	boot_clock_read(&boot);
	f.since = row.boottime = boot.since;
	f.boot = row.boot = arena_text(w->a, boot.id);
	why = clock_doubt(&f, w->a);
	if (w->opt->clock_ok && !says_so(w, f.wall))
		why = arena_form(w->a, "--clock-ok says another time than the wall clock, %s",
			bks_time_text(arena_take(w->a, BKS_TIME_TEXT), f.wall));
	else if (w->opt->clock_ok && why) {
		row.accepted = true;
		r = journal_add(w->cat, "clock-ok", NULL, why, w->err);
		why = NULL;
	}
	if (why) {
		applying_refuse(w, "clock", NULL, NULL, NULL,
			w->opt->clock_ok ? why
					 : arena_form(w->a,
						   "%s. If the time is right: --clock-ok TIME, "
						   "with the time that it is",
						   why));
		return 1;
	}
	return r ? r : applying_step(w, note_clock, &row);
}

/* 0: *n and *catalog are what the repo knows; 1: it knows none. */
static int known_by(int64_t *n, const char **catalog, struct applying *w, store *s)
{
	const char *text;
	char *end;
	size_t size;
	bks_error e = {0};
	int r = store_slurp(&text, &size, s, GENERATION, GENERATION_MAX, w->a, &e);

	if (r)
		return r == 1 ? 1
			      : fail(w->err, BKS_E_REFUSED, "%s in %s cannot be read: %s",
					GENERATION, s->root, e.text);
	if (strncmp(text, HEAD, sizeof HEAD - 1) != 0)
		return fail(w->err, BKS_E_REFUSED, "%s in %s is not what retention writes",
			GENERATION, s->root);
	*n = strtoll(text + sizeof HEAD - 1, &end, 10);
	*catalog = arena_bytes(w->a, end + (*end == '\n'), strcspn(end + (*end == '\n'), "\n"));
	return 0;
}

static int compare(int64_t *top, struct applying *w, const struct apply_place *p, int64_t mine,
	const char *me)
{
	const char *other = "";
	int64_t n = 0;
	int r = p->s && !p->why && !p->repo->read_only ? known_by(&n, &other, w, p->s) : 1;

	if (r < 0 && !w->opt->catalog_ok) {
		applying_refuse(w, "catalog", NULL, NULL, p->repo->name, w->err->text);
		return 1;
	}
	if (r)
		return 0;
	*top = n > *top ? n : *top;
	if (w->opt->catalog_ok || (n <= mine && !strcmp(other, me)))
		return 0;
	applying_refuse(w, "catalog", NULL, NULL, p->repo->name,
		strcmp(other, me) != 0
			? arena_form(w->a,
				  "the catalog %.8s carries retention out in %s, and this is "
				  "%.8s. If that one is given up: --catalog-ok",
				  other, p->repo->name, me)
			: arena_form(w->a,
				  "%s knows a later catalog than this one (%lld, this is "
				  "%lld): was an old copy put back? backstay "
				  "scan, then --catalog-ok",
				  p->repo->name, (long long)n, (long long)mine));
	return 1;
}

static int raise(struct applying *w, void *arg)
{
	return generation_write(w->cat, *(const int64_t *)arg, w->err);
}

/* Where it cannot be written (a full disk), the repo keeps an earlier number, which is no lie.
 */
static void leave(struct applying *w, int64_t n, const char *me)
{
	const char *text = arena_form(w->a, HEAD "%lld\n%s\n", (long long)n, me);

	for (size_t i = 0; i < w->places.n; i++) {
		const struct apply_place *p = w->places.v[i];

		if (p->s && !p->why && !p->repo->read_only)
			(void)!store_put(p->s, GENERATION, text, strlen(text), true, NULL);
	}
}

int guard_generation(struct applying *w)
{
	const char *me;
	int64_t mine, top;
	int no = 0, r = generation_read(&mine, &me, w->cat, w->a, w->err);

	top = mine;
	for (size_t i = 0; !r && i < w->repos.n; i++)
		no |= compare(&top, w, applying_place(w, w->repos.v[i].id), mine, me);
	if (r || no)
		return r ? r : 1;
	top++;
	r = applying_step(w, raise, &top);
	if (!r)
		leave(w, top, me);
	return r;
}
