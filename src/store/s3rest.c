/* What a bucket holds beside its files: versions that were replaced, names that are hidden, uploads that nobody ended. */
#include "base/rfc3339.h"
#include "base/vec.h"
#include "store/s3.h"
#include <stdlib.h>
#include <string.h>

enum { BODY_MAX = 16 << 20, PAGES = 20, WEIGHED = 10 };

struct state_reading {
	bool on;
};

static int state_part(void *arg, const char *way, const char *text, size_t n)
{
	struct state_reading *v = arg;

	(void)n;
	if (!strcmp(way, "VersioningConfiguration/Status"))
		v->on = !strcmp(text, "Enabled") || !strcmp(text, "Suspended");
	return 0;
}

int s3_versioned(struct s3_store *s, bks_error *err)
{
	bks_arena *a;
	struct s3_pair q = {"versioning", ""};
	struct state_reading v = {false};
	const char *body;
	size_t n;
	int r;

	if (s->versioned)
		return s->versioned > 0;
	a = bks_arena_new();
	r = s3_ask_whole(&body, &n, NULL, s,
		&(struct s3_ask){.method = "GET", .query = &q, .query_count = 1, .what = "ask for the versions of", .may_be_refused = true},
		BODY_MAX, a, err);
	if (!r && s3_xml(body, n, "VersioningConfiguration", NULL, state_part, &v, a, NULL))
		v.on = false; /* a server that answers something else has none */
	if (r >= 0)
		s->versioned = v.on ? 1 : -1;
	bks_arena_free(a);
	return r < 0 ? r : s->versioned > 0;
}

struct upload {
	const char *key, *id;
	bks_time begun;
};

struct uploads {
	VEC(struct upload) v;
	struct upload now;
	const char *key_marker, *id_marker;
	bool truncated;
	bks_arena *arena;
};

static int upload_part(void *arg, const char *way, const char *text, size_t n)
{
	struct uploads *u = arg;
	const char *part = strchr(way, '/');

	part = part ? part + 1 : "";
	if (!strcmp(part, "Upload/Key"))
		u->now.key = arena_bytes(u->arena, text, n);
	else if (!strcmp(part, "Upload/UploadId"))
		u->now.id = arena_bytes(u->arena, text, n);
	else if (!strcmp(part, "Upload/Initiated") && !rfc3339_read(&u->now.begun, text))
		u->now.begun = BKS_TIME_NONE;
	else if (!strcmp(part, "Upload")) {
		if (u->now.key && u->now.id)
			*vec_add(&u->v, u->arena) = u->now;
		u->now = (struct upload){.begun = BKS_TIME_NONE};
	} else if (!strcmp(part, "NextKeyMarker"))
		u->key_marker = arena_bytes(u->arena, text, n);
	else if (!strcmp(part, "NextUploadIdMarker"))
		u->id_marker = arena_bytes(u->arena, text, n);
	else if (!strcmp(part, "IsTruncated"))
		u->truncated = !strcmp(text, "true");
	return 0;
}

/* 0; S3_DENIED; negative. */
static int one_page(struct uploads *u, struct s3_store *s, bks_error *err)
{
	struct s3_pair q[4] = {{"uploads", ""}, {"prefix", s->at.prefix}};
	size_t k = 2, n;
	const char *body;
	int r;

	if (u->key_marker)
		q[k++] = (struct s3_pair){"key-marker", u->key_marker};
	if (u->key_marker && u->id_marker)
		q[k++] = (struct s3_pair){"upload-id-marker", u->id_marker};
	u->key_marker = u->id_marker = NULL;
	u->truncated = false;
	r = s3_ask_whole(&body, &n, NULL, s,
		&(struct s3_ask){.method = "GET", .query = q, .query_count = k, .what = "ask for open uploads of", .may_be_refused = true},
		BODY_MAX, u->arena, err);
	if (r)
		return r < 0 ? r : S3_DENIED;
	u->now = (struct upload){.begun = BKS_TIME_NONE};
	return s3_xml(body, n, "ListMultipartUploadsResult", NULL, upload_part, u, u->arena, err);
}

static int part_size(void *arg, const char *way, const char *text, size_t n)
{
	(void)n;
	if (!strcmp(way, "ListPartsResult/Part/Size"))
		*(int64_t *)arg += strtoll(text, NULL, 10);
	return 0;
}

/* The first thousand parts; more are of an upload that is large anyway. */
static int64_t weigh(struct s3_store *s, const struct upload *u, bks_arena *a)
{
	struct s3_pair q = {"uploadId", u->id};
	const char *body;
	int64_t sum = 0;
	size_t n;

	if (s3_ask_whole(&body, &n, NULL, s,
		    &(struct s3_ask){.method = "GET", .key = u->key, .query = &q, .query_count = 1, .what = "ask for the parts of",
			    .may_be_refused = true},
		    BODY_MAX, a, NULL) ||
		s3_xml(body, n, "ListPartsResult", NULL, part_size, &sum, a, NULL))
		return -1;
	return sum;
}

static void sum_up(struct store_rest *out, struct s3_store *s, const struct uploads *u, bks_arena *a)
{
	out->uploads = (int64_t)u->v.n;
	out->upload_bytes = u->v.n > WEIGHED ? -1 : 0;
	for (size_t i = 0; i < u->v.n; i++) {
		const struct upload *o = &u->v.v[i];
		int64_t bytes = out->upload_bytes < 0 ? -1 : weigh(s, o, u->arena);

		out->upload_bytes = bytes < 0 ? -1 : out->upload_bytes + bytes;
		if (!out->upload_path || o->begun < out->oldest_upload) {
			out->oldest_upload = o->begun;
			out->upload_path = arena_text(a, o->key + (strlen(o->key) >= strlen(s->at.prefix) ? strlen(s->at.prefix) : 0));
		}
	}
}

int s3_rest(struct store_rest *out, store *s, bks_arena *a, bks_error *err)
{
	struct s3_store *b = (struct s3_store *)s;
	struct uploads u = {.arena = bks_arena_new()};
	int r = 0;

	*out = (struct store_rest){-1, -1, -1, -1, -1, BKS_TIME_NONE, NULL};
	if (b->versioned > 0 && b->met.arena) {
		out->old_versions = b->met.old_versions;
		out->old_bytes = b->met.old_bytes;
		out->hidden = b->met.hidden;
	}
	for (int i = 0; i < PAGES && !r && (!i || u.truncated); i++)
		r = one_page(&u, b, err);
	if (!r)
		sum_up(out, b, &u, a);
	bks_arena_free(u.arena);
	return r < 0 ? r : 0;
}

bool s3_hidden(bks_time *since, const store *s, const char *path)
{
	const struct s3_met *m = &((const struct s3_store *)s)->met;
	size_t lo = 0, hi = m->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int c = strcmp(m->v[mid].path, path);

		if (!c) {
			*since = m->v[mid].since;
			return true;
		}
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return false;
}
