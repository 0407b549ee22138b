/*
 * Recording one look at one artifact, all of it in one transaction: the check with its levels
 * and findings, and what from now on stands about the artifact and its backup.
 */
#include "base/text.h"
#include "catalog/catalog_private.h"
#include <string.h>

struct look {
	const bks_artifact *was;
	const bks_inspection *i;
	bks_time started, ended;
	int64_t inventory_id, check_id;
	enum bks_state state; /* of the artifact, from now on */
	bool only_seal; /* bytes equal those that an earlier look walked, and were not walked
			   again */
	bool stands;    /* and nothing else is said of them than was */
};

static bool is_trouble(enum bks_verdict v)
{
	return v != BKS_UNKNOWN && v != BKS_SOUND && v != BKS_UNPROVEN;
}

static int insert_finding(
	bks_catalog *cat, int64_t check_id, size_t at, const bks_finding *f, bks_error *err)
{
	db_query *q = db_sql(cat->db,
		"INSERT INTO findings (check_id, position, code, severity, place, text) "
		"VALUES (?, ?, ?, ?, ?, ?)");

	db_bind_int(q, check_id);
	db_bind_int(q, (int64_t)at);
	db_bind_text(q, f->code);
	db_bind_text(q, words_severity[f->severity]);
	db_bind_name(q, f->where);
	db_bind_name(q, f->text ? f->text : "");
	return db_run(q, err);
}

static void bind_levels(db_query *q, const enum bks_result levels[BKS_LEVEL_COUNT])
{
	for (int i = 0; i < BKS_LEVEL_COUNT; i++)
		db_bind_text(q, words_result[levels[i]]);
}

/* Of a look that kept what was proven, only what it did itself. */
static void levels_run(enum bks_result out[BKS_LEVEL_COUNT], const struct look *l)
{
	memcpy(out, l->i->levels, BKS_LEVEL_COUNT * sizeof *out);
	for (int k = BKS_WHOLE; l->i->proven_at && k < BKS_LEVEL_COUNT; k++)
		if (k != BKS_COVERED && out[k] == l->was->levels[k])
			out[k] = BKS_RESULT_NOT_RUN;
}

