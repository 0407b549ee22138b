/* The door to every kind of store: opens by scheme, hands each call on, and what is the same
 * for all of them. */
#include "base/text.h"
#include "store/store_private.h"
#include <string.h>

static const struct store_kind *const kinds[] = {&store_file, &store_s3};

/* The length of the scheme that PLACE begins with; 0 when it is a path. */
static size_t scheme_length(const char *place)
{
	const char *end = strstr(place, "://");
	size_t n = end ? (size_t)(end - place) : 0;

	return n && strspn(place, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ01234567"
				  "89+-.") == n
		       ? n
		       : 0;
}

int store_open_place(store **out, const struct store_place *at, bks_error *err)
{
	size_t n = scheme_length(at->url);

	if (!n)
		return store_file.open(out, at, err);
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strlen(kinds[i]->scheme) == n && !strncmp(kinds[i]->scheme, at->url, n))
			return kinds[i]->open(out, at, err);
	return fail(err, BKS_E_USAGE, "no kind of place is called %.*s:// (file:// and s3:// are)",
		(int)(n < 40 ? n : 40), at->url);
}

int store_open(store **out, const char *url, bks_error *err)
{
	return store_open_place(out, &(struct store_place){.url = url}, err);
}

void store_close(store *s)
{
	if (s)
		s->kind->close(s);
}

int store_walk(store *s, int (*visit)(void *arg, const struct store_entry *e), void *arg,
	bks_error *err)
{
	return s->kind->walk(s, "", visit, arg, err);
}

int store_walk_in(store *s, const char *folder,
	int (*visit)(void *arg, const struct store_entry *e), void *arg, bks_error *err)
{
	if (*folder && !store_path_proper(folder))
		return fail(err, BKS_E_USAGE, "%s: no path beneath a repo",
			store_path_tail(folder));
	return s->kind->walk(s, folder, visit, arg, err);
}

struct shallow {
	int (*visit)(void *arg, const struct store_entry *e);
	void *arg;
};

static int pass_folders(void *arg, const struct store_entry *e)
{
	const struct shallow *l = arg;
	int r = l->visit(l->arg, e);

	return !r && e->kind == STORE_FOLDER ? STORE_PASS : r;
}

int store_list(store *s, const char *folder, int (*visit)(void *arg, const struct store_entry *e), void *arg,
	bks_error *err)
{
	struct shallow l = {visit, arg};

	if (!s->kind->list || (*folder && !store_path_proper(folder)))
		return store_walk_in(s, folder, pass_folders, &l, err);
	return s->kind->list(s, folder, visit, arg, err);
}

int store_rest(struct store_rest *out, store *s, bks_arena *a, bks_error *err)
{
	return s->kind->rest ? s->kind->rest(out, s, a, err) : 1;
}

bool store_hidden(bks_time *since, const store *s, const char *path)
{
	return s->kind->hidden && s->kind->hidden(since, s, path);
}

bool store_remote(const store *s)
{
	return s->kind->requests != NULL;
}

int64_t store_requests(const store *s)
{
	return s->kind->requests ? s->kind->requests(s) : 0;
}

const char *store_identity(const store *s, bks_arena *a)
{
	return s->kind->identity ? s->kind->identity(s, a) : NULL;
}

static int improper(const char *path, bks_error *err)
{
	return fail(err, BKS_E_USAGE, "%s: no path beneath a repo", store_path_tail(path));
}

int store_stat(struct store_entry *out, store *s, const char *path, bks_error *err)
{
	return store_path_proper(path) ? s->kind->stat(out, s, path, err) : improper(path, err);
}

int store_read(stream **out, struct store_id *id, store *s, const char *path, bks_error *err)
{
	return store_path_proper(path) ? s->kind->read(out, id, s, path, err)
				       : improper(path, err);
}

int store_read_head(stream **out, struct store_id *id, store *s, const char *path, int64_t most, bks_error *err)
{
	if (!s->kind->read_head)
		return store_read(out, id, s, path, err);
	return store_path_proper(path) ? s->kind->read_head(out, id, s, path, most, err) : improper(path, err);
}

int store_prove(const char **honours, store *s, bool writes, bks_arena *a, bks_error *err)
{
	*honours = NULL;
	return s->kind->prove ? s->kind->prove(honours, s, writes, a, err) : 0;
}

int store_put(
	store *s, const char *path, const void *bytes, size_t n, bool replace, bks_error *err)
{
	return store_path_proper(path) ? s->kind->put(s, path, bytes, n, replace, err)
				       : improper(path, err);
}

