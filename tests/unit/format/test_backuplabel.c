/* Labels of real servers, and what recovery would not take. */
#include "corpus.h"
#include "format/backuplabel.h"

static const char good[] = "START WAL LOCATION: 0/2000028 (file 000000010000000000000002)\n"
			   "CHECKPOINT LOCATION: 0/2000060\n"
			   "BACKUP METHOD: streamed\n"
			   "BACKUP FROM: standby\n"
			   "START TIME: 2026-11-22 05:16:36 CET\n"
			   "LABEL: nightly\n"
			   "START TIMELINE: 7\n";

TEST(labels_of_every_version_are_read)
{
	static const char *const names[] = {"13", "14", "15", "16", "17", "18"};

	NOSTATE;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char name[32], of[32];
		struct backuplabel l;
		struct bytes b;
		struct sight s;

		snprintf(name, sizeof name, "%s.label", names[i]);
		snprintf(of, sizeof of, "of %s", names[i]);
		b = corpus(name);
		sight_init(&s);
		assert_true(backuplabel_read(&l, (char *)b.p, b.n, false, &s.r));
		assert_int_equal(s.r.findings.n, 0);
		assert_int_equal(l.start, 0x2000028);
		assert_in_range(l.checkpoint, 0x2000060, 0x2000080);
		assert_int_equal(l.timeline, 1);
		assert_string_equal(l.segment, "000000010000000000000002");
		assert_string_equal(l.label, of);
		assert_true(l.streamed && !l.standby);
		assert_int_equal(l.parent, 0);
		assert_string_equal(l.start_time.zone, "UTC");
		assert_true(backuplabel_instant(&l.start_time) > 0);
		sight_clear(&s);
		free(b.p);
	}
}

TEST(an_incremental_one_tells_its_parent)
{
	static const char *const names[] = {"17-incremental.label", "18-incremental.label"};

	NOSTATE;
	for (size_t i = 0; i < 2; i++) {
		struct bytes b = corpus(names[i]);
		struct backuplabel l;
		struct sight s;

		sight_init(&s);
		assert_true(backuplabel_read(&l, (char *)b.p, b.n, false, &s.r));
		assert_int_equal(l.start, 0x4000028);
		assert_int_equal(l.parent, 0x2000028);
		assert_int_equal(l.parent_timeline, 1);
		sight_clear(&s);
		free(b.p);
	}
}

static bool reads(
	const char *text, size_t n, bool history, struct backuplabel *l, struct sight *s)
{
	sight_init(s);
	return backuplabel_read(l, text, n, history, &s->r);
}

TEST(another_zone_is_told_and_not_taken_for_utc)
{
	struct backuplabel l;
	struct sight s;

	NOSTATE;
	assert_true(reads(good, sizeof good - 1, false, &l, &s));
	assert_int_equal(l.timeline, 7);
	assert_true(l.standby);
	assert_int_equal(l.start_time.hour, 5);
	assert_string_equal(l.start_time.zone, "CET");
	assert_int_equal(backuplabel_instant(&l.start_time), BKS_TIME_NONE);
	sight_clear(&s);
}

TEST(a_label_cut_before_its_timeline_is_malformed)
{
	size_t cut = (size_t)(strstr(good, "START TIMELINE") - good);

	NOSTATE;
	for (size_t n = 0; n < sizeof good - 1; n++) {
		struct backuplabel l;
		struct sight s;

		assert_false(reads(good, n, false, &l, &s));
		only(&s, "malformed");
		sight_clear(&s);
	}
	assert_true(cut > 0);
}

static void refuse(const char *from, const char *to)
{
	char text[sizeof good + 100];
	const char *at = strstr(good, from);
	struct backuplabel l;
	struct sight s;

	assert_non_null(at);
	snprintf(text, sizeof text, "%.*s%s%s", (int)(at - good), good, to, at + strlen(from));
	assert_false(reads(text, strlen(text), false, &l, &s));
	only(&s, "malformed");
	sight_clear(&s);
}

TEST(what_recovery_cannot_read_is_malformed)
{
	NOSTATE;
	refuse("0/2000028", "0-2000028");
	refuse("0/2000028", "0/2000028g");
	refuse(" (file 000000010000000000000002)", "");
	refuse("000002)", "00002)");
	refuse("CHECKPOINT LOCATION", "CHECKPOINT");
	refuse("0/2000060", "0/2000000");
	refuse("TIMELINE: 7", "TIMELINE: 99999999999");
	refuse("TIMELINE: 7", "TIMELINE: -7");
}

TEST(half_of_a_parent_is_malformed)
{
	char text[sizeof good + 100];
	struct backuplabel l;
	struct sight s;

	NOSTATE;
	snprintf(text, sizeof text, "%sINCREMENTAL FROM LSN: 0/1000028\n", good);
	assert_true(reads(text, strlen(text), false, &l, &s));
	only(&s, "malformed");
	assert_int_equal(l.parent, 0);
	sight_clear(&s);
}

TEST(a_history_file_tells_its_stop)
{
	static const char text[] =
		"START WAL LOCATION: 0/2000028 (file 000000010000000000000002)\n"
		"STOP WAL LOCATION: 0/2000138 (file 000000010000000000000002)\n"
		"CHECKPOINT LOCATION: 0/2000060\n"
		"START TIME: 2026-11-22 05:16:36 UTC\n"
		"LABEL: x\n"
		"START TIMELINE: 1\n"
		"STOP TIME: 2026-11-22 05:17:00 UTC\n"
		"STOP TIMELINE: 1\n";
	struct backuplabel l;
	struct sight s;

	NOSTATE;
	assert_true(reads(text, sizeof text - 1, true, &l, &s));
	assert_int_equal(l.stop, 0x2000138);
	assert_int_equal(l.stop_timeline, 1);
	assert_int_equal(backuplabel_instant(&l.stop_time) - backuplabel_instant(&l.start_time),
		24 * BKS_SECOND);
	sight_clear(&s);
	assert_false(reads(good, sizeof good - 1, true, &l, &s));
	only(&s, "malformed");
	sight_clear(&s);
}

MAIN(T(labels_of_every_version_are_read), T(an_incremental_one_tells_its_parent),
	T(another_zone_is_told_and_not_taken_for_utc),
	T(a_label_cut_before_its_timeline_is_malformed),
	T(what_recovery_cannot_read_is_malformed), T(half_of_a_parent_is_malformed),
	T(a_history_file_tells_its_stop))
