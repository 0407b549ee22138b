/*
 * Reading objects. One answer is of one version of its object, whatever happens to the key meanwhile; where it breaks off, the rest is
 * asked for by range and by ETag, so that two versions are never mixed.
 */
#include "base/bootclock.h"
#include "base/text.h"
#include "store/s3list.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 1100 };

struct s3_stream {
	struct store_stream base;
	struct s3_store *s;
	struct http_call *call;
	struct s3_patience patience; /* since the last byte */
	int64_t at, end, size;	     /* of the object; it is read up to END */
	char etag[TEXT_MAX];	     /* with its quotes; "" none */
	char version[TEXT_MAX];
	bool changed;
	char how[200];
	char key[];
};

/* FNV-1a. */
static uint64_t mix(uint64_t h, const char *s)
{
	for (; *s; s++)
		h = (h ^ (uint8_t)*s) * 1099511628211U;
	return h;
}

static int64_t positive(uint64_t h)
{
	h ^= h >> 32;
	return (int64_t)(h & INT64_MAX) ? (int64_t)(h & INT64_MAX) : 1;
}

void s3_id(struct store_id *out, const struct s3_store *s, const char *path, const char *etag, int64_t size, bks_time modified)
{
	const uint64_t start = 14695981039346656037U;

	*out = (struct store_id){.device = positive(mix(mix(mix(start, s->at.base), " "), s->at.bucket)),
		.inode = positive(mix(mix(mix(start, s->at.prefix), path) ^ 0xff, etag)),
		.size = size,
		.mtime = modified};
}

const char *s3_key(const struct s3_store *s, const char *path, bks_arena *a)
{
	return arena_form(a, "%s%s", s->at.prefix, path);
}

static void bare(char to[TEXT_MAX], const char *from)
{
	size_t n = strlen(from);

	if (n >= 2 && from[0] == '"' && from[n - 1] == '"') {
		from++;
		n -= 2;
	}
	snprintf(to, TEXT_MAX, "%.*s", (int)(n < TEXT_MAX ? n : TEXT_MAX - 1), from);
}

/* What the last answer of this thread said, for the texts of an entry. */
static _Thread_local struct {
	char etag[TEXT_MAX], version[TEXT_MAX], storage_class[80], sum[160];
} told;

static int64_t number(const char *s)
{
	char *end;
	long long n = s ? strtoll(s, &end, 10) : -1;

	return s && *s && !*end && n >= 0 ? n : -1;
}

/* Of a range the whole: "bytes 5-9/10". */
static int64_t whole_size(const struct http_call *c)
{
	const char *range = http_header(c, "content-range"), *slash = range ? strchr(range, '/') : NULL;

	return slash ? number(slash + 1) : number(http_header(c, "content-length"));
}

static const char *or_none(const char *s)
{
	return s ? s : "";
}

void s3_entry_of(struct store_entry *e, const struct s3_store *s, const char *path, const struct http_call *c)
{
	const char *class = http_header(c, "x-amz-storage-class"), *version = http_header(c, "x-amz-version-id");

	bare(told.etag, or_none(http_header(c, "etag")));
	snprintf(told.version, sizeof told.version, "%s", or_none(version));
	snprintf(told.storage_class, sizeof told.storage_class, "%s", class && *class ? class : "STANDARD");
	*e = (struct store_entry){.path = path, .kind = STORE_FILE, .etag = told.etag, .storage_class = told.storage_class,
		.version = *told.version && strcmp(told.version, "null") != 0 ? told.version : NULL};
	s3_id(&e->id, s, path, told.etag, whole_size(c), s3_http_date(http_header(c, "last-modified")));
}

/* 0: something lies beneath it; 1: nothing. */
static int is_folder(struct s3_store *s, const char *path, bks_error *err)
{
	bks_arena *a = bks_arena_new();
	const struct s3_object *o;
	struct s3_listing l;
	int r;

	s3_listing_init(&l, s, arena_form(a, "%s/", path), false);
	l.one = true;
	r = s3_listing_next(&o, &l, err);
	s3_listing_clear(&l);
	bks_arena_free(a);
	return r < 0 ? r : !r;
}

