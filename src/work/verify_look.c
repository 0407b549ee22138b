/*
 * One look at one artifact, by a worker: is what lies there still what the catalog knows, and
 * what do its bytes prove? Nothing is written here; what the catalog must learn is left in the
 * job.
 */
#include "base/bytes.h"
#include "base/text.h"
#include "format/report.h"
#include "work/rowsfile.h"
#include "work/folded.h"
#include "work/sidecar.h"
#include "work/verify_private.h"
#include <string.h>

/* Nobody judged it yet and no digest is registered: a file that is still being written may be
 * another one each time. */
static bool may_grow(const bks_artifact *f)
{
	return f->verdict == BKS_UNKNOWN && f->digest_from == BKS_DIGEST_NONE;
}

static void take_as_it_is(struct job *j, const struct store_id *is)
{
	bks_artifact *now = arena_one(j->arena, bks_artifact);

	*now = *j->file;
	now->size = is->size;
	now->mtime = is->mtime;
	now->device = is->device;
	now->inode = is->inode;
	j->file = now;
	j->grown = true;
}

/* The very object that is registered, in another size: somebody on the way cut it or added to it. */
static bool is_torn(const struct opened *o, const bks_artifact *f)
{
	return f->etag && o->id.inode == f->inode && o->id.device == f->device && o->id.mtime == f->mtime && o->id.size != f->size;
}

static void read_again(struct opened *o, const struct job *j)
{
	int64_t came = o->id.size;

	if (!is_torn(o, j->file))
		return;
	stream_close(o->in);
	o->r = store_read(&o->in, &o->id, j->place->s, j->file->path, &o->err);
	if (o->r || !is_torn(o, j->file))
		return;
	stream_close(o->in);
	o->r = fail(&o->err, BKS_E_IO, "the server says that it sends %lld bytes of the object that has %lld", (long long)came,
		(long long)j->file->size);
}

/* 0: *e is what lies there. Where that costs a request, the one that reads it is made at once. */
static int ask_now(struct store_entry *e, struct job *j, bool to_read)
{
	struct opened *o;

	if (!to_read || !store_remote(j->place->s))
		return folded_stat(e, j->place->s, j->file->path, NULL);
	o = arena_one(j->arena, struct opened);
	o->r = store_read(&o->in, &o->id, j->place->s, j->file->path, &o->err);
	if (o->r == 2)
		return folded_stat(e, j->place->s, j->file->path, NULL);
	if (!o->r)
		read_again(o, j);
	j->opened = o;
	*e = (struct store_entry){.path = j->file->path, .kind = STORE_FILE, .id = o->id};
	return o->r;
}

/*
 * What lies there now: the registered bytes, others, or nothing. A new mtime is a new file;
 * another size under the same mtime is not how programs write: the look itself tells that one.
 */
static void compare_now(struct job *j, bool to_read)
{
	const bks_artifact *f = j->file;
	struct store_entry e;

	if (j->place->why || ask_now(&e, j, to_read) || (e.kind != STORE_FILE && e.kind != STORE_FOLDER))
		return; /* the look tells the rest */
	/* a lock that is put on an object changes the time that some servers tell of it, and no byte */
	if (e.id.size == f->size && (e.id.mtime == f->mtime || (f->etag && e.id.inode == f->inode))) {
		j->back = f->state == BKS_STATE_MISSING;
		return;
	}
	if (f->state != BKS_STATE_MISSING && may_grow(f))
		take_as_it_is(j, &e.id);
	else
		j->replaced = f->state == BKS_STATE_MISSING || e.id.mtime != f->mtime;
}

/* Digests that came with the file and are not registered yet: what was registered at first
 * sight goes on counting beside them. */
static const char *look_beside(struct verify *v, struct job *j, struct look *how)
{
	bks_error why = {0};
	int r;

	how->sha256_once = !v->opt->sha256;
	if (j->file->digest_from == BKS_DIGEST_BIRTH)
		return NULL;
	r = sidecar_find(&j->beside, &j->beside_written, &v->sidecars, j->place->s, j->file->path, j->arena, &why);
	if (r < 0)
		return arena_text(j->arena, why.text);
	j->doubted = r > 0 && sidecar_older(j->beside_written, j->file->mtime);
	if (r > 0 && !j->doubted && j->file->digest_from == BKS_DIGEST_NONE) {
		how->expected = j->beside;
		how->expected_from = BKS_DIGEST_BIRTH;
	}
	if (j->beside.has_sha256)
		how->sha256_once = false; /* only one of these very bytes can be held against it */
	return NULL;
}

