/*
 * Opening, making and upgrading the file. A new catalog is made whole under another name and
 * then named, so that no one ever meets a half of one, and an empty file in its place is never
 * taken for a fresh start.
 */
#include "base/text.h"
#include "catalog/catalog_private.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int catalog_make_parents(const char *path, bks_arena *a, bks_error *err)
{
	char *p = arena_text(a, path);

	for (char *at = strchr(p + 1, '/'); at; at = strchr(at + 1, '/')) {
		*at = '\0';
		if (mkdir(p, 0700) && errno != EEXIST)
			return fail(err, BKS_E_IO, "make directory %s: %s", bks_shown(p, a),
				strerror(errno));
		*at = '/';
	}
	return 0;
}

static int fill_new(const char *part, int64_t wait, bks_arena *a, bks_error *err)
{
	struct db_options opt = {.make = true,
		.wait = wait,
		.application = CATALOG_APPLICATION,
		.what = "backstay catalog"};
	AUTO(db_auto) db *d = NULL;
	struct db_migrated m;
	int r = db_open(&d, part, &opt, err);

	return r ? r
		 : db_migrate(&m, d, catalog_migrations, catalog_migrations_n,
			   CATALOG_APPLICATION, a, err);
}

static int make_new(const char *path, int64_t wait, bks_arena *a, bks_error *err)
{
	const char *part = arena_form(a, "%s.making-%ld", path, (long)getpid());
	int r = catalog_make_parents(path, a, err), fd;

	if (r)
		return r;
	fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return fail(err, BKS_E_IO, "make %s: %s", bks_shown(part, a), strerror(errno));
	close(fd);
	r = fill_new(part, wait, a, err);
	unlink(arena_form(a, "%s-journal", part));
	if (!r)
		r = db_place(part, path, err);
	unlink(part); /* still there only when it failed, or when another process was first */
	return r < 0 ? r : 0;
}

/* Fills OPT->make; makes the file when it is not there and MODE says so. */
static int find_file(struct db_options *opt, const char *path, enum bks_open_mode mode,
	bks_arena *a, bks_error *err)
{
	const char *shown = bks_shown(path, a);
	struct stat st;

	if (stat(path, &st)) {
		if (errno != ENOENT && errno != ENOTDIR)
			return fail(err, BKS_E_IO, "look at %s: %s", shown, strerror(errno));
		if (mode != BKS_OPEN_MAKE)
			return fail(err, BKS_E_USAGE, "no catalog at %s", shown);
		return make_new(path, opt->wait, a, err);
	}
	if (S_ISDIR(st.st_mode))
		return fail(err, BKS_E_USAGE, "%s is a directory, no catalog", shown);
	if (!S_ISREG(st.st_mode))
		return fail(err, BKS_E_CATALOG, "%s is not a regular file", shown);
	/* one that lost its bytes still has its journal beside it */
	opt->make = mode == BKS_OPEN_MAKE && !st.st_size &&
		    access(arena_form(a, "%s-journal", path), F_OK);
	return 0;
}

static int bring_up(bks_catalog *cat, enum bks_open_mode mode, bks_error *err)
{
	struct db_migrated m;
	int have, r = db_version(&have, cat->db, err);

	if (r || have == catalog_migrations_n)
		return r;
	if (have > catalog_migrations_n)
		return db_newer(cat->db, have, catalog_migrations_n, err);
	if (mode == BKS_OPEN_READ)
		return fail(err, BKS_E_CATALOG,
			"%s has schema %d, this program wants %d: run backstay upgrade, which "
			"takes a copy first",
			cat->file, have, catalog_migrations_n);
	return db_migrate(&m, cat->db, catalog_migrations, catalog_migrations_n,
		CATALOG_APPLICATION, cat->arena, err);
}

int bks_catalog_open(bks_catalog **out, const char *path, enum bks_open_mode mode,
	const bks_settings *s, int64_t wait, bks_error *err)
{
	struct db_options opt = {.read_only = mode == BKS_OPEN_READ,
		.wait = wait,
		.application = CATALOG_APPLICATION,
		.what = "backstay catalog"};
	bks_catalog *cat = calloc(1, sizeof *cat);
	int r;

	if (!cat)
		abort();
	cat->arena = bks_arena_new();
	cat->file = arena_text(cat->arena, path);
	cat->settings = s;
	r = find_file(&opt, path, mode, cat->arena, err);
	if (!r)
		r = db_open(&cat->db, path, &opt, err);
	if (!r)
		r = bring_up(cat, mode, err);
	if (!r && mode != BKS_OPEN_READ)
		r = settings_sync(cat, err);
	if (r)
		bks_catalog_close(cat);
	else
		*out = cat;
	return r;
}

void bks_catalog_close(bks_catalog *cat)
{
	if (!cat)
		return;
	db_close(cat->db);
	bks_arena_free(cat->arena);
	free(cat);
}

const bks_settings *bks_catalog_settings(const bks_catalog *cat)
{
	return cat->settings;
}

const char *bks_catalog_file(const bks_catalog *cat)
{
	return cat->file;
}

int bks_catalog_upgrade(int *from, int *to, const char **copy, const char *path, int64_t wait,
	bks_arena *a, bks_error *err)
{
	struct db_options opt = {
		.wait = wait, .application = CATALOG_APPLICATION, .what = "backstay catalog"};
	AUTO(db_auto) db *d = NULL;
	struct db_migrated m = {0};
	int r = find_file(&opt, path, BKS_OPEN_WRITE, a, err);

	if (!r)
		r = db_open(&d, path, &opt, err);
	if (!r)
		r = db_migrate(&m, d, catalog_migrations, catalog_migrations_n,
			CATALOG_APPLICATION, a, err);
	if (r)
		return r;
	*from = m.from;
	*to = m.to;
	*copy = m.copy;
	return 0;
}

int catalog_begin(bks_catalog *cat, bks_error *err)
{
	return db_begin(cat->db, err);
}

int catalog_begin_bulk(bks_catalog *cat, bks_error *err)
{
	int r = catalog_begin(cat, err);

	cat->bulk.open = !r && db_depth(cat->db) == 1;
	return r;
}

static void end_bulk(bks_catalog *cat)
{
	if (db_depth(cat->db) > 1)
		return;
	free(cat->bulk.label);
	memset(&cat->bulk, 0, sizeof cat->bulk);
}

int catalog_commit(bks_catalog *cat, bks_error *err)
{
	int r = 0;

	if (cat->bulk.open && db_depth(cat->db) == 1)
		r = cat->bulk.spoiled ? fail(err, BKS_E_CATALOG, "%s: a part of this transaction failed", cat->file)
				      : journal_bulk_end(cat, err);
	if (!r)
		r = db_commit(cat->db, err);
	end_bulk(cat);
	if (r)
		db_rollback(cat->db);
	return r;
}

void catalog_rollback(bks_catalog *cat)
{
	end_bulk(cat);
	db_rollback(cat->db);
}
