/* Tasks that were done: what people say, and the runs and drills that say it by themselves. */
#include "base/text.h"
#include "catalog/catalog_private.h"
#include "catalog/task_rows.h"

static int insert(int64_t *id, bks_catalog *cat, const char *task, bks_time at,
	const char *note, const bks_evidence *e, bks_arena *a, bks_error *err)
{
	db_query *q = db_sql(cat->db, "INSERT INTO tasks_done (task, at, note, evidence, "
				      "evidence_size, evidence_sha256, recorded) "
				      "VALUES (?, ?, ?, ?, ?, ?, ?)");
	bool has = e && e->path;
	int r;

	db_bind_name(q, task);
	db_bind_time(q, at);
	db_bind_text(q, note);
	db_bind_name(q, has ? e->path : NULL);
	db_bind_opt(q, has ? e->size : -1, -1);
	db_bind_blob(q, has ? e->sha256 : NULL, has ? sizeof e->sha256 : 0);
	db_bind_time(q, bks_clock_now());
	r = db_run(q, err);
	*id = db_last_id(cat->db);
	return r ? r : journal_add_row(cat, "SELECT " TASK_TOLD " FROM tasks_done t WHERE t.id = ?", *id, "task-done", task, a, err);
}

int task_done_insert(int64_t *id, bks_catalog *cat, const char *task, bks_time at,
	const char *note, const bks_evidence *evidence, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	int r;

	CATALOG_STEP(cat, r, err, insert(id, cat, task, at, note, evidence, a, err));
	return r;
}

static void read_evidence(bks_evidence *out, db_query *q, bks_arena *a)
{
	out->path = db_name(q, a);
	out->size = db_int(q);
	db_bytes(q, out->sha256, sizeof out->sha256);
}

static int one(bks_task_proof *out, db_query *q, const char *kind, bks_arena *a, bks_error *err)
{
	int r = db_step(q, err);

	if (r <= 0)
		return r < 0 ? r : 1;
	*out = (bks_task_proof){
		.kind = kind, .id = db_int(q), .at = db_time(q), .text = db_name(q, a)};
	read_evidence(&out->file, q, a);
	return db_end(q, err);
}

int task_last_note(bks_task_proof *out, bks_catalog *cat, const char *task, bks_time now,
	bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT id, at, note, evidence, evidence_size, evidence_sha256 FROM tasks_done "
		"WHERE task = ? AND at <= ? ORDER BY at DESC, id DESC LIMIT 1");

	db_bind_name(q, task);
	db_bind_time(q, now);
	return one(out, q, "note", a, err);
}

int task_last_drill(
	bks_task_proof *out, bks_catalog *cat, bks_time now, bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q =
		db_sql(cat->db, "SELECT d.id, d.ended, b.label, d.evidence, d.evidence_size, "
				"d.evidence_sha256 FROM drills d "
				"JOIN backups b ON b.id = d.backup_id WHERE d.result = 'pass' "
				"AND d.ended <= ? ORDER BY d.ended DESC, d.id DESC LIMIT 1");

	db_bind_time(q, now);
	return one(out, q, "drill", a, err);
}

/* Trouble that a run found is told elsewhere; it was looked for. A run over what somebody
 * selected proves nothing of the rest. */
static const char *const runs_that[] = {
	[TASK_RUN_VERIFY] =
		("(command = 'nightly' AND json_extract(counts, '$.verify') IS NOT NULL "
		 "OR command = 'verify' AND NOT coalesce(json_extract(counts, '$.selected'), "
		 "0))"),
	[TASK_RUN_RETAIN] = ("(command = 'nightly' AND json_extract(counts, '$.retain') IS NOT "
			     "NULL OR command = 'retain run')"),
	[TASK_RUN_COPY] = "coalesce(json_extract(counts, '$.copies'), 0) > 0",
};

int task_last_run(bks_task_proof *out, bks_catalog *cat, enum task_run what, bks_time now,
	bks_arena *a, bks_error *err)
{
	const char *sql = arena_form(a,
		"SELECT id, ended, command || ', status ' || status, NULL, NULL, NULL FROM "
		"runs "
		"WHERE ended <= ? AND status IN (0, 1) AND json_valid(counts) AND %s ORDER BY "
		"id DESC LIMIT 1",
		runs_that[what]);
	AUTO(db_query_auto) db_query *q = db_sql(cat->db, sql);

	db_bind_time(q, now);
	return one(out, q, "run", a, err);
}

int task_begun(bks_time *out, bks_catalog *cat, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db, "SELECT at FROM journal ORDER BY id LIMIT 1");
	int r = db_step(q, err);

	*out = BKS_TIME_NONE;
	if (r <= 0)
		return r;
	*out = db_time(q);
	return db_end(q, err);
}
