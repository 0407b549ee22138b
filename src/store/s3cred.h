/* store/s3cred.h - the keys of an S3 service, found where the SDKs find them */
#pragma once
#include "backstay/time.h"
#include "base/arena.h"

/* On the heap; freed and zeroed by s3_keys_wipe. Zeroed is empty. */
struct s3_keys {
	char *id, *secret;
	char *token;      /* of a session; NULL: none */
	bks_time expires; /* BKS_TIME_NONE: never, or nobody said when */
};

/*
 * Finds keys in the order of the AWS SDKs: the environment (AWS_ACCESS_KEY_ID and its like); a
 * role by a web identity (AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN, or the profile's) from
 * the STS; the profile in ~/.aws/credentials and
 * ~/.aws/config, its own keys or its credential_process; the container's endpoint; instance
 * metadata (version 2 only). PROFILE is NULL or the name that a repo was given: then the keys
 * of the environment are passed over. Else AWS_PROFILE names it, else it is "default". What is
 * there and broken (half a pair, a process that fails, a role that is refused) ends the search:
 * another identity than the one that was meant would be a surprise. 0: *out, to be wiped.
 * BKS_E_USAGE: there are none, and *err names each place that was looked in and why it gave
 * nothing; or what is there is broken. BKS_E_IO: a file, a process or a server that should have
 * given them did not. No key, token or line of those files is ever part of a text. May take
 * seconds: it asks servers and waits up to a minute for a process.
 */
int s3_keys_find(struct s3_keys *out, const char *profile, bks_error *err);

/* Zeroes and frees what K holds. */
void s3_keys_wipe(struct s3_keys *k);

/* The region that AWS_REGION, AWS_DEFAULT_REGION or the profile (as above) names; NULL when
 * nobody does or a file cannot be read. Lives in A. */
const char *s3_region_find(const char *profile, bks_arena *a);

static inline void s3_keys_auto(struct s3_keys *k)
{
	s3_keys_wipe(k);
}
