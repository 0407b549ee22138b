#include "backstay/check.h"
#include "shelf.h"

static bks_finding truncated = {
	"truncated", BKS_ERROR, "byte 77", "the file ends in mid-block"};

static bks_inspection damaged(void)
{
	bks_inspection i = shelf_look(BKS_DAMAGED);

	i.findings = &truncated;
	i.finding_count = 1;
	return i;
}

static bks_inspection with_sha(bks_inspection i, uint8_t byte)
{
	i.digests.has_sha256 = i.digests.has_xxh3 = true;
	memset(i.digests.sha256, byte, sizeof i.digests.sha256);
	memset(i.digests.xxh3, byte, sizeof i.digests.xxh3);
	return i;
}

TEST(a_sound_look_stands_with_its_level_time_and_history)
{
	struct shelf s;
	bks_inspection i = with_sha(shelf_look(BKS_SOUND), 7);
	const bks_backup *b;
	const bks_check *v;
	int64_t artifact, id, run;
	size_t n;

	NOSTATE;
	shelf_open(&s);
	id = shelf_add(&s, "x", T0, &artifact);
	OK(&s, bks_run_begin(&run, s.cat, "verify", &s.err));
	OK(&s, check_insert(&id, s.cat, run, artifact, &i, T0 + 1, T0 + 2, &s.err));
	b = shelf_get(&s, 1);
	assert_int_equal(b->verdict, BKS_SOUND);
	assert_int_equal(b->level, BKS_WHOLE);
	assert_int_equal(b->verified_at, T0 + 2);
	assert_true(b->bad_since == BKS_TIME_NONE);
	assert_int_equal(b->artifacts[0].levels[BKS_PRESENT], BKS_RESULT_PASS);
	assert_int_equal(b->artifacts[0].levels[BKS_SEALED], BKS_RESULT_NOT_RUN);
	assert_int_equal(b->artifacts[0].digest_from, BKS_DIGEST_FIRST_SIGHT);
	assert_memory_equal(b->artifacts[0].digests.sha256, i.digests.sha256, 32);
	OK(&s, bks_check_list(&v, &n, s.cat, 1, s.a, &s.err));
	assert_int_equal(n, 1);
	assert_int_equal(v[0].run_id, run);
	assert_int_equal(v[0].bytes_read, 100);
	assert_int_equal(v[0].started, T0 + 1);
	assert_string_equal(v[0].program, "backstay " BKS_VERSION);
	assert_string_equal(v[0].repo, "local");
	shelf_close(&s);
}

TEST(a_bad_look_is_bad_since_the_first_of_them)
{
	struct shelf s;
	bks_inspection bad = damaged(), good = shelf_look(BKS_SOUND);
	const bks_finding *f;
	const bks_check *v;
	int64_t artifact, id;
	size_t n;

	NOSTATE;
	shelf_open(&s);
	id = shelf_add(&s, "x", T0, &artifact);
	shelf_check(&s, artifact, &bad, T0 + 1);
	shelf_check(&s, artifact, &bad, T0 + 2);
	assert_int_equal(shelf_get(&s, id)->verdict, BKS_DAMAGED);
	assert_int_equal(shelf_get(&s, id)->bad_since, T0 + 1);
	assert_int_equal(shelf_get(&s, id)->level, BKS_PRESENT);
	OK(&s, trouble_of(&f, &n, s.cat, id, s.a, &s.err));
	assert_int_equal(n, 1);
	assert_string_equal(f[0].code, "truncated");
	assert_string_equal(f[0].where, "byte 77");
	assert_int_equal(f[0].severity, BKS_ERROR);
	shelf_check(&s, artifact, &good, T0 + 3);
	assert_true(shelf_get(&s, id)->bad_since == BKS_TIME_NONE);
	OK(&s, trouble_of(&f, &n, s.cat, id, s.a, &s.err));
	assert_int_equal(n, 0);
	OK(&s, bks_check_list(&v, &n, s.cat, id, s.a, &s.err));
	assert_int_equal(n, 3);
	assert_int_equal(v[0].verdict, BKS_SOUND);
	assert_int_equal(v[2].findings[0].severity, BKS_ERROR);
	assert_int_equal(
		shelf_count(&s, "SELECT count(*) FROM journal WHERE action = 'verdict'"), 2);
	shelf_close(&s);
}

