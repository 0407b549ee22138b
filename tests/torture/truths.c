/* What must be true of a world at any moment: nothing kept is lost, no row lies. */
#include "pictures.h"
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One connection for all that is put in that place, since to read the schema takes longer than all else, and that is the same in all
 * of them. By the change counter it sees that the file is another one. */
static sqlite3 *open_side(const char *side)
{
	static sqlite3 *db;
	static uint32_t counter = 0x40000000;
	int fd = open(side, O_WRONLY | O_CLOEXEC);

	counter++;
	if (fd < 0 || pwrite(fd, &counter, sizeof counter, 24) != sizeof counter)
		abort();
	close(fd);
	if (!db && sqlite3_open_v2(side, &db, SQLITE_OPEN_READONLY, NULL))
		abort();
	return db;
}

static sqlite3_stmt *ask(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *q;

	if (sqlite3_prepare_v2(db, sql, -1, &q, NULL)) {
		fprintf(stderr, "%s: %s\n", sql, sqlite3_errmsg(db));
		abort();
	}
	return q;
}

static const char *text(sqlite3_stmt *q, int i)
{
	const char *s = (const char *)sqlite3_column_text(q, i);

	return s ? s : "";
}

static bool same(const struct seen_file *a, const struct seen_file *b)
{
	return b && a->inode == b->inode && a->size == b->size && a->mtime == b->mtime && a->kind == b->kind;
}

static bool beneath(const char *path, const char *folder)
{
	size_t n = strlen(folder);

	return !strncmp(path, folder, n) && (!path[n] || path[n] == '/');
}

static bool is_state(const char *s)
{
	return !strcmp(s, "live") || !strcmp(s, "settling") || !strcmp(s, "condemned");
}

static char *artifact_truths(sqlite3 *db, const struct seen_files *is, const struct seen_files *base, bool settled)
{
	sqlite3_stmt *q = ask(db,
		"SELECT r.name || '/' || CAST(a.path AS TEXT), a.state, EXISTS (SELECT 1 FROM intents i WHERE i.artifact_id = a.id AND i.ended IS NULL), "
		"a.state = 'gone' AND NOT EXISTS (SELECT 1 FROM artifacts b WHERE b.repo_id = a.repo_id AND b.path = a.path AND b.state IN "
		"('live', 'settling', 'condemned')) FROM artifacts a JOIN repos r ON r.id = a.repo_id");
	char *wrong = NULL;

	while (!wrong && sqlite3_step(q) == SQLITE_ROW) {
		const char *path = text(q, 0), *state = text(q, 1);
		bool begun = sqlite3_column_int(q, 2) != 0, any = false;

		if (settled && begun)
			wrong = form("a deletion of %s was never ended", path);
		for (size_t i = 0; !wrong && sqlite3_column_int(q, 3) && i < is->n; i++)
			if (beneath(is->v[i].path, path))
				wrong = form("LIE: %s is gone in the catalog, and lies there", path);
		if (!is_state(state) || begun)
			continue;
		for (size_t i = 0; !wrong && i < base->n; i++)
			if (beneath(base->v[i].path, path) && base->v[i].kind == 'f') {
				any = true;
				if (!same(&base->v[i], picture_find(is, base->v[i].path)))
					wrong = form("LIE: %s is %s in the catalog, and changed or not there", base->v[i].path, state);
			}
		if (!wrong && !any)
			wrong = form("LIE: %s is %s in the catalog, and never was there", path, state);
	}
	sqlite3_finalize(q);
	return wrong;
}

static bool segment_there(const struct seen_files *is, sqlite3_stmt *q, long long at)
{
	const long long size = sqlite3_column_int64(q, 6);
	char *path = form("%s/%s/%08X%08X%08X", text(q, 3), text(q, 4), (unsigned)sqlite3_column_int64(q, 5), (unsigned)(at >> 32),
		(unsigned)((at & 0xffffffff) / size));
	char *packed = form("%s.gz", path);
	bool there = picture_find(is, path) || picture_find(is, packed);

	free(path);
	free(packed);
	return there;
}

