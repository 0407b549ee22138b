/* cmd_repo.c - the places where backups lie */
#include "backstay/repo.h"
#include "look.h"
#include "out.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* As bks_repo counts them: not said, yes, no. */
static const char *const styles[] = {"auto", "yes", "no", NULL};

static bool is_bucket(const bks_repo *p)
{
	return !strncmp(p->url, "s3://", 5);
}

static void put_limit(bks_json *o, const char *key, int64_t us)
{
	bks_json_put_seconds(o, key, us > 0 ? us : -1);
}

/* NULL: nobody asked. */
static bks_json *honours_json(const char *words)
{
	bks_json *l = words ? bks_json_list() : NULL;
	while (words && *words) {
		size_t n = strcspn(words, ",");
		bks_json_add_text(l, said("%.*s", (int)n, words));
		words += n + (words[n] == ',');
	}
	return l;
}

static bks_json *repo_json(const bks_repo *p)
{
	bks_json *o = bks_json_object();
	bks_json_put_name(o, "name", p->name);
	bks_json_put_name(o, "url", p->url);
	bks_json_put_bool(o, "read_only", p->read_only);
	put_limit(o, "cleaned_by_others_seconds", p->cleaned_by_others);
	bks_json_put_name(o, "domain", p->domain);
	bks_json_put_text(o, "declared", p->declared);
	bks_json_put_text(o, "endpoint", p->endpoint);
	bks_json_put_text(o, "region", p->region);
	if (p->path_style)
		bks_json_put_bool(o, "path_style", p->path_style == 1);
	else
		bks_json_put(o, "path_style", NULL);
	bks_json_put_name(o, "ca_file", p->ca_file);
	bks_json_put_name(o, "profile", p->profile);
	bks_json_put_name(o, "reaper_profile", p->reaper_profile);
	bks_json_put(o, "honours", honours_json(p->honours));
	return o;
}

/* A dash takes back what was said. */
static void read_text(const char **out, struct call *c, const char *name)
{
	if (opt_given(c, name))
		*out = strcmp(opt_text(c, name), "-") != 0 ? opt_text(c, name) : NULL;
}

/* The catalog may be read from anywhere: the path is kept whole. */
static int read_ca_file(const char **out, struct call *c)
{
	read_text(out, c, "ca-file");
	if (!opt_given(c, "ca-file") || !*out)
		return 0;
	char *whole = realpath(*out, NULL);
	if (!whole)
		return fails(
			c, BKS_E_USAGE, "--ca-file %s: %s", shown(c, *out), strerror(errno));
	*out = said("%s", whole);
	free(whole);
	return 0;
}

/* What is said of a bucket. */
static int read_bucket(bks_repo *p, struct call *c)
{
	read_text(&p->endpoint, c, "endpoint");
	read_text(&p->region, c, "region");
	read_text(&p->profile, c, "profile");
	read_text(&p->reaper_profile, c, "reaper-profile");
	if (opt_given(c, "path-style"))
		p->path_style = opt_word(c, "path-style");
	int r = read_ca_file(&p->ca_file, c);
	return r ? r : bks_repo_check(p, &c->err);
}

static void read_options(bks_repo *p, struct call *c)
{
	if (opt_flag(c, "read-only"))
		p->read_only = true;
	if (opt_given(c, "cleaned-by-others"))
		p->cleaned_by_others = opt_duration(c, "cleaned-by-others");
	if (opt_given(c, "domain"))
		p->domain = opt_text(c, "domain");
}

/* Where it lies, and what was said of the way there. */
static const char *place_shown(struct call *c, const bks_repo *p)
{
	const char *t = shown(c, p->url);
	if (!is_bucket(p))
		return t;
	if (p->endpoint)
		t = said("%s at %s", t, shown(c, p->endpoint));
	if (p->region)
		t = said("%s, region %s", t, shown(c, p->region));
	if (p->profile)
		t = said("%s, profile %s", t, shown(c, p->profile));
	return t;
}

/* Answers with the repo as it now is. */
static int answer(struct call *c, const char *name, const char *done)
{
	const bks_repo *p = NULL;
	int r = bks_repo_find(&p, c->cat, name, c->arena, &c->err);
	if (r)
		return r < 0 ? r
			     : fails(c, BKS_E_CATALOG,
				       "repo %s is not there after it was written", name);
	c->doc = bks_json_object();
	bks_json_put(c->doc, "repo", repo_json(p));
	say(c, "%s %s: %s", done, shown(c, p->name), place_shown(c, p));
	c->end.done++;
	return 0;
}

static int add(struct call *c)
{
	bks_repo p = {.name = c->args[0],
		.url = c->args[1],
		.price_month = -1,
		.retrieval_price = -1};
	int64_t id;
	read_options(&p, c);
	int r = read_bucket(&p, c);
	if (!r)
		r = bks_repo_add(&id, c->cat, &p, &c->err);
	return r < 0 ? r : answer(c, p.name, "added");
}

static bool any_given(struct call *c)
{
	for (const struct option_spec *o = c->command->options; o->name; o++)
		if (opt_given(c, o->name))
			return true;
	return false;
}

static int set(struct call *c)
{
	const bks_repo *old = NULL;
	int r = look_repo(c, c->args[0]);
	if (!r)
		r = bks_repo_find(&old, c->cat, c->args[0], c->arena, &c->err);
	if (r)
		return r < 0 ? r : BKS_E_USAGE;
	bks_repo p = *old;
	if (opt_flag(c, "read-only") && opt_flag(c, "writable"))
		return fails(c, BKS_E_USAGE, "--read-only and --writable exclude each other");
	if (!any_given(c))
		return fails(c, BKS_E_USAGE, "nothing to set; see backstay help repo set");
	read_options(&p, c);
	if (opt_flag(c, "writable"))
		p.read_only = false;
	r = read_bucket(&p, c);
	if (!r)
		r = bks_repo_set(c->cat, &p, &c->err);
	return r < 0 ? r : answer(c, p.name, "set");
}

