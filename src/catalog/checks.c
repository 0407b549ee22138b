/* The history of looks at a backup, and the errors that stand against it. */
#include "base/vec.h"
#include "catalog/catalog_private.h"

#define COLUMNS                                                                                \
	"c.id, c.run_id, a.backup_id, c.artifact_id, r.name, a.path, c.started, c.ended, "     \
	"c.bytes_read, c.program, c.verdict, c.present, c.sealed, c.whole, c.covered, "        \
	"c.restored, c.equal"

static void read_row(bks_check *out, db_query *q, bks_arena *a)
{
	out->id = db_int(q);
	out->run_id = db_int(q);
	out->backup_id = db_int(q);
	out->artifact_id = db_int(q);
	out->repo = db_name(q, a);
	out->path = db_name(q, a);
	out->started = db_time(q);
	out->ended = db_time(q);
	out->bytes_read = db_int(q);
	out->program = db_text(q, a);
	out->verdict = (enum bks_verdict)db_enum(q, words_verdict, BKS_VERDICT_COUNT);
	for (int i = 0; i < BKS_LEVEL_COUNT; i++)
		out->levels[i] = (enum bks_result)db_enum(q, words_result, BKS_RESULT_COUNT);
}

static int drain_findings(
	const bks_finding **out, size_t *n, db_query *q, bks_arena *a, bks_error *err)
{
	VEC(bks_finding) rows = {0};
	bks_finding *f;
	int r;

	while ((r = db_step(q, err)) > 0) {
		f = vec_add(&rows, a);
		f->code = db_text(q, a);
		f->severity = (enum bks_severity)db_enum(q, words_severity, BKS_SEVERITY_COUNT);
		f->where = db_name(q, a);
		f->text = db_name(q, a);
	}
	*out = rows.v;
	*n = rows.n;
	return r;
}

static int read_findings(bks_check *c, bks_catalog *cat, bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db, "SELECT code, severity, place, text FROM findings WHERE "
				      "check_id = ? ORDER BY position");

	db_bind_int(q, c->id);
	return drain_findings(&c->findings, &c->finding_count, q, a, err);
}

int bks_check_list(const bks_check **out, size_t *n, bks_catalog *cat, int64_t backup_id,
	bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT " COLUMNS " FROM artifacts a JOIN checks c ON c.artifact_id = a.id "
		"JOIN repos r ON r.id = a.repo_id WHERE a.backup_id = ? ORDER BY c.id DESC");
	VEC(bks_check) rows = {0};
	int r;

	db_bind_int(q, backup_id);
	while ((r = db_step(q, err)) > 0)
		read_row(vec_add(&rows, a), q, a);
	for (size_t i = 0; !r && i < rows.n; i++)
		r = read_findings(&rows.v[i], cat, a, err);
	*out = rows.v;
	*n = rows.n;
	return r;
}

int artifact_findings(const bks_finding **out, size_t *n, bks_catalog *cat, int64_t artifact_id, bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db, "SELECT f.code, f.severity, f.place, f.text FROM artifacts a JOIN findings f "
				      "ON f.check_id = a.check_id WHERE a.id = ? ORDER BY f.position");

	db_bind_int(q, artifact_id);
	return drain_findings(out, n, q, a, err);
}

int artifact_tables(const bks_table **out, size_t *n, bks_catalog *cat, int64_t artifact_id, bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db, "SELECT inventory_id FROM artifacts WHERE id = ?");
	int64_t id;
	int r;

	*n = 0;
	db_bind_int(q, artifact_id);
	r = db_step(q, err);
	if (r <= 0)
		return r;
	id = db_int(q);
	r = db_end(q, err);
	return r || !id ? r : inventory_read(out, n, cat, id, a, err);
}

int artifact_found(bks_catalog *cat, int64_t artifact_id, const char *code, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q =
		db_sql(cat->db, "SELECT 1 FROM artifacts a JOIN findings f ON f.check_id = "
				"a.check_id WHERE a.id = ? AND f.code = ? LIMIT 1");
	int r;

	db_bind_int(q, artifact_id);
	db_bind_text(q, code);
	r = db_step(q, err);
	if (r <= 0)
		return r;
	db_int(q);
	r = db_end(q, err);
	return r ? r : 1;
}

int artifact_once_found(const char **place, bks_catalog *cat, int64_t artifact_id,
	const char *code, bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT f.place FROM checks c JOIN findings f ON f.check_id = c.id "
		"WHERE c.artifact_id = ? AND f.code = ? ORDER BY c.id DESC LIMIT 1");
	int r;

	db_bind_int(q, artifact_id);
	db_bind_text(q, code);
	r = db_step(q, err);
	if (r <= 0)
		return r;
	*place = db_text(q, a);
	r = db_end(q, err);
	return r ? r : 1;
}

int trouble_of(const bks_finding **out, size_t *n, bks_catalog *cat, int64_t backup_id,
	bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT code, 'error', place, text FROM all_errors WHERE backup_id = ? "
		"ORDER BY artifact_id, position");

	db_bind_int(q, backup_id);
	return drain_findings(out, n, q, a, err);
}