static char *wal_truths(sqlite3 *db, const struct seen_files *is, bool settled)
{
	sqlite3_stmt *q = ask(db,
		"SELECT 'run', start_lsn, end_lsn, r.name, CAST(folder AS TEXT), timeline, segment_size, 0 FROM wal_runs w JOIN repos r ON r.id = w.repo_id "
		"UNION ALL SELECT coalesce(outcome, 'condemned'), from_lsn, to_lsn, r.name, CAST(folder AS TEXT), timeline, segment_size, "
		"ended IS NULL AND begun NOT NULL FROM wal_condemnations c JOIN repos r ON r.id = c.repo_id");
	sqlite3_stmt *begun = ask(db,
		"SELECT 1 FROM wal_condemnations WHERE ended IS NULL AND begun NOT NULL AND from_lsn <= ?1 AND to_lsn > ?1");
	char *wrong = NULL;

	while (!wrong && sqlite3_step(q) == SQLITE_ROW) {
		const char *what = text(q, 0);
		bool run = !strcmp(what, "run"), gone = !strcmp(what, "gone");

		if (settled && sqlite3_column_int(q, 7))
			wrong = form("a deletion of WAL was never ended");
		for (long long at = sqlite3_column_int64(q, 1); !wrong && (run || gone) && at < sqlite3_column_int64(q, 2);
			at += sqlite3_column_int64(q, 6)) {
			bool there = segment_there(is, q, at), half;

			sqlite3_bind_int64(begun, 1, at);
			half = sqlite3_step(begun) == SQLITE_ROW;
			sqlite3_reset(begun);
			if (run && !there && !half)
				wrong = form("LIE: the catalog has a segment at %llx of a run, and it is not there", at);
			if (gone && there)
				wrong = form("LIE: a segment at %llx is gone in the catalog, and lies there", at);
		}
	}
	sqlite3_finalize(q);
	sqlite3_finalize(begun);
	return wrong;
}

char *picture_truths(const struct world *w, const char *side, const struct seen_files *base, const struct seen_files *kept, bool settled)
{
	struct seen_files is;
	sqlite3 *db = open_side(side);
	char *wrong = NULL;

	picture_files(&is, w);
	for (size_t i = 0; !wrong && kept && i < kept->n; i++)
		if (kept->v[i].kind == 'f' && !strstr(kept->v[i].path, "/.backstay-") && !same(&kept->v[i], picture_find(&is, kept->v[i].path)))
			wrong = form("LOST: %s was to be kept and is changed or gone", kept->v[i].path);
	if (!wrong)
		wrong = artifact_truths(db, &is, base, settled);
	if (!wrong)
		wrong = wal_truths(db, &is, settled);
	for (size_t i = 0; !wrong && settled && i < is.n; i++)
		if (strstr(is.v[i].path, "/.backstay-trash/"))
			wrong = form("left over: %s", is.v[i].path);
	picture_free(&is);
	return wrong;
}

static void add(char **all, char *more)
{
	char *s = form("%s%s\n", *all, more);

	free(*all);
	free(more);
	*all = s;
}

static const char *const states[] = {
	"SELECT r.name || ':' || CAST(a.path AS TEXT) || ' ' || a.state FROM artifacts a JOIN repos r ON r.id = a.repo_id ORDER BY a.id",
	"SELECT 'backup ' || id || ' ' || state FROM backups ORDER BY id",
	"SELECT 'wal run ' || start_lsn || ' ' || end_lsn FROM wal_runs ORDER BY start_lsn",
	"SELECT 'wal went ' || coalesce(outcome, 'condemned') || ' ' || gone_files || ' ' || gone_bytes FROM wal_condemnations ORDER BY id",
};

char *picture_state(const struct world *w, const char *side)
{
	struct seen_files is;
	sqlite3 *db = open_side(side);
	char *all = form("%s", "");

	picture_files(&is, w);
	for (size_t i = 0; i < is.n; i++)
		if (is.v[i].kind == 'f' && !strstr(is.v[i].path, "/.backstay-generation") && !strstr(is.v[i].path, "/.backstay-tmp-"))
			add(&all, strstr(is.v[i].path, "/.backstay-") ? form("%s", is.v[i].path) : form("%s %lu %ld %lld", is.v[i].path, is.v[i].inode, is.v[i].size, (long long)is.v[i].mtime));
	picture_free(&is);
	for (size_t k = 0; k < sizeof states / sizeof *states; k++) {
		sqlite3_stmt *q = ask(db, states[k]);

		while (sqlite3_step(q) == SQLITE_ROW)
			add(&all, form("%s", text(q, 0)));
		sqlite3_finalize(q);
	}
	return all;
}
