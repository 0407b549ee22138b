/*
 * steps.c FILE [no-sha256] - one look at FILE, in this process and on one thread, for
 * tests/bench/instructions.sh to count what format_verify executes. Ends with 0 when it is sound.
 */
#include "format/verify.h"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

int main(int argc, char **argv)
{
	bks_arena *a = bks_arena_new();
	bks_inspection out = {0};
	struct verify_job job = {.sha256_unasked = argc > 2 && !strcmp(argv[2], "no-sha256")};
	struct stat st;
	int fd = argc > 1 ? open(argv[1], O_RDONLY | O_CLOEXEC) : -1;

	if (fd < 0 || fstat(fd, &st)) {
		fprintf(stderr, "usage: steps FILE [no-sha256]\n");
		return 2;
	}
	format_ready();
	job.name = argv[1];
	job.in = stream_fd(fd, argv[1], true);
	job.size = st.st_size;
	format_verify(&out, &job, a, NULL);
	printf("%s %zu\n", bks_verdict_name(out.verdict), out.table_count);
	return out.verdict != BKS_SOUND;
}