/* Whether an answer is of an object at all: what stands between us and a server may say 200 to anything. */
static bool is_object(const struct http_call *c)
{
	return http_header(c, "etag") && s3_http_date(http_header(c, "last-modified")) != BKS_TIME_NONE;
}

static int head(struct store_entry *out, struct s3_store *s, const char *path, bks_error *err)
{
	bks_arena *a = bks_arena_new();
	struct http_call *c;
	int r = s3_ask(&c, s, &(struct s3_ask){.method = "HEAD", .key = s3_key(s, path, a), .what = "look at"}, err);

	bks_arena_free(a);
	if (!r && !is_object(c))
		r = fail(err, BKS_E_IO, "look at %s: the server answered with something that is no object", store_path_tail(path));
	else if (!r)
		s3_entry_of(out, s, path, c);
	http_end(c);
	return r <= 0 ? r : r == S3_NONE ? 1 : fail(err, BKS_E_IO, "look at %s: an answer that nobody asked for", store_path_tail(path));
}

/* One answer says that it is not there; what is called gone is asked for twice. 0: *out, a folder or after all a file; 1; negative. */
static int is_absent(struct store_entry *out, struct s3_store *s, const char *path, bks_error *err)
{
	int r = is_folder(s, path, err);

	*out = (struct store_entry){.path = path, .kind = STORE_FOLDER, .id = {.device = 1}};
	return r == 1 ? head(out, s, path, err) : r;
}

/* As s3_stat, from the pages at hand; BKS_E_REFUSED: they do not know. */
static int stat_at_hand(struct store_entry *out, struct s3_store *s, const char *path)
{
	struct s3_listing *l = s3_at_hand(s);
	bks_arena *a = l ? bks_arena_new() : NULL;
	const char *beneath = l ? arena_form(a, "%s/", path) : "";
	const struct s3_object *o;
	struct s3_page *p;
	size_t i;
	int r = BKS_E_REFUSED;

	if (l && s3_listing_knows(l, path)) {
		o = s3_listing_seek(&p, &i, l, path);
		if (o && !strcmp(o->path, path)) {
			s3_entry(out, s, o);
			r = 0;
		} else if (s3_listing_knows(l, beneath)) {
			o = s3_listing_seek(&p, &i, l, beneath);
			r = o && !strncmp(o->path, beneath, strlen(beneath)) ? 0 : 1;
			*out = (struct store_entry){.kind = STORE_FOLDER, .id = {.device = 1}};
		}
	}
	out->path = path;
	bks_arena_free(a);
	return r;
}

int s3_stat(struct store_entry *out, store *s, const char *path, bks_error *err)
{
	struct s3_store *b = (struct s3_store *)s;
	int r = stat_at_hand(out, b, path);

	if (r >= 0)
		return r;
	r = head(out, b, path, err);
	return r == 1 ? is_absent(out, b, path, err) : r;
}

static const char *range_text(const struct s3_stream *f, bks_arena *a)
{
	return f->end < 0 ? arena_form(a, "bytes=%lld-", (long long)f->at)
			  : arena_form(a, "bytes=%lld-%lld", (long long)f->at, (long long)f->end - 1);
}

/* Asks for what is left: all of it, or from AT on, or up to END. */
static int ask_on(struct s3_stream *f, bks_error *err)
{
	bks_arena *a = bks_arena_new();
	struct s3_pair h[2], q[1];
	size_t n = 0, k = 0;
	int r;

	if (f->at || f->end >= 0)
		h[n++] = (struct s3_pair){"range", range_text(f, a)};
	if (f->at && *f->etag)
		h[n++] = (struct s3_pair){"if-match", f->etag};
	if (f->at && *f->version)
		q[k++] = (struct s3_pair){"versionId", f->version};
	r = s3_ask(&f->call, f->s,
		&(struct s3_ask){.method = "GET", .key = f->key, .query = q, .query_count = k, .headers = h, .header_count = n, .what = "read"},
		err);
	bks_arena_free(a);
	return r;
}

