#include "work/commands.h"
#include "backstay/repo.h"
#include "base/text.h"
#include "base/zone.h"
#include "catalog/rows.h"
#include "store/store.h"
#include "work/commands_private.h"
#include "work/mounted.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void commands_line(struct making *m, const char *text)
{
	*vec_add(&m->lines, m->arena) = text;
}

static bool is_remote(const char *name, bks_catalog *cat, bks_arena *a)
{
	const bks_repo *repo;

	return *name != '/' && !bks_repo_find(&repo, cat, name, a, NULL) && !strncmp(repo->url, "s3://", 5);
}

/* What lies in a bucket is fetched first, to a folder beside the one who pastes the commands. */
static const char *fetched_root(bks_arena *a)
{
	char *here = getcwd(NULL, 0);
	const char *root = here ? arena_form(a, "%s/backstay-fetched", strcmp(here, "/") != 0 ? here : "") : NULL;

	free(here);
	return root;
}

int commands_store(store **out, const char *name, bks_catalog *cat, bks_arena *a)
{
	const bks_repo *repo;

	if (*name == '/')
		return store_open(out, name, NULL);
	return bks_repo_find(&repo, cat, name, a, NULL) ? 1 : mounted_open(out, repo, NULL);
}

void commands_fetch(struct making *m, const bks_backup *b, const bks_artifact *f, const char *options, bks_catalog *cat)
{
	const char *root = is_remote(f->repo, cat, m->arena) ? fetched_root(m->arena) : NULL;

	if (root)
		commands_line(m, arena_form(m->arena, "backstay get %lld %s%s", (long long)b->id, bks_shell_word(root, m->arena), options));
}

const char *commands_root(const char *name, bks_catalog *cat, bks_arena *a)
{
	AUTO(store_auto) store *s = NULL;
	const bks_repo *repo;

	if (*name == '/')
		return name;
	if (is_remote(name, cat, a))
		return fetched_root(a);
	if (bks_repo_find(&repo, cat, name, a, NULL) || mounted_open(&s, repo, NULL) < 0)
		return NULL;
	return arena_text(a, s->root);
}

static const char *file_path(const bks_artifact *f, bks_catalog *cat, bks_arena *a)
{
	const char *root = commands_root(f->repo, cat, a);

	return root ? arena_form(a, "%s/%s", root, f->path) : f->path;
}

const char *commands_target(const struct making *m, const char *db)
{
	return m->how.into ? bks_shell_word(conninfo_text(m->how.into, db, m->arena), m->arena) : db;
}

void commands_createdb(struct making *m, const char *db)
{
	const struct conninfo *in = m->how.into;
	const char *via = in ? conninfo_text(in, in->database ? in->database : "postgres", m->arena) : NULL;

	commands_line(m, via ? arena_form(m->arena, "createdb --maintenance-db=%s -T template0 %s", bks_shell_word(via, m->arena), db)
			     : arena_form(m->arena, "createdb -T template0 %s", db));
}

static const char *quoted_name(const char *name, bks_arena *a)
{
	struct text t = {.arena = a};

	text_word(&t, "\"");
	for (; *name; name++)
		text_add(&t, *name == '"' ? "\"\"" : name, *name == '"' ? 2 : 1);
	text_word(&t, "\"");
	return t.s;
}

void commands_table(struct making *m, const char *db)
{
	const bks_requirement *t = m->how.table;
	bks_arena *a = m->arena;

	if (t)
		commands_line(m, arena_form(a, "pg_dump -t %s -f %s_table.sql -d %s",
					 bks_shell_word(arena_form(a, "%s.%s", quoted_name(t->schema, a), quoted_name(t->name, a)), a), db,
					 commands_target(m, db)));
}

/* An archive gives one table by itself; not the schema that it lies in. */
static const char *one_table(struct making *m, const char *db)
{
	const bks_requirement *t = m->how.table;
	bks_arena *a = m->arena;

	if (!t)
		return "";
	if (strcmp(t->schema, "public") != 0)
		commands_line(m, arena_form(a, "psql -X -q -v ON_ERROR_STOP=1 -d %s -c %s", commands_target(m, db),
					 bks_shell_word(arena_form(a, "CREATE SCHEMA %s", quoted_name(t->schema, a)), a)));
	return arena_form(a, " -n %s -t %s", bks_shell_word(t->schema, a), bks_shell_word(t->name, a));
}

