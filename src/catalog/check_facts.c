/* What every look at every backup said, in the order of time: the history that a policy is
 * tried on. */
#include "base/vec.h"
#include "catalog/catalog_private.h"

/* The same bytes as at the look before: what that proved, it proved of these. */
static void keep_levels(struct check_fact *f, const struct check_fact *first)
{
	const struct check_fact *was = f;

	if (f->levels[BKS_SEALED] != BKS_RESULT_PASS || f->levels[BKS_WHOLE] != BKS_RESULT_NOT_RUN)
		return;
	do
		if (was-- == first || was->backup != f->backup)
			return;
	while (was->artifact != f->artifact);
	for (int i = BKS_WHOLE; i < BKS_LEVEL_COUNT; i++)
		if (f->levels[i] == BKS_RESULT_NOT_RUN)
			f->levels[i] = was->levels[i];
	if (f->verdict == BKS_UNPROVEN && was->levels[BKS_WHOLE] != BKS_RESULT_NOT_RUN)
		f->verdict = was->verdict;
}

int check_facts(const struct check_fact **out, size_t *n, bks_catalog *cat, bks_arena *a,
	bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT a.backup_id, c.artifact_id, c.ended, c.verdict, c.present, c.sealed, "
		"c.whole, c.covered, "
		"c.restored, c.equal FROM checks c JOIN artifacts a ON a.id = c.artifact_id "
		"ORDER BY a.backup_id, c.ended, c.id");
	VEC(struct check_fact) rows = {0};
	int r;

	while ((r = db_step(q, err)) > 0) {
		struct check_fact *f = vec_add(&rows, a);

		f->backup = db_int(q);
		f->artifact = db_int(q);
		f->at = db_time(q);
		f->verdict = (enum bks_verdict)db_enum(q, words_verdict, BKS_VERDICT_COUNT);
		for (int i = 0; i < BKS_LEVEL_COUNT; i++)
			f->levels[i] =
				(enum bks_result)db_enum(q, words_result, BKS_RESULT_COUNT);
		keep_levels(f, rows.v);
	}
	*out = rows.v;
	*n = rows.n;
	return r;
}
