#include "work/known.h"
#include <string.h>

static uint32_t hash(const char *s)
{
	uint32_t h = 2166136261U;

	for (; *s; s++)
		h = (h ^ (uint8_t)*s) * 16777619U;
	return h;
}

static void rehash(struct known_set *k)
{
	size_t n = k->bucket_count ? k->bucket_count * 4 : 256;

	k->buckets = arena_take(k->arena, n * sizeof *k->buckets);
	k->bucket_count = n;
	for (size_t i = 0; i < k->n; i++) {
		struct known **b = &k->buckets[hash(k->all[i]->path) % n];

		k->all[i]->next = *b;
		*b = k->all[i];
	}
}

/* Most are of one class: no copy of it for each. */
static const char *class_of(const char *s, bks_arena *a)
{
	return !s ? NULL : !strcmp(s, "STANDARD") ? "STANDARD" : arena_text(a, s);
}

static int add(void *arg, const bks_artifact *f)
{
	struct known_set *k = arg;
	struct known *e = arena_one(k->arena, struct known);
	struct known **b;

	*e = (struct known){.artifact = f->id, .backup = f->backup_id, .size = f->size, .device = f->device,
		.inode = f->inode, .mtime = f->mtime, .path = arena_text(k->arena, f->path),
		.storage_class = class_of(f->storage_class, k->arena), .state = f->state,
		.judged = f->verdict != BKS_UNKNOWN, .damaged = f->verdict == BKS_DAMAGED,
		.bad = f->verdict == BKS_DAMAGED || f->verdict == BKS_INCOMPLETE,
		.replaced = f->state == BKS_STATE_MISSING && f->state_reason && !strcmp(f->state_reason, "replaced"), .sealed = f->digest_from != BKS_DIGEST_NONE,
		.deleting = f->state == BKS_STATE_CONDEMNED && f->state_reason && !strcmp(f->state_reason, "deleting")};
	if (k->n == k->room) {
		k->all = arena_grow(k->arena, k->all, k->room * sizeof *k->all, (k->room * 2 + 256) * sizeof *k->all);
		k->room = k->room * 2 + 256;
	}
	if (k->n >= k->bucket_count)
		rehash(k);
	k->all[k->n++] = e;
	b = &k->buckets[hash(e->path) % k->bucket_count];
	e->next = *b;
	*b = e;
	return 0;
}

int known_load(struct known_set *out, bks_catalog *cat, int64_t repo, bks_arena *a, bks_error *err)
{
	*out = (struct known_set){.arena = a};
	return artifact_each(cat, repo, add, out, err);
}

/* A replaced file leaves a missing row under its name: the one that is there, then the newest, stands for the path. */
struct known *known_find(const struct known_set *k, const char *path)
{
	struct known *best = NULL;

	if (!k->bucket_count)
		return NULL;
	for (struct known *e = k->buckets[hash(path) % k->bucket_count]; e; e = e->next) {
		if (e->moved || strcmp(e->path, path) != 0)
			continue;
		if (!best || (best->state == BKS_STATE_MISSING) > (e->state == BKS_STATE_MISSING) ||
			((best->state == BKS_STATE_MISSING) == (e->state == BKS_STATE_MISSING) &&
				e->artifact > best->artifact))
			best = e;
	}
	return best;
}
