/*
 * Walking a bucket: keys come sorted, folders are made of what stands before a slash. A walk of a folder inside another walk, and
 * questions after single names, are answered from the pages that are at hand where these know.
 */
#include "backstay/text.h"
#include "store/s3list.h"
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 1100 };

struct walk {
	struct s3_store *s;
	int (*visit)(void *arg, const struct store_entry *e);
	void *arg;
	struct s3_listing *own; /* what is passed over in it is not fetched; NULL: the pages at hand */
	struct text folder;     /* the one that was told last, with a slash at its end, or "" */
	size_t base;            /* bytes of it that nobody is told of: where the walk began */
	struct text pass;       /* keys that begin so are passed over; "" none */
	struct text name;
	struct text top;        /* the last file; of those before it that it begins with, the lengths */
	uint16_t under[DEPTH_MAX];
	size_t under_n;
};

static bool begins(const char *s, const char *with, size_t n)
{
	return !strncmp(s, with, n);
}

/* Forgets the files that PATH does not begin with. */
static void unwind(struct walk *w, const char *path)
{
	while (w->under_n && !begins(path, w->top.s, w->under[w->under_n - 1]))
		w->under_n--;
}

static bool is_file_too(const struct walk *w, size_t n)
{
	for (size_t i = 0; i < w->under_n; i++)
		if (w->under[i] == n)
			return true;
	return false;
}

static void file_told(struct walk *w, const char *path)
{
	size_t n = strlen(path);

	w->top.n = 0;
	text_word(&w->top, path);
	if (w->under_n < DEPTH_MAX && n <= UINT16_MAX)
		w->under[w->under_n++] = (uint16_t)n;
}

/* The folder that the walk is in now, whose slash is not there yet. */
static int tell_folder(struct walk *w)
{
	struct store_entry e = {.path = w->folder.s, .kind = STORE_FOLDER, .id = {.device = 1}};

	/* what is in a folder that has a file's name is told without it */
	return is_file_too(w, w->folder.n) ? 0 : w->visit(w->arg, &e);
}

/* Tells the folders on the way to the first N bytes of PATH, which end in a slash. 0; 1: it is passed over; else what the visitor said. */
static int enter(struct walk *w, const char *path, size_t n)
{
	size_t same = w->base;

	for (size_t i = w->base; i < n && i < w->folder.n && path[i] == w->folder.s[i]; i++)
		if (path[i] == '/')
			same = i + 1;
	w->folder.n = same;
	for (size_t i = same; i < n; i++) {
		int r;

		if (path[i] != '/')
			continue;
		w->folder.n = 0;
		text_add(&w->folder, path, i);
		r = tell_folder(w);
		text_add(&w->folder, "/", 1);
		if (r != STORE_PASS && r)
			return r;
		if (r == STORE_PASS) {
			w->pass.n = 0;
			text_add(&w->pass, path, i + 1);
			if (w->own)
				s3_listing_pass(w->own, w->pass.s);
			return 1;
		}
	}
	return 0;
}

static int tell_odd(struct walk *w, const struct s3_object *o, const char *why)
{
	struct store_entry e = {.path = o->path, .kind = STORE_SPECIAL, .error = why, .etag = o->etag, .storage_class = o->storage_class};

	s3_id(&e.id, w->s, o->path, o->etag, o->size, o->modified);
	return w->visit(w->arg, &e);
}

void s3_entry(struct store_entry *e, const struct s3_store *s, const struct s3_object *o)
{
	*e = (struct store_entry){.path = o->path, .kind = STORE_FILE, .etag = o->etag, .version = o->version, .storage_class = o->storage_class};
	s3_id(&e->id, s, o->path, o->etag, o->size, o->modified);
}

static int tell_file(struct walk *w, const struct s3_object *o)
{
	struct store_entry e;

	file_told(w, o->path);
	s3_entry(&e, w->s, o);
	return w->visit(w->arg, &e);
}

/* "a/b/": proper but for the slash at its end. */
static bool is_folder_path(struct walk *w, const struct s3_object *o, size_t n)
{
	if (n < 2 || o->path[n - 1] != '/')
		return false;
	w->name.n = 0;
	text_add(&w->name, o->path, n - 1);
	return store_path_proper(w->name.s);
}

static int one(struct walk *w, const struct s3_object *o)
{
	size_t n = strlen(o->path);
	const char *slash = strrchr(o->path, '/');
	bool marker = is_folder_path(w, o, n);
	int r;

	if (w->pass.n && begins(o->path, w->pass.s, w->pass.n))
		return 0;
	unwind(w, o->path);
	if (o->odd)
		return tell_odd(w, o, "there is a NUL byte in its key");
	if (!n || (!marker && !store_path_proper(o->path)))
		return n ? tell_odd(w, o, "its key is no path: an empty part, '.' or '..' is in it") : 0;
	r = slash ? enter(w, o->path, (size_t)(slash - o->path) + 1) : enter(w, "", 0);
	if (r)
		return r == 1 && w->pass.n ? 0 : r;
	if (marker) /* a folder as consoles make it, or a file that nobody can name */
		return o->size > 0 ? tell_odd(w, o, "its key ends in a slash") : 0;
	return tell_file(w, o);
}

static void walk_init(struct walk *w, struct s3_store *s, const char *from,
	int (*visit)(void *arg, const struct store_entry *e), void *arg, bks_arena *a)
{
	*w = (struct walk){.s = s, .visit = visit, .arg = arg, .folder = {.arena = a}, .pass = {.arena = a}, .name = {.arena = a},
		.top = {.arena = a}};
	text_word(&w->folder, from);
	text_word(&w->pass, "");
	text_word(&w->top, "");
	w->base = w->folder.n;
}

