/* The real folders of tests/corpus/pgdump-directory: whole, and with members lost, doubled,
 * renamed, cut, swapped and flipped. */
#include "dumped.h"

static const struct {
	const char *name, *version, *producer;
	enum bks_content content;
	enum bks_verdict verdict;
	bool data, note;
} fixtures[] = {
	{"15-copy", "1.14", "pg_dump 15.20", BKS_CONTENT_FULL, BKS_SOUND, true, false},
	{"15-inserts", "1.14", "pg_dump 15.20", BKS_CONTENT_FULL, BKS_SOUND, true, false},
	{"15-z0", "1.14", "pg_dump 15.20", BKS_CONTENT_FULL, BKS_SOUND, true, true},
	{"15-z0-objects", "1.14", "pg_dump 15.20", BKS_CONTENT_FULL, BKS_UNPROVEN, true, true},
	{"15-schema", "1.14", "pg_dump 15.20", BKS_CONTENT_SCHEMA, BKS_SOUND, false, false},
	{"15-void", "1.14", "pg_dump 15.20", BKS_CONTENT_EMPTY, BKS_SOUND, false, false},
	{"17-lz4", "1.16", "pg_dump 17.5", BKS_CONTENT_FULL, BKS_UNPROVEN, true,
		true}, /* an object without bytes is a file without bytes */
	{"17-zstd-data", "1.16", "pg_dump 17.5", BKS_CONTENT_DATA, BKS_SOUND, true, true},
	{"18-none-inserts", "1.16", "pg_dump 18.0", BKS_CONTENT_FULL, BKS_SOUND, true, true},
};
enum { FIXTURES = sizeof fixtures / sizeof *fixtures };

static const struct {
	const char *name;
	int64_t rows;
} tables[] = {{"users", 40}, {"nasty", 11}, {"new\nline.and \" \xf0\x9f\x90\x98", 5},
	{"empty", 0}, {"nocols", 3}, {"users_old", 0}, {"ev_2025", 7}, {"ev.2026", 4}};

static const bks_table *table_in(const struct seen *s, const char *name)
{
	for (size_t i = 0; i < s->v.table_count; i++)
		if (!strcmp(s->v.tables[i].name, name))
			return &s->v.tables[i];
	return NULL;
}

static void real_folder(size_t i, int jobs)
{
	struct dumped *d = dumped_new(fixtures[i].name);
	struct seen s;
	int64_t size = 0;

	for (size_t k = 0; k < d->many.m.n; k++)
		size += d->many.v[k].size;
	see(&s, d, jobs);
	assert_string_equal(s.v.format, "pgdump-directory");
	assert_int_equal(s.v.verdict, fixtures[i].verdict);
	assert_int_equal(s.v.levels[BKS_WHOLE],
		fixtures[i].verdict == BKS_SOUND ? BKS_RESULT_PASS : BKS_RESULT_UNPROVABLE);
	assert_int_equal(s.v.content, fixtures[i].content);
	assert_string_equal(s.v.format_version, fixtures[i].version);
	assert_string_equal(s.v.producer, fixtures[i].producer);
	assert_string_equal(s.v.server_version, "15.20");
	assert_string_equal(
		s.v.database, fixtures[i].content == BKS_CONTENT_EMPTY ? "void" : "shop");
	assert_true(s.v.recognised);
	assert_int_equal(s.v.size, size);
	assert_int_equal(s.v.bytes_read, size);
	assert_true(s.v.unwrapped >= size || strstr(fixtures[i].name, "void"));
	assert_int_equal(s.v.wrappings, 0);
	assert_int_equal(saw(&s, "no-checksum") != NULL, fixtures[i].note);
	assert_int_equal(
		saw(&s, "end-unprovable") != NULL, fixtures[i].verdict == BKS_UNPROVEN);
	assert_int_equal(
		s.v.finding_count, fixtures[i].note + (fixtures[i].verdict == BKS_UNPROVEN) +
					   (fixtures[i].content == BKS_CONTENT_SCHEMA));
	for (size_t k = 0;
		fixtures[i].content != BKS_CONTENT_EMPTY && k < sizeof tables / sizeof *tables;
		k++) {
		const bks_table *t = table_in(&s, tables[k].name);

		assert_non_null(t);
		assert_int_equal(t->rows, fixtures[i].data ? tables[k].rows : -1);
		assert_int_equal(t->data, fixtures[i].data);
	}
	for (size_t k = 0; k < d->many.m.n; k++)
		assert_int_equal(d->many.f[k].opened, 1);
	see_away(&s);
	dumped_free(d);
}

