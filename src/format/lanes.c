/*
 * A heap of stretches, the largest on top, and threads that take from it. The first of them is
 * started when there is something to take; the caller's own thread becomes one at the end, or
 * earlier, so that what waits is still in the page cache when its turn comes.
 */
#include "format/lanes.h"
#include "base/digest.h"
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* Bytes that may wait: of a larger file the first ones are walked before the last are found. */
#define WAITING_MAX ((uint64_t)1 << 29)

struct stretch {
	uint64_t from, size;
	uint8_t sum[16]; /* XXH3-128 */
};

/* The first reading. */
struct watched {
	stream s;
	stream *in;
	const uint8_t *p; /* of the present block what is not summed up yet, */
	size_t n;
	uint64_t at; /* and where in the file that begins */
	bool first;
	digest *sum; /* of the present stretch so far */
	uint64_t from;
};

struct lane {
	struct lanes *all;
	pthread_t thread;
	void *own;
	bool begun;
};

struct lanes {
	struct lanes_trade trade;
	pthread_mutex_t lock;
	pthread_cond_t more;
	struct stretch *heap;
	size_t n, room;
	uint64_t waiting; /* bytes of them */
	bool over, bad;
	int jobs, started;
	struct watched watched;
	struct lane lane[LANES_MAX]; /* the first is the caller's */
};

static void need(int failed)
{
	if (failed)
		abort(); /* our own locks: a failure is a mistake of ours or a lack of memory */
}

struct lanes *lanes_new(const struct lanes_trade *t, int jobs)
{
	struct lanes *l = calloc(1, sizeof *l);

	need(!l || pthread_mutex_init(&l->lock, NULL) || pthread_cond_init(&l->more, NULL));
	l->trade = *t;
	l->jobs = jobs < LANES_MAX ? jobs : LANES_MAX;
	for (int i = 0; i < LANES_MAX; i++)
		l->lane[i].all = l;
	return l;
}

/* Of two of a size, the first comes first. */
static bool is_before(const struct stretch *a, const struct stretch *b)
{
	return a->size != b->size ? a->size > b->size : a->from < b->from;
}

static void swap(struct stretch *a, struct stretch *b)
{
	struct stretch t = *a;

	*a = *b;
	*b = t;
}

static void put(struct lanes *l, struct stretch s)
{
	size_t i = l->n++;

	if (i == l->room) {
		l->room = l->room ? 2 * l->room : 64;
		l->heap = realloc(l->heap, l->room * sizeof *l->heap);
		need(!l->heap); /* one for a MiB that was read */
	}
	l->heap[i] = s;
	l->waiting += s.size;
	for (; i && is_before(&l->heap[i], &l->heap[(i - 1) / 2]); i = (i - 1) / 2)
		swap(&l->heap[i], &l->heap[(i - 1) / 2]);
}

static struct stretch take(struct lanes *l)
{
	struct stretch s = l->heap[0];
	size_t i = 0, k;

	l->waiting -= s.size;
	l->heap[0] = l->heap[--l->n];
	while ((k = 2 * i + 1) < l->n) {
		k += k + 1 < l->n && is_before(&l->heap[k + 1], &l->heap[k]);
		if (!is_before(&l->heap[k], &l->heap[i]))
			break;
		swap(&l->heap[i], &l->heap[k]);
		i = k;
	}
	return s;
}

/* Every byte of IN is in D by now, or will be: is that what was read first? */
static bool is_same(const struct stretch *s, stream *in, digest *d)
{
	bks_digests sum;
	bool whole = !stream_drain(in, NULL, NULL) && in->given == s->size;

	digest_end(&sum, d);
	return whole && !memcmp(sum.xxh3, s->sum, sizeof s->sum);
}

static bool walk_one(struct lane *me, const struct stretch *s)
{
	struct lanes_trade *t = &me->all->trade;
	stream *again = t->again(t->again_arg, s->from, s->size), *in;
	digest *d;
	bool good;

	if (!again)
		return false;
	if (!me->begun)
		me->own = t->begin(t->arg);
	me->begun = true;
	d = digest_new(false);
	in = digest_tee(again, d);
	good = t->walk(t->arg, me->own, in, s->from, s->size);
	good = is_same(s, in, d) && good;
	stream_close(in);
	return good;
}

