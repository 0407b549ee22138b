/* Manifests of real servers, whole, cut and changed, and made ones that break one rule each. */
#include "base/bytes.h"
#include "corpus.h"
#include "format/manifest.h"

static void read_it(struct manifest *m, struct sight *s, const void *p, size_t n, size_t step)
{
	uint8_t *copy = malloc(n ? n : 1); /* ends where it ends: a read past it is seen */
	stream *in;

	assert_non_null(copy);
	memcpy(copy, p, n);
	in = stream_memory(copy, n, step);
	sight_init(s);
	assert_int_equal(manifest_read(m, in, &s->r, s->a, NULL), 0);
	assert_int_equal(in->given, n);
	stream_close(in);
	free(copy);
}

TEST(manifests_of_every_version_are_read_however_they_come_in_pieces)
{
	static const struct {
		const char *name;
		int version;
		enum checksum_kind kind;
	} real[] = {{"13.manifest.gz", 1, CHECKSUM_SHA256},
		{"14.manifest.gz", 1, CHECKSUM_SHA256}, {"15.manifest.gz", 1, CHECKSUM_SHA256},
		{"16.manifest.gz", 1, CHECKSUM_SHA256},
		{"15-tablespace.manifest.gz", 1, CHECKSUM_SHA512},
		{"17.manifest.gz", 2, CHECKSUM_SHA256}, {"18.manifest.gz", 2, CHECKSUM_SHA256},
		{"17-incremental.manifest.gz", 2, CHECKSUM_CRC32C},
		{"18-incremental.manifest.gz", 2, CHECKSUM_CRC32C}};
	static const size_t steps[] = {0, 1, 87, 4096};

	NOSTATE;
	for (size_t i = 0; i < sizeof real / sizeof *real; i++)
		for (size_t k = 0; k < sizeof steps / sizeof *steps; k++) {
			struct bytes b = corpus(real[i].name);
			struct manifest m;
			struct sight s;
			ptrdiff_t at;

			read_it(&m, &s, b.p, b.n, steps[k]);
			assert_int_equal(s.r.findings.n, 0);
			assert_true(m.whole);
			assert_int_equal(m.version, real[i].version);
			assert_int_equal(m.system_id > 0, real[i].version == 2);
			assert_in_range(m.n, 280, 400);
			assert_int_equal(m.range_count, 1);
			assert_int_equal(m.ranges[0].timeline, 1);
			assert_int_equal(m.ranges[0].start & 0xffff, 0x28);
			assert_true(m.ranges[0].end > m.ranges[0].start);
			assert_true(m.newest > 0);
			at = manifest_find(&m, "PG_VERSION");
			assert_true(at >= 0);
			assert_int_equal(m.v[at].size, 3);
			assert_int_equal(m.v[at].kind, real[i].kind);
			assert_true(manifest_find(&m, "base/bytes-\377") >= 0);
			assert_true(manifest_find(&m, "base/a \"quoted\" \\ name") >= 0);
			assert_int_equal(manifest_find(&m, "base"), -1);
			sight_clear(&s);
			free(b.p);
		}
}

TEST(every_cut_is_noticed)
{
	struct bytes b = corpus("17-incremental.manifest.gz");

	NOSTATE;
	for (size_t n = 0; n<b.n; n += n + 200> b.n || n < 200 ? 1 : 211) {
		struct manifest m;
		struct sight s;

		read_it(&m, &s, b.p, n, 0);
		only(&s, "truncated");
		assert_false(m.whole);
		sight_clear(&s);
	}
	free(b.p);
}

TEST(every_changed_byte_is_noticed)
{
	struct bytes b = corpus("17-incremental.manifest.gz");

	NOSTATE;
	for (size_t i = 0; i < b.n; i += i < 300 || i + 300 > b.n ? 1 : 97) {
		struct manifest m;
		struct sight s;

		b.p[i] ^= 1;
		read_it(&m, &s, b.p, b.n, 0);
		assert_true(s.r.findings.n > 0);
		b.p[i] ^= 1;
		sight_clear(&s);
	}
	free(b.p);
}

TEST(bytes_behind_it_are_trailing)
{
	struct bytes b = corpus("15.manifest.gz");
	struct manifest m;
	struct sight s;

	NOSTATE;
	put_str(&b, "\n");
	read_it(&m, &s, b.p, b.n, 0);
	only(&s, "trailing-data");
	assert_false(m.whole);
	sight_clear(&s);
	free(b.p);
}

/* A manifest of those files and ranges, with the right sum. */
static struct bytes made(const char *version, const char *files, const char *ranges)
{
	struct bytes b = {0};
	uint8_t sum[CHECKSUM_MAX];
	char hex[65];
	checksum *c = checksum_new(CHECKSUM_SHA256);