TEST(every_real_folder_is_told_with_its_facts_and_rows_on_any_number_of_threads)
{
	NOSTATE;
	for (size_t i = 0; i < FIXTURES; i++) {
		real_folder(i, 1);
		real_folder(i, 4);
	}
}

TEST(each_lost_member_is_missed_by_its_name)
{
	NOSTATE;
	for (size_t i = 0; i < FIXTURES; i++) {
		struct dumped *all = dumped_new(fixtures[i].name);

		for (size_t k = 0; k < all->many.m.n; k++) {
			struct dumped *d = dumped_new(fixtures[i].name);
			char stem[64];
			struct seen s;

			snprintf(stem, sizeof stem, "%s", all->many.v[k].name);
			if (strstr(stem, ".dat."))
				*(strstr(stem, ".dat.") + 4) = '\0';
			dumped_lose(d, k);
			see(&s, d, 2);
			if (!strcmp(stem, "toc.dat") && strcmp(s.v.format, "raw") == 0) {
				assert_non_null(saw(&s, "not-a-backup")); /* nothing else has a
									     name of its own */
				assert_int_equal(s.v.verdict, BKS_UNPROVEN);
			} else {
				const bks_finding *f = saw(&s, "member-missing");

				assert_non_null(f);
				assert_string_equal(f->where, stem);
				/* of a list that is lost, the objects are in none */
				assert_int_equal(s.v.verdict, strncmp(stem, "blobs", 5)
								      ? BKS_INCOMPLETE
								      : BKS_DAMAGED);
				assert_int_equal(s.v.levels[BKS_WHOLE], BKS_RESULT_FAIL);
			}
			see_away(&s);
			dumped_free(d);
		}
		dumped_free(all);
	}
}

TEST(an_extracted_tar_brings_its_script)
{
	struct dumped *d = dumped_new("15-z0");
	struct seen s;

	NOSTATE;
	dumped_copy(d, dumped_at(d, "toc.dat"), "restore.sql");
	see(&s, d, 2);
	assert_int_equal(s.v.verdict, BKS_SOUND);
	see_away(&s);
	dumped_free(d);
}

TEST(the_contents_of_another_kind_of_dump_are_malformed)
{
	struct dumped *d = dumped_new("15-copy");
	ptrdiff_t toc = members_find(&d->many.m, "toc.dat");
	uint8_t *p = (uint8_t *)(uintptr_t)d->many.f[toc].bytes;
	struct seen s;

	NOSTATE;
	assert_memory_equal(p, "PGDMP", 5);
	assert_int_equal(p[10], 3); /* pg_dump writes that of a tar here */
	p[10] = 1;
	see(&s, d, 1);
	assert_int_equal(s.v.verdict, BKS_DAMAGED);
	assert_non_null(saw(&s, "malformed"));
	assert_non_null(strstr(saw(&s, "malformed")->text, "custom"));
	see_away(&s);
	dumped_free(d);
}

TEST(a_member_more_is_unexpected)
{
	static const char *const odd[] = {"3379.dat", "9999.dat.gz", "blob_7.dat.gz",
		"restore.sql", "SHA256SUMS", "sub/3378.dat.gz", "toc.dat.gz", "3378.dat",
		"3378.dat.zst", "03378.dat.gz", "blobs_1.toc", "3378.dat.gz.gz"};

	NOSTATE;
	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
		struct dumped *d = dumped_new("15-copy");
		const bks_finding *f;
		struct seen s;

		dumped_copy(d, dumped_at(d, "3378.dat.gz"), odd[i]);
		see(&s, d, 2);
		f = saw(&s, "member-unexpected");
		assert_non_null(f);
		assert_true(!strcmp(f->where, odd[i]) || !strcmp(f->where, "3378.dat.gz"));
		assert_int_equal(s.v.verdict, BKS_DAMAGED);
		see_away(&s);
		dumped_free(d);
	}
}

TEST(each_renamed_member_is_noticed)
{
	NOSTATE;
	for (size_t i = 0; i < FIXTURES; i++) {
		struct dumped *all = dumped_new(fixtures[i].name);

		for (size_t k = 0; k < all->many.m.n; k++) {
			struct dumped *d = dumped_new(fixtures[i].name);

			dumped_copy(d, k, "4001.dat");
			dumped_lose(d, dumped_at(d, all->many.v[k].name));
			assert_int_not_equal(verdict_of(d), BKS_SOUND);
			dumped_free(d);
		}
		dumped_free(all);
	}
}

