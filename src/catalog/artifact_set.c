/* What scan and verify change of an artifact: seen again, its state, its digest. */
#include "base/text.h"
#include "catalog/catalog_private.h"
#include <string.h>

static int write_state(
	bks_catalog *cat, int64_t id, enum bks_state state, const char *reason, bks_error *err)
{
	db_query *q = db_sql(
		cat->db, "UPDATE artifacts SET state = ?, state_reason = ? WHERE id = ?");

	db_bind_text(q, words_state[state]);
	db_bind_text(q, reason);
	db_bind_int(q, id);
	return db_run(q, err);
}

static int set_state(bks_catalog *cat, const bks_artifact *was, enum bks_state state,
	const char *reason, bks_time now, bks_arena *a, bks_error *err)
{
	int r = 0;

	if (state == BKS_STATE_GONE &&
		(was->state == BKS_STATE_LIVE || was->state == BKS_STATE_SETTLING))
		r = write_state(cat, was->id, BKS_STATE_MISSING, reason, err);
	if (!r)
		r = write_state(cat, was->id, state, reason, err);
	if (!r)
		r = backup_refresh(cat, was->backup_id, now, err);
	if (r)
		return r;
	return journal_add(cat, "artifact-state",
		arena_form(a, "%lld %s:%s", (long long)was->backup_id, was->repo, was->path),
		arena_form(a, "%s to %s%s%s%s", words_state[was->state], words_state[state],
			reason ? " (" : "", reason ? reason : "", reason ? ")" : ""),
		err);
}

int artifact_set_state(bks_catalog *cat, int64_t id, enum bks_state state, const char *reason,
	bks_time now, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	bks_artifact *was;
	int r = artifact_get(&was, cat, id, a, err);

	if (r || (was->state == state && !reason == !was->state_reason &&
			 (!reason || !strcmp(reason, was->state_reason))))
		return r;
	CATALOG_STEP(cat, r, err, set_state(cat, was, state, reason, now, a, err));
	return r;
}

/* 1: it was missing. */
static int touch(
	bks_catalog *cat, int64_t id, const bks_artifact *is, bks_time now, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"UPDATE artifacts SET device = ?, inode = ?, size = ?, mtime = ?, etag = ?, version_id = ?, "
		"storage_class = ?, server_sum = iif(etag IS ?, coalesce(?, server_sum), ?), "
		"last_seen = ? WHERE id = ? RETURNING state = 'missing'");
	bool missing;
	int r;

	db_bind_int(q, is->device);
	db_bind_int(q, is->inode);
	db_bind_int(q, is->size);
	db_bind_time(q, is->mtime);
	db_bind_text(q, is->etag);
	db_bind_text(q, is->version_id);
	db_bind_name(q, is->storage_class);
	db_bind_text(q, is->etag);
	db_bind_text(q, is->server_sum);
	db_bind_text(q, is->server_sum);
	db_bind_int(q, now);
	db_bind_int(q, id);
	r = db_step(q, err);
	if (r <= 0)
		return r ? r : fail(err, BKS_E_USAGE, "no artifact %lld", (long long)id);
	missing = db_bool(q);
	r = db_step(q, err);
	return r ? r : missing;
}

/* Nobody knows where its bytes were meanwhile, nor that they are the same: what was proven of
 * them is not any more, what is held against them stays, and it is due at once. */
static int forget_proof(bks_catalog *cat, int64_t id, bks_error *err)
{
	db_query *q = db_sql(cat->db,
		"UPDATE artifacts SET check_id = NULL, verdict = 'unknown', "
		"present = 'not-run', sealed = 'not-run', whole = 'not-run', "
		"covered = 'not-run', restored = 'not-run', equal = 'not-run' "
		"WHERE id = ? AND verdict NOT IN ('damaged', 'incomplete')");
	int r;

	db_bind_int(q, id);
	r = db_run(q, err);
	if (r)
		return r;
	q = db_sql(cat->db, "UPDATE artifacts SET verified_at = NULL WHERE id = ?");
	db_bind_int(q, id);
	return db_run(q, err);
}

static int came_back(bks_catalog *cat, int64_t id, bks_time now, bks_error *err)
{
	int r = forget_proof(cat, id, err);

	return r ? r : artifact_set_state(cat, id, BKS_STATE_LIVE, NULL, now, err);
}

