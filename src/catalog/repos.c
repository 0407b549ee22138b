/* Rows of repos: the places where backups lie. */
#include "backstay/text.h"
#include "base/text.h"
#include "base/vec.h"
#include "catalog/catalog_private.h"

#define COLUMNS                                                                                \
	"id, name, url, read_only, cleaned_by_others, domain, marker, declared, price_month, "  \
	"min_duration, retrieval_price, retrieval_delay, storage_class, endpoint, region, "           \
	"path_style, ca_file, profile, honours, reaper_profile"

static int style_of(int64_t path_style)
{
	return path_style < 0 ? 0 : path_style ? 1 : 2;
}

static void bind_bucket(db_query *q, const bks_repo *r)
{
	db_bind_text(q, r->endpoint);
	db_bind_text(q, r->region);
	db_bind_opt(q, r->path_style ? r->path_style == 1 : -1, -1);
	db_bind_name(q, r->ca_file);
	db_bind_text(q, r->profile);
	db_bind_text(q, r->reaper_profile);
}

static void read_row(bks_repo *out, db_query *q, bks_arena *a)
{
	out->id = db_int(q);
	out->name = db_name(q, a);
	out->url = db_name(q, a);
	out->read_only = db_bool(q);
	out->cleaned_by_others = db_int(q);
	out->domain = db_name(q, a);
	out->marker = db_text(q, a);
	out->declared = db_name(q, a);
	out->price_month = db_opt(q, -1);
	out->min_duration = db_opt(q, 0);
	out->retrieval_price = db_opt(q, -1);
	out->retrieval_delay = db_opt(q, 0);
	out->storage_class = db_name(q, a);
	out->endpoint = db_text(q, a);
	out->region = db_text(q, a);
	out->path_style = style_of(db_opt(q, -1));
	out->ca_file = db_name(q, a);
	out->profile = db_text(q, a);
	out->honours = db_text(q, a);
	out->reaper_profile = db_text(q, a);
}

static void bind_terms(db_query *q, const bks_repo *r)
{
	db_bind_opt(q, r->price_month < 0 ? -1 : r->price_month, -1);
	db_bind_opt(q, r->min_duration, 0);
	db_bind_opt(q, r->retrieval_price < 0 ? -1 : r->retrieval_price, -1);
	db_bind_opt(q, r->retrieval_delay, 0);
	db_bind_name(q, r->storage_class);
}

int repo_id(int64_t *id, bks_catalog *cat, const char *name, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q =
		db_sql(cat->db, "SELECT id FROM repos WHERE name = ? AND dropped IS NULL");
	int r;

	db_bind_name(q, name);
	r = db_step(q, err);
	if (r <= 0)
		return r ? r : 1;
	*id = db_int(q);
	return db_end(q, err);
}

static int check_new(bks_catalog *cat, const bks_repo *r, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	AUTO(db_query_auto) db_query *q = NULL;
	int n;

	if (!r->name || !*r->name || !r->url || !*r->url)
		return fail(err, BKS_E_USAGE, "a repo needs a name and a place");
	q = db_sql(cat->db,
		"SELECT name FROM repos WHERE dropped IS NULL AND "
		"(name = ? OR (url = ? AND coalesce(endpoint, '') = coalesce(?, '')))");
	db_bind_name(q, r->name);
	db_bind_name(q, r->url);
	db_bind_text(q, r->endpoint);
	n = db_step(q, err);
	if (n <= 0)
		return n;
	return fail(err, BKS_E_USAGE, "the name %s or its place is taken by repo %s",
		bks_shown(r->name, a), bks_shown(db_name(q, a), a));
}

