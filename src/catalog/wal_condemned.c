/*
 * Archived WAL that retention lets go: one row a stretch, from the plan that condemned it to
 * what became of it. What tells its files is kept beside it until then, 8 bytes a file.
 */
#include "catalog/wal_condemned.h"
#include "base/text.h"
#include "base/vec.h"
#include "catalog/catalog_private.h"
#include <string.h>

const char *wal_doomed_label(const struct wal_doomed *d, bks_arena *a)
{
	char first[BKS_WAL_SEGMENT_TEXT], last[BKS_WAL_SEGMENT_TEXT];

	bks_wal_segment(first, d->timeline, d->from, d->segment_size);
	bks_wal_segment(last, d->timeline, d->to - d->segment_size, d->segment_size);
	return arena_form(a, "%s%s%s%s%s", d->folder, *d->folder ? "/" : "", first,
		d->to - d->from > d->segment_size ? ".." : "",
		d->to - d->from > d->segment_size ? last : "");
}

static int told(bks_catalog *cat, const char *action, const struct wal_doomed *d,
	const char *detail, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();

	return journal_add(cat, action,
		arena_form(a, "wal %lld %s", (long long)d->id, wal_doomed_label(d, a)), detail,
		err);
}

static int put_piece(bks_catalog *cat, int64_t id, const struct wal_piece *p, bks_error *err)
{
	db_query *q =
		db_sql(cat->db, "INSERT INTO wal_condemned_files (condemnation_id, to_lsn, "
				"files, bytes, marks) VALUES (?, ?, ?, ?, ?)");

	db_bind_int(q, id);
	db_bind_int(q, (int64_t)p->to);
	db_bind_int(q, (int64_t)p->n);
	db_bind_int(q, p->bytes);
	db_bind_blob(q, p->n ? (const void *)p->marks : "", p->n * sizeof *p->marks);
	return db_run(q, err);
}

int wal_condemn(struct wal_doomed *d, bks_catalog *cat, const struct wal_piece *v, size_t n,
	bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	char until[BKS_TIME_TEXT];
	db_query *q =
		db_sql(cat->db, "INSERT INTO wal_condemnations (plan_id, source_id, "
				"repo_id, folder, system_id, timeline, segment_size, "
				"from_lsn, to_lsn, at, purge_after, files, bytes, reached) "
				"VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
	int r;

	db_bind_int(q, d->plan);
	db_bind_int(q, d->source_id);
	db_bind_int(q, d->repo_id);
	db_bind_name(q, d->folder);
	db_bind_int(q, (int64_t)d->system_id);
	db_bind_int(q, d->timeline);
	db_bind_int(q, d->segment_size);
	db_bind_int(q, (int64_t)d->from);
	db_bind_int(q, (int64_t)d->to);
	db_bind_time(q, d->at);
	db_bind_time(q, d->purge_after);
	db_bind_int(q, d->files);
	db_bind_int(q, d->bytes);
	db_bind_int(q, (int64_t)d->from);
	r = db_run(q, err);
	if (r)
		return r;
	d->id = db_last_id(cat->db);
	d->reached = d->from;
	d->begun = BKS_TIME_NONE;
	for (size_t i = 0; !r && i < n; i++)
		r = put_piece(cat, d->id, &v[i], err);
	return r ? r
		 : told(cat, "condemn", d,
			   arena_form(a, "%lld files, %lld bytes; plan %.16s; not before %s",
				   (long long)d->files, (long long)d->bytes, d->hash,
				   bks_time_text(until, d->purge_after)),
			   err);
}

static void read_row(struct wal_doomed *d, db_query *q, bks_arena *a)
{
	d->id = db_int(q);
	d->plan = db_int(q);
	d->source_id = db_int(q);
	d->repo_id = db_int(q);
	d->source = db_name(q, a);
	d->folder = db_name(q, a);
	d->hash = db_text(q, a);
	d->system_id = (uint64_t)db_int(q);
	d->timeline = (uint32_t)db_int(q);
	d->segment_size = (uint32_t)db_int(q);
	d->from = (uint64_t)db_int(q);
	d->to = (uint64_t)db_int(q);
	d->at = db_time(q);
	d->purge_after = db_time(q);
	d->files = db_int(q);
	d->bytes = db_int(q);
	d->begun = db_time(q);
	d->reached = (uint64_t)db_int(q);
	d->gone_files = db_int(q);
	d->gone_bytes = db_int(q);
}

int wal_doomed_list(const struct wal_doomed **out, size_t *n, bks_catalog *cat,
	const char *hash, bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT c.id, c.plan_id, c.source_id, c.repo_id, s.name, c.folder, p.hash, "
		"c.system_id, c.timeline, c.segment_size, c.from_lsn, c.to_lsn, c.at, "
		"c.purge_after, c.files, c.bytes, c.begun, c.reached, c.gone_files, "
		"c.gone_bytes "
		"FROM wal_condemnations c JOIN plans p ON p.id = c.plan_id JOIN sources s ON "
		"s.id = c.source_id WHERE c.ended IS NULL AND (? OR p.hash = ?) "
		"ORDER BY c.repo_id, c.folder, c.timeline, c.from_lsn, c.id");
	VEC(struct wal_doomed) rows = {0};
	int r;

	db_bind_int(q, !hash);
	db_bind_text(q, hash);
	while ((r = db_step(q, err)) > 0)
		read_row(vec_add(&rows, a), q, a);
	*out = rows.v;
	*n = rows.n;
	return r;
}

