/*
 * One copy of a backup, taken away file by file. What is about to happen is on disk before it
 * happens, and what happened is written down when it was seen; a run that was cut off anywhere
 * in between is finished by the next one.
 */
#include "base/text.h"
#include "work/applying.h"
#include "work/folded.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIDECAR_MAX = 16 << 20 };

/* Names beside a file that are of it alone, and of no use without it. */
static const char *const beside[] = {".sha256", ".sha256sum", ".sha512", ".sha1", ".md5",
	".asc", ".sig", ".minisig", ".manifest"};
static const char *const beside_database[] = {"-journal", "-wal", "-shm"};

const bks_artifact *artifact_of(const bks_backup *b, int64_t id)
{
	for (size_t i = 0; i < b->artifact_count; i++)
		if (b->artifacts[i].id == id)
			return &b->artifacts[i];
	return NULL;
}

struct gathering {
	struct applying *w;
	struct intent_row *i;
	size_t skip;
	VEC(struct intent_member) v;
	const char *strange;
	int64_t sum;
	bks_time newest;
};

static int add_member(void *arg, const struct store_entry *e)
{
	struct gathering *g = arg;
	struct intent_member *m;

	if (e->kind == STORE_FOLDER)
		return 0;
	if (e->kind != STORE_FILE) {
		g->strange = arena_form(g->w->a, "%s in it is no regular file",
			bks_shown(e->path + g->skip, g->w->a));
		return 0;
	}
	m = vec_add(&g->v, g->w->a);
	*m = (struct intent_member){
		arena_text(g->w->a, e->path + g->skip), e->id.inode, e->id.size, e->id.mtime};
	g->sum += e->id.size;
	if (g->newest == BKS_TIME_NONE || e->id.mtime > g->newest)
		g->newest = e->id.mtime;
	return 0;
}

static int by_name(const void *x, const void *y)
{
	return strcmp(((const struct intent_member *)x)->name,
		((const struct intent_member *)y)->name);
}

/* 2: it is another folder than was registered. */
static int gather_folder(const char **why, struct gathering *g, store *s, const bks_artifact *f)
{
	int r;

	g->skip = strlen(f->path) + 1;
	g->newest = BKS_TIME_NONE;
	r = store_walk_in(s, f->path, add_member, g, g->w->err);
	if (r)
		return r;
	*why = g->strange;
	if (!*why && g->sum != f->size)
		*why = arena_form(g->w->a,
			"its files are %lld bytes together, %lld were registered",
			(long long)g->sum, (long long)f->size);
	if (!*why && g->newest != BKS_TIME_NONE && g->newest != f->mtime)
		*why = "its newest file is another one than was registered";
	return *why ? 2 : 0;
}

static int add_beside(struct gathering *g, store *s, const char *path, const char *end)
{
	struct store_entry e;
	int r = store_stat(&e, s, arena_form(g->w->a, "%s%s", path, end), g->w->err);

	if (r)
		return r < 0 ? r : 0;
	if (e.kind == STORE_FILE && (e.id.size <= SIDECAR_MAX || end[0] == '-'))
		*vec_add(&g->v, g->w->a) =
			(struct intent_member){end, e.id.inode, e.id.size, e.id.mtime};
	return 0;
}

struct beside_of {
	struct gathering *g;
	const bks_artifact *f;
	bool database;
};

static bool is_beside(const char *end, bool database)
{
	for (size_t i = 0; i < sizeof beside / sizeof *beside; i++)
		if (!strcmp(end, beside[i]))
			return true;
	for (size_t i = 0; database && i < sizeof beside_database / sizeof *beside_database; i++)
		if (!strcmp(end, beside_database[i]))
			return true;
	return false;
}

static int one_beside(void *arg, const struct store_entry *e)
{
	struct beside_of *o = arg;
	const char *end = e->path + strlen(o->f->path);

	if (e->kind == STORE_FILE && is_beside(end, o->database) && (e->id.size <= SIDECAR_MAX || end[0] == '-'))
		*vec_add(&o->g->v, o->g->w->a) =
			(struct intent_member){arena_text(o->g->w->a, end), e->id.inode, e->id.size, e->id.mtime};
	return 0;
}

static int gather_beside(
	struct gathering *g, store *s, const bks_backup *b, const bks_artifact *f)
{
	struct beside_of o = {g, f, b->kind == BKS_KIND_SQLITE};
	/* behind a network one listing tells what a question a name would */
	int r = store_starting(s, f->path, one_beside, &o, g->w->err);

