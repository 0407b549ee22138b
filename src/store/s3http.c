/*
 * libcurl as plain transport. Each exchange drives a handle of its own, so that the body can be pulled: bytes are taken from the
 * connection only when somebody asks for them, and a slow reader is no stalled server.
 */
#define CURL_DISABLE_TYPECHECK
#include "store/s3http.h"
#include "base/bootclock.h"
#include <curl/curl.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define CALLS(X)                                                                                                       \
	X(curl_global_init)                                                                                            \
	X(curl_easy_init)                                                                                              \
	X(curl_easy_reset)                                                                                             \
	X(curl_easy_setopt)                                                                                            \
	X(curl_easy_getinfo)                                                                                           \
	X(curl_easy_pause)                                                                                             \
	X(curl_easy_cleanup)                                                                                           \
	X(curl_easy_strerror)                                                                                          \
	X(curl_slist_append)                                                                                           \
	X(curl_slist_free_all)                                                                                         \
	X(curl_multi_init)                                                                                             \
	X(curl_multi_setopt)                                                                                           \
	X(curl_multi_add_handle)                                                                                       \
	X(curl_multi_remove_handle)                                                                                    \
	X(curl_multi_perform)                                                                                          \
	X(curl_multi_poll)                                                                                             \
	X(curl_multi_info_read)                                                                                        \
	X(curl_multi_cleanup)

static struct {
#define X(f) __typeof__(&f) f;
	CALLS(X)
#undef X
	bool there;
	char why[200];
} lib;

enum { BUFFER = 512 << 10, HEAD_MAX = 64 << 10, KEPT = 16, POLL_MS = 200, CONNECT_S = 10 };

/* A handle and what it keeps open. */
struct wire {
	CURLM *multi;
	CURL *easy;
	struct wire *next;
};

struct http_pool {
	pthread_mutex_t lock;
	struct wire *idle;
	int kept;
	char *ca_file;
	int64_t silence;
};

struct http_call {
	struct http_pool *pool;
	struct wire *wire;
	struct http_request rq;
	struct curl_slist *headers;
	char *head;
	size_t head_n, head_room, head_first; /* where the head of the last answer begins */
	bool head_done, ended, paused, too_much;
	long status;
	CURLcode result;
	uint8_t *buffer;
	size_t n, room;
	char said[CURL_ERROR_SIZE];
};

static void load(void)
{
	void *so = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);

	if (!so) {
		const char *e = dlerror();

		strncpy(lib.why, e ? e : "unknown", sizeof lib.why - 1);
		return;
	}
