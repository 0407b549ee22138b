/* Worlds on disk: copied by second names, so that a picture of one costs as much as its catalog. */
#include "pictures.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

char *form(const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	if (vasprintf(&s, fmt, ap) < 0)
		abort();
	va_end(ap);
	return s;
}

static _Noreturn void stop(const char *what, const char *path)
{
	fprintf(stderr, "%s %s: %s\n", what, path, strerror(errno));
	exit(2);
}

/* ---- folders that look like others ---- */

static struct {
	unsigned long real, looks;
} *folders;
static size_t folder_count, folder_room;

static void looks(unsigned long *inode, unsigned long *links, unsigned mode)
{
	if (S_ISREG(mode) && *links > 1)
		*links = 1;
	for (size_t i = folder_count; S_ISDIR(mode) && i-- > 0;)
		if (folders[i].real == *inode) {
			*inode = folders[i].looks;
			return;
		}
}

static void look_like(const char *folder, unsigned long inode)
{
	struct stat st;

	kill_at_looks = NULL;
	if (lstat(folder, &st))
		stop("look at", folder);
	kill_at_looks = looks;
	if (folder_count == folder_room) {
		folder_room = folder_room ? 2 * folder_room : 64;
		folders = realloc(folders, folder_room * sizeof *folders);
		if (!folders)
			abort();
	}
	folders[folder_count].real = st.st_ino;
	folders[folder_count++].looks = inode;
}

static void forget(const char *folder)
{
	struct stat st;

	kill_at_looks = NULL;
	if (lstat(folder, &st))
		stop("look at", folder);
	kill_at_looks = looks;
	for (size_t i = folder_count; i-- > 0;)
		if (folders[i].real == st.st_ino) {
			folders[i] = folders[--folder_count];
			return;
		}
}

/* ---- listing ---- */

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct seen_file *)a)->path, ((const struct seen_file *)b)->path);
}

