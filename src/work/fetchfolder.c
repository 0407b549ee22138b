/* A folder that is to be fetched, which gets its name when all of it is there; the links of a
 * base backup that lead to another place of its repo become what lies there. */
#include "base/bytes.h"
#include "base/digest.h"
#include "base/text.h"
#include "store/beneath.h"
#include "work/fetch.h"
#include "work/intofile.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

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

struct removing {
	const char *folder; /* beneath the place that is fetched into */
	bks_arena *a;
	VEC(const char *) v;
	VEC(bool) is_folder;
};

static int see(void *arg, const struct store_entry *e)
{
	struct removing *r = arg;

	*vec_add(&r->v, r->a) = arena_text(r->a, e->path);
	*vec_add(&r->is_folder, r->a) = e->kind == STORE_FOLDER;
	return 0;
}

static void take_away(struct fetching *f, const char *path, bool folder)
{
	const char *base;
	int in = beneath_parent(&base, f->dir, path);

	if (in >= 0) {
		unlinkat(in, base, folder ? AT_REMOVEDIR : 0);
		close(in);
	}
}

/* Empties and removes the folder PATH, which we made. */
static void remove_folder(struct fetching *f, const char *path)
{
	AUTO(store_auto) store *s = NULL;
	struct removing r = {.a = f->a};

	if (store_open(&s, f->root, NULL) || store_walk_in(s, path, see, &r, NULL))
		return;
	/* a folder came before what is in it */
	for (size_t i = r.v.n; i-- > 0;)
		take_away(f, r.v.v[i], r.is_folder.v[i]);
	take_away(f, path, true);
}

/* A folder on its way: what is copied, to where. */
struct copying {
	bks_fetched_file *out;
	struct fetching *f;
	store *s;
	const struct fetch_item *it;
	int dir;
	const char *temp; /* in it */
};

/* Folders that hold no file belong to a data directory, too. */
struct hollow {
	const struct copying *c;
	size_t skip;
	const char *to;
	bool space; /* of a tablespace */
};

static bool is_of_space(const char *name)
{
	return !strncmp(name, "PG_", 3);
}

static int make_hollow(void *arg, const struct store_entry *e)
{
	struct hollow *h = arg;
	struct fetching *f = h->c->f;
	int at;

	if (e->kind != STORE_FOLDER)
		return 0;
	if (h->space && !is_of_space(e->path + h->skip))
		return STORE_PASS;
	at = intofile_folder(
		h->c->dir, arena_form(f->a, "%s/%s", h->to, e->path + h->skip), f->err);
	if (at < 0)
		return f->err->code;
	close(at);
	return 0;
}

static int make_hollows(const struct copying *c, const char *from, const char *to, bool space)
{
	struct hollow h = {c, strlen(from) + 1, to, space};

	return store_walk_in(c->s, from, make_hollow, &h, c->f->err);
}

static int is_odd(const struct copying *c, const char *folder, const char *name)
{
	return fail(c->f->err, BKS_E_IO, "%s/%s is no regular file: it cannot be fetched",
		bks_shown(folder, c->f->a), bks_shown(name, c->f->a));
}

/* The files of FROM, in the repo, into TO: of a tablespace the folders that a server made
 * there, of pg_wal what lies right in it. */
static int copy_behind(struct copying *c, const char *from, const char *to, bool space)
{
	AUTO(members_auto) members *m = NULL;
	struct intofile how = {.stop = c->f->opt->stop, .stop_arg = c->f->opt->stop_arg};
	bks_arena *a = c->f->a;
	int r = store_members(&m, c->s, from, c->f->err), at;

	if (r)
		return r < 0 ? r
			     : fail(c->f->err, BKS_E_IO, "%s is not there", bks_shown(from, a));
	at = intofile_folder(c->dir, to, c->f->err);
	if (at < 0)
		return c->f->err->code;
	close(at);
	for (size_t i = 0; !r && i < m->n; i++) {
		const char *name = m->v[i].name;
		bks_digests d;
		int64_t size = 0;

		if (space ? !is_of_space(name) : strchr(name, '/') != NULL)
			continue;
		if (m->v[i].kind != MEMBER_FILE)
			return is_odd(c, from, name);
		r = fetch_file(&d, &size, c->f, c->s, arena_form(a, "%s/%s", from, name),
			c->dir, arena_form(a, "%s/%s", to, name), &how);
		c->out->size += size;
	}
	return r || !space ? r : make_hollows(c, from, to, true);
}

/*
 * A base backup has links to its tablespaces, and may have one to its log. Where such a link
 * leads to another place of its repo, which we read in any case, what lies there comes in the
 * place of the link. Out of the repo none is followed: it may lead to anything.
 */
