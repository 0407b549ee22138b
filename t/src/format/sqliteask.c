/* SQLite's own judgement of a private copy. */
#include "format/sqliteask.h"
#include "format/sqlitevfs.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
	STEP = 1000,
	STEPS_LEAST = 50000,
	BYTES_PER_STEP = 25,
	LINES_MAX = 10,
	ROWS_MAX = 1000000,
	CACHE_KIB = 4096,
	MEMORY_MAX = 256 << 20
};

struct ask {
	sqlite3 *db;
	struct sqlite_copy *c;
	struct report *r;
	uint64_t steps, steps_max; /* thousands of operations */
	bool newer, over_steps, over_memory;
	int lines;
};

static int progress(void *arg)
{
	struct ask *a = arg;

	a->over_steps = ++a->steps > a->steps_max;
	a->over_memory = sqlite3_memory_used() > MEMORY_MAX;
	a->c->stopped = a->c->stopped || (a->c->stop && a->c->stop(a->c->stop_arg));
	return a->over_steps || a->over_memory || a->c->stopped;
}

/* Only what this file asks for: reading, counting, and pragmas. */
static int authorize(
	void *arg, int action, const char *x, const char *y, const char *db, const char *inner)
{
	(void)arg;
	(void)x;
	(void)y;
	(void)db;
	(void)inner;
	return action == SQLITE_SELECT || action == SQLITE_READ || action == SQLITE_FUNCTION ||
			       action == SQLITE_PRAGMA
		       ? SQLITE_OK
		       : SQLITE_DENY;
}

