/*
 * The catalog looks at itself: the file, its schema against the one this program makes, its
 * rows against each other, and the chain of the journal. One line a check, also where all is
 * well, so that nobody wonders what was looked at.
 */
#include "backstay/doctor.h"
#include "base/text.h"
#include "catalog/doctor.h"
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

void doctor_say(struct sick *s, bool bad, const char *check, const char *text)
{
	*vec_add(&s->rows, s->a) = (bks_ailment){bad, check, text};
}

/* A check that could not be made because the rows could not be read is bad news, not an error.
 */
int doctor_told(struct sick *s, const char *check, int r)
{
	if (r != BKS_E_CATALOG)
		return r;
	doctor_say(s, true, check, arena_text(s->a, s->err->text));
	return 0;
}

/* Every row of SQL (one text each, at most a few) is a complaint. */
static int complaints(struct sick *s, const char *check, const char *well, const char *sql)
{
	db_query *q = db_sql(s->cat->db, sql);
	struct text t = {.arena = s->a};
	int n = 0, r;

	while ((r = db_step(q, s->err)) > 0) {
		const char *line = db_name(q, s->a);

		if (n++ < 5)
			text_form(&t, "%s%s", t.n ? "; " : "", line ? line : "?");
	}
	db_query_free(q);
	if (r)
		return doctor_told(s, check, r);
	if (n > 5)
		text_form(&t, "; and %d more", n - 5);
	doctor_say(s, n > 0, check, n ? t.s : well);
	return 0;
}

static const struct {
	const char *check, *well, *sql;
} checks[] = {
	{"integrity", "every page of the file is sound",
		"SELECT integrity_check FROM pragma_integrity_check(100) "
		"WHERE integrity_check <> 'ok'"},
	{"foreign-keys", "every row refers to rows that are there",
		"SELECT \"table\" || ' row ' || coalesce(rowid, '?') || ' refers to no row of "
		"' || "
		"parent FROM pragma_foreign_key_check"},
	{"orphans", "every backup has artifacts, every proof its check",
		"SELECT 'backup ' || id || ' has no artifact' FROM backups b WHERE merged_into "
		"IS NULL "
		"AND NOT EXISTS (SELECT 1 FROM artifacts WHERE backup_id = b.id) "
		"UNION ALL SELECT 'artifact ' || a.id || ' stands on a check of another one' "
		"FROM artifacts a JOIN checks c ON c.id = a.check_id WHERE c.artifact_id <> "
		"a.id "
		"UNION ALL SELECT 'artifact ' || id || ' has a verdict without a check' "
		"FROM artifacts WHERE check_id IS NULL AND (verdict <> 'unknown' OR "
		"verified_at NOT NULL)"},
	{"states", "states of backups and of their files agree",
		"SELECT 'backup ' || id || ' is ' || state || ' without a file' FROM backups b "
		"WHERE state IN ('live', 'settling') AND NOT EXISTS (SELECT 1 FROM artifacts "
		"WHERE backup_id = b.id AND state IN ('live', 'settling', 'missing')) "
		"UNION ALL SELECT 'backup ' || id || ' is ' || state || ' and has a file' FROM "
		"backups b "
		"WHERE state IN ('missing', 'gone') AND EXISTS (SELECT 1 FROM artifacts a "
		"WHERE backup_id = b.id AND state = 'live' AND NOT EXISTS (SELECT 1 FROM "
		"artifacts x "
		"WHERE x.backup_id = b.id AND x.repo_id = a.repo_id AND x.state <> 'live')) "
		"UNION ALL SELECT 'backup ' || b.id || ' is held and ' || b.state FROM backups "
		"b "
		"JOIN holds h ON h.backup_id = b.id WHERE h.released IS NULL "
		"AND b.state = 'gone'"},
	{"verdicts", "every verdict follows from the checks",
		"SELECT 'backup ' || id || ' is sound without a sound file' FROM backups b "
		"WHERE verdict = 'sound' AND merged_into IS NULL AND NOT EXISTS (SELECT 1 FROM "
		"artifacts "
		"WHERE backup_id = b.id AND verdict = 'sound') "
		"UNION ALL SELECT 'artifact ' || a.id || ' is sound and its check says ' || "
		"c.verdict "
		"FROM artifacts a JOIN checks c ON c.id = a.check_id "
		"WHERE a.verdict = 'sound' AND c.verdict <> 'sound' "
		"UNION ALL SELECT 'backup ' || id || ' is ' || verdict || ' and that since "
		"never' "
		"FROM backups WHERE verdict IN ('damaged', 'incomplete') AND bad_since IS "
		"NULL"},
	{"times", "no row was made before its cause",
		"SELECT 'check ' || id || ' ended before it began' FROM checks WHERE ended < "
		"started "
		"UNION ALL SELECT 'run ' || id || ' ended before it began' FROM runs "
		"WHERE ended < started"},
};

