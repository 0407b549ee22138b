/*
 * The only home of libseccomp and of Landlock's system calls. The list is compiled once, in the
 * process that forks the workers, so that a worker only loads it: one placeholder in it is
 * filled in with the worker's own id, since abort() signals the process that calls it.
 */
#include "base/sandbox.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <sched.h>
#include <seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_restrict_self 446
#endif

#if defined __SANITIZE_ADDRESS__
#define WATCHED 1
#elif defined __has_feature
#if __has_feature(address_sanitizer)
#define WATCHED 1
#endif
#endif
#ifndef WATCHED
#define WATCHED 0
#endif

enum { SELF = 0x5eccb0b, FILES = 64, PER_THREAD = 4 };

/* Alone, and with threads. */
static struct sock_fprog lists[2];
static int shared;

bool sandbox_is_watched(void)
{
	return WATCHED;
}

int sandbox_landlock(void)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, (size_t)0, 1U);

	return abi < 0 ? 0 : (int)abi;
}

/* All rights that the kernel knows are handled, and none is given: of files, of TCP from
 * version 4 on, of abstract sockets and signals to others from version 6 on. */
static int take_files(void)
{
	static const int fs_bits[] = {0, 13, 14, 15, 15, 16};
	struct {
		uint64_t fs, net, scoped;
	} rules = {0};
	int abi = sandbox_landlock(), fd, r;
	size_t size = abi < 4 ? 8 : abi < 6 ? 16 : 24;

	if (!abi)
		return 0;
	rules.fs = (UINT64_C(1) << fs_bits[abi < 5 ? abi : 5]) - 1;
	rules.net = abi < 4 ? 0 : 3;
	rules.scoped = abi < 6 ? 0 : 3;
	fd = (int)syscall(SYS_landlock_create_ruleset, &rules, size, 0U);
	if (fd < 0)
		return -1;
	r = (int)syscall(SYS_landlock_restrict_self, fd, 0U);
	close(fd);
	return r < 0 ? -1 : SANDBOX_LANDLOCK;
}

static int take_privileges(void)
{
	struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct none[2] = {{0, 0, 0}, {0, 0, 0}};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) ||
		syscall(SYS_capset, &head, none))
		return -1;
	return SANDBOX_PRIVILEGES;
}

static int allow_plain(scmp_filter_ctx c)
{
	static const int calls[] = {/* what it holds */
		SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(pread64), SCMP_SYS(preadv),
		SCMP_SYS(lseek), SCMP_SYS(fstat), SCMP_SYS(fadvise64), SCMP_SYS(close),
		SCMP_SYS(write), SCMP_SYS(pwrite64), SCMP_SYS(sendmsg), SCMP_SYS(recvmsg),
		/* memory and threads */
		SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise),
		SCMP_SYS(futex), SCMP_SYS(set_robust_list), SCMP_SYS(rseq),
		SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity), SCMP_SYS(gettid),
		SCMP_SYS(getpid), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigaction),
		SCMP_SYS(rt_sigreturn), SCMP_SYS(restart_syscall), SCMP_SYS(getrandom),
		/* clocks, where the kernel's page does not answer; the end */
		SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday), SCMP_SYS(clock_nanosleep),
		SCMP_SYS(nanosleep), SCMP_SYS(exit), SCMP_SYS(exit_group)};
	int r = 0;

	for (size_t i = 0; i < sizeof calls / sizeof *calls && !r; i++)
		r = seccomp_rule_add(c, SCMP_ACT_ALLOW, calls[i], 0);
	return r;
}

/* No memory is shared with anybody or executed, and no process but itself is signalled. */
static int allow_some(scmp_filter_ctx c)
{
	int r = seccomp_rule_add(c, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2,
		SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
		SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_SHARED, 0));

	if (!r)
		r = seccomp_rule_add(c, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
			SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	if (!r)
		r = seccomp_rule_add(
			c, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, SCMP_A0(SCMP_CMP_EQ, SELF, 0));
	if (!r)
		r = seccomp_rule_add(c, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1,
			SCMP_A1(SCMP_CMP_EQ, F_GETFL, 0));
	return r;
}

