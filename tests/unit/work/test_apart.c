/* The verifier in a process of its own says what it says here, and whatever goes wrong on the
 * way is told as what it is. */
#include "../../unit.h"
#include "../same.h"
#undef fail /* of cmocka */
#include "backstay/start.h"
#include "base/text.h"
#include "format/format.h"
#include "store/memory.h"
#include "work/apart.h"
#include <pthread.h>
#include <time.h>
#include <unistd.h>

static const struct remote_watch nothing;

struct both {
	store *s;
	bks_arena *arena;
	size_t files, folders;
	bool fed;
};

/* Bytes through a stream that is no descriptor. */
struct shy {
	stream s;
	stream *inner;
	uint64_t fails_at; /* 0: never */
};

static int shy_next(stream *s, const uint8_t **p, size_t *n, bks_error *err)
{
	struct shy *h = (struct shy *)s;

	if (h->fails_at && s->given >= h->fails_at)
		return fail(err, BKS_E_IO, "the far end hung up");
	return stream_next(h->inner, p, n, err);
}

static void shy_close(stream *s)
{
	stream_close(((struct shy *)s)->inner);
	free(s);
}

static stream *shy(stream *inner, uint64_t fails_at)
{
	static const struct stream_kind kind = {shy_next, shy_close};
	struct shy *h = calloc(1, sizeof *h);

	assert_non_null(h);
	*h = (struct shy){{.kind = &kind}, inner, fails_at};
	return &h->s;
}

static void look_both_ways(struct both *b, const char *path)
{
	struct verify_job job = {.name = path};
	bks_inspection here, apart;
	struct store_id id;

	assert_int_equal(store_read(&job.in, &id, b->s, path, NULL), 0);
	job.size = id.size;
	assert_int_equal(format_verify(&here, &job, b->arena, NULL), 0);
	assert_int_equal(store_read(&job.in, &id, b->s, path, NULL), 0);
	if (b->fed)
		job.in = shy(job.in, 0);
	assert_int_equal(apart_verify(&apart, &job, "corpus", &nothing, b->arena, NULL), 0);
	assert_same(&here, &apart);
	b->files++;
}

static void look_at_members(struct both *b, const char *path, int jobs)
{
	struct verify_job job = {.name = path, .size = -1, .jobs = jobs};
	bks_inspection here, apart;

	assert_int_equal(store_members(&job.members, b->s, path, NULL), 0);
	assert_int_equal(format_verify(&here, &job, b->arena, NULL), 0);
	assert_int_equal(store_members(&job.members, b->s, path, NULL), 0);
	assert_int_equal(apart_verify(&apart, &job, NULL, &nothing, b->arena, NULL), 0);
	assert_same(&here, &apart);
	b->folders++;
}

static int visit(void *arg, const struct store_entry *e)
{
	struct both *b = arg;

	if (e->kind == STORE_FILE)
		look_both_ways(b, e->path);
	if (e->kind == STORE_FOLDER && strstr(e->path, "pgdump-directory/")) {
		look_at_members(b, e->path, 1);
		look_at_members(b, e->path, 4);
	}
	bks_arena_reset(b->arena);
	return 0;
}

static void all_of_the_corpus(bool fed)
{
	struct both b = {.arena = bks_arena_new(), .fed = fed};

	assert_int_equal(store_open(&b.s, CORPUS, NULL), 0);
	assert_int_equal(store_walk(b.s, visit, &b, NULL), 0);
	assert_true(b.files > 50);
	assert_true(b.folders > 4);
	store_close(b.s);
	bks_arena_free(b.arena);
}

TEST(every_file_and_folder_of_the_corpus_is_judged_apart_as_it_is_here)
{
	NOSTATE;
	all_of_the_corpus(false);
}

TEST(it_is_the_same_where_the_bytes_are_no_descriptor)
{
	NOSTATE;
	all_of_the_corpus(true);
}

static const char text[] = "-- nothing that is a dump\nSELECT 1;\n";

static bks_inspection look_at_text(
	stream *in, const struct remote_watch *w, int want, bks_arena *a)
{
	struct verify_job job = {.name = "a.sql", .size = -1, .in = in};
	bks_inspection out = {0};

	assert_int_equal(apart_verify(&out, &job, NULL, w, a, NULL), want);
	return out;
}

TEST(a_stream_that_breaks_off_is_a_read_error_and_not_damage)
{
	bks_arena *a = bks_arena_new();
	bks_inspection out =
		look_at_text(shy(stream_memory(text, sizeof text - 1, 5), 10), &nothing, 0, a);

	NOSTATE;
	assert_int_equal(out.verdict, BKS_UNREADABLE);
	assert_string_equal(out.findings[0].code, "read-error");
	assert_non_null(strstr(out.findings[0].text, "the far end hung up"));
	assert_false(out.digests.has_sha256);
	bks_arena_free(a);
}

/* Gives a byte and then nothing for a while. */
static int slow_next(stream *s, const uint8_t **p, size_t *n, bks_error *err)
{
	(void)err;
	if (s->given)
		nanosleep(&(struct timespec){0, 300000000}, NULL);
	*p = (const uint8_t *)"x";
	*n = 1;
	return s->given < 5;
}