	put_str(&b, "{ \"PostgreSQL-Backup-Manifest-Version\": ");
	put_str(&b, version);
	put_str(&b, ",\n\"Files\": [\n");
	put_str(&b, files);
	put_str(&b, "],\n\"WAL-Ranges\": [\n");
	put_str(&b, ranges);
	put_str(&b, "],\n");
	checksum_add(c, b.p, b.n);
	checksum_end(sum, c);
	put_str(&b, "\"Manifest-Checksum\": \"");
	put_str(&b, hex_write(hex, sum, 32));
	put_str(&b, "\"}\n");
	return b;
}

#define FILE_A                                                                                 \
	"{ \"Path\": \"a\", \"Size\": 1, \"Last-Modified\": \"2026-11-22 05:16:42 GMT\"}\n"
#define FILE_B                                                                                 \
	"{ \"Path\": \"b\", \"Size\": 4, \"Checksum-Algorithm\": \"CRC32C\", \"Checksum\": "   \
	"\"64440205\" }\n"
#define RANGE "{ \"Timeline\": 1, \"Start-LSN\": \"0/10\", \"End-LSN\": \"1/20\" }\n"

/* CODE NULL: it is sound, and *M, *S are the caller's to clear. */
static void want(struct manifest *m, struct sight *s, struct bytes b, const char *code)
{
	read_it(m, s, b.p, b.n, 13);
	free(b.p);
	if (!code) {
		for (size_t i = 0; i < s->r.findings.n; i++)
			print_error("%s\n", s->r.findings.v[i].text);
		assert_int_equal(s->r.findings.n, 0);
		assert_true(m->whole);
		return;
	}
	only(s, code);
	assert_false(m->whole);
	sight_clear(s);
}

TEST(a_made_one_is_read)
{
	struct manifest m;
	struct sight s;

	NOSTATE;
	want(&m, &s, made("1", FILE_B "," FILE_A, RANGE), NULL);
	assert_int_equal(m.n, 2);
	assert_string_equal(m.v[0].path, "a");
	assert_int_equal(m.v[0].kind, CHECKSUM_NONE);
	assert_int_equal(m.v[1].kind, CHECKSUM_CRC32C);
	assert_memory_equal(m.v[1].sum, "\x64\x44\x02\x05", 4);
	assert_int_equal(m.ranges[0].end, (UINT64_C(1) << 32) + 0x20);
	sight_clear(&s);
}

TEST(a_system_identifier_above_63_bits_is_read)
{
	struct manifest m;
	struct sight s;

	NOSTATE;
	want(&m, &s, made("2,\n\"System-Identifier\": 18446744073709551615", FILE_A, RANGE),
		NULL);
	assert_true(m.system_id == UINT64_MAX);
	sight_clear(&s);
	want(&m, &s, made("2,\n\"System-Identifier\": 18446744073709551616", FILE_A, RANGE),
		"malformed");
	want(&m, &s, made("2", FILE_A, RANGE), "malformed");
}

TEST(ranges_over_timelines_must_follow_each_other)
{
	struct manifest m;
	struct sight s;

	NOSTATE;
	want(&m, &s,
		made("1", FILE_A,
			"{ \"Timeline\": 3, \"Start-LSN\": \"0/30\", \"End-LSN\": \"0/40\" },\n"   //
			"{ \"Timeline\": 2, \"Start-LSN\": \"0/10\", \"End-LSN\": \"0/30\" }"),
		NULL);
	assert_int_equal(m.range_count, 2);
	assert_int_equal(m.ranges[0].timeline, 2);
	assert_int_equal(m.ranges[1].end, 0x40);
	sight_clear(&s);
	want(&m, &s,
		made("1", FILE_A,
			"{ \"Timeline\": 3, \"Start-LSN\": \"0/31\", \"End-LSN\": \"0/40\" },\n"   //
			"{ \"Timeline\": 2, \"Start-LSN\": \"0/10\", \"End-LSN\": \"0/30\" }"),
		"malformed");
	want(&m, &s, made("1", FILE_A, RANGE "," RANGE), "malformed");
	want(&m, &s, made("1", FILE_A, ""), "malformed");
	want(&m, &s,
		made("1", FILE_A,
			"{ \"Timeline\": 0, \"Start-LSN\": \"0/1\", \"End-LSN\": \"0/2\" }"),
		"malformed");
	want(&m, &s,
		made("1", FILE_A,
			"{ \"Timeline\": 1, \"Start-LSN\": \"0/3\", \"End-LSN\": \"0/2\" }"),
		"malformed");
}

