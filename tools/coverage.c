/* coverage.c - how much of what lies in the repos was read lately, told */
#include "coverage.h"
#include "out.h"

static int64_t unread(const bks_coverage *v, bks_time now)
{
	if (v->unread_since == BKS_TIME_NONE)
		return -1;
	return now > v->unread_since ? now - v->unread_since : 0;
}

static void put(bks_json *o, const bks_coverage *v, bks_time now)
{
	bks_json_put_int(o, "files", v->files);
	bks_json_put_size(o, "bytes", v->bytes);
	bks_json_put_size(o, "read_bytes", v->read_bytes);
	bks_json_put_size(o, "never_read_bytes", v->never_bytes);
	if (v->bytes)
		bks_json_put_real(o, "share", (double)v->read_bytes / (double)v->bytes);
	else
		bks_json_put(o, "share", NULL);
	bks_json_put_seconds(o, "longest_unread_seconds", unread(v, now));
}

void coverage_put(bks_json *doc, const bks_coverage *v, size_t n, bks_time now)
{
	bks_json *o = bks_json_object(), *repos = bks_json_list();
	if (!n) {
		bks_json_put(doc, "coverage", NULL);
		return;
	}
	bks_json_put_seconds(o, "window_seconds", BKS_COVERAGE_WINDOW);
	put(o, &v[0], now);
	for (size_t i = 1; i < n; i++) {
		bks_json *one = bks_json_object();
		bks_json_put_name(one, "repo", v[i].repo);
		put(one, &v[i], now);
		bks_json_add(repos, one);
	}
	bks_json_put(o, "repos", repos);
	bks_json_put(doc, "coverage", o);
}

/* Rounded down: all is only what is all. */
static const char *share_text(const bks_coverage *v)
{
	int64_t tenths = (int64_t)((double)v->read_bytes / (double)v->bytes * 1000);
	if (tenths >= 1000 && v->read_bytes < v->bytes)
		tenths = 999;
	return said("%lld.%lld %% of %s", (long long)(tenths / 10), (long long)(tenths % 10), size_shown(v->bytes));
}

static const char *text(const bks_coverage *v, bks_time now)
{
	const char *never = v->never_bytes ? said(", %s never", size_shown(v->never_bytes)) : "";
	return said("%s%s, longest unread %s", share_text(v), never, duration_shown(unread(v, now)));
}

void coverage_say(struct call *c, const bks_coverage *v, size_t n, bks_time now)
{
	if (!n || !v[0].bytes)
		return;
	say(c, "read in the last 30 days: %s", text(&v[0], now));
	for (size_t i = 1; n > 2 && i < n; i++)
		if (v[i].bytes)
			say(c, "    %s: %s", shown(c, v[i].repo), text(&v[i], now));
}
