#include "work/streams.h"
#include "base/text.h"
#include <stdlib.h>
#include <string.h>

static int rank(enum bks_verdict v)
{
	static const enum bks_verdict best_first[] = {BKS_SOUND, BKS_UNPROVEN, BKS_INCOMPLETE,
		BKS_DAMAGED, BKS_UNREADABLE, BKS_UNSUPPORTED, BKS_MISSING};

	for (int i = 0; i < (int)(sizeof best_first / sizeof *best_first); i++)
		if (best_first[i] == v)
			return i;
	return 99;
}

bool streams_recognised(const char *format)
{
	static const char *const words[] = {"pgdump-plain", "pgdumpall", "pgdump-custom",
		"pgdump-directory", "pgdump-tar", "supabase-roles", "supabase-schema",
		"supabase-data", "pg-basebackup", "sqlite"};

	for (size_t i = 0; format && i < sizeof words / sizeof *words; i++)
		if (!strcmp(words[i], format))
			return true;
	return false;
}

static int passed(const bks_artifact *f)
{
	int n = 0;

	for (int i = 0; i < BKS_LEVEL_COUNT; i++)
		n += f->levels[i] == BKS_RESULT_PASS;
	return n;
}

/* One file is what its own look said; files of a set are their copy together. */
static bool copy_at(bks_artifact *out, const bks_backup *b, size_t i)
{
	const bks_artifact *f = &b->artifacts[i];

	if (f->part == BKS_PART_NONE) {
		*out = *f;
		return true;
	}
	for (size_t k = 0; k < i; k++)
		if (b->artifacts[k].repo_id == f->repo_id && artifact_lies(&b->artifacts[k]))
			return false;
	return backup_copy(out, b, f->repo_id);
}

bool stream_best(bks_artifact *out, const bks_backup *b, const char *without)
{
	bool found = false;

	for (size_t i = 0; i < b->artifact_count; i++) {
		const bks_artifact *f = &b->artifacts[i];
		bks_artifact c;
		int by;

		if (!artifact_lies(f) || (without && !strcmp(f->repo, without)) ||
			!copy_at(&c, b, i))
			continue;
		by = found ? rank(out->verdict) - rank(c.verdict) : 1;
		if (by > 0 || (!by && passed(&c) > passed(out)))
			*out = c;
		found = true;
	}
	return found;
}

bool stream_copy(bks_artifact *out, const bks_backup *b, int64_t repo_id)
{
	bool found = false;

	for (size_t i = 0; i < b->artifact_count; i++) {
		const bks_artifact *f = &b->artifacts[i];
		bks_artifact c;

		if (f->repo_id != repo_id || !artifact_lies(f) || !copy_at(&c, b, i))
			continue;
		if (!found || rank(c.verdict) < rank(out->verdict))
			*out = c;
		found = true;
	}
	return found;
}

static bool same_file(const bks_artifact *x, const bks_artifact *y)
{
	return x->inode && x->inode == y->inode && x->device == y->device;
}

/* One file under two names is one copy. */
static int good_copies(const bks_backup *b)
{
	int n = 0;

	for (size_t i = 0; i < b->artifact_count; i++) {
		const bks_artifact *f = &b->artifacts[i];
		bool again = false;
		bks_artifact c;

		for (size_t k = 0; k < i; k++)
			again = again || (artifact_lies(&b->artifacts[k]) &&
						 same_file(f, &b->artifacts[k]));
		n += artifact_lies(f) && !again && copy_at(&c, b, i) && c.verdict == BKS_SOUND;
	}
	return n;
}

struct keep_backup stream_row(const bks_backup *b)
{
	struct keep_backup k = {.id = b->id,
		.point = b->taken_at,
		.point_from = b->taken_from,
		.point_confirmed = b->time_confirmed,
		.source_confirmed = !b->source_guessed,
		.verdict = b->verdict,
		.recognised = streams_recognised(b->format),
		.content = b->content,
		.kind = b->kind,
		.tier = b->tier,
		.tier_name = b->tier_name,
		.state = b->state,
		.held = b->held,
		.bad_since = b->bad_since,
		.registered = b->first_seen,
		.size = b->size,
		.good_copies = good_copies(b),
		.verified_at = b->verified_at,
		.acked = b->acked,
		.incremental = b->physical && b->physical->parent_lsn,
		.parent = b->parent_id};
	bks_artifact best;

	if (stream_best(&best, b, NULL))
		memcpy(k.levels, best.levels, sizeof k.levels);
	if (b->covered_failed)
		k.levels[BKS_COVERED] = BKS_RESULT_FAIL;
	return k;
}

struct keep_backup stream_row_of(const bks_backup *b, const bks_artifact *copy)
{
	struct keep_backup k = stream_row(b);
	bks_artifact best;

	if (!copy || (stream_best(&best, b, NULL) && best.id == copy->id))
		return k;
	k.verdict = copy->verdict;
	memcpy(k.levels, copy->levels, sizeof k.levels);
	if (k.state == BKS_STATE_LIVE)
		k.state = copy->state;
	return k;
}

const bks_policy *stream_policy(const bks_catalog *cat, const bks_source *s, bks_arena *a)
{
	const bks_policy *p = bks_policy_find(bks_catalog_settings(cat), s ? s->policy : NULL);
	bks_policy *own = arena_one(a, bks_policy);

	*own = p ? *p : *bks_policy_find(bks_catalog_settings(cat), NULL);
	if (s && s->level != BKS_LEVEL_NONE)
		own->level = s->level;
	return own;
}

