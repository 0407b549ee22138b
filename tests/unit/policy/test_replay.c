/* Other tools' rules on the four histories of the research (7 daily, 4 weekly, 12 monthly; now
 * is 2026-09-01 12:00), and nights that leave nothing. */
#include "fixture.h"
#include "policy/replay.h"
#include <time.h>

enum { MOST = 512 };
static struct replay_item h[MOST];
static size_t n;
static bks_arena *arena;
static struct replay_outcome out;

static int begin(void **state)
{
	(void)state;
	n = 0;
	memset(h, 0, sizeof h);
	arena = bks_arena_new();
	return 0;
}

static int end(void **state)
{
	(void)state;
	bks_arena_free(arena);
	return 0;
}

static bks_time now_(void)
{
	return at(2026, 9, 1, 12, 0);
}

static void put(bks_time t)
{
	h[n] = (struct replay_item){.b = sound((int64_t)n + 1, t), .appeared = t, .mtime = t};
	n++;
}

enum { SUNDAY = 3 }; /* day 3 since 1970 */

static void history(char which)
{
	for (int k = 0; k < (which == 'B' ? 408 : 428); k++)
		if (which != 'D' || (days_from_date(2025, 7, 1) + k) % 7 == SUNDAY)
			put(at(2025, 7, 1 + k, 2, 0));
	if (which == 'C') {
		put(at(2043, 1, 1, 0, 0));
		h[n - 1].appeared = h[n - 1].mtime = at(2026, 4, 27, 2, 0);
	}
}

static void replay(const char *text, const bks_policy *p)
{
	struct peer_policy peer;
	bks_error err = {0};

	assert_int_equal(peer_parse(&peer, text, arena, &err), 0);
	peer.policy = p;
	replay_run(&out, h, n, &peer, BKS_WHOLE, h[0].appeared, now_(), arena);
	assert_int_equal(out.kept + out.deleted, (int64_t)n);
}

static int64_t one_night(const char *text)
{
	struct peer_backup v[MOST];
	struct peer_policy peer;
	bks_error err = {0};
	bool goes[MOST];
	int64_t kept = 0;

	assert_int_equal(peer_parse(&peer, text, arena, &err), 0);
	for (size_t k = 0; k < n; k++)
		v[k] = (struct peer_backup){h[k].b.point, h[k].mtime};
	peer_forget(goes, &peer, v, n, now_(), arena);
	for (size_t k = 0; k < n; k++)
		kept += !goes[k];
	return kept;
}

#define COUNTS "restic:7d,4w,12m"
#define WITHIN "restic-within:daily=7d,weekly=30d,monthly=12mo"

TEST(restic_by_counts_keeps_what_the_research_found)
{
	static const struct {
		char history;
		int64_t kept;
	} found[] = {{'A', 19}, {'B', 20}, {'C', 17}, {'D', 17}};

	NOSTATE;
	for (size_t k = 0; k < 4; k++) {
		n = 0;
		history(found[k].history);
		assert_int_equal(one_night(COUNTS), found[k].kept);
		replay(COUNTS, NULL);
		assert_int_equal(out.kept, found[k].kept);
	}
}

TEST(restic_by_lengths_keeps_what_the_research_found)
{
	static const struct {
		char history;
		int64_t kept;
	} found[] = {{'A', 21}, {'B', 22}, {'C', 22}, {'D', 17}};

	NOSTATE;
	for (size_t k = 0; k < 4; k++) {
		n = 0;
		history(found[k].history);
		assert_int_equal(one_night(WITHIN), found[k].kept);
		replay(WITHIN, NULL);
		assert_int_equal(out.kept, found[k].kept);
	}
}

TEST(the_histories_are_as_long_as_those_of_the_research)
{
	NOSTATE;
	history('A');
	assert_int_equal(n, 428);
	n = 0;
	history('B');
	assert_int_equal(n, 408);
	n = 0;
	history('D');
	assert_int_equal(n, 61);
}

