/*
 * Objects larger than one request: parts go up one by one, and only the last word makes an object of them. What is not ended is taken
 * away again, as far as the server lets us; what it answers is looked at, for "yes" may carry a "no".
 */
#include "base/text.h"
#include "base/vec.h"
#include "store/s3.h"
#include <stdlib.h>
#include <string.h>

enum { ANSWER_MAX = 1 << 20, PART_LEAST = 8 << 20, PARTS_WANTED = 9000, MIB = 1 << 20 };

struct upload {
	struct s3_store *s;
	const char *key, *id;
	VEC(const char *) tags; /* of the parts, with their quotes */
	bks_arena *arena;
	bks_error *err;
};

static int take_id(void *arg, const char *way, const char *text, size_t n)
{
	struct upload *u = arg;

	if (!strcmp(way, "InitiateMultipartUploadResult/UploadId"))
		u->id = arena_bytes(u->arena, text, n);
	return 0;
}

static int unasked(const char *what, const char *key, bks_error *err)
{
	return fail(err, BKS_E_IO, "%s %s: an answer that nobody asked for", what, store_path_tail(key));
}

static int begin(struct upload *u)
{
	struct s3_pair q = {"uploads", ""}, h = {"content-type", "application/octet-stream"};
	const char *body;
	size_t n;
	int r = s3_ask_whole(&body, &n, NULL, u->s,
		&(struct s3_ask){.method = "POST", .key = u->key, .query = &q, .query_count = 1, .headers = &h, .header_count = 1,
			.what = "begin to write"},
		ANSWER_MAX, u->arena, u->err);

	if (!r)
		r = s3_xml(body, n, "InitiateMultipartUploadResult", NULL, take_id, u, u->arena, u->err);
	if (!r && !u->id)
		r = fail(u->err, BKS_E_IO, "begin to write %s: the server gave the upload no name", store_path_tail(u->key));
	return r > 0 ? unasked("begin to write", u->key, u->err) : r;
}

static int put_part(struct upload *u, const uint8_t *bytes, size_t n)
{
	struct s3_pair q[] = {{"partNumber", arena_form(u->arena, "%zu", u->tags.n + 1)}, {"uploadId", u->id}};
	struct http_call *c = NULL;
	const char *body, *tag;
	size_t got;
	int r = s3_ask_whole(&body, &got, &c, u->s,
		&(struct s3_ask){.method = "PUT", .key = u->key, .query = q, .query_count = 2, .body = bytes, .body_n = n, .what = "write"},
		ANSWER_MAX, u->arena, u->err);

	tag = r ? NULL : http_header(c, "etag");
	if (!r && !tag)
		r = fail(u->err, BKS_E_IO, "write %s: the server gave a part no ETag", store_path_tail(u->key));
	if (!r)
		*vec_add(&u->tags, u->arena) = arena_text(u->arena, tag);
	http_end(c);
	return r > 0 ? unasked("write", u->key, u->err) : r;
}

static void text_xml(struct text *t, const char *s)
{
	for (; *s; s++)
		text_word(t, *s == '&' ? "&amp;" : *s == '<' ? "&lt;" : *s == '>' ? "&gt;" : (char[]){*s, 0});
}

/* Error bodies in a 200 are errors (s3_ask_whole). */
static int complete(struct upload *u, bool replace)
{
	struct s3_pair q = {"uploadId", u->id}, h[] = {{"content-type", "application/xml"}, {"if-none-match", "*"}};
	struct text t = {.arena = u->arena};
	const char *body;
	size_t n;
	int r;

	text_word(&t, "<CompleteMultipartUpload>");
	for (size_t i = 0; i < u->tags.n; i++) {
		text_form(&t, "<Part><PartNumber>%zu</PartNumber><ETag>", i + 1);
		text_xml(&t, u->tags.v[i]);
		text_word(&t, "</ETag></Part>");
	}
	text_word(&t, "</CompleteMultipartUpload>");
	r = s3_ask_whole(&body, &n, NULL, u->s,
		&(struct s3_ask){.method = "POST", .key = u->key, .query = &q, .query_count = 1, .headers = h, .header_count = replace ? 1 : 2,
			.body = t.s, .body_n = t.n, .what = "end the writing of"},
		ANSWER_MAX, u->arena, u->err);
	if (r == S3_OTHER)
		return fail(u->err, BKS_E_REFUSED, "write %s: that name is taken", store_path_tail(u->key));
	return r > 0 ? unasked("end the writing of", u->key, u->err) : r;
}

static void abandon(struct upload *u)
{
	struct s3_pair q = {"uploadId", u->id};
	struct http_call *c;

	if (u->id && !s3_ask(&c, u->s, &(struct s3_ask){.method = "DELETE", .key = u->key, .query = &q, .query_count = 1, .what = "give up"}, NULL))
		http_end(c);
}

/* Fills BUF from IN; *n is less than ROOM only at the end. */
static int fill(size_t *n, uint8_t *buf, size_t room, stream *in, bks_error *err)
{
	*n = 0;
	while (*n < room) {
		const uint8_t *p;
		size_t k;
		int r = stream_peek(in, 1, &p, &k, err);

		if (r < 0)
			return r;
		if (!k)
			return 0;
		r = stream_next(in, &p, &k, err);
		if (r <= 0)
			return r;
		if (k > room - *n)
			return fail(err, BKS_E_LIMIT, "a block is larger than a part");
		memcpy(buf + *n, p, k);
		*n += k;
		if (room - *n < (size_t)STREAM_BLOCK * 4)
			return 0;
	}
	return 0;
}

static int put_all(struct upload *u, uint8_t *buf, size_t first, size_t room, stream *in, bool replace)
{
	size_t n = first;
	int r = begin(u);

	while (!r && n) {
		r = put_part(u, buf, n);
		if (!r)
			r = fill(&n, buf, room, in, u->err);
	}
	if (!r)
		r = complete(u, replace);
	if (r)
		abandon(u);
	return r;
}

/* Sees that it is there as it was sent. */
static int confirm(store *s, const char *path, uint64_t size, bks_error *err)
{
	struct store_entry e;
	int r = s3_stat(&e, s, path, err);

	if (r < 0)
		return r;
	if (r || e.kind != STORE_FILE || (uint64_t)e.id.size != size)
		return fail(err, BKS_E_IO, "write %s: the server said yes, and it is not there whole", store_path_tail(path));
	return 0;
}

static size_t part_size(int64_t size)
{
	size_t want = size > 0 ? (size_t)(size / PARTS_WANTED) : 0;

	return (want < PART_LEAST ? PART_LEAST : (want / MIB + 1) * MIB) + (size_t)STREAM_BLOCK * 4;
}

int s3_pour(store *s, const char *path, stream *in, int64_t size, bool replace, bks_error *err)
{
	struct s3_store *b = (struct s3_store *)s;
	struct upload u = {.s = b, .arena = bks_arena_new(), .err = err};
	size_t room = part_size(size), n;
	uint8_t *buf = malloc(room);
	int r;

	if (!buf)
		abort();
	u.key = s3_key(b, path, u.arena);
	r = fill(&n, buf, room, in, err);
	if (!r && n < room - (size_t)STREAM_BLOCK * 4)
		r = s3_put(s, path, buf, n, replace, err);
	else if (!r)
		r = put_all(&u, buf, n, room, in, replace);
	if (!r)
		r = confirm(s, path, in->given, err);
	free(buf);
	bks_arena_free(u.arena);
	return r;
}
