/* Nights to come, against what is worked out by hand: a dump of 1 GB a night at 02:00, seven
 * dailies, a grace of seven days. Planned at 12:00 each day, a backup of the day D goes at D +
 * 7 days 12:00 and is gone at D + 14 days 12:00: it lies there for 14 days 10 h. */
#include "fixture.h"
#include "policy/forecast.h"

#define GB 1000000000LL
enum { MOST = 16 };

static struct {
	struct keep_backup v[MOST];
	struct keep_copy copies[MOST];
	bks_time stored[MOST];
	struct forecast_series series;
	struct forecast_terms terms;
	bks_policy policy;
	struct forecast_in in;
	bks_arena *arena;
} c;

static bks_time now_(void)
{
	return at(2026, 9, 1, 12, 0);
}

static int begin(void **state)
{
	(void)state;
	memset(&c, 0, sizeof c);
	c.arena = bks_arena_new();
	c.policy = policy_usual();
	tiers_say(&c.policy, 7, 0, 0);
	c.terms = (struct forecast_terms){"bucket", 3000000, 0, NULL};
	c.in = (struct forecast_in){.rows = c.v,
		.stored = c.stored,
		.policy = &c.policy,
		.now = now_(),
		.terms = &c.terms,
		.term_count = 1,
		.series = &c.series};
	return 0;
}

static int end(void **state)
{
	(void)state;
	bks_arena_free(c.arena);
	return 0;
}

static void put(bks_time t)
{
	size_t k = c.in.n++;

	c.copies[k] =
		(struct keep_copy){.repo = "bucket", .there = true, .good = true, .bytes = GB};
	c.v[k] = sound((int64_t)k + 1, t);
	c.v[k].size = GB;
	c.v[k].verified_at = now_();
	c.v[k].copies = &c.copies[k];
	c.v[k].copy_count = 1;
	c.stored[k] = t;
}

static void week(void)
{
	for (int k = 0; k < 7; k++)
		put(at(2026, 8, 26 + k, 2, 0));
	c.series = (struct forecast_series){c.v[6], at(2026, 9, 1, 2, 0), BKS_DAY, 0};
	c.in.series_count = 1;
}

static struct forecast_span span(bks_time from, bks_time to)
{
	return (struct forecast_span){.from = from, .to = to, .month = 30 * BKS_DAY};
}

TEST(what_lies_there_is_billed_until_its_grace_is_over)
{
	struct forecast_span s = span(now_(), at(2026, 10, 1, 0, 0));

	NOSTATE;
	week();
	forecast_run(&s, 1, &c.in, c.arena);
	/* 8 + 9 + ... + 14 = 77 GB for a day, each 0.1 */
	assert_int_equal(s.present, 7700000);
	assert_true(s.coming > 0);
}

TEST(a_schedule_comes_to_rest_at_what_the_policy_leaves)
{
	struct forecast_span s[2] = {span(now_(), at(2026, 10, 1, 0, 0)),
		span(at(2026, 10, 1, 0, 0), at(2026, 10, 31, 0, 0))};

	NOSTATE;
	week();
	forecast_run(s, 2, &c.in, c.arena);
	assert_int_equal(s[1].present, 0);
	/* 14 days and 10 hours of one GB a day: 14.41667 GB at 3.0 */
	assert_in_range(s[1].bytes, 14416666000, 14416667000);
	assert_in_range(s[1].coming, 43250000 - 50, 43250000 + 50);
}

TEST(a_least_duration_is_billed_to_its_end)
{
	struct forecast_span s = span(now_(), at(2026, 10, 1, 0, 0)), plain = s;

	NOSTATE;
	week();
	forecast_run(&plain, 1, &c.in, c.arena);
	c.terms.min_duration = 30 * BKS_DAY;
	forecast_run(&s, 1, &c.in, c.arena);
	/* until 30 days after each 02:00: 23 d 14 h + ... + 29 d 14 h, the last cut to 29 d 12
	 * h: 186 days */
	assert_in_range(s.present, 18600000 - 7, 18600000 + 7);
	/* but they do not lie there longer for that */
	assert_int_equal(s.bytes, plain.bytes);
}

TEST(what_comes_grows_as_it_grew)
{
	struct forecast_span s = span(at(2026, 9, 11, 0, 0), at(2026, 9, 11, 0, 1));

	NOSTATE;
	tiers_say(&c.policy, 0, 0, 0); /* all is kept */
	put(at(2026, 9, 1, 2, 0));
	c.series = (struct forecast_series){c.v[0], at(2026, 9, 1, 2, 0), BKS_DAY, GB / 10};
	c.in.series_count = 1;
	forecast_run(&s, 1, &c.in, c.arena);
	assert_int_equal(s.bytes, 14500000000); /* 1.0, and 1.1 to 1.9 of the 2nd to the 10th */
}

