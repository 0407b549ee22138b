/* A folder is read once, digested as sha256sum would print it, and what is wrong with a member is told by its name. */
#include "format/folder.h"
#include "base/bytes.h"
#include "base/digest.h"
#include "format/verify.h"
#include "many.h"
#include <xxhash.h>

struct folded {
	struct many many;
	struct folder f;
	bks_arena *a;
	bks_inspection out;
	struct report r;
};

static struct folded *folded_new(void)
{
	struct folded *d = calloc(1, sizeof *d);

	assert_non_null(d);
	many_begin(&d->many);
	d->a = bks_arena_new();
	report_init(&d->r, &d->out, d->a);
	return d;
}

static void folded_free(struct folded *d)
{
	bks_arena_free(d->a);
	free(d);
}

static void begin(struct folded *d, int jobs)
{
	folder_begin(&d->f, &d->many.m, &d->r, jobs, true);
}

static void add_line(char *text, const char *body, const char *name)
{
	uint8_t sum[32];
	char hex[65];

	digest_sha256(sum, body, strlen(body));
	sprintf(text + strlen(text), "%s  %s\n", hex_write(hex, sum, 32), name);
}

TEST(the_digest_is_that_of_what_sha256sum_prints)
{
	struct folded *d = folded_new();
	char text[1000] = "";
	uint8_t sum[32];

	NOSTATE;
	many_text(&d->many, "a\nb\\c", "one");
	many_text(&d->many, "base/1", "");
	many_text(&d->many, "z", "three");
	add_line(text, "one", "a\\nb\\\\c");
	add_line(text, "", "base/1");
	add_line(text, "three", "z");
	begin(d, 1);
	assert_int_equal(folder_end(&d->f, NULL), 0);
	digest_sha256(sum, text, strlen(text));
	assert_true(d->out.digests.has_sha256 && d->out.digests.has_xxh3);
	assert_memory_equal(d->out.digests.sha256, sum, 32);
	assert_int_equal(d->out.size, 8);
	assert_int_equal(d->out.bytes_read, 8);
	folded_free(d);
}

TEST(the_fast_digest_is_that_of_what_xxhsum_prints)
{
	struct folded *d = folded_new();
	XXH128_canonical_t c;
	char text[100], hex[33];

	NOSTATE;
	many_text(&d->many, "name", "one");
	XXH128_canonicalFromHash(&c, XXH3_128bits("one", 3));
	sprintf(text, "%s  name\n", hex_write(hex, c.digest, 16));
	XXH128_canonicalFromHash(&c, XXH3_128bits(text, strlen(text)));
	begin(d, 1);
	assert_int_equal(folder_end(&d->f, NULL), 0);
	assert_memory_equal(d->out.digests.xxh3, c.digest, 16);
	folded_free(d);
}

static int look(void *arg, size_t i, stream *in, struct report *r, bks_error *err)
{
	const uint8_t *p;
	size_t n;
	int s = stream_peek(in, 1, &p, &n, err);

	((int *)arg)[i]++;
	if (s)
		return s;
	if (n && *p == '!')
		report_find(r, F_MALFORMED, report_byte(r, 0), "it begins with %c", *p);
	if (n && *p == '?')
		report_find(r, F_LIMIT_REACHED, NULL, "too much to ask");
	if (n && *p == 't')
		report_table(r, NULL, "public", "t")->rows = 2;
	return n && *p == 'c' ? BKS_E_CUT : 0;
}

TEST(members_are_read_once_and_by_whoever_asked_first)
{
	struct folded *d = folded_new();
	size_t list[] = {2, 0};
	int walked[4] = {0};

	NOSTATE;
	for (int i = 0; i < 4; i++)
		many_text(&d->many, (const char *[]){"a", "b", "c", "d"}[i], "cut off by its walk");
	begin(d, 2);
	assert_false(folder_was_read(&d->f, 0));
	assert_int_equal(folder_each(&d->f, list, 2, look, walked, NULL), 0);
	assert_int_equal(folder_read(&d->f, 1, look, walked, NULL), 0);
	assert_int_equal(folder_read(&d->f, 1, look, walked, NULL), 0);
	assert_true(folder_was_read(&d->f, 0));
	assert_false(folder_was_read(&d->f, 3));
	folder_pass(&d->f, 3);
	d->many.v[3].kind = MEMBER_LINK;
	assert_int_equal(folder_end(&d->f, NULL), 0);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(walked[i], i < 3);
		assert_int_equal(d->many.f[i].opened, i < 3);
	}
	assert_int_equal(d->out.bytes_read, 3 * 19); /* the walk left them half read */
	assert_int_equal(d->r.findings.n, 0);
	folded_free(d);
}

