#include "backstay/doctor.h"
#include "catalog/task_rows.h"
#include "shelf.h"

static const bks_evidence log_file = {"/srv/drill.log", 12, {1, 2, 3}};

static int64_t drill(struct shelf *s, int64_t backup, int hour, bool passed)
{
	bks_drill d = {.backup_id = backup,
		.started = T0 + hour * BKS_HOUR,
		.ended = T0 + (hour + 1) * BKS_HOUR,
		.passed = passed,
		.note = passed ? NULL : "a table was empty",
		.evidence = log_file};
	int64_t id;

	OK(s, drill_insert(&id, s->cat, &d, &s->err));
	return id;
}

static size_t trouble(struct shelf *s, int64_t backup)
{
	const bks_finding *f;
	size_t n;

	OK(s, trouble_of(&f, &n, s->cat, backup, s->a, &s->err));
	for (size_t i = 0; i < n; i++)
		assert_string_equal(f[i].code, "drill-failed");
	return n;
}

TEST(a_drill_is_kept_with_its_evidence)
{
	struct shelf s;
	const bks_drill *v;
	size_t n;
	int64_t b;

	NOSTATE;
	shelf_open(&s);
	b = shelf_sound(&s, "x", T0);
	drill(&s, b, 1, false);
	drill(&s, b, 5, true);
	OK(&s, drill_list(&v, &n, s.cat, 0, s.a, &s.err));
	assert_int_equal(n, 2);
	assert_true(v[0].passed);
	assert_int_equal(v[0].ended - v[0].started, BKS_HOUR);
	assert_string_equal(v[1].note, "a table was empty");
	assert_string_equal(v[0].label, "x");
	assert_string_equal(v[0].evidence.path, "/srv/drill.log");
	assert_memory_equal(v[0].evidence.sha256, log_file.sha256, 32);
	assert_int_equal(v[0].bytes, 100);
	OK(&s, drill_list(&v, &n, s.cat, s.source + 1, s.a, &s.err));
	assert_int_equal(n, 0);
	shelf_close(&s);
}

TEST(a_failed_drill_stands_until_a_later_one_passes)
{
	struct shelf s;
	int64_t b, other;

	NOSTATE;
	shelf_open(&s);
	b = shelf_sound(&s, "x", T0);
	other = shelf_sound(&s, "y", T0);
	drill(&s, b, 9, true);
	assert_int_equal(trouble(&s, b), 0);
	drill(&s, b, 11, false);
	assert_int_equal(trouble(&s, b), 1);
	assert_int_equal(trouble(&s, other), 0);
	drill(&s, b, 2, true); /* told later, done before */
	assert_int_equal(trouble(&s, b), 1);
	drill(&s, other, 20, true);
	assert_int_equal(trouble(&s, b), 1);
	drill(&s, b, 12, true);
	assert_int_equal(trouble(&s, b), 0);
	drill(&s, b, 14, false);
	OK(&s, bks_ack_add(s.cat, b, "the test server had no room", BKS_TIME_NONE, &s.err));
	assert_int_equal(trouble(&s, b), 1);
	assert_true(shelf_get(&s, b)->acked);
	shelf_close(&s);
}

TEST(no_level_follows_from_a_drill)
{
	struct shelf s;
	int64_t b;

	NOSTATE;
	shelf_open(&s);
	b = shelf_sound(&s, "x", T0);
	drill(&s, b, 1, true);
	assert_int_equal(shelf_get(&s, b)->level, BKS_WHOLE);
	assert_int_equal(
		shelf_get(&s, b)->artifacts[0].levels[BKS_RESTORED], BKS_RESULT_NOT_RUN);
	drill(&s, b, 3, false);
	assert_int_equal(shelf_get(&s, b)->verdict, BKS_SOUND);
	shelf_close(&s);
}

TEST(only_passed_drills_of_the_class_are_samples)
{
	struct shelf s;
	const struct drill_sample *v;
	size_t n;
	int64_t b;
	bks_backup like;

	NOSTATE;
	shelf_open(&s);
	b = shelf_sound(&s, "x", T0);
	drill(&s, b, 1, true);
	drill(&s, b, 3, false);
	like = *shelf_get(&s, b);
	OK(&s, drill_samples(&v, &n, s.cat, &like, s.a, &s.err));
	assert_int_equal(n, 1);
	assert_int_equal(v[0].bytes, 100);
	assert_int_equal(v[0].took, BKS_HOUR);
	like.format = "pgdump-plain";
	OK(&s, drill_samples(&v, &n, s.cat, &like, s.a, &s.err));
	assert_int_equal(n, 0);
	shelf_close(&s);
}

