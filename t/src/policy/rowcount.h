/* policy/rowcount.h - the rows of a backup's tables, those of partitions added up, and how they
 * changed */
#pragma once
#include "backstay/inspect.h"
#include "base/arena.h"

struct row_count {
	const char *database, *schema, *name; /* database NULL: of a single one */
	int64_t rows;   /* its own and those of its partitions of any depth; -1: no data section
			 */
	bool ddl, data; /* as the look found it; DATA also when only a partition has some */
	bool part;      /* a partition of a table that is there too */
};

/* By database, schema and name; each once. Texts are loans from the tables. */
struct row_counts {
	struct row_count *v;
	size_t n;
};

/* Forged parents that stand in a circle count nothing twice, and nothing for ever: 16
 * partitions within another are the most. */
void rowcount_make(struct row_counts *out, const bks_table *v, size_t n, bks_arena *a);
/* NULL: it is not there. DATABASE and SCHEMA may be NULL. */
const struct row_count *rowcount_find(
	const struct row_counts *c, const char *database, const char *schema, const char *name);
/* The rows of SCHEMA.NAME in whatever database: their sum; -1: none has a data section. *found
 * (may be NULL) whether it is there. */
int64_t rowcount_of(
	const struct row_counts *c, const char *schema, const char *name, bool *found);
/* The rows of all tables but those for which SKIP (may be NULL) says so; 0 when none has a data section. */
int64_t rowcount_all(
	const struct row_counts *c, bool (*skip)(const void *arg, const struct row_count *t), const void *arg);
/* Rows alone, without the statements that make tables: what a dump with --data-only holds. */
bool rowcount_data_only(const bks_table *v, size_t n);

/* ROWS, at least 0, less PCT percent of them, rounded up to a whole row. */
int64_t rowcount_less(int64_t rows, int pct);
