/* Keys from the environment and the shared files: the order, what counts, and what is said
 * where there are none. */
#include "keyworld.h"

TEST(the_environment_comes_first)
{
	NOSTATE;
	credentials("[default]\naws_access_key_id = FILE\naws_secret_access_key = hush-file\n");
	assert_string_equal(found(NULL), "FILE hush-file -");
	setenv("AWS_ACCESS_KEY_ID", "ENV", 1);
	setenv("AWS_SECRET_ACCESS_KEY", "hush/env+", 1);
	assert_string_equal(found(NULL), "ENV hush/env+ -");
	setenv("AWS_SESSION_TOKEN", "hush-token==", 1);
	assert_string_equal(found(NULL), "ENV hush/env+ hush-token==");
	setenv("AWS_PROFILE", "default", 1);
	assert_string_equal(found(NULL), "ENV hush/env+ hush-token==");
}

TEST(a_profile_that_is_asked_for_goes_before_the_environment)
{
	NOSTATE;
	credentials("[site]\naws_access_key_id = FILE\naws_secret_access_key = hush-file\n");
	setenv("AWS_ACCESS_KEY_ID", "ENV", 1);
	setenv("AWS_SECRET_ACCESS_KEY", "hush-env", 1);
	assert_string_equal(found("site"), "FILE hush-file -");
	lacking("other", BKS_E_USAGE, "no profile \"other\"");
}

TEST(half_a_pair_is_an_error_and_not_passed_over)
{
	NOSTATE;
	credentials("[default]\naws_access_key_id = FILE\naws_secret_access_key = hush-file\n");
	setenv("AWS_ACCESS_KEY_ID", "ENV", 1);
	lacking(NULL, BKS_E_USAGE, "no secret key");
	unsetenv("AWS_ACCESS_KEY_ID");
	setenv("AWS_SECRET_ACCESS_KEY", "hush", 1);
	lacking(NULL, BKS_E_USAGE, "no access key id");
	unsetenv("AWS_SECRET_ACCESS_KEY");
	credentials("[default]\naws_secret_access_key = hush\n");
	lacking(NULL, BKS_E_USAGE, "no access key id");
	credentials("[default]\naws_access_key_id = FILE\naws_secret_access_key =\n");
	lacking(NULL, BKS_E_USAGE, "no secret key");
}

TEST(what_cannot_be_a_key_never_reaches_a_header)
{
	static char long_one[40000];

	NOSTATE;
	setenv("AWS_ACCESS_KEY_ID", "A\r\nHost: evil", 1);
	setenv("AWS_SECRET_ACCESS_KEY", "hush", 1);
	lacking(NULL, BKS_E_USAGE, "access key id that cannot be one");
	setenv("AWS_ACCESS_KEY_ID", "A/B", 1);
	lacking(NULL, BKS_E_USAGE, "access key id that cannot be one");
	setenv("AWS_ACCESS_KEY_ID", "A", 1);
	setenv("AWS_SECRET_ACCESS_KEY", "hush\n", 1);
	lacking(NULL, BKS_E_USAGE, "secret key that cannot be one");
	setenv("AWS_SECRET_ACCESS_KEY", "hush\xc3\xa9", 1);
	lacking(NULL, BKS_E_USAGE, "secret key that cannot be one");
	setenv("AWS_SECRET_ACCESS_KEY", "hush", 1);
	setenv("AWS_SESSION_TOKEN", "hush\r\nx-amz-acl: public-read", 1);
	lacking(NULL, BKS_E_USAGE, "session token that cannot be one");
	memset(long_one, 'a', sizeof long_one - 1);
	setenv("AWS_SESSION_TOKEN", long_one, 1);
	lacking(NULL, BKS_E_USAGE, "session token that cannot be one");
}

TEST(profiles_stand_in_two_files_and_the_one_of_keys_wins)
{
	NOSTATE;
	config("[default]\naws_access_key_id = C0\naws_secret_access_key = hush\n"
	       "[profile one]\naws_access_key_id = C1\naws_secret_access_key = hush\n"
	       "[profile \"with blank\"]\naws_access_key_id = C2\naws_secret_access_key = "
	       "hush\n"
	       "[plain]\naws_access_key_id = C3\naws_secret_access_key = hush\n");
	assert_string_equal(found(NULL), "C0 hush -");
	assert_string_equal(found("one"), "C1 hush -");
	assert_string_equal(found("with blank"), "C2 hush -");
	lacking("plain", BKS_E_USAGE, "no profile \"plain\"");
	setenv("AWS_PROFILE", "one", 1);
	assert_string_equal(found(NULL), "C1 hush -");
	credentials("[one]\naws_access_key_id = K1\naws_secret_access_key = "
		    "hush2\naws_session_token = hush3\n");
	assert_string_equal(found(NULL), "K1 hush2 hush3");
	assert_string_equal(found("default"), "C0 hush -");
	setenv("AWS_PROFILE", "none", 1);
	lacking(NULL, BKS_E_USAGE, "no profile \"none\"");
}

