/* Writing to a bucket. What a put came to is asked for where nobody can tell: an answer that was lost may have been a yes. */
#include "base/text.h"
#include "store/s3.h"
#include <string.h>

enum { LOOK_MAX = 64 << 10 };

/* Whether what lies there are just these bytes. */
static bool is_there(store *s, const char *path, const void *bytes, size_t n)
{
	bks_arena *a = bks_arena_new();
	const char *text;
	size_t got;
	bool same = n <= LOOK_MAX && store_slurp(&text, &got, s, path, LOOK_MAX, a, NULL) == 0 && got == n && !memcmp(text, bytes, n);

	bks_arena_free(a);
	return same;
}

/* A bucket with versions may take If-None-Match and heed it not: then only a look before helps. */
static int is_taken(store *s, const char *path, bks_error *err)
{
	struct store_entry e;
	int r = s3_stat(&e, s, path, err);

	return r < 0 ? r : !r && e.kind == STORE_FILE ? fail(err, BKS_E_REFUSED, "write %s: that name is taken", store_path_tail(path)) : 0;
}

int s3_put(store *s, const char *path, const void *bytes, size_t n, bool replace, bks_error *err)
{
	struct s3_store *b = (struct s3_store *)s;
	bks_arena *a = bks_arena_new();
	struct s3_pair h[2] = {{"content-type", "application/octet-stream"}, {"if-none-match", "*"}};
	struct http_call *c = NULL;
	const char *body;
	size_t got;
	int r = replace ? 0 : is_taken(s, path, err);

	if (!r)
		r = s3_ask_whole(&body, &got, &c, b,
			&(struct s3_ask){.method = "PUT", .key = s3_key(b, path, a), .headers = h, .header_count = replace ? 1 : 2,
				.body = bytes, .body_n = n, .what = "write"},
			LOOK_MAX, a, err);
	if (r == S3_OTHER && !replace)
		r = is_there(s, path, bytes, n) ? 0 : fail(err, BKS_E_REFUSED, "write %s: that name is taken", store_path_tail(path));
	if (r > 0)
		r = fail(err, BKS_E_IO, "write %s: an answer that nobody asked for", store_path_tail(path));
	http_end(c);
	bks_arena_free(a);
	return r;
}
