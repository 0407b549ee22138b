/* Whether a bucket is one that we can work with: it is listed, and, where we may write, a
 * canary tells which conditions its server heeds. Some say yes to If-Match and look at nothing:
 * what a server claims is not believed before it was seen. */
#include "backstay/text.h"
#include "base/bytes.h"
#include "base/text.h"
#include "store/s3.h"
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

enum { ANSWER_MAX = 1 << 20 };

static const char wrong[] = "\"00000000000000000000000000000000\"";

struct proving {
	struct s3_store *b;
	struct text honours;
	const char *key; /* of the canary */
	bks_arena *a;
	bks_error *err;
};

static void heeds(struct proving *p, const char *what)
{
	text_form(&p->honours, "%s%s", p->honours.n ? "," : "", what);
}

/* What the server's word for it most likely means. */
static const char *hint(const char *text)
{
	static const char *const hints[][2] = {
		{"NoSuchBucket", "there is no such bucket there"},
		{"InvalidAccessKeyId", "the server does not know this access key"},
		{"SignatureDoesNotMatch", "the secret key does not belong to this access key"},
		{"ExpiredToken", "the session of these keys is over"},
		{"RequestTimeTooSkewed", "set the clock of this machine"},
		{"AccessDenied", "the keys are wrong, or may not do that"}};

	for (size_t i = 0; i < sizeof hints / sizeof *hints; i++)
		if (strstr(text, hints[i][0]))
			return hints[i][1];
	return NULL;
}

static int with_hint(int r, bks_error *err)
{
	const char *h = r < 0 && err ? hint(err->text) : NULL;
	size_t n = h ? strlen(err->text) : 0;

	if (h)
		snprintf(err->text + n, sizeof err->text - n, " (%s)", h);
	return r;
}

/* Asks for QUERY of the bucket. As s3_ask_whole; the answer is in *body. */
static int ask(const char **body, size_t *n, struct proving *p, const struct s3_pair *query,
	size_t count, bks_error *err)
{
	return s3_ask_whole(body, n, NULL, p->b,
		&(struct s3_ask){
			.method = "GET", .query = query, .query_count = count, .what = "list"},
		ANSWER_MAX, p->a, err);
}

static int passed_over(void *arg, const char *way, const char *text, size_t n)
{
	(void)arg, (void)way, (void)text, (void)n;
	return 0;
}

static int list(struct proving *p)
{
	const struct s3_pair query[] = {
		{"list-type", "2"}, {"max-keys", "1"}, {"prefix", p->b->at.prefix}};
	const char *body;
	size_t n;
	int r = ask(&body, &n, p, query, 3, p->err);

	if (r > 0)
		return fail(p->err, BKS_E_IO, "list s3://%s: the server knows no such call",
			p->b->at.bucket);
	if (!r &&
		s3_xml(body, n, "ListBucketResult", NULL, passed_over, NULL, p->a, NULL))
		return fail(p->err, BKS_E_IO,
			"list s3://%s: the answer is no listing; is this the endpoint of an S3 "
			"service?",
			p->b->at.bucket);
	return with_hint(r, p->err);
}

static int lock_ended(void *arg, const char *way, const char *text, size_t n)
{
	if (!strcmp(way, "ObjectLockConfiguration/ObjectLockEnabled") && n)
		*(bool *)arg = strcmp(text, "Enabled") == 0;
	return 0;
}

/* Whether the bucket says yes to QUERY; one that will not tell says no. */
static bool said(struct proving *p, const char *query, const char *root, s3_xml_ended *ended)
{
	const struct s3_pair q = {query, ""};
	const char *body;
	bool yes = false;
	size_t n;

	return ask(&body, &n, p, &q, 1, NULL) == 0 &&
	       s3_xml(body, n, root, NULL, ended, &yes, p->a, NULL) == 0 && yes;
}

/* The canary with METHOD under CONDITION (NULL: none), or its VERSION. As s3_ask_whole.
 * *version (may be NULL) is the one that was made. */
static int canary(const char **version, struct proving *p, const char *method,
	const struct s3_pair *condition, const char *of, bks_error *err)
{
	static const char text[] = "a canary of backstay; it may be deleted\n";
	const struct s3_pair query = {"versionId", of};
	struct http_call *c = NULL;
	bool put = !strcmp(method, "PUT");
	const char *body, *made;
	size_t n;
	int r = s3_ask_whole(&body, &n, &c, p->b,
		&(struct s3_ask){.method = method,
			.key = p->key,
			.query = &query,
			.query_count = of ? 1 : 0,
			.headers = condition,
			.header_count = condition ? 1 : 0,
			.body = put ? text : NULL,
			.body_n = put ? sizeof text - 1 : 0,
			.what = put ? "write" : "delete"},
		ANSWER_MAX, p->a, err);

	made = !r && c ? http_header(c, "x-amz-version-id") : NULL;
	if (version)
		*version = made && *made && strcmp(made, "null") != 0 ? arena_text(p->a, made)
								      : NULL;
	http_end(c);
	return r;
}

/* On a bucket without versions: what is done under a condition that does not hold must not be
 * done. */
static int try_conditions(struct proving *p)
{
	const struct s3_pair none = {"if-none-match", "*"}, match = {"if-match", wrong};

	if (canary(NULL, p, "PUT", &none, NULL, NULL) == S3_OTHER)
		heeds(p, "put-if-none-match");
	if (canary(NULL, p, "PUT", &match, NULL, NULL) == S3_OTHER)
		heeds(p, "put-if-match");
	if (canary(NULL, p, "DELETE", &match, NULL, NULL) == S3_OTHER)
		heeds(p, "delete-if-match");
	canary(NULL, p, "DELETE", NULL, NULL,
		NULL); /* keys that may not delete are no worse for it */
	return 0;
}

static int try_writing(struct proving *p)
{
	const char *version;
	int r = canary(&version, p, "PUT", NULL, NULL, p->err);

	if (r < 0) {
		with_hint(r, p->err);
		return note(p->err, r, "may it be written to? (--read-only if not)");
	}
	if (r > 0)
		return fail(p->err, BKS_E_IO,
			"write s3://%s/%s: an answer that nobody asked for", p->b->at.bucket,
			p->key);
	if (!version)
		return try_conditions(p);
	/* It has versions, and did not say so. Nothing of a canary stays that can be helped. */
	if (!strstr(p->honours.n ? p->honours.s : "", "versions"))
		heeds(p, "versions");
	canary(NULL, p, "DELETE", NULL, version, NULL);
	return 0;
}

int s3_prove(const char **honours, store *s, bool writes, bks_arena *a, bks_error *err)
{
	struct proving p = {.b = (struct s3_store *)s, .honours.arena = a, .a = a, .err = err};
	char hex[17];
	uint8_t raw[8];
	bool locked;
	int r = list(&p);

	*honours = NULL;
	if (r)
		return r;
	if (s3_versioned(p.b, NULL) == 1)
		heeds(&p, "versions");
	locked = said(&p, "object-lock", "ObjectLockConfiguration", lock_ended);
	if (locked)
		heeds(&p, "lock");
	if (getrandom(raw, sizeof raw, 0) != (ssize_t)sizeof raw)
		return fail(err, BKS_E_IO, "no random bytes for a canary");
	p.key = s3_key(
		p.b, arena_form(a, STORE_TEMP "canary-%s", hex_write(hex, raw, sizeof raw)), a);
	if (writes && !locked) /* what is written under a lock may stay for years */
		r = try_writing(&p);
	*honours = p.honours.n ? p.honours.s : "";
	return r;
}