static void in_order(int jobs)
{
	struct folded *d = folded_new();
	static char big[100000] = "!";
	size_t list[] = {3, 1, 2, 0};
	int walked[4] = {0};
	const char *where[] = {"d byte 0", "b byte 0", "a byte 0"};

	many_text(&d->many, "a", "!small");
	many_add(&d->many, "b", big, sizeof big);
	many_text(&d->many, "c", "t");
	many_text(&d->many, "d", "!middle");
	begin(d, jobs);
	assert_int_equal(folder_each(&d->f, list, 4, look, walked, NULL), 0);
	assert_int_equal(d->r.findings.n, 3);
	for (int i = 0; i < 3; i++) {
		assert_string_equal(d->r.findings.v[i].where, where[i]);
		assert_string_equal(d->r.findings.v[i].code, "malformed");
		assert_string_equal(d->r.findings.v[i].text, "it begins with !");
	}
	assert_int_equal(report_known(&d->r, NULL, "public", "t")->rows, 2);
	report_close(&d->r, true);
	assert_int_equal(d->out.verdict, BKS_DAMAGED);
	assert_int_equal(d->out.levels[BKS_WHOLE], BKS_RESULT_FAIL);
	folded_free(d);
}

TEST(findings_come_in_the_order_of_the_list_on_any_number_of_threads)
{
	NOSTATE;
	in_order(1);
	in_order(2);
	in_order(4);
}

TEST(of_too_many_findings_the_first_are_shown_and_all_count)
{
	struct folded *d = folded_new();
	static char names[MANY_MAX][8];
	size_t list[MANY_MAX];
	int walked[MANY_MAX] = {0};

	NOSTATE;
	for (size_t i = 0; i < MANY_MAX; i++) {
		sprintf(names[i], "m%04zu", i);
		many_add(&d->many, names[i], i == MANY_MAX - 1 ? "?" : "!", 1);
		list[i] = i;
	}
	begin(d, 4);
	assert_int_equal(folder_each(&d->f, list, MANY_MAX, look, walked, NULL), 0);
	assert_int_equal(d->r.findings.n, REPORT_FINDINGS_MAX);
	assert_int_equal(d->r.dropped, MANY_MAX - REPORT_FINDINGS_MAX);
	assert_string_equal(d->r.findings.v[199].where, "m0199 byte 0");
	assert_true(d->r.verdicts[BKS_DAMAGED]);
	assert_true(d->r.verdicts[BKS_UNREADABLE]); /* of the last, which is not shown */
	folded_free(d);
}

static int flood(void *arg, size_t i, stream *in, struct report *r, bks_error *err)
{
	(void)arg;
	(void)in;
	(void)err;
	for (int k = 0; k < REPORT_FINDINGS_MAX + 1; k++)
		report_find(r, F_MALFORMED, NULL, "%zu", i);
	return 0;
}

TEST(a_folder_full_of_damage_shows_what_comes_first)
{
	struct folded *d = folded_new();
	static char names[100][8];
	size_t list[100];

	NOSTATE;
	for (size_t i = 0; i < 100; i++) {
		sprintf(names[i], "m%04zu", i);
		many_add(&d->many, names[i], names[i], i % 5); /* the first of them is not read first */
		list[i] = i;
	}
	begin(d, 1);
	assert_int_equal(folder_each(&d->f, list, 100, flood, NULL, NULL), 0);
	assert_int_equal(d->r.findings.n, REPORT_FINDINGS_MAX);
	assert_string_equal(d->r.findings.v[0].where, "m0000");
	assert_string_equal(d->r.findings.v[199].where, "m0000");
	assert_int_equal(d->r.dropped, 100 * (REPORT_FINDINGS_MAX + 1) - REPORT_FINDINGS_MAX);
	folded_free(d);
}

/* Verifies a folder of a and b, of which b is as the caller made it, and asserts what is told of b. */
static void told(struct folded *d, const char *code, enum bks_verdict verdict)
{
	begin(d, 2);
	assert_int_equal(folder_end(&d->f, NULL), 0);
	report_close(&d->r, true);
	assert_int_equal(d->out.finding_count, 1);
	assert_string_equal(d->out.findings[0].code, code);
	assert_true(d->out.findings[0].where && !strncmp(d->out.findings[0].where, "b", 1));
	assert_int_equal(d->out.verdict, verdict);
	folded_free(d);
}

static struct folded *two(void)
{
	struct folded *d = folded_new();

	many_text(&d->many, "a", "fine");
	many_text(&d->many, "b", "text");
	return d;
}

TEST(two_files_without_fault_are_told_nothing_of)
{
	struct folded *d = two();

	NOSTATE;
	begin(d, 2);
	assert_int_equal(folder_end(&d->f, NULL), 0);
	report_close(&d->r, true);
	assert_int_equal(d->out.finding_count, 0);
	assert_int_equal(d->out.verdict, BKS_SOUND);
	folded_free(d);
}

