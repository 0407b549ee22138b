/* format/nameset.h - names that were met, by a hash of 64 bits each; for what a warning needs
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zeroed is empty. */
struct nameset {
	uint64_t *v;          /* 0: free */
	size_t n, room, most; /* MOST names, past which none is added; 0: 1 Mi */
	bool full;            /* a name was not added: what is not found may have been there */
};

/* "./a//b/" is "a/b". */
uint64_t nameset_hash(const char *name, size_t n);
bool nameset_has(const struct nameset *s, uint64_t hash);
bool nameset_add(struct nameset *s, uint64_t hash); /* whether it is new */
void nameset_clear(struct nameset *s);
