/* keyworld.h - a home of its own for a test of keys: no variable and no file of whoever runs
 * it. What is secret in a test has "hush" in it, and no error may. */
#pragma once
#include "places.h"
#include "store/s3cred_private.h"

static char *home;
static bks_error err;
static cred_http *answering;

static inline void world_clear(void)
{
	static const char *const names[] = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
		"AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_PROFILE",
		"AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE", "AWS_REGION",
		"AWS_DEFAULT_REGION", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN",
		"AWS_ROLE_SESSION_NAME", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_STS",
		"AWS_CA_BUNDLE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
		"AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN",
		"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "AWS_EC2_METADATA_SERVICE_ENDPOINT",
		"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		unsetenv(names[i]);
	setenv("AWS_EC2_METADATA_DISABLED", "true", 1);
	unsetenv("BACKSTAY_TEST_CLOCK");
	answering = NULL;
}

static inline int world_setup(void **state)
{
	(void)state;
	world_clear();
	home = place_new();
	setenv("HOME", home, 1);
	folder_new(home, ".aws");
	return 0;
}

static inline int world_teardown(void **state)
{
	(void)state;
	place_drop(home);
	return 0;
}

static inline int look(struct s3_keys *k, const char *profile)
{
	const struct cred_search how = {
		.profile = profile, .http = answering, .process_ms = 5000};
	int r;

	err.text[0] = '\0';
	r = s3_keys_search(k, &how, &err);
	assert_null(strstr(err.text, "hush"));
	return r;
}

/* The keys that are found, as "id secret token"; "-" for none. */
static inline const char *found(const char *profile)
{
	static char text[4096];
	struct s3_keys k;

	if (look(&k, profile))
		fail_msg("%s", err.text);
	snprintf(text, sizeof text, "%s %s %s", k.id, k.secret, k.token ? k.token : "-");
	s3_keys_wipe(&k);
	assert_true(!k.id && !k.secret && !k.token && k.expires == BKS_TIME_NONE);
	return text;
}

/* That there are none, by CODE, and that the text has WORDS. */
static inline void lacking(const char *profile, int code, const char *words)
{
	struct s3_keys k;

	assert_int_equal(look(&k, profile), code);
	assert_true(!k.id && !k.secret && !k.token);
	if (!strstr(err.text, words))
		fail_msg("no \"%s\" in: %s", words, err.text);
}

static inline void credentials(const char *text)
{
	file_new(home, ".aws/credentials", text);
}

static inline void config(const char *text)
{
	file_new(home, ".aws/config", text);
}

#define W(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
