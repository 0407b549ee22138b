#include "settings_folder.h"
#include <limits.h>


static const bks_settings *reads(const char *text)
{
	const bks_settings *s = NULL;
	bks_error e = {0};
	int r;

	write_file(text);
	r = bks_settings_read(&s, file, arena, &e);
	if (r)
		print_error("%s\n", e.text);
	assert_int_equal(r, 0);
	return s;
}

/* The error is FILE:LINE: and holds WHY. */
static void refuses(const char *text, int line, const char *why)
{
	const bks_settings *s = NULL;
	bks_error e = {0};
	char where[200];

	print_message("%s\n", text);
	write_file(text);
	snprintf(where, sizeof where, "%s:%d: ", file, line);
	assert_int_equal(bks_settings_read(&s, file, arena, &e), BKS_E_USAGE);
	assert_int_equal(e.code, BKS_E_USAGE);
	print_message("  %s\n", e.text);
	assert_memory_equal(e.text, where, strlen(where));
	assert_non_null(strstr(e.text, why));
	assert_null(s);
}

static void is_default(const bks_policy *p)
{
	assert_string_equal(p->name, "default");
	assert_false(p->switched_on);
	assert_null(p->zone);
	assert_int_equal(p->day_start, 0);
	assert_int_equal(p->tier_count, 3);
	assert_int_equal(bks_policy_tier(p, "daily")->days, 7);
	assert_int_equal(bks_policy_tier(p, "weekly")->days, 30);
	assert_int_equal(bks_policy_tier(p, "monthly")->months, 12);
	assert_int_equal(p->level, BKS_WHOLE);
	assert_int_equal(p->floor, 2);
	assert_int_equal(p->failed_keep, 7 * BKS_DAY);
	assert_int_equal(p->grace, 7 * BKS_DAY);
	assert_int_equal(p->pitr_window, 0);
	assert_int_equal(p->brake_count, 10);
	assert_int_equal(p->brake_count_pct, 20);
	assert_int_equal(p->brake_bytes_pct, 25);
}

