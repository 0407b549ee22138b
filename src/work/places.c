/* Repos and files by hand: a marker is written, a path finds its repo. */
#include "backstay/repo.h"
#include "base/text.h"
#include "base/vec.h"
#include "work/folded.h"
#include "work/mounted.h"
#include "work/register.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

static int mark(const char **id, store *s, bool read_only, bks_arena *a, bks_error *err)
{
	int r;

	if (read_only) {
		*id = mounted_folder(s, a);
		return 0;
	}
	r = store_marker_read(id, s, a, err);
	return r == 1 ? store_marker_make(id, s, a, err) : r;
}

static int name_ok(const char *name, bks_error *err)
{
	if (!name || !*name || strchr(name, '/') || strchr(name, ':'))
		return fail(err, BKS_E_USAGE, "a repo's name is a word without '/' and ':'");
	return 0;
}

/* 0, or BKS_E_USAGE: another repo is the same folder, by another name (a link, a mount): its files would count as copies of themselves.
 */
static int is_new_place(bks_catalog *cat, store *s, bks_arena *a, bks_error *err)
{
	const char *mine = mounted_folder(s, a), *theirs;
	bks_repos all;
	int r = bks_repo_list(&all, cat, a, err);

	for (size_t i = 0; !r && mine && i < all.n; i++) {
		AUTO(store_auto) store *other = NULL;

		theirs = mounted_open(&other, &all.v[i], NULL) < 0 ? NULL : mounted_folder(other, a);
		if (theirs && !strcmp(mine, theirs))
			return fail(err, BKS_E_USAGE, "%s is the same folder as repo %s", s->root,
				bks_shown(all.v[i].name, a));
	}
	return r;
}

static int add_repo(int64_t *id, bks_catalog *cat, bks_repo *r, bks_arena *a, bks_error *err)
{
	AUTO(store_auto) store *s = NULL;
	const bks_repo *there;
	int e = name_ok(r->name, err);

	if (!e)
		e = bks_repo_find(&there, cat, r->name, a, err);
	else
		return e;
	if (e <= 0)
		return e < 0 ? e : fail(err, BKS_E_USAGE, "a repo is already called %s", r->name);
	e = bks_repo_check(r, err);
	if (!e)
		e = store_url(&r->url, r->url, a, err);
	if (!e)
		e = mounted_open(&s, r, err);
	if (!e)
		e = is_new_place(cat, s, a, err);
	if (!e)
		e = store_prove(&r->honours, s, !r->read_only, a, err);
	if (!e)
		e = mark(&r->marker, s, r->read_only, a, err);
	return e ? e : repo_insert(id, cat, r, err);
}

int bks_repo_add(int64_t *id, bks_catalog *cat, const bks_repo *r, bks_error *err)
{
	bks_arena *a = bks_arena_new();
	bks_repo own = *r;
	int e = add_repo(id, cat, &own, a, err);

	bks_arena_free(a);
	return e < 0 ? note(err, e, "repo add %s", r->name ? r->name : "") : e;
}

/* The repo in which FILE lies, and its path there; of nested ones the innermost. 0 found, 1 none. */
static int repo_of(const bks_repo **out, const char **path, bks_catalog *cat, const char *file, bks_arena *a,
	bks_error *err)
{
	bks_repos all;
	bool found = false;
	int r = bks_repo_list(&all, cat, a, err);

	for (size_t i = 0; !r && i < all.n; i++) {
		AUTO(store_auto) store *s = NULL;
		const char *in;

		if (mounted_open(&s, &all.v[i], NULL) < 0 || store_locate(&in, s, file, a, NULL) != 0)
			continue;
		if (found && strlen(in) >= strlen(*path))
			continue;
		found = true;
		/* cppcheck-suppress autoVariables ; the rows lie in the arena, only their list is ours */
		*out = &all.v[i];
		*path = in;
	}
	return r ? r : !found;
}

static int apply(bks_catalog *cat, int64_t id, const bks_add_options *opt, bks_error *err)
{
	bks_backup_change c = {.source = opt->source, .tier = opt->tier, .reason = opt->reason, .taken_at = opt->taken_at};

	return opt->source || opt->tier || opt->taken_at ? bks_backup_set(cat, id, &c, err) : 0;
}

struct hand {
	bks_catalog *cat;
	const bks_repo *repo;
	const char *path;
	const bks_add_options *opt;
	bks_arena *arena;
};