int repo_insert_row(int64_t *id, bks_catalog *cat, const bks_repo *r, bks_error *err)
{
	db_query *q =
		db_sql(cat->db, "INSERT INTO repos (name, url, read_only, cleaned_by_others, "
				"domain, marker, declared, "
				"price_month, min_duration, retrieval_price, retrieval_delay, "
				"storage_class, endpoint, region, path_style, ca_file, profile, reaper_profile, honours, created) "
				"VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
	int n;

	db_bind_name(q, r->name);
	db_bind_name(q, r->url);
	db_bind_int(q, r->read_only);
	db_bind_int(q, r->cleaned_by_others);
	db_bind_name(q, r->domain);
	db_bind_text(q, r->marker);
	db_bind_name(q, r->declared);
	bind_terms(q, r);
	bind_bucket(q, r);
	db_bind_text(q, r->honours);
	db_bind_time(q, bks_clock_now());
	n = db_run(q, err);
	*id = db_last_id(cat->db);
	return n ? n : repo_classes_write(cat, *id, r, err);
}

static int insert(int64_t *id, bks_catalog *cat, const bks_repo *r, bks_error *err)
{
	int n = repo_insert_row(id, cat, r, err);

	return n ? n : journal_add(cat, "repo-add", r->name, r->url, err);
}

int repo_insert(int64_t *id, bks_catalog *cat, const bks_repo *r, bks_error *err)
{
	int n = check_new(cat, r, err);

	if (!n)
		CATALOG_STEP(cat, n, err, insert(id, cat, r, err));
	return n;
}

/* What the settings file says of a repo that is there. */
int repo_write(bks_catalog *cat, int64_t id, const bks_repo *r, bks_error *err)
{
	db_query *q = db_sql(cat->db,
		"UPDATE repos SET url = ?, read_only = ?, cleaned_by_others = ?, domain = ?, "
		"declared = ?, price_month = ?, min_duration = ?, retrieval_price = ?, "
		"retrieval_delay = ?, storage_class = ?, endpoint = ?, region = ?, path_style = ?, "
		"ca_file = ?, profile = ?, reaper_profile = ? WHERE id = ?");
	int n;

	db_bind_name(q, r->url);
	db_bind_int(q, r->read_only);
	db_bind_int(q, r->cleaned_by_others);
	db_bind_name(q, r->domain);
	db_bind_name(q, r->declared);
	bind_terms(q, r);
	bind_bucket(q, r);
	db_bind_int(q, id);
	n = db_run(q, err);
	return n ? n : repo_classes_write(cat, id, r, err);
}

static int set_marker(bks_catalog *cat, int64_t id, const char *marker, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	db_query *q = db_sql(cat->db, "UPDATE repos SET marker = ? WHERE id = ?");
	int r;

	db_bind_text(q, marker);
	db_bind_int(q, id);
	r = db_run(q, err);
	return r ? r
		 : journal_add(cat, "repo-marker", arena_form(a, "%lld", (long long)id), marker,
			   err);
}

int repo_set_marker(bks_catalog *cat, int64_t id, const char *marker, bks_error *err)
{
	int r;

	CATALOG_STEP(cat, r, err, set_marker(cat, id, marker, err));
	return r;
}

static int read_one(const bks_repo **out, bks_catalog *cat, db_query *q, bks_arena *a, bks_error *err)
{
	int r = db_step(q, err);
	bks_repo *v;

	if (r <= 0)
		return r ? r : 1;
	v = arena_one(a, bks_repo);
	read_row(v, q, a);
	*out = v;
	r = db_end(q, err);
	return r ? r : repo_classes_read(v, cat, a, err);
}

int bks_repo_find(
	const bks_repo **out, bks_catalog *cat, const char *name, bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(
		cat->db, "SELECT " COLUMNS " FROM repos WHERE name = ? AND dropped IS NULL");

	db_bind_name(q, name);
	return read_one(out, cat, q, a, err);
}

static int find_to_change(const bks_repo **out, bks_catalog *cat, const char *name, int64_t id,
	bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT " COLUMNS " FROM repos WHERE (id = ? OR name = ?) AND dropped IS NULL");
	int r;

	db_bind_int(q, id);
	db_bind_name(q, name);
	r = read_one(out, cat, q, a, err);
	if (r > 0)
		return fail(err, BKS_E_USAGE, "no repo %s",
			name ? bks_shown(name, a) : "of that id");
	if (!r && (*out)->declared)
		return fail(err, BKS_E_USAGE, "repo %s is declared in %s: change it there",
			bks_shown((*out)->name, a), bks_shown((*out)->declared, a));
	return r;
}

static int set_row(bks_catalog *cat, const bks_repo *old, const bks_repo *r, bks_error *err)
{
	bks_repo now = *old;
	int n;

	now.read_only = r->read_only;
	now.cleaned_by_others = r->cleaned_by_others;
	now.domain = r->domain;
	now.endpoint = r->endpoint;
	now.region = r->region;
	now.path_style = r->path_style;
	now.ca_file = r->ca_file;
	now.profile = r->profile;
	now.reaper_profile = r->reaper_profile;
	n = repo_write(cat, old->id, &now, err);
	return n ? n : journal_add(cat, "repo-set", old->name, NULL, err);
}

int bks_repo_set(bks_catalog *cat, const bks_repo *r, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	const bks_repo *old;
	int n = find_to_change(&old, cat, NULL, r->id, a, err);

	if (!n)
		CATALOG_STEP(cat, n, err, set_row(cat, old, r, err));
	return n;
}

int bks_repo_list(bks_repos *out, bks_catalog *cat, bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT " COLUMNS
		" FROM repos WHERE dropped IS NULL ORDER BY CAST(name AS BLOB)");
	VEC(bks_repo) rows = {0};
	int r;

	while ((r = db_step(q, err)) > 0)
		read_row(vec_add(&rows, a), q, a);
	for (size_t i = 0; i < rows.n && !r; i++)
		r = repo_classes_read(&rows.v[i], cat, a, err);
	if (r)
		return r;
	*out = (bks_repos){rows.v, rows.n};
	return 0;
}

