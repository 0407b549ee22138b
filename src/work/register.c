#include "work/register.h"
#include "base/bytes.h"
#include "base/text.h"
#include "format/name.h"
#include "work/apart.h"
#include "work/cold.h"
#include "work/moment.h"
#include <stdio.h>
#include <string.h>

enum { REGISTER_HEAD = 1 << 20 }; /* as much as a glance looks at */

enum bks_kind register_kind(const char *format)
{
	if (!strcmp(format, "sqlite"))
		return BKS_KIND_SQLITE;
	if (!strcmp(format, "pg-basebackup") || !strcmp(format, "pg-wal"))
		return BKS_KIND_PHYSICAL;
	if (!strcmp(format, "tar") || !strcmp(format, "zip") || !strcmp(format, "raw"))
		return BKS_KIND_FILES;
	return BKS_KIND_LOGICAL;
}

/* What no ending promises and no format knows is somebody else's file; an encrypted one is a backup we cannot look into. */
static bool worth_keeping(const bks_inspection *i, const char *path, const struct claim *c)
{
	if (c->source)
		return true;
	if (!strcmp(i->format, "pg-wal"))
		return false; /* a row a segment is no inventory: archived WAL is kept as runs (walruns.h) */
	if (strcmp(i->format, "raw") != 0 || name_promises(path))
		return true;
	for (size_t k = 0; k < i->finding_count; k++)
		if (!strcmp(i->findings[k].code, "encrypted"))
			return true;
	return false;
}

static int glance_folder(bks_inspection *out, struct registrar *g, const char *path, const char *base, bks_arena *a,
	bks_error *err)
{
	members *m;
	int r = store_members(&m, g->s, path, err);

	if (r)
		return r;
	r = apart_glance_folder(out, m, base, a, err);
	return r < 0 ? r : 0;
}

static int glance_file(bks_inspection *out, struct registrar *g, const char *path, const char *base, bks_arena *a,
	bks_error *err)
{
	struct store_id id;
	stream *in;
	int r = g->ahead ? ahead_take(out, g->ahead, path, a, err) : 1;

	if (r <= 0)
		return r;
	r = store_read_head(&in, &id, g->s, path, REGISTER_HEAD, err);
	return r ? r : apart_glance(out, in, base, id.size, apart_folder(g->s, path, a), a, err);
}

int register_glance(bks_inspection *out, struct registrar *g, const struct store_entry *e, const char **why,
	bks_arena *a)
{
	const char *slash = strrchr(e->path, '/'), *base = slash ? slash + 1 : e->path;
	bks_error err = {0};
	int r = e->kind == STORE_FOLDER ? glance_folder(out, g, e->path, base, a, &err) : glance_file(out, g, e->path, base, a, &err);

	if (r > 0)
		snprintf(err.text, sizeof err.text, "it is not there any more");
	if (r)
		*why = arena_text(a, err.text);
	return r ? 1 : 0;
}

static int source_of(bks_backup *b, struct registrar *g, const struct claim *c, const bks_inspection *i,
	const char *path, bks_arena *a, bks_error *err)
{
	const bks_source *s = c->source;
	int r;

	if (g->by_hand && g->by_hand->source) {
		r = bks_source_find(&s, g->cat, g->by_hand->source, a, err);
		if (r)
			return r < 0 ? r : fail(err, BKS_E_USAGE, "no source is called %s", g->by_hand->source);
	}
	if (s) {
		b->source_id = s->id;
		b->source = s->name;
		return 0;
	}
	b->source = group_guess(path, i->database, a);
	b->source_guessed = true;
	return g->dry_run ? 0 : source_guess(&b->source_id, g->cat, b->source, err);
}

static void times_of(bks_backup *b, struct registrar *g, bks_inspection *i, const struct store_entry *e,
	const char *zone, bks_arena *a)
{
	moment_find(i, e->path, e->id.mtime, zone, g->now, a);
	b->taken_at = i->taken_at;
	b->taken_from = i->taken_from;
	b->taken_zone = i->taken_zone;
	b->time_confirmed = i->taken_from == BKS_TAKEN_ARTIFACT;
	if (g->by_hand && g->by_hand->taken_at) {
		b->taken_at = g->by_hand->taken_at;
		b->taken_from = BKS_TAKEN_OPERATOR;
		b->time_confirmed = true;
	}
}

/*
 * A digest that came with the file is registered at once where it can be of these bytes: not while they may still grow, and not from
 * a file older than they are, which may be of what lay there before. verify looks at it in any case.
 */
static void digest_beside(bks_artifact *f, struct registrar *g, const struct store_entry *e, bks_arena *a)
{
	bks_time written = BKS_TIME_NONE;
	bks_digests d = {0};
	bks_error why = {0};
	int r = sidecar_find(&d, &written, g->sidecars, g->s, e->path, a, &why);

	if (r < 0)
		g->odd_sidecar = arena_text(a, why.text);
	if (r <= 0 || f->state == BKS_STATE_SETTLING || sidecar_older(written, e->id.mtime))
		return;
	f->digests = d;
	f->digest_from = BKS_DIGEST_BIRTH;
}