static void judge_beside(struct job *j, const char *why)
{
	char is[65], must[65];
	const bks_digests *d = &j->out.digests;

	if (why && j->out.bytes_read > 0)
		report_append(&j->out, F_SIDECAR_UNREADABLE, NULL, why, j->arena);
	if (!j->beside.has_sha256 || !d->has_sha256 || j->doubted ||
		j->out.levels[BKS_SEALED] == BKS_RESULT_FAIL)
		return;
	if (!memcmp(d->sha256, j->beside.sha256, sizeof d->sha256)) {
		j->vouched = true;
		j->out.digest_from = BKS_DIGEST_BIRTH;
		return;
	}
	report_append(&j->out, F_DIGEST_CHANGED, NULL,
		arena_form(j->arena,
			"SHA-256 is %s, the digest that lies beside the file is %s",
			hex_write(is, d->sha256, 32), hex_write(must, j->beside.sha256, 32)),
		j->arena);
}

void verify_doubt(struct job *j)
{
	if (!j->doubted || j->out.levels[BKS_SEALED] == BKS_RESULT_FAIL || j->out.verdict == BKS_UNREADABLE)
		return;
	j->vouched = sidecar_doubt(&j->out, &j->beside, j->beside_written, j->arena);
}

/* Servers that tell another time after a lock was put on an object tell the same ETag. */
static bool is_same_object(const struct job *j)
{
	struct store_entry e;

	return j->file->etag && !store_stat(&e, j->place->s, j->file->path, NULL) && e.id.inode == j->file->inode;
}

/* Between the comparing and the opening somebody may have put another file there. */
static void judge_swap(struct job *j)
{
	if (j->out.size < 0 || j->out.verdict == BKS_MISSING ||
		j->out.verdict == BKS_UNREADABLE)
		return;
	if (j->mtime != j->file->mtime && !is_same_object(j))
		look_failed(&j->out, j->file->path, F_CHANGED_WHILE_READING,
			"another file took its name just before it was read", j->arena);
}

static void look_inside(struct verify *v, struct job *j, struct look *how)
{
	const char *why = look_beside(v, j, how);

	j->r = look_at(&j->out, &j->mtime, j->place->s, j->file->path, how, j->arena, &j->err);
	if (j->r)
		return;
	judge_beside(j, why);
	if (!how->seal_only)
		rowsfile_look(&j->out, j->place->s, j->file->path, j->arena);
	judge_swap(j);
	if (!how->seal_only)
		j->out.verifier = VERIFIER;
}

/* Threads that the artifacts leave over: a folder's files take them. */
static int jobs_each(const struct verify *v)
{
	int n = v->job_count < 1000 ? (int)v->job_count : 1000;

	return n && v->opt->jobs > n ? v->opt->jobs / n : 1;
}

/* Where the file is what it was, its digest alone is compared: when that is what it was too, the rest is. Else it is walked, which
 * tells what became of it. A database may have more beside it, so who reads that looks there as well. */
static void look_bytes(struct verify *v, struct job *j, struct look *how)
{
	how->here = j->backup->kind != BKS_KIND_SQLITE;
	how->seal_only = v->opt->level == BKS_SEALED || (j->bound && !j->grown && !j->back);
	look_inside(v, j, how);
	if (!how->seal_only || v->opt->level == BKS_SEALED || j->r)
		return;
	j->kept = j->out.levels[BKS_SEALED] == BKS_RESULT_PASS && j->out.levels[BKS_PRESENT] == BKS_RESULT_PASS;
	if (j->kept || j->out.verdict == BKS_UNREADABLE || j->out.verdict == BKS_MISSING)
		return;
	j->r = verify_known_inputs(v, &j->err);
	if (j->r)
		return;
	j->vouched = j->doubted = false;
	how->seal_only = false;
	look_inside(v, j, how);
}

void verify_look(void *arg, size_t i)
{
	struct verify *v = arg;
	struct job *j = v->order[i];
	struct look how;

	j->started = bks_clock_now();
	compare_now(j, v->opt->level != BKS_PRESENT);
	how = (struct look){.shown = j->file->path,
		.require = j->require,
		.require_count = j->require_count,
		.expected = j->file->digests,
		.expected_from = j->file->digest_from,
		.registered_size = j->file->size,
		.max_memory = bks_catalog_settings(v->cat)->max_memory,
		.watch = &v->watch,
		.jobs = jobs_each(v),
		.alone = v->opt->jobs <= 1 || v->job_count <= 1};
	how.opened = j->opened;
	if (j->replaced && j->opened && !j->opened->r)
		stream_close(j->opened->in);
	if (j->replaced)
		look_failed(&j->out, how.shown, F_VANISHED,
			"other bytes lie under its name since the last scan", j->arena);
	else if (j->place->why)
		look_failed(&j->out, how.shown, F_CANNOT_OPEN, j->place->why, j->arena);
	else if (v->opt->level == BKS_PRESENT)
		look_present(&j->out, j->place->s, j->file->path, &how, j->arena);
	else
		look_bytes(v, j, &how);
	j->ended = bks_clock_now();
}