TEST(an_empty_file_gives_the_defaults)
{
	const bks_settings *s = reads("");

	NOSTATE;
	assert_string_equal(s->file, file);
	assert_null(s->catalog);
	assert_int_equal(s->source_count + s->repo_count, 0);
	assert_int_equal(s->policy_count, 1);
	is_default(&s->policies[0]);
	assert_null(s->policies[0].where);
	assert_int_equal(s->settle, 15 * BKS_MINUTE);
	assert_int_equal(s->max_memory, 64 << 20);
	assert_int_equal(s->jobs, 0);
	assert_string_equal(
		s->digest, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	assert_ptr_equal(bks_policy_find(s, NULL), &s->policies[0]);
	assert_null(bks_policy_find(s, "other"));
}

TEST(a_file_that_says_all_is_read)
{
	const bks_settings *s = reads(
		"catalog = /var/c.db currency = EUR\n"
		"limits { settle = 5m max_memory = 32MiB jobs = 2 }\n"
		"repo local { url = \"file:///var/b\" read_only = yes cleaned_by_others = 30d "
		"domain = rack1\n"
		"price_month = 0.023 min_duration = 30d retrieval_price = 0.01 retrieval_delay = 5m "
		"storage_class = DEEP class DEEP { price_month = 0.001 min_duration = 180d "
		"retrieval_delay = 12h } class OTHER {} }\n"
		"source shop { every = 24h slack = 2h rpo = 12h rto = 4h dump_zone = "
		"Europe/Berlin\n"
		"level = sealed policy = strict max_shrink = 40% match = {\"shop_*\", \"s/*.gz\"} require = "
		"{\"users:100\", auth.users}\n"
		"predeploy = {\"*release*\", \"*v[0-9]*\"} daily = \"*daily*\"\n"
		"table orders { min_rows = 5 max_shrink = 20 } }\n"
		"policy strict { switched_on = true zone = Asia/Tokyo day_start = 4h daily = "
		"2w weekly = 0d\n"
		"monthly = 2y level = covered floor = 3 failed_keep = 1d grace = 0s "
		"pitr_window = 48h\n"
		"max_delete = 5 max_delete_percent = 10% max_delete_bytes_percent = 11 }\n");
	const bks_source *o = &s->sources[0];
	const bks_repo *r = &s->repos[0];
	const bks_policy *p = bks_policy_find(s, "strict");
	char want[200];

	bks_terms t;

	NOSTATE;
	assert_string_equal(s->catalog, "/var/c.db");
	assert_string_equal(s->currency, "EUR");
	assert_int_equal(s->settle, 5 * BKS_MINUTE);
	assert_int_equal(s->max_memory, 32 << 20);
	assert_int_equal(s->jobs, 2);
	assert_int_equal(s->repo_count, 1);
	assert_string_equal(r->name, "local");
	assert_string_equal(r->url, "file:///var/b");
	assert_true(r->read_only);
	assert_int_equal(r->cleaned_by_others, 30 * BKS_DAY);
	assert_string_equal(r->domain, "rack1");
	assert_int_equal(r->price_month, 23000);
	assert_int_equal(r->class_count, 2);
	bks_repo_terms(&t, r, NULL); /* its own class */
	assert_int_equal(t.price_month, 1000);
	assert_int_equal(t.min_duration, 180 * BKS_DAY);
	assert_int_equal(t.retrieval_price, 10000);
	assert_int_equal(t.retrieval_delay, 12 * BKS_HOUR);
	bks_repo_terms(&t, r, "OTHER"); /* says nothing itself */
	assert_int_equal(t.price_month, 23000);
	assert_int_equal(t.min_duration, 30 * BKS_DAY);
	assert_int_equal(t.retrieval_delay, 5 * BKS_MINUTE);
	bks_repo_terms(&t, r, "UNHEARD");
	assert_int_equal(t.price_month, 23000);
	snprintf(want, sizeof want, "%s:3", file);
	assert_string_equal(r->declared, want);
	assert_int_equal(s->source_count, 1);
	assert_string_equal(o->name, "shop");
	assert_int_equal(o->every, BKS_DAY);
	assert_int_equal(o->slack, 2 * BKS_HOUR);
	assert_int_equal(o->rpo, 12 * BKS_HOUR);
	assert_int_equal(o->rto, 4 * BKS_HOUR);
	assert_string_equal(o->dump_zone, "Europe/Berlin");
	assert_int_equal(o->level, BKS_SEALED);
	assert_string_equal(o->policy, "strict");
	assert_int_equal(o->match_count, 2);
	assert_string_equal(o->match[1], "s/*.gz");
	assert_int_equal(o->require_count, 3);
	assert_string_equal(o->require[0].schema, "public");
	assert_int_equal(o->require[0].min_rows, 100);
	assert_string_equal(o->require[1].schema, "auth");
	assert_string_equal(o->require[2].name, "orders");
	assert_int_equal(o->require[2].min_rows, 5);
	assert_int_equal(o->require[2].max_shrink_pct, 20);
	assert_int_equal(o->max_shrink_pct, 40);
	assert_int_equal(o->tier_glob_count, 3);
	assert_string_equal(o->tier_globs[0].tier, "daily");
	assert_string_equal(o->tier_globs[2].tier, "predeploy");
	assert_string_equal(o->tier_globs[2].glob, "*v[0-9]*");
	assert_false(o->guessed);
	snprintf(want, sizeof want, "%s:5", file);
	assert_string_equal(o->declared, want);
	assert_int_equal(s->policy_count, 2);
	is_default(&s->policies[0]);
	assert_true(p->switched_on);
	assert_string_equal(p->zone, "Asia/Tokyo");
	assert_int_equal(p->day_start, 4 * BKS_HOUR);
	assert_int_equal(bks_policy_tier(p, "daily")->days, 14);
	assert_int_equal(bks_policy_tier(p, "weekly")->days, 0);
	assert_int_equal(bks_policy_tier(p, "monthly")->months, 24);
	assert_int_equal(p->level, BKS_COVERED);
	assert_int_equal(p->floor, 3);
	assert_int_equal(p->failed_keep, BKS_DAY);
	assert_int_equal(p->grace, 0);
	assert_int_equal(p->pitr_window, 2 * BKS_DAY);
	assert_int_equal(p->brake_count, 5);
	assert_int_equal(p->brake_count_pct, 10);
	assert_int_equal(p->brake_bytes_pct, 11);
	snprintf(want, sizeof want, "%s:9", file);
	assert_string_equal(p->where, want);
}

TEST(a_tier_of_any_name_tells_bucket_length_level_and_places)
{
	const bks_settings *s = reads("policy default {\n"
				      "  weekly = 0d\n"
				      "  tier daily { length = 30d repos = {local} }\n"
				      "  tier monthly { repos = {bucket, nas} classes = {STANDARD_IA} }\n"
				      "  tier quarterly { bucket = month length = 24mo level = restored }\n"
				      "  tier yearly { bucket = year length = 5y }\n"
				      "  quota = 500GB\n"
				      "}");
	const bks_policy *p = &s->policies[0];
	const bks_tier_rule *t;

	NOSTATE;
	assert_int_equal(p->tier_count, 5);
	assert_int_equal(p->quota, 500000000000);
	t = bks_policy_tier(p, "daily");
	assert_int_equal(t->bucket, BKS_BUCKET_DAY);
	assert_int_equal(t->days, 30);
	assert_int_equal(t->repo_count, 1);
	assert_string_equal(t->repos[0], "local");
	assert_int_equal(bks_policy_tier(p, "weekly")->days, 0);
	t = bks_policy_tier(p, "monthly");
	assert_int_equal(t->months, 12);
	assert_int_equal(t->days, 0);
	assert_int_equal(t->level, BKS_LEVEL_NONE);
	assert_string_equal(t->repos[1], "nas");
	assert_string_equal(t->classes[0], "STANDARD_IA");
	t = bks_policy_tier(p, "quarterly");
	assert_int_equal(t->bucket, BKS_BUCKET_MONTH);
	assert_int_equal(t->months, 24);
	assert_int_equal(t->level, BKS_RESTORED);
	assert_int_equal(t->repo_count, 0);
	t = bks_policy_tier(p, "yearly");
	assert_int_equal(t->bucket, BKS_BUCKET_YEAR);
	assert_int_equal(t->months, 60);
	assert_string_equal(bks_bucket_name(t->bucket), "year");
	assert_null(bks_policy_tier(p, "hourly"));
}

TEST(a_tier_that_cannot_be_meant_is_refused_with_its_line)
{
	NOSTATE;
	refuses("policy default {\n daily = 7d\n tier daily { length = 8d }\n}", 3, "told twice");
	refuses("policy default {\n tier quarterly { length = 24mo }\n}", 2, "wants a bucket and a length");
	refuses("policy default {\n tier quarterly { bucket = quarter length = 24mo }\n}", 2, "no bucket");
	refuses("policy default {\n tier quarterly { bucket = month length = 24 }\n}", 2, "needs a unit");
	refuses("policy default {\n tier hold { bucket = month length = 2mo }\n}", 2, "uses itself");
	refuses("policy default {\n tier \"a b\" { bucket = month length = 2mo }\n}", 2, "is no word");
	refuses("policy default {\n tier a { bucket = day length = 2d }\n tier a { bucket = day length = 2d }\n}", 3, "a");
	refuses("policy default {\n tier a { bucket = day length = 2d colour = red }\n}", 2, "colour");
}

TEST(what_is_not_said_stays_unknown)
{
	const bks_settings *s = reads("repo r { url = \"s3://bucket/x\" }\nsource s {}\npolicy "
				      "default { floor = 5 }\npolicy p {}");

	NOSTATE;
	assert_int_equal(s->repos[0].price_month, -1);
	assert_null(s->repos[0].domain);
	assert_string_equal(s->repos[0].url, "s3://bucket/x");
	assert_int_equal(s->sources[0].level, BKS_LEVEL_NONE);
	assert_int_equal(s->sources[0].every, 0);
	assert_null(s->sources[0].policy);
	assert_int_equal(s->policy_count, 2);
	assert_string_equal(s->policies[0].name, "default");
	assert_int_equal(bks_policy_find(s, NULL)->floor, 5);
	assert_int_equal(bks_policy_find(s, "p")->floor, 2);
}

TEST(a_bucket_says_how_it_is_reached)
{
	const bks_settings *s = reads("repo a { url = \"s3://b/x\" endpoint = \"https://s3.example:9000/way\" region = eu-central-1\n"
				      " path_style = yes ca_file = ca.pem profile = site }\n"
				      "repo b { url = \"s3://c\" path_style = no }\nrepo c { url = \"s3://d\" }");

	NOSTATE;
	assert_string_equal(s->repos[0].endpoint, "https://s3.example:9000/way");
	assert_string_equal(s->repos[0].region, "eu-central-1");
	assert_string_equal(s->repos[0].profile, "site");
	assert_int_equal(*s->repos[0].ca_file, '/');
	assert_string_equal(strrchr(s->repos[0].ca_file, '/'), "/ca.pem");
	assert_int_equal(s->repos[0].path_style, 1);
	assert_int_equal(s->repos[1].path_style, 2);
	assert_int_equal(s->repos[2].path_style, 0);
	assert_true(!s->repos[2].endpoint && !s->repos[2].region && !s->repos[2].ca_file && !s->repos[2].profile);
}

TEST(relative_paths_begin_where_the_file_lies)
{
	const bks_settings *s = reads("catalog = c.db\nrepo r { url = backups }");
	char want[200], real[PATH_MAX];

	NOSTATE;
	assert_non_null(realpath(dir, real));
	snprintf(want, sizeof want, "%s/c.db", real);
	assert_string_equal(s->catalog, want);
	snprintf(want, sizeof want, "file://%s/backups", real);
	assert_string_equal(s->repos[0].url, want);
}

TEST(a_mistake_is_told_with_file_and_line)
{
	static const struct {
		const char *text;
		int line;
		const char *why;
	} bad[] = {
		{"\ncatalogue = x", 2,
			"there is no setting \"catalogue\"; did you mean \"catalog\"?"},
		{"# one\nsource a {}\n# two\nsource a {}", 4,
			"source \"a\" is declared twice, first in line 2"},
		{"repo a {url=/x}\nrepo a {url=/x}", 2,
			"repo \"a\" is declared twice, first in line 1"},
		{"policy a {}\npolicy a {}", 2,
			"policy \"a\" is declared twice, first in line 1"},
		{"policy default {}\npolicy default {}", 2,
			"policy \"default\" is declared twice"},
		{"source a {\n every = 1d\n every = 1d\n}", 3,
			"every is given twice, first in line 2"},
		{"limits {}\nlimits {}", 2, "limits is given twice"},
		{"source a {\n\n every = 7\n}", 3,
			"every: duration \"7\": needs a unit, such as 7d"},
		{"source a { every = 0s }", 1,
			"every: duration \"0s\": must be longer than 0s"},
		{"source a { every = -7d }", 1, "every: duration \"-7d\""},
		{"source a { rpo = 99999999999999999y }", 1, "rpo: duration"},
		{"source a {\n dump_zone = Mars/Base\n}", 2,
			"dump_zone: time zone \"Mars/Base\": is not known here"},
		{"source a {\n level = hole\n}", 2,
			"level: level \"hole\": wants present, sealed"},
		{"source a {\n policy = strikt\n}\npolicy strict {}", 2,
			"there is no policy \"strikt\"; did you mean \"strict\"?"},
		{"source a { policy = xyz }", 1, "there is no policy \"xyz\""},
		{"source a {\n require = {\"users:\"}\n}", 2,
			"require: required table \"users:\": wants TABLE"},
		{"source a { require = {users, public.users} }", 1,
			"table public.users is required twice"},
		{"source a { require = users\n table users {} }", 2,
			"table public.users is required twice"},
		{"source a { table \"a.\" {} }", 1,
			"table: required table \"a.\": wants TABLE"},
		{"source a { table \"t:5\" { min_rows = 6 } }", 1, "tells its rows twice"},
		{"source a { table t {\n min_rows = -1 } }", 2,
			"min_rows: number \"-1\": wants a whole number"},
		{"source a { table t { max_shrink = 101 } }", 1,
			"max_shrink: percentage \"101\""},
		{"source a { match = {\"a\", \"/var/x*\"} }", 1,
			"match: glob \"/var/x*\": begins with '/'"},
		{"source \"\" {}", 1, "source: wants a name"},
		{"source -x {}", 1, "source: name \"-x\": may not begin with '-'"},
		{"repo r {}", 1, "repo \"r\" has no url"},
		{"repo r {\n url = \"\"\n}", 2, "url: an empty text"},
		{"repo r { url = \"~/b\" }", 1, "url: path \"~/b\": '~' is not followed"},
		{"repo r { url = /x\n read_only = maybe\n}", 2,
			"read_only: value \"maybe\": wants true or false"},
		{"repo r { url = /x price_month = -1 }", 1, "price_month: price \"-1\""},
		{"repo r { url = /x price_month = 0.1234567 }", 1, "price_month: price"},
		{"repo r { url = /x min_duration = 90 }", 1, "min_duration: duration"},
		{"repo r { url = /x retrieval_price = free }", 1, "retrieval_price: price"},
		{"repo r { url = /x\n storage_class = COLD\n class DEEP {} }", 2,
			"storage_class: there is no class \"COLD\" in repo \"r\""},
		{"repo r { url = /x\n class DEEP { url = /y } }", 2, "url"},
		{"repo r { url = /x\n endpoint = \"https://h\" }", 2, "endpoint: only a bucket"},
		{"repo r { url = /x\n\n path_style = no }", 3, "path_style: only a bucket"},
		{"repo r { url = \"s3://b\"\n path_style = auto }", 2, "path_style: value"},
		{"repo r { url = \"s3://b\"\n endpoint = \"h:9000\" }", 2, "endpoint: URL \"h:9000\""},
		{"repo r { url = \"s3://b\"\n endpoint = \"https://h/?x=y\" }", 2, "endpoint: URL"},
		{"repo r { url = \"s3://b\"\n endpoint = \"https://\" }", 2, "endpoint: URL"},
		{"repo r { url = \"s3://b\"\n endpoint = \"https://K:S@h\" }", 2, "endpoint: keys do not belong"},
		{"repo r { \n url = \"s3://K:S@b/x\" }", 2, "url: keys do not belong"},
		{"repo r { url = \"s3:///x\" }", 1, "has no name"},
		{"repo r { url = \"s3://b?x\" }", 1, "may not hold '?'"},
		{"repo r { url = \"s3://b\"\n region = \"eu central\" }", 2, "region: name"},
		{"repo r { url = \"s3://b\"\n ca_file = \"~/x\" }", 2, "ca_file: path"},
		{"repo r { url = /x cleaned_by_others = 0s }", 1, "must be longer than 0s"},
		{"policy p { floor = 1 }", 1, "floor: number \"1\": must lie between 2 and"},
		{"policy p { floor = -3 }", 1, "floor: number \"-3\": wants a whole number"},
		{"policy p { day_start = 24h }", 1,
			"day_start: duration \"24h\": must not be longer than 23h 59m"},
		{"policy p { daily = 7 }", 1,
			"daily: window \"7\": needs a unit, days or weeks"},
		{"policy p { daily = 7mo }", 1,
			"daily: window \"7mo\": needs a unit, days or weeks"},
		{"policy p { monthly = 365d }", 1,
			"monthly: window \"365d\": needs a unit, months or years"},
		{"policy p { monthly = 99999999999mo }", 1, "is too long"},
		{"policy p { daily = 30000w }", 1, "is too long"},
		{"policy p { max_delete_percent = 20.5 }", 1, "max_delete_percent: percentage"},
		{"policy p { zone = \"\" }", 1, "zone: an empty text"},
		{"limits { jobs = 0 }", 1, "jobs: number \"0\": must lie between 1 and 256"},
		{"limits { max_memory = 64 }", 1,
			"max_memory: size \"64\": needs a unit, such as 10MiB"},
		{"limits { max_memory = 1kB }", 1,
			"max_memory: size \"1kB\": must be at least 1.0 MiB"},
		{"limits { settle = 15 }", 1, "settle: duration \"15\": needs a unit"},
	};

	NOSTATE;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		refuses(bad[i].text, bad[i].line, bad[i].why);
}

TEST(the_digest_tells_a_changed_file)
{
	const char *before = reads("catalog = /a\n")->digest;

	NOSTATE;
	assert_string_equal(reads("catalog = /a\n")->digest, before);
	assert_string_not_equal(reads("catalog = /a\n\n")->digest, before);
}


TEST(a_task_that_cannot_be_is_refused)
{
	NOSTATE;
	refuses("task t { every = 7 }", 1, "every: ");
	refuses("task t { every = 101y }", 1, "every: ");
	refuses("task t { owner = \"\" }", 1, "owner: ");
	refuses("task t { evry = 1d }", 1, "evry");
	refuses("task t { off = maybe }", 1, "off: ");
	refuses("task t { every = 1d }\ntask t { every = 2d }", 2, "task");
}

TEST(the_example_of_the_manual_is_what_it_says)
{
	char text[8192], manual[300], *from, *to;
	const bks_settings *s;
	bks_policy example;
	FILE *f;

	NOSTATE;
	snprintf(manual, sizeof manual, "%.*s../../../docs/settings.md",
		(int)(strrchr(__FILE__, '/') + 1 - __FILE__), __FILE__);
	f = fopen(manual, "r");
	assert_non_null(f);
	text[fread(text, 1, sizeof text - 1, f)] = '\0';
	fclose(f);
	from = strstr(text, "```\n");
	assert_non_null(from);
	to = strstr(from + 4, "```");
	assert_non_null(to);
	*to = '\0';
	s = reads(from + 4);
	assert_int_equal(s->source_count, 1);
	assert_int_equal(s->sources[0].require_count, 3);
	assert_int_equal(s->repo_count, 1);
	assert_int_equal(s->policy_count, 1);
	assert_string_equal(s->policies[0].zone, "UTC");
	assert_non_null(s->policies[0].where);
	/* The manual says that the example shows what holds without it. */
	example = s->policies[0];
	example.zone = NULL;
	is_default(&example);
	assert_int_equal(s->settle, 15 * BKS_MINUTE);
	assert_int_equal(s->max_memory, 64 << 20);
	assert_int_equal(s->task_count, 3);
	assert_string_equal(s->tasks[1].text, "Rotate the keys");
	assert_int_equal(s->tasks[0].every, 14 * BKS_DAY);
	assert_null(s->tasks[0].text);
	assert_true(s->tasks[2].off);
	assert_int_equal(s->tasks[2].every, -1);
	assert_non_null(s->tasks[2].declared);
}

MAIN(J(a_bucket_says_how_it_is_reached), J(a_tier_of_any_name_tells_bucket_length_level_and_places),
	J(a_tier_that_cannot_be_meant_is_refused_with_its_line), J(an_empty_file_gives_the_defaults), J(a_file_that_says_all_is_read),
	J(what_is_not_said_stays_unknown), J(relative_paths_begin_where_the_file_lies),
	J(a_mistake_is_told_with_file_and_line), J(the_digest_tells_a_changed_file),
	J(a_task_that_cannot_be_is_refused), J(the_example_of_the_manual_is_what_it_says))
