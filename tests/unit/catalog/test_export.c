#include "backstay/doctor.h"
#include "catalog/task_rows.h"
#include "catalog/wal_rows.h"
#include "backstay/restore.h"
#include "shelf.h"

/* A catalog with something in every table. */
static void fill_wal(struct shelf *s)
{
	struct wal_run w = {.repo_id = s->repo,
		.source_id = s->source,
		.carry = "carry",
		.carry_n = 5,
		.read_began = T0,
		.run = {.folder = "wal\xff",
			.system_id = UINT64_MAX - 5,
			.timeline = 3,
			.segment_size = 1 << 20,
			.version = 15,
			.start_lsn = 1 << 20,
			.end_lsn = 3 << 20,
			.read_lsn = 2 << 20,
			.proven_lsn = 2 << 20,
			.last_xact = BKS_TIME_NONE,
			.partial_xact = BKS_TIME_NONE,
			.verified_at = BKS_TIME_NONE,
			.first_seen = T0,
			.last_seen = T0}};
	struct wal_finding f = {.repo_id = s->repo,
		.folder = "wal\xff",
		.segment = "000000030000000000000003",
		.lsn = 3 << 20,
		.code = "wal-gap",
		.text = "missing",
		.found = T0};
	struct wal_fork_row fork = {3, 1, 99};
	struct wal_mark mark = {.run = 1, .lsn = 1 << 20, .kind = WAL_MARK_POINT, .time = T0, .name = "v\xff"};
	bks_window window = {.kind = BKS_WINDOW_PITR, .length = 7 * BKS_DAY, .since = T0};

	OK(s, wal_run_put(s->cat, &w, &s->err));
	f.run_id = w.run.id;
	OK(s, wal_finding_put(s->cat, &f, &s->err));
	OK(s, bks_wal_ack(s->cat, "wal\xff/000000030000000000000003", "known", BKS_TIME_NONE,
		      &s->err));
	OK(s, wal_fork_put(s->cat, s->repo, "wal\xff", &fork, &s->err));
	OK(s, wal_mark_put(s->cat, &mark, &s->err));
	OK(s, bks_window_set(s->cat, s->source, &window, &s->err));
}

static void fill_tasks(struct shelf *s)
{
	const bks_evidence log = {"/srv/drill\xff.log", 12, {1, 2, 3}};
	const bks_drill d = {.backup_id = 1, .started = T0, .ended = T0 + 1, .passed = true, .evidence = log};
	int64_t id;

	OK(s, task_done_insert(&id, s->cat, "caf\xe9", T0, "looked", &log, &s->err));
	OK(s, drill_insert(&id, s->cat, &d, &s->err));
}

static void fill(struct shelf *s)
{
	static bks_table t[] = {{NULL, "public", "caf\xe9", NULL, NULL, true, true, 3, true, 4}};
	static bks_finding f[] = {{"truncated", BKS_ERROR, "byte 7", "cut\x01"}};
	static const char *const match[] = {"*.dump"};
	struct slot_row slot = {"weekly", "2025-W49", 1};
	const bks_recovery going = {.timeline = 3, .to_lsn = 60};
	bks_inspection i = shelf_look(BKS_DAMAGED), base = shelf_look(BKS_SOUND);
	const bks_physical told = {.system_id = UINT64_MAX, .timeline = 3, .start_lsn = 40, .stop_lsn = 50, .label = "night\xff"};
	bks_source src = {.name = "blog", .match = match, .match_count = 1, .level = -1};
	bks_requirement need = {"public", "users", 1, 0};
	const struct part part = {.part = BKS_PART_DATA,
		.format = "supabase-data",
		.content = BKS_CONTENT_DATA,
		.taken_at = T0 + BKS_DAY,
		.taken_from = BKS_TAKEN_NAME};
	int64_t artifact, id, run, hold;

	shelf_open(s);
	src.require = &need;
	src.require_count = 1;
	OK(s, bks_source_add(&id, s->cat, &src, &s->err));
	OK(s, bks_run_begin(&run, s->cat, "verify", &s->err));
	id = shelf_add(s, "a\xff.dump", T0, &artifact);
	i.tables = t;
	i.table_count = 1;
	i.findings = f;
	i.finding_count = 1;
	i.digests.has_sha256 = true;
	OK(s, check_insert(&id, s->cat, run, artifact, &i, T0, T0, &s->err));
	OK(s, bks_run_end(s->cat, run, 1, "{\"damaged\":1}", &s->err));
	shelf_add(s, "data.sql", T0 + BKS_DAY, &artifact);
	OK(s, part_put(s->cat, artifact, &part, &s->err));
	OK(s, set_refresh(
		      s->cat, 2, T0 + BKS_DAY, &s->err)); /* rows alone: the schema is lacked */
	OK(s, bks_hold_add(&hold, s->cat, 1, "audit", BKS_TIME_NONE, &s->err));
	OK(s, bks_ack_add(s->cat, 1, "known", BKS_TIME_NONE, &s->err));
	OK(s, slot_put(s->cat, s->source, BKS_KIND_LOGICAL, &slot, T0, &s->err));
	id = shelf_add(s, "base.tar", T0 + 2 * BKS_DAY, &artifact);
	base.format = "pg-basebackup";
	base.physical = &told;
	OK(s, artifact_learn(s->cat, id, artifact, &base, T0 + 2 * BKS_DAY, &s->err));
	OK(s, check_insert(&hold, s->cat, run, artifact, &base, T0, T0, &s->err));
	fill_wal(s);
	OK(s, shelf_sql(s, "INSERT INTO plans VALUES (1, printf('%064d', 0), 'run', 1, 1); "
			   "INSERT INTO condemnations VALUES (1, 1, 1, 1, 1, 'expired', 2, 'gone'); "
			   "INSERT INTO intents VALUES (1, 1, 1, 'a', 1, 2, 3, 4, 1, '1-1', 1, 2, 'gone', 3); "
			   "INSERT INTO intent_members VALUES (1, 0, 'toc.dat', 1, 2, 3); "
			   "INSERT INTO strangers VALUES (1, 'notes.txt', 7, 3, 1); "
			   "INSERT INTO locks VALUES (1, 5, 0, 1); "
			   "INSERT INTO clocks VALUES (1, 1, 1, 'x', 1, 0); "
			   "INSERT INTO wal_condemnations (id, plan_id, source_id, repo_id, folder, system_id, timeline, segment_size, "
			   "from_lsn, to_lsn, at, purge_after, files, bytes, reached) VALUES (1, 1, 1, 1, 'wal', -1, 4, 16777216, 0, "
			   "16777216, 1, 1, 1, 5, 0); "
			   "INSERT INTO wal_condemned_files VALUES (1, 16777216, 1, 5, x'0102030405060708')"));
	OK(s, catalog_begin(s->cat, &s->err));
	OK(s, lease_put(&hold, s->cat, id, "a restore", T0 + BKS_DAY, &s->err));
	OK(s, lease_put_log(s->cat, hold, id, &going, T0 + BKS_DAY, &s->err));
	OK(s, catalog_commit(s->cat, &s->err));
	fill_tasks(s);
}

