/*
 * matrix.c - one sound artifact, cut and flipped many times: what does the verifier notice?
 *
 * usage: matrix [--seed N] [--cuts N|all] [--flips N] [--data] [--checked] [--keep DIR] FILE
 *
 * Cuts: N random places, and every boundary: behind and before each line end of a text, at each
 * byte of another file's last 4 KiB and of a custom dump's contents. "all" cuts at every byte.
 * A cut may be sound only when what it lost is blank. Flips: N random single bits, with --data
 * only in the data blocks of a custom dump. One that changes the unwrapped bytes may be sound
 * only where the format has no checksum: it is counted as unseen, with --checked a failure, and
 * written to DIR for a second opinion. With the digest known, each cut and each flip must be
 * found `digest-changed`. Prints one line of counts with tabs between: FILE BYTES | CUTS
 * NOTICED BLANK MISSED | FLIPS NOTICED HARMLESS UNSEEN | CHANGES DIGEST-MISSED. Status 1:
 * something was missed.
 */
#include "base/digest.h"
#include "format/format.h"
#include "format/pgtoc.h"
#include "format/verify.h"
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TAIL = 4096, LARGE = 65536 };

struct artifact {
	uint8_t *p;
	size_t n;
	const char *name;
	size_t data; /* byte where the first data block of a custom dump begins; 0 of anything
			else */
	bks_digests born, unwrapped;
};

struct counts {
	uint64_t cuts, cuts_noticed, cuts_blank, cuts_missed, flips, flips_noticed,
		flips_harmless, flips_unseen, sealed, sealed_missed;
};

struct wish {
	const char *keep;
	size_t cuts, flips;
	bool everywhere, data_only, checked;
};

static uint64_t seed = 1;

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

static enum bks_verdict judge(const uint8_t *p, size_t n, const char *name)
{
	bks_arena *a = bks_arena_new();
	struct verify_job job = {
		.in = stream_memory(p, n, 0), .name = name, .size = (int64_t)n};
	bks_inspection i;
	bks_error e = {0};
	enum bks_verdict v;

	if (format_verify(&i, &job, a, &e) < 0) {
		fprintf(stderr, "verify: %s\n", e.text);
		exit(2);
	}
	v = i.verdict;
	bks_arena_free(a);
	return v;
}

/* The same with the digest known: damaged by digest-changed, and nothing else will do. */
static void judge_sealed(struct counts *c, const struct artifact *x, size_t n)
{
	bks_arena *a = bks_arena_new();
	struct verify_job job = {.in = stream_memory(x->p, n, 0),
		.name = x->name,
		.size = (int64_t)n,
		.expected = x->born,
		.expected_from = BKS_DIGEST_BIRTH};
	bool told = false;
	bks_inspection i;
	bks_error e = {0};

	if (format_verify(&i, &job, a, &e) < 0) {
		fprintf(stderr, "verify: %s\n", e.text);
		exit(2);
	}
	for (size_t k = 0; k < i.finding_count; k++)
		told |= !strcmp(i.findings[k].code, "digest-changed");
	c->sealed++;
	if (!told || i.verdict != BKS_DAMAGED)
		c->sealed_missed++;
	bks_arena_free(a);
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

/* Where the data blocks of a custom dump begin: behind what the table of contents takes. */
static size_t data_begins(const uint8_t *p, size_t n)
{
	bks_arena *a = bks_arena_new();
	bks_inspection i = {0};
	struct report r;
	stream *s = stream_memory(p, n, 0);
	struct pgin in = {.report = &r};
	struct pgtoc toc = {0};
	size_t at = 0;

	report_init(&r, &i, a);
	reader_init(&in.r, s, NULL);
	if (n > 5 && !memcmp(p, "PGDMP", 5) && pghead_read(&in) == 1 &&
		pgtoc_read(&toc, &in) == 1)
		at = (size_t)in.r.at;
	pgtoc_clear(&toc);
	stream_close(s);
	bks_arena_free(a);
	return at;
}

static bool blank(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] != '\n' && p[i] != '\r' && p[i] != ' ')
			return false;
	return true;
}

static void cut(struct counts *c, const struct artifact *x, size_t at)
{
	c->cuts++;
	if (judge(x->p, at, x->name) != BKS_SOUND)
		c->cuts_noticed++;
	else if (blank(x->p + at, x->n - at))
		c->cuts_blank++;
	else {
		c->cuts_missed++;
		fprintf(stderr, "%s: sound though cut at byte %zu of %zu\n", x->name, at, x->n);
	}
	judge_sealed(c, x, at);
}

