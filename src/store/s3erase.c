/*
 * Taking objects away. Nothing is moved: what is there is listed, what is to go is deleted just
 * as it was listed, and only a listing that lacks it says that it is gone. A DELETE whose
 * answer was lost is not sent again before somebody looked.
 */
#include "backstay/text.h"
#include "base/text.h"
#include "base/vec.h"
#include "store/s3list.h"
#include <stdlib.h>
#include <string.h>

enum { STARTING_MAX = 2000, BODY_MAX = 1 << 20 };

/* One object, or one version of one, that lies where D lies. */
struct there {
	const char *path, *etag, *version; /* version NULL: it has none */
	struct store_id id;
	bool latest, marker;
};

struct looking {
	struct s3_store *s;
	const struct store_doomed *d;
	size_t skip; /* of a folder: bytes before the name of a member */
	bool versions;
	VEC(struct there) v;
	bks_arena *a;
};

static bool same(const struct store_id *a, const struct store_id *b)
{
	return a->inode == b->inode && a->size == b->size && a->mtime == b->mtime;
}

static bool is_of(const struct looking *k, const char *path)
{
	size_t n = strlen(k->d->path);

	return k->d->folder ? !strncmp(path, k->d->path, n) && path[n] == '/' && path[n + 1]
			    : !strcmp(path, k->d->path);
}

static void see(void *arg, const struct s3_object *o, bool latest, bool marker)
{
	struct looking *k = arg;
	struct there *t;

	if (o->odd || !is_of(k, o->path))
		return;
	t = vec_add(&k->v, k->a);
	*t = (struct there){.path = arena_text(k->a, o->path),
		.etag = arena_text(k->a, o->etag),
		.version = o->version ? arena_text(k->a, o->version) : NULL,
		.latest = latest,
		.marker = marker};
	s3_id(&t->id, k->s, t->path, o->etag, o->size, o->modified);
}

/* All that lies where D lies, with every version. 0; BKS_E_IO, also when that may not be
 * listed. */
static int look(struct looking *k, struct s3_store *s, const struct store_doomed *d,
	bks_arena *a, bks_error *err)
{
	const struct s3_object *o;
	struct s3_listing l;
	int r = s3_versioned(s, err);

	if (r < 0)
		return r;
	*k = (struct looking){
		.s = s, .d = d, .versions = r > 0, .a = a, .skip = strlen(d->path) + 1};
	s3_listing_init(&l, s, d->folder ? arena_form(a, "%s/", d->path) : d->path, false);
	l.versions = k->versions;
	l.each = see;
	l.arg = k;
	/* keys come in order: behind D's own there is nothing of it */
	while ((r = s3_listing_next(&o, &l, err)) > 0 && is_of(k, o->path))
		if (!l.versions)
			see(k, o, true, false);
	if (r >= 0 && l.versions != k->versions)
		r = fail(err, BKS_E_IO,
			"list the versions of %s: these keys may not (s3:ListBucketVersions)",
			bks_shown(d->path, a));
	s3_listing_clear(&l);
	return r < 0 ? r : 0;
}

