/*
 * Takes one scripted run of retention apart: sweep JOB. JOB has lines of NAME VALUE, see job.c; `torture.py` writes it.
 *
 * What a killed process leaves is what lies on the disk at that moment. So the run is stopped before each of its calls that change
 * something, the world is looked at as it lies there, and a copy of it goes through what the next process does, in this one. A picture
 * like the one before is not looked at again, nor one whose catalog, once SQLite has recovered it, is byte for byte that of one that
 * was looked at. Of the random kills each process that was stopped is really killed in the end, and must leave what was seen before.
 */
#include "acts.h"
#include "job.h"
#include "pictures.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static struct world w;
static struct seen_files base, kept;
static char *end, *side, *side_catalog, *aside, *copied, *pristine;

static struct {
	long calls, pictures, halves, like_before, like_recovered, run_on, random, real, early, failed, bad, doctors;
	long kinds[KILL_AT_KINDS];
} sum;

static uint64_t *known;
static size_t known_count;

static bool is_known(uint64_t x)
{
	for (size_t i = 0; i < known_count; i++)
		if (known[i] == x)
			return true;
	known = realloc(known, (known_count + 1) * sizeof *known);
	if (!known)
		abort();
	known[known_count++] = x;
	return false;
}

static uint64_t chance;
static long below(long n)
{
	chance ^= chance << 13;
	chance ^= chance >> 7;
	chance ^= chance << 17;
	return n > 0 ? (long)(chance % (uint64_t)n) : 0;
}

/* ---- what the next run makes of it ---- */

static bool undoes(void)
{
	return !strcmp(job.op, "undo");
}

static char *truths(bool settled)
{
	picture_recover(side, &w);
	return picture_truths(&w, side_catalog, &base, &kept, settled);
}

static char *state(void)
{
	picture_recover(side, &w);
	return picture_state(&w, side_catalog);
}

static char *finish(void)
{
	struct outcome o;
	char *wrong = NULL;

	if (!strcmp(job.op, "apply") || !strcmp(job.op, "run")) {
		o = act(w.folder, job.op, job.arg, job.clock);
		/* what was purged already cannot be planned again */
		wrong = o.carried_out && o.refused == 1 && !o.r && !o.unfinished ? NULL : act_wrong(job.op, &o);
	}
	if (!wrong && !undoes()) {
		o = act(w.folder, "purge", "", job.later);
		wrong = act_wrong("purge", &o);
	}
	return wrong;
}

static char *same_end(void)
{
	char *is = state(), *wrong = NULL;

	if (strcmp(is, end) != 0)
		wrong = form("another end than without the cut:\n--- was\n%s--- is\n%s", end, is);
	free(is);
	return wrong;
}

static char *settle(long n)
{
	struct outcome o;
	char *wrong = NULL;

	if (undoes() && n % 2) { /* the other way on: what was not taken back yet is purged */
		o = act(w.folder, "purge", "", job.later);
		if (o.refused == 1 && o.needed && !o.r) { /* its base backup was taken back, and the log not yet */
			act(w.folder, "undo", job.arg, job.clock);
			o = act(w.folder, "purge", "", job.later);
		}
		wrong = act_wrong("purge", &o);
		return wrong ? wrong : truths(true);
	}
	if (undoes()) {
		o = act(w.folder, "undo", job.arg, job.clock);
		wrong = o.r < 0 ? act_wrong("undo", &o) : NULL;
	} else {
		wrong = finish();
	}
	if (!wrong)
		wrong = truths(!undoes() || !job.again);
	if (!wrong && !(undoes() && job.again))
		wrong = same_end();
	if (!wrong && !undoes() && n % 16 == 0) {
		o = act(w.folder, "purge", "", job.later);
		wrong = o.actions || o.refused ? form("the second purge still had to do: %s", o.why) : act_wrong("purge", &o);
	}
	if (wrong || n % 32)
		return wrong;
	sum.doctors++;
	return act_doctor(w.folder);
}

static void move(const char *from, const char *to)
{
	if (rename(from, to)) {
		perror(from);
		exit(2);
	}
}

/* The world as it lies there. N: of the call; ON: goes on to live, so that a copy is taken. */
static void judge(long n, const char *what)
{
	char *wrong;

	picture_recover(side, &w);
	if (is_known(picture_sum(&w, side_catalog))) {
		sum.like_recovered++;
		return;
	}
	wrong = picture_truths(&w, side_catalog, &base, &kept, false);
	if (!wrong) {
		picture_copy(copied, w.folder);
		move(w.folder, aside);
		move(copied, w.folder);
		sum.run_on++;
		wrong = settle(n);
		picture_remove(w.folder);
		move(aside, w.folder);
	}
	if (!wrong)
		return;
	sum.bad++;
	printf("NOT OK %s; %s at call %ld: %s\n", job.label, what, n, wrong);
	fflush(stdout);
	free(wrong);
}