static void in_set(void *arg, const bks_action *a)
{
	if (!*a->from)
		*(int64_t *)arg = a->backup_id;
}

static int add_new(int64_t *id, struct hand *h, store *s, const struct store_entry *e, bks_error *err)
{
	struct sidecars sc = {0};
	bks_sources sources;
	bks_action done = {0};
	const char *why = NULL;
	struct sets sets = {.cat = h->cat, .repo = h->repo, .now = h->opt->now, .arena = h->arena};
	struct registrar g = {.sets = &sets,.cat = h->cat, .sources = &sources, .repo = h->repo, .s = s, .sidecars = &sc,
		.settle = bks_catalog_settings(h->cat)->settle, .now = h->opt->now, .by_hand = h->opt};
	int r = bks_source_list(&sources, h->cat, h->arena, err);

	if (!r)
		r = register_file(&done, &g, e, &why, h->arena, err);
	sidecars_clear(&sc);
	if (r == REGISTER_ASIDE) {
		const struct sets_told to = {in_set, NULL, id};

		r = sets_flush(&sets, &to, err);
		return r ? r : apply(h->cat, *id, h->opt, err);
	}
	if (r > 0)
		return fail(err, BKS_E_IO, "%s", why);
	*id = done.backup_id;
	return r ? r : apply(h->cat, *id, h->opt, err);
}

/* A regular file, or a folder that is one backup. */
static int stat_backup(struct store_entry *e, store *s, const char *path, bks_error *err)
{
	bool (*owns)(const char *name);
	int r = store_stat(e, s, path, err);

	if (r)
		return r < 0 ? r : fail(err, BKS_E_IO, "it is not there");
	e->path = path;
	if (e->kind == STORE_FOLDER)
		r = folded_find(e, &owns, s, err);
	else if (e->kind != STORE_FILE)
		return fail(err, BKS_E_USAGE, "it is no regular file");
	return r > 0 ? fail(err, BKS_E_USAGE, "it is a folder, and no backup that is known") : r;
}

static int add_beneath(int64_t *id, struct hand *h, bks_error *err)
{
	AUTO(store_auto) store *s = NULL;
	const bks_artifact *there;
	struct store_entry e;
	struct store_id was;
	int r = mounted_open(&s, h->repo, err);

	if (!r)
		r = stat_backup(&e, s, h->path, err);
	if (r)
		return r;
	r = artifact_find_path(&there, h->cat, h->repo->id, h->path, h->arena, err);
	if (r < 0)
		return r;
	if (!r) {
		was = (struct store_id){.size = there->size, .mtime = there->mtime};
		if (store_same(&was, &e.id) && there->state != BKS_STATE_MISSING) {
			*id = there->backup_id;
			r = apply(h->cat, *id, h->opt, err);
			return r ? r : 1;
		}
		r = artifact_set_state(h->cat, there->id, BKS_STATE_MISSING, "replaced", h->opt->now, err);
		if (r < 0)
			return r;
	}
	return add_new(id, h, s, &e, err);
}

static int add_in_group(int64_t *id, struct hand *h, bks_error *err)
{
	int r = catalog_begin(h->cat, err);
	int known;

	if (r)
		return r;
	known = add_beneath(id, h, err);
	if (known < 0) {
		catalog_rollback(h->cat);
		return known;
	}
	r = catalog_commit(h->cat, err);
	return r ? r : known;
}

static int add_file(int64_t *id, struct hand *h, const char *file, bks_error *err)
{
	int r;

	if (access(file, F_OK))
		return fail(err, errno == ENOENT ? BKS_E_USAGE : BKS_E_IO, "%s", strerror(errno));
	r = repo_of(&h->repo, &h->path, h->cat, file, h->arena, err);
	if (r > 0)
		return fail(err, BKS_E_USAGE, "no repo holds it: backstay repo add NAME DIR");
	return r ? r : add_in_group(id, h, err);
}

int bks_add(int64_t *id, bks_catalog *cat, const char *path, const bks_add_options *opt, bks_error *err)
{
	struct hand h = {.cat = cat, .opt = opt, .arena = bks_arena_new()};
	int r = add_file(id, &h, path, err);

	if (r < 0)
		note(err, r, "add %s", bks_shown(path, h.arena));
	bks_arena_free(h.arena);
	return r;
}
