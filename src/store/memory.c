/* A store in memory. Nothing in it is freed before the store is, so that an open stream keeps
 * what it reads. */
#include "store/memory.h"
#include "base/text.h"
#include "store/store_private.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct thing {
	struct thing *next;
	struct store_entry e;
	const uint8_t *bytes;
	bool dropped;
};

struct memory_store {
	store s;
	bks_arena *arena;
	struct thing *things;
	int64_t inodes;
};

struct memory_read {
	struct store_stream base;
	stream *bytes;
	const struct thing *of;
	struct store_id first;
	char how[80];
};

static struct thing *find(struct memory_store *m, const char *path)
{
	for (struct thing *t = m->things; t; t = t->next)
		if (!t->dropped && !strcmp(t->e.path, path))
			return t;
	return NULL;
}

void store_memory_drop(store *s, const char *path)
{
	struct thing *t = find((struct memory_store *)s, path);

	if (t)
		t->dropped = true;
}

static struct thing *thing_new(store *s, const char *path, enum store_kind_of kind)
{
	struct memory_store *m = (struct memory_store *)s;
	struct thing *t = arena_one(m->arena, struct thing);

	store_memory_drop(s, path);
	t->e.path = arena_text(m->arena, path);
	t->e.kind = kind;
	t->e.id.device = 1;
	t->e.id.inode = ++m->inodes;
	t->next = m->things;
	m->things = t;
	return t;
}

void store_memory_add(store *s, const char *path, const void *bytes, size_t n, bks_time mtime)
{
	struct thing *t = thing_new(s, path, STORE_FILE);

	t->bytes = (const uint8_t *)arena_bytes(((struct memory_store *)s)->arena, bytes, n);
	t->e.id.size = (int64_t)n;
	t->e.id.mtime = mtime;
}

void store_memory_append(
	store *s, const char *path, const void *bytes, size_t n, bks_time mtime)
{
	struct memory_store *m = (struct memory_store *)s;
	struct thing *t = find(m, path);
	struct text all = {.arena = m->arena};

	if (!t)
		return;
	text_add(&all, t->bytes, (size_t)t->e.id.size);
	text_add(&all, bytes, n);
	t->bytes = (const uint8_t *)all.s;
	t->e.id.size = (int64_t)all.n;
	t->e.id.mtime = mtime;
}

void store_memory_odd(store *s, const char *path, enum store_kind_of kind, const char *error)
{
	thing_new(s, path, kind)->e.error = error;
}

/* What PATH is called in the folder FROM; NULL: it does not lie beneath it. */
static const char *beneath(const char *path, const char *from)
{
	size_t n = strlen(from);

	if (!n)
		return path;
	return !strncmp(path, from, n) && path[n] == '/' ? path + n + 1 : NULL;
}

static bool is_folder(const struct memory_store *m, const char *path)
{
	for (const struct thing *t = m->things; t; t = t->next)
		if (!t->dropped && beneath(t->e.path, path))
			return true;
	return false;
}

/* Whether the walk met the folder of N bytes already, in an earlier thing. */
static bool met_before(const struct memory_store *m, const struct thing *t, size_t n)
{
	for (const struct thing *u = m->things; u && u != t; u = u->next)
		if (!u->dropped && u->e.path && !strncmp(u->e.path, t->e.path, n) &&
			(!u->e.path[n] || u->e.path[n] == '/'))
			return true;
	return false;
}

struct memory_walk {
	struct memory_store *m;
	int (*visit)(void *arg, const struct store_entry *e);
	void *arg;
};

/* NOLINTNEXTLINE(misc-no-recursion): as deep as a test's paths */
static int walk_in(const struct memory_walk *w, const char *from)
{
	int r = 0;

	for (struct thing *t = w->m->things; t && !r; t = t->next) {
		const char *rest = t->dropped ? NULL : beneath(t->e.path, from), *slash;
		struct store_entry folder = {.kind = STORE_FOLDER, .id = {.device = 1}};
		size_t n;

		if (!rest)
			continue;
		slash = strchr(rest, '/');
		n = (size_t)((slash ? slash : rest + strlen(rest)) - t->e.path);
		if (slash && met_before(w->m, t, n))
			continue;
		folder.path = arena_bytes(w->m->arena, t->e.path, n);
		r = w->visit(w->arg, slash ? &folder : &t->e);
		if (slash)
			r = r == STORE_PASS ? 0 : r ? r : walk_in(w, folder.path);
		else if (t->e.kind == STORE_FOLDER && r == STORE_PASS)
			r = 0;
	}
	return r;
}

