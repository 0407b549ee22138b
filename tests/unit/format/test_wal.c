/* Segments of real servers, walked alone and as one stream: whole, cut, with bits flipped, with
 * pages lost. */
#include "segments.h"

static const struct {
	const char *folder;
	int major;
	const char *names[3]; /* the second one is bytes of one record and nothing else */
} runs[] = {
	{"13", 13,
		{"000000010000000000000007", "000000010000000000000008",
			"000000010000000000000009"}},
	{"14", 14,
		{"000000010000000000000008", "000000010000000000000009",
			"00000001000000000000000A"}},
	{"15", 15,
		{"000000010000000000000007", "000000010000000000000008",
			"000000010000000000000009"}},
	{"16", 16,
		{"000000010000000000000006", "000000010000000000000007",
			"000000010000000000000008"}},
	{"17", 17,
		{"000000010000000000000006", "000000010000000000000007",
			"000000010000000000000008"}},
	{"18", 18,
		{"000000010000000000000008", "000000010000000000000009",
			"00000001000000000000000A"}},
};
enum { RUNS = sizeof runs / sizeof *runs };

TEST(segments_of_every_major_are_one_stream_of_records)
{
	NOSTATE;
	for (size_t i = 0; i < RUNS; i++) {
		struct walked k;
		uint64_t id = 0;

		walk_open(&k, NULL);
		for (size_t m = 0; m < 3; m++) {
			struct segment s = segment(runs[i].folder, runs[i].names[m]);
			const struct wal_facts *f = &k.w->facts;

			walk_on(&k, &s, WAL_COMPLETE, 100003);
			assert_int_equal(findings(&k), 0);
			assert_int_equal(f->major, runs[i].major);
			assert_int_equal(f->segment_size, MIB);
			assert_int_equal(f->block_size, 8192);
			assert_int_equal(f->joined, m > 0);
			assert_int_equal(f->head_bytes, 0);
			assert_int_equal(f->tail_bytes > 0, m < 2);
			assert_int_equal(f->switched, m == 2);
			assert_int_equal(f->end, m == 2 ? WAL_END_SWITCH : WAL_END_FULL);
			assert_int_equal(f->records > 0, m != 1);
			assert_true(m == 1 || f->last_xact > INT64_C(1700000000) * BKS_SECOND);
			assert_true(id ? f->system_id == id : f->system_id != 0);
			id = f->system_id;
			segment_free(&s);
		}
		walk_close(&k);
	}
}

TEST(a_segment_alone_tells_what_it_cannot_check)
{
	struct segment s[3];
	struct wal_facts f;

	NOSTATE;
	for (size_t m = 0; m < 3; m++)
		s[m] = segment("15", runs[2].names[m]);
	assert_int_equal(walk_one(&s[0], WAL_COMPLETE, NULL, NULL, &f), 0);
	assert_int_equal(f.head_bytes, 0);
	assert_true(f.tail_bytes > 900000);
	assert_int_equal(walk_one(&s[1], WAL_COMPLETE, NULL, NULL, &f), 0);
	assert_int_equal(f.head_bytes, MIB - 40 - 127 * 24);
	assert_int_equal(f.records, 0);
	assert_int_equal(walk_one(&s[2], WAL_COMPLETE, NULL, NULL, &f), 0);
	assert_true(f.head_bytes > 500000);
	assert_true(f.end_lsn == f.lsn + MIB);
	for (size_t m = 0; m < 3; m++)
		segment_free(&s[m]);
}

/* Timeline 2 begins inside the segment that timeline 1 left as .partial: a copy of what was
 * there, then its own records. */
TEST(a_new_timeline_goes_on_where_the_old_one_was_left)
{
	struct segment d = segment("15", "00000001000000000000000D"),
		       part = segment("15", "00000001000000000000000E.partial"),
		       e = segment("15", "00000002000000000000000E");
	struct walked k;
	uint64_t left;

	NOSTATE;
	walk_open(&k, NULL);
	walk_on(&k, &d, WAL_COMPLETE, MIB);
	assert_int_equal(k.w->facts.end, WAL_END_SWITCH);
	walk_on(&k, &part, WAL_COMPLETE, MIB);
	assert_true(k.w->facts.joined);
	assert_int_equal(k.w->facts.end, WAL_END_ZEROS);
	assert_int_equal(k.w->facts.timeline, 1);
	left = k.w->facts.end_lsn;
	assert_int_equal(k.w->carry.lsn, 0); /* nothing follows on that */
	walk_on(&k, &d, WAL_COMPLETE, MIB);
	walk_on(&k, &e, WAL_COMPLETE, MIB);
	assert_true(k.w->facts.joined);
	assert_int_equal(k.w->facts.first_timeline, 1);
	assert_int_equal(k.w->facts.timeline, 2);
	assert_int_equal(findings(&k), 0);
	assert_true(left == 0xe000a0); /* as 00000002.history has it */
	walk_close(&k);
	segment_free(&d);
	segment_free(&part);
	segment_free(&e);
}

