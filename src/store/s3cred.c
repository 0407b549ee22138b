/* The search for keys, place by place in the SDKs' order, and what all places share: whether
 * what they gave looks like keys, and the trail of where nothing was. */
#include "backstay/json.h"
#include "base/bootclock.h"
#include "base/rfc3339.h"
#include "store/s3cred_private.h"
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ID_MAX = 256, SECRET_MAX = 1024, TOKEN_MAX = 32768, PROCESS_MS = 60000 };

const char *cred_env(const char *name)
{
	const char *v = getenv(name);

	return v && *v ? v : NULL;
}

int cred_nothing(struct cred_search *s, const char *fmt, ...)
{
	char words[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(words, sizeof words, fmt, ap);
	va_end(ap);
	text_form(&s->trail, "%s%s", s->trail.n ? "; " : "", words);
	return 1;
}

static const char *home(bks_arena *a)
{
	const char *h = cred_env("HOME");
	struct passwd one, *found = NULL;
	char *room;

	if (h)
		return h;
	room = arena_take(a, 16384);
	return !getpwuid_r(getuid(), &one, room, 16384, &found) && found ? found->pw_dir : "/";
}

const char *cred_path(const char *path, bks_arena *a)
{
	return strncmp(path, "~/", 2) ? path : arena_form(a, "%s/%s", home(a), path + 2);
}

const char *cred_value(const struct cred_search *s, const char *key)
{
	const char *v = ini_get(&s->credentials, s->profile, key);

	return v ? v : ini_get(&s->config, s->profile, key);
}

/* At most MAX printable bytes of ASCII, none of them in WITHOUT. */
static bool plain(const char *v, size_t max, const char *without)
{
	size_t n = strlen(v);

	if (!n || n > max || v[strcspn(v, without)])
		return false;
	for (size_t i = 0; i < n; i++)
		if (v[i] < ' ' || v[i] > '~')
			return false;
	return true;
}

static char *kept(const char *v)
{
	char *s = v ? strdup(v) : NULL;

	if (v && !s)
		abort();
	return s;
}

/* What is wrong with them, or NULL. */
static const char *fault(
	const char *id, const char *secret, const char *token, bks_time expires)
{
	if (!secret)
		return "has an access key id and no secret key";
	if (!id)
		return "has a secret key and no access key id";
	if (!plain(id, ID_MAX, " /,"))
		return "has an access key id that cannot be one";
	if (!plain(secret, SECRET_MAX, ""))
		return "has a secret key that cannot be one";
	if (token && !plain(token, TOKEN_MAX, " "))
		return "has a session token that cannot be one";
	return expires != BKS_TIME_NONE && expires <= clock_wire() ? "has keys that expired"
								   : NULL;
}

int cred_take(struct cred_search *s, const char *where, const char *id, const char *secret,
	const char *token, bks_time expires)
{
	char when[BKS_TIME_TEXT];
	const char *why;

	id = id && *id ? id : NULL;
	secret = secret && *secret ? secret : NULL;
	token = token && *token ? token : NULL;
	why = fault(id, secret, token, expires);
	if (why)
		return fail(s->err, BKS_E_USAGE, "S3 credentials: %s %s%s%s", where, why,
			strstr(why, "expired") ? " at " : "",
			strstr(why, "expired") ? bks_time_text(when, expires) : "");
	*s->out = (struct s3_keys){kept(id), kept(secret), kept(token), expires};
	return 0;
}

/* Our copy of a text is wiped by its owner; a value that was read belongs to the document. */
static void wipe_value(const bks_json *o, const char *key)
{
	const char *v = bks_json_get_text(o, key);

	if (v)
		explicit_bzero((char *)(uintptr_t)v, strlen(v));
}

static int take_document(struct cred_search *s, const char *where, const bks_json *v,
	const char *token, bool versioned)
{
	const char *until = bks_json_get_text(v, "Expiration");
	bks_time expires = BKS_TIME_NONE;

	if (versioned && bks_json_get_int(v, "Version", 0) != 1)
		return fail(
			s->err, BKS_E_IO, "S3 credentials: %s gave no \"Version\": 1", where);
	if (until && *until && !rfc3339_read(&expires, until))
		return fail(s->err, BKS_E_IO,
			"S3 credentials: %s gave an expiration that is no time", where);
	if (!bks_json_get_text(v, "AccessKeyId") && !bks_json_get_text(v, "SecretAccessKey"))
		return fail(
			s->err, BKS_E_IO, "S3 credentials: %s gave JSON without keys", where);
	return cred_take(s, where, bks_json_get_text(v, "AccessKeyId"),
		bks_json_get_text(v, "SecretAccessKey"), bks_json_get_text(v, token), expires);
}

int cred_take_json(struct cred_search *s, const char *where, const char *text, size_t n,
	const char *token, bool versioned)
{
	bks_json *v = NULL;
	int r;

	/* jansson's own words would repeat a piece of what it read */
	if (bks_json_read(&v, text, n, NULL))
		return fail(s->err, BKS_E_IO, "S3 credentials: %s gave what is no JSON", where);
	r = take_document(s, where, v, token, versioned);
	wipe_value(v, "SecretAccessKey");
	wipe_value(v, token);
	bks_json_free(v);
	return r;
}

int cred_environment(struct cred_search *s)
{
	const char *id = cred_env("AWS_ACCESS_KEY_ID"),
		   *secret = cred_env("AWS_SECRET_ACCESS_KEY"),
		   *token = cred_env("AWS_SESSION_TOKEN");

	if (s->asked)
		return cred_nothing(s, "environment: passed over, a profile is named");
	if (!id && !secret)
		return cred_nothing(s, "environment: no AWS_ACCESS_KEY_ID");
	return cred_take(s, "the environment (AWS_ACCESS_KEY_ID)", id, secret,
		token ? token : cred_env("AWS_SECURITY_TOKEN"), BKS_TIME_NONE);
}

/* Both files; what is not there is empty. */
static int read_files(struct cred_search *s)
{
	const char *keys = cred_env("AWS_SHARED_CREDENTIALS_FILE"),
		   *config = cred_env("AWS_CONFIG_FILE");
	int r;

	r = ini_read(&s->credentials, cred_path(keys ? keys : "~/.aws/credentials", s->arena),
		false, s->arena, s->err);
	if (r >= 0)
		r = ini_read(&s->config, cred_path(config ? config : "~/.aws/config", s->arena),
			true, s->arena, s->err);
	if (r < 0)
		return note(s->err, r, "S3 credentials");
	if (!s->named || ini_has(&s->credentials, s->profile) ||
		ini_has(&s->config, s->profile))
		return 0;
	return fail(s->err, BKS_E_USAGE,
		"S3 credentials: there is no profile \"%s\" in %s%s or %s%s",
		bks_shown(s->profile, s->arena), bks_shown(s->credentials.path, s->arena),
		s->credentials.text ? "" : " (no such file)",
		bks_shown(s->config.path, s->arena), s->config.text ? "" : " (no such file)");
}

static int search(struct cred_search *s)
{
	static int (*const places[])(struct cred_search *) = {
		cred_role, cred_web_identity, cred_profile, cred_container, cred_instance};
	int r = cred_environment(s);

	if (r == 1 && (r = read_files(s)) == 0)
		r = 1;
	for (size_t i = 0; i < sizeof places / sizeof *places && r == 1; i++)
		r = places[i](s);
	return r == 1 ? fail(s->err, BKS_E_USAGE, "no S3 credentials: %s", s->trail.s) : r;
}

static void start(struct cred_search *s, const char *profile, bks_arena *a)
{
	const char *env = cred_env("AWS_PROFILE");

	s->arena = a;
	s->trail = (struct text){.arena = a};
	s->asked = profile != NULL;
	s->named = profile || env;
	s->profile = profile ? profile : env ? env : "default";
}

int s3_keys_search(struct s3_keys *out, const struct cred_search *how, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	struct cred_search s = {
		.out = out, .http = how->http, .process_ms = how->process_ms, .err = err};
	int r;

	*out = (struct s3_keys){.expires = BKS_TIME_NONE};
	start(&s, how->profile, a);
	r = search(&s);
	ini_wipe(&s.credentials);
	ini_wipe(&s.config);
	return r;
}

int s3_keys_find(struct s3_keys *out, const char *profile, bks_error *err)
{
	const struct cred_search how = {
		.profile = profile, .http = cred_over_http, .process_ms = PROCESS_MS};

	return s3_keys_search(out, &how, err);
}

static void wipe(char **s)
{
	if (*s)
		explicit_bzero(*s, strlen(*s));
	free(*s);
	*s = NULL;
}

void s3_keys_wipe(struct s3_keys *k)
{
	wipe(&k->id);
	wipe(&k->secret);
	wipe(&k->token);
	k->expires = BKS_TIME_NONE;
}

const char *s3_region_find(const char *profile, bks_arena *a)
{
	const char *env = cred_env("AWS_REGION"), *said = NULL;
	struct cred_search s = {0};

	env = env ? env : cred_env("AWS_DEFAULT_REGION");
	if (env)
		return arena_text(a, env);
	start(&s, profile, a);
	if (!read_files(&s))
		said = cred_value(&s, "region");
	said = said ? arena_text(a, said) : NULL;
	ini_wipe(&s.credentials);
	ini_wipe(&s.config);
	return said;
}