static int follow(struct copying *c, const char *name)
{
	bks_arena *a = c->f->a;
	bool wal = !strcmp(name, "pg_wal"), space = !strncmp(name, "pg_tblspc/", 10) &&
						    name[10] &&
						    !name[10 + strspn(name + 10, "0123456789")];
	const char *to;
	int r = 2;

	if (c->it->base && (wal || space))
		r = store_link(
			&to, c->s, arena_form(a, "%s/%s", c->it->path, name), a, c->f->err);
	if (r == 2)
		return is_odd(c, c->it->path, name);
	if (r > 0)
		return fail(c->f->err, BKS_E_IO,
			"%s/%s leads out of the repo, to %s: not followed",
			bks_shown(c->it->path, a), name, bks_shown(to, a));
	if (!r)
		c->f->followed++;
	return r ? r : copy_behind(c, to, arena_form(a, "%s/%s", c->temp, name), space);
}

static int copy_members(struct copying *c, members *m)
{
	struct fetching *f = c->f;
	struct intofile how = {.stop = f->opt->stop, .stop_arg = f->opt->stop_arg};
	digest *sha = digest_new(true), *xxh = digest_new(false);
	bks_digests of_sha;
	int r = 0;

	for (size_t i = 0; !r && i < m->n; i++) {
		const char *name = m->v[i].name;
		bks_digests d = {0};
		int64_t size = 0;

		if (m->v[i].kind == MEMBER_LINK) {
			r = follow(c, name);
			continue;
		}
		if (m->v[i].kind != MEMBER_FILE) {
			r = is_odd(c, c->it->path, name);
			break;
		}
		r = fetch_file(&d, &size, f, c->s, arena_form(f->a, "%s/%s", c->it->path, name),
			c->dir, arena_form(f->a, "%s/%s", c->temp, name), &how);
		add_line(sha, d.sha256, sizeof d.sha256, name);
		add_line(xxh, d.xxh3, sizeof d.xxh3, name);
		c->out->size += size;
	}
	digest_end(&c->out->digests, xxh);
	digest_end(&of_sha, sha);
	c->out->digests.has_sha256 = of_sha.has_sha256;
	memcpy(c->out->digests.sha256, of_sha.sha256, sizeof of_sha.sha256);
	return r;
}

static bool same(const bks_digests *is, const bks_digests *want)
{
	if (is->has_sha256 && want->has_sha256)
		return !memcmp(is->sha256, want->sha256, sizeof is->sha256);
	return !want->has_xxh3 || !memcmp(is->xxh3, want->xxh3, sizeof is->xxh3);
}

static int copy_all(struct copying *c, members *m)
{
	int r = copy_members(c, m);

	if (!r)
		r = make_hollows(c, c->it->path, c->temp, false);
	return !r && c->it->expected && !same(&c->out->digests, c->it->expected) ? 1 : r;
}

/* The folder that is whole gets its name. */
static int name_it(struct copying *c, const char *base)
{
	struct fetching *f = c->f;
	int e = intofile_name(c->dir, c->temp, c->dir, base);

	if (e)
		return fail(f->err, e == EEXIST ? BKS_E_REFUSED : BKS_E_IO, "%s: %s",
			bks_shown(c->it->path, f->a), strerror(e));
	if (fsync(c->dir) && errno != EINVAL)
		return fail(f->err, BKS_E_IO, "sync %s: %s", f->root, strerror(errno));
	return 0;
}

int fetch_folder(
	bks_fetched_file *out, struct fetching *f, store *s, const struct fetch_item *it)
{
	AUTO(members_auto) members *m = NULL;
	struct copying c = {
		out, f, s, it, -1, arena_form(f->a, STORE_TEMP "%ld", (long)getpid())};
	const char *base;
	int r = store_members(&m, s, it->path, f->err), made;

	if (r)
		return r < 0 ? r
			     : fail(f->err, BKS_E_IO, "%s is not there",
				       bks_shown(it->path, f->a));
	c.dir = fetch_above(&base, f, f->dir, it->path);
	if (c.dir < 0)
		return f->err->code;
	made = intofile_folder(c.dir, c.temp, f->err);
	if (made < 0) {
		close(c.dir);
		return f->err->code;
	}
	close(made);
	r = copy_all(&c, m);
	if (!r)
		r = name_it(&c, base);
	if (r)
		remove_folder(f,
			arena_form(f->a, "%.*s%s", (int)(base - it->path), it->path, c.temp));
	close(c.dir);
	return r;
}
