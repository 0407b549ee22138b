/* places.h - folders for the tests of the file store: made, filled, and taken away again */
#pragma once
#include "store/store.h"
#include "unit.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* A new folder that any user may enter; the caller gives it to place_drop. */
static inline char *place_new(void)
{
	char *dir = strdup("/tmp/backstay-store-XXXXXX");

	assert_non_null(mkdtemp(dir));
	assert_int_equal(chmod(dir, 0755), 0);
	return dir;
}

static inline void place_drop(char *dir)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		execlp("rm", "rm", "-rf", dir, (char *)NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	free(dir);
}

static inline const char *in(const char *dir, const char *name)
{
	static char path[4][4096];
	static int turn;
	char *p = path[turn++ & 3];

	snprintf(p, sizeof path[0], "%s/%s", dir, name);
	return p;
}

static inline void file_new(const char *dir, const char *name, const char *text)
{
	int fd = open(in(dir, name), O_WRONLY | O_CREAT | O_TRUNC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static inline void folder_new(const char *dir, const char *name)
{
	assert_int_equal(mkdir(in(dir, name), 0755), 0);
}

static inline store *store_at(const char *dir)
{
	bks_error e = {0};
	store *s = NULL;

	if (store_open(&s, dir, &e) != 0)
		fail_msg("%s", e.text);
	return s;
}

/* What a walk showed: one line an entry, kind letter, path, error, in no order. */
struct seen {
	char text[16384];
	int n[5];
};

static inline int see(void *arg, const struct store_entry *e)
{
	struct seen *v = arg;
	size_t at = strlen(v->text);

	v->n[e->kind]++;
	snprintf(v->text + at, sizeof v->text - at, "%c %s%s%s\n", "fslud"[e->kind], e -> path,
		e -> error ? ": " : "", e->error ? e->error : "");
	return 0;
}

static inline bool saw(const struct seen *v, const char *line)
{
	size_t n = strlen(line);

	for (const char *p = v->text; *p; p = strchr(p, '\n') + 1)
		if (!strncmp(p, line, n) && p[n] == '\n')
			return true;
	return false;
}

/* How many descriptors this process has open. */
static inline int descriptors(void)
{
	int n = 0;

	for (int fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static inline void walk_all(struct seen *v, store *s)
{
	bks_error e = {0};

	*v = (struct seen){0};
	if (store_walk(s, see, v, &e) != 0)
		fail_msg("%s", e.text);
}

/*
 * Runs BODY(dir) in a process of its own as the user nobody (65534), so that permissions mean
 * something; its failed assertions end it. As somebody who is not root already it just runs.
 */
static inline void as_nobody(void (*body)(const char *dir), const char *dir)
{
	pid_t child;
	int status;

	if (geteuid() != 0) {
		body(dir);
		return;
	}
	child = fork();
	if (child == 0) {
		if (setgid(65534) != 0 || setuid(65534) != 0)
			_exit(126);
		signal(SIGABRT, SIG_DFL);
		body(dir);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}
/* In BODY, where cmocka's own assertions would jump into the parent's frames. */
#define must(that)                                                                             \
	do {                                                                                   \
		if (!(that)) {                                                                 \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #that);     \
			_exit(1);                                                              \
		}                                                                              \
	} while (0)
