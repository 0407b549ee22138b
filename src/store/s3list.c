/* Pages of ListObjectsV2, and the few of them that a walk keeps at hand. */
#include "store/s3list.h"
#include "base/rfc3339.h"
#include "base/vec.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAGES_MAX = 24 << 20, BODY_MAX = 16 << 20, PER_OBJECT = 16, HIDDEN_MAX = 10000 };
#define LAST_BENEATH "\xF4\x8F\xBF\xBF" /* U+10FFFF: no key has a higher character */

struct paging {
	struct s3_page *page;
	size_t skip; /* bytes of the store's prefix */
	bool coded, truncated, latest;
	struct s3_store *s;
	struct s3_listing *l;
	struct s3_object o;
	const char *root;
	bks_arena *arena;
	bks_error *err;
};

/* The bytes of a key: as they are, or percent-encoded. *odd: there is a NUL among them. */
static const char *key_of(bool *odd, const struct paging *g, const char *text, size_t n, bks_arena *a)
{
	char *to = arena_take(a, n + 1);
	size_t k = 0;

	*odd = false;
	for (size_t i = 0; i < n; i++) {
		char two[3] = {0}, *end;

		to[k] = text[i];
		if (g->coded && text[i] == '+')
			to[k] = ' ';
		if (g->coded && text[i] == '%' && i + 2 < n) {
			memcpy(two, text + i + 1, 2);
			to[k] = (char)strtoul(two, &end, 16);
			if (!*end)
				i += 2;
			else
				to[k] = '%';
		}
		if (!to[k]) {
			*odd = true;
			to[k] = '?';
		}
		k++;
	}
	to[k] = '\0';
	return to;
}

static const char *bare(const char *etag, bks_arena *a)
{
	size_t n = strlen(etag);

	return n >= 2 && etag[0] == '"' && etag[n - 1] == '"' ? arena_bytes(a, etag + 1, n - 2) : arena_text(a, etag);
}

static const char *class_of(const char *text, bks_arena *a)
{
	return !*text || !strcmp(text, "STANDARD") ? "STANDARD" : arena_text(a, text);
}

/* Behind the root: what is asked is one of two listings. */
static const char *part_of(const char *way)
{
	const char *slash = strchr(way, '/');

	return slash ? slash + 1 : "";
}

static int began(void *arg, const char *way)
{
	struct paging *g = arg;
	const char *part = part_of(way);

	if (!strcmp(part, "Contents") || !strcmp(part, "CommonPrefixes") || !strcmp(part, "Version") || !strcmp(part, "DeleteMarker")) {
		g->o = (struct s3_object){.etag = "", .storage_class = "STANDARD", .size = -1, .modified = BKS_TIME_NONE};
		g->latest = true;
	}
	return 0;
}

/* Where their order is known at all. */
static bool follows(const struct s3_object *last, const struct s3_object *o)
{
	return last->odd || o->odd || last->folder || o->folder || strcmp(last->path, o->path) < 0;
}

static int put_object(struct paging *g)
{
	struct s3_page *p = g->page;

	if (!g->o.path)
		return fail(g->err, BKS_E_IO, "an object in it has no key");
	if (p->n && !follows(&p->v[p->n - 1], &g->o))
		return fail(g->err, BKS_E_IO, "its keys are not in order");
	*vec_add(p, p->arena) = g->o;
	p->bytes += sizeof g->o + PER_OBJECT + strlen(g->o.path) + strlen(g->o.etag);
	return 0;
}

static int put_version(struct paging *g)
{
	struct s3_met *m = &g->s->met;

	if (g->l->each && g->o.path)
		g->l->each(g->l->arg, &g->o, g->latest, false);
	if (g->latest)
		return put_object(g);
	if (g->l->each)
		return 0;
	m->old_versions++;
	m->old_bytes += g->o.size > 0 ? g->o.size : 0;
	return 0;
}

static int put_marker(struct paging *g)
{
	struct s3_met *m = &g->s->met;

	if (g->l->each && g->o.path)
		g->l->each(g->l->arg, &g->o, g->latest, true);
	if (!g->latest || !g->o.path || g->l->each)
		return 0;
	m->hidden++;
	if (m->n < HIDDEN_MAX)
		*vec_add(m, m->arena) = (struct s3_hidden){arena_text(m->arena, g->o.path), g->o.modified};
	return 0;
}

static int take_key(struct paging *g, const char *text, size_t n)
{
	const char *key = key_of(&g->o.odd, g, text, n, g->page->arena);

	if (strlen(key) < g->skip)
		return fail(g->err, BKS_E_IO, "a key in it lies elsewhere");
	g->o.path = key + g->skip;
	return 0;
}

