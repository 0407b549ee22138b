/*
 * kill_at.so - preloaded, it counts the calls by which a process changes something outside itself,
 * and at one of them kills the process, or lets the call fail.
 *
 * KILL_AT=N      at the N-th call: SIGKILL
 * KILL_AFTER=1   after the call was made, not before
 * FAIL_KIND=K    calls of that kind (a word of `kinds`) fail instead,
 * FAIL_AT=N      the N-th of them, FAIL_ALL=1 and all that follow,
 * FAIL_ERRNO=E   with this errno (5: EIO)
 * KILL_STEP_FD=N stop at calls, and tell that socket: kill_at.h
 * KILL_LOG=PATH  is told how it ended: "KIND N" at a kill or a failure, and at the end "end TOTAL KIND=COUNT..."
 *
 * Writes to the standard streams count as nothing; so do those of child processes.
 */
#undef _FILE_OFFSET_BITS /* the calls of both widths are told apart here */
#undef _TIME_BITS
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#pragma GCC visibility push(default)
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>
#include "kill_at.h"

/* Of openat2, whose header may be too old to have it. */
struct how {
	unsigned long long flags, mode, resolve;
};

_Static_assert(KILL_AT_KINDS == 13, "kinds");
enum kind { WRITE, RENAME, UNLINK, SYNC, TRUNCATE, CREATE, MKDIR, LINK, MODE, ALLOCATE, OPEN, STAT, READ, KINDS };
static const char *const kinds[KINDS] = {"write", "rename", "unlink", "sync", "truncate", "create", "mkdir", "link", "mode",
	"allocate", "open", "stat", "read"};

static struct {
	pid_t me;
	long at, fail_at, count[KINDS], total;
	long next, half, bytes;
	int failed, after, fail_kind, fail_errno, fail_all, log, step;
} k = {.fail_kind = -1, .log = -1, .step = -1};

static long number(const char *name, long otherwise)
{
	const char *v = getenv(name);

	return v ? strtol(v, NULL, 10) : otherwise;
}

static void tell(const char *text, size_t n)
{
	if (k.log >= 0)
		(void)!syscall(SYS_write, k.log, text, n);
}

/* Tells, and waits for the answer. */
static void step(int what, int kind)
{
	struct kill_at_told t = {what, kind, k.total, k.bytes};
	struct kill_at_answer a = {0};

	if (syscall(SYS_sendto, k.step, &t, sizeof t, MSG_NOSIGNAL, NULL, 0) != (long)sizeof t || what == 2)
		return;
	if (syscall(SYS_recvfrom, k.step, &a, sizeof a, 0, NULL, NULL) != (long)sizeof a)
		_exit(99);
	k.next = a.next;
	k.half = a.half;
}

static void anew(int fd)
{
	k.me = getpid();
	k.step = fd;
	k.total = k.at = k.half = 0;
	memset(k.count, 0, sizeof k.count);
}

void kill_at_steps(int fd, long first)
{
	anew(fd);
	k.next = first;
}

void kill_at_done(void)
{
	step(2, 0);
	k.step = -1;
}

int kill_at_counts(long out[KILL_AT_KINDS])
{
	memcpy(out, k.count, sizeof k.count);
	return k.failed;
}

void kill_at_fails(int kind, long at, int error)
{
	anew(-1);
	k.failed = 0;
	k.next = -1;
	k.fail_kind = kind;
	k.fail_at = at;
	k.fail_errno = error;
}

const char *kill_at_kind(int kind)
{
	return kind >= 0 && kind < KINDS ? kinds[kind] : NULL;
}

/* Who steps a program keeps second names of its files. */
static void one_name(unsigned long *inode, unsigned long *links, unsigned mode)
{
	(void)inode;
	if (S_ISREG(mode) && *links > 1)
		*links = 1;
}

__attribute__((constructor)) static void begin(void)
{
	const char *kind = getenv("FAIL_KIND"), *log = getenv("KILL_LOG");

	k.me = getpid();
	k.step = (int)number("KILL_STEP_FD", -1);
	k.next = 1;
	if (k.step >= 0)
		kill_at_looks = one_name;
	k.at = number("KILL_AT", 0);
	k.after = (int)number("KILL_AFTER", 0);
	k.fail_at = number("FAIL_AT", 0);
	k.fail_all = (int)number("FAIL_ALL", 0);
	k.fail_errno = (int)number("FAIL_ERRNO", EIO);
	for (int i = 0; kind && i < KINDS; i++)
		if (!strcmp(kind, kinds[i]))
			k.fail_kind = i;
	if (log)
		k.log = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
}

__attribute__((destructor)) static void end(void)
{
	char text[512];
	int n;

	if (getpid() != k.me)
		return;
	if (k.step >= 0)
		step(2, 0);
	n = snprintf(text, sizeof text, "end %ld", k.total);
	for (int i = 0; i < KINDS; i++)
		n += snprintf(text + n, sizeof text - (size_t)n, " %s=%ld", kinds[i], k.count[i]);
	n += snprintf(text + n, sizeof text - (size_t)n, "\n");
	tell(text, (size_t)n);
}

