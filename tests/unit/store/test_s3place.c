/* Where a bucket is, by what was said of it and what the environment says. */
#include "store/s3.h"
#include "unit.h"
#include <stdlib.h>
#include <string.h>

static void nothing_is_said(void)
{
	static const char *const names[] = {"AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_CA_BUNDLE"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		unsetenv(names[i]);
}

static void is(const struct store_place *at, const char *base, const char *way, const char *prefix)
{
	struct s3_place p;
	bks_error e = {0};

	if (s3_place_read(&p, at, &e))
		fail_msg("%s", e.text);
	assert_string_equal(p.base, base);
	assert_string_equal(p.way, way);
	assert_string_equal(p.prefix, prefix);
	s3_place_clear(&p);
}

TEST(amazons_own_buckets_are_reached_by_their_host)
{
	NOSTATE;
	nothing_is_said();
	is(&(struct store_place){.url = "s3://acme"}, "https://acme.s3.us-east-1.amazonaws.com", "/", "");
	is(&(struct store_place){.url = "s3://acme/pg/daily/", .region = "eu-west-1"}, "https://acme.s3.eu-west-1.amazonaws.com", "/", "pg/daily/");
	is(&(struct store_place){.url = "s3://acme.com/x"}, "https://s3.us-east-1.amazonaws.com", "/acme.com/", "x/");
	setenv("AWS_DEFAULT_REGION", "ap-south-1", 1);
	is(&(struct store_place){.url = "s3://acme"}, "https://acme.s3.ap-south-1.amazonaws.com", "/", "");
	setenv("AWS_REGION", "sa-east-1", 1);
	is(&(struct store_place){.url = "s3://acme"}, "https://acme.s3.sa-east-1.amazonaws.com", "/", "");
}

TEST(an_endpoint_that_is_said_is_asked_by_path_unless_told_otherwise)
{
	NOSTATE;
	nothing_is_said();
	is(&(struct store_place){.url = "s3://b", .endpoint = "http://127.0.0.1:9000/"}, "http://127.0.0.1:9000", "/b/", "");
	is(&(struct store_place){.url = "s3://b", .endpoint = "https://s3.example.org:443"}, "https://s3.example.org", "/b/", "");
	is(&(struct store_place){.url = "s3://b", .endpoint = "https://example.org/base", .path_style = 1}, "https://example.org", "/base/b/", "");
	is(&(struct store_place){.url = "s3://b", .endpoint = "https://example.org", .path_style = 2}, "https://b.example.org", "/", "");
	setenv("AWS_ENDPOINT_URL", "http://one:1", 1);
	is(&(struct store_place){.url = "s3://b"}, "http://one:1", "/b/", "");
	setenv("AWS_ENDPOINT_URL_S3", "http://two:2", 1);
	is(&(struct store_place){.url = "s3://b"}, "http://two:2", "/b/", "");
}

TEST(what_names_no_bucket_is_refused)
{
	static const char *const bad[] = {"s3://", "s3:///x", "s3://a b/x", "s3://b/../x", "s3://b/a//c"};
	static const char *const ends[] = {"ftp://x", "https://", "https://user@host", "https://host/?q", "host"};
	struct s3_place p;
	bks_error e = {0};

	NOSTATE;
	nothing_is_said();
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(s3_place_read(&p, &(struct store_place){.url = bad[i]}, &e), BKS_E_USAGE);
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		assert_int_equal(s3_place_read(&p, &(struct store_place){.url = "s3://b", .endpoint = ends[i]}, &e), BKS_E_USAGE);
}

TEST(the_dates_of_http_are_read_and_others_are_none)
{
	NOSTATE;
	assert_int_equal(s3_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), 784111777LL * BKS_SECOND);
	assert_int_equal(s3_http_date("Sun, 31 Feb 1994 08:49:37 GMT"), BKS_TIME_NONE);
	assert_int_equal(s3_http_date("1994-11-06T08:49:37Z"), BKS_TIME_NONE);
	assert_int_equal(s3_http_date(NULL), BKS_TIME_NONE);
}

MAIN(T(amazons_own_buckets_are_reached_by_their_host), T(an_endpoint_that_is_said_is_asked_by_path_unless_told_otherwise),
	T(what_names_no_bucket_is_refused), T(the_dates_of_http_are_read_and_others_are_none))
