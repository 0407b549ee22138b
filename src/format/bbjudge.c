/*
 * When all bytes of a base backup were seen: what is missing, whether its parts are of one
 * backup, whether the WAL is there, and the facts that it tells of itself.
 */
#include "format/bb.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct judging {
	struct bb *b;
	struct report *r;
	struct pgcontrol control;
	struct backuplabel label, history;
	bool has_control, has_label, has_history;
	int major; /* of PG_VERSION; 0 */
	bks_physical *out;
};

/* ---- missing ---- */

/* Whether PATH lies behind a link that was met: nobody looked there. */
static bool behind_link(const struct bb *b, const char *path)
{
	for (size_t i = 0; i < b->link_count; i++) {
		size_t n = strlen(b->links[i]);

		if (!strncmp(path, b->links[i], n) && (!path[n] || path[n] == '/'))
			return true;
	}
	return false;
}

static void judge_missing(struct judging *j)
{
	const struct manifest *m = &j->b->manifest;
	size_t n = 0, behind = 0;

	for (size_t i = 0; m->whole && i < m->n; i++) {
		if (j->b->met[i] || bb_ignored(m->v[i].path))
			continue;
		if (behind_link(j->b, m->v[i].path)) {
			behind++;
			continue;
		}
		if (!j->b->cut)
			report_find(j->r, F_MEMBER_MISSING,
				bks_shown(m->v[i].path, j->r->arena),
				"the manifest names it, and it is not there");
		n++;
	}
	if (n && j->b->cut)
		report_find(j->r, F_MEMBER_MISSING, NULL,
			"%zu of the %zu files in the manifest were not reached", n, m->n);
	if (behind)
		report_find(j->r, F_LINK_NOT_FOLLOWED, NULL,
			"%zu files of the manifest lie behind links, and were not looked at",
			behind);
}

/* What no cluster is without; the manifest names it where there is one. */
static void judge_needed(struct judging *j)
{
	static const struct {
		enum bb_kept kept;
		const char *name;
	} needed[] = {{BB_VERSION, "PG_VERSION"}, {BB_CONTROL, "global/pg_control"}};

	for (size_t i = 0; i < 2; i++)
		if (!j->b->kept[needed[i].kept].met && !j->b->manifest.whole && !j->b->cut)
			report_find(j->r, F_MEMBER_MISSING, needed[i].name,
				"no cluster is without it");
}

static void judge_manifest(struct judging *j)
{
	struct bb *b = j->b;

	if (!b->manifest_met && !b->cut)
		report_find(j->r, F_MANIFEST_MISSING, NULL,
			"no backup_manifest lies in it: nothing tells which files belong to it "
			"and "
			"what they hold");
	if (b->manifest.whole && b->sums_lacking)
		report_find(j->r, F_NO_CHECKSUM, NULL,
			"the manifest has no checksums of some or all files: only a digest can "
			"tell "
			"a changed byte");
	if (b->manifest.whole && !b->kept[BB_LABEL].met && !b->cut &&
		manifest_find(&b->manifest, "backup_label") < 0)
		report_find(j->r, F_MEMBER_MISSING, "backup_label",
			"the manifest does not name it, and a server would begin at the wrong "
			"place");
}

/* ---- the small files ---- */

static const struct bb_kept_file *begin_kept(struct judging *j, enum bb_kept kept)
{
	const struct bb_kept_file *k = &j->b->kept[kept];

	if (!k->met || !k->whole)
		return NULL;
	j->r->member = arena_text(j->r->arena, k->member);
	return k;
}

static void read_version(struct judging *j)
{
	const struct bb_kept_file *k = begin_kept(j, BB_VERSION);
	char text[8] = "";
	size_t digits;

	if (!k)
		return;
	memcpy(text, k->bytes, k->n < sizeof text - 1 ? k->n : sizeof text - 1);
	digits = strspn(text, "0123456789."); /* "15\n"; "9.6\n" before 10 */
	if (!digits || digits > 4 || k->n != digits + 1 || text[digits] != '\n') {
		report_find(j->r, F_MALFORMED, NULL, "PG_VERSION tells no version");
		return;
	}
	text[digits] = '\0';
	j->major = (int)strtol(text, NULL, 10);
	j->r->out->server_version = arena_text(j->r->arena, text);
	j->r->out->producer = arena_form(j->r->arena, "PostgreSQL %s", text);
}