static bool is_boundary(const struct artifact *x, bool text, size_t at)
{
	if (text && x->n > LARGE && at + TAIL <= x->n)
		return false;
	if (text)
		return (at && x->p[at - 1] == '\n') || x->p[at] == '\n';
	return at <= x->data || at + TAIL > x->n;
}

static void cut_all(struct counts *c, const struct artifact *x, const struct wish *w)
{
	bool text = x->p[0] == '-' || x->p[0] == '\n' || x->p[0] == 'S';

	for (size_t i = 0; i < w->cuts; i++)
		cut(c, x, (size_t)(rnd() % x->n));
	for (size_t i = 0; (w->cuts || w->everywhere) && i < x->n; i++)
		if (w->everywhere || is_boundary(x, text, i))
			cut(c, x, i);
}

static void keep(const struct artifact *x, const struct wish *w, uint64_t number)
{
	char path[4096];
	FILE *f;

	if (!w->keep)
		return;
	snprintf(path, sizeof path, "%s/%" PRIu64, w->keep, number);
	f = fopen(path, "wb");
	if (!f || fwrite(x->p, 1, x->n, f) != x->n || fclose(f)) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		exit(2);
	}
}

static void flip(struct counts *c, const struct artifact *x, const struct wish *w)
{
	size_t from = w->data_only ? x->data : 0, at = from + (size_t)(rnd() % (x->n - from));
	int bit = (int)(rnd() & 7);
	bks_digests now;

	x->p[at] ^= (uint8_t)(1U << bit);
	c->flips++;
	if (judge(x->p, x->n, x->name) != BKS_SOUND) {
		c->flips_noticed++;
	} else if (unwrapped(&now, x->p, x->n) &&
		   !memcmp(now.xxh3, x->unwrapped.xxh3, sizeof now.xxh3)) {
		c->flips_harmless++;
	} else {
		c->flips_unseen++;
		keep(x, w, c->flips);
		if (w->checked)
			fprintf(stderr, "%s: sound though bit %d of byte %zu is flipped\n",
				x->name, bit, at);
	}
	judge_sealed(c, x, x->n);
	x->p[at] ^= (uint8_t)(1U << bit);
}

static const char *options(struct wish *w, int argc, char **argv)
{
	static const struct option known[] = {{"seed", 1, 0, 's'}, {"cuts", 1, 0, 'c'},
		{"flips", 1, 0, 'f'}, {"data", 0, 0, 'd'}, {"checked", 0, 0, 'x'},
		{"keep", 1, 0, 'k'}, {0}};

	for (int o; (o = getopt_long(argc, argv, "", known, NULL)) != -1;)
		switch (o) {
		case 's':
			seed = strtoull(optarg, NULL, 10);
			break;
		case 'c':
			w->everywhere = !strcmp(optarg, "all");
			w->cuts = strtoull(optarg, NULL, 10);
			break;
		case 'f':
			w->flips = strtoull(optarg, NULL, 10);
			break;
		case 'd':
			w->data_only = true;
			break;
		case 'x':
			w->checked = true;
			break;
		case 'k':
			w->keep = optarg;
			break;
		default:
			exit(2);
		}
	if (optind + 1 != argc)
		exit(2);
	return argv[optind];
}

static void read_artifact(struct artifact *x, const char *path)
{
	const char *slash = strrchr(path, '/');
	digest *d = digest_new(true);

	x->name = slash ? slash + 1 : path;
	x->p = slurp(path, &x->n);
	x->data = data_begins(x->p, x->n);
	digest_add(d, x->p, x->n);
	digest_end(&x->born, d);
	if (judge(x->p, x->n, x->name) != BKS_SOUND || !unwrapped(&x->unwrapped, x->p, x->n)) {
		fprintf(stderr, "%s is not sound to begin with\n", x->name);
		exit(1);
	}
}

int main(int argc, char **argv)
{
	struct counts c = {0};
	struct wish w = {0};
	struct artifact x = {0};

	read_artifact(&x, options(&w, argc, argv));
	if (w.data_only && (!x.data || x.data >= x.n))
		return 2;
	cut_all(&c, &x, &w);
	for (size_t i = 0; i < w.flips; i++)
		flip(&c, &x, &w);
	printf("%s\t%zu\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64
	       "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\n",
		x.name, x.n, c.cuts, c.cuts_noticed, c.cuts_blank, c.cuts_missed, c.flips,
		c.flips_noticed, c.flips_harmless, c.flips_unseen, c.sealed, c.sealed_missed);
	free(x.p);
	return c.cuts_missed || c.sealed_missed || (w.checked && c.flips_unseen) ? 1 : 0;
}