static int count_live(int64_t *n, bks_catalog *cat, int64_t id, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db, "SELECT count(*) FROM artifacts WHERE repo_id = ? AND "
				      "state IN ('live', 'settling', "
				      "'condemned')");
	int r;

	db_bind_int(q, id);
	r = db_step(q, err);
	if (r < 0)
		return r;
	*n = db_int(q);
	return db_end(q, err);
}

/* What was missed in a repo that nobody uses any more is no trouble. */
static int let_missing_go(bks_catalog *cat, int64_t id, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	VEC(int64_t) ids = {0};
	db_query *q = db_sql(
		cat->db, "SELECT id FROM artifacts WHERE repo_id = ? AND state = 'missing'");
	int r;

	db_bind_int(q, id);
	while ((r = db_step(q, err)) > 0)
		*vec_add(&ids, a) = db_int(q);
	db_query_free(q);
	for (size_t i = 0; !r && i < ids.n; i++)
		r = artifact_set_state(
			cat, ids.v[i], BKS_STATE_GONE, "repo dropped", bks_clock_now(), err);
	return r;
}

static int drop_row(bks_catalog *cat, const bks_repo *v, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	int64_t live = 0;
	db_query *q;
	int r = count_live(&live, cat, v->id, err);

	if (!r && live)
		return fail(err, BKS_E_REFUSED, "%lld live files of backups lie in repo %s",
			(long long)live, bks_shown(v->name, a));
	if (!r)
		r = let_missing_go(cat, v->id, err);
	if (r)
		return r;
	q = db_sql(cat->db, "UPDATE repos SET dropped = ? WHERE id = ?");
	db_bind_time(q, bks_clock_now());
	db_bind_int(q, v->id);
	r = db_run(q, err);
	return r ? r : journal_add(cat, "repo-drop", v->name, v->url, err);
}

int bks_repo_drop(bks_catalog *cat, const char *name, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	const bks_repo *v;
	int r = find_to_change(&v, cat, name, 0, a, err);

	if (!r)
		CATALOG_STEP(cat, r, err, drop_row(cat, v, err));
	return r;
}
