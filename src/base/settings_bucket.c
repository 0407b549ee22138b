/* What a repo says of its bucket: refused where it could not be meant, or would put a secret
 * into the catalog. */
#include "backstay/settings.h"
#include "base/error.h"
#include "base/usage.h"
#include <string.h>

enum { ENDPOINT_MAX = 512, REGION_MAX = 64 };

/* "s3://KEY:SECRET@bucket" would lie in the catalog, in logs and on every screen: it is not
 * even shown. */
static int check_url(const char *url, bks_error *err)
{
	const char *name = url + strlen("s3://");

	if (memchr(name, '@', strcspn(name, "/")))
		return fail(err, BKS_E_USAGE,
			"url: keys do not belong into a URL (see docs/bucket-credentials.md)");
	if (name[strcspn(name, "?#")])
		return usage_fail(err, "url: bucket", url,
			"may not hold '?' and '#'; what a service needs has options of its "
			"own");
	if (!*name || *name == '/')
		return usage_fail(err, "url: bucket", url,
			"has no name; wants s3://bucket or s3://bucket/prefix");
	return 0;
}

static int check_endpoint(const char *url, bks_error *err)
{
	const char *host = !strncmp(url, "https://", 8)  ? url + 8
			   : !strncmp(url, "http://", 7) ? url + 7
							 : NULL;

	if (strchr(url, '@'))
		return fail(err, BKS_E_USAGE,
			"endpoint: keys do not belong into a URL (see "
			"docs/bucket-credentials.md)");
	if (!host || !*host || strchr("/:?#", *host) || strlen(url) > ENDPOINT_MAX)
		return usage_fail(err, "endpoint: URL", url,
			"wants https://host, https://host:port or http://...");
	for (const char *s = host; *s; s++)
		if (*s <= ' ' || *s > '~' || strchr("?#\"<>\\^`{|}", *s))
			return usage_fail(err, "endpoint: URL", url,
				"is a host, a port and at most a path");
	return 0;
}

static int check_region(const char *region, bks_error *err)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";

	return *region && strlen(region) <= REGION_MAX && !region[strspn(region, allowed)]
		       ? 0
		       : usage_fail(
				 err, "region: name", region, "is none, such as eu-central-1");
}

int bks_repo_check(const bks_repo *r, bks_error *err)
{
	bool bucket = r->url && !strncmp(r->url, "s3://", 5);
	const char *alone = r->endpoint     ? "endpoint"
			    : r->region     ? "region"
			    : r->path_style ? "path_style"
			    : r->ca_file    ? "ca_file"
			    : r->profile    ? "profile"
			    : r->reaper_profile ? "reaper_profile"
					    : NULL;
	int e = 0;

	if (!bucket)
		return alone ? fail(err, BKS_E_USAGE,
				       "%s: only a bucket (s3://bucket/prefix) has one", alone)
			     : 0;
	e = check_url(r->url, err);
	if (!e && r->endpoint)
		e = check_endpoint(r->endpoint, err);
	if (!e && r->region)
		e = check_region(r->region, err);
	return e;
}
