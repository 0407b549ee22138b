/*
 * What every format promises, asked of every file of the corpus: a whole one is what `expect`
 * says, however its bytes arrive; no cut of a sound one is sound; nothing may follow it; not a
 * byte is read past its end.
 *
 * tests/corpus/FORMAT/expect has a line for each: NAME VERDICT FORMAT CONTENT SPARE, where
 * SPARE counts bytes at the end that carry nothing (a last blank line), so that losing them is
 * no loss.
 */
#include "base/arena.h"
#include "format/verify.h"
#include "unit.h"
#include <dirent.h>

/* A whole base backup is megabytes: fewer cuts of one. */
enum { CUTS = 400, HEAVY = 1 << 20, HEAVY_CUTS = 30 };

struct sample {
	char path[512], name[128], verdict[16], format[32], content[16];
	unsigned long spare;
	uint8_t *bytes;
	size_t n;
};

static void read_sample(struct sample *s, const char *folder)
{
	FILE *f;
	long n;

	snprintf(s->path, sizeof s->path, "%s/%s/%s", CORPUS, folder, s->name);
	f = fopen(s->path, "rb");
	if (!f)
		fail_msg("%s is in `expect` and cannot be opened", s->path);
	assert_int_equal(fseek(f, 0, SEEK_END), 0);
	n = ftell(f);
	rewind(f);
	s->n = (size_t)n;
	s->bytes = malloc(s->n ? s->n : 1);
	assert_int_equal(fread(s->bytes, 1, s->n, f), s->n);
	fclose(f);
}

/* Calls EACH for every file that the corpus expects something of. */
static size_t samples(void (*each)(const struct sample *s))
{
	DIR *d = opendir(CORPUS);
	struct dirent *e;
	size_t count = 0;

	assert_non_null(d);
	while ((e = readdir(d)) != NULL) {
		struct sample s;
		char path[512];
		FILE *f;

		snprintf(path, sizeof path, "%s/%s/expect", CORPUS, e->d_name);
		f = fopen(path, "r");
		while (f && fscanf(f, "%127s %15s %31s %15s %lu", s.name, s.verdict, s.format,
				    s.content, &s.spare) == 5) {
			read_sample(&s, e->d_name);
			each(&s);
			free(s.bytes);
			count++;
		}
		if (f)
			fclose(f);
	}
	closedir(d);
	return count;
}

/* Looks at N bytes in steps of STEP. They lie at the end of a block of their own, so that a
 * checker of memory sees a read past them. */
static bks_inspection look(
	const struct sample *s, const uint8_t *bytes, size_t n, size_t step, bks_arena *a)
{
	uint8_t *own = malloc(n ? n : 1);
	struct verify_job job = {.in = NULL, .name = s->name, .size = (int64_t)n};
	bks_inspection out;
	bks_error err = {0};

	memcpy(own, bytes, n);
	job.in = stream_memory(own, n, step);
	assert_int_equal(format_verify(&out, &job, a, &err), 0);
	free(own);
	return out;
}

static void is_as_expected(const struct sample *s, size_t step)
{
	bks_arena *a = bks_arena_new();
	bks_inspection i = look(s, s->bytes, s->n, step, a);

	if (strcmp(bks_verdict_name(i.verdict), s->verdict) != 0 ||
		strcmp(i.format, s->format) != 0 ||
		strcmp(bks_content_name(i.content), s->content) != 0)
		fail_msg("%s in steps of %zu: %s %s %s (%s)", s->path, step,
			bks_verdict_name(i.verdict), i.format, bks_content_name(i.content),
			i.finding_count ? i.findings[0].code : "no finding");
	assert_int_equal(i.bytes_read, s->n);
	bks_arena_free(a);
}

static void whole_in_every_step(const struct sample *s)
{
	static const size_t steps[] = {0, 1, 7, 511, 4096};

	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		is_as_expected(s, steps[i]);
}

TEST(a_file_is_what_it_is_however_its_bytes_arrive)
{
	NOSTATE;
	assert_in_range(samples(whole_in_every_step), 40, 10000);
}

static void cut_is_noticed(const struct sample *s, size_t n)
{
	bks_arena *a = bks_arena_new();
	bks_inspection i = look(s, s->bytes, n, 0, a);

	if (i.verdict == BKS_SOUND || i.levels[BKS_WHOLE] == BKS_RESULT_PASS)
		fail_msg("%s cut to %zu of %zu bytes is %s", s->path, n, s->n,
			bks_verdict_name(i.verdict));
	bks_arena_free(a);
}

