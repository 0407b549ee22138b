/*
 * Before anything is deleted of a stream: what must stay is there now, on this disk, byte by
 * byte as it was registered. A row that says so is no proof; the disk may have died since the
 * last verify.
 */
#include "base/bytes.h"
#include "base/digest.h"
#include "base/text.h"
#include "work/applying.h"
#include "work/cold.h"
#include "work/folded.h"
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

/* Past so many bytes of a stream files are looked at in places only. */
enum { BLOCK = 64 << 10, BLOCKS = 16 };
static const int64_t budget = (int64_t)1 << 30;

struct proof {
	struct applying *w;
	int64_t left;
	const char **why;
};

static int no(struct proof *p, const bks_artifact *f, const char *what)
{
	*p->why = arena_form(p->w->a, "%s:%s %s", f->repo, bks_shown(f->path, p->w->a), what);
	return 1;
}

static int digest_of(bks_digests *out, stream *in, bks_error *err)
{
	digest *d = digest_new(true);
	const uint8_t *bytes;
	size_t n;
	int r;

	while ((r = stream_next(in, &bytes, &n, err)) > 0)
		digest_add(d, bytes, n);
	digest_end(out, d);
	return r;
}

static bool is_registered(const bks_digests *is, const bks_digests *was)
{
	if (was->has_sha256)
		return is->has_sha256 && !memcmp(is->sha256, was->sha256, sizeof is->sha256);
	return was->has_xxh3 && is->has_xxh3 && !memcmp(is->xxh3, was->xxh3, sizeof is->xxh3);
}

/* Head, tail, and places between that nobody can know before. */
static bool readable_in_places(stream *in, int64_t size)
{
	static _Thread_local uint8_t block[BLOCK];
	int64_t last = size > BLOCK ? size - BLOCK : 0;
	uint64_t random[BLOCKS];

	if (!in->plain || getrandom(random, sizeof random, 0) != sizeof random)
		return false;
	random[0] = 0;
	random[1] = (uint64_t)last;
	for (int i = 0; i < BLOCKS; i++) {
		int64_t at = i < 2 ? (int64_t)random[i]
				   : (int64_t)(random[i] % (uint64_t)(last + 1));

		if (pread(in->plain - 1, block, (size_t)(size < BLOCK ? size : BLOCK), at) !=
			(size < BLOCK ? size : BLOCK))
			return false;
	}
	return true;
}

/* Past the budget nothing of a bucket is fetched but its head: that the ETag is the one of the bytes that were proven says the rest, as
 * far as the server is believed. What is cold is not recalled. */
static int prove_remote(struct proof *p, const bks_artifact *f, store *s)
{
	AUTO(stream_auto) stream *in = NULL;
	struct store_entry e;
	struct store_id id;
	const uint8_t *bytes;
	bks_error err = {0};
	size_t n;
	int r = store_stat(&e, s, f->path, &err);

	if (r)
		return no(p, f, r < 0 ? err.text : "is not there");
	if (e.kind != STORE_FILE || e.id.size != f->size || e.id.inode != f->inode)
		return no(p, f, "is another object than was registered");
	if (cold_class(e.storage_class) || !f->size)
		return 0;
	r = store_read_head(&in, &id, s, f->path, BLOCK, &err);
	if (!r)
		r = stream_next(in, &bytes, &n, &err);
	return r > 0 ? 0 : no(p, f, r < 0 ? err.text : "cannot be read");
}

static int prove_file(struct proof *p, const bks_artifact *f, store *s)
{
	AUTO(stream_auto) stream *in = NULL;
	struct store_id id;
	bks_digests d;
	bks_error e = {0};
	int r;

	if (store_remote(s) && (f->size > p->left || cold_class(f->storage_class)))
		return prove_remote(p, f, s);
	r = store_read(&in, &id, s, f->path, &e);
	if (r)
		return no(p, f,
			r < 0    ? e.text
			: r == 1 ? "is not there"
				 : "is no regular file");
	/* of an object its ETag says more than the time */
	if (id.size != f->size || (store_remote(s) ? id.inode != f->inode : id.mtime != f->mtime))
		return no(p, f, "has another size or mtime than was registered");
	if (f->size > p->left)
		return readable_in_places(in, f->size) ? 0 : no(p, f, "cannot be read");
	p->left -= f->size;
	r = digest_of(&d, in, &e);
	if (r < 0)
		return no(p, f, e.text);
	if (f->digest_from == BKS_DIGEST_NONE)
		return no(p, f, "was never read: nobody knows its bytes");
	return is_registered(&d, &f->digests)
		       ? 0
		       : no(p, f, "has other bytes than were registered");
}

/* The lines of sha256sum and xxhsum over the folder, as format/folder.h says. */
static void add_line(digest *d, const uint8_t *value, size_t n, const char *name)
{
	char hex[65];

	digest_add(d, hex_write(hex, value, n), 2 * n);
	digest_add(d, "  ", 2);
	for (; *name; name++) {
		if (*name == '\\' || *name == '\n')
			digest_add(d, *name == '\n' ? "\\n" : "\\\\", 2);
		else
			digest_add(d, name, 1);
	}
	digest_add(d, "\n", 1);
}

