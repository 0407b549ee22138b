/* backstay.c - finds the command, opens what it needs, runs it, ends with its status */
#include "backstay/start.h"
#include "help.h"
#include "out.h"
#include "progress.h"
#include "status.h"
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int fails(struct call *c, int code, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	c->err.code = code;
	vsnprintf(c->err.text, sizeof c->err.text, fmt, ap);
	va_end(ap);
	return code;
}

int no_match(struct call *c, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(c->err.text, sizeof c->err.text, fmt, ap);
	va_end(ap);
	c->err.code = 0;
	c->err_told = true;
	c->end.nothing = true;
	return 0;
}

int partly(struct call *c, int r, bool some)
{
	if (!some || r >= 0)
		return r;
	ending_add(&c->end, r);
	c->end.usage = false;
	c->end.unfinished = true;
	c->err.code = r;
	c->err_told = true;
	return 0;
}

/*
 * A standard descriptor that is closed would be given to the next file that is opened: the
 * catalog must never be that one. Its stand-in cannot be written, so that an answer that nobody
 * gets is noticed.
 */
static void hold_standard_descriptors(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
			(void)!open("/dev/null", fd == 2 ? O_WRONLY : O_RDONLY);
}

/* Before anything is parsed: whether even a usage error has to be JSON. */
static bool wants_json(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--"); i++)
		if (!strcmp(argv[i], "--json"))
			return true;
	return false;
}

static int find_catalog(struct call *c)
{
	int r = bks_settings_read(&c->settings, opt_text(c, "config"), c->arena, &c->err);
	if (r < 0)
		return r;
	c->catalog_path =
		bks_catalog_path(&c->looked, opt_text(c, "catalog"), c->settings, c->arena);
	c->catalog_was_there =
		access(c->catalog_path, F_OK) == 0 || (errno != ENOENT && errno != ENOTDIR);
	return 0;
}

static int open_catalog(struct call *c)
{
	static const enum bks_open_mode modes[] = {[NEED_READ] = BKS_OPEN_READ,
		[NEED_READ_LOOK] = BKS_OPEN_READ,
		[NEED_WRITE] = BKS_OPEN_WRITE,
		[NEED_MAKE] = BKS_OPEN_MAKE};
	enum need needs = c->command->needs;
	if (!c->catalog_was_there && needs != NEED_MAKE)
		return fails(c, BKS_E_USAGE,
			"there is no catalog; looked at %s; `backstay init` makes one",
			c->looked);
	return bks_catalog_open(&c->cat, c->catalog_path, modes[needs], c->settings,
		opt_given(c, "wait") ? opt_duration(c, "wait") : BKS_MINUTE, &c->err);
}

/* Whoever only asks the catalog needs no second process. */
static bool looks(const struct command *command)
{
	return command->needs != NEED_NOTHING && command->needs != NEED_SETTINGS &&
	       command->needs != NEED_READ;
}

static int prepare(struct call *c)
{
	int r = looks(c->command) ? bks_start(&c->err) : 0;
	if (r || c->command->needs == NEED_NOTHING || c->command->needs == NEED_LOOK)
		return r;
	r = find_catalog(c);
	if (!r && c->command->needs == NEED_SETTINGS && !c->catalog_was_there)
		r = fails(c, BKS_E_USAGE, "there is no catalog; looked at %s", c->looked);
	if (!r && c->command->needs != NEED_SETTINGS && c->command->needs != NEED_MAKE_LATER)
		r = open_catalog(c);
	return r;
}

static int run(struct call *c, int argc, char **argv)
{
	c->now = bks_clock_now();
	int r = options_read(c, argc, argv);
	if (!r && c->version)
		return version_say(c);
	if (!r && c->help)
		return help_say(c);
	if (!r)
		r = opt_time(&c->now, c, "now", NULL);
	if (!r)
		r = prepare(c);
	if (!r)
		r = c->command->run(c);
	return r;
}

/* A catalog that was made for a command which then did nothing would answer later questions
 * with "nothing", a lie. */
static void unmake(const struct call *c, int r)
{
	if (r != BKS_E_USAGE || !c->catalog_path || c->catalog_was_there ||
		(c->command->needs != NEED_MAKE &&
			(c->command->needs != NEED_MAKE_LATER || !c->cat)))
		return;
	unlink(c->catalog_path);
	unlink(said("%s-journal", c->catalog_path));
}

/* Each file wants a few blocks of 256 KiB and gives them back; of ten thousand small ones a
 * third of the time went into asking the kernel for them anew. */
static void keep_freed_blocks(void)
{
#ifdef __GLIBC__
	mallopt(M_MMAP_THRESHOLD, 1 << 20);
	mallopt(M_TRIM_THRESHOLD, 4 << 20);
#endif
}

int main(int argc, char **argv)
{
	keep_freed_blocks();
	hold_standard_descriptors();
	signal(SIGPIPE, SIG_IGN);
	int status = EXIT_UNFINISHED;
	struct call c = {.arena = bks_arena_new(), .json = wants_json(argc, argv)};
	int r = run(&c, argc, argv);
	bks_stop();
	progress_clear();
	bks_catalog_close(c.cat);
	unmake(&c, r);
	status = finish(&c, r);
	bks_json_free(c.doc);
	bks_arena_free(c.arena);
	take_free();
	return status;
}
