/* Encrypted files are named by their first bytes, and are never damaged; what only begins
 * nearly so is not taken for one. */
#include "format/verify.h"
#include "unit.h"

#define HEAD(s) s, sizeof s - 1

static bks_inspection look(const void *bytes, size_t n, bks_arena *a)
{
	struct verify_job job = {
		.in = stream_memory(bytes, n, 7), .name = "shop.dump.x", .size = (int64_t)n};
	bks_inspection v;
	bks_error err = {0};

	assert_int_equal(format_verify(&v, &job, a, &err), 0);
	return v;
}

TEST(each_kind_is_named_and_only_its_digest_is_known)
{
	static const struct {
		const char *head;
		size_t n;
		const char *by;
	} kinds[] = {
		{HEAD("age-encryption.org/v1\n-> X25519 abc\n"), "(age)"},
		{HEAD("-----BEGIN AGE ENCRYPTED FILE-----\nYWdl"), "(age)"},
		{HEAD("-----BEGIN PGP MESSAGE-----\n\nhQEMA"), "(gpg)"},
		{HEAD("Salted__\1\2\3\4\5\6\7\10"), "(openssl)"},
		{HEAD("\x84\x5e\3\1\2\3\4\5\6\7\10\x12\1\7\x40\1"),
			"(gpg)"}, /* for a key, old lengths of one byte */
		{HEAD("\x85\1\x0c\3\1\2\3\4\5\6\7\10\1\7\xff\1"), "(gpg)"}, /* of two */
		{HEAD("\xc1\x5e\3\1\2\3\4\5\6\7\10\x12\1\7\x40\1"),
			"(gpg)"}, /* new lengths of one byte */
		{HEAD("\xc1\xc0\x4c\3\1\2\3\4\5\6\7\10\1\7\xff\1"), "(gpg)"}, /* of two */
		{HEAD("\x8c\x0d\4\x09\3\10\1\2\3\4\5\6\7\10\x60\xd2"),
			"(gpg)"}, /* for a word */
		{HEAD("\xc3\x0d\4\x09\3\10\1\2\3\4\5\6\7\10\x60\xd2"), "(gpg)"},
	};

	NOSTATE;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		bks_arena *a = bks_arena_new();
		bks_inspection v = look(kinds[i].head, kinds[i].n, a);

		assert_int_equal(v.verdict, BKS_UNPROVEN);
		assert_string_equal(v.format, "raw");
		assert_int_equal(v.finding_count, 1);
		assert_string_equal(v.findings[0].code, "encrypted");
		assert_non_null(strstr(v.findings[0].text, kinds[i].by));
		assert_true(v.digests.has_sha256);
		assert_int_equal(v.levels[BKS_WHOLE], BKS_RESULT_UNPROVABLE);
		bks_arena_free(a);
	}
}

TEST(what_only_begins_nearly_so_is_not_encrypted)
{
	static const char *const heads[] = {"age-encryption.org/v",
		"-----BEGIN PGP PUBLIC KEY BLOCK-----", "Salted_",
		"\x84\x5e\2\1\2\3\4\5\6\7\10\x12\1\7\x40\1",
		"\x85\x09\x0c\3\1\2\3\4\5\6\7\10\1\7\xff\1",
		"\x8c\x40\4\x09\3\10\1\2\3\4\5\6\7\10\x60\xd2",
		"\xc3\x0d\5\x09\3\10\1\2\3\4\5\6\7\10\x60\xd2", "\x8c\x0d\4\x09\3"};

	NOSTATE;
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
		bks_arena *a = bks_arena_new();
		bks_inspection v = look(heads[i], strlen(heads[i]), a);

		for (size_t k = 0; k < v.finding_count; k++)
			assert_string_not_equal(v.findings[k].code, "encrypted");
		assert_int_not_equal(v.verdict, BKS_SOUND);
		bks_arena_free(a);
	}
}

MAIN(T(each_kind_is_named_and_only_its_digest_is_known),
	T(what_only_begins_nearly_so_is_not_encrypted))
