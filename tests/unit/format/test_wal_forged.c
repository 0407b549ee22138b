/* Segments forged by hand: what real servers seldom write, and what they never do. */
#include "segments.h"

static const char long_text[70000] = {'a', 'b', 'c'};

TEST(pages_and_segments_may_have_any_legal_size)
{
	static const uint32_t pages[] = {1024, 4096, 8192, 65536},
			      sizes[] = {MIB, 4 * MIB, 16 * MIB};

	NOSTATE;
	for (size_t i = 0; i < 4; i++)
		for (size_t k = 0; k < 3; k++) {
			struct forged f =
				forge(pages[i], sizes[k], 0x100000000 + 7 * (uint64_t)sizes[k]);
			struct wal_facts facts;

			forge_record(&f, 10, 0, long_text, sizeof long_text);
			forge_rest(&f);
			assert_int_equal(walk_one(&f.s, WAL_COMPLETE, NULL, NULL, &facts), 0);
			assert_int_equal(facts.end, WAL_END_FULL);
			assert_int_equal(facts.block_size, pages[i]);
			assert_int_equal(facts.segment_size, sizes[k]);
			assert_true(facts.records > 1000);
			segment_free(&f.s);
		}
}

TEST(commits_aborts_and_prepared_ones_tell_the_latest_time)
{
	static const int infos[] = {0x00, 0x20, 0x30, 0x40, 0x80, 0xa0};
	uint8_t time[16] = {0};
	struct forged f = forge(8192, MIB, 7 * MIB);
	struct wal_facts facts;

	NOSTATE;
	forge_le(time, (uint64_t)(999 * BKS_SECOND), 8);
	forge_record(&f, 1, 0x10, time, 16); /* a prepare tells another thing there */
	forge_record(&f, 10, 0x00, time, 16);
	for (size_t i = 0; i < 6; i++) {
		forge_le(time, (uint64_t)((i == 3 ? 50 : 10 + (int64_t)i) * BKS_SECOND), 8);
		forge_record(&f, 1, infos[i], time, 16);
	}
	forge_le(time, UINT64_MAX / 2, 8); /* past all that can be told */
	forge_record(&f, 1, 0, time, 16);
	forge_le(time, (uint64_t)(INT64_C(300000000000) * BKS_SECOND), 8); /* past the year 9999 */
	forge_record(&f, 1, 0, time, 16);
	forge_record(&f, 1, 0, time, 4);
	forge_rest(&f);
	assert_int_equal(walk_one(&f.s, WAL_COMPLETE, NULL, NULL, &facts), 0);
	assert_true(facts.last_xact == INT64_C(946684850) * BKS_SECOND);
	segment_free(&f.s);
}

static void put_point(struct forged *f, uint64_t at, const char *name, uint32_t n)
{
	uint8_t point[72] = {0};

	forge_le(point, at, 8);
	memcpy(point + 8, name, strlen(name));
	forge_record(f, 0, 0x70, point, n);
}

TEST(restore_points_are_told_and_what_can_be_none_is_not)
{
	char longest[62], longer[63];
	struct forged f = forge(8192, MIB, 7 * MIB);
	struct wal_facts facts;

	NOSTATE;
	memset(longest, 'x', sizeof longest);
	memset(longer, 'y', sizeof longer);
	longest[61] = longer[62] = '\0';
	put_point(&f, (uint64_t)BKS_SECOND, "before the upgrade", 72);
	put_point(&f, (uint64_t)BKS_SECOND, longer, 72); /* its end is not kept */
	put_point(&f, (uint64_t)(INT64_C(300000000000) * BKS_SECOND), "year 11506", 72);
	put_point(&f, UINT64_MAX / 2, "past all that can be told", 72);
	put_point(&f, (uint64_t)BKS_SECOND, "unended", 8 + 7); /* the one before it ends it not */
	put_point(&f, (uint64_t)(2 * BKS_SECOND), longest, 72);
	forge_rest(&f);
	assert_int_equal(walk_one(&f.s, WAL_COMPLETE, NULL, NULL, &facts), 0);
	assert_int_equal(facts.point_count, 2);
	assert_string_equal(facts.points[0].name, "before the upgrade");
	assert_true(facts.points[0].time == INT64_C(946684801) * BKS_SECOND);
	assert_string_equal(facts.points[1].name, longest);
	assert_true(facts.points[1].time == INT64_C(946684802) * BKS_SECOND);
	assert_true(facts.points[0].lsn > facts.lsn && facts.points[0].lsn < facts.points[1].lsn &&
		    facts.points[1].lsn < facts.end_lsn);
	segment_free(&f.s);
}

