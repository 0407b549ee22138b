/* Which restore point answers a wish, and what is said of every other one. */
#include "fixture.h"

enum { MOST = 16 };

static struct {
	struct point_candidate v[MOST];
	size_t n;
	bks_wish wish;
	struct point_choice got;
	bks_arena *arena;
} c;

static int begin(void **state)
{
	(void)state;
	memset(&c, 0, sizeof c);
	c.arena = bks_arena_new();
	c.wish = (bks_wish){.level = BKS_LEVEL_NONE, .now = at(2026, 11, 10, 12, 0)};
	return 0;
}

static int end(void **state)
{
	(void)state;
	bks_arena_free(c.arena);
	return 0;
}

static struct point_candidate *add(struct keep_backup b)
{
	c.v[c.n] = (struct point_candidate){.b = b, .available = true, .restore = -1};
	return &c.v[c.n++];
}

/* A dump a night at 02:00, of 1 to N November. */
static void nightly(int n)
{
	for (int k = 1; k <= n; k++)
		add(sound(k, at(2026, 11, k, 2, 0)));
}

static void pick(void)
{
	point_pick(&c.got, c.v, c.n, &c.wish, BKS_WHOLE, c.arena);
}

static int64_t id(ptrdiff_t k)
{
	return k < 0 ? 0 : c.v[k].b.id;
}

#define WHY(k, text) assert_string_equal(c.got.reasons[k], text)

TEST(nothing_there_is_no_choice)
{
	NOSTATE;
	pick();
	assert_int_equal(c.got.choice, -1);
	assert_int_equal(c.got.before, -1);
	assert_int_equal(c.got.after, -1);
	assert_int_equal(c.got.loss, -1);
	assert_int_equal(c.got.meets_rpo, -1);
}

TEST(without_a_time_the_latest_is_chosen_and_loses_up_to_now)
{
	NOSTATE;
	nightly(10);
	pick();
	assert_int_equal(id(c.got.choice), 10);
	assert_int_equal(c.got.loss, 10 * BKS_HOUR);
	assert_null(c.got.reasons[9]);
	WHY(8, "loses 24h more");
	assert_int_equal(id(c.got.before), 10);
	assert_int_equal(c.got.after, -1);
}

TEST(at_a_time_takes_what_lies_on_it_and_before_a_time_does_not)
{
	NOSTATE;
	nightly(10);
	c.wish.at = at(2026, 11, 5, 2, 0);
	pick();
	assert_int_equal(id(c.got.choice), 5);
	assert_int_equal(c.got.loss, 0);
	assert_int_equal(id(c.got.after), 6);
	WHY(5, "after the wish (2026-11-06T02:00:00Z)");
	c.wish.before = true;
	pick();
	assert_int_equal(id(c.got.choice), 4);
	assert_int_equal(c.got.loss, BKS_DAY);
	assert_int_equal(id(c.got.after), 5);
	WHY(4, "after the wish (2026-11-05T02:00:00Z)");
}

TEST(a_wish_before_the_first_point_has_no_choice_and_offers_the_next)
{
	NOSTATE;
	nightly(10);
	c.wish.at = at(2026, 10, 31, 0, 0);
	pick();
	assert_int_equal(c.got.choice, -1);
	assert_int_equal(c.got.before, -1);
	assert_int_equal(id(c.got.after), 1);
}

TEST(a_wish_for_tomorrow_loses_only_up_to_now)
{
	NOSTATE;
	nightly(10);
	c.wish.at = c.wish.now + BKS_DAY;
	pick();
	assert_int_equal(id(c.got.choice), 10);
	assert_int_equal(c.got.loss, 10 * BKS_HOUR);
}

TEST(what_misses_the_rpo_stays_the_choice_and_says_so)
{
	NOSTATE;
	nightly(10);
	c.wish.rpo = BKS_HOUR;
	pick();
	assert_int_equal(id(c.got.choice), 10);
	assert_int_equal(c.got.meets_rpo, 0);
	c.wish.rpo = 10 * BKS_HOUR;
	pick();
	assert_int_equal(c.got.meets_rpo, 1);
	assert_int_equal(c.got.meets_rto, -1);
}

