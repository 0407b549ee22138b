/* Rows of artifacts: one file in one repo. */
#include "base/text.h"
#include "base/vec.h"
#include "catalog/catalog_private.h"
#include <string.h>

#define COLUMNS                                                                                \
	"a.id, a.backup_id, a.repo_id, r.name, a.path, a.size, a.device, a.inode, a.mtime, "   \
	"a.xxh3_128, a.sha256, a.digest_from, a.state, a.state_reason, a.first_seen, "         \
	"a.last_seen, a.verdict, a.present, a.sealed, a.whole, a.covered, a.restored, "        \
	"a.equal, "                                                                            \
	"a.verified_at, coalesce(p.part, 'none'), p.format, coalesce(p.content, 'unknown'), p.wrapping, p.database, "  \
	"CASE WHEN p.part NOT NULL THEN (SELECT group_concat(part) FROM (SELECT part FROM set_lacks "      \
	"WHERE backup_id = a.backup_id AND repo_id = a.repo_id ORDER BY part)) END, "                      \
	"p.part NOT NULL AND EXISTS (SELECT 1 FROM set_lacks l WHERE l.backup_id = a.backup_id "           \
	"AND l.repo_id = a.repo_id AND l.waiting), a.read_at, a.proven_at, a.proven_by, a.etag, a.version_id, "  \
	"a.storage_class, a.server_sum"
#define FROM                                                                                   \
	" FROM artifacts a JOIN repos r ON r.id = a.repo_id "                                  \
	"LEFT JOIN set_parts p ON p.artifact_id = a.id "

enum { PAGE = 512 };

static void read_like(bks_artifact *out, const char **repo, db_query *q, bks_arena *a)
{
	out->id = db_int(q);
	out->backup_id = db_int(q);
	out->repo_id = db_int(q);
	out->repo = *repo = db_same(*repo, q, a);
	out->path = db_name(q, a);
	out->size = db_int(q);
	out->device = db_int(q);
	out->inode = db_int(q);
	out->mtime = db_time(q);
	out->digests.has_xxh3 = db_bytes(q, out->digests.xxh3, sizeof out->digests.xxh3);
	out->digests.has_sha256 = db_bytes(q, out->digests.sha256, sizeof out->digests.sha256);
	out->digest_from = (enum bks_digest_from)db_enum_opt(
		q, words_digest_from, BKS_DIGEST_BIRTH + 1, BKS_DIGEST_NONE);
	out->state = (enum bks_state)db_enum(q, words_state, BKS_STATE_COUNT);
	out->state_reason = db_text(q, a);
	out->first_seen = db_time(q);
	out->last_seen = db_time(q);
	out->verdict = (enum bks_verdict)db_enum(q, words_verdict, BKS_VERDICT_COUNT);
	for (int i = 0; i < BKS_LEVEL_COUNT; i++)
		out->levels[i] = (enum bks_result)db_enum(q, words_result, BKS_RESULT_COUNT);
	out->verified_at = db_time(q);
	out->part = (enum bks_part)db_enum(q, words_part, BKS_PART_COUNT);
	out->format = db_text(q, a);
	out->content = (enum bks_content)db_enum(q, words_content, BKS_CONTENT_COUNT);
	out->wrapping = db_text(q, a);
	out->database = db_name(q, a);
	out->lacks = db_text(q, a);
	out->waiting = db_bool(q);
	out->read_at = db_time(q);
	out->proven_at = db_time(q);
	out->proven_by = (int)db_opt(q, 0);
	out->etag = db_text(q, a);
	out->version_id = db_text(q, a);
	out->storage_class = db_name(q, a);
	out->server_sum = db_text(q, a);
}

static void read_row(bks_artifact *out, db_query *q, bks_arena *a)
{
	const char *repo = NULL;

	read_like(out, &repo, q, a);
}

