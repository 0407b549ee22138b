/* Copying what is to be fetched: a file, or a folder that gets its name when all of it is
 * there. */
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

void fetch_add(struct fetching *f, const char *repo, const char *path,
	const bks_digests *expected, bks_time mtime)
{
	bool known = expected && (expected->has_sha256 || expected->has_xxh3);

	for (size_t i = 0; i < f->items.n; i++)
		if (!strcmp(f->items.v[i].path, path))
			return;
	*vec_add(&f->items, f->a) =
		(struct fetch_item){repo, path, known ? expected : NULL, mtime};
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

/* The folder above PATH beneath the place that is fetched into. */
static int folder_above(const char **base, struct fetching *f, int dir, const char *path)
{
	const char *slash = strrchr(path, '/');

	*base = slash ? slash + 1 : path;
	return intofile_folder(
		dir, slash ? arena_bytes(f->a, path, (size_t)(slash - path)) : "", f->err);
}

/* 0; 1: other digests; NAME beneath DIR. */
static int copy_file(bks_digests *d, int64_t *size, struct fetching *f, store *s,
	const char *from, int dir, const char *to, const struct intofile *how)
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
	at = folder_above(&base, f, dir, to);
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

static void add_line(digest *d, const uint8_t *value, size_t n, const char *name)
{
	char hex[65];

	digest_add(d, hex_write(hex, value, n), 2 * n);
	digest_add(d, "  ", 2);
	for (; *name; name++)
		if (*name == '\n' || *name == '\\')
			digest_add(d, *name == '\n' ? "\\n" : "\\\\", 2);
		else
			digest_add(d, name, 1);
	digest_add(d, "\n", 1);
}

/* Empties and removes the folder NAME in DIR, which we made. */
static void remove_folder(int dir, const char *name, members *m, bks_arena *a)
{
	int at = beneath_open(dir, name, O_RDONLY | O_DIRECTORY, 0);

	for (size_t i = 0; at >= 0 && i < m->n; i++) {
		const char *base;
		int in = beneath_parent(&base, at, m->v[i].name);

		if (in >= 0) {
			unlinkat(in, base, 0);
			close(in);
		}
	}
	for (size_t i = m->n; at >= 0 && i-- > 0;) {
		char *path = arena_text(a, m->v[i].name);

		for (char *slash; (slash = strrchr(path, '/'));) {
			*slash = '\0';
			unlinkat(at, path, AT_REMOVEDIR);
		}
	}
	if (at >= 0)
		close(at);
	unlinkat(dir, name, AT_REMOVEDIR);
}

struct copying {
	bks_digests digests;
	int64_t size;
};

static int copy_members(struct copying *out, struct fetching *f, store *s, members *m,
	const char *path, int dir, const char *temp)
{
	struct intofile how = {.stop = f->opt->stop, .stop_arg = f->opt->stop_arg};
	digest *sha = digest_new(true), *xxh = digest_new(false);
	bks_digests of_sha;
	int r = 0;

	for (size_t i = 0; !r && i < m->n; i++) {
		const char *name = m->v[i].name;
		bks_digests d = {0};
		int64_t size = 0;

		if (m->v[i].kind != MEMBER_FILE) {
			r = fail(f->err, BKS_E_IO,
				"%s/%s is no regular file: it cannot be fetched",
				bks_shown(path, f->a), bks_shown(name, f->a));
			break;
		}
		r = copy_file(&d, &size, f, s, arena_form(f->a, "%s/%s", path, name), dir,
			arena_form(f->a, "%s/%s", temp, name), &how);
		add_line(sha, d.sha256, sizeof d.sha256, name);
		add_line(xxh, d.xxh3, sizeof d.xxh3, name);
		out->size += size;
	}
	digest_end(&out->digests, xxh);
	digest_end(&of_sha, sha);
	out->digests.has_sha256 = of_sha.has_sha256;
	memcpy(out->digests.sha256, of_sha.sha256, sizeof of_sha.sha256);
	return r;
}

static bool same(const bks_digests *is, const bks_digests *want)
{
	if (is->has_sha256 && want->has_sha256)
		return !memcmp(is->sha256, want->sha256, sizeof is->sha256);
	return !want->has_xxh3 || !memcmp(is->xxh3, want->xxh3, sizeof is->xxh3);
}

/* Folders that hold no file belong to a data directory, too. */
struct hollow {
	struct fetching *f;
	int dir;
	size_t skip;
	const char *temp;
	int failed;
};

static int make_hollow(void *arg, const struct store_entry *e)
{
	struct hollow *h = arg;
	int at;

	if (e->kind != STORE_FOLDER)
		return 0;
	at = intofile_folder(
		h->dir, arena_form(h->f->a, "%s/%s", h->temp, e->path + h->skip), h->f->err);
	if (at < 0)
		return h->failed = h->f->err->code;
	close(at);
	return 0;
}

static int copy_folder(
	struct copying *out, struct fetching *f, store *s, const struct fetch_item *it)
{
	AUTO(members_auto) members *m = NULL;
	const char *base, *temp;
	struct hollow h = {.f = f, .skip = strlen(it->path) + 1};
	int r = store_members(&m, s, it->path, f->err), at, e, made;

	if (r)
		return r < 0 ? r
			     : fail(f->err, BKS_E_IO, "%s is not there",
				       bks_shown(it->path, f->a));
	at = folder_above(&base, f, f->dir, it->path);
	if (at < 0)
		return f->err->code;
	temp = arena_form(f->a, STORE_TEMP "%ld", (long)getpid());
	made = intofile_folder(at, temp, f->err);
	if (made < 0) {
		close(at);
		return f->err->code;
	}
	close(made);
	r = copy_members(out, f, s, m, it->path, at, temp);
	h.dir = at;
	h.temp = temp;
	if (!r)
		r = store_walk_in(s, it->path, make_hollow, &h, f->err);
	if (!r && it->expected && !same(&out->digests, it->expected))
		r = 1;
	e = r ? 0 : intofile_name(at, temp, at, base);
	if (e)
		r = fail(f->err, e == EEXIST ? BKS_E_REFUSED : BKS_E_IO, "%s: %s",
			bks_shown(it->path, f->a), strerror(e));
	if (!r && fsync(at) && errno != EINVAL)
		r = fail(f->err, BKS_E_IO, "sync %s: %s", f->root, strerror(errno));
	if (r)
		remove_folder(at, temp, m, f->a);
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
		r = copy_file(&one.digests, &one.size, f, s, name, f->dir, name, &how);
		if (!r)
			*vec_add(&f->done, f->a) = one;
	}
	return r;
}

int fetch_one(struct fetching *f, const struct fetch_item *it)
{
	struct intofile how = {
		.expected = it->expected, .stop = f->opt->stop, .stop_arg = f->opt->stop_arg};
	struct copying c = {0};
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
		r = copy_folder(&c, f, s, it);
	else
		r = copy_file(&c.digests, &c.size, f, s, it->path, f->dir, it->path, &how);
	if (r > 0) {
		differs(f, it, &c.digests);
		return 0;
	}
	if (r)
		return r;
	*vec_add(&f->done, f->a) =
		(bks_fetched_file){arena_form(f->a, "%s/%s", f->root, it->path), c.size,
			c.digests, it->expected != NULL, it->repo};
	return e.kind == STORE_FOLDER ? 0 : copy_beside(f, s, it);
}
