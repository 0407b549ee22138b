/* What a plan knows of a stream beside its rows: where its backups lie, which of them are one file under two names, and which are
 * under suspicion. */
#include "work/streams.h"
#include <stdlib.h>
#include <string.h>

static size_t repo_of(struct keep_copy *v, size_t *n, const char *repo)
{
	for (size_t i = 0; i < *n; i++)
		if (!strcmp(v[i].repo, repo))
			return i;
	v[*n] = (struct keep_copy){.repo = repo};
	return (*n)++;
}

/* Its class is what its repo says of all that lies there. */
static const char *class_of(const bks_repos *repos, int64_t id)
{
	for (size_t i = 0; i < repos->n; i++)
		if (repos->v[i].id == id)
			return repos->v[i].storage_class;
	return NULL;
}

struct locks {
	const struct lock_row *v;
	size_t n;
};

static int by_artifact(const void *x, const void *y)
{
	const struct lock_row *a = x, *b = y;

	return (a->artifact > b->artifact) - (a->artifact < b->artifact);
}

static bks_time lock_of(const struct locks *l, int64_t artifact)
{
	const struct lock_row key = {.artifact = artifact}, *f = l->n ? bsearch(&key, l->v, l->n, sizeof *l->v, by_artifact) : NULL;

	return f ? f->until : 0;
}

/* The artifacts of a backup that lie in one repo are its copy there. */
static void copies_of(struct keep_backup *k, const bks_backup *b, const bks_repos *repos, const struct locks *locks, int level,
	bks_time now, bks_arena *a)
{
	struct keep_copy *v = arena_take(a, (b->artifact_count + 1) * sizeof *v);
	size_t n = 0;

	for (size_t i = 0; i < b->artifact_count; i++) {
		const bks_artifact *f = &b->artifacts[i];
		size_t known = n, at = repo_of(v, &n, f->repo);
		bks_artifact c;

		/* as its server says; else what its repo says of all that lies there */
		v[at].storage_class = f->storage_class ? f->storage_class : class_of(repos, f->repo_id);
		if (artifact_lies(f) && lock_of(locks, f->id) > v[at].locked)
			v[at].locked = lock_of(locks, f->id);
		v[at].there = v[at].there || artifact_lies(f);
		v[at].bytes += artifact_lies(f) ? f->size : 0;
		if (at == known && stream_copy(&c, b, f->repo_id) && c.state == BKS_STATE_LIVE) {
			struct keep_backup as = stream_row_of(b, &c);

			v[at].good = keep_eligible(&as, level, now);
		}
	}
	k->copies = v;
	k->copy_count = n;
}

/* ---- one file under two names ---- */

/* The same bytes of the same time. A database at rest gives the same bytes night after night: those are as many
 * backups, each of its own time. */
struct bytes {
	int64_t repo;
	bks_time point;
	const uint8_t *digest; /* SHA-256, or XXH3 where there is none */
	size_t length;
	size_t row;
};

static int by_bytes(const void *x, const void *y)
{
	const struct bytes *a = x, *b = y;

	if (a->repo != b->repo)
		return a->repo > b->repo ? 1 : -1;
	if (a->point != b->point)
		return a->point > b->point ? 1 : -1;
	if (a->length != b->length)
		return a->length > b->length ? 1 : -1;
	return memcmp(a->digest, b->digest, a->length);
}

static size_t root(size_t *of, size_t i)
{
	while (of[i] != i)
		i = of[i] = of[of[i]];
	return i;
}

static size_t list_bytes(struct bytes *v, const struct stream_rows *s)
{
	size_t n = 0;

	for (size_t k = 0; k < s->n; k++)
		for (size_t i = 0; i < s->backups[k]->artifact_count; i++) {
			const bks_artifact *f = &s->backups[k]->artifacts[i];
			bks_time t = s->backups[k]->taken_at;

			if (!artifact_lies(f) || f->part != BKS_PART_NONE || !f->size)
				continue;
			if (f->digests.has_sha256)
				v[n++] = (struct bytes){f->repo_id, t, f->digests.sha256, sizeof f->digests.sha256, k};
			if (f->digests.has_xxh3)
				v[n++] = (struct bytes){f->repo_id, t, f->digests.xxh3, sizeof f->digests.xxh3, k};
		}
	return n;
}

