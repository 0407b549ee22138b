/* item.c - an inspected artifact for people: its verdict, what it is, and what was found in it
 */
#include "item.h"
#include "out.h"
#include <string.h>

/* "12 tables, 10234 rows" */
static const char *tables_text(const bks_inspection *i)
{
	int64_t rows = 0;
	for (size_t n = 0; n < i->table_count; n++)
		rows += i->tables[n].rows > 0 ? i->tables[n].rows : 0;
	return said("%s, %s", count_shown((int64_t)i->table_count, "table", "tables"),
		count_shown(rows, "row", "rows"));
}

/* "pgdump-custom 1.14 in gzip, full, 12 tables, 10234 rows, 117.7 KiB, taken
 * 2026-11-01T02:00:00Z" */
static const char *facts_text(const struct call *c, const bks_inspection *i)
{
	const char *text = i->format ? i->format : "not looked at";
	if (i->format_version)
		text = said("%s %s", text, shown(c, i->format_version));
	for (int w = i->wrappings; w-- > 0;)
		text = said("%s in %s", text, i->wrapping[w]);
	if (i->content != BKS_CONTENT_UNKNOWN)
		text = said("%s, %s", text, bks_content_name(i->content));
	if (i->table_count)
		text = said("%s, %s", text, tables_text(i));
	if (i->size >= 0 && i->format)
		text = said("%s, %s", text, size_shown(i->size));
	if (i->taken_at != BKS_TIME_NONE && i->taken_from != BKS_TAKEN_UNKNOWN)
		text = said("%s, taken %s (%s)", text, time_shown(i->taken_at),
			bks_taken_from_name(i->taken_from));
	return text;
}

static bool starts(const char *s, const char *with)
{
	size_t n = strlen(with);
	return !strncmp(s, with, n) && (!s[n] || s[n] == ' ');
}

/* An archive repeats what is held against its members: it is said once, below the member. */
static bool is_repeated(const bks_inspection *i, const bks_finding *f)
{
	for (size_t m = 0; m < i->member_count && f->where && f->text; m++) {
		const bks_inspection *of = &i->members[m];
		for (size_t n = 0; n < of->finding_count && starts(f->where, of->path); n++)
			if (!strcmp(of->findings[n].code, f->code) &&
				!strcmp(of->findings[n].text, f->text))
				return true;
	}
	return false;
}

static void say_findings(struct call *c, const bks_inspection *i, const char *indent)
{
	for (size_t n = 0; n < i->finding_count; n++) {
		const bks_finding *f = &i->findings[n];
		if (is_repeated(i, f))
			continue;
		say(c, "%s    %s%s%s  %s%s%s: %s", indent,
			f->severity == BKS_ERROR ? colour_bad() : "",
			bks_severity_name(f->severity),
			f->severity == BKS_ERROR ? colour_off() : "", f->code,
			f->where ? " at " : "", f->where ? shown(c, f->where) : "",
			f->text ? shown(c, f->text) : "");
	}
}

/* One line of it, for --quiet: the first error tells. */
static void quiet_trouble(struct call *c, const bks_inspection *i)
{
	const bks_finding *first = NULL;
	for (size_t n = 0; n < i->finding_count && !first; n++)
		if (i->findings[n].severity == BKS_ERROR)
			first = &i->findings[n];
	if (i->verdict == BKS_SOUND)
		return;
	trouble(c, "%s: %s%s%s%s%s", bks_verdict_name(i->verdict), shown(c, i->path),
		first ? ": " : "", first ? first->code : "", first && first->text ? ": " : "",
		first && first->text ? shown(c, first->text) : "");
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as members are looked into */
static void say_item(struct call *c, const bks_inspection *i, size_t width, const char *indent)
{
	const char *path = shown(c, i->path);
	size_t w = display_width(path);
	say(c, "%s%s%-11s%s  %s%*s  %s", indent, verdict_colour(i->verdict),
		bks_verdict_name(i->verdict), colour_off(), path,
		(int)(width > w ? width - w : 0), "", facts_text(c, i));
	say_findings(c, i, indent);
	for (size_t n = 0; n < i->member_count; n++)
		say_item(c, &i->members[n], width, "    ");
}

void items_say(struct call *c, const bks_inspection *v, size_t n)
{
	size_t width = 0, widest = 48; /* a longer path pushes its own line only */
	for (size_t i = 0; i < n && out_text(c); i++) {
		size_t w = display_width(shown(c, v[i].path));
		width = w > width && w <= widest ? w : width;
	}
	for (size_t i = 0; i < n; i++)
		if (out_text(c))
			say_item(c, &v[i], width, "");
		else
			quiet_trouble(c, &v[i]);
}
