/* Of archived log no digest is registered: what was fetched is read instead, segment by
 * segment, each record held against its own checksum and its place. A copy that fails is not
 * kept. */
#include "base/text.h"
#include "format/wal.h"
#include "format/walname.h"
#include "store/beneath.h"
#include "work/fetch.h"
#include "work/look.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct checking {
	struct fetching *f;
	store *s; /* the place that was fetched into */
	struct wal_carry carry;
	struct watch watch;
};

static const char *base_of(const struct fetch_item *it)
{
	const char *slash = strrchr(it->path, '/');

	return slash ? slash + 1 : it->path;
}

static int by_segment(const void *x, const void *y)
{
	const struct fetch_item *const *a = x, *const *b = y;

	return strncmp(base_of(*a), base_of(*b), 24);
}

static bks_fetched_file *done_of(struct fetching *f, const struct fetch_item *it)
{
	const char *path = arena_form(f->a, "%s/%s", f->root, it->path);

	for (size_t i = 0; i < f->done.n; i++)
		if (!strcmp(f->done.v[i].path, path))
			return &f->done.v[i];
	return NULL;
}

static void reject(
	struct fetching *f, const struct fetch_item *it, const char *code, const char *text)
{
	bks_fetched_file *d = done_of(f, it);
	const char *base;
	int in = beneath_parent(&base, f->dir, it->path);

	*vec_add(&f->findings, f->a) = (bks_finding){.code = code,
		.severity = BKS_ERROR,
		.where = it->path,
		.text = arena_form(f->a, "%s (repo %s): it was not kept", text, it->repo)};
	if (in >= 0) {
		unlinkat(in, base, 0);
		close(in);
	}
	if (d) {
		memmove(d, d + 1, (size_t)(f->done.v + f->done.n - (d + 1)) * sizeof *d);
		f->done.n--;
	}
}

/* What stands against the copy; NULL: nothing, and it is the segment that its name says. */
static const bks_finding *against(const bks_inspection *out, const struct wal_part *p,
	const bks_wal_run *run, uint64_t lsn)
{
	static const bks_finding other = {.code = "wal-foreign",
		.severity = BKS_ERROR,
		.text = "it does not hold the log that its name says"};

	for (size_t i = 0; i < out->finding_count; i++)
		if (out->findings[i].severity == BKS_ERROR)
			return &out->findings[i];
	return p->walked && p->facts.lsn == lsn && p->facts.system_id == run->system_id &&
			       p->facts.segment_size == run->segment_size
		       ? NULL
		       : &other;
}

static int check(struct checking *c, const struct fetch_item *it)
{
	struct fetching *f = c->f;
	const bks_wal_run *run = it->run;
	struct wal_part part = {.how = WAL_COMPLETE, .carry = c->carry};
	struct look how = {.shown = it->path,
		.registered_size = -1,
		.max_memory = bks_catalog_settings(f->cat)->max_memory,
		.watch = &c->watch,
		.alone = true,
		.wal = &part};
	const bks_finding *why;
	bks_fetched_file *d;
	struct wal_name name;
	bks_inspection out;
	uint64_t lsn;
	int r;

	wal_name_read(&name, base_of(it));
	if (!wal_name_lsn(&lsn, &name, run->segment_size))
		return 0;
	if (lsn + run->segment_size == run->end_lsn && !run->partial)
		part.how = WAL_MAY_END;
	r = look_at(&out, NULL, c->s, it->path, &how, f->a, f->err);
	if (r)
		return r;
	why = against(&out, &part, run, lsn);
	c->carry = why ? (struct wal_carry){.system_id = run->system_id, .major = run->version}
		       : part.carry;
	d = done_of(f, it);
	if (why)
		reject(f, it, why->code, why->text);
	else if (d)
		d->records = true;
	return 0;
}

int fetch_check_log(struct fetching *f)
{
	AUTO(store_auto) store *s = NULL;
	struct checking c = {
		.f = f, .watch = {.stop = f->opt->stop, .stop_arg = f->opt->stop_arg}};
	VEC(const struct fetch_item *) v = {0};
	int r = 0;

	for (size_t i = 0; i < f->items.n; i++)
		if (f->items.v[i].run && done_of(f, &f->items.v[i]))
			*vec_add(&v, f->a) = &f->items.v[i];
	if (!v.n)
		return 0;
	qsort(v.v, v.n, sizeof *v.v, by_segment);
	c.carry.system_id = v.v[0]->run->system_id;
	c.carry.major = v.v[0]->run->version;
	r = store_open(&s, f->root, f->err);
	c.s = s;
	for (size_t i = 0; !r && i < v.n; i++)
		r = check(&c, v.v[i]);
	return r;
}
