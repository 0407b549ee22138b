/* cmd_cost.c - what keeping costs a month, what the plan saves, and the months to come */
#include "backstay/cost.h"
#include "look.h"
#include "money.h"
#include "out.h"
#include <string.h>

static void put_price(bks_json *o, const char *key, int64_t price)
{
	money_put(o, key, price < 0 ? BKS_COST_UNKNOWN : price);
}

static void put_terms(bks_json *o, const bks_terms *t)
{
	put_price(o, "price_month", t->price_month);
	bks_json_put_seconds(o, "min_duration_seconds", t->min_duration ? t->min_duration : -1);
	put_price(o, "retrieval_price", t->retrieval_price);
	bks_json_put_seconds(
		o, "retrieval_delay_seconds", t->retrieval_delay ? t->retrieval_delay : -1);
}

static bks_json *lines_json(const bks_cost_line *v, size_t n, const char *key)
{
	bks_json *list = bks_json_list();
	for (size_t i = 0; i < n; i++) {
		bks_json *o = bks_json_object();
		bks_json_put_name(o, key, v[i].name);
		bks_json_put_int(o, "bytes", v[i].bytes);
		money_put(o, "cost", v[i].cost);
		if (!strcmp(key, "repo"))
			put_terms(o, &v[i].terms);
		bks_json_add(list, o);
	}
	return list;
}

static bks_json *month_json(const bks_cost *k)
{
	bks_json *o = bks_json_object();
	bks_json_put_int(o, "bytes", k->bytes);
	money_put(o, "total", k->total);
	money_put(o, "known", k->known);
	bks_json_put(o, "by_source", lines_json(k->sources, k->source_count, "source"));
	bks_json_put(o, "by_tier", lines_json(k->tiers, k->tier_count, "tier"));
	bks_json_put(o, "by_repo", lines_json(k->repos, k->repo_count, "repo"));
	return o;
}

static bks_json *plan_json(const bks_cost *k)
{
	bks_json *o = bks_json_object(), *early = bks_json_list();
	for (size_t i = 0; i < k->early_count; i++) {
		const bks_cost_early *e = &k->early[i];
		bks_json *v = bks_json_object();
		bks_json_put_int(v, "backup", e->backup->id);
		bks_json_put_name(v, "label", e->backup->label);
		bks_json_put_name(v, "repo", e->repo);
		money_put(v, "charge", e->charge);
		bks_json_put_time(v, "until", e->until);
		bks_json_add(early, v);
	}
	bks_json_put_int(o, "bytes", k->bytes_saved);
	money_put(o, "saves_month", k->saves_month);
	money_put(o, "early_deletion", k->early_deletion);
	money_put(o, "net", k->net);
	bks_json_put(o, "not_worth", early);
	return o;
}

/* What --by asks for. */
struct until {
	bks_time at; /* BKS_TIME_NONE: not asked */
	int64_t present, coming, total;
};

static bks_json *until_json(const struct until *u)
{
	if (u->at == BKS_TIME_NONE)
		return NULL;
	bks_json *o = bks_json_object();
	bks_json_put_time(o, "until", u->at);
	money_put(o, "present", u->present);
	money_put(o, "coming", u->coming);
	money_put(o, "total", u->total);
	return o;
}

static bks_json *cost_json(const bks_cost *k, const struct until *u)
{
	bks_json *doc = bks_json_object(), *forecast = bks_json_list(),
		 *unknown = bks_json_list(), *assumed = bks_json_list();
	for (size_t i = 0; i < sizeof k->forecast / sizeof *k->forecast; i++) {
		bks_json *o = bks_json_object();
		bks_json_put_text(o, "month", k->forecast[i].month);
		bks_json_put_int(o, "bytes", k->forecast[i].bytes);
		money_put(o, "cost", k->forecast[i].cost);
		bks_json_add(forecast, o);
	}
	for (size_t i = 0; i < k->unknown_count; i++)
		bks_json_add_name(unknown, k->unknown[i]);
	for (size_t i = 0; i < k->assumed_count; i++)
		bks_json_add_name(assumed, k->assumed[i]);
	bks_json_put_time(doc, "now", k->now);
	bks_json_put_name(doc, "currency", k->currency);
	bks_json_put(doc, "month", month_json(k));
	bks_json_put(doc, "plan", plan_json(k));
	bks_json_put(doc, "forecast", forecast);
	bks_json_put(doc, "assumed", assumed);
	bks_json_put(doc, "billed", until_json(u));
	bks_json_put(doc, "unknown", unknown);
	return doc;
}

static const char *amount(const struct call *c, const bks_cost *k, int64_t v)
{
	return money_shown(v, k->currency ? shown(c, k->currency) : NULL);
}

static void say_lines(
	struct call *c, const bks_cost *k, const bks_cost_line *v, size_t n, const char *title)
{
	const char *titles[] = {title, ">SIZE", ">A MONTH", NULL};
	struct table t = table_new(c, titles);
	for (size_t i = 0; i < n; i++) {
		table_add(&t, shown(c, v[i].name));
		table_add(&t, size_shown(v[i].bytes));
		table_add(&t, amount(c, k, v[i].cost));
	}
	table_print(&t, true);
	say(c, "%s", "");
}

static void say_early(struct call *c, const bks_cost *k)
{
	enum { MOST = 5 };
	for (size_t i = 0; i < k->early_count && i < MOST; i++)
		say(c, "  %lld in %s: not worth deleting now: billed until %s (%s) either way",
			(long long)k->early[i].backup->id, shown(c, k->early[i].repo),
			time_shown(k->early[i].until), amount(c, k, k->early[i].charge));
	if (k->early_count > MOST)
		say(c, "  and %zu more", k->early_count - MOST);
}

