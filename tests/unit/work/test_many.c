/* What many backups cost, counted in statements, not in time: they must not grow with backups where one pass will do. */
#include "backstay/restore.h"
#include "backstay/retain.h"
#include "backstay/source.h"
#include "catalog/rows.h"
#include "db/db.h"
#include "unit.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { MANY = 10000, SOURCES = 10, FEW_STATEMENTS = 40 };

static const bks_time now = INT64_C(1795312800) * BKS_SECOND;
static size_t statements;
static bks_error err;
static bks_arena *arena;
static bks_catalog *cat;
static char file[] = "/tmp/backstay-many-XXXXXX/catalog.db";

db_query *__real_db_sql(db *d, const char *sql);
db_query *__wrap_db_sql(db *d, const char *sql);
db_query *__wrap_db_sql(db *d, const char *sql)
{
	statements++;
	return __real_db_sql(d, sql);
}

static void ok(int r)
{
	if (r < 0)
		print_error("%s\n", err.text);
	assert_true(r >= 0);
}

static void add(int64_t source, int64_t repo, int i)
{
	char path[64];
	bks_backup b = {.source_id = source, .label = path, .kind = BKS_KIND_LOGICAL, .format = "pgdump-custom",
		.content = BKS_CONTENT_FULL, .wrapping = "", .taken_at = now - i * BKS_HOUR, .taken_from = BKS_TAKEN_NAME,
		.size = 1000 + i, .state = BKS_STATE_LIVE, .first_seen = now};
	bks_artifact f = {.repo_id = repo, .path = path, .size = 1000 + i, .device = 1, .inode = i + 1, .mtime = now,
		.state = BKS_STATE_LIVE, .first_seen = now, .last_seen = now};
	int64_t backup, artifact;

	snprintf(path, sizeof path, "s%02d/%d.dump", i % SOURCES, i);
	ok(backup_insert(&backup, &artifact, cat, &b, &f, &err));
}

static int make(void **state)
{
	bks_repo repo = {.name = "local", .url = "file:///nowhere", .price_month = -1, .retrieval_price = -1};
	const bks_settings *s;
	int64_t id, sources[SOURCES];

	(void)state;
	arena = bks_arena_new();
	*strrchr(file, '/') = '\0';
	assert_non_null(mkdtemp(file));
	file[strlen(file)] = '/';
	ok(bks_settings_read(&s, "/dev/null", arena, &err));
	ok(bks_catalog_open(&cat, file, BKS_OPEN_MAKE, s, BKS_MINUTE, &err));
	ok(repo_insert(&id, cat, &repo, &err));
	for (int i = 0; i < SOURCES; i++) {
		char name[8];
		bks_source one = {.name = name, .level = BKS_LEVEL_NONE};

		snprintf(name, sizeof name, "s%02d", i);
		ok(bks_source_add(&sources[i], cat, &one, &err));
	}
	statements = 0;
	ok(catalog_begin_bulk(cat, &err));
	for (int i = 0; i < MANY; i++)
		add(sources[i % SOURCES], id, i);
	ok(catalog_commit(cat, &err));
	return 0;
}

static int drop(void **state)
{
	(void)state;
	bks_catalog_close(cat);
	unlink(file);
	*strrchr(file, '/') = '\0';
	rmdir(file);
	bks_arena_free(arena);
	return 0;
}

TEST(a_new_backup_costs_two_statements_and_many_are_one_row_of_the_journal)
{
	const bks_journal_row *v;
	size_t n, before = statements;

	NOSTATE;
	assert_in_range(before, 2 * MANY, 2 * MANY + FEW_STATEMENTS);
	ok(bks_journal_list(&v, &n, cat, 0, 1, NULL, arena, &err));
	assert_int_equal(n, 1);
	assert_string_equal(v[0].action, "backup-add");
	assert_string_equal(v[0].object, "1 s00/0.dump");
	assert_string_equal(v[0].detail, "and 9999 more, to 10000");
	ok(bks_journal_list(&v, &n, cat, 0, 0, "77", arena, &err));
	assert_int_equal(n, 1);
	ok(bks_journal_list(&v, &n, cat, 0, 0, "s03/4563.dump", arena, &err));
	assert_int_equal(n, 1);
	ok(bks_journal_list(&v, &n, cat, 0, 0, "10001", arena, &err));
	assert_int_equal(n, 0);
}