/* Bare, or one of which lz4 writes no byte. */
static bool is_open_object(const char *name)
{
	return !strncmp(name, "blob_", 5) && !strstr(name, ".gz") && !strstr(name, ".zst");
}

TEST(no_cut_of_any_member_is_sound)
{
	NOSTATE;
	for (size_t i = 0; i < FIXTURES; i++) {
		struct dumped *d = dumped_new(fixtures[i].name);

		for (size_t k = 0; k < d->many.m.n; k++) {
			size_t whole = d->many.f[k].n;

			for (size_t n = 0; n < whole; n++) {
				enum bks_verdict v;

				if (i != 0 && n > 40 && n + 40 < whole && n % 7)
					continue;
				d->many.f[k].n = n;
				v = verdict_of(d);
				assert_true(v == BKS_DAMAGED || v == BKS_INCOMPLETE ||
					    (v == BKS_UNPROVEN &&
						    is_open_object(d->many.v[k].name)));
			}
			d->many.f[k].n = whole;
		}
		dumped_free(d);
	}
}

TEST(each_page_of_zeros_is_noticed_but_in_bare_large_objects)
{
	NOSTATE;
	for (size_t i = 0; i < FIXTURES; i++) {
		struct dumped *d = dumped_new(fixtures[i].name);

		for (size_t k = 0; k < d->many.m.n; k++)
			for (size_t at = 0; at < d->many.f[k].n; at += 64) {
				size_t n = d->many.f[k].n - at < 64 ? d->many.f[k].n - at : 64,
				       zeros = 0;
				uint8_t was[64],
					*p = (uint8_t *)(uintptr_t)d->many.f[k].bytes + at;

				memcpy(was, p, n);
				while (zeros < n && !was[zeros])
					zeros++;
				memset(p, 0, n);
				if (zeros < n)
					assert_true(verdict_of(d) != BKS_SOUND);
				memcpy(p, was, n);
			}
		dumped_free(d);
	}
}

/* What is printed stands in docs/formats/pgdump-directory.md. */
TEST(of_flipped_bits_in_packed_members_all_that_change_the_data_are_noticed)
{
	static const char *const of[] = {"15-copy", "15-z0", "17-lz4", "17-zstd-data"};

	NOSTATE;
	for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
		struct dumped *d = dumped_new(of[i]);
		enum bks_verdict sound = verdict_of(d);
		size_t seen[2] = {0}, all[2] = {0};

		for (size_t k = 0; k < d->many.m.n; k++) {
			bool toc = !strcmp(d->many.v[k].name, "toc.dat");

			for (size_t bit = 0; bit < 8 * d->many.f[k].n; bit += 11) {
				uint8_t *p = (uint8_t *)(uintptr_t)d->many.f[k].bytes + bit / 8;

				*p ^= (uint8_t)(1U << bit % 8);
				seen[toc] += verdict_of(d) != sound;
				all[toc]++;
				*p ^= (uint8_t)(1U << bit % 8);
			}
		}
		print_message("%s: data %zu of %zu, toc.dat %zu of %zu\n", of[i], seen[0],
			all[0], seen[1], all[1]);
		assert_true(seen[0] > all[0] / 10 && seen[1] > all[1] / 3);
		assert_true(i || seen[0] > all[0] * 8 / 10);
		dumped_free(d);
	}
}

static void swap(struct dumped *d, const char *a, const char *b)
{
	size_t i = dumped_at(d, a), k = dumped_at(d, b);
	struct many_file f = d->many.f[i];

	d->many.f[i] = d->many.f[k];
	d->many.f[k] = f;
}

static const char *code_of_swap(const char *fixture, const char *a, const char *b)
{
	struct dumped *d = dumped_new(fixture);
	static char code[64];
	struct seen s;

	swap(d, a, b);
	see(&s, d, 2);
	snprintf(code, sizeof code, "%s",
		s.v.verdict == BKS_SOUND ? "sound" : s.v.findings[0].code);
	see_away(&s);
	dumped_free(d);
	return code;
}