	if (r <= 0)
		return r;
	g->v.n = 0;
	r = 0;
	for (size_t i = 0; !r && i < sizeof beside / sizeof *beside; i++)
		r = add_beside(g, s, f->path, beside[i]);
	for (size_t i = 0; !r && b->kind == BKS_KIND_SQLITE &&
			   i < sizeof beside_database / sizeof *beside_database;
		i++)
		r = add_beside(g, s, f->path, beside_database[i]);
	return r;
}

/* A lock that is put on an object changes the time that some servers tell of it; its version is what it was. */
static bool same_version(const struct store_entry *e, const bks_artifact *f)
{
	return e->version && f->version_id && !strcmp(e->version, f->version_id);
}

/* 0: *i says what is to go; 1: it is not there; 2: it is something else, *why. */
static int look(struct intent_row *i, const char **why, struct applying *w, const bks_backup *b,
	const bks_artifact *f, store *s)
{
	struct gathering g = {.w = w, .i = i};
	struct store_entry e;
	int r = store_stat(&e, s, f->path, w->err);

	if (r)
		return r;
	*i = (struct intent_row){.artifact = f->id,
		.backup = b->id,
		.repo = f->repo_id,
		.path = f->path,
		.device = f->device,
		.inode = f->inode,
		.size = f->size,
		.mtime = f->mtime,
		.folder = e.kind == STORE_FOLDER,
		.version = f->version_id};
	if (e.kind != STORE_FILE && e.kind != STORE_FOLDER)
		*why = "it is no regular file any more";
	else if (e.id.inode != f->inode || e.id.device != f->device)
		*why = "another file has its name (inode, device)";
	else if (e.kind == STORE_FILE && e.id.size != f->size)
		*why = arena_form(w->a, "its size changed, %lld -> %lld", (long long)f->size,
			(long long)e.id.size);
	else if (e.kind == STORE_FILE && e.id.mtime != f->mtime && !same_version(&e, f))
		*why = "its mtime changed";
	if (*why)
		return 2;
	r = i->folder ? gather_folder(why, &g, s, f) : gather_beside(&g, s, b, f);
	/* after they were listed: what is exchanged from here on is seen by its inode. One that
	 * rotted has other bytes for that reason. */
	if (!r && i->folder && f->verdict != BKS_DAMAGED && f->verdict != BKS_INCOMPLETE)
		r = survive_folder(why, w, f, s);
	if (g.v.n)
		qsort(g.v.v, g.v.n, sizeof *g.v.v, by_name);
	i->members = g.v.v;
	i->n = g.v.n;
	return r;
}

static int64_t device_of(store *s, int64_t otherwise)
{
	struct store_entry e;

	/* disks are numbered anew at each boot; the marker says that it is this one */
	return store_stat(&e, s, STORE_MARKER, NULL) ? otherwise : e.id.device;
}

static struct store_doomed doomed_of(const struct intent_row *i, store *s, bks_arena *a)
{
	struct store_doomed d = {.path = i->path,
		.folder = i->folder,
		.grave = i->grave,
		.version = i->version,
		.id = {i->device, i->inode, i->size, i->mtime}};
	struct store_member *v;

	(void)s;
	if (!i->folder)
		return d;
	v = arena_take(a, (i->n + 1) * sizeof *v);
	for (size_t k = 0; k < i->n; k++)
		v[k] = (struct store_member){
			i->members[k].name, {i->device, i->members[k].inode, i->members[k].size,
						    i->members[k].mtime}};
	d.members = v;
	d.n = i->n;
	return d;
}

/* What lies beside follows it; what is something else by now stays. Negative: something of it
 * could not be removed, and nothing else will ever name it: the deletion is not over. */
static int erase_beside(struct applying *w, const struct intent_row *i, store *s)
{
	for (size_t k = 0; !i->folder && k < i->n; k++) {
		const struct intent_member *m = &i->members[k];
		struct store_doomed d = {.path = arena_form(w->a, "%s%s", i->path, m->name),
			.grave = arena_form(w->a, "%s%s", i->grave, m->name),
			.id = {i->device, m->inode, m->size, m->mtime}};
		const char *why = NULL;
		int64_t freed;
		int r = store_bury(&why, s, &d, w->a, w->err);

		if (r >= 0 && r != 2)
			r = store_erase(&why, &freed, s, &d, w->a, w->err);
		if (r == STORE_LIED)
			r = fail(w->err, BKS_E_IO, "%s: %s", bks_shown(d.path, w->a), why);
		if (r < 0)
			return r;
		if (r >= 2)
			applying_refuse(w, "beside", NULL, NULL, NULL,
				arena_form(w->a, "%s stays: %s", bks_shown(d.path, w->a), why));
	}
	return 0;
}

