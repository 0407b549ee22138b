/* Repos and sources, by the command line and by the settings file. */
#include "shelf.h"

TEST(a_repo_has_a_name_and_a_place_of_its_own)
{
	struct shelf s;
	bks_repo r = {.name = "local", .url = "file:///elsewhere", .price_month = -1};
	const bks_repo *v;
	bks_repos all;
	int64_t id;

	NOSTATE;
	shelf_open(&s);
	assert_int_equal(repo_insert(&id, s.cat, &r, &s.err), BKS_E_USAGE);
	assert_non_null(strstr(s.err.text, "taken by repo local"));
	r.name = "third";
	r.url = "file:///srv/local";
	assert_int_equal(repo_insert(&id, s.cat, &r, &s.err), BKS_E_USAGE);
	r.name = "";
	assert_int_equal(repo_insert(&id, s.cat, &r, &s.err), BKS_E_USAGE);
	OK(&s, repo_set_marker(s.cat, s.repo, "00ff", &s.err));
	OK(&s, bks_repo_find(&v, s.cat, "local", s.a, &s.err));
	assert_string_equal(v->marker, "00ff");
	assert_int_equal(v->price_month, -1);
	r = *v;
	r.read_only = true;
	r.cleaned_by_others = 7 * BKS_DAY;
	r.domain = "rack 1";
	OK(&s, bks_repo_set(s.cat, &r, &s.err));
	OK(&s, bks_repo_list(&all, s.cat, s.a, &s.err));
	assert_int_equal(all.n, 2);
	assert_string_equal(all.v[0].name, "bucket");
	assert_true(all.v[1].read_only);
	assert_int_equal(all.v[1].cleaned_by_others, 7 * BKS_DAY);
	assert_string_equal(all.v[1].marker, "00ff");
	assert_int_equal(bks_repo_find(&v, s.cat, "nothing", s.a, &s.err), 1);
	shelf_close(&s);
}

TEST(a_repo_with_live_backups_is_not_dropped_and_one_without_leaves_history)
{
	struct shelf s;
	const bks_repo *v;
	bks_repo again = {.name = "local", .url = "file:///srv/local", .price_month = -1};
	int64_t artifact, id, repo;

	NOSTATE;
	shelf_open(&s);
	id = shelf_add(&s, "x", T0, &artifact);
	assert_int_equal(bks_repo_drop(s.cat, "local", &s.err), BKS_E_REFUSED);
	OK(&s, artifact_set_state(s.cat, artifact, BKS_STATE_MISSING, "vanished", T0, &s.err));
	OK(&s, bks_repo_drop(s.cat, "local", &s.err));
	assert_int_equal(bks_repo_find(&v, s.cat, "local", s.a, &s.err), 1);
	assert_int_equal(shelf_get(&s, id)->state, BKS_STATE_GONE);
	assert_string_equal(shelf_get(&s, id)->state_reason, "repo dropped");
	assert_int_equal(bks_repo_drop(s.cat, "local", &s.err), BKS_E_USAGE);
	OK(&s, repo_insert(&repo, s.cat, &again, &s.err));
	assert_int_not_equal(repo, s.repo);
	shelf_close(&s);
}

TEST(a_source_comes_back_with_its_tables_and_globs)
{
	static const bks_requirement need[] = {
		{"auth", "users", 500, 20}, {NULL, "caf\xe9", 0, 0}};
	static const char *const match[] = {"shop_*.dump", "x/*"};
	static const bks_tier_glob tiers[] = {{"predeploy", "*release*"}};
	bks_source in = {.name = "blog",
		.every = BKS_DAY,
		.slack = BKS_HOUR,
		.rpo = 26 * BKS_HOUR,
		.rto = BKS_HOUR,
		.dump_zone = "Europe/Berlin",
		.level = BKS_COVERED,
		.require = need,
		.require_count = 2,
		.match = match,
		.match_count = 2,
		.tier_globs = tiers,
		.tier_glob_count = 1};
	const bks_source *v;
	bks_sources all;
	struct shelf s;
	int64_t id;

	NOSTATE;
	shelf_open(&s);
	OK(&s, bks_source_add(&id, s.cat, &in, &s.err));
	assert_int_equal(bks_source_add(&id, s.cat, &in, &s.err), BKS_E_USAGE);
	OK(&s, bks_source_find(&v, s.cat, "blog", s.a, &s.err));
	assert_int_equal(v->every, BKS_DAY);
	assert_int_equal(v->level, BKS_COVERED);
	assert_string_equal(v->dump_zone, "Europe/Berlin");
	assert_int_equal(v->require_count, 2);
	assert_string_equal(v->require[0].schema, "auth");
	assert_int_equal(v->require[0].min_rows, 500);
	assert_int_equal(v->require[0].max_shrink_pct, 20);
	assert_string_equal(v->require[1].schema, "public");
	assert_string_equal(v->require[1].name, "caf\xe9");
	assert_int_equal(v->match_count, 2);
	assert_string_equal(v->match[1], "x/*");
	assert_int_equal(v->tier_glob_count, 1);
	assert_string_equal(v->tier_globs[0].tier, "predeploy");
	in = *v;
	in.require_count = in.match_count = in.tier_glob_count = 0;
	in.level = BKS_LEVEL_NONE;
	in.dump_zone = NULL;
	OK(&s, bks_source_set(s.cat, &in, &s.err));
	OK(&s, bks_source_list(&all, s.cat, s.a, &s.err));
	assert_int_equal(all.n, 2);
	assert_int_equal(all.v[0].require_count + all.v[0].match_count, 0);
	assert_int_equal(all.v[0].level, BKS_LEVEL_NONE);
	in.dump_zone = "Mars/Olympus";
	assert_int_equal(bks_source_set(s.cat, &in, &s.err), BKS_E_USAGE);
	in.dump_zone = NULL;
	in.name = "shop";
	assert_int_equal(bks_source_set(s.cat, &in, &s.err), BKS_E_USAGE);
	in.name = "";
	assert_int_equal(bks_source_add(&id, s.cat, &in, &s.err), BKS_E_USAGE);
	shelf_close(&s);
}

