/* Streams: the sticky first failure and the look-ahead stand here once, for every kind. */
#include "base/stream.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ENDED = -100, PEEK_MAX = 1024 * 1024 };

static int pull(stream *s, const uint8_t **p, size_t *n)
{
	int r;

	if (s->state < 0)
		return s->state == ENDED ? 0 : s->state;
	r = s->kind->next(s, p, n, &s->first);
	if (r == 0)
		s->state = ENDED;
	else if (r < 0)
		s->state = r;
	return r;
}

static int answer(const stream *s, int r, bks_error *err)
{
	if (r < 0 && err)
		*err = s->first;
	return r;
}

int stream_next(stream *s, const uint8_t **p, size_t *n, bks_error *err)
{
	int r;

	if (s->head_at < s->head_n) {
		*p = s->head + s->head_at;
		*n = s->head_n - s->head_at;
		s->head_at = s->head_n;
		s->given += *n;
		return 1;
	}
	r = pull(s, p, n);
	if (r > 0)
		s->given += *n;
	return answer(s, r, err);
}

static void head_add(stream *s, const uint8_t *p, size_t n)
{
	if (s->head_n + n > s->head_room) {
		s->head_room = s->head_n + n;
		s->head = realloc(s->head, s->head_room);
		if (!s->head)
			abort(); /* at most PEEK_MAX and one block */
	}
	memcpy(s->head + s->head_n, p, n);
	s->head_n += n;
}

int stream_peek(stream *s, size_t want, const uint8_t **p, size_t *n, bks_error *err)
{
	int r = 1;

	if (want > PEEK_MAX)
		want = PEEK_MAX;
	if (s->head_at == s->head_n)
		s->head_at = s->head_n = 0;
	while (s->head_n - s->head_at < want && r > 0) {
		const uint8_t *block;
		size_t got;

		r = pull(s, &block, &got);
		if (r > 0)
			head_add(s, block, got);
	}
	*p = s->head ? s->head + s->head_at : (const uint8_t *)"";
	*n = s->head_n - s->head_at;
	return r < 0 && *n == 0 ? answer(s, r, err) : 0;
}

int stream_drain(stream *s, uint64_t *n, bks_error *err)
{
	const uint8_t *p;
	uint64_t sum = 0;
	size_t got;
	int r;

	while ((r = stream_next(s, &p, &got, err)) > 0)
		sum += got;
	if (n)
		*n = sum;
	return r;
}

int stream_again(stream *s)
{
	if (!s->again || s->again(s))
		return 1;
	s->given = 0;
	s->state = 0;
	s->head_n = s->head_at = 0;
	return 0;
}

void stream_close(stream *s)
{
	if (!s)
		return;
	free(s->head);
	s->head = NULL;
	s->kind->close(s);
}

int stream_descriptor(const stream *s)
{
	return s->state || s->given || s->head_n ? -1 : s->plain - 1;
}

struct borrowed_stream {
	stream s;
	stream *outer;
};

static int borrowed_next(stream *s, const uint8_t **p, size_t *n, bks_error *err)
{
	return stream_next(((struct borrowed_stream *)s)->outer, p, n, err);
}

static void borrowed_close(stream *s)
{
	free(s);
}

stream *stream_borrow(stream *outer)
{
	static const struct stream_kind kind = {borrowed_next, borrowed_close};
	struct borrowed_stream *b = calloc(1, sizeof *b);

	if (!b)
		abort();
	*b = (struct borrowed_stream){{.kind = &kind}, outer};
	return &b->s;
}

struct memory_stream {
	stream s;
	const uint8_t *p;
	size_t n, left, step;
};

static int memory_next(stream *s, const uint8_t **p, size_t *n, bks_error *err)
{
	struct memory_stream *m = (struct memory_stream *)s;

	(void)err;
	if (!m->left)
		return 0;
	*p = m->p;
	*n = m->left < m->step ? m->left : m->step;
	m->p += *n;
	m->left -= *n;
	return 1;
}

static int memory_again(stream *s)
{
	struct memory_stream *m = (struct memory_stream *)s;

	m->p -= m->n - m->left;
	m->left = m->n;
	return 0;
}

static void memory_close(stream *s)
{
	free(s);
}

stream *stream_memory(const void *bytes, size_t n, size_t step)
{
	static const struct stream_kind kind = {memory_next, memory_close};
	struct memory_stream *m = calloc(1, sizeof *m);

	if (!m)
		abort();
	*m = (struct memory_stream){
		{.kind = &kind, .again = memory_again}, bytes, n, n, step ? step : SIZE_MAX};
	return &m->s;
}

struct fd_stream {
	stream s;
	const char *name;
	uint64_t at, left;
	int fd;
	bool owned;
	uint8_t block[STREAM_BLOCK];
};

static int fd_took(struct fd_stream *f, ssize_t got, const uint8_t **p, size_t *n, bks_error *err)
{
	if (got < 0)
		return fail(err, BKS_E_IO, "read %s at byte %llu: %s", f->name,
			(unsigned long long)f->at, strerror(errno));
	if (!got)
		return 0;
	f->at += (uint64_t)got;
	*p = f->block;
	*n = (size_t)got;
	return 1;
}

static int fd_next(stream *s, const uint8_t **p, size_t *n, bks_error *err)
{
	struct fd_stream *f = (struct fd_stream *)s;
	ssize_t got;

	do
		got = read(f->fd, f->block, sizeof f->block);
	while (got < 0 && errno == EINTR);
	return fd_took(f, got, p, n, err);
}

static int part_next(stream *s, const uint8_t **p, size_t *n, bks_error *err)
{
	struct fd_stream *f = (struct fd_stream *)s;
	size_t want = f->left < sizeof f->block ? (size_t)f->left : sizeof f->block;
	ssize_t got;

	do
		got = pread(f->fd, f->block, want, (off_t)f->at);
	while (got < 0 && errno == EINTR);
	if (got > 0)
		f->left -= (uint64_t)got;
	return fd_took(f, got, p, n, err);
}

static int fd_again(stream *s)
{
	struct fd_stream *f = (struct fd_stream *)s;

	if (lseek(f->fd, -(off_t)f->at, SEEK_CUR) < 0)
		return 1;
	f->at = 0;
	return 0;
}

static void fd_close(stream *s)
{
	struct fd_stream *f = (struct fd_stream *)s;

	if (f->owned)
		close(f->fd);
	free(f);
}

stream *stream_fd(int fd, const char *name, bool owned)
{
	static const struct stream_kind kind = {fd_next, fd_close};
	struct fd_stream *f = malloc(sizeof *f);

	if (!f)
		abort();
	memset(f, 0, offsetof(struct fd_stream, block));
	f->s.kind = &kind;
	f->s.again = fd_again;
	f->s.plain = fd + 1;
	f->name = name;
	f->fd = fd;
	f->owned = owned;
	posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	return &f->s;
}

stream *stream_fd_part(int fd, const char *name, uint64_t from, uint64_t n)
{
	static const struct stream_kind kind = {part_next, fd_close};
	struct fd_stream *f = malloc(sizeof *f);

	if (!f)
		abort();
	memset(f, 0, offsetof(struct fd_stream, block));
	f->s.kind = &kind;
	f->name = name;
	f->at = from;
	f->left = n;
	f->fd = fd;
	return &f->s;
}
