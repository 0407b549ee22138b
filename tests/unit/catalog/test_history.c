/* Which backups later ones are held against: good ones, and those whose loss somebody acknowledged. */
#include "shelf.h"

static bks_table tables[] = {{.schema = "public", .name = "users", .ddl = true, .data = true, .rows = 12}};

static bks_inspection look(int64_t rows)
{
	bks_inspection i = shelf_look(BKS_SOUND);

	tables[0].rows = rows;
	i.tables = tables;
	i.table_count = 1;
	return i;
}

/* The bytes are whole, and rows are missing. */
static bks_inspection lossy(int64_t rows)
{
	static const bks_finding dropped[] = {{"rows-dropped", BKS_ERROR, NULL, "fewer"}};
	bks_inspection i = look(rows);

	i.verdict = BKS_INCOMPLETE;
	i.levels[BKS_COVERED] = BKS_RESULT_FAIL;
	i.findings = dropped;
	i.finding_count = 1;
	return i;
}

static bks_inspection damaged(int64_t rows)
{
	static const bks_finding cut[] = {{"truncated", BKS_ERROR, "byte 9", "cut"}};
	bks_inspection i = look(rows);

	i.verdict = BKS_DAMAGED;
	i.levels[BKS_WHOLE] = BKS_RESULT_FAIL;
	i.findings = cut;
	i.finding_count = 1;
	return i;
}

/* A backup of that day, looked at. */
static int64_t add(struct shelf *s, int day, bks_inspection i, int64_t *artifact)
{
	char label[16];
	int64_t id, at;

	snprintf(label, sizeof label, "day%d", day);
	id = shelf_add(s, label, T0 + day * BKS_DAY, &at);
	shelf_check(s, at, &i, T0 + day * BKS_DAY + 1);
	if (artifact)
		*artifact = at;
	return id;
}

/* The rows of each backup before DAY, newest first, as one number a row: "12 10". */
static const char *before(struct shelf *s, int day, bool data_only)
{
	struct history_ask ask = {s->source, 0, BKS_KIND_LOGICAL, T0 + day * BKS_DAY, data_only, 7};
	static char text[128];
	const struct history_row *v;
	size_t n, at = 0;

	OK(s, history_before(&v, &n, s->cat, &ask, s->a, &s->err));
	text[0] = '\0';
	for (size_t i = 0; i < n; i++)
		at += (size_t)snprintf(text + at, sizeof text - at, "%s%lld%s", i ? " " : "", (long long)v[i].tables[0].rows,
			v[i].accepted ? "!" : "");
	return text;
}

TEST(good_ones_are_history_also_when_they_are_gone_and_bad_ones_never_are)
{
	struct shelf s;
	int64_t artifact;

	NOSTATE;
	shelf_open(&s);
	assert_string_equal(before(&s, 9, false), "");
	add(&s, 1, look(10), &artifact);
	OK(&s, artifact_set_state(s.cat, artifact, BKS_STATE_MISSING, "replaced", T0, &s.err));
	add(&s, 2, damaged(500), NULL);
	add(&s, 3, lossy(3), NULL);
	add(&s, 4, look(12), NULL);
	assert_string_equal(before(&s, 9, false), "12 10");
	assert_string_equal(before(&s, 4, false), "10");
	assert_string_equal(before(&s, 1, false), "");
	shelf_close(&s);
}

TEST(what_was_good_and_lost_rows_by_a_later_look_is_history_no_more_and_what_rotted_still_is)
{
	bks_inspection i = lossy(12), rotten = damaged(4);
	struct shelf s;
	int64_t one, two;

	NOSTATE;
	shelf_open(&s);
	add(&s, 1, look(10), &one);
	add(&s, 2, look(12), &two);
	i.tables = tables;
	shelf_check(&s, two, &i, T0 + 5 * BKS_DAY);
	assert_string_equal(before(&s, 9, false), "10");
	shelf_check(&s, one, &rotten, T0 + 5 * BKS_DAY);
	assert_string_equal(before(&s, 9, false), "10");
	shelf_close(&s);
}