TEST(rows_are_never_changed_deleted_or_replaced)
{
	static const char *const tries[] = {"DELETE FROM drills",
		"UPDATE drills SET result = 'pass'", "DELETE FROM tasks_done",
		"UPDATE tasks_done SET note = 'x'",
		"INSERT OR REPLACE INTO drills SELECT id, backup_id, started, ended, 'pass', "
		"bytes, note, evidence, evidence_size, "
		"evidence_sha256, recorded FROM drills",
		"INSERT OR REPLACE INTO tasks_done SELECT * FROM tasks_done"};
	struct shelf s;
	int64_t id;

	NOSTATE;
	shelf_open(&s);
	drill(&s, shelf_sound(&s, "x", T0), 1, false);
	OK(&s, task_done_insert(&id, s.cat, "storage", T0, "looked", NULL, &s.err));
	for (size_t i = 0; i < sizeof tries / sizeof *tries; i++)
		assert_int_equal(shelf_sql(&s, tries[i]), BKS_E_REFUSED);
	assert_int_equal(
		shelf_count(&s, "SELECT count(*) FROM drills WHERE result = 'fail'"), 1);
	shelf_close(&s);
}

static bool doctor_is_content(struct shelf *s)
{
	const bks_ailment *v;
	size_t n;

	OK(s, bks_doctor(&v, &n, s->cat, s->a, &s->err));
	for (size_t i = 0; i < n; i++)
		if (!strcmp(v[i].check, "tasks"))
			return !v[i].bad;
	fail_msg("no check of tasks");
	return false;
}

TEST(a_row_that_nobody_recorded_or_that_was_altered_is_found)
{
	struct shelf s;
	int64_t id, b;

	NOSTATE;
	shelf_open(&s);
	b = shelf_sound(&s, "x", T0);
	drill(&s, b, 1, true);
	drill(&s, b, 3, false);
	OK(&s, task_done_insert(&id, s.cat, "caf\xe9", T0, "looked", NULL, &s.err));
	OK(&s, task_done_insert(&id, s.cat, "storage", T0, "looked", &log_file, &s.err));
	assert_true(doctor_is_content(&s));
	OK(&s, shelf_sql(&s, "INSERT INTO tasks_done (task, at, note, recorded) VALUES "
			     "('drill', 5, 'x', 5)"));
	assert_false(doctor_is_content(&s));
	OK(&s, shelf_sql(&s, "DROP TRIGGER tasks_done_never_deleted; DELETE FROM tasks_done "
			     "WHERE task = 'drill'"));
	assert_true(doctor_is_content(&s));
	OK(&s, shelf_sql(&s, "DROP TRIGGER drills_never_changed; UPDATE drills SET ended = "
			     "ended - 1 WHERE id = 1"));
	assert_false(doctor_is_content(&s));
	shelf_close(&s);
}

static bks_time last_run(struct shelf *s, enum task_run what)
{
	bks_task_proof p;
	int r = task_last_run(&p, s->cat, what, bks_clock_now() + BKS_DAY, s->a, &s->err);

	return r ? r : p.id;
}

static int64_t a_run(struct shelf *s, const char *command, int status, const char *counts)
{
	int64_t id;

	OK(s, bks_run_begin(&id, s->cat, command, &s->err));
	if (status >= 0)
		OK(s, bks_run_end(s->cat, id, status, counts, &s->err));
	return id;
}

TEST(runs_over_all_that_was_due_are_the_evidence_of_automatic_tasks)
{
	struct shelf s;
	int64_t id;

	NOSTATE;
	shelf_open(&s);
	assert_int_equal(last_run(&s, TASK_RUN_VERIFY), 1);
	a_run(&s, "verify", 0, "{\"selected\": true}");
	a_run(&s, "verify", 3, "{\"selected\": false}");
	a_run(&s, "nightly", 4, "{\"verify\": {}}");
	a_run(&s, "nightly", 0, "{}");
	a_run(&s, "scan", 0, "{}");
	assert_int_equal(last_run(&s, TASK_RUN_RETAIN), 1);
	assert_int_equal(last_run(&s, TASK_RUN_COPY), 1);
	id = a_run(&s, "verify", 1, "{\"selected\": false}");
	a_run(&s, "nightly", -1, NULL);
	assert_int_equal(last_run(&s, TASK_RUN_VERIFY), id);
	id = a_run(&s, "nightly", 0, "{\"verify\": {}, \"retain\": {}, \"copies\": 2}");
	assert_int_equal(last_run(&s, TASK_RUN_VERIFY), id);
	assert_int_equal(last_run(&s, TASK_RUN_RETAIN), id);
	assert_int_equal(last_run(&s, TASK_RUN_COPY), id);
	shelf_close(&s);
}

MAIN(T(a_drill_is_kept_with_its_evidence), T(a_failed_drill_stands_until_a_later_one_passes),
	T(no_level_follows_from_a_drill), T(only_passed_drills_of_the_class_are_samples),
	T(rows_are_never_changed_deleted_or_replaced),
	T(a_row_that_nobody_recorded_or_that_was_altered_is_found),
	T(runs_over_all_that_was_due_are_the_evidence_of_automatic_tasks))
