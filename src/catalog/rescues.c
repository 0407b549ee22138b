/* The catalog as a copy that lies in a repo, and a catalog made of such a copy. */
#include "backstay/rescue.h"
#include "base/bytes.h"
#include "base/digest.h"
#include "base/text.h"
#include "catalog/catalog_private.h"
#include "catalog/rescue.h"
#include "db/copy.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define COPY ".backstay-catalog.db"

int rescue_state(const char **out, bks_catalog *cat, bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q =
		db_sql(cat->db, "SELECT (SELECT coalesce(max(id), 0) FROM journal) || ' ' || "
				"(SELECT coalesce(max(id), 0) FROM checks) || ' ' || "
				"(SELECT coalesce(max(id), 0) FROM backups) || ' ' || "
				"(SELECT coalesce(max(id), 0) FROM artifacts) || ' ' || "
				"(SELECT coalesce(group_concat(state || n), '') FROM (SELECT "
				"state, count(*) AS n "
				"FROM artifacts GROUP BY state ORDER BY state)) || ' ' || "
				"(SELECT coalesce(max(id), 0) || ':' || coalesce(sum(end_lsn - "
				"start_lsn), 0) FROM wal_runs)");
	int r = db_step(q, err);

	if (r < 0)
		return r;
	*out = db_text(q, a);
	return db_end(q, err);
}

int rescue_copy(bks_catalog *cat, const char *to, bks_error *err)
{
	return db_copy_to(cat->db, to, err);
}

/* ---- the way back ---- */

bool bks_adopts(const char **copy, const char *from, bks_arena *a)
{
	static const char magic[] = "SQLite format 3";
	char head[sizeof magic];
	struct stat st;
	int fd;
	bool is;

	*copy = from;
	if (stat(from, &st))
		return false;
	if (S_ISDIR(st.st_mode)) {
		*copy = arena_form(a, "%s/" COPY, from);
		return true;
	}
	if (!S_ISREG(st.st_mode))
		return false;
	fd = open(from, O_RDONLY | O_CLOEXEC);
	is = fd >= 0 && read(fd, head, sizeof head) == (ssize_t)sizeof head &&
	     !memcmp(head, magic, sizeof magic);
	if (fd >= 0)
		close(fd);
	return is;
}

static int copy_bytes(uint8_t sum[32], int from, int to, const char *shown, bks_error *err)
{
	stream *in = stream_fd(from, shown, false);
	digest *d = digest_new(true);
	bks_digests is = {0};
	const uint8_t *p;
	size_t n;
	int r;

	while ((r = stream_next(in, &p, &n, err)) > 0) {
		digest_add(d, p, n);
		for (size_t at = 0; at < n;) {
			ssize_t put = write(to, p + at, n - at);

			if (put < 0 && errno == EINTR)
				continue;
			if (put < 0) {
				r = fail(err, BKS_E_IO, "copy %s: %s", shown, strerror(errno));
				break;
			}
			at += (size_t)put;
		}
		if (r < 0)
			break;
	}
	stream_close(in);
	digest_end(&is, d);
	memcpy(sum, is.sha256, 32);
	if (!r && fsync(to))
		r = fail(err, BKS_E_IO, "copy %s: %s", shown, strerror(errno));
	return r;
}

/* What lies beside the copy: 0: the same; 1: nothing lies there. */
static int compare(
	bks_time *taken, const char *copy, const uint8_t sum[32], bks_arena *a, bks_error *err)
{
	const char *beside = arena_form(a, "%s.sha256", copy), *at;
	char text[4096], is[65];
	FILE *f = fopen(beside, "re");
	size_t n;

	if (!f)
		return errno == ENOENT ? 1
				       : fail(err, BKS_E_IO, "read %s: %s",
						 bks_shown(beside, a), strerror(errno));
	n = fread(text, 1, sizeof text - 1, f);
	fclose(f);
	text[n] = '\0';
	/* while a new copy takes the place of an old one both are named */
	hex_write(is, sum, 32);
	for (at = text; strncmp(at, is, 64) != 0 && strchr(at, '\n');)
		at = strchr(at, '\n') + 1;
	if (strncmp(at, is, 64) != 0)
		return fail(err, BKS_E_CATALOG,
			"%s: its SHA-256 is %s, %s says another: the copy is damaged",
			bks_shown(copy, a), is, bks_shown(beside, a));
	at = strstr(text, "\n# written ");
	if (at) {
		char when[40];

		snprintf(when, sizeof when, "%.*s", (int)strcspn(at + 11, " \n"), at + 11);
		(void)!bks_time_parse(taken, when, NULL, 0, NULL);
	}
	return 0;
}

static int one_word(const char **out, db *d, const char *sql, bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto) db_query *q = db_sql(d, sql);
	int r = db_step(q, err);

	*out = NULL;
	if (r <= 0)
		return r;
	*out = db_text(q, a);
	return db_end(q, err);
}

