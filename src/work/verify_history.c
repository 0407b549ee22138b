/* The rows of a look held against those of the good backups before it. What is read of those
 * lives no longer than the comparing. */
#include "base/text.h"
#include "format/report.h"
#include "policy/shrink.h"
#include "work/register.h"
#include "work/verify_private.h"
#include <string.h>

enum { TOLD_MAX = 20 }; /* of one kind; the rest is counted */

AUTO_FN(arena_end, bks_arena, bks_arena_free);

/* Bytes that were walked to their end, of a kind that holds rows. A dump of an empty database
 * is whole, and has lost all. */
static bool comparable(const bks_inspection *i)
{
	return i->levels[BKS_WHOLE] == BKS_RESULT_PASS && i->recognised &&
	       (i->content == BKS_CONTENT_FULL || i->content == BKS_CONTENT_DATA ||
		       i->content == BKS_CONTENT_EMPTY);
}

/* What the catalog will hold for its time once this look is recorded. */
static bks_time point_of(const struct job *j)
{
	const bks_backup *b = j->backup;
	const bks_inspection *i = &j->out;
	bool known = b->taken_from != BKS_TAKEN_UNKNOWN;

	if (i->taken_from == BKS_TAKEN_UNKNOWN || i->taken_at == BKS_TIME_NONE ||
		b->taken_from == BKS_TAKEN_OPERATOR)
		return b->taken_at;
	return known && i->taken_from > b->taken_from ? b->taken_at : i->taken_at;
}

static int read_nights(struct shrink_night **out, size_t *n, struct verify *v,
	const struct job *j, bool data_only, bks_arena *a)
{
	struct history_ask ask = {.source_id = j->backup->source_id,
		.backup_id = j->backup->id,
		.kind = register_kind(j->out.format),
		.taken_at = point_of(j),
		.data_only = data_only,
		.most = SHRINK_NIGHTS};
	const struct history_row *rows = NULL;
	int r = history_before(&rows, n, v->cat, &ask, a, &v->err);

	*out = arena_take(a, (*n + 1) * sizeof **out);
	for (size_t i = 0; !r && i < *n; i++) {
		(*out)[i].accepted = rows[i].accepted;
		/* nights that are alike share one list */
		if (i && rows[i].tables == rows[i - 1].tables)
			(*out)[i].counts = (*out)[i - 1].counts;
		else
			rowcount_make(&(*out)[i].counts, rows[i].tables, rows[i].n, a);
	}
	return r;
}

static const char *name_of(const struct row_count *t, bks_arena *a)
{
	if (!t)
		return "all tables together";
	return bks_shown(arena_form(a, "%s%s%s.%s", t->database ? t->database : "",
				 t->database ? ": " : "", t->schema ? t->schema : "", t->name),
		a);
}

static const char *text_of(const struct shrink_found *f, bks_arena *a)
{
	const char *name = name_of(f->table, a);
	long long now = f->now < 0 ? 0 : f->now, before = f->before < 0 ? 0 : f->before;
	const char *past =
		f->nights == 1
			? "the good backup before it"
			: arena_form(a, "each of the %zu good backups before it", f->nights);

	switch (f->kind) {
	case SHRINK_EMPTIED:
		return arena_form(a,
			"%s is empty%s, and never was in %s; the last one held %lld rows", name,
			f->now < 0 ? " (it has no data section)" : "", past, before);
	case SHRINK_GONE:
		return arena_form(a,
			"%s is not in it, and was in %s; the last one held %lld rows", name,
			past, before);
	case SHRINK_DROPPED:
	case SHRINK_TOTAL:
		break;
	}
	return arena_form(a, "%s: %lld rows, %s %lld: more than %d %% fewer", name, now,
		f->median ? arena_form(a, "the median of the %zu good backups before it is",
				    f->nights)
			  : "the good backup before it held",
		before, f->limit);
}

static enum finding_kind finding_of(enum shrink_kind k)
{
	return k == SHRINK_EMPTIED ? F_TABLE_EMPTIED
	       : k == SHRINK_GONE  ? F_TABLE_GONE
				   : F_ROWS_DROPPED;
}

/* A database without any of its tables would fill pages. */
static void tell(struct job *j, const struct shrink_found *v, size_t n)
{
	size_t told[FINDING_COUNT] = {0};

	for (size_t i = 0; i < n; i++) {
		enum finding_kind k = finding_of(v[i].kind);

		if (told[k]++ < TOLD_MAX)
			report_append(&j->out, k, NULL, text_of(&v[i], j->arena), j->arena);
	}
	for (int k = 0; k < FINDING_COUNT; k++)
		if (told[k] > TOLD_MAX)
			report_append(&j->out, (enum finding_kind)k, NULL,
				arena_form(j->arena, "and %zu tables more", told[k] - TOLD_MAX),
				j->arena);
}

static bool tells(const bks_inspection *i, const char *code)
{
	for (size_t k = 0; k < i->finding_count; k++)
		if (!strcmp(i->findings[k].code, code))
			return true;
	return false;
}

int verify_sidecar(struct verify *v, struct job *j)
{
	const char *place = NULL;
	int r;

	if (!j->out.format || strcmp(j->out.format, "sqlite") != 0 || j->grown ||
		j->out.levels[BKS_SEALED] != BKS_RESULT_PASS ||
		tells(&j->out, "sidecar-not-sealed"))
		return 0;
	r = artifact_once_found(
		&place, v->cat, j->file->id, "sidecar-not-sealed", j->arena, &v->err);
	if (r <= 0)
		return r;
	report_append(&j->out, F_MEMBER_MISSING, place,
		"it lay beside the database and held a part of it, and the database has not "
		"changed since: what was in it is lost",
		j->arena);
	return 0;
}

int verify_history(struct verify *v, struct job *j)
{
	AUTO(arena_end) bks_arena *a = bks_arena_new();
	struct shrink_rule rule = {j->require, j->require_count, j->max_shrink_pct};
	struct shrink_night *nights = NULL;
	const struct shrink_found *found;
	struct row_counts now;
	size_t n = 0;
	int r;

	if (!comparable(&j->out))
		return 0;
	r = read_nights(&nights, &n, v, j, j->out.content == BKS_CONTENT_DATA, a);
	if (!r && !n && j->out.content == BKS_CONTENT_EMPTY)
		r = read_nights(&nights, &n, v, j, true, a);
	if (r || !n)
		return r;
	rowcount_make(&now, j->out.tables, j->out.table_count, a);
	shrink_judge(&found, &n, &now, nights, n, &rule, a);
	tell(j, found, n);
	if (j->out.levels[BKS_COVERED] == BKS_RESULT_NOT_RUN)
		j->out.levels[BKS_COVERED] = BKS_RESULT_PASS;
	return 0;
}
