/* Finding a backup by what a person types: an id, a label, the beginning of one. */
#include "base/text.h"
#include "base/vec.h"
#include "catalog/catalog_private.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { NAMED = 5 };

static int whole(
	const bks_backup **out, bks_catalog *cat, int64_t id, bks_arena *a, bks_error *err)
{
	bks_backup *b;
	int r = backup_get(&b, cat, id, a, err);

	if (!r)
		r = backup_artifacts(b, cat, a, err);
	if (!r)
		*out = b;
	return r;
}

/* 1: NAME is no id, or none of a backup. */
static int find_id(int64_t *id, bks_catalog *cat, const char *name, bks_error *err)
{
	AUTO(db_query_auto) db_query *q = NULL;
	int r;

	if (!*name || strspn(name, "0123456789") != strlen(name))
		return 1;
	errno = 0;
	*id = strtoll(name, NULL, 10);
	if (errno)
		return 1;
	q = db_sql(cat->db, "SELECT id FROM backups WHERE id = ?");
	db_bind_int(q, *id);
	r = db_step(q, err);
	if (r <= 0)
		return r ? r : 1;
	*id = db_int(q);
	return db_end(q, err);
}

/* Labels come again when a file is replaced: the live one is meant, and the newest. */
static int find_label(
	int64_t *id, bks_catalog *cat, const char *name, bool gone_too, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT id FROM backups WHERE label = ? AND (state <> 'gone' OR ?) "
		"ORDER BY CASE state WHEN 'live' THEN 0 WHEN 'settling' THEN 1 WHEN "
		"'condemned' THEN 2 "
		"WHEN 'missing' THEN 3 ELSE 4 END, taken_at DESC, id DESC LIMIT 1");
	int r;

	db_bind_name(q, name);
	db_bind_int(q, gone_too);
	r = db_step(q, err);
	if (r <= 0)
		return r ? r : 1;
	*id = db_int(q);
	return db_end(q, err);
}

static int ambiguous(
	const char *name, const char *const *labels, size_t n, bks_arena *a, bks_error *err)
{
	struct text t = {.arena = a};

	for (size_t i = 0; i < n && i < NAMED; i++)
		text_form(&t, "%s%s", i ? ", " : "", bks_shown(labels[i], a));
	return fail(err, BKS_E_USAGE, "%s fits several backups: %s%s", bks_shown(name, a), t.s,
		n > NAMED ? ", ..." : "");
}

static int find_prefix(int64_t *id, bks_catalog *cat, const char *name, bool gone_too,
	bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT DISTINCT label FROM backups WHERE substr(CAST(label AS BLOB), 1, ?) = "
		"? "
		"AND (state <> 'gone' OR ?) ORDER BY CAST(label AS BLOB) LIMIT ?");
	VEC(const char *) labels = {0};
	int r;

	db_bind_int(q, (int64_t)strlen(name));
	db_bind_blob(q, name, strlen(name));
	db_bind_int(q, gone_too);
	db_bind_int(q, NAMED + 1);
	while ((r = db_step(q, err)) > 0)
		*vec_add(&labels, a) = db_name(q, a);
	if (r)
		return r;
	if (labels.n > 1)
		return ambiguous(name, labels.v, labels.n, a, err);
	return labels.n ? find_label(id, cat, labels.v[0], gone_too, err) : 1;
}

int bks_backup_find(const bks_backup **out, bks_catalog *cat, const char *name, bks_arena *a,
	bks_error *err)
{
	int64_t id = 0;
	int r = find_id(&id, cat, name, err);

	if (!*name)
		return 1;
	for (int gone_too = 0; r > 0 && gone_too <= 1; gone_too++) {
		r = find_label(&id, cat, name, gone_too, err);
		if (r > 0)
			r = find_prefix(&id, cat, name, gone_too, a, err);
	}
	return r ? r : whole(out, cat, id, a, err);
}
