/* A whole look with the faster engines is, to the last word, the look without them: whatever is wrong with the bytes. */
#include "base/arena.h"
#include "format/inflate.h"
#include "format/verify.h"
#include "unit.h"
#include <zlib.h>

enum { ROOM = 64 * 1024 };

struct bytes {
	uint8_t p[ROOM];
	size_t n;
};

static void add(struct bytes *b, const void *p, size_t n)
{
	assert_true(b->n + n <= ROOM);
	memcpy(b->p + b->n, p, n);
	b->n += n;
}

static void add_packed(struct bytes *b, const char *text)
{
	z_stream z = {0};

	assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 31, 9, Z_DEFAULT_STRATEGY), Z_OK);
	z.next_in = (uint8_t *)(uintptr_t)text;
	z.avail_in = (uInt)strlen(text);
	z.next_out = b->p + b->n;
	z.avail_out = (uInt)(ROOM - b->n);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	b->n += z.total_out;
	deflateEnd(&z);
}

static const char first[] = "--\n-- PostgreSQL database dump\n--\n\nSET statement_timeout = 0;\nCREATE TABLE public.a (x int, y text);\n"
			    "COPY public.a (x, y) FROM stdin;\n",
		  rows[] = "1\tone\n2\ttwo\n3\tthree and three and three and three\n4\t\\N\n",
		  last[] = "\\.\n\n--\n-- PostgreSQL database dump complete\n--\n\n";

static struct bytes *dump_of(unsigned parts)
{
	struct bytes *b = calloc(1, sizeof *b);
	char text[8000];

	assert_non_null(b);
	snprintf(text, sizeof text, "%s%s%s%s", first, rows, rows, rows);
	add_packed(b, text);
	for (unsigned i = 1; i < parts; i++)
		add_packed(b, rows);
	add_packed(b, last);
	return b;
}

/* Without a way back to its first byte, as a pipe is. */
struct once {
	stream s;
	stream *outer;
};

static int once_next(stream *s, const uint8_t **p, size_t *n, bks_error *err)
{
	return stream_next(((struct once *)s)->outer, p, n, err);
}

static void once_close(stream *s)
{
	stream_close(((struct once *)s)->outer);
	free(s);
}

static stream *once(stream *outer)
{
	static const struct stream_kind kind = {once_next, once_close};
	struct once *o = calloc(1, sizeof *o);

	assert_non_null(o);
	o->s.kind = &kind;
	o->outer = outer;
	return &o->s;
}

struct how {
	bool careful, once, repeats;
	size_t step;
};

static int look(bks_inspection *out, const uint8_t *p, size_t n, struct how how, bks_arena *a)
{
	stream *in = stream_memory(p, n, how.step);
	struct verify_job job = {.name = "a.sql.gz", .size = (int64_t)n, .careful = how.careful, .repeats = how.repeats};

	job.in = how.once ? once(in) : in;
	return format_verify(out, &job, a, NULL);
}

static void same_text(const char *a, const char *b)
{
	assert_string_equal(a ? a : "-", b ? b : "-");
}

static void same(const bks_inspection *a, const bks_inspection *b)
{
	assert_int_equal(a->verdict, b->verdict);
	assert_int_equal(a->unwrapped, b->unwrapped);
	assert_int_equal(a->bytes_read, b->bytes_read);
	same_text(a->format, b->format);
	assert_memory_equal(a->levels, b->levels, sizeof a->levels);
	assert_memory_equal(&a->digests, &b->digests, sizeof a->digests);
	assert_int_equal(a->finding_count, b->finding_count);
	for (size_t i = 0; i < a->finding_count; i++) {
		same_text(a->findings[i].code, b->findings[i].code);
		same_text(a->findings[i].where, b->findings[i].where);
		same_text(a->findings[i].text, b->findings[i].text);
	}
	assert_int_equal(a->table_count, b->table_count);
	for (size_t i = 0; i < a->table_count; i++) {
		same_text(a->tables[i].name, b->tables[i].name);
		assert_int_equal(a->tables[i].rows, b->tables[i].rows);
	}
}

/* The verdict of both. */
static enum bks_verdict compare(const uint8_t *p, size_t n, struct how how)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	bks_inspection fast, careful;
	struct how slow = {.careful = true, .step = how.step};

	assert_int_equal(look(&careful, p, n, slow, a), 0);
	assert_int_equal(look(&fast, p, n, how, a), 0);
	same(&fast, &careful);
	return fast.verdict;
}

TEST(a_sound_dump_of_several_members_is_sound_with_all_its_rows)
{
	NOSTATE;
	for (unsigned parts = 1; parts < 5; parts++) {
		struct bytes *b = dump_of(parts);

		for (size_t step = 0; step < 70; step += 23) {
			assert_int_equal(compare(b->p, b->n, (struct how){.step = step}), BKS_SOUND);
			assert_int_equal(compare(b->p, b->n, (struct how){.once = true, .step = step}), BKS_SOUND);
		}
		free(b);
	}
}

TEST(whatever_is_spoilt_the_words_are_those_of_the_careful_look)
{
	struct bytes *b = dump_of(2);
	size_t damaged = 0;

	NOSTATE;
	for (size_t at = 0; at < b->n; at++) {
		b->p[at] ^= (uint8_t)(1 << at % 8);
		damaged += compare(b->p, b->n, (struct how){.once = at % 5 == 0, .step = at % 3 ? 0 : 40}) == BKS_DAMAGED;
		b->p[at] ^= (uint8_t)(1 << at % 8);
	}
	assert_true(damaged > b->n * 3 / 4); /* but for times and names in headers */
	for (size_t n = 1; n < b->n; n++)
		assert_int_not_equal(compare(b->p, n, (struct how){.step = n % 7 * 11}), BKS_SOUND);
	free(b);
}

TEST(bytes_and_zeros_behind_the_last_member_are_told_the_same)
{
	struct bytes *b = dump_of(2);

	NOSTATE;
	add(b, "\0\0\0\0\0", 5);
	assert_int_equal(compare(b->p, b->n, (struct how){0}), BKS_SOUND);
	add(b, "more", 4);
	assert_int_equal(compare(b->p, b->n, (struct how){0}), BKS_DAMAGED);
	free(b);
}

/* Whoever can give the bytes of a pipe a second time is told to; nobody else hears of it. */
TEST(damage_in_what_comes_once_asks_for_a_second_look)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	struct bytes *b = dump_of(1);
	bks_inspection out;
	struct how again = {.once = true, .repeats = true};

	NOSTATE;
	assert_int_equal(look(&out, b->p, b->n, again, a), 0);
	assert_int_equal(out.verdict, BKS_SOUND);
	b->p[b->n - 6] ^= 1;
	assert_int_equal(look(&out, b->p, b->n, again, a), inflate_has_fast());
	again.careful = true;
	assert_int_equal(look(&out, b->p, b->n, again, a), 0);
	assert_int_equal(out.verdict, BKS_DAMAGED);
	assert_string_equal(out.findings[0].code, "checksum-mismatch");
	free(b);
}

MAIN(T(a_sound_dump_of_several_members_is_sound_with_all_its_rows), T(whatever_is_spoilt_the_words_are_those_of_the_careful_look),
	T(bytes_and_zeros_behind_the_last_member_are_told_the_same), T(damage_in_what_comes_once_asks_for_a_second_look))