TEST(the_end_of_a_base_backup_and_the_last_checkpoint_are_told)
{
	struct segment c = segment("15", "00000001000000000000000C");
	struct wal_facts f;

	NOSTATE;
	assert_int_equal(walk_one(&c, WAL_COMPLETE, NULL, NULL, &f), 0);
	assert_true(f.backup_end == 0xc00100); /* as its .backup file has it */
	assert_true(f.backup_end_start == 0xc00028);
	assert_true(f.checkpoint == 0xc00060);
	assert_true(f.checkpoint_redo == 0xc00028);
	segment_free(&c);
}

/* What the server had not written yet is a legal end of its current segment, and of no segment
 * in an archive. */
TEST(old_pages_behind_the_end_are_legal_only_where_the_log_may_end)
{
	struct segment s = segment("15-current", "00000001000000000000000D");
	const char *code;
	struct wal_facts f;

	NOSTATE;
	assert_int_equal(walk_one(&s, WAL_MAY_END, NULL, NULL, &f), 0);
	assert_int_equal(f.end, WAL_END_OLD);
	assert_true(f.end_lsn == 0xd00158);
	assert_int_equal(walk_one(&s, WAL_PARTIAL, NULL, NULL, &f), 0);
	assert_int_equal(f.end, WAL_END_OLD);
	assert_int_equal(walk_one(&s, WAL_COMPLETE, NULL, &code, &f), 1);
	assert_string_equal(code, "malformed");
	assert_int_equal(f.end, WAL_END_NONE);
	assert_true(f.end_lsn == 0xd00158);
	segment_free(&s);
}

TEST(zeros_behind_any_record_are_legal_only_where_the_log_may_end)
{
	struct segment s = segment("15", runs[2].names[0]), z = s;
	struct wal_facts f;
	const char *code;
	uint64_t end = 0;

	NOSTATE;
	z.p = malloc(MIB);
	assert_non_null(z.p);
	for (size_t at = 40; at < 90000; at += 777) {
		memcpy(z.p, s.p, at);
		memset(z.p + at, 0, MIB - at);
		assert_int_equal(walk_one(&z, WAL_MAY_END, NULL, NULL, &f), 0);
		assert_int_equal(f.end, WAL_END_ZEROS);
		assert_true(f.end_lsn >= end && f.end_lsn <= f.lsn + at + 7);
		end = f.end_lsn;
		assert_int_equal(walk_one(&z, WAL_COMPLETE, NULL, &code, &f), 1);
		assert_true(!strcmp(code, "truncated") || !strcmp(code, "checksum-mismatch"));
	}
	assert_true(end > 0x700000 + 80000);
	free(z.p);
	segment_free(&s);
}

TEST(no_cut_is_taken_for_a_segment)
{
	struct segment s = segment("15", "000000010000000000000009"),
		       part = segment("15", "00000001000000000000000E.partial");
	struct wal_facts f;
	size_t whole = s.n;
	const char *code;

	NOSTATE;
	for (size_t n = 0; n < whole; n = n < 9000 ? n + 13 : n + 17011) {
		s.n = n;
		assert_int_equal(walk_one(&s, WAL_COMPLETE, NULL, &code, NULL), 1);
		assert_string_equal(code, "truncated");
		assert_int_equal(walk_one(&s, WAL_MAY_END, NULL, &code, NULL), 1);
		assert_string_equal(code, "truncated");
	}
	/* one that is packed while it grows has no padding */
	for (size_t n = 40; n < 9000; n += 13) {
		part.n = n;
		assert_int_equal(walk_one(&part, WAL_MAY_END, NULL, NULL, &f), 0);
		assert_int_equal(f.end, WAL_END_SHORT);
	}
	segment_free(&s);
	segment_free(&part);
}

TEST(bytes_behind_the_end_are_noticed)
{
	struct segment s = segment("15", "000000010000000000000009");
	const char *code;

	NOSTATE;
	s.p[s.n++] = 0;
	assert_int_equal(walk_one(&s, WAL_MAY_END, NULL, &code, NULL), 1);
	assert_string_equal(code, "trailing-data");
	segment_free(&s);
}