TEST(a_backup_is_as_good_as_its_best_copy_and_a_copy_as_its_worst_file)
{
	struct shelf s;
	bks_inspection good = shelf_look(BKS_SOUND), bad = damaged();
	int64_t first, second, third, id;
	bks_artifact v;

	NOSTATE;
	shelf_open(&s);
	id = shelf_add(&s, "roles.sql", T0, &first);
	v = shelf_artifact(&s, "data.sql");
	v.backup_id = id;
	shelf_check(&s, first, &good, T0 + 1);
	assert_int_equal(shelf_get(&s, id)->verdict, BKS_SOUND);
	OK(&s, artifact_insert(&second, s.cat, &v, &s.err));
	assert_int_equal(shelf_get(&s, id)->verdict, BKS_UNKNOWN);
	shelf_check(&s, second, &bad, T0 + 2);
	assert_int_equal(shelf_get(&s, id)->verdict, BKS_DAMAGED);
	v.repo_id = s.other_repo;
	OK(&s, artifact_insert(&third, s.cat, &v, &s.err));
	shelf_check(&s, third, &good, T0 + 3);
	assert_int_equal(shelf_get(&s, id)->verdict, BKS_SOUND);
	assert_int_equal(shelf_get(&s, id)->verified_at, T0 + 3);
	assert_true(shelf_get(&s, id)->bad_since == BKS_TIME_NONE);
	OK(&s, artifact_set_state(s.cat, third, BKS_STATE_MISSING, "vanished", T0 + 4, &s.err));
	assert_int_equal(shelf_get(&s, id)->verdict, BKS_DAMAGED);
	assert_int_equal(shelf_get(&s, id)->bad_since, T0 + 4);
	shelf_close(&s);
}

TEST(a_young_file_that_does_not_prove_whole_settles_before_it_is_bad)
{
	struct shelf s;
	bks_backup b;
	bks_artifact v;
	bks_inspection bad = with_sha(damaged(), 1);
	int64_t id, artifact;

	NOSTATE;
	shelf_open(&s);
	b = shelf_backup(&s, "x", T0);
	v = shelf_artifact(&s, "x");
	b.state = v.state = BKS_STATE_SETTLING;
	OK(&s, backup_insert(&id, &artifact, s.cat, &b, &v, &s.err));
	shelf_check(&s, artifact, &bad, T0 + BKS_MINUTE);
	assert_int_equal(shelf_get(&s, id)->state, BKS_STATE_SETTLING);
	assert_int_equal(shelf_get(&s, id)->verdict, BKS_UNKNOWN);
	assert_true(shelf_get(&s, id)->bad_since == BKS_TIME_NONE);
	assert_int_equal(shelf_get(&s, id)->artifacts[0].digest_from, BKS_DIGEST_NONE);
	shelf_check(&s, artifact, &bad, T0 + 15 * BKS_MINUTE);
	assert_int_equal(shelf_get(&s, id)->state, BKS_STATE_LIVE);
	assert_int_equal(shelf_get(&s, id)->verdict, BKS_DAMAGED);
	assert_int_equal(shelf_get(&s, id)->artifacts[0].digest_from, BKS_DIGEST_FIRST_SIGHT);
	shelf_close(&s);
}

TEST(a_young_file_that_proves_whole_is_done)
{
	struct shelf s;
	bks_inspection good = shelf_look(BKS_SOUND);
	int64_t id, artifact;

	NOSTATE;
	shelf_open(&s);
	id = shelf_add(&s, "x", T0, &artifact);
	OK(&s, artifact_set_state(s.cat, artifact, BKS_STATE_SETTLING, NULL, T0, &s.err));
	assert_int_equal(shelf_get(&s, id)->state, BKS_STATE_SETTLING);
	shelf_check(&s, artifact, &good, T0 + 1);
	assert_int_equal(shelf_get(&s, id)->state, BKS_STATE_LIVE);
	assert_int_equal(shelf_get(&s, id)->verdict, BKS_SOUND);
	shelf_close(&s);
}

