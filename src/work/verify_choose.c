/* What a run of verify looks at: what was named, or what is due. */
#include "base/text.h"
#include "base/vec.h"
#include "policy/policy.h"
#include "work/cold.h"
#include "work/mounted.h"
#include "work/verify_private.h"
#include <stdlib.h>
#include <string.h>

static bool selects(const bks_selection *s)
{
	return s->source || s->repo || s->kind || s->tier || s->verdict || s->state || s->since || s->until ||
		s->last || s->ids;
}

struct source_seen *verify_source(struct verify *v, int64_t id)
{
	for (size_t i = 0; i < v->source_count; i++)
		if (v->sources[i].id == id)
			return &v->sources[i];
	v->sources = arena_grow(v->arena, v->sources, v->source_count * sizeof *v->sources,
		(v->source_count + 1) * sizeof *v->sources);
	v->sources[v->source_count] = (struct source_seen){.id = id};
	return &v->sources[v->source_count++];
}

static void open_place(struct place *p, bks_catalog *cat, const bks_repo *repo, const bks_verify_options *opt, bks_arena *a)
{
	const char *why, *note;
	bks_error e = {0};
	int r = mounted_open(&p->s, repo, &e);

	if (r < 0) {
		p->s = NULL;
		p->why = arena_form(a, "not mounted? %s", e.text);
		return;
	}
	p->s->stop = opt->stop;
	p->s->stop_arg = opt->stop_arg;
	if (mounted_check(&why, &note, cat, repo, p->s, false, a, &e) < 0)
		p->why = arena_text(a, e.text);
	else
		p->why = why;
}

static struct place *place_of(struct verify *v, const bks_repos *repos, int64_t id)
{
	struct place *p;

	for (size_t i = 0; i < v->place_count; i++)
		if (v->places[i]->repo == id)
			return v->places[i];
	p = arena_one(v->arena, struct place);
	p->repo = id;
	p->name = "?";
	p->why = "its repo is not registered any more";
	for (size_t i = 0; i < repos->n; i++)
		if (repos->v[i].id == id) {
			p->name = repos->v[i].name;
			p->why = NULL;
			open_place(p, v->cat, &repos->v[i], v->opt, v->arena);
		}
	v->places = arena_grow(v->arena, v->places, v->place_count * sizeof *v->places,
		(v->place_count + 1) * sizeof *v->places);
	v->places[v->place_count++] = p;
	return p;
}

static const bks_source *source_of(const bks_sources *all, int64_t id)
{
	size_t lo = 0, hi = all->n;

	for (; lo < hi; lo++)
		if (all->v[lo].id == id)
			return &all->v[lo];
	return NULL;
}

static void add_job(struct verify *v, const bks_backup *b, const bks_artifact *f, const bks_repos *repos,
	const bks_sources *sources)
{
	const bks_source *s = source_of(sources, b->source_id);
	struct job *j = &v->jobs[v->job_count++];

	*j = (struct job){.backup = b, .file = f, .place = place_of(v, repos, f->repo_id)};
	if (s) {
		j->require = s->require;
		j->require_count = s->require_count;
		j->max_shrink_pct = s->max_shrink_pct;
		j->zone = s->dump_zone;
	}
	verify_part(j, v->arena);
	verify_source(v, b->source_id);
	v->watch.total += f->size > 0 ? f->size : 0;
}

struct candidate {
	const bks_backup *b;
	const bks_artifact *f;
};

static bool in_repo(const bks_selection *sel, const bks_artifact *f)
{
	return !sel->repo || !strcmp(sel->repo, f->repo);
}

/* A backup of which no copy is left is trouble until it is back or acknowledged. What was replaced, or cleaned up as agreed, went
 * as it should; of a backup that has another copy scan tells. */
static bool is_missed(const bks_backup *b, const bks_artifact *f)
{
	const char *why = f->state_reason;

	return f->state == BKS_STATE_MISSING && b->state == BKS_STATE_MISSING &&
		(!why || (strcmp(why, "replaced") != 0 && strcmp(why, "cleaned by others") != 0));
}