static const bks_source *source_of(const bks_sources *all, int64_t id)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->v[i].id == id)
			return &all->v[i];
	return NULL;
}

/* Backups come stream by stream; sources of one name (all but one of them dropped) are one. */
static struct stream_rows *stream_of(struct stream_list *l, bks_catalog *cat,
	const bks_backup *b, const bks_sources *sources, bks_arena *a)
{
	struct stream_rows *s = l->n ? &l->v[l->n - 1] : NULL;

	if (s && s->kind == b->kind && s->n && s->backups[s->n - 1]->source_id == b->source_id)
		return s;
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].kind == b->kind && !strcmp(l->v[i].name, b->source))
			return &l->v[i];
	if (l->n == l->room) {
		l->v = arena_grow(
			a, l->v, l->n * sizeof *l->v, (l->room * 2 + 8) * sizeof *l->v);
		l->room = l->room * 2 + 8;
	}
	s = &l->v[l->n++];
	*s = (struct stream_rows){
		.name = b->source, .kind = b->kind, .source = source_of(sources, b->source_id)};
	s->policy = stream_policy(cat, s->source, a);
	return s;
}

static void add(struct stream_rows *s, const bks_backup *b, bks_arena *a)
{
	if (s->n == s->room) {
		size_t room = s->room * 2 + 16;

		s->backups = arena_grow(
			a, s->backups, s->n * sizeof *s->backups, room * sizeof *s->backups);
		s->rows =
			arena_grow(a, s->rows, s->n * sizeof *s->rows, room * sizeof *s->rows);
		s->room = room;
	}
	s->backups[s->n] = b;
	s->rows[s->n++] = stream_row(b);
}

static int newest_first(const void *x, const void *y)
{
	const bks_backup *a = *(const bks_backup *const *)x, *b = *(const bks_backup *const *)y;

	if (a->taken_at != b->taken_at)
		return a->taken_at < b->taken_at ? 1 : -1;
	return (a->id < b->id) - (a->id > b->id);
}

/* They come in order, but where sources of one name were joined, or two lists. */
static void put_in_order(struct stream_rows *s)
{
	bool well = true;

	for (size_t i = 1; i < s->n && well; i++)
		well = newest_first(&s->backups[i - 1], &s->backups[i]) <= 0;
	if (well)
		return;
	qsort(s->backups, s->n, sizeof *s->backups, newest_first);
	for (size_t i = 0; i < s->n; i++)
		s->rows[i] = stream_row(s->backups[i]);
}

static int by_name(const void *x, const void *y)
{
	const struct stream_rows *a = x, *b = y;
	int c = strcmp(a->name, b->name);

	return c ? c : (int)a->kind - (int)b->kind;
}

/* The source that is asked for, or all of them. */
static int known(
	bks_sources *out, bks_catalog *cat, const char *source, bks_arena *a, bks_error *err)
{
	const bks_source *s;
	int r = source ? bks_source_find(&s, cat, source, a, err)
		       : bks_source_list(out, cat, a, err);

	if (source && !r)
		*out = (bks_sources){s, 1};
	return r > 0 ? fail(err, BKS_E_USAGE, "no source is called %s", bks_shown(source, a))
		     : r;
}

static bool was_one(const bks_backup *b)
{
	static const char *const no[] = {"merged", "renamed", "replaced"};

	for (size_t i = 0;
		b->state == BKS_STATE_GONE && b->state_reason && i < sizeof no / sizeof *no;
		i++)
		if (!strcmp(b->state_reason, no[i]))
			return false;
	return true;
}

/* What others cleaned up is missing for ever. */
static bool cleaned(const bks_backup *b)
{
	return b->state == BKS_STATE_MISSING && b->state_reason &&
	       !strcmp(b->state_reason, "cleaned by others");
}

/* STATE as in bks_selection; of missing ones, only what others cleaned up. Added to *out. */
static int load(struct stream_list *out, bks_catalog *cat, const char *source, int state,
	bks_arena *a, bks_error *err)
{
	bks_selection sel = {.source = source, .state = state, .with_artifacts = true};
	bks_sources sources;
	bks_backups all;
	int r = known(&sources, cat, source, a, err);

	if (!r)
		r = backup_list_streams(&all, cat, &sel, a, err);
	if (r)
		return r;
	for (size_t i = 0; i < all.n; i++)
		if (was_one(&all.v[i]) &&
			(state != BKS_STATE_MISSING + 1 || cleaned(&all.v[i])))
			add(stream_of(out, cat, &all.v[i], &sources, a), &all.v[i], a);
	for (size_t i = 0; i < out->n; i++)
		put_in_order(&out->v[i]);
	if (out->n)
		qsort(out->v, out->n, sizeof *out->v, by_name);
	return 0;
}

int streams_load(struct stream_list *out, bks_catalog *cat, const char *source, bks_arena *a,
	bks_error *err)
{
	*out = (struct stream_list){0};
	return load(out, cat, source, 0, a, err);
}

int streams_load_gone(struct stream_list *out, bks_catalog *cat, const char *source,
	bks_arena *a, bks_error *err)
{
	int r;

	*out = (struct stream_list){0};
	r = load(out, cat, source, BKS_STATE_GONE + 1, a, err);
	return r ? r : load(out, cat, source, BKS_STATE_MISSING + 1, a, err);
}

const struct stream_rows *stream_same(const struct stream_list *l, const struct stream_rows *s)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].kind == s->kind && !strcmp(l->v[i].name, s->name))
			return &l->v[i];
	return NULL;
}
