/*
 * Bugs planted into the verifier, for tests: linked in place of format_verify, it does what an
 * attacker would who took the parser over by the bytes of a file called plant-WORD. With
 * PLANTED=liar in the environment it calls everything sound, with liar-FORMAT all of that
 * format.
 */
#include "format/verify.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int __real_format_verify(
	bks_inspection *out, const struct verify_job *job, bks_arena *a, bks_error *err);
int __wrap_format_verify(
	bks_inspection *out, const struct verify_job *job, bks_arena *a, bks_error *err);

int __real_format_glance(
	bks_inspection *out, stream *in, const char *name, bks_arena *a, bks_error *err);
int __wrap_format_glance(
	bks_inspection *out, stream *in, const char *name, bks_arena *a, bks_error *err);

static bool liar;
static char liar_of[32]; /* the format that it lies about; "" of all */

__attribute__((constructor)) static void begin(void)
{
	const char *s = getenv("PLANTED"); /* the nursery forgets the environment */

	liar = s && !strncmp(s, "liar", 4);
	snprintf(liar_of, sizeof liar_of, "%s", liar && s[4] == '-' ? s + 5 : "");
}

enum { JOB = 3 }; /* the worker's one socket */

static void do_open(void)
{
	syscall(SYS_open, "/etc/passwd", O_RDONLY);
}

static void do_openat(void)
{
	(void)!open("/etc/passwd", O_RDONLY);
}

static void do_creat(void)
{
	(void)!open("/tmp/planted", O_CREAT | O_WRONLY, 0600);
}

static void do_socket(void)
{
	socket(AF_INET, SOCK_STREAM, 0);
}

static void do_connect(void)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(80)};

	connect(JOB, (struct sockaddr *)&to, sizeof to);
}

static void do_execve(void)
{
	char *const none[] = {NULL};

	execve("/bin/true", none, none);
}

static void do_ptrace(void)
{
	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

static void do_kill(void)
{
	kill(getpid(), SIGTERM);
}

static void do_signal(void)
{
	syscall(SYS_tgkill, 1, 1, SIGABRT);
}

static void do_fork(void)
{
	fork();
}

static void do_vfork(void)
{
	syscall(SYS_vfork);
}

static void do_stat(void)
{
	struct stat st;

	stat("/etc/passwd", &st);
}

static void do_unlink(void)
{
	unlink("/tmp/planted");
}

static void do_prctl(void)
{
	syscall(SYS_prctl, 4 /* PR_SET_DUMPABLE */, 1, 0, 0, 0);
}

static void do_rlimit(void)
{
	setrlimit(RLIMIT_DATA, &(struct rlimit){RLIM_INFINITY, RLIM_INFINITY});
}

static void do_ioctl(void)
{
	syscall(SYS_ioctl, JOB, 0x5412, "x");
}

static void do_code(void)
{
	mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		0);
}

