/* Keys from the environment. */
#include "store/s3cred.h"
#include <stdlib.h>
#include <string.h>

static char *copy_of(const char *name)
{
	const char *v = getenv(name);
	char *c = v && *v ? strdup(v) : NULL;

	if (v && *v && !c)
		abort();
	return c;
}

static void wipe(char *s)
{
	if (s)
		explicit_bzero(s, strlen(s));
	free(s);
}

void s3_keys_wipe(struct s3_keys *k)
{
	wipe(k->id);
	wipe(k->secret);
	wipe(k->token);
	*k = (struct s3_keys){.expires = BKS_TIME_NONE};
}

int s3_keys_find(struct s3_keys *out, const char *profile, bks_error *err)
{
	(void)profile;
	*out = (struct s3_keys){copy_of("AWS_ACCESS_KEY_ID"), copy_of("AWS_SECRET_ACCESS_KEY"),
		copy_of("AWS_SESSION_TOKEN"), BKS_TIME_NONE};
	if (out->id && out->secret)
		return 0;
	s3_keys_wipe(out);
	return fail(err, BKS_E_USAGE, "no keys for the bucket: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set");
}
