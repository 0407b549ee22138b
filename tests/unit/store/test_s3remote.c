/* Keys that a server gives: what is asked of whom, and what its answers may be. */
#include "keyworld.h"

/* What was asked last, and what is answered to a URL with WORDS in it, in this order. */
static char asked[4096];
static struct {
	const char *words;
	int status; /* negative: no answer */
	const char *body;
} answers[4];

static int answer(const struct cred_ask *q, bks_error *e)
{
	size_t at = strlen(asked);

	at += (size_t)snprintf(asked + at, sizeof asked - at, "%s %s", q->method, q->url);
	for (size_t i = 0; q->headers && q->headers[i]; i++)
		at += (size_t)snprintf(asked + at, sizeof asked - at, " [%s]", q->headers[i]);
	snprintf(asked + at, sizeof asked - at, " %s%s\n", q->body ? q->body : "-",
		q->direct ? " direct" : "");
	assert_true(q->wait_ms > 0 && q->wait_ms <= 20000);
	for (size_t i = 0; i < sizeof answers / sizeof *answers && answers[i].words; i++) {
		if (!strstr(q->url, answers[i].words))
			continue;
		if (answers[i].status < 0) {
			snprintf(e->text, sizeof e->text, "Connection refused");
			return BKS_E_IO;
		}
		snprintf(q->reply, q->room, "%s", answers[i].body);
		return answers[i].status;
	}
	fail_msg("nobody was to ask %s", q->url);
	return BKS_E_IO;
}

static void answers_are(
	const char *w0, int s0, const char *b0, const char *w1, int s1, const char *b1)
{
	memset(answers, 0, sizeof answers);
	answers[0].words = w0, answers[0].status = s0, answers[0].body = b0;
	answers[1].words = w1, answers[1].status = s1, answers[1].body = b1;
	asked[0] = '\0';
	answering = answer;
}

/* Web identity */

#define STS(keys)                                                                              \
	"<AssumeRoleWithWebIdentityResponse "                                                  \
	"xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">"                                 \
	"<AssumeRoleWithWebIdentityResult><Audience>a</Audience>" keys                         \
	"</AssumeRoleWithWebIdentityResult>"                                                   \
	"<ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></"                      \
	"AssumeRoleWithWebIdentityResponse>"
#define STS_KEYS(until)                                                                        \
	"<Credentials><AccessKeyId>ASIA1</AccessKeyId><SecretAccessKey>hush/+=</"              \
	"SecretAccessKey>"                                                                     \
	"<SessionToken>hush-token</SessionToken>" until "</Credentials>"

static void identity(const char *token)
{
	file_new(home, "jwt", token);
	setenv("AWS_WEB_IDENTITY_TOKEN_FILE", in(home, "jwt"), 1);
	setenv("AWS_ROLE_ARN", "arn:aws:iam::1:role/x", 1);
}

TEST(a_web_identity_is_exchanged_for_keys)
{
	struct s3_keys k;

	NOSTATE;
	identity("hush.jwt_-\n");
	answers_are("sts.", 200, STS(STS_KEYS("<Expiration>2037-01-02T03:04:05Z</Expiration>")),
		NULL, 0, NULL);
	assert_int_equal(look(&k, NULL), 0);
	assert_string_equal(k.id, "ASIA1");
	assert_string_equal(k.secret, "hush/+=");
	assert_string_equal(k.token, "hush-token");
	assert_int_equal(k.expires / BKS_SECOND, 2114478245);
	s3_keys_wipe(&k);
	assert_string_equal(asked, "POST https://sts.amazonaws.com/ [Content-Type: "
				   "application/x-www-form-urlencoded] "
				   "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&"
				   "RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fx"
				   "&RoleSessionName=backstay&WebIdentityToken=hush.jwt_-\n");
}

TEST(it_goes_to_the_sts_that_was_named_or_the_one_of_the_region)
{
	NOSTATE;
	identity("hush");
	answers_are("", 200, STS(STS_KEYS("")), NULL, 0, NULL);
	setenv("AWS_REGION", "eu-west-1", 1);
	assert_string_equal(found(NULL), "ASIA1 hush/+= hush-token");
	assert_non_null(strstr(asked, "POST https://sts.eu-west-1.amazonaws.com/ "));
	setenv("AWS_REGION", "cn-north-1", 1);
	found(NULL);
	assert_non_null(strstr(asked, "POST https://sts.cn-north-1.amazonaws.com.cn/ "));
	setenv("AWS_REGION", "evil.example/", 1);
	found(NULL);
	assert_non_null(strstr(asked, "POST https://sts.amazonaws.com/ "));
	setenv("AWS_ENDPOINT_URL", "http://all:1", 1);
	found(NULL);
	assert_non_null(strstr(asked, "POST http://all:1 "));
	setenv("AWS_ENDPOINT_URL_STS", "http://sts:2", 1);
	setenv("AWS_ROLE_SESSION_NAME", "me&Action=x", 1);
	found(NULL);
	assert_non_null(strstr(asked, "POST http://sts:2 "));
	assert_non_null(strstr(asked, "&RoleSessionName=me%26Action%3Dx&"));
}

