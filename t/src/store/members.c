/*
 * A folder of a store as the members of a backup: listed once, each opened by its path when it
 * is asked for. Everything hangs on one block of names and one list.
 */
#include "base/text.h"
#include "store/store_private.h"
#include <stdlib.h>
#include <string.h>

enum { NAMES_MAX = 256 << 20, FIRST = 64 };

struct listed {
	members m;
	store *s;
	bks_arena *arena; /* names, and the folder's path */
	const char *folder;
	struct member *v;
	size_t room, names; /* bytes of names */
	bks_error *err;     /* during the listing */
};

static enum member_kind kind_of(enum store_kind_of kind)
{
	switch (kind) {
	case STORE_FILE:
		return MEMBER_FILE;
	case STORE_LINK:
		return MEMBER_LINK;
	case STORE_SPECIAL:
	case STORE_FOLDER:
		return MEMBER_SPECIAL;
	case STORE_UNREADABLE:
	default:
		return MEMBER_UNREADABLE;
	}
}

static void grow(struct listed *l)
{
	if (l->m.n < l->room)
		return;
	l->room = l->room ? 2 * l->room : FIRST;
	l->v = realloc(l->v, l->room * sizeof *l->v);
	if (!l->v)
		abort(); /* at most MEMBERS_MAX of them */
}

static int visit(void *arg, const struct store_entry *e)
{
	struct listed *l = arg;
	bool known = e->id.inode != 0;

	if (e->kind == STORE_FOLDER)
		return 0;
	l->names += strlen(e->path) + 1 + (e->error ? strlen(e->error) : 0);
	if (l->m.n == MEMBERS_MAX || l->names > NAMES_MAX)
		return fail(l->err, BKS_E_LIMIT,
			"list %s: more than %d files, or %d MiB of their names",
			store_path_tail(l->folder), MEMBERS_MAX, NAMES_MAX >> 20);
	grow(l);
	l->v[l->m.n++] = (struct member){
		.name = arena_text(
			l->arena, e->path + strlen(l->folder) + (*l->folder != '\0')),
		.size = known ? e->id.size : -1,
		.mtime = known ? e->id.mtime : BKS_TIME_NONE,
		.kind = kind_of(e->kind),
		.why = e->error ? arena_text(l->arena, e->error) : NULL,
	};
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct member *)a)->name, ((const struct member *)b)->name);
}

static int open_one(stream **out, members *m, size_t i, bks_error *err)
{
	const struct listed *l = (const struct listed *)m;
	bks_arena *a = bks_arena_new();
	struct store_id id;
	int r = store_read(out, &id, l->s,
		*l->folder ? arena_form(a, "%s/%s", l->folder, m->v[i].name) : m->v[i].name,
		err);

	bks_arena_free(a);
	return r;
}

static int changed(members *m, size_t i, stream *in, const char **how, bks_error *err)
{
	int r = store_recheck(how, in);

	(void)m;
	(void)i;
	return r < 0 ? fail(err, r, "%s", *how) : r;
}

static void close_all(members *m)
{
	struct listed *l = (struct listed *)m;

	bks_arena_free(l->arena);
	free(l->v);
	free(l);
}

/* A file that was renamed during the walk can be met twice under one name. */
static void drop_twins(struct listed *l)
{
	size_t n = 0;

	for (size_t i = 0; i < l->m.n; i++)
		if (!n || strcmp(l->v[n - 1].name, l->v[i].name) != 0)
			l->v[n++] = l->v[i];
	l->m.n = n;
}

int store_members(members **out, store *s, const char *path, bks_error *err)
{
	struct listed *l = calloc(1, sizeof *l);
	int r;

	if (!l)
		abort();
	l->s = s;
	l->arena = bks_arena_new();
	l->folder = arena_text(l->arena, path);
	l->err = err;
	l->m.open = open_one;
	l->m.changed = changed;
	l->m.close = close_all;
	r = store_walk_in(s, path, visit, l, err);
	if (r) {
		close_all(&l->m);
		return r;
	}
	if (l->m.n)
		qsort(l->v, l->m.n, sizeof *l->v, by_name);
	drop_twins(l);
	l->m.v = l->v;
	*out = &l->m;
	return 0;
}