TEST(it_does_not_matter_in_which_pieces_the_bytes_come)
{
	static const size_t steps[] = {1, 7, 39, 41, 8191, 8192, 8193, 65536};
	struct segment s = segment("18", runs[5].names[0]);
	struct wal_facts all;

	NOSTATE;
	assert_int_equal(walk_one(&s, WAL_COMPLETE, NULL, NULL, &all), 0);
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		struct walked k;

		walk_open(&k, NULL);
		walk_on(&k, &s, WAL_COMPLETE, steps[i]);
		assert_int_equal(findings(&k), 0);
		assert_memory_equal(&k.w->facts, &all, sizeof all);
		walk_close(&k);
	}
	segment_free(&s);
}

/* Walks the three of run 15 with one bit of the M-th flipped; what was found. */
static size_t flip_in_stream(
	struct segment s[3], size_t m, size_t bit, const struct wal_carry *before)
{
	struct walked k;
	size_t n;

	s[m].p[bit / 8] ^= (uint8_t)(1 << bit % 8);
	walk_open(&k, before);
	for (size_t i = m; i < 3 && !findings(&k); i++)
		walk_on(&k, &s[i], WAL_COMPLETE, MIB);
	n = findings(&k);
	walk_close(&k);
	s[m].p[bit / 8] ^= (uint8_t)(1 << bit % 8);
	return n;
}

/* The flag by which a page says that it could be left out of an archive: it has no meaning for
 * a restore, and no sum covers it. */
static bool is_flag_of_no_meaning(const struct segment *s, size_t bit)
{
	return bit / 8 % 8192 == 2 && bit % 8 == 2 && s->p[bit / 8 - 2];
}

/* Every one of the headers of the first two pages and the last one; one of some thousands
 * elsewhere. */
static size_t next_bit(size_t bit)
{
	size_t last = 8 * (MIB - 8192), next = bit + 7919, in_page = bit % 65536;

	if ((bit < 2 * 65536 || bit >= last) && in_page < 330)
		return bit + 1;
	if (bit < 65536 && next > 65536)
		return 65536;
	return bit < last && next > last ? last : next;
}

TEST(every_flipped_bit_of_a_stream_is_noticed_but_one_flag_a_page)
{
	struct segment s[3];
	struct wal_carry before[3] = {{0}};
	size_t tried = 0, missed = 0;
	struct walked k;

	NOSTATE;
	walk_open(&k, NULL);
	for (size_t m = 0; m < 3; m++) {
		s[m] = segment("15", runs[2].names[m]);
		before[m] = k.w->carry;
		walk_on(&k, &s[m], WAL_COMPLETE, MIB);
	}
	/* the first page of a lone first segment cannot be known to be of this cluster: a
	 * catalog knows */
	before[0] = (struct wal_carry){.system_id = k.w->carry.system_id};
	walk_close(&k);
	for (size_t m = 0; m < 3; m++)
		for (size_t bit = 0; bit < 8 * MIB; bit = next_bit(bit)) {
			size_t n = flip_in_stream(s, m, bit, &before[m]);

			tried++;
			missed += !n;
			if (!n != is_flag_of_no_meaning(&s[m], bit))
				fail_msg("segment %zu, byte %zu, bit %zu: %zu findings", m,
					bit / 8, bit % 8, n);
		}
	print_message(
		"%zu of %zu flipped bits were noticed; the others are a flag of no meaning\n",
		tried - missed, tried);
	for (size_t m = 0; m < 3; m++)
		segment_free(&s[m]);
}

