/* libarchive fed from a stream. Blocks are handed to it in slices, so that whoever looks at the
 * same bytes beside it is never far ahead. */
#include "format/archive.h"
#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { ZEROS = 16 * 1024 };
static const uint64_t holes_max = 256ULL << 30;

/* Slices begin at multiples of their size whatever pieces the stream comes in: what libarchive
 * makes of the bytes must not hang on that. 1: some; 0: the end; negative. */
static int fill(struct archived *a)
{
	int r = 1;

	while (a->slice_n < ARCHIVE_SLICE) {
		size_t k = ARCHIVE_SLICE - a->slice_n;

		if (!a->n && (r = stream_next(a->in, &a->p, &a->n, a->err)) <= 0) {
			a->n = 0;
			break;
		}
		k = a->n < k ? a->n : k;
		memcpy(a->slice + a->slice_n, a->p, k);
		a->slice_n += k;
		a->p += k;
		a->n -= k;
	}
	a->failed = r < 0 ? r : 0;
	return a->slice_n ? 1 : r;
}

static la_ssize_t give(struct archive *la, void *arg, const void **p)
{
	struct archived *a = arg;
	size_t n;
	int r;

	a->slice_n = 0;
	r = a->stop || a->failed ? -1 : fill(a);
	n = a->slice_n;
	if (r < 0)
		archive_set_error(la, -1, "reading was stopped");
	if (r <= 0)
		return r < 0 ? -1 : 0;
	a->feed(a->feed_arg, a->slice, n);
	*p = a->slice;
	return (la_ssize_t)n;
}

static int tell_why(struct archived *a)
{
	const char *why = archive_error_string(a->la);

	snprintf(a->why, sizeof a->why, "%s", why ? why : "no reason is given");
	return a->failed;
}

/* The next block of data: `held`, behind a hole that ends at `hole_end`. 1; 0 at the end;
 * negative. */
static int take_block(struct archived *a)
{
	const void *p = NULL;
	size_t n = 0;
	la_int64_t at = 0;
	int r;

	do
		r = archive_read_data_block(a->la, &p, &n, &at);
	while ((r == ARCHIVE_OK || r == ARCHIVE_WARN) && !n);
	if (r == ARCHIVE_OK || r == ARCHIVE_WARN) {
		a->held = p;
		a->held_n = n;
		a->hole_end = a->kind == ARCHIVE_ZIP ? a->got : (uint64_t)at;
		if (a->hole_end >= a->got)
			return 1;
		snprintf(a->why, sizeof a->why, "regions of a sparse file that go backwards");
	} else if (r == ARCHIVE_EOF) {
		bool tail =
			a->kind == ARCHIVE_TAR && a->size >= 0 && a->got < (uint64_t)a->size;

		a->ended = !tail;
		a->hole_end = tail ? (uint64_t)a->size : a->got;
		a->held_n = 0;
		return tail;
	} else if (tell_why(a)) {
		return a->failed;
	}
	a->broken |= r == ARCHIVE_FATAL;
	a->refused = true;
	return BKS_E_CUT;
}

static void took(struct archived *a)
{
	if (a->kind == ARCHIVE_ZIP)
		a->crc = (uint32_t)crc32_z(a->crc, a->held, a->held_n);
	a->got += a->held_n;
	a->held_n = 0;
}

static int data_next(stream *s, const uint8_t **p, size_t *n, bks_error *err)
{
	static const uint8_t zeros[ZEROS];
	struct archived *a = (struct archived *)((char *)s - offsetof(struct archived, data));

	while (!a->held_n && a->got >= a->hole_end) {
		int r = a->ended ? 0 : a->refused ? BKS_E_CUT : take_block(a);

		if (r < 0 && r == a->failed && err && err != a->err)
			*err = *a->err;
		if (r <= 0)
			return r;
	}
	if (a->got >= a->hole_end) {
		*p = a->held;
		*n = a->held_n;
		took(a);
		return 1;
	}
	*p = zeros;
	*n = a->hole_end - a->got < ZEROS ? (size_t)(a->hole_end - a->got) : ZEROS;
	a->got += *n;
	a->holes += *n;
	return a->holes <= holes_max
		       ? 1
		       : fail(err, BKS_E_LIMIT, "sparse files with more than %llu GiB of holes",
				 (unsigned long long)(holes_max >> 30));
}

static void data_close(stream *s)
{
	(void)s;
}

int archive_drain(struct archived *a)
{
	int r = 1;

	while (r > 0 && !a->ended && !a->refused) {
		a->got = a->got < a->hole_end ? a->hole_end : a->got;
		took(a);
		r = take_block(a);
	}
	return r < 0 && r != BKS_E_CUT ? r : a->failed;
}

static void begin_member(struct archived *a)
{
	static const struct stream_kind kind = {data_next, data_close};
	struct archive_entry *e = a->entry;

	a->size = archive_entry_size_is_set(e) ? archive_entry_size(e) : -1;
	a->data = (stream){.kind = &kind};
	a->got = a->hole_end = 0;
	a->crc = 0;
	a->held_n = 0;
	a->ended = a->refused = false;
}

int archive_member(struct archived *a)
{
	struct archive_entry *e = NULL;
	int r = a->broken ? ARCHIVE_FATAL : archive_read_next_header(a->la, &e);

	if (a->failed)
		return a->failed;
	if (r == ARCHIVE_EOF)
		return ARCHIVE_END;
	if (r == ARCHIVE_OK || r == ARCHIVE_WARN) {
		a->entry = e;
		begin_member(a);
		return ARCHIVE_MEMBER;
	}
	if (!a->broken)
		tell_why(a);
	a->broken = true;
	return ARCHIVE_BROKEN;
}

int archive_begin(struct archived *a, enum archive_kind kind, stream *in, archive_feed *feed,
	void *feed_arg, bks_error *err)
{
	struct archive *la = archive_read_new();

	*a = (struct archived){.la = la,
		.kind = kind,
		.in = in,
		.feed = feed,
		.feed_arg = feed_arg,
		.err = err};
	a->slice = malloc(ARCHIVE_SLICE);
	if (!la || !a->slice)
		return fail(err, BKS_E_LIMIT, "no memory for libarchive");
	if ((kind == ARCHIVE_TAR
			    ? archive_read_support_format_tar(la)
			    : archive_read_support_format_zip_streamable(la)) < ARCHIVE_WARN ||
		archive_read_set_read_callback(la, give) != ARCHIVE_OK ||
		archive_read_set_callback_data(la, a) != ARCHIVE_OK)
		return fail(err, BKS_E_LIMIT, "libarchive: %s", archive_error_string(la));
	if (archive_read_open1(la) != ARCHIVE_OK && !tell_why(a))
		a->broken = true;
	return a->failed;
}

int archive_rest(struct archived *a)
{
	int r = a->failed;

	if (a->n && !r)
		a->feed(a->feed_arg, a->p, a->n);
	a->n = 0;
	while (!r && (r = stream_next(a->in, &a->p, &a->n, a->err)) > 0) {
		a->feed(a->feed_arg, a->p, a->n);
		a->n = 0;
		r = 0;
	}
	return r;
}

void archive_end(struct archived *a)
{
	if (a->la)
		archive_read_free(a->la);
	free(a->slice);
	a->la = NULL;
	a->slice = NULL;
}
