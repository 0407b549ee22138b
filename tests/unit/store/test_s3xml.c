/* What a bucket's server says is read as far as its shape goes, and no further. */
#include "store/s3xml.h"
#include "unit.h"
#include <string.h>

static int note_key(void *arg, const char *way, const char *text, size_t n)
{
	struct text *t = arg;

	if (!strcmp(way, "ListBucketResult/Contents/Key"))
		text_form(t, "%.*s;", (int)n, text);
	return 0;
}

static int reads(const char **keys, const char *xml, const char *root, bks_error *e)
{
	static bks_arena *a;
	struct text t;
	int r;

	bks_arena_free(a);
	a = bks_arena_new();
	t = (struct text){.arena = a};
	text_word(&t, "");
	r = s3_xml(xml, strlen(xml), root, NULL, note_key, &t, a, e);
	*keys = t.s;
	return r;
}

TEST(texts_come_by_the_way_to_their_element)
{
	const char *keys;
	bks_error e = {0};

	NOSTATE;
	assert_int_equal(reads(&keys,
				 "<?xml version='1.0'?><ListBucketResult xmlns='http://s3.amazonaws.com/doc/2006-03-01/'><Contents><Key>a&amp;b"
				 "</Key><Size>1</Size></Contents><Contents><Key>c</Key></Contents><Key>no</Key></ListBucketResult>",
				 "ListBucketResult", &e),
		0);
	assert_string_equal(keys, "a&b;c;");
}

TEST(another_root_a_cut_answer_and_a_document_type_are_failures)
{
	const char *keys;
	bks_error e = {0};

	NOSTATE;
	assert_int_equal(reads(&keys, "<Other/>", "ListBucketResult", &e), BKS_E_IO);
	assert_non_null(strstr(e.text, "root"));
	assert_int_equal(reads(&keys, "<ListBucketResult><Contents><Key>a</Key>", "ListBucketResult", &e), BKS_E_IO);
	assert_int_equal(reads(&keys, "", "ListBucketResult", &e), BKS_E_IO);
	assert_int_equal(reads(&keys, "<html>down</html> x", "ListBucketResult", &e), BKS_E_IO);
	assert_int_equal(reads(&keys, "<!DOCTYPE l [<!ENTITY x 'y'>]><ListBucketResult/>", "ListBucketResult", &e), BKS_E_IO);
	assert_non_null(strstr(e.text, "document type"));
}

TEST(elements_that_lie_too_deep_are_a_failure)
{
	bks_arena *a = bks_arena_new();
	struct text t = {.arena = a};
	const char *keys;

	NOSTATE;
	text_word(&t, "<ListBucketResult>");
	for (int i = 0; i < 40; i++)
		text_word(&t, "<a>");
	assert_int_equal(reads(&keys, t.s, "ListBucketResult", NULL), BKS_E_IO);
	bks_arena_free(a);
}

TEST(an_error_is_told_by_its_code_and_an_empty_message_is_fine)
{
	static const char xml[] = "<Error><Code>SlowDown</Code><Message></Message><Region>eu-west-1</Region></Error>", list[] = "<ListBucketResult/>";
	bks_arena *a = bks_arena_new();
	struct s3_error is;

	NOSTATE;
	assert_true(s3_xml_error(&is, xml, sizeof xml - 1, a));
	assert_string_equal(is.code, "SlowDown");
	assert_string_equal(is.message, "");
	assert_string_equal(is.region, "eu-west-1");
	assert_false(s3_xml_error(&is, list, sizeof list - 1, a));
	assert_string_equal(is.code, "");
	bks_arena_free(a);
}

MAIN(T(texts_come_by_the_way_to_their_element), T(another_root_a_cut_answer_and_a_document_type_are_failures),
	T(elements_that_lie_too_deep_are_a_failure), T(an_error_is_told_by_its_code_and_an_empty_message_is_fine))