/* ---- processes that stop where they are told ---- */

struct stepped {
	pid_t pid;
	int fd;
	int status; /* of wait, when it has ended */
};

static struct stepped spawn(const char *what, const char *arg, bool program, long first)
{
	struct stepped s = {0};
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair))
		abort();
	fflush(stdout);
	s.fd = pair[0];
	s.pid = fork();
	if (s.pid) {
		close(pair[1]);
		return s;
	}
	close(pair[0]);
	if (program) {
		char *number = form("%d", pair[1]);
		int null = open("/dev/null", O_RDWR);

		dup2(null, 1);
		setenv("BACKSTAY_TEST_CLOCK", job.clock, 1);
		setenv("KILL_STEP_FD", number, 1);
		setenv("LD_PRELOAD", job.preload, 1);
		execl(job.bin, job.bin, "retain", what, *arg ? arg : NULL, NULL);
		_exit(127);
	}
	kill_at_steps(pair[1], first);
	act(w.folder, what, arg, job.clock);
	kill_at_done();
	_exit(0);
}

/* Up to where it stops next. False: it came to its end. */
static bool stops(struct stepped *s, struct kill_at_told *t)
{
	ssize_t n = recv(s->fd, t, sizeof *t, 0);

	if (n == (ssize_t)sizeof *t && t->what != 2)
		return true;
	while (waitpid(s->pid, &s->status, 0) < 0 && errno == EINTR)
		;
	close(s->fd);
	return false;
}

static void go(struct stepped *s, long next, long half)
{
	const struct kill_at_answer a = {next, half};

	(void)!send(s->fd, &a, sizeof a, MSG_NOSIGNAL);
}

/* The whole run of the program, stopped at each call. */
static void sweep(void)
{
	struct stepped s = spawn(job.op, job.arg, true, 1);
	struct kill_at_told t;
	uint64_t last = 0, is;

	while (stops(&s, &t)) {
		if (sum.bad > 20) {
			kill(s.pid, SIGKILL);
			waitpid(s.pid, NULL, 0);
			return;
		}
		const bool middle = t.what == 1;
		long half = 0;

		if (!middle) {
			sum.calls++;
			sum.kinds[t.kind]++;
			if (t.bytes > 1 && below(2))
				half = 1 + below(t.bytes - 1);
		} else {
			sum.halves++;
		}
		sum.pictures++;
		is = picture_sum(&w, NULL);
		if (is == last)
			sum.like_before++;
		else
			judge(t.n, middle ? "in the middle of a write" : "before");
		last = is;
		go(&s, t.n + 1, half);
	}
	if (!WIFEXITED(s.status) || (WEXITSTATUS(s.status) && !(undoes() && job.again))) {
		printf("NOT OK %s: the run that was only stopped ended with %x\n", job.label, (unsigned)s.status);
		sum.bad++;
	}
	sum.pictures++;
	judge(sum.calls + 1, "at the end");
}

static void fresh(void)
{
	picture_remove(w.folder);
	picture_copy(w.folder, pristine);
}

/* ---- at random ---- */

static int by_number(const void *a, const void *b)
{
	const long x = *(const long *)a, y = *(const long *)b;

	return x < y ? -1 : x > y;
}

static void die(struct stepped *s)
{
	uint64_t before = picture_sum(&w, NULL);

	kill(s->pid, SIGKILL);
	while (waitpid(s->pid, &s->status, 0) < 0 && errno == EINTR)
		;
	close(s->fd);
	sum.real++;
	if (!WIFSIGNALED(s->status) || picture_sum(&w, NULL) != before) {
		printf("NOT OK %s: a killed process left something else than what was seen when it stood still\n", job.label);
		sum.bad++;
	}
}

/* A process that is looked at in a few moments, and killed in the last one. */
static void cut(const char *what, const char *arg)
{
	enum { MOST = 10 };
	long at[MOST], n = 1 + below(MOST);
	struct kill_at_told t;
	struct stepped s;

	for (long i = 0; i < n; i++)
		at[i] = 1 + below(sum.calls);
	qsort(at, (size_t)n, sizeof *at, by_number);
	s = spawn(what, arg, false, at[0]);
	for (long i = 0; i < n; i++) {
		if (!stops(&s, &t)) {
			sum.early += n - i;
			return;
		}
		if (t.bytes > 1 && below(2)) { /* into the write */
			go(&s, t.n + 1, 1 + below(t.bytes - 1));
			if (!stops(&s, &t))
				return;
		}
		if (i == n - 1)
			die(&s);
		judge(t.n, t.what ? "random, in the middle of a write" : "random");
		sum.random++;
		while (i + 1 < n && at[i + 1] <= t.n)
			at[i + 1] = t.n + 1;
		if (i < n - 1)
			go(&s, at[i + 1], 0);
	}
}

