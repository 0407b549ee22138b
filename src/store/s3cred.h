/* store/s3cred.h - the keys by which a bucket's server knows us: found where the SDKs find them */
#pragma once
#include "backstay/time.h"
#include "base/error.h"

/* Each on the heap; s3_keys_wipe frees. */
struct s3_keys {
	char *id, *secret;
	char *token;      /* of a session; NULL: none */
	bks_time expires; /* BKS_TIME_NONE: never */
};

/* PROFILE NULL: not said. 0: *out; BKS_E_USAGE: nowhere are any, and the text says where was looked; BKS_E_IO. */
int s3_keys_find(struct s3_keys *out, const char *profile, bks_error *err);
/* Zeroes the texts and frees them; zeroed ones are fine. */
void s3_keys_wipe(struct s3_keys *k);