int store_pour(store *s, const char *path, stream *in, int64_t size, bool replace, bks_error *err)
{
	if (!s->kind->pour)
		return fail(err, BKS_E_USAGE, "%s is a folder here: nothing need be sent there", s->root);
	return store_path_proper(path) ? s->kind->pour(s, path, in, size, replace, err) : improper(path, err);
}

static int cannot_take(const store *s, bks_error *err)
{
	return fail(err, BKS_E_USAGE, "nothing can be deleted in %s", s->root);
}

static bool doomed_proper(const struct store_doomed *d)
{
	return store_path_proper(d->path) && store_path_proper(d->grave) && !strchr(d->grave, '/');
}

int store_trash_make(store *s, bks_error *err)
{
	return s->kind->trash_make ? s->kind->trash_make(s, err) : cannot_take(s, err);
}

int store_bury(const char **why, store *s, const struct store_doomed *d, bks_arena *a, bks_error *err)
{
	if (!s->kind->bury)
		return cannot_take(s, err);
	return doomed_proper(d) ? s->kind->bury(why, s, d, a, err) : improper(d->path, err);
}

int store_unbury(const char **why, store *s, const struct store_doomed *d, bks_arena *a, bks_error *err)
{
	if (!s->kind->unbury)
		return cannot_take(s, err);
	return doomed_proper(d) ? s->kind->unbury(why, s, d, a, err) : improper(d->path, err);
}

int store_erase(const char **why, int64_t *freed, store *s, const struct store_doomed *d, bks_arena *a, bks_error *err)
{
	if (!s->kind->erase)
		return cannot_take(s, err);
	return doomed_proper(d) ? s->kind->erase(why, freed, s, d, a, err) : improper(d->path, err);
}

int store_settle(store *s, const char *folder, bks_error *err)
{
	return s->kind->settle ? s->kind->settle(s, folder, err) : 0;
}

int store_recheck(const char **how, stream *s)
{
	return ((struct store_stream *)s)->recheck(how, s);
}

bool store_same(const struct store_id *a, const struct store_id *b)
{
	return a->size == b->size && a->mtime == b->mtime;
}

bool store_path_proper(const char *path)
{
	for (;;) {
		size_t n = strcspn(path, "/");

		if (n == 0 || (n == 1 && path[0] == '.') ||
			(n == 2 && path[0] == '.' && path[1] == '.'))
			return false;
		if (!path[n])
			return true;
		path += n + 1;
	}
}

const char *store_path_tail(const char *path)
{
	enum { ROOM = 400 };
	size_t n = strlen(path);

	return n > ROOM ? path + n - ROOM : path;
}

int store_slurp(const char **out, size_t *n, store *s, const char *path, size_t max,
	bks_arena *a, bks_error *err)
{
	AUTO(stream_auto) stream *in = NULL;
	struct text all = {.arena = a};
	struct store_id id;
	const uint8_t *p;
	size_t got;
	int r = s->kind->read_file && store_path_proper(path) ? s->kind->read_file(&in, &id, s, path, err)
							      : store_read(&in, &id, s, path, err);

	if (r == 2)
		return fail(
			err, BKS_E_IO, "open %s: it is no regular file", store_path_tail(path));
	if (r)
		return r;
	text_add(&all, "", 0);
	while ((r = stream_next(in, &p, &got, err)) > 0) {
		if (got > max - all.n)
			return 2;
		text_add(&all, p, got);
	}
	*out = all.s;
	*n = all.n;
	return r;
}

int store_starting(store *s, const char *path, int (*visit)(void *arg, const struct store_entry *e), void *arg, bks_error *err)
{
	if (!s->kind->starting)
		return 1;
	return store_path_proper(path) ? s->kind->starting(s, path, visit, arg, err) : improper(path, err);
}

int store_locked(bks_time *until, store *s, const struct store_doomed *d, bks_error *err)
{
	*until = BKS_TIME_NONE;
	if (!s->kind->locked)
		return 0;
	return store_path_proper(d->path) ? s->kind->locked(until, s, d, err) : improper(d->path, err);
}

int store_rules(const struct store_rule **out, size_t *n, store *s, bks_arena *a, bks_error *err)
{
	*out = NULL;
	*n = 0;
	return s->kind->rules ? s->kind->rules(out, n, s, a, err) : 1;
}

int store_two_keys(const char **why, store *s, const char *path, bks_arena *a, bks_error *err)
{
	*why = NULL;
	return s->kind->two_keys ? s->kind->two_keys(why, s, path, a, err) : 2;
}
