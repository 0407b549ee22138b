/* What a walk writes down, and how it adds up to levels and a verdict. */
#include "format/report.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *code;
	enum bks_severity severity;
	enum bks_level level;
	enum bks_verdict verdict;
} kinds[] = {
#define X(name, code, severity, level, verdict) {code, BKS_##severity, BKS_##level, BKS_##verdict},
	FINDINGS(X)
#undef X
};

void report_init(struct report *r, bks_inspection *out, bks_arena *a)
{
	*r = (struct report){.out = out, .arena = a, .max_memory = 64 << 20};
}

const char *report_byte(struct report *r, uint64_t at)
{
	return arena_form(r->arena, "byte %llu", (unsigned long long)at);
}

const char *report_line(struct report *r, uint64_t line)
{
	return arena_form(r->arena, "line %llu", (unsigned long long)line);
}

static void weigh(struct report *r, enum finding_kind kind)
{
	enum bks_verdict v = kinds[kind].verdict;

	r->verdicts[v] = true;
	if (v == BKS_UNPROVEN)
		r->unprovable[kinds[kind].level] = true;
	else if (v == BKS_DAMAGED || v == BKS_INCOMPLETE)
		r->fails[kinds[kind].level] = true;
}

/* A copy: names of members are loans. */
static const char *place(const struct report *r, const char *where)
{
	if (!r->member || !where || !strcmp(r->member, where)) {
		const char *only = r->member ? r->member : where;

		return only ? arena_text(r->arena, only) : NULL;
	}
	return arena_form(r->arena, "%s %s", r->member, where);
}

void report_find(struct report *r, enum finding_kind kind, const char *where, const char *fmt, ...)
{
	bks_finding *f;
	char text[512];
	va_list ap;

	weigh(r, kind);
	if (r->findings.n >= REPORT_FINDINGS_MAX) {
		r->dropped++;
		return;
	}
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	f = vec_add(&r->findings, r->arena);
	*f = (bks_finding){kinds[kind].code, kinds[kind].severity, place(r, where),
		arena_text(r->arena, text)};
}

bool report_has(const struct report *r, enum finding_kind kind)
{
	for (size_t i = 0; i < r->findings.n; i++)
		if (!strcmp(r->findings.v[i].code, kinds[kind].code) &&
			r->findings.v[i].severity == kinds[kind].severity)
			return true;
	return false;
}

static uint32_t hash(uint32_t h, const char *s)
{
	for (; s && *s; s++)
		h = (h ^ (uint8_t)*s) * 16777619U;
	return (h ^ 0xff) * 16777619U;
}