static int object_part(struct paging *g, const char *part, const char *text, size_t n)
{
	bks_arena *a = g->page->arena;

	if (!strcmp(part, "Key"))
		return take_key(g, text, n);
	if (!strcmp(part, "ETag"))
		g->o.etag = bare(text, a);
	else if (!strcmp(part, "StorageClass"))
		g->o.storage_class = class_of(text, a);
	else if (!strcmp(part, "VersionId"))
		g->o.version = strcmp(text, "null") != 0 ? arena_bytes(a, text, n) : NULL;
	else if (!strcmp(part, "IsLatest"))
		g->latest = !strcmp(text, "true");
	else if (!strcmp(part, "Size"))
		g->o.size = strtoll(text, NULL, 10);
	else if (!strcmp(part, "LastModified") && rfc3339_read(&g->o.modified, text))
		g->o.modified -= g->o.modified % BKS_SECOND;
	return 0;
}

/* The marker of the next page of versions is a key, coded as keys are. */
static void page_part(struct paging *g, const char *part, const char *text, size_t n)
{
	bks_arena *a = g->page->arena;
	bool odd;

	if (!strcmp(part, "NextContinuationToken"))
		g->page->token = arena_bytes(a, text, n);
	else if (!strcmp(part, "NextKeyMarker"))
		g->page->token = key_of(&odd, g, text, n, a);
	else if (!strcmp(part, "NextVersionIdMarker"))
		g->page->token_version = arena_bytes(a, text, n);
	else if (!strcmp(part, "IsTruncated"))
		g->truncated = !strcmp(text, "true");
}

static int ended(void *arg, const char *way, const char *text, size_t n)
{
	struct paging *g = arg;
	const char *part = part_of(way), *slash = strchr(part, '/');

	if (!strcmp(part, "CommonPrefixes/Prefix")) {
		g->o.folder = true;
		return take_key(g, text, n);
	}
	if (!strcmp(part, "Contents") || !strcmp(part, "CommonPrefixes"))
		return put_object(g);
	if (!strcmp(part, "Version"))
		return put_version(g);
	if (!strcmp(part, "DeleteMarker"))
		return put_marker(g);
	if (slash)
		return object_part(g, slash + 1, text, n);
	page_part(g, part, text, n);
	return 0;
}

static void page_free(struct s3_page *p)
{
	bks_arena_free(p->arena);
	free(p);
}

/* Servers tell whether the keys are encoded behind the first of them. */
static bool is_coded(const char *body, size_t n)
{
	static const char mark[] = "<EncodingType>url";

	return memmem(body, n, mark, sizeof mark - 1) != NULL;
}

static int read_page(struct paging *g, const char *body, size_t n)
{
	int r;

	g->coded = is_coded(body, n);
	r = s3_xml(body, n, g->root, began, ended, g, g->arena, g->err);
	if (!r && !g->truncated)
		g->page->token = NULL;
	else if (!r && !g->page->token)
		r = fail(g->err, BKS_E_IO, "it says that there is more, and not where");
	return r ? note(g->err, r, "list s3") : 0;
}

/* Where the page begins. */
static size_t from_there(struct s3_pair *v, const struct s3_listing *l, bks_arena *a)
{
	size_t k = 0;

	if (l->jump)
		v[k++] = (struct s3_pair){l->versions ? "key-marker" : "start-after", arena_form(a, "%s%s", l->s->at.prefix, l->jump)};
	else if (l->last && l->versions) {
		v[k++] = (struct s3_pair){"key-marker", l->last->token};
		if (l->last->token_version)
			v[k++] = (struct s3_pair){"version-id-marker", l->last->token_version};
	} else if (l->last)
		v[k++] = (struct s3_pair){"continuation-token", l->last->token};
	return k;
}

static int page_get(struct s3_page **out, struct s3_listing *l, bks_arena *a, bks_error *err)
{
	struct s3_pair v[8];
	const char *body;
	size_t n, k = 0;
	struct s3_page *p = calloc(1, sizeof *p);
	struct paging g = {.page = p, .s = l->s, .l = l, .skip = strlen(l->s->at.prefix), .arena = a, .err = err,
		.root = l->versions ? "ListVersionsResult" : "ListBucketResult"};
	int r;

	if (!p)
		abort();
	p->arena = bks_arena_new();
	v[k++] = l->versions ? (struct s3_pair){"versions", ""} : (struct s3_pair){"list-type", "2"};
	v[k++] = (struct s3_pair){"encoding-type", "url"};
	v[k++] = (struct s3_pair){"max-keys", l->one ? "1" : "1000"};
	v[k++] = (struct s3_pair){"prefix", arena_form(a, "%s%s", l->s->at.prefix, l->beneath)};
	if (l->shallow)
		v[k++] = (struct s3_pair){"delimiter", "/"};
	k += from_there(v + k, l, a);
	r = s3_ask_whole(&body, &n, NULL, l->s,
		&(struct s3_ask){.method = "GET", .query = v, .query_count = k, .what = "list", .may_be_refused = l->versions && !l->last},
		BODY_MAX, a, err);
	if (r > 0 && r != S3_DENIED)
		r = fail(err, BKS_E_IO, "list %s: the server answered in no way that it may", l->s->root);
	if (!r)
		r = read_page(&g, body, n);
	if (r)
		page_free(p);
	else
		*out = p;
	return r;
}