static void list(struct seen_files *out, const char *folder, const char *name)
{
	DIR *d = opendir(folder);
	struct dirent *e;

	if (!d)
		stop("open", folder);
	while ((e = readdir(d))) {
		struct stat st;
		struct seen_file *f;
		char *path;

		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		path = form("%s/%s", folder, e->d_name);
		if (lstat(path, &st))
			stop("look at", path);
		out->v = realloc(out->v, (out->n + 1) * sizeof *out->v);
		if (!out->v)
			abort();
		f = &out->v[out->n++];
		*f = (struct seen_file){.path = form("%s/%s", name, e->d_name),
			.inode = st.st_ino,
			.size = S_ISDIR(st.st_mode) ? 0 : st.st_size,
			.mtime = S_ISDIR(st.st_mode) ? 0 : (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec,
			.kind = S_ISDIR(st.st_mode) ? 'd' : S_ISREG(st.st_mode) ? 'f' : 'l'};
		if (f->kind == 'd') {
			char *inner = form("%s/%s", name, e->d_name);

			list(out, path, inner);
			free(inner);
		}
		free(path);
	}
	closedir(d);
}

void picture_files(struct seen_files *out, const struct world *w)
{
	*out = (struct seen_files){0};
	for (size_t i = 0; i < w->repo_count; i++) {
		char *folder = form("%s/%s", w->folder, w->repos[i]);

		list(out, folder, w->repos[i]);
		free(folder);
	}
	if (out->n)
		qsort(out->v, out->n, sizeof *out->v, by_path);
}

void picture_free(struct seen_files *f)
{
	for (size_t i = 0; i < f->n; i++)
		free(f->v[i].path);
	free(f->v);
	*f = (struct seen_files){0};
}

const struct seen_file *picture_find(const struct seen_files *f, const char *path)
{
	struct seen_file key = {0};

	memcpy(&key.path, &path, sizeof path);
	return f->n ? bsearch(&key, f->v, f->n, sizeof *f->v, by_path) : NULL;
}

/* Small files that Backstay writes into a repo; a cut run's unfinished ones have names by chance. */
static bool is_own(const char *path)
{
	const char *base = strrchr(path, '/');

	return !strncmp(base ? base + 1 : path, ".backstay-", 10) && !strstr(path, "-trash");
}

static XXH3_state_t *sums;

static void add_file(const char *path)
{
	static char block[1 << 16];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		stop("open", path);
	while ((n = read(fd, block, sizeof block)) > 0)
		XXH3_64bits_update(sums, block, (size_t)n);
	close(fd);
}

static void add_top(const struct world *w, const char *catalog)
{
	static const char *const names[] = {"catalog.db", "catalog.db-journal", "catalog.db.retain-lock", "s.conf"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char *path = i == 0 && catalog ? form("%s", catalog) : form("%s/%s", w->folder, names[i]);

		if (!(i == 1 && catalog) && !access(path, F_OK)) {
			XXH3_64bits_update(sums, names[i], strlen(names[i]) + 1);
			add_file(path);
		}
		free(path);
	}
}

uint64_t picture_sum(const struct world *w, const char *catalog)
{
	struct seen_files f;

	if (!sums)
		sums = XXH3_createState();
	XXH3_64bits_reset(sums);
	add_top(w, catalog);
	picture_files(&f, w);
	for (size_t i = 0; i < f.n; i++) {
		const struct seen_file *x = &f.v[i];
		const bool own = is_own(x->path);
		const bool temp = own && strstr(x->path, "-tmp-");
		char *s = form("%s %lu %ld %lld", temp ? "temp" : x->path, own ? 0 : x->inode, x->size, own ? 0LL : (long long)x->mtime);

		XXH3_64bits_update(sums, s, strlen(s) + 1);
		free(s);
		if (own && x->kind == 'f') {
			char *path = form("%s/%s", w->folder, x->path);

			add_file(path);
			free(path);
		}
	}
	picture_free(&f);
	return XXH3_64bits_digest(sums);
}

/* ---- copying ---- */

static void copy_bytes(const char *to, const char *from, const struct stat *st)
{
	static char block[1 << 16];
	int in = open(from, O_RDONLY | O_CLOEXEC), out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	const struct timespec times[] = {st->st_atim, st->st_mtim};
	ssize_t n;

	if (in < 0 || out < 0)
		stop("copy", from);
	while ((n = read(in, block, sizeof block)) > 0)
		if (write(out, block, (size_t)n) != n)
			stop("write", to);
	if (fchmod(out, st->st_mode & 07777) || futimens(out, times))
		stop("copy", to);
	close(in);
	close(out);
}

/* TOP: the folder with the catalog. */
static void copy(const char *to, const char *from, bool top)
{
	DIR *d = opendir(from);
	struct dirent *e;
	struct stat st;

	if (!d || lstat(from, &st) || mkdir(to, 0700))
		stop("copy", from);
	look_like(to, st.st_ino);
	while ((e = readdir(d))) {
		char *a, *b;

		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		a = form("%s/%s", from, e->d_name);
		b = form("%s/%s", to, e->d_name);
		if (lstat(a, &st))
			stop("look at", a);
		if (S_ISDIR(st.st_mode))
			copy(b, a, false);
		else if (S_ISREG(st.st_mode) && (top || is_own(a)))
			copy_bytes(b, a, &st);
		else if (linkat(AT_FDCWD, a, AT_FDCWD, b, 0))
			stop("link", a);
		free(a);
		free(b);
	}
	closedir(d);
	chmod(to, 0755);
}

void picture_copy(const char *to, const char *from)
{
	copy(to, from, true);
}

void picture_remove(const char *folder)
{
	DIR *d = opendir(folder);
	struct dirent *e;

	if (!d)
		return;
	while ((e = readdir(d))) {
		char *path;

		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		path = form("%s/%s", folder, e->d_name);
		if (e->d_type == DT_DIR)
			picture_remove(path);
		else if (unlink(path))
			stop("remove", path);
		free(path);
	}
	closedir(d);
	forget(folder);
	if (rmdir(folder))
		stop("remove", folder);
}

void picture_recover(const char *folder, const struct world *w)
{
	static const char *const ends[] = {"", "-journal"};
	char *side = form("%s/catalog.db", folder);
	sqlite3 *db; /* of nothing but that: to read the schema takes long */

	mkdir(folder, 0700);
	for (size_t i = 0; i < 2; i++) {
		char *a = form("%s/catalog.db%s", w->folder, ends[i]), *b = form("%s%s", side, ends[i]);
		struct stat st;

		if (i) /* the catalog's stays the same file, for who has it open */
			unlink(b);
		if (!stat(a, &st))
			copy_bytes(b, a, &st);
		free(a);
		free(b);
	}
	if (sqlite3_open(side, &db) || sqlite3_exec(db, "BEGIN IMMEDIATE; COMMIT", NULL, NULL, NULL)) {
		fprintf(stderr, "recover %s: %s\n", side, sqlite3_errmsg(db));
		exit(2);
	}
	sqlite3_close(db);
	free(side);
}
