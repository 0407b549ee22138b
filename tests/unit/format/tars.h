/* tars.h - for the tests of tars: headers and members written by hand */
#pragma once
#define LOOK_FORMAT format_tar
#ifndef LOOK_CORPUS
#define LOOK_CORPUS "tar"
#endif
#include "boxed.h"

enum { BLOCK = 512, SIZE_AT = 124, SUM_AT = 148, MAGIC_AT = 257 };

static inline void seal(struct bytes *b, size_t at)
{
	unsigned sum = 0;
	char text[9];

	memset(b->p + at + SUM_AT, ' ', 8);
	for (size_t i = 0; i < BLOCK; i++)
		sum += b->p[at + i];
	snprintf(text, sizeof text, "%06o", sum);
	memcpy(b->p + at + SUM_AT, text, 7);
}

static inline size_t head(
	struct bytes *b, const char *name, char type, const char *link, size_t size)
{
	uint8_t h[BLOCK] = {0};
	size_t at = b->n;

	memcpy(h, name, strlen(name));
	memcpy(h + 100, "0000600", 7);
	memcpy(h + 108, "0000000", 7);
	memcpy(h + 116, "0000000", 7);
	snprintf((char *)h + SIZE_AT, 12, "%011zo", size);
	memcpy(h + 136, "15300457513", 11);
	h[156] = (uint8_t)type;
	memcpy(h + 157, link, strlen(link));
	memcpy(h + MAGIC_AT, "ustar\00000", 8);
	put(b, h, sizeof h);
	seal(b, at);
	return at;
}

static inline void body(struct bytes *b, const void *p, size_t n)
{
	put(b, p, n);
	while (b->n % BLOCK)
		put_byte(b, 0);
}

static inline void file(struct bytes *b, const char *name, const char *text)
{
	head(b, name, '0', "", strlen(text));
	body(b, text, strlen(text));
}

static inline void end(struct bytes *b)
{
	static const uint8_t zeros[2 * BLOCK];

	put(b, zeros, sizeof zeros);
}
