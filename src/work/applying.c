/* What all commands have in common that change what retention decided: one at a time, on a
 * whole catalog, all told. */
#include "work/applying.h"
#include "base/bytes.h"
#include "base/text.h"
#include "work/mounted.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* The lock is on a file of its own: to open and close the catalog's would let go of SQLite's
 * locks. It dies with the process. */
static int try_lock(int fd, const char *path)
{
	struct stat mine, there;

	if (flock(fd, LOCK_EX | LOCK_NB))
		return errno == EWOULDBLOCK || errno == EINTR ? 1 : -1;
	if (fstat(fd, &mine) || stat(path, &there))
		return -1;
	return mine.st_ino == there.st_ino && mine.st_dev == there.st_dev ? 0 : -1;
}

static int lock(struct applying *w)
{
	const struct timespec nap = {.tv_nsec = 50L * 1000 * 1000};
	const char *path = arena_form(w->a, "%s.retain-lock", bks_catalog_file(w->cat));
	int64_t waited = 0;
	int r;

	w->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (w->lock < 0)
		return fail(w->err, BKS_E_IO, "open %s: %s", bks_shown(path, w->a),
			strerror(errno));
	while ((r = try_lock(w->lock, path)) > 0 && waited < w->opt->wait &&
		!applying_stopped(w)) {
		nanosleep(&nap, NULL);
		waited += 50L * 1000;
	}
	if (!r)
		return 0;
	return r > 0 ? fail(w->err, BKS_E_BUSY,
			       "busy: another process carries retention out on this catalog "
			       "(waited %s)",
			       bks_duration_text(arena_take(w->a, BKS_DURATION_TEXT), waited))
		     : fail(w->err, BKS_E_IO, "lock %s: %s", bks_shown(path, w->a),
			       strerror(errno));
}

bool applying_stopped(const struct applying *w)
{
	return w->opt->stop && w->opt->stop(w->opt->stop_arg);
}

void applying_refuse(struct applying *w, const char *rule, const char *source,
	const bks_backup *b, const char *repo, const char *text)
{
	bks_refusal *f = vec_add(&w->refused, w->a);

	*f = (bks_refusal){.rule = rule,
		.source = source,
		.backup_id = b ? b->id : 0,
		.label = b ? b->label : NULL,
		.repo = repo,
		.text = arena_text(w->a, text),
		.minor = !strcmp(rule, "read-only")};
	w->out->refusal = w->out->refusal || !f->minor;
}

void applying_act(struct applying *w, const bks_backup *b, const char *repo, const char *from,
	const char *to, const char *reason, int64_t bytes)
{
	*vec_add(&w->actions, w->a) = (bks_action){.backup_id = b->id,
		.label = b->label,
		.repo = repo,
		.source = b->source,
		.from = from,
		.to = to,
		.reason = reason,
		.bytes = bytes};
}

int applying_trouble(struct applying *w, int r)
{
	w->out->unfinished = true;
	if (!w->out->trouble)
		w->out->trouble = arena_text(w->a, w->err->text);
	return r == BKS_E_CATALOG || r == BKS_E_BUSY || r == BKS_E_NEWER ? r : 0;
}

static int in_transaction(
	struct applying *w, int (*step)(struct applying *w, void *arg), void *arg)
{
	int r = catalog_begin(w->cat, w->err);

	if (r)
		return r;
	r = step(w, arg);
	if (r < 0) {
		catalog_rollback(w->cat);
		return r;
	}
	return catalog_commit(w->cat, w->err);
}

int applying_step(struct applying *w, int (*step)(struct applying *w, void *arg), void *arg)
{
	int r = in_transaction(w, step, arg);

	if (r != BKS_E_IO || w->room_made || !bks_retain_room(w->cat))
		return r;
	w->room_made = true;
	return in_transaction(w, step, arg);
}

static void know_again(struct apply_place *p, struct applying *w)
{
	const char *note, *id = NULL;
	bks_error e = {0};
	int r = mounted_open(&p->s, p->repo, &e);

	if (r < 0) {
		p->s = NULL;
		p->why = arena_form(w->a, "not mounted? %s", e.text);
		return;
	}
	r = mounted_check(&p->why, &note, w->cat, p->repo, p->s, false, w->a, &e);
	if (r < 0)
		p->why = arena_text(w->a, e.text);
	if (r || p->repo->read_only)
		return;
	/* what nobody marked may be anything */
	if (!p->repo->marker || store_marker_read(&id, p->s, w->a, &e) ||
		strcmp(id, p->repo->marker) != 0)
		p->why = arena_form(w->a,
			"%s has no marker that this catalog knows: backstay scan first",
			p->repo->url);
}

struct apply_place *applying_place(struct applying *w, int64_t repo)
{
	struct apply_place *p;

	for (size_t i = 0; i < w->places.n; i++)
		if (w->places.v[i]->repo && w->places.v[i]->repo->id == repo)
			return w->places.v[i];
	p = arena_one(w->a, struct apply_place);
	*p = (struct apply_place){.why = "its repo is not registered any more"};
	for (size_t i = 0; i < w->repos.n; i++)
		if (w->repos.v[i].id == repo) {
			p->repo = &w->repos.v[i];
			p->why = NULL;
			know_again(p, w);
		}
	*vec_add(&w->places, w->a) = p;
	return p;
}

int applying_begin(struct applying *w, bool clock)
{
	int r = lock(w);

	if (!r)
		r = catalog_sound(w->cat, w->err);
	if (!r)
		r = bks_repo_list(&w->repos, w->cat, w->a, w->err);
	if (!r)
		ballast_keep(w->cat);
	if (!r && clock)
		r = guard_clock(w);
	return r ? r : guard_generation(w);
}

int applying_end(struct applying *w, int r)
{
	for (size_t i = 0; i < w->places.n; i++)
		store_close(w->places.v[i]->s);
	if (w->room_made)
		ballast_keep(w->cat);
	if (w->lock >= 0)
		close(w->lock);
	w->out->actions = w->actions.v;
	w->out->action_count = w->actions.n;
	w->out->refused = w->refused.v;
	w->out->refused_count = w->refused.n;
	w->out->waiting = w->waiting.v;
	w->out->waiting_count = w->waiting.n;
	return r;
}