/* What unwraps it, by what its bytes were found to be; a name is not asked. */
static const char *unwrapper(const char *wrapping)
{
	static const char *const pairs[][2] = {{"gzip", "gzip -dc"}, {"zstd", "zstd -dc"}, {"lz4", "lz4 -dc"},
		{"xz", "xz -dc"}, {"bzip2", "bzip2 -dc"}};

	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		if (!strcmp(pairs[i][0], wrapping))
			return pairs[i][1];
	return "cat";
}

const char *commands_feed(const char *wrapping, const char *file, bks_arena *a)
{
	struct text t = {.arena = a};

	text_add(&t, "", 0);
	for (const char *w = wrapping; w && *w;) {
		size_t n = strcspn(w, ",");

		text_word(&t, unwrapper(arena_bytes(a, w, n)));
		if (w == wrapping)
			text_form(&t, " %s", file);
		text_word(&t, " | ");
		w += n + (w[n] == ',');
	}
	return t.s;
}

const char *commands_file(const bks_artifact *f, bks_catalog *cat, bks_arena *a)
{
	return bks_shell_word(file_path(f, cat, a), a);
}

const char *commands_new_name(const bks_backup *b, bks_arena *a)
{
	bks_civil c = zone_civil(b->taken_at == BKS_TIME_NONE ? 0 : b->taken_at, NULL);
	const char *from = b->database ? b->database : b->source;
	const char *slash = strrchr(from, '/');
	struct text t = {.arena = a};

	/* names are cut at 63 bytes by the server */
	for (const char *s = slash ? slash + 1 : from; *s && t.n < 40; s++)
		text_add(&t, (*s >= 'a' && *s <= 'z') || (*s >= '0' && *s <= '9') ? s : "_", 1);
	text_form(&t, "_restored_%04d%02d%02d_%02d%02d", c.year, c.month, c.day, c.hour, c.minute);
	return t.s;
}

/*
 * A dump made with -C or -c says which database it drops, makes and goes to: the live one. awk leaves those parts out, which
 * pg_dump announces by their type; rows (COPY to \.) are never looked at. When no part was announced at all it fails: nothing
 * must be left out of what we did not understand.
 */
#define ONLY_CONTENT \
	"LC_ALL=C awk '/^COPY .* FROM stdin;$/ { c = 1 } " \
	"!c && p ~ /^--($| TOC entry | Dependencies: )/ && /^-- (Name|Data for Name): / { n = 1; d = /; Type: DATABASE( PROPERTIES)?; / || /^-- Name: DATABASE .*; Type: / } " \
	"n ? !d : /^(--|SET |SELECT pg_catalog.set_config|\\\\restrict |$)/ { print } /^\\\\\\.$/ { c = 0 } { p = $0 } END { exit !n }'"

/* The same of pg_dumpall -c: a new cluster has nothing of what it drops at first. */
#define ONLY_MAKING \
	"LC_ALL=C awk '/^-- (Roles|Tablespaces|User Configurations|Databases)$/ { n = 1 } n || !/^DROP / { print } END { exit !n }'"

const char *commands_filter(const char *format, const char *database, bool drops)
{
	if (!strcmp(format, "pgdumpall"))
		return drops ? ONLY_MAKING : NULL;
	return !strcmp(format, "pgdump-plain") && (database || drops) ? ONLY_CONTENT : NULL;
}

/* What pours the dump out: through what unwraps it, and through FILTER when it needs one; or "" where psql can read the file. */
static const char *poured(const char *feeding, const char *filter, const char *file, bks_arena *a)
{
	if (!filter)
		return feeding;
	return *feeding ? arena_form(a, "%s%s | ", feeding, filter) : arena_form(a, "%s %s | ", filter, file);
}

/*
 * A dump of all databases makes them by their own names, and the roles: it gets a cluster of its own. A server does not run as
 * root, and Debian keeps its programs out of the path.
 */
static void into_cluster(struct making *m, const bks_backup *b, const char *feeding, const char *file)
{
	bks_arena *a = m->arena;
	const char *dir = commands_new_name(b, a);
	const char *psql = arena_form(a, "psql -X -q -v ON_ERROR_STOP=1 -h \"$PWD/%s\" -p 54999 -U restorer -d postgres", dir);

	commands_line(m, "PATH=$PATH:$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)");
	commands_line(m, arena_form(a, "mkdir %s", dir));
	commands_line(m, arena_form(a,
		"if [ \"$(id -u)\" = 0 ]; then chown postgres %s; "
		"as='setpriv --reuid=postgres --regid=postgres --init-groups'; else as=; fi",
		dir));
	commands_line(m, arena_form(a, "$as initdb -D \"$PWD/%s\" -U restorer -A trust -E UTF8", dir));
	commands_line(m, arena_form(a,
		"$as pg_ctl -D \"$PWD/%s\" -w -l \"$PWD/%s/log\" -o \"-p 54999 -c listen_addresses='' -k '$PWD/%s'\" start", dir,
		dir, dir));
	commands_line(m, *feeding ? arena_form(a, "%s%s", feeding, psql) : arena_form(a, "%s -f %s", psql, file));
}

