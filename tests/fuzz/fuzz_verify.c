/*
 * The verifier from end to end on any bytes: every byte is read and digested, the answer does
 * not hang on how they arrive, a digest that differs is told, and nothing is sound of which the
 * end was cut off.
 */
#include "format/verify.h"
#include "fuzz.h"
#include <openssl/evp.h>
#include <string.h>
#include <xxhash.h>

enum { SLOW_MAX = 400, STEP = 37 };

static bks_arena *look(bks_inspection *out, const uint8_t *data, size_t n, size_t step,
	const bks_digests *expected)
{
	bks_arena *a = bks_arena_new();
	struct verify_job job = {
		.in = stream_memory(data, n, step), .name = "x", .size = (int64_t)n};
	bks_error err = {0};

	if (expected) {
		job.expected = *expected;
		job.expected_from = BKS_DIGEST_BIRTH;
	}
	MUST(format_verify(out, &job, a, &err) == 0);
	MUST(out->bytes_read == (int64_t)n);
	MUST(out->verdict != BKS_UNKNOWN && out->levels[BKS_PRESENT] == BKS_RESULT_PASS);
	return a;
}

static bool tells(const bks_inspection *v, const char *code)
{
	for (size_t i = 0; i < v->finding_count; i++)
		if (!strcmp(v->findings[i].code, code))
			return true;
	return false;
}

static void digested(const bks_inspection *v, const uint8_t *data, size_t n)
{
	uint8_t sha[32];
	XXH128_canonical_t xxh;

	MUST(EVP_Digest(data, n, sha, NULL, EVP_sha256(), NULL) == 1);
	XXH128_canonicalFromHash(&xxh, XXH3_128bits(data, n));
	MUST(v->digests.has_sha256 && !memcmp(v->digests.sha256, sha, sizeof sha));
	MUST(v->digests.has_xxh3 &&
		!memcmp(v->digests.xxh3, xxh.digest, sizeof v->digests.xxh3));
}

static void sums_up(const bks_inspection *v, size_t n)
{
	bool errors = false;

	for (size_t i = 0; i < v->finding_count; i++) {
		MUST(v->findings[i].code && v->findings[i].text);
		errors = errors || v->findings[i].severity == BKS_ERROR;
	}
	for (size_t i = 0; i < v->table_count; i++)
		MUST(v->tables[i].schema && v->tables[i].name && v->tables[i].rows >= -1);
	MUST(!errors || v->verdict != BKS_SOUND);
	MUST(v->verdict != BKS_SOUND ||
		(n && v->recognised && v->levels[BKS_WHOLE] == BKS_RESULT_PASS));
	MUST(v->verdict != BKS_DAMAGED || errors);
	MUST(n || (v->verdict == BKS_INCOMPLETE && tells(v, "empty")));
}

static void same(const bks_inspection *a, const bks_inspection *b)
{
	MUST(a->verdict == b->verdict && a->content == b->content &&
		a->wrappings == b->wrappings);
	MUST(!strcmp(a->format, b->format) && a->table_count == b->table_count);
	for (size_t i = 0; i < a->table_count; i++)
		MUST(a->tables[i].rows == b->tables[i].rows &&
			!strcmp(a->tables[i].name, b->tables[i].name));
	MUST(!memcmp(a->levels, b->levels, sizeof a->levels));
}

static void sealed(const uint8_t *data, size_t n, const bks_inspection *first)
{
	bks_digests want = first->digests;
	bks_inspection v;
	bks_arena *a = look(&v, data, n, 0, &want);

	MUST(v.levels[BKS_SEALED] == BKS_RESULT_PASS && v.verdict == first->verdict);
	bks_arena_free(a);
	want.sha256[n % 32] ^= 1;
	a = look(&v, data, n, 0, &want);
	MUST(v.levels[BKS_SEALED] == BKS_RESULT_FAIL && v.verdict != BKS_SOUND);
	MUST(tells(&v, "digest-changed") || v.finding_count >= REPORT_FINDINGS_MAX);
	bks_arena_free(a);
}

/* Without its last byte that says something, and what follows that, it is not sound. A semicolon
 * behind the end says nothing. */
static void cut(const uint8_t *data, size_t n)
{
	bks_inspection v;
	bks_arena *a;

	while (n && (!data[n - 1] || strchr(" \t\r\n;", data[n - 1])))
		n--;
	if (!n)
		return;
	a = look(&v, data, n - 1, 0, NULL);
	MUST(v.verdict != BKS_SOUND);
	bks_arena_free(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	bks_inspection all, pieces;
	bks_arena *a = look(&all, data, n, 0, NULL), *b;

	digested(&all, data, n);
	sums_up(&all, n);
	sealed(data, n, &all);
	b = look(&pieces, data, n, n > SLOW_MAX ? STEP : 1, NULL);
	same(&all, &pieces);
	if (all.verdict == BKS_SOUND)
		cut(data, n);
	bks_arena_free(a);
	bks_arena_free(b);
	return 0;
}
