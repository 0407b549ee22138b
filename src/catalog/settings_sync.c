/*
 * What the settings file declares, brought into rows when the file changed. What it declares no
 * more stays, and belongs to the command line again. The first time, in a catalog that was just
 * made, nothing changed and the journal says nothing.
 */
#include "backstay/text.h"
#include "base/settings_file.h"
#include "base/text.h"
#include "catalog/catalog_private.h"
#include <string.h>

#define FACT "settings-digest"

static int known_digest(const char **out, bks_catalog *cat, bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db, "SELECT value FROM facts WHERE name = '" FACT "'");
	int r = db_step(q, err);

	*out = NULL;
	if (r <= 0)
		return r;
	*out = db_text(q, a);
	return db_end(q, err);
}

static int keep_digest(bks_catalog *cat, const char *digest, bks_error *err)
{
	db_query *q =
		db_sql(cat->db, "REPLACE INTO facts (name, value) VALUES ('" FACT "', ?)");

	db_bind_text(q, digest);
	return db_run(q, err);
}

int catalog_currency(const char **out, bks_catalog *cat, bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db, "SELECT value FROM facts WHERE name = 'currency'");
	int r = db_step(q, err);

	*out = NULL;
	if (r <= 0)
		return r;
	*out = db_text(q, a);
	return db_end(q, err);
}

static int keep_currency(bks_catalog *cat, const char *word, bks_error *err)
{
	db_query *q;

	if (!word)
		return db_exec(cat->db, "DELETE FROM facts WHERE name = 'currency'", err);
	q = db_sql(cat->db, "REPLACE INTO facts (name, value) VALUES ('currency', ?)");
	db_bind_text(q, word);
	return db_run(q, err);
}

static int sync_source(bks_catalog *cat, const bks_source *s, bks_error *err)
{
	bks_source to = *s;
	int64_t id;
	int r = source_id(&id, cat, s->name, err);

	to.guessed = false;
	if (r < 0)
		return r;
	return r ? source_insert(&id, cat, &to, err) : source_write(cat, id, &to, err);
}

static int place_is_free(bks_catalog *cat, const bks_repo *v, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT name FROM repos WHERE url = ? AND coalesce(endpoint, '') = coalesce(?, '') "
		"AND name <> ? AND dropped IS NULL");
	int r;

	db_bind_name(q, v->url);
	db_bind_text(q, v->endpoint);
	db_bind_name(q, v->name);
	r = db_step(q, err);
	if (r <= 0)
		return r;
	return fail(err, BKS_E_USAGE, "%s: repo %s lies where repo %s lies",
		v->declared ? bks_shown(v->declared, a) : "settings", bks_shown(v->name, a),
		bks_shown(db_name(q, a), a));
}

static int sync_repo(bks_catalog *cat, const bks_repo *v, bks_error *err)
{
	int64_t id;
	int r = place_is_free(cat, v, err);

	if (!r)
		r = repo_id(&id, cat, v->name, err);
	if (r < 0)
		return r;
	return r ? repo_insert_row(&id, cat, v, err) : repo_write(cat, id, v, err);
}

int settings_forget(bks_catalog *cat, bks_error *err)
{
	int r = db_exec(
		cat->db, "UPDATE sources SET declared = NULL WHERE declared IS NOT NULL", err);

	return r ? r
		 : db_exec(cat->db,
			   "UPDATE repos SET declared = NULL WHERE declared IS NOT NULL", err);
}

static int bring_in(bks_catalog *cat, const char *before, const char *digest, bks_error *err)
{
	const bks_settings *s = cat->settings;
	int r = settings_forget(cat, err);

	for (size_t i = 0; !r && i < s->source_count; i++)
		r = sync_source(cat, &s->sources[i], err);
	for (size_t i = 0; !r && i < s->repo_count; i++)
		r = sync_repo(cat, &s->repos[i], err);
	if (!r)
		r = keep_currency(cat, s->currency, err);
	if (!r)
		r = keep_digest(cat, digest, err);
	if (!r && before)
		r = journal_add(cat, "settings", s->file, digest, err);
	return r;
}

int settings_sync(bks_catalog *cat, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	const char *before, *digest;
	int r;

	if (!cat->settings)
		return 0;
	r = known_digest(&before, cat, a, err);
	if (r)
		return r;
	digest = settings_digest(cat->settings, a);
	if (!before == !digest && (!before || !strcmp(before, digest)))
		return 0;
	CATALOG_STEP(cat, r, err, bring_in(cat, before, digest, err));
	return r < 0 ? note(err, r, "bring the settings in") : r;
}
