#include "work/group.h"
#include "base/glob.h"
#include "base/namestamp.h"
#include "base/text.h"
#include <string.h>
#include <strings.h>

static enum bks_tier tier_of(const bks_source *s, const char *path)
{
	enum bks_tier tier = BKS_TIER_AUTO;

	for (size_t i = 0; i < s->tier_glob_count; i++)
		if (glob_match(s->tier_globs[i].glob, path) && !bks_tier_parse(&tier, s->tier_globs[i].tier))
			return tier;
	return BKS_TIER_AUTO;
}

/* A tier glob alone claims nothing when the source has globs of its own: "*release*" of one source is not all releases. */
static bool claims(const bks_source *s, const char *path)
{
	if (!s->match_count)
		return tier_of(s, path) != BKS_TIER_AUTO;
	for (size_t i = 0; i < s->match_count; i++)
		if (glob_match(s->match[i], path))
			return true;
	return false;
}

int group_claim(struct claim *out, const bks_sources *sources, const char *path, bks_arena *a, bks_error *err)
{
	*out = (struct claim){.tier = BKS_TIER_AUTO};
	for (size_t i = 0; i < sources->n; i++) {
		const bks_source *s = &sources->v[i];

		if (!claims(s, path))
			continue;
		if (out->source)
			return fail(err, BKS_E_USAGE, "%s is claimed by two sources, %s and %s: make their globs differ",
				bks_shown(path, a), out->source->name, s->name);
		out->source = s;
		out->tier = tier_of(s, path);
	}
	return 0;
}

static bool all_digits(const char *s, size_t least, size_t most)
{
	size_t n = strspn(s, "0123456789");

	return !s[n] && n >= least && n <= most;
}

static const char separators[] = "-_.@:+,~ ";

static bool among(const char *word, size_t n, const char *const *words)
{
	for (; *words; words++)
		if (strlen(*words) == n && !strncasecmp(word, *words, n))
			return true;
	return false;
}

static const char *const schema_words[] = {"schema", "schemas", "ddl", "structure", NULL};
static const char *const part_words[] = {"role", "roles", "schema", "schemas", "ddl", "structure", "data", "rows", NULL};

/* NAME without the words that tell the parts of a backup apart, and the separators before them. */
static const char *without_part(const char *name, bks_arena *a)
{
	struct text t = {.arena = a};

	text_add(&t, "", 0);
	for (const char *s = name; *s;) {
		size_t gap = strspn(s, separators), n = strcspn(s + gap, separators);

		if (!among(s + gap, n, part_words)) {
			size_t from = t.n ? 0 : gap;

			text_add(&t, s + from, gap + n - from);
		}
		s += gap + n;
	}
	return t.s;
}

static bool has_word(const char *name, size_t n, const char *const *words)
{
	for (size_t i = 0; i < n;) {
		size_t k = i;

		while (k < n && !strchr(separators, name[k]))
			k++;
		if (k > i && among(name + i, k - i, words))
			return true;
		i = k + 1;
	}
	return false;
}

bool group_says_schema(const char *path, bks_arena *a)
{
	const char *slash;

	for (; (slash = strchr(path, '/')); path = slash + 1)
		if (has_word(path, (size_t)(slash - path), schema_words))
			return true;
	path = name_stem(path, a);
	return has_word(path, strlen(path), schema_words);
}

/* Folders without their stamps: 2026-11-20/ and nightly-20261120/ and 2026/11/20/ are new each night, the source is not. */
static void add_folders(struct text *t, const char *path, const char *base, bool part, bks_arena *a)
{
	bool in_date = false;

	for (const char *at = path; at < base;) {
		const char *slash = strchr(at, '/');
		const char *folder = arena_bytes(a, at, (size_t)(slash - at));
		struct namestamp stamp;

		at = slash + 1;
		in_date = in_date ? all_digits(folder, 1, 2)
				  : all_digits(folder, 4, 4) && at < base && strspn(at, "0123456789") <= 2 &&
					    at[strspn(at, "0123456789")] == '/' && *at != '/';
		if (in_date)
			continue;
		if (namestamp_read(&stamp, folder))
			folder = name_stem(folder, a);
		if (part)
			folder = without_part(folder, a);
		if (*folder)
			text_form(t, "%s/", folder);
	}
}

static const char *guess(const char *path, const char *database, bool part, bks_arena *a)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash ? slash + 1 : path;
	const char *stem = name_stem(base, a);
	struct text t = {.arena = a};

	if (part)
		stem = without_part(stem, a);
	add_folders(&t, path, base, part, a);
	if (*stem)
		text_word(&t, stem);
	if (database && *database && strcmp(database, stem) != 0) {
		if (*stem)
			text_word(&t, "@");
		text_word(&t, database);
	}
	if (!t.n)
		text_word(&t, "backups");
	return t.s;
}

const char *group_guess(const char *path, const char *database, bks_arena *a)
{
	return guess(path, database, false, a);
}

const char *group_guess_part(const char *path, const char *database, bks_arena *a)
{
	return guess(path, database, true, a);
}