static void die(enum kind kind)
{
	char text[64];
	int n = snprintf(text, sizeof text, "%s %ld\n", kinds[kind], k.total);

	tell(text, (size_t)n);
	kill(getpid(), SIGKILL);
	for (;;)
		pause();
}

/* true: the call is to fail, and errno says how. */
static int before(enum kind kind)
{
	int changes = kind < OPEN;
	long n;

	if (getpid() != k.me)
		return 0;
	n = __atomic_add_fetch(&k.count[kind], 1, __ATOMIC_SEQ_CST);
	if (changes)
		__atomic_add_fetch(&k.total, 1, __ATOMIC_SEQ_CST);
	if (changes && k.at && !k.after && k.total == k.at)
		die(kind);
	if (changes && k.step >= 0 && k.next > 0 && k.total >= k.next)
		step(0, (int)kind);
	if ((int)kind == k.fail_kind && (n == k.fail_at || (k.fail_all && n > k.fail_at))) {
		char text[64];

		k.failed = 1;
		tell(text, (size_t)snprintf(text, sizeof text, "%s %ld failed\n", kinds[kind], n));
		errno = k.fail_errno;
		return 1;
	}
	return 0;
}

static void after(enum kind kind)
{
	if (getpid() == k.me && kind < OPEN && k.at && k.after && k.total == k.at)
		die(kind);
}

#define REAL(name) \
	static __typeof__(name) *real; \
	if (!real) \
		real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

/* A call as libc has it: R NAME PARAMETERS with ARGUMENTS. */
#define WRAP(R, name, params, args, kind, when) \
	R name params \
	{ \
		REAL(name); \
		R r; \
		int e; \
		if (!(when)) \
			return real args; \
		if (before(kind)) \
			return (R)-1; \
		r = real args; \
		e = errno; \
		after(kind); \
		errno = e; \
		return r; \
	}

/* Half a write, as a kill may leave it, and then the rest. */
#define WRITES(name, params, args, half_args, rest_args) \
	ssize_t name params \
	{ \
		REAL(name); \
		ssize_t r, more; \
		size_t half; \
		int e; \
		if (fd <= 2) \
			return real args; \
		k.bytes = (long)n; \
		if (before(WRITE)) \
			return -1; \
		half = k.half > 0 && (size_t)k.half < n && getpid() == k.me ? (size_t)k.half : 0; \
		k.half = k.bytes = 0; \
		if (half) { \
			r = real half_args; \
			if (r != (ssize_t)half) \
				return r; \
			step(1, WRITE); \
			more = real rest_args; \
			return more < 0 ? r : r + more; \
		} \
		r = real args; \
		e = errno; \
		after(WRITE); \
		errno = e; \
		return r; \
	}
#define BYTES(b) ((const char *)(b))

WRITES(write, (int fd, const void *b, size_t n), (fd, b, n), (fd, b, half), (fd, BYTES(b) + half, n - half))
WRITES(pwrite, (int fd, const void *b, size_t n, off_t at), (fd, b, n, at), (fd, b, half, at), (fd, BYTES(b) + half, n - half, at + (off_t)half))
WRITES(pwrite64, (int fd, const void *b, size_t n, off64_t at), (fd, b, n, at), (fd, b, half, at),
	(fd, BYTES(b) + half, n - half, at + (off64_t)half))
WRAP(ssize_t, writev, (int fd, const struct iovec *v, int n), (fd, v, n), WRITE, fd > 2)
WRAP(int, rename, (const char *a, const char *b), (a, b), RENAME, 1)
WRAP(int, renameat, (int d, const char *a, int f, const char *b), (d, a, f, b), RENAME, 1)
WRAP(int, renameat2, (int d, const char *a, int f, const char *b, unsigned int flags), (d, a, f, b, flags), RENAME, 1)
WRAP(int, unlink, (const char *a), (a), UNLINK, 1)
WRAP(int, unlinkat, (int d, const char *a, int flags), (d, a, flags), UNLINK, 1)
WRAP(int, rmdir, (const char *a), (a), UNLINK, 1)
WRAP(int, fsync, (int fd), (fd), SYNC, 1)
WRAP(int, fdatasync, (int fd), (fd), SYNC, 1)
WRAP(int, ftruncate, (int fd, off_t n), (fd, n), TRUNCATE, 1)
WRAP(int, ftruncate64, (int fd, off64_t n), (fd, n), TRUNCATE, 1)
WRAP(int, truncate, (const char *a, off_t n), (a, n), TRUNCATE, 1)
WRAP(int, mkdir, (const char *a, mode_t m), (a, m), MKDIR, 1)
WRAP(int, mkdirat, (int d, const char *a, mode_t m), (d, a, m), MKDIR, 1)
WRAP(int, linkat, (int d, const char *a, int f, const char *b, int flags), (d, a, f, b, flags), LINK, 1)
WRAP(int, fchmod, (int fd, mode_t m), (fd, m), MODE, 1)
WRAP(int, fchown, (int fd, uid_t u, gid_t g), (fd, u, g), MODE, 1)
WRAP(int, mkostemp, (char *a, int flags), (a, flags), CREATE, 1)
WRAP(int, mkostemp64, (char *a, int flags), (a, flags), CREATE, 1)

