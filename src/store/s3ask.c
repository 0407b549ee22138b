/*
 * One request to a bucket, as often as it takes: signed anew each time, repeated where a server or the way to it was at fault, and
 * never where it said no. What went wrong is told in the server's own words.
 */
#include "backstay/text.h"
#include "base/bootclock.h"
#include "base/bytes.h"
#include "base/digest.h"
#include "base/rfc3339.h"
#include "store/s3.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

enum { TRIES = 6, ERROR_MAX = 64 << 10 };
#define STEP (INT64_C(100) * 1000)
#define ALL_TOGETHER (5 * BKS_MINUTE)
#define LONGEST_WAIT (20 * BKS_SECOND)
#define SERVER_WAIT BKS_MINUTE
#define SOON (5 * BKS_MINUTE) /* keys that expire within it are fetched anew */

/* What one try came to, beside an answer. */
enum verdict { FINE, ANSWER, AGAIN, RENEW, REFUSED };

struct asking {
	struct s3_store *s;
	const struct s3_ask *q;
	bks_arena *a;
	struct http_call *call;
	struct s3_error said;
	int64_t wait; /* as the server said */
	bool again, renewed, session; /* the keys are of a session */
	bks_error *err;
};

static int64_t first_wait(void)
{
	const char *ms = getenv("BACKSTAY_S3_RETRY_MS");
	long n = ms ? strtol(ms, NULL, 10) : 0;

	return n > 0 && n < 60000 ? n * 1000 : 200000;
}

/* Full jitter: anything from nothing to twice as long as the last time. */
static int64_t jitter(int tries)
{
	int64_t most = first_wait() << (tries < 10 ? tries : 10);
	uint64_t any = 0;

	if (most > LONGEST_WAIT)
		most = LONGEST_WAIT;
	if (getrandom(&any, sizeof any, 0) != (ssize_t)sizeof any)
		any = (uint64_t)clock_steady();
	return (int64_t)(any % ((uint64_t)most + 1));
}

int s3_wait(struct s3_patience *p, struct s3_store *s, int64_t wait, int r, bks_error *err)
{
	int64_t now = clock_steady(), until;

	if (!p->tries)
		p->until = now + ALL_TOGETHER;
	if (++p->tries >= TRIES)
		return r;
	until = now + (wait > SERVER_WAIT ? SERVER_WAIT : wait > 0 ? wait : jitter(p->tries - 1));
	if (until > p->until)
		return r;
	for (; now < until; now = clock_steady()) {
		int64_t left = until - now < STEP ? until - now : STEP;
		struct timespec t = {0, (long)(left * 1000)};

		if (s->s.stop && s->s.stop(s->s.stop_arg))
			return fail(err, BKS_E_INTERRUPTED, "stopped by a signal");
		nanosleep(&t, NULL);
	}
	return 0;
}

bks_time s3_http_date(const char *text)
{
	static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	int day, year, h, m, sec;
	char month[4];

	if (!text || sscanf(text, "%*3s, %2d %3s %4d %2d:%2d:%2d GMT", &day, month, &year, &h, &m, &sec) != 6)
		return BKS_TIME_NONE;
	for (int i = 0; i < 12; i++)
		if (!strcmp(month, months[i]) && date_exists(year, i + 1, day) && h >= 0 && h < 24 && m >= 0 && m < 60 &&
			sec >= 0 && sec <= 60)
			return utc_instant(&(bks_civil){.year = year, .month = i + 1, .day = day, .hour = h, .minute = m, .second = sec});
	return BKS_TIME_NONE;
}

/* Who changes something may be somebody else than who reads. */
static bool is_reaper(const struct asking *k)
{
	if (k->q->as)
		return k->s->at.reaper && k->q->as == S3_REAPER;
	return k->s->at.reaper && strcmp(k->q->method, "GET") != 0 && strcmp(k->q->method, "HEAD") != 0;
}

