/* The rules of other tools, over plain times, and how they are written on the command line. */
#include "policy/peers.h"
#include "base/text.h"
#include "base/zone.h"
#include "policy/bucket.h"
#include <stdlib.h>
#include <string.h>

/* ---- how they are written ---- */

enum { NUMBER_MOST = 100000 };

static bool take_number(int *out, const char **p)
{
	const char *from = *p;

	for (*out = 0; **p >= '0' && **p <= '9' && *out <= NUMBER_MOST; ++*p)
		*out = *out * 10 + (**p - '0');
	return *p > from && *out > 0 && *out <= NUMBER_MOST;
}

/* Months may be written as restic does or as they are written here. */
static void skip_o(const char **p)
{
	if ((*p)[-1] == 'm' && **p == 'o')
		++*p;
}

static bool read_count(struct peer_policy *o, const char **p)
{
	static const char letters[] = "hdwmyl";
	const char *unit;
	int n;

	if (!take_number(&n, p) || !**p)
		return false;
	unit = strchr(letters, **p);
	if (!unit || o->counts[unit - letters])
		return false;
	++*p;
	skip_o(p);
	o->counts[unit - letters] = n;
	return true;
}

static bool read_length(struct peer_length *o, const char **p)
{
	int n;

	while (**p && **p != ',') {
		if (!take_number(&n, p))
			return false;
		switch (*(*p)++) {
		case 'h':
			o->hours = n;
			break;
		case 'd':
			o->days = n;
			break;
		case 'm':
			o->months = n;
			break;
		case 'y':
			o->years = n;
			break;
		default:
			return false;
		}
		skip_o(p);
	}
	return o->hours || o->days || o->months || o->years;
}

static bool read_within(struct peer_policy *o, const char **p)
{
	static const char *const words[PEER_PERIODS] = {
		"hourly=", "daily=", "weekly=", "monthly=", "yearly=", ""};
	struct peer_length length = {0};

	for (int k = 0; k < PEER_PERIODS; k++) {
		size_t n = strlen(words[k]);

		if (strncmp(*p, words[k], n) != 0)
			continue;
		*p += n;
		if (o->within[k].hours || o->within[k].days || o->within[k].months ||
			o->within[k].years || !read_length(&length, p))
			return false;
		o->within[k] = length;
		return true;
	}
	return false;
}

static bool read_list(
	struct peer_policy *o, const char *p, bool (*read)(struct peer_policy *, const char **))
{
	for (;;) {
		if (!read(o, &p))
			return false;
		if (!*p)
			return true;
		if (*p++ != ',')
			return false;
	}
}

static bool read_days(struct peer_policy *o, const char *p)
{
	int n;

	if (!take_number(&n, &p) || strcmp(p, "d") != 0)
		return false;
	o->days = n;
	return true;
}

static bool read_rule(struct peer_policy *o, const char *word, size_t length, const char *rest)
{
	if (length == 5 && !strncmp(word, "mtime", length))
		return o->rule = PEER_MTIME, read_days(o, rest);
	if (length == 5 && !strncmp(word, "count", length))
		return o->rule = PEER_COUNT,
		       take_number(&o->counts[PEER_EACH], &rest) && !*rest;
	if (length == 6 && !strncmp(word, "restic", length))
		return o->rule = PEER_RESTIC, read_list(o, rest, read_count);
	if (length == 13 && !strncmp(word, "restic-within", length))
		return o->rule = PEER_RESTIC, read_list(o, rest, read_within);
	if (length == 6 && !strncmp(word, "policy", length))
		return o->rule = PEER_OURS, o->name = rest, *rest;
	return false;
}

int peer_parse(struct peer_policy *out, const char *text, bks_arena *a, bks_error *err)
{
	const char *colon = strchr(text, ':');

	*out = (struct peer_policy){.text = arena_text(a, text)};
	if (colon && read_rule(out, out->text, (size_t)(colon - text),
			     out->text + (colon - text) + 1))
		return 0;
	return fail(err, BKS_E_USAGE,
		"policy \"%s\": wants mtime:30d, count:7, restic:7d,4w,12m, "
		"restic-within:daily=7d,monthly=12m or policy:NAME",
		bks_shown(text, a));
}

