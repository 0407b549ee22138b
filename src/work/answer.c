/* Both ends of an answer stand here side by side: what one puts, the other takes, in this
 * order. */
#include "work/answer.h"
#include "format/report.h"
#include <string.h>

enum { WORD_MAX = 40, FINDINGS_MAX = REPORT_FINDINGS_MAX + 16 };

#define ROWS_MAX (INT64_C(1) << 53)

static void put_civil(struct wire *w, const bks_civil *c)
{
	const int v[] = {c->year, c->month, c->day, c->hour, c->minute, c->second};

	for (size_t i = 0; i < sizeof v / sizeof *v; i++)
		wire_put_number(w, v[i]);
	wire_put_text(w, c->zone);
}

static void take_civil(bks_civil *c, struct wire *w, bks_arena *a)
{
	static const char why[] = "a time of day that is none";

	c->year = (int)wire_take_within(w, 0, 9999, why);
	c->month = (int)wire_take_within(w, 0, 12, why);
	c->day = (int)wire_take_within(w, 0, 31, why);
	c->hour = (int)wire_take_within(w, 0, 24, why);
	c->minute = (int)wire_take_within(w, 0, 60, why);
	c->second = (int)wire_take_within(w, 0, 60, why);
	strncpy(c->zone, wire_take_text(w, sizeof c->zone - 1, a), sizeof c->zone - 1);
}

static void put_digests(struct wire *w, const bks_inspection *i)
{
	wire_put_number(w, i->digests.has_xxh3);
	wire_put_bytes(w, i->digests.xxh3, sizeof i->digests.xxh3);
	wire_put_number(w, i->digests.has_sha256);
	wire_put_bytes(w, i->digests.sha256, sizeof i->digests.sha256);
	wire_put_number(w, (int64_t)i->digest_from);
}

static void take_digests(bks_inspection *i, struct wire *w)
{
	i->digests.has_xxh3 = wire_take_within(w, 0, 1, "a flag") != 0;
	wire_take_bytes(w, i->digests.xxh3, sizeof i->digests.xxh3);
	i->digests.has_sha256 = wire_take_within(w, 0, 1, "a flag") != 0;
	wire_take_bytes(w, i->digests.sha256, sizeof i->digests.sha256);
	i->digest_from = (enum bks_digest_from)wire_take_within(
		w, BKS_DIGEST_NONE, BKS_DIGEST_BIRTH, "where a digest is from");
}

/* Within the years 1 to 9999, so that nobody's sums overflow. */
static bks_time take_time(struct wire *w)
{
	bks_time t = wire_take_number(w);

	if (t != BKS_TIME_NONE &&
		(t < -62135596800 * BKS_SECOND || t > 253402300800 * BKS_SECOND))
		wire_bad(w, "a time beyond all calendars");
	return t;
}

static void put_physical(struct wire *w, const bks_physical *p)
{
	wire_put_number(w, p != NULL);
	if (!p)
		return;
	wire_put_bytes(w, &p->system_id, sizeof p->system_id);
	wire_put_number(w, p->version);
	wire_put_number(w, p->timeline);
	wire_put_bytes(w, &p->start_lsn, sizeof p->start_lsn);
	wire_put_bytes(w, &p->stop_lsn, sizeof p->stop_lsn);
	wire_put_bytes(w, &p->parent_lsn, sizeof p->parent_lsn);
	wire_put_number(w, p->parent_timeline);
	wire_put_number(w, p->segment_size);
	wire_put_number(w, p->started);
	wire_put_number(w, p->stopped);
	wire_put_text(w, p->label);
}

