/* What a server keeps by itself is read before anything is planned to go: a plan that cannot be carried out is none. */
#include "work/locks.h"
#include "backstay/retain.h"
#include "base/vec.h"
#include <stdlib.h>
#include <string.h>

struct asking {
	const struct locks_job *job;
	const struct lock_row *known;
	size_t n;
	VEC(struct lock_row) v;
};

static int by_artifact(const void *x, const void *y)
{
	const struct lock_row *a = x, *b = y;

	return (a->artifact > b->artifact) - (a->artifact < b->artifact);
}

static bks_time known_lock(const struct asking *k, int64_t artifact)
{
	const struct lock_row key = {.artifact = artifact}, *f = k->n ? bsearch(&key, k->known, k->n, sizeof *k->known, by_artifact) : NULL;

	return f ? f->until : BKS_TIME_NONE;
}

static int ask_one(struct asking *k, const bks_artifact *f, bks_error *err)
{
	store *s = k->job->place(k->job->arg, f->repo_id);
	struct store_doomed d = {.path = f->path, .id = {f->device, f->inode, f->size, f->mtime}, .folder = s && !f->etag};
	bks_time until = BKS_TIME_NONE;
	int r = s ? store_locked(&until, s, &d, err) : 1;

	if (!r && until != known_lock(k, f->id))
		*vec_add(&k->v, k->job->a) = (struct lock_row){f->id, until};
	return r == BKS_E_INTERRUPTED ? r : 0;
}

static bool is_asked(const bks_plan_copy *c)
{
	for (size_t i = 0; i < c->reason_count; i++)
		if (!strncmp(c->reasons[i], "held: ", 6))
			return true;
	return c->action == BKS_EXPIRE;
}

static int ask_row(struct asking *k, const bks_plan_row *row, bks_error *err)
{
	int r = 0;

	for (size_t c = 0; !r && c < row->copy_count; c++)
		for (size_t i = 0; !r && is_asked(&row->copies[c]) && i < row->backup->artifact_count; i++) {
			const bks_artifact *f = &row->backup->artifacts[i];

			if (!strcmp(f->repo, row->copies[c].repo) && artifact_lies(f))
				r = ask_one(k, f, err);
		}
	return r;
}

int locks_ask(const struct lock_row **out, size_t *n, const struct locks_job *job, bks_error *err)
{
	struct asking k = {.job = job};
	bks_plan plan;
	int r = lock_list(&k.known, &k.n, job->cat, job->a, err);

	if (!r)
		r = bks_retain_plan(&plan, job->cat, NULL, job->now, job->a, err);
	for (size_t s = 0; !r && s < plan.stream_count; s++)
		for (size_t i = 0; !r && i < plan.streams[s].row_count; i++)
			r = ask_row(&k, &plan.streams[s].rows[i], err);
	*out = k.v.v;
	*n = k.v.n;
	return r;
}
