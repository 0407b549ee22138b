#include "work/commands.h"
#include "backstay/repo.h"
#include "base/text.h"
#include "base/vec.h"
#include "base/zone.h"
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

	for (const char *s = slash ? slash + 1 : from; *s; s++)
		text_add(&t, (*s >= 'a' && *s <= 'z') || (*s >= '0' && *s <= '9') ? s : "_", 1);
	text_form(&t, "_restored_%04d%02d%02d_%02d%02d", c.year, c.month, c.day, c.hour, c.minute);
	return t.s;
}

/* A dump that names its own databases (pg_dumpall, pg_dump -C) would land in the live ones: it gets a cluster of its own. */
static void into_cluster(struct making *m, const bks_backup *b, const char *feeding, const char *file)
{
	bks_arena *a = m->arena;
	const char *dir = new_name(b, a);
	const char *psql = arena_form(a, "psql -X -q -v ON_ERROR_STOP=1 -h \"$PWD/%s\" -p 54999 -U restorer -d postgres", dir);

	line(m, arena_form(a, "initdb -D %s -U restorer -A trust -E UTF8", dir));
	line(m, arena_form(a, "pg_ctl -D %s -w -l %s.log -o \"-p 54999 -c listen_addresses='' -k $PWD/%s\" start", dir, dir, dir));
	line(m, *feeding ? arena_form(a, "%s%s", feeding, psql) : arena_form(a, "%s -f %s", psql, file));
}

static void into_database(struct making *m, const bks_backup *b, const char *feeding, const char *file)
{
	bks_arena *a = m->arena;
	const char *db = new_name(b, a);
	bool archive = !strcmp(b->format, "pgdump-custom") || !strcmp(b->format, "pgdump-tar");
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
	const char *feeding = feed(b, file, a);
	bool own_names = !strcmp(b->format, "pgdumpall") || (!strcmp(b->format, "pgdump-plain") && b->database);

	if (*feeding)
		line(&m, "set -o pipefail");
	if (own_names)
		into_cluster(&m, b, feeding, file);
	else
		into_database(&m, b, feeding, file);
	out->commands = m.lines.v;
	out->command_count = m.lines.n;
}
