/* Where backups stay, what they build on, what a quota takes, and what suspends all of it. */
#include "plan.h"

static struct keep_copy copies[MOST][2];

/* Good copies in both places, or in the first alone. */
static void lies(int64_t id, const char *first, const char *second)
{
	struct keep_backup *b = NULL;

	for (size_t k = 0; k < c.n; k++)
		if (c.v[k].id == id)
			b = &c.v[k];
	assert_non_null(b);
	copies[id][0] =
		(struct keep_copy){.repo = first, .there = true, .good = true, .bytes = 1000};
	copies[id][1] =
		(struct keep_copy){.repo = second, .there = true, .good = true, .bytes = 1000};
	b->copies = copies[id];
	b->copy_count = second ? 2 : 1;
}

static const char *copy_told(int64_t id, size_t n)
{
	static char text[256];
	const struct keep_copy_row *r = &row(id)->copies[n];

	snprintf(text, sizeof text, "%s:", bks_keep_name(r->action));
	for (size_t k = 0; k < r->reason_count; k++)
		snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s",
			k ? ", " : " ", r->reasons[k]);
	return text;
}

#define COPY_IS(id, n, text) assert_string_equal(copy_told(id, n), text)

/* The seeds: local 30 days, the bucket 12 months. */
static void seeds_policy(void)
{
	static const char *const local[] = {"local"}, *const bucket[] = {"bucket"};

	tiers_say(&c.policy, 30, 0, 12);
	fixture_tiers[0].repos = local;
	fixture_tiers[2].repos = bucket;
	fixture_tiers[0].repo_count = fixture_tiers[2].repo_count = 1;
}

TEST(local_30_days_and_the_bucket_12_months)
{
	NOSTATE;
	seeds_policy();
	nightly(2026, 6, 1, 90); /* the last one on 29 August */
	for (int k = 1; k <= 90; k++)
		lies(k, "local", "bucket");
	plan(at(2026, 8, 29, 12, 0));
	/* 30 June holds its month alone, which lives in the bucket */
	IS(30, "keep: monthly 2026-06");
	COPY_IS(30, 0, "expire: expired, elsewhere monthly 2026-06");
	COPY_IS(30, 1, "keep: monthly 2026-06");
	/* 10 August is a daily of the local disk */
	IS(71, "keep: daily 2026-08-10");
	COPY_IS(71, 0, "keep: daily 2026-08-10");
	COPY_IS(71, 1, "expire: expired, elsewhere daily 2026-08-10");
	IS(40, "expire: expired");
	COPY_IS(40, 0, "expire: expired");
	COPY_IS(40, 1, "expire: expired");
	/* the newest stays everywhere */
	COPY_IS(90, 0, "keep: daily 2026-08-29, newest");
	COPY_IS(90, 1, "keep: monthly 2026-08, newest");
}

TEST(what_its_server_locks_stays_there_until_the_lock_is_over)
{
	NOSTATE;
	seeds_policy();
	nightly(2026, 6, 1, 90);
	for (int k = 1; k <= 90; k++)
		lies(k, "local", "bucket");
	copies[40][1].locked = at(2026, 9, 15, 0, 0);
	copies[41][1].locked = INT64_MAX;
	copies[42][1].locked = at(2026, 8, 29, 12, 0);
	copies[71][1].locked = at(2026, 9, 15, 0, 0);
	copies[90][1].locked = INT64_MAX;
	plan(at(2026, 8, 29, 12, 0));
	IS(40, "keep: held: locked until 2026-09-15T00:00:00Z");
	COPY_IS(40, 0, "expire: expired, elsewhere held: locked until 2026-09-15T00:00:00Z");
	COPY_IS(40, 1, "keep: held: locked until 2026-09-15T00:00:00Z");
	IS(41, "keep: held: under a legal hold");
	/* its time is over now */
	IS(42, "expire: expired");
	/* of one that stays elsewhere */
	COPY_IS(71, 0, "keep: daily 2026-08-10");
	COPY_IS(71, 1, "keep: held: locked until 2026-09-15T00:00:00Z");
	/* what stays anyhow needs no such reason */
	IS(90, "keep: daily 2026-08-29, monthly 2026-08, floor, newest");
	plan(at(2026, 9, 15, 0, 0));
	COPY_IS(40, 1, "expire: expired");
}

