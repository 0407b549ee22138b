/* The requests of the search for keys, over the store's own HTTP: one each, small, with a limit
 * of time for all of it. */
#include "base/bootclock.h"
#include "store/s3cred_private.h"
#include "store/s3http.h"
#include <string.h>

static bool is_late(void *until)
{
	return clock_steady() >= *(const int64_t *)until;
}

/* The body into the room that there is. */
static int take(const struct cred_ask *q, struct http_call *c, bks_error *err)
{
	const uint8_t *p;
	size_t at = 0, n;
	bool again;
	int r;

	while ((r = http_next(c, &p, &n, &again, err)) == 1) {
		if (n >= q->room - at)
			return fail(err, BKS_E_IO, "an answer that is too long");
		memcpy(q->reply + at, p, n);
		at += n;
	}
	q->reply[at] = '\0';
	return r ? r : http_status(c);
}

int cred_over_http(const struct cred_ask *q, bks_error *err)
{
	static const char *const none[] = {NULL};
	int64_t until = clock_steady() + q->wait_ms * (int64_t)1000;
	struct http_pool *pool = http_pool_new(q->ca_file, q->wait_ms * (int64_t)1000);
	struct http_call *c = NULL;
	bool again;
	int r = http_begin(&c, &again, pool,
		&(struct http_request){.method = q->method,
			.url = q->url,
			.headers = q->headers ? q->headers : none,
			.body = q->body,
			.body_n = q->body ? strlen(q->body) : 0,
			.direct = q->direct,
			.stop = is_late,
			.stop_arg = &until},
		err);

	r = r ? r : take(q, c, err);
	http_end(c);
	http_pool_free(pool);
	if (r == BKS_E_INTERRUPTED)
		return fail(err, BKS_E_IO, "no answer within %d s", (q->wait_ms + 999) / 1000);
	return r;
}
