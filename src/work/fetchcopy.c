/* Copying what is to be fetched: what is there already, files, and what is told of each. */
#include "base/bytes.h"
#include "base/digest.h"
#include "base/text.h"
#include "store/beneath.h"
#include "work/beside.h"
#include "work/commands.h"
#include "work/fetch.h"
#include "work/intofile.h"
#include "work/mounted.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct fetch_item *fetch_add(struct fetching *f, const char *repo, const char *path,
	const bks_digests *expected, bks_time mtime)
{
	struct fetch_item *it;
	bool known = expected && (expected->has_sha256 || expected->has_xxh3);

	for (size_t i = 0; i < f->items.n; i++)
		if (!strcmp(f->items.v[i].path, path))
			return &f->items.v[i];
	it = vec_add(&f->items, f->a);
	*it = (struct fetch_item){repo, path, known ? expected : NULL, mtime, false, NULL};
	return it;
}

int fetch_store(store **out, struct fetching *f, const char *repo)
{
	const bks_repo *of;
	int r = 0;

	if (!f->open_name || strcmp(f->open_name, repo) != 0) {
		store_close(f->open);
		f->open = NULL;
		r = bks_repo_find(&of, f->cat, repo, f->a, f->err);
		if (!r)
			r = mounted_open(&f->open, of, f->err);
		if (r > 0)
			r = fail(f->err, BKS_E_IO, "repo %s is not there", bks_shown(repo, f->a));
		f->open_name = r ? NULL : repo;
	}
	*out = f->open;
	return r;
}

/* Whatever it is: a link, too. */
static int is_there(struct fetching *f, const char *path)
{
	const char *base;
	struct stat st;
	int at = beneath_parent(&base, f->dir, path), r;

	if (at < 0)
		return errno == ENOENT
			       ? 0
			       : fail(f->err,
					 errno == ELOOP || errno == ENOTDIR ? BKS_E_REFUSED
									    : BKS_E_IO,
					 "%s/%s: %s", f->root, bks_shown(path, f->a),
					 strerror(errno));
	r = fstatat(at, base, &st, AT_SYMLINK_NOFOLLOW);
	close(at);
	return r ? 0
		 : fail(f->err, BKS_E_REFUSED,
			   "%s/%s is there already: nothing is written over", f->root,
			   bks_shown(path, f->a));
}

int fetch_free(struct fetching *f)
{
	int r = 0;

	for (size_t i = 0; !r && i < f->items.n; i++)
		r = is_there(f, f->items.v[i].path);
	return r;
}

static void differs(struct fetching *f, const struct fetch_item *it, const bks_digests *is)
{
	bks_finding *n = vec_add(&f->findings, f->a);
	bool sha = is->has_sha256 && it->expected->has_sha256;
	char got[65], want[65];

	hex_write(got, sha ? is->sha256 : is->xxh3, sha ? 32 : 16);
	hex_write(want, sha ? it->expected->sha256 : it->expected->xxh3, sha ? 32 : 16);
	*n = (bks_finding){.code = "digest-changed",
		.severity = BKS_ERROR,
		.where = it->path,
		.text = arena_form(f->a,
			"%s is %s in repo %s, registered is %s: it was not kept",
			sha ? "SHA-256" : "XXH3-128", got, it->repo, want)};
}

int fetch_above(const char **base, struct fetching *f, int dir, const char *path)
{
	const char *slash = strrchr(path, '/');

	*base = slash ? slash + 1 : path;
	return intofile_folder(
		dir, slash ? arena_bytes(f->a, path, (size_t)(slash - path)) : "", f->err);
}

int fetch_file(bks_digests *d, int64_t *size, struct fetching *f, store *s, const char *from,
	int dir, const char *to, const struct intofile *how)
{
	AUTO(stream_auto) stream *in = NULL;
	const char *shown = bks_shown(from, f->a), *base, *what;
	struct store_id id;
	int r = store_read(&in, &id, s, from, f->err), at;
	struct intofile own = *how;

	if (r)
		return r < 0 ? r
			     : fail(f->err, BKS_E_IO, "%s in %s %s", shown, s->root,
				       r == 1 ? "is not there" : "is no regular file");
	at = fetch_above(&base, f, dir, to);
	if (at < 0)
		return f->err->code;
	own.mtime = id.mtime;
	r = intofile(d, size, in, at, base, shown, &own, f->err);
	if (!r && store_recheck(&what, in) != 0) {
		unlinkat(at, base, 0);
		r = fail(
			f->err, BKS_E_IO, "%s in %s changed while it was read", shown, s->root);
	}
	close(at);
	return r;
}

/* What lies beside a database belongs to it. */
static int copy_beside(struct fetching *f, store *s, const struct fetch_item *it)
{
	static const char *const ends[] = {"-wal", "-journal"};
	struct intofile how = {.stop = f->opt->stop, .stop_arg = f->opt->stop_arg};
	int r = 0;

	for (size_t i = 0; !r && i < 2; i++) {
		const char *name = arena_form(f->a, "%s%s", it->path, ends[i]);
		bks_fetched_file one = {
			.path = arena_form(f->a, "%s/%s", f->root, name), .from = it->repo};
		struct store_entry e;

		if (!beside_is(s, name, f->a) || store_stat(&e, s, name, NULL) != 0 ||
			e.kind != STORE_FILE)
			continue;
		r = fetch_file(&one.digests, &one.size, f, s, name, f->dir, name, &how);
		if (!r)
			*vec_add(&f->done, f->a) = one;
	}
	return r;
}

int fetch_one(struct fetching *f, const struct fetch_item *it)
{
	struct intofile how = {
		.expected = it->expected, .stop = f->opt->stop, .stop_arg = f->opt->stop_arg};
	bks_fetched_file c = {0};
	struct store_entry e;
	store *s;
	int r = fetch_store(&s, f, it->repo);

	if (!r)
		r = store_stat(&e, s, it->path, f->err);
	if (r)
		return r < 0 ? r
			     : fail(f->err, BKS_E_IO, "%s is not in repo %s any more",
				       bks_shown(it->path, f->a), bks_shown(it->repo, f->a));
	if (e.kind == STORE_FOLDER)
		r = fetch_folder(&c, f, s, it);
	else
		r = fetch_file(&c.digests, &c.size, f, s, it->path, f->dir, it->path, &how);
	if (r > 0) {
		differs(f, it, &c.digests);
		return 0;
	}
	if (r)
		return r;
	*vec_add(&f->done, f->a) =
		(bks_fetched_file){arena_form(f->a, "%s/%s", f->root, it->path), c.size,
			c.digests, it->expected != NULL, false, it->repo};
	return e.kind == STORE_FOLDER ? 0 : copy_beside(f, s, it);
}