TEST(a_tier_whose_place_lacks_its_copy_keeps_the_one_there_is_and_tells)
{
	NOSTATE;
	seeds_policy();
	nightly(2026, 6, 1, 90);
	for (int k = 1; k <= 90; k++)
		lies(k, "local", NULL);
	plan(at(2026, 8, 29, 12, 0));
	COPY_IS(30, 0, "keep: monthly 2026-06");
	assert_int_equal(row(30)->not_there_count, 1);
	assert_string_equal(row(30)->not_there[0], "monthly 2026-06: no good copy in bucket");
	/* the open month is not missed yet */
	assert_int_equal(row(90)->not_there_count, 0);
	assert_string_equal(c.plan.note,
		"tier-not-there: 2 with a tier that lives where no good copy of them is");
	/* a bad copy there is none */
	lies(30, "local", "bucket");
	copies[30][1].good = false;
	plan(at(2026, 8, 29, 12, 0));
	COPY_IS(30, 0, "keep: monthly 2026-06");
	assert_int_equal(row(30)->not_there_count, 1);
	copies[30][1].good = true;
	plan(at(2026, 8, 29, 12, 0));
	assert_int_equal(row(30)->not_there_count, 0);
	COPY_IS(30, 0, "expire: expired, elsewhere monthly 2026-06");
}

TEST(a_copy_in_another_storage_class_is_told_and_stays)
{
	static const char *const cold[] = {"STANDARD_IA"};

	NOSTATE;
	seeds_policy();
	fixture_tiers[2].classes = cold;
	fixture_tiers[2].class_count = 1;
	nightly(2026, 6, 1, 90);
	lies(30, "bucket", NULL);
	copies[30][0].storage_class = "STANDARD";
	plan(at(2026, 8, 29, 12, 0));
	COPY_IS(30, 0, "keep: monthly 2026-06");
	assert_string_equal(
		row(30)->not_there[0], "monthly 2026-06: STANDARD in bucket, not STANDARD_IA");
	copies[30][0].storage_class = "STANDARD_IA";
	plan(at(2026, 8, 29, 12, 0));
	assert_int_equal(row(30)->not_there_count, 0);
}

TEST(the_floor_asks_for_one_good_copy)
{
	static const char *const local[] = {"local"};

	NOSTATE;
	tiers_say(&c.policy, 7, 0, 0);
	fixture_tiers[0].repos = local;
	fixture_tiers[0].repo_count = 1;
	nightly(2026, 8, 1, 10);
	lies(9, "local", "bucket");
	plan(at(2026, 8, 10, 12, 0));
	COPY_IS(9, 0, "keep: daily 2026-08-09");
	COPY_IS(9, 1, "expire: expired, elsewhere daily 2026-08-09, elsewhere floor");
	copies[9][0].good = false;
	plan(at(2026, 8, 10, 12, 0));
	assert_int_equal(row(9)->copies[1].action, BKS_KEEP);
}

TEST(a_hold_keeps_every_copy)
{
	NOSTATE;
	seeds_policy();
	nightly(2026, 6, 1, 90);
	lies(30, "local", "bucket");
	c.v[29].held = true;
	plan(at(2026, 8, 29, 12, 0));
	COPY_IS(30, 0, "keep: hold");
	COPY_IS(30, 1, "keep: hold, monthly 2026-06");
}

TEST(tiers_of_any_name_and_years)
{
	NOSTATE;
	tiers_say(&c.policy, 2, 0, 0);
	fixture_tiers[1] = (bks_tier_rule){.name = "yearly",
		.bucket = BKS_BUCKET_YEAR,
		.months = 36,
		.level = BKS_LEVEL_NONE};
	c.policy.tier_count = 2;
	for (int k = 0; k < 6; k++) {
		add(sound(10 + k, at(2021 + k, 3, 1, 2, 0)));
		add(sound(20 + k, at(2021 + k, 11, 1, 2, 0)));
	}
	plan(at(2026, 11, 1, 12, 0));
	IS(25, "keep: daily 2026-11-01, yearly 2026, floor, newest");
	IS(24, "keep: yearly 2025");
	IS(23, "keep: yearly 2024");
	IS(22, "expire: expired");
	IS(14, "expire: expired");
}

