/* Values of the settings file, one reader for each type. Each says only what is wrong with the
 * value; where it stands is put in front of that in one place. */
#include "base/settings_fields.h"
#include "base/fileurl.h"
#include "base/text.h"
#include "base/usage.h"
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *settings_where(const struct settings_file *s, int line)
{
	return arena_form(s->arena, "%s:%d", s->name, line);
}

int settings_fail(const struct settings_file *s, int line, const char *fmt, ...)
{
	bks_error why = {0};
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why.text, sizeof why.text, fmt, ap);
	va_end(ap);
	return fail(
		s->err, BKS_E_USAGE, "%s:%d: %s", bks_shown(s->name, s->arena), line, why.text);
}

int settings_check_title(const struct conf_block *b, const struct settings_file *s)
{
	bks_error why = {0};
	const char *name;

	if (field_name(&name, NULL, b->title, s, &why))
		return settings_fail(s, b->line, "%s: %s", b->kind, why.text);
	return 0;
}

int settings_fill(void *out, const struct field *fields, const struct conf_block *b,
	const struct settings_file *s)
{
	for (const struct field *f = fields; f->key; f++) {
		const struct conf_key *k = conf_find(b, f->key);
		bks_error why = {0};

		if (k && f->read((char *)out + f->offset, f, k->values[0], s, &why))
			return settings_fail(s, k->line, "%s: %s", f->key, why.text);
	}
	return 0;
}

int field_text(void *at, const struct field *f, const char *text, const struct settings_file *s,
	bks_error *err)
{
	(void)f, (void)s, (void)err;
	*(const char **)at = text;
	return 0;
}