TEST(a_profile_may_name_the_identity)
{
	char text[600];

	NOSTATE;
	file_new(home, "jwt", "hush");
	snprintf(text, sizeof text,
		"[profile w]\nrole_arn = arn:r\nweb_identity_token_file = ~/jwt\nregion = "
		"eu-north-1\n");
	config(text);
	credentials("[w]\naws_access_key_id = F\naws_secret_access_key = hush\n");
	answers_are("sts.eu-north-1.", 200, STS(STS_KEYS("")), NULL, 0, NULL);
	assert_string_equal(found("w"), "ASIA1 hush/+= hush-token");
	assert_non_null(strstr(asked, "RoleArn=arn%3Ar&"));
}

TEST(a_refused_identity_is_told_by_the_servers_code_alone)
{
	NOSTATE;
	identity("hush");
	credentials("[default]\naws_access_key_id = F\naws_secret_access_key = hush\n");
	answers_are("sts", 400,
		"<ErrorResponse "
		"xmlns=\"x\"><Error><Type>Sender</Type><Code>InvalidIdentityToken</Code>"
		"<Message>hush is no token</Message></Error></ErrorResponse>",
		NULL, 0, NULL);
	lacking(NULL, BKS_E_IO, "refuses the role arn:aws:iam::1:role/x: status 400 InvalidIdentityToken");
	answers_are("sts", 403, "<Error><Code>hush hush</Code></Error>", NULL, 0, NULL);
	lacking(NULL, BKS_E_IO, "status 403");
	answers_are("sts", 403, "<Error><Code>AccessDenied</Code></Error>", NULL, 0, NULL);
	lacking(NULL, BKS_E_IO, "status 403 AccessDenied");
	answers_are("sts", -1, NULL, NULL, 0, NULL);
	lacking(NULL, BKS_E_IO, "the STS at https://sts.amazonaws.com/: Connection refused");
}

TEST(an_answer_that_is_none_gives_no_keys)
{
	static const char *const cases[] = {"", "hush", "<html>hush</html>", "{\"hush\": 1}",
		STS(""),
		STS("<Credentials><AccessKeyId>ASIA1</AccessKeyId><SecretAccessKey>hush</"
		    "SecretAccessKey></Credentials>"),
		STS(STS_KEYS("<Expiration>hush</Expiration>")),
		STS(STS_KEYS("<Expiration>2001-01-01T00:00:00Z</Expiration>")),
		"<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult>" STS_KEYS(
			""),
		"<!DOCTYPE x [<!ENTITY a \"hush\">]>" STS(STS_KEYS("")),
		"<Other>" STS_KEYS("") "</Other>"};

	NOSTATE;
	identity("hush");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct s3_keys k;

		answers_are("sts", 200, cases[i], NULL, 0, NULL);
		if (look(&k, NULL) >= 0)
			fail_msg("keys out of case %zu", i);
	}
}

TEST(an_identity_that_cannot_be_one_is_not_sent)
{
	static char big[20100];

	NOSTATE;
	answers_are(NULL, 0, NULL, NULL, 0, NULL);
	identity("");
	lacking(NULL, BKS_E_IO, "jwt: empty");
	identity("hush hush");
	lacking(NULL, BKS_E_IO, "jwt: no token");
	memset(big, 'h', sizeof big - 1);
	identity(big);
	lacking(NULL, BKS_E_IO, "jwt: too large for a token");
	setenv("AWS_WEB_IDENTITY_TOKEN_FILE", in(home, "none"), 1);
	lacking(NULL, BKS_E_IO, "none: No such file");
	identity("hush");
	unsetenv("AWS_ROLE_ARN");
	lacking(NULL, BKS_E_USAGE, "no role (AWS_ROLE_ARN");
	assert_string_equal(asked, "");
}

/* Containers and instances */

#define KEYS                                                                                   \
	"\"AccessKeyId\": \"ASIA2\", \"SecretAccessKey\": \"hush\", \"Token\": \"hush-t\", "   \
	"\"Expiration\": \"2037-01-02T03:04:05Z\""