static int run_listing(struct walk *w, struct s3_listing *l, bool *any, bks_error *err)
{
	const struct s3_object *o;
	int r;

	w->own = l;
	while ((r = s3_listing_next(&o, l, err)) > 0) {
		*any = true;
		r = one(w, o);
		if (r)
			return r;
	}
	return r;
}

static int run_window(struct walk *w, const struct s3_listing *l, const char *from, bool *any)
{
	struct s3_page *p;
	size_t i, n = strlen(from);
	int r = 0;

	if (!s3_listing_seek(&p, &i, l, from))
		return 0;
	for (; p && !r; p = p->next, i = 0)
		for (; i < p->n && !r; i++) {
			if (!begins(p->v[i].path, from, n))
				return 0;
			*any = true;
			r = one(w, &p->v[i]);
		}
	return r;
}

struct s3_listing *s3_at_hand(struct s3_store *s)
{
	struct s3_listing *l;

	pthread_mutex_lock(&s->lock);
	l = s->listing && pthread_equal(s->lister, pthread_self()) ? s->listing : NULL;
	pthread_mutex_unlock(&s->lock);
	return l;
}

static bool take_turn(struct s3_store *s, struct s3_listing *l)
{
	bool mine;

	pthread_mutex_lock(&s->lock);
	mine = !s->listing;
	if (mine) {
		s->listing = l;
		s->lister = pthread_self();
	}
	pthread_mutex_unlock(&s->lock);
	return mine;
}

static void give_turn(struct s3_store *s)
{
	pthread_mutex_lock(&s->lock);
	s->listing = NULL;
	pthread_mutex_unlock(&s->lock);
}

/* A walk of all of a bucket that keeps versions lists these: no request more, and what is hidden behind the files is known. */
static int look_behind(struct s3_store *s, struct s3_listing *l, bks_error *err)
{
	int r = s3_versioned(s, err);

	if (r < 0)
		return r;
	l->versions = r > 0;
	bks_arena_free(s->met.arena);
	s->met = (struct s3_met){.arena = bks_arena_new()};
	return 0;
}

static int walk_anew(struct walk *w, const char *from, bool *any, bks_error *err)
{
	struct s3_listing l;
	bool mine;
	int r;

	s3_listing_init(&l, w->s, from, false);
	mine = take_turn(w->s, &l);
	r = mine && !*from ? look_behind(w->s, &l, err) : 0;
	if (!r)
		r = run_listing(w, &l, any, err);
	if (mine)
		give_turn(w->s);
	s3_listing_clear(&l);
	return r;
}

int s3_walk(store *s, const char *from, int (*visit)(void *arg, const struct store_entry *e), void *arg, bks_error *err)
{
	struct s3_store *b = (struct s3_store *)s;
	bks_arena *a = bks_arena_new();
	const char *folder = *from ? arena_form(a, "%s/", from) : "";
	struct s3_listing *l = s3_at_hand(b);
	struct walk *w = arena_one(a, struct walk);
	bool any = false;
	int r = 0;

	walk_init(w, b, folder, visit, arg, a);
	if (l)
		r = s3_listing_knows(l, folder) ? s3_listing_reach(l, folder, err) : 0;
	if (r >= 0)
		r = r && l ? run_window(w, l, folder, &any) : walk_anew(w, folder, &any, err);
	bks_arena_free(a);
	return !r && !any && *from ? 1 : r;
}

struct listing_one {
	int (*visit)(void *arg, const struct store_entry *e);
	void *arg;
};

static int pass_folders(void *arg, const struct store_entry *e)
{
	const struct listing_one *o = arg;
	int r = o->visit(o->arg, e);

	return !r && e->kind == STORE_FOLDER ? STORE_PASS : r;
}

static int list_anew(struct s3_store *b, const char *folder, const struct listing_one *to, bks_arena *a, bks_error *err)
{
	struct walk *w = arena_one(a, struct walk);
	const struct s3_object *o;
	struct s3_listing l;
	bool any = false;
	int r;

	walk_init(w, b, folder, to->visit, to->arg, a);
	s3_listing_init(&l, b, folder, true);
	while ((r = s3_listing_next(&o, &l, err)) > 0) {
		any = true;
		if (o->folder && !is_folder_path(w, o, strlen(o->path)))
			r = tell_odd(w, o, "its key is no path: an empty part, '.' or '..' is in it");
		else
			r = o->folder ? enter(w, o->path, strlen(o->path)) : one(w, o);
		w->pass.n = 0;
		if (r && r != STORE_PASS)
			break;
	}
	s3_listing_clear(&l);
	return !r && !any && *folder ? 1 : r;
}

int s3_list(store *s, const char *from, int (*visit)(void *arg, const struct store_entry *e), void *arg, bks_error *err)
{
	struct s3_store *b = (struct s3_store *)s;
	bks_arena *a = bks_arena_new();
	const char *folder = *from ? arena_form(a, "%s/", from) : "";
	struct s3_listing *l = s3_at_hand(b);
	struct listing_one to = {visit, arg};
	int r = l && s3_listing_knows(l, folder) ? s3_listing_reach(l, folder, err) : 0;

	if (r > 0)
		r = s3_walk(s, from, pass_folders, &to, err);
	else if (!r)
		r = list_anew(b, folder, &to, a, err);
	bks_arena_free(a);
	return r;
}
