/* Where the catalog lies: the first place that says so, and a text of all that were asked. */
#include "base/text.h"
#include "catalog/catalog_private.h"
#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

static const char *set_one(const char *v)
{
	return v && *v ? v : NULL;
}

static const char *home(void)
{
	const char *h = set_one(getenv("HOME"));
	const struct passwd *pw = h ? NULL : getpwuid(geteuid());

	return h ? h : pw ? set_one(pw->pw_dir) : NULL;
}

static const char *default_path(const char **why, bks_arena *a)
{
	const char *state = set_one(getenv("XDG_STATE_HOME")), *h = home();

	if (!geteuid() || (!h && !state)) {
		*why = "the default for root";
		return "/var/lib/backstay/catalog.db";
	}
	if (state && *state == '/') {
		*why = "the default, in XDG_STATE_HOME";
		return arena_form(a, "%s/backstay/catalog.db", state);
	}
	*why = "the default";
	return arena_form(a, "%s/.local/state/backstay/catalog.db", h);
}

const char *bks_catalog_path(
	const char **looked, const char *flag, const bks_settings *s, bks_arena *a)
{
	const char *env = set_one(getenv("BACKSTAY_CATALOG")), *path, *why;
	struct text t = {.arena = a};

	if (set_one(flag)) {
		path = flag;
		why = "--catalog";
	} else if (env) {
		path = env;
		why = "BACKSTAY_CATALOG";
	} else if (s && set_one(s->catalog)) {
		path = s->catalog;
		why = arena_form(
			a, "the settings file %s", s->file ? bks_shown(s->file, a) : "-");
	} else {
		path = default_path(&why, a);
		text_form(&t, "no --catalog, BACKSTAY_CATALOG is not set, ");
		if (s && s->file)
			text_form(&t, "%s names none, ", bks_shown(s->file, a));
		else
			text_word(&t, "no settings file was found, ");
	}
	text_form(&t, "%s (%s)", bks_shown(path, a), why);
	if (looked)
		*looked = t.s;
	return arena_text(a, path);
}
