#include "work/deltas.h"
#include "catalog/rows.h"
#include "policy/shrink.h"

/* What was found bad for its rows alone is just what people want to see the rows of. */
static bool was_walked(const bks_backup *b, bks_time now)
{
	if ((b->state != BKS_STATE_LIVE && b->state != BKS_STATE_SETTLING) ||
		b->taken_at > now + 10 * BKS_MINUTE)
		return false;
	if (b->content != BKS_CONTENT_FULL && b->content != BKS_CONTENT_DATA &&
		b->content != BKS_CONTENT_EMPTY)
		return false;
	for (size_t i = 0; i < b->artifact_count; i++)
		if (b->artifacts[i].state == BKS_STATE_LIVE &&
			b->artifacts[i].levels[BKS_WHOLE] == BKS_RESULT_PASS)
			return true;
	return false;
}

static bool has_data(const bks_table *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].data)
			return true;
	return false;
}

static void put(bks_source_status *out, const struct row_counts *before,
	const struct row_counts *now, bks_arena *a)
{
	struct shrink_delta *v;
	bks_row_delta *to;

	shrink_deltas(&v, &out->delta_count, before, now, a);
	to = arena_take(a, (out->delta_count + 1) * sizeof *to);
	for (size_t i = 0; i < out->delta_count; i++)
		to[i] = (bks_row_delta){v[i].table->database, v[i].table->schema,
			v[i].table->name, v[i].before, v[i].now};
	out->deltas = to;
}

/* The good one before B. Where the rows of B came in a file of their own, so did those before.
 */
static int find_before(const struct history_row **out, size_t *n, bks_catalog *cat,
	const bks_backup *b, bool data_only, bks_arena *a, bks_error *err)
{
	struct history_ask ask = {b->source_id, b->id, b->kind, b->taken_at, data_only, 1};
	int r = history_before(out, n, cat, &ask, a, err);

	if (r || *n)
		return r;
	ask.data_only = !data_only;
	return history_before(out, n, cat, &ask, a, err);
}

int deltas_find(bks_source_status *out, bks_catalog *cat, const bks_backups *all, bks_time now,
	bks_arena *a, bks_error *err)
{
	const struct history_row *before;
	const bks_table *tables = NULL;
	const bks_backup *b = NULL;
	struct row_counts is, was;
	size_t n = 0, rows = 0;
	int r;

	for (size_t i = 0; !b && i < all->n; i++)
		b = was_walked(&all->v[i], now) ? &all->v[i] : NULL;
	r = b ? bks_backup_tables(&tables, &n, cat, b->id, a, err) : 0;
	if (r || !b || !(has_data(tables, n) || b->content == BKS_CONTENT_EMPTY))
		return r;
	r = find_before(&before, &rows, cat, b, rowcount_data_only(tables, n), a, err);
	if (r || !rows)
		return r;
	rowcount_make(&is, tables, n, a);
	rowcount_make(&was, before[0].tables, before[0].n, a);
	out->rows_backup = b->id;
	out->rows_before = before[0].backup;
	put(out, &was, &is, a);
	return 0;
}
