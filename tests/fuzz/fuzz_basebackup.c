/*
 * Any bytes as the parts of a base backup. The first byte picks: m a manifest, c a pg_control
 * (as it is, and with its checksum made right), l a label or a history file, t one tar (as it
 * is, and with the checksums of its headers made right), f a folder of a manifest, up to its
 * last line, and base.tar. The walk ends, reads nothing past the bytes, says the same however
 * they are cut in pieces, and calls nothing sound that loses its last byte.
 */
#include "base/crc32c.h"
#include "format/backuplabel.h"
#include "format/folder.h"
#include "format/format.h"
#include "format/manifest.h"
#include "format/pgcontrol.h"
#include "format/ustar.h"
#include "fuzz.h"
#include <stdio.h>
#include <string.h>

extern const struct format format_basebackup;

struct sight {
	enum bks_verdict verdict;
	size_t findings, files;
	bool zeros;
};

static struct sight end(struct report *r, bks_inspection *out, bks_arena *a, size_t files)
{
	struct sight s = {.files = files, .zeros = report_has(r, F_TRAILING_ZEROS)};

	report_close(r, true);
	s.verdict = out->verdict;
	s.findings = out->finding_count;
	bks_arena_free(a);
	return s;
}

static struct sight manifest(const uint8_t *data, size_t n, size_t step)
{
	bks_arena *a = bks_arena_new();
	stream *in = stream_memory(data, n, step);
	bks_inspection out = {0};
	bks_error err = {0};
	struct manifest m;
	struct report r;

	report_init(&r, &out, a);
	MUST(manifest_read(&m, in, &r, a, &err) == 0);
	MUST(in->given == n);
	MUST(m.whole || r.findings.n);
	for (size_t i = 0; i < m.n; i++)
		MUST(manifest_find(&m, m.v[i].path) == (ptrdiff_t)i);
	stream_close(in);
	return end(&r, &out, a, m.n);
}

static struct sight tar(const uint8_t *data, size_t n, size_t step)
{
	bks_arena *a = bks_arena_new();
	stream *in = stream_memory(data, n, step);
	bks_inspection out = {0};
	bks_error err = {0};
	struct report r;

	report_init(&r, &out, a);
	MUST(format_basebackup.walk(in, &r, &err) == 0);
	MUST(in->given == n);
	stream_close(in);
	return end(&r, &out, a, 0);
}

static void same(
	struct sight (*look)(const uint8_t *, size_t, size_t), const uint8_t *data, size_t n)
{
	struct sight all = look(data, n, 0), other = look(data, n, n % 13 + 1);

	MUST(all.verdict == other.verdict && all.findings == other.findings &&
		all.files == other.files);
	if (all.verdict == BKS_SOUND && !all.zeros)
		MUST(look(data, n - 1, 0).verdict != BKS_SOUND);
}

static void seal_heads(uint8_t *p, size_t n)
{
	for (size_t at = 0; at + USTAR_BLOCK <= n; at += USTAR_BLOCK) {
		unsigned sum = 0;
		char text[9];

		if (!ustar_magic(p + at))
			continue;
		memset(p + at + 148, ' ', 8);
		for (size_t i = 0; i < USTAR_BLOCK; i++)
			sum += p[at + i];
		snprintf(text, sizeof text, "%07o ", sum);
		memcpy(p + at + 148, text, 8);
	}
}

static void tars(const uint8_t *data, size_t n)
{
	uint8_t *copy = calloc(1, n + 1);

	MUST(copy);
	if (n)
		memcpy(copy, data, n);
	same(tar, copy, n);
	seal_heads(copy, n);
	same(tar, copy, n);
	free(copy);
}

static void control(const uint8_t *data, size_t n)
{
	static const size_t places[] = {288, 292};
	uint8_t p[PGCONTROL_SIZE] = {0};
	bks_inspection out = {0};
	bks_arena *a = bks_arena_new();
	struct pgcontrol c;
	struct report r;

	report_init(&r, &out, a);
	memcpy(p, data, n < sizeof p ? n : sizeof p);
	MUST(pgcontrol_read(&c, data, n, &r) || r.findings.n);
	for (size_t k = 0; k < 2; k++) {
		uint32_t crc = crc32c(0, p, places[k]);

		for (size_t i = 0; i < 4; i++)
			p[places[k] + i] = (uint8_t)(crc >> 8 * i);
		pgcontrol_read(&c, p, sizeof p, &r);
	}
	bks_arena_free(a);
}

static void label(const uint8_t *data, size_t n)
{
	bks_inspection out = {0};
	bks_arena *a = bks_arena_new();
	struct backuplabel l;
	struct report r;

	report_init(&r, &out, a);
	MUST(backuplabel_read(&l, (const char *)data, n, false, &r) || r.findings.n);
	backuplabel_read(&l, (const char *)data, n, true, &r);
	bks_arena_free(a);
}

struct two {
	members m;
	struct member v[2];
	const uint8_t *p[2];
};

static int two_open(stream **out, members *m, size_t i, bks_error *err)
{
	struct two *t = (struct two *)m;

	(void)err;
	*out = stream_memory(t->p[i], (size_t)t->v[i].size, 0);
	return 0;
}

static void folder(const uint8_t *data, size_t n)
{
	const uint8_t *end = memmem(data, n, "\"}\n", 3); /* of the manifest */
	size_t half = end ? (size_t)(end - data) + 3 : n / 2;
	struct two t = {.m = {.n = 2, .open = two_open},
		.v = {{.name = "backup_manifest", .size = (int64_t)half},
			{.name = "base.tar", .size = (int64_t)(n - half)}},
		.p = {data, data + half}};
	bks_arena *a = bks_arena_new();
	bks_inspection out = {0};
	bks_error err = {0};
	struct folder f;
	struct report r;

	t.m.v = t.v;
	report_init(&r, &out, a);
	folder_begin(&f, &t.m, &r, 1, false);
	MUST(format_guess_folder(&t.m) == &format_basebackup);
	MUST(format_basebackup.walk_folder(&f, &err) == 0);
	MUST(folder_end(&f, &err) == 0);
	report_close(&r, true);
	bks_arena_free(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	if (!n)
		return 0;
	switch (*data) {
	case 'm':
		same(manifest, data + 1, n - 1);
		break;
	case 'c':
		control(data + 1, n - 1);
		break;
	case 'l':
		label(data + 1, n - 1);
		break;
	case 'f':
		folder(data + 1, n - 1);
		break;
	default:
		tars(data + 1, n - 1);
		break;
	}
	return 0;
}