TEST(equal_bytes_keep_what_an_earlier_look_proved_of_them)
{
	struct shelf s;
	bks_inspection deep = shelf_look(BKS_SOUND), seal = shelf_look(BKS_UNPROVEN),
		       bad = damaged();
	int64_t id, artifact;

	NOSTATE;
	shelf_open(&s);
	id = shelf_add(&s, "x", T0, &artifact);
	seal.levels[BKS_SEALED] = BKS_RESULT_PASS;
	seal.levels[BKS_WHOLE] = BKS_RESULT_NOT_RUN;
	shelf_check(&s, artifact, &seal, T0 + 1);
	assert_int_equal(shelf_get(&s, id)->verdict, BKS_UNPROVEN);
	shelf_check(&s, artifact, &deep, T0 + 2);
	shelf_check(&s, artifact, &seal, T0 + 3);
	assert_int_equal(shelf_get(&s, id)->verdict, BKS_SOUND);
	assert_int_equal(shelf_get(&s, id)->level, BKS_WHOLE);
	assert_int_equal(shelf_get(&s, id)->verified_at, T0 + 3);
	shelf_check(&s, artifact, &bad, T0 + 4);
	shelf_check(&s, artifact, &seal, T0 + 5);
	assert_int_equal(shelf_get(&s, id)->verdict, BKS_DAMAGED);
	assert_int_equal(shelf_get(&s, id)->bad_since, T0 + 4);
	shelf_close(&s);
}

TEST(a_failed_level_caps_what_was_reached)
{
	struct shelf s;
	bks_inspection i = shelf_look(BKS_INCOMPLETE);
	int64_t id, artifact;

	NOSTATE;
	shelf_open(&s);
	id = shelf_add(&s, "x", T0, &artifact);
	i.levels[BKS_WHOLE] = BKS_RESULT_PASS;
	i.levels[BKS_COVERED] = BKS_RESULT_FAIL;
	shelf_check(&s, artifact, &i, T0 + 1);
	assert_int_equal(shelf_get(&s, id)->level, BKS_WHOLE);
	assert_true(shelf_get(&s, id)->covered_failed);
	i.levels[BKS_PRESENT] = BKS_RESULT_FAIL;
	shelf_check(&s, artifact, &i, T0 + 2);
	assert_int_equal(shelf_get(&s, id)->level, BKS_LEVEL_NONE);
	shelf_close(&s);
}

static bks_table tables[] = {{NULL, "public", "users", NULL, NULL, true, true, 12, false, 0},
	{NULL, "public", "caf\xe9", "public", "users", true, false, -1, false, 0}};

TEST(an_inventory_is_stored_once_and_comes_back_whole)
{
	struct shelf s;
	bks_inspection i = shelf_look(BKS_SOUND);
	const bks_table *t;
	int64_t one, two, artifact;
	size_t n;

	NOSTATE;
	shelf_open(&s);
	i.tables = tables;
	i.table_count = 2;
	one = shelf_add(&s, "one", T0, &artifact);
	shelf_check(&s, artifact, &i, T0 + 1);
	shelf_check(&s, artifact, &i, T0 + 2);
	two = shelf_add(&s, "two", T0 + BKS_DAY, &artifact);
	OK(&s, bks_backup_tables(&t, &n, s.cat, two, s.a, &s.err));
	assert_int_equal(n, 0);
	shelf_check(&s, artifact, &i, T0 + 3);
	assert_int_equal(shelf_count(&s, "SELECT count(*) FROM inventories"), 1);
	assert_int_equal(shelf_count(&s, "SELECT count(*) FROM inventory_tables"), 2);
	OK(&s, bks_backup_tables(&t, &n, s.cat, one, s.a, &s.err));
	assert_int_equal(n, 2);
	assert_string_equal(t[0].name, "users");
	assert_int_equal(t[0].rows, 12);
	assert_null(t[0].database);
	assert_string_equal(t[1].name, "caf\xe9");
	assert_string_equal(t[1].parent_name, "users");
	assert_int_equal(t[1].rows, -1);
	assert_false(t[1].data);
	shelf_close(&s);
}

