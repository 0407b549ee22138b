#include "base/digest.h"
#include "base/libcrypto.h"
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>
#ifdef HAVE_XXH_DISPATCH
#include <xxh_x86dispatch.h> /* the same by wider instructions, where the processor has them */
#endif

struct digest {
	XXH3_state_t *xxh3;
	EVP_MD_CTX *sha256;
};

digest *digest_new(bool sha256)
{
	digest *d = calloc(1, sizeof *d);

	if (!d || !(d->xxh3 = XXH3_createState()))
		abort();
	XXH3_128bits_reset(d->xxh3);
	if (sha256) {
		d->sha256 = EVP_MD_CTX_new();
		if (!d->sha256 || EVP_DigestInit_ex(d->sha256, EVP_sha256(), NULL) != 1)
			abort(); /* libcrypto without SHA-256: nothing sensible is left to do */
	}
	return d;
}

void digest_add(digest *d, const void *bytes, size_t n)
{
	XXH3_128bits_update(d->xxh3, bytes, n);
	if (d->sha256 && EVP_DigestUpdate(d->sha256, bytes, n) != 1)
		abort();
}

void digest_end(bks_digests *out, digest *d)
{
	XXH128_canonical_t canonical;

	memset(out, 0, sizeof *out);
	XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(d->xxh3));
	memcpy(out->xxh3, canonical.digest, sizeof out->xxh3);
	out->has_xxh3 = true;
	if (d->sha256) {
		if (EVP_DigestFinal_ex(d->sha256, out->sha256, NULL) != 1)
			abort();
		out->has_sha256 = true;
	}
	digest_free(d);
}

void digest_free(digest *d)
{
	if (!d)
		return;
	XXH3_freeState(d->xxh3);
	EVP_MD_CTX_free(d->sha256);
	free(d);
}

struct tee {
	stream s;
	stream *outer;
	digest *d;
};

static int tee_next(stream *s, const uint8_t **p, size_t *n, bks_error *err)
{
	struct tee *t = (struct tee *)s;
	int r = stream_next(t->outer, p, n, err);

	if (r > 0)
		digest_add(t->d, *p, *n);
	return r;
}

static void tee_close(stream *s)
{
	struct tee *t = (struct tee *)s;

	stream_close(t->outer);
	free(t);
}

stream *digest_tee(stream *outer, digest *d)
{
	static const struct stream_kind kind = {tee_next, tee_close};
	struct tee *t = calloc(1, sizeof *t);

	if (!t)
		abort();
	*t = (struct tee){{.kind = &kind}, outer, d};
	return &t->s;
}

void digest_sha256(uint8_t out[32], const void *bytes, size_t n)
{
	if (EVP_Digest(bytes, n, out, NULL, EVP_sha256(), NULL) != 1)
		abort();
}