/* Of a segment that may be the last one: damage that others follow on is damage, too. */
TEST(flipped_bits_that_records_follow_on_are_no_early_end)
{
	struct segment s = segment("15", "000000010000000000000007");
	size_t tried = 0, missed = 0;

	NOSTATE;
	for (size_t bit = 8 * 40; bit < 8 * 90000; bit += 997) { /* then the message begins */
		struct wal_facts f;

		s.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
		tried++;
		if (!walk_one(&s, WAL_MAY_END, NULL, NULL, &f)) {
			missed++;
			assert_true(is_flag_of_no_meaning(&s, bit));
		}
		s.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	assert_true(tried > 700 && missed < 3);
	segment_free(&s);
}

/* The walk of a lone segment: what its neighbours hold the checksum of, and whose log it is,
 * nobody can tell from it alone. */
TEST(of_flipped_bits_in_a_lone_segment_those_that_no_sum_covers_are_counted)
{
	static const char *const names[] = {"000000010000000000000007",
		"000000010000000000000008", "000000010000000000000009",
		"00000001000000000000000A"};

	NOSTATE;
	for (size_t i = 0; i < 4; i++) {
		struct segment s = segment("15", names[i]);
		size_t tried = 0, missed = 0, foreign = 0, flags = 0;
		struct wal_facts f;

		assert_int_equal(walk_one(&s, WAL_MAY_END, NULL, NULL, &f), 0);
		for (size_t bit = 0; bit < 8 * MIB; bit += bit < 320 ? 1 : 4001) {
			uint64_t open = f.segment_size - f.tail_bytes;
			bool edge;

			s.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
			tried++;
			if (!walk_one(&s, WAL_MAY_END, NULL, NULL, NULL)) {
				missed++;
				foreign += bit / 64 == 3;
				flags += is_flag_of_no_meaning(&s, bit);
				edge = bit / 8 < 40 + f.head_bytes + f.head_bytes / 8168 * 24 +
							 24 ||
				       bit / 8 > open - f.tail_bytes / 8168 * 24 - 48;
				if (!edge && bit / 64 != 3 && !is_flag_of_no_meaning(&s, bit))
					fail_msg("%s byte %zu bit %zu", names[i], bit / 8,
						bit % 8);
			}
			s.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
		print_message("%s alone: of %zu bits %zu unseen: %zu of the cluster's number, "
			      "%zu flags, the others of records that lie "
			      "in two segments (%llu and %llu bytes)\n",
			names[i], tried, missed, foreign, flags,
			(unsigned long long)f.head_bytes, (unsigned long long)f.tail_bytes);
		segment_free(&s);
	}
}

TEST(a_lost_page_is_no_early_end)
{
	static const enum wal_how hows[] = {WAL_COMPLETE, WAL_MAY_END, WAL_PARTIAL};
	struct segment s = segment("15", "000000010000000000000007");
	uint8_t page[8192];

	NOSTATE;
	for (size_t at = 0; at < 12 * sizeof page; at += sizeof page / 2)
		for (size_t i = 0; i < 3; i++) {
			memcpy(page, s.p + at, sizeof page);
			memset(s.p + at, 0, sizeof page);
			assert_int_equal(walk_one(&s, hows[i], NULL, NULL, NULL), 1);
			memcpy(s.p + at, page, sizeof page);
		}
	segment_free(&s);
}

TEST(a_segment_under_another_name_is_told)
{
	struct segment s = segment("15", "000000010000000000000009"),
		       two = segment("15", "00000002000000000000000E");
	static const char *const wrong[] = {"00000001000000000000000A",
		"000000010000000100000009", "000000010000000000001009",
		"000000020000000000000009"};
	const char *code;

	NOSTATE;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		snprintf(s.name, sizeof s.name, "%s", wrong[i]);
		assert_int_equal(walk_one(&s, WAL_COMPLETE, NULL, &code, NULL), 1);
		assert_string_equal(code, "not-what-its-name-says");
	}
	snprintf(two.name, sizeof two.name,
		"00000001000000000000000E"); /* pages of timeline 2 */
	assert_true(walk_one(&two, WAL_COMPLETE, NULL, NULL, NULL) > 0);
	snprintf(s.name, sizeof s.name, "something else");
	assert_int_equal(walk_one(&s, WAL_COMPLETE, NULL, NULL, NULL), 0);
	segment_free(&s);
	segment_free(&two);
}

TEST(a_segment_of_another_cluster_is_foreign)
{
	struct segment a = segment("15", "000000010000000000000007"),
		       b = segment("18", "000000010000000000000008");
	struct walked k;

	NOSTATE;
	walk_open(&k, NULL);
	walk_on(&k, &a, WAL_COMPLETE, MIB);
	assert_int_equal(findings(&k), 0);
	walk_on(&k, &b, WAL_COMPLETE, MIB);
	assert_int_equal(findings(&k), 1);
	assert_true(found(&k, "wal-foreign"));
	assert_false(k.w->facts.joined);
	walk_close(&k);
	segment_free(&a);
	segment_free(&b);
}

MAIN(T(segments_of_every_major_are_one_stream_of_records),
	T(a_segment_alone_tells_what_it_cannot_check),
	T(a_new_timeline_goes_on_where_the_old_one_was_left),
	T(the_end_of_a_base_backup_and_the_last_checkpoint_are_told),
	T(old_pages_behind_the_end_are_legal_only_where_the_log_may_end),
	T(zeros_behind_any_record_are_legal_only_where_the_log_may_end),
	T(no_cut_is_taken_for_a_segment), T(bytes_behind_the_end_are_noticed),
	T(it_does_not_matter_in_which_pieces_the_bytes_come),
	T(every_flipped_bit_of_a_stream_is_noticed_but_one_flag_a_page),
	T(flipped_bits_that_records_follow_on_are_no_early_end),
	T(of_flipped_bits_in_a_lone_segment_those_that_no_sum_covers_are_counted),
	T(a_lost_page_is_no_early_end), T(a_segment_under_another_name_is_told),
	T(a_segment_of_another_cluster_is_foreign))