/* A crash left a record without its end: the server breaks it off on the next page, and says so
 * twice. */
static struct forged broken_off(bool flag, int info)
{
	struct forged f = forge(8192, MIB, 7 * MIB);
	uint8_t place[16] = {0};
	uint64_t prev;

	forge_record(&f, 10, 0, "x", 1);
	prev = f.prev;
	forge_record(&f, 10, 0, long_text, 9000);
	memset(f.s.p + 8192, 0, MIB - 8192);
	f.at = 8192;
	f.open = 0;
	f.flags = flag ? 8 : 0;
	f.prev = prev;
	forge_page(&f);
	forge_record(&f, 0, info, place, 16);
	forge_rest(&f);
	return f;
}

TEST(a_record_that_was_broken_off_is_told_by_page_and_record)
{
	struct forged f = broken_off(true, 0xd0);
	const char *code;

	NOSTATE;
	assert_int_equal(walk_one(&f.s, WAL_COMPLETE, NULL, NULL, NULL), 0);
	segment_free(&f.s);
	f = broken_off(false, 0xd0);
	assert_int_equal(walk_one(&f.s, WAL_COMPLETE, NULL, &code, NULL), 1);
	assert_string_equal(code, "malformed");
	segment_free(&f.s);
	f = broken_off(true, 0x10);
	assert_int_equal(walk_one(&f.s, WAL_COMPLETE, NULL, &code, NULL), 1);
	assert_string_equal(code, "malformed");
	segment_free(&f.s);
}

TEST(a_record_that_does_not_follow_on_the_one_before_is_malformed)
{
	struct forged f = forge(8192, MIB, 7 * MIB);
	const char *code;

	NOSTATE;
	forge_record(&f, 10, 0, "x", 1);
	f.prev -= 8;
	forge_rest(&f);
	assert_int_equal(walk_one(&f.s, WAL_MAY_END, NULL, &code, NULL), 1);
	assert_string_equal(code, "malformed");
	segment_free(&f.s);
}

TEST(padding_that_is_not_zero_is_malformed)
{
	struct forged f = forge(8192, MIB, 7 * MIB);
	const char *code;
	uint64_t end;

	NOSTATE;
	forge_record(&f, 10, 0, "x", 1);
	end = f.at;
	assert_true(end % 8 != 0);
	forge_rest(&f);
	f.s.p[end] = 1;
	assert_int_equal(walk_one(&f.s, WAL_MAY_END, NULL, &code, NULL), 1);
	assert_string_equal(code, "malformed");
	segment_free(&f.s);
}

/* What a standby received into a recycled file: its records end inside a page, and old bytes
 * follow at once. */
TEST(old_bytes_right_behind_the_last_record_are_a_legal_end)
{
	struct forged old = forge(8192, MIB, 7 * MIB), now = forge(8192, MIB, 12 * MIB);
	struct wal_facts f;

	NOSTATE;
	forge_rest(&old);
	for (int i = 0; i < 50; i++)
		forge_record(&now, 10, 0, long_text, (uint32_t)(20 * i));
	memcpy(now.s.p + now.at, old.s.p + now.at, MIB - now.at);
	assert_int_equal(walk_one(&now.s, WAL_MAY_END, NULL, NULL, &f), 0);
	assert_int_equal(f.end, WAL_END_OLD);
	assert_true(f.end_lsn == now.lsn + ((now.at + 7) & ~UINT64_C(7)));
	assert_int_equal(walk_one(&now.s, WAL_COMPLETE, NULL, NULL, &f), 1);
	/* its own pages behind that, and it is a hole */
	memset(now.s.p + now.at, 0, MIB - now.at);
	now.at = 5 * 8192;
	forge_page(&now);
	assert_int_equal(walk_one(&now.s, WAL_MAY_END, NULL, NULL, &f), 1);
	segment_free(&old.s);
	segment_free(&now.s);
}

TEST(a_switch_is_followed_by_zeros_alone)
{
	struct forged f = forge(8192, MIB, 7 * MIB);
	struct wal_facts facts;
	const char *code;

	NOSTATE;
	forge_record(&f, 10, 0, "x", 1);
	forge_record(&f, 0, 0x40, "", 0);
	assert_int_equal(walk_one(&f.s, WAL_COMPLETE, NULL, NULL, &facts), 0);
	assert_true(
		facts.switched && facts.end == WAL_END_SWITCH && facts.end_lsn == f.lsn + MIB);
	for (size_t at = 4000; at < MIB; at += 99991) {
		f.s.p[at] = 4;
		assert_int_equal(walk_one(&f.s, WAL_COMPLETE, NULL, &code, NULL), 1);
		assert_string_equal(code, "malformed");
		/* no old page begins there, so the log did not end there either */
		assert_int_equal(walk_one(&f.s, WAL_MAY_END, NULL, &code, NULL), 1);
		assert_string_equal(code, "malformed");
		f.s.p[at] = 0;
	}
	segment_free(&f.s);
}

