/*
 * Where others clean up, an old file that is gone is no trouble, unless something that must stay went with it: what is held, what
 * stands in a slot, and the floor of good backups. Copies elsewhere keep a backup.
 */
#include "work/cleaned.h"
#include "work/streams.h"

struct row {
	int64_t id;
	size_t stream;
	bool eligible, pinned;
	int64_t *repos; /* where copies of it are */
	size_t repo_count;
};

struct cleaned {
	struct row *v;
	size_t n;
	int64_t *left; /* of each stream: eligible ones that are there */
	int *floors;
};

static bool in_slot(const struct slot_row *v, size_t n, int64_t id)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].backup == id)
			return true;
	return false;
}

static void take(struct cleaned *c, const struct stream_rows *s, size_t stream, size_t i, bool slot, bks_time now, bks_arena *a)
{
	const bks_backup *b = s->backups[i];
	struct row *r = &c->v[c->n++];

	*r = (struct row){.id = b->id, .stream = stream, .eligible = keep_eligible(&s->rows[i], s->policy->level, now),
		.pinned = slot || b->held || b->tier == BKS_TIER_PREDEPLOY,
		.repos = arena_take(a, (b->artifact_count + 1) * sizeof *r->repos)};
	for (size_t k = 0; k < b->artifact_count; k++)
		if (b->artifacts[k].state == BKS_STATE_LIVE || b->artifacts[k].state == BKS_STATE_SETTLING)
			r->repos[r->repo_count++] = b->artifacts[k].repo_id;
	c->left[stream] += r->eligible;
}

int cleaned_load(struct cleaned **out, bks_catalog *cat, bks_time now, bks_arena *a, bks_error *err)
{
	struct cleaned *c = arena_one(a, struct cleaned);
	struct stream_list l;
	size_t all = 0;
	int r = streams_load(&l, cat, NULL, a, err);

	if (r)
		return r;
	for (size_t i = 0; i < l.n; i++)
		all += l.v[i].n;
	*c = (struct cleaned){.v = arena_take(a, (all + 1) * sizeof *c->v), .left = arena_take(a, (l.n + 1) * sizeof *c->left),
		.floors = arena_take(a, (l.n + 1) * sizeof *c->floors)};
	for (size_t i = 0; !r && i < l.n; i++) {
		const struct stream_rows *s = &l.v[i];
		const struct slot_row *slots = NULL;
		size_t n = 0;

		r = s->source ? slot_list(&slots, &n, cat, s->source->id, s->kind, a, err) : 0;
		c->left[i] = 0;
		c->floors[i] = s->policy->floor < 2 ? 2 : s->policy->floor;
		for (size_t k = 0; !r && k < s->n; k++)
			take(c, s, i, k, in_slot(slots, n, s->backups[k]->id), now, a);
	}
	*out = c;
	return r;
}

static bool still_elsewhere(struct row *r, int64_t repo)
{
	size_t n = 0;

	for (size_t i = 0; i < r->repo_count; i++)
		if (r->repos[i] != repo)
			r->repos[n++] = r->repos[i];
	r->repo_count = n;
	return n > 0;
}

bool cleaned_well(struct cleaned *c, int64_t backup, int64_t repo)
{
	for (size_t i = 0; i < c->n; i++) {
		struct row *r = &c->v[i];

		if (r->id != backup)
			continue;
		if (still_elsewhere(r, repo))
			return true;
		if (r->eligible)
			c->left[r->stream]--;
		return !r->pinned && (!r->eligible || c->left[r->stream] >= c->floors[r->stream]);
	}
	return true;
}