TEST(members_that_changed_places_are_noticed_by_their_columns_or_their_inserts)
{
	NOSTATE;
	assert_string_equal(code_of_swap("15-copy", "3378.dat.gz", "3380.dat.gz"),
		"malformed"); /* 3 and 2 columns */
	assert_string_equal(
		code_of_swap("15-inserts", "3378.dat.gz", "3380.dat.gz"), "malformed");
	assert_string_equal(code_of_swap("15-inserts", "3385.dat.gz", "3386.dat.gz"),
		"malformed"); /* both 2 */
	assert_string_equal(code_of_swap("15-copy", "toc.dat", "3380.dat.gz"), "malformed");
	assert_string_equal(code_of_swap("15-copy", "blobs.toc", "3380.dat.gz"), "malformed");
	/* two tables with as many columns: only a digest knows */
	assert_string_equal(code_of_swap("15-copy", "3385.dat.gz", "3386.dat.gz"), "sound");
}

TEST(a_member_that_is_no_file_is_unsafe_and_not_missing_as_well)
{
	struct dumped *d = dumped_new("15-copy");
	struct seen s;

	NOSTATE;
	d->many.v[dumped_at(d, "3380.dat.gz")].kind = MEMBER_LINK;
	see(&s, d, 2);
	assert_int_equal(s.v.finding_count, 1);
	assert_string_equal(s.v.findings[0].code, "member-unsafe");
	assert_string_equal(s.v.findings[0].where, "3380.dat.gz");
	assert_int_equal(s.v.verdict, BKS_DAMAGED);
	see_away(&s);
	dumped_free(d);
}

TEST(what_is_called_packed_and_is_not_is_told)
{
	struct dumped *d = dumped_new("15-z0");
	struct seen s;
	size_t i = dumped_at(d, "3378.dat");

	NOSTATE;
	dumped_copy(d, i, "3378.dat.gz");
	dumped_lose(d, i);
	see(&s, d, 1);
	assert_string_equal(s.v.findings[0].code, "malformed");
	assert_string_equal(s.v.findings[0].where, "3378.dat.gz byte 0");
	see_away(&s);
	dumped_free(d);
}

TEST(bytes_behind_the_end_of_a_member_are_told)
{
	static const char *const of[] = {
		"toc.dat", "3378.dat.gz", "blobs.toc", "blob_20001.dat.gz"};

	NOSTATE;
	for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
		struct dumped *d = dumped_new("15-copy");
		size_t k = dumped_at(d, of[i]);
		const bks_finding *f;
		struct seen s;

		((uint8_t *)(uintptr_t)d->many.f[k].bytes)[d->many.f[k].n++] = 'x';
		see(&s, d, 1);
		f = &s.v.findings[0];
		assert_string_equal(f->code, i == 2 ? "malformed" : "trailing-data");
		assert_int_equal(
			strncmp(f->where ? f->where : "", i == 2 ? "byte" : of[i], 4), 0);
		assert_int_equal(s.v.verdict, BKS_DAMAGED);
		see_away(&s);
		dumped_free(d);
	}
}

TEST(required_tables_are_held_against_a_folder_as_against_a_file)
{
	struct dumped *d = dumped_new("15-copy");
	bks_requirement q = {"public", "users", 41, 0};
	struct verify_job job = {.members = &d->many.m,
		.name = "x",
		.size = -1,
		.require = &q,
		.require_count = 1};
	struct seen s = {.a = bks_arena_new()};

	NOSTATE;
	assert_int_equal(format_verify(&s.v, &job, s.a, NULL), 0);
	assert_non_null(saw(&s, "rows-below-floor"));
	assert_int_equal(s.v.verdict, BKS_INCOMPLETE);
	q.min_rows = 40;
	assert_int_equal(format_verify(&s.v, &job, s.a, NULL), 0);
	assert_int_equal(s.v.levels[BKS_COVERED], BKS_RESULT_PASS);
	see_away(&s);
	dumped_free(d);
}

MAIN(T(the_contents_of_another_kind_of_dump_are_malformed),
	T(every_real_folder_is_told_with_its_facts_and_rows_on_any_number_of_threads),
	T(each_lost_member_is_missed_by_its_name), T(a_member_more_is_unexpected),
	T(an_extracted_tar_brings_its_script), T(each_renamed_member_is_noticed),
	T(no_cut_of_any_member_is_sound),
	T(each_page_of_zeros_is_noticed_but_in_bare_large_objects),
	T(of_flipped_bits_in_packed_members_all_that_change_the_data_are_noticed),
	T(members_that_changed_places_are_noticed_by_their_columns_or_their_inserts),
	T(a_member_that_is_no_file_is_unsafe_and_not_missing_as_well),
	T(what_is_called_packed_and_is_not_is_told),
	T(bytes_behind_the_end_of_a_member_are_told),
	T(required_tables_are_held_against_a_folder_as_against_a_file))
