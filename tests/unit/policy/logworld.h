/* logworld.h - a small history of a cluster, record by record and segment by segment, and a
 * recovery that reads it as PostgreSQL does; knows nothing of stretches and pieces */
#pragma once
#include "policy/interval.h"

enum { W_SEG = 256, W_SEGS = 24, W_LINES = 4, W_RECORDS = 200, W_FOLDERS = 2 };

struct w_record {
	uint64_t from, to;
	bks_time commit; /* NONE: no commit */
};

struct w_line {
	uint32_t ancestor; /* 0: the first */
	uint64_t begin, end;
	struct w_record v[W_RECORDS]; /* of its own, from BEGIN on */
	int n;
};

struct world {
	struct w_line lines[W_LINES + 1]; /* from 1 on */
	int line_count, folders;
	bool there[W_FOLDERS][W_LINES + 1][W_SEGS];
	bool clocked[W_FOLDERS][W_LINES + 1]; /* the times of its commits are known */
};

extern uint64_t w_dice;
int w_roll(int n);
void world_make(struct world *w);
/* The records that a reader of LINE sees, in order; V has W_LINES * W_RECORDS. */
int world_records(struct w_record *v, const struct world *w, uint32_t line);
/* Which timeline the byte at LSN is of, for a reader of LINE's segments. */
uint32_t world_line_at(const struct world *w, uint32_t line, uint64_t lsn);

struct w_base {
	uint32_t line;
	uint64_t start, stop;
	bks_time stopped;
	bool own;
};
/* false: the line is too short for one. */
bool world_base(struct w_base *b, const struct world *w);

/* What a recovery along LINE came to. */
struct w_outcome {
	bool fatal;
	uint64_t end; /* of the last record that was replayed */
	int64_t commits;
	bks_time last; /* latest commit replayed; NONE */
	bool stopped;  /* at its target */
};
void world_recover(struct w_outcome *out, const struct world *w, const struct w_base *b,
	uint32_t line, enum bks_target target, bks_time time, uint64_t lsn);
bool world_on_path(const struct world *w, const struct w_base *b, uint32_t line);
