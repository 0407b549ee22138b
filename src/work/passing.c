#include "work/passing.h"
#include "base/text.h"
#include "work/beside.h"
#include "work/rescue.h"
#include "work/sidecar.h"
#include "work/mounted.h"
#include <string.h>

static bool ends(const char *s, const char *end)
{
	size_t n = strlen(s), k = strlen(end);

	return n > k && !strcmp(s + n - k, end);
}

static bool is_ours(const struct passing *p, const struct store_entry *e)
{
	const char *slash = strrchr(e->path, '/');
	const char *base = slash ? slash + 1 : e->path;

	if (!strncmp(base, ".backstay", 9) || sidecar_is(base) || !strcmp(e->path, RESCUE_PAGE))
		return true;
	if (!strncmp(e->path, ".backstay-trash/", 16))
		return true;
	if (p->catalog_file.st_ino && e->id.inode == (int64_t)p->catalog_file.st_ino &&
		e->id.device == (int64_t)p->catalog_file.st_dev)
		return true;
	return false;
}

static bool is_catalog_journal(const struct passing *p, const char *path)
{
	const char *base = strrchr(path, '/');
	size_t n = strlen(p->catalog);

	base = base ? base + 1 : path;
	return !strncmp(base, p->catalog, n) && (!strcmp(base + n, "-journal") || !strcmp(base + n, "-wal") ||
							!strncmp(base + n, ".before-upgrade", 15) || !strcmp(base + n, ".ballast") ||
							!strcmp(base + n, ".retain-lock"));
}

bool passing_member(const struct passing *p, const char *path)
{
	size_t n = p->owns ? strlen(p->folder) : 0;

	return n && !strncmp(path, p->folder, n) && path[n] == '/' && !strchr(path + n + 1, '/') && p->owns(path + n + 1);
}

void passing_folder(struct passing *p, const char *path, bool (*owns)(const char *name))
{
	p->folder = arena_text(p->arena, path);
	p->owns = owns;
}

bool passing_ours(const struct passing *p, const struct store_entry *e)
{
	return is_ours(p, e) || is_catalog_journal(p, e->path) || beside_is(p->s, e->path, p->arena);
}

bool passing_part(const char *path)
{
	return ends(path, ".part") || ends(path, ".tmp") || ends(path, ".partial") || ends(path, ".in_progress");
}

bool passing_inner(const struct passing *p, const char *path)
{
	for (size_t i = 0; i < p->inner_count; i++)
		if (!strncmp(path, p->inner[i], strlen(p->inner[i])))
			return true;
	return false;
}

/* "sub/" when the root of OTHER lies in S below its own. */
static const char *inner_of(store *s, const bks_repo *other, bks_arena *a)
{
	AUTO(store_auto) store *o = NULL;
	const char *in, *ours, *theirs;

	ours = store_identity(s, a);
	if (ours) { /* a prefix within a prefix of one bucket */
		if (mounted_open(&o, other, NULL) < 0)
			return NULL;
		theirs = store_identity(o, a);
		return theirs && !strncmp(theirs, ours, strlen(ours)) && strcmp(theirs, ours) != 0 ? theirs + strlen(ours) : NULL;
	}
	if (mounted_open(&o, other, NULL) < 0 || store_locate(&in, s, o->root, a, NULL) != 0 || !*in)
		return NULL;
	return arena_form(a, "%s/", in);
}

int passing_init(struct passing *out, bks_catalog *cat, const bks_repo *repo, store *s, bks_arena *a, bks_error *err)
{
	const char *file = bks_catalog_file(cat), *slash = strrchr(file, '/');
	bks_repos all;
	int r = bks_repo_list(&all, cat, a, err);

	*out = (struct passing){.arena = a, .s = s, .catalog = slash ? slash + 1 : file};
	if (r)
		return r;
	if (stat(file, &out->catalog_file))
		out->catalog_file = (struct stat){0};
	out->inner = arena_take(a, all.n * sizeof *out->inner);
	for (size_t i = 0; i < all.n; i++) {
		const char *in = all.v[i].id == repo->id ? NULL : inner_of(s, &all.v[i], a);

		if (in)
			out->inner[out->inner_count++] = in;
	}
	return 0;
}
