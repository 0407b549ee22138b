/* Files of an archive as they are looked at alone: segments, .partial, histories, .backup. */
#include "format/verify.h"
#include "segments.h"

struct seen {
	bks_arena *a;
	bks_inspection v;
};

static struct seen look(const void *bytes, size_t n, const char *name)
{
	struct seen s = {.a = bks_arena_new()};
	struct verify_job job = {
		.in = stream_memory(bytes, n, 4096), .name = name, .size = (int64_t)n};
	bks_error err = {0};

	assert_int_equal(format_verify(&s.v, &job, s.a, &err), 0);
	return s;
}

static struct seen look_text(const char *text, const char *name)
{
	return look(text, strlen(text), name);
}

static const bks_finding *has(const struct seen *s, const char *code)
{
	for (size_t i = 0; i < s->v.finding_count; i++)
		if (!strcmp(s->v.findings[i].code, code))
			return &s->v.findings[i];
	return NULL;
}

static void is(const char *text, const char *name, enum bks_verdict verdict, const char *code)
{
	struct seen s = look_text(text, name);

	if (s.v.verdict != verdict || (code && !has(&s, code)))
		fail_msg("%s: %s, %s", name, bks_verdict_name(s.v.verdict),
			s.v.finding_count ? s.v.findings[0].code : "no finding");
	bks_arena_free(s.a);
}

TEST(a_segment_tells_whose_log_it_is_and_how_far_it_goes)
{
	struct segment g = segment("15", "00000002000000000000000E");
	struct seen s = look(g.p, g.n, g.name);

	NOSTATE;
	assert_int_equal(s.v.verdict, BKS_SOUND);
	assert_string_equal(s.v.format, "pg-wal");
	assert_string_equal(s.v.producer, "PostgreSQL 15");
	assert_int_equal(s.v.finding_count, 0);
	assert_true(s.v.recognised);
	assert_true(s.v.physical->system_id != 0);
	assert_int_equal(s.v.physical->timeline, 2);
	assert_int_equal(s.v.physical->segment_size, MIB);
	assert_true(s.v.physical->start_lsn == 0xe00000 && s.v.physical->stop_lsn == 0xf00000);
	assert_true(s.v.physical->stopped != BKS_TIME_NONE);
	assert_in_range(s.v.started.year, 2025, 2100);
	bks_arena_free(s.a);
	segment_free(&g);
}

TEST(what_a_lone_segment_cannot_prove_is_said)
{
	struct segment whole = segment("15", "000000010000000000000008"),
		       now = segment("15-current", "00000001000000000000000D");
	struct seen s = look(whole.p, whole.n, whole.name), t = look(now.p, now.n, now.name);

	NOSTATE;
	assert_int_equal(s.v.verdict,
		BKS_SOUND); /* its neighbours hold the checksum of its one record */
	assert_non_null(has(&s, "no-checksum"));
	assert_int_equal(t.v.verdict, BKS_UNPROVEN);
	assert_non_null(has(&t, "end-unprovable"));
	assert_int_equal(t.v.levels[BKS_WHOLE], BKS_RESULT_UNPROVABLE);
	bks_arena_free(s.a);
	bks_arena_free(t.a);
	s = look(now.p, now.n, "00000001000000000000000D.partial");
	assert_int_equal(s.v.verdict, BKS_SOUND);
	bks_arena_free(s.a);
	segment_free(&whole);
	segment_free(&now);
}

TEST(a_segment_of_a_stream_is_held_against_what_came_before)
{
	struct segment g = segment("15", "000000010000000000000008");
	struct wal_part part = {.how = WAL_COMPLETE, .carry = {.system_id = 7}};
	struct verify_job job = {.in = stream_memory(g.p, g.n, 0),
		.name = g.name,
		.size = (int64_t)g.n,
		.wal = &part};
	struct seen s = {.a = bks_arena_new()};

	NOSTATE;
	assert_int_equal(format_verify(&s.v, &job, s.a, NULL), 0);
	assert_int_equal(s.v.verdict, BKS_DAMAGED);
	assert_non_null(has(&s, "wal-foreign"));
	assert_null(has(&s, "no-checksum"));
	assert_false(s.v.digests.has_sha256);
	assert_true(part.walked && part.facts.end == WAL_END_FULL);
	assert_true(part.carry.lsn == 0x900000 && part.carry.skip > 0);
	bks_arena_free(s.a);
	segment_free(&g);
}

