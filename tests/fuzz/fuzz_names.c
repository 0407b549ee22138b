/*
 * Texts of any bytes through all that shows, quotes and reads names: what is shown commands
 * nothing and loses nothing, a word of the shell and of JSON comes back as it went in, and what
 * is read is what was meant.
 */
#include "backstay/inspect.h"
#include "backstay/json.h"
#include "backstay/time.h"
#include "base/glob.h"
#include "base/namestamp.h"
#include "base/text.h"
#include "base/utf8.h"
#include "fuzz.h"
#include <openssl/evp.h>
#include <string.h>

enum { GLOB_MAX = 40 };

static bool commands_nothing(const char *s)
{
	uint32_t c;

	for (size_t i = 0, n = strlen(s), len; i < n; i += len) {
		len = utf8_take(&c, s + i, n - i);
		if (!len || utf8_is_control(c))
			return false;
	}
	return true;
}

/* \xNN back into bytes. */
static char *unshown(const char *s, bks_arena *a)
{
	char *out = arena_take(a, strlen(s) + 1), *at = out;
	char hex[3] = "";

	while (*s) {
		if (*s != '\\') {
			*at++ = *s++;
			continue;
		}
		MUST(s[1] == 'x');
		memcpy(hex, s + 2, 2);
		*at++ = (char)strtol(hex, NULL, 16);
		s += 4;
	}
	return out;
}

/* $'...' as bash, zsh and ksh read it: an octal number of three digits, or a byte that stands for itself. */
static char *undollared(const char *s, char *out)
{
	char *at = out;

	for (s += 2; *s != '\''; s++) {
		MUST(*s && (uint8_t)*s >= ' ' && (uint8_t)*s < 0x7f);
		if (*s == '\\' && s[1] >= '0' && s[1] <= '3') {
			char octal[4] = {s[1], s[2], s[3], '\0'};

			*at++ = (char)strtol(octal, NULL, 8);
			s += 3;
			continue;
		}
		s += *s == '\\';
		*at++ = *s;
	}
	MUST(!s[1]);
	return out;
}

/* One word as a shell reads it: quotes of one kind, and a backslash outside of them. */
static char *unquoted(const char *s, bks_arena *a)
{
	char *out = arena_take(a, strlen(s) + 1), *at = out;
	bool quoted = false;

	if (!strncmp(s, "$'", 2))
		return undollared(s, out);
	for (; *s; s++) {
		if (*s == '\'') {
			quoted = !quoted;
		} else if (quoted) {
			*at++ = *s;
		} else if (*s == '\\') {
			*at++ = *++s;
		} else {
			MUST(!strchr(" \t\n\"$`&|;<>()*?[]{}#~!", *s));
			*at++ = *s;
		}
	}
	MUST(!quoted);
	return out;
}

static void show(const char *name, bks_arena *a)
{
	const char *shown = bks_shown(name, a), *word = bks_shell_word(name, a);

	MUST(commands_nothing(shown));
	MUST(!strcmp(unshown(shown, a), name));
	MUST(*word && !strcmp(unquoted(word, a), name));
}

static void put(const char *name, bks_arena *a)
{
	bks_json *o = bks_json_object(), *back;
	const char *text, *readable, *b64;
	bks_error err = {0};

	bks_json_put_name(o, "name", name);
	text = bks_json_text(o, a);
	MUST(!bks_json_read(&back, text, strlen(text), &err));
	readable = bks_json_get_text(back, "name");
	b64 = bks_json_get_text(back, "name_b64");
	MUST(readable);
	if (bks_is_utf8(name, strlen(name))) {
		MUST(!b64 && !strcmp(readable, name));
	} else {
		size_t n = strlen(name), len = b64 ? strlen(b64) : 0;
		uint8_t *raw = arena_take(a, len + 4);

		MUST(b64 && !strcmp(readable, bks_shown(name, a)));
		MUST(EVP_DecodeBlock(raw, (const uint8_t *)b64, (int)len) >= (int)n);
		MUST(!memcmp(raw, name, n) && len == (n + 2) / 3 * 4);
	}
	bks_json_free(back);
	bks_json_free(o);
}

/* The bytes as a document: what is read prints, without a byte that commands, and reads back
 * the same. */
