/* What is left in every repo for the day on which this host is gone: the catalog, its digest,
 * and a page for people. */
#include "work/rescue.h"
#include "backstay/repo.h"
#include "base/bytes.h"
#include "base/digest.h"
#include "base/text.h"
#include "base/vec.h"
#include "catalog/rescue.h"
#include "store/beneath.h"
#include "work/intofile.h"
#include "work/mounted.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SUM_MAX = 4000, PAGE_MAX = 16 << 20 };

struct rescue {
	bks_catalog *cat;
	bks_time now;
	bks_arena *a;
	const char *state;
	int fd;       /* of the copy, which has no name any more; -1: not yet made */
	char hex[65]; /* its SHA-256 */
	bks_digests digests;
	const char *failed; /* why there is none; NULL */
};

/* ---- whether it has to be written ---- */

static const char *line_of(const char *text, const char *head, bks_arena *a)
{
	const char *at = strstr(text, head);

	at = at ? at + strlen(head) : NULL;
	return at ? arena_bytes(a, at, strcspn(at, "\n")) : NULL;
}

static bool lies_there(store *s, const char *name)
{
	struct store_entry e;

	return store_stat(&e, s, name, NULL) == 0 && e.kind == STORE_FILE;
}

/* *old is the digest that stands; NULL. */
static bool is_fresh(const char **old, const struct rescue *w, store *s)
{
	const char *text, *state, *when, *blank;
	bks_time written = BKS_TIME_NONE;
	size_t n;

	*old = NULL;
	if (store_slurp(&text, &n, s, RESCUE_SUM, SUM_MAX, w->a, NULL) != 0)
		return false;
	if (n > 64 && text[64] == ' ')
		*old = arena_bytes(w->a, text, 64);
	state = line_of(text, "\n# state ", w->a);
	when = line_of(text, "\n# written ", w->a);
	blank = when ? strchr(when, ' ') : NULL;
	if (blank)
		(void)!bks_time_parse(&written, arena_bytes(w->a, when, (size_t)(blank - when)),
			NULL, w->now, NULL);
	return state && !strcmp(state, w->state) && written != BKS_TIME_NONE &&
	       written <= w->now && w->now - written < BKS_DAY &&
	       lies_there(s, RESCUE_CATALOG) && lies_there(s, RESCUE_PAGE);
}

/* ---- the copy, made once for all repos ---- */

static int digest_copy(struct rescue *w, bks_error *err)
{
	stream *in = stream_fd(w->fd, "the copy", false);
	digest *d = digest_new(true);
	stream *tee = digest_tee(in, d);
	int r = stream_drain(tee, NULL, err);

	stream_close(tee);
	digest_end(&w->digests, d);
	hex_write(w->hex, w->digests.sha256, sizeof w->digests.sha256);
	return r;
}

static int make_copy(struct rescue *w, bks_error *err)
{
	const char *path =
		arena_form(w->a, "%s.rescue-%ld", bks_catalog_file(w->cat), (long)getpid());
	int r;

	unlink(path);
	r = rescue_copy(w->cat, path, err);
	if (r)
		return r;
	w->fd = open(path, O_RDONLY | O_CLOEXEC);
	unlink(path);
	if (w->fd < 0)
		return fail(err, BKS_E_IO, "open %s: %s", path, strerror(errno));
	return digest_copy(w, err);
}

static const char *sum_text(const struct rescue *w, const char *old)
{
	char when[BKS_TIME_TEXT];

	return arena_form(w->a,
		"%s  " RESCUE_CATALOG "\n%s%s# written %s by backstay " BKS_VERSION
		"\n# state %s\n",
		w->hex, old ? old : "", old ? "  " RESCUE_CATALOG "\n" : "",
		bks_time_text(when, w->now - w->now % BKS_SECOND), w->state);
}

static int put_text(store *s, const char *name, const char *text, bks_error *err)
{
	return store_put(s, name, text, strlen(text), true, err);
}

/* Into a bucket: what was sent has the digest, or it is not left there as ours. */
static int send_catalog(struct rescue *w, store *s, bks_error *err)
{
	struct stat st;
	stream *in;
	int r;

	if (lseek(w->fd, 0, SEEK_SET) || fstat(w->fd, &st))
		return fail(err, BKS_E_IO, "read the copy again: %s", strerror(errno));
	in = stream_fd(w->fd, "the copy", false);
	r = store_pour(s, RESCUE_CATALOG, in, st.st_size, true, err);
	stream_close(in);
	return r;
}