static void read_small(struct judging *j)
{
	const struct bb_kept_file *k;
	const char *member = j->r->member;

	read_version(j);
	k = begin_kept(j, BB_CONTROL);
	j->has_control = k && pgcontrol_read(&j->control, k->bytes, k->n, j->r);
	k = begin_kept(j, BB_LABEL);
	j->has_label = k && backuplabel_read(&j->label, (char *)k->bytes, k->n, false, j->r);
	/* that of an older backup tells nothing of this one */
	j->history = j->b->history;
	j->has_history = j->has_label && j->history.start == j->label.start &&
			 j->history.timeline == j->label.timeline;
	j->r->member = member;
}

/* tablespace_map: lines of "OID PATH"; each has a tar of its own. */
static void judge_tablespaces(struct judging *j)
{
	const struct bb *b = j->b;
	const struct bb_kept_file *k = &b->kept[BB_TABLESPACES];
	const char *p = (const char *)k->bytes, *end;

	if (!b->tars || !k->met || !k->whole)
		return;
	end = p + k->n;
	while (p < end) {
		size_t digits = strspn(p, "0123456789"), i = 0;
		const char *line = memchr(p, '\n', (size_t)(end - p));

		while (i < b->tablespaces.n &&
			(strlen(b->tablespaces.v[i]) != digits ||
				memcmp(b->tablespaces.v[i], p, digits) != 0))
			i++;
		if (digits && p[digits] == ' ' && i == b->tablespaces.n)
			report_find(j->r, F_MEMBER_MISSING,
				arena_form(j->r->arena, "%.*s.tar", (int)digits, p),
				"the tar of a tablespace is not there");
		p = line ? line + 1 : end;
	}
}

/* ---- do they belong together? ---- */

static void disagree(struct judging *j, const char *text)
{
	report_find(j->r, F_PARTS_DISAGREE, NULL, "%s", text);
}

static uint32_t last_timeline(const struct judging *j)
{
	const struct manifest *m = &j->b->manifest;

	return m->whole ? m->ranges[m->range_count - 1].timeline : UINT32_MAX;
}

static uint64_t stop_of(const struct judging *j)
{
	const struct manifest *m = &j->b->manifest;

	if (m->whole)
		return m->ranges[m->range_count - 1].end;
	if (j->has_history)
		return j->history.stop;
	return j->has_label && j->b->backup_end_start == j->label.start ? j->b->backup_end : 0;
}

static bool version_fits(int major, const struct pgcontrol *c)
{
	if (c->major)
		return c->major == major;
	return c->version == 1300 ? major >= 13 && major <= 16 : major >= (int)c->version / 100;
}

static void compare_control(struct judging *j)
{
	const struct pgcontrol *c = &j->control;
	const struct manifest *m = &j->b->manifest;
	uint64_t stop = stop_of(j);

	if (j->major && !version_fits(j->major, c))
		disagree(j, "PG_VERSION and pg_control are of different versions");
	if (m->system_id && m->system_id != c->system_id)
		disagree(j, arena_form(j->r->arena,
				    "the manifest is of the cluster %llu, pg_control of %llu",
				    (unsigned long long)m->system_id,
				    (unsigned long long)c->system_id));
	if (!j->has_label)
		return;
	/* it is copied after all else, so its checkpoint is the backup's own or a later one */
	if (c->redo < j->label.start || c->timeline < j->label.timeline ||
		c->timeline > last_timeline(j))
		disagree(j, "pg_control is older than the backup's start");
	else if (stop && c->redo > stop)
		disagree(j, "pg_control is newer than the backup's stop");
}

static void compare_label(struct judging *j)
{
	const struct manifest *m = &j->b->manifest;
	const struct backuplabel *l = &j->label;
	char name[WAL_NAME_TEXT];

	if (m->whole &&
		(m->ranges[0].start != l->start || m->ranges[0].timeline != l->timeline))
		disagree(j,
			"backup_label and the manifest tell different places where it began");
	if (j->has_control && strcmp(l->segment, wal_name_write(name, l->timeline, l->start,
							 j->control.segment_size)) != 0)
		disagree(j, "backup_label names another WAL file than its start lies in");
}

static void judge_incremental(struct judging *j)
{
	const struct manifest *m = &j->b->manifest;
	char lsn[WAL_LSN_TEXT];
	size_t n = 0;

	for (size_t i = 0; m->whole && i < m->n; i++) {
		const char *base = strrchr(m->v[i].path, '/');

		n += base && !strncmp(base, "/INCREMENTAL.", 13);
	}
	if (j->has_label && j->label.parent)
		report_find(j->r, F_NEEDS_PARENT, NULL,
			"incremental: it restores only together with the backup that begins at "
			"%s on "
			"timeline %u",
			wal_lsn_text(lsn, j->label.parent), j->label.parent_timeline);
	else if (n && j->has_label)
		disagree(j, arena_form(j->r->arena,
				    "%zu files are incremental, and backup_label names no "
				    "backup that they build on",
				    n));
}