TEST(a_level_of_a_tier_prefers_what_has_it_and_drops_nothing)
{
	NOSTATE;
	fixture_tiers[2].level = BKS_RESTORED;
	nightly(2026, 6, 1, 90);
	c.v[9].levels[BKS_RESTORED] = BKS_RESULT_PASS; /* 10 June */
	plan(at(2026, 8, 29, 12, 0));
	IS(10, "keep: monthly 2026-06");
	IS(30, "expire: expired");
	/* nothing of July has it */
	IS(61, "keep: monthly 2026-07");
}

TEST(what_stays_keeps_what_it_builds_on)
{
	NOSTATE;
	nightly(2026, 8, 1, 10);
	for (size_t k = 0; k < c.n; k++)
		c.v[k].kind = BKS_KIND_PHYSICAL;
	c.v[1].incremental = c.v[2].incremental = c.v[3].incremental = true;
	c.v[1].parent = 1;
	c.v[2].parent = 2;
	c.v[3].parent = 3;
	tiers_say(&c.policy, 7, 0, 0);
	plan(at(2026, 8, 10, 12, 0));
	IS(4, "keep: daily 2026-08-04");
	IS(3, "keep: chain 4");
	IS(2, "keep: chain 3");
	IS(1, "keep: chain 2");
	plan(at(2026, 8, 10, 12, 0));
	/* a window on, all four go together */
	add(sound(11, at(2026, 8, 11, 2, 0)));
	plan(at(2026, 8, 11, 12, 0));
	IS(4, "expire: expired");
	IS(1, "expire: expired");
}

TEST(a_chain_whose_middle_is_missing_or_bad_counts_for_nothing_after_it)
{
	NOSTATE;
	nightly(2026, 8, 1, 4);
	for (int k = 1; k < 4; k++) {
		c.v[k].incremental = true;
		c.v[k].parent = k;
	}
	c.v[1].verdict = BKS_DAMAGED;
	c.v[1].bad_since = at(2026, 8, 3, 0, 0);
	c.v[1].acked = true;
	plan(at(2026, 8, 4, 12, 0));
	IS(3, "undecided: chain-broken");
	IS(4, "undecided: chain-broken");
	assert_false(row(4)->eligible);
	assert_int_equal(c.plan.reference, at(2026, 8, 1, 2, 0));
	c.v[1] = c.v[3]; /* two is not there */
	c.n = 3;
	plan(at(2026, 8, 4, 12, 0));
	IS(3, "undecided: chain-broken");
	/* one that builds on itself builds on nothing */
	c.v[2].parent = 3;
	plan(at(2026, 8, 4, 12, 0));
	IS(3, "undecided: chain-broken");
}

TEST(an_increment_newer_than_the_window_on_an_old_base_keeps_it)
{
	NOSTATE;
	nightly(2026, 8, 1, 20);
	add(sound(99, at(2025, 1, 1, 2, 0)));
	c.v[19].incremental = true;
	c.v[19].parent = 99;
	plan(at(2026, 8, 20, 12, 0));
	IS(99, "keep: chain 20");
}

TEST(a_newest_one_that_lost_rows_suspends_the_expiry_of_older_ones)
{
	NOSTATE;
	nightly(2026, 8, 1, 12);
	c.v[11].suspicion = "lost rows";
	c.v[11].held = true;
	plan(at(2026, 8, 12, 12, 0));
	IS(1, "keep: hold newest lost rows");
	assert_string_equal(c.plan.note,
		"nothing is let go until backup 12 is acknowledged or a newer good "
		"one comes: newest lost rows");
	assert_string_equal(c.plan.frozen, "hold newest lost rows");
	c.v[11].acked = true;
	plan(at(2026, 8, 12, 12, 0));
	IS(1, "expire: expired");
	c.v[11].acked = false;
	add(sound(13, at(2026, 8, 13, 2, 0)));
	plan(at(2026, 8, 13, 12, 0));
	IS(1, "expire: expired");
	/* a newer one that lost them, too, is no good one */
	c.v[12].suspicion = "lost rows";
	plan(at(2026, 8, 13, 12, 0));
	IS(1, "keep: hold newest lost rows");
	/* and one that holds less does not make it good */
	c.v[12].suspicion = NULL;
	c.v[12].content = BKS_CONTENT_SCHEMA;
	plan(at(2026, 8, 13, 12, 0));
	IS(1, "keep: hold newest lost rows");
}

