/*
 * Files of one run become one backup, in whatever order the scans meet them: what is new is put
 * aside until all of a repo was seen, and then grouped together with what is registered.
 * policy/sets.h says which files are of one run.
 */
#include "work/sets.h"
#include "base/namestamp.h"
#include "base/text.h"
#include "base/vec.h"
#include "policy/sets.h"
#include "work/group.h"
#include <stdlib.h>
#include <string.h>

struct touched {
	int64_t backup;
	bks_time taken_at;
};

struct grouping {
	struct sets *s;
	const struct sets_told *to;
	const struct set_member *known;
	const char **guess; /* of each known one: the source that its path looks like */
	int64_t *family;    /* of each known one, then of each newcomer */
	size_t known_count, n;
	struct set_file *files; /* the known ones, then the newcomers */
	size_t *group;
	VEC(const char *) names; /* guesses that are no sources yet: family -1 - place */
	VEC(struct touched) touched;
	bks_arena *arena;
	bks_error *err;
};

void sets_put(struct sets *s, const struct newcomer *one)
{
	struct newcomer *v;

	if (s->n == s->room) {
		s->v = arena_grow(
			s->arena, s->v, s->n * sizeof *v, (s->room * 2 + 8) * sizeof *v);
		s->room = s->room * 2 + 8;
	}
	v = &s->v[s->n++];
	*v = *one;
	v->b.label = v->f.path = arena_text(s->arena, one->f.path);
	v->b.source = arena_text(s->arena, one->b.source);
	v->b.format = v->is.format = arena_text(s->arena, one->is.format);
	v->b.database = v->is.database =
		one->is.database ? arena_text(s->arena, one->is.database) : NULL;
	v->b.wrapping = v->is.wrapping =
		one->is.wrapping ? arena_text(s->arena, one->is.wrapping) : NULL;
	v->b.taken_zone = v->is.taken_zone =
		one->is.taken_zone ? arena_text(s->arena, one->is.taken_zone) : NULL;
	v->b.reason = one->b.reason ? arena_text(s->arena, one->b.reason) : NULL;
	v->f.etag = one->f.etag ? arena_text(s->arena, one->f.etag) : NULL;
	v->f.version_id = one->f.version_id ? arena_text(s->arena, one->f.version_id) : NULL;
	v->f.storage_class = one->f.storage_class ? arena_text(s->arena, one->f.storage_class) : NULL;
	v->guess = arena_text(s->arena, one->guess);
}

static struct set_file file_of(
	const char *path, const char *place, const struct part *is, bks_time mtime)
{
	struct set_file f = {.part = is->part,
		.path = path,
		.place = place,
		.mtime = mtime,
		.inside = is->taken_from == BKS_TAKEN_ARTIFACT ? is->taken_at : BKS_TIME_NONE};

	f.stamped = namestamp_read(&f.stamp, path);
	return f;
}

/* The family of a source by its name, also of one that is not there yet. */
static int family_of(int64_t *out, struct grouping *g, const char *source)
{
	const bks_source *there;
	int r;

	for (size_t i = 0; i < g->names.n; i++)
		if (!strcmp(g->names.v[i], source)) {
			*out = -1 - (int64_t)i;
			return 0;
		}
	r = bks_source_find(&there, g->s->cat, source, g->arena, g->err);
	if (r < 0)
		return r;
	*out = r ? -1 - (int64_t)g->names.n : there->id;
	if (r)
		*vec_add(&g->names, g->arena) = source;
	return 0;
}

/* Earlier versions took "roles", "schema" and "data" for sources of their own. */
static bool is_old_guess(const struct set_member *m, const char *guess, bks_arena *a)
{
	return m->source_guessed && strcmp(m->source, guess) != 0 &&
	       !strcmp(m->source, group_guess(m->path, m->is.database, a));
}