/* A walk of a repo asks for every file of it, and for no more than this. */
static void read_lean(bks_artifact *out, int64_t repo_id, db_query *q, bks_arena *a)
{
	out->repo_id = repo_id;
	out->id = db_int(q);
	out->backup_id = db_int(q);
	out->path = db_name(q, a);
	out->size = db_int(q);
	out->device = db_int(q);
	out->inode = db_int(q);
	out->mtime = db_time(q);
	out->digest_from = (enum bks_digest_from)db_enum_opt(
		q, words_digest_from, BKS_DIGEST_BIRTH + 1, BKS_DIGEST_NONE);
	out->state = (enum bks_state)db_enum(q, words_state, BKS_STATE_COUNT);
	out->state_reason = db_text(q, a);
	out->verdict = (enum bks_verdict)db_enum(q, words_verdict, BKS_VERDICT_COUNT);
	out->etag = db_text(q, a);
}

static int one_page(const bks_artifact **out, size_t *n, bks_catalog *cat, int64_t repo_id,
	const bks_artifact *after, bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT a.id, a.backup_id, a.path, a.size, a.device, a.inode, a.mtime, a.digest_from, a.state, "
		"a.state_reason, a.verdict, a.etag FROM artifacts a WHERE a.repo_id = ? AND a.state <> 'gone' "
		"AND (CAST(a.path AS BLOB), a.id) > (?, ?) "
		"ORDER BY CAST(a.path AS BLOB), a.id LIMIT ?");
	VEC(bks_artifact) rows = {0};
	int r;

	db_bind_int(q, repo_id);
	db_bind_blob(q, after ? after->path : "", after ? strlen(after->path) : 0);
	db_bind_int(q, after ? after->id : 0);
	db_bind_int(q, PAGE);
	while ((r = db_step(q, err)) > 0)
		read_lean(vec_add(&rows, a), repo_id, q, a);
	*out = rows.v;
	*n = rows.n;
	return r;
}

/* Page by page, so that ROW may write, and memory does not grow with the repo. */
int artifact_each(bks_catalog *cat, int64_t repo_id,
	int (*row)(void *arg, const bks_artifact *a), void *arg, bks_error *err)
{
	bks_arena *here = bks_arena_new(), *next = bks_arena_new(), *swap;
	const bks_artifact *v, *last = NULL;
	size_t n = PAGE;
	int r = 0;

	while (!r && n == PAGE) {
		r = one_page(&v, &n, cat, repo_id, last, next, err);
		for (size_t i = 0; !r && i < n; i++)
			r = row(arg, &v[i]);
		last = n ? &v[n - 1] : NULL;
		swap = here;
		here = next;
		next = swap;
		bks_arena_reset(next);
	}
	bks_arena_free(here);
	bks_arena_free(next);
	return r;
}

int artifact_range(bks_catalog *cat, int64_t least, int64_t most,
	int (*row)(void *arg, const bks_artifact *f, bks_arena *a), void *arg, bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT " COLUMNS " FROM artifacts a CROSS JOIN repos r ON r.id = a.repo_id LEFT JOIN set_parts p "
		"ON p.artifact_id = a.id WHERE a.backup_id BETWEEN ? AND ? ORDER BY a.backup_id, a.id");
	const char *repo = NULL;
	bks_artifact f;
	int r;

	db_bind_int(q, least);
	db_bind_int(q, most);
	while ((r = db_step(q, err)) > 0) {
		f = (bks_artifact){0};
		read_like(&f, &repo, q, a);
		r = row(arg, &f, a);
		if (r)
			break;
	}
	return r;
}

int backup_artifacts(bks_backup *b, bks_catalog *cat, bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q =
		db_sql(cat->db, "SELECT " COLUMNS FROM "WHERE a.backup_id = ? ORDER BY a.id");
	VEC(bks_artifact) rows = {0};
	int r;

	db_bind_int(q, b->id);
	while ((r = db_step(q, err)) > 0)
		read_row(vec_add(&rows, a), q, a);
	b->artifacts = rows.v;
	b->artifact_count = rows.n;
	return r;
}

static int read_one(bks_artifact **out, db_query *q, bks_arena *a, bks_error *err)
{
	int r = db_step(q, err);

	if (r <= 0)
		return r ? r : 1;
	*out = arena_one(a, bks_artifact);
	read_row(*out, q, a);
	return db_end(q, err);
}

