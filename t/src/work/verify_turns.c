/*
 * In which order results are written. Workers finish as they like, and a night that lost rows
 * is smaller than the one before, so it is read faster; what it is held against must be written
 * first.
 */
#include "work/verify_private.h"
#include <stdlib.h>

static int by_time(const void *x, const void *y)
{
	const struct job *a = *(struct job *const *)x, *b = *(struct job *const *)y;

	if (a->backup->taken_at != b->backup->taken_at)
		return a->backup->taken_at > b->backup->taken_at ? 1 : -1;
	return (a > b) - (a < b);
}

static void add_turn(struct turns *t, struct job *j, bks_arena *a)
{
	/* doubled when its length is a power of two */
	if (!(t->n & (t->n - 1)))
		t->v = arena_grow(a, t->v, t->n * sizeof(struct job *),
			(t->n ? t->n * 2 : 1) * sizeof(struct job *));
	t->v[t->n++] = j;
}

void verify_take_turns(struct verify *v)
{
	v->order = arena_take(v->arena, (v->job_count + 1) * sizeof(struct job *));
	for (size_t i = 0; i < v->job_count; i++)
		v->order[i] = &v->jobs[i];
	if (v->opt->budget_time || v->opt->budget_bytes)
		return;
	for (size_t i = 0; i < v->job_count; i++)
		add_turn(&verify_source(v, v->jobs[i].backup->source_id)->turns, &v->jobs[i],
			v->arena);
	for (size_t s = 0; s < v->source_count; s++)
		if (v->sources[s].turns.n)
			qsort(v->sources[s].turns.v, v->sources[s].turns.n,
				sizeof(struct job *), by_time);
	/* each source keeps the places that it has among the others */
	for (size_t i = 0; i < v->job_count; i++) {
		struct turns *t = &verify_source(v, v->jobs[i].backup->source_id)->turns;

		v->order[i] = t->v[t->next++];
	}
	for (size_t s = 0; s < v->source_count; s++)
		v->sources[s].turns.next = 0;
}

void verify_turn(
	struct verify *v, struct job *j, void (*write)(struct verify *v, struct job *j))
{
	struct turns *t = &verify_source(v, j->backup->source_id)->turns;

	j->looked = true;
	if (!t->n)
		write(v, j);
	while (t->next < t->n && t->v[t->next]->looked)
		write(v, t->v[t->next++]);
}

void verify_last_turns(struct verify *v, void (*write)(struct verify *v, struct job *j))
{
	for (size_t s = 0; s < v->source_count; s++) {
		struct turns *t = &v->sources[s].turns;

		for (; t->next < t->n; t->next++)
			if (t->v[t->next]->looked)
				write(v, t->v[t->next]);
	}
}