static int insert_check(struct look *l, bks_catalog *cat, int64_t run_id, bks_error *err)
{
	enum bks_result levels[BKS_LEVEL_COUNT];
	db_query *q = db_sql(cat->db,
		"INSERT INTO checks (run_id, artifact_id, started, ended, bytes_read, program, "
		"verdict, "
		"present, sealed, whole, covered, restored, equal, inventory_id) "
		"VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
	int r;

	levels_run(levels, l);
	db_bind_ref(q, run_id);
	db_bind_int(q, l->was->id);
	db_bind_int(q, l->started);
	db_bind_int(q, l->ended);
	db_bind_int(q, l->i->bytes_read < 0 ? 0 : l->i->bytes_read);
	db_bind_text(q, "backstay " BKS_VERSION);
	db_bind_text(q, words_verdict[l->stands ? l->was->verdict : l->i->verdict]);
	bind_levels(q, levels);
	db_bind_ref(q, l->inventory_id);
	r = db_run(q, err);
	l->check_id = db_last_id(cat->db);
	for (size_t k = 0; !r && k < l->i->finding_count && !(l->stands && l->i->proven_at); k++)
		r = insert_finding(cat, l->check_id, k, &l->i->findings[k], err);
	return r;
}

bool look_is_done(const bks_inspection *i)
{
	return i->levels[BKS_WHOLE] == BKS_RESULT_PASS && i->levels[BKS_SEALED] != BKS_RESULT_FAIL &&
	       i->levels[BKS_PRESENT] != BKS_RESULT_FAIL;
}

/* A young file may be half written: until it proves whole, or is young no more, nothing is held
 * against it. */
static enum bks_state state_after(const bks_catalog *cat, const struct look *l)
{
	int64_t settle = cat->settings ? cat->settings->settle : 15 * BKS_MINUTE;
	bks_time mtime = l->was->mtime;

	if (l->was->state != BKS_STATE_SETTLING)
		return l->was->state;
	if (l->i->verdict == BKS_SOUND || l->i->verdict == BKS_UNPROVEN || look_is_done(l->i))
		return BKS_STATE_LIVE;
	if (mtime != BKS_TIME_NONE && l->started > mtime && l->started - mtime >= settle)
		return BKS_STATE_LIVE;
	return l->started - l->was->first_seen >= settle ? BKS_STATE_LIVE : BKS_STATE_SETTLING;
}

/* The first digest that is known of it goes in with the rest: another one is weighed against
 * that which stands. Only of bytes that somebody will still find there: not of a file that is
 * being written or could not be read. */
static bool lasts(const struct look *l, enum bks_state state)
{
	const bks_inspection *i = l->i;

	return state != BKS_STATE_SETTLING && i->verdict != BKS_UNREADABLE &&
	       i->verdict != BKS_MISSING && i->levels[BKS_SEALED] != BKS_RESULT_FAIL &&
	       (i->digests.has_xxh3 || i->digests.has_sha256);
}

static bool is_first_digest(const struct look *l, enum bks_state state)
{
	const bks_artifact *was = l->was;

	return lasts(l, state) && was->digest_from == BKS_DIGEST_NONE && !was->digests.has_xxh3 &&
	       !was->digests.has_sha256;
}

static enum bks_digest_from digest_from(const struct look *l)
{
	return l->i->digest_from ? l->i->digest_from : BKS_DIGEST_FIRST_SIGHT;
}

static void bind_digest(db_query *q, const struct look *l)
{
	const bks_digests *d = &l->i->digests;

	db_bind_blob(q, d->has_xxh3 ? d->xxh3 : NULL, sizeof d->xxh3);
	db_bind_blob(q, d->has_sha256 ? d->sha256 : NULL, sizeof d->sha256);
	db_bind_text(q, words_digest_from[digest_from(l)]);
}

/* Digests are of bytes that were read to their end. A walk is a proof anew; whoever compared digests alone keeps the old one. */
static void bind_proof(db_query *q, const struct look *l)
{
	bool read = l->i->digests.has_xxh3 || l->i->digests.has_sha256;
	bool keeps = l->only_seal || l->i->proven_at;
	enum bks_result whole = l->i->levels[BKS_WHOLE];
	bool walked = !keeps && (whole == BKS_RESULT_PASS || whole == BKS_RESULT_UNPROVABLE);

	db_bind_time(q, read ? l->ended : BKS_TIME_NONE);
	db_bind_time(q, keeps ? l->was->proven_at : walked ? l->ended : BKS_TIME_NONE);
	db_bind_opt(q, keeps ? l->was->proven_by : walked ? l->i->verifier : 0, 0);
}

/* What is in an index is written only when it is another: to write it is to write the index. */
static int update_artifact(bks_catalog *cat, const struct look *l, bks_arena *a, bks_error *err)
{
	enum bks_result levels[BKS_LEVEL_COUNT];
	enum bks_state state = l->state;
	bool moves = state != l->was->state, first = is_first_digest(l, state);
	db_query *q;

	memcpy(levels, l->i->levels, sizeof levels);
	if (l->only_seal)
		memcpy(levels + BKS_WHOLE, l->was->levels + BKS_WHOLE,
			sizeof levels - BKS_WHOLE * sizeof *levels);
	q = db_sql(cat->db,
		arena_form(a,
			"UPDATE artifacts SET %s%scheck_id = coalesce(?, check_id), "
			"inventory_id = coalesce(?, inventory_id), verified_at = ?, "
			"read_at = coalesce(?, read_at), proven_at = ?, proven_by = ?, verdict = ?, present = ?, sealed = ?, whole = ?, covered = ?, "
			"restored = ?, equal = ? WHERE id = ?",
			moves ? "state = ?, " : "",
			first ? "xxh3_128 = ?, sha256 = ?, digest_from = ?, " : ""));
	if (moves)
		db_bind_text(q, words_state[state]);
	if (first)
		bind_digest(q, l);
	db_bind_ref(q, l->stands ? 0 : l->check_id);
	db_bind_ref(q, l->inventory_id);
	db_bind_int(q, l->ended);
	bind_proof(q, l);
	db_bind_text(q, words_verdict[l->stands ? l->was->verdict : l->i->verdict]);
	bind_levels(q, levels);
	db_bind_int(q, l->was->id);
	return db_run(q, err);
}

static int keep_digest(
	bks_catalog *cat, const struct look *l, enum bks_state state, bks_error *err)
{
	const bks_digests *d = &l->i->digests;
	int r;

	if (!lasts(l, state) || is_first_digest(l, state))
		return 0;
	if (!(d->has_xxh3 && !l->was->digests.has_xxh3) &&
		!(d->has_sha256 && !l->was->digests.has_sha256))
		return 0;
	r = artifact_put_digest(cat, l->was, d, digest_from(l), err);
	return r < 0 ? r : 0;
}

static int read_verdict(enum bks_verdict *out, const char **label, bks_catalog *cat, int64_t id,
	bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db, "SELECT verdict, label FROM backups WHERE id = ?");
	int r;

	db_bind_int(q, id);
	r = db_step(q, err);
	if (r <= 0)
		return r ? r : fail(err, BKS_E_CATALOG, "no backup %lld", (long long)id);
	*out = (enum bks_verdict)db_enum(q, words_verdict, BKS_VERDICT_COUNT);
	*label = db_name(q, a);
	return db_end(q, err);
}

