/* Databases alone: whole, cut, with bits flipped, too large for memory, and hostile. */
#include "lite.h"
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <unistd.h>

static const struct {
	const char *name, *version;
	enum bks_content content;
	bool shop, sums;
} fixtures[] = {
	{"plain.db", "4", BKS_CONTENT_FULL, true, false},
	{"vacuum.db", "4", BKS_CONTENT_FULL, true, false},
	{"utf16.db", "4", BKS_CONTENT_FULL, true, false},
	{"sums.db", "4", BKS_CONTENT_FULL, true, true},
	{"empty.db", "4", BKS_CONTENT_SCHEMA, false, false},
	{"none.db", NULL, BKS_CONTENT_EMPTY, false, false},
};
enum { FIXTURES = sizeof fixtures / sizeof *fixtures };

static struct look look(const uint8_t *p, size_t n)
{
	struct look l;

	look_at(&l, p, n, (struct verify_job){0}, NULL);
	return l;
}

TEST(every_database_is_sound_with_its_facts_and_rows)
{
	NOSTATE;
	for (size_t i = 0; i < FIXTURES; i++) {
		struct bytes b = fixture(fixtures[i].name);
		struct look l = look(b.p, b.n);

		assert_string_equal(format_guess(b.p, b.n)->name, "sqlite");
		assert_true(is_sound_with(&l,
			fixtures[i].content == BKS_CONTENT_SCHEMA ? "schema-only" : NULL,
			NULL));
		assert_string_equal(l.v.format, "sqlite");
		assert_true(l.v.recognised);
		assert_int_equal(l.v.content, fixtures[i].content);
		if (fixtures[i].version)
			assert_string_equal(l.v.format_version, fixtures[i].version);
		assert_memory_equal(l.v.producer, "SQLite 3.", 9);
		assert_int_equal(found(&l, "no-checksum") == NULL, fixtures[i].sums);
		assert_int_equal(rows_of(&l, "users"), fixtures[i].shop ? 60 : -2);
		assert_int_equal(rows_of(&l, "keyed"), fixtures[i].shop ? 20 : -2);
		assert_int_equal(rows_of(&l, "od\"d"), fixtures[i].shop ? 2 : -2);
		assert_int_equal(rows_of(&l, "void"), fixtures[i].shop ? 0 : -2);
		assert_int_equal(rows_of(&l, "boxes"), fixtures[i].shop ? -1 : -2);
		assert_int_equal(rows_of(&l, "boxes_rowid"), fixtures[i].shop ? 1 : -2);
		assert_int_equal(rows_of(&l, "seen"), -2);
		look_away(&l);
		free(b.p);
	}
}

TEST(no_cut_of_any_database_is_sound)
{
	NOSTATE;
	for (size_t i = 0; i < FIXTURES; i++) {
		struct bytes b = fixture(fixtures[i].name);

		for (size_t n = 6; n < b.n; n++) {
			struct look l;

			if (n > (i ? 100 : 1500) && n % 512 > 1 && n % 512 < 511)
				continue;
			l = look(b.p, n);
			assert_string_equal(l.v.format, "sqlite");
			assert_true(is_called(&l, BKS_DAMAGED, "truncated"));
			assert_int_equal(l.v.levels[BKS_WHOLE], BKS_RESULT_FAIL);
			look_away(&l);
		}
		free(b.p);
	}
}

TEST(it_does_not_matter_in_which_pieces_the_bytes_come)
{
	static const size_t steps[] = {1, 7, 511, 513};
	struct bytes b = fixture("plain.db");

	NOSTATE;
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		struct look l;

		look_at(&l, b.p, b.n,
			(struct verify_job){.in = stream_memory(b.p, b.n, steps[i])}, NULL);
		assert_true(is_sound_with(&l, NULL, NULL));
		assert_int_equal(rows_of(&l, "users"), 60);
		look_away(&l);
	}
	free(b.p);
}

