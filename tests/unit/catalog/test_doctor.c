#include "backstay/doctor.h"
#include "shelf.h"

static const bks_ailment *diagnosis(struct shelf *s, const char *check)
{
	const bks_ailment *v;
	size_t n;

	OK(s, bks_doctor(&v, &n, s->cat, s->a, &s->err));
	for (size_t i = 0; i < n; i++)
		if (!strcmp(v[i].check, check))
			return &v[i];
	fail_msg("no check %s", check);
	return NULL;
}

/* As somebody who knows SQLite and takes the guards away. */
static void by_force(struct shelf *s, const char *trigger, const char *sql)
{
	char text[300];

	snprintf(text, sizeof text,
		"PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; DROP TRIGGER "
		"%s; %s",
		trigger, sql);
	OK(s, shelf_sql(s, text));
}

TEST(a_sound_catalog_is_well_in_every_respect)
{
	struct shelf s;
	const bks_ailment *v;
	size_t n;

	NOSTATE;
	shelf_open(&s);
	shelf_sound(&s, "x", T0);
	OK(&s, bks_doctor(&v, &n, s.cat, s.a, &s.err));
	assert_in_range(n, 10, 20);
	for (size_t i = 0; i < n; i++) {
		if (v[i].bad)
			print_message("%s: %s\n", v[i].check, v[i].text);
		assert_false(v[i].bad);
	}
	bks_catalog_close(s.cat);
	OK(&s, bks_catalog_open(&s.cat, s.file, BKS_OPEN_READ, NULL, 0, &s.err));
	assert_false(diagnosis(&s, "journal")->bad);
	shelf_close(&s);
}

TEST(a_changed_journal_row_breaks_the_chain)
{
	struct shelf s;

	NOSTATE;
	shelf_open(&s);
	by_force(&s, "journal_never_changed", "UPDATE journal SET detail = 'x' WHERE id = 2");
	assert_true(diagnosis(&s, "journal")->bad);
	assert_non_null(strstr(diagnosis(&s, "journal")->text, "row 2: it was changed"));
	assert_true(diagnosis(&s, "schema")->bad);
	assert_non_null(
		strstr(diagnosis(&s, "schema")->text, "journal_never_changed is not there"));
	shelf_close(&s);
}

TEST(a_journal_row_taken_out_breaks_the_chain)
{
	struct shelf s;

	NOSTATE;
	shelf_open(&s);
	by_force(&s, "journal_never_deleted", "DELETE FROM journal WHERE id = 2");
	assert_non_null(strstr(diagnosis(&s, "journal")->text, "row 3: rows are missing"));
	shelf_close(&s);
}

TEST(a_journal_row_put_in_its_place_does_not_follow)
{
	struct shelf s;

	NOSTATE;
	shelf_open(&s);
	by_force(&s, "journal_never_changed",
		"UPDATE journal SET prev = zeroblob(32) WHERE id = 3");
	assert_non_null(strstr(diagnosis(&s, "journal")->text, "row 3: it does not follow"));
	shelf_close(&s);
}

TEST(rows_that_contradict_each_other_are_found)
{
	struct shelf s;

	NOSTATE;
	shelf_open(&s);
	shelf_sound(&s, "x", T0);
	shelf_add(&s, "y", T0, NULL);
	by_force(&s, "artifacts_never_deleted", "DELETE FROM artifacts WHERE id = 2");
	assert_true(diagnosis(&s, "orphans")->bad);
	assert_non_null(strstr(diagnosis(&s, "orphans")->text, "backup 2 has no artifact"));
	assert_true(diagnosis(&s, "states")->bad);
	OK(&s, shelf_sql(&s, "UPDATE artifacts SET verdict = 'damaged' WHERE id = 1"));
	assert_true(diagnosis(&s, "verdicts")->bad);
	OK(&s, shelf_sql(&s, "UPDATE artifacts SET repo_id = 77 WHERE 0; "
			     "INSERT INTO findings VALUES (99, 0, 'x', 'note', NULL, 'x')"));
	assert_true(diagnosis(&s, "foreign-keys")->bad);
	shelf_close(&s);
}

TEST(a_word_that_no_table_may_hold_is_found_and_not_read)
{
	struct shelf s;
	bks_backups out;

	NOSTATE;
	shelf_open(&s);
	shelf_sound(&s, "x", T0);
	OK(&s, shelf_sql(&s, "PRAGMA ignore_check_constraints = ON; "
			     "UPDATE backups SET verdict = 'splendid'"));
	assert_int_equal(bks_backup_list(&out, s.cat, NULL, s.a, &s.err), BKS_E_CATALOG);
	assert_non_null(strstr(s.err.text, "splendid"));
	OK(&s, shelf_sql(&s, "PRAGMA ignore_check_constraints = OFF"));
	assert_true(diagnosis(&s, "integrity")->bad);
	shelf_close(&s);
}

TEST(a_catalog_that_others_may_write_is_told)
{
	struct shelf s;

	NOSTATE;
	shelf_open(&s);
	assert_false(diagnosis(&s, "file")->bad);
	chmod(s.file, 0666);
	assert_true(diagnosis(&s, "file")->bad);
	shelf_close(&s);
}

TEST(flipped_bytes_are_found_or_nothing_is_read)
{
	struct shelf s;
	struct stat st;
	int found = 0, tried = 0;

	NOSTATE;
	shelf_open(&s);
	for (int i = 0; i < 40; i++) {
		char label[16];

		snprintf(label, sizeof label, "b%d", i);
		shelf_sound(&s, label, T0 + i);
	}
	stat(s.file, &st);
	bks_catalog_close(s.cat);
	for (off_t page = 1; page < st.st_size / 4096; page += 3) {
		uint8_t was[8], junk[8] = {0xff, 0xfe, 0xfd, 0xfc, 0xfb, 0xfa, 0xf9, 0xf8};
		const bks_ailment *v;
		size_t n = 0;
		bool bad = false;
		int fd = open(s.file, O_RDWR), r;

		assert_int_equal(pread(fd, was, 8, page * 4096), 8);
		assert_int_equal(pwrite(fd, junk, 8, page * 4096), 8);
		r = bks_catalog_open(&s.cat, s.file, BKS_OPEN_READ, NULL, 0, &s.err);
		if (!r) {
			r = bks_doctor(&v, &n, s.cat, s.a, &s.err);
			for (size_t i = 0; !r && i < n; i++)
				bad |= v[i].bad;
			bks_catalog_close(s.cat);
		}
		tried++;
		found += bad || r == BKS_E_CATALOG;
		assert_int_equal(pwrite(fd, was, 8, page * 4096), 8);
		close(fd);
	}
	assert_true(tried > 5);
	assert_int_equal(found, tried);
	s.cat = NULL;
	shelf_close(&s);
}

MAIN(T(a_sound_catalog_is_well_in_every_respect), T(a_changed_journal_row_breaks_the_chain),
	T(a_journal_row_taken_out_breaks_the_chain),
	T(a_journal_row_put_in_its_place_does_not_follow),
	T(rows_that_contradict_each_other_are_found),
	T(a_word_that_no_table_may_hold_is_found_and_not_read),
	T(a_catalog_that_others_may_write_is_told),
	T(flipped_bytes_are_found_or_nothing_is_read))
