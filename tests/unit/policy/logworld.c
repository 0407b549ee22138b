/* A history is rolled: timelines that leave each other, records with commits among them, and
 * archives that lost segments. Recovery asks for every segment of every record. */
#include "logworld.h"
#include <string.h>

uint64_t w_dice;

int w_roll(int n)
{
	uint64_t z = (w_dice += 0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return (int)((z ^ (z >> 31)) % (uint64_t)n);
}

/* The last commit before LSN that a reader of LINE sees. */
static bks_time clock_at(const struct world *w, uint32_t line, uint64_t lsn)
{
	static struct w_record v[W_LINES * W_RECORDS];
	int n = world_records(v, w, line);
	bks_time t = 1000000;

	for (int i = 0; i < n; i++)
		if (v[i].to <= lsn && v[i].commit != BKS_TIME_NONE && v[i].commit > t)
			t = v[i].commit;
	return t;
}

static void write_line(struct world *w, uint32_t id)
{
	struct w_line *l = &w->lines[id];
	uint64_t at = l->begin, most = (uint64_t)(W_SEGS - 1) * W_SEG;
	bks_time t = l->ancestor ? clock_at(w, l->ancestor, l->begin) : 1000000;
	uint64_t goal = at + (uint64_t)w_roll(14 * W_SEG) + 64;
	int often = 1 + w_roll(6);

	while (at < goal && l->n < W_RECORDS) {
		uint64_t size =
			(uint64_t)(w_roll(20) ? 8 * (3 + w_roll(12)) : 8 * w_roll(90) + 24);
		struct w_record *r = &l->v[l->n];

		if (at + size > most)
			break;
		*r = (struct w_record){at, at + size, BKS_TIME_NONE};
		if (!w_roll(often))
			r->commit = t += 1 + w_roll(1000);
		l->n++;
		at += size;
	}
	l->end = at;
}

static void lose(struct world *w)
{
	int loss = w_roll(3) ? 3 + w_roll(30) : 0;

	for (int f = 0; f < w->folders; f++)
		for (uint32_t t = 1; t <= (uint32_t)w->line_count; t++) {
			uint64_t first = w->lines[t].begin / W_SEG;
			uint64_t last = (w->lines[t].end + W_SEG - 1) / W_SEG;

			w->clocked[f][t] = w_roll(8) != 0;
			for (uint64_t s = first; s < last; s++)
				w->there[f][t][s] = !loss || w_roll(loss);
			/* a timeline that was left ends in a .partial, which is none */
			if (!w_roll(2) && last > first)
				w->there[f][t][last - 1] = false;
		}
}

void world_make(struct world *w)
{
	memset(w, 0, sizeof *w);
	w->line_count = 1 + w_roll(W_LINES);
	w->folders = 1 + (w_roll(4) == 0);
	w->lines[1].begin = W_SEG + (uint64_t)(8 * w_roll(8));
	write_line(w, 1);
	for (uint32_t t = 2; t <= (uint32_t)w->line_count; t++) {
		struct w_line *l = &w->lines[t], *from;

		l->ancestor = 1 + (uint32_t)w_roll((int)t - 1);
		from = &w->lines[l->ancestor];
		l->begin = from->n ? from->v[w_roll(from->n)].to : from->begin;
		write_line(w, t);
	}
	lose(w);
}

/* Where LINE's reader leaves timeline OF; UINT64_MAX: not at all; 0: it never reads it. */
static uint64_t left_at(const struct world *w, uint32_t line, uint32_t of)
{
	uint64_t end = UINT64_MAX;

	for (; line && line != of; line = w->lines[line].ancestor)
		if (w->lines[line].begin < end)
			end = w->lines[line].begin;
	return line ? end : 0;
}

int world_records(struct w_record *v, const struct world *w, uint32_t line)
{
	int n = 0;

	for (uint32_t t = 1; t <= line; t++) {
		uint64_t end = left_at(w, line, t);

		for (int i = 0; i < w->lines[t].n; i++)
			if (w->lines[t].v[i].to <= end)
				v[n++] = w->lines[t].v[i];
	}
	return n;
}

uint32_t world_line_at(const struct world *w, uint32_t line, uint64_t lsn)
{
	while (w->lines[line].ancestor && w->lines[line].begin > lsn)
		line = w->lines[line].ancestor;
	return line;
}

bool world_base(struct w_base *b, const struct world *w)
{
	const struct w_line *l;
	int i, k;

	b->line = 1 + (uint32_t)w_roll(w->line_count);
	l = &w->lines[b->line];
	if (l->n < 2)
		return false;
	i = w_roll(l->n - 1);
	k = i + 1 + w_roll(l->n - i - 1 < 9 ? l->n - i - 1 : 9);
	b->start = l->v[i].from;
	b->stop = l->v[k].from;
	b->own = w_roll(3) == 0;
	b->stopped = clock_at(w, b->line, b->stop);
	return true;
}

bool world_on_path(const struct world *w, const struct w_base *b, uint32_t line)
{
	return left_at(w, line, b->line) >= b->stop;
}

/* The timeline that is asked for the segment first: the newest that can have it. */
static uint32_t first_asked(const struct world *w, uint32_t line, uint64_t segment)
{
	while (w->lines[line].ancestor && w->lines[line].begin / W_SEG > segment)
		line = w->lines[line].ancestor;
	return line;
}

static bool have(
	const struct world *w, const struct w_base *b, uint32_t line, const struct w_record *r)
{
	for (uint64_t s = r->from / W_SEG; s <= (r->to - 1) / W_SEG; s++) {
		uint32_t t = first_asked(w, line, s);
		bool there = b->own && t == b->line && r->to <= b->stop && r->from >= b->start;

		for (int f = 0; f < w->folders; f++)
			there = there || w->there[f][t][s];
		if (!there)
			return false;
	}
	return true;
}

void world_recover(struct w_outcome *out, const struct world *w, const struct w_base *b,
	uint32_t line, enum bks_target target, bks_time time, uint64_t lsn)
{
	static struct w_record v[W_LINES * W_RECORDS];
	int n = world_records(v, w, line);

	*out = (struct w_outcome){.end = b->start, .last = BKS_TIME_NONE};
	for (int i = 0; i < n && !out->stopped; i++) {
		const struct w_record *r = &v[i];

		if (r->from < b->start)
			continue;
		if ((target == BKS_TARGET_TIME && r->commit != BKS_TIME_NONE &&
			    r->commit > time) ||
			(target == BKS_TARGET_LSN && r->from >= lsn) ||
			(target == BKS_TARGET_IMMEDIATE && out->end >= b->stop)) {
			/* recovery must have the record to know of it */
			out->stopped = target == BKS_TARGET_IMMEDIATE || have(w, b, line, r);
			break;
		}
		if (!have(w, b, line, r))
			break;
		out->end = r->to;
		if (r->commit != BKS_TIME_NONE) {
			out->commits++;
			out->last = r->commit;
		}
	}
	if (target == BKS_TARGET_IMMEDIATE && out->end >= b->stop)
		out->stopped = true;
	out->fatal = out->end < b->stop || (target != BKS_TARGET_END && !out->stopped);
}
