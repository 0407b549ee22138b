/*
 * The copy before an upgrade: a second connection reads while ours holds the write lock, so
 * nothing can change in between. It gets its name only when all of it is on the disk.
 */
#include "db/copy.h"
#include "base/text.h"
#include "db/db_private.h"
#include "db/migrate.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int sync_path(const char *path, int flags, bks_error *err)
{
	int fd = open(path, flags | O_CLOEXEC);
	int r = 0;

	if (fd < 0)
		return fail(err, BKS_E_IO, "open %s: %s", path, strerror(errno));
	if (fsync(fd))
		r = fail(err, BKS_E_IO, "sync %s: %s", path, strerror(errno));
	close(fd);
	return r;
}

int db_sync_directory(const char *path, bks_error *err)
{
	bks_arena *a = bks_arena_new();
	const char *slash = strrchr(path, '/');
	size_t n = slash ? (size_t)(slash - path) : 0;
	const char *dir = !slash ? "." : n ? arena_bytes(a, path, n) : "/";
	int r = sync_path(dir, O_RDONLY | O_DIRECTORY, err);

	bks_arena_free(a);
	return r;
}

int db_place(const char *from, const char *to, bks_error *err)
{
	/* link never takes a name that is there; where a file system has no links, renameat2
	 * does the same */
	if (!link(from, to))
		unlink(from);
	else if (errno == EEXIST)
		return 1;
	else if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE))
		return errno == EEXIST
			       ? 1
			       : fail(err, BKS_E_IO, "name %s: %s", to, strerror(errno));
	return db_sync_directory(to, err);
}

static int vacuum_into(db *d, const char *to, bks_error *err)
{
	struct db_options opt = {.read_only = true, .wait = d->wait};
	AUTO(db_auto) db *reader = NULL;
	int fd = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600), r;
	db_query *q;

	if (fd < 0)
		return fail(err, BKS_E_IO, "make %s: %s", to, strerror(errno));
	close(fd);
	r = db_open(&reader, d->path, &opt, err);
	if (!r)
		r = db_exec(reader, "PRAGMA query_only = OFF", err);
	if (r)
		return r;
	q = db_sql(reader, "VACUUM INTO ?");
	db_bind_text(q, to);
	r = db_run(q, err);
	return r ? r : sync_path(to, O_RDONLY, err);
}

static int is_whole(const char *path, bks_error *err)
{
	struct db_options opt = {.read_only = true};
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	AUTO(db_auto) db *d = NULL;
	AUTO(db_query_auto) db_query *q = NULL;
	const char *said;
	int r = db_open(&d, path, &opt, err);

	if (r)
		return r;
	q = db_sql(d, "SELECT quick_check FROM pragma_quick_check(1)");
	r = db_step(q, err);
	said = r > 0 ? db_text(q, a) : NULL;
	if (r > 0 && said && strcmp(said, "ok") != 0)
		r = fail(err, BKS_E_CATALOG, "the copy %s is not whole: %s", path, said);
	db_query_free(q);
	q = NULL;
	return r > 0 ? 0 : r;
}

int db_copy_to(db *d, const char *to, bks_error *err)
{
	int r = vacuum_into(d, to, err);

	if (!r)
		r = is_whole(to, err);
	if (r)
		unlink(to);
	return r;
}

int db_copy_beside(const char **out, db *d, int version, bks_arena *a, bks_error *err)
{
	const char *part = arena_form(a, "%s.before-upgrade-%d.part", d->path, version);
	int r;

	unlink(part); /* left by a crash: we hold the lock, so nobody else is writing it */
	r = vacuum_into(d, part, err);
	for (int i = 0; !r && i < 1000; i++) {
		*out = i ? arena_form(a, "%s.before-upgrade-%d.%d", d->path, version, i)
			 : arena_form(a, "%s.before-upgrade-%d", d->path, version);
		r = db_place(part, *out, err);
		if (r <= 0)
			break;
		r = 0;
	}
	if (r)
		unlink(part);
	return r;
}
