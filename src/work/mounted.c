/* "Not mounted" must never look like "all backups vanished": the place is asked who it is before anything is said of its files. */
#include "work/mounted.h"
#include "base/text.h"
#include <string.h>
#include <sys/stat.h>

#define FOLDER "folder:"

int mounted_open(store **out, const bks_repo *r, bks_error *err)
{
	return store_open_place(out,
		&(struct store_place){r->url, r->endpoint, r->region, r->path_style, r->ca_file, r->profile, r->reaper_profile,
			r->honours && strstr(r->honours, "delete-if-match")},
		err);
}

const char *mounted_folder(store *s, bks_arena *a)
{
	struct stat st;

	if (store_remote(s))
		return arena_form(a, FOLDER "%s", store_identity(s, a));
	if (stat(s->root, &st))
		return NULL;
	return arena_form(a, FOLDER "%llu:%llu", (unsigned long long)st.st_ino, (unsigned long long)st.st_dev);
}

static bool is_folder(const char *marker)
{
	return !strncmp(marker, FOLDER, sizeof FOLDER - 1);
}

struct known_there {
	store *s;
	int64_t live;
};

static int one_there(void *arg, const bks_artifact *f)
{
	struct known_there *k = arg;
	struct store_entry e;

	if (f->state != BKS_STATE_LIVE && f->state != BKS_STATE_SETTLING)
		return 0;
	k->live++;
	if (store_stat(&e, k->s, f->path, NULL))
		return 0;
	return e.kind == STORE_FOLDER || (e.kind == STORE_FILE && e.id.size == f->size);
}

static int check_folder(const char **why, const char **note, bks_catalog *cat, const bks_repo *r, store *s, bks_arena *a,
	bks_error *err)
{
	struct known_there k = {.s = s};
	const char *is = mounted_folder(s, a);
	int there;

	if (r->marker && is_folder(r->marker) && (!is || !strcmp(is, r->marker)))
		return 0;
	there = r->marker && is_folder(r->marker) ? artifact_each(cat, r->id, one_there, &k, err) : 1;
	if (there < 0)
		return there;
	if (there || !k.live) {
		*note = is;
		return 0;
	}
	*why = arena_form(a, "%s is another folder than was registered, and nothing of what was in it is there: not mounted?", r->url);
	return 1;
}

int mounted_check(const char **why, const char **note, bks_catalog *cat, const bks_repo *r, store *s, bool make,
	bks_arena *a, bks_error *err)
{
	const char *id = NULL, *known = r->marker && !is_folder(r->marker) ? r->marker : NULL;
	bks_error e = {0};
	int n;

	*why = *note = NULL;
	if (r->read_only)
		return check_folder(why, note, cat, r, s, a, err);
	n = store_marker_read(&id, s, a, &e);
	if (n == 1 && !known) {
		if (!make)
			return 0;
		n = store_marker_make(&id, s, a, &e);
	}
	if (n < 0)
		*why = arena_text(a, e.text);
	else if (n)
		*why = arena_form(a, "%s has no marker " STORE_MARKER ": not mounted?", r->url);
	else if (known && strcmp(id, known) != 0)
		*why = arena_form(a, "%s has the marker %s, registered is %s: another disk?", r->url, id, known);
	else if (!known)
		*note = id;
	return *why != NULL;
}