static char *exported(struct shelf *s, size_t *n)
{
	static char *text; /* not on the stack, where gcc believes that what it points at ends
			      with it */
	FILE *f = open_memstream(&text, n);

	OK(s, bks_export(s->cat, f, &s->err));
	fclose(f);
	return text;
}

static int import_text(struct shelf *s, const char *text, size_t n, int64_t *rows)
{
	FILE *f = fmemopen((void *)(uintptr_t)text, n, "r");
	int r = bks_import(rows, s->cat, f, &s->err);

	fclose(f);
	return r;
}

static void empty_shelf(struct shelf *s)
{
	shelf_dir(s);
	OK(s, bks_catalog_open(&s->cat, s->file, BKS_OPEN_MAKE, NULL, 0, &s->err));
}

/* Up to the last row, which the import itself wrote, and behind the header, which has the time.
 */
static char *body(char *text)
{
	char *at = strchr(text, '\n') + 1, *end = strstr(at, "\"action\": \"import\"");

	if (end) {
		while (*end != '\n')
			end--;
		end[1] = '\0';
	}
	return at;
}

TEST(what_goes_out_comes_in_and_goes_out_the_same)
{
	struct shelf one, two;
	char *text, *again;
	const bks_backup *b;
	size_t n, m;
	int64_t rows, lines = 0;

	NOSTATE;
	fill(&one);
	text = exported(&one, &n);
	for (size_t i = 0; i < n; i++)
		lines += text[i] == '\n';
	empty_shelf(&two);
	OK(&two, import_text(&two, text, n, &rows));
	assert_int_equal(rows, lines - 1);
	OK(&two, bks_backup_find(&b, two.cat, "a\xff", two.a, &two.err));
	assert_string_equal(b->label, "a\xff.dump");
	assert_true(b->held && b->acked);
	assert_int_equal(b->verdict, BKS_DAMAGED);
	again = exported(&two, &m);
	assert_string_equal(body(text), body(again));
	free(text);
	free(again);
	for (const char *const *t = (const char *const[]){"repos", "sources", "source_tables",
		     "source_globs", "inventories", "inventory_tables", "runs", "backups",
		     "artifacts", "checks", "findings", "holds", "acks", "ack_codes", "slots",
		     "set_parts", "set_lacks", "physical", "wal_runs", "wal_findings", "wal_acks", "wal_forks",
		     "wal_marks", "provider_windows",
		     "journal", NULL};
		*t; t++) {
		char sql[80];

		snprintf(sql, sizeof sql, "SELECT count(*) > 0 FROM %s", *t);
		if (!shelf_count(&two, sql))
			fail_msg("%s is empty", *t);
	}
	shelf_close(&one);
	shelf_close(&two);
}

TEST(every_table_of_the_schema_goes_out)
{
	struct shelf s;
	char *text, find[80];
	db_query *q;
	size_t n;

	NOSTATE;
	fill(&s);
	text = exported(&s, &n);
	q = db_sql(s.cat->db,
		"SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'facts'");
	while (db_step(q, &s.err) > 0) {
		snprintf(find, sizeof find, "{\"table\": \"%s\"", db_text(q, s.a));
		if (!strstr(text, find))
			fail_msg("%s is not among the lines", find);
	}
	db_query_free(q);
	free(text);
	shelf_close(&s);
}