/* Keys that are good for some minutes; a copy, so that another thread may fetch new ones meanwhile. */
static int keys_now(struct s3_keys *out, struct asking *k, bool anew)
{
	struct s3_store *s = k->s;
	bool reaper = is_reaper(k), *there = reaper ? &s->reaper_there : &s->keys_there;
	struct s3_keys *keys = reaper ? &s->reaper_keys : &s->keys;
	int r = 0;

	pthread_mutex_lock(&s->lock);
	if (*there && (anew || (keys->expires != BKS_TIME_NONE && keys->expires < clock_wire() + SOON))) {
		s3_keys_wipe(keys);
		*there = false;
	}
	if (!*there) {
		r = s3_keys_find(keys, reaper ? s->at.reaper : s->at.profile, k->err);
		*there = !r;
	}
	if (!r) {
		*out = (struct s3_keys){strdup(keys->id), strdup(keys->secret), keys->token ? strdup(keys->token) : NULL, keys->expires};
		if (!out->id || !out->secret || (keys->token && !out->token))
			abort();
	}
	pthread_mutex_unlock(&s->lock);
	return r;
}

static const char *hash_of(const struct s3_ask *q, bks_arena *a)
{
	uint8_t sum[32];
	char *hex = arena_take(a, 65);

	digest_sha256(sum, q->body_n ? q->body : "", q->body_n);
	return hex_write(hex, sum, sizeof sum);
}

struct lines {
	const char *v[40];
	size_t n;
};

static void line(struct lines *l, const char *name, const char *value, bks_arena *a)
{
	if (l->n + 1 < sizeof l->v / sizeof *l->v)
		l->v[l->n++] = arena_form(a, "%s: %s", name, value);
}

/* Sends it once. As http_begin. */
static int send_once(struct asking *k, const struct s3_keys *keys)
{
	const struct s3_ask *q = k->q;
	struct s3_store *s = k->s;
	struct s3_pair *headers = arena_take(k->a, (q->header_count + 1) * sizeof *headers);
	struct text path = {.arena = k->a};
	struct lines l = {0};
	char stamp[S3_STAMP];
	struct s3_signing sign = {.method = q->method, .host = s->at.host, .headers = headers, .header_count = q->header_count + 1,
		.region = s->at.region, .service = "s3", .now = clock_wire()};

	text_word(&path, s->at.way);
	if (q->key)
		s3_encode(&path, q->key, true);
	else if (path.n > 1)
		path.s[--path.n] = '\0'; /* the bucket itself */
	sign.path = path.s;
	sign.query = s3_query(q->query, q->query_count, k->a);
	sign.payload = hash_of(q, k->a);
	for (size_t i = 0; i < q->header_count; i++)
		headers[i] = q->headers[i];
	headers[q->header_count] = (struct s3_pair){"x-amz-content-sha256", sign.payload};
	for (size_t i = 0; i < sign.header_count; i++)
		line(&l, headers[i].name, headers[i].value, k->a);
	line(&l, "host", sign.host, k->a);
	line(&l, "x-amz-date", s3_stamp(stamp, sign.now), k->a);
	if (keys->token)
		line(&l, "x-amz-security-token", keys->token, k->a);
	line(&l, "authorization", s3_authorization(&sign, keys, k->a), k->a);
	line(&l, "user-agent", "backstay/" BKS_VERSION, k->a);
	atomic_fetch_add(&s->requests, 1);
	return http_begin(&k->call, &k->again, s->pool,
		&(struct http_request){.method = q->method,
			.url = arena_form(k->a, "%s%s%s%s", s->at.base, sign.path, *sign.query ? "?" : "", sign.query),
			.headers = l.v,
			.body = q->body,
			.body_n = q->body_n,
			.stop = s->s.stop,
			.stop_arg = s->s.stop_arg},
		k->err);
}

static void read_error(struct asking *k)
{
	struct text t = {.arena = k->a};
	const uint8_t *p;
	size_t n;
	bool again;

	k->said = (struct s3_error){"", "", "", "", ""};
	while (t.n < ERROR_MAX && http_next(k->call, &p, &n, &again, NULL) > 0)
		text_add(&t, p, n);
	if (t.n)
		s3_xml_error(&k->said, t.s, t.n, k->a);
}