TEST(a_digest_from_birth_outranks_first_sight_and_neither_is_overwritten)
{
	struct shelf s;
	bks_inspection i = with_sha(shelf_look(BKS_SOUND), 7), other = with_sha(i, 9);
	bks_digests birth = {.has_sha256 = true};
	const bks_artifact *v;
	int64_t artifact, id;

	NOSTATE;
	shelf_open(&s);
	id = shelf_add(&s, "x", T0, &artifact);
	shelf_check(&s, artifact, &i, T0 + 1);
	shelf_check(&s, artifact, &other, T0 + 2);
	assert_int_equal(shelf_get(&s, id)->artifacts[0].digests.sha256[0], 7);
	assert_int_equal(artifact_set_digest(s.cat, artifact, &other.digests,
				 BKS_DIGEST_FIRST_SIGHT, &s.err),
		1);
	memset(birth.sha256, 7, sizeof birth.sha256);
	OK(&s, artifact_set_digest(s.cat, artifact, &birth, BKS_DIGEST_BIRTH, &s.err));
	v = &shelf_get(&s, id)->artifacts[0];
	assert_int_equal(v->digest_from, BKS_DIGEST_BIRTH);
	assert_true(v->digests.has_xxh3);
	memset(birth.sha256, 8, sizeof birth.sha256);
	assert_int_equal(
		artifact_set_digest(s.cat, artifact, &birth, BKS_DIGEST_BIRTH, &s.err), 1);
	shelf_add(&s, "y", T0, &artifact);
	shelf_check(&s, artifact, &i, T0 + 1);
	OK(&s, artifact_set_digest(s.cat, artifact, &birth, BKS_DIGEST_BIRTH, &s.err));
	v = &shelf_get(&s, 2)->artifacts[0];
	assert_int_equal(v->digests.sha256[0], 8);
	assert_false(v->digests.has_xxh3);
	shelf_close(&s);
}

TEST(equal_files_of_two_repos_become_copies_of_one_backup)
{
	struct shelf s;
	bks_inspection i = with_sha(shelf_look(BKS_SOUND), 7);
	bks_backup b;
	bks_artifact v;
	int64_t one, two, a1, a2, twin, hold;

	NOSTATE;
	shelf_open(&s);
	one = shelf_add(&s, "daily/x.dump", T0, &a1);
	b = shelf_backup(&s, "copy/x.dump", T0);
	v = shelf_artifact(&s, "copy/x.dump");
	v.repo_id = s.other_repo;
	OK(&s, backup_insert(&two, &a2, s.cat, &b, &v, &s.err));
	shelf_check(&s, a1, &i, T0 + 1);
	assert_int_equal(backup_find_twin(&twin, s.cat, two, a2, &s.err), 1);
	shelf_check(&s, a2, &i, T0 + 1);
	OK(&s, backup_find_twin(&twin, s.cat, two, a2, &s.err));
	assert_int_equal(twin, one);
	OK(&s, bks_hold_add(&hold, s.cat, two, "audit", BKS_TIME_NONE, &s.err));
	OK(&s, backup_merge(s.cat, one, two, &s.err));
	assert_int_equal(shelf_get(&s, one)->artifact_count, 2);
	assert_int_equal(shelf_get(&s, one)->repo_count, 2);
	assert_true(shelf_get(&s, one)->held);
	assert_int_equal(shelf_get(&s, two)->state, BKS_STATE_GONE);
	assert_string_equal(shelf_get(&s, two)->state_reason, "merged");
	assert_int_equal(shelf_get(&s, two)->merged_into, one);
	assert_int_equal(shelf_get(&s, one)->merged_into, 0);
	assert_int_equal(shelf_get(&s, two)->artifact_count, 0);
	assert_int_equal(backup_find_twin(&twin, s.cat, one, a2, &s.err), 1);
	assert_int_equal(backup_merge(s.cat, one, one, &s.err), BKS_E_USAGE);
	shelf_close(&s);
}

TEST(a_check_that_cannot_be_written_leaves_nothing)
{
	struct shelf s;
	bks_inspection i = shelf_look(BKS_SOUND);
	int64_t artifact, id, check;

	NOSTATE;
	shelf_open(&s);
	id = shelf_add(&s, "x", T0, &artifact);
	OK(&s, shelf_sql(&s, "CREATE TRIGGER t BEFORE UPDATE ON artifacts BEGIN "
			     "SELECT RAISE(ABORT, 'no'); END"));
	assert_int_equal(
		check_insert(&check, s.cat, 0, artifact, &i, T0, T0, &s.err), BKS_E_REFUSED);
	assert_int_equal(shelf_count(&s, "SELECT count(*) FROM checks"), 0);
	assert_int_equal(shelf_get(&s, id)->verdict, BKS_UNKNOWN);
	assert_int_equal(check_insert(&check, s.cat, 0, 99, &i, T0, T0, &s.err), BKS_E_USAGE);
	shelf_close(&s);
}

