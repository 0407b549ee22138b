/* Incremental backups: what builds on nothing good counts for nothing, and what stays keeps all
 * that it builds on. */
#include "base/text.h"
#include "policy/keep_private.h"
#include <string.h>

enum { UNSEEN, WALKING, WALKED };

static void take_parent(struct keep_item *i)
{
	bool good = i->parent && i->parent->walked == WALKED && i->parent->stands;

	if (i->b->incremental && !good) {
		i->broken = true;
		i->stands = i->eligible = false;
	}
	i->walked = WALKED;
}

/* Up to one that is known, and down again; a ring is known to be none. */
static void walk(struct keep_item *i, struct keep_item **path)
{
	size_t n = 0;

	for (; i && i->walked == UNSEEN; i = i->parent) {
		i->walked = WALKING;
		path[n++] = i;
	}
	while (n)
		take_parent(path[--n]);
}

void keep_chain_find(struct keep_work *w)
{
	struct keep_item **path = arena_take(w->arena, (w->n + 1) * sizeof(struct keep_item *));
	bool any = false;

	for (size_t k = 0; k < w->n; k++) {
		struct keep_item *i = &w->items[k];

		any = any || i->b->incremental;
		if (i->b->incremental && i->b->parent && i->b->parent != i->b->id)
			i->parent = keep_find(w, i->b->parent);
	}
	for (size_t k = 0; any && k < w->n; k++)
		walk(&w->items[k], path);
}

void keep_chain_close(struct keep_work *w)
{
	for (size_t k = 0; k < w->n; k++) {
		struct keep_item *i = &w->items[k];

		if (i->action == BKS_EXPIRE || i->by_chain)
			continue; /* those of BY_CHAIN told their parents when they became so */
		while (i->parent) {
			i = i->parent;
			i->kids++;
			if (i->action != BKS_EXPIRE)
				break;
			i->action = BKS_KEEP;
			i->by_chain = true;
			i->parting = i->reasons.v[0].text;
			i->reasons.n = 0;
		}
	}
}

void keep_chain_say(struct keep_work *w)
{
	for (size_t k = 0; k < w->n; k++)
		keep_unsay(&w->items[k], "chain");
	/* in the order of ids, the first that builds on it is the smallest */
	for (size_t k = 0; k < w->n; k++) {
		const struct keep_item *i = w->by_id[k];
		struct keep_item *p = i->parent;
		bool told = false;

		if (!p || i->action == BKS_EXPIRE || p->action != BKS_KEEP)
			continue;
		for (size_t r = 0; r < p->reasons.n; r++)
			told = told || !strncmp(p->reasons.v[r].text, "chain ", 6);
		if (!told)
			keep_say(w, p, arena_form(w->arena, "chain %lld", (long long)i->b->id));
	}
}
