/* Walks base backups for the real tests, folders and files: a line each with the verdict, the
 * facts and the codes of its findings; with -v the findings too. */
#include "base/text.h"
#include "format/verify.h"
#include "store/store.h"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static int look(bks_inspection *out, const char *path, bks_arena *a, bks_error *err)
{
	struct verify_job job = {.name = path, .size = -1, .jobs = 2};
	store *s = NULL;
	struct stat st;
	int r;

	if (!stat(path, &st) && S_ISDIR(st.st_mode)) {
		const char *url;

		if (store_url(&url, path, a, err) || store_open(&s, url, err) ||
			store_members(&job.members, s, "", err))
			return -1;
	} else {
		job.in = stream_fd(open(path, O_RDONLY | O_CLOEXEC), path, true);
	}
	r = format_verify(out, &job, a, err);
	store_close(s);
	return r;
}

static void print_facts(const bks_inspection *v)
{
	const bks_physical *p = v->physical;
	char started[BKS_TIME_TEXT], stopped[BKS_TIME_TEXT];

	printf("%s %s %s %s", bks_verdict_name(v->verdict), v->format,
		v->format_version ? v->format_version : "-",
		v->server_version ? v->server_version : "-");
	if (p)
		printf(" %llu %u %llX %llX %llX %u %s %s", (unsigned long long)p->system_id,
			p->timeline, (unsigned long long)p->start_lsn,
			(unsigned long long)p->stop_lsn, (unsigned long long)p->parent_lsn,
			p->parent_timeline, bks_time_text(started, p->started),
			bks_time_text(stopped, p->stopped));
	printf(" |");
	for (size_t i = 0; i < v->finding_count; i++)
		if (!i || strcmp(v->findings[i].code, v->findings[i - 1].code) != 0)
			printf(" %s", v->findings[i].code);
	printf("\n");
}

int main(int argc, char **argv)
{
	bool verbose = argc > 1 && !strcmp(argv[1], "-v");

	for (int i = verbose ? 2 : 1; i < argc; i++) {
		bks_arena *a = bks_arena_new();
		bks_inspection v = {0};
		bks_error err = {0};

		if (look(&v, argv[i], a, &err)) {
			printf("failed: %s\n", err.text);
			return 1;
		}
		print_facts(&v);
		for (size_t k = 0; verbose && k < v.finding_count; k++)
			printf("\t%s %s: %s\n", v.findings[k].code,
				v.findings[k].where ? v.findings[k].where : "",
				v.findings[k].text);
		bks_arena_free(a);
	}
	return 0;
}