/* Under the lock, which is let go while the stretch is walked. */
static void work_one(struct lane *me)
{
	struct lanes *l = me->all;
	struct stretch s = take(l);
	bool good;

	pthread_mutex_unlock(&l->lock);
	good = walk_one(me, &s);
	pthread_mutex_lock(&l->lock);
	if (!good) {
		l->bad = true;
		l->n = 0;
		l->waiting = 0;
	}
}

static void *serve(void *arg)
{
	struct lane *me = arg;
	struct lanes *l = me->all;

	pthread_mutex_lock(&l->lock);
	for (;;) {
		while (!l->n && !l->over)
			pthread_cond_wait(&l->more, &l->lock);
		if (!l->n)
			break;
		work_one(me);
	}
	pthread_mutex_unlock(&l->lock);
	return NULL;
}

/* Signals belong to the thread that can stop the run. A system that gives no thread gets its
 * work done by the caller's. */
static void start_another(struct lanes *l)
{
	sigset_t all, before;

	sigfillset(&all);
	need(pthread_sigmask(SIG_SETMASK, &all, &before));
	if (pthread_create(
		    &l->lane[l->started + 1].thread, NULL, serve, &l->lane[l->started + 1]))
		l->jobs = l->started + 1;
	else
		l->started++;
	need(pthread_sigmask(SIG_SETMASK, &before, NULL));
}

/* What the present block holds up to byte END goes into the present stretch. */
static void sum_up(struct watched *w, uint64_t end)
{
	size_t n = (size_t)(end - w->at);

	if (!n)
		return;
	digest_add(w->sum, w->p, n);
	w->p += n;
	w->n -= n;
	w->at = end;
}

static int watched_next(stream *s, const uint8_t **p, size_t *n, bks_error *err)
{
	struct watched *w = (struct watched *)s;
	int r = 1;

	if (!w->first || !w->n) {
		sum_up(w, w->at + w->n);
		r = stream_next(w->in, &w->p, &w->n, err);
	}
	w->first = false;
	if (r <= 0)
		w->n = 0;
	*p = w->p;
	*n = w->n;
	return r;
}

static void watched_close(stream *s)
{
	struct watched *w = (struct watched *)s;

	digest_free(w->sum);
	w->sum = NULL;
}

stream *lanes_watch(struct lanes *l, stream *in, const uint8_t *p, size_t n, uint64_t at)
{
	static const struct stream_kind kind = {watched_next, watched_close};

	l->watched =
		(struct watched){{.kind = &kind}, in, p, n, at, true, digest_new(false), at};
	return &l->watched.s;
}

void lanes_add(struct lanes *l, uint64_t end)
{
	struct watched *w = &l->watched;
	struct stretch s = {.from = w->from, .size = end - w->from};
	bks_digests sum;

	sum_up(w, end);
	digest_end(&sum, w->sum);
	memcpy(s.sum, sum.xxh3, sizeof s.sum);
	w->sum = digest_new(false);
	w->from = end;
	pthread_mutex_lock(&l->lock);
	if (!l->bad)
		put(l, s);
	pthread_cond_signal(&l->more);
	if (l->started + 1 < l->jobs)
		start_another(l);
	while (l->waiting > WAITING_MAX)
		work_one(&l->lane[0]);
	pthread_mutex_unlock(&l->lock);
}

void lanes_drop(struct lanes *l)
{
	pthread_mutex_lock(&l->lock);
	l->bad = true;
	l->n = 0;
	l->waiting = 0;
	pthread_mutex_unlock(&l->lock);
}

bool lanes_end(struct lanes *l)
{
	bool good;

	pthread_mutex_lock(&l->lock);
	l->over = true;
	pthread_cond_broadcast(&l->more);
	while (l->n)
		work_one(&l->lane[0]);
	pthread_mutex_unlock(&l->lock);
	for (int i = 1; i <= l->started; i++)
		need(pthread_join(l->lane[i].thread, NULL));
	for (int i = 0; i <= l->started; i++)
		if (l->lane[i].begun)
			l->trade.end(l->trade.arg, l->lane[i].own);
	good = !l->bad;
	pthread_cond_destroy(&l->more);
	pthread_mutex_destroy(&l->lock);
	free(l->heap);
	free(l);
	return good;
}