/* A file that grew while it was settling: its backup is as large as its artifacts in one repo. */
static int follow_size(bks_catalog *cat, int64_t id, bks_error *err)
{
	db_query *q = db_sql(cat->db,
		"UPDATE backups SET size = (SELECT sum(o.size) FROM artifacts o "
		"WHERE o.backup_id = a.backup_id AND o.repo_id = a.repo_id "
		"AND o.state NOT IN ('missing', 'gone')) "
		"FROM artifacts a WHERE a.id = ? AND a.backup_id = backups.id "
		"AND a.verdict = 'unknown'");

	db_bind_int(q, id);
	return db_run(q, err);
}

static int seen(bks_catalog *cat, int64_t id, const bks_artifact *is, bks_time now, bks_error *err)
{
	int r = touch(cat, id, is, now, err);

	if (r > 0)
		r = came_back(cat, id, now, err);
	return r ? r : follow_size(cat, id, err);
}

int artifact_seen(
	bks_catalog *cat, int64_t id, const bks_artifact *now_is, bks_time now, bks_error *err)
{
	int r;

	CATALOG_STEP(cat, r, err, seen(cat, id, now_is, now, err));
	return r;
}

static int follow_label(bks_catalog *cat, const bks_artifact *was, const char *path, bks_error *err)
{
	db_query *q = db_sql(cat->db, "UPDATE backups SET label = ? WHERE id = ? AND label IS ?");

	db_bind_name(q, path);
	db_bind_int(q, was->backup_id);
	db_bind_name(q, was->path);
	return db_run(q, err);
}

static int rename_to(bks_catalog *cat, int64_t id, const char *path, bks_time now, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	bks_artifact *was;
	db_query *q;
	int r = artifact_get(&was, cat, id, a, err);

	if (r)
		return r;
	r = write_state(cat, id, was->state == BKS_STATE_MISSING ? BKS_STATE_LIVE : was->state, "renaming", err);
	if (r)
		return r;
	q = db_sql(cat->db, "UPDATE artifacts SET path = ?, state_reason = 'renamed', last_seen = ? WHERE id = ?");
	db_bind_name(q, path);
	db_bind_int(q, now);
	db_bind_int(q, id);
	r = db_run(q, err);
	if (!r)
		r = follow_label(cat, was, path, err);
	if (!r)
		r = backup_refresh(cat, was->backup_id, now, err);
	return r ? r
		 : journal_add(cat, "artifact-rename",
			   arena_form(a, "%lld %s:%s", (long long)was->backup_id, was->repo, was->path), path, err);
}

int artifact_rename(bks_catalog *cat, int64_t id, const char *path, bks_time now, bks_error *err)
{
	int r;

	CATALOG_STEP(cat, r, err, rename_to(cat, id, path, now, err));
	return r;
}

static int touched(bks_catalog *cat, int64_t id, const bks_artifact *is, bks_time now, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	bks_artifact *was;
	db_query *q;
	int r = artifact_get(&was, cat, id, a, err);

	if (r)
		return r;
	q = db_sql(cat->db, "UPDATE artifacts SET device = ?, inode = ?, mtime = ?, etag = ?, version_id = ?, last_seen = ?, "
		       "verified_at = NULL WHERE id = ?");
	db_bind_int(q, is->device);
	db_bind_int(q, is->inode);
	db_bind_time(q, is->mtime);
	db_bind_text(q, is->etag);
	db_bind_text(q, is->version_id);
	db_bind_int(q, now);
	db_bind_int(q, id);
	r = db_run(q, err);
	if (!r && was->state == BKS_STATE_MISSING)
		r = artifact_set_state(cat, id, BKS_STATE_LIVE, NULL, now, err);
	return r ? r : backup_refresh(cat, was->backup_id, now, err);
}

int artifact_touched(
	bks_catalog *cat, int64_t id, const bks_artifact *now_is, bks_time now, bks_error *err)
{
	int r;

	CATALOG_STEP(cat, r, err, touched(cat, id, now_is, now, err));
	return r;
}