TEST(the_files_may_lie_elsewhere)
{
	NOSTATE;
	credentials("[default]\naws_access_key_id = HOME\naws_secret_access_key = hush\n");
	file_new(home, "k", "[default]\naws_access_key_id = K\naws_secret_access_key = hush\n");
	file_new(
		home, "c", "[profile x]\nregion = eu-central-1\n[default]\nregion=us-west-2\n");
	setenv("AWS_SHARED_CREDENTIALS_FILE", in(home, "k"), 1);
	assert_string_equal(found(NULL), "K hush -");
	setenv("AWS_SHARED_CREDENTIALS_FILE", "~/k", 1);
	assert_string_equal(found(NULL), "K hush -");
	setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null", 1);
	setenv("AWS_CONFIG_FILE", in(home, "c"), 1);
	lacking(NULL, BKS_E_USAGE,
		"no S3 credentials: environment: no AWS_ACCESS_KEY_ID; web identity");
}

TEST(the_files_are_read_as_people_write_them)
{
	NOSTATE;
	credentials("\xef\xbb\xbf# mine\r\n; and\r\n\r\n[default]\r\n"
		    "AWS_Access_Key_Id = OLD\r\n"
		    "aws_access_key_id=NEW  # since May\r\n"
		    "aws_secret_access_key : hu;sh#=\r\n"
		    "aws_session_token =\r\n"
		    "  s3 =\r\n    addressing_style = path\r\n"
		    "[ other ]\r\naws_access_key_id = X\r\n"
		    "[default]\r\nregion = eu-west-1\t; here");
	assert_string_equal(found(NULL), "NEW hu;sh#= -");
}

TEST(what_is_indented_beneath_a_key_is_none_of_its_own)
{
	NOSTATE;
	config("[default]\ns3 =\n  aws_access_key_id = NESTED\n  aws_secret_access_key = hush\n"
	       "region = r\n");
	lacking(NULL, BKS_E_USAGE, "no keys in it");
	config("[default]\n  aws_access_key_id = A\n  aws_secret_access_key = hush\n");
	assert_string_equal(found(NULL), "A hush -");
}

TEST(a_file_that_is_none_is_refused_by_line_and_says_nothing_of_it)
{
	static const struct {
		const char *text, *words;
	} cases[] = {
		{"[default]\nhush\n", "credentials line 2: neither"},
		{"aws_secret_access_key = hush\n", "credentials line 1: neither"},
		{"[default\nhush = hush\n", "credentials line 1: neither"},
		{"[default]\n= hush\n", "credentials line 2: neither"},
		{"\n\n[]]hush\nhush", "credentials line 4: neither"},
	};

	NOSTATE;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		credentials(cases[i].text);
		lacking(NULL, BKS_E_USAGE, cases[i].words);
	}
}

static void put_bytes(const char *name, const void *bytes, size_t n)
{
	FILE *f = fopen(in(home, name), "we");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	fclose(f);
}

TEST(hostile_files_end_in_words)
{
	static char big[(1 << 20) + 1];
	static const char zero[] = "[default]\naws_secret_access_key = hu\0sh\n";

	NOSTATE;
	put_bytes(".aws/credentials", zero, sizeof zero - 1);
	lacking(NULL, BKS_E_USAGE, "a zero byte");
	memset(big, '#', sizeof big);
	put_bytes(".aws/credentials", big, sizeof big);
	lacking(NULL, BKS_E_USAGE, "larger than 1 MiB");
	put_bytes(".aws/credentials", big, sizeof big - 1);
	lacking(NULL, BKS_E_USAGE, "it is not there");
	setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/zero", 1);
	lacking(NULL, BKS_E_USAGE, "/dev/zero: larger than 1 MiB");
	setenv("AWS_SHARED_CREDENTIALS_FILE", home, 1);
	lacking(NULL, BKS_E_IO, "Is a directory");
	assert_int_equal(mkfifo(in(home, "pipe"), 0600), 0);
	setenv("AWS_SHARED_CREDENTIALS_FILE", in(home, "pipe"), 1);
	lacking(NULL, BKS_E_USAGE, "it is not there");
	setenv("AWS_SHARED_CREDENTIALS_FILE", in(home, ".aws/none/none"), 1);
	lacking(NULL, BKS_E_USAGE, "no such file");
	setenv("AWS_SHARED_CREDENTIALS_FILE", in(home, "a\nb\x1b[2J"), 1);
	lacking("x", BKS_E_USAGE, "a\\x0ab\\x1b[2J (no such file)");
}