static void random_kills(void)
{
	while (sum.random < job.kills && sum.bad < 20) {
		fresh();
		for (long depth = 1 + below(4); depth > 0; depth--) {
			bool own = undoes() || below(5) < 3;

			cut(own ? job.op : below(2) ? "purge" : "run", own ? job.arg : "");
		}
	}
}

/* ---- calls that fail ---- */

struct failure {
	long counts[KILL_AT_KINDS];
	int failed, status;
};

static struct failure fail_one(int kind, long at, int error)
{
	static struct failure *shared;
	struct failure f;
	pid_t pid;

	if (!shared)
		shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	fflush(stdout);
	fresh();
	pid = fork();
	if (!pid) {
		kill_at_fails(kind, at, error);
		act(w.folder, job.op, job.arg, job.clock);
		shared->failed = kill_at_counts(shared->counts);
		_exit(0);
	}
	while (waitpid(pid, &shared->status, 0) < 0 && errno == EINTR)
		;
	f = *shared;
	return f;
}

static void count_calls(void)
{
	const struct failure whole = fail_one(-1, 0, 0);

	for (int kind = 0; strcmp(kill_at_kind(kind), "open") != 0; kind++)
		sum.calls += whole.counts[kind];
}

/* The calls that change nothing by themselves are taken more rarely: each 8th as often. */
static void failures(void)
{
	const struct failure whole = fail_one(-1, 0, 0);

	for (int kind = 0; kind < KILL_AT_KINDS; kind++) {
		const char *word = kill_at_kind(kind);
		bool looks_only = !strcmp(word, "open") || !strcmp(word, "stat") || !strcmp(word, "read");
		long step = looks_only ? job.share * 8 : job.share;

		for (long n = 1 + below(step); n <= whole.counts[kind]; n += step) {
			const bool room = !looks_only && strcmp(word, "sync") != 0 && below(2);
			const struct failure f = fail_one(kind, n, room ? ENOSPC : EIO);
			char *what = form("%s %ld fails with %s", word, n, room ? "ENOSPC" : "EIO");

			sum.failed += f.failed;
			if (!WIFEXITED(f.status)) {
				printf("NOT OK %s; %s: ended by %x\n", job.label, what, (unsigned)f.status);
				sum.bad++;
			}
			judge(n, what);
			free(what);
		}
	}
}

/* ---- all of it ---- */

/* The end of the run that nothing cuts: what stays, and what all others must come to. */
static void learn_end(void)
{
	struct outcome o;
	char *wrong;

	picture_copy(pristine, w.folder);
	picture_files(&base, &w);
	move(w.folder, aside);
	picture_copy(w.folder, pristine);
	o = act(w.folder, job.op, job.arg, job.clock);
	wrong = undoes() && job.again ? NULL : act_wrong(job.op, &o);
	if (!wrong && undoes()) {
		end = state();
		/* what stays in either way, taken back or not */
		picture_remove(w.folder);
		picture_copy(w.folder, pristine);
		o = act(w.folder, "purge", "", job.later);
		wrong = act_wrong("purge", &o);
	} else if (!wrong) {
		wrong = finish();
		end = state();
	}
	if (wrong) {
		printf("NOT OK %s: the run without a cut: %s\n", job.label, wrong);
		exit(1);
	}
	picture_files(&kept, &w);
	picture_remove(w.folder);
	move(aside, w.folder);
}

int main(int argc, char **argv)
{
	struct timespec t;

	if (argc != 2)
		return 2;
	job_read(&w, argv[1]);
	snprintf(w.folder, sizeof w.folder, "%s/w", job.top);
	side = form("%s/side", job.top);
	side_catalog = form("%s/catalog.db", side);
	aside = form("%s/aside", job.top);
	copied = form("%s/copied", job.top);
	pristine = form("%s/pristine", job.top);
	chance = (uint64_t)job.seed * 0x9E3779B97F4A7C15u + 1;
	learn_end();
	if (job.sweep)
		sweep();
	else
		count_calls();
	if (job.kills)
		random_kills();
	if (job.share)
		failures();
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	printf("DONE calls %ld pictures %ld halves %ld like_before %ld like_recovered %ld run_on %ld random %ld real %ld early %ld failed %ld "
	       "doctors %ld bad %ld cpu_ms %ld",
		sum.calls, sum.pictures, sum.halves, sum.like_before, sum.like_recovered, sum.run_on, sum.random, sum.real, sum.early, sum.failed,
		sum.doctors, sum.bad, t.tv_sec * 1000 + t.tv_nsec / 1000000);
	for (int i = 0; i < KILL_AT_KINDS; i++)
		if (sum.kinds[i])
			printf(" %s %ld", kill_at_kind(i), sum.kinds[i]);
	printf("\n");
	return sum.bad > 0;
}
