/* Which archived WAL stays. Segments are of 16 MiB; numbers are segments. */
#include "policy/walkeep.h"
#include "fixture.h"
#include <time.h>

enum { SEG = 16 << 20 };

static bks_arena *arena;

static struct wal_stretch run(uint32_t timeline, uint64_t from, uint64_t to)
{
	return (struct wal_stretch){7, timeline, SEG, from * SEG, to * SEG};
}

static struct wal_need base(int64_t id, uint32_t timeline, uint64_t start, uint64_t stop)
{
	return (struct wal_need){.backup = id, .system_id = 7, .timeline = timeline, .start = start * SEG + 40, .stop = stop * SEG + 300};
}

static const char *kept(const struct wal_stretch *r, const struct wal_need *v, size_t n, const struct wal_fork *f, size_t forks,
	const char *frozen)
{
	static char text[512];
	struct wal_kept out;
	uint64_t at = r->start;

	*text = '\0';
	wal_keep(&out, r, v, n, f, forks, frozen, arena);
	for (size_t k = 0; k < out.n; k++) {
		assert_int_equal(out.parts[k].from, at);
		at = out.parts[k].to;
		snprintf(text + strlen(text), sizeof text - strlen(text), "%s%llu-%llu %s", k ? "; " : "",
			(unsigned long long)(out.parts[k].from / SEG), (unsigned long long)(out.parts[k].to / SEG),
			out.parts[k].stays ? out.parts[k].reason : "goes");
	}
	assert_int_equal(at, r->end);
	return text;
}

TEST(what_lies_before_the_oldest_kept_base_goes)
{
	struct wal_stretch r = run(1, 10, 100);
	struct wal_need v[] = {base(5, 1, 20, 22), base(6, 1, 60, 60)};

	NOSTATE;
	assert_string_equal(kept(&r, v, 2, NULL, 0, NULL),
		"10-20 goes; 20-23 wal: consistency of 5; 23-60 wal: replay; 60-61 wal: consistency of 6; 61-100 wal: replay");
}

TEST(with_an_anchor_replay_begins_there_and_older_backups_keep_their_own)
{
	struct wal_stretch r = run(1, 10, 100);
	struct wal_need v[] = {base(5, 1, 20, 22), base(6, 1, 60, 60)};

	NOSTATE;
	v[1].anchor = true;
	assert_string_equal(kept(&r, v, 2, NULL, 0, NULL),
		"10-20 goes; 20-23 wal: consistency of 5; 23-60 wal: between; 60-61 wal: consistency of 6; 61-100 wal: replay");
	assert_string_equal(kept(&r, v + 1, 1, NULL, 0, NULL), "10-60 goes; 60-61 wal: consistency of 6; 61-100 wal: replay");
}

TEST(nothing_goes_while_no_base_of_the_cluster_stays_or_its_place_is_not_known)
{
	struct wal_stretch r = run(1, 10, 100);
	struct wal_need v[] = {base(5, 1, 20, 22), {.backup = 6}};

	NOSTATE;
	assert_string_equal(kept(&r, v, 0, NULL, 0, NULL), "10-100 wal: no base backup");
	assert_string_equal(kept(&r, v, 2, NULL, 0, NULL), "10-100 wal: a base backup whose place is not known");
	assert_string_equal(kept(&r, v, 1, NULL, 0, "hold newest lost rows"), "10-100 wal: hold newest lost rows");
	v[0].system_id = 8;
	assert_string_equal(kept(&r, v, 1, NULL, 0, NULL), "10-100 wal: no base backup");
}

TEST(a_fork_with_a_backup_on_each_side_keeps_both)
{
	/* timeline 2 left 1 at 50; somebody went on with 1 */
	struct wal_stretch old = run(1, 10, 80), new = run(2, 50, 90);
	struct wal_need v[] = {base(5, 1, 60, 61), base(6, 2, 55, 56)};
	struct wal_fork f = {2, 1, (uint64_t)50 * SEG + 9};

	NOSTATE;
	assert_string_equal(kept(&old, v, 2, &f, 1, NULL), "10-55 goes; 55-60 wal: other timeline; 60-62 wal: consistency of 5; 62-80 wal: "
							   "other timeline");
	assert_string_equal(kept(&new, v, 2, &f, 1, NULL), "50-55 goes; 55-57 wal: consistency of 6; 57-90 wal: replay");
	/* a base from before the fork replays along both */
	v[0] = base(4, 1, 30, 30);
	assert_string_equal(kept(&old, v, 2, &f, 1, NULL), "10-30 goes; 30-31 wal: consistency of 4; 31-80 wal: replay");
	assert_string_equal(kept(&new, v, 2, &f, 1, NULL), "50-55 wal: replay; 55-57 wal: consistency of 6; 57-90 wal: replay");
}