/* glibc asks clone3 first, whose flags no list can see, and falls back to clone. */
static int allow_threads(scmp_filter_ctx c)
{
	int r = seccomp_rule_add(c, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);

	if (!r)
		r = seccomp_rule_add(c, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
			SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
	return r;
}

/* AddressSanitizer's runtime gives each thread a stack for signals, and names what it maps. */
static int allow_watching(scmp_filter_ctx c)
{
	static const int calls[] = {SCMP_SYS(sigaltstack), SCMP_SYS(getrusage)};
	int r = seccomp_rule_add(
		c, SCMP_ACT_ALLOW, SCMP_SYS(prctl), 1, SCMP_A0(SCMP_CMP_EQ, PR_SET_VMA, 0));

	for (size_t i = 0; WATCHED && i < sizeof calls / sizeof *calls && !r; i++)
		r = seccomp_rule_add(c, SCMP_ACT_ALLOW, calls[i], 0);
	return r;
}

/* The compiled list, out of the file that libseccomp writes it to. */
static int export(struct sock_fprog *out, scmp_filter_ctx c)
{
	int fd = memfd_create("list", MFD_CLOEXEC), r = -1;
	off_t n = fd < 0 || seccomp_export_bpf(c, fd) ? -1 : lseek(fd, 0, SEEK_END);

	if (n > 0 && n / (off_t)sizeof(struct sock_filter) <= BPF_MAXINSNS) {
		out->len = (unsigned short)(n / (off_t)sizeof(struct sock_filter));
		out->filter = malloc((size_t)n);
		r = out->filter && pread(fd, out->filter, (size_t)n, 0) == n ? 0 : -1;
	}
	if (fd >= 0)
		close(fd);
	return r;
}

static int compile(struct sock_fprog *out, bool threads)
{
	scmp_filter_ctx c = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int r = c ? seccomp_attr_set(c, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) : -1;

	if (!r)
		r = allow_plain(c);
	if (!r)
		r = allow_some(c);
	if (!r && threads)
		r = allow_threads(c);
	if (!r && WATCHED)
		r = allow_watching(c);
	if (!r)
		r = export(out, c);
	if (c)
		seccomp_release(c);
	return r;
}

/* Whether the kernel filters system calls at all: it then knows this action. */
static bool has_seccomp(void)
{
	uint32_t action = SCMP_ACT_KILL_PROCESS;

	return syscall(SYS_seccomp, 2U, 0U, &action) == 0;
}

int sandbox_share(bks_error *err)
{
	int files, privileges;

	if (shared)
		return shared;
	if (has_seccomp() && (compile(&lists[0], false) || compile(&lists[1], true)))
		return fail(err, BKS_E_IO, "the list of system calls could not be made");
	privileges = take_privileges();
	if (privileges < 0)
		return fail(err, BKS_E_IO, "privileges: %s", strerror(errno));
	files = take_files();
	if (files < 0)
		return fail(err, BKS_E_IO, "landlock: %s", strerror(errno));
	shared = files | privileges;
	return shared;
}

static int limit(__rlimit_resource_t what, uint64_t most)
{
	struct rlimit now;

	if (getrlimit(what, &now))
		return -1;
	if (now.rlim_max < most)
		most = now.rlim_max;
	return setrlimit(what, &(struct rlimit){most, most});
}

static int put_limits(const struct sandbox_limits *l)
{
	int bits = SANDBOX_LIMITS;

	if (limit(RLIMIT_CORE, 0) || limit(RLIMIT_FSIZE, (uint64_t)l->scratch) ||
		limit(RLIMIT_NOFILE, FILES + PER_THREAD * (uint64_t)l->threads) ||
		(l->threads == 1 && limit(RLIMIT_NPROC, 0)))
		return -1;
	if (WATCHED)
		return bits;
	/* of the address space as much again: what is only reserved, and the libraries */
	if (limit(RLIMIT_DATA, (uint64_t)l->memory) ||
		limit(RLIMIT_AS, 2 * (uint64_t)l->memory + ((uint64_t)l->threads << 28)))
		return -1;
	return bits | SANDBOX_MEMORY;
}

/* The placeholder becomes this process. */
static void fill_in(struct sock_fprog *list, uint32_t self)
{
	for (unsigned i = 0; i < list->len; i++)
		if (list->filter[i].code == (BPF_JMP | BPF_JEQ | BPF_K) &&
			list->filter[i].k == SELF)
			list->filter[i].k = self;
}

int sandbox_enter(const struct sandbox_limits *l)
{
	struct sock_fprog *list = &lists[l->threads > 1];
	int bits = put_limits(l);

	if (bits < 0 || !shared)
		return -1;
	bits |= shared;
	if (!list->len)
		return bits;
	fill_in(list, (uint32_t)getpid());
	if (syscall(SYS_seccomp, 1U, 0U, list))
		return -1;
	return bits | SANDBOX_SECCOMP;
}
