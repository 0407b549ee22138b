/*
 * worker.c FILE [N]: what it costs to read FILE N times in this process, by one worker in a
 * row, and by a worker of its own each time. Prints microseconds a file: by the clock, and of
 * processor in all processes together.
 */
#include "backstay/start.h"
#include "work/apart.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double wall(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static double of(int who)
{
	struct rusage u;

	getrusage(who, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e6 +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

enum way { HERE, ROW, OWN };

static void look(const char *file, enum way way)
{
	static const struct remote_watch nothing;
	bks_arena *a = bks_arena_new();
	bks_inspection out = {0};
	struct stat st;
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	struct verify_job job = {.name = "bench", .in = stream_fd(fd, file, true)};

	if (fd < 0 || fstat(fd, &st))
		exit(1);
	job.size = st.st_size;
	if (way == HERE)
		format_verify(&out, &job, a, NULL);
	else
		apart_verify(&out, &job, way == ROW ? "row" : NULL, &nothing, a, NULL);
	if (out.verdict != BKS_SOUND) {
		fprintf(stderr, "%s: %s\n", file,
			out.finding_count ? out.findings->text : "not sound");
		exit(1);
	}
	bks_arena_free(a);
}

/* In a process of its own, so that all of its children can be summed up. */
static void measure(const char *name, const char *file, int n, enum way way)
{
	double t = wall();

	if (!fork()) {
		for (int i = 0; i < n; i++)
			look(file, way);
		bks_stop();
		t = wall() - t;
		printf("%-16s %8.1f us, %8.1f us of processor\n", name, t / n,
			(of(RUSAGE_SELF) + of(RUSAGE_CHILDREN)) / n);
		fflush(stdout);
		_exit(0);
	}
	wait(NULL);
}

int main(int argc, char **argv)
{
	int n = argc > 2 ? atoi(argv[2]) : 1000;

	if (argc < 2 || n < 1)
		return 2;
	measure("in this process", argv[1], n, HERE);
	measure("one in a row", argv[1], n, ROW);
	measure("one each", argv[1], n, OWN);
	return 0;
}
