/* deltas.c - how the rows of a source changed from one backup to the next, told */
#include "out.h"
#include "steps.h"
#include <string.h>

enum { SHOWN_MAX = 3 };

/* "auth.users", "users" for one in public, "shop/users" of a database among several. */
static const char *name_shown(const struct call *c, const bks_row_delta *d)
{
	const char *name = shown(c, d->name);
	if (d->schema && strcmp(d->schema, "public") != 0)
		name = said("%s.%s", shown(c, d->schema), name);
	return d->database ? said("%s/%s", shown(c, d->database), name) : name;
}

/* How much of BEFORE went, in percent with one place, and never 0 for something nor 100 for
 * less than all. */
static const char *loss_shown(int64_t before, int64_t now)
{
	double pct = 100.0 * (double)(before - now) / (double)before;
	if (now > 0 && pct > 99.9)
		pct = 99.9;
	if (pct < 0.1)
		return said("-%lld", (long long)(before - now));
	return pct >= 10 && pct <= 99 ? said("-%.0f %%", pct) : said("-%.3g %%", pct);
}

/* users +312, orders -38 % */
static const char *delta_shown(const struct call *c, const bks_row_delta *d)
{
	const char *name = name_shown(c, d);
	if (d->now < 0)
		return said("%s gone", name);
	if (d->before < 0)
		return said("%s new", name);
	if (d->now > d->before)
		return said("%s +%lld", name, (long long)(d->now - d->before));
	return said("%s %s", name, loss_shown(d->before, d->now));
}

const char *deltas_shown(const struct call *c, const bks_source_status *s)
{
	const char *text = NULL;
	for (size_t i = 0; i < s->delta_count && i < SHOWN_MAX; i++)
		text = text ? said("%s, %s", text, delta_shown(c, &s->deltas[i]))
			    : delta_shown(c, &s->deltas[i]);
	if (s->delta_count > SHOWN_MAX)
		text = said("%s, %zu more", text, s->delta_count - SHOWN_MAX);
	return text;
}

static bks_json *delta_json(const bks_row_delta *d)
{
	bks_json *o = bks_json_object();
	bks_json_put_name(o, "database", d->database);
	bks_json_put_name(o, "schema", d->schema);
	bks_json_put_name(o, "name", d->name);
	bks_json_put_size(o, "before", d->before);
	bks_json_put_size(o, "rows", d->now);
	bks_json_put_int(
		o, "delta", (d->now < 0 ? 0 : d->now) - (d->before < 0 ? 0 : d->before));
	return o;
}

void deltas_put(bks_json *o, const bks_source_status *s)
{
	bks_json *list = bks_json_list(), *of = s->rows_backup ? bks_json_object() : NULL;
	for (size_t i = 0; i < s->delta_count; i++)
		bks_json_add(list, delta_json(&s->deltas[i]));
	if (of) {
		bks_json_put_int(of, "backup", s->rows_backup);
		bks_json_put_int(of, "before", s->rows_before);
	}
	bks_json_put(o, "rows_compared", of);
	bks_json_put(o, "rows_delta", list);
}