/* In a program that works on copies of a world they look as what they were copied of. */
void (*kill_at_looks)(unsigned long *inode, unsigned long *links, unsigned mode);

#define STATS(name, params, args) \
	int name params \
	{ \
		REAL(name); \
		int r; \
		if (before(STAT)) \
			return -1; \
		r = real args; \
		if (!r && kill_at_looks) \
			kill_at_looks(&st->st_ino, &st->st_nlink, st->st_mode); \
		return r; \
	}

STATS(fstatat, (int d, const char *restrict a, struct stat *restrict st, int flags), (d, a, st, flags))
STATS(fstatat64, (int d, const char *restrict a, struct stat64 *restrict st, int flags), (d, a, st, flags))
STATS(stat, (const char *restrict a, struct stat *restrict st), (a, st))
STATS(stat64, (const char *restrict a, struct stat64 *restrict st), (a, st))
STATS(lstat, (const char *restrict a, struct stat *restrict st), (a, st))
STATS(lstat64, (const char *restrict a, struct stat64 *restrict st), (a, st))
STATS(fstat, (int fd, struct stat *st), (fd, st))
STATS(fstat64, (int fd, struct stat64 *st), (fd, st))
WRAP(ssize_t, read, (int fd, void *b, size_t n), (fd, b, n), READ, fd > 2)
WRAP(ssize_t, pread, (int fd, void *b, size_t n, off_t at), (fd, b, n, at), READ, 1)
WRAP(ssize_t, pread64, (int fd, void *b, size_t n, off64_t at), (fd, b, n, at), READ, 1)

/* These give the error back instead of setting errno. */
#define ALLOCATES(name, off) \
	int name(int fd, off at, off n) \
	{ \
		int r; \
		REAL(name); \
		if (before(ALLOCATE)) \
			return k.fail_errno; \
		r = real(fd, at, n); \
		after(ALLOCATE); \
		return r; \
	}

ALLOCATES(posix_fallocate, off_t)
ALLOCATES(posix_fallocate64, off64_t)

static mode_t mode_of(int flags, va_list v)
{
	return flags & (O_CREAT | __O_TMPFILE) ? va_arg(v, mode_t) : 0;
}

#define OPENS(name, params, last, args) \
	int name params \
	{ \
		REAL(name); \
		va_list v; \
		mode_t m; \
		enum kind kind = flags & O_CREAT ? CREATE : OPEN; \
		int r, e; \
		va_start(v, last); \
		m = mode_of(flags, v); \
		va_end(v); \
		if (before(kind)) \
			return -1; \
		r = real args; \
		e = errno; \
		after(kind); \
		errno = e; \
		return r; \
	}

OPENS(open, (const char *a, int flags, ...), flags, (a, flags, m))
OPENS(open64, (const char *a, int flags, ...), flags, (a, flags, m))
OPENS(openat, (int d, const char *a, int flags, ...), flags, (d, a, flags, m))
OPENS(openat64, (int d, const char *a, int flags, ...), flags, (d, a, flags, m))

int __open_2(const char *a, int flags);
int __open64_2(const char *a, int flags);
int __openat_2(int d, const char *a, int flags);
int __openat64_2(int d, const char *a, int flags);
WRAP(int, __open_2, (const char *a, int flags), (a, flags), OPEN, 1)
WRAP(int, __open64_2, (const char *a, int flags), (a, flags), OPEN, 1)
WRAP(int, __openat_2, (int d, const char *a, int flags), (d, a, flags), OPEN, 1)
WRAP(int, __openat64_2, (int d, const char *a, int flags), (d, a, flags), OPEN, 1)

/* Opening by openat2, which libc does not know. */
long syscall(long n, ...)
{
	long p[6];
	va_list v;

	static long (*real)(long, ...);
	if (!real)
		real = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
	va_start(v, n);
	for (int i = 0; i < 6; i++)
		p[i] = va_arg(v, long);
	va_end(v);
	if (n == SYS_openat2) {
		enum kind kind = ((const struct how *)p[2])->flags & O_CREAT ? CREATE : OPEN;
		long r;
		int e;

		if (before(kind))
			return -1;
		r = real(n, p[0], p[1], p[2], p[3], p[4], p[5]);
		e = errno;
		after(kind);
		errno = e;
		return r;
	}
	return real(n, p[0], p[1], p[2], p[3], p[4], p[5]);
}
