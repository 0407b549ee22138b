/* duties.c - what is overdue of the calendar, in a few words */
#include "duties.h"
#include "out.h"

int duties_do(struct duties *out, struct call *c, bool hand)
{
	const bks_task *all = NULL;
	size_t n = 0;
	int r = bks_task_list(&all, &n, c->cat, c->now, c->arena, &c->err);
	bks_task *v = take((n + 1) * sizeof *v);
	*out = (struct duties){v, 0};
	for (size_t i = 0; !r && i < n; i++)
		if (all[i].overdue && !(hand && all[i].automatic))
			v[out->n++] = all[i];
	return r;
}

void duties_put(bks_json *doc, const struct duties *d)
{
	bks_json *list = bks_json_list();
	for (size_t i = 0; i < d->n; i++)
		bks_json_add_name(list, d->v[i].name);
	bks_json_put(doc, "tasks_overdue", list);
}

const char *duties_text(const struct call *c, const struct duties *d)
{
	const char *text = NULL;
	for (size_t i = 0; i < d->n; i++)
		text = said("%s%s%s (%s)", text ? text : "", text ? ", " : "",
			shown(c, d->v[i].name), shown(c, d->v[i].owner));
	return text;
}

bks_json *evidence_json(const bks_evidence *e)
{
	if (!e->path)
		return NULL;
	bks_json *o = bks_json_object();
	bks_json_put_name(o, "path", e->path);
	bks_json_put_int(o, "size", e->size);
	bks_json_put_hex(o, "sha256", e->sha256, sizeof e->sha256);
	return o;
}
