/*
 * store/s3http.h - one HTTP exchange: a request goes out, its answer is read as blocks (home of curl/curl.h, which is loaded when the
 * first exchange begins)
 *
 * Nothing is retried here, no redirect is followed, and a server is only believed behind a certificate that checks out.
 */
#pragma once
#include "base/stream.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct http_pool; /* connections that are kept for the next exchange; any thread */
struct http_call; /* one exchange; one thread at a time */

/* CA_FILE NULL: what the system trusts. SILENCE: microseconds without a byte after which a server counts as stalled. */
struct http_pool *http_pool_new(const char *ca_file, int64_t silence);
void http_pool_free(struct http_pool *p); /* NULL is fine; every call of it has ended */

struct http_request {
	const char *method, *url;
	const char *const *headers; /* "name: value", NULL-ended */
	const void *body;           /* must live as long as the call */
	size_t body_n;
	bool (*stop)(void *arg); /* asked a few times a second; NULL is fine */
	void *stop_arg;
	bool direct; /* past any proxy of the environment */
};

/*
 * Sends RQ and waits for the head of the answer. 0: *out; else *out is NULL: BKS_E_INTERRUPTED: STOP said so; BKS_E_IO: no answer came,
 * *again whether another try may help; BKS_E_USAGE: libcurl is not there.
 */
int http_begin(struct http_call **out, bool *again, struct http_pool *p, const struct http_request *rq, bks_error *err);
int http_status(const struct http_call *c);
/* The last value of the header NAME (lower case), a loan; NULL: none. */
const char *http_header(const struct http_call *c, const char *name);
/* 1: *p, *n are the next bytes of the body, valid until the next call; 0: the end, and it is whole; negative as http_begin. */
int http_next(struct http_call *c, const uint8_t **p, size_t *n, bool *again, bks_error *err);
/* Frees it. Its connection is kept only when the body was read to its end. NULL is fine. */
void http_end(struct http_call *c);
