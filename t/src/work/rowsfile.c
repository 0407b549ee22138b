/* Exact row counts that came with a backup: the one proof that no row was lost on the way out
 * of the server. */
#include "work/rowsfile.h"
#include "base/error.h"
#include "base/text.h"
#include "base/vec.h"
#include "format/report.h"
#include "policy/rowcount.h"
#include <stdlib.h>
#include <string.h>

enum { MANIFEST_MAX = 8 << 20, TOLD_MAX = 20 };

AUTO_FN(arena_end, bks_arena, bks_arena_free);

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Digits at the end of LINE; they are cut off it, with the blanks before them. */
static bool take_count(int64_t *rows, char *line)
{
	size_t n = strlen(line), at = n;

	while (at && line[at - 1] >= '0' && line[at - 1] <= '9')
		at--;
	if (at == n || !at || !blank(line[at - 1]))
		return false;
	*rows = 0;
	for (size_t i = at; i < n; i++)
		if (__builtin_mul_overflow(*rows, 10, rows) ||
			__builtin_add_overflow(*rows, line[i] - '0', rows))
			return false;
	while (at && blank(line[at - 1]))
		at--;
	line[at] = '\0';
	return true;
}

/* 0: *out is set; 1: the line says nothing; negative: it is none. */
static int read_line(struct rowsfile_line *out, char *line, bks_arena *a)
{
	bks_requirement q;
	size_t n = strlen(line);

	while (n && blank(line[n - 1]))
		line[--n] = '\0';
	while (blank(*line))
		line++;
	if (!*line || *line == '#')
		return 1;
	if (!take_count(&out->rows, line) || bks_requirement_parse(&q, line, a, NULL) ||
		q.min_rows)
		return -1;
	out->schema = q.schema;
	out->name = q.name;
	return 0;
}

static int by_name(const void *x, const void *y)
{
	const struct rowsfile_line *a = x, *b = y;
	int c = strcmp(a->schema, b->schema);

	return c ? c : strcmp(a->name, b->name);
}

int rowsfile_read(struct manifest *out, const char *text, size_t n, const char *name,
	bks_arena *a, bks_error *err)
{
	VEC(struct rowsfile_line) lines = {0};
	long long number = 0;

	for (const char *end = text + n; text < end; text++) {
		const char *stop = memchr(text, '\n', (size_t)(end - text));
		size_t len = (size_t)((stop ? stop : end) - text);
		char *line = memcpy(arena_take(a, len + 1), text, len);
		struct rowsfile_line one = {0};
		int r = memchr(text, '\0', len) ? -1 : read_line(&one, line, a);

		number++;
		if (r < 0)
			return fail(err, BKS_E_IO,
				"%s, line %lld: wants TABLE and the number of its rows, such "
				"as public.users 1204",
				bks_shown(name, a), number);
		if (!r)
			*vec_add(&lines, a) = one;
		text += len;
	}
	if (lines.n)
		qsort(lines.v, lines.n, sizeof *lines.v, by_name);
	*out = (struct manifest){lines.v, lines.n};
	return lines.n ? 0 : fail(err, BKS_E_IO, "%s: it counts no table", bks_shown(name, a));
}

/* Whose tables were read to the end, and are all that it holds. */
static bool shows_tables(const bks_inspection *i)
{
	enum bks_result whole = i->levels[BKS_WHOLE];

	return i->recognised && (whole == BKS_RESULT_PASS || whole == BKS_RESULT_UNPROVABLE) &&
	       i->content != BKS_CONTENT_UNKNOWN && i->content != BKS_CONTENT_ROLES;
}

/* The tables of OUT with the counts of M, which is sorted, beside their own. */
static const bks_table *with_counts(
	const bks_inspection *out, const struct manifest *m, bks_arena *a)
{
	bks_table *v = arena_take(a, (out->table_count + 1) * sizeof *v);

	for (size_t i = 0; i < out->table_count; i++) {
		struct rowsfile_line key = {
			.schema = out->tables[i].schema, .name = out->tables[i].name};
		const struct rowsfile_line *line =
			key.schema ? bsearch(&key, m->v, m->n, sizeof *m->v, by_name) : NULL;

		v[i] = out->tables[i];
		if (line) {
			v[i].told = true;
			v[i].told_rows = line->rows;
		}
	}
	return v;
}

/* NULL: they agree. */
static const char *compare(
	const struct row_counts *is, const struct rowsfile_line *line, bks_arena *a)
{
	const char *name = bks_shown(arena_form(a, "%s.%s", line->schema, line->name), a);
	const struct row_count *one = rowcount_find(is, NULL, line->schema, line->name);
	bool found = one != NULL, cluster = is->n && is->v[is->n - 1].database;
	int64_t rows = one       ? one->rows
		       : cluster ? rowcount_of(is, line->schema, line->name, &found)
				 : -1;

	if (!found)
		return arena_form(a, "%s is not in it; its manifest counts %lld rows", name,
			(long long)line->rows);
	if ((rows < 0 ? 0 : rows) == line->rows)
		return NULL;
	return arena_form(a, "%s holds %lld rows, its manifest counts %lld", name,
		(long long)(rows < 0 ? 0 : rows), (long long)line->rows);
}

void rowsfile_judge(bks_inspection *out, const struct manifest *m, bks_arena *a)
{
	AUTO(arena_end) bks_arena *own = bks_arena_new();
	struct row_counts is;
	size_t told = 0;

	if (!shows_tables(out))
		return;
	rowcount_make(&is, out->tables, out->table_count, own);
	for (size_t i = 0; i < m->n; i++) {
		const char *text = compare(&is, &m->v[i], a);

		if (text && told++ < TOLD_MAX)
			report_append(out, F_ROWS_DISAGREE, NULL, text, a);
	}
	out->tables = with_counts(out, m, a);
	if (told > TOLD_MAX)
		report_append(out, F_ROWS_DISAGREE, NULL,
			arena_form(a, "and %zu tables more", told - TOLD_MAX), a);
	if (out->levels[BKS_COVERED] == BKS_RESULT_NOT_RUN)
		out->levels[BKS_COVERED] = BKS_RESULT_PASS;
}

static int find_beside(
	struct manifest *out, store *s, const char *path, bks_arena *a, bks_error *err)
{
	size_t n = strlen(path);
	const char *side, *text;
	int r;

	while (n > 1 && path[n - 1] == '/')
		n--;
	side = arena_form(a, "%.*s.manifest", (int)n, path);
	r = store_slurp(&text, &n, s, side, MANIFEST_MAX, a, err);
	if (r == 1)
		return 0;
	if (r == 2)
		return fail(err, BKS_E_IO, "%s: larger than %d MiB", bks_shown(side, a),
			MANIFEST_MAX >> 20);
	r = r < 0 ? r : rowsfile_read(out, text, n, side, a, err);
	return r < 0 ? r : 1;
}

void rowsfile_look(bks_inspection *out, store *s, const char *path, bks_arena *a)
{
	struct manifest m;
	bks_error why = {0};
	int r;

	if (out->bytes_read <= 0 || out->verdict == BKS_UNREADABLE ||
		out->verdict == BKS_MISSING)
		return;
	r = find_beside(&m, s, path, a, &why);
	if (r > 0)
		rowsfile_judge(out, &m, a);
	else if (r < 0)
		report_append(out, F_MANIFEST_UNREADABLE, NULL, arena_text(a, why.text), a);
}