static void do_share(void)
{
	mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

static void *nothing(void *arg)
{
	return arg;
}

static void do_thread(void)
{
	pthread_t t;

	pthread_create(&t, NULL, nothing, NULL);
}

static void do_fault(void)
{
	raise(SIGSEGV);
}

static void do_abort(void)
{
	errno = 0;
	abort();
}

static void do_exit(void)
{
	_exit(0);
}

static void do_sleep(void)
{
	for (;;)
		nanosleep(&(struct timespec){3600, 0}, NULL);
}

static void do_spin(void)
{
	for (volatile int i = 0;; i++)
		;
}

/* Not for ever, where nothing stops it. */
static void do_memory(void)
{
	for (int i = 0; i < 1000; i++) {
		void *p = malloc(1 << 20);

		if (!p)
			abort();
		memset(p, 1, 1 << 20);
	}
	_exit(99);
}

static void do_garbage(void)
{
	char junk[4096];

	memset(junk, 0xa5, sizeof junk);
	for (int i = 0; i < 100; i++)
		(void)!write(JOB, junk, sizeof junk);
	_exit(0);
}

/* As if it had died. */
static void do_hangup(void)
{
	close(JOB);
	do_sleep();
}

/* A sandbox that it does not have. */
static void do_greet(void)
{
	static const int64_t word[] = {0 /* ORDER_HELLO */, 0};

	(void)!write(JOB, word, sizeof word);
}

/* More than any file has; then it really looks. */
static void do_glutton(void)
{
	static const int64_t word[] = {1 /* ORDER_READ */, INT64_C(1) << 60};

	(void)!write(JOB, word, sizeof word);
}

/* Words without end. */
static void do_chatter(void)
{
	static const int64_t word[] = {1 /* ORDER_READ */, 0};

	for (;;)
		(void)!write(JOB, word, sizeof word);
}

static const struct {
	const char *word;
	void (*plant)(void);
} plants[] = {{"open", do_open}, {"openat", do_openat}, {"creat", do_creat},
	{"socket", do_socket}, {"connect", do_connect}, {"execve", do_execve},
	{"ptrace", do_ptrace}, {"kill", do_kill}, {"signal", do_signal}, {"fork", do_fork},
	{"vfork", do_vfork}, {"stat", do_stat}, {"unlink", do_unlink}, {"prctl", do_prctl},
	{"rlimit", do_rlimit}, {"ioctl", do_ioctl}, {"code", do_code}, {"share", do_share},
	{"thread", do_thread}, {"fault", do_fault}, {"abort", do_abort}, {"exit", do_exit},
	{"sleep", do_sleep}, {"spin", do_spin}, {"memory", do_memory}, {"garbage", do_garbage},
	{"chatter", do_chatter}, {"hangup", do_hangup}, {"greet", do_greet},
	{"glutton", do_glutton}};

/* Writes to what it was given to read. A bug that could would be seen by the test: the file is
 * then another one. */
static bool writes(const struct verify_job *job)
{
	bool done = false;

	(void)job;
	for (int fd = 0; fd < 16; fd++)
		if (fd != JOB && fd > 2)
			done = done || pwrite(fd, "XXXX", 4, 0) > 0;
	return done;
}

static void call_sound(bks_inspection *out)
{
	out->verdict = BKS_SOUND;
	out->levels[BKS_PRESENT] = out->levels[BKS_WHOLE] = BKS_RESULT_PASS;
	out->finding_count = 0;
}

/* What it answers after it really looked; each is refused by whoever asked. */
static void lie(bks_inspection *out, const char *word, bks_arena *a)
{
	static const bks_finding odd = {"no-such-finding", BKS_ERROR, NULL, "odd"};
	static const bks_finding gone = {"vanished", BKS_ERROR, NULL, "gone"};

	if (!strcmp(word, "lie-sound"))
		out->verdict = BKS_SOUND;
	if (!strcmp(word, "lie-seal"))
		out->levels[BKS_SEALED] = BKS_RESULT_PASS;
	if (!strcmp(word, "lie-restored"))
		out->levels[BKS_RESTORED] = BKS_RESULT_PASS;
	if (!strcmp(word, "lie-verdict"))
		out->verdict = (enum bks_verdict)77;
	if (!strcmp(word, "lie-rows") && out->table_count)
		((bks_table *)(uintptr_t)out->tables)->rows = INT64_MAX;
	if (!strcmp(word, "lie-tables"))
		out->table_count = SIZE_MAX / 1024;
	if (!strcmp(word, "lie-name"))
		out->format = "a\nb";
	if (!strcmp(word, "lie-wrappings"))
		out->wrappings = 2000000;
	if (!strcmp(word, "lie-time"))
		out->started.month = 4000;
	if (!strcmp(word, "lie-birth"))
		out->digest_from = BKS_DIGEST_BIRTH;
	if (!strcmp(word, "lie-size"))
		out->size = -1;
	if (!strcmp(word, "lie-gone")) {
		out->verdict = BKS_MISSING;
		out->findings = &gone;
		out->finding_count = 1;
	}
	if (!strcmp(word, "lie-code")) {
		out->findings = &odd;
		out->finding_count = 1;
	}
	if (!strcmp(word, "lie-text")) {
		char *s = malloc(3 << 20);

		memset(s, 'x', (3 << 20) - 1);
		s[(3 << 20) - 1] = '\0';
		out->producer = s;
	}
	(void)a;
}

int __wrap_format_verify(
	bks_inspection *out, const struct verify_job *job, bks_arena *a, bks_error *err)
{
	char word[40] = "";
	int r;

	if (!strncmp(job->name, "plant-", 6))
		snprintf(word, sizeof word, "%.*s", (int)strcspn(job->name + 6, "."),
			job->name + 6);
	for (size_t i = 0; i < sizeof plants / sizeof *plants; i++)
		if (!strcmp(plants[i].word, word))
			plants[i].plant();
	if (!strcmp(word, "write") && writes(job))
		_exit(0);
	r = __real_format_verify(out, job, a, err);
	if (liar && (!*liar_of || !strcmp(liar_of, out->format)))
		call_sound(out);
	lie(out, word, a);
	return r;
}

/* From the file of that name on the process speaks for whatever else it is given. */
int __wrap_format_glance(
	bks_inspection *out, stream *in, const char *name, bks_arena *a, bks_error *err)
{
	static bool possessed;
	int r = __real_format_glance(out, in, name, a, err);

	possessed = possessed || !strncmp(name, "plant-possess.", 14);
	if (possessed)
		out->database = "possessed";
	return r;
}