static void find_twins(struct stream_rows *s, bks_arena *a)
{
	size_t room = 0, n, *of = arena_take(a, (s->n + 1) * sizeof *of), *members = arena_take(a, (s->n + 1) * sizeof *members);
	struct bytes *v;

	for (size_t k = 0; k < s->n; k++) {
		room += 2 * s->backups[k]->artifact_count;
		of[k] = k;
	}
	v = arena_take(a, (room + 1) * sizeof *v);
	n = list_bytes(v, s);
	if (n)
		qsort(v, n, sizeof *v, by_bytes);
	for (size_t i = 1; i < n; i++)
		if (!by_bytes(&v[i - 1], &v[i]))
			of[root(of, v[i].row)] = root(of, v[i - 1].row);
	for (size_t k = 0; k < s->n; k++)
		members[root(of, k)]++;
	for (size_t k = 0; k < s->n; k++)
		s->rows[k].same = members[root(of, k)] > 1 ? (int64_t)root(of, k) + 1 : 0;
}

/* ---- suspicion ---- */

static int by_backup(const void *x, const void *y)
{
	const bks_hold *a = x, *b = y;

	return (a->backup_id > b->backup_id) - (a->backup_id < b->backup_id);
}

static int find_suspicions(struct stream_rows *s, bks_catalog *cat, bks_arena *a, bks_error *err)
{
	const bks_hold *all = NULL;
	size_t n = 0, kept = 0;
	bool any = false;
	bks_hold *v;
	int r;

	for (size_t k = 0; k < s->n && !any; k++)
		any = s->rows[k].held;
	if (!any) /* a suspicion is a hold without end */
		return 0;
	r = bks_hold_list(&all, &n, cat, false, a, err);
	if (r)
		return r;
	v = arena_take(a, (n + 1) * sizeof *v);
	for (size_t i = 0; i < n; i++)
		if (!strcmp(all[i].kind, "suspicion"))
			v[kept++] = all[i];
	if (kept)
		qsort(v, kept, sizeof *v, by_backup);
	for (size_t k = 0; k < s->n && kept; k++) {
		bks_hold key = {.backup_id = s->rows[k].id};
		const bks_hold *h = bsearch(&key, v, kept, sizeof *v, by_backup);

		s->rows[k].suspicion = h ? h->reason : NULL;
	}
	return 0;
}

int stream_complete(struct stream_rows *s, bks_catalog *cat, bks_time now, bks_arena *a, bks_error *err)
{
	bks_time ahead = now - bks_clock_now();
	bks_repos repos;
	struct locks locks;
	int r = bks_repo_list(&repos, cat, a, err);

	if (!r)
		r = lock_list(&locks.v, &locks.n, cat, a, err);

	if (r)
		return r;
	for (size_t k = 0; k < s->n; k++) {
		copies_of(&s->rows[k], s->backups[k], &repos, &locks, s->policy->level, now, a);
		if (ahead > 0 && s->rows[k].verified_at != BKS_TIME_NONE)
			s->rows[k].verified_at += ahead;
	}
	find_twins(s, a);
	return find_suspicions(s, cat, a, err);
}

int stream_slots(struct keep_slot **out, size_t *n, bks_catalog *cat, const struct stream_rows *s, bks_arena *a,
	bks_error *err)
{
	const struct slot_row *rows = NULL;
	int r = 0;

	*n = 0;
	*out = NULL;
	if (s->source)
		r = slot_list(&rows, n, cat, s->source->id, s->kind, a, err);
	if (r || !*n)
		return r;
	*out = arena_take(a, *n * sizeof **out);
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = (struct keep_slot){rows[i].tier, rows[i].bucket, rows[i].backup};
	return 0;
}
