/* What a profile of the shared files gives: its own keys, or those of the program that it
 * names. */
#include "store/s3cred_private.h"
#include <string.h>

/* A role that is taken with the keys of another profile needs a call that only the SDKs make.
 */
int cred_role(struct cred_search *s)
{
	if (!cred_value(s, "role_arn") ||
		(!cred_value(s, "source_profile") && !cred_value(s, "credential_source")))
		return 1;
	return fail(s->err, BKS_E_USAGE,
		"S3 credentials: profile \"%s\" takes a role by %s, which is not known here; "
		"give it credential_process = aws configure export-credentials --profile NAME",
		bks_shown(s->profile, s->arena),
		cred_value(s, "source_profile") ? "source_profile" : "credential_source");
}

static bool any_key(const struct ini *f, const char *profile)
{
	return ini_get(f, profile, "aws_access_key_id") ||
	       ini_get(f, profile, "aws_secret_access_key");
}

static int static_keys(struct cred_search *s, const struct ini *f)
{
	const char *where = arena_form(s->arena, "profile \"%s\" in %s",
		bks_shown(s->profile, s->arena), bks_shown(f->path, s->arena));

	return cred_take(s, where, ini_get(f, s->profile, "aws_access_key_id"),
		ini_get(f, s->profile, "aws_secret_access_key"),
		ini_get(f, s->profile, "aws_session_token"), BKS_TIME_NONE);
}

static const char *why_none(const struct ini *f, const char *profile)
{
	return !f->text              ? "no such file"
	       : ini_has(f, profile) ? "no keys in it"
				     : "it is not there";
}

int cred_profile(struct cred_search *s)
{
	const char *command = cred_value(s, "credential_process");

	if (any_key(&s->credentials, s->profile))
		return static_keys(s, &s->credentials);
	if (command)
		return cred_process(s, command);
	if (any_key(&s->config, s->profile))
		return static_keys(s, &s->config);
	if (cred_value(s, "sso_session") || cred_value(s, "sso_start_url"))
		return fail(s->err, BKS_E_USAGE,
			"S3 credentials: profile \"%s\" signs in by SSO, which is not known "
			"here; "
			"give it credential_process = aws configure export-credentials "
			"--profile NAME",
			bks_shown(s->profile, s->arena));
	return cred_nothing(s, "profile \"%.60s\": %.100s: %s, %.100s: %s",
		bks_shown(s->profile, s->arena), bks_shown(s->credentials.path, s->arena),
		why_none(&s->credentials, s->profile), bks_shown(s->config.path, s->arena),
		why_none(&s->config, s->profile));
}
