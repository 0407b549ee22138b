/* What a scan leaves alone: our own files, sidecars, work in progress, and the members of a directory dump. */
#include "work/scan_private.h"
#include <string.h>

static bool ends(const char *s, const char *end)
{
	size_t n = strlen(s), k = strlen(end);

	return n > k && !strcmp(s + n - k, end);
}

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Somebody's work in progress: left alone until it gets its name. */
bool scan_in_progress(const char *path)
{
	const char *base = base_of(path);

	return ends(base, ".part") || ends(base, ".tmp") || ends(base, ".partial") || ends(base, ".in_progress");
}

static bool is_catalog_journal(const struct scan *s, const char *path)
{
	const char *file = strrchr(bks_catalog_file(s->cat), '/');
	const char *base = strrchr(path, '/');
	size_t n;

	file = file ? file + 1 : bks_catalog_file(s->cat);
	base = base ? base + 1 : path;
	n = strlen(file);
	return !strncmp(base, file, n) && (!strcmp(base + n, "-journal") || !strcmp(base + n, "-wal") ||
						  !strncmp(base + n, ".before-upgrade", 15));
}

/* Ours, or what belongs to another file: no count has it. */
bool scan_passes_over(const struct scan *s, const struct store_entry *e)
{
	const char *base = base_of(e->path);

	if (!strncmp(base, ".backstay", 9) || sidecar_is(base))
		return true;
	if (!strncmp(e->path, ".backstay-trash/", 16))
		return true;
	if (s->catalog_file.st_ino && e->id.inode == (int64_t)s->catalog_file.st_ino &&
		e->id.device == (int64_t)s->catalog_file.st_dev)
		return true;
	return is_catalog_journal(s, e->path);
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
bool scan_is_member(struct scan *s, const char *path)
{
	const char *slash = strrchr(path, '/');
	struct store_entry toc;
	size_t n;

	if (!slash || !is_member_name(slash + 1))
		return false;
	n = (size_t)(slash - path);
	if (!s->folder || strlen(s->folder) != n || memcmp(s->folder, path, n) != 0) {
		s->folder = arena_bytes(s->arena, path, n);
		s->folder_is_dump = !store_stat(&toc, s->registrar.s, arena_form(s->scratch, "%s/toc.dat", s->folder), NULL) &&
			toc.kind == STORE_FILE;
	}
	return s->folder_is_dump;
}
