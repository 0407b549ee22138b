/*
 * The process that was set aside. It waits for one of three things: a request (fork), a
 * worker's death (tell its employer), an employer that let go (kill). It allocates nothing
 * while it forks, and reads nothing but requests of the program that made it.
 */
#include "base/nursery_life.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* The places of its descriptors; 0 to 2 are /dev/null, so that no stray message meets a socket.
 */
enum { CONTROL = 3, DEATHS = 4, FIRST_FREE = 5, JOB = 3 };

extern char **environ;

static struct {
	const struct nursery_trade *trade;
	pid_t self;
	sigset_t before;
	size_t n;
	pid_t pids[HIRELINGS_MAX];
	struct pollfd at[HIRELINGS_MAX + 2]; /* control, deaths, then each worker's life */
	bool ready;
} nursery;

/* What the program was told by its environment (a password among it, maybe) is none of a
 * worker's business. */
static void forget_environment(void)
{
	for (char **e = environ; e && *e; e++)
		memset(*e, 0, strlen(*e));
	clearenv();
}

static void keep_only(int control)
{
	int null, last = sandbox_is_watched() ? 1 : 2; /* a sanitizer reports on 2 */

	control = fcntl(
		control, F_DUPFD_CLOEXEC, FIRST_FREE); /* low: few descriptors may be allowed */
	null = open("/dev/null", O_RDWR);
	for (int fd = 0; fd <= last && null >= 0; fd++)
		if (null != fd)
			dup2(null, fd);
	if (null < 0 || dup3(control, CONTROL, O_CLOEXEC) < 0 ||
		close_range(FIRST_FREE - 1, ~0U, 0))
		_exit(1);
}

static void set_signals(void)
{
	static const int deaf[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGUSR1, SIGUSR2,
		SIGALRM, SIGTSTP, SIGTTIN, SIGTTOU, SIGWINCH};
	sigset_t child;

	for (size_t i = 0; i < sizeof deaf / sizeof *deaf; i++)
		signal(deaf[i], SIG_IGN); /* a terminal's ^C is the program's to answer */
	signal(SIGCHLD, SIG_DFL);
	sigemptyset(&child);
	sigprocmask(SIG_SETMASK, &child, NULL);
	nursery.before = child;
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
	if (signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK) != DEATHS)
		_exit(1);
}

static void tell(int life, int unborn, int value)
{
	struct nursery_death d = {unborn, value};

	(void)!send(life, &d, sizeof d, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void forget(size_t i)
{
	if (nursery.at[i + 2].fd >= 0)
		close(nursery.at[i + 2].fd);
	nursery.n--;
	nursery.at[i + 2] = nursery.at[nursery.n + 2];
	nursery.pids[i] = nursery.pids[nursery.n];
}

static void bury(int flags)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, flags)) > 0)
		for (size_t i = 0; i < nursery.n; i++)
			if (nursery.pids[i] == pid) {
				tell(nursery.at[i + 2].fd, 0, status);
				forget(i);
				break;
			}
}

static _Noreturn void end(void)
{
	for (size_t i = 0; i < nursery.n; i++)
		kill(nursery.pids[i], SIGKILL);
	bury(0);
	_exit(0);
}

static _Noreturn void work(int job, const struct sandbox_limits *l)
{
	int standing;

	if (dup3(job, JOB, O_CLOEXEC) < 0 || close_range(JOB + 1, ~0U, 0) ||
		prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) || getppid() != nursery.self)
		_exit(NURSERY_NO_SANDBOX);
	prctl(PR_SET_NAME, "backstay-worker", 0, 0, 0);
	sigprocmask(SIG_SETMASK, &nursery.before, NULL);
	standing = sandbox_enter(l);
	if (standing < 0)
		_exit(NURSERY_NO_SANDBOX);
	nursery.trade->serve(JOB, standing);
	_exit(0);
}

/* The first one who is asked for pays for what all of them share. */
static int get_ready(void)
{
	if (nursery.ready)
		return 0;
	nursery.trade->prepare();
	nursery.ready = sandbox_share(NULL) >= 0;
	return nursery.ready ? 0 : -1;
}

static void raise_one(int job, int life, const struct sandbox_limits *l)
{
	pid_t pid = -1;

	errno = EAGAIN;
	if (get_ready())
		errno = 0;
	else if (nursery.n < HIRELINGS_MAX)
		pid = fork();
	if (!pid)
		work(job, l);
	close(job);
	if (pid < 0) {
		tell(life, 1, errno);
		close(life);
		return;
	}
	nursery.pids[nursery.n] = pid;
	nursery.at[nursery.n++ + 2] = (struct pollfd){life, 0, 0}; /* its end is always told */
}

/* Whether the program still is there. */
static bool hear(void)
{
	union {
		char bytes[CMSG_SPACE(2 * sizeof(int))];
		struct cmsghdr align;
	} room;
	struct sandbox_limits l;
	struct iovec iov = {&l, sizeof l};
	struct msghdr m = {.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = room.bytes,
		.msg_controllen = sizeof room.bytes};
	struct cmsghdr *c;
	int fds[2];
	ssize_t n = recvmsg(CONTROL, &m, MSG_CMSG_CLOEXEC);

	if (n < 0 && errno == EINTR)
		return true;
	c = n == (ssize_t)sizeof l ? CMSG_FIRSTHDR(&m) : NULL;
	if (!c || c->cmsg_type != SCM_RIGHTS || c->cmsg_len != CMSG_LEN(sizeof fds))
		return false;
	memcpy(fds, CMSG_DATA(c), sizeof fds);
	raise_one(fds[0], fds[1], &l);
	return true;
}

static void let_go(void)
{
	for (size_t i = 0; i < nursery.n; i++)
		if (nursery.at[i + 2].revents & (POLLHUP | POLLERR)) {
			kill(nursery.pids[i], SIGKILL);
			close(nursery.at[i + 2].fd); /* nobody is left to be told */
			nursery.at[i + 2].fd = -1;
		}
}

_Noreturn void nursery_live(int control, const struct nursery_trade *trade, bool first)
{
	struct signalfd_siginfo info;

	if (first && prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0))
		_exit(1);
	prctl(PR_SET_NAME, "backstay-apart", 0, 0, 0);
	keep_only(control);
	set_signals();
	forget_environment();
	nursery.trade = trade;
	nursery.self = getpid();
	nursery.at[0] = (struct pollfd){CONTROL, POLLIN, 0};
	nursery.at[1] = (struct pollfd){DEATHS, POLLIN, 0};
	for (;;) {
		if (poll(nursery.at, nursery.n + 2, -1) < 0)
			continue;
		let_go();
		if (nursery.at[1].revents) {
			while (read(DEATHS, &info, sizeof info) > 0)
				;
			bury(WNOHANG);
		}
		if (nursery.at[0].revents && !hear())
			end();
	}
}
