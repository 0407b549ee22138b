/* Taking back what was condemned, as long as its files are there. */
#include "base/text.h"
#include "work/walaway.h"
#include <string.h>

static int put_intent_back(struct applying *w, void *arg)
{
	return intent_back(w->cat, arg, w->opt->now, w->err);
}

/* 0: it lies under its name; 1: it does not, and that was told. */
static int is_there(struct applying *w, const bks_backup *b, const bks_artifact *f,
	const struct intent_row *open, size_t n)
{
	struct apply_place *p = applying_place(w, f->repo_id);
	const char *why = p->why;
	struct store_entry e;
	int r = 0;

	if (!why && !p->s)
		why = "not mounted?";
	for (size_t i = 0; !why && !r && i < n; i++)
		if (open[i].artifact == f->id) {
			struct intent_row one = open[i];

			r = takeaway_back(&why, w, &one, p);
			if (!r)
				r = applying_step(w, put_intent_back, &one);
		}
	if (!why && !r) {
		r = store_stat(&e, p->s, f->path, w->err);
		if (r == 1)
			why = "its file is not there";
		else if (!r && e.kind == STORE_FILE &&
			 (e.id.size != f->size || (f->etag ? e.id.inode != f->inode : e.id.mtime != f->mtime)))
			why = "another file has its name";
	}
	if (!why)
		return r;
	applying_refuse(w, "not-there", b->source, b, f->repo, why);
	return r < 0 ? r : 1;
}

static int take_back_step(struct applying *w, void *arg)
{
	return backup_take_back(w->cat, arg, w->err);
}

/* Rows FROM to TO are of one copy: it comes back whole or not at all. */
static int undo_copy(struct applying *w, const struct condemned_row *rows, size_t from,
	size_t to, const struct intent_row *open, size_t n)
{
	struct taking_back t = {.backup = rows[from].backup,
		.n = to - from,
		.outcome = "undone",
		.why = "undone",
		.now = w->opt->now};
	int64_t *ids = arena_take(w->a, (t.n + 1) * sizeof *ids), bytes = 0;
	const bks_backup *b = NULL;
	const char *repo = NULL;
	int r = bks_backup_find(
		    &b, w->cat, arena_form(w->a, "%lld", (long long)t.backup), w->a, w->err),
	    away = 0;

	for (size_t i = from; r >= 0 && i < to; i++) {
		const bks_artifact *f = artifact_of(b, rows[i].artifact);

		ids[i - from] = rows[i].artifact;
		bytes += f->size;
		repo = f->repo;
		r = is_there(w, b, f, open, n);
		away |= r > 0;
	}
	t.artifacts = ids;
	if (r < 0 || away)
		return r < 0 ? r : 0;
	r = applying_step(w, take_back_step, &t);
	if (r)
		return r;
	applying_act(w, b, repo, "condemned", "live", "undone", bytes);
	w->out->taken_back++;
	return 0;
}

int undo(struct applying *w, int64_t id, const char *hash)
{
	const struct condemned_row *rows;
	const struct intent_row *open;
	size_t n, open_count;
	int r = condemned_list(&rows, &n, w->cat, id, id ? NULL : hash, w->a, w->err);

	if (!r)
		r = intent_list(&open, &open_count, w->cat, w->a, w->err);
	for (size_t i = 0, k; !r && i < n; i = k) {
		for (k = i; k < n && rows[k].backup == rows[i].backup &&
			    rows[k].repo == rows[i].repo;
			k++)
			;
		r = undo_copy(w, rows, i, k, open, open_count);
	}
	return r ? r : wal_undo(w, id, hash);
}