/* Any bytes: an answer, no secret in a text, and (with a sanitizer) nothing read past the end.
 */
TEST(random_files_are_survived)
{
	static const char alphabet[] = "[]=:#; \t\n\rdefaultaws_secret_access_key\"'profile\\";
	uint64_t x = 88172645463325252u;
	char text[256];

	NOSTATE;
	for (int i = 0; i < 3000; i++) {
		struct s3_keys k;
		size_t n = (size_t)(i % 250) + 4;

		for (size_t j = 0; j < n; j++) {
			x ^= x << 13, x ^= x >> 7, x ^= x << 17;
			text[j] =
				i & 1 ? alphabet[x % (sizeof alphabet - 1)] : (char)(x & 0xff);
		}
		memcpy(text, "hush", 4);
		put_bytes(i & 2 ? ".aws/config" : ".aws/credentials", text, n);
		if (!look(&k, NULL))
			s3_keys_wipe(&k);
	}
}

TEST(where_nothing_is_each_place_is_named)
{
	NOSTATE;
	lacking(NULL, BKS_E_USAGE, "no S3 credentials: environment: no AWS_ACCESS_KEY_ID; ");
	lacking(NULL, BKS_E_USAGE, "; web identity: no AWS_WEB_IDENTITY_TOKEN_FILE; ");
	lacking(NULL, BKS_E_USAGE, "; profile \"default\": ");
	lacking(NULL, BKS_E_USAGE, "/.aws/credentials: no such file, ");
	lacking(NULL, BKS_E_USAGE, "; container: no AWS_CONTAINER_CREDENTIALS_RELATIVE_URI; ");
	lacking(NULL, BKS_E_USAGE,
		"; instance metadata: switched off by AWS_EC2_METADATA_DISABLED");
	credentials("[site]\nregion = x\n");
	lacking("site", BKS_E_USAGE, "environment: passed over, a profile is named; ");
	lacking("site", BKS_E_USAGE, "credentials: no keys in it");
}

TEST(what_only_the_sdks_can_do_is_told)
{
	NOSTATE;
	config("[profile r]\nrole_arn = arn:aws:iam::1:role/x\nsource_profile = default\n"
	       "[profile m]\nrole_arn = arn:aws:iam::1:role/x\ncredential_source = "
	       "Ec2InstanceMetadata\n"
	       "[profile s]\nsso_session = corp\n[sso-session corp]\nsso_region = hush\n");
	lacking("r", BKS_E_USAGE, "by source_profile");
	lacking("m", BKS_E_USAGE, "by credential_source");
	lacking("s", BKS_E_USAGE, "aws configure export-credentials");
}

TEST(the_region_is_found_beside_the_keys)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();

	NOSTATE;
	assert_null(s3_region_find(NULL, a));
	config("[default]\nregion = eu-west-1\n[profile x]\nregion = eu-central-1\n");
	assert_string_equal(s3_region_find(NULL, a), "eu-west-1");
	assert_string_equal(s3_region_find("x", a), "eu-central-1");
	assert_null(s3_region_find("y", a));
	setenv("AWS_DEFAULT_REGION", "us-east-2", 1);
	assert_string_equal(s3_region_find("x", a), "us-east-2");
	setenv("AWS_REGION", "us-east-1", 1);
	assert_string_equal(s3_region_find(NULL, a), "us-east-1");
}

MAIN(W(the_environment_comes_first), W(a_profile_that_is_asked_for_goes_before_the_environment),
	W(half_a_pair_is_an_error_and_not_passed_over),
	W(what_cannot_be_a_key_never_reaches_a_header),
	W(profiles_stand_in_two_files_and_the_one_of_keys_wins), W(the_files_may_lie_elsewhere),
	W(the_files_are_read_as_people_write_them),
	W(what_is_indented_beneath_a_key_is_none_of_its_own),
	W(a_file_that_is_none_is_refused_by_line_and_says_nothing_of_it),
	W(hostile_files_end_in_words), W(random_files_are_survived),
	W(where_nothing_is_each_place_is_named), W(what_only_the_sdks_can_do_is_told),
	W(the_region_is_found_beside_the_keys))