/* What a walk proved then, as verify fills it into the result of a look that compared digests alone. */
static bks_inspection kept(bks_time then)
{
	bks_inspection i = with_sha(shelf_look(BKS_SOUND), 7);

	i.levels[BKS_SEALED] = BKS_RESULT_PASS;
	i.proven_at = then;
	return i;
}

TEST(what_was_kept_is_of_the_day_of_its_proof)
{
	struct shelf s;
	bks_inspection i = with_sha(shelf_look(BKS_SOUND), 7);
	const bks_artifact *f;
	const bks_check *v;
	int64_t artifact, id;
	size_t n;

	NOSTATE;
	shelf_open(&s);
	id = shelf_add(&s, "x", T0, &artifact);
	i.verifier = 5;
	shelf_check(&s, artifact, &i, T0 + 1);
	f = &shelf_get(&s, id)->artifacts[0];
	assert_int_equal(f->proven_at, T0 + 1);
	assert_int_equal(f->proven_by, 5);
	i = kept(T0 + 1);
	shelf_check(&s, artifact, &i, T0 + 9);
	f = &shelf_get(&s, id)->artifacts[0];
	assert_int_equal(f->verified_at, T0 + 9);
	assert_int_equal(f->read_at, T0 + 9);
	assert_int_equal(f->proven_at, T0 + 1);
	assert_int_equal(f->proven_by, 5);
	assert_int_equal(f->levels[BKS_WHOLE], BKS_RESULT_PASS);
	assert_int_equal(shelf_get(&s, id)->proven_at, T0 + 1);
	assert_int_equal(shelf_get(&s, id)->level, BKS_WHOLE);
	OK(&s, bks_check_list(&v, &n, s.cat, id, s.a, &s.err));
	assert_int_equal(v[0].levels[BKS_WHOLE], BKS_RESULT_NOT_RUN);
	assert_int_equal(v[0].verdict, BKS_SOUND);
	/* the check that says so is still the walk */
	assert_int_equal(shelf_count(&s, "SELECT check_id FROM artifacts"), v[1].id);
	shelf_close(&s);
}

TEST(what_is_judged_otherwise_stands_from_now_on)
{
	struct shelf s;
	bks_inspection i = with_sha(shelf_look(BKS_SOUND), 7);
	bks_finding lacks = {"required-table-missing", BKS_ERROR, NULL, "required table public.x is not in it"};
	const bks_finding *f;
	int64_t artifact, id;
	size_t n;

	NOSTATE;
	shelf_open(&s);
	id = shelf_add(&s, "x", T0, &artifact);
	shelf_check(&s, artifact, &i, T0 + 1);
	i = kept(T0 + 1);
	i.findings = &lacks;
	i.finding_count = 1;
	i.levels[BKS_COVERED] = BKS_RESULT_FAIL;
	i.verdict = BKS_INCOMPLETE;
	shelf_check(&s, artifact, &i, T0 + 9);
	assert_int_equal(shelf_get(&s, id)->verdict, BKS_INCOMPLETE);
	assert_true(shelf_get(&s, id)->covered_failed);
	assert_int_equal(shelf_get(&s, id)->proven_at, T0 + 1);
	OK(&s, trouble_of(&f, &n, s.cat, id, s.a, &s.err));
	assert_int_equal(n, 1);
	/* the same again adds no row of a finding; and mended, nothing stands against it */
	shelf_check(&s, artifact, &i, T0 + 10);
	assert_int_equal(shelf_count(&s, "SELECT count(*) FROM findings"), 1);
	i = kept(T0 + 1);
	shelf_check(&s, artifact, &i, T0 + 11);
	assert_int_equal(shelf_get(&s, id)->verdict, BKS_SOUND);
	OK(&s, trouble_of(&f, &n, s.cat, id, s.a, &s.err));
	assert_int_equal(n, 0);
	shelf_close(&s);
}

