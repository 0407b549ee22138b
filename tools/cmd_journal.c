/* cmd_journal.c - who changed what, and whether that is all of it */
#include "backstay/run.h"
#include "out.h"

static bks_json *row_of(const bks_journal_row *r)
{
	bks_json *o = bks_json_object();
	bks_json_put_int(o, "id", r->id);
	bks_json_put_time(o, "at", r->at);
	bks_json_put_name(o, "login", r->login);
	bks_json_put_int(o, "uid", r->uid);
	bks_json_put_int(o, "pid", r->pid);
	bks_json_put_name(o, "host", r->host);
	bks_json_put_text(o, "action", r->action);
	bks_json_put_name(o, "object", r->object);
	bks_json_put_name(o, "detail", r->detail);
	bks_json_put_text(o, "hash", r->hash);
	return o;
}

static void say_rows(struct call *c, const bks_journal_row *v, size_t n)
{
	static const char *const titles[] = {
		">ID", "AT", "WHO", "ACTION", "OBJECT", "DETAIL", NULL};
	struct table t = table_new(c, titles);
	for (size_t i = 0; i < n; i++) {
		table_add(&t, said("%lld", (long long)v[i].id));
		table_add(&t, time_shown(v[i].at));
		table_add(&t,
			v[i].login ? shown(c, v[i].login) : said("%lld", (long long)v[i].uid));
		table_add(&t, shown(c, v[i].action));
		table_add(&t, v[i].object ? shown(c, v[i].object) : "-");
		table_add(&t, v[i].detail ? shown(c, v[i].detail) : "-");
	}
	if (n)
		table_print(&t, true);
}

static int list(struct call *c)
{
	const bks_journal_row *v = NULL;
	bks_time since = BKS_TIME_NONE;
	size_t n = 0;
	int r = opt_time(&since, c, "since", NULL);
	if (!r)
		r = bks_journal_list(&v, &n, c->cat, since,
			opt_given(c, "last") ? (size_t)opt_count(c, "last") : 0,
			opt_text(c, "object"), c->arena, &c->err);
	if (r < 0)
		return r;
	bks_json *l = bks_json_list();
	for (size_t i = 0; i < n && c->json; i++)
		bks_json_add(l, row_of(&v[i]));
	c->doc = bks_json_object();
	bks_json_put(c->doc, "journal", l);
	if (!c->json)
		say_rows(c, v, n);
	c->end.done = (int64_t)n;
	return n ? 0 : no_match(c, "no row of the journal matches");
}

static void put_health(bks_json *doc, const bks_journal_health *h)
{
	bks_json_put_int(doc, "rows", h->rows);
	bks_json_put_text(doc, "head", h->head);
	bks_json_put_text(doc, "state", h->broken ? "broken" : "sound");
	bks_json_put_size(doc, "broken_row", h->broken_row ? h->broken_row : -1);
	bks_json_put_name(doc, "why", h->why);
	bks_json_put_size(doc, "known_row", h->known_row ? h->known_row : -1);
}

static int verify(struct call *c)
{
	bks_journal_health h = {0};
	int r = bks_journal_verify(&h, c->cat, opt_text(c, "head"), c->arena, &c->err);
	if (r < 0)
		return r;
	c->doc = bks_json_object();
	put_health(c->doc, &h);
	c->end.done = h.rows;
	c->end.catalog = h.broken;
	if (h.broken) {
		const char *where =
			h.broken_row ? said("row %lld: ", (long long)h.broken_row) : "";
		say(c, "broken: %s%s; %lld rows before it follow on each other", where, h.why,
			(long long)h.rows);
		trouble(c, "the journal is broken: %s%s", where, h.why);
		c->complained = true;
		return 0;
	}
	say(c, "sound: %lld rows in one chain", (long long)h.rows);
	say(c, "head   %s", h.head);
	if (h.known_row)
		say(c, "the head that was noted is row %lld; %lld came after it",
			(long long)h.known_row, (long long)(h.rows - h.known_row));
	return h.rows ? 0 : no_match(c, "the journal has no row");
}

static const struct option_spec list_options[] = {
	{"since", OPT_TIME, "TIME", "at or after it", NULL},
	{"last", OPT_COUNT, "N", "at most so many", NULL},
	{"object", OPT_TEXT, "X", "about it alone: a name, or of a backup its id or label",
		NULL},
	{0},
};
static const struct option_spec verify_options[] = {
	{"head", OPT_TEXT, "HEX",
		"a head that was noted earlier: it must still be in the chain", NULL},
	{0},
};

const struct command commands_journal[] = {
	{"journal list", "", "who changed what, newest first",
		"backstay journal list --since 7d\n"
		"backstay journal list --object 17 --json\n"
		"backstay journal list --last 20\n",
		NULL,
		"{\"journal\": [{\"id\":, \"at\":, \"login\":, \"uid\":, \"pid\":, \"host\":, "
		"\"action\":, \"object\":, \"detail\":, "
		"\"hash\":}]}\n",
		list_options, NEED_READ, 0, 0, list},
	{"journal verify", "", "walk the chain of the journal from its first row",
		"backstay journal verify\n"
		"backstay journal verify --head "
		"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\n",
		"Each row holds the hash of the one before. Ends with 6 and names the first "
		"row that does not fit: one that was changed, put in, "
		"taken out or\n"
		"moved. Rows cut off the end leave a chain that fits: give the head that "
		"`nightly --json` printed (journal_head) and that you "
		"keep elsewhere.\n"
		"So also for a journal that somebody wrote anew from its first row on.\n",
		"{\"rows\":, \"head\":, \"state\": \"sound\" or \"broken\", \"broken_row\":, "
		"\"why\":, \"known_row\":}\n",
		verify_options, NEED_READ, 0, 0, verify},
	{0},
};
