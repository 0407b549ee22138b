/* Keys that a server gives: the STS for a web identity, the endpoint of a container, the
 * metadata of an instance. Their answers hold secrets: they are read into one buffer, which is
 * zeroed. */
#include "backstay/json.h"
#include "base/rfc3339.h"
#include "store/s3cred_private.h"
#include "store/s3sign.h"
#include "store/s3xml.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum {
	REPLY_MAX = 128 * 1024,
	IDENTITY_MAX = 20000,
	STS_MS = 15000,
	NEAR_MS = 2000,
	ROLE_MAX = 256
};

#define INSTANCE "http://169.254.169.254"
#define INSTANCE_V6 "http://[fd00:ec2::254]"
#define CONTAINER "http://169.254.170.2"

/* An answer and room for it. */
struct reply {
	char *text;
	size_t n;
	int status;
};

static void reply_free(struct reply *r)
{
	if (r->text)
		explicit_bzero(r->text, REPLY_MAX);
	free(r->text);
}

/* Asks; HEADERS end in NULL. 0, or BKS_E_IO when no answer came. */
static int ask(
	struct reply *out, struct cred_search *s, const struct cred_ask *q, bks_error *err)
{
	struct cred_ask whole = *q;

	if (!out->text && !(out->text = malloc(REPLY_MAX)))
		abort();
	whole.reply = out->text;
	whole.room = REPLY_MAX;
	out->text[0] = '\0';
	out->status = s->http ? s->http(&whole, err) : fail(err, BKS_E_IO, "no way to ask");
	out->n = strlen(out->text);
	return out->status < 0 ? out->status : 0;
}

/* A small file that holds a secret, without the blanks at its end, into ROOM bytes at OUT. 0,
 * or BKS_E_IO. */
static int read_secret(char *out, size_t room, const char *path, struct cred_search *s)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	ssize_t n = fd < 0 ? -1 : read(fd, out, room - 1);

	if (fd >= 0)
		close(fd);
	if (n < 0)
		return fail(s->err, BKS_E_IO, "S3 credentials: %s: %s",
			bks_shown(path, s->arena), strerror(errno));
	while (n && strchr(" \t\r\n", out[n - 1]))
		n--;
	out[n] = '\0';
	if (!n || (size_t)n == room - 1)
		return fail(s->err, BKS_E_IO, "S3 credentials: %s: %s",
			bks_shown(path, s->arena), n ? "too large for a token" : "empty");
	for (ssize_t i = 0; i < n; i++)
		if (out[i] <= ' ' || out[i] > '~')
			return fail(s->err, BKS_E_IO, "S3 credentials: %s: no token",
				bks_shown(path, s->arena));
	return 0;
}

/* Web identity */

struct identity {
	const char *file, *role, *session, *where;
};

static bool find_identity(struct identity *out, const struct cred_search *s)
{
	*out = (struct identity){.where = "AWS_WEB_IDENTITY_TOKEN_FILE"};
	if (!s->asked) {
		out->file = cred_env("AWS_WEB_IDENTITY_TOKEN_FILE");
		out->role = cred_env("AWS_ROLE_ARN");
		out->session = cred_env("AWS_ROLE_SESSION_NAME");
	}
	if (out->file)
		return true;
	out->file = cred_value(s, "web_identity_token_file");
	out->role = cred_value(s, "role_arn");
	out->session = cred_value(s, "role_session_name");
	out->where = arena_form(s->arena, "profile \"%s\"", bks_shown(s->profile, s->arena));
	return out->file != NULL;
}

static const char *sts_url(const struct cred_search *s)
{
	const char *url = cred_env("AWS_ENDPOINT_URL_STS"), *region = cred_env("AWS_REGION");

	if (url || (url = cred_env("AWS_ENDPOINT_URL")))
		return url;
	region = region ? region : cred_env("AWS_DEFAULT_REGION");
	region = region ? region : cred_value(s, "region");
	if (!region || region[strspn(region, "abcdefghijklmnopqrstuvwxyz0123456789-")])
		return "https://sts.amazonaws.com/";
	return arena_form(s->arena, "https://sts.%s.amazonaws.com%s/", region,
		strncmp(region, "cn-", 3) ? "" : ".cn");
}