/* Of the header: what the format fixes, or tells twice. Of the rest what SQLite sees, or all
 * where pages have checksums. The numbers stand in docs/formats/sqlite.md. */
TEST(flipped_bits_that_break_something_are_noticed)
{
	NOSTATE;
	for (size_t i = 0; i < FIXTURES; i++) {
		struct bytes b = fixture(fixtures[i].name);
		size_t head = 0, seen = 0, all = 0, step = i == 0 ? 13 : 37;

		for (size_t bit = 0; bit < 8 * b.n; bit += bit < 800 ? 1 : step) {
			struct look l;

			b.p[bit / 8] ^= (uint8_t)(1U << bit % 8);
			l = look(b.p, b.n);
			assert_string_equal(l.v.format, "sqlite");
			*(bit < 800 ? &head : &seen) += l.v.verdict != BKS_SOUND;
			all += bit >= 800;
			if (l.v.verdict != BKS_SOUND)
				assert_true(l.v.verdict == BKS_DAMAGED ||
					    l.v.verdict == BKS_UNSUPPORTED ||
					    l.v.verdict == BKS_UNREADABLE ||
					    l.v.verdict == BKS_UNPROVEN);
			look_away(&l);
			b.p[bit / 8] ^= (uint8_t)(1U << bit % 8);
		}
		print_message("%s: header %zu of 800, the rest %zu of %zu\n", fixtures[i].name,
			head, seen, all);
		assert_true(head >= 500);
		assert_true(!fixtures[i].sums || (seen == all && head == 800));
		free(b.p);
	}
}

TEST(bytes_behind_the_last_page_are_told)
{
	struct bytes b = fixture("plain.db");
	struct look l;

	NOSTATE;
	for (size_t more = 1; more <= 1024; more += 511 + more % 2) {
		memset(b.p + b.n, 0, more);
		l = look(b.p, b.n + more);
		assert_true(is_sound_with(&l, "trailing-zeros", NULL));
		look_away(&l);
		b.p[b.n + more - 1] = 1;
		l = look(b.p, b.n + more);
		assert_true(is_called(&l, BKS_DAMAGED, "trailing-data"));
		look_away(&l);
	}
	free(b.p);
}

/* A database that no writer since 2010 touched does not say how long it is. */
TEST(a_length_that_the_header_does_not_tell_must_be_whole_pages)
{
	struct bytes b = fixture("plain.db");
	struct look l;

	NOSTATE;
	b.p[27]++;
	l = look(b.p, b.n);
	assert_true(is_sound_with(&l, NULL, NULL));
	look_away(&l);
	l = look(b.p, b.n - 1);
	assert_true(is_called(&l, BKS_DAMAGED, "size-conflict"));
	look_away(&l);
	l = look(b.p, b.n - 512);
	assert_true(is_called(&l, BKS_DAMAGED, "malformed"));
	look_away(&l);
	b.p[24] ^= 0x40;
	l = look(b.p, b.n);
	assert_true(is_called(&l, BKS_DAMAGED, "malformed"));
	look_away(&l);
	free(b.p);
}

TEST(a_header_without_its_magic_is_still_that_of_a_database)
{
	struct bytes b = fixture("plain.db");
	struct look l;

	NOSTATE;
	memset(b.p, 0, 16);
	l = look(b.p, b.n);
	assert_string_equal(l.v.format, "sqlite");
	assert_true(is_called(&l, BKS_DAMAGED, "malformed"));
	look_away(&l);
	memset(b.p, 'x', 100);
	l = look(b.p, b.n);
	assert_string_equal(l.v.format, "raw");
	assert_true(is_called(&l, BKS_UNPROVEN, "not-a-backup"));
	look_away(&l);
	free(b.p);
}

