/* The rows of a night against those of earlier ones: tables of cases, and a brute-force oracle over random histories. */
#include "policy/shrink.h"
#include "unit.h"

enum { NO_DATA = -1, NOT_THERE = -2, NONE = -9 };

/* One table "t", newest night first; NONE ends. LIMIT is of the source, OWN of the required table (-1: not required). */
struct row {
	int64_t now, was[8];
	int limit, own;
	const char *want; /* kinds found: D dropped, E emptied, G gone, T total; m behind D or T: by the median */
};

static size_t one_table(bks_table *v, int64_t rows)
{
	if (rows == NOT_THERE)
		return 0;
	*v = (bks_table){.schema = "public", .name = "t", .ddl = true, .data = rows >= 0, .rows = rows};
	return 1;
}

static const char *kinds(const struct shrink_found *v, size_t n)
{
	static char text[64];
	size_t at = 0;

	for (size_t i = 0; i < n && at + 3 < sizeof text; i++) {
		text[at++] = "DEGT"[v[i].kind];
		if (v[i].median)
			text[at++] = 'm';
	}
	text[at] = '\0';
	return text;
}

static void check(const struct row *r, size_t accepted)
{
	bks_requirement q = {.schema = "public", .name = "t", .max_shrink_pct = r->own > 0 ? r->own : 0};
	struct shrink_rule rule = {&q, r->own >= 0, r->limit};
	struct shrink_night nights[8] = {0};
	const struct shrink_found *found;
	bks_arena *a = bks_arena_new();
	struct row_counts now;
	bks_table t[9];
	size_t n = 0;

	rowcount_make(&now, &t[8], one_table(&t[8], r->now), a);
	for (; n < 8 && r->was[n] != NONE; n++) {
		rowcount_make(&nights[n].counts, &t[n], one_table(&t[n], r->was[n]), a);
		nights[n].accepted = n + 1 == accepted;
	}
	shrink_judge(&found, &n, &now, nights, n, &rule, a);
	if (strcmp(kinds(found, n), r->want) != 0)
		fail_msg("%lld after %lld %lld %lld %lld %lld, limit %d: wanted '%s', got '%s'", (long long)r->now, (long long)r->was[0],
			(long long)r->was[1], (long long)r->was[2], (long long)r->was[3], (long long)r->was[4], r->limit, r->want,
			kinds(found, n));
	bks_arena_free(a);
}

TEST(where_nobody_set_a_limit_half_may_go_and_small_numbers_are_no_news)
{
	static const struct row rows[] = {
		{10, {20001, NONE}, 0, -1, "D"}, /* row security */
		{20001, {20001, NONE}, 0, -1, ""}, {30000, {20001, NONE}, 0, -1, ""},
		{500, {1000, NONE}, 0, -1, ""}, {499, {1000, NONE}, 0, -1, "D"},
		{1, {20, NONE}, 0, -1, ""}, {1, {21, NONE}, 0, -1, "D"}, /* 20 rows at least */
		{100, {1000, 90, NONE}, 0, -1, ""}, /* it was lower before */
		{89, {1000, 90, NONE}, 0, -1, "D"},
		{400, {790, 1000, 1000, NONE}, 0, -1, "Dm"}, /* a little every night */
		{499, {1000, NONE}, 0, 0, "D"},		      /* required, without a limit of its own */
	};

	NOSTATE;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		check(&rows[i], 0);
}

TEST(a_limit_that_somebody_set_is_held_to_the_row)
{
	static const struct row rows[] = {
		{80, {100, NONE}, 20, -1, ""}, {79, {100, NONE}, 20, -1, "D"}, {2, {3, NONE}, 20, -1, "D"},
		{79, {100, NONE}, 50, 20, "D"}, {79, {100, NONE}, 20, 50, ""}, /* the table's own comes first */
		{100, {1000, 90, NONE}, 50, -1, "D"},			       /* also when it was lower before */
		{790, {850, 1000, 1000, NONE}, 20, -1, "Dm"}, {1, {100, NONE}, 100, -1, ""}, {0, {100, NONE}, 100, -1, ""},
		{0, {100, NONE}, 0, 100, ""}, /* and the sum is not told what its own limit allows */
	};

	NOSTATE;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		check(&rows[i], 0);
}