TEST(find_mtime_empties_a_repo_whose_backups_stopped)
{
	NOSTATE;
	history('B'); /* the last one on 2026-08-12 02:00 */
	replay("mtime:7d", NULL);
	assert_int_equal(out.kept, 0);
	assert_int_equal(out.points, 0);
	assert_int_equal(out.fewest, 0);
	assert_int_equal(out.hole_count, 1);
	/* 8 whole days old on the 20th at 12:00, and gone */
	assert_int_equal(out.holes[0].from, at(2026, 8, 20, 12, 0));
	assert_int_equal(out.holes[0].to, BKS_TIME_NONE);
	assert_int_equal(out.deleted, 408);
	assert_int_equal(out.good_deleted, 408);
	replay("mtime:30d", NULL);
	assert_int_equal(out.kept, 11); /* the 2nd to the 12th: none is 31 days old */
	assert_int_equal(out.hole_count, 0);
}

TEST(a_hole_ends_when_the_next_good_one_comes)
{
	NOSTATE;
	put(at(2026, 8, 1, 2, 0));
	put(at(2026, 8, 20, 2, 0));
	replay("mtime:5d", NULL);
	assert_int_equal(out.hole_count, 2);
	assert_int_equal(out.holes[0].from, at(2026, 8, 7, 12, 0));
	assert_int_equal(out.holes[0].to, at(2026, 8, 20, 12, 0));
	assert_int_equal(out.holes[1].from, at(2026, 8, 26, 12, 0));
	assert_int_equal(out.night_count, 2);
	assert_int_equal(out.nights[0].at, at(2026, 8, 7, 12, 0));
	assert_int_equal(out.nights[0].ids[0], 1);
}

/* The newest seven are bad: a count keeps just those. */
TEST(a_count_throws_the_last_good_one_away_for_bad_ones_and_ours_does_not)
{
	const bks_policy ours = policy_usual();

	NOSTATE;
	for (int k = 0; k < 12; k++) {
		put(at(2026, 8, 20 + k, 2, 0));
		if (k >= 5)
			h[k].b = damaged(k + 1, h[k].appeared, h[k].appeared);
	}
	replay("count:7", NULL);
	assert_int_equal(out.kept, 7);
	assert_int_equal(out.points, 0);
	assert_int_equal(out.hole_count, 1);
	assert_int_equal(out.holes[0].from, at(2026, 8, 31, 12, 0));
	replay("policy:default", &ours);
	assert_int_equal(out.points, 5);
	assert_int_equal(out.hole_count, 0);
	assert_int_equal(out.good_deleted, 0);
}

/* No policy left a hole where nobody ever had a good backup, or where the last one rotted by
 * itself. */
TEST(what_would_have_been_lost_anyhow_is_no_hole)
{
	struct replay_fact facts[2] = {{at(2026, 8, 1, 3, 0), BKS_SOUND, {0}},
		{at(2026, 8, 20, 3, 0), BKS_DAMAGED, {0}}};

	NOSTATE;
	facts[0].levels[BKS_WHOLE] = BKS_RESULT_PASS;
	facts[1].levels[BKS_WHOLE] = BKS_RESULT_FAIL;
	put(at(2026, 8, 1, 2, 0));
	h[0].facts = facts;
	h[0].fact_count = 2;
	replay("mtime:90d", NULL);
	assert_int_equal(out.points, 0);
	assert_int_equal(out.fewest, 1);
	assert_int_equal(out.hole_count, 0);
	/* but one that was deleted while it was good leaves one, until the day on which it
	 * would have rotted */
	replay("mtime:5d", NULL);
	assert_int_equal(out.good_deleted, 1);
	assert_int_equal(out.hole_count, 1);
	assert_int_equal(out.holes[0].to, at(2026, 8, 20, 12, 0));
}

