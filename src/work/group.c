#include "work/group.h"
#include "base/glob.h"
#include "base/namestamp.h"
#include "base/text.h"
#include <string.h>

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

/* Folders without their stamps: 2026-11-20/ and nightly-20261120/ and 2026/11/20/ are new each night, the source is not. */
static void add_folders(struct text *t, const char *path, const char *base, bks_arena *a)
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
		if (*folder)
			text_form(t, "%s/", folder);
	}
}

const char *group_guess(const char *path, const char *database, bks_arena *a)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash ? slash + 1 : path;
	const char *stem = name_stem(base, a);
	struct text t = {.arena = a};

	add_folders(&t, path, base, a);
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