int field_name(void *at, const struct field *f, const char *text, const struct settings_file *s,
	bks_error *err)
{
	if (!*text)
		return fail(err, BKS_E_USAGE, "wants a name");
	if (*text == '-')
		return usage_fail(err, "name", text, "may not begin with '-'");
	for (const char *p = text; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			return usage_fail(err, "name", text, "may not hold control characters");
	return field_text(at, f, text, s, err);
}

int field_path(void *at, const struct field *f, const char *text, const struct settings_file *s,
	bks_error *err)
{
	(void)f;
	if (*text == '~')
		return usage_fail(
			err, "path", text, "'~' is not followed here; write \"${HOME}/...\"");
	*(const char **)at = *text == '/' ? text : arena_form(s->arena, "%s/%s", s->dir, text);
	return 0;
}

int field_url(void *at, const struct field *f, const char *text, const struct settings_file *s,
	bks_error *err)
{
	int r;

	if (strstr(text, "://"))
		return field_text(at, f, text, s, err);
	r = field_path(at, f, text, s, err);
	if (!r)
		*(const char **)at = fileurl(*(const char **)at, s->arena);
	return r;
}

int field_zone(void *at, const struct field *f, const char *text, const struct settings_file *s,
	bks_error *err)
{
	if (!bks_zone_exists(text))
		return usage_fail(err, "time zone", text,
			"is not known here; wants a name such as Europe/Berlin or UTC");
	return field_text(at, f, text, s, err);
}

static int index_of(const char *word, const char *const *words)
{
	for (int i = 0; words[i]; i++)
		if (!strcmp(word, words[i]))
			return i;
	return -1;
}

int field_flag(void *at, const struct field *f, const char *text, const struct settings_file *s,
	bks_error *err)
{
	static const char *const words[] = {"true", "false", "yes", "no", "on", "off", NULL};
	int i = index_of(text, words);

	(void)f, (void)s;
	if (i < 0)
		return usage_fail(err, "value", text, "wants true or false");
	*(bool *)at = i % 2 == 0;
	return 0;
}

int field_duration(void *at, const struct field *f, const char *text,
	const struct settings_file *s, bks_error *err)
{
	char buf[BKS_DURATION_TEXT];
	int64_t v;
	int r = bks_duration_parse(&v, text, err);

	(void)s;
	if (r)
		return r;
	if (v < f->least)
		return usage_fail(err, "duration", text, "must be longer than 0s");
	if (f->most && v > f->most)
		return usage_fail(err, "duration", text,
			arena_form(s->arena, "must not be longer than %s",
				bks_duration_text(buf, f->most)));
	*(int64_t *)at = v;
	return 0;
}

int field_size(void *at, const struct field *f, const char *text, const struct settings_file *s,
	bks_error *err)
{
	char buf[BKS_SIZE_TEXT];
	int64_t v;
	int r = bks_size_parse(&v, text, err);

	if (r)
		return r;
	if (v < f->least)
		return usage_fail(err, "size", text,
			arena_form(
				s->arena, "must be at least %s", bks_size_text(buf, f->least)));
	*(int64_t *)at = v;
	return 0;
}

/* Digits at *P, which moves past them. false: none, or too many. */
static bool take_number(int64_t *out, const char **p)
{
	const char *from = *p;

	for (*out = 0; **p >= '0' && **p <= '9'; ++*p)
		if (__builtin_mul_overflow(*out, 10, out) ||
			__builtin_add_overflow(*out, **p - '0', out))
			return false;
	return *p > from;
}

int field_rows(void *at, const struct field *f, const char *text, const struct settings_file *s,
	bks_error *err)
{
	const char *p = text;
	int64_t v;

	if (!take_number(&v, &p) || *p)
		return usage_fail(
			err, "number", text, "wants a whole number, with no sign and no unit");
	if (v < f->least || (f->most && v > f->most))
		return usage_fail(err, "number", text,
			f->most ? arena_form(s->arena,
					  "must lie between %" PRId64 " and %" PRId64, f->least,
					  f->most)
				: arena_form(s->arena, "must be at least %" PRId64, f->least));
	*(int64_t *)at = v;
	return 0;
}

/* MOST of a count always fits an int. */
int field_count(void *at, const struct field *f, const char *text,
	const struct settings_file *s, bks_error *err)
{
	int64_t v;
	int r = field_rows(&v, f, text, s, err);

	if (r)
		return r;
	*(int *)at = (int)v;
	return 0;
}

int field_percent(void *at, const struct field *f, const char *text,
	const struct settings_file *s, bks_error *err)
{
	const char *p = text;
	int64_t v;

	(void)f, (void)s;
	if (!take_number(&v, &p) || v > 100 || (*p && strcmp(p, "%") != 0))
		return usage_fail(err, "percentage", text,
			"wants a whole number from 0 to 100, such as 20 or 20%");
	*(int *)at = (int)v;
	return 0;
}

/* N of UNIT, or N of LARGER, which is FACTOR of them. */
static int read_calendar(int *out, const char *text, const char *unit, const char *larger,
	int factor, int64_t most, const char *wants, bks_error *err)
{
	const char *p = text;
	int64_t v;
	bool one;

	if (!take_number(&v, &p))
		return usage_fail(err, "window", text, wants);
	one = !strcmp(p, unit);
	if (!one && strcmp(p, larger) != 0)
		return usage_fail(err, "window", text, wants);
	if (v > most || v * (one ? 1 : factor) > most)
		return usage_fail(err, "window", text, "is too long");
	*out = (int)v * (one ? 1 : factor);
	return 0;
}

enum { DAYS_MOST = 36525, MONTHS_MOST = 1200 };

int field_days(void *at, const struct field *f, const char *text, const struct settings_file *s,
	bks_error *err)
{
	(void)f, (void)s;
	return read_calendar(at, text, "d", "w", 7, DAYS_MOST,
		"needs a unit, days or weeks, such as 7d or 6w", err);
}

int field_months(void *at, const struct field *f, const char *text,
	const struct settings_file *s, bks_error *err)
{
	(void)f, (void)s;
	return read_calendar(at, text, "mo", "y", 12, MONTHS_MOST,
		"needs a unit, months or years, such as 12mo or 1y", err);
}

int field_level(void *at, const struct field *f, const char *text,
	const struct settings_file *s, bks_error *err)
{
	(void)f, (void)s;
	if (bks_level_parse(at, text))
		return usage_fail(err, "level", text,
			"wants present, sealed, whole, covered, restored or equal");
	return 0;
}

int field_price(void *at, const struct field *f, const char *text,
	const struct settings_file *s, bks_error *err)
{
	const char *p = text;
	int64_t whole, part = 0, unit = 100000;
	bool fits;

	(void)f, (void)s;
	fits = take_number(&whole, &p) && whole <= 1000000;
	if (fits && *p == '.') {
		fits = p[1] >= '0' && p[1] <= '9';
		for (p++; *p >= '0' && *p <= '9' && unit; p++, unit /= 10)
			part += (*p - '0') * unit;
	}
	if (!fits || *p)
		return usage_fail(err, "price", text,
			"wants the price of 1 GB for a month, with at most six decimals, such "
			"as 0.023");
	*(int64_t *)at = whole * 1000000 + part;
	return 0;
}
