/*
 * Bytes that are those which an earlier look walked: what it proved of them stands, from then.
 * What people ask of them may be another thing by now, and so may the backups before, so
 * `covered` is judged anew, by the tables that were counted then.
 */
#include "base/text.h"
#include "format/cover.h"
#include "work/rowsfile.h"
#include "work/streams.h"
#include "work/verify_private.h"
#include <string.h>

/* Of what lies around the bytes, of requirements and of history: each look tells them for
 * itself. */
static bool is_judged_anew(const char *code)
{
	static const char *const codes[] = {"required-table-missing", "required-table-empty",
		"rows-below-floor", "too-small", "rows-dropped", "table-emptied", "table-gone",
		"rows-disagree", "manifest-unreadable", "sidecar-stale", "sidecar-unreadable",
		"sidecar-not-sealed", "settling", "other-database"};

	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
		if (!strcmp(code, codes[i]))
			return true;
	return false;
}

static void add_findings(struct report *r, const bks_finding *v, size_t n, bool own)
{
	for (size_t i = 0; i < n; i++) {
		enum bks_verdict causes = BKS_UNKNOWN;
		const char *code = report_code(&causes, v[i].code, v[i].severity);

		if (!own && (!code || is_judged_anew(v[i].code)))
			continue;
		*vec_add(&r->findings, r->arena) = v[i];
		r->verdicts[causes] = true;
	}
}

static void add_tables(struct report *r, const bks_table *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		bks_table *t = report_table(
			r, v[i].database, v[i].schema ? v[i].schema : "", v[i].name);

		if (!t)
			return;
		*t = v[i];
		t->told = false;
		t->told_rows = -1;
	}
}

static void take_wrapping(bks_inspection *i, const char *text, bks_arena *a)
{
	i->wrappings = 0;
	while (text && *text && i->wrappings < BKS_WRAPPINGS_MAX) {
		size_t n = strcspn(text, ",");

		i->wrapping[i->wrappings++] = arena_form(a, "%.*s", (int)n, text);
		text += n + (text[n] == ',');
	}
}

/* What a walk told and the catalog keeps. */
static int take_facts(struct verify *v, struct job *j)
{
	const bks_backup *b = j->backup;
	const bks_artifact *f = j->file;
	bool part = f->part != BKS_PART_NONE;
	bks_inspection *i = &j->out;
	struct part time;
	int r = artifact_taken(&time, v->cat, f->id, j->arena, &v->err);

	if (r)
		return r;
	i->format = part && f->format ? f->format : b->format;
	i->content = part ? f->content : b->content;
	i->database = part ? f->database : b->database;
	take_wrapping(i, part ? f->wrapping : b->wrapping, j->arena);
	i->recognised = streams_recognised(i->format);
	i->physical = b->physical;
	i->taken_at = time.taken_at;
	i->taken_from = time.taken_from;
	i->taken_zone = time.taken_zone;
	return 0;
}

int verify_again(struct verify *v, struct job *j)
{
	const bks_artifact *f = j->file;
	bks_inspection *i = &j->out;
	const bks_finding *findings;
	const bks_table *tables = NULL;
	size_t finding_count, table_count;
	struct report r;
	int e = take_facts(v, j);

	if (!e)
		e = artifact_findings(
			&findings, &finding_count, v->cat, f->id, j->arena, &v->err);
	if (!e)
		e = artifact_tables(&tables, &table_count, v->cat, f->id, j->arena, &v->err);
	if (e)
		return e;
	report_init(&r, i, j->arena);
	add_tables(&r, tables, table_count);
	add_findings(&r, findings, finding_count, false);
	r.unprovable[BKS_WHOLE] = f->levels[BKS_WHOLE] == BKS_RESULT_UNPROVABLE;
	memcpy(i->levels + BKS_WHOLE, f->levels + BKS_WHOLE,
		(BKS_LEVEL_COUNT - BKS_WHOLE) * sizeof *i->levels);
	i->levels[BKS_COVERED] = cover_judge(&r, j->require, j->require_count, 0);
	add_findings(&r, i->findings, i->finding_count, true);
	report_close(&r, true);
	i->proven_at = f->proven_at;
	i->verifier = f->proven_by;
	rowsfile_look(i, j->place->s, f->path, j->arena);
	return 0;
}
