/*
 * Backups of several files: which parts a copy of one lacks, and what the backup is by its
 * parts. Worked out anew whenever one of its files changes; docs/catalog.md tells the rules.
 */
#include "base/text.h"
#include "base/vec.h"
#include "catalog/catalog_private.h"
#include <string.h>

enum { AHEAD_MIN = 10 };

#define BIT(part) (1U << (part))

/* What one copy has, and what it should have. */
struct holding {
	int64_t repo;
	unsigned there, known; /* parts, a bit each: there now, and ever registered of it */
	bool supabase_data, full, over;
	bks_time youngest;
};

static bool is_there(const bks_artifact *f)
{
	return f->state == BKS_STATE_LIVE || f->state == BKS_STATE_SETTLING ||
	       f->state == BKS_STATE_CONDEMNED;
}

/* It was overwritten by the next run, or cleaned up as agreed: that copy is over, and lacks
 * nothing. */
static bool ends_copy(const bks_artifact *f)
{
	return f->state == BKS_STATE_MISSING && f->state_reason &&
	       (!strcmp(f->state_reason, "replaced") ||
		       !strcmp(f->state_reason, "cleaned by others"));
}

static struct holding hold(const bks_backup *b, int64_t repo, bks_time now)
{
	struct holding h = {.repo = repo, .youngest = BKS_TIME_NONE};

	for (size_t i = 0; i < b->artifact_count; i++) {
		const bks_artifact *f = &b->artifacts[i];
		bks_time born =
			f->mtime > now + AHEAD_MIN * BKS_MINUTE ? f->first_seen : f->mtime;

		if (f->part == BKS_PART_NONE || f->state == BKS_STATE_GONE)
			continue;
		h.known |= BIT(f->part);
		if (f->repo_id != repo)
			continue;
		h.over = h.over || ends_copy(f);
		if (!is_there(f))
			continue;
		h.there |= BIT(f->part);
		h.full = h.full || f->content == BKS_CONTENT_FULL;
		h.supabase_data = h.supabase_data || !strcmp(f->format, "supabase-data");
		if (h.youngest == BKS_TIME_NONE || born > h.youngest)
			h.youngest = born;
	}
	return h;
}

/* The parts of the last set of the source before this backup that had all it should, or whose
 * lack somebody acknowledged. */
static int parts_before(unsigned *out, bks_catalog *cat, int64_t backup_id, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT DISTINCT p.part FROM set_parts p JOIN artifacts a ON a.id = "
		"p.artifact_id "
		"WHERE (a.state <> 'missing' OR a.state_reason IS NOT 'vanished') AND "
		"a.backup_id = ("
		"SELECT b.id FROM backups b JOIN backups me ON me.id = ? AND b.source_id = "
		"me.source_id AND b.kind = me.kind "
		"AND (b.taken_at, b.id) < (me.taken_at, me.id) AND b.merged_into IS NULL "
		"WHERE (SELECT count(DISTINCT x.part) FROM set_parts x JOIN artifacts y ON "
		"y.id = x.artifact_id "
		"WHERE y.backup_id = b.id AND (y.state <> 'missing' OR y.state_reason IS NOT "
		"'vanished')) >= 2 "
		"AND (NOT EXISTS (SELECT 1 FROM set_lacks l WHERE l.backup_id = b.id AND "
		"l.repo_id = b.best_repo_id) "
		"OR EXISTS (SELECT 1 FROM acks k JOIN ack_codes c ON c.ack_id = k.id WHERE "
		"k.backup_id = b.id "
		"AND c.code = 'member-missing')) ORDER BY b.taken_at DESC, b.id DESC LIMIT 1)");
	int r;

	*out = 0;
	db_bind_int(q, backup_id);
	while ((r = db_step(q, err)) > 0)
		*out |= BIT((unsigned)db_enum(q, words_part, BKS_PART_COUNT));
	return r;
}

static unsigned lacked_by(const struct holding *h, unsigned before)
{
	unsigned wanted = h->known | before;

	if (!h->there || h->over || h->full)
		return 0;
	if (h->supabase_data)
		wanted |= BIT(BKS_PART_SCHEMA);
	return wanted & ~h->there;
}

static int clear(bks_catalog *cat, int64_t backup_id, bks_error *err)
{
	db_query *q = db_sql(cat->db, "DELETE FROM set_lacks WHERE backup_id = ?");

	db_bind_int(q, backup_id);
	return db_run(q, err);
}