static bool is_there(const bks_artifact *f)
{
	return f->state != BKS_STATE_GONE && f->state != BKS_STATE_MISSING;
}

/* Trouble that stands is looked at again every time: it may be mended, and it must not age into silence. */
static bool troubled(const bks_artifact *f)
{
	return f->verdict == BKS_UNREADABLE || f->verdict == BKS_UNSUPPORTED ||
		f->verdict == BKS_MISSING || f->state == BKS_STATE_SETTLING || f->state == BKS_STATE_MISSING;
}

static struct due_item *due_items(const struct candidate *c, size_t n, bks_arena *a)
{
	struct due_item *d = arena_take(a, n * sizeof *d);

	for (size_t i = 0; i < n; i++)
		d[i] = (struct due_item){.artifact = (int64_t)i, .changed_or_new = c[i].f->verdict == BKS_UNKNOWN,
			.trouble = troubled(c[i].f), .verified_at = c[i].f->verified_at, .size = c[i].f->size};
	return d;
}

static void note_fresh(struct verify *v, const struct candidate *c)
{
	struct source_seen *s = verify_source(v, c->b->source_id);

	bool set = c->f->part != BKS_PART_NONE;
	bool sound = (set ? c->b->verdict : c->f->verdict) == BKS_SOUND;
	bool bad = c->f->verdict == BKS_DAMAGED || c->f->verdict == BKS_INCOMPLETE ||
		(c->f->lacks && !c->f->waiting && verify_speaks(c->b, c->f));

	v->out->fresh++;
	v->out->fresh_sound += sound;
	v->out->fresh_trouble += bad && !c->b->acked;
	s->proof = s->proof || sound;
	s->trouble = s->trouble || bad;
}

/* It cannot be read without being called back: what was proven of it last goes on counting. */
static void stays_cold(struct verify *v, const struct candidate *c)
{
	v->out->cold++;
	note_fresh(v, c);
}

static int make_jobs(struct verify *v, const struct candidate *c, const struct due_item *order, size_t n)
{
	bks_repos repos;
	bks_sources sources;
	int r = bks_repo_list(&repos, v->cat, v->arena, &v->err);

	if (!r)
		r = bks_source_list(&sources, v->cat, v->arena, &v->err);
	if (r)
		return r;
	v->jobs = arena_take(v->arena, n * sizeof *v->jobs);
	for (size_t i = 0; i < n; i++) {
		const struct candidate *one = &c[order[i].artifact];

		add_job(v, one->b, one->f, &repos, &sources);
	}
	for (size_t i = 0; i < v->job_count; i++)
		v->jobs[i].arena = bks_arena_new();
	verify_take_turns(v);
	return 0;
}

int verify_choose(struct verify *v, const bks_selection *sel)
{
	bool named = v->opt->all || selects(sel);
	bks_selection with = *sel;
	VEC(struct candidate) c = {0};
	struct due_item *order;
	bks_backups all;
	size_t n;
	int r;

	with.with_artifacts = true;
	r = bks_backup_list(&all, v->cat, &with, v->arena, &v->err);
	if (r)
		return r;
	for (size_t i = 0; i < all.n; i++)
		for (size_t k = 0; k < all.v[i].artifact_count; k++) {
			const bks_artifact *f = &all.v[i].artifacts[k];

			if (in_repo(sel, f) && is_there(f) && cold_class(f->storage_class))
				stays_cold(v, &(struct candidate){&all.v[i], f});
			else if ((is_there(f) || is_missed(&all.v[i], f)) && in_repo(sel, f))
				*vec_add(&c, v->arena) = (struct candidate){&all.v[i], f};
		}
	if (!c.n)
		return 0;
	order = due_items(c.v, c.n, v->arena);
	n = due_order(order, c.n, v->opt->now, VERIFY_FRESH);
	if (named)
		n = c.n;
	for (size_t i = n; i < c.n; i++)
		note_fresh(v, &c.v[order[i].artifact]);
	return make_jobs(v, c.v, order, n);
}
