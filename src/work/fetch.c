/* One backup brought to a folder of one's own: which files it is made of, where the best copy
 * of them lies, and how it is brought back from where it lies then. */
#include "work/fetch.h"
#include "backstay/repo.h"
#include "base/text.h"
#include "work/commands.h"
#include "work/intofile.h"
#include "work/streams.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_there(const bks_artifact *f)
{
	return f->state == BKS_STATE_LIVE || f->state == BKS_STATE_SETTLING ||
	       f->state == BKS_STATE_CONDEMNED;
}

/* B with what lies in one repo alone. */
static const bks_backup *within(const bks_backup *b, const char *repo, bks_arena *a)
{
	bks_backup *out = arena_one(a, bks_backup);
	bks_artifact *v = arena_take(a, (b->artifact_count + 1) * sizeof *v);

	*out = *b;
	out->artifacts = v;
	out->artifact_count = 0;
	for (size_t i = 0; i < b->artifact_count; i++)
		if (!repo || !strcmp(b->artifacts[i].repo, repo))
			v[out->artifact_count++] = b->artifacts[i];
	return out;
}

/* A file, a folder, or the files of a set that lie together. */
static void add_copy(struct fetching *f, const bks_backup *b, const bks_artifact *best)
{
	for (size_t i = 0; i < b->artifact_count; i++) {
		const bks_artifact *one = &b->artifacts[i];

		if (one->repo_id == best->repo_id && is_there(one) &&
			(one->part != BKS_PART_NONE || one->id == best->id))
			fetch_add(f, one->repo, one->path, &one->digests, one->mtime);
	}
}

/* The commands for B as if the folder that it lies in now were a repo. */
static void tell(
	bks_fetched *out, struct fetching *f, const bks_backup *b, const bks_artifact *best)
{
	bks_backup *here = arena_one(f->a, bks_backup);
	bks_artifact *v = arena_take(f->a, (b->artifact_count + 1) * sizeof *v),
		     *one = arena_one(f->a, bks_artifact);
	bks_point p = {0};

	*here = *b;
	*one = *best;
	one->repo = f->root;
	memcpy(v, b->artifacts, b->artifact_count * sizeof *v);
	for (size_t i = 0; i < b->artifact_count; i++)
		v[i].repo = f->root;
	here->artifacts = v;
	commands_restore(&p, here, one, f->cat, NULL, f->a);
	out->commands = p.commands;
	out->command_count = p.command_count;
}

static int open_folder(struct fetching *f, const char *dir)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	char *path = arena_text(a, dir), *real;

	for (char *at = *path ? strchr(path + 1, '/') : NULL; at; at = strchr(at + 1, '/')) {
		*at = '\0';
		(void)mkdir(path, 0777);
		*at = '/';
	}
	if (mkdir(path, 0777) && errno != EEXIST)
		return fail(f->err,
			errno == ENOENT || errno == ENOTDIR ? BKS_E_USAGE : BKS_E_IO,
			"make %s: %s", bks_shown(dir, a), strerror(errno));
	f->dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (f->dir < 0)
		return fail(f->err, errno == ENOTDIR ? BKS_E_USAGE : BKS_E_IO, "open %s: %s",
			bks_shown(dir, a), strerror(errno));
	real = realpath(path, NULL);
	if (!real)
		return fail(f->err, BKS_E_IO, "%s: %s", bks_shown(dir, a), strerror(errno));
	f->root = arena_text(f->a, real);
	free(real);
	return 0;
}

static int copy_all(struct fetching *f)
{
	int r = fetch_free(f);

	for (size_t i = 0; !r && i < f->items.n; i++)
		r = fetch_one(f, &f->items.v[i]);
	return r;
}

static int no_copy(struct fetching *f, const bks_backup *b)
{
	return fail(f->err, BKS_E_IO, "no copy of %s is there%s%s", bks_shown(b->label, f->a),
		f->opt->from ? " in repo " : " any more",
		f->opt->from ? bks_shown(f->opt->from, f->a) : "");
}

void fetch_weigh(bks_fetched *out, struct fetching *f, const bks_artifact *best)
{
	const char *is;

	if (best->verdict != BKS_DAMAGED && best->verdict != BKS_INCOMPLETE)
		return;
	out->poor = best->verdict;
	is = arena_form(f->a, "the best copy is %s", bks_verdict_name(best->verdict));
	out->note = out->note ? arena_form(f->a, "%s; %s", is, out->note) : is;
}

static int fetch_plain(bks_fetched *out, struct fetching *f, const bks_backup *b)
{
	bks_artifact best;
	int r;

	if (!stream_best(&best, b, NULL))
		return no_copy(f, b);
	add_copy(f, b, &best);
	r = copy_all(f);
	if (!r && !f->findings.n)
		tell(out, f, b, &best);
	fetch_weigh(out, f, &best);
	return r;
}

static int fetch_base(bks_fetched *out, struct fetching *f, const bks_backup *b)
{
	int r = fetch_physical(f, b, out, false);

	if (r)
		return r;
	r = copy_all(f);
	if (!r)
		r = fetch_check_log(f);
	if (!r && !f->findings.n)
		r = fetch_physical(f, b, out, true);
	if (f->followed)
		out->note = arena_form(f->a,
			"%s%sof the files that lay behind %zu links no digest is registered: "
			"the commands hold them against the manifest",
			out->note ? out->note : "", out->note ? "; " : "", f->followed);
	return r;
}

static int fetch(bks_fetched *out, struct fetching *f, int64_t id, const char *dir)
{
	const bks_backup *b;
	const bks_repo *repo;
	int r = bks_backup_find(
		&b, f->cat, arena_form(f->a, "%lld", (long long)id), f->a, f->err);

	if (r)
		return r < 0 ? r
			     : fail(f->err, BKS_E_USAGE, "there is no backup %lld",
				       (long long)id);
	r = f->opt->from ? bks_repo_find(&repo, f->cat, f->opt->from, f->a, f->err) : 0;
	if (r)
		return r < 0 ? r
			     : fail(f->err, BKS_E_USAGE, "no repo is called %s",
				       bks_shown(f->opt->from, f->a));
	b = within(b, f->opt->from, f->a);
	r = open_folder(f, dir);
	if (r)
		return r;
	r = b->physical ? fetch_base(out, f, b) : 1;
	return r > 0 ? fetch_plain(out, f, b) : r;
}

int bks_fetch(bks_fetched *out, bks_catalog *cat, int64_t id, const char *dir,
	const bks_fetch_options *opt, bks_arena *a, bks_error *err)
{
	bks_error own = {0};
	struct fetching f = {
		.cat = cat, .opt = opt, .a = a, .err = err ? err : &own, .dir = -1};
	int r;

	*out = (bks_fetched){0};
	r = fetch(out, &f, id, dir);
	store_close(f.open);
	if (f.dir >= 0)
		close(f.dir);
	out->v = f.done.v;
	out->n = f.done.n;
	out->findings = f.findings.v;
	out->finding_count = f.findings.n;
	return r ? r : f.findings.n != 0;
}