static void say_cost(struct call *c, const bks_cost *k, const struct until *u)
{
	say(c, "what lies there: %s, %s a month", size_shown(k->bytes), amount(c, k, k->total));
	if (k->total == BKS_COST_UNKNOWN)
		say(c, "  %s of it known; no price_month for %s", amount(c, k, k->known),
			shown(c, joined(k->unknown, k->unknown_count)));
	say(c, "%s", "");
	say_lines(c, k, k->sources, k->source_count, "SOURCE");
	say_lines(c, k, k->tiers, k->tier_count, "KEPT BY");
	say_lines(c, k, k->repos, k->repo_count, "REPO");
	say(c,
		"the plan frees %s: saves %s a month, early deletion %s, net %s in the first "
		"month",
		size_shown(k->bytes_saved), amount(c, k, k->saves_month),
		amount(c, k, k->early_deletion), amount(c, k, k->net));
	say_early(c, k);
	if (u->at != BKS_TIME_NONE)
		say(c, "until %s: %s for what lies there, %s for what comes", time_shown(u->at),
			amount(c, k, u->present), amount(c, k, u->coming));
	say(c, "%s", "");
	static const char *const titles[] = {"FORECAST", ">SIZE", ">COST", NULL};
	struct table t = table_new(c, titles);
	for (size_t i = 0; i < sizeof k->forecast / sizeof *k->forecast; i++) {
		table_add(&t, k->forecast[i].month);
		table_add(&t, size_shown(k->forecast[i].bytes));
		table_add(&t, amount(c, k, k->forecast[i].cost));
	}
	table_print(&t, true);
	if (k->assumed_count)
		say(c, "as if retention were switched on for %s, which it is not",
			shown(c, joined(k->assumed, k->assumed_count)));
}

static int read_until(struct until *u, struct call *c, const char *source)
{
	u->at = BKS_TIME_NONE;
	int r = opt_time(&u->at, c, "by", NULL);
	if (r || u->at == BKS_TIME_NONE)
		return r;
	if (u->at < c->now)
		return fails(c, BKS_E_USAGE, "--by: %s is before now; --now looks back",
			time_shown(u->at));
	r = bks_cost_until(
		&u->present, &u->coming, c->cat, source, c->now, u->at, c->arena, &c->err);
	u->total = u->present == BKS_COST_UNKNOWN || u->coming == BKS_COST_UNKNOWN ||
				   __builtin_add_overflow(u->present, u->coming, &u->total)
			   ? BKS_COST_UNKNOWN
			   : u->present + u->coming;
	return r;
}

static int run(struct call *c)
{
	const char *source = opt_text(c, "source");
	const bks_source *s = NULL;
	bks_cost k = {.now = c->now};
	struct until u = {.at = BKS_TIME_NONE};
	int r = source ? look_source(&s, c, source) : 0;
	if (!r)
		r = read_until(&u, c, source);
	if (!r)
		r = bks_cost_find(&k, c->cat, source, c->now, c->arena, &c->err);
	if (r < 0)
		return r;
	c->doc = cost_json(&k, &u);
	if (r > 0)
		return 0;
	c->end.done = k.bytes > 0;
	if (!c->end.done)
		return no_match(c, "nothing lies there that could cost anything");
	if (out_text(c))
		say_cost(c, &k, &u);
	return 0;
}

static const struct option_spec options[] = {
	{"source", OPT_TEXT, "S", "of this source", NULL},
	{"by", OPT_TIME, "TIME", "tell what will be billed until then", NULL},
	{"now", OPT_TIME, "TIME", "answer as of that time", NULL},
	{0},
};

#define LINE "\"bytes\":, \"cost\":}]"

const struct command commands_cost[] = {
	{"cost", "", "what keeping costs a month, what the plan saves, and the months to come",
		"backstay cost\n"
		"backstay cost --source shop --by 2027-01-01 --json\n",
		"Prices are in the settings: price_month, min_duration, retrieval_price, "
		"retrieval_delay of a repo and of its "
		"storage classes.\n"
		"A backup counts once, under its strongest reason; what has no price is null, "
		"and never 0. The forecast plans "
		"every night to\n"
		"come as if the policies were switched on. The formulas: docs/cost.md.\n",
		"{\"now\":, \"currency\":, \"month\": {\"bytes\":, \"total\":, \"known\":, "
		"\"by_source\": [{\"source\":, " LINE ",\n"
		"  \"by_tier\": [{\"tier\":, " LINE
		", \"by_repo\": [{\"repo\":, \"bytes\":, \"cost\":,\n"
		"    \"price_month\":, \"min_duration_seconds\":, \"retrieval_price\":, "
		"\"retrieval_delay_seconds\":}]},\n"
		"  \"plan\": {\"bytes\":, \"saves_month\":, \"early_deletion\":, \"net\":,\n"
		"    \"not_worth\": [{\"backup\":, \"label\":, \"repo\":, \"charge\":, "
		"\"until\":}]},\n"
		"  \"forecast\": [{\"month\": \"2026-12\", \"bytes\":, \"cost\":}], "
		"\"assumed\": [\"shop\"],\n"
		"  \"billed\": {\"until\":, \"present\":, \"coming\":, \"total\":} or null "
		"without --by,\n"
		"  \"unknown\": [\"local\"]}\n",
		options, NEED_READ, 0, 0, run},
	{0},
};