static void into_database(struct making *m, const bks_backup *b, const char *feeding, const char *file)
{
	bks_arena *a = m->arena;
	const char *db = commands_new_name(b, a);
	bool archive = !strcmp(b->format, "pgdump-custom") || !strcmp(b->format, "pgdump-tar") ||
		!strcmp(b->format, "pgdump-directory");
	const char *to = commands_target(m, db), *tool;

	commands_createdb(m, db);
	tool = archive ? arena_form(a, "pg_restore --exit-on-error%s -d %s", one_table(m, db), to)
		       : arena_form(a, "psql -X -q -v ON_ERROR_STOP=1 --single-transaction -d %s", to);
	if (*feeding)
		commands_line(m, arena_form(a, "%s%s", feeding, tool));
	else
		commands_line(m, arena_form(a, archive ? "%s %s" : "%s -f %s", tool, file));
	if (!archive)
		commands_table(m, db);
}

/* Of a set one file may be all there is: its dump was none of definitions or rows alone. */
static bks_backup as_one(const bks_backup *b, const bks_artifact *f)
{
	bks_backup one = *b;

	if (f->part != BKS_PART_NONE && f->format) {
		one.format = f->format;
		one.wrapping = f->wrapping;
	}
	return one;
}

static const bks_artifact *full_one(const bks_backup *b, const bks_artifact *f)
{
	for (size_t i = 0; i < b->artifact_count; i++)
		if (b->artifacts[i].repo_id == f->repo_id && b->artifacts[i].state == BKS_STATE_LIVE &&
			b->artifacts[i].part != BKS_PART_NONE && b->artifacts[i].content == BKS_CONTENT_FULL)
			return &b->artifacts[i];
	return NULL;
}

/* A SQLite database is a file, and what lies beside it belongs to it; a name that is taken is left alone. */
static void into_file(struct making *m, const bks_backup *b, const char *feeding, const char *file)
{
	bks_arena *a = m->arena;
	const char *db = commands_new_name(b, a);

	commands_line(m, arena_form(a, "test ! -e %s.db", db));
	if (*feeding)
		commands_line(m, arena_form(a, "%scat >%s.db", feeding, db));
	else
		commands_line(m, arena_form(a, "for it in '' -wal -journal; do if [ -e %s$it ]; then cp %s$it %s.db$it; fi; done", file, file, db));
	commands_line(m, arena_form(a, "test \"$(sqlite3 %s.db 'PRAGMA integrity_check')\" = ok", db));
}

static void restore_one(struct making *m, const bks_backup *b, const bks_artifact *f, bks_catalog *cat)
{
	bks_arena *a = m->arena;
	const char *file = commands_file(f, cat, a);
	bool all = !strcmp(b->format, "pgdumpall"), plain = !strcmp(b->format, "pgdump-plain");
	bool drops = (all || plain) && artifact_found(cat, f->id, "drops-objects", NULL) != 0;
	const char *filter = commands_filter(b->format, b->database, drops);
	const char *feeding = poured(commands_feed(b->wrapping, file, a), filter, file, a);

	if (*feeding)
		commands_line(m, "set -o pipefail");
	if (!strcmp(b->format, "sqlite"))
		into_file(m, b, feeding, file);
	else if (all)
		into_cluster(m, b, feeding, file);
	else
		into_database(m, b, feeding, file);
}

void commands_restore(bks_point *out, const bks_backup *b, const bks_artifact *f, bks_catalog *cat,
	const struct commands_how *how, bks_arena *a)
{
	struct making m = {.arena = a, .how = how ? *how : (struct commands_how){0}};
	const bks_artifact *full = full_one(b, f);
	bks_backup one = as_one(b, full ? full : f);

	commands_fetch(&m, b, f, "", cat);
	if (full || !commands_set(&m, b, f, cat))
		restore_one(&m, &one, full ? full : f, cat);
	out->commands = m.lines.v;
	out->command_count = m.lines.n;
}
