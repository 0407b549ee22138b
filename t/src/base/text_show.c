/* How names, which are any bytes, are shown: escaped for people, quoted for a shell, and
 * corrected with "did you mean". */
#include "base/text.h"
#include "base/utf8.h"
#include <ctype.h>
#include <string.h>

static void add_escaped(struct text *t, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		text_form(t, "\\x%02x", (unsigned)(uint8_t)s[i]);
}

const char *bks_shown(const char *name, bks_arena *a)
{
	struct text t = {.arena = a};
	size_t n;

	if (!name)
		return "-";
	n = strlen(name);
	text_add(&t, "", 0);
	for (size_t i = 0; i < n;) {
		uint32_t c;
		size_t len = utf8_take(&c, name + i, n - i);

		if (!len || c == '\\' || utf8_is_control(c))
			add_escaped(&t, name + i, len ? len : 1);
		else
			text_add(&t, name + i, len);
		i += len ? len : 1;
	}
	return t.s;
}

bool bks_is_utf8(const char *s, size_t n)
{
	uint32_t c;

	for (size_t i = 0, len; i < n; i += len) {
		len = utf8_take(&c, s + i, n - i);
		if (!len)
			return false;
	}
	return true;
}

/* What a terminal would obey, or a program that takes only UTF-8 would change. */
static bool is_awkward(const char *name, bks_arena *a)
{
	bool wide = false;

	for (const char *s = name; *s; s++) {
		if ((uint8_t)*s < ' ' || *s == 0x7f)
			return true;
		wide = wide || (uint8_t)*s >= 0x80;
	}
	return wide && strcmp(bks_shown(name, a), name) != 0;
}

/* $'a\012b', of bash, zsh and ksh. */
static const char *awkward_word(const char *name, bks_arena *a)
{
	struct text t = {.arena = a};

	text_word(&t, "$'");
	for (const char *s = name; *s; s++)
		if ((uint8_t)*s < ' ' || (uint8_t)*s >= 0x7f)
			text_form(&t, "\\%03o", (unsigned)(uint8_t)*s);
		else
			text_form(&t, *s == '\\' || *s == '\'' ? "\\%c" : "%c", *s);
	text_word(&t, "'");
	return t.s;
}

const char *bks_shell_word(const char *name, bks_arena *a)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%+=:,./_-";
	struct text t = {.arena = a};
	const char *quote;

	if (!name)
		name = "";
	if (*name && !name[strspn(name, plain)])
		return arena_text(a, name);
	if (is_awkward(name, a))
		return awkward_word(name, a);
	text_word(&t, "'");
	while ((quote = strchr(name, '\''))) {
		text_add(&t, name, (size_t)(quote - name));
		text_word(&t, "'\\''");
		name = quote + 1;
	}
	text_word(&t, name);
	text_word(&t, "'");
	return t.s;
}

enum { WORD_MAX = 64 };

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static bool same_letter(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* Damerau-Levenshtein (optimal string alignment) of two words of at most WORD_MAX bytes; the
 * case of letters counts for nothing, since a name in capitals is a miss as near as any. */
static size_t distance(const char *a, size_t an, const char *b, size_t bn)
{
	size_t rows[3][WORD_MAX + 1];

	for (size_t j = 0; j <= bn; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= an; i++) {
		size_t *now = rows[i % 3], *up = rows[(i + 2) % 3], *upper = rows[(i + 1) % 3];

		now[0] = i;
		for (size_t j = 1; j <= bn; j++) {
			size_t swap = up[j - 1] + !same_letter(a[i - 1], b[j - 1]);

			now[j] = least(swap, least(up[j], now[j - 1]) + 1);
			if (i > 1 && j > 1 && same_letter(a[i - 1], b[j - 2]) &&
				same_letter(a[i - 2], b[j - 1]))
				now[j] = least(now[j], upper[j - 2] + 1);
		}
	}
	return rows[an % 3][bn];
}

const char *bks_near_miss(const char *word, const char *const *words)
{
	size_t n = strlen(word), best = (n <= 3 ? 1 : 2) + 1;
	const char *nearest = NULL;

	/* One letter is near to every other one: nothing can be meant by it. */
	if (n < 2 || n > WORD_MAX)
		return NULL;
	for (; *words; words++) {
		size_t m = strlen(*words), d;

		if (m > WORD_MAX || m + best <= n || n + best <= m)
			continue;
		d = distance(word, n, *words, m);
		if (d < best) {
			best = d;
			nearest = *words;
		}
	}
	return nearest;
}