TEST(a_journal_that_was_imported_is_one_chain_that_goes_on)
{
	struct shelf one, two;
	const bks_ailment *v;
	int64_t rows;
	size_t n, m;
	char *text;

	NOSTATE;
	fill(&one);
	text = exported(&one, &n);
	empty_shelf(&two);
	OK(&two, import_text(&two, text, n, &rows));
	OK(&two, bks_doctor(&v, &m, two.cat, two.a, &two.err));
	for (size_t i = 0; i < m; i++)
		if (!strcmp(v[i].check, "journal") || !strcmp(v[i].check, "foreign-keys"))
			assert_false(v[i].bad);
	free(text);
	shelf_close(&one);
	shelf_close(&two);
}

TEST(a_line_that_is_wrong_is_named_and_nothing_stays)
{
	static const char *const wrong[] = {"{\"table\": \"backups\", \"id\": 1",
		"{\"table\": \"nowhere\", \"id\": 1}", "{\"table\": \"runs\", \"id\": 1.5}",
		"{\"table\": \"runs\", \"id\": true}",
		"{\"table\": \"inventories\", \"id\": 9, \"digest\": {\"hex\": \"0g\"}, "
		"\"tables\": 1}",
		"{\"table\": \"inventories\", \"id\": 9, \"digest\": {\"hex\": \"00\"}, "
		"\"tables\": 1}",
		"{\"table\": \"runs\"}", "[]"};
	struct shelf one, two;
	int64_t rows;
	size_t n;
	char *text, *bad;

	NOSTATE;
	fill(&one);
	text = exported(&one, &n);
	empty_shelf(&two);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		bad = malloc(n + 200);
		snprintf(bad, n + 200, "%s%s\n", text, wrong[i]);
		assert_int_equal(import_text(&two, bad, strlen(bad), &rows), BKS_E_USAGE);
		if (!strstr(two.err.text, "line "))
			fail_msg("%s: %s", wrong[i], two.err.text);
		assert_int_equal(shelf_count(&two, "SELECT count(*) FROM backups"), 0);
		free(bad);
	}
	free(text);
	shelf_close(&one);
	shelf_close(&two);
}

TEST(lines_that_refer_to_what_is_not_among_them_are_refused)
{
	static const char text[] = "{\"backstay\": \"export\", \"schema\": 1}\n"
				   "{\"table\": \"source_globs\", \"source_id\": 5, "
				   "\"position\": 0, \"glob\": \"x\"}\n";
	struct shelf s;
	int64_t rows;

	NOSTATE;
	empty_shelf(&s);
	assert_int_equal(import_text(&s, text, sizeof text - 1, &rows), BKS_E_USAGE);
	assert_non_null(strstr(s.err.text, "source_globs"));
	assert_int_equal(shelf_count(&s, "SELECT count(*) FROM source_globs"), 0);
	shelf_close(&s);
}

TEST(a_catalog_that_holds_something_takes_no_import)
{
	struct shelf s;
	char *text;
	int64_t rows;
	size_t n;

	NOSTATE;
	fill(&s);
	text = exported(&s, &n);
	assert_int_equal(import_text(&s, text, n, &rows), BKS_E_USAGE);
	assert_non_null(strstr(s.err.text, "not empty"));
	free(text);
	shelf_close(&s);
}

TEST(what_a_newer_program_wrote_and_what_none_wrote_is_refused)
{
	static const char newer[] = "{\"backstay\": \"export\", \"schema\": 999}\n";
	struct shelf s;
	int64_t rows;

	NOSTATE;
	empty_shelf(&s);
	assert_int_equal(import_text(&s, newer, sizeof newer - 1, &rows), BKS_E_NEWER);
	assert_int_equal(import_text(&s, "{}\n", 3, &rows), BKS_E_USAGE);
	assert_int_equal(import_text(&s, "\n", 1, &rows), BKS_E_USAGE);
	shelf_close(&s);
}

TEST(an_output_that_refuses_is_a_failure)
{
	struct shelf s;
	FILE *full = fopen("/dev/full", "w");

	NOSTATE;
	fill(&s);
	assert_non_null(full);
	assert_int_equal(bks_export(s.cat, full, &s.err), BKS_E_IO);
	fclose(full);
	assert_int_equal(db_depth(s.cat->db), 0);
	OK(&s, shelf_sql(&s, "BEGIN; COMMIT"));
	shelf_close(&s);
}

MAIN(T(what_goes_out_comes_in_and_goes_out_the_same), T(every_table_of_the_schema_goes_out),
	T(a_journal_that_was_imported_is_one_chain_that_goes_on),
	T(a_line_that_is_wrong_is_named_and_nothing_stays),
	T(lines_that_refer_to_what_is_not_among_them_are_refused),
	T(a_catalog_that_holds_something_takes_no_import),
	T(what_a_newer_program_wrote_and_what_none_wrote_is_refused),
	T(an_output_that_refuses_is_a_failure))