static void set_limits(struct ask *a)
{
	static const struct {
		int id, most;
	} limits[] = {{SQLITE_LIMIT_SQL_LENGTH, 1000000}, {SQLITE_LIMIT_ATTACHED, 0},
		{SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000}, {SQLITE_LIMIT_TRIGGER_DEPTH, 1},
		{SQLITE_LIMIT_WORKER_THREADS, 0}, {SQLITE_LIMIT_COMPOUND_SELECT, 50}};
	static const struct {
		int id, on;
	} configs[] = {{SQLITE_DBCONFIG_DEFENSIVE, 1}, {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
		{SQLITE_DBCONFIG_ENABLE_TRIGGER, 0}, {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
		{SQLITE_DBCONFIG_ENABLE_FKEY, 0}, {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
		{SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0},
		{SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1}};
	int64_t length = a->r->max_memory < INT32_MAX ? a->r->max_memory : INT32_MAX;

	for (size_t i = 0; i < sizeof configs / sizeof *configs; i++)
		sqlite3_db_config(a->db, configs[i].id, configs[i].on, NULL);
	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
		sqlite3_limit(a->db, limits[i].id, limits[i].most);
	sqlite3_limit(a->db, SQLITE_LIMIT_LENGTH, (int)length);
	sqlite3_extended_result_codes(a->db, 1);
	sqlite3_progress_handler(a->db, STEP, progress, a);
	sqlite3_set_authorizer(a->db, authorize, a);
}

/* What went wrong with SQLite's own words. 0; BKS_E_INTERRUPTED. */
static int tell(struct ask *a, int rc, const char *doing, bks_error *err)
{
	const char *said = sqlite3_errmsg(a->db);
	enum finding_kind kind = F_MALFORMED;

	if (a->c->stopped)
		return fail(err, BKS_E_INTERRUPTED, "stopped by a signal");
	if (a->over_steps || a->over_memory) {
		report_find(a->r, F_LIMIT_REACHED, NULL,
			a->over_steps ? "%s: SQLite was stopped after %" PRIu64 " steps"
				      : "%s: SQLite wants more than 256 MiB",
			doing, a->steps_max * STEP);
		return 0;
	}
	if (a->c->error)
		kind = F_READ_ERROR, said = strerror(a->c->error);
	else if ((rc & 0xff) == SQLITE_NOMEM || (rc & 0xff) == SQLITE_TOOBIG ||
		 (rc & 0xff) == SQLITE_FULL)
		kind = F_LIMIT_REACHED;
	else if (a->newer && !strncmp(said, "malformed database schema", 25))
		kind = F_UNSUPPORTED_VERSION;
	else if ((rc & 0xff) != SQLITE_CORRUPT && (rc & 0xff) != SQLITE_NOTADB &&
		 (rc & 0xff) != SQLITE_IOERR && (rc & 0xff) != SQLITE_ERROR)
		kind = F_READ_ERROR;
	report_find(a->r, kind, NULL, "%s: SQLite says: %s", doing, said);
	return 0;
}

static int run(struct ask *a, const char *sql)
{
	return sqlite3_exec(a->db, sql, NULL, NULL, NULL);
}

static int begin(struct ask *a, const char *vfs)
{
	static const char *const pragmas[] = {"PRAGMA locking_mode=EXCLUSIVE",
		"PRAGMA cell_size_check=ON", "PRAGMA mmap_size=0", "PRAGMA temp_store=MEMORY",
		"PRAGMA query_only=ON"};
	int rc = sqlite3_open_v2(SQLITE_COPY_NAME, &a->db,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE, vfs);
	char *cache;
	int kib;

	if (rc)
		return rc;
	set_limits(a);
	for (size_t i = 0; !rc && i < sizeof pragmas / sizeof *pragmas; i++)
		rc = run(a, pragmas[i]);
	/* what the copy does not take of the memory, SQLite may */
	kib = a->c->part[SQLITE_MAIN].mem ? CACHE_KIB : (int)(a->c->budget >> 10);
	cache = sqlite3_mprintf("PRAGMA cache_size=-%d", kib);
	if (!rc)
		rc = cache ? run(a, cache) : SQLITE_NOMEM;
	sqlite3_free(cache);
	return rc;
}

/* "page 12" where a line of integrity_check names one. */
static const char *page_in(struct ask *a, const char *line)
{
	const char *at = strstr(line, "page ");
	size_t n = at ? strspn(at + 5, "0123456789") : 0;

	if (!n || n > 10)
		return strncmp(line, "Page ", 5) ? NULL
						 : arena_form(a->r->arena, "page %d",
							   (int)strtol(line + 5, NULL, 10));
	return arena_bytes(a->r->arena, at, n + 5);
}

static void add_lines(struct ask *a, const char *text)
{
	while (*text) {
		size_t n = strcspn(text, "\n");
		const char *line = arena_bytes(a->r->arena, text, n);

		text += n + (text[n] == '\n');
		if (!n || !strncmp(line, "*** in database", 15))
			continue;
		if (++a->lines <= LINES_MAX)
			report_find(a->r, F_MALFORMED, page_in(a, line), "integrity_check: %s",
				bks_shown(line, a->r->arena));
	}
}

/* 0: *ok is its answer; else SQLite's code. */
static int check(struct ask *a, const char *sql, bool *ok)
{
	sqlite3_stmt *s;
	int rc = sqlite3_prepare_v2(a->db, sql, -1, &s, NULL);

	*ok = false;
	if (rc)
		return rc;
	while ((rc = sqlite3_step(s)) == SQLITE_ROW) {
		const char *text = (const char *)sqlite3_column_text(s, 0);

		*ok = text && !strcmp(text, "ok");
		if (text && !*ok)
			add_lines(a, text);
	}
	rc = rc == SQLITE_DONE ? 0 : rc;
	sqlite3_finalize(s);
	if (a->lines > LINES_MAX)
		report_find(a->r, F_MALFORMED, NULL, "integrity_check: and %d lines more",
			a->lines - LINES_MAX);
	return rc;
}

/* What the schema wants and nobody here has: functions and orders of the program that made it.
 * Then the tree of pages is held against itself, and rows against indexes and constraints
 * cannot be. */
static int check_without(struct ask *a, struct sqlite_facts *out, bks_error *err)
{
	const char *said = bks_shown(sqlite3_errmsg(a->db), a->r->arena);
	bool ok;
	int rc = run(a, "PRAGMA ignore_check_constraints=ON");

	if (!rc)
		rc = check(a, "PRAGMA main.quick_check(100)", &ok);
	if (rc && (rc & 0xff) != SQLITE_ERROR)
		return tell(a, rc, "quick_check", err);
	if (!rc && !ok)
		return 0; /* its lines say why */
	report_find(a->r, F_CHECK_UNPROVABLE, NULL, "%s could not run (%s): %s",
		rc ? "integrity_check" : "integrity_check in full", said,
		rc ? "nothing else holds the pages against each other"
		   : "rows were not held against indexes and constraints");
	out->whole = !rc && ok;
	return 0;
}

static int integrity(struct ask *a, struct sqlite_facts *out, bks_error *err)
{
	int rc = check(a, "PRAGMA main.integrity_check(100)", &out->whole);

	if ((rc & 0xff) == SQLITE_ERROR && !a->lines)
		return check_without(a, out, err);
	if (!rc && !out->whole && !a->lines)
		report_find(a->r, F_MALFORMED, NULL, "integrity_check gave no answer");
	return rc ? tell(a, rc, "integrity_check", err) : 0;
}

/* Rows of one table from its own tree, whatever its indexes say; -1 with SQLite's code in *rc.
 */
static int64_t count(struct ask *a, const char *name, int *rc)
{
	char *sql = sqlite3_mprintf("SELECT count(*) FROM main.\"%w\" NOT INDEXED", name);
	sqlite3_stmt *s = NULL;
	int64_t n = -1;

	*rc = sql ? sqlite3_prepare_v2(a->db, sql, -1, &s, NULL) : SQLITE_NOMEM;
	if (!*rc && (*rc = sqlite3_step(s)) == SQLITE_ROW) {
		n = sqlite3_column_int64(s, 0);
		*rc = 0;
	}
	sqlite3_finalize(s);
	sqlite3_free(sql);
	return n;
}

/* Of TABLE alone: one that nobody can check keeps none of the others from it. */
static int foreign_keys(struct ask *a, const char *table, bks_error *err)
{
	char *sql = sqlite3_mprintf("PRAGMA main.foreign_key_check(\"%w\")", table);
	const char *shown = bks_shown(table, a->r->arena), *parent = "";
	sqlite3_stmt *s = NULL;
	int64_t n = 0;
	int rc = sql ? sqlite3_prepare_v2(a->db, sql, -1, &s, NULL) : SQLITE_NOMEM;

	while (!rc && n < ROWS_MAX && (rc = sqlite3_step(s)) == SQLITE_ROW) {
		if (!n++ && sqlite3_column_text(s, 2))
			parent =
				bks_shown((const char *)sqlite3_column_text(s, 2), a->r->arena);
		rc = 0;
	}
	if (n)
		report_find(a->r, F_FOREIGN_KEY_VIOLATED, shown,
			"%" PRId64 "%s rows name a row that is not there, the first in %s", n,
			n == ROWS_MAX ? " or more" : "", parent);
	else if ((rc & 0xff) == SQLITE_ERROR)
		report_find(a->r, F_FOREIGN_KEY_VIOLATED, shown, "%s", sqlite3_errmsg(a->db));
	else if (rc && rc != SQLITE_DONE)
		rc = tell(a, rc, "foreign_key_check", err);
	sqlite3_finalize(s);
	sqlite3_free(sql);
	return rc == BKS_E_INTERRUPTED ? rc : 0;
}

static bool over(const struct ask *a)
{
	return a->c->stopped || a->over_steps || a->over_memory || a->c->error;
}

/* One row of the schema: NAME is a loan of the statement. */
static int one_table(
	struct ask *a, struct sqlite_facts *out, const char *name, bool virtual, bks_error *err)
{
	bks_table *t = report_table(a->r, NULL, "main", name);
	int rc = 0, r = 0;

	if (!t)
		return 0;
	t->ddl = true;
	out->tables++;
	if (virtual)
		return 0;
	t->data = true;
	t->rows = count(a, name, &rc);
	if (t->rows > 0)
		out->rows += t->rows;
	if (rc && (over(a) || !a->lines))
		r = tell(a, rc,
			arena_form(a->r->arena, "count of %s", bks_shown(name, a->r->arena)),
			err);
	if (!rc && !r && !a->lines)
		r = foreign_keys(a, t->name, err);
	return r;
}

static int tables(struct ask *a, struct sqlite_facts *out, bks_error *err)
{
	sqlite3_stmt *s;
	int rc = sqlite3_prepare_v2(a->db,
		"SELECT name, rootpage FROM main.sqlite_schema WHERE type = 'table' AND name "
		"NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
		-1, &s, NULL);
	int r = 0;

	while (!rc && !r && !over(a) && (rc = sqlite3_step(s)) == SQLITE_ROW) {
		rc = 0;
		if (sqlite3_column_text(s, 0))
			r = one_table(a, out, (const char *)sqlite3_column_text(s, 0),
				!sqlite3_column_int64(s, 1), err);
	}
	if (rc && rc != SQLITE_DONE && !r && (!a->lines || over(a)))
		r = tell(a, rc, "list of tables", err);
	sqlite3_finalize(s);
	return r;
}

int sqlite_ask(struct sqlite_facts *out, struct sqlite_copy *c, bool newer, struct report *r,
	bks_error *err)
{
	struct ask a = {.c = c,
		.r = r,
		.newer = newer,
		.steps_max = STEPS_LEAST + c->part[SQLITE_MAIN].size / BYTES_PER_STEP};
	struct sqlite_vfs vfs;
	int rc, s = 0;

	*out = (struct sqlite_facts){0};
	if (sqlite_vfs_add(&vfs, c)) {
		report_find(r, F_LIMIT_REACHED, NULL, "SQLite has no memory");
		return 0;
	}
	rc = begin(&a, vfs.name);
	s = rc ? tell(&a, rc, "open", err) : integrity(&a, out, err);
	if (!rc && !s && !over(&a) && !r->verdicts[BKS_UNSUPPORTED])
		s = tables(&a, out, err);
	sqlite3_close(a.db);
	sqlite_vfs_drop(&vfs);
	return s;
}

uint32_t sqlite_linked(void)
{
	return (uint32_t)sqlite3_libversion_number();
}

void sqlite_ready(void)
{
	int seed;

	sqlite3_initialize();
	sqlite3_randomness(sizeof seed, &seed);
}
