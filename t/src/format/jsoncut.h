/*
 * format/jsoncut.h - a JSON document of one object with long lists of small objects, cut into
 * pieces while it streams by, so that no more than one of them is in memory
 *
 * It follows strings, brackets and commas of the lists; whether a piece is JSON, its reader
 * says.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { JSONCUT_ITEM = 16 * 1024, JSONCUT_TOP = 4 * 1024, JSONCUT_KEY = 64 };

enum jsoncut_said {
	JSONCUT_MORE,
	JSONCUT_ITEM_READY, /* item, item_n: one object of the list called `key` */
	JSONCUT_DONE,       /* the document ended with this byte */
	JSONCUT_BAD         /* `why` */
};

/* Zeroed is ready. Big: keep it on the heap. */
struct jsoncut {
	const char *why;
	size_t item_n, top_n, key_n;
	int depth;
	bool string, escaped, number;
	bool filled, comma; /* in a list: an object stands before, and a comma behind it */
	char key[JSONCUT_KEY];
	char item[JSONCUT_ITEM];
	/* The document with its lists emptied and its bare numbers in quotes: they may be above
	 * 2^63, which a JSON integer here is not. */
	char top[JSONCUT_TOP];
};

enum jsoncut_said jsoncut_push(struct jsoncut *c, uint8_t byte);
