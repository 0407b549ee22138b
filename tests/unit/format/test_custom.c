/* The real archives of tests/corpus/pgdump-custom: whole, cut at every byte, with every bit
 * flipped. */
#include "archive.h"
#include <zlib.h>

static const struct {
	const char *name, *version, *producer, *database;
	enum bks_content content;
	bool unchecked, blobs;
} fixtures[] = {
	{"15-z0-copy.dump", "1.14", "pg_dump 15.20", "shop", BKS_CONTENT_FULL, true, true},
	{"15-z0-inserts.dump", "1.14", "pg_dump 15.20", "shop", BKS_CONTENT_FULL, true, true},
	{"15-z6-copy.dump", "1.14", "pg_dump 15.20", "shop", BKS_CONTENT_FULL, false, true},
	{"15-z6-inserts.dump", "1.14", "pg_dump 15.20", "shop", BKS_CONTENT_FULL, false, true},
	{"15-z6-rows3.dump", "1.14", "pg_dump 15.20", "shop", BKS_CONTENT_FULL, false, true},
	{"15-pipe.dump", "1.14", "pg_dump 15.20", "shop", BKS_CONTENT_FULL, false, true},
	{"15-data.dump", "1.14", "pg_dump 15.20", "shop", BKS_CONTENT_DATA, false, true},
	{"15-schema.dump", "1.14", "pg_dump 15.20", "shop", BKS_CONTENT_SCHEMA, false, false},
	{"15-void.dump", "1.14", "pg_dump 15.20", "void", BKS_CONTENT_EMPTY, false, false},
	{"16-z0-inserts.dump", "1.15", "pg_dump 16.4", "postgres", BKS_CONTENT_FULL, true,
		false},
	{"16-z6-inserts.dump", "1.15", "pg_dump 16.4", "postgres", BKS_CONTENT_FULL, false,
		false},
	{"17-none-copy.dump", "1.16", "pg_dump 17.5", "shop", BKS_CONTENT_FULL, true, true},
	{"17-gzip-copy.dump", "1.16", "pg_dump 17.5", "shop", BKS_CONTENT_FULL, false, true},
	{"17-lz4-copy.dump", "1.16", "pg_dump 17.5", "shop", BKS_CONTENT_FULL, true, true},
	{"17-zstd-copy.dump", "1.16", "pg_dump 17.5", "shop", BKS_CONTENT_FULL, true, true},
	{"18-none-inserts.dump", "1.16", "pg_dump 18.0", "shop", BKS_CONTENT_FULL, true, true},
	{"18-gzip-inserts.dump", "1.16", "pg_dump 18.0", "shop", BKS_CONTENT_FULL, false, true},
	{"18-lz4-inserts.dump", "1.16", "pg_dump 18.0", "shop", BKS_CONTENT_FULL, true, true},
	{"18-zstd-inserts.dump", "1.16", "pg_dump 18.0", "shop", BKS_CONTENT_FULL, true, true},
};
enum { FIXTURES = sizeof fixtures / sizeof *fixtures };

/* What shop.sql holds. */
static const struct {
	const char *schema, *name, *parent;
	int64_t rows;
} tables[] = {
	{"public", "users", NULL, 40},
	{"public", "nasty", NULL, 11},
	{"we\"ird.schema", "new\nline.and \" \xf0\x9f\x90\x98", NULL, 5},
	{"public", "empty", NULL, 0},
	{"public", "nocols", NULL, 3},
	{"public", "users_old", NULL, 0},
	{"public", "ev", NULL, -1},
	{"public", "ev_2025", "ev", 7},
	{"public", "ev.2026", "ev", 4},
};
enum { TABLES = sizeof tables / sizeof *tables };

static void check_tables(const struct look *l)
{
	bool ddl = l->v.content != BKS_CONTENT_DATA, data = l->v.content != BKS_CONTENT_SCHEMA;

	assert_int_equal(l->v.table_count, ddl ? TABLES : TABLES - 1);
	for (size_t i = 0; i < TABLES; i++) {
		const bks_table *t = table_in(l, tables[i].name);

		if (!ddl && tables[i].rows < 0)
			continue;
		assert_non_null(t);
		assert_string_equal(t->schema, tables[i].schema);
		assert_int_equal(t->ddl, ddl);
		assert_int_equal(t->data, data && tables[i].rows >= 0);
		assert_int_equal(t->rows, data ? tables[i].rows : -1);
		if (ddl && tables[i].parent) {
			assert_string_equal(t->parent_name, tables[i].parent);
			assert_string_equal(t->parent_schema, "public");
		} else {
			assert_null(t->parent_name);
		}
	}
}