TEST(a_source_that_was_guessed_is_confirmed_with_its_backups_when_it_is_named)
{
	struct shelf s;
	bks_source add = {.name = "blog", .level = BKS_LEVEL_NONE};
	bks_backup b;
	bks_artifact v;
	int64_t guessed, again, id, artifact;

	NOSTATE;
	shelf_open(&s);
	OK(&s, source_guess(&guessed, s.cat, "blog", &s.err));
	OK(&s, source_guess(&again, s.cat, "blog", &s.err));
	assert_int_equal(guessed, again);
	b = shelf_backup(&s, "x", T0);
	v = shelf_artifact(&s, "x");
	b.source_id = guessed;
	b.source_guessed = true;
	OK(&s, backup_insert(&id, &artifact, s.cat, &b, &v, &s.err));
	assert_true(shelf_get(&s, id)->source_guessed);
	OK(&s, bks_source_add(&again, s.cat, &add, &s.err));
	assert_int_equal(guessed, again);
	assert_false(shelf_get(&s, id)->source_guessed);
	b.label = v.path = "y";
	OK(&s, backup_insert(&id, &artifact, s.cat, &b, &v, &s.err));
	add.id = guessed;
	add.rpo = BKS_HOUR;
	OK(&s, bks_source_set(s.cat, &add, &s.err));
	assert_true(shelf_get(&s, id)->source_guessed);
	shelf_close(&s);
}

TEST(a_source_with_live_backups_is_not_dropped)
{
	struct shelf s;
	const bks_source *v;
	int64_t artifact;

	NOSTATE;
	shelf_open(&s);
	shelf_add(&s, "x", T0, &artifact);
	assert_int_equal(bks_source_drop(s.cat, "shop", &s.err), BKS_E_REFUSED);
	assert_int_equal(bks_source_drop(s.cat, "nothing", &s.err), BKS_E_USAGE);
	OK(&s, artifact_set_state(
		       s.cat, artifact, BKS_STATE_GONE, "cleaned by others", T0, &s.err));
	OK(&s, bks_source_drop(s.cat, "shop", &s.err));
	assert_int_equal(bks_source_find(&v, s.cat, "shop", s.a, &s.err), 1);
	shelf_close(&s);
}

static void reopen(struct shelf *s, const bks_settings *set, int expect)
{
	bks_catalog_close(s->cat);
	s->cat = NULL;
	assert_int_equal(
		bks_catalog_open(&s->cat, s->file, BKS_OPEN_WRITE, set, 0, &s->err), expect);
}

TEST(what_the_settings_declare_comes_in_when_they_change_and_is_read_only)
{
	bks_source src[] = {
		{.name = "shop", .rpo = BKS_HOUR, .level = -1, .declared = "b.conf:3"},
		{.name = "new", .level = -1, .declared = "b.conf:9"}};
	bks_repo repo = {
		.name = "nas", .url = "file:///nas", .declared = "b.conf:12", .price_month = 5};
	bks_settings set = {.file = "b.conf",
		.text = "01", .text_size = 2,
		.sources = src,
		.source_count = 2,
		.repos = &repo,
		.repo_count = 1,
		.settle = BKS_MINUTE};
	const bks_source *v;
	const bks_repo *r;
	bks_source change;
	struct shelf s;

	NOSTATE;
	shelf_open(&s);
	reopen(&s, &set, 0);
	OK(&s, bks_source_find(&v, s.cat, "shop", s.a, &s.err));
	assert_int_equal(v->id, s.source);
	assert_int_equal(v->rpo, BKS_HOUR);
	assert_string_equal(v->declared, "b.conf:3");
	change = *v;
	assert_int_equal(bks_source_set(s.cat, &change, &s.err), BKS_E_USAGE);
	assert_non_null(strstr(s.err.text, "b.conf:3"));
	assert_int_equal(bks_source_drop(s.cat, "new", &s.err), BKS_E_USAGE);
	OK(&s, bks_repo_find(&r, s.cat, "nas", s.a, &s.err));
	assert_int_equal(r->price_month, 5);
	assert_int_equal(bks_repo_drop(s.cat, "nas", &s.err), BKS_E_USAGE);
	src[0].rpo = 2 * BKS_HOUR;
	reopen(&s, &set, 0); /* same digest: nothing is looked at */
	OK(&s, bks_source_find(&v, s.cat, "shop", s.a, &s.err));
	assert_int_equal(v->rpo, BKS_HOUR);
	set.text = "02";
	set.source_count = 1;
	set.repo_count = 0;
	reopen(&s, &set, 0);
	OK(&s, bks_source_find(&v, s.cat, "shop", s.a, &s.err));
	assert_int_equal(v->rpo, 2 * BKS_HOUR);
	OK(&s, bks_source_find(&v, s.cat, "new", s.a, &s.err));
	assert_null(v->declared);
	OK(&s, bks_repo_find(&r, s.cat, "nas", s.a, &s.err));
	assert_null(r->declared);
	shelf_close(&s);
}