static bool is(const struct asking *k, const char *code)
{
	return !strcmp(k->said.code, code);
}

/* The same word may come in an answer of any status. */
static bool server_at_fault(int status, const char *code)
{
	static const char *const codes[] = {"InternalError", "SlowDown", "ServiceUnavailable", "RequestTimeout", "OperationAborted",
		"TooManyRequests", "BandwidthLimitExceeded", "RequestLimitExceeded", "Throttling", "ThrottlingException", NULL};

	for (size_t i = 0; codes[i]; i++)
		if (!strcmp(code, codes[i]))
			return true;
	return status == 429 || status == 408 || status == 500 || status == 502 || status == 503 || status == 504;
}

static const char *where(const struct asking *k)
{
	return k->q->key ? arena_form(k->a, "s3://%s/%s", k->s->at.bucket, bks_shown(k->q->key, k->a))
			 : arena_form(k->a, "s3://%s", k->s->at.bucket);
}

static const char *skew(const struct asking *k)
{
	char text[BKS_TIME_TEXT];
	bks_time theirs = s3_http_date(http_header(k->call, "date")), ours = clock_wire();
	int64_t off = theirs == BKS_TIME_NONE ? 0 : (ours - theirs) / BKS_SECOND;

	if (theirs == BKS_TIME_NONE)
		return "the clock of this machine and the server's differ too much";
	return arena_form(k->a, "the clock of this machine is %lld s %s the server's, which says %s", (long long)(off < 0 ? -off : off),
		off < 0 ? "behind" : "ahead of", bks_time_text(text, theirs));
}

static const char *true_region(const struct asking *k)
{
	const char *r = http_header(k->call, "x-amz-bucket-region");

	return r && *r ? arena_text(k->a, r) : k->said.region;
}

static int refuse(struct asking *k, int status)
{
	const char *message = k->said.message, *region = true_region(k);

	if (is(k, "RequestTimeTooSkewed"))
		message = skew(k);
	else if (status == 301 || status == 307 || is(k, "AuthorizationHeaderMalformed") || is(k, "IllegalLocationConstraintException"))
		message = *region ? arena_form(k->a, "the bucket is in region %s, asked was %s: set its region", bks_shown(region, k->a),
					    k->s->at.region)
				  : "the bucket is reached by another endpoint or region";
	else if (status == 403 && !*k->said.code)
		message = "these keys may not do that";
	return fail(k->err, BKS_E_IO, "%s %s: %d%s%s%s%.300s", k->q->what ? k->q->what : k->q->method, where(k), status,
		*k->said.code ? " " : "", *k->said.code ? bks_shown(k->said.code, k->a) : "", *message ? ": " : "",
		*message ? bks_shown(message, k->a) : "");
}

static int64_t asked_to_wait(const struct http_call *c)
{
	const char *after = http_header(c, "retry-after");
	long s = after ? strtol(after, NULL, 10) : 0;
	bks_time at = after && !s ? s3_http_date(after) : BKS_TIME_NONE;

	if (at != BKS_TIME_NONE)
		return at - clock_wire();
	return s > 0 ? s * BKS_SECOND : 0;
}

/* What the head of an answer means; *r is what to return for ANSWER and REFUSED. */
static enum verdict judge(struct asking *k, int *r)
{
	int status = http_status(k->call);

	*r = 0;
	if (status >= 200 && status < 300)
		return FINE;
	read_error(k);
	k->wait = asked_to_wait(k->call);
	*r = status == 404 && !is(k, "NoSuchBucket") && !is(k, "NoSuchUpload") ? S3_NONE
	     : status == 412						       ? S3_OTHER
	     : status == 416						       ? S3_NO_RANGE
	     : status == 304						       ? S3_SAME
									       : 0;
	if (!*r && k->q->may_be_refused && (status == 401 || status == 403 || status == 405 || status == 501) &&
		!is(k, "RequestTimeTooSkewed") && !is(k, "ExpiredToken"))
		*r = S3_DENIED;
	if (*r)
		return ANSWER;
	*r = refuse(k, status);
	if (server_at_fault(status, k->said.code))
		return AGAIN;
	if (is(k, "ExpiredToken") || is(k, "ExpiredTokenException") || is(k, "TokenRefreshRequired"))
		return RENEW;
	if (k->session && !*k->said.code && (status == 400 || status == 403)) /* HEAD has no word for it */
		return RENEW;
	return REFUSED;
}