#define X(f)                                                                                                           \
	{                                                                                                              \
		void *at = dlsym(so, #f);                                                                              \
		if (!at) {                                                                                             \
			strncpy(lib.why, "it has no " #f, sizeof lib.why - 1);                                         \
			return;                                                                                        \
		}                                                                                                      \
		memcpy(&lib.f, &at, sizeof at);                                                                        \
	}
	CALLS(X)
#undef X
	if (lib.curl_global_init(CURL_GLOBAL_ALL) == CURLE_OK)
		lib.there = true;
	else
		strncpy(lib.why, "it cannot be set up", sizeof lib.why - 1);
}

struct http_pool *http_pool_new(const char *ca_file, int64_t silence)
{
	struct http_pool *p = calloc(1, sizeof *p);

	if (!p || pthread_mutex_init(&p->lock, NULL))
		abort();
	p->silence = silence;
	p->ca_file = ca_file ? strdup(ca_file) : NULL;
	if (ca_file && !p->ca_file)
		abort();
	return p;
}

static void wire_free(struct wire *w)
{
	lib.curl_easy_cleanup(w->easy);
	lib.curl_multi_cleanup(w->multi);
	free(w);
}

void http_pool_free(struct http_pool *p)
{
	if (!p)
		return;
	while (p->idle) {
		struct wire *w = p->idle;

		p->idle = w->next;
		wire_free(w);
	}
	pthread_mutex_destroy(&p->lock);
	free(p->ca_file);
	free(p);
}

static struct wire *wire_take(struct http_pool *p)
{
	struct wire *w;

	pthread_mutex_lock(&p->lock);
	w = p->idle;
	if (w) {
		p->idle = w->next;
		p->kept--;
	}
	pthread_mutex_unlock(&p->lock);
	if (w)
		return w;
	w = calloc(1, sizeof *w);
	if (!w)
		abort();
	w->multi = lib.curl_multi_init();
	w->easy = lib.curl_easy_init();
	if (!w->multi || !w->easy)
		abort();
	lib.curl_multi_setopt(w->multi, CURLMOPT_MAXCONNECTS, 1L);
	return w;
}

static void wire_give(struct http_pool *p, struct wire *w, bool good)
{
	pthread_mutex_lock(&p->lock);
	if (good && p->kept < KEPT) {
		w->next = p->idle;
		p->idle = w;
		p->kept++;
		w = NULL;
	}
	pthread_mutex_unlock(&p->lock);
	if (w)
		wire_free(w);
}

static size_t take_body(char *bytes, size_t one, size_t n, void *arg)
{
	struct http_call *c = arg;

	(void)one;
	if (c->n && c->n + n > BUFFER) {
		c->paused = true;
		return CURL_WRITEFUNC_PAUSE;
	}
	if (c->n + n > c->room) {
		c->room = c->n + n > BUFFER ? c->n + n : BUFFER;
		c->buffer = realloc(c->buffer, c->room);
		if (!c->buffer)
			abort();
	}
	memcpy(c->buffer + c->n, bytes, n);
	c->n += n;
	return n;
}

/* Every line, NUL-ended. A new status line begins another answer, as after "100 Continue". */
static size_t take_head(char *bytes, size_t one, size_t n, void *arg)
{
	struct http_call *c = arg;
	size_t len = n;

	(void)one;
	if (n > 5 && !memcmp(bytes, "HTTP/", 5))
		c->head_first = c->head_n;
	while (len && (bytes[len - 1] == '\n' || bytes[len - 1] == '\r'))
		len--;
	if (c->head_n + len + 1 > HEAD_MAX || memchr(bytes, 0, len)) {
		c->too_much = true;
		return 0;
	}
	if (c->head_n + len + 1 > c->head_room) {
		c->head_room = c->head_n + len + 1 + 2048;
		c->head = realloc(c->head, c->head_room);
		if (!c->head)
			abort();
	}
	memcpy(c->head + c->head_n, bytes, len);
	c->head_n += len;
	c->head[c->head_n++] = '\0';
	if (!len) {
		lib.curl_easy_getinfo(c->wire->easy, CURLINFO_RESPONSE_CODE, &c->status);
		c->head_done = c->status >= 200;
	}
	return n;
}

const char *http_header(const struct http_call *c, const char *name)
{
	size_t k = strlen(name);
	const char *found = NULL;

	for (size_t i = c->head_first; i < c->head_n; i += strlen(c->head + i) + 1)
		if (!strncasecmp(c->head + i, name, k) && c->head[i + k] == ':')
			found = c->head + i + k + 1 + strspn(c->head + i + k + 1, " \t");
	return found;
}

int http_status(const struct http_call *c)
{
	return (int)c->status;
}

/* Whether the same request may fare better. */
static bool may_help(CURLcode code)
{
	switch ((int)code) {
	case CURLE_URL_MALFORMAT:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CIPHER:
	case CURLE_FAILED_INIT:
	case CURLE_NOT_BUILT_IN:
	case CURLE_WRITE_ERROR:
		return false;
	default:
		return true;
	}
}

static int failed(struct http_call *c, bool *again, bks_error *err)
{
	*again = may_help(c->result);
	if (c->too_much)
		return fail(err, BKS_E_IO, "the head of its answer is larger than %d KiB, or no text", HEAD_MAX >> 10);
	return fail(err, BKS_E_IO, "%s", *c->said ? c->said : lib.curl_easy_strerror(c->result));
}

/* Lets libcurl work until UNTIL says that something was reached. 0, or as http_begin. */
static int drive(struct http_call *c, bool (*until)(const struct http_call *c), bool *again, bks_error *err)
{
	int64_t last = clock_steady();
	size_t had = c->n + c->head_n;
	int running, left;

	for (;;) {
		CURLMsg *m;

		if (c->rq.stop && c->rq.stop(c->rq.stop_arg))
			return fail(err, BKS_E_INTERRUPTED, "stopped by a signal");
		if (lib.curl_multi_perform(c->wire->multi, &running) != CURLM_OK)
			return fail(err, BKS_E_IO, "libcurl gave up");
		while ((m = lib.curl_multi_info_read(c->wire->multi, &left)))
			if (m->msg == CURLMSG_DONE) {
				c->ended = true;
				c->result = m->data.result;
			}
		if (until(c))
			return 0;
		if (c->ended)
			return c->result == CURLE_OK ? 0 : failed(c, again, err);
		if (c->n + c->head_n != had || c->rq.body_n) {
			curl_off_t sent = 0;

			if (c->rq.body_n)
				lib.curl_easy_getinfo(c->wire->easy, CURLINFO_SIZE_UPLOAD_T, &sent);
			if (had != c->n + c->head_n + (size_t)sent) {
				had = c->n + c->head_n + (size_t)sent;
				last = clock_steady();
			}
		}
		if (clock_steady() - last > c->pool->silence) {
			*again = true;
			return fail(err, BKS_E_IO, "no byte came for %lld seconds", (long long)(c->pool->silence / BKS_SECOND));
		}
		lib.curl_multi_poll(c->wire->multi, NULL, 0, POLL_MS, NULL);
	}
}

static bool head_there(const struct http_call *c)
{
	return c->head_done;
}

static bool bytes_there(const struct http_call *c)
{
	return c->n > 0;
}

static void set_body(struct http_call *c, CURL *e)
{
	const char *method = c->rq.method;

	if (!strcmp(method, "HEAD"))
		lib.curl_easy_setopt(e, CURLOPT_NOBODY, 1L);
	else if (c->rq.body || !strcmp(method, "PUT") || !strcmp(method, "POST")) {
		lib.curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)c->rq.body_n);
		lib.curl_easy_setopt(e, CURLOPT_POSTFIELDS, c->rq.body_n ? c->rq.body : "");
	}
	lib.curl_easy_setopt(e, CURLOPT_CUSTOMREQUEST, !strcmp(method, "HEAD") ? NULL : method);
}

