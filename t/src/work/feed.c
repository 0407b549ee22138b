#include "work/feed.h"
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct feed {
	stream *in;
	int fd;
	pthread_t thread;
	bool ended;
	int r;
	bks_error err;
};

/* 0, or -1: the reader has gone. */
static int send_all(int fd, const uint8_t *p, size_t n)
{
	while (n) {
		ssize_t k = send(fd, p, n, MSG_NOSIGNAL);

		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return -1;
		p += k;
		n -= (size_t)k;
	}
	return 0;
}

static void *pump(void *arg)
{
	feed *f = arg;
	const uint8_t *p;
	size_t n;

	while ((f->r = stream_next(f->in, &p, &n, &f->err)) > 0)
		if (send_all(f->fd, p, n))
			break;
	f->r = f->r > 0 ? 0 : f->r; /* who does not read on does not ask */
	shutdown(f->fd, SHUT_WR);
	return NULL;
}

int feed_begin(feed **out, int *fd, stream *in, bks_error *err)
{
	feed *f = calloc(1, sizeof *f);
	sigset_t all, before;
	int ends[2], r;

	if (!f)
		abort();
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends)) {
		free(f);
		return fail(err, BKS_E_IO, "socketpair: %s", strerror(errno));
	}
	f->in = in;
	f->fd = ends[0];
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	r = pthread_create(&f->thread, NULL, pump, f);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (r) {
		close(ends[0]);
		close(ends[1]);
		free(f);
		return fail(err, BKS_E_IO, "thread: %s", strerror(r));
	}
	*fd = ends[1];
	*out = f;
	return 0;
}

int feed_end(feed *f, bool stop, bks_error *err)
{
	if (!f->ended) {
		if (stop)
			shutdown(f->fd, SHUT_RDWR);
		if (pthread_join(f->thread, NULL))
			abort();
		close(f->fd);
		f->ended = true;
	}
	if (f->r < 0 && err)
		*err = f->err;
	return f->r;
}

void feed_free(feed *f)
{
	if (!f)
		return;
	feed_end(f, true, NULL);
	free(f);
}
