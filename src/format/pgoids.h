/*
 * format/pgoids.h - the large objects that a table of contents lists, held against those whose
 * data comes
 *
 * Their numbers stand between the blocks of data where no checksum is, so this second list is
 * what tells a wrong one. Since 1.12 each object has an entry BLOB; since 1.16 an entry BLOB
 * METADATA has a list of up to 1000. Before, and in a dump of --section=data, there is no
 * list. 4 bytes an object, and a bit; of more than PGOIDS_MAX none is kept.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PGOIDS_MAX = 12 * 1000 * 1000 };

/* Zeroed is empty. */
struct pgoids {
	uint32_t *v;
	uint8_t *taken; /* bits, once sorted */
	size_t n, room, left;
	bool forgotten;
};

/* Numbers in TEXT, each on its line (or the one); false: it holds something else. */
bool pgoids_add(struct pgoids *s, const char *text);
void pgoids_put(struct pgoids *s, uint32_t oid);
/* After the last add, before the first take. */
void pgoids_sort(struct pgoids *s);
/* 0: it is in the list, and now taken; 1: it is not; 2: it was taken before. */
int pgoids_take(struct pgoids *s, uint32_t oid);
uint32_t pgoids_first_left(const struct pgoids *s); /* 0: none is left */
void pgoids_forget(struct pgoids *s); /* that any was taken */
void pgoids_clear(struct pgoids *s);
