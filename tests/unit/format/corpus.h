/* corpus.h - for the tests of base backups: bytes that grow, and the files of the corpus,
 * unpacked */
#pragma once
#include "format/format.h"
#include "unit.h"
#include <fcntl.h>

struct bytes {
	uint8_t *p;
	size_t n, room;
};

static inline void put(struct bytes *b, const void *p, size_t n)
{
	if (b->n + n + 1 > b->room) {
		b->room = 2 * (b->n + n) + 1;
		b->p = realloc(b->p, b->room);
		assert_non_null(b->p);
	}
	if (n)
		memcpy(b->p + b->n, p, n);
	b->n += n;
	b->p[b->n] = 0; /* for the tests that take it as text */
}

static inline void put_str(struct bytes *b, const char *s)
{
	put(b, s, strlen(s));
}

/* The file NAME of corpus/pg-basebackup, without its gzip. */
static inline struct bytes corpus(const char *name)
{
	bks_arena *a = bks_arena_new();
	bks_inspection out = {0};
	const struct format *inside;
	struct bytes b = {0};
	struct report r;
	char path[4096];
	const uint8_t *p;
	stream *s;
	size_t n;

	snprintf(path, sizeof path, "%s/pg-basebackup/%s", CORPUS, name);
	report_init(&r, &out, a);
	s = stream_fd(open(path, O_RDONLY | O_CLOEXEC), path, true);
	assert_int_equal(format_unwrap(&s, &inside, &r, NULL), 0);
	while (stream_next(s, &p, &n, NULL) > 0)
		put(&b, p, n);
	stream_close(s);
	assert_int_equal(r.findings.n, 0);
	assert_true(b.n > 0);
	bks_arena_free(a);
	return b;
}

/* A report of a test's own. */
struct sight {
	bks_arena *a;
	bks_inspection out;
	struct report r;
};

static inline void sight_init(struct sight *s)
{
	*s = (struct sight){.a = bks_arena_new()};
	report_init(&s->r, &s->out, s->a);
}

static inline void sight_clear(struct sight *s)
{
	bks_arena_free(s->a);
}

/* One finding, of that code. */
static inline void only(const struct sight *s, const char *code)
{
	for (size_t i = 0; i < s->r.findings.n; i++)
		if (s->r.findings.n > 1 || strcmp(s->r.findings.v[i].code, code) != 0)
			print_error(
				"%s: %s\n", s->r.findings.v[i].code, s->r.findings.v[i].text);
	assert_int_equal(s->r.findings.n, 1);
	assert_string_equal(s->r.findings.v[0].code, code);
}
