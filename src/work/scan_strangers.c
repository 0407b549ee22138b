/*
 * What is no backup is looked at once: in a bucket each look costs a request, and a night over a thousand strangers must cost no more
 * than their listing. What claims a stranger later has it looked at again.
 */
#include "base/text.h"
#include "work/group.h"
#include "work/scan_private.h"
#include <stdlib.h>
#include <string.h>

int strangers_load(struct scan *s, const store *place)
{
	struct strangers *k = &s->strangers;
	int r;

	*k = (struct strangers){0};
	if (!store_remote(place))
		return 0;
	k->on = true;
	r = stranger_list(&k->v, &k->n, s->cat, s->repo->id, s->arena, s->err);
	k->seen = arena_take(s->arena, k->n + 1);
	return r;
}

static size_t find(const struct strangers *k, const char *path)
{
	size_t lo = 0, hi = k->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int c = strcmp(k->v[mid].path, path);

		if (!c)
			return mid;
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return k->n;
}

int strangers_know(struct scan *s, const struct store_entry *e)
{
	struct strangers *k = &s->strangers;
	size_t i = k->on && e->kind == STORE_FILE ? find(k, e->path) : k->n;
	struct claim c;
	int r;

	if (i == k->n || k->v[i].inode != e->id.inode || k->v[i].size != e->id.size || k->v[i].mtime != e->id.mtime)
		return 0;
	r = group_claim(&c, &s->sources, e->path, s->scratch, s->err);
	if (r || c.source)
		return r;
	k->seen[i] = 1;
	return 1;
}

int strangers_note(struct scan *s, const struct store_entry *e)
{
	struct strangers *k = &s->strangers;
	size_t i;
	int r;

	if (!k->on || s->opt->dry_run || e->kind != STORE_FILE)
		return 0;
	i = find(k, e->path);
	if (i < k->n)
		k->seen[i] = 1;
	r = stranger_put(s->cat, s->repo->id, &(struct stranger){e->path, e->id.inode, e->id.size, e->id.mtime}, s->err);
	return r ? r : scan_wrote(s);
}

int strangers_forget(struct scan *s)
{
	struct strangers *k = &s->strangers;
	int r = 0;

	for (size_t i = 0; !r && !s->opt->dry_run && i < k->n; i++)
		if (!k->seen[i]) {
			r = stranger_drop(s->cat, s->repo->id, k->v[i].path, s->err);
			if (!r)
				r = scan_wrote(s);
		}
	return r;
}
