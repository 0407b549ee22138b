/*
 * The walk of a repo runs a few files ahead of what is done with them, so that a process looks
 * at new ones while the rows of those before them are written. What is visited, and in which
 * order, is the walk's.
 */
#include "base/arena.h"
#include "format/walname.h"
#include "work/apart.h"
#include "work/scan_private.h"
#include <stdlib.h>
#include <string.h>

struct walking {
	struct scan *s;
	store *place;
	struct store_entry v[AHEAD_MAX]; /* a ring of files; their paths are its own */
	size_t first, n;
};

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool is_wal(const char *path)
{
	struct wal_name n;

	wal_name_read(&n, base_of(path));
	return n.kind != WAL_NAME_NONE;
}

/* Most of these will be looked at; the rest is forgotten when it was visited. */
static bool is_new(struct scan *s, const struct store_entry *e)
{
	return !known_find(&s->known, e->path) && !passing_ours(&s->passing, e) &&
	       !passing_member(&s->passing, e->path) && !passing_part(e->path) &&
	       !passing_inner(&s->passing, e->path) && !is_wal(e->path);
}

static void ask(struct walking *w, const struct store_entry *e)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	struct store_id id;
	stream *in;

	if (store_read(&in, &id, w->place, e->path, NULL) == 0)
		ahead_ask(w->s->registrar.ahead, in, e->path,
			apart_folder(w->place, e->path, a), base_of(e->path), id.size);
}

static void forget_first(struct walking *w)
{
	free((char *)(uintptr_t)w->v[w->first].path);
	free((char *)(uintptr_t)w->v[w->first].etag);
	free((char *)(uintptr_t)w->v[w->first].version);
	free((char *)(uintptr_t)w->v[w->first].storage_class);
	w->first = (w->first + 1) % AHEAD_MAX;
	w->n--;
}

static int visit_first(struct walking *w)
{
	const struct store_entry *e = &w->v[w->first];
	int r = scan_visit(w->s, e);

	ahead_pass(w->s->registrar.ahead, e->path);
	forget_first(w);
	return r;
}

static int catch_up(struct walking *w)
{
	int r = 0;

	while (w->n && !r)
		r = visit_first(w);
	return r;
}

static char *mine_of(const char *s)
{
	char *c = s ? strdup(s) : NULL;

	if (s && !c)
		abort();
	return c;
}

static void put(struct walking *w, const struct store_entry *e)
{
	struct store_entry *mine = &w->v[(w->first + w->n++) % AHEAD_MAX];

	*mine = *e;
	mine->path = mine_of(e->path);
	mine->etag = mine_of(e->etag);
	mine->version = mine_of(e->version);
	mine->storage_class = mine_of(e->storage_class);
}

/* A folder's visitor decides whether the walk goes inside, and what is passed over there: all
 * before it is done first. */
static int visit(void *arg, const struct store_entry *e)
{
	struct walking *w = arg;
	int r = e->kind != STORE_FILE ? catch_up(w) : w->n == AHEAD_MAX ? visit_first(w) : 0;

	if (r || e->kind != STORE_FILE)
		return r ? r : scan_visit(w->s, e);
	if (!store_remote(w->place) && is_new(w->s, e)) /* what lies in a bucket is no descriptor */
		ask(w, e);
	put(w, e);
	return 0;
}

int scan_ahead(struct scan *s, store *place)
{
	struct walking w = {.s = s, .place = place};
	int r;

	s->registrar.ahead = ahead_new();
	r = store_walk(place, visit, &w, s->err);
	if (!r)
		r = catch_up(&w);
	while (w.n)
		forget_first(&w);
	ahead_free(s->registrar.ahead);
	s->registrar.ahead = NULL;
	return r;
}