static int write_lack(bks_catalog *cat, int64_t backup_id, int64_t repo_id, int part,
	bool waiting, bks_error *err)
{
	db_query *q = db_sql(cat->db, "INSERT INTO set_lacks (backup_id, repo_id, part, "
				      "waiting) VALUES (?, ?, ?, ?)");

	db_bind_int(q, backup_id);
	db_bind_int(q, repo_id);
	db_bind_text(q, words_part[part]);
	db_bind_int(q, waiting);
	return db_run(q, err);
}

/* Tells the artifacts in memory what is written, so that the caller need not read them again.
 */
static void tell(
	bks_artifact *v, size_t n, int64_t repo, unsigned lacks, bool waiting, bks_arena *a)
{
	struct text t = {.arena = a};

	for (int p = BKS_PART_ROLES; p < BKS_PART_COUNT; p++)
		if (lacks & BIT(p))
			text_form(&t, "%s%s", t.n ? "," : "", words_part[p]);
	for (size_t i = 0; i < n; i++)
		if (v[i].repo_id == repo && v[i].part != BKS_PART_NONE) {
			v[i].lacks = t.s;
			v[i].waiting = lacks && waiting;
		}
}

static int settle_copy(bks_catalog *cat, const bks_backup *b, bks_artifact *v, int64_t repo,
	unsigned before, bks_time now, bks_arena *a, bks_error *err)
{
	int64_t settle = cat->settings ? cat->settings->settle : 15 * BKS_MINUTE;
	struct holding h = hold(b, repo, now);
	unsigned lacks = lacked_by(&h, before);
	bool waiting = h.youngest != BKS_TIME_NONE && h.youngest > now - settle;
	int r = 0;

	tell(v, b->artifact_count, repo, lacks, waiting, a);
	for (int p = BKS_PART_ROLES; !r && p < BKS_PART_COUNT; p++)
		if (lacks & BIT(p))
			r = write_lack(cat, b->id, repo, p, waiting, err);
	return r;
}

static bool seen_before(const bks_backup *b, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (b->artifacts[k].repo_id == b->artifacts[i].repo_id)
			return true;
	return false;
}

static int settle_copies(
	bks_catalog *cat, bks_backup *b, bks_time now, bks_arena *a, bks_error *err)
{
	bks_artifact *v = arena_take(a, (b->artifact_count + 1) * sizeof *v);
	unsigned before = 0;
	int r = clear(cat, b->id, err);

	memcpy(v, b->artifacts, b->artifact_count * sizeof *v);
	if (!r)
		r = parts_before(&before, cat, b->id, err);
	for (size_t i = 0; !r && i < b->artifact_count; i++)
		if (!seen_before(b, i))
			r = settle_copy(cat, b, v, v[i].repo_id, before, now, a, err);
	b->artifacts = v;
	return r;
}

/* The file that stands for PART: one that is there before one that is not, the first of them.
 */
static const bks_artifact *file_of(const bks_backup *b, enum bks_part part, bool there)
{
	for (size_t i = 0; i < b->artifact_count; i++)
		if (b->artifacts[i].part == part && is_there(&b->artifacts[i]) == there &&
			b->artifacts[i].state != BKS_STATE_GONE)
			return &b->artifacts[i];
	return NULL;
}

/* A schema alone is never full, and neither are rows alone. */
static enum bks_content content_of(const bks_artifact *const of[BKS_PART_COUNT])
{
	const bks_artifact *schema = of[BKS_PART_SCHEMA], *data = of[BKS_PART_DATA],
			   *roles = of[BKS_PART_ROLES];

	if ((schema && schema->content == BKS_CONTENT_FULL) ||
		(data && data->content == BKS_CONTENT_FULL))
		return BKS_CONTENT_FULL;
	if (!schema || !data)
		return schema  ? schema->content
		       : data  ? data->content
		       : roles ? roles->content
			       : BKS_CONTENT_UNKNOWN;
	if (schema->content == BKS_CONTENT_SCHEMA && data->content == BKS_CONTENT_DATA)
		return BKS_CONTENT_FULL;
	return BKS_CONTENT_UNKNOWN;
}

/* Of equal evidence that of the rows is taken: it is their moment that comes back. */
static void time_of(struct facts *f, const struct part p[BKS_PART_COUNT])
{
	const struct part *best = NULL;

	for (int k = BKS_PART_COUNT - 1; k > BKS_PART_NONE; k--)
		if (p[k].part && p[k].taken_from != BKS_TAKEN_UNKNOWN &&
			p[k].taken_at != BKS_TIME_NONE &&
			(!best || p[k].taken_from < best->taken_from))
			best = &p[k];
	if (!best || f->taken_from == BKS_TAKEN_OPERATOR || f->taken_from == BKS_TAKEN_SIDECAR)
		return;
	f->time_confirmed = best->taken_from == BKS_TAKEN_ARTIFACT ||
			    (f->time_confirmed && f->taken_from == best->taken_from &&
				    f->taken_at == best->taken_at);
	f->taken_at = best->taken_at;
	f->taken_from = best->taken_from;
	f->taken_zone = best->taken_zone;
}