static int put_catalog(struct rescue *w, store *s, bks_error *err)
{
	struct intofile how = {
		.mode = 0600, .replace = true, .mtime = BKS_TIME_NONE, .expected = &w->digests};
	bks_digests is;
	int64_t size;
	int dir = open(s->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC), r;
	stream *in;

	if (dir < 0)
		return fail(err, BKS_E_IO, "open %s: %s", s->root, strerror(errno));
	if (lseek(w->fd, 0, SEEK_SET)) {
		close(dir);
		return fail(err, BKS_E_IO, "read the copy again: %s", strerror(errno));
	}
	in = stream_fd(w->fd, "the copy", false);
	r = intofile(&is, &size, in, dir, RESCUE_CATALOG, RESCUE_CATALOG, &how, err);
	stream_close(in);
	close(dir);
	return r > 0 ? fail(err, BKS_E_IO,
			       "the copy of the catalog changed while it was written")
		     : r;
}

/* A page that somebody else wrote is left alone. */
static int page_is_ours(store *s, bks_arena *a, bks_error *err)
{
	const char *text;
	size_t n;
	int r = store_slurp(&text, &n, s, RESCUE_PAGE, PAGE_MAX, a, err);

	if (r == 1)
		return 0;
	if (r < 0)
		return r;
	if (r == 2 || strncmp(text, RESCUE_HEAD, sizeof RESCUE_HEAD - 1) != 0)
		return fail(err, BKS_E_REFUSED,
			RESCUE_PAGE
			" there is somebody else's: it stays, and ours is not written");
	return 0;
}

/* Of two copies one is always whole and named by the digests, whenever the machine stops. */
static int leave(
	struct rescue *w, const bks_repo *repo, store *s, const char *old, bks_error *err)
{
	const char *page;
	int r = rescue_page(&page, w->cat, repo, s, w->now, w->a, err);

	if (!r && old && strcmp(old, w->hex) != 0)
		r = put_text(s, RESCUE_SUM, sum_text(w, old), err);
	if (!r)
		r = store_remote(s) ? send_catalog(w, s, err) : put_catalog(w, s, err);
	if (!r)
		r = page_is_ours(s, w->a, err);
	if (!r)
		r = put_text(s, RESCUE_PAGE, page, err);
	/* last: it says that all is there */
	return r ? r : put_text(s, RESCUE_SUM, sum_text(w, NULL), err);
}

/* Whether S is the repo that the catalog knows. */
static int is_known(
	const char **why, struct rescue *w, const bks_repo *repo, store *s, bks_error *err)
{
	const char *note, *id;
	int r = mounted_check(why, &note, w->cat, repo, s, false, w->a, err);

	if (r)
		return r;
	if (!repo->marker || store_marker_read(&id, s, w->a, NULL) != 0 ||
		strcmp(id, repo->marker) != 0) {
		*why = "it has no marker that this catalog knows";
		return 1;
	}
	return 0;
}

static void rescue_one(bks_rescue_left *out, struct rescue *w, const bks_repo *repo)
{
	AUTO(store_auto) store *s = NULL;
	bks_error e = {0};
	const char *old, *why = NULL;
	int r = mounted_open(&s, repo, &e);

	*out = (bks_rescue_left){.repo = repo->name};
	if (!r)
		r = is_known(&why, w, repo, s, &e);
	if (!r && is_fresh(&old, w, s))
		return;
	if (!r && w->fd < 0 && !w->failed) {
		r = make_copy(w, &e);
		w->failed = r ? arena_text(w->a, e.text) : NULL;
	}
	if (!r && w->failed)
		out->why = w->failed;
	else if (!r)
		r = leave(w, repo, s, old, &e);
	if (r)
		out->why = r > 0 ? why : arena_text(w->a, e.text);
	out->written = !out->why;
}

static int state_of(struct rescue *w, bks_error *err)
{
	const bks_settings *s = bks_catalog_settings(w->cat);
	const char *rows;
	int r = rescue_state(&rows, w->cat, w->a, err);

	if (!r)
		w->state = arena_form(w->a, "%s " BKS_VERSION " %.16s", rows,
			s && s->digest ? s->digest : "-");
	return r;
}

int bks_rescue(bks_rescued *out, bks_catalog *cat, bks_time now, bks_arena *a, bks_error *err)
{
	struct rescue w = {.cat = cat, .now = now, .a = a, .fd = -1};
	VEC(bks_rescue_left) v = {0};
	bks_repos repos;
	int r = bks_repo_list(&repos, cat, a, err);

	if (!r)
		r = state_of(&w, err);
	for (size_t i = 0; !r && i < repos.n; i++)
		if (!repos.v[i].read_only)
			rescue_one(vec_add(&v, a), &w, &repos.v[i]);
	if (w.fd >= 0)
		close(w.fd);
	*out = (bks_rescued){v.v, v.n};
	return r;
}
