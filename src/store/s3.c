/* A bucket as a kind of store. Opening it asks nobody anything: keys, libcurl and the server are for the first request. */
#include "store/s3.h"
#include "base/text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int64_t silence(void)
{
	const char *ms = getenv("BACKSTAY_S3_SILENCE_MS");
	long n = ms ? strtol(ms, NULL, 10) : 0;

	return n > 0 && n <= 600000 ? n * 1000 : 30 * BKS_SECOND;
}

static void s3_close(store *s)
{
	struct s3_store *b = (struct s3_store *)s;

	http_pool_free(b->pool);
	bks_arena_free(b->met.arena);
	s3_keys_wipe(&b->keys);
	s3_keys_wipe(&b->reaper_keys);
	s3_place_clear(&b->at);
	pthread_mutex_destroy(&b->lock);
	free(b->root);
	free(b);
}

static int s3_open(store **out, const struct store_place *at, bks_error *err)
{
	struct s3_store *b = calloc(1, sizeof *b);
	size_t n;
	int r;

	if (!b || pthread_mutex_init(&b->lock, NULL))
		abort();
	b->s.kind = &store_s3;
	r = s3_place_read(&b->at, at, err);
	if (!r) {
		b->pool = http_pool_new(b->at.ca_file, silence());
		if (asprintf(&b->root, "s3://%s/%s", b->at.bucket, b->at.prefix) < 0)
			abort();
		n = strlen(b->root);
		b->root[n - 1] = '\0';
		b->s.root = b->root;
		*out = &b->s;
	} else {
		s3_close(&b->s);
	}
	return r;
}

static int64_t s3_requests(const store *s)
{
	return (int64_t)atomic_load(&((const struct s3_store *)s)->requests);
}

static const char *s3_identity(const store *s, bks_arena *a)
{
	const struct s3_store *b = (const struct s3_store *)s;

	return arena_form(a, "%s%s%s", b->at.base, b->at.way, b->at.prefix);
}

const struct store_kind store_s3 = {
	.scheme = "s3",
	.open = s3_open,
	.close = s3_close,
	.walk = s3_walk,
	.list = s3_list,
	.stat = s3_stat,
	.read = s3_read,
	.read_file = s3_read_file,
	.read_head = s3_read_head,
	.put = s3_put,
	.pour = s3_pour,
	.prove = s3_prove,
	.bury = s3_bury,
	.unbury = s3_unbury,
	.erase = s3_erase,
	.starting = s3_starting,
	.locked = s3_locked,
	.rules = s3_rules,
	.two_keys = s3_two_keys,
	.rest = s3_rest,
	.hidden = s3_hidden,
	.requests = s3_requests,
	.identity = s3_identity,
};