static int look_at_rows(struct sick *s)
{
	int r = 0;

	for (size_t i = 0; !r && i < sizeof checks / sizeof *checks; i++)
		r = complaints(s, checks[i].check, checks[i].well, checks[i].sql);
	return r;
}

static int look_at_counts(struct sick *s)
{
	db_query *q = db_sql(s->cat->db,
		"SELECT (SELECT count(*) FROM backups), (SELECT count(*) FROM artifacts), "
		"(SELECT count(*) FROM checks), (SELECT count(*) FROM journal)");
	int r = db_step(q, s->err);
	int64_t n[4] = {0};

	for (size_t i = 0; r > 0 && i < 4; i++)
		n[i] = db_int(q);
	db_query_free(q);
	if (r < 0)
		return doctor_told(s, "counts", r);
	doctor_say(s, false, "counts",
		arena_form(s->a, "%lld backups, %lld artifacts, %lld checks, %lld journal rows",
			(long long)n[0], (long long)n[1], (long long)n[2], (long long)n[3]));
	return 0;
}

/* The WAL-reset bug corrupts files in WAL mode; ours are not, unless somebody changed that. */
static bool has_wal_bug(const char *version)
{
	int major = 0, minor = 0, patch = 0;

	if (sscanf(version, "%d.%d.%d", &major, &minor, &patch) < 2)
		return true;
	if (major != 3 || minor > 51)
		return major < 3;
	return !((minor == 51 && patch >= 3) || (minor == 50 && patch >= 7) ||
		 (minor == 44 && patch >= 6));
}

static int look_at_sqlite(struct sick *s)
{
	const char *version = db_library(), *mode = "?";
	db_query *q = db_sql(s->cat->db, "PRAGMA journal_mode");
	int r = db_step(q, s->err);
	bool wal, bug = has_wal_bug(version);

	if (r > 0)
		mode = db_text(q, s->a);
	db_query_free(q);
	if (r < 0)
		return doctor_told(s, "sqlite-version", r);
	wal = !strcmp(mode, "wal");
	doctor_say(s, wal && bug, "sqlite-version",
		arena_form(s->a, "SQLite %s%s", version,
			wal && bug ? ": this version may corrupt a file in WAL mode, which the "
				     "catalog is in; run any writing command, which leaves it"
			: wal      ? "; the catalog is in WAL mode, until any writing command"
			: bug ? "; its WAL-reset bug needs WAL mode, which the catalog is not "
				"in"
			      : "; the catalog is not in WAL mode"));
	return 0;
}

static bool on_network(const char *path)
{
	static const long magics[] = {0x6969, 0x517B, 0xFE534D42, 0xFF534D42, 0x01021997};
	struct statfs fs;

	if (statfs(path, &fs))
		return false;
	for (size_t i = 0; i < sizeof magics / sizeof *magics; i++)
		if (((unsigned long)fs.f_type & 0xFFFFFFFFUL) == (unsigned long)magics[i])
			return true;
	return false;
}

static void look_at_file(struct sick *s)
{
	const char *file = s->cat->file;
	struct stat st;

	if (stat(file, &st))
		doctor_say(s, true, "file", "it is not at its path any more");
	else if (st.st_mode & 0022)
		doctor_say(s, true, "file",
			arena_form(s->a, "mode %04o: others than its owner may write it",
				(unsigned)st.st_mode & 07777));
	else if (on_network(file))
		doctor_say(s, true, "file",
			"it lies on a network file system, whose locks SQLite cannot trust");
	else
		doctor_say(s, false, "file",
			arena_form(s->a, "mode %04o, %lld bytes", (unsigned)st.st_mode & 07777,
				(long long)st.st_size));
}

int bks_doctor(
	const bks_ailment **out, size_t *n, bks_catalog *cat, bks_arena *a, bks_error *err)
{
	bks_error own = {0};
	struct sick s = {.cat = cat, .a = a, .err = err ? err : &own};
	int r = look_at_rows(&s);

	if (!r)
		r = doctor_schema(&s);
	if (!r)
		r = doctor_journal(&s);
	if (!r)
		r = doctor_tasks(&s);
	if (!r)
		r = look_at_counts(&s);
	if (!r)
		r = look_at_sqlite(&s);
	if (!r)
		look_at_file(&s);
	*out = s.rows.v;
	*n = s.rows.n;
	return r;
}
