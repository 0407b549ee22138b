/*
 * A file that got another name is the file it was: same inode, size and mtime, and its old name leads elsewhere now. Its backup
 * keeps its id, its history and what was said of it; programs that rotate their files by names do so every night.
 */
#include "base/text.h"
#include "work/scan_private.h"
#include <stdlib.h>
#include <string.h>

static int by_inode(const void *x, const void *y)
{
	const struct known *a = *(const struct known *const *)x, *b = *(const struct known *const *)y;

	if (a->inode != b->inode)
		return a->inode > b->inode ? 1 : -1;
	return (a->artifact > b->artifact) - (a->artifact < b->artifact);
}

static void sort_inodes(struct known_set *k)
{
	if (k->by_inode || !k->n)
		return;
	k->by_inode = arena_take(k->arena, k->n * sizeof(struct known *));
	memcpy(k->by_inode, k->all, k->n * sizeof(struct known *));
	qsort(k->by_inode, k->n, sizeof(struct known *), by_inode);
}

static size_t first_of(const struct known_set *k, int64_t inode)
{
	size_t lo = 0, hi = k->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (k->by_inode[mid]->inode < inode)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static bool is_the_file(const struct known *k, const struct store_entry *e)
{
	return k->device == e->id.device && k->size == e->id.size && k->mtime == e->id.mtime &&
		k->state != BKS_STATE_MISSING && !k->moved && strcmp(k->path, e->path) != 0;
}

/* A second name for a file that still has its first is no rename. */
static bool left(struct scan *s, const struct known *k)
{
	struct store_entry there;
	int r = store_stat(&there, s->registrar.s, k->path, NULL);

	return r > 0 || (!r && (there.id.inode != k->inode || there.id.device != k->device));
}

static struct known *find(struct scan *s, const struct store_entry *e)
{
	if (!e->id.inode || !s->known.n)
		return NULL;
	sort_inodes(&s->known);
	for (size_t i = first_of(&s->known, e->id.inode); i < s->known.n && s->known.by_inode[i]->inode == e->id.inode; i++)
		if (is_the_file(s->known.by_inode[i], e) && left(s, s->known.by_inode[i]))
			return s->known.by_inode[i];
	return NULL;
}

/* A name that another source claims makes it another source's. 1: it may follow. */
static int may_follow(struct scan *s, const struct known *k, const struct store_entry *e)
{
	bks_selection sel = {.ids = &k->backup, .id_count = 1};
	struct claim c;
	bks_backups b;
	int r = group_claim(&c, &s->sources, e->path, s->scratch, s->err);

	if (!r && c.source)
		r = bks_backup_list(&b, s->cat, &sel, s->scratch, s->err);
	if (r || !c.source)
		return r ? r : 1;
	return b.n == 1 && (b.v[0].source_guessed || b.v[0].source_id == c.source->id);
}

int scan_renamed(struct scan *s, const struct store_entry *e)
{
	struct known *k = find(s, e);
	const char *reason;
	int r = k ? may_follow(s, k, e) : 0;

	if (r <= 0)
		return r;
	reason = arena_form(s->arena, "renamed to %s", bks_shown(e->path, s->scratch));
	k->seen = k->moved = true;
	s->out->changed++;
	if (k->action) {
		s->actions.v[k->action - 1].to = bks_state_name(k->state);
		s->actions.v[k->action - 1].reason = reason;
	} else {
		scan_act(s, k, bks_state_name(k->state), reason);
	}
	r = s->opt->dry_run ? 0 : artifact_rename(s->cat, k->artifact, e->path, s->opt->now, s->err);
	if (!r)
		r = scan_wrote(s);
	return r ? r : 1;
}