TEST(nothing_goes_when_nobody_looked_for_a_month)
{
	bks_time now = at(2026, 8, 10, 12, 0);

	NOSTATE;
	nightly(2026, 8, 1, 10);
	for (size_t k = 0; k < c.n; k++)
		c.v[k].verified_at = now - 30 * BKS_DAY - 1;
	plan(now);
	IS(1, "keep: floor not verified within 30 days");
	c.v[4].verified_at = now - 30 * BKS_DAY;
	plan(now);
	IS(1, "expire: expired");
	/* one that goes itself is no proof of what stays */
	c.v[4].verified_at = now - 31 * BKS_DAY;
	c.v[0].verified_at = now;
	plan(now);
	IS(1, "keep: floor not verified within 30 days");
}

TEST(one_file_under_two_names_counts_once_for_the_floor)
{
	NOSTATE;
	tiers_say(&c.policy, 1, 0, 0);
	nightly(2026, 8, 1, 4);
	plan(at(2026, 8, 4, 12, 0));
	IS(3, "keep: floor");
	IS(2, "expire: expired");
	c.v[2].same = c.v[3].same = 1;
	plan(at(2026, 8, 4, 12, 0));
	IS(3, "keep: floor"); /* of the newest two, and no good second one: an older one of
				 other bytes stays too */
	IS(2, "keep: floor");
	IS(1, "expire: expired");
	c.v[0].same = c.v[1].same = 1; /* all are one */
	plan(at(2026, 8, 4, 12, 0));
	IS(3, "keep: floor");
	IS(2, "expire: expired");
}

TEST(a_quota_lets_holders_of_fewest_slots_go_and_of_those_the_oldest)
{
	NOSTATE;
	tiers_say(&c.policy, 7, 30, 0);
	nightly(2026, 8, 1, 10); /* 4..10 dailies, 2 and 9 also weekly */
	c.policy.quota = 4000;
	plan(at(2026, 8, 10, 12, 0));
	assert_string_equal(c.plan.note, "quota of 3.9 KiB met: 3.9 KiB stay");
	IS(2, "expire: quota");
	IS(4, "expire: quota");
	IS(6, "expire: quota");
	IS(5, "expire: quota");
	IS(7, "keep: daily 2026-08-07");
	IS(8, "keep: daily 2026-08-08");
	c.policy.quota = 1000;
	plan(at(2026, 8, 10, 12, 0));
	IS(9, "keep: daily 2026-08-09, weekly 2026-W32, floor");
	IS(10, "keep: daily 2026-08-10, weekly 2026-W33, floor, newest");
	IS(8, "expire: quota");
	assert_string_equal(c.plan.note, "quota of 1000 B cannot be met: 1000 B too much");
	c.v[4].held = true;
	plan(at(2026, 8, 10, 12, 0));
	IS(5, "keep: hold, daily 2026-08-05");
	for (size_t k = 0; k < c.plan.slot_count; k++)
		assert_int_not_equal(c.plan.slots[k].backup, 8);
}

MAIN(T(local_30_days_and_the_bucket_12_months),
	T(what_its_server_locks_stays_there_until_the_lock_is_over),
	T(a_tier_whose_place_lacks_its_copy_keeps_the_one_there_is_and_tells),
	T(a_copy_in_another_storage_class_is_told_and_stays),
	T(the_floor_asks_for_one_good_copy), T(a_hold_keeps_every_copy),
	T(tiers_of_any_name_and_years),
	T(a_level_of_a_tier_prefers_what_has_it_and_drops_nothing),
	T(what_stays_keeps_what_it_builds_on),
	T(a_chain_whose_middle_is_missing_or_bad_counts_for_nothing_after_it),
	T(an_increment_newer_than_the_window_on_an_old_base_keeps_it),
	T(a_newest_one_that_lost_rows_suspends_the_expiry_of_older_ones),
	T(nothing_goes_when_nobody_looked_for_a_month),
	T(one_file_under_two_names_counts_once_for_the_floor),
	T(a_quota_lets_holders_of_fewest_slots_go_and_of_those_the_oldest))
