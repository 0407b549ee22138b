/* The page for people: what can be brought back out of this one repo, and how, without the
 * catalog and without the program. */
#include "backstay/repo.h"
#include "backstay/restore.h"
#include "backstay/source.h"
#include "base/bytes.h"
#include "base/text.h"
#include "work/rescue.h"
#include <string.h>
#include <unistd.h>

struct page {
	struct text t;
	bks_catalog *cat;
	const bks_repo *repo;
	store *s;
	bks_time now;
	bks_error *err;
};

static void tell_head(struct page *p)
{
	const bks_settings *s = bks_catalog_settings(p->cat);
	char host[256] = "", when[BKS_TIME_TEXT];
	bks_arena *a = p->t.arena;
	const char *root = bks_shell_word(p->s->root, a);

	(void)!gethostname(host, sizeof host - 1);
	text_form(&p->t, RESCUE_HEAD "\n\n");
	text_form(&p->t, "written %s by backstay " BKS_VERSION " on %s\n",
		bks_time_text(when, p->now - p->now % BKS_SECOND), bks_shown(host, a));
	text_form(&p->t, "repo %s, which lay at %s there\n", bks_shown(p->repo->name, a),
		bks_shown(p->s->root, a));
	for (size_t i = 0; s && i < s->contact_count; i++)
		text_form(&p->t, "%s%s\n", i ? "          " : "to ask    ",
			bks_shown(s->contacts[i], a));
	text_form(&p->t, "\nThe commands are for bash -e, in an empty folder with room. They "
			 "name the files by the place where this repo "
			 "lay: mount it there,\nor put the other place in. Compare the digests "
			 "first (sha256sum). They make new databases "
			 "and clusters and touch none that is there.\n");
	text_form(&p->t,
		"\nThe catalog lies beside this page (" RESCUE_CATALOG
		"). On a new machine, with the repos at their places:\n"
		"  backstay import %s\n  backstay scan\n  backstay status\n",
		root);
}

static void tell_digest(struct page *p, const bks_artifact *f)
{
	char hex[65];

	if (f->digests.has_sha256)
		text_form(&p->t, "  SHA-256   %s\n",
			hex_write(hex, f->digests.sha256, sizeof f->digests.sha256));
	else if (f->digests.has_xxh3)
		text_form(&p->t, "  XXH3-128  %s\n",
			hex_write(hex, f->digests.xxh3, sizeof f->digests.xxh3));
}

static int tell_files(struct page *p, int64_t id)
{
	bks_arena *a = p->t.arena;
	const bks_backup *b;
	char when[BKS_TIME_TEXT];
	int r = bks_backup_find(&b, p->cat, arena_form(a, "%lld", (long long)id), a, p->err);

	if (r)
		return r < 0 ? r : 0;
	for (size_t i = 0; i < b->artifact_count; i++) {
		const bks_artifact *f = &b->artifacts[i];

		if (f->repo_id != p->repo->id || f->state != BKS_STATE_LIVE)
			continue;
		text_form(&p->t, "  file      %s, %lld bytes, %s, verified %s\n",
			bks_shown(f->path, a), (long long)f->size, bks_verdict_name(f->verdict),
			bks_time_text(when, f->verified_at));
		tell_digest(p, f);
	}
	return 0;
}

static int tell_choice(struct page *p, const bks_point *c)
{
	char when[BKS_TIME_TEXT];
	int r = 0;

	text_form(&p->t, "  point     %s, %s, %s\n", bks_time_text(when, c->point), c->method,
		bks_verdict_name(c->verdict));
	for (size_t i = 0; !r && i < c->input_count; i++)
		r = tell_files(p, c->inputs[i]);
	if (c->note)
		text_form(&p->t, "  note      %s\n", bks_shown(c->note, p->t.arena));
	text_word(&p->t, "  commands\n");
	for (size_t i = 0; i < c->command_count; i++)
		text_form(&p->t, "    %s\n", c->commands[i]);
	return r;
}

static int tell_source(struct page *p, const bks_source *s)
{
	bks_wish w = {.source = s->name,
		.now = p->now,
		.level = BKS_WHOLE,
		.only_repo = p->repo->name};
	bks_picked best;
	int r = bks_pick(&best, p->cat, &w, p->t.arena, p->err);

	text_form(&p->t, "\nSource %s\n", bks_shown(s->name, p->t.arena));
	if (r >= 0 && (!best.choice || !best.choice->backup)) {
		w.level = BKS_LEVEL_NONE;
		r = bks_pick(&best, p->cat, &w, p->t.arena, p->err);
		text_word(&p->t, "  nothing in this repo was proven\n");
		if (r >= 0 && best.choice && best.choice->backup)
			text_word(&p->t, "  what there is all the same:\n");
	}
	return r < 0 ? r : best.choice && best.choice->backup ? tell_choice(p, best.choice) : 0;
}

int rescue_page(const char **out, bks_catalog *cat, const bks_repo *repo, store *s,
	bks_time now, bks_arena *a, bks_error *err)
{
	struct page p = {
		.t = {.arena = a}, .cat = cat, .repo = repo, .s = s, .now = now, .err = err};
	bks_sources sources;
	int r = bks_source_list(&sources, cat, a, err);

	tell_head(&p);
	for (size_t i = 0; !r && i < sources.n; i++)
		r = tell_source(&p, &sources.v[i]);
	*out = p.t.s;
	return r;
}
