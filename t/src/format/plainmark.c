/* Comments that mean something: headers, end marks, facts, and the announcement of a table's
 * data. */
#include "format/plain.h"
#include <stdio.h>
#include <string.h>

static const char dump_end[] = PLAIN_HEADER " complete";
static const char cluster_end[] = PLAIN_CLUSTER " complete";

static void two_dumps(struct plain *w, uint64_t line, const char *what)
{
	bool ended = !w->dump_line && w->end_line;
	uint64_t before = ended ? w->end_line : w->dump_line ? w->dump_line : w->cluster_line;

	report_find(w->r, F_TWO_DUMPS_IN_ONE, report_line(w->r, line),
		"%s stands here, behind the %s at line %llu: two dumps were written into one "
		"file",
		what, ended ? "end mark" : "header", (unsigned long long)before);
	w->over = true;
}

static void new_dump(struct plain *w, uint64_t line)
{
	w->dumps++;
	w->dump_line = line;
	w->lex.escapes = false;
	w->path[0] = '\0';
}

static void header(struct plain *w, uint64_t line)
{
	bool nested = w->cluster_line && !w->cluster_end;

	if (w->dump_line || (w->dumps && !nested) || w->cluster_end || w->headless) {
		two_dumps(w, line, "the header of a dump");
		return;
	}
	if (nested)
		plain_not_restricted(w, line);
	else if (w->sections)
		plain_spot(&w->early, line, "");
	new_dump(w, line);
}

static void cluster(struct plain *w, uint64_t line)
{
	if (plain_is_dump(w))
		two_dumps(w, line, "the header of a cluster dump");
	else
		w->cluster_line = line;
}

/* An end mark stands between two lines "--": where the first one is, a missing second one
 * proves a cut. */
static void frame(struct plain *w, uint64_t line)
{
	w->frame_line = line;
	if (w->frame_due == line)
		w->frame_due = 0;
}

static uint64_t frame_after(const struct plain *w, uint64_t line)
{
	return w->frame_line && w->frame_line + 1 == line ? line + 1 : 0;
}

static void end_mark(struct plain *w, uint64_t line)
{
	plain_section_end(w);
	if (!w->dump_line && plain_is_dump(w)) {
		two_dumps(w, line, "a second end mark");
		return;
	}
	w->headless = !w->dump_line;
	w->dump_line = 0;
	w->end_line = line;
	w->frame_due = frame_after(w, line);
	if (w->lifted)
		plain_once(w, F_RESTRICT_MISMATCH, w->lifted,
			"\\unrestrict stands here, before the dump's end");
	w->lifted = 0;
}

static void end_cluster(struct plain *w, uint64_t line)
{
	if (w->dump_line)
		plain_once(w, F_NO_END_MARK, w->dump_line,
			"the dump of %s that begins here has no end mark",
			*w->database ? bks_shown(w->database, w->r->arena) : "a database");
	plain_not_restricted(w, line);
	w->dump_line = 0;
	w->headless = !w->cluster_line;
	w->cluster_end = w->end_line = line;
	w->frame_due = frame_after(w, line);
}

/* The rest of TEXT when it begins so. */
static const char *after(const char *text, const char *begin)
{
	size_t n = strlen(begin);

	return strncmp(text, begin, n) ? NULL : text + n;
}

/* The first word behind BEGIN; NULL: TEXT begins otherwise, or has none. */
static const char *word_after(struct plain *w, const char *text, const char *begin)
{
	const char *v = after(text, begin);
	size_t n = v ? strcspn(v, " (") : 0;

	return n ? arena_bytes(w->r->arena, v, n < 64 ? n : 64) : NULL;
}

static bool read_started(bks_civil *out, const char *text)
{
	bks_civil c = {0};
	int used = 0;

	if (sscanf(text, "%4d-%2d-%2d %2d:%2d:%2d%n", &c.year, &c.month, &c.day, &c.hour,
		    &c.minute, &c.second, &used) != 6)
		return false;
	if (c.year < 1970 || c.month < 1 || c.month > 12 || c.day < 1 || c.day > 31 ||
		c.hour < 0 || c.hour > 23 || c.minute < 0 || c.minute > 59 || c.second < 0 ||
		c.second > 60)
		return false;
	text += used;
	text += *text == ' ';
	if (strlen(text) < sizeof c.zone)
		snprintf(c.zone, sizeof c.zone, "%s", text);
	*out = c;
	return true;
}

/* Facts stand below the header; only the first of each counts. */
static void fact(struct plain *w, const char *text)
{
	bks_inspection *out = w->r->out;
	const char *v;

	if (!out->server_version)
		out->server_version = word_after(w, text, "Dumped from database version ");
	if (!out->producer && (v = word_after(w, text, "Dumped by pg_dump version ")))
		out->producer = arena_form(w->r->arena, "pg_dump %s", v);
	if (!out->started.year && (v = after(text, "Started on ")))
		read_started(&out->started, v);
}