static const bks_physical *take_physical(struct wire *w, bks_arena *a)
{
	bks_physical *p;

	if (!wire_take_within(w, 0, 1, "a flag"))
		return NULL;
	p = arena_one(a, bks_physical);
	wire_take_bytes(w, &p->system_id, sizeof p->system_id);
	p->version = (int)wire_take_within(w, 0, 9999, "a version");
	p->timeline = (uint32_t)wire_take_within(w, 0, UINT32_MAX, "a timeline");
	wire_take_bytes(w, &p->start_lsn, sizeof p->start_lsn);
	wire_take_bytes(w, &p->stop_lsn, sizeof p->stop_lsn);
	wire_take_bytes(w, &p->parent_lsn, sizeof p->parent_lsn);
	p->parent_timeline = (uint32_t)wire_take_within(w, 0, UINT32_MAX, "a timeline");
	p->segment_size = (uint32_t)wire_take_within(w, 0, UINT32_MAX, "a segment size");
	p->started = take_time(w);
	p->stopped = take_time(w);
	p->label = wire_take_text(w, ANSWER_TEXT_MAX, a);
	return p;
}

static void put_tables(struct wire *w, const bks_inspection *i)
{
	wire_put_number(w, (int64_t)i->table_count);
	for (size_t k = 0; k < i->table_count; k++) {
		const bks_table *t = &i->tables[k];

		wire_put_text(w, t->database);
		wire_put_text(w, t->schema);
		wire_put_text(w, t->name);
		wire_put_text(w, t->parent_schema);
		wire_put_text(w, t->parent_name);
		wire_put_number(w, t->ddl | t->data << 1);
		wire_put_number(w, t->rows);
	}
}

/* A text that may not be left out. */
static const char *take_name(struct wire *w, bks_arena *a)
{
	const char *s = wire_take_text(w, ANSWER_TEXT_MAX, a);

	if (!s)
		wire_bad(w, "a name is missing");
	return s ? s : "";
}

static void take_table(bks_table *t, struct wire *w, bks_arena *a)
{
	int64_t flags;

	t->database = wire_take_text(w, ANSWER_TEXT_MAX, a);
	t->schema = take_name(w, a);
	t->name = take_name(w, a);
	t->parent_schema = wire_take_text(w, ANSWER_TEXT_MAX, a);
	t->parent_name = wire_take_text(w, ANSWER_TEXT_MAX, a);
	flags = wire_take_within(w, 0, 3, "a table's flags");
	t->ddl = flags & 1;
	t->data = flags & 2;
	t->rows = wire_take_within(w, -1, ROWS_MAX, "a number of rows");
}

static void take_tables(bks_inspection *i, struct wire *w, bks_arena *a)
{
	int64_t n =
		wire_take_within(w, 0, REPORT_TABLES_MAX, "more tables than a report holds");
	bks_table *v = arena_take(a, (size_t)n * sizeof *v);

	for (int64_t k = 0; k < n && w->state == WIRE_FINE; k++)
		take_table(&v[k], w, a);
	i->tables = v;
	i->table_count = (size_t)n;
}

static void put_findings(struct wire *w, const bks_inspection *i)
{
	wire_put_number(w, (int64_t)i->finding_count);
	for (size_t k = 0; k < i->finding_count; k++) {
		const bks_finding *f = &i->findings[k];

		wire_put_text(w, f->code);
		wire_put_number(w, (int64_t)f->severity);
		wire_put_text(w, f->where);
		wire_put_text(w, f->text);
	}
}

/* Its code becomes our own word for it: "limit-reached" as a note is the report's own "more are
 * not shown". */
static void take_finding(bks_finding *f, struct wire *w, bks_arena *a)
{
	const char *code = wire_take_text(w, WORD_MAX, a);

	f->severity = (enum bks_severity)wire_take_within(w, BKS_NOTE, BKS_ERROR, "a severity");
	f->where = wire_take_text(w, ANSWER_TEXT_MAX, a);
	f->text = take_name(w, a);
	f->code = code ? report_code(NULL, code, f->severity) : NULL;
	if (!f->code) {
		wire_bad(w, "a finding that does not exist");
		f->code = "";
	}
}

