/*
 * The files of a base backup into a new folder: a tar, a folder of tars, a data directory as it
 * is, and chains of incremental ones. Each is held against its own manifest before anything is
 * changed in it. Tablespaces lie in the new folder, too.
 */
#include "work/commands_base.h"
#include "base/text.h"
#include "store/store.h"
#include <string.h>

static const char *const endings[][2] = {{"", "cat"}, {".gz", "gzip -dc"}, {".zst", "zstd -dc"},
	{".lz4", "lz4 -dc"}, {".xz", "xz -dc"}, {".bz2", "bzip2 -dc"}};
enum { ENDINGS = sizeof endings / sizeof *endings };

struct unpacking {
	struct making *m;
	store *s;
	const bks_artifact *f;
	const char *file; /* where it lies, as a word */
	const char *root; /* as it is */
	const char *into; /* folder, beneath NAME */
	const char *name;
	bool tablespaces;
};

static const char *beneath(struct unpacking *u, const char *member)
{
	return bks_shell_word(
		arena_form(u->m->arena, "%s/%s/%s", u->root, u->f->path, member), u->m->arena);
}

/* MEMBER of the folder, in whatever wrapping it lies there: how it is poured out. NULL: it is
 * not there. */
static const char *pouring(struct unpacking *u, const char *member)
{
	bks_arena *a = u->m->arena;
	struct store_entry e;

	for (int i = 0; i < ENDINGS; i++) {
		const char *name = arena_form(a, "%s%s", member, endings[i][0]);

		if (u->s && store_stat(&e, u->s, arena_form(a, "%s/%s", u->f->path, name),
				    NULL) == 0)
			return arena_form(a, "%s %s", endings[i][1], beneath(u, name));
	}
	return NULL;
}

static void untar(struct unpacking *u, const char *pour, const char *where)
{
	commands_line(u->m, arena_form(u->m->arena, "%s | tar -x -C %s", pour, where));
}

/* The tar of one tablespace goes to a place of its own, which the data directory links to. */
static void tablespace(struct unpacking *u, const char *oid)
{
	bks_arena *a = u->m->arena;
	const char *place = arena_form(
		a, "%s/%s.tablespaces/%s", u->name, u->into + strlen(u->name) + 1, oid);

	commands_line(u->m, arena_form(a, "mkdir -p %s", place));
	untar(u, pouring(u, arena_form(a, "%s.tar", oid)), place);
	commands_line(u->m,
		arena_form(a, "ln -sfn \"$PWD/%s\" %s/pg_tblspc/%s", place, u->into, oid));
	u->tablespaces = true;
}

struct listing {
	struct unpacking *u;
	VEC(const char *) oids;
};

static int see(void *arg, const struct store_entry *e)
{
	struct listing *l = arg;
	const char *base = strrchr(e->path, '/');
	size_t n;

	base = base ? base + 1 : e->path;
	n = strspn(base, "0123456789");
	if (e->kind == STORE_FOLDER)
		return STORE_PASS;
	if (n && n < 12 && !strncmp(base + n, ".tar", 4))
		*vec_add(&l->oids, l->u->m->arena) = arena_bytes(l->u->m->arena, base, n);
	return 0;
}

static void from_tars(struct unpacking *u, const char *base)
{
	struct listing l = {.u = u};
	const char *wal = pouring(u, "pg_wal.tar");

	untar(u, base, u->into);
	if (wal)
		untar(u, wal, arena_form(u->m->arena, "%s/pg_wal", u->into));
	if (store_walk_in(u->s, u->f->path, see, &l, NULL) == 0)
		for (size_t i = 0; i < l.oids.n; i++)
			tablespace(u, l.oids.v[i]);
	commands_line(u->m,
		arena_form(u->m->arena, "test ! -e %s || cp %s %s/",
			beneath(u, "backup_manifest"), beneath(u, "backup_manifest"), u->into));
}

/* Links of a data directory lead to the files of the backup: they are followed once and made
 * anew, so that the new server never writes there. */
static void from_folder(struct unpacking *u)
{
	bks_arena *a = u->m->arena;

	commands_line(u->m, arena_form(a, "cp -R %s/. %s/", u->file, u->into));
	commands_line(u->m, arena_form(a,
				    "for it in %s/pg_tblspc/*; do if [ -L \"$it\" ]; then "
				    "to=%s.tablespaces/${it##*/}; mkdir -p \"$to\"; cp -RL "
				    "\"$it/.\" \"$to/\"; "
				    "ln -sfn \"$PWD/$to\" \"$it\"; fi; done",
				    u->into, u->into));
}

static void check(struct unpacking *u)
{
	const bks_digests *d = &u->f->digests;
	char hex[65];

	if (!d->has_sha256)
		return;
	for (size_t i = 0; i < sizeof d->sha256; i++) {
		hex[2 * i] = "0123456789abcdef"[d->sha256[i] >> 4];
		hex[2 * i + 1] = "0123456789abcdef"[d->sha256[i] & 15];
	}
	hex[64] = 0;
	commands_line(u->m,
		arena_form(u->m->arena, "test \"$(sha256sum <%s)\" = '%s  -'", u->file, hex));
}

bool commands_unpack(struct making *m, const char *into, const char *name, const bks_backup *b,
	const bks_artifact *f, bks_catalog *cat)
{
	AUTO(store_auto) store *s = NULL;
	struct unpacking u = {.m = m, .f = f, .into = into, .name = name};
	struct store_entry e = {.kind = STORE_FILE};
	const char *base, *root = commands_root(f->repo, cat, m->arena);

	u.file = commands_file(f, cat, m->arena);
	if (root && !commands_store(&s, f->repo, cat, m->arena)) {
		u.s = s;
		u.root = root;
		store_stat(&e, s, f->path, NULL);
	}
	commands_line(m, arena_form(m->arena, "mkdir -m 700 %s", into));
	base = e.kind == STORE_FOLDER ? pouring(&u, "base.tar") : NULL;
	if (base) {
		from_tars(&u, base);
	} else if (e.kind == STORE_FOLDER) {
		from_folder(&u);
	} else {
		const char *feed = commands_feed(b->wrapping, u.file, m->arena);

		check(&u);
		commands_line(
			m, *feed ? arena_form(m->arena, "%star -x -C %s", feed, into)
				 : arena_form(m->arena, "tar -x -C %s <%s", into, u.file));
	}
	commands_line(
		m, arena_form(m->arena,
			   "if [ -e %s/backup_manifest ]; then pg_verifybackup -n -q %s; fi",
			   into, into));
	return u.tablespaces;
}
