/* progress.c - bytes, rate and time left, five times a second at most */
#include "progress.h"
#include "out.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { PATHS = 64 };
static struct {
	int64_t total, done; /* bytes */
	double begun, drawn; /* seconds */
	bool on_screen;
	struct {
		char path[256];
		int64_t bytes;
	} seen[PATHS]; /* those read at the same time, by workers */
	size_t next;
} p;

static double seconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Counts what is new of PATH. */
static void count(const char *path, int64_t bytes)
{
	size_t i = 0;
	while (i < PATHS && strncmp(p.seen[i].path, path, sizeof p.seen[i].path - 1))
		i++;
	if (i == PATHS) {
		i = p.next++ % PATHS;
		snprintf(p.seen[i].path, sizeof p.seen[i].path, "%s", path);
		p.seen[i].bytes = 0;
	}
	if (bytes > p.seen[i].bytes)
		p.done += bytes - p.seen[i].bytes;
	p.seen[i].bytes = bytes;
}

static void draw(const struct call *c, const char *path, int64_t bytes, int64_t total)
{
	char done[BKS_SIZE_TEXT], all[BKS_SIZE_TEXT], rate[BKS_SIZE_TEXT],
		left[BKS_DURATION_TEXT];
	double per_second = (double)p.done / (p.drawn - p.begun + 1e-6);
	int64_t rest = p.total >= p.done ? p.total - p.done : total - bytes;
	fprintf(stderr, "\r\033[K%s", bks_size_text(done, p.done));
	if (p.total >= p.done)
		fprintf(stderr, " of %s", bks_size_text(all, p.total));
	fprintf(stderr, ", %s/s", bks_size_text(rate, (int64_t)per_second));
	if (rest > 0 && per_second > 1)
		fprintf(stderr, ", %s left",
			bks_duration_text(
				left, (int64_t)((double)rest / per_second) * BKS_SECOND));
	fprintf(stderr, "  %.40s", bks_shown(path, c->arena));
	p.on_screen = true;
}

static void show(void *arg, const char *path, int64_t bytes, int64_t total)
{
	count(path ? path : "", bytes);
	double now = seconds();
	if (now - p.drawn < 0.2)
		return;
	p.drawn = now;
	draw(arg, path, bytes, total);
}

progress_fn *progress_begin(const struct call *c, int64_t total)
{
	const char *term = getenv("TERM");
	if (c->no_progress || c->quiet || !isatty(STDERR_FILENO) || !term ||
		!strcmp(term, "dumb"))
		return NULL;
	p.total = total;
	p.begun = p.drawn = seconds();
	return show;
}

void progress_clear(void)
{
	if (p.on_screen)
		fputs("\r\033[K", stderr);
	p.on_screen = false;
}
