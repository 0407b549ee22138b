/* Where a bucket is: what was said of it, and what the environment and Amazon's rules say where nobody did. */
#include "base/text.h"
#include "store/s3.h"
#include <stdlib.h>
#include <string.h>

static const char *said(const char *given, const char *first, const char *second)
{
	const char *v = given && *given ? given : getenv(first);

	if (!v || !*v)
		v = second ? getenv(second) : NULL;
	return v && *v ? v : NULL;
}

static char *kept(const char *s)
{
	char *c = s ? strdup(s) : NULL;

	if (s && !c)
		abort();
	return c;
}

static bool bucket_ok(const char *s, size_t n)
{
	return n >= 1 && n <= 255 && strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_") >= n &&
	       strncmp(s, "..", 2) != 0;
}

/* "bucket/a/b/" -> bucket, and "a/b/". */
static int read_url(struct s3_place *p, const char *url, bks_arena *a, bks_error *err)
{
	const char *rest = url + strlen("s3://");
	size_t n = strcspn(rest, "/"), len;
	const char *prefix;

	if (!bucket_ok(rest, n))
		return fail(err, BKS_E_USAGE, "%s names no bucket: s3://bucket/prefix", url);
	p->bucket = kept(arena_bytes(a, rest, n));
	prefix = rest + n + strspn(rest + n, "/");
	len = strlen(prefix);
	while (len && prefix[len - 1] == '/')
		len--;
	prefix = arena_bytes(a, prefix, len);
	if (len && !store_path_proper(prefix))
		return fail(err, BKS_E_USAGE, "%s: the prefix is no path", url);
	p->prefix = kept(len ? arena_form(a, "%s/", prefix) : "");
	return 0;
}

struct endpoint {
	const char *scheme, *host, *way; /* way: "" or "/base" */
};

static int read_endpoint(struct endpoint *e, const char *text, bks_arena *a, bks_error *err)
{
	bool tls = !strncmp(text, "https://", 8), open = !strncmp(text, "http://", 7);
	const char *host = text + (tls ? 8 : 7);
	size_t n = tls || open ? strcspn(host, "/?#") : 0, w;

	if (!n || strpbrk(text, "@ \t\r\n?#"))
		return fail(err, BKS_E_USAGE, "the endpoint of a bucket is https://host, https://host:port, or http://: it has no user and no query");
	e->scheme = tls ? "https://" : "http://";
	e->host = arena_bytes(a, host, n);
	w = strlen(host + n);
	while (w && host[n + w - 1] == '/')
		w--;
	e->way = arena_bytes(a, host + n, w);
	w = strlen(e->host);
	/* a port that is the scheme's own is not sent, and must not be signed */
	if (w > 4 && tls && !strcmp(e->host + w - 4, ":443"))
		e->host = arena_bytes(a, e->host, w - 4);
	else if (w > 3 && open && !strcmp(e->host + w - 3, ":80"))
		e->host = arena_bytes(a, e->host, w - 3);
	return 0;
}

static int reach(struct s3_place *p, const struct store_place *at, bks_arena *a, bks_error *err)
{
	const char *text = said(at->endpoint, "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL");
	struct endpoint e = {"", "", ""};
	bool by_path;
	int r;

	p->amazon = !text;
	if (!text)
		text = arena_form(a, "https://s3.%s.amazonaws.com", p->region);
	r = read_endpoint(&e, text, a, err);
	if (r)
		return r;
	by_path = at->path_style ? at->path_style == 1 : !p->amazon || strpbrk(p->bucket, "._ABCDEFGHIJKLMNOPQRSTUVWXYZ") != NULL;
	p->tls = !strcmp(e.scheme, "https://");
	p->host = kept(by_path ? e.host : arena_form(a, "%s.%s", p->bucket, e.host));
	p->base = kept(arena_form(a, "%s%s", e.scheme, p->host));
	p->way = kept(by_path ? arena_form(a, "%s/%s/", e.way, p->bucket) : arena_form(a, "%s/", e.way));
	return 0;
}

int s3_place_read(struct s3_place *out, const struct store_place *at, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	const char *region = said(at->region, "AWS_REGION", "AWS_DEFAULT_REGION");
	int r;

	*out = (struct s3_place){.region_said = region != NULL};
	out->region = kept(region ? region : "us-east-1");
	out->ca_file = kept(said(at->ca_file, "AWS_CA_BUNDLE", NULL));
	out->profile = kept(at->profile);
	out->reaper = kept(at->reaper);
	out->delete_if_match = at->delete_if_match;
	r = read_url(out, at->url, a, err);
	if (!r)
		r = reach(out, at, a, err);
	if (r)
		s3_place_clear(out);
	return r;
}

void s3_place_clear(struct s3_place *p)
{
	free(p->base);
	free(p->host);
	free(p->way);
	free(p->bucket);
	free(p->prefix);
	free(p->region);
	free(p->ca_file);
	free(p->profile);
	free(p->reaper);
	*p = (struct s3_place){0};
}