TEST(a_past_look_that_compared_digests_tells_what_was_proven_of_the_bytes)
{
	struct shelf s;
	bks_inspection i = with_sha(shelf_look(BKS_SOUND), 7);
	const struct check_fact *v;
	int64_t artifact;
	size_t n;

	NOSTATE;
	shelf_open(&s);
	shelf_add(&s, "x", T0, &artifact);
	shelf_check(&s, artifact, &i, T0 + 1);
	i = with_sha(shelf_look(BKS_UNPROVEN), 7);
	i.levels[BKS_SEALED] = BKS_RESULT_PASS;
	i.levels[BKS_WHOLE] = BKS_RESULT_NOT_RUN;
	shelf_check(&s, artifact, &i, T0 + 2);
	OK(&s, check_facts(&v, &n, s.cat, s.a, &s.err));
	assert_int_equal(n, 2);
	assert_int_equal(v[1].at, T0 + 2);
	assert_int_equal(v[1].verdict, BKS_SOUND);
	assert_int_equal(v[1].levels[BKS_WHOLE], BKS_RESULT_PASS);
	shelf_close(&s);
}

TEST(coverage_is_of_what_lies_there_and_was_read_to_its_end)
{
	struct shelf s;
	bks_inspection i = with_sha(shelf_look(BKS_SOUND), 7), unreadable = shelf_look(BKS_UNREADABLE);
	bks_time now = T0 + 40 * BKS_DAY;
	const bks_coverage *v;
	int64_t old, fresh, never;
	size_t n;

	NOSTATE;
	shelf_open(&s);
	OK(&s, bks_coverage_list(&v, &n, s.cat, now, s.a, &s.err));
	assert_int_equal(n, 1);
	assert_true(v[0].unread_since == BKS_TIME_NONE);
	shelf_add(&s, "old", T0, &old);
	shelf_add(&s, "fresh", T0, &fresh);
	shelf_add(&s, "never", T0, &never);
	shelf_check(&s, old, &i, now - 30 * BKS_DAY);
	shelf_check(&s, fresh, &i, now - 30 * BKS_DAY + 1);
	unreadable.levels[BKS_WHOLE] = BKS_RESULT_NOT_RUN;
	shelf_check(&s, never, &unreadable, now - BKS_DAY);
	OK(&s, bks_coverage_list(&v, &n, s.cat, now, s.a, &s.err));
	assert_int_equal(n, 2);
	assert_string_equal(v[1].repo, "local");
	assert_int_equal(v[0].files, 3);
	assert_int_equal(v[0].bytes, 300);
	assert_int_equal(v[0].read_bytes, 100);
	assert_int_equal(v[0].never_bytes, 100);
	assert_int_equal(v[0].unread_since, T0);
	/* of a time before, what was read after it was not read yet */
	OK(&s, bks_coverage_list(&v, &n, s.cat, now - 30 * BKS_DAY, s.a, &s.err));
	assert_int_equal(v[0].read_bytes, 100);
	OK(&s, artifact_set_state(s.cat, never, BKS_STATE_MISSING, "vanished", now, &s.err));
	OK(&s, bks_coverage_list(&v, &n, s.cat, now, s.a, &s.err));
	assert_int_equal(v[0].bytes, 200);
	assert_int_equal(v[0].unread_since, now - 30 * BKS_DAY);
	shelf_close(&s);
}

MAIN(T(a_sound_look_stands_with_its_level_time_and_history),
	T(a_bad_look_is_bad_since_the_first_of_them),
	T(a_backup_is_as_good_as_its_best_copy_and_a_copy_as_its_worst_file),
	T(a_young_file_that_does_not_prove_whole_settles_before_it_is_bad),
	T(a_young_file_that_proves_whole_is_done),
	T(equal_bytes_keep_what_an_earlier_look_proved_of_them),
	T(a_failed_level_caps_what_was_reached),
	T(an_inventory_is_stored_once_and_comes_back_whole),
	T(a_digest_from_birth_outranks_first_sight_and_neither_is_overwritten),
	T(equal_files_of_two_repos_become_copies_of_one_backup),
	T(a_check_that_cannot_be_written_leaves_nothing), T(what_was_kept_is_of_the_day_of_its_proof),
	T(what_is_judged_otherwise_stands_from_now_on),
	T(a_past_look_that_compared_digests_tells_what_was_proven_of_the_bytes),
	T(coverage_is_of_what_lies_there_and_was_read_to_its_end))
