/* What a process that read hostile bytes may send back: one honest answer is taken, and
 * whatever it could put in its place neither breaks the taker nor proves what was not found. */
#include "../../unit.h"
#undef fail /* of cmocka */
#include "base/text.h"
#include "work/answer.h"
#include "work/walpart.h"
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ROOM = 8192, SIZE = 1234, SEGMENT = 1 << 20 };

struct bytes {
	uint8_t v[ROOM];
	size_t n;
};

static const bks_table tables[] = {
	{.schema = "public", .name = "users", .ddl = true, .data = true, .rows = 3}};
static const bks_finding notes[] = {{"no-checksum", BKS_NOTE, "byte 5", "none"}};
static const bks_finding errors[] = {{"truncated", BKS_ERROR, NULL, "cut"}};

static bks_inspection honest(void)
{
	static const bks_physical physical = {
		.system_id = 7, .timeline = 1, .segment_size = SEGMENT, .label = "nightly"};
	static const bks_inspection member = {.path = "in.sql",
		.format = "pgdump-plain",
		.size = 20,
		.taken_at = BKS_TIME_NONE,
		.verdict = BKS_SOUND,
		.levels = {BKS_RESULT_PASS, [BKS_WHOLE] = BKS_RESULT_PASS},
		.started = {.zone = "UTC"}};

	return (bks_inspection){.format = "zip",
		.wrappings = 1,
		.wrapping = {"gzip"},
		.producer = "pg_dump",
		.started = {2026, 11, 22, 2, 0, 0, "QQQ"},
		.taken_at = BKS_TIME_NONE,
		.size = SIZE,
		.unwrapped = SIZE,
		.bytes_read = SIZE,
		.digests = {.has_sha256 = true},
		.digest_from = BKS_DIGEST_FIRST_SIGHT,
		.levels = {BKS_RESULT_PASS, [BKS_WHOLE] = BKS_RESULT_PASS},
		.verdict = BKS_SOUND,
		.physical = &physical,
		.tables = tables,
		.table_count = 1,
		.findings = notes,
		.finding_count = 1,
		.members = &member,
		.member_count = 1};
}

static void catch_bytes(
	struct bytes *b, void (*put)(struct wire *w, const void *arg), const void *arg)
{
	static struct wire w;
	int ends[2];
	ssize_t n;

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	wire_init(&w, ends[0], false);
	put(&w, arg);
	wire_flush(&w, NULL, 0);
	close(ends[0]);
	for (b->n = 0; (n = read(ends[1], b->v + b->n, ROOM - b->n)) > 0;)
		b->n += (size_t)n;
	close(ends[1]);
	assert_true(b->n > 0 && b->n < ROOM);
}

/* A wire at whose far end these bytes were said. */
static struct wire *wire_of(const struct bytes *b)
{
	static struct wire w;
	int ends[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	assert_int_equal(write(ends[1], b->v, b->n), b->n);
	close(ends[1]);
	wire_init(&w, ends[0], false);
	return &w;
}

static void put_answer(struct wire *w, const void *arg)
{
	answer_put(w, arg);
}

static enum wire_state take(
	bks_inspection *out, const struct bytes *b, bool glance, bks_arena *a)
{
	stream *in = stream_memory("", 0, 0);
	struct verify_job job = {.name = "a.zip", .size = SIZE, .in = in};
	struct wire *w = wire_of(b);

	answer_take(out, w, &job, glance, a);
	close(w->fd);
	stream_close(in);
	return w->state;
}

static enum wire_state told(const bks_inspection *i, bool glance)
{
	bks_arena *a = bks_arena_new();
	bks_inspection out;
	struct bytes b;
	enum wire_state state;