/* The first byte that an answer brings; -1: it does not say. */
static int64_t begins_at(const struct http_call *c)
{
	const char *range = http_header(c, "content-range");
	long long first;

	if (http_status(c) == 200)
		return 0;
	return range && sscanf(range, "bytes %lld-", &first) == 1 ? first : -1;
}

/* A server that knows no ranges begins anew: what was read already is read again and forgotten. */
static int skip(struct s3_stream *f, int64_t n, bks_error *err)
{
	const uint8_t *p;
	size_t got;
	bool again;

	(void)p;
	while (n > 0) {
		int r = http_next(f->call, &p, &got, &again, err);

		if (r <= 0)
			return r ? r : fail(err, BKS_E_IO, "read %s: it ended early", store_path_tail(f->key));
		if ((int64_t)got > n)
			return fail(err, BKS_E_IO, "read %s: this server cannot go on where it broke off", store_path_tail(f->key));
		n -= (int64_t)got;
	}
	return 0;
}

static int resume(struct s3_stream *f, bks_error *err)
{
	int r = ask_on(f, err);
	int64_t first;

	if (r == S3_OTHER || r == S3_NONE || r == S3_NO_RANGE) {
		f->changed = true;
		snprintf(f->how, sizeof f->how, "%s",
			r == S3_NONE ? "it was deleted while it was read" : "another object took its key while it was read");
		return fail(err, BKS_E_IO, "read %s: %s", store_path_tail(f->key), f->how);
	}
	if (r)
		return r < 0 ? r : fail(err, BKS_E_IO, "read %s: an answer that nobody asked for", store_path_tail(f->key));
	first = begins_at(f->call);
	if (first == f->at)
		return 0;
	if (first == 0)
		return skip(f, f->at, err);
	http_end(f->call);
	f->call = NULL;
	return fail(err, BKS_E_IO, "read %s: the server sent another range than was asked for", store_path_tail(f->key));
}

static int broke_off(struct s3_stream *f, bool again, int r, bks_error *err)
{
	http_end(f->call);
	f->call = NULL;
	note(err, r, "read %s at byte %lld", store_path_tail(f->key), (long long)f->at);
	return again ? s3_wait(&f->patience, f->s, 0, r, err) : r;
}

static int64_t until(const struct s3_stream *f)
{
	return f->end >= 0 && (f->size < 0 || f->end < f->size) ? f->end : f->size;
}

static int s3_next(stream *s, const uint8_t **p, size_t *n, bks_error *err)
{
	struct s3_stream *f = (struct s3_stream *)s;

	for (;;) {
		bool again = false;
		int r = f->call ? 0 : resume(f, err);

		if (r)
			return r;
		r = http_next(f->call, p, n, &again, err);
		if (r > 0) {
			f->at += (int64_t)*n;
			f->patience = (struct s3_patience){0};
			return 1;
		}
		if (!r && (until(f) < 0 || f->at == until(f)))
			return 0;
		if (!r) {
			again = f->at < until(f);
			r = fail(err, BKS_E_IO, "its body has %lld bytes of %lld", (long long)f->at, (long long)until(f));
		}
		r = broke_off(f, again, r, err);
		if (r)
			return r;
	}
}

static void s3_stream_close(stream *s)
{
	struct s3_stream *f = (struct s3_stream *)s;

	http_end(f->call);
	free(f);
}

static int s3_recheck(const char **how, stream *s)
{
	struct s3_stream *f = (struct s3_stream *)s;

	*how = f->how;
	return f->changed;
}