static int digest_of(bks_artifact *f, struct registrar *g, const struct store_entry *e, bks_arena *a, bks_error *err)
{
	if (!g->by_hand || !g->by_hand->sha256) {
		digest_beside(f, g, e, a);
		return 0;
	}
	if (!hex_read(f->digests.sha256, 32, g->by_hand->sha256))
		return fail(err, BKS_E_USAGE, "--sha256 takes 64 hex digits");
	f->digests.has_sha256 = true;
	f->digest_from = BKS_DIGEST_BIRTH;
	return 0;
}

static const char *zone_of(const struct registrar *g, const struct claim *c)
{
	if (g->by_hand && g->by_hand->source)
		for (size_t i = 0; i < g->sources->n; i++)
			if (!strcmp(g->sources->v[i].name, g->by_hand->source))
				return g->sources->v[i].dump_zone;
	return c->source ? c->source->dump_zone : NULL;
}

static void tell(bks_action *out, const bks_backup *b, const bks_artifact *f, const struct registrar *g)
{
	*out = (bks_action){.backup_id = b->id, .label = b->label, .repo = g->repo->name, .source = b->source,
		.from = "", .to = bks_state_name(f->state), .reason = "new", .bytes = f->size};
}

/* A large schema shows by no byte of its head that no rows follow: there the name decides, until a look told more. */
static enum bks_part part_by(const bks_inspection *i, const char *path, bks_arena *a)
{
	enum bks_part p = part_of(i->format, i->content);

	if (p == BKS_PART_NONE && i->content == BKS_CONTENT_UNKNOWN && !strcmp(i->format, "pgdump-plain") &&
		group_says_schema(path, a))
		return BKS_PART_SCHEMA;
	return p;
}

static int put_aside(struct registrar *g, bks_backup *b, const bks_artifact *f, const struct claim *c,
	const bks_inspection *i, enum bks_part part, bks_arena *a, bks_error *err)
{
	struct newcomer one = {.f = *f, .guess = group_guess_part(f->path, i->database, a)};
	bool claimed = c->source || (g->by_hand && g->by_hand->source);
	int r = claimed ? source_of(b, g, c, i, f->path, a, err) : 0;

	if (r)
		return r;
	if (!claimed) {
		b->source = one.guess;
		b->source_guessed = true;
	}
	one.b = *b;
	one.is = (struct part){.part = part, .content = i->content, .format = i->format, .database = i->database, .wrapping = b->wrapping,
		.taken_at = i->taken_at, .taken_zone = i->taken_zone, .taken_from = i->taken_from};
	sets_put(g->sets, &one);
	return REGISTER_ASIDE;
}

int register_file(bks_action *out, struct registrar *g, const struct store_entry *e, const char **why,
	bks_arena *a, bks_error *err)
{
	bks_inspection i;
	struct claim c;
	bks_backup b = {0};
	bks_artifact f = {.repo_id = g->repo->id, .size = e->id.size, .device = e->id.device,
		.inode = e->id.inode, .mtime = e->id.mtime, .etag = e->etag, .version_id = e->version,
		.storage_class = e->storage_class, .first_seen = g->now, .last_seen = g->now};
	enum bks_part part;
	int r = group_claim(&c, g->sources, e->path, a, err);

	*out = (bks_action){0};
	if (r)
		return r;
	if (cold_class(e->storage_class))
		i = (bks_inspection){.path = e->path, .format = "raw", .size = e->id.size, .unwrapped = -1, .taken_at = BKS_TIME_NONE};
	else
		r = register_glance(&i, g, e, why, a);
	if (r)
		return r;
	if (!g->by_hand && !worth_keeping(&i, e->path, &c))
		return 0;
	b.label = f.path = arena_text(a, e->path);
	b.kind = register_kind(i.format);
	b.format = i.format;
	b.database = i.database;
	b.wrapping = bks_wrapping_text(&i);
	b.size = e->id.size;
	b.tier = g->by_hand && g->by_hand->tier ? (enum bks_tier)(g->by_hand->tier - 1) : c.tier;
	b.reason = g->by_hand ? g->by_hand->reason : NULL;
	b.first_seen = g->now;
	f.state = b.state = e->id.mtime > g->now - g->settle ? BKS_STATE_SETTLING : BKS_STATE_LIVE;
	times_of(&b, g, &i, e, zone_of(g, &c), a);
	r = digest_of(&f, g, e, a, err);
	part = part_by(&i, e->path, a);
	if (!r && part != BKS_PART_NONE && g->sets)
		return put_aside(g, &b, &f, &c, &i, part, a, err);
	if (!r)
		r = source_of(&b, g, &c, &i, e->path, a, err);
	if (!r && !g->dry_run)
		r = backup_insert(&b.id, &f.id, g->cat, &b, &f, err);
	if (r)
		return r < 0 ? r : fail(err, BKS_E_CATALOG, "register %s", bks_shown(e->path, a));
	tell(out, &b, &f, g);
	return 0;
}
