/* Names decide what a member is, the table of contents whether it belongs there, and the text
 * of each is held against what pg_dump writes. */
#include "format/pgmember.h"
#include "format/pgblocks.h"
#include <string.h>

enum { MISSING_SHOWN = 20 };

void pgmembers_begin(struct pgmembers *m, struct pgtoc *toc, struct report *r)
{
	*m = (struct pgmembers){.report = r, .toc = toc, .unseen = toc->n};
}

/* A number as pg_dump prints one, at most MAX; *s goes behind it. 0: none, as no id and no
 * object has that number. */
static uint32_t number(const char **s, uint32_t max)
{
	uint64_t v = 0;

	if (**s < '1' || **s > '9')
		return 0;
	for (; **s >= '0' && **s <= '9'; ++*s) {
		v = v * 10 + (uint64_t)(**s - '0');
		if (v > max)
			return 0;
	}
	return (uint32_t)v;
}

/* blobs_ID.toc, or blobs.toc, when there is but one entry for all objects. */
static struct pgdata *list_of(const struct pgtoc *t, const char *name)
{
	const char *s = name + 6;

	if (name[5] == '_') {
		struct pgdata *d = pgtoc_find(t, number(&s, INT32_MAX));

		return d && d->kind == PGDATA_BLOBS && !strcmp(d->file, name) ? d : NULL;
	}
	for (size_t i = 0; i < t->n; i++)
		if (t->v[i].kind == PGDATA_BLOBS && !strcmp(t->v[i].file, name))
			return &t->v[i];
	return NULL;
}

void pgmember_find(struct pgmember *out, const struct pgmembers *m, const char *name)
{
	const char *s = name;
	uint32_t id;

	*out = (struct pgmember){.name = name};
	if (!strcmp(name, "restore.sql")) {
		out->kind = PGMEMBER_SCRIPT;
	} else if (!strncmp(name, "blob_", 5)) {
		s += 5;
		out->oid = number(&s, UINT32_MAX);
		if (out->oid && !strcmp(s, ".dat"))
			out->kind = PGMEMBER_OBJECT;
	} else if (!strncmp(name, "blobs", 5)) {
		out->data = list_of(m->toc, name);
		if (out->data)
			out->kind = PGMEMBER_LIST;
	} else if ((id = number(&s, INT32_MAX)) && !strcmp(s, ".dat")) {
		out->data = pgtoc_find(m->toc, id);
		if (out->data && out->data->kind != PGDATA_BLOBS)
			out->kind = PGMEMBER_ROWS;
	}
}

/* The lists of large objects that the table of contents and blobs.toc give are two. */
static bool meet_object(struct pgmember *p, struct pgmembers *m)
{
	int got = m->toc->oids.n ? pgoids_take(&m->toc->oids, p->oid) : 0;

	if (got)
		report_find(m->report, F_MEMBER_UNEXPECTED,
			arena_text(m->report->arena, p->name), "large object %u, %s", p->oid,
			got == 2 ? "for the second time"
				 : "which the table of contents does not list");
	if (got < 2)
		pgoids_put(&m->objects, p->oid);
	return got < 2;
}

bool pgmember_meet(struct pgmember *p, struct pgmembers *m)
{
	if (p->kind == PGMEMBER_OBJECT)
		return meet_object(p, m);
	if (!p->data)
		return true;
	if (p->data->seen) {
		report_find(m->report, F_MEMBER_UNEXPECTED,
			arena_text(m->report->arena, p->name), "a second member for %s",
			pgdata_text(m->report, p->data));
		return false;
	}
	p->data->seen = true;
	m->unseen--;
	return true;
}

void pgmembers_lists(struct pgmembers *m)
{
	pgoids_sort(&m->objects);
}

void pgmembers_unlisted(struct pgmembers *m)
{
	if (m->objects.left)
		report_find(m->report, F_MEMBER_UNEXPECTED, NULL,
			"%zu large objects are in no list, the first is %u", m->objects.left,
			pgoids_first_left(&m->objects));
	pgoids_clear(&m->objects);
}

void pgmember_begin(struct pgmember *p, const struct pgmembers *m, uint64_t from)
{
	p->from = from;
	if (p->kind == PGMEMBER_ROWS && p->data->kind == PGDATA_ROWS) {
		if (p->data->table)
			p->data->table->data = true;
		pgrows_begin(&p->rows, p->data->copy, p->data->columns, m->toc->backslashes);
	}
}

