/*
 * store/s3sign.h - requests to a bucket: how their URL is written, and AWS Signature Version 4
 * (docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html)
 */
#pragma once
#include "backstay/time.h"
#include "base/text.h"
#include "store/s3cred.h"

/* One parameter of a query, or one header; neither is encoded yet. */
struct s3_pair {
	const char *name, *value;
};

struct s3_signing {
	const char *method; /* "GET" */
	const char *host;   /* as the Host header has it, with a port that is not the scheme's own */
	const char *path;   /* encoded already, begins with '/' */
	const char *query;  /* as s3_query writes it; "" is none */
	const struct s3_pair *headers; /* that go with it, names in lower case; all are signed */
	size_t header_count;
	const char *payload; /* SHA-256 of the body in hex, or UNSIGNED-PAYLOAD */
	const char *region, *service;
	bks_time now;
};

/* Every byte but A-Z a-z 0-9 - . _ ~ as %XX, '/' too unless SLASH says that it stays. */
void s3_encode(struct text *out, const char *bytes, bool slash);
/* The N pairs encoded and sorted as the signature wants them: "a=1&b=". Lives in A. */
const char *s3_query(const struct s3_pair *v, size_t n, bks_arena *a);
/* YYYYMMDDTHHMMSSZ. */
enum { S3_STAMP = 17 };
const char *s3_stamp(char buf[S3_STAMP], bks_time t);

/* The value of the Authorization header. What was signed beside HEADERS: host, x-amz-date and, with a token, x-amz-security-token; the
 * caller sends just these, and x-amz-content-sha256 as one of HEADERS. Lives in A; never shown to anybody but the server. */
const char *s3_authorization(const struct s3_signing *s, const struct s3_keys *k, bks_arena *a);
/* What the signature is made of, for tests. */
const char *s3_canonical(const char **signed_names, const struct s3_signing *s, const struct s3_keys *k, bks_arena *a);
