/*
 * The employer's side: sets the nursery aside, asks it for workers, and learns how they ended.
 * The nursery's own life is in nursery_life.c.
 */
#include "base/nursery.h"
#include "base/nursery_life.h"
#include <errno.h>

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { DEATH_MS = 10000, DEATH_STEP_MS = 100 };

static struct {
	pthread_mutex_t lock;
	pid_t pid, owner;
	int control;
} nursery = {PTHREAD_MUTEX_INITIALIZER, 0, 0, -1};

static int set_aside(const struct nursery_trade *trade, bks_error *err)
{
	bool first = gettid() == getpid();
	int ends[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		return fail(err, BKS_E_IO, "socketpair: %s", strerror(errno));
	pid = fork();
	if (!pid)
		nursery_live(ends[1], trade, first);
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		return fail(err, BKS_E_IO, "fork: %s", strerror(errno));
	}
	nursery.pid = pid;
	nursery.owner = getpid();
	nursery.control = ends[0];
	return 0;
}

int nursery_start(const struct nursery_trade *trade, bks_error *err)
{
	int r = 0;

	pthread_mutex_lock(&nursery.lock);
	if (nursery.control < 0 || nursery.owner != getpid())
		r = set_aside(trade, err);
	pthread_mutex_unlock(&nursery.lock);
	return r;
}

void nursery_stop(void)
{
	pthread_mutex_lock(&nursery.lock);
	if (nursery.control >= 0 && nursery.owner == getpid()) {
		close(nursery.control);
		while (waitpid(nursery.pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	nursery.control = -1;
	pthread_mutex_unlock(&nursery.lock);
}

/* One message, which carries the worker's ends of both sockets. */
static int ask(const struct sandbox_limits *l, int job, int life)
{
	union {
		char bytes[CMSG_SPACE(2 * sizeof(int))];
		struct cmsghdr align;
	} room = {{0}};
	struct sandbox_limits copy;
	struct iovec iov = {&copy, sizeof copy};
	struct msghdr m = {.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = room.bytes,
		.msg_controllen = sizeof room.bytes};
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	int fds[2] = {job, life};
	ssize_t r;

	memset(&copy, 0, sizeof copy); /* what lies between its members, too */
	copy.memory = l->memory;
	copy.threads = l->threads;
	copy.scratch = l->scratch;
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof fds);
	memcpy(CMSG_DATA(c), fds, sizeof fds);
	do
		r = sendmsg(nursery.control, &m, MSG_NOSIGNAL);
	while (r < 0 && errno == EINTR);
	return r == (ssize_t)sizeof copy ? 0 : -1;
}

static int two_pairs(int job[2], int life[2])
{
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, job))
		return -1;
	if (!socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, life))
		return 0;
	close(job[0]);
	close(job[1]);
	return -1;
}

static int set_patience(int fd)
{
	struct timeval t = {0, 100000};

	return setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t) ||
	       setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &t, sizeof t);
}

int nursery_hire(struct hireling *out, const struct sandbox_limits *l, bks_error *err)
{
	int job[2], life[2], r;

	*out = (struct hireling){-1, -1};
	if (nursery.control < 0 || nursery.owner != getpid())
		return fail(err, BKS_E_IO, "no process was set aside for it");
	if (two_pairs(job, life))
		return fail(err, BKS_E_IO, "socketpair: %s", strerror(errno));
	r = ask(l, job[1], life[1]);
	if (r)
		fail(err, BKS_E_IO, "the process that was set aside is gone: %s",
			strerror(errno));
	close(job[1]);
	close(life[1]);
	*out = (struct hireling){job[0], life[0]};
	if (!r && !set_patience(job[0]))
		return 0;
	hireling_dismiss(out);
	return BKS_E_IO;
}

static void drop(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void hireling_dismiss(struct hireling *h)
{
	drop(&h->job);
	drop(&h->life);
}

/* Whether something came of its death in time. */
static bool is_told(int life)
{
	struct pollfd p = {life, POLLIN, 0};
	int r = 0;

	for (int ms = 0; r <= 0 && ms < DEATH_MS; ms += DEATH_STEP_MS)
		r = poll(&p, 1, DEATH_STEP_MS);
	return r > 0;
}

enum hireling_end hireling_bury(struct hireling *h, int *value)
{
	struct nursery_death d = {0};
	ssize_t n;

	drop(&h->job);
	*value = 0;
	if (!is_told(h->life)) {
		drop(&h->life);
		return HIRELING_DEAF;
	}
	do
		n = recv(h->life, &d, sizeof d, 0);
	while (n < 0 && errno == EINTR);
	drop(&h->life);
	if (n != (ssize_t)sizeof d)
		d = (struct nursery_death){0};
	if (d.unborn) {
		*value = d.value;
		return HIRELING_UNBORN;
	}
	*value = 0;
	if (n == (ssize_t)sizeof d && WIFSIGNALED(d.value)) {
		*value = WTERMSIG(d.value);
		return HIRELING_KILLED;
	}
	if (n != (ssize_t)sizeof d || !WIFEXITED(d.value))
		return HIRELING_LOST;
	*value = WEXITSTATUS(d.value);
	return *value == NURSERY_NO_SANDBOX ? HIRELING_UNBORN : HIRELING_EXITED;
}
