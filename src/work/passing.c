#include "work/passing.h"
#include "base/text.h"
#include "work/beside.h"
#include "work/sidecar.h"
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

	if (!strncmp(base, ".backstay", 9) || sidecar_is(base))
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
							!strncmp(base + n, ".before-upgrade", 15));
}

/* "3348.dat.gz", "blob_16402.dat", "blobs.toc", "blobs_12.toc", as pg_dump -Fd names its files. Whatever else lies beside a toc.dat
 * is no part of it. */
static bool is_member_name(const char *base)
{
	static const char *const ends[] = {".dat", ".dat.gz", ".dat.lz4", ".dat.zst", ".toc"};
	size_t digits = strspn(base, "0123456789");
	bool blobs = !strncmp(base, "blob", 4);
	const char *rest = base + digits;

	if (!digits && !blobs)
		return false;
	if (blobs) {
		rest = base + 4;
		rest += *rest == 's';
		rest += *rest == '_';
		rest += strspn(rest, "0123456789");
	}
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		if (!strcmp(rest, ends[i]))
			return true;
	return false;
}

/* A directory dump is one backup: its toc.dat stands for it, the files beside that are its members. */
static bool is_member(struct passing *p, const char *path)
{
	const char *slash = strrchr(path, '/');
	struct store_entry toc;
	size_t n;

	if (!slash || !is_member_name(slash + 1))
		return false;
	n = (size_t)(slash - path);
	if (!p->folder || strlen(p->folder) != n || memcmp(p->folder, path, n) != 0) {
		p->folder = arena_bytes(p->arena, path, n);
		p->folder_is_dump = !store_stat(&toc, p->s, arena_form(p->arena, "%s/toc.dat", p->folder), NULL) &&
			toc.kind == STORE_FILE;
	}
	return p->folder_is_dump;
}

bool passing_ours(const struct passing *p, const struct store_entry *e)
{
	return is_ours(p, e) || is_catalog_journal(p, e->path) || beside_is(p->s, e->path, p->arena);
}

static bool in_progress(const char *path)
{
	return ends(path, ".part") || ends(path, ".tmp") || ends(path, ".partial") || ends(path, ".in_progress");
}

bool passing_part(struct passing *p, const char *path)
{
	return in_progress(path) || is_member(p, path);
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
	const char *in;

	if (store_open(&o, other->url, NULL) < 0 || store_locate(&in, s, o->root, a, NULL) != 0 || !*in)
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