TEST(a_time_limit_prefers_what_is_known_to_meet_it)
{
	NOSTATE;
	nightly(4);
	c.v[3].restore = 5 * BKS_HOUR;
	c.v[2].restore = -1;
	c.v[1].restore = BKS_HOUR;
	c.wish.rto = 2 * BKS_HOUR;
	pick();
	assert_int_equal(id(c.got.choice), 2);
	assert_int_equal(c.got.meets_rto, 1);
	WHY(3, "takes 5h, longer than the limit");
	WHY(2, "how long it takes is not known");
	WHY(0, "loses 24h more");
	c.v[1].restore = 3 * BKS_HOUR;
	pick();
	assert_int_equal(id(c.got.choice), 4);
	assert_int_equal(c.got.meets_rto, 0);
	c.v[3].restore = -1;
	pick();
	assert_int_equal(id(c.got.choice), 4);
	assert_int_equal(c.got.meets_rto, -1);
}

TEST(each_one_that_is_not_good_enough_says_why)
{
	static const struct {
		enum bks_verdict verdict;
		const char *why;
	} judged[] = {{BKS_DAMAGED, "damaged"}, {BKS_INCOMPLETE, "incomplete"},
		{BKS_UNKNOWN, "never verified"}, {BKS_UNREADABLE, "could not be read"},
		{BKS_UNSUPPORTED, "of a format or version that is not supported"},
		{BKS_MISSING, "missing"}};

	NOSTATE;
	nightly(3);
	for (size_t k = 0; k < sizeof judged / sizeof *judged; k++) {
		c.v[2].b.verdict = judged[k].verdict;
		pick();
		assert_int_equal(id(c.got.choice), 2);
		WHY(2, judged[k].why);
		assert_int_equal(id(c.got.before), 2);
	}
	c.v[2].b = unproven(3, c.v[2].b.point);
	c.v[2].b.recognised = false;
	pick();
	WHY(2, "unproven: not a dump that is recognised");
	c.v[2].b = sound(3, c.v[2].b.point);
	c.v[2].b.levels[BKS_COVERED] = BKS_RESULT_FAIL;
	pick();
	WHY(2, "lacks something that is required");
	c.v[2].b = sound(3, BKS_TIME_NONE);
	pick();
	WHY(2, "its time is not known");
	c.v[2].b = sound(3, at(2043, 1, 1, 0, 0));
	pick();
	WHY(2, "dated in the future (2043-01-01T00:00:00Z)");
	assert_int_equal(id(c.got.choice), 2);
}

TEST(each_one_that_is_not_there_says_why)
{
	NOSTATE;
	nightly(3);
	c.v[2].available = false;
	pick();
	WHY(2, "all copies are missing");
	c.v[2].why_not = "its only copy is in nas, taken for lost";
	pick();
	WHY(2, "its only copy is in nas, taken for lost");
	c.v[2].available = true;
	c.v[2].b.state = BKS_STATE_SETTLING;
	pick();
	WHY(2, "still settling");
	c.v[2].b.state = BKS_STATE_CONDEMNED;
	pick();
	WHY(2, "condemned; undo would bring it back");
	c.v[2].b.state = BKS_STATE_GONE;
	pick();
	WHY(2, "gone");
	assert_int_equal(id(c.got.choice), 2);
}

TEST(a_level_that_is_asked_for_must_have_passed)
{
	NOSTATE;
	nightly(3);
	c.v[0].b.levels[BKS_RESTORED] = BKS_RESULT_PASS;
	c.v[1].b.levels[BKS_RESTORED] = BKS_RESULT_FAIL;
	c.wish.level = BKS_RESTORED;
	pick();
	assert_int_equal(id(c.got.choice), 1);
	WHY(1, "restored: fail");
	WHY(2, "restored: not-run");
	c.v[0].b.levels[BKS_RESTORED] = BKS_RESULT_NOT_RUN;
	pick();
	assert_int_equal(c.got.choice, -1);
	assert_int_equal(id(c.got.before), 3);
}