TEST(a_version_to_come_is_unsupported_and_half_of_one_damage)
{
	struct bytes b = fixture("plain.db");
	struct look l;

	NOSTATE;
	b.p[18] = 3;
	l = look(b.p, b.n);
	assert_true(is_called(&l, BKS_DAMAGED, "malformed"));
	look_away(&l);
	b.p[19] = 3;
	l = look(b.p, b.n);
	assert_true(is_called(&l, BKS_DAMAGED, "malformed"));
	look_away(&l);
	b.p[97] = 0x3f; /* 4.1.something wrote it */
	l = look(b.p, b.n);
	assert_true(is_called(&l, BKS_UNSUPPORTED, "unsupported-version"));
	look_away(&l);
	free(b.p);
}

TEST(a_database_encrypted_behind_a_clear_start_is_named_and_not_damaged)
{
	struct bytes b = fixture("plain.db");
	struct look l;

	NOSTATE;
	for (size_t i = 32; i < b.n; i++)
		b.p[i] = (uint8_t)(i * 131 + 17);
	b.p[20] = 80;
	l = look(b.p, b.n);
	assert_true(is_called(&l, BKS_UNPROVEN, "encrypted"));
	look_away(&l);
	b.p[20] = 0;
	l = look(b.p, b.n);
	assert_true(is_called(&l, BKS_DAMAGED, "malformed"));
	look_away(&l);
	free(b.p);
}

/* What SQL makes, as bytes. */
static struct bytes made(const char *sql)
{
	struct bytes b = {0};
	sqlite3_int64 n = 0;
	sqlite3 *db;
	uint8_t *p;

	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	p = sqlite3_serialize(db, "main", &n, 0);
	assert_non_null(p);
	b.p = malloc((size_t)n);
	assert_non_null(b.p);
	memcpy(b.p, p, (size_t)n);
	b.n = (size_t)n;
	sqlite3_free(p);
	sqlite3_close(db);
	return b;
}

static struct look look_made(const char *sql)
{
	struct bytes b = made(sql);
	struct look l = look(b.p, b.n);

	free(b.p);
	return l;
}

TEST(rows_that_name_nobody_are_a_warning)
{
	static const char shape[] = "CREATE TABLE a (x INTEGER PRIMARY KEY); CREATE TABLE b (x "
				    "REFERENCES a); INSERT INTO a VALUES (1);"
				    "INSERT INTO b VALUES (1), (NULL)";
	struct look l = look_made(shape);
	char sql[512];

	NOSTATE;
	assert_true(is_sound_with(&l, NULL, NULL));
	look_away(&l);
	snprintf(sql, sizeof sql, "%s, (7), (8)", shape);
	l = look_made(sql);
	assert_true(is_sound_with(&l, "foreign-key-violated", NULL));
	assert_string_equal(found(&l, "foreign-key-violated")->where, "b");
	assert_string_equal(found(&l, "foreign-key-violated")->text,
		"2 rows name a row that is not there, the first in a");
	assert_int_equal(rows_of(&l, "b"), 4);
	look_away(&l);
	l = look_made("CREATE TABLE a (x); CREATE TABLE b (x REFERENCES a (x)); INSERT INTO b "
		      "VALUES (1)");
	assert_true(is_sound_with(&l, "foreign-key-violated", NULL));
	look_away(&l);
}

#define STRANGE(how)                                                                           \
	"CREATE TABLE own (a); INSERT INTO own VALUES (1), (2); CREATE TABLE other (x); "      \
	"INSERT INTO other VALUES (3);"                                                        \
	"PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'CREATE TABLE own "       \
	"(a " how ")' WHERE name = 'own'"

TEST(a_function_that_nobody_has_leaves_the_rest_provable_by_none)
{
	struct look l = look_made(STRANGE("CHECK (ours(a))"));

	NOSTATE;
	assert_true(is_called(&l, BKS_UNPROVEN, "check-unprovable"));
	assert_int_equal(l.v.levels[BKS_WHOLE], BKS_RESULT_UNPROVABLE);
	assert_int_equal(rows_of(&l, "own"), 2);
	assert_int_equal(rows_of(&l, "other"), 1);
	look_away(&l);
	l = look_made(STRANGE(", b AS (ours(a))"));
	assert_true(is_sound_with(&l, NULL, NULL));
	assert_int_equal(rows_of(&l, "own"), 2);
	look_away(&l);
	l = look_made(STRANGE("CHECK (abs(a) > 0)"));
	assert_true(is_sound_with(&l, NULL, NULL));
	look_away(&l);
	l = look_made(STRANGE("CHECK (a > 1)"));
	assert_true(is_called(&l, BKS_DAMAGED, "malformed"));
	look_away(&l);
}

