/* Holds: a backup that has an open one is kept, whatever else is planned. */
#include "backstay/text.h"
#include "base/vec.h"
#include "catalog/catalog_private.h"

#define COLUMNS "h.id, h.backup_id, b.label, h.kind, h.reason, h.created, h.until, h.released"

static void read_row(bks_hold *out, db_query *q, bks_arena *a)
{
	out->id = db_int(q);
	out->backup_id = db_int(q);
	out->label = db_name(q, a);
	out->kind = db_text(q, a);
	out->reason = db_name(q, a);
	out->created = db_time(q);
	out->until = db_time(q);
	out->released = db_time(q);
}

/* 0: *id is an open hold that says the same; 1: there is none. */
static int find_same(int64_t *id, bks_catalog *cat, int64_t backup_id, const char *kind,
	const char *reason, bks_time until, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db, "SELECT id FROM holds WHERE backup_id = ? AND kind = ? "
				      "AND reason = ? AND until IS "
				      "? AND released IS NULL");
	int r;

	db_bind_int(q, backup_id);
	db_bind_text(q, kind);
	db_bind_name(q, reason);
	db_bind_time(q, until);
	r = db_step(q, err);
	if (r <= 0)
		return r ? r : 1;
	*id = db_int(q);
	return db_end(q, err);
}

int hold_insert(int64_t *id, bks_catalog *cat, int64_t backup_id, const char *kind,
	const char *reason, bks_time until, bks_error *err)
{
	db_query *q;
	int r = find_same(id, cat, backup_id, kind, reason, until, err);

	if (r <= 0)
		return r;
	q = db_sql(cat->db, "INSERT INTO holds (backup_id, kind, reason, created, "
			    "until) VALUES (?, ?, ?, ?, ?)");
	db_bind_int(q, backup_id);
	db_bind_text(q, kind);
	db_bind_name(q, reason);
	db_bind_time(q, bks_clock_now());
	db_bind_time(q, until);
	r = db_run(q, err);
	*id = db_last_id(cat->db);
	return r;
}

static int find_backup(
	bks_backup **out, bks_catalog *cat, int64_t id, bks_arena *a, bks_error *err)
{
	int r = backup_get(out, cat, id, a, err);

	return r > 0 ? fail(err, BKS_E_USAGE, "no backup %lld", (long long)id) : r;
}

static int add(int64_t *id, bks_catalog *cat, const bks_backup *b, const char *reason,
	bks_time until, bks_arena *a, bks_error *err)
{
	int r = hold_insert(id, cat, b->id, "pin", reason, until, err);

	return r ? r
		 : journal_add(cat, "hold-add", backup_object(b->id, b->label, a), reason, err);
}

int bks_hold_add(int64_t *id, bks_catalog *cat, int64_t backup_id, const char *reason,
	bks_time until, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	bks_backup *b;
	int r = find_backup(&b, cat, backup_id, a, err);

	if (r)
		return r;
	if (!reason || !*reason)
		return fail(err, BKS_E_USAGE, "a hold needs a reason");
	if (b->state == BKS_STATE_GONE)
		return fail(err, BKS_E_USAGE, "backup %lld %s is gone", (long long)b->id,
			bks_shown(b->label, a));
	CATALOG_STEP(cat, r, err, add(id, cat, b, reason, until, a, err));
	return r;
}

/* 1: it has no open pin. */
static int is_pinned(bks_catalog *cat, int64_t backup_id, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(
		cat->db, "SELECT count(*) FROM holds WHERE backup_id = ? AND kind = 'pin' AND released IS NULL");
	bool any;
	int r;

	db_bind_int(q, backup_id);
	r = db_step(q, err);
	if (r <= 0)
		return r;
	any = db_bool(q);
	r = db_end(q, err);
	return r ? r : !any;
}

/* The journal first: a rule of the file wants to see who released it. */
static int release(bks_catalog *cat, const bks_backup *b, bks_arena *a, bks_error *err)
{
	db_query *q;
	int r = is_pinned(cat, b->id, err);

	if (!r)
		r = journal_add(cat, "hold-release", backup_object(b->id, b->label, a), NULL, err);
	if (r)
		return r;
	q = db_sql(cat->db, "UPDATE holds SET released = ? WHERE backup_id = ? AND "
			    "kind = 'pin' AND released IS NULL");
	db_bind_time(q, bks_clock_now());
	db_bind_int(q, b->id);
	return db_run(q, err);
}

int bks_hold_release(bks_catalog *cat, int64_t backup_id, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	bks_backup *b;
	int r = find_backup(&b, cat, backup_id, a, err);

	if (!r)
		CATALOG_STEP(cat, r, err, release(cat, b, a, err));
	return r;
}

int bks_hold_list(const bks_hold **out, size_t *n, bks_catalog *cat, bool released_too,
	bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT " COLUMNS " FROM holds h JOIN backups b ON b.id = h.backup_id "
		"WHERE ? OR (h.released IS NULL AND (h.until IS NULL OR h.until > ?)) ORDER BY "
		"h.id");
	VEC(bks_hold) rows = {0};
	int r;

	db_bind_int(q, released_too);
	db_bind_time(q, bks_clock_now());
	while ((r = db_step(q, err)) > 0)
		read_row(vec_add(&rows, a), q, a);
	*out = rows.v;
	*n = rows.n;
	return r;
}

/* 1: none is over. */
static int any_expired(bks_catalog *cat, bks_time now, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db, "SELECT count(*) FROM holds WHERE released IS NULL AND until <= ?");
	bool any;
	int r;

	db_bind_int(q, now);
	r = db_step(q, err);
	if (r <= 0)
		return r;
	any = db_bool(q);
	r = db_end(q, err);
	return r ? r : !any;
}

static int end_expired(bks_catalog *cat, bks_time now, bks_error *err)
{
	db_query *q;
	int r = any_expired(cat, now, err);

	if (!r)
		r = journal_add(cat, "hold-end", NULL, "its time is over", err);
	if (r)
		return r < 0 ? r : 0;
	q = db_sql(cat->db, "UPDATE holds SET released = until WHERE released IS NULL AND until <= ?");
	db_bind_int(q, now);
	return db_run(q, err);
}

int hold_release_expired(bks_catalog *cat, bks_time now, bks_error *err)
{
	int r;

	CATALOG_STEP(cat, r, err, end_expired(cat, now, err));
	return r;
}