/* Wiped by the caller. */
static void sts_body(struct text *out, const struct identity *who, const char *token)
{
	text_word(out, "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=");
	s3_encode(out, who->role, false);
	text_word(out, "&RoleSessionName=");
	s3_encode(out, who->session ? who->session : "backstay", false);
	text_word(out, "&WebIdentityToken=");
	s3_encode(out, token, false);
}

struct sts_answer {
	const char *id, *secret, *token, *until;
	bks_arena *arena;
};

#define CREDENTIALS                                                                            \
	"AssumeRoleWithWebIdentityResponse/AssumeRoleWithWebIdentityResult/Credentials/"

static int sts_ended(void *arg, const char *way, const char *text, size_t n)
{
	struct sts_answer *k = arg;
	const char *name =
		strncmp(way, CREDENTIALS, strlen(CREDENTIALS)) ? "" : way + strlen(CREDENTIALS);
	const char **to = !strcmp(name, "AccessKeyId")       ? &k->id
			  : !strcmp(name, "SecretAccessKey") ? &k->secret
			  : !strcmp(name, "SessionToken")    ? &k->token
			  : !strcmp(name, "Expiration")      ? &k->until
							     : NULL;

	if (to)
		*to = arena_bytes(k->arena, text, n);
	return 0;
}

static int take_sts(struct cred_search *s, const char *where, const struct reply *r)
{
	struct sts_answer k = {.arena = s->arena};
	bks_time expires = BKS_TIME_NONE;

	if (s3_xml(r->text, r->n, "AssumeRoleWithWebIdentityResponse", NULL, sts_ended,
		    &k, s->arena, NULL))
		return fail(s->err, BKS_E_IO,
			"S3 credentials: %s gave what is no answer of an STS", where);
	if (!k.id || !k.secret || !k.token)
		return fail(s->err, BKS_E_IO, "S3 credentials: %s gave an answer without keys",
			where);
	if (k.until && !rfc3339_read(&expires, k.until))
		return fail(s->err, BKS_E_IO,
			"S3 credentials: %s gave an expiration that is no time", where);
	return cred_take(s, where, k.id, k.secret, k.token, expires);
}

static int refusal_ended(void *arg, const char *way, const char *text, size_t n)
{
	struct text *code = arg;

	if (!strcmp(way, "ErrorResponse/Error/Code") && !code->n)
		text_add(code, text, n);
	return 0;
}

/* What the server calls its refusal: one word, if it is one. A message may repeat what was
 * sent. */
