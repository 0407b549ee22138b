/* Rows of runs of archived segments, and the list of them that people see. */
#include "base/text.h"
#include "base/vec.h"
#include "catalog/catalog_private.h"
#include "catalog/wal_rows.h"
#include <string.h>

#define COLUMNS                                                                                \
	"w.id, r.name, w.folder, s.name, w.system_id, w.timeline, w.segment_size, w.version, " \
	"w.start_lsn, w.end_lsn, w.bytes, w.read_lsn, w.proven_lsn, w.last_xact, w.partial, "  \
	"w.partial_lsn, w.partial_xact, w.verified_at, w.first_seen, w.last_seen, w.repo_id, " \
	"w.source_id, w.read_began, w.last_record, w.pass_xact, w.newest, w.usual, w.carry"
#define FROM                                                                                   \
	" FROM wal_runs w JOIN repos r ON r.id = w.repo_id LEFT JOIN sources s ON s.id = "     \
	"w.source_id "
#define ORDER " ORDER BY r.name, w.folder, w.system_id, w.timeline, w.start_lsn"

static void read_place(bks_wal_run *out, db_query *q, bks_arena *a)
{
	out->id = db_int(q);
	out->repo = db_name(q, a);
	out->folder = db_name(q, a);
	out->source = db_name(q, a);
	out->system_id = (uint64_t)db_int(q);
	out->timeline = (uint32_t)db_int(q);
	out->segment_size = (uint32_t)db_int(q);
	out->version = (int)db_int(q);
	out->start_lsn = (uint64_t)db_int(q);
	out->end_lsn = (uint64_t)db_int(q);
	out->bytes = db_int(q);
	out->segments = (int64_t)((out->end_lsn - out->start_lsn) / out->segment_size);
}

static void read_row(struct wal_run *out, db_query *q, bks_arena *a)
{
	bks_wal_run *w = &out->run;
	const void *carry;

	read_place(w, q, a);
	w->read_lsn = (uint64_t)db_int(q);
	w->proven_lsn = (uint64_t)db_int(q);
	w->last_xact = db_time(q);
	w->partial = db_bool(q);
	w->partial_lsn = (uint64_t)db_int(q);
	w->partial_xact = db_time(q);
	w->verified_at = db_time(q);
	w->first_seen = db_time(q);
	w->last_seen = db_time(q);
	out->repo_id = db_int(q);
	out->source_id = db_int(q);
	out->read_began = db_time(q);
	w->last_record = (uint64_t)db_int(q);
	out->pass_xact = db_time(q);
	w->newest = db_time(q);
	w->usual = db_int(q);
	carry = db_blob(&out->carry_n, q, a);
	if (!carry || out->carry_n > sizeof out->carry)
		out->carry_n = 0;
	if (out->carry_n)
		memcpy(out->carry, carry, out->carry_n);
}

static int read_all(struct wal_runs *out, db_query *q, bks_arena *a, bks_error *err)
{
	VEC(struct wal_run) rows = {0};
	int r;

	while ((r = db_step(q, err)) > 0)
		read_row(vec_add(&rows, a), q, a);
	*out = (struct wal_runs){rows.v, rows.n};
	return r;
}

int wal_run_list(struct wal_runs *out, bks_catalog *cat, int64_t repo_id, const char *folder,
	bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT " COLUMNS FROM "WHERE w.repo_id = ? AND (? OR w.folder = ?)" ORDER);

	db_bind_int(q, repo_id);
	db_bind_int(q, !folder);
	db_bind_name(q, folder);
	return read_all(out, q, a, err);
}