static int folder_digest(bks_digests *out, members *m, bks_error *err)
{
	digest *sha = digest_new(true), *xxh = digest_new(false);
	bks_digests one, of_sha;
	int r = 0;

	for (size_t i = 0; !r && i < m->n; i++) {
		stream *in = NULL;

		if (m->v[i].kind != MEMBER_FILE)
			continue;
		r = m->open(&in, m, i, err);
		if (!r)
			r = digest_of(&one, in, err);
		stream_close(in);
		if (r)
			break;
		add_line(sha, one.sha256, sizeof one.sha256, m->v[i].name);
		add_line(xxh, one.xxh3, sizeof one.xxh3, m->v[i].name);
	}
	digest_end(&of_sha, sha);
	digest_end(out, xxh);
	memcpy(out->sha256, of_sha.sha256, sizeof out->sha256);
	out->has_sha256 = of_sha.has_sha256;
	return r;
}

static int prove_folder(struct proof *p, const bks_artifact *f, store *s)
{
	AUTO(members_auto) members *m = NULL;
	bks_error e = {0};
	bks_digests d;
	bks_time newest;
	int64_t size;
	int r = store_members(&m, s, f->path, &e);

	if (r)
		return no(p, f, r < 0 ? e.text : "is not there");
	folded_sum(&size, &newest, m);
	if (size != f->size || newest != f->mtime)
		return no(p, f, "has files of another size or mtime than were registered");
	if (f->size > p->left)
		return 0;
	p->left -= f->size;
	if (folder_digest(&d, m, &e))
		return no(p, f, *e.text ? e.text : "lost a file");
	return is_registered(&d, &f->digests)
		       ? 0
		       : no(p, f, "has other bytes than were registered");
}

int survive_folder(const char **why, struct applying *w, const bks_artifact *f, store *s)
{
	AUTO(members_auto) members *m = NULL;
	bks_error e = {0};
	bks_digests d;
	int r;

	if (f->digest_from == BKS_DIGEST_NONE || f->size > budget)
		return 0;
	r = store_members(&m, s, f->path, &e);
	if (!r)
		r = folder_digest(&d, m, &e);
	if (r)
		*why = arena_form(w->a,
			"its files cannot be compared with what was registered: %s",
			r < 0 ? e.text : "it is not there");
	else if (!is_registered(&d, &f->digests))
		*why = "its files have other bytes than were registered";
	return *why ? 2 : 0;
}

static int prove_artifact(struct proof *p, const bks_artifact *f, store *s)
{
	struct store_entry e;
	bks_error err = {0};
	int r = store_stat(&e, s, f->path, &err);

	if (r)
		return no(p, f, r < 0 ? err.text : "is not there");
	return e.kind == STORE_FOLDER ? prove_folder(p, f, s) : prove_file(p, f, s);
}

/* All files of B in one repo. */
static int prove_copy(struct proof *p, const bks_backup *b, int64_t repo)
{
	struct apply_place *place = applying_place(p->w, repo);
	int r = 0;

	for (size_t i = 0; !r && i < b->artifact_count; i++) {
		const bks_artifact *f = &b->artifacts[i];

		if (f->repo_id != repo || f->state != BKS_STATE_LIVE)
			continue;
		r = place->why || !place->s
			    ? no(p, f, place->why ? place->why : "is not mounted")
			    : prove_artifact(p, f, place->s);
	}
	return r;
}

/* One whole good copy will do. */
static int prove_backup(struct proof *p, const bks_backup *b)
{
	bks_artifact c;
	int r = 1;

	*p->why = arena_form(p->w->a, "%s has no good copy", bks_shown(b->label, p->w->a));
	for (size_t i = 0; r && i < b->artifact_count; i++) {
		bool again = b->artifacts[i].state != BKS_STATE_LIVE;

		for (size_t k = 0; k < i; k++)
			again = again ||
				(b->artifacts[k].state == BKS_STATE_LIVE &&
					b->artifacts[k].repo_id == b->artifacts[i].repo_id);
		if (!again && backup_copy(&c, b, b->artifacts[i].repo_id) &&
			c.state == BKS_STATE_LIVE && c.verdict == b->verdict)
			r = prove_copy(p, b, b->artifacts[i].repo_id);
	}
	return r;
}

int survive_prove(const char **why, struct applying *w, const struct stream_rows *rows)
{
	struct proof p = {w, budget, why};
	int floor = rows->policy->floor > 2 ? rows->policy->floor : 2, proven = 0;

	for (size_t i = 0; i < rows->n && proven < floor; i++) {
		if (!keep_eligible(&rows->rows[i], rows->policy->level, w->opt->now))
			continue;
		if (prove_backup(&p, rows->backups[i]))
			return 1;
		proven++;
	}
	*why = "no good backup is left";
	return proven ? 0 : 1;
}
