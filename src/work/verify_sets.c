/* Files that are parts of one backup, while they are verified: each is asked for what it can
 * hold, and one of them tells what the set lacks. So does an incremental backup of its parent.
 */
#include "backstay/wal.h"
#include "base/text.h"
#include "format/report.h"
#include "work/verify_private.h"
#include <string.h>

static bool is_there(const bks_artifact *f)
{
	return f->state == BKS_STATE_LIVE || f->state == BKS_STATE_SETTLING ||
	       f->state == BKS_STATE_CONDEMNED;
}

static bool has_beside(const bks_backup *b, const bks_artifact *f, enum bks_part part)
{
	for (size_t i = 0; i < b->artifact_count; i++) {
		const bks_artifact *o = &b->artifacts[i];

		if (o->repo_id == f->repo_id && o->id != f->id && is_there(o) &&
			o->part != BKS_PART_NONE && (part == BKS_PART_NONE || o->part == part))
			return true;
	}
	return false;
}

/* `supabase db dump` leaves the definitions of these out, and takes the rows of some. */
static bool is_platform(const char *schema)
{
	static const char *const names[] = {"auth", "storage", "realtime", "_realtime",
		"extensions", "graphql", "graphql_public", "vault", "pgsodium", "pgbouncer",
		"cron", "net", "pgmq", "supabase_functions", "supabase_migrations",
		"_analytics", "_supavisor", "topology", "tiger", "tiger_data"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!strcmp(names[i], schema))
			return true;
	return false;
}

/* Of a table the schema holds the definition, and the data the rows. */
static void require_definitions(struct job *j, bks_arena *a)
{
	bool supabase = j->file->format && !strcmp(j->file->format, "supabase-schema");
	bks_requirement *v = arena_take(a, (j->require_count + 1) * sizeof *v);
	size_t n = 0;

	for (size_t i = 0; i < j->require_count; i++) {
		if (supabase && is_platform(j->require[i].schema))
			continue;
		v[n] = j->require[i];
		v[n].min_rows = v[n].max_shrink_pct = 0;
		n++;
	}
	j->require = v;
	j->require_count = n;
}

void verify_part(struct job *j, bks_arena *a)
{
	if (j->file->part == BKS_PART_SCHEMA && has_beside(j->backup, j->file, BKS_PART_DATA))
		require_definitions(j, a);
	if (j->file->part == BKS_PART_ROLES && has_beside(j->backup, j->file, BKS_PART_NONE))
		j->require_count = 0;
}

bool verify_speaks(const bks_backup *b, const bks_artifact *f)
{
	for (size_t i = 0; i < b->artifact_count; i++) {
		const bks_artifact *o = &b->artifacts[i];

		if (o->repo_id == f->repo_id && o->part != BKS_PART_NONE && is_there(o) &&
			o->id < f->id)
			return false;
	}
	return f->part != BKS_PART_NONE;
}

static void call_waiting(bks_inspection *i, const char *text, bks_arena *a)
{
	bks_finding *v = arena_take(a, (i->finding_count + 1) * sizeof *v);

	if (i->finding_count)
		memcpy(v, i->findings, i->finding_count * sizeof *v);
	v[i->finding_count++] = (bks_finding){"settling", BKS_NOTE, NULL, text};
	i->findings = v;
}

int verify_set(bool *proof, struct verify *v, struct job *j)
{
	struct set_standing is;
	int r;

	*proof = j->out.verdict == BKS_SOUND;
	if (j->file->part == BKS_PART_NONE)
		return 0;
	r = set_standing(&is, v->cat, j->file->id, j->arena, &v->err);
	if (r)
		return r;
	*proof = is.verdict == BKS_SOUND;
	if (!is.lacks || !verify_speaks(j->backup, j->file))
		return 0;
	if (is.waiting)
		call_waiting(&j->out,
			arena_form(j->arena,
				"the set is young, and %s may still come: it is looked at "
				"again before "
				"it is called incomplete",
				is.lacks),
			j->arena);
	else
		report_append(&j->out, F_SET_MEMBER_MISSING, NULL,
			arena_form(
				j->arena, "the set in %s has no %s", j->place->name, is.lacks),
			j->arena);
	return 0;
}

int verify_chain(bool *proof, struct verify *v, struct job *j)
{
	const bks_physical *p = j->out.physical;
	struct chain_standing is;
	char lsn[BKS_LSN_TEXT];
	int r;

	if (!p || !p->parent_lsn || j->backup->kind != BKS_KIND_PHYSICAL)
		return 0;
	r = chain_standing(&is, v->cat, j->backup->id, j->arena, &v->err);
	if (r || !is.lacks)
		return r;
	*proof = false;
	bks_lsn_text(lsn, p->parent_lsn);
	if (is.waiting)
		call_waiting(&j->out,
			arena_form(j->arena,
				"the backup that it builds on, which begins at %s on timeline "
				"%u, may still come: it is looked at again before it is "
				"called incomplete",
				lsn, p->parent_timeline),
			j->arena);
	else
		report_append(&j->out, F_PARENT_MISSING, NULL,
			arena_form(j->arena,
				"the backup that it builds on, which begins at %s on timeline "
				"%u, is not there",
				lsn, p->parent_timeline),
			j->arena);
	return 0;
}