static bool in_trash(const struct intent_row *i, store *s)
{
	struct store_entry e;

	char path[sizeof STORE_TRASH + 96];

	if (store_remote(s)) /* nothing is moved there */
		return false;
	snprintf(path, sizeof path, "%s/%.80s", STORE_TRASH, i->grave);
	return store_stat(&e, s, path, NULL) == 0;
}

/* 0: gone, *freed; 2: it is something else, *why; STORE_HELD and STORE_LIED. */
static int bury_and_erase(int64_t *freed, const char **why, struct applying *w,
	const struct intent_row *i, store *s)
{
	struct store_doomed d = doomed_of(i, s, w->a);
	struct store_entry e;
	/* what a run before this one moved is not looked for under its name, which may be
	 * somebody else's by now */
	int r = in_trash(i, s) ? 0 : store_bury(why, s, &d, w->a, w->err);

	if (r < 0 || r == 2)
		return r;
	r = store_erase(why, freed, s, &d, w->a, w->err);
	if (r == 1)
		*freed = i->size;
	if (r < 0 || r >= 2)
		return r;
	r = store_remote(s) ? 1 : store_stat(&e, s, i->path, w->err); /* a bucket was listed anew */
	if (!r && e.id.inode == i->inode && e.id.mtime == i->mtime && !i->folder)
		r = fail(w->err, BKS_E_IO, "%s is still there after it was removed",
			bks_shown(i->path, w->a));
	if (r < 0)
		return r;
	return erase_beside(w, i, s);
}

struct ending_of {
	const struct intent_row *v;
	const int64_t *freed;
	const int *how; /* 0 gone, 2 lost, 3 back */
	size_t n;
	int64_t backup;
	bool buried;
};

static int write_end(struct applying *w, void *arg)
{
	struct ending_of *e = arg;
	int r = 0;

	for (size_t k = 0; !r && k < e->n; k++) {
		if (e->how[k] == 0)
			r = intent_gone(w->cat, &e->v[k], e->freed[k], w->opt->now, w->err);
		else if (e->how[k] == 2)
			r = intent_lost(w->cat, &e->v[k], w->opt->now, w->err);
		else if (e->how[k] == 3)
			r = intent_back(w->cat, &e->v[k], w->opt->now, w->err);
	}
	if (!r) {
		r = backup_bury(w->cat, e->backup, w->opt->now, w->err);
		e->buried = r > 0;
	}
	return r < 0 ? r : 0;
}

static int write_begin(struct applying *w, void *arg)
{
	struct ending_of *e = arg;
	struct intent_row *v = arena_take(w->a, (e->n + 1) * sizeof *v);
	int r = 0;

	memcpy(v, e->v, e->n * sizeof *v);
	for (size_t k = 0; !r && k < e->n; k++)
		if (!v[k].id)
			r = intent_begin(&v[k], w->cat, w->opt->now, w->a, w->err);
	if (!r)
		e->v = v;
	return r;
}

static int lose(struct applying *w, void *arg)
{
	const bks_artifact *f = arg;
	int r = f->state == BKS_STATE_MISSING
			? 0
			: artifact_set_state(w->cat, f->id, BKS_STATE_MISSING, "vanished",
				  w->opt->now, w->err);

	return r < 0 ? r : condemnation_end(w->cat, f->id, "missing", w->opt->now, w->err);
}

/* What is under the name, when the trash has nothing of a deletion that was begun. */
static bool is_other(const struct intent_row *i, store *s)
{
	struct store_entry e;

	return store_stat(&e, s, i->path, NULL) == 0 && e.id.inode != i->inode;
}

int takeaway_back(const char **why, struct applying *w, const struct intent_row *i,
	struct apply_place *place)
{
	struct intent_row now = *i;
	struct store_doomed d;
	int r;

