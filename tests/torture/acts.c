/* The commands of retention, carried out in this process as the program does, but for what it prints. */
#include "acts.h"
#include "backstay/doctor.h"
#include "backstay/retain.h"
#include "backstay/run.h"
#include "pictures.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int carry(struct outcome *o, bks_catalog *cat, const char *what, const char *arg, bks_arena *a, bks_error *err)
{
	bks_retain_options opt = {.now = bks_clock_now(), .wait = BKS_MINUTE};
	bks_retained t = {.hash = ""};
	int64_t id = strlen(arg) == 64 ? 0 : strtoll(arg, NULL, 10);
	char *name = form("retain %s", what);
	int r = bks_run_begin(&opt.run, cat, name, err);

	if (r == BKS_E_IO && bks_retain_room(cat))
		r = bks_run_begin(&opt.run, cat, name, err);
	free(name);
	if (r < 0)
		return r;
	if (!strcmp(what, "apply"))
		r = bks_retain_apply(&t, cat, arg, &opt, a, err);
	else if (!strcmp(what, "run"))
		r = bks_retain_run(&t, cat, &opt, a, err);
	else if (!strcmp(what, "undo"))
		r = bks_retain_undo(&t, cat, id, arg, &opt, a, err);
	else
		r = bks_retain_purge(&t, cat, &opt, a, err);
	o->refusal = t.refusal;
	o->unfinished = t.unfinished;
	o->actions = t.action_count;
	o->refused = t.refused_count;
	for (size_t i = 0; i < t.refused_count; i++) {
		o->needed = !strcmp(t.refused[i].rule, "wal-needed");
		o->carried_out = o->carried_out || strstr(t.refused[i].text, "was carried out at");
		if (!*o->why)
			snprintf(o->why, sizeof o->why, "%s: %s", t.refused[i].rule, t.refused[i].text);
	}
	if (t.trouble && !*o->why)
		snprintf(o->why, sizeof o->why, "%s", t.trouble);
	return bks_run_end(cat, opt.run, r < 0 || t.unfinished ? 3 : t.refusal ? 5 : 0, "{}", NULL) < 0 && !r ? -1 : r;
}

struct outcome act(const char *folder, const char *what, const char *arg, const char *clock)
{
	struct outcome o = {0};
	bks_arena *a = bks_arena_new();
	const bks_settings *s;
	bks_catalog *cat = NULL;
	bks_error err = {0};

	setenv("BACKSTAY_TEST_CLOCK", clock, 1);
	o.r = bks_settings_read(&s, NULL, a, &err);
	if (!o.r) {
		char *path = form("%s/catalog.db", folder);

		o.r = bks_catalog_open(&cat, path, BKS_OPEN_WRITE, s, BKS_MINUTE, &err);
		free(path);
	}
	if (!o.r)
		o.r = carry(&o, cat, what, arg, a, &err);
	if (o.r < 0)
		snprintf(o.why, sizeof o.why, "%d: %s", o.r, err.text);
	bks_catalog_close(cat);
	bks_arena_free(a);
	return o;
}

char *act_wrong(const char *what, const struct outcome *o)
{
	return !o->r && !o->refusal && !o->unfinished ? NULL : form("%s: %s%s", what, o->unfinished ? "unfinished: " : "", o->why);
}

char *act_doctor(const char *folder)
{
	bks_arena *a = bks_arena_new();
	char *path = form("%s/catalog.db", folder), *wrong = NULL;
	const bks_ailment *v = NULL;
	bks_catalog *cat = NULL;
	bks_error err = {0};
	size_t n = 0;
	int r = bks_catalog_open(&cat, path, BKS_OPEN_READ, NULL, BKS_MINUTE, &err);

	if (!r)
		r = bks_doctor(&v, &n, cat, a, &err);
	if (r < 0)
		wrong = form("doctor: %s", err.text);
	for (size_t i = 0; !wrong && i < n; i++)
		if (v[i].bad)
			wrong = form("doctor: %s: %s", v[i].check, v[i].text);
	bks_catalog_close(cat);
	bks_arena_free(a);
	free(path);
	return wrong;
}
