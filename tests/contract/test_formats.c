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

MAIN(T(a_file_is_what_it_is_however_its_bytes_arrive), T(no_cut_of_a_sound_one_is_sound),
	T(nothing_may_follow_the_end), T(two_in_one_file_are_not_sound))