int artifact_get(bks_artifact **out, bks_catalog *cat, int64_t id, bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db, "SELECT " COLUMNS FROM "WHERE a.id = ?");
	int r;

	db_bind_int(q, id);
	r = read_one(out, q, a, err);
	return r > 0 ? fail(err, BKS_E_USAGE, "no artifact %lld", (long long)id) : r;
}

int artifact_find_path(const bks_artifact **out, bks_catalog *cat, int64_t repo_id,
	const char *path, bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT " COLUMNS FROM "WHERE a.repo_id = ? AND CAST(a.path AS BLOB) = ? "
		"AND a.state <> 'gone' ORDER BY a.state = 'missing', a.id DESC LIMIT 1");
	bks_artifact *v;
	int r;

	db_bind_int(q, repo_id);
	db_bind_blob(q, path, strlen(path));
	r = read_one(&v, q, a, err);
	if (!r)
		*out = v;
	return r;
}

int artifact_find_same(const bks_artifact **out, bks_catalog *cat, const bks_artifact *like,
	bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT " COLUMNS FROM "WHERE a.inode = ? AND a.state <> 'gone' AND a.state <> 'missing' "
		"AND a.device = ? AND a.size = ? AND a.mtime = ? AND a.repo_id <> ? "
		"AND r.dropped IS NULL ORDER BY a.id LIMIT 1");
	bks_artifact *v;
	int r;

	if (!like->inode)
		return 1;
	db_bind_int(q, like->inode);
	db_bind_int(q, like->device);
	db_bind_int(q, like->size);
	db_bind_time(q, like->mtime);
	db_bind_int(q, like->repo_id);
	r = read_one(&v, q, a, err);
	if (!r)
		*out = v;
	return r;
}

static void bind_digest(db_query *q, const bks_digests *d, enum bks_digest_from from)
{
	bool any = d->has_xxh3 || d->has_sha256;

	db_bind_blob(q, d->has_xxh3 ? d->xxh3 : NULL, sizeof d->xxh3);
	db_bind_blob(q, d->has_sha256 ? d->sha256 : NULL, sizeof d->sha256);
	db_bind_text(q, !any ? NULL : words_digest_from[from ? from : BKS_DIGEST_FIRST_SIGHT]);
}

int artifact_insert_row(int64_t *id, bks_catalog *cat, const bks_artifact *a, bks_error *err)
{
	bks_time now = bks_clock_now();
	db_query *q = db_sql(cat->db,
		"INSERT INTO artifacts (backup_id, repo_id, path, size, device, inode, mtime, "
		"xxh3_128, "
		"sha256, digest_from, state, state_reason, first_seen, last_seen, etag, version_id, "
		"storage_class, server_sum) "
		"VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
	int r;

	db_bind_int(q, a->backup_id);
	db_bind_int(q, a->repo_id);
	db_bind_name(q, a->path);
	db_bind_int(q, a->size);
	db_bind_int(q, a->device);
	db_bind_int(q, a->inode);
	db_bind_time(q, a->mtime);
	bind_digest(q, &a->digests, a->digest_from);
	db_bind_text(q, words_state[a->state]);
	db_bind_text(q, a->state_reason);
	db_bind_int(q, a->first_seen ? a->first_seen : now);
	db_bind_int(q, a->last_seen ? a->last_seen : now);
	db_bind_text(q, a->etag);
	db_bind_text(q, a->version_id);
	db_bind_name(q, a->storage_class);
	db_bind_text(q, a->server_sum);
	r = db_run(q, err);
	*id = db_last_id(cat->db);
	return r;
}

static int insert(int64_t *id, bks_catalog *cat, const bks_artifact *a, bks_error *err)
{
	int r = artifact_insert_row(id, cat, a, err);

	return r ? r
		 : backup_refresh(cat, a->backup_id,
			   a->last_seen ? a->last_seen : bks_clock_now(), err);
}

int artifact_insert(int64_t *id, bks_catalog *cat, const bks_artifact *a, bks_error *err)
{
	int r;

	CATALOG_STEP(cat, r, err, insert(id, cat, a, err));
	return r;
}