static void say_repos(struct call *c, const bks_repos *all)
{
	static const char *const titles[] = {
		"NAME", "READ-ONLY", "CLEANED BY OTHERS", "DOMAIN", "DECLARED", "URL", NULL};
	struct table t = table_new(c, titles);
	for (size_t i = 0; i < all->n; i++) {
		const bks_repo *p = &all->v[i];
		table_add(&t, shown(c, p->name));
		table_add(&t, p->read_only ? "yes" : "no");
		table_add(&t, p->cleaned_by_others
				      ? said("after %s", duration_shown(p->cleaned_by_others))
				      : "-");
		table_add(&t, shown(c, p->domain));
		table_add(&t, shown(c, p->declared));
		table_add(&t, place_shown(c, p));
	}
	if (all->n)
		table_print(&t, true);
}

static int list(struct call *c)
{
	bks_repos all = {0};
	int r = bks_repo_list(&all, c->cat, c->arena, &c->err);
	if (r < 0)
		return r;
	bks_json *l = bks_json_list();
	for (size_t i = 0; i < all.n; i++)
		bks_json_add(l, repo_json(&all.v[i]));
	c->doc = bks_json_object();
	bks_json_put(c->doc, "repos", l);
	say_repos(c, &all);
	c->end.done = (int64_t)all.n;
	return all.n ? 0
		     : no_match(c, "no repo is known; backstay repo add NAME PLACE adds one");
}

static int drop(struct call *c)
{
	int r = look_repo(c, c->args[0]);
	if (!r)
		r = bks_repo_drop(c->cat, c->args[0], &c->err);
	if (r)
		return r < 0 ? r : BKS_E_USAGE;
	c->doc = bks_json_object();
	bks_json_put_name(c->doc, "dropped", c->args[0]);
	say(c, "dropped %s; its files are untouched", shown(c, c->args[0]));
	c->end.done++;
	return 0;
}

#define OPTIONS                                                                                \
	{"read-only", OPT_FLAG, NULL, "write no marker file into it", NULL},                   \
		{"cleaned-by-others", OPT_DURATION, "D",                                       \
			"files older than D vanish by another script", NULL},                  \
		{"domain", OPT_TEXT, "NAME",                                                   \
			"what would be lost together with it: a disk, a site", NULL},          \
		{"endpoint", OPT_TEXT, "URL", "of an S3-compatible service (Amazon's)", NULL}, \
		{"region", OPT_TEXT, "NAME", "of the bucket (the profile's, us-east-1)",       \
			NULL},                                                                 \
		{"path-style", OPT_WORD, "WORD",                                               \
			"yes: URL/bucket/key, no: bucket.URL/key, auto", styles},              \
		{"ca-file", OPT_TEXT, "FILE",                                                  \
			"certificates to trust in place of the system's", NULL},               \
		{"profile", OPT_TEXT, "NAME", "of ~/.aws, whose keys are used", NULL},         \
		{"reaper-profile", OPT_TEXT, "NAME",                                           \
			"of ~/.aws, whose keys write and delete (--profile's)", NULL},

static const struct option_spec add_options[] = {OPTIONS{0}};
static const struct option_spec set_options[] = {
	OPTIONS{"writable", OPT_FLAG, NULL, "the opposite of --read-only", NULL},
	{0},
};

#define REPO                                                                                   \
	"{\"name\":, \"url\":, \"read_only\":, \"cleaned_by_others_seconds\":, \"domain\":, "  \
	"\"declared\":, \"endpoint\":, \"region\":, \"path_style\":, \"ca_file\":, "           \
	"\"profile\":, \"reaper_profile\":, \"honours\": []}"

const struct command commands_repo[] = {
	{"repo add", "NAME URL", "add a place where backups lie",
		"backstay repo add local /srv/backups\n"
		"backstay repo add nas file:///mnt/nas/pg --read-only --cleaned-by-others "
		"30d\n"
		"backstay repo add off s3://backups/pg --endpoint https://s3.example.org "
		"--region eu-1\n",
		"URL is a directory, as a path or as file:///dir, or a bucket, as "
		"s3://bucket/prefix. The keys to it are found as the AWS SDKs\n"
		"find them (docs/bucket-credentials.md), never given here. A marker with a "
		"random "
		"id is written into it, unless --read-only:\n"
		"when the marker is missing later, the place counts as not mounted instead of "
		"empty. With --cleaned-by-others it is no\n"
		"trouble when a file older than D vanishes.\n",
		"{\"repo\": " REPO "}\n", add_options, NEED_MAKE, 2, 2, add},
	{"repo set", "NAME", "change what is known of a repo",
		"backstay repo set nas --domain rack2\n"
		"backstay repo set nas --cleaned-by-others 0s\n",
		"A repo that the settings file declares is changed there. A dash "
		"takes back what was said: --profile -.\n",
		"{\"repo\": " REPO "}\n", set_options, NEED_WRITE, 1, 1, set},
	{"repo list", "", "the repos", "backstay repo list\n", NULL,
		"{\"repos\": [" REPO "]}\n", NULL, NEED_READ, 0, 0, list},
	{"repo drop", "NAME", "forget a repo that holds nothing live",
		"backstay repo drop nas\n",
		"Refused (5) while live backups lie in it. No file is touched.\n",
		"{\"dropped\":}\n", NULL, NEED_WRITE, 1, 1, drop},
	{0},
};
