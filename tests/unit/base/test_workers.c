#include "base/workers.h"
#include "unit.h"
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

enum { N = 500 };

struct run {
	pthread_t caller;
	atomic_int worked[N];
	int done[N], count, ticks, stop_after;
	int in_caller;
	atomic_int together, most;
	atomic_int signals_open;
	long nap_us, slow_us; /* of a piece's work; of its telling */
	int ahead;
	atomic_int begun, told, furthest; /* begun and not done, at most */
};

static void work(void *arg, size_t i)
{
	struct run *r = arg;
	int now = atomic_fetch_add(&r->together, 1) + 1, most = atomic_load(&r->most);
	int open = atomic_fetch_add(&r->begun, 1) + 1 - atomic_load(&r->told), far = atomic_load(&r->furthest);
	sigset_t mask;

	while (open > far && !atomic_compare_exchange_weak(&r->furthest, &far, open))
		;
	while (now > most && !atomic_compare_exchange_weak(&r->most, &most, now))
		;
	pthread_sigmask(SIG_SETMASK, NULL, &mask);
	if (!sigismember(&mask, SIGTERM))
		atomic_fetch_add(&r->signals_open, 1);
	if (r->nap_us)
		usleep((useconds_t)r->nap_us);
	atomic_fetch_add(&r->worked[i], 1);
	atomic_fetch_sub(&r->together, 1);
}

static void done(void *arg, size_t i)
{
	struct run *r = arg;

	assert_int_equal(atomic_load(&r->worked[i]), 1);
	if (r->slow_us)
		usleep((useconds_t)r->slow_us);
	r->done[i]++;
	r->count++;
	atomic_fetch_add(&r->told, 1);
	r->in_caller += pthread_equal(pthread_self(), r->caller) != 0;
}

static bool stop(void *arg)
{
	struct run *r = arg;

	assert_true(pthread_equal(pthread_self(), r->caller));
	return r->stop_after && r->count >= r->stop_after;
}

static void tick(void *arg)
{
	struct run *r = arg;

	assert_true(pthread_equal(pthread_self(), r->caller));
	r->ticks++;
}

static int run(struct run *r, size_t n, int jobs)
{
	struct workers w = {work, done, stop, tick, r, r->ahead};

	r->caller = pthread_self();
	return workers_run(&w, n, jobs);
}

TEST(every_piece_is_done_once_for_any_number_of_threads)
{
	static const int jobs[] = {-1, 0, 1, 2, 3, 8, 1000};

	NOSTATE;
	for (size_t j = 0; j < sizeof jobs / sizeof *jobs; j++) {
		struct run r = {0};

		assert_int_equal(run(&r, N, jobs[j]), 0);
		assert_int_equal(r.count, N);
		assert_int_equal(r.in_caller, N);
		for (int i = 0; i < N; i++)
			assert_int_equal(r.done[i], 1);
		assert_true(atomic_load(&r.most) <= (jobs[j] < 1 ? 1 : jobs[j]));
	}
}

TEST(threads_run_as_far_ahead_of_the_caller_as_they_may_and_no_further)
{
	NOSTATE;
	for (int ahead = 0; ahead <= 16; ahead += 4) {
		struct run r = {.slow_us = 200, .ahead = ahead};
		int room = 2 * (ahead > 2 ? ahead : 2);

		assert_int_equal(run(&r, 200, 2), 0);
		assert_int_equal(r.count, 200);
		for (int i = 0; i < 200; i++)
			assert_int_equal(r.done[i], 1);
		assert_true(atomic_load(&r.furthest) <= room + 1); /* one is being told */
		assert_true(atomic_load(&r.furthest) > room / 2);
	}
}

TEST(one_job_needs_no_thread)
{
	struct run r = {0};

	NOSTATE;
	assert_int_equal(run(&r, 5, 1), 0);
	/* In a thread of the pool signals would be blocked. */
	assert_int_equal(atomic_load(&r.signals_open), 5);
	assert_int_equal(r.ticks, 4);
}

TEST(workers_leave_signals_to_the_caller)
{
	struct run r = {0};
	sigset_t mask;

	NOSTATE;
	assert_int_equal(run(&r, 20, 3), 0);
	assert_int_equal(atomic_load(&r.signals_open), 0);
	pthread_sigmask(SIG_SETMASK, NULL, &mask);
	assert_false(sigismember(&mask, SIGTERM));
}

TEST(work_runs_side_by_side_and_the_caller_hears_a_tick)
{
	struct run r = {.nap_us = 250000};

	NOSTATE;
	assert_int_equal(run(&r, 4, 4), 0);
	assert_true(atomic_load(&r.most) >= 2);
	assert_true(r.ticks >= 1);
}

TEST(many_short_pieces_do_not_starve_the_tick)
{
	struct run r = {.nap_us = 2000};

	NOSTATE;
	assert_int_equal(run(&r, N, 2), 0);
	assert_true(r.ticks >= 2);
}

TEST(a_stop_ends_what_began_and_begins_no_more)
{
	static const int jobs[] = {1, 4};

	NOSTATE;
	for (size_t j = 0; j < sizeof jobs / sizeof *jobs; j++) {
		struct run r = {.stop_after = 10, .nap_us = 100, .ahead = 8};
		int worked = 0;

		assert_int_equal(run(&r, N, jobs[j]), 1);
		for (int i = 0; i < N; i++) {
			worked += atomic_load(&r.worked[i]);
			assert_int_equal(atomic_load(&r.worked[i]), r.done[i]);
		}
		assert_int_equal(worked, r.count);
		assert_true(r.count >= 10 && r.count <= 10 + 8 * jobs[j]);
	}
}

TEST(a_stop_before_the_first_piece_begins_nothing)
{
	struct run r = {.stop_after = -1};

	NOSTATE;
	assert_int_equal(run(&r, N, 4), 1);
	assert_int_equal(r.count, 0);
	assert_int_equal(run(&r, N, 1), 1);
	assert_int_equal(r.count, 0);
}

TEST(no_work_is_done_at_once)
{
	struct run r = {0};
	struct workers bare = {.work = work, .arg = &r};

	NOSTATE;
	assert_int_equal(run(&r, 0, 4), 0);
	assert_int_equal(run(&r, 0, 1), 0);
	assert_int_equal(workers_run(&bare, 10, 3), 0);
	assert_int_equal(atomic_load(&r.worked[9]), 1);
}

MAIN(T(every_piece_is_done_once_for_any_number_of_threads),
	T(threads_run_as_far_ahead_of_the_caller_as_they_may_and_no_further), T(one_job_needs_no_thread),
	T(workers_leave_signals_to_the_caller),
	T(work_runs_side_by_side_and_the_caller_hears_a_tick),
	T(many_short_pieces_do_not_starve_the_tick),
	T(a_stop_ends_what_began_and_begins_no_more),
	T(a_stop_before_the_first_piece_begins_nothing), T(no_work_is_done_at_once))