TEST(stray_bytes_in_the_zeros_behind_an_early_end_are_damage)
{
	struct forged f = forge(8192, MIB, 7 * MIB);
	struct wal_facts facts;

	NOSTATE;
	for (int i = 0; i < 500; i++)
		forge_record(&f, 10, 0, long_text, 50);
	assert_int_equal(walk_one(&f.s, WAL_MAY_END, NULL, NULL, &facts), 0);
	assert_int_equal(facts.end, WAL_END_ZEROS);
	for (size_t at = f.at + 8; at < MIB; at += 7919) {
		f.s.p[at] ^= 16;
		assert_int_equal(walk_one(&f.s, WAL_MAY_END, NULL, NULL, NULL), 1);
		f.s.p[at] ^= 16;
	}
	segment_free(&f.s);
}

TEST(other_releases_and_other_byte_orders_are_unsupported_not_damaged)
{
	static const uint16_t magics[] = {0xd101, 0xd098, 0xd093, 0xd119, 0x10d1};
	struct forged f = forge(8192, MIB, 7 * MIB);
	const char *code;

	NOSTATE;
	forge_rest(&f);
	for (size_t i = 0; i < 5; i++) {
		forge_le(f.s.p, magics[i], 2);
		assert_int_equal(walk_one(&f.s, WAL_COMPLETE, NULL, &code, NULL), 1);
		assert_string_equal(code, "unsupported-version");
	}
	forge_le(f.s.p, 0xd111, 2); /* of no release */
	assert_int_equal(walk_one(&f.s, WAL_COMPLETE, NULL, &code, NULL), 1);
	assert_string_equal(code, "malformed");
	segment_free(&f.s);
}

TEST(an_empty_partial_is_legal_and_an_empty_segment_is_not)
{
	struct segment s = {.n = MIB, .p = calloc(1, MIB)};
	struct wal_facts f;

	NOSTATE;
	assert_non_null(s.p);
	snprintf(s.name, sizeof s.name, "000000010000000000000007.partial");
	assert_int_equal(walk_one(&s, WAL_COMPLETE, NULL, NULL, &f), 0);
	assert_int_equal(f.end, WAL_END_ZEROS);
	s.p[MIB - 9] = 1;
	assert_int_equal(walk_one(&s, WAL_COMPLETE, NULL, NULL, &f), 1);
	s.p[MIB - 9] = 0;
	s.name[24] = '\0';
	assert_int_equal(walk_one(&s, WAL_MAY_END, NULL, NULL, &f), 1);
	segment_free(&s);
}

TEST(lengths_that_no_record_has_end_the_walk_at_once)
{
	static const uint32_t lengths[] = {1, 23, 0x40000001, UINT32_MAX};
	struct forged f = forge(8192, MIB, 7 * MIB);
	uint64_t at;

	NOSTATE;
	forge_record(&f, 10, 0, "12345678", 8);
	at = (f.at + 7) & ~UINT64_C(7);
	forge_rest(&f);
	for (size_t i = 0; i < 4; i++) {
		struct wal_facts facts;

		forge_le(f.s.p + at, lengths[i], 4);
		assert_int_equal(walk_one(&f.s, WAL_MAY_END, NULL, NULL, &facts), 1);
		assert_true(facts.end_lsn == f.lsn + at);
	}
	segment_free(&f.s);
}

MAIN(T(pages_and_segments_may_have_any_legal_size),
	T(commits_aborts_and_prepared_ones_tell_the_latest_time),
	T(restore_points_are_told_and_what_can_be_none_is_not),
	T(a_record_that_was_broken_off_is_told_by_page_and_record),
	T(a_record_that_does_not_follow_on_the_one_before_is_malformed),
	T(padding_that_is_not_zero_is_malformed),
	T(old_bytes_right_behind_the_last_record_are_a_legal_end),
	T(a_switch_is_followed_by_zeros_alone),
	T(stray_bytes_in_the_zeros_behind_an_early_end_are_damage),
	T(other_releases_and_other_byte_orders_are_unsupported_not_damaged),
	T(an_empty_partial_is_legal_and_an_empty_segment_is_not),
	T(lengths_that_no_record_has_end_the_walk_at_once))
