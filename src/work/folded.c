/*
 * A folder is known as a backup by the names in it. Every folder of a repo is asked, so that the
 * answer must be cheap: first only what lies right in it is listed, and all beneath it only where
 * a name there gives reason to.
 */
#include "work/folded.h"
#include "base/error.h"
#include "format/format.h"
#include <string.h>

void folded_sum(int64_t *size, bks_time *mtime, const members *m)
{
	*size = 0;
	*mtime = BKS_TIME_NONE;
	for (size_t i = 0; i < m->n; i++) {
		const struct member *f = &m->v[i];

		if (f->kind != MEMBER_FILE)
			continue;
		*size += f->size > 0 ? f->size : 0;
		if (*mtime == BKS_TIME_NONE || (f->mtime != BKS_TIME_NONE && f->mtime > *mtime))
			*mtime = f->mtime;
	}
}

static void fold(struct store_entry *e, const members *m)
{
	bks_time newest;

	folded_sum(&e->id.size, &newest, m);
	if (newest != BKS_TIME_NONE)
		e->id.mtime = newest;
}

int folded_stat(struct store_entry *out, store *s, const char *path, bks_error *err)
{
	AUTO(members_auto) members *m = NULL;
	int r = store_stat(out, s, path, err);

	if (r || out->kind != STORE_FOLDER)
		return r;
	r = store_members(&m, s, path, err);
	if (!r)
		fold(out, m);
	return r;
}

enum { SIGN = 2 };

static int look_for_sign(void *arg, const struct store_entry *e)
{
	const char *name = e->path + *(const size_t *)arg;

	if (e->kind == STORE_FOLDER)
		return 0;
	return format_folder_sign(name) ? SIGN : 0;
}

static bool owns_all(const struct format *format, const members *m)
{
	for (size_t i = 0; format->owns && i < m->n; i++)
		if (!format->owns(m->v[i].name))
			return false;
	return true;
}

int folded_find(struct store_entry *e, bool (**owns)(const char *name), store *s, bks_error *err)
{
	AUTO(members_auto) members *m = NULL;
	const struct format *format;
	size_t n = strlen(e->path) + 1;
	int r = store_list(s, e->path, look_for_sign, &n, err);

	if (r != SIGN)
		return r < 0 ? r : 1;
	r = store_members(&m, s, e->path, err);
	if (r)
		return r;
	format = format_guess_folder(m);
	if (!format)
		return 1;
	fold(e, m);
	*owns = owns_all(format, m) ? NULL : format->owns;
	return 0;
}