TEST(every_real_archive_is_sound_with_its_facts_and_rows)
{
	NOSTATE;
	for (size_t i = 0; i < FIXTURES; i++) {
		struct bytes b = fixture(fixtures[i].name);
		struct look l;

		look_at(&l, b.p, b.n, 0);
		assert_int_equal(l.v.verdict, BKS_SOUND);
		assert_int_equal(l.v.levels[BKS_WHOLE], BKS_RESULT_PASS);
		assert_true(l.v.recognised);
	assert_int_equal(l.v.content, fixtures[i].content);
		assert_string_equal(l.v.format_version, fixtures[i].version);
		assert_string_equal(l.v.producer, fixtures[i].producer);
		assert_string_equal(l.v.server_version,
			fixtures[i].producer[8] == '1' && fixtures[i].producer[9] == '6'
				? "16.3"
				: "15.20");
		assert_string_equal(l.v.database, fixtures[i].database);
		assert_in_range(l.v.started.year, 2024, 2100);
		assert_in_range(l.v.started.month, 1, 12);
		assert_int_equal(found(&l, "no-checksum") != NULL, fixtures[i].unchecked);
		assert_int_equal(found(&l, "schema-only") != NULL,
			fixtures[i].content == BKS_CONTENT_SCHEMA);
		assert_int_equal(l.v.finding_count,
			fixtures[i].unchecked + (fixtures[i].content == BKS_CONTENT_SCHEMA));
		if (fixtures[i].content != BKS_CONTENT_EMPTY)
			check_tables(&l);
		look_away(&l);
		free(b.p);
	}
}

TEST(no_cut_of_any_archive_is_sound)
{
	NOSTATE;
	for (size_t i = 0; i < FIXTURES; i++) {
		struct bytes b = fixture(fixtures[i].name);
		/* every byte of two; of the rest every 17th and the last 40 */
		size_t step = i == 2 || i == 7 ? 1 : 17;

		for (size_t n = 0; n < b.n; n += b.n - n < 40 ? 1 : step) {
			struct look l;

			look_at(&l, b.p, n, 0);
			assert_int_equal(l.v.verdict, BKS_DAMAGED);
			assert_int_equal(l.v.levels[BKS_WHOLE], BKS_RESULT_FAIL);
			assert_true(found(&l, "truncated") || found(&l, "block-missing"));
			assert_int_equal(l.got, 0);
			look_away(&l);
		}
		free(b.p);
	}
}

static void same_look(const struct look *a, const struct look *b)
{
	assert_int_equal(a->v.verdict, b->v.verdict);
	assert_int_equal(a->v.content, b->v.content);
	assert_int_equal(a->v.table_count, b->v.table_count);
	for (size_t i = 0; i < a->v.table_count; i++) {
		assert_string_equal(a->v.tables[i].name, b->v.tables[i].name);
		assert_int_equal(a->v.tables[i].rows, b->v.tables[i].rows);
	}
	assert_int_equal(a->v.finding_count, b->v.finding_count);
	for (size_t i = 0; i < a->v.finding_count; i++) {
		assert_string_equal(a->v.findings[i].code, b->v.findings[i].code);
		assert_string_equal(a->v.findings[i].text, b->v.findings[i].text);
	}
}

TEST(it_does_not_matter_in_which_pieces_the_bytes_come)
{
	static const size_t steps[] = {1, 2, 7, 4096};

	NOSTATE;
	for (size_t i = 0; i < FIXTURES; i++) {
		struct bytes b = fixture(fixtures[i].name);

		for (size_t n = b.n; n > b.n / 2; n = n * 4 / 5)
			for (size_t k = 0; k < 4; k++) {
				struct look whole, pieces;

				look_at(&whole, b.p, n, 0);
				look_at(&pieces, b.p, n, steps[k]);
				same_look(&whole, &pieces);
				look_away(&whole);
				look_away(&pieces);
			}
		free(b.p);
	}
}

static bool get_int(int64_t *out, const uint8_t **p, const uint8_t *end)
{
	if (end - *p < 5)
		return false;
	*out = (int64_t)((*p)[1] | (uint32_t)(*p)[2] << 8 | (uint32_t)(*p)[3] << 16 |
			 (uint32_t)(*p)[4] << 24);
	if ((*p)[0])
		*out = -*out;
	*p += 5;
	return true;
}

/* One chain into OUT, unpacked by zlib itself: not the code that is tested. */
static bool get_chain(struct bytes *out, const uint8_t **p, const uint8_t *end)
{
	struct bytes packed = {0};
	uint8_t text[65536];
	uLongf room = sizeof text;
	int64_t n;
	bool good;

	while ((good = get_int(&n, p, end) && n >= 0 && n <= end - *p) && n) {
		put(&packed, *p, (size_t)n);
		*p += n;
	}
	good = good && packed.n && uncompress(text, &room, packed.p, packed.n) == Z_OK;
	if (good)
		put(out, text, room);
	free(packed.p);
	return good;
}

