/* Encrypted files are named as what they are. Nothing in them can be judged but their digest. */
#include "format/format.h"
#include <string.h>

static const struct {
	const char *magic;
	size_t n;
	const char *by;
} magics[] = {
	{"age-encryption.org/v1", 21, "age"},
	{"-----BEGIN AGE ENCRYPTED FILE-----", 34, "age"},
	{"-----BEGIN PGP MESSAGE-----", 27, "gpg"},
	{"Salted__", 8, "openssl"},
};

/* RFC 4880: a public-key (tag 1, version 3) or symmetric-key (tag 3, version 4) session key packet comes first. */
static bool is_pgp(const uint8_t *h, size_t n)
{
	if (n < 16)
		return false;
	if (h[0] == 0x84 || h[0] == 0xc1)
		return h[2] == 3 || h[3] == 3;
	if (h[0] == 0x85)
		return h[3] == 3 && h[1] <= 8;
	return (h[0] == 0x8c || h[0] == 0xc3) && h[1] < 64 && h[2] == 4 && h[3] <= 13;
}

static const char *cipher(const uint8_t *h, size_t n)
{
	for (size_t i = 0; i < sizeof magics / sizeof *magics; i++)
		if (n >= magics[i].n && !memcmp(h, magics[i].magic, magics[i].n))
			return magics[i].by;
	return is_pgp(h, n) ? "gpg" : NULL;
}

static int probe(const uint8_t *h, size_t n)
{
	return cipher(h, n) ? 30 : 0;
}

static int walk(stream *in, struct report *r, bks_error *err)
{
	const uint8_t *h;
	size_t n;
	int s = stream_peek(in, 64, &h, &n, err);

	if (!s) {
		report_find(r, F_ENCRYPTED, "byte 0",
			"encrypted (%s): only its digest can be checked", cipher(h, n));
		s = stream_drain(in, NULL, err);
	}
	return s == BKS_E_CUT ? 0 : s;
}

extern const struct format format_encrypted;
const struct format format_encrypted = {.name = "raw", .probe = probe, .walk = walk};