static int memory_walk(store *s, const char *from,
	int (*visit)(void *arg, const struct store_entry *e), void *arg, bks_error *err)
{
	struct memory_walk w = {(struct memory_store *)s, visit, arg};
	struct thing *t = find(w.m, from);

	(void)err;
	if (*from && !is_folder(w.m, from) && !(t && t->e.kind == STORE_FOLDER))
		return 1;
	return walk_in(&w, from);
}

static int memory_stat(struct store_entry *out, store *s, const char *path, bks_error *err)
{
	struct thing *t = find((struct memory_store *)s, path);

	if (!t && is_folder((struct memory_store *)s, path)) {
		*out = (struct store_entry){
			.path = path, .kind = STORE_FOLDER, .id = {.device = 1}};
		return 0;
	}
	if (!t)
		return 1;
	if (t->e.kind == STORE_UNREADABLE)
		return fail(err, BKS_E_IO, "look at %s: %s", store_path_tail(path), t->e.error);
	*out = t->e;
	out->path = path;
	return 0;
}

static int memory_next(stream *s, const uint8_t **p, size_t *n, bks_error *err)
{
	return stream_next(((struct memory_read *)s)->bytes, p, n, err);
}

static void memory_stream_close(stream *s)
{
	stream_close(((struct memory_read *)s)->bytes);
	free(s);
}

static int memory_recheck(const char **how, stream *s)
{
	struct memory_read *f = (struct memory_read *)s;
	const struct store_id *is = &f->of->e.id;

	*how = f->how;
	if (store_same(is, &f->first))
		return 0;
	if (is->size == f->first.size)
		snprintf(f->how, sizeof f->how, "mtime changed");
	else
		snprintf(f->how, sizeof f->how, "size %lld -> %lld", (long long)f->first.size,
			(long long)is->size);
	return 1;
}

static int memory_read(
	stream **out, struct store_id *id, store *s, const char *path, bks_error *err)
{
	static const struct stream_kind kind = {memory_next, memory_stream_close};
	struct thing *t = find((struct memory_store *)s, path);
	struct memory_read *f;

	if (!t)
		return is_folder((struct memory_store *)s, path) ? 2 : 1;
	if (t->e.kind == STORE_UNREADABLE)
		return fail(err, BKS_E_IO, "open %s: %s", store_path_tail(path), t->e.error);
	if (t->e.kind != STORE_FILE)
		return 2;
	f = calloc(1, sizeof *f);
	if (!f)
		abort();
	f->base.s.kind = &kind;
	f->base.recheck = memory_recheck;
	f->bytes = stream_memory(t->bytes, (size_t)t->e.id.size, STREAM_BLOCK);
	f->of = t;
	f->first = t->e.id;
	*id = t->e.id;
	*out = &f->base.s;
	return 0;
}

static int memory_put(
	store *s, const char *path, const void *bytes, size_t n, bool replace, bks_error *err)
{
	if (!replace && find((struct memory_store *)s, path))
		return fail(err, BKS_E_REFUSED, "write %s: that name is taken",
			store_path_tail(path));
	store_memory_add(s, path, bytes, n, 0);
	return 0;
}

static void memory_close(store *s)
{
	bks_arena_free(((struct memory_store *)s)->arena);
	free(s);
}

store *store_memory_new(void)
{
	static const struct store_kind kind = {
		.scheme = "memory",
		.close = memory_close,
		.walk = memory_walk,
		.stat = memory_stat,
		.read = memory_read,
		.put = memory_put,
	};
	struct memory_store *m = calloc(1, sizeof *m);

	if (!m)
		abort();
	m->s.kind = &kind;
	m->s.root = "memory:";
	m->arena = bks_arena_new();
	return &m->s;
}