	catch_bytes(&b, put_answer, i);
	state = take(&out, &b, glance, a);
	bks_arena_free(a);
	return state;
}

TEST(an_honest_answer_is_taken)
{
	bks_inspection i = honest();

	NOSTATE;
	assert_int_equal(told(&i, false), WIRE_FINE);
	i.verdict = BKS_DAMAGED;
	i.findings = errors;
	i.levels[BKS_WHOLE] = BKS_RESULT_FAIL;
	assert_int_equal(told(&i, false), WIRE_FINE);
	i = (bks_inspection){.format = "raw", .size = -1, .taken_at = BKS_TIME_NONE};
	assert_int_equal(told(&i, true), WIRE_FINE);
}

TEST(a_zone_that_was_left_out_is_no_answer)
{
	bks_arena *a = bks_arena_new();
	bks_inspection i = honest(), out;
	int64_t none = -1;
	struct bytes b;
	uint8_t *at;

	NOSTATE;
	catch_bytes(&b, put_answer, &i);
	at = memmem(b.v, b.n, "QQQ", 3);
	assert_non_null(at);
	memcpy(at - sizeof none, &none, sizeof none);
	memmove(at, at + 3, b.n - (size_t)(at + 3 - b.v));
	b.n -= 3;
	assert_int_equal(take(&out, &b, false, a), WIRE_BAD);
	bks_arena_free(a);
}

TEST(who_reads_a_file_cannot_say_that_it_is_gone)
{
	static const bks_finding gone[] = {{"vanished", BKS_ERROR, NULL, "gone"}};
	bks_inspection i = honest();

	NOSTATE;
	i.verdict = BKS_MISSING;
	i.findings = gone;
	assert_int_equal(told(&i, false), WIRE_BAD);
}

TEST(a_digest_from_birth_is_not_the_readers_to_make)
{
	bks_inspection i = honest(), member = *i.members;

	NOSTATE;
	i.digest_from = BKS_DIGEST_BIRTH;
	assert_int_equal(told(&i, false), WIRE_BAD);
	i = honest();
	i.members = &member;
	member.digest_from = BKS_DIGEST_BIRTH;
	assert_int_equal(told(&i, false), WIRE_BAD);
	member.digest_from = BKS_DIGEST_NONE;
	member.levels[BKS_SEALED] = BKS_RESULT_PASS;
	assert_int_equal(told(&i, false), WIRE_BAD);
}

TEST(a_size_is_the_stores_to_tell)
{
	bks_inspection i = honest();

	NOSTATE;
	i.size = -1;
	assert_int_equal(told(&i, false), WIRE_BAD);
	i.size = SIZE + 1;
	assert_int_equal(told(&i, false), WIRE_BAD);
}

TEST(a_glance_proves_no_level)
{
	for (int k = 0; k < BKS_LEVEL_COUNT; k++) {
		bks_inspection i = {.format = "raw", .size = -1, .taken_at = BKS_TIME_NONE};

		i.levels[k] = BKS_RESULT_PASS;
		assert_int_equal(told(&i, true), WIRE_BAD);
	}
	NOSTATE;
}

/* Each place in turn says each of these, as a length, a count, a number or part of a text. */
static const int64_t odd[] = {
	-1, 0, 1, 77, INT64_MAX, INT64_MIN, INT64_C(1) << 32, INT64_C(1) << 61};

TEST(no_byte_of_an_answer_can_break_who_takes_it)
{
	bks_arena *a = bks_arena_new();
	bks_inspection i = honest(), out;
	size_t bad = 0, fine = 0;
	struct bytes b, is;

	NOSTATE;
	catch_bytes(&b, put_answer, &i);
	for (size_t at = 0; at + sizeof *odd <= b.n; at++)
		for (size_t k = 0; k < sizeof odd / sizeof *odd; k++) {
			is = b;
			memcpy(is.v + at, &odd[k], sizeof *odd);
			if (take(&out, &is, false, a) != WIRE_FINE) {
				bad++;
				continue;
			}
			fine++;
			assert_int_equal(out.size, SIZE);
			assert_true(out.verdict != BKS_MISSING && out.verdict != BKS_UNKNOWN);
			assert_true(out.digest_from <= BKS_DIGEST_FIRST_SIGHT);
			assert_true(strlen(out.started.zone) < sizeof out.started.zone);
			bks_arena_reset(a);
		}
	assert_true(bad > 1000 && fine > 100);
	bks_arena_free(a);
}

TEST(an_answer_that_ends_early_is_none)
{
	bks_arena *a = bks_arena_new();
	bks_inspection i = honest(), out;
	struct bytes b;

	NOSTATE;
	catch_bytes(&b, put_answer, &i);
	while (b.n--) {
		assert_int_not_equal(take(&out, &b, false, a), WIRE_FINE);
		bks_arena_reset(a);
	}
	bks_arena_free(a);
}

static void put_part(struct wire *w, const void *arg)
{
	walpart_answer(w, arg);
}

/* A segment from 3 MiB on that follows on the one before. */
static struct wal_part segment(void)
{
	return (struct wal_part){.how = WAL_COMPLETE,
		.walked = true,
		.carry = {.lsn = 4 * SEGMENT,
			.prev = 4 * SEGMENT - 80,
			.record = 4 * SEGMENT - 40,
			.length = 100,
			.got = 40,
			.system_id = 7,
			.timeline = 1,
			.segment_size = SEGMENT,
			.major = 15},
		.facts = {.system_id = 7,
			.timeline = 1,
			.segment_size = SEGMENT,
			.lsn = 3 * SEGMENT,
			.end_lsn = 4 * SEGMENT - 40,
			.joined = true,
			.last_xact = BKS_TIME_NONE,
			.last_record = 4 * SEGMENT - 80,
			.backup_end = 3 * SEGMENT + 200,
			.points = {{3 * SEGMENT + 400, BKS_SECOND, "before the upgrade"}},
			.point_count = 1,
			.end = WAL_END_FULL}};
}

static enum wire_state heard(const struct wal_part *says)
{
	struct wal_part is = {.how = WAL_COMPLETE,
		.carry = {.lsn = 3 * SEGMENT,
			.system_id = 7,
			.segment_size = SEGMENT,
			.major = 15}};
	struct bytes b;
	struct wire *w;

