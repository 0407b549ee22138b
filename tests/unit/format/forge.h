/* forge.h - a small archive by hand, to put one wrong thing into */
#pragma once
#include "archive.h"
#include <zlib.h>

static const char rows[] = "1\tx\n2\ty\n\\.\n\n\n";
static const struct put_entry table = {.id = 1,
	.tag = "t",
	.desc = "TABLE",
	.schema = "public",
	.defn = "CREATE TABLE public.t ();\n"};
static const struct put_entry table_data = {.id = 2,
	.dumper = 1,
	.tag = "t",
	.desc = "TABLE DATA",
	.schema = "public",
	.copy = "COPY public.t FROM stdin;\n"};
static const struct put_entry blobs = {.id = 3, .dumper = 1, .tag = "BLOBS", .desc = "BLOBS"};

static inline struct bytes start(int packing, int entries)
{
	struct bytes b = {0};

	put_head(&b, 16, packing);
	put_int(&b, entries);
	return b;
}

/* A table and its data, up to where the blocks begin. */
static inline struct bytes start_table(int packing)
{
	struct bytes b = start(packing, 2);

	put_entry(&b, 16, &table);
	put_entry(&b, 16, &table_data);
	return b;
}

/* Walks B, frees it, and wants this finding and verdict. */
static inline const char *expect(struct bytes b, const char *code, enum bks_verdict verdict)
{
	static char text[1024];
	struct look l;
	const bks_finding *f;

	look_at(&l, b.p, b.n, 0);
	f = found(&l, code);
	if (!f || l.v.verdict != verdict) {
		for (size_t i = 0; i < l.v.finding_count; i++)
			print_error("%s: %s\n", l.v.findings[i].code, l.v.findings[i].text);
		fail_msg("wanted %s, %s; verdict %s", code, bks_verdict_name(verdict),
			bks_verdict_name(l.v.verdict));
		return "";
	}
	snprintf(text, sizeof text, "%s|%s", f->where ? f->where : "", f->text);
	look_away(&l);
	free(b.p);
	return text;
}

static inline void sound(struct bytes b, int64_t n)
{
	struct look l;

	look_at(&l, b.p, b.n, 0);
	if (l.v.verdict != BKS_SOUND && l.v.finding_count)
		fail_msg("%s", l.v.findings[0].text);
	assert_int_equal(l.v.verdict, BKS_SOUND);
	assert_int_equal(table_in(&l, "t")->rows, n);
	look_away(&l);
	free(b.p);
}

static inline struct bytes zlib_of(const char *text)
{
	struct bytes b = {0};
	uint8_t out[4096];
	uLongf n = sizeof out;

	assert_int_equal(compress(out, &n, (const Bytef *)text, strlen(text)), Z_OK);
	put(&b, out, n);
	return b;
}