static bool is_heavy(const struct sample *s)
{
	bks_arena *a = bks_arena_new();
	bool heavy = look(s, s->bytes, s->n, 0, a).unwrapped > HEAVY;

	bks_arena_free(a);
	return heavy;
}

/* Every place of the first and last hundred bytes (ten of a heavy one), and CUTS spread over the
 * rest, no two runs of the same step alike. */
static void no_cut_is_sound(const struct sample *s)
{
	bool heavy = is_heavy(s);
	size_t edge = heavy ? 10 : 100, last = s->n - s->spare,
	       step = last / (heavy ? HEAVY_CUTS : CUTS) + 1;

	if (strcmp(s->verdict, "sound") != 0)
		return;
	for (size_t n = 0; n < last; n += n < edge || n + edge >= last ? 1 : step)
		cut_is_noticed(s, n);
	cut_is_noticed(s, last - 1);
}

TEST(no_cut_of_a_sound_one_is_sound)
{
	NOSTATE;
	samples(no_cut_is_sound);
}

static void nothing_follows(const struct sample *s)
{
	static const char *const more[] = {
		"x", "\n\\! ls\n", "PGDMP", "\xff\xff\xff\xff\xff\xff\xff\xff"};

	if (strcmp(s->verdict, "sound") != 0)
		return;
	for (size_t k = 0; k < sizeof more / sizeof *more; k++) {
		size_t n = s->n + strlen(more[k]);
		uint8_t *bytes = malloc(n);
		bks_arena *a = bks_arena_new();
		bks_inspection i;

		memcpy(bytes, s->bytes, s->n);
		memcpy(bytes + s->n, more[k], strlen(more[k]));
		i = look(s, bytes, n, 0, a);
		if (i.verdict == BKS_SOUND)
			fail_msg("%s is sound with %zu bytes behind its end", s->path,
				strlen(more[k]));
		bks_arena_free(a);
		free(bytes);
	}
}

TEST(nothing_may_follow_the_end)
{
	NOSTATE;
	samples(nothing_follows);
}

static void twice_is_not_sound(const struct sample *s)
{
	uint8_t *bytes = malloc(2 * s->n);
	bks_arena *a = bks_arena_new();
	bks_inspection i;

	memcpy(bytes, s->bytes, s->n);
	memcpy(bytes + s->n, s->bytes, s->n);
	i = look(s, bytes, 2 * s->n, 0, a);
	if (i.verdict == BKS_SOUND)
		fail_msg("%s written twice is sound", s->path);
	bks_arena_free(a);
	free(bytes);
}

TEST(two_in_one_file_are_not_sound)
{
	NOSTATE;
	samples(twice_is_not_sound);
}

/* Gives `left` more bytes, then fails with `how`. */
struct breaking {
	stream s;
	stream *bytes;
	size_t left;
	int how;
};

static int break_next(stream *s, const uint8_t **p, size_t *n, bks_error *err)
{
	struct breaking *b = (struct breaking *)s;
	int r = b->left ? stream_next(b->bytes, p, n, err) : 0;

	if (r <= 0)
		return (fail)(err, b->how, "the disk gave up");
	if (*n > b->left)
		*n = b->left;
	b->left -= *n;
	return r;
}

static void break_close(stream *s)
{
	stream_close(((struct breaking *)s)->bytes);
	free(s);
}

static int look_breaking(bks_inspection *out, const struct sample *s, size_t at, int how,
	bool seal, bks_arena *a)
{
	static const struct stream_kind kind = {break_next, break_close};
	struct breaking *b = calloc(1, sizeof *b);
	struct verify_job job = {.name = s->name, .size = (int64_t)s->n, .seal_only = seal};
	bks_error err = {0};

	assert_non_null(b);
	*b = (struct breaking){{.kind = &kind}, stream_memory(s->bytes, s->n, 1000), at, how};
	job.in = &b->s;
	return format_verify(out, &job, a, &err);
}

/* Twenty places of each. What was wrong before them may still be told. */
static void a_break_is_no_damage(const struct sample *s)
{
	for (size_t i = 0; i <= 20; i++) {
		size_t at = s->n * i / 20;
		bks_arena *a = bks_arena_new();
		bks_inspection v;

		for (int seal = 0; seal < 2; seal++) {
			assert_int_equal(look_breaking(&v, s, at, BKS_E_IO, seal, a), 0);
			if (v.verdict != BKS_UNREADABLE &&
				(seal || !strcmp(s->verdict, "sound")))
				fail_msg("%s, whose disk fails at byte %zu, is %s", s->path, at,
					bks_verdict_name(v.verdict));
			assert_int_not_equal(v.verdict, BKS_SOUND);
			assert_false(v.digests.has_sha256 || v.digests.has_xxh3);
			assert_int_equal(v.levels[BKS_SEALED], BKS_RESULT_NOT_RUN);
			assert_int_equal(v.bytes_read, at);
		}
		bks_arena_free(a);
	}
}