TEST(a_table_that_never_was_empty_is_missed_when_it_is)
{
	static const struct row rows[] = {
		{0, {3, NONE}, 0, -1, "E"}, {0, {3, 2, 1, NONE}, 20, -1, "E"}, {NO_DATA, {3, NONE}, 0, -1, "E"},
		{0, {3, 0, 5, NONE}, 0, -1, ""}, /* a queue */
		{0, {3, 0, 5, NONE}, 20, -1, "D"}, {0, {0, 5, NONE}, 0, -1, ""}, {0, {NO_DATA, NONE}, 0, -1, ""},
		{NO_DATA, {3, NONE}, 100, 0, ""}, /* required: cover tells it */
	};

	NOSTATE;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		check(&rows[i], 0);
	check(&(struct row){NO_DATA, {30, NONE}, 0, 0, "T"}, 0);
}

TEST(a_table_that_each_night_had_is_told_when_it_is_gone_unless_it_is_required)
{
	static const struct row rows[] = {
		{NOT_THERE, {3, NONE}, 0, -1, "G"}, {NOT_THERE, {3, 3, 3, NONE}, 0, -1, "G"},
		{NOT_THERE, {3, NOT_THERE, 3, NONE}, 0, -1, ""}, {NOT_THERE, {NO_DATA, NONE}, 0, -1, "G"},
		{NOT_THERE, {3, NONE}, 0, 0, ""}, {5, {NOT_THERE, 5, NONE}, 0, -1, ""},
		{NOT_THERE, {500, NONE}, 0, -1, "TG"}, /* and with it all there was */
	};

	NOSTATE;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		check(&rows[i], 0);
}

TEST(history_begins_anew_with_a_loss_that_was_acknowledged)
{
	NOSTATE;
	check(&(struct row){100, {110, 1000, 1000, 1000, NONE}, 20, -1, "Dm"}, 0);
	check(&(struct row){100, {110, 1000, 1000, 1000, NONE}, 20, -1, ""}, 1);
	check(&(struct row){100, {105, 110, 1000, 1000, 1000, 1000, NONE}, 20, -1, ""}, 2);
	check(&(struct row){80, {105, 110, 1000, 1000, NONE}, 20, -1, "D"}, 2);
	check(&(struct row){0, {3, 0, NONE}, 0, -1, "E"}, 1); /* what was empty before it counts no more */
}

TEST(small_losses_everywhere_are_told_by_the_sum)
{
	bks_table was[10], is[10];
	char names[10][4];
	struct shrink_night night = {0};
	struct shrink_rule rule = {0};
	const struct shrink_found *found;
	bks_arena *a = bks_arena_new();
	struct row_counts now;
	size_t n;

	NOSTATE;
	for (size_t i = 0; i < 10; i++) {
		snprintf(names[i], sizeof names[i], "t%zu", i);
		was[i] = (bks_table){.schema = "s", .name = names[i], .ddl = true, .data = true, .rows = 15};
		is[i] = was[i];
		is[i].rows = 2;
	}
	rowcount_make(&night.counts, was, 10, a);
	rowcount_make(&now, is, 10, a);
	shrink_judge(&found, &n, &now, &night, 1, &rule, a);
	assert_string_equal(kinds(found, n), "T");
	assert_int_equal(found[0].before, 150);
	assert_int_equal(found[0].now, 20);
	bks_arena_free(a);
}

TEST(partitions_come_and_go_within_their_table_unless_they_are_required_themselves)
{
	bks_table was[] = {{.schema = "s", .name = "p", .ddl = true, .rows = -1},
		{.schema = "s", .name = "p_old", .parent_schema = "s", .parent_name = "p", .ddl = true, .data = true, .rows = 90},
		{.schema = "s", .name = "p_now", .parent_schema = "s", .parent_name = "p", .ddl = true, .data = true, .rows = 90}};
	bks_table is[] = {was[0], was[2], was[1]};
	bks_requirement q = {.schema = "s", .name = "p_now", .max_shrink_pct = 10};
	struct shrink_night night = {0};
	struct shrink_rule none = {0}, own = {&q, 1, 0};
	const struct shrink_found *found;
	bks_arena *a = bks_arena_new();
	struct row_counts now;
	size_t n;

	NOSTATE;
	is[1].rows = 10;
	is[2].name = "p_new";
	is[2].rows = 80;
	rowcount_make(&night.counts, was, 3, a);
	rowcount_make(&now, is, 3, a);
	shrink_judge(&found, &n, &now, &night, 1, &none, a);
	assert_string_equal(kinds(found, n), "");
	shrink_judge(&found, &n, &now, &night, 1, &own, a);
	assert_string_equal(kinds(found, n), "D");
	assert_string_equal(found[0].table->name, "p_now");
	is[2].rows = 79;
	rowcount_make(&now, is, 3, a);
	shrink_judge(&found, &n, &now, &night, 1, &none, a);
	assert_string_equal(kinds(found, n), "D");
	assert_string_equal(found[0].table->name, "p");
	bks_arena_free(a);
}

