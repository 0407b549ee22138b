/* A job, read from its file. */
#include "job.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct job job;

void job_read(struct world *w, const char *path)
{
	const struct {
		const char *name;
		char **text;
		long *number;
	} fields[] = {{"top", &job.top, NULL}, {"bin", &job.bin, NULL}, {"preload", &job.preload, NULL}, {"op", &job.op, NULL},
		{"arg", &job.arg, NULL}, {"clock", &job.clock, NULL}, {"later", &job.later, NULL}, {"label", &job.label, NULL},
		{"seed", NULL, &job.seed}, {"kills", NULL, &job.kills}, {"share", NULL, &job.share}, {"sweep", NULL, &job.sweep}};
	FILE *f = fopen(path, "re");
	char line[1024];

	job.arg = form("%s", "");
	while (f && fgets(line, sizeof line, f)) {
		char *value = strchr(line, ' ');

		line[strcspn(line, "\n")] = '\0';
		if (!value)
			continue;
		*value++ = '\0';
		if (!strcmp(line, "repo") && w->repo_count < REPOS)
			w->repos[w->repo_count++] = form("%s", value);
		job.again = job.again || (!strcmp(line, "again") && *value == '1');
		for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
			if (!strcmp(line, fields[i].name)) {
				if (fields[i].text)
					*fields[i].text = form("%s", value);
				else
					*fields[i].number = strtol(value, NULL, 10);
			}
	}
	if (!f || !job.top || !job.op || !job.clock || !job.later || !w->repo_count) {
		fprintf(stderr, "sweep JOB\n");
		exit(2);
	}
	fclose(f);
}
