/* Backups inside a git work tree: `git clean` deletes them, and a push publishes what is in them. */
#include "work/worktree.h"
#include "base/text.h"
#include "store/file.h"
#include <string.h>
#include <unistd.h>

struct search {
	struct scan *s;
	const char *root;
	const char *last; /* the folder that was asked last, and the tree that was told last; or NULL */
	const char *tree;
};

static bool has_git(const char *dir, bks_arena *a)
{
	return !access(arena_form(a, "%s/.git", *dir ? dir : "/"), F_OK);
}

/* The nearest folder at or above PATH, a folder beneath ABOVE, that is a work tree; NULL. */
static const char *tree_of(const char *path, const char *above, bks_arena *a)
{
	char *dir = arena_text(a, path), *slash;

	for (;;) {
		if (strlen(dir) <= strlen(above) && *above)
			return NULL;
		if (has_git(dir, a))
			return dir;
		slash = strrchr(dir, '/');
		if (!slash)
			return NULL;
		*slash = '\0';
	}
}

static void tell(struct search *f, const char *path, const char *tree)
{
	if (f->tree && !strcmp(f->tree, tree))
		return;
	f->tree = tree;
	scan_find(f->s, "in-git-work-tree", BKS_WARNING, path,
		arena_form(f->s->arena, "it lies in the git work tree %s", bks_shown(*tree ? tree : "/", f->s->arena)));
}

static int ask(void *arg, const bks_artifact *k)
{
	struct search *f = arg;
	bks_arena *a = f->s->arena;
	const char *slash = strrchr(k->path, '/'), *tree;
	size_t n = slash ? (size_t)(slash - k->path) : 0;

	if (!n || k->state == BKS_STATE_MISSING || (f->last && strlen(f->last) == n && !memcmp(f->last, k->path, n)))
		return 0;
	f->last = arena_form(a, "%.*s", (int)n, k->path);
	tree = tree_of(arena_form(a, "%s/%s", f->root, f->last), f->root, a);
	if (tree)
		tell(f, k->path, tree);
	return 0;
}

int worktree_find(struct scan *s)
{
	struct search f = {.s = s};
	bks_error why = {0};
	const char *tree;

	if (strncmp(s->repo->url, "file://", 7) != 0 || file_url_path(&f.root, s->repo->url, s->arena, &why))
		return 0;
	tree = tree_of(f.root, "", s->arena);
	if (tree) {
		tell(&f, NULL, tree);
		return 0;
	}
	return artifact_each(s->cat, s->repo->id, ask, &f, s->err);
}