static int refresh_backup(bks_catalog *cat, const struct look *l, bks_arena *a, bks_error *err)
{
	enum bks_verdict before = BKS_UNKNOWN, after = BKS_UNKNOWN;
	int64_t id = l->was->backup_id;
	struct kept_rows rows = {0};
	const char *label;
	int r = read_verdict(&before, &label, cat, id, a, err);

	if (!r)
		r = history_judge(&rows, cat, id, l->i, l->inventory_id, err);
	if (!r)
		r = backup_refresh_rows(cat, id, &rows, l->ended, err);
	if (!r)
		r = read_verdict(&after, &label, cat, id, a, err);
	if (r || before == after || !(is_trouble(before) || is_trouble(after)))
		return r;
	return journal_add(cat, "verdict", backup_object(id, label, a),
		arena_form(a, "%s to %s", words_verdict[before], words_verdict[after]), err);
}

static bool same_text(const char *x, const char *y)
{
	return x && y ? !strcmp(x, y) : x == y;
}

static bool same_findings(const bks_inspection *i, const bks_finding *v, size_t n)
{
	if (i->finding_count != n)
		return false;
	for (size_t k = 0; k < n; k++)
		if (strcmp(i->findings[k].code, v[k].code) != 0 || i->findings[k].severity != v[k].severity ||
			!same_text(i->findings[k].where, v[k].where) || !same_text(i->findings[k].text, v[k].text))
			return false;
	return true;
}

/* What the look does to what stands. */
static int weigh(struct look *l, bks_catalog *cat, bks_arena *a, bks_error *err)
{
	const bks_inspection *i = l->i;
	const bks_finding *v;
	size_t n;
	int r;

	l->state = state_after(cat, l);
	l->only_seal = i->levels[BKS_SEALED] == BKS_RESULT_PASS && i->levels[BKS_WHOLE] == BKS_RESULT_NOT_RUN &&
		       l->was->levels[BKS_WHOLE] != BKS_RESULT_NOT_RUN;
	l->stands = l->only_seal && !is_trouble(i->verdict);
	if (!i->proven_at)
		return 0;
	r = artifact_findings(&v, &n, cat, l->was->id, a, err);
	l->stands = i->verdict == l->was->verdict && same_findings(i, v, n) &&
		    !memcmp(i->levels + BKS_WHOLE, l->was->levels + BKS_WHOLE, (BKS_LEVEL_COUNT - BKS_WHOLE) * sizeof *i->levels);
	return r;
}

static int record(
	struct look *l, bks_catalog *cat, int64_t run_id, bks_arena *a, bks_error *err)
{
	int r = inventory_store(&l->inventory_id, cat, l->i->tables, l->i->table_count, err);

	if (!r)
		r = weigh(l, cat, a, err);
	if (!r)
		r = insert_check(l, cat, run_id, err);
	if (!r)
		r = update_artifact(cat, l, a, err);
	if (!r)
		r = keep_digest(cat, l, l->state, err);
	return r ? r : refresh_backup(cat, l, a, err);
}

int check_insert(int64_t *id, bks_catalog *cat, int64_t run_id, int64_t artifact_id,
	const bks_inspection *i, bks_time started, bks_time ended, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	struct look l = {.i = i, .started = started, .ended = ended};
	bks_artifact *was;
	int r;

	r = db_begin(cat->db, err);
	if (r)
		return r;
	r = artifact_get(&was, cat, artifact_id, a, err);
	if (!r) {
		l.was = was;
		r = record(&l, cat, run_id, a, err);
	}
	*id = l.check_id;
	return db_finish(cat->db, r, err);
}