TEST(an_encrypted_one_is_had_by_asking_for_sealed)
{
	NOSTATE;
	add(unproven(1, at(2026, 11, 1, 2, 0)));
	c.v[0].b.recognised = false;
	c.v[0].b.content = BKS_CONTENT_UNKNOWN;
	c.v[0].b.levels[BKS_SEALED] = BKS_RESULT_PASS;
	pick();
	assert_int_equal(c.got.choice, -1);
	c.wish.level = BKS_SEALED;
	pick();
	assert_int_equal(id(c.got.choice), 1);
	c.v[0].b.verdict = BKS_DAMAGED;
	pick();
	assert_int_equal(c.got.choice, -1);
}

TEST(what_cannot_bring_the_rows_back_is_no_restore_point)
{
	NOSTATE;
	nightly(2);
	add(holding(3, at(2026, 11, 3, 2, 0), BKS_CONTENT_SCHEMA));
	add(holding(4, at(2026, 11, 3, 2, 0), BKS_CONTENT_ROLES));
	add(holding(5, at(2026, 11, 3, 2, 0), BKS_CONTENT_EMPTY));
	add(holding(6, at(2026, 11, 3, 2, 0), BKS_CONTENT_DATA));
	pick();
	assert_int_equal(id(c.got.choice), 2);
	assert_false(c.got.partial);
	WHY(2, "schema only: no rows");
	WHY(3, "roles only: no database");
	WHY(4, "holds nothing");
	WHY(5, "rows only: no tables to put them in");
}

TEST(rows_alone_are_the_last_resort_and_marked_partial)
{
	NOSTATE;
	add(holding(1, at(2026, 11, 3, 2, 0), BKS_CONTENT_SCHEMA));
	add(holding(2, at(2026, 11, 3, 2, 0), BKS_CONTENT_DATA));
	add(sound(3, at(2026, 11, 5, 2, 0)));
	c.wish.at = at(2026, 11, 4, 0, 0);
	pick();
	assert_int_equal(id(c.got.choice), 2);
	assert_true(c.got.partial);
	assert_int_equal(id(c.got.after), 3);
}

TEST(of_one_instant_the_sound_one_is_chosen)
{
	NOSTATE;
	add(unproven(1, at(2026, 11, 3, 2, 0)));
	add(sound(2, at(2026, 11, 3, 2, 0)));
	pick();
	assert_int_equal(id(c.got.choice), 2);
	WHY(0, "of the same time, but unproven");
	c.v[0].b = sound(1, c.v[0].b.point);
	pick();
	assert_int_equal(id(c.got.choice), 1);
	WHY(1, "of the same time; the choice is as good or better");
	/* but a later unproven one loses less */
	add(unproven(3, at(2026, 11, 3, 3, 0)));
	pick();
	assert_int_equal(id(c.got.choice), 3);
	WHY(0, "loses 1h more");
}

#undef T
#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)

MAIN(T(nothing_there_is_no_choice), T(without_a_time_the_latest_is_chosen_and_loses_up_to_now),
	T(at_a_time_takes_what_lies_on_it_and_before_a_time_does_not),
	T(a_wish_before_the_first_point_has_no_choice_and_offers_the_next),
	T(a_wish_for_tomorrow_loses_only_up_to_now),
	T(what_misses_the_rpo_stays_the_choice_and_says_so),
	T(a_time_limit_prefers_what_is_known_to_meet_it),
	T(each_one_that_is_not_good_enough_says_why), T(each_one_that_is_not_there_says_why),
	T(a_level_that_is_asked_for_must_have_passed),
	T(an_encrypted_one_is_had_by_asking_for_sealed),
	T(what_cannot_bring_the_rows_back_is_no_restore_point),
	T(rows_alone_are_the_last_resort_and_marked_partial),
	T(of_one_instant_the_sound_one_is_chosen))