int wal_piece_list(const struct wal_piece **out, size_t *n, bks_catalog *cat, int64_t id,
	bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q =
		db_sql(cat->db, "SELECT to_lsn, bytes, marks FROM wal_condemned_files WHERE "
				"condemnation_id = ? ORDER BY to_lsn");
	VEC(struct wal_piece) rows = {0};
	int r;

	db_bind_int(q, id);
	while ((r = db_step(q, err)) > 0) {
		struct wal_piece *p = vec_add(&rows, a);
		const void *marks;
		uint64_t *v;
		size_t bytes;

		p->to = (uint64_t)db_int(q);
		p->bytes = db_int(q);
		marks = db_blob(&bytes, q, a);
		p->n = marks ? bytes / sizeof *v : 0;
		v = arena_take(a, (p->n + 1) * sizeof *v);
		if (p->n)
			memcpy(v, marks, p->n * sizeof *v);
		p->marks = v;
	}
	*out = rows.v;
	*n = rows.n;
	return r;
}

int wal_delete_begin(bks_catalog *cat, const struct wal_doomed *d, bks_time now, bks_error *err)
{
	db_query *q = db_sql(cat->db, "UPDATE wal_condemnations SET begun = ? WHERE id = ?");
	int r;

	db_bind_time(q, now);
	db_bind_int(q, d->id);
	r = db_run(q, err);
	return r ? r : told(cat, "delete-begin", d, NULL, err);
}

/* Runs of that folder that begin before what is gone begin behind it. */
static db_query *trim(bks_catalog *cat, const char *sql, const struct wal_doomed *d)
{
	db_query *q = db_sql(cat->db, sql);

	db_bind_int(q, (int64_t)d->reached);
	db_bind_int(q, d->repo_id);
	db_bind_name(q, d->folder);
	db_bind_int(q, (int64_t)d->system_id);
	db_bind_int(q, d->timeline);
	db_bind_int(q, (int64_t)d->from);
	return q;
}

#define WITH "WITH x (at, repo, folder, system, line, low) AS (VALUES (?, ?, ?, ?, ?, ?)) "
#define THESE                                                                                  \
	"repo_id = (SELECT repo FROM x) AND folder = (SELECT folder FROM x) AND system_id = "  \
	"(SELECT system FROM x) AND timeline = (SELECT line FROM x) AND start_lsn >= (SELECT " \
	"low FROM x) AND start_lsn < (SELECT at FROM x)"

static int trim_runs(bks_catalog *cat, const struct wal_doomed *d, bks_error *err)
{
	static const char *const steps[] = {
		/* what was told and learned of segments that went */
		WITH "DELETE FROM wal_findings WHERE lsn < (SELECT at FROM x) AND run_id IN "
		     "(SELECT id FROM wal_runs WHERE " THESE ")",
		WITH "DELETE FROM wal_marks WHERE lsn < (SELECT at FROM x) AND run_id IN "
		     "(SELECT id FROM wal_runs WHERE " THESE ")",
		WITH "DELETE FROM wal_runs WHERE " THESE " AND end_lsn <= (SELECT at FROM x) "
		     "AND NOT partial",
		WITH
		"UPDATE wal_runs SET start_lsn = min(end_lsn, (SELECT at FROM x)), "
		"bytes = CAST(bytes * (CAST(end_lsn - min(end_lsn, (SELECT at FROM x)) AS "
		"REAL) / max(1, end_lsn - start_lsn)) AS INTEGER), "
		"carry = CASE WHEN read_lsn < (SELECT at FROM x) THEN NULL ELSE carry END, "
		"last_xact = CASE WHEN proven_lsn < (SELECT at FROM x) THEN NULL ELSE "
		"last_xact END, "
		"last_record = CASE WHEN proven_lsn < (SELECT at FROM x) THEN NULL ELSE "
		"last_record END, "
		"read_lsn = max(read_lsn, min(end_lsn, (SELECT at FROM x))), "
		"proven_lsn = max(proven_lsn, min(end_lsn, (SELECT at FROM x))) WHERE " THESE,
	};
	int r = 0;

	for (size_t i = 0; !r && i < sizeof steps / sizeof *steps; i++)
		r = db_run(trim(cat, steps[i], d), err);
	return r;
}

int wal_delete_reached(bks_catalog *cat, const struct wal_doomed *d, bks_error *err)
{
	db_query *q =
		db_sql(cat->db, "UPDATE wal_condemnations SET reached = ?, gone_files = ?, "
				"gone_bytes = ? WHERE id = ?");
	int r;

	db_bind_int(q, (int64_t)d->reached);
	db_bind_int(q, d->gone_files);
	db_bind_int(q, d->gone_bytes);
	db_bind_int(q, d->id);
	r = db_run(q, err);
	return r ? r : trim_runs(cat, d, err);
}

int wal_doomed_end(bks_catalog *cat, const struct wal_doomed *d, const char *outcome,
	const char *why, bks_time now, bks_error *err)
{
	db_query *q = db_sql(
		cat->db, "UPDATE wal_condemnations SET ended = ?, outcome = ? WHERE id = ?");
	int r;

	db_bind_time(q, now);
	db_bind_text(q, outcome);
	db_bind_int(q, d->id);
	r = db_run(q, err);
	if (r)
		return r;
	q = db_sql(cat->db, "DELETE FROM wal_condemned_files WHERE condemnation_id = ?");
	db_bind_int(q, d->id);
	r = db_run(q, err);
	return r ? r
		 : told(cat, d->begun == BKS_TIME_NONE ? "condemn-end" : "delete-end", d, why,
			   err);
}
