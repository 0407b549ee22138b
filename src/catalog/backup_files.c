/*
 * What lies of many backups. Where their ids lie close together, as those of one scan or of all
 * do, their files are read in one go, in the order of the index; where they lie apart, backup
 * by backup.
 */
#include "base/vec.h"
#include "catalog/catalog_private.h"
#include <stdlib.h>
#include <string.h>

enum { CLOSE = 4, FEW = 8 };

/* Names of the repos in which something of it lies, each once. */
int backup_repos(bks_backup *b, bks_catalog *cat, bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT r.name FROM artifacts a JOIN repos r ON r.id = a.repo_id "
		"WHERE a.backup_id = ? AND a.state <> 'missing' AND a.state <> 'gone' "
		"ORDER BY CAST(r.name AS BLOB)");
	VEC(const char *) names = {0};
	const char *name;
	int r;

	db_bind_int(q, b->id);
	while ((r = db_step(q, err)) > 0) {
		name = db_name(q, a);
		if (!names.n || strcmp(name, names.v[names.n - 1]) != 0)
			*vec_add(&names, a) = name;
	}
	b->repos = names.v;
	b->repo_count = names.n;
	return r;
}

static int by_id(const void *x, const void *y)
{
	const bks_backup *const *a = x, *const *b = y;

	return ((*a)->id > (*b)->id) - ((*a)->id < (*b)->id);
}

/* NULL: they lie too far apart. Else pointers to them, by id. */
static bks_backup **close_together(bks_backup *v, size_t n, bks_arena *a)
{
	int64_t least = n ? v->id : 0, most = least;
	bks_backup **order;

	for (size_t i = 0; i < n; i++) {
		least = v[i].id < least ? v[i].id : least;
		most = v[i].id > most ? v[i].id : most;
	}
	if (n < FEW || (uint64_t)(most - least) / CLOSE > n)
		return NULL;
	order = arena_take(a, n * sizeof *order);
	for (size_t i = 0; i < n; i++)
		order[i] = &v[i];
	qsort(order, n, sizeof *order, by_id);
	return order;
}

static int one_by_one(bks_backup *v, size_t n,
	int (*read)(bks_backup *b, bks_catalog *cat, bks_arena *a, bks_error *err),
	bks_catalog *cat, bks_arena *a, bks_error *err)
{
	int r = 0;

	for (size_t i = 0; !r && i < n; i++)
		r = read(&v[i], cat, a, err);
	return r;
}

/* Files come in the order of ids, too. */
struct dealt {
	bks_backup **order;
	size_t n, at;
	VEC(bks_artifact) files;
};

static void settle(struct dealt *d, bks_arena *a)
{
	bks_artifact *v;

	if (!d->files.n)
		return;
	v = arena_take(a, d->files.n * sizeof *v);
	memcpy(v, d->files.v, d->files.n * sizeof *v);
	d->order[d->at]->artifacts = v;
	d->order[d->at]->artifact_count = d->files.n;
	d->files.n = 0;
}

static int deal(void *arg, const bks_artifact *f, bks_arena *a)
{
	struct dealt *d = arg;

	if (d->order[d->at]->id < f->backup_id) {
		settle(d, a);
		while (d->at + 1 < d->n && d->order[d->at]->id < f->backup_id)
			d->at++;
	}
	if (d->order[d->at]->id == f->backup_id)
		*vec_add(&d->files, a) = *f;
	return 0;
}

int artifacts_of_all(bks_backup *v, size_t n, bks_catalog *cat, bks_arena *a, bks_error *err)
{
	struct dealt d = {.n = n};
	AUTO(arena_auto) bks_arena *scratch = bks_arena_new();
	int r;

	d.order = close_together(v, n, scratch);
	if (!d.order)
		return one_by_one(v, n, backup_artifacts, cat, a, err);
	r = artifact_range(cat, d.order[0]->id, d.order[n - 1]->id, deal, &d, a, err);
	if (!r)
		settle(&d, a);
	return r;
}

/* Names of backup AT so far; most lie in one repo, and share its list. */
struct named {
	bks_backup **order;
	size_t n, at;
	const char *last;
	const char *const *alone; /* a list of LAST alone; NULL: there is none yet */
};

static void name_repo(struct named *d, const char *name, bks_arena *a)
{
	bks_backup *b = d->order[d->at];
	const char **v;

	if (b->repo_count && !strcmp(b->repos[b->repo_count - 1], name))
		return;
	if (name != d->last)
		d->alone = NULL;
	d->last = name;
	if (!b->repo_count && d->alone) {
		b->repos = d->alone;
		b->repo_count = 1;
		return;
	}
	v = arena_take(a, (b->repo_count + 1) * sizeof *v);
	if (b->repo_count)
		memcpy(v, b->repos, b->repo_count * sizeof *v);
	v[b->repo_count++] = name;
	b->repos = v;
	if (b->repo_count == 1)
		d->alone = b->repos;
}

static int repos_in_range(struct named *d, bks_catalog *cat, bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db, "SELECT a.backup_id, r.name FROM artifacts a CROSS JOIN "
				      "repos r ON r.id = a.repo_id "
				      "WHERE a.backup_id BETWEEN ? AND ? AND a.state <> "
				      "'missing' AND a.state <> 'gone' "
				      "ORDER BY a.backup_id, CAST(r.name AS BLOB)");
	const char *name = NULL;
	int r;

	db_bind_int(q, d->order[0]->id);
	db_bind_int(q, d->order[d->n - 1]->id);
	while ((r = db_step(q, err)) > 0) {
		int64_t id = db_int(q);

		name = db_same(name, q, a);
		while (d->at + 1 < d->n && d->order[d->at]->id < id)
			d->at++;
		if (d->order[d->at]->id == id)
			name_repo(d, name, a);
	}
	return r;
}

int repos_of_all(bks_backup *v, size_t n, bks_catalog *cat, bks_arena *a, bks_error *err)
{
	struct named d = {.n = n};
	AUTO(arena_auto) bks_arena *scratch = bks_arena_new();

	d.order = close_together(v, n, scratch);
	return d.order ? repos_in_range(&d, cat, a, err)
		       : one_by_one(v, n, backup_repos, cat, a, err);
}
