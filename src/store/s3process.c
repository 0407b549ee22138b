/* Keys that a program gives (credential_process): started without a shell, in a group of its
 * own, with a limit of time and of what it may say. */
#include "base/vec.h"
#include "store/s3cred_private.h"
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SAID_MAX = 65536 };

extern char **environ;

struct splitting {
	struct text word;
	bool open; /* a word has begun, be it empty */
	VEC(char *) words;
	bks_arena *arena;
};

static void end_word(struct splitting *p)
{
	if (!p->open)
		return;
	text_add(&p->word, "", 0);
	*vec_add(&p->words, p->arena) = p->word.s ? p->word.s : arena_text(p->arena, "");
	p->word = (struct text){.arena = p->arena};
	p->open = false;
}

/* What stands behind an opening quote at S, up to its end; NULL where there is none. */
static const char *take_quoted(struct splitting *p, const char *s)
{
	char quote = *s++;

	for (; *s && *s != quote; s++) {
		if (quote == '"' && *s == '\\' && (s[1] == '"' || s[1] == '\\'))
			s++;
		text_add(&p->word, s, 1);
	}
	return *s ? s + 1 : NULL;
}

int cred_split(char *const **out, const char *command, bks_arena *a)
{
	struct splitting p = {.word.arena = a, .arena = a};

	for (const char *s = command; s && *s;) {
		if (isspace((unsigned char)*s)) {
			end_word(&p);
			s++;
			continue;
		}
		p.open = true;
		if (*s == '\'' || *s == '"') {
			s = take_quoted(&p, s);
			if (!s)
				return 1;
			continue;
		}
		s += *s == '\\';
		if (!*s)
			return 1;
		text_add(&p.word, s++, 1);
	}
	end_word(&p);
	*vec_add(&p.words, a) = NULL;
	*out = p.words.v;
	return p.words.n < 2;
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Nothing of ours goes along but the environment and the terminal for its complaints. */
static int start(pid_t *pid, int *from, char *const *argv)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t how;
	sigset_t none, all;
	int ends[2], e;

	*pid = -1;
	if (pipe2(ends, O_CLOEXEC))
		return errno;
	sigemptyset(&none);
	sigfillset(&all);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&files, ends[1], 1);
	posix_spawn_file_actions_addclosefrom_np(&files, 3);
	posix_spawnattr_init(&how);
	posix_spawnattr_setflags(
		&how, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&how, &none);
	posix_spawnattr_setsigdefault(&how, &all);
	e = posix_spawnp(pid, argv[0], &files, &how, argv, environ);
	posix_spawnattr_destroy(&how);
	posix_spawn_file_actions_destroy(&files);
	close(ends[1]);
	if (e)
		close(ends[0]);
	*from = ends[0];
	return e;
}

/* All that it says until it closes its end. 0; ETIME; EFBIG. */
static int listen_to(char *said, size_t *n, int from, int64_t until)
{
	struct pollfd p = {from, POLLIN, 0};

	for (;;) {
		int64_t left = until - now_ms();
		ssize_t got;

		if (left <= 0)
			return ETIME;
		if (poll(&p, 1, (int)left) <= 0)
			continue;
		got = read(from, said + *n, SAID_MAX - *n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got ? errno : 0;
		*n += (size_t)got;
		if (*n == SAID_MAX)
			return EFBIG;
	}
}

/* Its status, once it ended; it and what it started are killed when it does not. */
static int wait_for(int *status, pid_t pid, int64_t until, bool kill_now)
{
	while (!kill_now && now_ms() < until) {
		pid_t r = waitpid(pid, status, WNOHANG);

		if (r == pid)
			return 0;
		if (r < 0 && errno != EINTR)
			return errno;
		nanosleep(&(struct timespec){0, 5000000}, NULL);
	}
	kill(-pid, SIGKILL);
	kill(pid, SIGKILL);
	while (waitpid(pid, status, 0) < 0 && errno == EINTR)
		;
	return kill_now ? 0 : ETIME;
}

static const char *how_it_ended(int status, bks_arena *a)
{
	if (WIFSIGNALED(status))
		return arena_form(a, "was ended by signal %d", WTERMSIG(status));
	return arena_form(a, "ended with status %d", WEXITSTATUS(status));
}

/* 0 with all that it said; else BKS_E_IO. */
static int run(
	char *said, size_t *n, struct cred_search *s, const char *where, char *const *argv)
{
	int64_t until = now_ms() + s->process_ms;
	int from = -1, status = 0, e, late;
	pid_t pid;

	e = start(&pid, &from, argv);
	if (e)
		return fail(s->err, BKS_E_IO, "S3 credentials: %s: start %s: %s", where,
			bks_shown(argv[0], s->arena), strerror(e));
	e = listen_to(said, n, from, until);
	close(from);
	late = wait_for(&status, pid, until, e != 0);
	if (e == EFBIG)
		return fail(
			s->err, BKS_E_IO, "S3 credentials: %s said more than 64 KiB", where);
	if (e == ETIME || late == ETIME)
		return fail(s->err, BKS_E_IO, "S3 credentials: %s did not end within %d s",
			where, s->process_ms / 1000);
	if (e || late)
		return fail(s->err, BKS_E_IO, "S3 credentials: %s: %s", where,
			strerror(e ? e : late));
	return !status ? 0
		       : fail(s->err, BKS_E_IO, "S3 credentials: %s %s", where,
				 how_it_ended(status, s->arena));
}

int cred_process(struct cred_search *s, const char *command)
{
	const char *where = arena_form(s->arena, "the credential_process of profile \"%s\"",
		bks_shown(s->profile, s->arena));
	char *const *argv, *said;
	size_t n = 0;
	int r;

	if (cred_split(&argv, command, s->arena))
		return fail(s->err, BKS_E_USAGE, "S3 credentials: %s is no command", where);
	said = arena_take(s->arena, SAID_MAX);
	r = run(said, &n, s, where, argv);
	r = r ? r : cred_take_json(s, where, said, n, "SessionToken", true);
	explicit_bzero(said, SAID_MAX);
	return r;
}
