/* Walks custom dumps for the real tests: a line with verdict and content, then a line a table
 * with rows: hex names, rows. */
#include "format/format.h"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

extern const struct format format_custom;

static void print_hex(const char *s)
{
	for (; *s; s++)
		printf("%02x", (unsigned char)*s);
}

static void print_tables(const bks_inspection *v)
{
	for (size_t i = 0; i < v->table_count; i++) {
		const bks_table *t = &v->tables[i];

		printf("%s ", t->data ? "data" : "ddl");
		print_hex(t->schema);
		printf(".");
		print_hex(t->name);
		printf(" %lld ", (long long)t->rows);
		print_hex(t->parent_name ? t->parent_name : "");
		printf("\n");
	}
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		bks_arena *a = bks_arena_new();
		bks_inspection v = {0};
		bks_error err = {0};
		struct report r;
		int fd = open(argv[i], O_RDONLY | O_CLOEXEC), got;
		stream *s = stream_fd(fd, argv[i], true);

		report_init(&r, &v, a);
		got = format_custom.walk(s, &r, &err);
		report_close(&r, got == 0);
		stream_close(s);
		printf("%s %s %s %s %s %s %s %04d-%02d-%02d %02d:%02d:%02d\n",
			bks_verdict_name(v.verdict), bks_content_name(v.content),
			v.format_version ? v.format_version : "-",
			v.producer ? v.producer : "-",
			v.server_version ? v.server_version : "-",
			v.database ? v.database : "-", got ? err.text : "", v.started.year,
			v.started.month, v.started.day, v.started.hour, v.started.minute,
			v.started.second);
		print_tables(&v);
		for (size_t k = 0; k < v.finding_count; k++)
			printf("finding %s %s: %s\n", v.findings[k].code,
				v.findings[k].where ? v.findings[k].where : "",
				v.findings[k].text);
		bks_arena_free(a);
	}
	return 0;
}