static int check(int *version, const char *part, const char *copy, bks_arena *a, bks_error *err)
{
	struct db_options opt = {.read_only = true,
		.application = CATALOG_APPLICATION,
		.what = "backstay catalog"};
	AUTO(db_auto) db *d = NULL;
	const char *said;
	int r = db_open(&d, part, &opt, err), have = 0;

	if (!r)
		r = db_version(&have, d, err);
	*version = have;
	if (!r && have > catalog_migrations_n)
		return db_newer(d, have, catalog_migrations_n, err);
	if (!r)
		r = one_word(&said, d, "SELECT integrity_check FROM pragma_integrity_check(1)",
			a, err);
	if (!r && said && strcmp(said, "ok") != 0)
		return fail(err, BKS_E_CATALOG, "%s is damaged: %s", bks_shown(copy, a), said);
	if (!r)
		r = one_word(&said, d,
			"SELECT \"table\" || ' refers to no row of ' || parent FROM "
			"pragma_foreign_key_check LIMIT 1",
			a, err);
	if (!r && said)
		return fail(err, BKS_E_CATALOG, "%s is damaged: %s", bks_shown(copy, a), said);
	return r;
}

static int bring(
	uint8_t sum[32], const char *part, const char *copy, bks_arena *a, bks_error *err)
{
	int from = open(copy, O_RDONLY | O_CLOEXEC | O_NONBLOCK), to, r;

	if (from < 0)
		return fail(err, errno == ENOENT || errno == ENOTDIR ? BKS_E_USAGE : BKS_E_IO,
			"%s: %s", bks_shown(copy, a), strerror(errno));
	to = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (to < 0)
		r = fail(err, BKS_E_IO, "make %s: %s", bks_shown(part, a), strerror(errno));
	else
		r = copy_bytes(sum, from, to, bks_shown(copy, a), err);
	close(from);
	if (to >= 0)
		close(to);
	return r;
}

/* Another catalog from here on: the repos know the one that it was copied from. */
static int become(bks_adopted *out, bks_catalog *cat, bks_arena *a, bks_error *err)
{
	const char *before = NULL, *n = NULL;
	int r = one_word(&before, cat->db,
		"SELECT CAST(value AS TEXT) FROM facts WHERE name = 'catalog'", a, err);

	out->host_before = before ? arena_form(a, "%.8s", before) : NULL;
	if (!r)
		r = db_exec(cat->db, "DELETE FROM facts WHERE name = 'catalog'", err);
	if (!r)
		r = one_word(&n, cat->db,
			"SELECT CAST(count(*) AS TEXT) FROM backups WHERE state <> 'gone'", a,
			err);
	if (!r)
		out->backups = n ? strtoll(n, NULL, 10) : 0;
	if (!r)
		r = one_word(&n, cat->db,
			"SELECT CAST(count(*) AS TEXT) FROM repos WHERE dropped IS NULL", a,
			err);
	if (!r)
		out->repos = n ? strtoll(n, NULL, 10) : 0;
	return r ? r
		 : journal_add(cat, "import", out->copy,
			   arena_form(a, "a copy of the catalog%s%s", before ? " " : "",
				   before ? out->host_before : ""),
			   err);
}

static int start(bks_adopted *out, const char *path, const bks_settings *s, int64_t wait,
	bks_arena *a, bks_error *err)
{
	bks_catalog *cat = NULL;
	int r = bks_catalog_open(&cat, path, BKS_OPEN_WRITE, s, wait, err);

	if (r)
		return r;
	CATALOG_STEP(cat, r, err, become(out, cat, a, err));
	bks_catalog_close(cat);
	return r;
}

int bks_adopt(bks_adopted *out, const char *path, const char *copy, const bks_settings *s,
	int64_t wait, bks_arena *a, bks_error *err)
{
	const char *part = arena_form(a, "%s.importing-%ld", path, (long)getpid());
	uint8_t sum[32];
	int version = 0, r;

	*out = (bks_adopted){.copy = copy, .taken = BKS_TIME_NONE};
	if (!access(path, F_OK) || (errno != ENOENT && errno != ENOTDIR))
		return fail(err, BKS_E_USAGE,
			"%s is there: a copy becomes a catalog only where there is none",
			bks_shown(path, a));
	r = catalog_make_parents(path, a, err);
	if (!r)
		r = bring(sum, part, copy, a, err);
	if (!r)
		r = compare(&out->taken, copy, sum, a, err);
	out->digest_compared = !r;
	if (r >= 0)
		r = check(&version, part, copy, a, err);
	/* what it becomes it is made before it has its name */
	if (!r)
		r = start(out, part, s, wait, a, err);
	if (!r && db_place(part, path, err))
		r = fail(err, BKS_E_BUSY, "%s is there by now: another process made it",
			bks_shown(path, a));
	unlink(part);
	unlink(arena_form(a, "%s-journal", part));
	/* the copy itself is what an upgrade would keep */
	unlink(arena_form(a, "%s.before-upgrade-%d", part, version));
	return r;
}
