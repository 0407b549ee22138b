/* Bytes that are only digested are read by the thread that asks, and come out as a process
 * without rights tells them. */
#include "../../unit.h"
#undef fail /* of cmocka */
#include "base/digest.h"
#include "work/here.h"

static const uint8_t bytes[600000] = {[5] = 1, [599999] = 2};

static bks_digests of(const void *p, size_t n)
{
	digest *d = digest_new(false);
	bks_digests out;

	digest_add(d, p, n);
	digest_end(&out, d);
	return out;
}

struct seen {
	int64_t bytes;
	int64_t stop_at; /* 0: never */
};

static bool stop(void *arg)
{
	const struct seen *s = arg;

	return s->stop_at && s->bytes >= s->stop_at;
}

static void was_read(void *arg, int64_t n)
{
	((struct seen *)arg)->bytes += n;
}

static struct verify_job job_of(size_t n)
{
	return (struct verify_job){.in = stream_memory(bytes, n, 1000),
		.name = "x.sql",
		.size = (int64_t)n,
		.expected = of(bytes, sizeof bytes),
		.expected_from = BKS_DIGEST_FIRST_SIGHT,
		.seal_only = true,
		.sha256_once = true};
}

TEST(the_same_bytes_pass_and_nothing_but_that_is_told)
{
	bks_arena *a = bks_arena_new();
	struct seen seen = {0, 0};
	struct remote_watch w = {stop, was_read, &seen, 0};
	struct verify_job job = job_of(sizeof bytes);
	bks_inspection out;

	NOSTATE;
	assert_int_equal(here_seal(&out, &job, &w, a, NULL), 0);
	assert_int_equal(out.levels[BKS_SEALED], BKS_RESULT_PASS);
	assert_int_equal(out.levels[BKS_WHOLE], BKS_RESULT_NOT_RUN);
	assert_int_equal(out.verdict, BKS_UNPROVEN);
	assert_int_equal(out.finding_count, 0);
	assert_int_equal(out.bytes_read, sizeof bytes);
	assert_int_equal(seen.bytes, sizeof bytes);
	assert_false(out.digests.has_sha256);
	bks_arena_free(a);
}

TEST(one_byte_less_is_another_digest)
{
	bks_arena *a = bks_arena_new();
	struct remote_watch w = {0};
	struct verify_job job = job_of(sizeof bytes - 1);
	bks_inspection out;

	NOSTATE;
	assert_int_equal(here_seal(&out, &job, &w, a, NULL), 0);
	assert_int_equal(out.levels[BKS_SEALED], BKS_RESULT_FAIL);
	assert_int_equal(out.verdict, BKS_DAMAGED);
	assert_string_equal(out.findings[0].code, "digest-changed");
	bks_arena_free(a);
}

TEST(the_sha256_is_made_where_it_is_asked_or_nothing_else_is_known)
{
	bks_arena *a = bks_arena_new();
	struct remote_watch w = {0};
	struct verify_job job = job_of(sizeof bytes);
	bks_inspection out;

	NOSTATE;
	job.sha256_once = false;
	assert_int_equal(here_seal(&out, &job, &w, a, NULL), 0);
	assert_true(out.digests.has_sha256);
	job = job_of(sizeof bytes);
	job.expected = (bks_digests){0};
	assert_int_equal(here_seal(&out, &job, &w, a, NULL), 0);
	assert_true(out.digests.has_sha256);
	bks_arena_free(a);
}

TEST(a_wish_to_stop_is_heard_between_blocks)
{
	bks_arena *a = bks_arena_new();
	struct seen seen = {0, 5000};
	struct remote_watch w = {stop, was_read, &seen, 0};
	struct verify_job job = job_of(sizeof bytes);
	bks_inspection out;
	bks_error err = {0};

	NOSTATE;
	assert_int_equal(here_seal(&out, &job, &w, a, &err), BKS_E_INTERRUPTED);
	assert_int_equal(seen.bytes, 5000);
	bks_arena_free(a);
}

TEST(known_bytes_give_the_known_digest)
{
	bks_error err = {0};

	NOSTATE;
	assert_int_equal(here_known(&err), 0);
}

MAIN(T(the_same_bytes_pass_and_nothing_but_that_is_told), T(one_byte_less_is_another_digest),
	T(the_sha256_is_made_where_it_is_asked_or_nothing_else_is_known),
	T(a_wish_to_stop_is_heard_between_blocks), T(known_bytes_give_the_known_digest))
