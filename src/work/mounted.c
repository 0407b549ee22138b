/* A repo that may not be written to has no marker: it is known by its files. That all of them went in one night is less likely than
 * that a disk is not mounted. */
#include "work/mounted.h"

struct search {
	store *s;
	bool any, found;
};

static int look_for(void *arg, const bks_artifact *f)
{
	struct search *h = arg;
	struct store_entry e;

	if (f->state == BKS_STATE_MISSING)
		return 0;
	h->any = true;
	h->found = store_stat(&e, h->s, f->path, NULL) == 0;
	return h->found; /* one is enough */
}

int mounted_seems(bks_catalog *cat, int64_t repo, store *s, bks_error *err)
{
	struct search h = {.s = s};
	int r = artifact_each(cat, repo, look_for, &h, err);

	return r < 0 ? r : !h.any || h.found;
}