TEST(a_stop_that_is_not_known_keeps_all_after_the_start)
{
	struct wal_stretch r = run(1, 10, 100), before = run(1, 2, 9);
	struct wal_need v = base(5, 1, 20, 0);

	NOSTATE;
	v.stop = 0;
	assert_string_equal(kept(&r, &v, 1, NULL, 0, NULL), "10-20 goes; 20-100 wal: consistency of 5");
	assert_string_equal(kept(&before, &v, 1, NULL, 0, NULL), "2-9 goes");
	v.start = (uint64_t)20 * SEG;
	v.stop = (uint64_t)21 * SEG;
	assert_string_equal(kept(&r, &v, 1, NULL, 0, NULL), "10-20 goes; 20-21 wal: consistency of 5; 21-100 wal: replay");
}

TEST(nothing_goes_while_only_what_is_not_eligible_stays)
{
	struct wal_stretch r = run(1, 10, 100);
	struct wal_need v[] = {base(5, 1, 20, 22), base(6, 1, 60, 60)};

	NOSTATE;
	v[0].unfit = v[1].unfit = true;
	assert_string_equal(kept(&r, v, 2, NULL, 0, NULL), "10-100 wal: no good base backup");
	v[1].unfit = false;
	assert_string_equal(kept(&r, v, 2, NULL, 0, NULL),
		"10-20 goes; 20-23 wal: consistency of 5; 23-60 wal: replay; 60-61 wal: consistency of 6; 61-100 wal: replay");
}

TEST(what_is_leased_stays_on_its_timeline_and_on_those_that_it_left_and_is_no_base)
{
	struct wal_stretch r = run(1, 10, 100), newer = run(3, 10, 100);
	struct wal_need v[] = {base(6, 1, 60, 60), base(6, 2, 30, 40)};

	NOSTATE;
	v[1].lease = true;
	assert_string_equal(kept(&r, v, 2, NULL, 0, NULL),
		"10-30 goes; 30-41 wal: lease of 6; 41-60 wal: between; 60-61 wal: consistency of 6; 61-100 wal: replay");
	assert_string_equal(kept(&newer, v, 2, NULL, 0, NULL), "10-60 goes; 60-100 wal: replay");
	assert_string_equal(kept(&r, v + 1, 1, NULL, 0, NULL), "10-100 wal: no base backup");
}

/* Timeline 2 left 1 at 40; the anchor went on with 1, and an older backup comes to both. */
TEST(a_timeline_that_the_anchor_does_not_come_to_stays_from_the_oldest_backup_on_that_does)
{
	struct wal_stretch aside = run(2, 40, 90), past = run(1, 10, 100);
	struct wal_need v[] = {base(5, 1, 20, 22), base(6, 1, 60, 60), base(7, 2, 70, 71)};
	struct wal_fork f = {2, 1, (uint64_t)40 * SEG + 9};

	NOSTATE;
	v[1].anchor = true;
	assert_string_equal(kept(&aside, v, 3, &f, 1, NULL),
		"40-60 wal: between; 60-70 wal: other timeline; 70-72 wal: consistency of 7; 72-90 wal: other timeline");
	assert_string_equal(kept(&aside, v + 1, 2, &f, 1, NULL),
		"40-60 goes; 60-70 wal: other timeline; 70-72 wal: consistency of 7; 72-90 wal: other timeline");
	/* the anchor is on 2: what 1 has from before the fork is its past, and no part of its replay */
	v[1] = base(6, 2, 60, 60);
	v[1].anchor = true;
	assert_string_equal(kept(&past, v + 1, 1, &f, 1, NULL), "10-60 goes; 60-100 wal: replay");
}

static uint64_t dice = 5;

static uint64_t roll(uint64_t n)
{
	dice ^= dice << 13;
	dice ^= dice >> 7;
	dice ^= dice << 17;
	return dice % n;
}