static const char *last_of(const char *text, const char *what)
{
	const char *found = NULL;

	for (const char *p = text; (p = strstr(p, what)); p++)
		found = p;
	return found;
}

/* "NAME; Type: TABLE DATA; Schema: SCHEMA; Owner: OWNER" */
static void section(struct plain *w, const char *text, uint64_t line)
{
	static const char type[] = "; Type: TABLE DATA; Schema: ";
	const char *at = last_of(text, type);
	const char *schema = at ? at + sizeof type - 1 : NULL;
	const char *owner = at ? last_of(schema, "; Owner: ") : NULL;
	size_t n, m;

	if (!owner)
		return;
	n = (size_t)(at - text);
	m = (size_t)(owner - schema);
	if (n >= PLAIN_NAME_MAX || m >= PLAIN_NAME_MAX)
		return;
	snprintf(w->section_name, PLAIN_NAME_MAX, "%.*s", (int)n, text);
	snprintf(w->section_schema, PLAIN_NAME_MAX, "%.*s", (int)m, schema);
	w->in_section = true;
	w->section_line = line;
}

/* pg_dump shows a line end in a name as a blank: is NAME so shown SHOWN? */
static bool shown_as(const char *name, const char *shown)
{
	for (; *name && *shown; name++, shown++)
		if (*name != *shown && !(*shown == ' ' && (*name == '\n' || *name == '\r')))
			return false;
	return *name == *shown;
}

static bks_table *section_table(struct plain *w)
{
	struct sql_name n = {w->section_schema, w->section_name};

	for (size_t i = 0; w->odd_names && i < w->r->tables.n; i++) {
		bks_table *t = &w->r->tables.v[i]->t;

		if (t->ddl && shown_as(t->name, n.name) && shown_as(t->schema, n.schema))
			return t;
	}
	return plain_table(w, &n);
}

/* With --inserts nothing at all stands in the section of an empty table: its announcement is
 * the proof. A dump that uses COPY has one for an empty table too: there, it was lost. */
void plain_section_end(struct plain *w)
{
	bks_table *t;

	if (!w->in_section)
		return;
	w->in_section = false;
	w->sections++;
	plain_spot(&w->bare, w->section_line, plain_shown(w, w->section_schema, w->section_name));
	t = section_table(w);
	if (!t)
		return;
	t->data = true;
	if (t->rows < 0)
		t->rows = 0;
}

/* The input ended here. A header's beginning may be all there is; a whole one may be the
 * beginning of an end mark. */
static void half_comment(struct plain *w, const struct sql_token *t, const char *text)
{
	size_t n = strlen(text);

	if (!strcmp(text, dump_end) && w->dump_line && !w->stmt.begun)
		end_mark(w, t->line);
	else if (!strcmp(text, cluster_end) && w->cluster_line && !w->stmt.begun)
		end_cluster(w, t->line);
	else if (n && !plain_is_dump(w) && !strncmp(text, PLAIN_HEADER, n))
		w->half_mark = "pgdump-plain";
	else if (n && !plain_is_dump(w) && !strncmp(text, PLAIN_CLUSTER, n))
		w->half_mark = "pgdumpall";
}

static void restrict_line(struct plain *w, const char *text, uint64_t line)
{
	const char *v;

	if ((v = after(text, "\\restrict ")))
		w->commented = true;
	if (v || after(text, "\\unrestrict "))
		plain_restrict(w, !v, v ? v : after(text, "\\unrestrict "), line, false);
}

void plain_comment(struct plain *w, const struct sql_token *t)
{
	const char *text = t->s + (t->s[0] == ' ');
	const char *v;

	if (t->margin && !*text)
		frame(w, t->line);
	else if (t->margin && t->open && text > t->s)
		half_comment(w, t, text);
	if (!t->margin || t->open)
		return;
	w->comments++;
	if (!strcmp(text, PLAIN_HEADER)) {
		header(w, t->line);
	} else if (!strcmp(text, PLAIN_CLUSTER)) {
		cluster(w, t->line);
	} else if (w->stmt.begun) {
		return;
	} else if (!strcmp(text, dump_end)) {
		end_mark(w, t->line);
	} else if (!strcmp(text, cluster_end)) {
		end_cluster(w, t->line);
	} else if ((v = after(text, "Data for Name: "))) {
		plain_section_end(w);
		section(w, v, t->line);
	} else if (after(text, "Name: ") || after(text, "Statistics for Name: ")) {
		plain_section_end(w);
	} else if (text[0] == '\\') {
		restrict_line(w, text, t->line);
	} else if (plain_is_dump(w) && !plain_after_end(w)) {
		fact(w, text);
	}
}