	catch_bytes(&b, put_part, says);
	w = wire_of(&b);
	walpart_hear(&is, w);
	close(w->fd);
	assert_int_equal(is.walked, w->state == WIRE_FINE);
	return w->state;
}

TEST(an_honest_segment_is_taken)
{
	struct wal_part p = segment();

	NOSTATE;
	assert_int_equal(heard(&p), WIRE_FINE);
	p.carry = (struct wal_carry){.system_id = 7, .major = 15};
	assert_int_equal(heard(&p), WIRE_FINE);
	p.facts = (struct wal_facts){.last_xact = BKS_TIME_NONE};
	assert_int_equal(heard(&p), WIRE_FINE);
}

TEST(a_segment_speaks_for_no_other_place_cluster_or_time)
{
	struct wal_part p;

	NOSTATE;
#define LIE(what)                                                                              \
	p = segment();                                                                         \
	what;                                                                                  \
	assert_int_equal(heard(&p), WIRE_BAD)
	LIE(p.facts.end_lsn = 9 * SEGMENT);
	LIE(p.facts.end_lsn = 2 * SEGMENT);
	LIE(p.facts.lsn = p.facts.end_lsn = 8 * SEGMENT);
	LIE(p.facts.segment_size = 0);
	LIE(p.facts.segment_size = SEGMENT + 8);
	LIE(p.facts.segment_size = UINT32_MAX);
	LIE(p.facts.last_xact = INT64_MAX);
	LIE(p.facts.last_xact = INT64_MIN + 1);
	LIE(p.facts.last_record = 9 * SEGMENT);
	LIE(p.facts.backup_end = 9 * SEGMENT);
	LIE(p.facts.backup_end = 3 * SEGMENT);
	LIE(p.facts.points[0].lsn = 9 * SEGMENT);
	LIE(p.facts.points[0].lsn = 2 * SEGMENT);
	LIE(p.facts.points[0].time = INT64_MAX);
	LIE(p.facts.point_count = WAL_POINTS); /* the others are nowhere */
	LIE(p.carry.lsn = 9 * SEGMENT);
	LIE(p.carry.system_id = 8);
	LIE(p.carry.major = 17);
	LIE(p.carry.major = 1700);
	LIE(p.carry.segment_size = 2 * SEGMENT);
	LIE(p.carry.record = 9 * SEGMENT);
	LIE(p.carry.prev = 9 * SEGMENT);
	LIE(p.carry.got = 200);
	LIE(p.carry.length = UINT32_MAX);
	LIE(p.carry.skip = UINT32_MAX);
#undef LIE
}

MAIN(T(an_honest_answer_is_taken), T(a_zone_that_was_left_out_is_no_answer),
	T(who_reads_a_file_cannot_say_that_it_is_gone),
	T(a_digest_from_birth_is_not_the_readers_to_make), T(a_size_is_the_stores_to_tell),
	T(a_glance_proves_no_level), T(no_byte_of_an_answer_can_break_who_takes_it),
	T(an_answer_that_ends_early_is_none), T(an_honest_segment_is_taken),
	T(a_segment_speaks_for_no_other_place_cluster_or_time))