int artifact_taken(struct part *out, bks_catalog *cat, int64_t id, bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT iif(p.part IS NULL, b.taken_at, p.taken_at), iif(p.part IS NULL, b.taken_from, p.taken_from), "
		"iif(p.part IS NULL, b.taken_zone, p.taken_zone) FROM artifacts a JOIN backups b ON b.id = a.backup_id "
		"LEFT JOIN set_parts p ON p.artifact_id = a.id WHERE a.id = ?");
	int r;

	*out = (struct part){0};
	db_bind_int(q, id);
	r = db_step(q, err);
	if (r <= 0)
		return r ? r : fail(err, BKS_E_USAGE, "no artifact %lld", (long long)id);
	out->taken_at = db_time(q);
	out->taken_from = (enum bks_taken_from)db_enum(q, words_taken_from, BKS_TAKEN_COUNT);
	out->taken_zone = db_text(q, a);
	return db_end(q, err);
}

static int recheck(bks_catalog *cat, int64_t id, bks_time now, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	bks_artifact *is;
	db_query *q;
	int r = artifact_get(&is, cat, id, a, err);

	if (r)
		return r;
	q = db_sql(cat->db, "UPDATE artifacts SET verified_at = NULL WHERE id = ?");
	db_bind_int(q, id);
	r = db_run(q, err);
	return r ? r : backup_refresh(cat, is->backup_id, now, err);
}

int artifact_recheck(bks_catalog *cat, int64_t id, bks_time now, bks_error *err)
{
	int r;

	CATALOG_STEP(cat, r, err, recheck(cat, id, now, err));
	return r;
}

static int write_digest(bks_catalog *cat, int64_t id, const bks_digests *d,
	enum bks_digest_from from, bks_error *err)
{
	db_query *q = db_sql(cat->db,
		"UPDATE artifacts SET xxh3_128 = ?, sha256 = ?, digest_from = ? WHERE id = ?");

	db_bind_blob(q, d->has_xxh3 ? d->xxh3 : NULL, sizeof d->xxh3);
	db_bind_blob(q, d->has_sha256 ? d->sha256 : NULL, sizeof d->sha256);
	db_bind_text(q, words_digest_from[from]);
	db_bind_int(q, id);
	return db_run(q, err);
}

static bool agree(const bks_digests *x, const bks_digests *y)
{
	if (x->has_sha256 && y->has_sha256 &&
		memcmp(x->sha256, y->sha256, sizeof x->sha256) != 0)
		return false;
	return !(x->has_xxh3 && y->has_xxh3 && memcmp(x->xxh3, y->xxh3, sizeof x->xxh3) != 0);
}

/* What one of them lacks, the other may have: only of the same bytes. */
static bks_digests united(const bks_digests *x, const bks_digests *y)
{
	bks_digests d = *x;

	if (!d.has_xxh3 && y->has_xxh3) {
		d.has_xxh3 = true;
		memcpy(d.xxh3, y->xxh3, sizeof d.xxh3);
	}
	if (!d.has_sha256 && y->has_sha256) {
		d.has_sha256 = true;
		memcpy(d.sha256, y->sha256, sizeof d.sha256);
	}
	return d;
}

static int replace_digest(bks_catalog *cat, const bks_artifact *was, const bks_digests *d,
	enum bks_digest_from from, bool same, bks_arena *a, bks_error *err)
{
	int r = write_digest(cat, was->id, d, from, err);

	if (r || same)
		return r;
	return journal_add(cat, "digest-from-birth",
		arena_form(a, "%lld %s:%s", (long long)was->backup_id, was->repo, was->path),
		"it differs from the one of first sight", err);
}

int artifact_put_digest(bks_catalog *cat, const bks_artifact *was, const bks_digests *d,
	enum bks_digest_from from, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	bool shared = (d->has_sha256 && was->digests.has_sha256) ||
		      (d->has_xxh3 && was->digests.has_xxh3);
	bool same = agree(d, &was->digests);
	bks_digests to;
	int r;

	if (from == BKS_DIGEST_NONE || !(d->has_xxh3 || d->has_sha256))
		return 0;
	/* digests of two kinds say nothing of each other: they may be of other bytes */
	to = same && shared ? united(d, &was->digests) : *d;
	if (from > was->digest_from) {
		CATALOG_STEP(cat, r, err, replace_digest(cat, was, &to, from, same, a, err));
		return r;
	}
	if (!same)
		return 1;
	return shared ? write_digest(cat, was->id, &to, was->digest_from, err) : 0;
}

int artifact_set_digest(bks_catalog *cat, int64_t id, const bks_digests *d,
	enum bks_digest_from from, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	bks_artifact *was;
	int r = artifact_get(&was, cat, id, a, err);

	return r ? r : artifact_put_digest(cat, was, d, from, err);
}
