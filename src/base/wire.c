/* A socket's bytes, buffered; descriptors travel with the message that was being put. */
#include "base/wire.h"
#include "base/text.h"
#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

union room {
	char bytes[CMSG_SPACE(WIRE_FDS * sizeof(int))];
	struct cmsghdr align;
};

void wire_init(struct wire *w, int fd, bool takes_fds)
{
	memset(w, 0, offsetof(struct wire, in));
	w->fd = fd;
	w->takes_fds = takes_fds;
	w->budget = UINT64_MAX;
}

void wire_clear(struct wire *w)
{
	while (w->fd_n)
		close(w->fds[--w->fd_n]);
}

int wire_bad(struct wire *w, const char *why)
{
	if (w->state == WIRE_FINE) {
		w->state = WIRE_BAD;
		w->why = why;
	}
	return -1;
}

/* Whether to try again after a call that gave -1. */
static bool again(struct wire *w)
{
	if (errno == EINTR)
		return true;
	if (errno != EAGAIN || !w->wait) {
		w->state = WIRE_CLOSED;
		return false;
	}
	if (!w->wait(w->arg))
		return true;
	w->state = WIRE_STOPPED;
	return false;
}

static void put_fds(struct msghdr *m, union room *room, const int *fds, size_t n)
{
	size_t size = n * sizeof *fds;

	if (!n)
		return;
	m->msg_control = room->bytes;
	m->msg_controllen = CMSG_SPACE(size);
	*CMSG_FIRSTHDR(m) = (struct cmsghdr){
		.cmsg_len = CMSG_LEN(size), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
	memcpy(CMSG_DATA(CMSG_FIRSTHDR(m)), fds, size);
}

void wire_flush(struct wire *w, const int *fds, size_t n)
{
	size_t at = 0;

	while (at < w->out_n && w->state == WIRE_FINE) {
		union room room = {{0}};
		struct iovec iov = {w->out + at, w->out_n - at};
		struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1};
		ssize_t sent;

		put_fds(&m, &room, fds, n);
		sent = sendmsg(w->fd, &m, MSG_NOSIGNAL);
		if (sent < 0 && !again(w))
			break;
		if (sent > 0) {
			at += (size_t)sent;
			n = 0;
		}
	}
	w->out_n = 0;
}

static void keep_fds(struct wire *w, struct msghdr *m)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		int fds[sizeof(union room) / sizeof(int)];
		size_t n;

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		memcpy(fds, CMSG_DATA(c), n * sizeof(int));
		for (size_t i = 0; i < n; i++)
			if (w->fd_n < WIRE_FDS) {
				w->fds[w->fd_n++] = fds[i];
			} else {
				close(fds[i]);
				wire_bad(w, "it sent descriptors that nobody wants");
			}
	}
}

/* A short answer is nearly there: to sleep and be woken would take longer than it does. */
static ssize_t hear(const struct wire *w, struct msghdr *m)
{
	struct msghdr first = *m;
	ssize_t n;

	for (int i = 0; i < w->eager; i++) {
		n = recvmsg(w->fd, m, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
		if (n >= 0 || errno != EAGAIN)
			return n;
		*m = first;
		sched_yield();
	}
	return recvmsg(w->fd, m, MSG_CMSG_CLOEXEC);
}

/* Makes at least one byte ready. */
static bool fill(struct wire *w)
{
	union room room;
	ssize_t n;

	while (w->in_at == w->in_n && w->state == WIRE_FINE) {
		struct iovec iov = {w->in, sizeof w->in};
		struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1};

		if (w->takes_fds) {
			m.msg_control = room.bytes;
			m.msg_controllen = sizeof room.bytes;
		}
		n = hear(w, &m);
		if (n < 0) {
			again(w);
			continue;
		}
		if (m.msg_flags & MSG_CTRUNC)
			wire_bad(w, "it sent descriptors that nobody wants");
		keep_fds(w, &m);
		w->in_at = 0;
		w->in_n = (size_t)n;
		if (!n)
			w->state = WIRE_CLOSED;
	}
	return w->state == WIRE_FINE;
}

void wire_put_bytes(struct wire *w, const void *p, size_t n)
{
	const uint8_t *from = p;

	while (n && w->state == WIRE_FINE) {
		size_t k;

		/* not before there is more, so that something is left for a descriptor to go
		 * with */
		if (w->out_n == sizeof w->out)
			wire_flush(w, NULL, 0);
		k = sizeof w->out - w->out_n;
		k = n < k ? n : k;
		memcpy(w->out + w->out_n, from, k);
		w->out_n += k;
		from += k;
		n -= k;
	}
}

void wire_put_number(struct wire *w, int64_t v)
{
	wire_put_bytes(w, &v, sizeof v);
}

void wire_put_text(struct wire *w, const char *s)
{
	size_t n = s ? strlen(s) : 0;

	wire_put_number(w, s ? (int64_t)n : -1);
	wire_put_bytes(w, s ? s : "", n);
}

void wire_take_bytes(struct wire *w, void *p, size_t n)
{
	uint8_t *to = p;

	memset(p, 0, n);
	if (n > w->budget) {
		wire_bad(w, "it said more than an answer may hold");
		return;
	}
	w->budget -= n;
	while (n && fill(w)) {
		size_t k = w->in_n - w->in_at;

		k = n < k ? n : k;
		memcpy(to, w->in + w->in_at, k);
		w->in_at += k;
		to += k;
		n -= k;
	}
}

int64_t wire_take_number(struct wire *w)
{
	int64_t v;

	wire_take_bytes(w, &v, sizeof v);
	return w->state == WIRE_FINE ? v : 0;
}

int64_t wire_take_within(struct wire *w, int64_t least, int64_t most, const char *why)
{
	int64_t v = wire_take_number(w);

	if (w->state != WIRE_FINE)
		return least;
	if (v >= least && v <= most)
		return v;
	wire_bad(w, why);
	return least;
}

const char *wire_take_text(struct wire *w, size_t most, bks_arena *a)
{
	int64_t n = wire_take_within(w, -1, (int64_t)most, "a text is longer than it may be");
	char *s;

	if (w->state != WIRE_FINE)
		return "";
	if (n < 0)
		return NULL;
	if ((uint64_t)n > w->budget) {
		wire_bad(w, "it said more than an answer may hold");
		return "";
	}
	s = arena_take(a, (size_t)n + 1);
	wire_take_bytes(w, s, (size_t)n);
	if (w->state == WIRE_FINE && memchr(s, 0, (size_t)n))
		wire_bad(w, "a text holds a NUL");
	return w->state == WIRE_FINE ? s : "";
}

int wire_take_fd(struct wire *w)
{
	int fd;

	if (!w->fd_n)
		return -1;
	fd = w->fds[0];
	w->fds[0] = w->fds[1];
	w->fd_n--;
	return fd;
}
