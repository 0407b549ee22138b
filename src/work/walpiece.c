/*
 * One piece of condemned WAL: each of its files by way of the trash, if it is the one that was
 * condemned; then all of it on disk, and the row that says how far the deletion came.
 */
#include "base/text.h"
#include "work/walgoing.h"
#include <string.h>

static struct store_doomed doomed_of(struct wal_going *g, const char *path, const char *base,
	bool below, const struct store_id *id)
{
	struct store_doomed x = {.path = path,
		.grave = wal_grave_name(&g->d, base, below, g->o->w->a),
		.id = *id,
		.later = true};

	return x;
}

static void stays(
	struct wal_going *g, const char *name, const char *why, const struct store_id *id)
{
	if (!g->strangers++) {
		g->stranger = name;
		g->why = why ? why : "another file has its name (inode, size or mtime)";
	}
	if (id) {
		g->left_files++;
		g->left_bytes += id->size;
	}
}

static void touched(struct wal_going *g, const struct wal_file *f)
{
	const char *name = wal_file_name(f, g->o->w->a);
	const char *folder =
		arena_form(g->o->w->a, "%s%s%.16s", g->d.folder, *g->d.folder ? "/" : "", name);

	if (f->below && (!g->below.n || strcmp(g->below.v[g->below.n - 1], folder) != 0))
		*vec_add(&g->below, g->o->w->a) = folder;
}

/* Into the trash. The files that lie there by then are V; those that are not of the piece stay.
 */
static int bury_piece(struct wal_going *g, const struct wal_piece *p, const struct wal_file *v,
	size_t n, const struct wal_file **moved, size_t *moved_count)
{
	bks_arena *a = g->o->w->a;

	*moved_count = 0;
	for (size_t i = 0; i < n; i++) {
		const char *name = wal_file_name(&v[i], a), *why = NULL;
		const struct store_doomed x = doomed_of(
			g, wal_file_path(&g->o->list, &v[i], a), name, v[i].below, &v[i].id);
		int r;

		if (!v[i].regular || !wal_piece_has(p, wal_file_mark(name, &v[i].id))) {
			stays(g, name, v[i].regular ? NULL : "it is no regular file", NULL);
			continue;
		}
		touched(g, &v[i]);
		r = store_bury(&why, g->p->s, &x, a, g->o->w->err);
		if (r < 0)
			return r;
		if (r == 2)
			stays(g, name, why, &v[i].id);
		else if (!r)
			moved[(*moved_count)++] = &v[i];
	}
	return 0;
}

static int erase_one(struct wal_going *g, const struct store_doomed *x, const char *name)
{
	const char *why = NULL;
	int64_t freed = 0;
	int r = store_erase(&why, &freed, g->p->s, x, g->o->w->a, g->o->w->err);

	if (r == 2)
		wal_refuse(
			g->o->w, "trash", &g->d, arena_form(g->o->w->a, "%s: %s", name, why));
	if (!r)
		g->freed_less += x->id.size - freed;
	return r < 0 ? r : r == 2;
}

/* What a run before this one left in the trash. 1: something else lies there, told. */
int wal_erase_left(struct wal_going *g)
{
	const struct wal_grave *v;
	size_t n;
	int r = wal_grave_list(&v, &n, g->p->s, &g->d, g->o->w->a, g->o->w->err), odd = 0;

	for (size_t i = 0; r >= 0 && i < n; i++) {
		const uint64_t mark = wal_file_mark(v[i].base, &v[i].id);
		const struct store_doomed x = {
			.path = v[i].base, .grave = v[i].name, .id = v[i].id, .later = true};
		bool ours = false;

		for (size_t k = 0; k < g->piece_count && !ours; k++)
			ours = wal_piece_has(&g->pieces[k], mark);
		if (!ours)
			wal_refuse(g->o->w, "trash", &g->d,
				arena_form(g->o->w->a,
					"%s in the trash is not what was moved there",
					v[i].name));
		r = ours ? erase_one(g, &x, v[i].base) : 0;
		odd = odd || !ours || r > 0;
	}
	return r < 0 ? r : odd;
}

static int settle(struct wal_going *g)
{
	int r = store_settle(g->p->s, g->d.folder, g->o->w->err);

	for (size_t i = 0; !r && i < g->below.n; i++)
		r = store_settle(g->p->s, g->below.v[i], g->o->w->err);
	g->below.n = 0;
	return r;
}

static int write_reached(struct applying *w, void *arg)
{
	const struct wal_going *g = arg;

	return wal_delete_reached(w->cat, &g->d, w->err);
}

int wal_remove_piece(struct wal_going *g, const struct wal_piece *p)
{
	struct wal_away *o = g->o;
	const struct wal_file **moved;
	size_t at,
		n = wal_list_range(
			&at, &o->list, g->d.timeline, g->d.segment_size, g->d.reached, p->to),
		count;
	int r;

	g->left_files = g->left_bytes = g->freed_less = 0;
	moved = arena_take(o->w->a, (n + 1) * sizeof *moved);
	r = bury_piece(g, p, o->list.v + at, n, moved, &count);
	for (size_t i = 0; !r && i < count; i++) {
		const char *name = wal_file_name(moved[i], o->w->a);
		const struct store_doomed x =
			doomed_of(g, name, name, moved[i]->below, &moved[i]->id);

		r = erase_one(g, &x, name);
	}
	if (!r)
		r = settle(g);
	if (r)
		return r;
	if (g->cut) { /* what went in the run before this one is known by what is left */
		g->d.gone_files += (int64_t)p->n - g->left_files;
		g->d.gone_bytes += p->bytes - g->left_bytes;
	} else {
		g->d.gone_files += (int64_t)count;
		for (size_t i = 0; i < count; i++)
			g->d.gone_bytes += moved[i]->id.size;
	}
	g->d.gone_bytes -= g->freed_less;
	g->cut = false;
	g->d.reached = p->to;
	return applying_step(o->w, write_reached, g);
}
