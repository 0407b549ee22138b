/* Drills: restores that somebody did by hand, with how long they took and what came of them. */
#include "base/text.h"
#include "base/vec.h"
#include "catalog/catalog_private.h"
#include "catalog/task_rows.h"
#include <string.h>

#define COLUMNS                                                                                \
	"d.id, d.backup_id, b.label, s.name, b.kind, b.format, d.started, d.ended, d.result "  \
	"= 'pass', d.bytes, d.note, d.evidence, "                                              \
	"d.evidence_size, d.evidence_sha256, d.recorded"

static void read_row(bks_drill *out, db_query *q, bks_arena *a)
{
	out->id = db_int(q);
	out->backup_id = db_int(q);
	out->label = db_name(q, a);
	out->source = db_name(q, a);
	out->kind = db_text(q, a);
	out->format = db_text(q, a);
	out->started = db_time(q);
	out->ended = db_time(q);
	out->passed = db_bool(q);
	out->bytes = db_int(q);
	out->note = db_text(q, a);
	out->evidence.path = db_name(q, a);
	out->evidence.size = db_int(q);
	db_bytes(q, out->evidence.sha256, sizeof out->evidence.sha256);
	out->recorded = db_time(q);
}

static int insert(int64_t *id, bks_catalog *cat, const bks_drill *d, const bks_backup *b,
	bks_arena *a, bks_error *err)
{
	db_query *q =
		db_sql(cat->db, "INSERT INTO drills (backup_id, started, ended, result, bytes, "
				"note, evidence, evidence_size, evidence_sha256, recorded) "
				"VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
	int r;

	db_bind_int(q, b->id);
	db_bind_time(q, d->started);
	db_bind_time(q, d->ended);
	db_bind_text(q, d->passed ? "pass" : "fail");
	db_bind_int(q, b->size);
	db_bind_text(q, d->note);
	db_bind_name(q, d->evidence.path);
	db_bind_int(q, d->evidence.size);
	db_bind_blob(q, d->evidence.sha256, sizeof d->evidence.sha256);
	db_bind_time(q, bks_clock_now());
	r = db_run(q, err);
	*id = db_last_id(cat->db);
	return r ? r : journal_add_row(cat, "SELECT " DRILL_TOLD " FROM drills d WHERE d.id = ?", *id, "drill-record",
			   backup_object(b->id, b->label, a), a, err);
}

int drill_insert(int64_t *id, bks_catalog *cat, const bks_drill *d, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	bks_backup *b;
	int r = backup_get(&b, cat, d->backup_id, a, err);

	if (r)
		return r < 0 ? r
			     : fail(err, BKS_E_USAGE, "no backup %lld",
				       (long long)d->backup_id);
	CATALOG_STEP(cat, r, err, insert(id, cat, d, b, a, err));
	return r;
}

int drill_list(const bks_drill **out, size_t *n, bks_catalog *cat, int64_t source_id,
	bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT " COLUMNS " FROM drills d JOIN backups b ON b.id = d.backup_id JOIN "
				  "sources s ON s.id = b.source_id "
		"WHERE ?1 = 0 OR b.source_id = ?1 ORDER BY d.ended DESC, d.id DESC");
	VEC(bks_drill) v = {0};
	int r;

	db_bind_int(q, source_id);
	while ((r = db_step(q, err)) > 0)
		read_row(vec_add(&v, a), q, a);
	*out = v.v;
	*n = v.n;
	return r;
}

int drill_samples(const struct drill_sample **out, size_t *n, bks_catalog *cat,
	const bks_backup *like, bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT d.bytes, d.ended - d.started FROM drills d CROSS JOIN backups b ON b.id = "
		"d.backup_id " /* drills are few */
		"WHERE d.result = 'pass' AND b.source_id = ? AND b.kind = ? AND b.format = ?");
	VEC(struct drill_sample) v = {0};
	int r;

	db_bind_int(q, like->source_id);
	db_bind_text(q, bks_kind_name(like->kind));
	db_bind_text(q, like->format);
	while ((r = db_step(q, err)) > 0) {
		struct drill_sample *s = vec_add(&v, a);

		s->bytes = db_int(q);
		s->took = db_int(q);
	}
	*out = v.v;
	*n = v.n;
	return r;
}

int drill_failed(const int64_t **ids, size_t *n, bks_catalog *cat, bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(
		cat->db, "SELECT DISTINCT backup_id FROM failed_drills ORDER BY backup_id");
	VEC(int64_t) v = {0};
	int r;

	while ((r = db_step(q, err)) > 0)
		*vec_add(&v, a) = db_int(q);
	*ids = v.v;
	*n = v.n;
	return r;
}