TEST(other_bytes_under_a_name_of_wal_are_damage)
{
	NOSTATE;
	is("CREATE TABLE a ();\n", "000000010000000000000008", BKS_DAMAGED,
		"not-what-its-name-says");
	is("some text", "00000002.history", BKS_DAMAGED, "not-what-its-name-says");
	is("some text", "000000010000000000000008.gz", BKS_DAMAGED, "not-what-its-name-says");
	is("some text", "00000001000000000000000g", BKS_UNPROVEN,
		"not-a-backup"); /* no such name */
	is("", "000000010000000000000008", BKS_INCOMPLETE, "empty");
}

TEST(histories_are_read_line_by_line)
{
	NOSTATE;
	is("1\t0/E000A0\tno recovery target specified\n", "00000002.history", BKS_SOUND,
		"no-checksum");
	is("# a comment\n\n1\t0/1\tx\n2\tA/2\tbefore 2026-01-01 00:00:00+00\n",
		"00000003.history", BKS_SOUND, NULL);
	is("1 0/E000A0", "00000002.history", BKS_DAMAGED, "truncated");
	is("1\t0/2\tx\n1\t0/3\tx\n", "00000003.history", BKS_DAMAGED, "malformed");
	is("1\t0/2\tx\n2\t0/1\tx\n", "00000003.history", BKS_DAMAGED, "malformed");
	is("1\t0/2\tx\n3\t0/3\tx\n", "00000003.history", BKS_DAMAGED,
		"malformed"); /* its own ancestor */
	is("1\t0/2\tx\nsomething\n", "00000003.history", BKS_DAMAGED, "malformed");
	is("1\t0/2\tx\n99999999999\t0/3\tx\n", "00000003.history", BKS_DAMAGED, "malformed");
	is("# nothing but a comment\n1\t0/2\tx\n", "00000002.history", BKS_SOUND, NULL);
	is("1\t0/2x\tx\n", "00000003.history", BKS_DAMAGED, "not-what-its-name-says");
}

TEST(a_history_is_bounded)
{
	enum { LINES = 400000 };
	char *text = malloc(LINES * 24), *at = text;

	NOSTATE;
	assert_non_null(text);
	for (int i = 1; i < LINES; i++)
		at += sprintf(at, "%d\t0/%X\tx\n", i, (unsigned)i);
	is(text, "7FFFFFFF.history", BKS_UNREADABLE, "limit-reached");
	at = text;
	for (int i = 1; i < 1000; i++)
		at += sprintf(at, "%d\t0/%X\tx\n", i, (unsigned)i);
	is(text, "7FFFFFFF.history", BKS_SOUND, "no-checksum");
	free(text);
}

static const char label[] =
	"START WAL LOCATION: 0/C00028 (file 00000001000000000000000C)\n"
	"STOP WAL LOCATION: 0/C00100 (file 00000001000000000000000C)\n"
	"CHECKPOINT LOCATION: 0/C00060\nBACKUP METHOD: streamed\nBACKUP FROM: primary\n"
	"START TIME: 2026-11-22 05:26:34 UTC\nLABEL: of the night\nSTART TIMELINE: 1\n"
	"STOP TIME: 2026-11-22 05:26:35 UTC\nSTOP TIMELINE: 1\n";

