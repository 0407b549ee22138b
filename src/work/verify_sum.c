/* After the looks: sums, and what every selected source got out of it. */
#include "work/verify_private.h"
#include <stdlib.h>

static bool bad(enum bks_verdict v)
{
	return v == BKS_DAMAGED || v == BKS_INCOMPLETE || v == BKS_MISSING;
}

/* An acknowledgement is for the trouble that was known when it was given, not for what this look found beside it. */
static bool is_acked(struct verify *v, const struct job *j)
{
	int r = ack_covers(v->cat, j->backup->id, &j->out, v->r < 0 ? NULL : &v->err);

	v->r = r < 0 && !v->r ? r : v->r;
	return r > 0;
}

static void count(struct verify *v, struct job *j)
{
	struct source_seen *s = verify_source(v, j->backup->source_id);
	bool proof;
	int r = verify_set(&proof, v, j);

	if (!r)
		r = verify_chain(&proof, v, j);
	v->r = r < 0 && !v->r ? r : v->r;
	v->out->counts[j->out.verdict]++;
	s->proof = s->proof || proof;
	s->trouble = s->trouble || bad(j->out.verdict) || j->out.verdict == BKS_UNREADABLE ||
		j->out.verdict == BKS_UNSUPPORTED;
	v->out->acked_trouble += bad(j->out.verdict) && is_acked(v, j);
}

void verify_add_item(struct verify *v, bks_inspection *out, const char *repo, int64_t source)
{
	struct source_seen *s = source ? verify_source(v, source) : NULL;

	v->wal = arena_grow(v->arena, v->wal, v->wal_count * sizeof *v->wal, (v->wal_count + 1) * sizeof *v->wal);
	v->wal[v->wal_count++] = (struct wal_item){out, repo};
	v->out->counts[out->verdict]++;
	if (!s)
		return;
	s->proof = s->proof || out->verdict == BKS_SOUND;
	s->trouble = s->trouble || bad(out->verdict) || out->verdict == BKS_UNREADABLE;
}

void verify_sum(struct verify *v)
{
	size_t n = 0, room = v->job_count + v->wal_count;
	bks_inspection *items = arena_take(v->arena, room * sizeof *items);
	int64_t *ids = arena_take(v->arena, room * sizeof *ids);
	const char **repos = arena_take(v->arena, room * sizeof *repos);

	for (size_t i = 0; i < v->job_count; i++) {
		struct job *j = &v->jobs[i];

		if (j->done) {
			count(v, j);
			items[n] = j->out;
			ids[n] = j->backup->id;
			repos[n++] = j->place->name;
		}
		if (j->arena)
			arena_adopt(v->arena, j->arena);
	}
	for (size_t i = 0; i < v->wal_count; i++) {
		items[n] = *v->wal[i].out;
		ids[n] = 0;
		repos[n++] = v->wal[i].repo;
	}
	v->out->v = items;
	v->out->backups = ids;
	v->out->repos = repos;
	v->out->n = n;
	v->out->matched = (int64_t)(room + v->wal_left);
	v->out->left = (int64_t)(room + v->wal_left - n);
	for (size_t i = 0; i < v->source_count; i++)
		if (!v->sources[i].proof && !v->sources[i].trouble)
			v->out->source_without_proof = true;
}

void verify_close(struct verify *v)
{
	sidecars_clear(&v->sidecars);
	pthread_mutex_destroy(&v->lock);
	for (size_t i = 0; i < v->place_count; i++) {
		v->out->requests += v->places[i]->s ? store_requests(v->places[i]->s) : 0;
		store_close(v->places[i]->s);
	}
}
