/* progress.c - bytes, rate and time left, five times a second at most */
#include "progress.h"
#include "out.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static struct {
	int64_t total;       /* bytes; -1 unknown */
	double begun, drawn; /* seconds */
	bool on_screen;
} p;

static double seconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void draw(const struct call *c, const char *path, int64_t bytes, int64_t total)
{
	char done[BKS_SIZE_TEXT], all[BKS_SIZE_TEXT], rate[BKS_SIZE_TEXT],
		left[BKS_DURATION_TEXT];
	double per_second = (double)bytes / (p.drawn - p.begun + 1e-6);
	fprintf(stderr, "\r\033[K%s", bks_size_text(done, bytes));
	if (total >= bytes)
		fprintf(stderr, " of %s", bks_size_text(all, total));
	fprintf(stderr, ", %s/s", bks_size_text(rate, (int64_t)per_second));
	if (total > bytes && per_second > 1)
		fprintf(stderr, ", %s left",
			bks_duration_text(left,
				(int64_t)((double)(total - bytes) / per_second) * BKS_SECOND));
	if (path)
		fprintf(stderr, "  %.40s", bks_shown(path, c->arena));
	p.on_screen = true;
}

static void show(void *arg, const char *path, int64_t bytes, int64_t total)
{
	double now = seconds();
	if (now - p.drawn < 0.2)
		return;
	p.drawn = now;
	draw(arg, path, bytes, total >= 0 ? total : p.total);
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