TEST(nothing_that_a_schema_names_is_run)
{
	struct look l = look_made(
		"CREATE TABLE t (x); INSERT INTO t VALUES (1); CREATE VIEW v AS SELECT abs(1) "
		"FROM t;"
		"CREATE TRIGGER r AFTER DELETE ON t BEGIN SELECT abs(1); END;"
		"PRAGMA writable_schema = ON;"
		"UPDATE sqlite_schema SET sql = replace(sql, 'abs(1)', 'load_extension(1)')");

	NOSTATE;
	assert_int_equal(l.v.verdict, BKS_SOUND);
	assert_int_equal(rows_of(&l, "t"), 1);
	assert_int_equal(rows_of(&l, "v"), -2);
	look_away(&l);
	/* an index that loads a library with each row */
	l = look_made("CREATE TABLE t (x); INSERT INTO t VALUES (1); CREATE INDEX i ON t (x); "
		      "PRAGMA writable_schema = ON;"
		      "UPDATE sqlite_schema SET sql = 'CREATE INDEX i ON t "
		      "(load_extension(x))' WHERE name = 'i'");
	assert_int_not_equal(l.v.verdict, BKS_SOUND);
	assert_true(found(&l, "check-unprovable") || found(&l, "malformed"));
	look_away(&l);
}

TEST(a_schema_that_works_without_end_is_stopped_by_a_limit_that_is_named)
{
	struct look l;
	char sql[16384];
	size_t n = (size_t)snprintf(sql, sizeof sql,
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
		"300000) "
		"INSERT INTO t SELECT i FROM n; PRAGMA writable_schema = ON; UPDATE "
		"sqlite_schema SET sql = "
		"'CREATE TABLE t (a CHECK (a > 0");
	char all[sizeof sql + 64];

	NOSTATE;
	for (int i = 0; i < 700; i++)
		n += (size_t)snprintf(sql + n, sizeof sql - n, " AND a <> -%d", i + 1);
	snprintf(sql + n, sizeof sql - n, "))'");
	snprintf(all, sizeof all, "CREATE TABLE t (a); %s", sql);
	l = look_made(all);
	assert_true(is_called(&l, BKS_UNREADABLE, "limit-reached"));
	assert_non_null(strstr(found(&l, "limit-reached")->text, "steps"));
	assert_int_not_equal(l.v.levels[BKS_WHOLE], BKS_RESULT_PASS);
	look_away(&l);
}

TEST(a_required_table_needs_no_schema)
{
	static const bks_requirement well = {.schema = "public",
					     .name = "users",
					     .min_rows = 60},
				     many = {.schema = "main", .name = "users", .min_rows = 61},
				     none = {.schema = "public", .name = "nobody"};
	struct bytes b = fixture("plain.db");
	struct look l;

	NOSTATE;
	look_at(&l, b.p, b.n, (struct verify_job){.require = &well, .require_count = 1}, NULL);
	assert_int_equal(l.v.levels[BKS_COVERED], BKS_RESULT_PASS);
	look_away(&l);
	look_at(&l, b.p, b.n, (struct verify_job){.require = &many, .require_count = 1}, NULL);
	assert_true(is_called(&l, BKS_INCOMPLETE, "rows-below-floor"));
	look_away(&l);
	look_at(&l, b.p, b.n, (struct verify_job){.require = &none, .require_count = 1}, NULL);
	assert_true(is_called(&l, BKS_INCOMPLETE, "required-table-missing"));
	look_away(&l);
	free(b.p);
}

