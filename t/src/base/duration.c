/* Lengths of time: one number and one unit in, the largest one or two units out. */
#include "backstay/time.h"
#include "base/usage.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Far beyond any use, and small enough that adding one to any time of the years 1 to 9999
 * cannot overflow. */
#define DURATION_MAX (BKS_DAY * 365 * 10000)

static const struct {
	const char *word;
	int64_t us;
} units[] = {{"s", BKS_SECOND}, {"m", BKS_MINUTE}, {"h", BKS_HOUR}, {"d", BKS_DAY},
	{"w", 7 * BKS_DAY}, {"mo", 30 * BKS_DAY}, {"y", 365 * BKS_DAY}};

static int64_t unit_of(const char *word)
{
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (!strcmp(units[i].word, word))
			return units[i].us;
	return 0;
}

int bks_duration_parse(int64_t *out, const char *text, bks_error *err)
{
	int64_t n = 0, unit;
	const char *p = text;
	bool over = false;

	for (; *p >= '0' && *p <= '9'; p++)
		over |= __builtin_mul_overflow(n, 10, &n) ||
			__builtin_add_overflow(n, *p - '0', &n);
	if (p == text)
		return usage_fail(err, "duration", text,
			"wants a whole number and a unit, such as 90s 15m 24h 7d 6w 12mo 1y");
	if (!*p)
		return usage_fail(
			err, "duration", text, "needs a unit, such as 7d (s m h d w mo y)");
	unit = unit_of(p);
	if (!unit)
		return usage_fail(err, "duration", text,
			"wants one whole number and one unit of s m h d w mo y, such as 7d");
	if (over || __builtin_mul_overflow(n, unit, &n) || n > DURATION_MAX)
		return usage_fail(err, "duration", text, "is longer than 10000 years");
	*out = n;
	return 0;
}

/* N of UNIT, and what is left over in the next smaller unit LESS, if that is not 0. */
static void write_two(char *buf, int64_t us, int64_t unit, const char *word, int64_t less,
	const char *less_word)
{
	int n = snprintf(buf, BKS_DURATION_TEXT, "%" PRId64 "%s", us / unit, word);

	if (us % unit / less)
		snprintf(buf + n, (size_t)(BKS_DURATION_TEXT - n), " %" PRId64 "%s",
			us % unit / less, less_word);
}

static void write_positive(char *buf, int64_t us)
{
	/* Ages of backups are compared with limits of 24h and 26h: days begin at two of them.
	 */
	if (us >= 2 * BKS_DAY)
		write_two(buf, us, BKS_DAY, "d", BKS_HOUR, "h");
	else if (us >= BKS_HOUR)
		write_two(buf, us, BKS_HOUR, "h", BKS_MINUTE, "m");
	else if (us >= BKS_MINUTE)
		write_two(buf, us, BKS_MINUTE, "m", BKS_SECOND, "s");
	else if (us >= BKS_SECOND || us < 1000)
		snprintf(buf, BKS_DURATION_TEXT, "%" PRId64 "s", us / BKS_SECOND);
	else
		snprintf(buf, BKS_DURATION_TEXT, "%" PRId64 "ms", us / 1000);
}

const char *bks_duration_text(char *buf, int64_t us)
{
	if (us >= 0) {
		write_positive(buf, us);
		return buf;
	}
	/* The smallest number has no positive twin. */
	write_positive(buf, -(us + (us == INT64_MIN)));
	memmove(buf + 1, buf, strlen(buf) + 1);
	buf[0] = '-';
	return buf;
}
