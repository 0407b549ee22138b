/* Streams that stay open here while their bytes are read at the far end: nobody else knows
 * whether a file changed. */
#include "work/remote_slot.h"
#include <stdlib.h>
#include <unistd.h>

/* Of the few files that may lie beside a database, each is read in turn: room for all of them
 * twice. */
enum { BESIDE_SLOTS = 8 };

/* A descriptor through which the bytes of S can be had. */
static int descriptor(int *fd, struct slot *s, bks_error *err)
{
	*fd = stream_descriptor(s->in);
	return *fd >= 0 ? 0 : feed_begin(&s->feed, fd, s->in, err);
}

static void put_list(struct order_list *l, const members *m)
{
	*l = m ? (struct order_list){true, m->v, m->n} : (struct order_list){0};
}

int slots_begin(struct slots *s, struct order *o, bks_error *err)
{
	int r;

	s->o = o;
	s->n = o->job.members ? ORDER_SLOTS : o->job.beside ? 1 + BESIDE_SLOTS : 1;
	s->v = calloc(s->n, sizeof *s->v);
	if (!s->v)
		abort();
	o->fd = -1;
	o->fed = false;
	o->scratches = o->job.scratch > 0;
	o->scratch = o->job.scratch;
	put_list(&o->lists[ORDER_MEMBERS], o->job.members);
	put_list(&o->lists[ORDER_BESIDE], o->job.beside);
	if (o->job.members)
		return 0;
	s->v->in = o->job.in;
	r = descriptor(&o->fd, s->v, err);
	o->fed = s->v->feed != NULL;
	if (r < 0)
		slots_end(s);
	return r;
}

int slots_open(
	struct slot **out, int *fd, struct slots *s, members *of, size_t member, bks_error *err)
{

	size_t i = 1; /* 0 is the one of a single file */
	int r;

	while (i < s->n && s->v[i].in)
		i++;
	if (i == s->n)
		return fail(err, BKS_E_LIMIT, "more than %zu members are open at once", s->n - 1);
	r = of->open(&s->v[i].in, of, member, err);
	if (r) {
		s->v[i].in = NULL;
		return r;
	}
	s->v[i].of = of;
	s->v[i].member = member;
	r = descriptor(fd, &s->v[i], err);
	if (r < 0) {
		slot_close(&s->v[i]);
		return r;
	}
	*out = &s->v[i];
	return 0;
}

/* A pipe's far end is the worker's alone, so that its end is noticed. */
void slot_sent(struct slot *s, int fd)
{
	if (s && s->feed)
		close(fd);
}

int slot_changed(const char **how, struct slot *s, struct slots *all, bks_error *err)
{
	struct verify_job *job = &all->o->job;

	if (s->feed)
		feed_end(s->feed, true, NULL);
	if (s->of)
		return s->of->changed ? s->of->changed(s->of, s->member, s->in, how, err) : 0;
	return job->changed ? job->changed(job->changed_arg, how, err) : 0;
}

void slot_close(struct slot *s)
{
	feed_free(s->feed);
	stream_close(s->in);
	*s = (struct slot){0};
}

/* The one file's stream is the caller's. */
void slots_end(struct slots *s)
{
	if (!s->o->job.members) {
		feed_free(s->v->feed);
		s->v->feed = NULL;
		s->v->in = NULL;
	}
	for (size_t i = 0; i < s->n; i++)
		slot_close(&s->v[i]);
	free(s->v);
	s->v = NULL;
}