TEST(what_is_no_file_is_unsafe)
{
	struct folded *d = two();

	NOSTATE;
	d->many.v[1].kind = MEMBER_LINK;
	told(d, "member-unsafe", BKS_DAMAGED);
	d = two();
	d->many.v[1].kind = MEMBER_SPECIAL;
	told(d, "member-unsafe", BKS_DAMAGED);
	d = two();
	d->many.f[1].odd = true;
	told(d, "member-unsafe", BKS_DAMAGED);
}

TEST(what_cannot_be_read_is_unreadable_and_leaves_no_digest)
{
	struct folded *d = two();

	NOSTATE;
	d->many.v[1].kind = MEMBER_UNREADABLE;
	d->many.v[1].why = "permission denied";
	told(d, "cannot-open", BKS_UNREADABLE);
	d = two();
	d->many.f[1].breaks = BKS_E_IO;
	begin(d, 1);
	assert_int_equal(folder_end(&d->f, NULL), 0);
	assert_false(d->out.digests.has_sha256 || d->out.digests.has_xxh3);
	folded_free(d);
	d = two();
	d->many.f[1].breaks = BKS_E_IO;
	told(d, "read-error", BKS_UNREADABLE);
}

TEST(what_changes_or_goes_meanwhile_proves_nothing)
{
	struct folded *d = two();

	NOSTATE;
	d->many.f[1].changed = "size 4 -> 5";
	told(d, "changed-while-reading", BKS_UNREADABLE);
	d = two();
	d->many.f[1].gone = true;
	told(d, "changed-while-reading", BKS_UNREADABLE);
	d = two();
	d->many.f[1].changed = "size 4 -> 5";
	begin(d, 1);
	assert_int_equal(folder_end(&d->f, NULL), 0);
	assert_false(d->out.digests.has_sha256 || d->out.digests.has_xxh3);
	folded_free(d);
}

TEST(an_interruption_ends_it)
{
	struct folded *d = two();
	bks_error err = {0};

	NOSTATE;
	d->many.f[0].breaks = BKS_E_INTERRUPTED;
	begin(d, 1);
	assert_int_equal(folder_end(&d->f, &err), BKS_E_INTERRUPTED);
	assert_string_equal(err.text, "the disk gave up");
	assert_int_equal(d->many.f[1].opened, 0);
	folded_free(d);
}

static void verify(struct folded *d, const struct verify_job *more)
{
	struct verify_job job = *more;

	job.members = &d->many.m;
	job.name = "folder";
	job.size = -1;
	assert_int_equal(format_verify(&d->out, &job, d->a, NULL), 0);
}

TEST(a_folder_that_nobody_knows_is_no_backup_and_has_a_digest)
{
	struct folded *d = two();

	NOSTATE;
	verify(d, &(struct verify_job){.jobs = 2});
	assert_string_equal(d->out.format, "raw");
	assert_int_equal(d->out.finding_count, 1);
	assert_string_equal(d->out.findings[0].code, "not-a-backup");
	assert_int_equal(d->out.verdict, BKS_UNPROVEN);
	assert_int_equal(d->out.size, 8);
	assert_true(d->out.digests.has_sha256 && d->out.digests.has_xxh3);
	assert_int_equal(d->out.levels[BKS_SEALED], BKS_RESULT_NOT_RUN);
	folded_free(d);
}

TEST(a_seal_of_a_folder_holds_until_a_name_or_byte_changes)
{
	struct folded *d = two();
	struct verify_job job = {.seal_only = true};

	NOSTATE;
	verify(d, &job);
	job.expected = d->out.digests;
	job.expected_from = BKS_DIGEST_BIRTH;
	assert_false(job.expected.has_sha256 && !job.expected.has_xxh3);
	verify(d, &job);
	assert_int_equal(d->out.levels[BKS_SEALED], BKS_RESULT_PASS);
	assert_int_equal(d->out.finding_count, 0);
	d->many.v[1].name = "c";
	verify(d, &job);
	assert_int_equal(d->out.levels[BKS_SEALED], BKS_RESULT_FAIL);
	assert_string_equal(d->out.findings[0].code, "digest-changed");
	assert_int_equal(d->out.verdict, BKS_DAMAGED);
	folded_free(d);
}

MAIN(T(the_digest_is_that_of_what_sha256sum_prints),
	T(the_fast_digest_is_that_of_what_xxhsum_prints),
	T(members_are_read_once_and_by_whoever_asked_first),
	T(findings_come_in_the_order_of_the_list_on_any_number_of_threads),
	T(of_too_many_findings_the_first_are_shown_and_all_count),
	T(a_folder_full_of_damage_shows_what_comes_first),
	T(two_files_without_fault_are_told_nothing_of), T(what_is_no_file_is_unsafe),
	T(what_cannot_be_read_is_unreadable_and_leaves_no_digest),
	T(what_changes_or_goes_meanwhile_proves_nothing), T(an_interruption_ends_it),
	T(a_folder_that_nobody_knows_is_no_backup_and_has_a_digest),
	T(a_seal_of_a_folder_holds_until_a_name_or_byte_changes))
