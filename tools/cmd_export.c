/* cmd_export.c - the catalog as JSON lines */
#include "backstay/doctor.h"
#include "out.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void close_file(FILE **f)
{
	if (*f)
		fclose(*f);
}

static void free_line(char **line)
{
	free(*line);
}

/* With --json the lines become the list of one document. */
static int as_document(struct call *c)
{
	AUTO(close_file) FILE *f = tmpfile();
	AUTO(free_line) char *line = NULL;
	size_t room = 0;
	if (!f)
		return fails(c, BKS_E_IO, "temporary file: %s", strerror(errno));
	int r = bks_export(c->cat, f, &c->err);
	if (r < 0)
		return r;
	rewind(f);
	bks_json *list = bks_json_list();
	c->doc = bks_json_object();
	bks_json_put(c->doc, "export", list);
	for (ssize_t n; (n = getline(&line, &room, f)) > 0;) {
		bks_json *row = NULL;
		r = bks_json_read(&row, line, (size_t)n, &c->err);
		if (r < 0)
			return fails(c, BKS_E_IO, "an exported line is no JSON: %s",
				said("%s", c->err.text));
		bks_json_add(list, row);
	}
	return ferror(f) ? fails(c, BKS_E_IO, "temporary file: %s", strerror(errno)) : 0;
}

static int run(struct call *c)
{
	int r = c->json ? as_document(c) : bks_export(c->cat, stdout, &c->err);
	if (r < 0)
		return r;
	c->end.done++;
	return 0;
}

const struct command commands_export[] = {
	{"export", "", "the catalog as JSON lines", "backstay export > catalog.jsonl\n",
		"One line a row, after a line that names the schema: {\"backstay\": "
		"\"export\", \"schema\": N}.\n",
		"{\"export\": [...the lines...]}\n", NULL, NEED_READ, 0, 0, run},
	{0},
};