TEST(a_container_is_given_keys)
{
	NOSTATE;
	setenv("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/x", 1);
	answers_are("http://169.254.170.2/v2/x", 200, "{" KEYS "}", NULL, 0, NULL);
	assert_string_equal(found(NULL), "ASIA2 hush hush-t");
	assert_string_equal(asked, "GET http://169.254.170.2/v2/x - direct\n");
	unsetenv("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
	setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://localhost:81/k", 1);
	setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN", "hush-a", 1);
	answers_are("http://localhost:81/k", 200, "{" KEYS "}", NULL, 0, NULL);
	assert_string_equal(found(NULL), "ASIA2 hush hush-t");
	assert_string_equal(
		asked, "GET http://localhost:81/k [Authorization: hush-a] - direct\n");
	file_new(home, "auth", "hush-b\n");
	setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", in(home, "auth"), 1);
	asked[0] = '\0';
	found(NULL);
	assert_string_equal(
		asked, "GET http://localhost:81/k [Authorization: hush-b] - direct\n");
}

TEST(keys_of_a_container_go_to_no_strangers)
{
	static const char *const urls[] = {"http://evil.example/",
		"http://localhost.evil.example/", "http://127.0.0.1@evil/",
		"file:///etc/passwd", "x"};

	NOSTATE;
	answers_are(NULL, 0, NULL, NULL, 0, NULL);
	for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
		setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", urls[i], 1);
		lacking(NULL, BKS_E_USAGE, "neither https nor a host of this machine");
	}
	setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", "https://keys.example/", 1);
	answers_are("https://keys.example/", 401, "hush", NULL, 0, NULL);
	lacking(NULL, BKS_E_IO, "answered with status 401");
}

TEST(an_instance_is_asked_by_version_2)
{
	NOSTATE;
	unsetenv("AWS_EC2_METADATA_DISABLED");
	answers_are("/latest/api/token", 200, "hush-imds", "/security-credentials/role-1", 200,
		"{\"Code\": \"Success\", " KEYS "}");
	answers[2].words = "/security-credentials/", answers[2].status = 200,
	answers[2].body = "role-1\n";
	assert_string_equal(found(NULL), "ASIA2 hush hush-t");
	assert_string_equal(asked,
		"PUT http://169.254.169.254/latest/api/token "
		"[X-aws-ec2-metadata-token-ttl-seconds: 21600]  direct\n"
		"GET http://169.254.169.254/latest/meta-data/iam/security-credentials/ "
		"[X-aws-ec2-metadata-token: hush-imds] - direct\n"
		"GET http://169.254.169.254/latest/meta-data/iam/security-credentials/role-1 "
		"[X-aws-ec2-metadata-token: hush-imds] - direct\n");
	asked[0] = '\0';
	setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv6", 1);
	found(NULL);
	assert_non_null(strstr(asked, "PUT http://[fd00:ec2::254]/latest/api/token "));
	setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://localhost:1/", 1);
	found(NULL);
	assert_non_null(strstr(asked, "PUT http://localhost:1/latest/api/token "));
	asked[0] = '\0';
	setenv("AWS_EC2_METADATA_DISABLED", "TRUE", 1);
	lacking(NULL, BKS_E_USAGE, "switched off");
	assert_string_equal(asked, "");
}

TEST(no_instance_and_none_with_a_role_are_no_error)
{
	NOSTATE;
	unsetenv("AWS_EC2_METADATA_DISABLED");
	answers_are("/token", -1, NULL, NULL, 0, NULL);
	lacking(NULL, BKS_E_USAGE,
		"; instance metadata at http://169.254.169.254: Connection refused");
	answers_are("/token", 403, "hush", NULL, 0, NULL);
	lacking(NULL, BKS_E_USAGE, "status 403 to version 2");
	answers_are("/token", 200, "", NULL, 0, NULL);
	lacking(NULL, BKS_E_USAGE, "status 200 to version 2");
	answers_are("/token", 200, "hush", "/security-credentials/", 404, "hush");
	lacking(NULL, BKS_E_USAGE, "the instance has no role");
}

TEST(an_instance_that_answers_strangely_is_an_error)
{
	static const char *const roles[] = {"", "../../x", "a/b", "<html>hush", "\nrole"};

	NOSTATE;
	unsetenv("AWS_EC2_METADATA_DISABLED");
	for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
		answers_are("/token", 200, "hush", "/security-credentials/", 200, roles[i]);
		lacking(NULL, BKS_E_IO, "names no role");
	}
	answers_are("/token", 200, "hush", "/security-credentials/", 200, "role");
	lacking(NULL, BKS_E_IO, "gave what is no JSON");
	answers_are("/token", 200, "hush", "/security-credentials/r", 200,
		"{\"Code\": \"AssumeRoleUnauthorizedAccess\", \"Message\": \"hush\"}");
	answers[2].words = "/security-credentials/", answers[2].status = 200,
	answers[2].body = "r";
	lacking(NULL, BKS_E_IO, "gave JSON without keys");
	answers_are("/token", 200, "hush", "/security-credentials/", 500, "hush");
	lacking(NULL, BKS_E_IO, "status 500");
}

MAIN(W(a_web_identity_is_exchanged_for_keys),
	W(it_goes_to_the_sts_that_was_named_or_the_one_of_the_region),
	W(a_profile_may_name_the_identity),
	W(a_refused_identity_is_told_by_the_servers_code_alone),
	W(an_answer_that_is_none_gives_no_keys), W(an_identity_that_cannot_be_one_is_not_sent),
	W(a_container_is_given_keys), W(keys_of_a_container_go_to_no_strangers),
	W(an_instance_is_asked_by_version_2), W(no_instance_and_none_with_a_role_are_no_error),
	W(an_instance_that_answers_strangely_is_an_error))
