/*
 * Deletions that were begun. The row is on disk before anything is moved, and is ended only
 * when somebody looked what became of the file: so the catalog never says that a file is gone
 * that is there, nor keeps one as there that it took away.
 */
#include "base/text.h"
#include "base/vec.h"
#include "catalog/catalog_private.h"
#include "catalog/condemned.h"

static int insert_row(
	struct intent_row *i, bks_catalog *cat, bks_time now, bks_arena *a, bks_error *err)
{
	db_query *q = db_sql(cat->db, "INSERT INTO intents (artifact_id, repo_id, path, "
				      "device, inode, size, mtime, folder, grave, begun) "
				      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
	int r;

	/* no second try of one artifact finds the grave of the first */
	i->grave = arena_form(a, "%lld-%lld", (long long)i->artifact, (long long)now);
	db_bind_int(q, i->artifact);
	db_bind_int(q, i->repo);
	db_bind_name(q, i->path);
	db_bind_int(q, i->device);
	db_bind_int(q, i->inode);
	db_bind_int(q, i->size);
	db_bind_time(q, i->mtime);
	db_bind_int(q, i->folder);
	db_bind_text(q, i->grave);
	db_bind_int(q, now);
	r = db_run(q, err);
	i->id = db_last_id(cat->db);
	return r;
}

static int insert_member(bks_catalog *cat, const struct intent_row *i, size_t k, bks_error *err)
{
	const struct intent_member *m = &i->members[k];
	db_query *q = db_sql(cat->db, "INSERT INTO intent_members (intent_id, position, name, "
				      "inode, size, mtime) VALUES (?, ?, ?, ?, ?, ?)");

	db_bind_int(q, i->id);
	db_bind_int(q, (int64_t)k);
	db_bind_name(q, m->name);
	db_bind_int(q, m->inode);
	db_bind_int(q, m->size);
	db_bind_time(q, m->mtime);
	return db_run(q, err);
}

static int put_reason(bks_catalog *cat, int64_t artifact, const char *reason, bks_error *err)
{
	db_query *q = db_sql(cat->db, "UPDATE artifacts SET state_reason = ? WHERE id = ?");

	db_bind_text(q, reason);
	db_bind_int(q, artifact);
	return db_run(q, err);
}

static int told(bks_catalog *cat, const struct intent_row *i, const char *action,
	const char *detail, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();

	return journal_add(cat, action, backup_object(i->backup, i->path, a), detail, err);
}

static int begin(
	struct intent_row *i, bks_catalog *cat, bks_time now, bks_arena *a, bks_error *err)
{
	int r = insert_row(i, cat, now, a, err);

	for (size_t k = 0; !r && k < i->n; k++)
		r = insert_member(cat, i, k, err);
	if (!r)
		r = put_reason(cat, i->artifact, "deleting", err);
	return r ? r : told(cat, i, "delete-begin", i->grave, err);
}

int intent_begin(
	struct intent_row *i, bks_catalog *cat, bks_time now, bks_arena *a, bks_error *err)
{
	int r;

	CATALOG_STEP(cat, r, err, begin(i, cat, now, a, err));
	return r;
}

static int read_members(struct intent_row *i, bks_catalog *cat, bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db, "SELECT name, inode, size, mtime FROM intent_members "
				      "WHERE intent_id = ? ORDER BY CAST(name AS BLOB)");
	VEC(struct intent_member) v = {0};
	int r;

	db_bind_int(q, i->id);
	while ((r = db_step(q, err)) > 0) {
		struct intent_member *m = vec_add(&v, a);

		m->name = db_name(q, a);
		m->inode = db_int(q);
		m->size = db_int(q);
		m->mtime = db_time(q);
	}
	i->members = v.v;
	i->n = v.n;
	return r;
}

static int read_rows(
	struct intent_row **out, size_t *n, bks_catalog *cat, bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q =
		db_sql(cat->db, "SELECT i.id, i.artifact_id, a.backup_id, i.repo_id, i.path, "
				"i.grave, i.device, i.inode, i.size, i.mtime, i.folder, a.version_id "
				"FROM intents i JOIN artifacts a ON a.id = i.artifact_id WHERE "
				"i.ended IS NULL ORDER BY a.backup_id, i.repo_id, i.id");
	VEC(struct intent_row) v = {0};
	int r;

	while ((r = db_step(q, err)) > 0) {
		struct intent_row *i = vec_add(&v, a);

		i->id = db_int(q);
		i->artifact = db_int(q);
		i->backup = db_int(q);
		i->repo = db_int(q);
		i->path = db_name(q, a);
		i->grave = db_text(q, a);
		i->device = db_int(q);
		i->inode = db_int(q);
		i->size = db_int(q);
		i->mtime = db_time(q);
		i->folder = db_bool(q);
		i->version = db_text(q, a);
	}
	*out = v.v;
	*n = v.n;
	return r;
}

