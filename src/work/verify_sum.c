/* After the looks: history, sums, and what every selected source got out of it. */
#include "base/text.h"
#include "format/report.h"
#include "work/verify_private.h"
#include <stdlib.h>
#include <string.h>

/* Tables by database, schema and name, so that a partition finds its parent. */
struct shelf {
	const bks_table **v;
	size_t n;
};

static int by_name(const void *x, const void *y)
{
	const bks_table *a = *(const bks_table *const *)x, *b = *(const bks_table *const *)y;
	int c = strcmp(a->database ? a->database : "", b->database ? b->database : "");

	c = c ? c : strcmp(a->schema ? a->schema : "", b->schema ? b->schema : "");
	return c ? c : strcmp(a->name, b->name);
}

static struct shelf shelve(const bks_table *v, size_t n, bks_arena *a)
{
	struct shelf s = {arena_take(a, (n + 1) * sizeof(const bks_table *)), n};

	for (size_t i = 0; i < n; i++)
		s.v[i] = &v[i];
	if (n)
		qsort(s.v, n, sizeof *s.v, by_name);
	return s;
}

static const bks_table *parent_of(const struct shelf *s, const bks_table *t)
{
	bks_table wanted = {.database = t->database, .schema = t->parent_schema, .name = t->parent_name};
	const bks_table *key = &wanted, **at;

	at = t->parent_name ? bsearch(&key, s->v, s->n, sizeof *s->v, by_name) : NULL;
	return at ? *at : NULL;
}

/* Upwards, and not for ever: forged parents may stand in a circle. */
static bool is_part(const struct shelf *s, const bks_table *t, const bks_requirement *q)
{
	enum { DEPTH_MAX = 16 };

	for (int depth = 0; t && depth < DEPTH_MAX; depth++, t = parent_of(s, t))
		if (!strcmp(t->schema, q->schema) && !strcmp(t->name, q->name))
			return true;
	return false;
}

/* The rows of a table and of its partitions; -1: it has no data section at all. */
static int64_t rows_of(const struct shelf *s, const bks_requirement *q)
{
	int64_t rows = -1;

	for (size_t i = 0; i < s->n; i++)
		if (s->v[i]->rows >= 0 && is_part(s, s->v[i], q))
			rows = (rows < 0 ? 0 : rows) + s->v[i]->rows;
	return rows;
}

static void compare_rows(struct job *j, const bks_requirement *q, const struct shelf *is, const struct shelf *was)
{
	int64_t now = rows_of(is, q), before = rows_of(was, q), floor;

	if (now < 0 || before <= 0)
		return;
	floor = before - before / 100 * q->max_shrink_pct - before % 100 * q->max_shrink_pct / 100;
	if (now >= floor)
		return;
	report_append(&j->out, F_ROWS_DROPPED, NULL,
		arena_form(j->arena, "%s.%s holds %lld rows, the sound backup before it held %lld: more than %d %% fewer",
			q->schema, q->name, (long long)now, (long long)before, q->max_shrink_pct),
		j->arena);
}

static bool asks_history(const struct job *j)
{
	for (size_t i = 0; i < j->require_count; i++)
		if (j->require[i].max_shrink_pct > 0)
			return true;
	return false;
}

int verify_history(struct verify *v, struct job *j)
{
	const bks_table *before = NULL;
	struct shelf is, was;
	size_t n = 0;
	int r;

	if (!asks_history(j) || j->out.verdict != BKS_SOUND)
		return 0;
	r = inventory_before(&before, &n, v->cat, j->backup->source_id, j->backup->id, j->backup->taken_at, j->arena,
		&v->err);
	if (r || !n)
		return r;
	is = shelve(j->out.tables, j->out.table_count, j->arena);
	was = shelve(before, n, j->arena);
	for (size_t i = 0; i < j->require_count; i++)
		if (j->require[i].max_shrink_pct > 0)
			compare_rows(j, &j->require[i], &is, &was);
	return 0;
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
	for (size_t i = 0; i < v->place_count; i++)
		store_close(v->places[i]->s);
}
