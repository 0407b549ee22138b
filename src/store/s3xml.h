/* store/s3xml.h - the XML of a bucket's server (home of expat.h): small, without a DTD, and never believed further than its shape */
#pragma once
#include "base/text.h"

/* An element that ended, by its way from the root ("ListBucketResult/Contents/Key"), and the text in it. Nonzero stops. */
typedef int s3_xml_ended(void *arg, const char *way, const char *text, size_t n);
/* One that began; may be NULL. */
typedef int s3_xml_began(void *arg, const char *way);

/* 0: well-formed, and its root is ROOT; BKS_E_IO; or what a hook returned. */
int s3_xml(const char *bytes, size_t n, const char *root, s3_xml_began *began, s3_xml_ended *ended, void *arg,
	bks_arena *a, bks_error *err);

/* What a server says went wrong; texts are "" where it does not say. Live in A. */
struct s3_error {
	const char *code, *message, *region, *endpoint, *server_time;
};
/* Whether BYTES is an error document. */
bool s3_xml_error(struct s3_error *out, const char *bytes, size_t n, bks_arena *a);
