/* Whether the two keys of a bucket can each do no more than they should: tried, not read from a policy. */
#include "backstay/doctor.h"
#include "backstay/repo.h"
#include "base/text.h"
#include "base/vec.h"
#include "catalog/rows.h"
#include "work/mounted.h"

struct any_there {
	const char *path;
	bks_arena *a;
};

static int one_there(void *arg, const bks_artifact *f)
{
	struct any_there *k = arg;

	if (f->state != BKS_STATE_LIVE || !f->etag)
		return 0;
	k->path = arena_text(k->a, f->path);
	return 1;
}

static void try_repo(bks_ailment *out, bks_catalog *cat, const bks_repo *r, bks_arena *a)
{
	struct any_there there = {NULL, a};
	AUTO(store_auto) store *s = NULL;
	const char *why = NULL;
	bks_error e = {0};
	int n = mounted_open(&s, r, &e);

	if (!n)
		n = artifact_each(cat, r->id, one_there, &there, &e) < 0 ? BKS_E_IO : 0;
	if (!n)
		n = store_two_keys(&why, s, there.path, a, &e);
	*out = (bks_ailment){n != 0, "keys",
		arena_form(a, "%s: %s", bks_shown(r->name, a),
			n < 0 ? arena_form(a, "not tried: %s", e.text)
			: n   ? why
			      : "those that read can neither write nor delete, those that delete cannot read")};
}

int bks_doctor_keys(const bks_ailment **out, size_t *n, bks_catalog *cat, bks_arena *a, bks_error *err)
{
	VEC(bks_ailment) v = {0};
	bks_repos all;
	int r = bks_repo_list(&all, cat, a, err);

	for (size_t i = 0; !r && i < all.n; i++)
		if (all.v[i].reaper_profile && !all.v[i].read_only)
			try_repo(vec_add(&v, a), cat, &all.v[i], a);
	*out = v.v;
	*n = v.n;
	return r;
}
