/*
 * Who reads must not be able to delete, and who deletes has no need to read: tried with canaries, since what a policy says and what a
 * server does may differ. What a canary leaves behind is taken away by whoever may.
 */
#include "base/bytes.h"
#include "base/text.h"
#include "store/s3.h"
#include <string.h>
#include <sys/random.h>

enum { ANSWER_MAX = 1 << 20 };

struct trying {
	struct s3_store *b;
	const char *key; /* of the canary */
	const char *path;
	bks_arena *a;
	bks_error *err;
};

/* 0: it was done; *version (lives in the arena) is what it made, a delete marker too; S3_DENIED; other answers; negative. */
static int try_it(const char **version, struct trying *t, const char *method, int as, const char *of)
{
	static const char text[] = "a canary of backstay; it may be deleted\n";
	const struct s3_pair q = {"versionId", of};
	bool put = !strcmp(method, "PUT");
	struct http_call *c = NULL;
	const char *body, *made;
	size_t n;
	int r = s3_ask_whole(&body, &n, &c, t->b,
		&(struct s3_ask){.method = method, .key = t->key, .query = &q, .query_count = of != NULL, .body = put ? text : NULL,
			.body_n = put ? sizeof text - 1 : 0, .what = "try keys on", .may_be_refused = true,
			.as = as ? S3_REAPER : S3_READER},
		ANSWER_MAX, t->a, t->err);

	made = !r && c ? http_header(c, "x-amz-version-id") : NULL;
	*version = made && *made && strcmp(made, "null") != 0 ? arena_text(t->a, made) : NULL;
	http_end(c);
	return r;
}

/* Takes away what a canary made. */
static void clean(struct trying *t, const char *version)
{
	const char *unused;

	try_it(&unused, t, "DELETE", 1, version);
}

static int reader_writes(struct trying *t)
{
	const char *version;
	int r = try_it(&version, t, "PUT", 0, NULL);

	if (!r)
		clean(t, version);
	return r < 0 ? r : r != S3_DENIED;
}

static int reader_deletes(struct trying *t)
{
	const char *version, *marker;
	int r = try_it(&version, t, "PUT", 1, NULL), can;

	if (r)
		return r < 0 ? r : fail(t->err, BKS_E_IO, "the reaper's keys may not write a canary");
	can = try_it(&marker, t, "DELETE", 0, NULL);
	if (!can && marker)
		clean(t, marker);
	if (can || version)
		clean(t, version);
	return can < 0 ? can : can != S3_DENIED;
}

/* What somebody else wrote: an object's own writer may read it whatever a policy says. */
static int reaper_reads(struct trying *t)
{
	const char *version = NULL, *unused;
	struct trying of = *t;
	int r = t->path ? 0 : try_it(&version, t, "PUT", 1, NULL), can;

	if (r)
		return r < 0 ? r : fail(t->err, BKS_E_IO, "the reaper's keys may not write a canary");
	of.key = t->path ? s3_key(t->b, t->path, t->a) : t->key;
	can = try_it(&unused, &of, "HEAD", 1, NULL);
	if (!t->path)
		clean(t, version);
	return can < 0 ? can : can != S3_DENIED;
}

int s3_two_keys(const char **why, store *s, const char *path, bks_arena *a, bks_error *err)
{
	struct trying t = {.b = (struct s3_store *)s, .path = path, .a = a, .err = err};
	static const struct {
		int (*can)(struct trying *t);
		const char *text;
	} tries[] = {{reader_writes, "the keys that read may write"}, {reader_deletes, "the keys that read may delete"},
		{reaper_reads, "the keys that delete may read"}};
	struct text said = {.arena = a};
	char hex[17];
	uint8_t raw[8];

	if (!t.b->at.reaper)
		return 2;
	if (getrandom(raw, sizeof raw, 0) != (ssize_t)sizeof raw)
		return fail(err, BKS_E_IO, "no random bytes for a canary");
	t.key = s3_key(t.b, arena_form(a, STORE_TEMP "canary-%s", hex_write(hex, raw, sizeof raw)), a);
	for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
		int r = tries[i].can(&t);

		if (r < 0)
			return r;
		if (r)
			text_form(&said, "%s%s", said.n ? ", " : "", tries[i].text);
	}
	*why = said.n ? said.s : NULL;
	return said.n > 0;
}
