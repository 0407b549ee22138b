/*
 * Removing a folder that lies in the trash: all in it is listed first and held against what was
 * found before it was moved, so that one strange thing in it keeps everything; then each file
 * goes by its name, and each folder when it is empty.
 */
#include "base/text.h"
#include "base/vec.h"
#include "store/beneath.h"
#include "store/file.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct tomb {
	const struct store_doomed *d;
	size_t skip; /* bytes of the walk's paths before the names */
	bks_arena *a;
	const char **why;
	VEC(const struct store_member *) files;
	VEC(const char *) folders;
};

static int by_name(const void *x, const void *y)
{
	return strcmp(
		((const struct store_member *)x)->name, ((const struct store_member *)y)->name);
}

static int strange(struct tomb *t, const char *name, const char *what)
{
	*t->why = arena_form(t->a, "%s%s in it: nothing of it was removed", name, what);
	return 2;
}

static int inside(void *arg, const struct store_entry *e)
{
	struct tomb *t = arg;
	const char *name = e->path + t->skip;
	const struct store_member key = {.name = name}, *m;

	if (e->kind == STORE_FOLDER) {
		*vec_add(&t->folders, t->a) = arena_text(t->a, name);
		return 0;
	}
	m = t->d->n ? bsearch(&key, t->d->members, t->d->n, sizeof key, by_name) : NULL;
	if (!m)
		return strange(t, arena_text(t->a, store_path_tail(name)), " was not known");
	if (e->kind != STORE_FILE)
		return strange(t, m->name, " is no regular file any more");
	if (e->id.inode != m->id.inode || e->id.size != m->id.size ||
		e->id.mtime != m->id.mtime)
		return strange(t, m->name, " was changed or exchanged");
	*vec_add(&t->files, t->a) = m;
	return 0;
}

/* The member by the way that leads through no link; a look right before. */
static int remove_one(int64_t *freed, int tomb, const struct store_member *m, bks_error *err)
{
	const char *base;
	struct stat st;
	struct store_id id;
	int dir = beneath_parent(&base, tomb, m->name), r = 0;

	if (dir < 0)
		return fail(err, BKS_E_IO, "open the folder of %s in the trash: %s",
			store_path_tail(m->name), strerror(errno));
	if (fstatat(dir, base, &st, AT_SYMLINK_NOFOLLOW) != 0) {
		r = errno == ENOENT ? 0
				    : fail(err, BKS_E_IO, "look at %s in the trash: %s",
					      store_path_tail(m->name), strerror(errno));
	} else {
		file_id(&id, &st);
		if (!S_ISREG(st.st_mode) || id.inode != m->id.inode || id.size != m->id.size)
			r = fail(err, BKS_E_REFUSED, "%s in the trash was exchanged",
				store_path_tail(m->name));
		else if (unlinkat(dir, base, 0) != 0)
			r = fail(err, BKS_E_IO, "remove %s in the trash: %s",
				store_path_tail(m->name), strerror(errno));
		else
			*freed += st.st_nlink > 1 ? 0 : st.st_size;
	}
	close(dir);
	return r;
}

static int remove_folder(int at, const char *path, bks_error *err)
{
	const char *base;
	int dir = beneath_parent(&base, at, path), r = 0;

	if (dir < 0 || unlinkat(dir, base, AT_REMOVEDIR) != 0)
		r = errno == ENOENT ? 0
				    : fail(err, BKS_E_IO, "remove the folder %s: %s",
					      store_path_tail(path), strerror(errno));
	if (dir >= 0)
		close(dir);
	return r;
}

static int empty(struct tomb *t, int64_t *freed, int trash, bks_error *err)
{
	int tomb = beneath_open(trash, t->d->grave, O_PATH | O_DIRECTORY, 0), r = 0;

	if (tomb < 0)
		return fail(err, BKS_E_IO, "open %s/%s: %s", STORE_TRASH, t->d->grave,
			strerror(errno));
	for (size_t i = 0; !r && i < t->files.n; i++)
		r = remove_one(freed, tomb, t->files.v[i], err);
	/* a folder was listed before what is in it */
	for (size_t i = t->folders.n; !r && i-- > 0;)
		r = remove_folder(tomb, t->folders.v[i], err);
	close(tomb);
	if (!r)
		r = remove_folder(trash, t->d->grave, err);
	if (!r && (tomb = beneath_open(trash, ".", O_RDONLY | O_DIRECTORY, 0)) >= 0) {
		if (fsync(tomb) != 0 && errno != EINVAL)
			r = fail(err, BKS_E_IO, "sync %s: %s", STORE_TRASH, strerror(errno));
		close(tomb);
	}
	return r;
}

int file_erase_folder(const char **why, int64_t *freed, store *s, int trash,
	const struct store_doomed *d, bks_arena *a, bks_error *err)
{
	struct tomb t = {.d = d, .a = a, .why = why};
	const char *path = arena_form(a, "%s/%s", STORE_TRASH, d->grave);
	struct stat st;
	int r;

	if (fstatat(trash, d->grave, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT
			       ? 1
			       : fail(err, BKS_E_IO, "look at %s: %s", path, strerror(errno));
	if (!S_ISDIR(st.st_mode) || (int64_t)st.st_ino != d->id.inode) {
		*why = "what lies in the trash is not what was moved";
		return 2;
	}
	t.skip = strlen(path) + 1;
	r = store_walk_in(s, path, inside, &t, err);
	return r ? r : empty(&t, freed, trash, err);
}
