#include "shelf.h"

TEST(a_new_catalog_is_made_with_its_directories_for_the_owner_alone)
{
	struct shelf s;
	struct stat st;
	char deep[128];

	NOSTATE;
	shelf_dir(&s);
	snprintf(deep, sizeof deep, "%s/a/b/catalog.db", s.dir);
	OK(&s, bks_catalog_open(&s.cat, deep, BKS_OPEN_MAKE, NULL, 0, &s.err));
	assert_int_equal(stat(deep, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	snprintf(deep, sizeof deep, "%s/a/b", s.dir);
	assert_int_equal(stat(deep, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(shelf_count(&s, "PRAGMA application_id"), CATALOG_APPLICATION);
	assert_int_equal(shelf_count(&s, "PRAGMA synchronous"), 3);
	assert_int_equal(shelf_count(&s, "PRAGMA foreign_keys"), 1);
	assert_int_equal(
		shelf_count(&s, "SELECT journal_mode = 'persist' FROM pragma_journal_mode"), 1);
	shelf_close(&s);
}

TEST(an_inserted_backup_comes_back_with_every_field)
{
	struct shelf s;
	const bks_backup *b;

	NOSTATE;
	shelf_open(&s);
	b = shelf_get(&s, shelf_add(&s, "daily/shop.dump", T0, NULL));
	assert_string_equal(b->label, "daily/shop.dump");
	assert_string_equal(b->source, "shop");
	assert_int_equal(b->kind, BKS_KIND_LOGICAL);
	assert_int_equal(b->taken_at, T0);
	assert_int_equal(b->taken_from, BKS_TAKEN_NAME);
	assert_int_equal(b->verdict, BKS_UNKNOWN);
	assert_int_equal(b->level, BKS_LEVEL_NONE);
	assert_true(b->verified_at == BKS_TIME_NONE && b->bad_since == BKS_TIME_NONE);
	assert_false(b->held || b->acked || b->source_guessed);
	assert_int_equal(b->repo_count, 1);
	assert_string_equal(b->repos[0], "local");
	assert_int_equal(b->artifact_count, 1);
	assert_string_equal(b->artifacts[0].path, "daily/shop.dump");
	assert_int_equal(b->artifacts[0].digest_from, BKS_DIGEST_NONE);
	shelf_close(&s);
}

TEST(a_name_that_is_not_utf8_comes_back_as_its_bytes)
{
	struct shelf s;
	const bks_backup *b;
	const bks_artifact *v;

	NOSTATE;
	shelf_open(&s);
	shelf_add(&s, "a\xff\xfe/caf\xe9.dump", T0, NULL);
	shelf_add(&s, "caf\xc3\xa9.dump", T0, NULL);
	assert_int_equal(
		shelf_count(&s, "SELECT count(*) FROM backups WHERE typeof(label) = 'blob'"),
		1);
	OK(&s, bks_backup_find(&b, s.cat, "a\xff", s.a, &s.err));
	assert_string_equal(b->label, "a\xff\xfe/caf\xe9.dump");
	OK(&s, artifact_find_path(&v, s.cat, s.repo, "a\xff\xfe/caf\xe9.dump", s.a, &s.err));
	assert_string_equal(v->path, "a\xff\xfe/caf\xe9.dump");
	assert_int_equal(artifact_find_path(&v, s.cat, s.repo, "caf", s.a, &s.err), 1);
	shelf_close(&s);
}

static int collect(void *arg, const bks_artifact *a)
{
	char *all = arg;

	strncat(all, a->path, 15);
	strcat(all, " ");
	return 0;
}

TEST(artifacts_of_a_repo_come_in_byte_order_whatever_their_type)
{
	static const char *const names[] = {"b", "a/z", "\xff", "a-z", "Z", "a"};
	char all[200] = "";
	struct shelf s;

	NOSTATE;
	shelf_open(&s);
	for (size_t i = 0; i < 6; i++)
		shelf_add(&s, names[i], T0, NULL);
	OK(&s, artifact_each(s.cat, s.repo, collect, all, &s.err));
	assert_string_equal(all, "Z a a-z a/z b \xff ");
	shelf_close(&s);
}

static int count_one(void *arg, const bks_artifact *a)
{
	int *n = arg;

	assert_int_equal(atoi(a->path), *n + 1000);
	(*n)++;
	return *n == 1400 ? 7 : 0;
}

TEST(a_long_repo_comes_page_by_page_and_a_visitor_may_stop)
{
	struct shelf s;
	char name[16];
	int n = 0;

	NOSTATE;
	shelf_open(&s);
	OK(&s, catalog_begin(s.cat, &s.err));
	for (int i = 0; i < 1500; i++) {
		snprintf(name, sizeof name, "%d", 1000 + i);
		shelf_add(&s, name, T0, NULL);
	}
	OK(&s, catalog_commit(s.cat, &s.err));
	assert_int_equal(artifact_each(s.cat, s.repo, count_one, &n, &s.err), 7);
	assert_int_equal(n, 1400);
	shelf_close(&s);
}

TEST(an_ambiguous_prefix_is_a_question_back)
{
	struct shelf s;
	const bks_backup *b;
	int64_t one, two;

	NOSTATE;
	shelf_open(&s);
	one = shelf_add(&s, "shop_2025-11-30.dump", T0 - BKS_DAY, NULL);
	two = shelf_add(&s, "shop_2025-12-01.dump", T0, NULL);
	assert_int_equal(bks_backup_find(&b, s.cat, "shop_2025", s.a, &s.err), BKS_E_USAGE);
	assert_non_null(strstr(s.err.text, "shop_2025-11-30.dump, shop_2025-12-01.dump"));
	OK(&s, bks_backup_find(&b, s.cat, "shop_2025-12", s.a, &s.err));
	assert_int_equal(b->id, two);
	assert_int_equal(b->artifact_count, 1);
	OK(&s, bks_backup_find(&b, s.cat, "1", s.a, &s.err));
	assert_int_equal(b->id, one);
	assert_int_equal(bks_backup_find(&b, s.cat, "blog", s.a, &s.err), 1);
	assert_int_equal(bks_backup_find(&b, s.cat, "", s.a, &s.err), 1);
	assert_int_equal(bks_backup_find(&b, s.cat, "99999999999999999999", s.a, &s.err), 1);
	shelf_close(&s);
}

TEST(an_exact_label_wins_over_longer_ones_and_the_live_one_over_the_replaced)
{
	struct shelf s;
	const bks_backup *b;
	int64_t old, now, artifact;

	NOSTATE;
	shelf_open(&s);
	shelf_add(&s, "latest.dump.gz", T0, NULL);
	now = shelf_add(&s, "latest.dump", T0 - BKS_DAY, NULL);
	old = shelf_add(&s, "latest.dump", T0, &artifact);
	OK(&s, bks_backup_find(&b, s.cat, "latest.dump", s.a, &s.err));
	assert_int_equal(b->id, old);
	OK(&s, artifact_set_state(s.cat, artifact, BKS_STATE_MISSING, "replaced", T0, &s.err));
	OK(&s, bks_backup_find(&b, s.cat, "latest.dump", s.a, &s.err));
	assert_int_equal(b->id, now);
	shelf_close(&s);
}

static size_t listed(struct shelf *s, const bks_selection *sel)
{
	bks_backups out;

	OK(s, bks_backup_list(&out, s->cat, sel, s->a, &s->err));
	return out.n;
}

TEST(a_list_is_newest_first_and_obeys_its_filters)
{
	struct shelf s;
	bks_backups out;
	int64_t a1, a2, ids[2];

	NOSTATE;
	shelf_open(&s);
	ids[0] = shelf_add(&s, "old", T0 - 2 * BKS_DAY, &a1);
	shelf_add(&s, "untimed", BKS_TIME_NONE, &a2);
	shelf_sound(&s, "new", T0);
	ids[1] = 99;
	OK(&s, bks_backup_list(&out, s.cat, &(bks_selection){0}, s.a, &s.err));
	assert_int_equal(out.n, 3);
	assert_string_equal(out.v[0].label, "new");
	assert_string_equal(out.v[2].label, "untimed");
	assert_null(out.v[0].artifacts);
	assert_int_equal(listed(&s, &(bks_selection){.source = "shop"}), 3);
	assert_int_equal(listed(&s, &(bks_selection){.source = "blog"}), 0);
	assert_int_equal(listed(&s, &(bks_selection){.repo = "local"}), 3);
	assert_int_equal(listed(&s, &(bks_selection){.repo = "bucket"}), 0);
	assert_int_equal(listed(&s, &(bks_selection){.kind = BKS_KIND_SQLITE + 1}), 0);
	assert_int_equal(listed(&s, &(bks_selection){.verdict = BKS_SOUND + 1}), 1);
	assert_int_equal(listed(&s, &(bks_selection){.since = T0 - BKS_DAY}), 1);
	assert_int_equal(listed(&s, &(bks_selection){.until = T0 - BKS_DAY}), 1);
	assert_int_equal(listed(&s, &(bks_selection){.last = 2}), 2);
	assert_int_equal(listed(&s, &(bks_selection){.ids = ids, .id_count = 2}), 1);
	assert_int_equal(listed(&s, &(bks_selection){.ids = ids, .id_count = 0}), 0);
	OK(&s, artifact_set_state(s.cat, a1, BKS_STATE_MISSING, "vanished", T0, &s.err));
	OK(&s, artifact_set_state(
		       s.cat, a2, BKS_STATE_MISSING, "cleaned by others", T0, &s.err));
	assert_int_equal(listed(&s, NULL), 2);
	assert_int_equal(listed(&s, &(bks_selection){.state = BKS_STATE_MISSING + 1}), 2);
	OK(&s, bks_backup_list(&out, s.cat, &(bks_selection){.with_artifacts = true, .last = 1},
		       s.a, &s.err));
	assert_int_equal(out.v[0].artifact_count, 1);
	shelf_close(&s);
}

TEST(a_vanished_file_makes_its_backup_missing_and_its_return_live)
{
	struct shelf s;
	bks_artifact is = {.device = 7, .inode = 8};
	int64_t artifact, id;

	NOSTATE;
	shelf_open(&s);
	id = shelf_add(&s, "x", T0, &artifact);
	OK(&s, artifact_set_state(s.cat, artifact, BKS_STATE_MISSING, "vanished", T0, &s.err));
	assert_int_equal(shelf_get(&s, id)->state, BKS_STATE_MISSING);
	assert_string_equal(shelf_get(&s, id)->state_reason, "vanished");
	assert_int_equal(shelf_get(&s, id)->verdict, BKS_MISSING);
	assert_int_equal(shelf_get(&s, id)->repo_count, 0);
	OK(&s, artifact_seen(s.cat, artifact, &is, T0 + 5, &s.err));
	assert_int_equal(shelf_get(&s, id)->state, BKS_STATE_LIVE);
	assert_int_equal(shelf_get(&s, id)->artifacts[0].inode, 8);
	assert_int_equal(shelf_get(&s, id)->artifacts[0].last_seen, T0 + 5);
	assert_null(shelf_get(&s, id)->artifacts[0].state_reason);
	shelf_close(&s);
}

TEST(a_second_copy_keeps_a_backup_live)
{
	struct shelf s;
	bks_artifact copy;
	int64_t artifact, second, id;

	NOSTATE;
	shelf_open(&s);
	id = shelf_add(&s, "x", T0, &artifact);
	copy = shelf_artifact(&s, "x");
	copy.backup_id = id;
	copy.repo_id = s.other_repo;
	OK(&s, artifact_insert(&second, s.cat, &copy, &s.err));
	OK(&s, artifact_set_state(
		       s.cat, artifact, BKS_STATE_GONE, "cleaned by others", T0, &s.err));
	assert_int_equal(shelf_get(&s, id)->state, BKS_STATE_LIVE);
	assert_string_equal(shelf_get(&s, id)->repos[0], "bucket");
	OK(&s, artifact_set_state(
		       s.cat, second, BKS_STATE_GONE, "cleaned by others", T0, &s.err));
	assert_int_equal(shelf_get(&s, id)->state, BKS_STATE_GONE);
	shelf_close(&s);
}

TEST(a_new_copy_brings_a_missing_backup_back)
{
	struct shelf s;
	bks_artifact copy;
	int64_t artifact, second, id;

	NOSTATE;
	shelf_open(&s);
	id = shelf_add(&s, "x", T0, &artifact);
	OK(&s, artifact_set_state(s.cat, artifact, BKS_STATE_MISSING, "vanished", T0, &s.err));
	copy = shelf_artifact(&s, "x");
	copy.backup_id = id;
	copy.repo_id = s.other_repo;
	OK(&s, artifact_insert(&second, s.cat, &copy, &s.err));
	assert_int_equal(shelf_get(&s, id)->state, BKS_STATE_LIVE);
	assert_null(shelf_get(&s, id)->state_reason);
	shelf_close(&s);
}

TEST(what_a_person_says_of_a_backup_is_kept_and_confirmed)
{
	struct shelf s;
	bks_backup_change c = {.source = "blog"};
	bks_inspection i = shelf_look(BKS_SOUND);
	const bks_backup *b;
	int64_t id, guessed;

	NOSTATE;
	shelf_open(&s);
	id = shelf_add(&s, "x", T0, NULL);
	assert_int_equal(bks_backup_set(s.cat, id, &c, &s.err), BKS_E_USAGE);
	assert_int_equal(bks_backup_set(s.cat, 99, &c, &s.err), BKS_E_USAGE);
	OK(&s, source_guess(&guessed, s.cat, "blog", &s.err));
	c.taken_at = T0 - BKS_HOUR;
	c.tier = BKS_TIER_PREDEPLOY + 1;
	c.reason = "v1.42";
	OK(&s, bks_backup_set(s.cat, id, &c, &s.err));
	i.taken_at = T0;
	i.taken_from = BKS_TAKEN_ARTIFACT;
	OK(&s, backup_learn(s.cat, id, &i, &s.err));
	b = shelf_get(&s, id);
	assert_string_equal(b->source, "blog");
	assert_false(b->source_guessed);
	assert_int_equal(b->taken_at, T0 - BKS_HOUR);
	assert_int_equal(b->taken_from, BKS_TAKEN_OPERATOR);
	assert_true(b->time_confirmed);
	assert_int_equal(b->tier, BKS_TIER_PREDEPLOY);
	assert_string_equal(b->reason, "v1.42");
	assert_true(b->held);
	shelf_close(&s);
}

TEST(a_stronger_time_replaces_a_weaker_and_not_the_other_way)
{
	struct shelf s;
	bks_inspection i = shelf_look(BKS_SOUND);
	int64_t id;

	NOSTATE;
	shelf_open(&s);
	id = shelf_add(&s, "x", T0, NULL);
	i.taken_at = T0 + 5;
	i.taken_from = BKS_TAKEN_MTIME;
	OK(&s, backup_learn(s.cat, id, &i, &s.err));
	assert_int_equal(shelf_get(&s, id)->taken_at, T0);
	i.taken_from = BKS_TAKEN_ARTIFACT;
	i.format = "sqlite";
	OK(&s, backup_learn(s.cat, id, &i, &s.err));
	assert_int_equal(shelf_get(&s, id)->taken_at, T0 + 5);
	assert_true(shelf_get(&s, id)->time_confirmed);
	assert_int_equal(shelf_get(&s, id)->kind, BKS_KIND_SQLITE);
	shelf_close(&s);
}

MAIN(T(a_new_catalog_is_made_with_its_directories_for_the_owner_alone),
	T(an_inserted_backup_comes_back_with_every_field),
	T(a_name_that_is_not_utf8_comes_back_as_its_bytes),
	T(artifacts_of_a_repo_come_in_byte_order_whatever_their_type),
	T(a_long_repo_comes_page_by_page_and_a_visitor_may_stop),
	T(an_ambiguous_prefix_is_a_question_back),
	T(an_exact_label_wins_over_longer_ones_and_the_live_one_over_the_replaced),
	T(a_list_is_newest_first_and_obeys_its_filters),
	T(a_vanished_file_makes_its_backup_missing_and_its_return_live),
	T(a_second_copy_keeps_a_backup_live), T(a_new_copy_brings_a_missing_backup_back),
	T(what_a_person_says_of_a_backup_is_kept_and_confirmed),
	T(a_stronger_time_replaces_a_weaker_and_not_the_other_way))
