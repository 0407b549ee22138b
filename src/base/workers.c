/* A small pool of threads. The caller's thread hands out the pieces and tells the results, so
 * that everything but the work itself (the catalog, the progress, the decision to stop) stays
 * on one thread. */
#include "base/workers.h"
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

struct pool {
	const struct workers *w;
	pthread_mutex_t lock;
	pthread_cond_t more;  /* for workers: something was handed out, or the end has come */
	pthread_cond_t ended; /* for the caller: a piece has ended */
	size_t handed;        /* pieces 0 to HANDED - 1 may be begun */
	size_t begun;
	size_t *finished; /* a ring of pieces that ended and were not told yet */
	size_t room, first, waiting;
	size_t batch_below; /* more are handed out when no more than these are under way */
	bool over;
	int64_t next_tick; /* milliseconds of the monotonic clock */
};

enum { TICK_MS = 100 };

static void need(int failed)
{
	if (failed)
		abort(); /* our own locks: a failure is a mistake of ours or a lack of memory */
}

static int run_alone(const struct workers *w, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (w->stop && w->stop(w->arg))
			return 1;
		w->work(w->arg, i);
		if (w->done)
			w->done(w->arg, i);
		if (w->tick && i + 1 < n)
			w->tick(w->arg);
	}
	return 0;
}

static void *serve(void *arg)
{
	struct pool *p = arg;

	pthread_mutex_lock(&p->lock);
	for (;;) {
		size_t i;

		while (p->begun == p->handed && !p->over)
			pthread_cond_wait(&p->more, &p->lock);
		if (p->begun == p->handed)
			break;
		i = p->begun++;
		pthread_mutex_unlock(&p->lock);
		p->w->work(p->w->arg, i);
		pthread_mutex_lock(&p->lock);
		p->finished[(p->first + p->waiting++) % p->room] = i;
		pthread_cond_signal(&p->ended);
	}
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

/* Signals belong to the caller's thread, which can stop the run. Gives how many threads there
 * are. */
static int start(pthread_t *threads, struct pool *p, int jobs)
{
	sigset_t all, before;
	int n = 0;

	sigfillset(&all);
	need(pthread_sigmask(SIG_SETMASK, &all, &before));
	while (n < jobs && !pthread_create(&threads[n], NULL, serve, p))
		n++;
	need(pthread_sigmask(SIG_SETMASK, &before, NULL));
	return n;
}

static int64_t now_ms(void)
{
	struct timespec t;

	need(clock_gettime(CLOCK_MONOTONIC, &t));
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void wait_for_one(struct pool *p)
{
	struct timespec until = {
		.tv_sec = p->next_tick / 1000, .tv_nsec = p->next_tick % 1000 * 1000000};

	pthread_cond_timedwait(&p->ended, &p->lock, &until);
}

static void tick_when_due(struct pool *p)
{
	int64_t now = now_ms();

	if (now < p->next_tick)
		return;
	p->next_tick = now + TICK_MS;
	if (!p->w->tick)
		return;
	pthread_mutex_unlock(&p->lock);
	p->w->tick(p->w->arg);
	pthread_mutex_lock(&p->lock);
}

static void tell_one(struct pool *p)
{
	size_t i = p->finished[p->first];

	/* NOLINTNEXTLINE(clang-analyzer-core.DivideZero): init() makes room for two of each job */
	p->first = (p->first + 1) % p->room;
	p->waiting--;
	if (!p->w->done)
		return;
	pthread_mutex_unlock(&p->lock);
	p->w->done(p->w->arg, i);
	pthread_mutex_lock(&p->lock);
}

/* Where many may wait, more are handed out when half of them are told. */
static void hand_batch(struct pool *p, size_t n, size_t told)
{
	size_t under_way = p->handed - told;

	if (under_way > p->batch_below)
		return;
	for (; p->handed < n && p->handed - told < p->room; p->handed++)
		pthread_cond_signal(&p->more);
}

/* Under the lock, which is let go while the caller's functions run. Whether the run was
 * stopped. */
static bool hand_out(struct pool *p, size_t n)
{
	const struct workers *w = p->w;
	size_t told = 0;
	bool stopped = false;

	while (told < p->handed || (p->handed < n && !stopped)) {
		if (!stopped && p->handed < n && w->stop) {
			pthread_mutex_unlock(&p->lock);
			stopped = w->stop(w->arg);
			pthread_mutex_lock(&p->lock);
		}
		if (stopped)
			p->handed = p->begun; /* takes back what nobody began */
		if (!stopped)
			hand_batch(p, n, told);
		if (p->waiting) {
			tell_one(p);
			told++;
		} else if (told < p->handed) {
			wait_for_one(p);
		}
		tick_when_due(p);
	}
	return told < n;
}

static void init(struct pool *p, const struct workers *w, int jobs)
{
	pthread_condattr_t monotonic;

	*p = (struct pool){.w = w,
		.room = (w->ahead > 2 ? (size_t)w->ahead : 2) * (size_t)jobs,
		.next_tick = now_ms() + TICK_MS};
	p->batch_below = w->ahead > 2 ? p->room / 2 : p->room - 1;
	p->finished = calloc(p->room, sizeof *p->finished);
	need(!p->finished);
	need(pthread_mutex_init(&p->lock, NULL));
	need(pthread_cond_init(&p->more, NULL));
	need(pthread_condattr_init(&monotonic));
	need(pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC));
	need(pthread_cond_init(&p->ended, &monotonic));
	pthread_condattr_destroy(&monotonic);
}

static void clear(struct pool *p)
{
	pthread_cond_destroy(&p->ended);
	pthread_cond_destroy(&p->more);
	pthread_mutex_destroy(&p->lock);
	free(p->finished);
}

int workers_run(const struct workers *w, size_t n, int jobs)
{
	pthread_t threads[WORKERS_MAX];
	bool stopped = false;
	struct pool p;
	int running;

	jobs = jobs > WORKERS_MAX ? WORKERS_MAX : jobs;
	if (jobs > 0 && (size_t)jobs > n)
		jobs = (int)n;
	if (jobs <= 1)
		return run_alone(w, n);
	init(&p, w, jobs);
	running = start(threads, &p, jobs);
	pthread_mutex_lock(&p.lock);
	if (running)
		stopped = hand_out(&p, n);
	p.over = true;
	pthread_cond_broadcast(&p.more);
	pthread_mutex_unlock(&p.lock);
	for (int i = 0; i < running; i++)
		need(pthread_join(threads[i], NULL));
	clear(&p);
	/* A system that gives no thread at all still gets its work done. */
	return running ? stopped : run_alone(w, n);
}