static bool same(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static void grow_buckets(struct report *r)
{
	size_t n = r->bucket_count ? r->bucket_count * 4 : 64;
	struct report_table **b = arena_take(r->arena, n * sizeof *b);

	for (size_t i = 0; i < r->tables.n; i++) {
		struct report_table *t = r->tables.v[i];
		uint32_t h = hash(hash(hash(2166136261U, t->t.database), t->t.schema), t->t.name);

		t->next = b[h % n];
		b[h % n] = t;
	}
	r->buckets = b;
	r->bucket_count = n;
}

static struct report_table *known(const struct report *r, uint32_t h, const char *database,
	const char *schema, const char *name)
{
	struct report_table *t = r->bucket_count ? r->buckets[h % r->bucket_count] : NULL;

	while (t && (strcmp(t->t.name, name) != 0 || strcmp(t->t.schema, schema) != 0 ||
			    !same(t->t.database, database)))
		t = t->next;
	return t;
}

const bks_table *report_known(
	const struct report *r, const char *database, const char *schema, const char *name)
{
	uint32_t h = hash(hash(hash(2166136261U, database), schema), name);
	struct report_table *t = known(r, h, database, schema, name);

	return t ? &t->t : NULL;
}

bks_table *report_table(
	struct report *r, const char *database, const char *schema, const char *name)
{
	uint32_t h = hash(hash(hash(2166136261U, database), schema), name);
	struct report_table *t = known(r, h, database, schema, name);

	if (t)
		return &t->t;
	if (r->tables.n >= r->bucket_count)
		grow_buckets(r);
	if (r->tables.n == REPORT_TABLES_MAX) {
		if (!report_has(r, F_LIMIT_REACHED))
			report_find(r, F_LIMIT_REACHED, NULL, "more than %d tables", REPORT_TABLES_MAX);
		return NULL;
	}
	t = arena_one(r->arena, struct report_table);
	t->t.database = database ? arena_text(r->arena, database) : NULL;
	t->t.schema = arena_text(r->arena, schema);
	t->t.name = arena_text(r->arena, name);
	t->t.rows = -1;
	t->next = r->buckets[h % r->bucket_count];
	r->buckets[h % r->bucket_count] = t;
	*vec_add(&r->tables, r->arena) = t;
	return &t->t;
}

static void join_findings(struct report *r, const struct report *part)
{
	for (size_t i = 0; i < part->findings.n; i++) {
		const bks_finding *f = &part->findings.v[i];

		if (r->findings.n >= REPORT_FINDINGS_MAX) {
			r->dropped += part->findings.n - i;
			break;
		}
		*vec_add(&r->findings, r->arena) = (bks_finding){f->code, f->severity,
			f->where ? arena_text(r->arena, f->where) : NULL,
			arena_text(r->arena, f->text)};
	}
	r->dropped += part->dropped;
}

static void join_table(struct report *r, const bks_table *t)
{
	bks_table *to = report_table(r, t->database, t->schema, t->name);

	if (!to)
		return;
	to->ddl |= t->ddl;
	to->data |= t->data;
	if (t->rows >= 0)
		to->rows = to->rows < 0 ? t->rows : to->rows + t->rows;
	if (t->parent_name && !to->parent_name) {
		to->parent_schema = t->parent_schema ? arena_text(r->arena, t->parent_schema) : NULL;
		to->parent_name = arena_text(r->arena, t->parent_name);
	}
}

void report_join(struct report *r, const struct report *part)
{
	join_findings(r, part);
	for (size_t i = 0; i < BKS_LEVEL_COUNT; i++) {
		r->fails[i] |= part->fails[i];
		r->unprovable[i] |= part->unprovable[i];
	}
	for (size_t i = 0; i < BKS_VERDICT_COUNT; i++)
		r->verdicts[i] |= part->verdicts[i];
	r->changed |= part->changed;
	for (size_t i = 0; i < part->tables.n; i++)
		join_table(r, &part->tables.v[i]->t);
}

static enum bks_result whole_of(const struct report *r, bool reached_end)
{
	if (r->fails[BKS_WHOLE] && !r->changed)
		return BKS_RESULT_FAIL;
	if (!reached_end || r->verdicts[BKS_UNREADABLE] || r->verdicts[BKS_UNSUPPORTED])
		return BKS_RESULT_NOT_RUN;
	return r->unprovable[BKS_WHOLE] ? BKS_RESULT_UNPROVABLE : BKS_RESULT_PASS;
}

/* The gravest thing that was proven comes first; sound only with `whole` passed and nothing against it. */
static enum bks_verdict verdict_of(const struct report *r, enum bks_result whole)
{
	static const enum bks_verdict order[] = {BKS_MISSING, BKS_DAMAGED, BKS_INCOMPLETE,
		BKS_UNREADABLE, BKS_UNSUPPORTED, BKS_UNPROVEN};

	if (r->changed)
		return BKS_UNREADABLE;
	for (size_t i = 0; i < sizeof order / sizeof *order; i++)
		if (r->verdicts[order[i]])
			return order[i];
	return whole == BKS_RESULT_PASS ? BKS_SOUND : BKS_UNPROVEN;
}

void report_close(struct report *r, bool reached_end)
{
	bks_inspection *out = r->out;
	bks_table *tables = arena_take(r->arena, r->tables.n * sizeof *tables);

	for (size_t i = 0; i < r->tables.n; i++)
		tables[i] = r->tables.v[i]->t;
	out->tables = tables;
	out->table_count = r->tables.n;
	if (r->dropped) {
		bks_finding *f = vec_add(&r->findings, r->arena);

		*f = (bks_finding){"limit-reached", BKS_NOTE, NULL,
			arena_form(r->arena, "%llu more findings are not shown",
				(unsigned long long)r->dropped)};
	}
	out->findings = r->findings.v;
	out->finding_count = r->findings.n;
	out->levels[BKS_WHOLE] = whole_of(r, reached_end);
	out->verdict = verdict_of(r, out->levels[BKS_WHOLE]);
}

void report_append(
	bks_inspection *out, enum finding_kind kind, const char *where, const char *text, bks_arena *a)
{
	struct report r;
	size_t n = out->finding_count;
	bks_finding *v = arena_take(a, (n + 1) * sizeof *v);
	enum bks_verdict caused = kinds[kind].verdict;

	report_init(&r, out, a);
	weigh(&r, kind);
	if (n)
		memcpy(v, out->findings, n * sizeof *v);
	v[n] = (bks_finding){kinds[kind].code, kinds[kind].severity, where, text};
	out->findings = v;
	out->finding_count = n + 1;
	if (r.fails[kinds[kind].level])
		out->levels[kinds[kind].level] = BKS_RESULT_FAIL;
	else if (r.unprovable[kinds[kind].level] && out->levels[kinds[kind].level] == BKS_RESULT_NOT_RUN)
		out->levels[kinds[kind].level] = BKS_RESULT_UNPROVABLE;
	r.verdicts[out->verdict] = true;
	if (caused != BKS_UNKNOWN)
		out->verdict = verdict_of(&r, out->levels[BKS_WHOLE]);
}

const char *report_code(enum bks_verdict *verdict, const char *code, enum bks_severity severity)
{
	static const char more[] = "limit-reached"; /* of report_close */

	for (size_t i = 0; i < FINDING_COUNT; i++)
		if (kinds[i].severity == severity && !strcmp(kinds[i].code, code)) {
			if (verdict)
				*verdict = kinds[i].verdict;
			return kinds[i].code;
		}
	return severity == BKS_NOTE && !strcmp(code, more) ? more : NULL;
}