TEST(all_of_them_are_listed_by_few_statements_in_order_with_their_repo)
{
	bks_selection sel = {.with_artifacts = true};
	bks_backups v, plain;

	NOSTATE;
	statements = 0;
	ok(bks_backup_list(&v, cat, &sel, arena, &err));
	ok(bks_backup_list(&plain, cat, NULL, arena, &err));
	assert_in_range(statements, 1, FEW_STATEMENTS);
	assert_int_equal(v.n, MANY);
	for (size_t i = 0; i < v.n; i++) {
		assert_int_equal(v.v[i].id, i + 1);
		assert_int_equal(v.v[i].artifact_count, 1);
		assert_int_equal(v.v[i].artifacts[0].backup_id, i + 1);
		assert_int_equal(v.v[i].repo_count, 1);
		assert_string_equal(v.v[i].repos[0], "local");
		assert_int_equal(plain.v[i].repo_count, 1);
		assert_string_equal(plain.v[i].repos[0], "local");
	}
}

TEST(a_plan_over_all_costs_some_statements_a_stream_and_none_a_backup)
{
	bks_plan p;
	size_t rows = 0;

	NOSTATE;
	statements = 0;
	ok(bks_retain_plan(&p, cat, NULL, now, arena, &err));
	assert_int_equal(p.stream_count, SOURCES);
	for (size_t i = 0; i < p.stream_count; i++)
		rows += p.streams[i].row_count;
	assert_int_equal(rows, MANY);
	assert_in_range(statements, 1, FEW_STATEMENTS + SOURCES * 10);
}

TEST(a_pick_and_the_gaps_of_a_source_cost_no_statement_a_backup)
{
	bks_wish w = {.source = "s03", .now = now, .level = BKS_LEVEL_NONE};
	bks_picked c;
	bks_gaps g;

	NOSTATE;
	statements = 0;
	ok(bks_pick(&c, cat, &w, arena, &err));
	ok(bks_gaps_find(&g, cat, "s03", 30 * BKS_DAY, now, arena, &err));
	/* files of one source of ten lie too far apart for one pass: one look-up each, twice */
	assert_in_range(statements, 1, 2 * MANY / SOURCES + 2 * FEW_STATEMENTS);
}

TEST(a_bulk_in_which_a_step_failed_leaves_nothing)
{
	bks_backups v;
	bks_backup bad = {.source_id = 1, .label = "", .format = "raw", .state = BKS_STATE_LIVE};
	bks_artifact f = {.repo_id = 1, .path = "x", .state = BKS_STATE_LIVE};
	int64_t id, artifact;

	NOSTATE;
	ok(catalog_begin_bulk(cat, &err));
	add(1, 1, MANY + 1);
	assert_true(backup_insert(&id, &artifact, cat, &bad, &f, &err) < 0);
	assert_true(catalog_commit(cat, &err) < 0);
	ok(bks_backup_list(&v, cat, NULL, arena, &err));
	assert_int_equal(v.n, MANY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {T(a_new_backup_costs_two_statements_and_many_are_one_row_of_the_journal),
		T(all_of_them_are_listed_by_few_statements_in_order_with_their_repo),
		T(a_plan_over_all_costs_some_statements_a_stream_and_none_a_backup),
		T(a_pick_and_the_gaps_of_a_source_cost_no_statement_a_backup), T(a_bulk_in_which_a_step_failed_leaves_nothing)};

	return cmocka_run_group_tests(tests, make, drop);
}
