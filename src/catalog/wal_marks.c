/* Marks in the log: restore points by name, ends of base backups, and where what is not proven
 * begins. They belong to a run, as its findings do. */
#include "base/text.h"
#include "base/vec.h"
#include "catalog/catalog_private.h"
#include "catalog/wal_rows.h"
#include <string.h>

#define COLUMNS "run_id, lsn, kind, time, name, start_lsn"

static const char *const kinds[] = {"point", "stop", "bad"};

static void read_row(struct wal_mark *out, db_query *q, bks_arena *a)
{
	const char *kind;

	out->run = db_int(q);
	out->lsn = (uint64_t)db_int(q);
	kind = db_text(q, a);
	for (int i = 0; i < 3; i++)
		if (!strcmp(kind, kinds[i]))
			out->kind = (enum wal_mark_kind)i;
	out->time = db_time(q);
	out->name = db_name(q, a);
	out->start = (uint64_t)db_int(q);
}

int wal_mark_put(bks_catalog *cat, const struct wal_mark *m, bks_error *err)
{
	db_query *q = db_sql(cat->db,
		"INSERT OR REPLACE INTO wal_marks (" COLUMNS ") VALUES (?, ?, ?, ?, ?, ?)");

	db_bind_int(q, m->run);
	db_bind_int(q, (int64_t)m->lsn);
	db_bind_text(q, kinds[m->kind]);
	db_bind_time(q, m->time);
	db_bind_name(q, m->name);
	db_bind_opt(q, (int64_t)m->start, 0);
	return db_run(q, err);
}

int wal_mark_forget(bks_catalog *cat, int64_t run, uint64_t from, uint64_t to, bks_error *err)
{
	db_query *q = db_sql(
		cat->db, "DELETE FROM wal_marks WHERE run_id = ? AND lsn >= ? AND lsn < ?");

	db_bind_int(q, run);
	db_bind_int(q, (int64_t)from);
	db_bind_int(q, (int64_t)to);
	return db_run(q, err);
}

int wal_mark_move(
	bks_catalog *cat, int64_t run, int64_t into, uint64_t from, uint64_t to, bks_error *err)
{
	db_query *q = db_sql(cat->db, "UPDATE OR REPLACE wal_marks SET run_id = ? WHERE run_id "
				      "= ? AND lsn >= ? AND lsn <= ?");

	db_bind_int(q, into);
	db_bind_int(q, run);
	db_bind_int(q, (int64_t)from);
	db_bind_int(q, (int64_t)to);
	return db_run(q, err);
}

int wal_bad_list(const uint64_t **out, size_t *n, bks_catalog *cat, int64_t run, bks_arena *a,
	bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT DISTINCT lsn FROM wal_findings WHERE run_id = ? AND told_by = 'verify' "
		"AND lsn NOT NULL ORDER BY lsn");
	VEC(uint64_t) rows = {0};
	int r;

	db_bind_int(q, run);
	while ((r = db_step(q, err)) > 0)
		*vec_add(&rows, a) = (uint64_t)db_int(q);
	*out = rows.v;
	*n = rows.n;
	return r;
}

int wal_mark_list(const struct wal_mark **out, size_t *n, bks_catalog *cat, int64_t run,
	bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(
		cat->db, "SELECT " COLUMNS " FROM wal_marks WHERE run_id = ? ORDER BY lsn, id");
	VEC(struct wal_mark) rows = {0};
	int r;

	db_bind_int(q, run);
	while ((r = db_step(q, err)) > 0)
		read_row(vec_add(&rows, a), q, a);
	*out = rows.v;
	*n = rows.n;
	return r;
}
