/* Orders go from a process that is trusted to one that is not yet spoiled: what is taken is
 * checked for room alone. */
#include "work/order.h"
#include "work/walpart.h"
#include <string.h>

static void put_digests(struct wire *w, const bks_digests *d)
{
	wire_put_number(w, d->has_xxh3);
	wire_put_bytes(w, d->xxh3, sizeof d->xxh3);
	wire_put_number(w, d->has_sha256);
	wire_put_bytes(w, d->sha256, sizeof d->sha256);
}

static void take_digests(bks_digests *d, struct wire *w)
{
	d->has_xxh3 = wire_take_number(w) != 0;
	wire_take_bytes(w, d->xxh3, sizeof d->xxh3);
	d->has_sha256 = wire_take_number(w) != 0;
	wire_take_bytes(w, d->sha256, sizeof d->sha256);
}

static void put_require(struct wire *w, const struct verify_job *job)
{
	wire_put_number(w, (int64_t)job->require_count);
	for (size_t i = 0; i < job->require_count; i++) {
		const bks_requirement *q = &job->require[i];

		wire_put_text(w, q->schema);
		wire_put_text(w, q->name);
		wire_put_number(w, q->min_rows);
		wire_put_number(w, q->max_shrink_pct);
	}
}

static void take_require(struct verify_job *job, struct wire *w, bks_arena *a)
{
	int64_t n = wire_take_within(w, 0, 1 << 20, "requirements");
	bks_requirement *v = arena_take(a, (size_t)n * sizeof *v);

	for (int64_t i = 0; i < n && w->state == WIRE_FINE; i++) {
		v[i].schema = wire_take_text(w, ORDER_TEXT_MAX, a);
		v[i].name = wire_take_text(w, ORDER_TEXT_MAX, a);
		v[i].min_rows = wire_take_number(w);
		v[i].max_shrink_pct = (int)wire_take_number(w);
	}
	job->require = v;
	job->require_count = (size_t)n;
}

static void put_list(struct wire *w, const struct order_list *l)
{
	wire_put_number(w, l->there);
	if (!l->there)
		return;
	wire_put_number(w, (int64_t)l->n);
	for (size_t i = 0; i < l->n; i++) {
		const struct member *m = &l->v[i];

		wire_put_text(w, m->name);
		wire_put_number(w, m->size);
		wire_put_number(w, m->mtime);
		wire_put_number(w, m->kind);
		wire_put_text(w, m->why);
	}
}

static void take_list(struct order_list *l, struct wire *w, bks_arena *a)
{
	struct member *v;
	int64_t n;

	l->there = wire_take_number(w) != 0;
	if (!l->there)
		return;
	n = wire_take_within(w, 0, MEMBERS_MAX, "members");
	v = arena_take(a, (size_t)n * sizeof *v);
	for (int64_t i = 0; i < n && w->state == WIRE_FINE; i++) {
		v[i].name = wire_take_text(w, ORDER_TEXT_MAX, a);
		v[i].size = wire_take_number(w);
		v[i].mtime = wire_take_number(w);
		v[i].kind = (enum member_kind)wire_take_within(
			w, MEMBER_FILE, MEMBER_UNREADABLE, "a kind of member");
		v[i].why = wire_take_text(w, ORDER_TEXT_MAX, a);
	}
	l->v = v;
	l->n = (size_t)n;
}

static void put_fds(struct wire *w, const struct order *o)
{
	int fds[WIRE_FDS];
	size_t n = 0;

	if (o->fd >= 0)
		fds[n++] = o->fd;
	if (o->scratches)
		fds[n++] = o->scratch;
	wire_flush(w, fds, n);
}

void order_put(struct wire *w, const struct order *o)
{
	const struct verify_job *job = &o->job;

	wire_put_number(w, o->kind);
	wire_put_text(w, job->name);
	wire_put_number(w, job->size);
	wire_put_number(w, job->jobs);
	wire_put_number(w, job->min_size);
	put_digests(w, &job->expected);
	wire_put_number(w, (int64_t)job->expected_from);
	wire_put_number(w, job->seal_only);
	wire_put_number(w, job->sha256_once);
	wire_put_number(w, job->sha256_unasked);
	wire_put_number(w, job->careful);
	wire_put_number(w, job->repeats);
	wire_put_number(w, job->max_memory);
	put_require(w, job);
	wire_put_number(w, job->wal != NULL);
	if (job->wal)
		walpart_put(w, job->wal);
	wire_put_number(w, o->fed);
	wire_put_number(w, o->scratches);
	for (int i = 0; i < ORDER_LISTS; i++)
		put_list(w, &o->lists[i]);
	put_fds(w, o);
}

int order_take(struct order *o, struct wire *w, bks_arena *a)
{
	struct verify_job *job = &o->job;
	bool folder;

	*o = (struct order){.fd = -1, .scratch = -1};
	o->kind = (enum order_kind)wire_take_within(w, ORDER_VERIFY, ORDER_GLANCE, "an order");
	job->name = wire_take_text(w, ORDER_TEXT_MAX, a);
	job->size = wire_take_number(w);
	job->jobs = (int)wire_take_number(w);
	job->min_size = wire_take_number(w);
	take_digests(&job->expected, w);
	job->expected_from = (enum bks_digest_from)wire_take_number(w);
	job->seal_only = wire_take_number(w) != 0;
	job->sha256_once = wire_take_number(w) != 0;
	job->sha256_unasked = wire_take_number(w) != 0;
	job->careful = wire_take_number(w) != 0;
	job->repeats = wire_take_number(w) != 0;
	job->max_memory = wire_take_number(w);
	take_require(job, w, a);
	if (wire_take_number(w)) {
		walpart_take(&o->wal, w);
		job->wal = &o->wal;
	}
	o->fed = wire_take_number(w) != 0;
	o->scratches = wire_take_number(w) != 0;
	for (int i = 0; i < ORDER_LISTS; i++)
		take_list(&o->lists[i], w, a);
	folder = o->lists[ORDER_MEMBERS].there;
	o->fd = folder ? -1 : wire_take_fd(w);
	o->scratch = o->scratches ? wire_take_fd(w) : -1;
	return w->state == WIRE_FINE && (folder || o->fd >= 0) ? 0 : -1;
}