static void add_header(struct http_call *c, const char *line)
{
	struct curl_slist *more = lib.curl_slist_append(c->headers, line);

	if (!more)
		abort();
	c->headers = more;
}

static void set_up(struct http_call *c)
{
	CURL *e = c->wire->easy;

	lib.curl_easy_reset(e);
	add_header(c, "Expect:"); /* a server that waits for nobody to ask is quicker */
	for (const char *const *h = c->rq.headers; *h; h++)
		add_header(c, *h);
	lib.curl_easy_setopt(e, CURLOPT_URL, c->rq.url);
	lib.curl_easy_setopt(e, CURLOPT_PATH_AS_IS, 1L);
	lib.curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
	lib.curl_easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	lib.curl_easy_setopt(e, CURLOPT_HTTPHEADER, c->headers);
	lib.curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	lib.curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S);
	lib.curl_easy_setopt(e, CURLOPT_BUFFERSIZE, (long)(BUFFER / 2));
	lib.curl_easy_setopt(e, CURLOPT_ERRORBUFFER, c->said);
	lib.curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, take_body);
	lib.curl_easy_setopt(e, CURLOPT_WRITEDATA, c);
	lib.curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, take_head);
	lib.curl_easy_setopt(e, CURLOPT_HEADERDATA, c);
	lib.curl_easy_setopt(e, CURLOPT_TCP_KEEPALIVE, 1L);
	lib.curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, 1L);
	lib.curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 2L);
	if (c->pool->ca_file)
		lib.curl_easy_setopt(e, CURLOPT_CAINFO, c->pool->ca_file);
	if (c->rq.direct)
		lib.curl_easy_setopt(e, CURLOPT_PROXY, "");
	set_body(c, e);
}

int http_begin(struct http_call **out, bool *again, struct http_pool *p, const struct http_request *rq, bks_error *err)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct http_call *c;
	int r;

	*out = NULL;
	*again = false;
	pthread_once(&once, load);
	if (!lib.there)
		return fail(err, BKS_E_USAGE, "libcurl is needed for a bucket: %s", lib.why);
	c = calloc(1, sizeof *c);
	if (!c)
		abort();
	c->pool = p;
	c->rq = *rq;
	c->wire = wire_take(p);
	set_up(c);
	if (lib.curl_multi_add_handle(c->wire->multi, c->wire->easy) != CURLM_OK)
		abort();
	r = drive(c, head_there, again, err);
	if (!r && !c->head_done) {
		*again = true;
		r = fail(err, BKS_E_IO, "its answer has no head");
	}
	if (r)
		http_end(c);
	else
		*out = c;
	return r;
}

int http_next(struct http_call *c, const uint8_t **p, size_t *n, bool *again, bks_error *err)
{
	int r;

	*again = false;
	if (!c->n && c->ended) /* the first bytes may have come with the head */
		return c->result == CURLE_OK ? 0 : failed(c, again, err);
	if (!c->n && c->paused) {
		c->paused = false;
		lib.curl_easy_pause(c->wire->easy, CURLPAUSE_CONT);
	}
	r = c->n ? 0 : drive(c, bytes_there, again, err);
	if (r || !c->n)
		return r;
	*p = c->buffer;
	*n = c->n;
	c->n = 0;
	return 1;
}

void http_end(struct http_call *c)
{
	if (!c)
		return;
	lib.curl_multi_remove_handle(c->wire->multi, c->wire->easy);
	wire_give(c->pool, c->wire, c->ended && c->result == CURLE_OK);
	lib.curl_slist_free_all(c->headers);
	free(c->head);
	free(c->buffer);
	free(c);
}