	now.device = device_of(place->s, i->device);
	d = doomed_of(&now, place->s, w->a);
	r = store_unbury(why, place->s, &d, w->a, w->err);
	if (r == 1) {
		struct store_entry e;

		r = store_stat(&e, place->s, i->path, w->err);
		if (!r && e.id.inode != i->inode) {
			*why = "another file has its name";
			r = 2;
		}
		if (r == 1) {
			*why = "it is gone: the deletion that was cut off had removed it";
			return 2;
		}
	}
	return r < 0 ? r : r > 0;
}

static int find_intents(
	struct intent_row *v, bool *begun, struct applying *w, const struct takeaway *t)
{
	const struct intent_row *open;
	size_t n;
	int r = intent_list(&open, &n, w->cat, w->a, w->err);

	for (size_t k = 0; !r && k < t->n; k++) {
		begun[k] = false;
		for (size_t i = 0; i < n; i++)
			if (open[i].artifact == t->artifacts[k]) {
				v[k] = open[i];
				v[k].device = device_of(t->place->s, open[i].device);
				begun[k] = true;
			}
	}
	return r;
}

int takeaway(struct applying *w, const struct takeaway *t)
{
	struct intent_row *v = arena_take(w->a, (t->n + 1) * sizeof *v),
			  *go = arena_take(w->a, (t->n + 1) * sizeof *go);
	int64_t *freed = arena_take(w->a, (t->n + 1) * sizeof *freed), sum = 0;
	bool *begun = arena_take(w->a, (t->n + 1) * sizeof *begun), unknown = false;
	int *how = arena_take(w->a, (t->n + 1) * sizeof *how);
	struct ending_of e = {.v = go, .freed = freed, .how = how, .backup = t->b->id};
	int r = find_intents(v, begun, w, t);

	for (size_t k = 0; !r && k < t->n; k++) {
		const bks_artifact *f = artifact_of(t->b, t->artifacts[k]);
		const char *why = NULL;

		if (!begun[k]) {
			r = f->state == BKS_STATE_MISSING
				    ? 1
				    : look(&v[k], &why, w, t->b, f, t->place->s);
			if (r < 0)
				return applying_trouble(w, r);
			if (r == 2) {
				applying_refuse(w, "replaced", t->b->source, t->b,
					t->place->repo->name, why);
				return 0;
			}
			if (r == 1) {
				bks_artifact lost = *f;

				r = applying_step(w, lose, &lost);
				applying_act(w, t->b, t->place->repo->name, "condemned",
					"missing", "vanished", 0);
				continue;
			}
		}
		go[e.n++] = v[k];
	}
	if (!r)
		r = applying_step(w, write_begin, &e);
	if (r == BKS_E_REFUSED) {
		applying_refuse(w, "catalog-rule", t->b->source, t->b, t->place->repo->name,
			w->err->text);
		return 0;
	}
	for (size_t k = 0; !r && k < e.n; k++) {
		const char *why = NULL;

		r = bury_and_erase(&freed[k], &why, w, &e.v[k], t->place->s);
		how[k] = r;
		if (r < 0) {
			how[k] = 1; /* nobody knows: the next run looks */
			unknown = true;
			r = applying_trouble(w, r);
		} else if (r > 2) {
			how[k] = 3;
			applying_refuse(w, r == STORE_HELD ? "held" : "not-deleted", t->b->source, t->b, t->place->repo->name, why);
			r = 0;
		} else if (r == 2) {
			bool trash = in_trash(&e.v[k], t->place->s);

			how[k] = trash ? 1 : is_other(&e.v[k], t->place->s) ? 2 : 3;
			applying_refuse(w, trash ? "trash" : "replaced", t->b->source, t->b,
				t->place->repo->name, why);
			r = 0;
		}
		sum += how[k] == 0 ? freed[k] : 0;
	}
	/* A set of which only some files are known to be gone would count as broken, and be
	 * kept for that: it is ended as one, by the next run. */
	for (size_t k = 0; unknown && k < e.n; k++)
		how[k] = how[k] ? how[k] : 1;
	if (!r)
		r = applying_step(w, write_end, &e);
	for (size_t k = 0; !r && k < e.n; k++)
		if (how[k] == 0) {
			applying_act(w, t->b, t->place->repo->name, "condemned", "gone",
				"purged", sum);
			w->out->gone++;
			w->out->bytes_freed += sum;
			break;
		}
	return r;
}
