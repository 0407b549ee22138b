/* Signature Version 4, held against the examples that Amazon publishes: of S3's own documentation ("examples of the complete
 * Version 4 signing process"), and of the general test suite. */
#include "store/s3sign.h"
#include "unit.h"
#include <string.h>

#define EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
enum { DAY_2013 = 1369353600, DAY_2015 = 1440938160 };

static struct s3_keys s3_example(void)
{
	static char id[] = "AKIAIOSFODNN7EXAMPLE", secret[] = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

	return (struct s3_keys){id, secret, NULL, BKS_TIME_NONE};
}

static void signs(const char *signature, struct s3_signing s, const struct s3_keys *k)
{
	bks_arena *a = bks_arena_new();
	const char *is = s3_authorization(&s, k, a), *at = strstr(is, "Signature=");

	assert_non_null(at);
	assert_string_equal(at + 10, signature);
	bks_arena_free(a);
}

static struct s3_signing to_s3(const char *method, const char *path, const char *query, const struct s3_pair *h, size_t n,
	const char *payload)
{
	return (struct s3_signing){method, "examplebucket.s3.amazonaws.com", path, query, h, n, payload, "us-east-1", "s3",
		DAY_2013 * BKS_SECOND};
}

TEST(a_ranged_get_is_signed_as_in_the_documentation)
{
	struct s3_pair h[] = {{"range", "bytes=0-9"}, {"x-amz-content-sha256", EMPTY}};
	struct s3_keys k = s3_example();

	NOSTATE;
	signs("f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41", to_s3("GET", "/test.txt", "", h, 2, EMPTY), &k);
}

TEST(a_put_with_a_body_is_signed_as_in_the_documentation)
{
	const char *sum = "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072";
	struct s3_pair h[] = {{"date", "Fri, 24 May 2013 00:00:00 GMT"}, {"x-amz-content-sha256", sum},
		{"x-amz-storage-class", "REDUCED_REDUNDANCY"}};
	struct s3_keys k = s3_example();
	bks_arena *a = bks_arena_new();
	struct text path = {.arena = a};

	NOSTATE;
	s3_encode(&path, "/test$file.text", true);
	assert_string_equal(path.s, "/test%24file.text");
	signs("98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd", to_s3("PUT", path.s, "", h, 3, sum), &k);
	bks_arena_free(a);
}

TEST(a_parameter_without_a_value_and_a_listing_are_signed_as_in_the_documentation)
{
	struct s3_pair h[] = {{"x-amz-content-sha256", EMPTY}}, one = {"lifecycle", ""}, two[] = {{"prefix", "J"}, {"max-keys", "2"}};
	struct s3_keys k = s3_example();
	bks_arena *a = bks_arena_new();

	NOSTATE;
	signs("fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543", to_s3("GET", "/", s3_query(&one, 1, a), h, 1, EMPTY), &k);
	signs("34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7", to_s3("GET", "/", s3_query(two, 2, a), h, 1, EMPTY), &k);
	bks_arena_free(a);
}

TEST(the_general_test_suite_agrees)
{
	char id[] = "AKIDEXAMPLE", secret[] = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
	struct s3_keys k = {id, secret, NULL, BKS_TIME_NONE};
	struct s3_pair q[] = {{"Param2", "value2"}, {"Param1", "value1"}};
	bks_arena *a = bks_arena_new();
	struct s3_signing s = {"GET", "example.amazonaws.com", "/", "", NULL, 0, EMPTY, "us-east-1", "service", DAY_2015 * BKS_SECOND};

	NOSTATE;
	signs("5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31", s, &k);
	s.query = s3_query(q, 2, a);
	signs("b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500", s, &k);
	s.query = "";
	s.method = "POST";
	signs("5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b", s, &k);
	bks_arena_free(a);
}

TEST(every_byte_but_the_unreserved_is_encoded_and_parameters_are_sorted)
{
	struct s3_pair q[] = {{"prefix", "a b/*+~"}, {"list-type", "2"}, {"delimiter", "/"}};
	bks_arena *a = bks_arena_new();
	struct text t = {.arena = a};

	NOSTATE;
	assert_string_equal(s3_query(q, 3, a), "delimiter=%2F&list-type=2&prefix=a%20b%2F%2A%2B~");
	s3_encode(&t, "p/\xc3\xa4*'(1)!", true);
	assert_string_equal(t.s, "p/%C3%A4%2A%27%281%29%21");
	assert_string_equal(s3_query(NULL, 0, a), "");
	bks_arena_free(a);
}

TEST(a_session_token_is_signed_with_the_rest)
{
	char id[] = "A", secret[] = "B", token[] = "TOKEN";
	struct s3_keys k = {id, secret, token, BKS_TIME_NONE};
	struct s3_pair h[] = {{"x-amz-content-sha256", EMPTY}};
	bks_arena *a = bks_arena_new();
	struct s3_signing s = to_s3("GET", "/", "", h, 1, EMPTY);
	const char *names;

	NOSTATE;
	assert_non_null(strstr(s3_canonical(&names, &s, &k, a), "x-amz-security-token:TOKEN\n"));
	assert_string_equal(names, "host;x-amz-content-sha256;x-amz-date;x-amz-security-token");
	assert_null(strstr(s3_authorization(&s, &k, a), "TOKEN"));
	bks_arena_free(a);
}

MAIN(T(a_ranged_get_is_signed_as_in_the_documentation), T(a_put_with_a_body_is_signed_as_in_the_documentation),
	T(a_parameter_without_a_value_and_a_listing_are_signed_as_in_the_documentation), T(the_general_test_suite_agrees),
	T(every_byte_but_the_unreserved_is_encoded_and_parameters_are_sorted), T(a_session_token_is_signed_with_the_rest))
