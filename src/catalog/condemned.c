/* Plans that were carried out, and what they condemned, until it is taken back. */
#include "catalog/condemned.h"
#include "base/text.h"
#include "base/vec.h"
#include "catalog/catalog_private.h"
#include <string.h>

int plan_insert(
	int64_t *id, bks_catalog *cat, const struct plan_mark *p, bks_time now, bks_error *err)
{
	db_query *q = db_sql(
		cat->db, "INSERT INTO plans (hash, command, at, run_id) VALUES (?, ?, ?, ?)");
	int r;

	db_bind_text(q, p->hash);
	db_bind_text(q, p->command);
	db_bind_int(q, now);
	db_bind_ref(q, p->run);
	r = db_run(q, err);
	*id = db_last_id(cat->db);
	return r;
}

int plan_applied(bks_time *at, bks_catalog *cat, const char *hash, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db, "SELECT max(at) FROM plans WHERE hash = ?");
	int r;

	db_bind_text(q, hash);
	r = db_step(q, err);
	if (r < 0)
		return r;
	*at = db_time(q);
	r = db_end(q, err);
	return r ? r : *at == BKS_TIME_NONE;
}

static bool stays(const bks_backup *b, const bool *doomed)
{
	for (size_t i = 0; i < b->artifact_count; i++)
		if (!doomed[i] && (b->artifacts[i].state == BKS_STATE_LIVE ||
					  b->artifacts[i].state == BKS_STATE_SETTLING))
			return true;
	return false;
}

static int condemn_backup(
	bks_catalog *cat, const bks_backup *b, bks_time purge_after, bks_error *err)
{
	db_query *q = db_sql(cat->db, "UPDATE backups SET state = 'condemned', state_reason = "
				      "NULL, purge_after = max(?, coalesce((SELECT "
				      "max(c.purge_after) FROM condemnations c JOIN artifacts "
				      "a ON a.id = c.artifact_id WHERE a.backup_id = "
				      "backups.id AND c.ended IS NULL), 0)) WHERE id = ?");

	db_bind_int(q, purge_after);
	db_bind_int(q, b->id);
	return db_run(q, err);
}

static int condemn_artifact(
	bks_catalog *cat, int64_t artifact, const struct doom *d, bks_error *err)
{
	db_query *q = db_sql(cat->db,
		"UPDATE artifacts SET state = 'condemned', state_reason = NULL WHERE id = ?");
	int r;

	db_bind_int(q, artifact);
	r = db_run(q, err);
	if (r)
		return r;
	q = db_sql(cat->db, "INSERT INTO condemnations (plan_id, artifact_id, at, purge_after, "
			    "reasons) VALUES (?, ?, ?, ?, ?)");
	db_bind_int(q, d->plan);
	db_bind_int(q, artifact);
	db_bind_int(q, d->now);
	db_bind_int(q, d->purge_after);
	db_bind_name(q, d->reasons);
	return db_run(q, err);
}

static int condemn(bks_catalog *cat, const bks_backup *b, const struct doom *d, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	struct text where = {.arena = a};
	char until[BKS_TIME_TEXT];
	int r = stays(b, d->doomed) ? 0 : condemn_backup(cat, b, d->purge_after, err);

	for (size_t i = 0; !r && i < b->artifact_count; i++)
		if (d->doomed[i]) {
			r = condemn_artifact(cat, b->artifacts[i].id, d, err);
			text_form(&where, "%s%s:%s", where.n ? ", " : "", b->artifacts[i].repo,
				b->artifacts[i].path);
		}
	if (!r)
		r = backup_refresh(cat, b->id, d->now, err);
	return r ? r
		 : journal_add(cat, "condemn", backup_object(b->id, b->label, a),
			   arena_form(a, "%s; %s; plan %.16s; not before %s",
				   where.n ? where.s : "nothing", d->reasons, d->hash,
				   bks_time_text(until, d->purge_after)),
			   err);
}

int backup_condemn(bks_catalog *cat, const bks_backup *b, const struct doom *d, bks_error *err)
{
	int r;

	CATALOG_STEP(cat, r, err, condemn(cat, b, d, err));
	return r;
}

int condemned_list(const struct condemned_row **out, size_t *n, bks_catalog *cat,
	int64_t backup, const char *hash, bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"WITH sel (backup, hash) AS (VALUES (?, ?)) "
		"SELECT c.id, c.plan_id, c.artifact_id, a.backup_id, a.repo_id, c.at, "
		"c.purge_after, p.hash "
		"FROM sel, condemnations c JOIN plans p ON p.id = c.plan_id JOIN artifacts a "
		"ON a.id = c.artifact_id "
		"WHERE c.ended IS NULL AND (sel.backup = 0 OR a.backup_id = sel.backup) "
		"AND (sel.hash IS NULL OR p.hash = sel.hash) ORDER BY a.backup_id, a.repo_id, "
		"a.id");
	VEC(struct condemned_row) rows = {0};
	int r;

	db_bind_int(q, backup);
	db_bind_text(q, hash);
	while ((r = db_step(q, err)) > 0) {
		struct condemned_row *c = vec_add(&rows, a);

		c->id = db_int(q);
		c->plan = db_int(q);
		c->artifact = db_int(q);
		c->backup = db_int(q);
		c->repo = db_int(q);
		c->at = db_time(q);
		c->purge_after = db_time(q);
		c->hash = db_text(q, a);
	}
	*out = rows.v;
	*n = rows.n;
	return r;
}

int condemnation_end(
	bks_catalog *cat, int64_t artifact, const char *outcome, bks_time now, bks_error *err)
{
	db_query *q = db_sql(cat->db, "UPDATE condemnations SET ended = ?, outcome = ? WHERE "
				      "artifact_id = ? AND ended IS NULL");

	db_bind_int(q, now);
	db_bind_text(q, outcome);
	db_bind_int(q, artifact);
	return db_run(q, err);
}

static int revive(
	bks_catalog *cat, int64_t artifact, const struct taking_back *t, bks_error *err)
{
	db_query *q = db_sql(cat->db, "UPDATE artifacts SET state = 'live', state_reason = "
				      "NULL WHERE id = ? AND state = 'condemned'");
	int r;

	db_bind_int(q, artifact);
	r = db_run(q, err);
	return r ? r : condemnation_end(cat, artifact, t->outcome, t->now, err);
}

static int take_back(bks_catalog *cat, const struct taking_back *t, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	bks_backup *b;
	db_query *q;
	int r = backup_get(&b, cat, t->backup, a, err);

	for (size_t i = 0; !r && i < t->n; i++)
		r = revive(cat, t->artifacts[i], t, err);
	if (r)
		return r;
	q = db_sql(cat->db, "UPDATE backups SET state = 'live', purge_after = NULL WHERE id = "
			    "? AND state = 'condemned'");
	db_bind_int(q, t->backup);
	r = db_run(q, err);
	if (!r)
		r = backup_refresh(cat, t->backup, t->now, err);
	return r ? r
		 : journal_add(
			   cat, "condemn-end", backup_object(b->id, b->label, a), t->why, err);
}

int backup_take_back(bks_catalog *cat, const struct taking_back *t, bks_error *err)
{
	int r;

	CATALOG_STEP(cat, r, err, take_back(cat, t, err));
	return r;
}