static int one_try(struct asking *k, enum verdict *v, bool anew)
{
	struct s3_keys keys = {.expires = BKS_TIME_NONE};
	int r = keys_now(&keys, k, anew);

	*v = REFUSED;
	k->wait = 0;
	if (r)
		return note(k->err, r, "%s %s", k->q->what ? k->q->what : k->q->method, where(k));
	k->session = keys.token != NULL;
	r = send_once(k, &keys);
	s3_keys_wipe(&keys);
	if (r) {
		*v = k->again ? AGAIN : REFUSED;
		return r == BKS_E_IO ? note(k->err, r, "%s %s", k->q->what ? k->q->what : k->q->method, where(k)) : r;
	}
	*v = judge(k, &r);
	if (*v != FINE) {
		http_end(k->call);
		k->call = NULL;
	}
	return r;
}

static int ask_patiently(struct asking *k, struct s3_patience *p)
{
	bool anew = false;

	for (;;) {
		enum verdict v;
		int w, r = one_try(k, &v, anew);

		anew = false;
		if (v == FINE || v == ANSWER)
			return r;
		if (v == RENEW && !k->renewed) {
			k->renewed = anew = true;
			continue;
		}
		if (v != AGAIN || k->q->once)
			return r;
		w = s3_wait(p, k->s, k->wait, r, k->err);
		if (w)
			return w;
	}
}

int s3_ask(struct http_call **out, struct s3_store *s, const struct s3_ask *q, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	bks_error own = {0};
	struct asking k = {.s = s, .q = q, .a = a, .err = err ? err : &own};
	struct s3_patience p = {0};
	int r = ask_patiently(&k, &p);

	*out = r ? NULL : k.call;
	return r;
}

/* 0: all of it; else *again says whether another try may help. */
static int read_whole(struct text *body, struct asking *k, size_t max)
{
	const uint8_t *p;
	size_t n;
	int r;

	body->n = 0;
	text_word(body, "");
	while ((r = http_next(k->call, &p, &n, &k->again, k->err)) > 0) {
		if (n > max - body->n) {
			k->again = false;
			return fail(k->err, BKS_E_LIMIT, "%s %s: its answer is larger than %zu bytes", k->q->what, where(k), max);
		}
		text_add(body, p, n);
	}
	return r ? note(k->err, r, "%s %s", k->q->what, where(k)) : 0;
}

/* Some answers say 200 before the work is done, and then that it failed. */
static int error_inside(struct asking *k, const struct text *body)
{
	if (!s3_xml_error(&k->said, body->s, body->n, k->a))
		return 0;
	k->again = server_at_fault(200, k->said.code);
	return refuse(k, http_status(k->call));
}

int s3_ask_whole(const char **body, size_t *n, struct http_call **head, struct s3_store *s, const struct s3_ask *q, size_t max,
	bks_arena *a, bks_error *err)
{
	bks_arena *own = bks_arena_new();
	bks_error mine = {0};
	struct asking k = {.s = s, .q = q, .a = own, .err = err ? err : &mine};
	struct s3_patience p = {0};
	struct text t = {.arena = a};
	int r;

	for (;;) {
		r = ask_patiently(&k, &p);
		if (r)
			break;
		r = read_whole(&t, &k, max);
		if (!r)
			r = error_inside(&k, &t);
		if (!r)
			break;
		http_end(k.call);
		k.call = NULL;
		if (!k.again)
			break;
		r = s3_wait(&p, s, 0, r, k.err);
		if (r)
			break;
	}
	if (head)
		*head = k.call;
	else
		http_end(k.call);
	bks_arena_free(own);
	*body = t.s;
	*n = t.n;
	return r;
}