static int unnamed(void)
{
	char name[] = "/tmp/test-sqlite-XXXXXX";
	int fd = mkstemp(name);

	assert_true(fd > 0);
	unlink(name);
	return fd;
}

TEST(what_is_too_large_for_memory_goes_to_the_scratch_file)
{
	struct bytes b = fixture("plain.db");
	struct verify_job job = {.max_memory = 8192};
	struct rlimit was, small;
	struct look l;

	NOSTATE;
	look_at(&l, b.p, b.n, job, NULL);
	assert_true(is_called(&l, BKS_UNREADABLE, "limit-reached"));
	assert_int_equal(l.v.levels[BKS_WHOLE], BKS_RESULT_NOT_RUN);
	assert_true(l.v.digests.has_sha256);
	look_away(&l);
	job.scratch = unnamed();
	look_at(&l, b.p, b.n, job, NULL);
	assert_true(is_sound_with(&l, NULL, NULL));
	assert_int_equal(rows_of(&l, "users"), 60);
	look_away(&l);
	/* used again, by another one: what lay there before does no harm */
	job.max_memory = 2048;
	look_at(&l, b.p, b.n - 512, job, NULL);
	assert_true(is_called(&l, BKS_DAMAGED, "truncated"));
	look_away(&l);
	/* full */
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	small = (struct rlimit){6000, was.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	look_at(&l, b.p, b.n, job, NULL);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	assert_true(is_called(&l, BKS_UNREADABLE, "limit-reached"));
	assert_non_null(strstr(found(&l, "limit-reached")->text, "File too large"));
	look_away(&l);
	close(job.scratch);
	free(b.p);
}

static bool at_once(void *arg)
{
	return --*(int *)arg < 0;
}

TEST(it_stops_when_it_is_told_to)
{
	struct bytes b = fixture("plain.db");
	struct look l;
	int left, stopped = 0;

	NOSTATE;
	for (int after = 0; after < 40; after++) {
		left = after;
		look_at(&l, b.p, b.n, (struct verify_job){.stop = at_once, .stop_arg = &left},
			NULL);
		assert_true(l.r == BKS_E_INTERRUPTED || is_sound_with(&l, NULL, NULL));
		stopped += l.r == BKS_E_INTERRUPTED;
		look_away(&l);
	}
	assert_true(stopped > 10);
	free(b.p);
}

TEST(a_glance_tells_who_wrote_it_and_asks_no_further)
{
	struct bytes b = fixture("plain.db");
	bks_arena *a = bks_arena_new();
	bks_inspection i;

	NOSTATE;
	assert_int_equal(format_glance(&i, stream_memory(b.p, b.n, 0), "x", a, NULL), 0);
	assert_string_equal(i.format, "sqlite");
	assert_memory_equal(i.producer, "SQLite 3.", 9);
	assert_int_equal(i.table_count, 0);
	bks_arena_free(a);
	free(b.p);
}

MAIN(T(every_database_is_sound_with_its_facts_and_rows), T(no_cut_of_any_database_is_sound),
	T(it_does_not_matter_in_which_pieces_the_bytes_come),
	T(flipped_bits_that_break_something_are_noticed),
	T(bytes_behind_the_last_page_are_told),
	T(a_length_that_the_header_does_not_tell_must_be_whole_pages),
	T(a_header_without_its_magic_is_still_that_of_a_database),
	T(a_version_to_come_is_unsupported_and_half_of_one_damage),
	T(a_database_encrypted_behind_a_clear_start_is_named_and_not_damaged),
	T(rows_that_name_nobody_are_a_warning),
	T(a_function_that_nobody_has_leaves_the_rest_provable_by_none),
	T(nothing_that_a_schema_names_is_run),
	T(a_schema_that_works_without_end_is_stopped_by_a_limit_that_is_named),
	T(a_required_table_needs_no_schema),
	T(what_is_too_large_for_memory_goes_to_the_scratch_file),
	T(it_stops_when_it_is_told_to), T(a_glance_tells_who_wrote_it_and_asks_no_further))
