/* After the looks: history, sums, and what every selected source got out of it. */
#include "base/text.h"
#include "format/report.h"
#include "work/verify_private.h"
#include <string.h>

static const bks_table *table_of(const bks_table *v, size_t n, const bks_requirement *q)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(v[i].schema, q->schema) && !strcmp(v[i].name, q->name))
			return &v[i];
	return NULL;
}

static void compare_rows(struct job *j, const bks_requirement *q, const bks_table *before)
{
	const bks_table *now = table_of(j->out.tables, j->out.table_count, q);
	int64_t floor;

	if (!now || !before || now->rows < 0 || before->rows <= 0)
		return;
	floor = before->rows - before->rows / 100 * q->max_shrink_pct - before->rows % 100 * q->max_shrink_pct / 100;
	if (now->rows >= floor)
		return;
	report_append(&j->out, F_ROWS_DROPPED, NULL,
		arena_form(j->arena, "%s.%s holds %lld rows, the sound backup before it held %lld: more than %d %% fewer",
			q->schema, q->name, (long long)now->rows, (long long)before->rows, q->max_shrink_pct),
		j->arena);
}

int verify_history(struct verify *v, struct job *j)
{
	const bks_table *before = NULL;
	size_t n = 0;
	bool asked = false;
	int r;

	for (size_t i = 0; i < j->require_count; i++)
		asked = asked || j->require[i].max_shrink_pct > 0;
	if (!asked || j->out.verdict != BKS_SOUND)
		return 0;
	r = inventory_before(&before, &n, v->cat, j->backup->source_id, j->backup->id, j->backup->taken_at, j->arena,
		&v->err);
	for (size_t i = 0; !r && i < j->require_count; i++)
		if (j->require[i].max_shrink_pct > 0)
			compare_rows(j, &j->require[i], table_of(before, n, &j->require[i]));
	return r;
}

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

static void count(struct verify *v, const struct job *j)
{
	struct source_seen *s = verify_source(v, j->backup->source_id);

	v->out->counts[j->out.verdict]++;
	s->proof = s->proof || j->out.verdict == BKS_SOUND;
	s->trouble = s->trouble || bad(j->out.verdict) || j->out.verdict == BKS_UNREADABLE ||
		j->out.verdict == BKS_UNSUPPORTED;
	v->out->acked_trouble += bad(j->out.verdict) && is_acked(v, j);
}

void verify_sum(struct verify *v)
{
	size_t n = 0;
	bks_inspection *items = arena_take(v->arena, v->job_count * sizeof *items);
	int64_t *ids = arena_take(v->arena, v->job_count * sizeof *ids);
	const char **repos = arena_take(v->arena, v->job_count * sizeof *repos);

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
	v->out->v = items;
	v->out->backups = ids;
	v->out->repos = repos;
	v->out->n = n;
	v->out->matched = (int64_t)v->job_count;
	v->out->left = (int64_t)(v->job_count - n);
	for (size_t i = 0; i < v->source_count; i++)
		if (!v->sources[i].proof && !v->sources[i].trouble)
			v->out->source_without_proof = true;
}

void verify_close(struct verify *v)
{
	sidecars_clear(&v->sidecars);
	pthread_mutex_destroy(&v->lock);
	for (size_t i = 0; i < v->place_count; i++)
		store_close(v->places[i]->s);
}