TEST(a_disk_that_fails_makes_it_unreadable_and_is_no_damage)
{
	NOSTATE;
	samples(a_break_is_no_damage);
}

static void an_interruption_ends_it(const struct sample *s)
{
	for (size_t i = 0; i <= 20; i++) {
		bks_arena *a = bks_arena_new();
		bks_inspection v;

		for (int seal = 0; seal < 2; seal++)
			if (look_breaking(&v, s, s->n * i / 20, BKS_E_INTERRUPTED, seal, a) !=
				BKS_E_INTERRUPTED)
				fail_msg("%s goes on behind an interruption at byte %zu",
					s->path, s->n * i / 20);
		bks_arena_free(a);
	}
}

TEST(an_interruption_is_handed_on_from_everywhere)
{
	NOSTATE;
	samples(an_interruption_ends_it);
}

static void its_digest_is_held_against_the_known_one(const struct sample *s)
{
	bks_arena *a = bks_arena_new();
	bks_inspection first = look(s, s->bytes, s->n, 0, a);

	for (int i = 0; i < 6; i++) {
		struct verify_job job = {.in = stream_memory(s->bytes, s->n, 0),
			.name = s->name,
			.size = (int64_t)s->n,
			.expected = first.digests,
			.seal_only = i >= 3};
		bool told = false;
		bks_inspection v;
		bks_error err = {0};

		assert_true(first.digests.has_sha256 && first.digests.has_xxh3);
		if (i % 3 == 1)
			job.expected.sha256[31] ^= 1;
		if (i % 3 == 2) {
			job.expected.has_sha256 = false;
			job.expected.xxh3[0] ^= 0x80;
		}
		assert_int_equal(format_verify(&v, &job, a, &err), 0);
		assert_int_equal(
			v.levels[BKS_SEALED], i % 3 ? BKS_RESULT_FAIL : BKS_RESULT_PASS);
		assert_int_equal(v.verdict == BKS_DAMAGED,
			i % 3 || (!job.seal_only && !strcmp(s->verdict, "damaged")));
		for (size_t k = 0; k < v.finding_count; k++)
			told = told || !strcmp(v.findings[k].code, "digest-changed");
		assert_int_equal(told, i % 3 != 0);
	}
	bks_arena_free(a);
}

TEST(another_byte_than_was_sealed_is_damage)
{
	NOSTATE;
	samples(its_digest_is_held_against_the_known_one);
}

static int it_changed(void *arg, const char **how, bks_error *err)
{
	*how = "its size moved";
	return *(int *)arg < 0 ? (fail)(err, BKS_E_IO, "it is gone") : *(int *)arg;
}

static void a_change_leaves_no_digest(const struct sample *s)
{
	for (int answer = -1; answer <= 1; answer++) {
		bks_arena *a = bks_arena_new();
		struct verify_job job = {.in = stream_memory(s->bytes, s->n, 0),
			.name = s->name,
			.size = (int64_t)s->n,
			.changed = it_changed,
			.changed_arg = &answer};
		bks_inspection v;
		bks_error err = {0};
		bool told = false;

		assert_int_equal(format_verify(&v, &job, a, &err), 0);
		for (size_t i = 0; i < v.finding_count; i++)
			told = told ||
			       !strcmp(v.findings[i].code,
				       answer > 0 ? "changed-while-reading" : "read-error");
		assert_int_equal(told, answer != 0);
		assert_int_equal(v.digests.has_sha256, !answer);
		if (answer)
			assert_int_equal(v.verdict, BKS_UNREADABLE);
		bks_arena_free(a);
	}
}

TEST(what_changed_while_it_was_read_is_not_judged)
{
	NOSTATE;
	samples(a_change_leaves_no_digest);
}

MAIN(T(a_disk_that_fails_makes_it_unreadable_and_is_no_damage),
	T(an_interruption_is_handed_on_from_everywhere),
	T(another_byte_than_was_sealed_is_damage),
	T(what_changed_while_it_was_read_is_not_judged),
	T(a_file_is_what_it_is_however_its_bytes_arrive), T(no_cut_of_a_sound_one_is_sound),
	T(nothing_may_follow_the_end), T(two_in_one_file_are_not_sound))
