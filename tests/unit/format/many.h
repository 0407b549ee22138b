/* many.h - a folder in memory, for tests of what reads members: files are added in the order of their names, and each can be
 * made to misbehave */
#pragma once
#include "base/members.h"
#include "unit.h"

enum { MANY_MAX = 600 };

struct many_file {
	const void *bytes;
	size_t n;
	const char *changed; /* what `changed` says at its end; NULL: it did not */
	bool gone;           /* when it is opened */
	bool odd;            /* no regular file any more */
	int breaks;          /* the failure after the last byte; 0: none */
	int opened;
};

struct many {
	members m;
	struct member v[MANY_MAX];
	struct many_file f[MANY_MAX];
};

struct many_stream {
	stream s;
	stream *bytes;
	int breaks;
};

static inline int many_next(stream *s, const uint8_t **p, size_t *n, bks_error *err)
{
	struct many_stream *m = (struct many_stream *)s;
	int r = stream_next(m->bytes, p, n, err);

	return r || !m->breaks ? r : (fail)(err, m->breaks, "the disk gave up");
}

static inline void many_close(stream *s)
{
	stream_close(((struct many_stream *)s)->bytes);
	free(s);
}

static inline int many_open(stream **out, members *m, size_t i, bks_error *err)
{
	static const struct stream_kind kind = {many_next, many_close};
	struct many_file *f = &((struct many *)m)->f[i];
	struct many_stream *s;

	(void)err;
	f->opened++;
	if (f->gone || f->odd)
		return f->gone ? 1 : 2;
	s = calloc(1, sizeof *s);
	assert_non_null(s);
	*s = (struct many_stream){{.kind = &kind}, stream_memory(f->bytes, f->n, 1000), f->breaks};
	*out = &s->s;
	return 0;
}

static inline int many_changed(members *m, size_t i, stream *in, const char **how, bks_error *err)
{
	(void)in;
	(void)err;
	*how = ((struct many *)m)->f[i].changed;
	return *how != NULL;
}

static inline void many_begin(struct many *m)
{
	memset(m, 0, sizeof *m);
	m->m = (members){.v = m->v, .open = many_open, .changed = many_changed};
}

static inline struct many_file *many_add(struct many *m, const char *name, const void *bytes, size_t n)
{
	size_t i = m->m.n++;

	assert_true(i < MANY_MAX && (!i || strcmp(m->v[i - 1].name, name) < 0));
	m->v[i] = (struct member){.name = name, .size = (int64_t)n, .mtime = BKS_TIME_NONE};
	m->f[i] = (struct many_file){.bytes = bytes, .n = n};
	return &m->f[i];
}

static inline struct many_file *many_text(struct many *m, const char *name, const char *text)
{
	return many_add(m, name, text, strlen(text));
}
