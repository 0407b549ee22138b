/* Condemned WAL that stays after all: it lies where it lay, but for what a deletion that was
 * cut off left in the trash. */
#include "base/text.h"
#include "work/walaway.h"
#include <stdio.h>
#include <string.h>

void wal_act(struct applying *w, const struct wal_doomed *d, const char *from, const char *to,
	const char *reason, int64_t bytes)
{
	const struct apply_place *p = applying_place(w, d->repo_id);
	const bks_backup b = {.label = wal_doomed_label(d, w->a), .source = d->source};

	applying_act(w, &b, p->repo ? p->repo->name : NULL, from, to, reason, bytes);
}

void wal_refuse(
	struct applying *w, const char *rule, const struct wal_doomed *d, const char *text)
{
	const struct apply_place *p = applying_place(w, d->repo_id);

	applying_refuse(w, rule, d->source, NULL, p->repo ? p->repo->name : NULL,
		arena_form(w->a, "WAL %s: %s", wal_doomed_label(d, w->a), text));
}

/* ---- graves ---- */

const char *wal_grave_name(
	const struct wal_doomed *d, const char *base, bool below, bks_arena *a)
{
	return arena_form(a, "wal-%lld-%c-%s", (long long)d->id, below ? 'b' : 'p', base);
}

struct graves {
	char begin[40];
	size_t n;
	VEC(struct wal_grave) v;
	bks_arena *a;
};

static int see_grave(void *arg, const struct store_entry *e)
{
	struct graves *g = arg;
	const char *name = e->path + sizeof STORE_TRASH, *rest;
	struct wal_grave *x;

	if (e->kind == STORE_FOLDER)
		return STORE_PASS;
	if (e->kind != STORE_FILE || strncmp(name, g->begin, g->n) != 0)
		return 0;
	rest = name + g->n;
	if ((*rest != 'b' && *rest != 'p') || rest[1] != '-')
		return 0;
	x = vec_add(&g->v, g->a);
	x->name = arena_text(g->a, name);
	x->base = x->name + g->n + 2;
	x->below = *rest == 'b';
	x->id = e->id;
	return 0;
}

int wal_grave_list(const struct wal_grave **out, size_t *n, store *s,
	const struct wal_doomed *d, bks_arena *a, bks_error *err)
{
	struct graves g = {.a = a};
	int r;

	g.n = (size_t)snprintf(g.begin, sizeof g.begin, "wal-%lld-", (long long)d->id);
	r = store_walk_in(s, STORE_TRASH, see_grave, &g, err);
	*out = g.v.v;
	*n = g.v.n;
	return r < 0 ? r : 0;
}

bool wal_piece_has(const struct wal_piece *p, uint64_t mark)
{
	size_t lo = 0, hi = p->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (p->marks[mid] < mark)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < p->n && p->marks[lo] == mark;
}

/* ---- back ---- */

static const char *path_of(const struct wal_doomed *d, const struct wal_grave *g, bks_arena *a)
{
	return arena_form(a, "%s%s%.*s%s%s", d->folder, *d->folder ? "/" : "",
		g->below ? 16 : 0, g->base, g->below ? "/" : "", g->base);
}

/* 0: all that the trash has of it lies under its name; 1: told. */
static int unbury_all(struct applying *w, const struct wal_doomed *d, struct apply_place *p)
{
	const struct wal_grave *v;
	size_t n;
	int r = wal_grave_list(&v, &n, p->s, d, w->a, w->err), away = 0;

	for (size_t i = 0; r >= 0 && i < n; i++) {
		const struct store_doomed x = {
			.path = path_of(d, &v[i], w->a), .grave = v[i].name, .id = v[i].id};
		const char *why = NULL;

		r = store_unbury(&why, p->s, &x, w->a, w->err);
		if (r == 2) {
			wal_refuse(w, "trash", d, arena_form(w->a, "%s: %s", x.path, why));
			away = 1;
		}
	}
	return r < 0 ? applying_trouble(w, r) ? r : 1 : away;
}

struct ending {
	const struct wal_doomed *d;
	const char *outcome, *why;
};

static int write_end(struct applying *w, void *arg)
{
	const struct ending *e = arg;

	return wal_doomed_end(w->cat, e->d, e->outcome, e->why, w->opt->now, w->err);
}

int wal_take_back(
	struct applying *w, const struct wal_doomed *d, const char *outcome, const char *why)
{
	struct apply_place *p = applying_place(w, d->repo_id);
	struct ending e = {d, outcome, why};
	int r = 0;

	if (d->begun != BKS_TIME_NONE) {
		if (p->why || !p->s) {
			wal_refuse(w, "not-mounted", d, p->why ? p->why : "not mounted?");
			return 0;
		}
		r = unbury_all(w, d, p);
	}
	if (r)
		return r < 0 ? r : 0;
	r = applying_step(w, write_end, &e);
	if (r)
		return r;
	if (d->gone_files)
		wal_refuse(w, "not-there", d,
			arena_form(w->a, "%lld of its files were removed already",
				(long long)d->gone_files));
	wal_act(w, d, "condemned", "live", why, d->bytes - d->gone_bytes);
	w->out->wal_taken_back += d->files - d->gone_files;
	return 0;
}

/* ---- undo ---- */

static bool is_wanted(const struct wal_doomed *d, const struct wal_holder *h)
{
	return h->start && h->system_id == d->system_id && d->timeline >= h->timeline &&
	       d->to > h->start;
}

static const struct wal_holder *holder_of(const struct wal_holder *v, size_t n, int64_t backup)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].backup == backup)
			return &v[i];
	return NULL;
}

int wal_undo(struct applying *w, int64_t backup, const char *hash)
{
	const struct wal_holder *holders, *h;
	const struct wal_doomed *v;
	size_t n, holder_count;
	int r = wal_doomed_list(&v, &n, w->cat, backup ? NULL : hash, w->a, w->err);

	if (!r)
		r = wal_holder_list(&holders, &holder_count, w->cat, w->a, w->err);
	if (r)
		return r;
	h = holder_of(holders, holder_count, backup);
	for (size_t i = 0; !r && i < n; i++)
		if (!backup || (h && h->state != BKS_STATE_CONDEMNED && is_wanted(&v[i], h)))
			r = wal_take_back(w, &v[i], "undone", "undone");
	return r;
}