static int read_known(struct grouping *g)
{
	int r = set_members(
		&g->known, &g->known_count, g->s->cat, g->s->repo->id, g->arena, g->err);

	if (r)
		return r;
	g->n = g->known_count + g->s->n;
	g->files = arena_take(g->arena, (g->n + 1) * sizeof *g->files);
	g->guess = arena_take(g->arena, (g->n + 1) * sizeof *g->guess);
	g->group = arena_take(g->arena, (g->n + 1) * sizeof *g->group);
	for (size_t i = 0; !r && i < g->known_count; i++) {
		const struct set_member *m = &g->known[i];

		g->guess[i] = group_guess_part(m->path, m->is.database, g->arena);
		g->files[i] = file_of(m->path, g->guess[i], &m->is, m->mtime);
		g->files[i].backup = m->backup;
		g->files[i].closed = m->closed;
		g->files[i].family = m->source_id;
		if (!is_old_guess(m, g->guess[i], g->arena))
			continue;
		r = g->s->dry_run ? 0
				  : backup_reguess(&g->files[i].family, g->s->cat, m->backup,
					    g->guess[i], g->err);
		if (!r && g->s->dry_run)
			r = family_of(&g->files[i].family, g, g->guess[i]);
	}
	return r;
}

/* A set that somebody gave to another source takes the rest of its run with it. */
static const struct set_member *moved_by_hand(
	const struct grouping *g, const struct newcomer *c, const struct set_file *f)
{
	for (size_t i = 0; c->b.source_guessed && i < g->known_count; i++) {
		const struct set_member *m = &g->known[i];

		if (!m->source_guessed && !m->closed && m->is.part != c->is.part &&
			!strcmp(g->guess[i], c->guess) && sets_apart(&g->files[i], f) >= 0)
			return m;
	}
	return NULL;
}

static int read_newcomers(struct grouping *g)
{
	int r = 0;

	for (size_t i = 0; !r && i < g->s->n; i++) {
		struct newcomer *c = &g->s->v[i];
		struct set_file *f = &g->files[g->known_count + i];
		const struct set_member *with;

		*f = file_of(c->f.path, c->guess, &c->is, c->f.mtime);
		with = moved_by_hand(g, c, f);
		if (with) {
			c->b.source_id = with->source_id;
			c->b.source = with->source;
			c->b.source_guessed = false;
		}
		f->family = c->b.source_id;
		if (!c->b.source_id)
			r = family_of(&f->family, g, c->b.source);
	}
	return r;
}

struct member {
	size_t group, i;
};

static int by_group(const void *x, const void *y)
{
	const struct member *a = x, *b = y;

	if (a->group != b->group)
		return a->group > b->group ? 1 : -1;
	return (a->i > b->i) - (a->i < b->i);
}

static void tell(
	struct grouping *g, const struct newcomer *c, int64_t backup, const char *label)
{
	const bks_action v = {.backup_id = backup,
		.label = c->f.path,
		.repo = g->s->repo->name,
		.source = c->b.source,
		.from = "",
		.to = bks_state_name(c->f.state),
		.bytes = c->f.size,
		.reason = label ? arena_form(g->s->arena, "part of %s", label) : "new"};

	g->to->tell(g->to->arg, &v);
}

static int insert_first(
	int64_t *backup, int64_t *artifact, struct grouping *g, struct newcomer *c)
{
	int r = 0;

	if (!c->b.source_id)
		r = source_guess(&c->b.source_id, g->s->cat, c->b.source, g->err);
	return r ? r : backup_insert(backup, artifact, g->s->cat, &c->b, &c->f, g->err);
}

static int insert_more(
	int64_t backup, int64_t *artifact, struct grouping *g, struct newcomer *c)
{
	bks_backup_change tier = {.tier = (int)c->b.tier + 1, .reason = c->b.reason};
	int r;

	c->f.backup_id = backup;
	r = artifact_insert(artifact, g->s->cat, &c->f, g->err);
	if (!r && c->b.tier != BKS_TIER_AUTO)
		r = bks_backup_set(g->s->cat, backup, &tier, g->err);
	return r;
}

/* *LABEL is of the backup they are in; NULL before the first. */
static int take_in(int64_t *backup, const char **label, struct grouping *g, struct newcomer *c)
{
	int64_t artifact = 0;
	int r = 0;

	if (!g->s->dry_run) {
		r = *backup ? insert_more(*backup, &artifact, g, c)
			    : insert_first(backup, &artifact, g, c);
		if (!r)
			r = part_put(g->s->cat, artifact, &c->is, g->err);
	}
	if (r)
		return r;
	tell(g, c, *backup, *label);
	*label = *label ? *label : c->f.path;
	return 0;
}

