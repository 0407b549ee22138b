/* Runs of the program: when, for how long, with what status and counts. */
#include "backstay/run.h"
#include "base/vec.h"
#include "catalog/catalog_private.h"
#include <unistd.h>

#define COLUMNS "id, command, started, ended, status, counts"

static void read_row(bks_run *out, db_query *q, bks_arena *a)
{
	out->id = db_int(q);
	out->command = db_text(q, a);
	out->started = db_time(q);
	out->ended = db_time(q);
	out->status = (int)db_opt(q, -1);
	out->counts = db_text(q, a);
}

int bks_run_begin(int64_t *id, bks_catalog *cat, const char *command, bks_error *err)
{
	char host[256] = "";
	db_query *q = db_sql(cat->db, "INSERT INTO runs (command, program, host, pid, started) "
				      "VALUES (?, ?, ?, ?, ?)");
	int r;

	gethostname(host, sizeof host - 1);
	db_bind_text(q, command);
	db_bind_text(q, "backstay " BKS_VERSION);
	db_bind_name(q, host);
	db_bind_int(q, getpid());
	db_bind_time(q, bks_clock_now());
	r = db_run(q, err);
	*id = db_last_id(cat->db);
	return r;
}

int bks_run_end(
	bks_catalog *cat, int64_t id, int status, const char *counts_json, bks_error *err)
{
	db_query *q = db_sql(
		cat->db, "UPDATE runs SET ended = ?, status = ?, counts = ? WHERE id = ?");

	db_bind_time(q, bks_clock_now());
	db_bind_opt(q, status < 0 ? -1 : status, -1);
	db_bind_text(q, counts_json);
	db_bind_int(q, id);
	return db_run(q, err);
}

int bks_run_list(const bks_run **out, size_t *n, bks_catalog *cat, bks_time since, bks_arena *a,
	bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(
		cat->db, "SELECT " COLUMNS " FROM runs WHERE started >= ? ORDER BY id DESC");
	VEC(bks_run) rows = {0};
	int r;

	db_bind_int(q, since == BKS_TIME_NONE ? INT64_MIN : since);
	while ((r = db_step(q, err)) > 0)
		read_row(vec_add(&rows, a), q, a);
	*out = rows.v;
	*n = rows.n;
	return r;
}
