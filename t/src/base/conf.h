/*
 * base/conf.h - a file of keys and blocks as a tree with line numbers (home of confuse.h)
 *
 * The grammar is libconfuse's: `key = value`, `key = {value, value}`, `kind title { ... }`,
 * "..." with backslash escapes and
 * ${VARIABLE} from the environment, '...' as it stands; comments are #, // and C's. Made
 * stricter: what libconfuse lets pass in silence (a block or quote that never ends, a key given
 * twice, a stray character, an empty list) is an error here. Which values are right is the
 * caller's matter: all are texts.
 */
#pragma once
#include "base/arena.h"
#include "base/error.h"
#include <stdbool.h>
#include <stddef.h>

/* What may stand in a block. Lists of words end in NULL, BLOCKS in one without a kind; each may
 * be NULL. */
struct conf_kind {
	const char *kind;
	bool titled;
	const char *const *keys;  /* of one value */
	const char *const *lists; /* of one or more values */
	const struct conf_kind *blocks;
};

struct conf_key {
	const char *key;
	int line;
	const char *const *values; /* at least one; none is empty */
	size_t count;
};

struct conf_block {
	const char *kind, *title; /* the file itself has neither */
	int line;                 /* of its opening brace */
	const struct conf_key *keys;
	size_t key_count;
	const struct conf_block *blocks;
	size_t block_count;
};

/*
 * Reads the N bytes of TEXT, which FILE (for messages) held. BKS_E_USAGE with "FILE:LINE: ...":
 * an unknown key or block, one that stands twice in its block, two blocks of one kind and
 * title, an empty value, or what is no such file. *out lives in A. Callers on several threads
 * wait for each other: libconfuse reads one file at a time.
 */
int conf_read(const struct conf_block **out, const char *file, const char *text, size_t n,
	const struct conf_kind *top, bks_arena *a, bks_error *err);

/* The key KEY of B, or NULL. */
const struct conf_key *conf_find(const struct conf_block *b, const char *key);

/*
 * TEXT with its comments blanked out and lines ended by \n alone, so that libconfuse 3.3 counts
 * lines right (it counts a line with a comment twice); refuses what it would let pass. 0, or
 * BKS_E_USAGE with "FILE:LINE: ...". *out lives in A, NUL-ended.
 */
int conf_clean(const char **out, const char *file, const char *text, size_t n, bks_arena *a,
	bks_error *err);
