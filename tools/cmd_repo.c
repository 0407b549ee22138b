/* cmd_repo.c - the places where backups lie */
#include "backstay/repo.h"
#include "look.h"
#include "out.h"
#include <string.h>

static void put_limit(bks_json *o, const char *key, int64_t us)
{
	bks_json_put_seconds(o, key, us > 0 ? us : -1);
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
	return o;
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
	say(c, "%s %s: %s", done, shown(c, p->name), shown(c, p->url));
	c->end.done++;
	return 0;
}

static int add(struct call *c)
{
	bks_repo p = {.name = c->args[0], .url = c->args[1], .price_month = -1, .retrieval_price = -1};
	int64_t id;
	read_options(&p, c);
	int r = bks_repo_add(&id, c->cat, &p, &c->err);
	return r < 0 ? r : answer(c, p.name, "added");
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
	if (!opt_given(c, "read-only") && !opt_given(c, "writable") &&
		!opt_given(c, "cleaned-by-others") && !opt_given(c, "domain"))
		return fails(c, BKS_E_USAGE, "nothing to set; see backstay help repo set");
	read_options(&p, c);
	if (opt_flag(c, "writable"))
		p.read_only = false;
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
		table_add(&t, shown(c, p->url));
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
		     : no_match(c,
			       "no repo is known; backstay repo add NAME DIRECTORY adds one");
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
			"what would be lost together with it: a disk, a site", NULL},

static const struct option_spec add_options[] = {OPTIONS{0}};
static const struct option_spec set_options[] = {
	OPTIONS{"writable", OPT_FLAG, NULL, "the opposite of --read-only", NULL},
	{0},
};

#define REPO                                                                                   \
	"{\"name\":, \"url\":, \"read_only\":, \"cleaned_by_others_seconds\":, \"domain\":, "  \
	"\"declared\":}"

const struct command commands_repo[] = {
	{"repo add", "NAME URL", "add a place where backups lie",
		"backstay repo add local /srv/backups\n"
		"backstay repo add nas file:///mnt/nas/pg --read-only --cleaned-by-others "
		"30d\n",
		"URL is a directory, as a path or as file:///dir. A marker file with a random "
		"id is written into it, unless --read-only:\n"
		"when the marker is missing later, the place counts as not mounted instead of "
		"empty. With --cleaned-by-others it is no\n"
		"trouble when a file older than D vanishes.\n",
		"{\"repo\": " REPO "}\n", add_options, NEED_MAKE, 2, 2, add},
	{"repo set", "NAME", "change what is known of a repo",
		"backstay repo set nas --domain rack2\n"
		"backstay repo set nas --cleaned-by-others 0s\n",
		"A repo that the settings file declares is changed there.\n",
		"{\"repo\": " REPO "}\n", set_options, NEED_WRITE, 1, 1, set},
	{"repo list", "", "the repos", "backstay repo list\n", NULL,
		"{\"repos\": [" REPO "]}\n", NULL, NEED_READ, 0, 0, list},
	{"repo drop", "NAME", "forget a repo that holds nothing live",
		"backstay repo drop nas\n",
		"Refused (5) while live backups lie in it. No file is touched.\n",
		"{\"dropped\":}\n", NULL, NEED_WRITE, 1, 1, drop},
	{0},
};