TEST(a_backup_file_tells_its_backup)
{
	struct seen s = look_text(label, "00000001000000000000000C.00000028.backup");
	char cut[sizeof label];

	NOSTATE;
	assert_int_equal(s.v.verdict, BKS_SOUND);
	assert_string_equal(s.v.physical->label, "of the night");
	assert_true(s.v.physical->start_lsn == 0xc00028 && s.v.physical->stop_lsn == 0xc00100);
	assert_true(s.v.physical->stopped - s.v.physical->started == BKS_SECOND);
	assert_int_equal(s.v.started.second, 35);
	bks_arena_free(s.a);
	is(label, "00000001000000000000000D.00000028.backup", BKS_DAMAGED,
		"not-what-its-name-says");
	is(label, "00000001000000000000000C.00000030.backup", BKS_DAMAGED,
		"not-what-its-name-says");
	for (size_t n = 1; n + 1 < sizeof label; n++) {
		memcpy(cut, label, n);
		cut[n] = '\0';
		is(cut, "00000001000000000000000C.00000028.backup", BKS_DAMAGED, NULL);
	}
}

/* The file of that name in a base backup, which a tar or zip of the folder holds too. */
TEST(a_label_of_a_base_backup_is_no_history_without_its_stop)
{
	static const char own[] =
		"START WAL LOCATION: 0/6000028 (file 000000010000000000000006)\n"
		"CHECKPOINT LOCATION: 0/6000080\nBACKUP METHOD: streamed\nBACKUP FROM: "
		"primary\n"
		"START TIME: 2026-11-22 09:19:42 UTC\nLABEL: x\nSTART TIMELINE: 1\n";

	NOSTATE;
	is(own, "backup_label", BKS_UNSUPPORTED, "unsupported-format");
	is(own, "000000010000000000000006.00000028.backup", BKS_DAMAGED,
		"not-what-its-name-says");
	is("START WAL LOCATION: 0/6000028 (file 000000010000000000000006)\n",
		"000000010000000000000006.00000028.backup", BKS_DAMAGED, NULL);
}

TEST(names_are_read_as_postgresql_writes_them)
{
	static const struct {
		const char *name;
		enum wal_kind kind;
		bool wrapped;
	} names[] = {{"00000001000000000000000C", WAL_NAME_SEGMENT, false},
		{"00000001000000000000000C.zst", WAL_NAME_SEGMENT, true},
		{"00000001000000000000000C.partial", WAL_NAME_PARTIAL, false},
		{"00000001000000000000000C.partial.gz", WAL_NAME_PARTIAL, true},
		{"00000001000000000000000C.gz.partial", WAL_NAME_PARTIAL, true},
		{"0000000A.history", WAL_NAME_HISTORY, false},
		{"0000000A.history.xz", WAL_NAME_HISTORY, true},
		{"00000001000000000000000C.00000028.backup", WAL_NAME_BACKUP, false},
		{"00000001000000000000000c", WAL_NAME_NONE, false},
		{"00000000000000000000000C", WAL_NAME_NONE, false},
		{"00000001000000000000000", WAL_NAME_NONE, false},
		{"00000001000000000000000CC", WAL_NAME_NONE, false},
		{"00000001000000000000000C.tmp", WAL_NAME_NONE, false},
		{"", WAL_NAME_NONE, false},
		{"00000001000000000000000C.0000002.backup", WAL_NAME_NONE, false}};
	struct wal_name n;
	uint64_t lsn;

	NOSTATE;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		wal_name_read(&n, names[i].name);
		if (n.kind != names[i].kind || n.wrapped != names[i].wrapped)
			fail_msg("%s", names[i].name);
	}
	wal_name_read(&n, "000000010000000200000FFF");
	assert_true(wal_name_lsn(&lsn, &n, MIB) && lsn == 0x2fff00000);
	assert_false(wal_name_lsn(&lsn, &n, 16 * MIB)); /* it has 256 of them in 4 GiB */
}

MAIN(T(a_label_of_a_base_backup_is_no_history_without_its_stop), T(a_history_is_bounded),
	T(a_segment_tells_whose_log_it_is_and_how_far_it_goes),
	T(what_a_lone_segment_cannot_prove_is_said),
	T(a_segment_of_a_stream_is_held_against_what_came_before),
	T(other_bytes_under_a_name_of_wal_are_damage), T(histories_are_read_line_by_line),
	T(a_backup_file_tells_its_backup), T(names_are_read_as_postgresql_writes_them))
