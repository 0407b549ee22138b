/* Errors: raised once, added to on the way up, whole characters however long they get. */
#include "base/error.h"
#include "backstay/text.h"
#include "unit.h"

#undef fail /* cmocka has one too */

TEST(a_failure_hands_its_code_on_and_keeps_its_text)
{
	bks_error err = {0};

	NOSTATE;
	assert_int_equal(fail(&err, BKS_E_IO, "open %s", "x"), BKS_E_IO);
	assert_int_equal(err.code, BKS_E_IO);
	assert_int_equal(note(&err, BKS_E_IO, "scan %s", "r"), BKS_E_IO);
	assert_string_equal(err.text, "scan r: open x");
	assert_int_equal(fail(NULL, BKS_E_BUSY, "nobody listens"), BKS_E_BUSY);
	assert_int_equal(note(NULL, BKS_E_BUSY, "nobody listens"), BKS_E_BUSY);
}

TEST(a_text_that_is_too_long_is_cut_between_two_characters)
{
	static const char *const letters[] = {"x", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x90\x98"};
	char longer[4000];

	NOSTATE;
	for (size_t k = 0; k < 4; k++)
		for (size_t skew = 0; skew < 4; skew++) {
			bks_error err = {0};
			size_t n = strlen(letters[k]);

			for (size_t i = 0; i < 900; i++)
				memcpy(longer + i * n, letters[k], n);
			longer[900 * n] = '\0';
			fail(&err, BKS_E_IO, "%.*s%s", (int)skew, "abc", longer);
			assert_in_range(strlen(err.text), sizeof err.text - 4, sizeof err.text - 1);
			assert_true(bks_is_utf8(err.text, strlen(err.text)));
			note(&err, BKS_E_IO, "%s", "in");
			assert_in_range(strlen(err.text), sizeof err.text - 4, sizeof err.text - 1);
			assert_true(bks_is_utf8(err.text, strlen(err.text)));
		}
}

TEST(a_text_of_bytes_that_are_no_characters_loses_only_its_end)
{
	char longer[1000];
	bks_error err = {0};

	NOSTATE;
	memset(longer, '\xa6', sizeof longer - 1);
	longer[sizeof longer - 1] = '\0';
	fail(&err, BKS_E_IO, "%s", longer);
	assert_in_range(strlen(err.text), sizeof err.text - 8, sizeof err.text - 1);
}

MAIN(T(a_failure_hands_its_code_on_and_keeps_its_text),
	T(a_text_that_is_too_long_is_cut_between_two_characters),
	T(a_text_of_bytes_that_are_no_characters_loses_only_its_end))