/* All blocks behind the table of contents. */
static bool get_data(struct bytes *out, const uint8_t *p, const uint8_t *end)
{
	while (p < end) {
		int64_t type = *p++, id, oid;

		if (!get_int(&id, &p, end))
			return false;
		put_int(out, id);
		if (type == 1 && !get_chain(out, &p, end))
			return false;
		while (type == 3) {
			if (!get_int(&oid, &p, end))
				return false;
			put_int(out, oid);
			if (!oid)
				break;
			if (!get_chain(out, &p, end))
				return false;
		}
		if (type != 1 && type != 3)
			return false;
	}
	return true;
}

struct flips {
	size_t tried, seen;
};

static struct flips flip_all(struct bytes *b, size_t from, size_t to, size_t step)
{
	struct flips f = {0};

	for (size_t bit = from * 8; bit < to * 8; bit += step) {
		struct look l;

		b->p[bit / 8] ^= (uint8_t)(1U << bit % 8);
		look_at(&l, b->p, b->n, 0);
		f.tried++;
		f.seen += l.v.verdict != BKS_SOUND;
		look_away(&l);
		b->p[bit / 8] ^= (uint8_t)(1U << bit % 8);
	}
	return f;
}

static void check_zlib_flips(const char *name)
{
	struct bytes b = fixture(name), right = {0};
	size_t from = contents_end(&b);
	size_t tried = 0, harmless = 0;

	assert_true(get_data(&right, b.p + from, b.p + b.n));
	for (size_t bit = from * 8; bit < b.n * 8; bit++, tried++) {
		struct bytes now = {0};
		struct look l;

		b.p[bit / 8] ^= (uint8_t)(1U << bit % 8);
		look_at(&l, b.p, b.n, 0);
		if (l.v.verdict == BKS_SOUND) {
			assert_true(get_data(&now, b.p + from, b.p + b.n));
			assert_int_equal(now.n, right.n);
			assert_memory_equal(now.p, right.p, right.n);
			harmless++;
		}
		look_away(&l);
		free(now.p);
		b.p[bit / 8] ^= (uint8_t)(1U << bit % 8);
	}
	print_message("%s: %zu bits of zlib data flipped, %zu noticed, %zu leave the data as "
		      "it was\n",
		name, tried, tried - harmless, harmless);
	assert_true(harmless < tried / 50);
	free(b.p);
	free(right.p);
}

TEST(a_flipped_bit_in_zlib_data_is_noticed_unless_it_changes_nothing)
{
	NOSTATE;
	check_zlib_flips("15-z6-copy.dump");
	check_zlib_flips("18-gzip-inserts.dump");
}

/* Not a promise but a count, for docs/formats/pgdump-custom.md: no checksum covers these bytes.
 */
TEST(what_cannot_be_seen_is_counted)
{
	static const char *const names[] = {"15-z6-copy.dump", "17-none-copy.dump",
		"17-lz4-copy.dump", "17-zstd-copy.dump"};

	NOSTATE;
	for (size_t i = 0; i < 4; i++) {
		struct bytes b = fixture(names[i]);
		size_t toc = contents_end(&b);
		struct flips head = flip_all(&b, 0, toc, 11), data = flip_all(&b, toc, b.n, 11);

		print_message(
			"%s: header and contents %zu of %zu flips noticed; data %zu of %zu\n",
			names[i], head.seen, head.tried, data.seen, data.tried);
		assert_true(head.seen > head.tried / 4);
		assert_true(data.seen > data.tried / 20);
		free(b.p);
	}
}

TEST(only_the_right_head_is_recognised)
{
	struct bytes b = fixture("15-z6-copy.dump");

	NOSTATE;
	assert_true(format_custom.probe(b.p, b.n) > 50);
	assert_true(format_custom.probe(b.p, 5) > 0);
	assert_int_equal(format_custom.probe(b.p, 4), 0);
	assert_int_equal(format_custom.probe(b.p, 0), 0);
	assert_int_equal(format_custom.probe(b.p + 1, b.n - 1), 0);
	assert_string_equal(format_guess(b.p, b.n)->name, "pgdump-custom");
	free(b.p);
}

MAIN(T(every_real_archive_is_sound_with_its_facts_and_rows), T(no_cut_of_any_archive_is_sound),
	T(it_does_not_matter_in_which_pieces_the_bytes_come),
	T(a_flipped_bit_in_zlib_data_is_noticed_unless_it_changes_nothing),
	T(what_cannot_be_seen_is_counted), T(only_the_right_head_is_recognised))