static void slow_close(stream *s)
{
	free(s);
}

static stream *slow(void)
{
	static const struct stream_kind kind = {slow_next, slow_close};
	stream *s = calloc(1, sizeof *s);

	assert_non_null(s);
	s->kind = &kind;
	return s;
}

static bool at_once(void *arg)
{
	(void)arg;
	return true;
}

TEST(a_wish_to_stop_is_heard_while_nothing_comes)
{
	bks_arena *a = bks_arena_new();

	NOSTATE;
	look_at_text(slow(), &(struct remote_watch){.stop = at_once}, BKS_E_INTERRUPTED, a);
	bks_arena_free(a);
}

TEST(of_a_process_that_is_silent_too_long_nothing_is_believed)
{
	bks_arena *a = bks_arena_new();
	bks_inspection out =
		look_at_text(slow(), &(struct remote_watch){.patience = 150000}, 0, a);

	NOSTATE;
	assert_int_equal(out.verdict, BKS_UNREADABLE);
	assert_string_equal(out.findings[0].code, "verifier-failed");
	assert_non_null(strstr(out.findings[0].text, "no word of it in a long time"));
	bks_arena_free(a);
}

struct counted {
	int64_t bytes;
};

static void count(void *arg, int64_t n)
{
	((struct counted *)arg)->bytes += n;
}

TEST(what_was_read_is_told_to_the_last_byte)
{
	struct counted c = {0};
	bks_arena *a = bks_arena_new();
	size_t n = 3 * 1024 * 1024 + 17;
	char *zeros = calloc(1, n);

	NOSTATE;
	assert_non_null(zeros);
	look_at_text(stream_memory(zeros, n, 0),
		&(struct remote_watch){.read = count, .arg = &c}, 0, a);
	assert_int_equal(c.bytes, n);
	free(zeros);
	bks_arena_free(a);
}

static int changed_it(void *arg, const char **how, bks_error *err)
{
	(void)err;
	*how = arg;
	return 1;
}

TEST(a_change_is_asked_of_who_opened_it)
{
	char how[] = "size 1 -> 2";
	bks_arena *a = bks_arena_new();
	struct verify_job job = {.name = "a.sql",
		.size = sizeof text - 1,
		.in = stream_memory(text, sizeof text - 1, 0),
		.changed = changed_it,
		.changed_arg = how};
	bks_inspection out;

	NOSTATE;
	assert_int_equal(apart_verify(&out, &job, "f", &nothing, a, NULL), 0);
	assert_int_equal(out.verdict, BKS_UNREADABLE);
	assert_string_equal(out.findings[out.finding_count - 1].code, "changed-while-reading");
	assert_non_null(strstr(out.findings[out.finding_count - 1].text, "size 1 -> 2"));
	bks_arena_free(a);
}

/* Gives how often it was judged otherwise: a thread of ours cannot fail a test. */
static void *look_often(void *arg)
{
	bks_arena *a = bks_arena_new();
	uintptr_t wrong = 0;

	for (int i = 0; i < 150; i++) {
		struct verify_job job = {.name = "a.sql",
			.size = sizeof text - 1,
			.in = stream_memory(text, sizeof text - 1, 0)};
		bks_inspection out;

		wrong += apart_verify(&out, &job, i % 7 ? arg : NULL, &nothing, a, NULL) ||
			 !out.finding_count ||
			 strcmp(out.findings[0].code, "not-a-backup") != 0;
		bks_arena_reset(a);
	}
	bks_arena_free(a);
	return (void *)wrong; /* NOLINT(performance-no-int-to-ptr) */
}

TEST(many_threads_look_at_once)
{
	pthread_t t[6];
	static char names[6][4] = {"a", "b", "a", "c", "b", "a"};

	NOSTATE;
	for (int i = 0; i < 6; i++)
		assert_int_equal(pthread_create(&t[i], NULL, look_often, names[i]), 0);
	for (int i = 0; i < 6; i++) {
		void *wrong;

		assert_int_equal(pthread_join(t[i], &wrong), 0);
		assert_null(wrong);
	}
}

TEST(after_an_end_it_starts_anew)
{
	NOSTATE;
	bks_stop();
	bks_stop();
	assert_int_equal(bks_start(NULL), 0);
	assert_int_equal(bks_start(NULL), 0);
	assert_null(look_often((char[]){"z"}));
	bks_stop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(every_file_and_folder_of_the_corpus_is_judged_apart_as_it_is_here),
		T(it_is_the_same_where_the_bytes_are_no_descriptor),
		T(a_stream_that_breaks_off_is_a_read_error_and_not_damage),
		T(a_wish_to_stop_is_heard_while_nothing_comes),
		T(of_a_process_that_is_silent_too_long_nothing_is_believed),
		T(what_was_read_is_told_to_the_last_byte),
		T(a_change_is_asked_of_who_opened_it),
		T(many_threads_look_at_once),
		T(after_an_end_it_starts_anew),
	};

	if (bks_start(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