/* Segment by segment, from the definition: it goes when it ends before all that anything needs. */
TEST(random_archives_agree_with_the_definition_segment_by_segment)
{
	struct wal_need v[5];
	long gone = 0, all = 0;

	NOSTATE;
	for (int round = 0; round < 50000; round++) {
		struct wal_stretch r = run(1 + (uint32_t)roll(3), 1 + roll(40), 0);
		size_t n = roll(6);
		uint64_t low = UINT64_MAX, replay = UINT64_MAX;
		bool anchored = false;
		struct wal_kept out;

		r.end = r.start + (1 + roll(60)) * SEG;
		for (size_t k = 0; k < n; k++) {
			v[k] = base((int64_t)k + 1, 1 + (uint32_t)roll(3), roll(90), 0);
			v[k].stop = v[k].start + roll(4) * SEG / 2 + 1;
			v[k].anchor = !anchored && roll(4) == 0;
			anchored = anchored || v[k].anchor;
		}
		for (size_t k = 0; k < n; k++) {
			if (v[k].timeline == r.timeline && v[k].start < low)
				low = v[k].start;
			if ((!anchored || v[k].anchor) && v[k].start < replay)
				replay = v[k].start;
		}
		wal_keep(&out, &r, v, n, NULL, 0, NULL, arena);
		for (uint64_t s = r.start, k = 0; s < r.end; s += SEG) {
			bool goes = n && s + SEG <= low && s + SEG <= replay;

			while (s >= out.parts[k].to)
				k++;
			all++;
			gone += goes;
			if (out.parts[k].stays == goes)
				fail_msg("round %d: segment %llu", round, (unsigned long long)(s / SEG));
		}
		bks_arena_reset(arena);
	}
	print_message("%ld of %ld segments go\n", gone, all);
	assert_true(gone > 0 && gone < all);
}

/* Each segment that somebody needs is kept for the first backup that needs it, by number. */
TEST(random_archives_tell_the_first_backup_that_needs_a_segment)
{
	long told = 0;

	NOSTATE;
	for (int round = 0; round < 20000; round++) {
		struct wal_stretch r = run(1 + (uint32_t)roll(2), 1 + roll(20), 0);
		size_t n = 1 + roll(6);
		struct wal_need v[6];
		struct wal_kept out;

		r.end = r.start + (1 + roll(40)) * SEG;
		for (size_t k = 0; k < n; k++) {
			v[k] = base((int64_t)((k * 5 + 3) % 7) + 1, 1 + (uint32_t)roll(2), roll(50), 0);
			v[k].stop = roll(5) ? v[k].start + roll(12) * SEG / 2 + 1 : 0;
		}
		wal_keep(&out, &r, v, n, NULL, 0, NULL, arena);
		for (uint64_t s = r.start, i = 0; s < r.end; s += SEG) {
			char want[64] = "wal: consistency of";
			int64_t of = 0;

			while (s >= out.parts[i].to)
				i++;
			for (size_t k = 0; k < n; k++)
				if (v[k].timeline == r.timeline && s + SEG > v[k].start && (!v[k].stop || s < v[k].stop) &&
					(!of || v[k].backup < of))
					of = v[k].backup;
			if (of)
				snprintf(want, sizeof want, "wal: consistency of %lld", (long long)of);
			told += of > 0;
			if (of ? strcmp(out.parts[i].reason, want) != 0 : !strncmp(out.parts[i].reason, want, strlen(want)))
				fail_msg("round %d: segment %llu: %s, not %s", round, (unsigned long long)(s / SEG),
					out.parts[i].reason, want);
		}
		bks_arena_reset(arena);
	}
	assert_true(told > 10000);
}

/* A tenth of a second; asking each backup at each place took more than a minute. */
TEST(a_hundred_thousand_base_backups_are_no_burden)
{
	enum { N = 100000 };
	struct wal_need *v = arena_take(arena, N * sizeof *v);
	struct wal_stretch r = run(1, 0, 3 * N + 9);
	clock_t began = clock();
	struct wal_kept out;

	NOSTATE;
	for (size_t k = 0; k < N; k++)
		v[k] = base((int64_t)k + 1, 1, 3 * k + 1, 3 * k + 2);
	wal_keep(&out, &r, v, N, NULL, 0, NULL, arena);
	assert_int_equal(out.n, 2 * N + 1);
	assert_false(out.parts[0].stays);
	assert_string_equal(out.parts[2 * N - 1].reason, "wal: consistency of 100000");
	assert_true(clock() - began < 5 * CLOCKS_PER_SEC);
}

static int begin(void **state)
{
	(void)state;
	arena = bks_arena_new();
	return 0;
}

static int end(void **state)
{
	(void)state;
	bks_arena_free(arena);
	return 0;
}

#undef T
#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)
MAIN(T(what_lies_before_the_oldest_kept_base_goes),
	T(with_an_anchor_replay_begins_there_and_older_backups_keep_their_own),
	T(nothing_goes_while_no_base_of_the_cluster_stays_or_its_place_is_not_known),
	T(a_fork_with_a_backup_on_each_side_keeps_both), T(a_stop_that_is_not_known_keeps_all_after_the_start),
	T(nothing_goes_while_only_what_is_not_eligible_stays),
	T(what_is_leased_stays_on_its_timeline_and_on_those_that_it_left_and_is_no_base),
	T(a_timeline_that_the_anchor_does_not_come_to_stays_from_the_oldest_backup_on_that_does),
	T(random_archives_agree_with_the_definition_segment_by_segment),
	T(random_archives_tell_the_first_backup_that_needs_a_segment), T(a_hundred_thousand_base_backups_are_no_burden))