/* Two that were registered apart, before it was known that they are of one run. */
static int join(struct grouping *g, int64_t into, const struct set_member *m, const char *label)
{
	const bks_action v = {.backup_id = into,
		.label = m->path,
		.repo = g->s->repo->name,
		.source = m->source,
		.from = "live",
		.to = "live",
		.reason = arena_form(g->s->arena, "part of %s", label)};
	int r = g->s->dry_run ? 0 : backup_merge(g->s->cat, into, m->backup, g->err);

	if (!r)
		g->to->tell(g->to->arg, &v);
	return r;
}

static const struct set_member *first_known(
	const struct grouping *g, const struct member *v, size_t n)
{
	const struct set_member *first = NULL;

	for (size_t i = 0; i < n; i++)
		if (v[i].i < g->known_count &&
			(!first || g->known[v[i].i].backup < first->backup))
			first = &g->known[v[i].i];
	return first;
}

static bool is_joined(const struct grouping *g, const struct member *v, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (v[k].i < g->known_count &&
			g->known[v[k].i].backup == g->known[v[i].i].backup)
			return true;
	return false;
}

static int one_run(struct grouping *g, const struct member *v, size_t n)
{
	const struct set_member *first = first_known(g, v, n);
	int64_t backup = first ? first->backup : 0;
	const char *label = first ? first->label : NULL;
	bks_time taken = BKS_TIME_NONE;
	bool changed = false;
	int r = 0;

	for (size_t i = 0; !r && i < n; i++) {
		bool known = v[i].i < g->known_count;

		if (known && (g->known[v[i].i].backup == backup || is_joined(g, v, i)))
			continue;
		changed = true;
		if (!known)
			taken = g->s->v[v[i].i - g->known_count].b.taken_at;
		r = known ? join(g, backup, &g->known[v[i].i], label)
			  : take_in(&backup, &label, g, &g->s->v[v[i].i - g->known_count]);
	}
	if (r || !changed || g->s->dry_run)
		return r;
	*vec_add(&g->touched, g->arena) = (struct touched){backup, taken};
	r = set_refresh(g->s->cat, backup, g->s->now, g->err);
	return r || !g->to->wrote ? r : g->to->wrote(g->to->arg);
}

static int by_taken(const void *x, const void *y)
{
	const struct touched *a = x, *b = y;
	int c = (a->taken_at > b->taken_at) - (a->taken_at < b->taken_at);

	return c ? c : (a->backup > b->backup) - (a->backup < b->backup);
}

/* What a set should have is told by the one before it, which may have come in after it. */
static int refresh_in_order(struct grouping *g)
{
	int r = 0;

	if (g->touched.n > 1)
		qsort(g->touched.v, g->touched.n, sizeof *g->touched.v, by_taken);
	for (size_t i = 0; !r && g->touched.n > 1 && i < g->touched.n; i++)
		r = set_refresh(g->s->cat, g->touched.v[i].backup, g->s->now, g->err);
	return r;
}

static int make_runs(struct grouping *g)
{
	struct member *v = arena_take(g->arena, (g->n + 1) * sizeof *v);
	int r = 0;

	sets_group(g->group, g->files, g->n, g->arena);
	for (size_t i = 0; i < g->n; i++)
		v[i] = (struct member){g->group[i], i};
	qsort(v, g->n, sizeof *v, by_group);
	for (size_t i = 0, k; !r && i < g->n; i = k) {
		k = i + 1;
		while (k < g->n && v[k].group == v[i].group)
			k++;
		r = one_run(g, v + i, k - i);
	}
	return r ? r : refresh_in_order(g);
}

int sets_flush(struct sets *s, const struct sets_told *to, bks_error *err)
{
	bks_arena *a = bks_arena_new();
	struct grouping g = {.s = s, .to = to, .arena = a, .err = err};
	int r = read_known(&g);

	if (!r)
		r = read_newcomers(&g);
	if (!r && g.n)
		r = make_runs(&g);
	bks_arena_free(a);
	s->n = 0;
	return r;
}