int intent_list(const struct intent_row **out, size_t *n, bks_catalog *cat, bks_arena *a,
	bks_error *err)
{
	struct intent_row *v = NULL;
	int r = read_rows(&v, n, cat, a, err);

	for (size_t i = 0; !r && i < *n; i++)
		r = read_members(&v[i], cat, a, err);
	*out = v;
	return r;
}

static int end(bks_catalog *cat, const struct intent_row *i, const char *outcome, int64_t bytes,
	bks_time now, bks_error *err)
{
	db_query *q = db_sql(
		cat->db, "UPDATE intents SET ended = ?, outcome = ?, bytes = ? WHERE id = ?");
	int r;

	db_bind_int(q, now);
	db_bind_text(q, outcome);
	db_bind_opt(q, bytes, -1);
	db_bind_int(q, i->id);
	r = db_run(q, err);
	if (r)
		return r;
	q = db_sql(cat->db, "DELETE FROM intent_members WHERE intent_id = ?");
	db_bind_int(q, i->id);
	return db_run(q, err);
}

static int put_state(bks_catalog *cat, int64_t artifact, const char *state, const char *reason,
	bks_error *err)
{
	db_query *q = db_sql(cat->db, "UPDATE artifacts SET state = ?, state_reason = ? WHERE "
				      "id = ? AND state <> 'gone'");

	db_bind_text(q, state);
	db_bind_text(q, reason);
	db_bind_int(q, artifact);
	return db_run(q, err);
}

/* It is not there any more, whatever a rule of the file would have said of that a moment ago:
 * the row must not lie. */
static int put_gone(bks_catalog *cat, int64_t artifact, bks_error *err)
{
	int r = put_state(cat, artifact, "gone", "purged", err);

	if (r != BKS_E_REFUSED)
		return r;
	r = put_state(cat, artifact, "missing", "purged", err);
	return r ? r : put_state(cat, artifact, "gone", "purged", err);
}

static int gone(bks_catalog *cat, const struct intent_row *i, int64_t bytes, bks_time now,
	bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	int r = put_gone(cat, i->artifact, err);

	if (!r)
		r = condemnation_end(cat, i->artifact, "gone", now, err);
	if (!r)
		r = end(cat, i, "gone", bytes, now, err);
	return r ? r
		 : told(cat, i, "delete-end",
			   arena_form(a, "gone, %lld bytes freed", (long long)bytes), err);
}

int intent_gone(bks_catalog *cat, const struct intent_row *i, int64_t bytes, bks_time now,
	bks_error *err)
{
	int r;

	CATALOG_STEP(cat, r, err, gone(cat, i, bytes, now, err));
	return r;
}

static int back(bks_catalog *cat, const struct intent_row *i, bks_time now, bks_error *err)
{
	int r = put_state(cat, i->artifact, "condemned", NULL, err);

	if (!r)
		r = end(cat, i, "back", -1, now, err);
	return r ? r : told(cat, i, "delete-end", "it lies where it lay", err);
}

int intent_back(bks_catalog *cat, const struct intent_row *i, bks_time now, bks_error *err)
{
	int r;

	CATALOG_STEP(cat, r, err, back(cat, i, now, err));
	return r;
}

static int lost(bks_catalog *cat, const struct intent_row *i, bks_time now, bks_error *err)
{
	int r = put_state(cat, i->artifact, "missing", "replaced", err);

	if (!r)
		r = condemnation_end(cat, i->artifact, "missing", now, err);
	if (!r)
		r = end(cat, i, "missing", -1, now, err);
	return r ? r
		 : told(cat, i, "delete-end",
			   "another file has its name, and it is not in the trash", err);
}

int intent_lost(bks_catalog *cat, const struct intent_row *i, bks_time now, bks_error *err)
{
	int r;

	CATALOG_STEP(cat, r, err, lost(cat, i, now, err));
	return r;
}