static const struct store_member *member_of(const struct looking *k, const char *path)
{
	const char *name = path + k->skip;
	size_t lo = 0, hi = k->d->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int c = strcmp(k->d->members[mid].name, name);

		if (!c)
			return &k->d->members[mid];
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

/* Whether T is what D says: its ETag, size and time, and its version where that is known. */
static bool is_doomed(const struct looking *k, const struct there *t)
{
	const struct store_member *m;

	if (t->marker)
		return false;
	if (!k->d->folder)
		return same(&t->id, &k->d->id) &&
		       (!k->d->version || !t->version || !strcmp(k->d->version, t->version));
	m = member_of(k, t->path);
	return m && same(&t->id, &m->id);
}

static const char *what_else(const struct looking *k, const struct there *t)
{
	if (k->d->folder)
		return arena_form(k->a, "%s in it is another one than was there",
			bks_shown(t->path + k->skip, k->a));
	return k->d->id.size != t->id.size
		       ? arena_form(k->a, "another object has its key (size %lld -> %lld)",
				 (long long)k->d->id.size, (long long)t->id.size)
		       : "another object has its key (ETag, time or version)";
}

struct count {
	size_t doomed,
		visible;   /* versions that are D, those of them that a plain listing shows */
	const char *other; /* what a plain listing shows in its place */
	bool hidden;       /* by a marker that somebody else put there */
};

static struct count count_up(const struct looking *k)
{
	struct count c = {0};

	for (size_t i = 0; i < k->v.n; i++) {
		const struct there *t = &k->v.v[i];
		bool ours = is_doomed(k, t);

		c.doomed += ours;
		c.visible += ours && t->latest;
		if (t->latest && !ours && !t->marker)
			c.other = what_else(k, t);
	}
	c.hidden = c.doomed > c.visible && !c.other;
	return c;
}

int s3_bury(
	const char **why, store *s, const struct store_doomed *d, bks_arena *a, bks_error *err)
{
	struct looking k;
	struct count c;
	int r = look(&k, (struct s3_store *)s, d, a, err);

	if (r)
		return r;
	c = count_up(&k);
	*why = c.other;
	return c.other ? 2 : !c.visible;
}

int s3_unbury(
	const char **why, store *s, const struct store_doomed *d, bks_arena *a, bks_error *err)
{
	struct looking k;
	struct count c;
	int r = look(&k, (struct s3_store *)s, d, a, err);

	if (r)
		return r;
	c = count_up(&k);
	*why = c.other;
	if (c.hidden)
		*why = "a delete marker hides it, and its bytes are there";
	else if (!c.other && d->folder && c.visible && c.visible < d->n)
		*why = arena_form(a, "%zu of its %zu files are gone", d->n - c.visible, d->n);
	return *why ? 2 : !c.visible;
}

/* Whether T lies at its key now, asked of nothing but it. 0; 1: no; negative. */
static int is_still(
	struct s3_store *s, const struct there *t, bool versions, bks_arena *a, bks_error *err)
{
	struct s3_pair q = {"versionId", "null"};
	struct store_entry e;
	struct http_call *c;
	int r = s3_ask(&c, s,
		&(struct s3_ask){.method = "HEAD",
			.key = s3_key(s, t->path, a),
			.query = &q,
			.query_count = versions,
			.what = "look at"},
		err);

	if (r)
		return r < 0 ? r : 1;
	s3_entry_of(&e, s, t->path, c);
	http_end(c);
	return e.id.inode != t->id.inode || e.id.size != t->id.size;
}

/* A bucket of which nobody knew that it keeps versions got a marker in place of what was meant:
 * it is taken away again. */
static int undo_marker(
	struct s3_store *s, const char *key, const char *version, bks_arena *a, bks_error *err)
{
	struct s3_pair q = {"versionId", version};
	const char *body;
	size_t n;
	int r = s3_ask_whole(&body, &n, NULL, s,
		&(struct s3_ask){.method = "DELETE",
			.key = key,
			.query = &q,
			.query_count = 1,
			.what = "take a delete marker from"},
		BODY_MAX, a, err);

	s->versioned = 0;
	return r < 0 ? r
		     : fail(err, BKS_E_IO,
			       "delete %s: its bucket keeps versions, and did not say so",
			       bks_shown(key, a));
}

/* One DELETE. 0: the server says that it is gone, or was; S3_OTHER; S3_DENIED; negative: nobody
 * knows. */
static int ask_delete(
	struct s3_store *s, const struct there *t, bool versions, bks_arena *a, bks_error *err)
{
	const char *key = s3_key(s, t->path, a), *body, *marker;
	struct s3_pair q = {"versionId", t->version ? t->version : "null"},
		       h = {"if-match", arena_form(a, "\"%s\"", t->etag)};
	struct http_call *c = NULL;
	size_t n;
	int r = s3_ask_whole(&body, &n, &c, s,
		&(struct s3_ask){.method = "DELETE",
			.key = key,
			.query = &q,
			.query_count = versions,
			.headers = &h,
			.header_count = !versions && s->at.delete_if_match && *t->etag,
			.what = "delete",
			.may_be_refused = true,
			.once = !versions || !t->version},
		BODY_MAX, a, err);

	marker = !r && !versions && c ? http_header(c, "x-amz-delete-marker") : NULL;
	if (marker && !strcmp(marker, "true") && http_header(c, "x-amz-version-id"))
		r = undo_marker(
			s, key, arena_text(a, http_header(c, "x-amz-version-id")), a, err);
	http_end(c);
	return r == S3_NONE ? 0 : r;
}

/* Deletes T if it is there still. 0: it is not, as far as the server says; STORE_HELD;
 * negative. */
static int delete_one(
	struct s3_store *s, const struct there *t, bool versions, bks_arena *a, bks_error *err)
{
	bool sure = versions && t->version; /* nothing else will ever have that name */
	struct s3_patience p = {0};

	for (;;) {
		int r = sure ? 0 : is_still(s, t, versions, a, err);

		if (r)
			return r < 0 ? r : 0;
		r = ask_delete(s, t, versions, a, err);
		if (r >= 0)
			return r == S3_DENIED ? STORE_HELD : 0;
		if (sure || r != BKS_E_IO)
			return r;
		r = s3_wait(&p, s, 0, r, err);
		if (r)
			return r;
	}
}

static const char *why_held(store *s, const struct store_doomed *d, bks_arena *a)
{
	char text[BKS_TIME_TEXT];
	bks_time until;

	if (store_locked(&until, s, d, NULL) || until == BKS_TIME_NONE)
		return "the server does not let these keys delete it: they may not, or it is "
		       "locked";
	return until == STORE_LOCK_EVER
		       ? "a legal hold is on it"
		       : arena_form(a, "it is locked until %s", bks_time_text(text, until));
}

/* What of K is there after all was asked to be deleted. HELD: of something the server said no.
 */
static int see_end(
	const char **why, int64_t *freed, const struct looking *k, bool held, bks_error *err)
{
	struct looking after;
	size_t doomed = count_up(k).doomed, left;
	int r = look(&after, k->s, k->d, k->a, err);

	if (r)
		return r;
	left = count_up(&after).doomed;
	for (size_t i = 0; !left && i < k->v.n; i++)
		*freed += is_doomed(k, &k->v.v[i]) ? k->v.v[i].id.size : 0;
	if (!left)
		return 0;
	*why = held ? why_held(&k->s->s, k->d, k->a)
		    : "the server said that it is deleted, and it is there";
	if (left < doomed) /* half of a folder: the next run goes on */
		return fail(err, BKS_E_IO,
			"delete %s: %zu of its %zu files are there still: %s",
			bks_shown(k->d->path, k->a), left, doomed, *why);
	return held ? STORE_HELD : STORE_LIED;
}

int s3_erase(const char **why, int64_t *freed, store *s, const struct store_doomed *d,
	bks_arena *a, bks_error *err)
{
	struct looking k;
	struct count c;
	int r = look(&k, (struct s3_store *)s, d, a, err);

	*freed = 0;
	if (r)
		return r;
	c = count_up(&k);
	*why = c.other;
	if (c.other && (d->folder || !c.doomed))
		return 2;
	if (!c.doomed)
		return 1;
	for (size_t i = 0; !r && i < k.v.n; i++)
		if (is_doomed(&k, &k.v.v[i]))
			r = delete_one(k.s, &k.v.v[i], k.versions, a, err);
	return r < 0 ? r : see_end(why, freed, &k, r == STORE_HELD, err);
}

int s3_starting(store *s, const char *path,
	int (*visit)(void *arg, const struct store_entry *e), void *arg, bks_error *err)
{
	const struct s3_object *o;
	struct store_entry e;
	struct s3_listing l;
	int n = 0, r;

	s3_listing_init(&l, (struct s3_store *)s, path, true);
	while ((r = s3_listing_next(&o, &l, err)) > 0) {
		if (n++ == STARTING_MAX)
			break;
		if (o->folder || o->odd)
			continue;
		s3_entry(&e, (struct s3_store *)s, o);
		r = visit(arg, &e);
		if (r)
			break;
	}
	s3_listing_clear(&l);
	return r;
}