static const char *refusal(const struct reply *r, bks_arena *a)
{
	struct text code = {.arena = a};
	struct s3_error e;

	s3_xml(r->text, r->n, "ErrorResponse", NULL, refusal_ended, &code, a, NULL);
	if (!code.n && s3_xml_error(&e, r->text, r->n, a))
		text_word(&code, e.code);
	if (!code.n || code.n > 60 ||
		code.s[strspn(code.s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.")])
		return "";
	return arena_form(a, " %s", code.s);
}

static int ask_sts(struct cred_search *s, const struct identity *who, const char *token)
{
	static const char *const headers[] = {
		"Content-Type: application/x-www-form-urlencoded", NULL};
	const char *url = sts_url(s);
	const char *where = arena_form(s->arena, "the STS at %s", bks_shown(url, s->arena));
	struct text body = {.arena = s->arena};
	struct reply r = {0};
	bks_error e = {0};
	int n;

	sts_body(&body, who, token);
	n = ask(&r, s,
		&(struct cred_ask){.method = "POST",
			.url = url,
			.headers = headers,
			.body = body.s,
			.ca_file = cred_env("AWS_CA_BUNDLE"),
			.wait_ms = STS_MS},
		&e);
	explicit_bzero(body.s, body.n);
	if (n < 0)
		fail(s->err, BKS_E_IO, "S3 credentials: %s: %s", where, e.text);
	else if (r.status != 200)
		n = fail(s->err, BKS_E_IO,
			"S3 credentials: %s refuses the role %s: status %d%s", where,
			bks_shown(who->role, s->arena), r.status, refusal(&r, s->arena));
	else
		n = take_sts(s, where, &r);
	reply_free(&r);
	return n;
}

int cred_web_identity(struct cred_search *s)
{
	char token[IDENTITY_MAX + 2];
	struct identity who;
	int r;

	if (!find_identity(&who, s))
		return cred_nothing(s, "web identity: no AWS_WEB_IDENTITY_TOKEN_FILE");
	if (!who.role)
		return fail(s->err, BKS_E_USAGE,
			"S3 credentials: %s names a web identity and no role (AWS_ROLE_ARN, "
			"role_arn)",
			who.where);
	r = read_secret(token, sizeof token, cred_path(who.file, s->arena), s);
	r = r ? r : ask_sts(s, &who, token);
	explicit_bzero(token, sizeof token);
	return r;
}

/* The endpoint of a container */

/* Keys and the token for them go unencrypted to this machine and to the addresses that the
 * platforms set aside, to nobody else. */
static bool endpoint_allowed(const char *url)
{
	static const char *const hosts[] = {"localhost", "127.0.0.1", "[::1]", "169.254.170.2",
		"169.254.170.23", "[fd00:ec2::23]"};

	if (!strncmp(url, "https://", 8))
		return true;
	if (strncmp(url, "http://", 7))
		return false;
	for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
		size_t n = strlen(hosts[i]);

		if (!strncmp(url + 7, hosts[i], n) && (!url[7 + n] || strchr(":/", url[7 + n])))
			return true;
	}
	return false;
}

/* Asks URL with the HEADER (NULL: none) for the JSON of keys. */
static int ask_endpoint(
	struct cred_search *s, const char *where, const char *url, const char *header)
{
	const char *headers[] = {header, NULL};
	struct reply r = {0};
	bks_error e = {0};
	int n = ask(&r, s,
		&(struct cred_ask){.method = "GET",
			.url = url,
			.headers = headers,
			.wait_ms = NEAR_MS,
			.direct = true},
		&e);

	if (n < 0)
		fail(s->err, BKS_E_IO, "S3 credentials: %s: %s", where, e.text);
	else if (r.status != 200)
		n = fail(s->err, BKS_E_IO, "S3 credentials: %s answered with status %d", where,
			r.status);
	else
		n = cred_take_json(s, where, r.text, r.n, "Token", false);
	reply_free(&r);
	return n;
}

int cred_container(struct cred_search *s)
{
	const char *way = cred_env("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"),
		   *url = cred_env("AWS_CONTAINER_CREDENTIALS_FULL_URI"),
		   *file = cred_env("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"),
		   *token = cred_env("AWS_CONTAINER_AUTHORIZATION_TOKEN");
	char header[IDENTITY_MAX + 32] = "Authorization: ";
	size_t at = strlen(header);
	int r = 0;

	if (!way && !url)
		return cred_nothing(s, "container: no AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
	url = way ? arena_form(s->arena, CONTAINER "%s%s", *way == '/' ? "" : "/", way) : url;
	if (!endpoint_allowed(url))
		return fail(s->err, BKS_E_USAGE,
			"S3 credentials: AWS_CONTAINER_CREDENTIALS_FULL_URI is neither https "
			"nor a host of this machine: %s",
			bks_shown(url, s->arena));
	if (file)
		r = read_secret(header + at, sizeof header - at, cred_path(file, s->arena), s);
	else if (token && !token[strcspn(token, "\r\n")] && strlen(token) < sizeof header - at)
		memcpy(header + at, token, strlen(token) + 1);
	r = r ? r
	      : ask_endpoint(s,
			arena_form(s->arena, "the container's endpoint %s",
				bks_shown(url, s->arena)),
			url, header[at] ? header : NULL);
	explicit_bzero(header, sizeof header);
	return r;
}

/* Instance metadata */

static const char *instance_url(void)
{
	const char *url = cred_env("AWS_EC2_METADATA_SERVICE_ENDPOINT"),
		   *mode = cred_env("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE");

	return url ? url : mode && !strcasecmp(mode, "ipv6") ? INSTANCE_V6 : INSTANCE;
}

static const char *joined(const char *url, const char *path, bks_arena *a)
{
	size_t n = strlen(url);

	while (n && url[n - 1] == '/')
		n--;
	return arena_form(a, "%.*s%s", (int)n, url, path);
}

/* The first line, which names the role of the instance; NULL: that is no name. */
static const char *role_name(const struct reply *r, bks_arena *a)
{
	size_t n = strcspn(r->text, "\r\n");
	const char *name = arena_bytes(a, r->text, n);

	return n && n <= ROLE_MAX &&
			       !name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqr"
						  "stuvwxyz0123456789_+=,.@-")]
		       ? name
		       : NULL;
}

#define ROLES "/latest/meta-data/iam/security-credentials/"

/* With the token of version 2 in HEADER. */
static int ask_instance(struct cred_search *s, const char *url, const char *header)
{
	const char *headers[] = {header, NULL}, *role;
	struct reply r = {0};
	bks_error e = {0};
	int n = ask(&r, s,
		&(struct cred_ask){.method = "GET",
			.url = joined(url, ROLES, s->arena),
			.headers = headers,
			.wait_ms = NEAR_MS,
			.direct = true},
		&e);

	if (n < 0)
		n = fail(s->err, BKS_E_IO, "S3 credentials: instance metadata at %s: %s",
			bks_shown(url, s->arena), e.text);
	else if (r.status == 404)
		n = cred_nothing(s, "instance metadata: the instance has no role");
	else if (r.status != 200)
		n = fail(s->err, BKS_E_IO, "S3 credentials: instance metadata at %s: status %d",
			bks_shown(url, s->arena), r.status);
	else if (!(role = role_name(&r, s->arena)))
		n = fail(s->err, BKS_E_IO,
			"S3 credentials: instance metadata at %s names no role",
			bks_shown(url, s->arena));
	else
		n = ask_endpoint(s,
			arena_form(s->arena, "instance metadata at %s (role %s)",
				bks_shown(url, s->arena), role),
			joined(url, arena_form(s->arena, ROLES "%s", role), s->arena), header);
	reply_free(&r);
	return n;
}

int cred_instance(struct cred_search *s)
{
	static const char *const ttl[] = {"X-aws-ec2-metadata-token-ttl-seconds: 21600", NULL};
	const char *off = cred_env("AWS_EC2_METADATA_DISABLED"), *url = instance_url();
	char header[1024] = "X-aws-ec2-metadata-token: ";
	struct reply r = {0};
	bks_error e = {0};
	size_t n;
	int got;

	if (off && !strcasecmp(off, "true"))
		return cred_nothing(
			s, "instance metadata: switched off by AWS_EC2_METADATA_DISABLED");
	got = ask(&r, s,
		&(struct cred_ask){.method = "PUT",
			.url = joined(url, "/latest/api/token", s->arena),
			.headers = ttl,
			.body = "",
			.wait_ms = NEAR_MS,
			.direct = true},
		&e);
	n = strcspn(r.text, "\r\n");
	if (got < 0)
		got = cred_nothing(s, "instance metadata at %.80s: %.120s",
			bks_shown(url, s->arena), e.text);
	else if (r.status != 200 || !n || n > 512)
		got = cred_nothing(s, "instance metadata at %.80s: status %d to version 2",
			bks_shown(url, s->arena), r.status);
	else {
		memcpy(header + strlen(header), r.text, n + 1);
		header[strcspn(header, "\r\n")] = '\0';
		got = ask_instance(s, url, header);
	}
	explicit_bzero(header, sizeof header);
	reply_free(&r);
	return got;
}
