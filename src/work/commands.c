#include "work/commands.h"
#include "backstay/repo.h"
#include "base/text.h"
#include "base/vec.h"
#include "base/zone.h"
#include "catalog/rows.h"
#include "store/store.h"
#include <string.h>

struct making {
	bks_arena *arena;
	VEC(const char *) lines;
};

static void line(struct making *m, const char *text)
{
	*vec_add(&m->lines, m->arena) = text;
}

static const char *file_path(const bks_artifact *f, bks_catalog *cat, bks_arena *a)
{
	AUTO(store_auto) store *s = NULL;
	const bks_repo *repo;

	if (bks_repo_find(&repo, cat, f->repo, a, NULL) || store_open(&s, repo->url, NULL) < 0)
		return f->path;
	return arena_form(a, "%s/%s", s->root, f->path);
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

/* "gzip -dc FILE |" with as many unwrappers as there are wrappings, or "" for none. */
static const char *feed(const bks_backup *b, const char *file, bks_arena *a)
{
	struct text t = {.arena = a};

	text_add(&t, "", 0);
	for (const char *w = b->wrapping; w && *w;) {
		size_t n = strcspn(w, ",");

		text_word(&t, unwrapper(arena_bytes(a, w, n)));
		if (w == b->wrapping)
			text_form(&t, " %s", file);
		text_word(&t, " | ");
		w += n + (w[n] == ',');
	}
	return t.s;
}

static const char *new_name(const bks_backup *b, bks_arena *a)
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
	const char *dir = new_name(b, a);
	const char *psql = arena_form(a, "psql -X -q -v ON_ERROR_STOP=1 -h \"$PWD/%s\" -p 54999 -U restorer -d postgres", dir);

	line(m, "PATH=$PATH:$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)");
	line(m, arena_form(a, "mkdir %s", dir));
	line(m, arena_form(a,
		"if [ \"$(id -u)\" = 0 ]; then chown postgres %s; "
		"as='setpriv --reuid=postgres --regid=postgres --init-groups'; else as=; fi",
		dir));
	line(m, arena_form(a, "$as initdb -D \"$PWD/%s\" -U restorer -A trust -E UTF8", dir));
	line(m, arena_form(a,
		"$as pg_ctl -D \"$PWD/%s\" -w -l \"$PWD/%s/log\" -o \"-p 54999 -c listen_addresses='' -k '$PWD/%s'\" start", dir,
		dir, dir));
	line(m, *feeding ? arena_form(a, "%s%s", feeding, psql) : arena_form(a, "%s -f %s", psql, file));
}

static void into_database(struct making *m, const bks_backup *b, const char *feeding, const char *file)
{
	bks_arena *a = m->arena;
	const char *db = new_name(b, a);
	bool archive = !strcmp(b->format, "pgdump-custom") || !strcmp(b->format, "pgdump-tar") ||
		!strcmp(b->format, "pgdump-directory");
	const char *tool = archive
		? arena_form(a, "pg_restore --exit-on-error -d %s", db)
		: arena_form(a, "psql -X -q -v ON_ERROR_STOP=1 --single-transaction -d %s", db);

	line(m, arena_form(a, "createdb -T template0 %s", db));
	if (*feeding)
		line(m, arena_form(a, "%s%s", feeding, tool));
	else
		line(m, arena_form(a, archive ? "%s %s" : "%s -f %s", tool, file));
}

void commands_restore(bks_point *out, const bks_backup *b, const bks_artifact *f, bks_catalog *cat, bks_arena *a)
{
	struct making m = {.arena = a};
	const char *file = bks_shell_word(file_path(f, cat, a), a);
	bool all = !strcmp(b->format, "pgdumpall"), plain = !strcmp(b->format, "pgdump-plain");
	bool drops = (all || plain) && artifact_found(cat, f->id, "drops-objects", NULL) != 0;
	const char *filter = plain && (b->database || drops) ? ONLY_CONTENT : all && drops ? ONLY_MAKING : NULL;
	const char *feeding = poured(feed(b, file, a), filter, file, a);

	if (*feeding)
		line(&m, "set -o pipefail");
	if (all)
		into_cluster(&m, b, feeding, file);
	else
		into_database(&m, b, feeding, file);
	out->commands = m.lines.v;
	out->command_count = m.lines.n;
}