static void take_findings(bks_inspection *i, struct wire *w, bks_arena *a)
{
	int64_t n = wire_take_within(w, 0, FINDINGS_MAX, "more findings than a report holds");
	bks_finding *v = arena_take(a, (size_t)n * sizeof *v);

	for (int64_t k = 0; k < n && w->state == WIRE_FINE; k++)
		take_finding(&v[k], w, a);
	i->findings = v;
	i->finding_count = (size_t)n;
}

static void put_facts(struct wire *w, const bks_inspection *i)
{
	wire_put_text(w, i->format);
	wire_put_number(w, i->wrappings);
	for (int k = 0; k < i->wrappings; k++)
		wire_put_text(w, i->wrapping[k]);
	wire_put_text(w, i->format_version);
	wire_put_text(w, i->producer);
	wire_put_text(w, i->server_version);
	wire_put_text(w, i->database);
	put_civil(w, &i->started);
	wire_put_number(w, i->taken_at);
	wire_put_number(w, (int64_t)i->taken_from);
	wire_put_text(w, i->taken_zone);
	wire_put_number(w, (int64_t)i->content);
	wire_put_number(w, i->size);
	wire_put_number(w, i->unwrapped);
	wire_put_number(w, i->bytes_read);
}

/* A word of the contract: its letters are known, the word itself is the format's. */
static const char *take_word(struct wire *w, bks_arena *a)
{
	const char *s = wire_take_text(w, WORD_MAX, a);

	if (!s || s[strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-")] ||
		(!*s && w->state == WIRE_FINE))
		wire_bad(w, "a word that is none");
	return s ? s : "";
}

static void take_facts(bks_inspection *i, struct wire *w, bks_arena *a)
{
	i->format = take_word(w, a);
	i->wrappings = (int)wire_take_within(w, 0, BKS_WRAPPINGS_MAX, "too many wrappings");
	for (int k = 0; k < i->wrappings; k++)
		i->wrapping[k] = take_word(w, a);
	i->format_version = wire_take_text(w, ANSWER_TEXT_MAX, a);
	i->producer = wire_take_text(w, ANSWER_TEXT_MAX, a);
	i->server_version = wire_take_text(w, ANSWER_TEXT_MAX, a);
	i->database = wire_take_text(w, ANSWER_TEXT_MAX, a);
	take_civil(&i->started, w, a);
	i->taken_at = take_time(w);
	i->taken_from = (enum bks_taken_from)wire_take_within(
		w, 0, BKS_TAKEN_COUNT - 1, "where a time is from");
	i->taken_zone = wire_take_text(w, ANSWER_TEXT_MAX, a);
	i->content =
		(enum bks_content)wire_take_within(w, 0, BKS_CONTENT_COUNT - 1, "a content");
	i->size = wire_take_within(w, -1, INT64_MAX, "a size");
	i->unwrapped = wire_take_within(w, -1, INT64_MAX, "a size");
	i->bytes_read = wire_take_within(w, -1, INT64_MAX, "a size");
}

static void put_one(struct wire *w, const bks_inspection *i)
{
	put_facts(w, i);
	put_digests(w, i);
	for (int k = 0; k < BKS_LEVEL_COUNT; k++)
		wire_put_number(w, (int64_t)i->levels[k]);
	wire_put_number(w, (int64_t)i->verdict);
	wire_put_number(w, i->recognised);
	put_physical(w, i->physical);
	put_tables(w, i);
	put_findings(w, i);
}

static void take_one(bks_inspection *i, struct wire *w, bks_arena *a)
{
	take_facts(i, w, a);
	take_digests(i, w);
	for (int k = 0; k < BKS_LEVEL_COUNT; k++)
		i->levels[k] = (enum bks_result)wire_take_within(
			w, 0, BKS_RESULT_COUNT - 1, "a result");
	i->verdict =
		(enum bks_verdict)wire_take_within(w, 0, BKS_VERDICT_COUNT - 1, "a verdict");
	i->recognised = wire_take_within(w, 0, 1, "a flag") != 0;
	i->physical = take_physical(w, a);
	take_tables(i, w, a);
	take_findings(i, w, a);
}

void answer_put(struct wire *w, const bks_inspection *i)
{
	put_one(w, i);
	wire_put_number(w, (int64_t)i->member_count);
	for (size_t k = 0; k < i->member_count; k++) {
		wire_put_text(w, i->members[k].path);
		put_one(w, &i->members[k]);
	}
}

/* What caused it must be among its findings, and of a sound one nothing may be. */
static bool verdict_follows(const bks_inspection *i)
{
	bool caused = false, other = false;

	if (i->verdict == BKS_UNKNOWN)
		return false;
	for (size_t k = 0; k < i->finding_count; k++) {
		enum bks_verdict v = BKS_UNKNOWN;

		report_code(&v, i->findings[k].code, i->findings[k].severity);
		caused = caused || v == i->verdict;
		other = other || v != BKS_UNKNOWN;
	}
	if (i->verdict == BKS_SOUND)
		return !other && i->levels[BKS_WHOLE] == BKS_RESULT_PASS;
	return caused || i->verdict == BKS_UNPROVEN || i->finding_count >= REPORT_FINDINGS_MAX;
}

/* A digest that agrees with the registered one can be held against it here again. */
static bool seal_follows(const bks_inspection *i, const struct verify_job *job)
{
	const bks_digests *is = &i->digests, *want = &job->expected;
	bool sha = is->has_sha256 && want->has_sha256, xxh = is->has_xxh3 && want->has_xxh3;
	bool same = (sha || xxh) &&
		    (!sha || !memcmp(is->sha256, want->sha256, sizeof is->sha256)) &&
		    (!xxh || !memcmp(is->xxh3, want->xxh3, sizeof is->xxh3));

	return i->levels[BKS_SEALED] != BKS_RESULT_PASS || same;
}

static bool levels_follow(const bks_inspection *i)
{
	if (i->levels[BKS_RESTORED] != BKS_RESULT_NOT_RUN ||
		i->levels[BKS_EQUAL] != BKS_RESULT_NOT_RUN)
		return false;
	return i->verdict != BKS_SOUND || (i->levels[BKS_PRESENT] == BKS_RESULT_PASS &&
						  i->levels[BKS_SEALED] != BKS_RESULT_FAIL &&
						  i->levels[BKS_COVERED] != BKS_RESULT_FAIL);
}

static void judge(
	const bks_inspection *i, struct wire *w, const struct verify_job *job, bool glance)
{
	if (w->state != WIRE_FINE)
		return;
	if (glance) {
		if (i->verdict != BKS_UNKNOWN || i->levels[BKS_WHOLE] != BKS_RESULT_NOT_RUN)
			wire_bad(w, "a glance that proves something");
		return;
	}
	if (!verdict_follows(i))
		wire_bad(w, "a verdict that does not follow from its findings");
	else if (!levels_follow(i) || (job && !seal_follows(i, job)))
		wire_bad(w, "a level that does not follow from what was found");
}

void answer_take(bks_inspection *out, struct wire *w, const struct verify_job *job, bool glance,
	bks_arena *a)
{
	bks_inspection *v;
	int64_t n;

	*out = (bks_inspection){0};
	w->budget = ANSWER_BYTES_MAX;
	take_one(out, w, a);
	out->path = job->name;
	judge(out, w, job, glance);
	n = wire_take_within(w, 0, ANSWER_MEMBERS_MAX, "too many members");
	v = arena_take(a, (size_t)n * sizeof *v);
	for (int64_t k = 0; k < n && w->state == WIRE_FINE; k++) {
		v[k].path = take_name(w, a);
		take_one(&v[k], w, a);
		judge(&v[k], w, NULL, glance);
	}
	out->members = n ? v : NULL;
	out->member_count = (size_t)n;
	w->budget = UINT64_MAX;
}