/* A copy without a label: of a server that was shut down it is one, of any other it is only
 * when all of it was frozen at one moment, and nothing in it tells that. */
static void judge_cold(struct judging *j)
{
	if (j->has_label || j->b->kept[BB_LABEL].met || j->b->manifest_met || j->b->cut)
		return;
	if (j->has_control && j->control.state != PGCONTROL_SHUT_DOWN)
		report_find(j->r, F_END_UNPROVABLE, NULL,
			"no backup_label, and the server was not shut down: good only if it "
			"was "
			"copied at one instant");
}

/* ---- what it tells ---- */

static void newer(bks_time *t, bks_time other)
{
	if (other != BKS_TIME_NONE && (*t == BKS_TIME_NONE || other > *t))
		*t = other;
}

/* Only the backup history file, which seldom lies in it, tells the stop itself. Of what else
 * bears a time, pg_control is copied last, and the WAL's commits are of the data. The times of
 * files are not taken where these are there: pg_combinebackup writes files anew, days later. */
static bks_time stopped_at(const struct judging *j)
{
	bks_time t = BKS_TIME_NONE;

	if (j->has_history)
		t = backuplabel_instant(&j->history.stop_time);
	if (t != BKS_TIME_NONE)
		return t;
	newer(&t, j->b->last_xact);
	if (j->has_control)
		newer(&t, j->control.time);
	if (j->has_label)
		newer(&t, backuplabel_instant(&j->label.start_time));
	return t != BKS_TIME_NONE ? t : j->b->manifest.newest;
}

static bks_civil civil_gmt(bks_time t)
{
	time_t s = (time_t)(t / BKS_SECOND);
	bks_civil c = {.zone = "GMT"};
	struct tm tm;

	if (t == BKS_TIME_NONE || !gmtime_r(&s, &tm))
		return (bks_civil){0};
	c.year = tm.tm_year + 1900;
	c.month = tm.tm_mon + 1;
	c.day = tm.tm_mday;
	c.hour = tm.tm_hour;
	c.minute = tm.tm_min;
	c.second = tm.tm_sec;
	return c;
}

static void fill_label(struct judging *j)
{
	bks_physical *p = j->out;

	p->timeline = j->label.timeline;
	p->start_lsn = j->label.start;
	p->parent_lsn = j->label.parent;
	p->parent_timeline = j->label.parent_timeline;
	p->started = backuplabel_instant(&j->label.start_time);
	p->label = j->label.label;
}

static void fill(struct judging *j)
{
	const struct manifest *m = &j->b->manifest;
	bks_inspection *out = j->r->out;
	bks_physical *p = j->out = arena_one(j->r->arena, bks_physical);

	p->started = BKS_TIME_NONE;
	p->system_id = j->has_control ? j->control.system_id : m->system_id;
	p->version = j->major;
	p->segment_size = j->has_control ? j->control.segment_size : 0;
	if (j->has_label) {
		fill_label(j);
	} else if (m->whole) {
		p->timeline = m->ranges[0].timeline;
		p->start_lsn = m->ranges[0].start;
	} else if (j->has_control) {
		p->timeline = j->control.timeline;
	}
	p->stop_lsn = stop_of(j);
	p->stopped = stopped_at(j);
	out->physical = p;
	out->started = civil_gmt(p->stopped);
	out->content = BKS_CONTENT_FULL;
	out->recognised = j->has_control || j->has_label || m->whole;
	if (m->version)
		out->format_version = arena_form(j->r->arena, "%d", m->version);
}

void bb_judge(struct bb *b)
{
	struct judging j = {.b = b, .r = b->report};

	read_small(&j);
	judge_needed(&j);
	judge_manifest(&j);
	judge_missing(&j);
	judge_tablespaces(&j);
	if (j.has_control)
		compare_control(&j);
	if (j.has_label)
		compare_label(&j);
	judge_incremental(&j);
	judge_cold(&j);
	if (!b->cut)
		bbwal_judge(
			b, j.has_label ? &j.label : NULL, j.has_control ? &j.control : NULL);
	fill(&j);
}