TEST(without_a_schedule_nothing_comes_and_the_windows_stand_still)
{
	struct forecast_span s = span(at(2026, 12, 1, 0, 0), at(2026, 12, 31, 0, 0));

	NOSTATE;
	week();
	c.in.series_count = 0;
	forecast_run(&s, 1, &c.in, c.arena);
	assert_int_equal(s.bytes, 7 * GB);
	assert_int_equal(s.present, 21000000);
	assert_int_equal(s.coming, 0);
}

TEST(a_repo_without_a_price_makes_the_bill_unknown_and_not_less)
{
	struct forecast_span s = span(now_(), at(2026, 10, 1, 0, 0));

	NOSTATE;
	week();
	c.terms.price = -1;
	forecast_run(&s, 1, &c.in, c.arena);
	assert_int_equal(s.present, MONEY_UNKNOWN);
	c.in.term_count = 0;
	s = span(now_(), at(2026, 10, 1, 0, 0));
	forecast_run(&s, 1, &c.in, c.arena);
	assert_int_equal(s.present, MONEY_UNKNOWN);
}

/* Dailies live in the disk alone: the copy in the bucket goes although its backup stays. */
TEST(a_copy_that_goes_is_billed_no_longer_than_it_lies_there)
{
	static const char *const disk[] = {"disk"};
	struct keep_copy two[2] = {{.repo = "disk", .there = true, .good = true, .bytes = GB},
		{.repo = "bucket", .there = true, .good = true, .bytes = GB}};
	struct forecast_terms terms[2] = {{"disk", 0, 0, NULL}, {"bucket", 3000000, 0, NULL}};
	struct forecast_span s = span(now_(), at(2026, 10, 1, 12, 0));

	NOSTATE;
	for (int k = 0; k < 4; k++) {
		put(at(2026, 8, 29 + k, 2, 0));
		c.v[k].copies = two;
		c.v[k].copy_count = 2;
	}
	fixture_tiers[0].repos = disk;
	fixture_tiers[0].repo_count = 1;
	c.in.terms = terms;
	c.in.term_count = 2;
	forecast_run(&s, 1, &c.in, c.arena);
	/* `newest` keeps one copy in the bucket for 30 days; the others' go this night and lie
	 * there for 7 days more */
	assert_int_equal(s.present, 3000000 + 3 * 700000);
}

TEST(loads_are_billed_until_they_go)
{
	const struct forecast_load loads[] = {
		{"bucket", 2 * GB, BKS_TIME_NONE}, {"bucket", GB, at(2026, 9, 8, 12, 0)}};
	struct forecast_span s = span(now_(), at(2026, 10, 1, 12, 0));

	NOSTATE;
	c.in.loads = loads;
	c.in.load_count = 2;
	forecast_run(&s, 1, &c.in, c.arena);
	assert_int_equal(s.present, 6000000 + 700000);
}

TEST(growth_is_the_median_and_one_odd_night_does_not_move_it)
{
	const bks_time t[] = {0, BKS_DAY, 2 * BKS_DAY, 3 * BKS_DAY, 5 * BKS_DAY};
	const int64_t even[] = {100, 110, 120, 130, 150}, odd[] = {100, 110, 9000, 130, 150},
		      less[] = {500, 400, 300, 200, 0};

	NOSTATE;
	assert_int_equal(forecast_growth(t, even, 5), 10);
	assert_int_equal(forecast_growth(t, odd, 5), 10);
	assert_int_equal(forecast_growth(t, less, 5), -100);
	assert_int_equal(forecast_growth(t, even, 3), 0); /* too few to tell */
}

#undef T
#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)
MAIN(T(what_lies_there_is_billed_until_its_grace_is_over),
	T(a_schedule_comes_to_rest_at_what_the_policy_leaves),
	T(a_least_duration_is_billed_to_its_end), T(what_comes_grows_as_it_grew),
	T(without_a_schedule_nothing_comes_and_the_windows_stand_still),
	T(a_repo_without_a_price_makes_the_bill_unknown_and_not_less),
	T(a_copy_that_goes_is_billed_no_longer_than_it_lies_there),
	T(loads_are_billed_until_they_go),
	T(growth_is_the_median_and_one_odd_night_does_not_move_it))
