/*
 * matrix.c - one sound artifact, cut and flipped many times: what does the verifier notice?
 *
 * usage: matrix FILE SEED CUTS FLIPS [FROM]   FROM: flips only at or behind this byte (0)
 *
 * Cuts: CUTS random places and every boundary of a line in the last 4 KiB (an artifact that is plain text) or every place there. A cut
 * may be sound only when what it lost is blank. Flips: FLIPS random single bits; one that changes the unwrapped bytes may be sound only
 * where the format has no checksum, which is counted and told as "unseen". With a digest known, every change must be damaged.
 * Prints one line of counts; status 1 when something was missed that must not be.
 */
#include "base/digest.h"
#include "format/format.h"
#include "format/verify.h"
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t seed;

static uint64_t rnd(void)
{
	uint64_t z = (seed += 0x9e3779b97f4a7c15U);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
	return z ^ (z >> 31);
}

static uint8_t *slurp(const char *path, size_t *n)
{
	FILE *f = fopen(path, "rb");
	uint8_t *p = NULL;
	size_t room = 0, got;

	*n = 0;
	if (!f) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		exit(2);
	}
	do {
		if (room - *n < 65536) {
			room = room * 2 + 131072;
			p = realloc(p, room);
			if (!p)
				abort();
		}
		got = fread(p + *n, 1, room - *n, f);
		*n += got;
	} while (got);
	fclose(f);
	return p;
}

static enum bks_verdict judge(const uint8_t *p, size_t n, const char *name, const bks_digests *born)
{
	bks_arena *a = bks_arena_new();
	struct verify_job job = {.in = stream_memory(p, n, 0), .name = name, .size = -1};
	bks_inspection i;
	bks_error e = {0};
	enum bks_verdict v;

	if (born) {
		job.expected = *born;
		job.expected_from = BKS_DIGEST_BIRTH;
	}
	if (format_verify(&i, &job, a, &e) < 0) {
		fprintf(stderr, "verify: %s\n", e.text);
		exit(2);
	}
	v = i.verdict;
	bks_arena_free(a);
	return v;
}

/* Digest of what is left after all wrappings; false when a layer broke. */
static bool unwrapped(bks_digests *out, const uint8_t *p, size_t n)
{
	bks_arena *a = bks_arena_new();
	bks_inspection i = {0};
	stream *s = stream_memory(p, n, 0);
	digest *d = digest_new(false);
	struct report r;
	const uint8_t *b;
	size_t k;
	int got = 0;

	report_init(&r, &i, a);
	for (int depth = 0; depth < 2; depth++) {
		const struct format *f;

		if (stream_peek(s, FORMAT_HEAD, &b, &k, NULL) < 0)
			break;
		f = format_guess(b, k);
		if (!f || !f->unwrap || f->unwrap(&s, s, &r, NULL) < 0)
			break;
	}
	while ((got = stream_next(s, &b, &k, NULL)) > 0)
		digest_add(d, b, k);
	stream_close(s);
	digest_end(out, d);
	bks_arena_free(a);
	return got == 0;
}

static bool blank(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] != '\n' && p[i] != '\r' && p[i] != ' ')
			return false;
	return true;
}

struct counts {
	uint64_t cuts, cuts_noticed, cuts_blank, cuts_missed, flips, flips_noticed, flips_harmless, flips_unseen, sealed_missed;
};

static void cut(struct counts *c, const uint8_t *p, size_t n, size_t at, const char *name, const bks_digests *born)
{
	enum bks_verdict v = judge(p, at, name, NULL);

	c->cuts++;
	if (v != BKS_SOUND)
		c->cuts_noticed++;
	else if (blank(p + at, n - at))
		c->cuts_blank++;
	else {
		c->cuts_missed++;
		fprintf(stderr, "%s: sound though cut at byte %zu of %zu\n", name, at, n);
	}
	if (judge(p, at, name, born) == BKS_SOUND)
		c->sealed_missed++;
}

static void flip(struct counts *c, uint8_t *p, size_t n, size_t from, const char *name, const bks_digests *was,
	const bks_digests *born)
{
	size_t at = from + (size_t)(rnd() % (n - from));
	uint8_t bit = (uint8_t)(1U << (rnd() & 7));
	bks_digests now;

	p[at] ^= bit;
	c->flips++;
	if (judge(p, n, name, NULL) != BKS_SOUND)
		c->flips_noticed++;
	else if (unwrapped(&now, p, n) && !memcmp(now.xxh3, was->xxh3, sizeof now.xxh3))
		c->flips_harmless++;
	else
		c->flips_unseen++;
	if (judge(p, n, name, born) == BKS_SOUND)
		c->sealed_missed++;
	p[at] ^= bit;
}

static void cuts(struct counts *c, const uint8_t *p, size_t n, size_t wanted, const char *name, const bks_digests *born)
{
	size_t tail = n > 4096 ? n - 4096 : 0;
	bool text = p[0] == '-' || p[0] == '\n' || p[0] == 'S';

	for (size_t i = 0; i < wanted; i++)
		cut(c, p, n, (size_t)(rnd() % n), name, born);
	for (size_t i = text ? 0 : tail; i < n; i++)
		if (!text || (i && p[i - 1] == '\n'))
			cut(c, p, n, i, name, born);
}

int main(int argc, char **argv)
{
	struct counts c = {0};
	bks_digests was, born;
	const char *name, *slash;
	digest *d;
	uint8_t *p;
	size_t n, from;

	if (argc < 5)
		return 2;
	slash = strrchr(argv[1], '/');
	name = slash ? slash + 1 : argv[1];
	seed = strtoull(argv[2], NULL, 10);
	from = argc > 5 ? (size_t)strtoull(argv[5], NULL, 10) : 0;
	p = slurp(argv[1], &n);
	if (judge(p, n, name, NULL) != BKS_SOUND || !unwrapped(&was, p, n)) {
		fprintf(stderr, "%s is not sound to begin with\n", name);
		return 1;
	}
	d = digest_new(true);
	digest_add(d, p, n);
	digest_end(&born, d);
	cuts(&c, p, n, strtoull(argv[3], NULL, 10), name, &born);
	for (uint64_t i = strtoull(argv[4], NULL, 10); i; i--)
		flip(&c, p, n, from, name, &was, &born);
	printf("%s\t%" PRIu64 " cuts: %" PRIu64 " noticed, %" PRIu64 " lost only blanks, %" PRIu64 " missed\t%" PRIu64 " flips: %" PRIu64
	       " noticed, %" PRIu64 " harmless, %" PRIu64 " unseen\twith a digest: %" PRIu64 " missed\n",
		name, c.cuts, c.cuts_noticed, c.cuts_blank, c.cuts_missed, c.flips, c.flips_noticed, c.flips_harmless, c.flips_unseen,
		c.sealed_missed);
	free(p);
	return c.cuts_missed || c.sealed_missed ? 1 : 0;
}