/* The rules said again, slowly, for one table that is not required. */
static const char *oracle(const struct row *r)
{
	int64_t sorted[8], least;
	size_t n = 0, had = 0, all = 0;
	bool gone, few[2];

	for (; all < 7 && r->was[all] != NONE; all++) {
		had += r->was[all] != NOT_THERE;
		if (r->was[all] >= 0)
			sorted[n++] = r->was[all];
	}
	gone = r->now == NOT_THERE && r->was[0] != NOT_THERE && had == all;
	for (size_t i = 0; i < n; i++)
		for (size_t k = i + 1; k < n; k++)
			if (sorted[k] < sorted[i]) {
				int64_t x = sorted[i];

				sorted[i] = sorted[k];
				sorted[k] = x;
			}
	least = n ? sorted[0] : 0;
	if (r->now == NOT_THERE || r->was[0] <= 0)
		return gone ? "G" : "";
	int64_t now = r->now < 0 ? 0 : r->now, median = sorted[(n - 1) / 2];
	int limit = r->limit ? r->limit : 50;

	if (limit == 100)
		return "";
	if (!now && least > 0)
		return "E";
	for (int i = 0; i < 2; i++) {
		int64_t before = i ? median : r->was[0];

		few[i] = (before - now) * 100 > before * limit && (r->limit || (before - now >= 20 && now < least));
	}
	return few[0] ? "D" : few[1] ? "Dm" : "";
}

static uint32_t next(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

TEST(a_slow_oracle_says_the_same_of_random_histories)
{
	static const int64_t levels[] = {NOT_THERE, NO_DATA, 0, 1, 19, 20, 21, 40, 41, 99, 100, 101, 1000};
	static const int limits[] = {0, 0, 1, 20, 50, 99, 100};
	uint32_t seed = 20261101;
	int found = 0;

	NOSTATE;
	for (int i = 0; i < 200000; i++) {
		struct row r = {.own = -1, .limit = limits[next(&seed) % 7]};
		size_t n = 1 + next(&seed) % 7;

		for (size_t k = 0; k < n; k++)
			r.was[k] = levels[next(&seed) % 13];
		r.was[n] = NONE;
		r.now = levels[next(&seed) % 13];
		r.want = oracle(&r);
		/* where one table is all there is, the sum can tell what the table alone does not */
		if (!*r.want || *r.want == 'G')
			continue;
		check(&r, 0);
		found++;
	}
	assert_true(found > 10000);
	seed = 20261101;
	for (int i = 0; i < 200000; i++) {
		struct row r = {.own = -1, .limit = 100};
		size_t n = 1 + next(&seed) % 7;

		for (size_t k = 0; k < n; k++)
			r.was[k] = levels[next(&seed) % 13];
		r.was[n] = NONE;
		r.now = levels[next(&seed) % 13];
		r.want = oracle(&r);
		check(&r, 0);
	}
}

MAIN(T(where_nobody_set_a_limit_half_may_go_and_small_numbers_are_no_news), T(a_limit_that_somebody_set_is_held_to_the_row),
	T(a_table_that_never_was_empty_is_missed_when_it_is),
	T(a_table_that_each_night_had_is_told_when_it_is_gone_unless_it_is_required),
	T(history_begins_anew_with_a_loss_that_was_acknowledged), T(small_losses_everywhere_are_told_by_the_sum),
	T(partitions_come_and_go_within_their_table_unless_they_are_required_themselves),
	T(a_slow_oracle_says_the_same_of_random_histories))