void s3_listing_init(struct s3_listing *l, struct s3_store *s, const char *beneath, bool shallow)
{
	*l = (struct s3_listing){.s = s, .beneath = beneath, .shallow = shallow, .low = strdup("")};
	if (!l->low)
		abort();
}

void s3_listing_clear(struct s3_listing *l)
{
	while (l->first) {
		struct s3_page *p = l->first;

		l->first = p->next;
		page_free(p);
	}
	free(l->low);
	free(l->jump);
	*l = (struct s3_listing){0};
}

static void low_is(struct s3_listing *l, const char *path)
{
	char *c = strdup(path);

	if (!c)
		abort();
	free(l->low);
	l->low = c;
}

/* Pages behind the place where the walk stands go first, all but one. */
static void let_go(struct s3_listing *l)
{
	while (l->bytes > PAGES_MAX && l->first != l->at && l->first->next != l->at) {
		struct s3_page *p = l->first;

		l->first = p->next;
		l->bytes -= p->bytes;
		if (l->first->n)
			low_is(l, l->first->v[0].path);
		page_free(p);
	}
}

static int append(struct s3_listing *l, bks_error *err)
{
	bks_arena *a = bks_arena_new();
	struct s3_page *p = NULL;
	const struct s3_object *end = l->last && l->last->n ? &l->last->v[l->last->n - 1] : NULL;
	int r = page_get(&p, l, a, err);

	if (r == S3_DENIED) { /* who may not list versions may list files */
		l->versions = false;
		r = page_get(&p, l, a, err);
	}
	bks_arena_free(a);
	if (r)
		return r;
	if (end && p->n && !l->shallow && strcmp(end->path, p->v[0].path) >= 0 && !end->odd && !p->v[0].odd) {
		page_free(p);
		return fail(err, BKS_E_IO, "list %s: its pages are not in order", l->s->root);
	}
	if (l->jump) {
		low_is(l, l->jump);
		free(l->jump);
		l->jump = NULL;
	}
	if (l->last)
		l->last->next = p;
	else
		l->first = l->at = p;
	l->last = p;
	l->bytes += p->bytes;
	let_go(l);
	return 0;
}

static bool more(const struct s3_listing *l)
{
	return !l->last || l->last->token;
}

int s3_listing_next(const struct s3_object **out, struct s3_listing *l, bks_error *err)
{
	for (;;) {
		int r;

		if (l->at && l->i < l->at->n) {
			*out = &l->at->v[l->i++];
			return 1;
		}
		if (l->at && l->at->next) {
			l->at = l->at->next;
			l->i = 0;
			let_go(l);
			continue;
		}
		if (!more(l))
			return 0;
		r = append(l, err);
		if (r)
			return r;
	}
}

static bool is_beneath(const char *path, const char *folder)
{
	return !strncmp(path, folder, strlen(folder));
}

void s3_listing_pass(struct s3_listing *l, const char *beneath)
{
	while (l->at) {
		if (l->i < l->at->n && !is_beneath(l->at->v[l->i].path, beneath))
			return;
		if (l->i < l->at->n)
			l->i++;
		else if (l->at->next) {
			l->at = l->at->next;
			l->i = 0;
		} else
			break;
	}
	if (!more(l) || l->versions) /* what is hidden there is counted */
		return;
	free(l->jump);
	if (asprintf(&l->jump, "%s" LAST_BENEATH, beneath) < 0)
		abort();
}

int s3_listing_reach(struct s3_listing *l, const char *beneath, bks_error *err)
{
	for (;;) {
		const struct s3_object *end = l->last && l->last->n ? &l->last->v[l->last->n - 1] : NULL;
		int r;

		if (!more(l) || (end && strcmp(end->path, beneath) > 0 && !is_beneath(end->path, beneath)))
			return 1;
		if (l->bytes > PAGES_MAX / 2 || l->jump)
			return 0;
		r = append(l, err);
		if (r)
			return r;
	}
}

bool s3_listing_knows(const struct s3_listing *l, const char *path)
{
	const struct s3_object *end = l->last && l->last->n ? &l->last->v[l->last->n - 1] : NULL;

	if (l->shallow || !l->first || strcmp(path, l->low) < 0 || !is_beneath(path, l->beneath))
		return false;
	return !more(l) || (end && strcmp(path, end->path) <= 0);
}

const struct s3_object *s3_listing_seek(struct s3_page **page, size_t *i, const struct s3_listing *l, const char *path)
{
	for (struct s3_page *p = l->first; p; p = p->next) {
		size_t lo = 0, hi = p->n;

		if (!p->n || strcmp(p->v[p->n - 1].path, path) < 0)
			continue;
		while (lo < hi) {
			size_t mid = lo + (hi - lo) / 2;

			if (strcmp(p->v[mid].path, path) < 0)
				lo = mid + 1;
			else
				hi = mid;
		}
		*page = p;
		*i = lo;
		return &p->v[lo];
	}
	return NULL;
}