TEST(prices_and_classes_of_a_repo_are_kept_and_follow_the_settings)
{
	const bks_class classes[] = {{"COLD", {1000, 30 * BKS_DAY, -1, BKS_HOUR}},
		{"DEEP", {0, -1, 10000, -1}}};
	bks_repo repo = {.name = "nas",
		.url = "file:///nas",
		.declared = "b.conf:1",
		.price_month = -1,
		.min_duration = BKS_DAY,
		.retrieval_price = -1,
		.retrieval_delay = BKS_MINUTE,
		.storage_class = "DEEP",
		.classes = classes,
		.class_count = 2};
	bks_settings set = {.file = "b.conf",
		.text = "01", .text_size = 2,
		.currency = "EUR",
		.repos = &repo,
		.repo_count = 1};
	const char *currency;
	const bks_repo *r;
	bks_terms t;
	struct shelf s;

	NOSTATE;
	shelf_open(&s);
	reopen(&s, &set, 0);
	OK(&s, catalog_currency(&currency, s.cat, s.a, &s.err));
	assert_string_equal(currency, "EUR");
	OK(&s, bks_repo_find(&r, s.cat, "nas", s.a, &s.err));
	assert_int_equal(r->class_count, 2);
	bks_repo_terms(&t, r, NULL); /* DEEP: free, and the rest is the repo's */
	assert_int_equal(t.price_month, 0);
	assert_int_equal(t.min_duration, BKS_DAY);
	assert_int_equal(t.retrieval_price, 10000);
	assert_int_equal(t.retrieval_delay, BKS_MINUTE);
	bks_repo_terms(&t, r, "COLD");
	assert_int_equal(t.price_month, 1000);
	assert_int_equal(t.retrieval_price, -1);
	repo.storage_class = NULL;
	repo.class_count = 1;
	set.text = "02";
	set.currency = NULL;
	reopen(&s, &set, 0);
	OK(&s, catalog_currency(&currency, s.cat, s.a, &s.err));
	assert_null(currency);
	OK(&s, bks_repo_find(&r, s.cat, "nas", s.a, &s.err));
	assert_int_equal(r->class_count, 1);
	assert_null(r->storage_class);
	bks_repo_terms(&t, r, NULL);
	assert_int_equal(t.price_month, -1);
	shelf_close(&s);
}

TEST(settings_that_put_two_repos_in_one_place_are_refused_whole)
{
	bks_repo repo = {.name = "nas", .url = "file:///srv/local", .declared = "b.conf:12"};
	bks_source src = {.name = "new", .level = -1, .declared = "b.conf:1"};
	bks_settings set = {.file = "b.conf",
		.text = "01", .text_size = 2,
		.sources = &src,
		.source_count = 1,
		.repos = &repo,
		.repo_count = 1};
	const bks_source *v;
	struct shelf s;

	NOSTATE;
	shelf_open(&s);
	reopen(&s, &set, BKS_E_USAGE);
	assert_non_null(strstr(s.err.text, "b.conf:12"));
	reopen(&s, NULL, 0);
	assert_int_equal(bks_source_find(&v, s.cat, "new", s.a, &s.err), 1);
	shelf_close(&s);
}

MAIN(T(a_repo_has_a_name_and_a_place_of_its_own),
	T(a_repo_with_live_backups_is_not_dropped_and_one_without_leaves_history),
	T(a_source_comes_back_with_its_tables_and_globs),
	T(a_source_that_was_guessed_is_confirmed_with_its_backups_when_it_is_named),
	T(a_source_with_live_backups_is_not_dropped),
	T(what_the_settings_declare_comes_in_when_they_change_and_is_read_only),
	T(prices_and_classes_of_a_repo_are_kept_and_follow_the_settings),
	T(settings_that_put_two_repos_in_one_place_are_refused_whole))