/* ---- what they let go ---- */

struct ranked {
	bks_time t;
	size_t at;
	bool kept;
};

static int newest_first(const void *x, const void *y)
{
	const struct ranked *a = x, *b = y;

	if (a->t != b->t)
		return a->t < b->t ? 1 : -1;
	return (a->at < b->at) - (a->at > b->at);
}

/* A number for the period of T; EACH is a period of its own. */
static int64_t period_of(enum peer_period p, bks_time t, size_t rank)
{
	int64_t hour = t / BKS_HOUR - (t % BKS_HOUR < 0), day = t / BKS_DAY - (t % BKS_DAY < 0);

	switch (p) {
	case PEER_HOUR:
		return hour;
	case PEER_DAY:
		return day;
	case PEER_WEEK:
		return bucket_key(BKS_BUCKET_WEEK, day);
	case PEER_MONTH:
		return bucket_key(BKS_BUCKET_MONTH, day);
	case PEER_YEAR:
		return bucket_key(BKS_BUCKET_YEAR, day);
	case PEER_EACH:
	case PEER_PERIODS:
		break;
	}
	return (int64_t)rank;
}

/* The newest of each period, COUNT of them (-1: no end) not older than EDGE, which itself is
 * out; and the oldest of all, if it is reached. */
static void keep_periods(
	struct ranked *v, size_t n, enum peer_period p, int count, bks_time edge)
{
	bool any = false;
	int64_t last = 0;

	for (size_t k = 0; k < n && count != 0 && v[k].t > edge; k++) {
		int64_t key = period_of(p, v[k].t, k);

		if (any && key == last && k + 1 < n)
			continue;
		v[k].kept = true;
		any = true;
		last = key;
		count -= count > 0;
	}
}

/* Days that a month lacks are carried into the next one. */
static bks_time edge_of(const struct peer_length *l, bks_time latest)
{
	bks_civil c = zone_civil(latest, NULL);

	c.year -= l->years;
	c.month -= l->months;
	c.day -= l->days;
	return zone_instant(&c, NULL) + (latest % BKS_SECOND + BKS_SECOND) % BKS_SECOND -
	       l->hours * BKS_HOUR;
}

/* The newest that is not in the future; the newest of all where every one is. */
static bks_time latest_of(const struct ranked *v, size_t n, bks_time now)
{
	for (size_t k = 0; k < n; k++)
		if (v[k].t <= now)
			return v[k].t;
	return n ? v[0].t : now;
}

static void keep_restic(struct ranked *v, size_t n, const struct peer_policy *p, bks_time now)
{
	bks_time latest = latest_of(v, n, now);

	for (int k = 0; k < PEER_PERIODS; k++) {
		const struct peer_length *w = &p->within[k];

		keep_periods(v, n, (enum peer_period)k, p->counts[k], BKS_TIME_NONE);
		if (w->hours || w->days || w->months || w->years)
			keep_periods(v, n, (enum peer_period)k, -1, edge_of(w, latest));
	}
}

void peer_forget(bool *goes, const struct peer_policy *p, const struct peer_backup *v, size_t n,
	bks_time now, bks_arena *a)
{
	struct ranked *r = arena_take(a, (n + 1) * sizeof *r);

	for (size_t k = 0; k < n; k++) {
		goes[k] = p->rule == PEER_MTIME && (now - v[k].mtime) / BKS_DAY > p->days;
		r[k] = (struct ranked){v[k].point, k, false};
	}
	if (p->rule != PEER_COUNT && p->rule != PEER_RESTIC)
		return;
	if (n)
		qsort(r, n, sizeof *r, newest_first);
	if (p->rule == PEER_COUNT)
		for (size_t k = 0; k < n; k++)
			r[k].kept = k < (size_t)p->counts[PEER_EACH];
	else
		keep_restic(r, n, p, now);
	for (size_t k = 0; k < n; k++)
		goes[r[k].at] = !r[k].kept;
}
