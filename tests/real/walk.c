/*
 * walk [--step N] [--hex] FILE... - what the walk says of each file, as lines that a script can
 * compare: "file FORMAT CONTENT VERDICT PRODUCER SERVER DATABASE STARTED", "table DB
 * SCHEMA.NAME ddl|-  data|- ROWS PARENT", "finding CODE WHERE TEXT"; tabs between, names
 * escaped. --cuts FILE: a line "cut N VERDICT CODES" for each of the cuts of
 * tests/real/plain.sh.
 */
#include "base/text.h"
#include "format/format.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *slurp(const char *path, size_t *n)
{
	FILE *f = fopen(path, "rb");
	size_t room = 1 << 16, got;
	char *s = malloc(room);

	if (!f || !s) {
		perror(path);
		exit(3);
	}
	for (*n = 0; (got = fread(s + *n, 1, room - *n, f)) > 0;) {
		*n += got;
		if (*n == room)
			s = realloc(s, room *= 2);
		if (!s)
			abort();
	}
	fclose(f);
	return s;
}

static void look(bks_inspection *out, const char *bytes, size_t n, size_t step, bks_arena *a)
{
	const struct format *f =
		format_guess((const uint8_t *)bytes, n < FORMAT_HEAD ? n : FORMAT_HEAD);
	struct report r;
	bks_error err = {0};
	stream *in = stream_memory(bytes, n, step);

	*out = (bks_inspection){.format = "raw"};
	report_init(&r, out, a);
	if (!f || !f->walk)
		report_find(&r, F_NOT_A_BACKUP, NULL, "not known");
	else if (f->walk(in, &r, &err) < 0)
		report_find(&r, F_READ_ERROR, NULL, "%s", err.text);
	stream_close(in);
	report_close(&r, true);
}

static bool in_hex;

static const char *shown(const char *s, bks_arena *a)
{
	struct text t = {.arena = a};

	if (!in_hex)
		return bks_shown(s, a);
	text_add(&t, "", 0);
	for (; s && *s; s++)
		text_form(&t, "%02x", (unsigned char)*s);
	return t.s;
}

static const char *or_dash(const char *s)
{
	return s && *s ? s : "-";
}

static void print(const bks_inspection *v, bks_arena *a)
{
	printf("file\t%s\t%s\t%s\t%s\t%s\t%s\t%04d-%02d-%02d %02d:%02d:%02d %s\n", v->format,
		bks_content_name(v->content), bks_verdict_name(v->verdict),
		or_dash(v->producer), or_dash(v->server_version), bks_shown(v->database, a),
		v->started.year, v->started.month, v->started.day, v->started.hour,
		v->started.minute, v->started.second, v->started.zone);
	for (size_t i = 0; i < v->table_count; i++) {
		const bks_table *t = &v->tables[i];

		printf("table\t%s\t%s.%s\t%s\t%s\t%lld\t%s\n", shown(t->database, a),
			shown(t->schema, a), shown(t->name, a), t->ddl ? "ddl" : "-",
			t->data ? "data" : "-", (long long)t->rows, shown(t->parent_name, a));
	}
	for (size_t i = 0; i < v->finding_count; i++)
		printf("finding\t%s\t%s\t%s\n", v->findings[i].code,
			or_dash(v->findings[i].where), v->findings[i].text);
}

static void print_cut(const char *bytes, size_t n, size_t step)
{
	bks_arena *a = bks_arena_new();
	bks_inspection v;

	look(&v, bytes, n, step, a);
	printf("cut\t%zu\t%s\t%s", n, bks_verdict_name(v.verdict), v.format);
	for (size_t i = 0; i < v.finding_count; i++)
		if (v.findings[i].severity == BKS_ERROR)
			printf("\t%s", v.findings[i].code);
	printf("\n");
	bks_arena_free(a);
}

/* Every line boundary, the byte before it, and 200 places between. */
static void cuts(const char *bytes, size_t n, size_t step)
{
	for (size_t i = 1; i < n; i++)
		if (bytes[i - 1] == '\n' || bytes[i] == '\n' || i % (n / 200 + 1) == 0)
			print_cut(bytes, i, step);
}

int main(int argc, char **argv)
{
	size_t step = 0, n;
	bool cutting = false;

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--step") && i + 1 < argc) {
			step = strtoul(argv[++i], NULL, 10);
		} else if (!strcmp(argv[i], "--hex")) {
			in_hex = true;
		} else if (!strcmp(argv[i], "--cuts")) {
			cutting = true;
		} else {
			char *bytes = slurp(argv[i], &n);
			bks_arena *a = bks_arena_new();
			bks_inspection v;

			look(&v, bytes, n, step, a);
			if (cutting)
				cuts(bytes, n, step);
			else
				print(&v, a);
			bks_arena_free(a);
			free(bytes);
		}
	}
	return 0;
}