static struct s3_stream *stream_new(struct s3_store *s, const char *path)
{
	static const struct stream_kind kind = {s3_next, s3_stream_close};
	size_t k = strlen(s->at.prefix), n = strlen(path) + 1;
	struct s3_stream *f = calloc(1, sizeof *f + k + n);

	if (!f)
		abort();
	f->base.s.kind = &kind;
	f->base.recheck = s3_recheck;
	f->s = s;
	f->end = -1;
	memcpy(f->key, s->at.prefix, k);
	memcpy(f->key + k, path, n);
	return f;
}

/* Nobody may have packed what comes anew on its way. */
static int check_head(struct s3_stream *f, struct store_entry *e, const char *path, bks_error *err)
{
	const char *etag = http_header(f->call, "etag");

	if (!is_object(f->call))
		return fail(err, BKS_E_IO, "read %s: the server answered with something that is no object", store_path_tail(f->key));
	s3_entry_of(e, f->s, path, f->call);
	f->size = e->id.size;
	snprintf(f->etag, sizeof f->etag, "%s", etag && strlen(etag) < sizeof f->etag ? etag : "");
	snprintf(f->version, sizeof f->version, "%s", e->version ? e->version : "");
	return f->size < 0 ? fail(err, BKS_E_IO, "read %s: the server does not say how large it is", store_path_tail(f->key)) : 0;
}

/* Asks once for what F wants, as store_read. */
static int open_once(struct s3_stream *f, struct store_entry *e, const char *path, int64_t most, bks_error *err)
{
	int r;

	f->end = most;
	r = ask_on(f, err);
	if (r == S3_NO_RANGE) { /* it is empty: there is no first byte */
		f->end = -1;
		r = ask_on(f, err);
	}
	if (r)
		return r == S3_NONE ? 1 : r < 0 ? r : fail(err, BKS_E_IO, "read %s: an answer that nobody asked for", store_path_tail(path));
	if (f->end >= 0 && http_status(f->call) == 200)
		f->end = -1;
	r = check_head(f, e, path, err);
	if (!r)
		return 0;
	http_end(f->call);
	f->call = NULL;
	r = s3_wait(&f->patience, f->s, 0, r, err);
	return r ? r : S3_OTHER;
}

/* As store_read; MOST: no byte behind so many is asked for; -1: all. */
static int open_some(stream **out, struct store_entry *e, struct s3_store *s, const char *path, int64_t most, bks_error *err)
{
	struct s3_stream *f = stream_new(s, path);
	int r;

	do
		r = open_once(f, e, path, most, err);
	while (r == S3_OTHER);
	f->patience = (struct s3_patience){0};
	if (r)
		s3_stream_close(&f->base.s);
	else
		*out = &f->base.s;
	return r;
}

int s3_read_file(stream **out, struct store_id *id, store *s, const char *path, bks_error *err)
{
	struct store_entry e;
	int r = stat_at_hand(&e, (struct s3_store *)s, path);

	if (r != BKS_E_REFUSED && (r || e.kind != STORE_FILE))
		return 1;
	r = open_some(out, &e, (struct s3_store *)s, path, -1, err);
	*id = e.id;
	return r;
}

int s3_read(stream **out, struct store_id *id, store *s, const char *path, bks_error *err)
{
	struct s3_store *b = (struct s3_store *)s;
	struct store_entry e;
	int r = stat_at_hand(&e, b, path);

	if (r >= 0 && (r || e.kind != STORE_FILE))
		return r ? 1 : 2;
	r = open_some(out, &e, b, path, -1, err);
	if (r == 1) {
		r = is_absent(&e, b, path, err);
		if (!r && e.kind == STORE_FILE)
			r = open_some(out, &e, b, path, -1, err);
		else if (!r)
			r = 2;
	}
	*id = e.id;
	return r;
}

int s3_read_head(stream **out, struct store_id *id, store *s, const char *path, int64_t most, bks_error *err)
{
	struct store_entry e;
	int r = open_some(out, &e, (struct s3_store *)s, path, most, err);

	*id = e.id;
	return r;
}
