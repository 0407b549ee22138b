/*
 * base/stream.h - a pull stream of blocks: the handshake between stores, wrappings and formats
 *
 * Whoever reads asks for the next block; the block belongs to the stream and is valid until the next call on it. The first
 * failure sticks: every later call repeats it. BKS_E_CUT means that a layer below met damage, wrote the finding, and has no
 * more bytes to give: a reader stops quietly and adds no finding of its own about the end.
 */
#pragma once
#include "backstay/time.h"
#include "base/auto.h"
#include "base/error.h"

typedef struct stream stream;

struct stream_kind {
	/* 1: *p and *n (never 0) are the next block; 0: the end; negative: a failure, or BKS_E_CUT. */
	int (*next)(stream *s, const uint8_t **p, size_t *n, bks_error *err);
	void (*close)(stream *s); /* frees all, its outer stream too */
};

/* The first member of every stream. Zeroed but for KIND is right. */
struct stream {
	const struct stream_kind *kind;
	uint64_t given; /* bytes handed out so far */
	int state;      /* 0 flowing, -100 ended, else the sticky failure */
	bks_error first;
	uint8_t *head; /* what stream_peek looked at and nobody took yet */
	size_t head_n, head_at, head_room;
	int (*again)(stream *s); /* see stream_again; NULL: its bytes come once */
	int plain; /* 1 + the descriptor, where reading that to its end is all it does; 0: it does more */
};

enum { STREAM_BLOCK = 256 * 1024 };

/* 1: a block; 0: the end; negative: failed (sticky) or BKS_E_CUT. */
int stream_next(stream *s, const uint8_t **p, size_t *n, bks_error *err);

/* Looks ahead without taking: *p, *n are at least WANT bytes, or all there are. At most 1 MiB. 0 or negative; when the stream
 * fails later than its first bytes, those are still shown and 0 comes back. */
int stream_peek(stream *s, size_t want, const uint8_t **p, size_t *n, bks_error *err);

/* Reads to the end and forgets it; *n (may be NULL) is the count. 0 or negative. */
int stream_drain(stream *s, uint64_t *n, bks_error *err);

/* Back to the first byte, as if nothing had been read or failed. 0; 1: its bytes come once (a pipe), and it is where it was. */
int stream_again(stream *s);

void stream_close(stream *s); /* NULL is fine */

/* Hands OUTER's blocks on without owning it, so that the bytes below outlive the layers above them. */
stream *stream_borrow(stream *outer);

/* N bytes of the caller's, which must outlive it; handed out in pieces of at most STEP (0: all at once). */
stream *stream_memory(const void *bytes, size_t n, size_t step);

/* Reads FD from its present place with read(2) in blocks of STREAM_BLOCK; closes it at the end when OWNED. NAME is for
 * error texts and must outlive it. EINTR is retried; any other error is BKS_E_IO with name, byte and errno's words. */
stream *stream_fd(int fd, const char *name, bool owned);

/* N bytes of FD from byte FROM on, less where it ends, with pread(2): FD's place stays as it is, and several may read it at once.
 * It stays the caller's. */
stream *stream_fd_part(int fd, const char *name, uint64_t from, uint64_t n);

/* The descriptor of which S would hand out every byte, so that another process may read it in S's place; -1: there is none, or S has
 * begun. It stays S's. */
int stream_descriptor(const stream *s);

AUTO_FN(stream_auto, stream, stream_close);