/* One copy's bytes: of the largest one. */
static int write_size(bks_catalog *cat, int64_t backup_id, bks_error *err)
{
	db_query *q = db_sql(cat->db,
		"UPDATE backups SET size = (SELECT max(n) FROM (SELECT sum(size) AS n FROM "
		"artifacts WHERE backup_id = backups.id "
		"AND state IN ('live', 'settling', 'condemned') GROUP BY repo_id)) WHERE id = "
		"? AND EXISTS (SELECT 1 FROM artifacts "
		"WHERE backup_id = backups.id AND state IN ('live', 'settling', 'condemned'))");

	db_bind_int(q, backup_id);
	return db_run(q, err);
}

static int write_facts_of(bks_catalog *cat, const bks_backup *b, bks_arena *a, bks_error *err)
{
	const bks_artifact *of[BKS_PART_COUNT] = {0};
	struct part p[BKS_PART_COUNT] = {0};
	struct facts was, is;
	bool there = false;
	int r = facts_read(&was, cat, b->id, a, err);

	for (int k = BKS_PART_ROLES; k < BKS_PART_COUNT; k++)
		there = there || file_of(b, (enum bks_part)k, true);
	for (int k = BKS_PART_ROLES; !r && k < BKS_PART_COUNT; k++) {
		of[k] = file_of(b, (enum bks_part)k, there);
		if (of[k])
			r = part_get(&p[k], cat, of[k]->id, a, err);
	}
	if (r)
		return r < 0 ? r
			     : fail(err, BKS_E_CATALOG, "backup %lld lost a part",
				       (long long)b->id);
	is = was;
	is.database = NULL;
	is.kind = BKS_KIND_LOGICAL;
	for (int k = BKS_PART_ROLES; k < BKS_PART_COUNT; k++)
		if (of[k]) {
			is.format = p[k].format;
			is.wrapping = p[k].wrapping;
			is.database = p[k].database ? p[k].database : is.database;
		}
	is.content = content_of(of);
	time_of(&is, p);
	r = facts_same(&was, &is) ? 0 : facts_write(cat, &is, err);
	return r ? r : write_size(cat, b->id, err);
}

static bool is_set(const bks_backup *b)
{
	for (size_t i = 0; i < b->artifact_count; i++)
		if (b->artifacts[i].part != BKS_PART_NONE &&
			b->artifacts[i].state != BKS_STATE_GONE)
			return true;
	return false;
}

int set_settle(bks_catalog *cat, bks_backup *b, bks_time now, bks_arena *a, bks_error *err)
{
	int r = 0;

	if (!is_set(b))
		return 0;
	r = write_facts_of(cat, b, a, err);
	return r ? r : settle_copies(cat, b, now, a, err);
}

int set_refresh(bks_catalog *cat, int64_t backup_id, bks_time now, bks_error *err)
{
	int r;

	CATALOG_STEP(cat, r, err, backup_refresh(cat, backup_id, now, err));
	return r;
}

int set_standing(struct set_standing *out, bks_catalog *cat, int64_t artifact_id, bks_arena *a,
	bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db, "SELECT b.verdict FROM backups b JOIN artifacts a ON "
				      "a.backup_id = b.id WHERE a.id = ?");
	bks_artifact *f;
	int r = artifact_get(&f, cat, artifact_id, a, err);

	if (r)
		return r;
	db_bind_int(q, artifact_id);
	r = db_step(q, err);
	if (r <= 0)
		return r ? r
			 : fail(err, BKS_E_CATALOG, "no backup of artifact %lld",
				   (long long)artifact_id);
	*out = (struct set_standing){
		(enum bks_verdict)db_enum(q, words_verdict, BKS_VERDICT_COUNT), f->lacks,
		f->waiting};
	return db_end(q, err);
}

static int lacking(
	const int64_t **out, size_t *n, bks_catalog *cat, bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db, "SELECT DISTINCT l.backup_id FROM set_lacks l JOIN "
				      "backups b ON b.id = l.backup_id "
				      "ORDER BY b.taken_at, b.id");
	VEC(int64_t) ids = {0};
	int r;

	while ((r = db_step(q, err)) > 0)
		*vec_add(&ids, a) = db_int(q);
	*out = ids.v;
	*n = ids.n;
	return r;
}

int sets_refresh(bks_catalog *cat, bks_time now, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	int r;

	CATALOG_STEP(cat, r, err, backups_refresh(cat, lacking, now, a, err));
	return r ? r : chains_refresh(cat, now, err);
}
