/* A lease holds what a restore reads: its backups, and the stretch of log behind them. It ends
 * by itself. */
#include "backstay/restore.h"
#include "base/text.h"
#include "catalog/rows.h"

int bks_lease(int64_t *id, bks_catalog *cat, const bks_point *p, const char *reason,
	bks_time until, bks_error *err)
{
	int r;

	if (!p->input_count)
		return fail(err, BKS_E_USAGE, "what a provider keeps cannot be held from here");
	if (until <= bks_clock_now())
		return fail(err, BKS_E_USAGE, "a lease ends in the future");
	r = catalog_begin(cat, err);
	if (r)
		return r;
	for (size_t i = p->input_count; !r && i-- > 0;) {
		int64_t one;

		r = lease_put(&one, cat, p->inputs[i], reason, until, err);
		if (i + 1 == p->input_count)
			*id = one;
	}
	if (!r && p->recovery && p->recovery->wal_bytes > 0)
		r = lease_put_log(cat, *id, p->backup, p->recovery, until, err);
	if (r)
		catalog_rollback(cat);
	return r ? r : catalog_commit(cat, err);
}