static void bad_line(struct pgmember *p, struct pgmembers *m, const char *what)
{
	if (!p->bad)
		report_find(m->report, F_MALFORMED, report_byte(m->report, p->from), "%s: %s",
			p->name, what);
	p->bad = true;
}

static void list_line(struct pgmember *p, struct pgmembers *m)
{
	const char *s = p->line;
	uint32_t oid = number(&s, UINT32_MAX), again;
	int got;

	if (!oid || strncmp(s, " blob_", 6) != 0) {
		bad_line(p, m, "a line that is no large object's");
		return;
	}
	s += 6;
	again = number(&s, UINT32_MAX);
	if (again != oid || strcmp(s, ".dat") != 0) {
		bad_line(p, m, "a line that gives a large object the file of another");
		return;
	}
	if (m->objects.forgotten)
		return;
	got = pgoids_take(&m->objects, oid);
	if (got == 2)
		bad_line(p, m, "it lists a large object twice");
	else if (got)
		report_find(m->report, F_MEMBER_MISSING,
			arena_text(m->report->arena, strchr(p->line, ' ') + 1),
			"large object %u, which %s lists, is not there", oid, p->name);
}

static void feed_list(struct pgmember *p, struct pgmembers *m, const uint8_t *bytes, size_t n)
{
	for (size_t i = 0; i < n && !m->report->dropped; i++) {
		if (bytes[i] == '\n') {
			p->line[p->line_n] = '\0';
			list_line(p, m);
			p->line_n = 0;
		} else if (!bytes[i] || p->line_n + 1 == sizeof p->line) {
			bad_line(p, m, "a line that is no large object's");
		} else {
			p->line[p->line_n++] = (char)bytes[i];
		}
	}
}

static bool is_script(const struct pgmember *p)
{
	return p->kind == PGMEMBER_SCRIPT ||
	       (p->kind == PGMEMBER_ROWS && p->data->kind != PGDATA_ROWS);
}

static void count_line_ends(struct pgmember *p, const uint8_t *bytes, size_t n)
{
	size_t k = n;

	while (k && bytes[k - 1] == '\n')
		k--;
	p->line_ends = k ? n - k : p->line_ends + n;
}

void pgmember_feed(struct pgmember *p, struct pgmembers *m, const uint8_t *bytes, size_t n)
{
	if (!n)
		return;
	p->n += n;
	p->last = bytes[n - 1];
	count_line_ends(p, bytes, n);
	if (p->kind == PGMEMBER_LIST)
		feed_list(p, m, bytes, n);
	else if (is_script(p))
		p->zeros |= memchr(bytes, 0, n) != NULL;
	else if (p->kind == PGMEMBER_ROWS)
		pgrows_feed(&p->rows, bytes, n);
}

void pgmember_end(struct pgmember *p, struct pgmembers *m)
{
	if (p->kind == PGMEMBER_LIST && p->line_n)
		bad_line(p, m, "it ends within a line");
	if (is_script(p) && p->zeros)
		bad_line(p, m, "a zero byte in a text");
	if (is_script(p) && p->n && p->last != '\n')
		bad_line(p, m, "it ends within a line");
	if (p->kind == PGMEMBER_ROWS && !is_script(p))
		pgblocks_tell_rows(m->report, p->from, p->data, &p->rows);
}

static void tell_entries(struct pgmembers *m)
{
	size_t shown = 0;

	for (size_t i = 0; i < m->toc->n && shown < MISSING_SHOWN; i++) {
		const struct pgdata *d = &m->toc->v[i];

		if (d->seen)
			continue;
		report_find(m->report, F_MEMBER_MISSING, d->file, "the data of %s is not there",
			pgdata_text(m->report, d));
		shown++;
	}
	if (m->unseen > shown)
		report_find(m->report, F_MEMBER_MISSING, NULL, "nor that of %zu more entries",
			m->unseen - shown);
}

void pgmembers_missing(struct pgmembers *m)
{
	size_t lists = 0;

	for (size_t i = 0; i < m->toc->n; i++)
		lists += m->toc->v[i].kind == PGDATA_BLOBS;
	tell_entries(m);
	if (lists && m->toc->oids.left)
		report_find(m->report, F_MEMBER_MISSING, NULL,
			"no data of %zu large objects that the table of contents lists, the "
			"first is %u",
			m->toc->oids.left, pgoids_first_left(&m->toc->oids));
}

void pgmembers_clear(struct pgmembers *m)
{
	pgoids_clear(&m->objects);
}
