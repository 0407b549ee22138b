/* out.c - who is told what: the answer on stdout, everything else on stderr */
#include "out.h"
#include "progress.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool out_is_terminal(void)
{
	return isatty(STDOUT_FILENO);
}

bool out_colour(void)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
	return out_is_terminal() && !(no && *no) && term && strcmp(term, "dumb");
}

bool out_text(const struct call *c)
{
	return !c->json && !c->quiet;
}

void say(const struct call *c, const char *fmt, ...)
{
	if (!out_text(c))
		return;
	progress_clear();
	va_list ap;
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
}

static void line(const char *who, const char *fmt, va_list ap) PRINTF(2, 0);
static void line(const char *who, const char *fmt, va_list ap)
{
	progress_clear();
	fprintf(stderr, "backstay%s%s: ", *who ? " " : "", who);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
}

static const char *name_of(const struct call *c)
{
	return c->command ? c->command->name : "";
}

void tell(const struct call *c, const char *fmt, ...)
{
	if (!out_text(c))
		return;
	va_list ap;
	va_start(ap, fmt);
	line(name_of(c), fmt, ap);
	va_end(ap);
}

void complain(struct call *c, const char *fmt, ...)
{
	if (c->json)
		return;
	c->complained = true;
	va_list ap;
	va_start(ap, fmt);
	line(name_of(c), fmt, ap);
	va_end(ap);
}

void trouble(struct call *c, const char *fmt, ...)
{
	if (c->json || !c->quiet)
		return;
	c->complained = true;
	va_list ap;
	va_start(ap, fmt);
	line(name_of(c), fmt, ap);
	va_end(ap);
}

const char *shown(const struct call *c, const char *name)
{
	return bks_shown(name, c->arena);
}

const char *time_shown(bks_time t)
{
	/* people want no millionths of a second */
	int64_t part = t == BKS_TIME_NONE ? 0 : (t % BKS_SECOND + BKS_SECOND) % BKS_SECOND;
	return bks_time_text(take(BKS_TIME_TEXT), t - part);
}

const char *duration_shown(int64_t us)
{
	return us < 0 ? "-" : bks_duration_text(take(BKS_DURATION_TEXT), us);
}

const char *size_shown(int64_t bytes)
{
	return bks_size_text(take(BKS_SIZE_TEXT), bytes);
}

const char *count_shown(int64_t n, const char *one, const char *many)
{
	return said("%lld %s", (long long)n, n == 1 ? one : many);
}

const char *joined(const char *const *words, size_t n)
{
	const char *all = n ? words[0] : "-";
	for (size_t i = 1; i < n; i++)
		all = said("%s, %s", all, words[i]);
	return all;
}

const char *verdict_colour(enum bks_verdict v)
{
	if (!out_colour())
		return "";
	switch (v) {
	case BKS_SOUND:
		return "\033[32m";
	case BKS_DAMAGED:
	case BKS_INCOMPLETE:
	case BKS_MISSING:
		return "\033[31m";
	case BKS_UNKNOWN:
	case BKS_UNPROVEN:
	case BKS_UNREADABLE:
	case BKS_UNSUPPORTED:
	case BKS_VERDICT_COUNT:
		break;
	}
	return "\033[33m";
}

const char *colour_bad(void)
{
	return verdict_colour(BKS_DAMAGED);
}

const char *colour_off(void)
{
	return out_colour() ? "\033[0m" : "";
}