static void bind_row(db_query *q, const struct wal_run *r)
{
	const bks_wal_run *w = &r->run;

	db_bind_ref(q, r->source_id);
	db_bind_int(q, (int64_t)w->start_lsn);
	db_bind_int(q, (int64_t)w->end_lsn);
	db_bind_int(q, w->bytes);
	db_bind_int(q, w->partial);
	db_bind_int(q, (int64_t)w->read_lsn);
	db_bind_time(q, r->read_began);
	db_bind_blob(q, r->carry_n ? r->carry : NULL, r->carry_n);
	db_bind_int(q, (int64_t)w->proven_lsn);
	db_bind_time(q, w->last_xact);
	db_bind_opt(q, (int64_t)w->partial_lsn, 0);
	db_bind_time(q, w->partial_xact);
	db_bind_time(q, w->verified_at);
	db_bind_time(q, w->last_seen);
	db_bind_opt(q, (int64_t)w->last_record, 0);
	db_bind_time(q, r->pass_xact);
	db_bind_time(q, w->newest);
	db_bind_opt(q, w->usual, 0);
}

static int update(bks_catalog *cat, const struct wal_run *r, bks_error *err)
{
	db_query *q = db_sql(cat->db,
		"UPDATE wal_runs SET source_id = ?, start_lsn = ?, end_lsn = ?, bytes = ?, "
		"partial = ?, "
		"read_lsn = ?, read_began = ?, carry = ?, proven_lsn = ?, last_xact = ?, "
		"partial_lsn = ?, "
		"partial_xact = ?, verified_at = ?, last_seen = ?, last_record = ?, pass_xact = ?, "
		"newest = ?, usual = ? WHERE id = ?");

	bind_row(q, r);
	db_bind_int(q, r->run.id);
	return db_run(q, err);
}

int wal_run_put(bks_catalog *cat, struct wal_run *r, bks_error *err)
{
	db_query *q;
	int e;

	if (r->run.id)
		return update(cat, r, err);
	q = db_sql(cat->db,
		"INSERT INTO wal_runs (source_id, start_lsn, end_lsn, bytes, partial, "
		"read_lsn, read_began, carry, "
		"proven_lsn, last_xact, partial_lsn, partial_xact, verified_at, last_seen, "
		"last_record, pass_xact, newest, usual, repo_id, folder, "
		"system_id, timeline, segment_size, version, first_seen) "
		"VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
	bind_row(q, r);
	db_bind_int(q, r->repo_id);
	db_bind_name(q, r->run.folder);
	db_bind_int(q, (int64_t)r->run.system_id);
	db_bind_int(q, r->run.timeline);
	db_bind_int(q, r->run.segment_size);
	db_bind_int(q, r->run.version);
	db_bind_time(q, r->run.first_seen);
	e = db_run(q, err);
	if (!e)
		r->run.id = db_last_id(cat->db);
	return e;
}

int wal_run_drop(bks_catalog *cat, int64_t id, bks_error *err)
{
	db_query *q = db_sql(cat->db, "DELETE FROM wal_runs WHERE id = ?");

	db_bind_int(q, id);
	return db_run(q, err);
}

static int list_runs(struct wal_runs *out, bks_catalog *cat, const char *repo,
	const char *source, bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT " COLUMNS FROM
		"WHERE r.dropped IS NULL AND (? OR r.name = ?) AND (? OR s.name = ?)" ORDER);

	db_bind_int(q, !repo);
	db_bind_name(q, repo);
	db_bind_int(q, !source);
	db_bind_name(q, source);
	return read_all(out, q, a, err);
}

int wal_run_list_source(struct wal_runs *out, bks_catalog *cat, const char *source,
	bks_arena *a, bks_error *err)
{
	return list_runs(out, cat, NULL, source, a, err);
}

int bks_wal_list(bks_wal *out, bks_catalog *cat, const char *repo, const char *source,
	bks_arena *a, bks_error *err)
{
	struct wal_runs runs;
	bks_wal_run *v;
	int r = list_runs(&runs, cat, repo, source, a, err);

	*out = (bks_wal){0};
	if (r)
		return r;
	v = arena_take(a, (runs.n + 1) * sizeof *v);
	for (size_t i = 0; !r && i < runs.n; i++) {
		v[i] = runs.v[i].run;
		r = wal_finding_list(&v[i].findings, &v[i].finding_count, cat, v[i].id, a, err);
	}
	out->runs = v;
	out->run_count = runs.n;
	return r || source
		       ? r
		       : wal_finding_strays(&out->strays, &out->stray_count, cat, repo, a, err);
}