TEST(an_acknowledged_loss_is_what_later_ones_are_held_against_and_they_are_due)
{
	bks_inspection i;
	struct shelf s;
	int64_t bad, artifact, later, seen;

	NOSTATE;
	shelf_open(&s);
	add(&s, 1, look(100), NULL);
	bad = add(&s, 2, lossy(3), &artifact);
	add(&s, 3, lossy(4), &later);
	assert_string_equal(before(&s, 9, false), "100");
	OK(&s, bks_ack_add(s.cat, bad, "we archived the rest", BKS_TIME_NONE, &s.err));
	assert_string_equal(before(&s, 9, false), "3! 100");
	seen = shelf_count(&s, "SELECT count(*) FROM artifacts WHERE verified_at IS NULL");
	assert_int_equal(seen, 1);
	/* looked at again, it lacks the same: that is known */
	i = lossy(3);
	shelf_check(&s, artifact, &i, T0 + 9 * BKS_DAY);
	assert_string_equal(before(&s, 9, false), "3! 100");
	shelf_close(&s);
}

TEST(an_acknowledgement_of_damage_accepts_no_rows)
{
	struct shelf s;
	int64_t bad;

	NOSTATE;
	shelf_open(&s);
	add(&s, 1, look(100), NULL);
	bad = add(&s, 2, damaged(3), NULL);
	OK(&s, bks_ack_add(s.cat, bad, "the disk was full", BKS_TIME_NONE, &s.err));
	assert_string_equal(before(&s, 9, false), "100");
	shelf_close(&s);
}

TEST(rows_alone_are_held_against_rows_alone)
{
	bks_inspection data = look(7);
	struct shelf s;

	NOSTATE;
	shelf_open(&s);
	tables[0].ddl = false;
	add(&s, 1, data, NULL);
	tables[0].ddl = true;
	add(&s, 2, look(8), NULL);
	assert_string_equal(before(&s, 9, true), "7");
	assert_string_equal(before(&s, 9, false), "8");
	shelf_close(&s);
}

TEST(one_under_suspicion_another_kind_and_another_source_are_no_history)
{
	struct history_ask ask = {0, 0, BKS_KIND_SQLITE, T0 + 9 * BKS_DAY, false, 7};
	const struct history_row *v;
	struct shelf s;
	int64_t odd, hold;
	size_t n;

	NOSTATE;
	shelf_open(&s);
	add(&s, 1, look(10), NULL);
	odd = add(&s, 2, look(11), NULL);
	OK(&s, hold_insert(&hold, s.cat, odd, "suspicion", "odd", BKS_TIME_NONE, &s.err));
	assert_string_equal(before(&s, 9, false), "10");
	ask.source_id = s.source;
	OK(&s, history_before(&v, &n, s.cat, &ask, s.a, &s.err));
	assert_int_equal(n, 0);
	ask = (struct history_ask){s.source + 1, 0, BKS_KIND_LOGICAL, T0 + 9 * BKS_DAY, false, 7};
	OK(&s, history_before(&v, &n, s.cat, &ask, s.a, &s.err));
	assert_int_equal(n, 0);
	shelf_close(&s);
}

TEST(counts_of_a_manifest_come_back_and_make_another_inventory)
{
	bks_inspection i = look(10);
	const bks_table *t;
	struct shelf s;
	int64_t id;
	size_t n;

	NOSTATE;
	shelf_open(&s);
	add(&s, 1, i, NULL);
	tables[0].told = true;
	tables[0].told_rows = 10;
	id = add(&s, 2, i, NULL);
	tables[0].told = false;
	assert_int_equal(shelf_count(&s, "SELECT count(*) FROM inventories"), 2);
	OK(&s, bks_backup_tables(&t, &n, s.cat, id, s.a, &s.err));
	assert_int_equal(n, 1);
	assert_true(t[0].told);
	assert_int_equal(t[0].told_rows, 10);
	shelf_close(&s);
}

MAIN(T(good_ones_are_history_also_when_they_are_gone_and_bad_ones_never_are),
	T(what_was_good_and_lost_rows_by_a_later_look_is_history_no_more_and_what_rotted_still_is),
	T(an_acknowledged_loss_is_what_later_ones_are_held_against_and_they_are_due),
	T(an_acknowledgement_of_damage_accepts_no_rows), T(rows_alone_are_held_against_rows_alone),
	T(one_under_suspicion_another_kind_and_another_source_are_no_history),
	T(counts_of_a_manifest_come_back_and_make_another_inventory))