TEST(an_increment_whose_base_was_deleted_is_no_restore_point)
{
	NOSTATE;
	put(at(2026, 8, 1, 2, 0));
	put(at(2026, 8, 2, 2, 0));
	h[1].b.incremental = true;
	h[1].b.parent = 1;
	replay("count:1", NULL);
	assert_int_equal(out.kept, 1);
	assert_int_equal(out.points, 0);
	assert_int_equal(out.hole_count, 1);
	replay("count:2", NULL);
	assert_int_equal(out.points, 2);
	assert_int_equal(out.hole_count, 0);
}

/* Milliseconds; looking for each one's base among all, link by link, took minutes. */
TEST(a_long_chain_of_increments_is_no_burden)
{
	enum { N = 5000 };
	struct replay_item *v = arena_take(arena, N * sizeof *v);
	const bks_time first = at(2026, 8, 20, 0, 0);
	struct peer_policy peer;
	clock_t began = clock();
	bks_error err = {0};

	NOSTATE;
	for (size_t k = 0; k < N; k++) {
		bks_time t = first + (int64_t)k * BKS_MINUTE;

		v[k] = (struct replay_item){.b = sound((int64_t)k + 1, t), .appeared = t, .mtime = t};
		v[k].b.incremental = k > 0;
		v[k].b.parent = (int64_t)k;
	}
	assert_int_equal(peer_parse(&peer, "count:99999", arena, &err), 0);
	replay_run(&out, v, N, &peer, BKS_WHOLE, first, now_(), arena);
	assert_int_equal(out.deleted, 0);
	assert_int_equal(out.points, N);
	v[1].b.parent = N; /* a ring: only the first is left */
	replay_run(&out, v, N, &peer, BKS_WHOLE, first, now_(), arena);
	assert_int_equal(out.points, 1);
	assert_true(clock() - began < 5 * CLOCKS_PER_SEC);
}

TEST(our_policy_on_the_same_histories_keeps_the_newest_whatever_happens)
{
	const bks_policy ours = policy_usual();
	static const struct {
		char history;
		int64_t kept;
	} found[] = {{'A', 20}, {'B', 21}, {'C', 21}, {'D', 16}};

	NOSTATE;
	for (size_t k = 0; k < 4; k++) {
		n = 0;
		history(found[k].history);
		replay("policy:default", &ours);
		assert_int_equal(out.kept, found[k].kept);
		assert_int_equal(out.hole_count, 0);
		assert_true(out.fewest > 0);
	}
}

TEST(what_is_no_policy_is_refused)
{
	static const char *const bad[] = {"", "mtime", "mtime:", "mtime:30", "mtime:0d",
		"mtime:4w", "count:", "count:0", "count:7d", "restic:", "restic:7",
		"restic:7d,", "restic:7d,3d", "restic:7x", "restic-within:1w",
		"restic-within:daily=", "restic-within:d=7d", "policy:", "borg:7d",
		"count:99999999999999999999", "restic:-1d", "mtime:30d "};
	struct peer_policy p;

	NOSTATE;
	for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
		bks_error err = {0};

		assert_int_equal(peer_parse(&p, bad[k], arena, &err), BKS_E_USAGE);
		assert_non_null(strstr(err.text, "wants mtime:30d"));
	}
}

#undef T
#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)
MAIN(T(restic_by_counts_keeps_what_the_research_found),
	T(restic_by_lengths_keeps_what_the_research_found),
	T(the_histories_are_as_long_as_those_of_the_research),
	T(find_mtime_empties_a_repo_whose_backups_stopped),
	T(a_hole_ends_when_the_next_good_one_comes),
	T(a_count_throws_the_last_good_one_away_for_bad_ones_and_ours_does_not),
	T(what_would_have_been_lost_anyhow_is_no_hole),
	T(an_increment_whose_base_was_deleted_is_no_restore_point),
	T(a_long_chain_of_increments_is_no_burden),
	T(our_policy_on_the_same_histories_keeps_the_newest_whatever_happens),
	T(what_is_no_policy_is_refused))
