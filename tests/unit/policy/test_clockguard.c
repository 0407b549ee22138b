/* When a clock is believed, and when not. */
#include "policy/clockguard.h"
#include "unit.h"

#define NOW (20000 * BKS_DAY)

static struct clock_facts yesterday(void)
{
	return (struct clock_facts){.wall = NOW,
		.since = 50 * BKS_DAY,
		.boot = "b",
		.last = NOW - BKS_DAY,
		.last_since = 49 * BKS_DAY,
		.last_boot = "b",
		.high = NOW - BKS_DAY,
		.newest = NOW - BKS_HOUR,
		.cadence = BKS_DAY};
}

static bool doubted(const struct clock_facts *f, const char *word)
{
	bks_arena *a = bks_arena_new();
	const char *why = clock_doubt(f, a);
	bool is = why && (!word || strstr(why, word));

	if (why && !is)
		print_message("%s\n", why);
	bks_arena_free(a);
	return is;
}

TEST(a_night_after_a_night_is_believed)
{
	struct clock_facts f = yesterday();

	NOSTATE;
	assert_false(doubted(&f, NULL));
	f.since += 4 * BKS_MINUTE;
	assert_false(doubted(&f, NULL));
	f = (struct clock_facts){.wall = NOW,
		.boot = "",
		.last = BKS_TIME_NONE,
		.high = BKS_TIME_NONE,
		.newest = BKS_TIME_NONE};
	assert_false(doubted(&f, NULL)); /* the first run of all */
}

TEST(a_jump_within_one_boot_is_seen_either_way_and_of_six_minutes)
{
	struct clock_facts f = yesterday();

	NOSTATE;
	f.since -= 6 * BKS_MINUTE;
	assert_true(doubted(&f, "was set"));
	f.since += 12 * BKS_MINUTE;
	assert_true(doubted(&f, "was set"));
	f.boot = "other";
	assert_false(doubted(&f, NULL));
}

TEST(time_does_not_go_back)
{
	struct clock_facts f = yesterday();

	NOSTATE;
	f.boot = "other";
	f.high = NOW + 4 * BKS_MINUTE;
	assert_false(doubted(&f, NULL));
	f.high = NOW + 6 * BKS_MINUTE;
	assert_true(doubted(&f, "already"));
	f.high = NOW;
	f.newest = NOW + 11 * BKS_MINUTE;
	assert_true(doubted(&f, "three backups"));
	f.newest = NOW + 9 * BKS_MINUTE;
	assert_false(doubted(&f, NULL));
}

TEST(a_long_time_without_anything_is_doubted_and_signs_of_life_speak_for_it)
{
	bks_time seen[40];
	struct clock_facts f = yesterday();

	NOSTATE;
	f.boot = "other";
	f.last = NOW - 11 * BKS_DAY;
	assert_true(doubted(&f, "no backup came"));
	f.last = NOW - 9 * BKS_DAY;
	assert_false(doubted(&f, NULL));
	f.cadence = 0;
	f.last = NOW - 44 * BKS_DAY;
	assert_false(doubted(&f, NULL));
	f.last = NOW - 46 * BKS_DAY;
	assert_true(doubted(&f, NULL));
	f.cadence = 5 * BKS_MINUTE; /* off over a weekend is no jump */
	f.last = NOW - 2 * BKS_DAY;
	assert_false(doubted(&f, NULL));
	f = yesterday();
	f.boot = "other";
	f.last = NOW - 40 * BKS_DAY;
	for (int i = 0; i < 40; i++)
		seen[i] = f.last + (i + 1) * BKS_DAY;
	f.seen = seen;
	f.n = 40;
	assert_false(doubted(&f, NULL));
}

TEST(a_leap_of_fifty_years_is_seen_although_a_backup_was_made_after_it)
{
	struct clock_facts f = yesterday();
	bks_time seen[1] = {NOW - BKS_HOUR};

	NOSTATE;
	f.boot = "other";
	f.last = f.high = NOW - 50 * 365 * BKS_DAY;
	f.seen = seen;
	f.n = 1;
	assert_true(doubted(&f, "without a run or a backup"));
}

MAIN(T(a_night_after_a_night_is_believed),
	T(a_jump_within_one_boot_is_seen_either_way_and_of_six_minutes),
	T(time_does_not_go_back),
	T(a_long_time_without_anything_is_doubted_and_signs_of_life_speak_for_it),
	T(a_leap_of_fifty_years_is_seen_although_a_backup_was_made_after_it))
