/* What stands against archived segments: gaps and strangers that a scan saw, damage that verify
 * read. */
#include "base/text.h"
#include "base/vec.h"
#include "catalog/catalog_private.h"
#include "catalog/wal_rows.h"

#define COLUMNS                                                                                \
	"r.name, f.folder, f.run_id, f.segment, f.code, f.place, f.text, EXISTS (SELECT 1 "    \
	"FROM wal_acks k WHERE k.repo_id = f.repo_id AND k.folder = f.folder AND k.segment = " \
	"f.segment AND k.code = f.code AND (k.until IS NULL OR k.until > ?))"

static void read_row(bks_wal_finding *out, db_query *q, bks_arena *a)
{
	out->repo = db_name(q, a);
	out->folder = db_name(q, a);
	out->run = db_int(q);
	out->segment = db_name(q, a);
	out->code = db_text(q, a);
	out->where = db_text(q, a);
	out->text = db_name(q, a);
	out->acked = db_bool(q);
}

static int read_all(
	const bks_wal_finding **out, size_t *n, db_query *q, bks_arena *a, bks_error *err)
{
	VEC(bks_wal_finding) rows = {0};
	int r;

	while ((r = db_step(q, err)) > 0)
		read_row(vec_add(&rows, a), q, a);
	*out = rows.v;
	*n = rows.n;
	return r;
}

int wal_finding_list(const bks_wal_finding **out, size_t *n, bks_catalog *cat, int64_t run,
	bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT " COLUMNS " FROM wal_findings f JOIN repos r ON r.id = f.repo_id "
		"WHERE f.run_id = ? ORDER BY f.lsn, f.id");

	db_bind_time(q, bks_clock_now());
	db_bind_int(q, run);
	return read_all(out, n, q, a, err);
}

int wal_finding_strays(const bks_wal_finding **out, size_t *n, bks_catalog *cat,
	const char *repo, bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT " COLUMNS " FROM wal_findings f JOIN repos r ON r.id = f.repo_id "
		"WHERE f.run_id IS NULL AND r.dropped IS NULL AND (? OR r.name = ?) ORDER BY "
		"f.id");

	db_bind_time(q, bks_clock_now());
	db_bind_int(q, !repo);
	db_bind_name(q, repo);
	return read_all(out, n, q, a, err);
}

int wal_finding_put(bks_catalog *cat, const struct wal_finding *f, bks_error *err)
{
	db_query *q = db_sql(cat->db, "INSERT INTO wal_findings (repo_id, folder, run_id, "
				      "segment, lsn, told_by, code, place, text, found) "
				      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");

	db_bind_int(q, f->repo_id);
	db_bind_name(q, f->folder);
	db_bind_ref(q, f->run_id);
	db_bind_name(q, f->segment);
	db_bind_opt(q, (int64_t)f->lsn, 0);
	db_bind_text(q, f->by_verify ? "verify" : "scan");
	db_bind_text(q, f->code);
	db_bind_text(q, f->where);
	db_bind_name(q, f->text);
	db_bind_time(q, f->found);
	return db_run(q, err);
}

int wal_finding_forget_scan(
	bks_catalog *cat, int64_t repo_id, const char *folder, bks_error *err)
{
	db_query *q = db_sql(cat->db, "DELETE FROM wal_findings WHERE repo_id = ? AND folder = "
				      "? AND told_by = 'scan'");

	db_bind_int(q, repo_id);
	db_bind_name(q, folder);
	return db_run(q, err);
}

int wal_finding_forget(
	bks_catalog *cat, int64_t run, uint64_t from, uint64_t to, bks_error *err)
{
	db_query *q = db_sql(cat->db, "DELETE FROM wal_findings WHERE run_id = ? AND told_by = "
				      "'verify' AND lsn >= ? AND lsn < ?");

	db_bind_int(q, run);
	db_bind_int(q, (int64_t)from);
	db_bind_int(q, (int64_t)to);
	return db_run(q, err);
}

int wal_finding_move(
	bks_catalog *cat, int64_t run, int64_t into, uint64_t from, uint64_t to, bks_error *err)
{
	db_query *q = db_sql(cat->db,
		"UPDATE wal_findings SET run_id = ? WHERE run_id = ? AND told_by = 'verify' "
		"AND lsn >= ? AND lsn < ?");

	db_bind_int(q, into);
	db_bind_int(q, run);
	db_bind_int(q, (int64_t)from);
	db_bind_int(q, (int64_t)to);
	return db_run(q, err);
}