static void document(const uint8_t *data, size_t n, bks_arena *a)
{
	bks_json *v, *back;
	bks_error err = {0};
	const char *text;
	char *printed = NULL;
	size_t size = 0;
	FILE *to;

	if (bks_json_read(&v, (const char *)data, n, &err)) {
		MUST(err.code == BKS_E_USAGE && *err.text);
		return;
	}
	text = bks_json_text(v, a);
	to = open_memstream(&printed, &size);
	MUST(to && !bks_json_print(v, to, false, &err) && !fclose(to));
	MUST(size && printed[size - 1] == '\n');
	printed[size - 1] = '\0';
	MUST(commands_nothing(printed));
	MUST(!bks_json_read(&back, printed, size - 1, &err));
	MUST(!strcmp(bks_json_text(back, a), text));
	bks_json_free(back);
	bks_json_free(v);
	free(printed);
}

static void quote(struct text *t, const char *s)
{
	text_word(t, "\"");
	for (; *s; s++) {
		text_add(t, s, 1);
		if (*s == '"')
			text_add(t, s, 1);
	}
	text_word(t, "\"");
}

static void require(const char *s, bks_arena *a)
{
	bks_requirement q, back;
	struct text t = {.arena = a};
	bks_error err = {0};

	if (bks_requirement_parse(&q, s, a, &err)) {
		MUST(err.code == BKS_E_USAGE && *err.text);
		return;
	}
	MUST(*q.schema && *q.name && q.min_rows >= 0);
	quote(&t, q.schema);
	text_word(&t, ".");
	quote(&t, q.name);
	text_form(&t, ":%lld", (long long)q.min_rows);
	MUST(!bks_requirement_parse(&back, t.s, a, &err));
	MUST(!strcmp(back.schema, q.schema) && !strcmp(back.name, q.name) &&
		back.min_rows == q.min_rows);
}

static bool same_stamp(const struct namestamp *a, const struct namestamp *b)
{
	const bks_civil *x = &a->civil, *y = &b->civil;

	return x->year == y->year && x->month == y->month && x->day == y->day &&
	       x->hour == y->hour && x->minute == y->minute && x->second == y->second &&
	       !strcmp(x->zone, y->zone) && a->has_time == b->has_time;
}

static void stamp(const char *name, bks_arena *a)
{
	struct namestamp s, under;
	bool found = namestamp_read(&s, name);
	const char *stem = name_stem(name, a);

	MUST(stem && strlen(stem) <= strlen(name));
	MUST(namestamp_read(&under, arena_form(a, "folder/%s", name)) == found);
	if (!found)
		return;
	MUST(same_stamp(&s, &under));
	/* A zone may carry a time over the end of the years that are read. */
	MUST(s.civil.year >= 1969 && s.civil.year <= 2286);
	MUST(s.civil.month >= 1 && s.civil.month <= 12 && s.civil.day >= 1 &&
		s.civil.day <= 31);
	MUST(s.civil.hour >= 0 && s.civil.hour <= 23 && s.civil.minute >= 0 &&
		s.civil.minute <= 59);
	MUST(s.civil.second >= 0 && s.civil.second <= 60);
}

static void match(const char *glob, const char *path, bks_arena *a)
{
	struct text t = {.arena = a};

	glob_match(glob, path);
	for (const char *p = path; *p; p++) {
		if (*p != '/')
			text_word(&t, "\\");
		text_add(&t, p, 1);
	}
	MUST(!*path || glob_match(t.s, path));
	MUST(strchr(path, '/') || glob_match("*", path));
}

static void measure(const char *s)
{
	const bks_time now = 1793000000 * BKS_SECOND;
	char buf[BKS_TIME_TEXT];
	bks_time t, back;
	int64_t v;

	if (!bks_time_parse(&t, s, NULL, now, NULL)) {
		bks_time_text(buf, t);
		MUST(!bks_time_parse(&back, buf, NULL, now, NULL) && back == t);
	}
	if (!bks_duration_parse(&v, s, NULL))
		MUST(v >= 0 && *bks_duration_text(buf, v));
	if (!bks_size_parse(&v, s, NULL))
		MUST(v >= 0 && *bks_size_text(buf, v));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char *const words[] = {"verify", "scan", "--require", "sources", NULL};
	bks_arena *a = bks_arena_new();
	const char *name = arena_bytes(a, data, n), *path = strchr(name, '\n');

	show(name, a);
	put(name, a);
	document(data, n, a);
	require(name, a);
	stamp(name, a);
	measure(name);
	bks_near_miss(name, words);
	if (path && path - name <= GLOB_MAX && strlen(path) <= GLOB_MAX)
		match(arena_bytes(a, name, (size_t)(path - name)), path + 1, a);
	bks_arena_free(a);
	return 0;
}
