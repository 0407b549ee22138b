/* Signature Version 4: a request is written in one canonical form, hashed, and signed with a key that is made for the day, the
 * region and the service. */
#include "store/s3sign.h"
#include "base/bytes.h"
#include "base/digest.h"
#include "base/hmac.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { HEX = 65 };

static bool plain(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
	       c == '_' || c == '~';
}

void s3_encode(struct text *out, const char *bytes, bool slash)
{
	static const char digits[] = "0123456789ABCDEF";

	for (; *bytes; bytes++) {
		unsigned c = (uint8_t)*bytes;
		char coded[3] = {'%', digits[c >> 4], digits[c & 15]};

		if (plain(*bytes) || (slash && *bytes == '/'))
			text_add(out, bytes, 1);
		else
			text_add(out, coded, sizeof coded);
	}
}

static const char *encoded(const char *bytes, bks_arena *a)
{
	struct text t = {.arena = a};

	text_word(&t, "");
	s3_encode(&t, bytes, false);
	return t.s;
}

static int by_name(const void *x, const void *y)
{
	const struct s3_pair *a = x, *b = y;
	int c = strcmp(a->name, b->name);

	return c ? c : strcmp(a->value, b->value);
}

const char *s3_query(const struct s3_pair *v, size_t n, bks_arena *a)
{
	struct s3_pair *coded = arena_take(a, (n + 1) * sizeof *coded);
	struct text t = {.arena = a};

	for (size_t i = 0; i < n; i++)
		coded[i] = (struct s3_pair){encoded(v[i].name, a), encoded(v[i].value, a)};
	if (n)
		qsort(coded, n, sizeof *coded, by_name);
	text_word(&t, "");
	for (size_t i = 0; i < n; i++)
		text_form(&t, "%s%s=%s", i ? "&" : "", coded[i].name, coded[i].value);
	return t.s;
}

const char *s3_stamp(char buf[S3_STAMP], bks_time t)
{
	time_t at = (time_t)(t / BKS_SECOND);
	struct tm tm;

	if (!gmtime_r(&at, &tm) || !strftime(buf, S3_STAMP, "%Y%m%dT%H%M%SZ", &tm))
		abort();
	return buf;
}

static const char *sha256_hex(char out[HEX], const char *text)
{
	uint8_t sum[32];

	digest_sha256(sum, text, strlen(text));
	return hex_write(out, sum, sizeof sum);
}

/* The headers that are signed, sorted. */
static struct s3_pair *to_sign(size_t *n, const struct s3_signing *s, const struct s3_keys *k, bks_arena *a)
{
	struct s3_pair *v = arena_take(a, (s->header_count + 3) * sizeof *v);
	char *stamp = arena_take(a, S3_STAMP);

	*n = 0;
	v[(*n)++] = (struct s3_pair){"host", s->host};
	v[(*n)++] = (struct s3_pair){"x-amz-date", s3_stamp(stamp, s->now)};
	if (k->token)
		v[(*n)++] = (struct s3_pair){"x-amz-security-token", k->token};
	for (size_t i = 0; i < s->header_count; i++)
		v[(*n)++] = s->headers[i];
	qsort(v, *n, sizeof *v, by_name);
	return v;
}

const char *s3_canonical(const char **signed_names, const struct s3_signing *s, const struct s3_keys *k, bks_arena *a)
{
	struct text t = {.arena = a}, names = {.arena = a};
	size_t n;
	struct s3_pair *v = to_sign(&n, s, k, a);

	text_form(&t, "%s\n%s\n%s\n", s->method, s->path, s->query);
	for (size_t i = 0; i < n; i++) {
		text_form(&t, "%s:%s\n", v[i].name, v[i].value);
		text_form(&names, "%s%s", i ? ";" : "", v[i].name);
	}
	text_form(&t, "\n%s\n%s", names.s, s->payload);
	*signed_names = names.s;
	return t.s;
}

static void day_key(uint8_t key[32], const struct s3_signing *s, const char *secret, const char *day)
{
	char *first;

	if (asprintf(&first, "AWS4%s", secret) < 0)
		abort();
	hmac_sha256(key, first, strlen(first), day, strlen(day));
	explicit_bzero(first, strlen(first));
	free(first);
	hmac_sha256(key, key, 32, s->region, strlen(s->region));
	hmac_sha256(key, key, 32, s->service, strlen(s->service));
	hmac_sha256(key, key, 32, "aws4_request", 12);
}

const char *s3_authorization(const struct s3_signing *s, const struct s3_keys *k, bks_arena *a)
{
	const char *names, *text = s3_canonical(&names, s, k, a), *scope;
	char stamp[S3_STAMP], hex[HEX], day[9] = {0};
	uint8_t key[32], code[32];

	s3_stamp(stamp, s->now);
	memcpy(day, stamp, 8);
	scope = arena_form(a, "%s/%s/%s/aws4_request", day, s->region, s->service);
	text = arena_form(a, "AWS4-HMAC-SHA256\n%s\n%s\n%s", stamp, scope, sha256_hex(hex, text));
	day_key(key, s, k->secret, day);
	hmac_sha256(code, key, sizeof key, text, strlen(text));
	explicit_bzero(key, sizeof key);
	return arena_form(a, "AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s", k->id, scope, names,
		hex_write(hex, code, sizeof code));
}
