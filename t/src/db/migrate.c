/* Forward only, all missing steps in one transaction; an empty file walks every step, so there
 * is one truth. */
#include "db/migrate.h"
#include "base/text.h"
#include "db/copy.h"
#include "db/db_private.h"
#include <stdio.h>

int db_version(int *out, db *d, bks_error *err)
{
	AUTO(db_query_auto) db_query *q = db_sql(d, "PRAGMA user_version");
	int r = db_step(q, err);

	if (r < 0)
		return r;
	*out = (int)db_int(q);
	return db_end(q, err);
}

int db_newer(const db *d, int have, int n, bks_error *err)
{
	return fail(err, BKS_E_NEWER,
		"%s has schema %d, this program knows %d: it was written by a newer program",
		d->path, have, n);
}

static int apply_from(db *d, const struct db_migration *table, int have, int n,
	int32_t application, bks_error *err)
{
	char stamp[96];
	int r;

	for (int i = have; i < n; i++) {
		r = db_exec(d, table[i].sql, err);
		if (r)
			return note(err, r, "migration %s", table[i].name);
	}
	snprintf(stamp, sizeof stamp, "PRAGMA user_version = %d; PRAGMA application_id = %d", n,
		application);
	return db_exec(d, stamp, err);
}

/* Inside the write lock. */
static int upgrade(struct db_migrated *out, db *d, const struct db_migration *table, int n,
	int32_t application, bks_arena *a, bks_error *err)
{
	int have = 0, r = db_version(&have, d, err);

	if (r)
		return r;
	*out = (struct db_migrated){.from = have, .to = n};
	if (have < 0 || have > n)
		return db_newer(d, have, n, err);
	if (have == n)
		return 0;
	if (have > 0 && (r = db_copy_beside(&out->copy, d, have, a, err)))
		return note(err, r, "copy before the upgrade");
	return apply_from(d, table, have, n, application, err);
}

int db_migrate(struct db_migrated *out, db *d, const struct db_migration *table, int n,
	int32_t application, bks_arena *a, bks_error *err)
{
	int r = db_begin(d, err);

	return r ? r : db_finish(d, upgrade(out, d, table, n, application, a, err), err);
}