TEST(unknown_versions_are_unsupported)
{
	struct manifest m;
	struct sight s;

	NOSTATE;
	want(&m, &s, made("3", FILE_A, RANGE), "unsupported-version");
	want(&m, &s, made("0", FILE_A, RANGE), "unsupported-version");
	want(&m, &s, made("99999999999999999999", FILE_A, RANGE), "unsupported-version");
}

TEST(entries_that_break_a_rule_are_malformed)
{
	static const char *const bad[] = {
		FILE_A "," FILE_B "," FILE_A,
		FILE_A ",",
		"," FILE_A,
		FILE_A FILE_B,
		"1",
		"\"a\"",
		"[]",
		"{ \"Path\": \"a\" }",
		"{ \"Size\": 1 }",
		"{ \"Path\": \"\", \"Size\": 1 }",
		"{ \"Path\": \"a\", \"Size\": -1 }",
		"{ \"Path\": \"a\", \"Size\": 1.5 }",
		"{ \"Path\": \"a\", \"Size\": 99999999999999999999 }",
		"{ \"Path\": \"a\", \"Size\": 1, \"Size\": 2 }",
		"{ \"Path\": \"a\", \"Size\": {} }",
		"{ \"Path\": \"a\\u0000b\", \"Size\": 1 }",
		"{ \"Path\": \"a\377\", \"Size\": 1 }",
		"{ \"Path\": \"a\", \"Encoded-Path\": \"61\", \"Size\": 1 }",
		"{ \"Encoded-Path\": \"6\", \"Size\": 1 }",
		"{ \"Encoded-Path\": \"6g\", \"Size\": 1 }",
		"{ \"Encoded-Path\": \"6100\", \"Size\": 1 }",
		"{ \"Path\": \"a\", \"Size\": 1, \"Checksum\": \"64440205\" }",
		"{ \"Path\": \"a\", \"Size\": 1, \"Checksum-Algorithm\": \"CRC32C\" }",
		"{ \"Path\": \"a\", \"Size\": 1, \"Checksum-Algorithm\": \"CRC32C\", "
		"\"Checksum\": \"644402\" }",
		"{ \"Path\": \"a\", \"Size\": 1, \"Checksum-Algorithm\": \"CRC32C\", "
		"\"Checksum\": \"6444020g\" }",
		"{ \"Path\": \"a\", \"Size\": 1, \"Checksum-Algorithm\": \"MD5\", "
		"\"Checksum\": \"64440205\" }",
	};

	NOSTATE;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct manifest m;
		struct sight s;

		want(&m, &s, made("1", bad[i], RANGE), "malformed");
	}
}

TEST(a_path_that_leads_out_is_unsafe)
{
	struct bytes b = made("1", "{ \"Path\": \"../a\", \"Size\": 1 }", RANGE);
	struct manifest m;
	struct sight s;

	NOSTATE;
	read_it(&m, &s, b.p, b.n, 0);
	only(&s, "member-unsafe");
	sight_clear(&s);
	free(b.p);
}

TEST(an_object_that_never_ends_is_bounded)
{
	struct bytes b = made("1", FILE_A, RANGE), long_one = {0};
	char *at = strstr((char *)b.p, "\"a\"") + 2;
	struct manifest m;
	struct sight s;

	NOSTATE;
	put(&long_one, b.p, (size_t)(at - (char *)b.p));
	for (int i = 0; i < 100000; i++)
		put_str(&long_one, "aaaaaaaaaa");
	put_str(&long_one, at);
	free(b.p);
	want(&m, &s, long_one, "malformed");
}

TEST(a_line_longer_than_is_held_is_summed)
{
	char blanks[10001];
	struct bytes b;
	struct manifest m;
	struct sight s;

	NOSTATE;
	memset(blanks, ' ', sizeof blanks - 1);
	blanks[sizeof blanks - 1] = '\0';
	b = made("1", FILE_A, RANGE);
	free(b.p);
	b = made("1", blanks, RANGE);
	want(&m, &s, b, NULL);
	sight_clear(&s);
}

MAIN(T(manifests_of_every_version_are_read_however_they_come_in_pieces),
	T(every_cut_is_noticed), T(every_changed_byte_is_noticed),
	T(bytes_behind_it_are_trailing), T(a_made_one_is_read),
	T(a_system_identifier_above_63_bits_is_read),
	T(ranges_over_timelines_must_follow_each_other), T(unknown_versions_are_unsupported),
	T(entries_that_break_a_rule_are_malformed), T(a_path_that_leads_out_is_unsafe),
	T(an_object_that_never_ends_is_bounded), T(a_line_longer_than_is_held_is_summed))
