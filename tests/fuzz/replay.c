/* Replays files, or the files of directories, through a fuzz target: how a corpus runs in CI,
 * with any compiler. */
#include "fuzz.h"
#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

static size_t replayed;

/* In memory of exactly the file's size, so that the address sanitizer sees a byte read past it.
 */
static bool replay(const char *path, size_t size)
{
	uint8_t *p = malloc(size ? size : 1);
	FILE *f = fopen(path, "rb");
	bool read = f && p && fread(p, 1, size, f) == size;

	if (f)
		fclose(f);
	if (read) {
		LLVMFuzzerTestOneInput(p, size);
		replayed++;
	} else {
		perror(path);
	}
	free(p);
	return read;
}

static bool replay_path(const char *path)
{
	char name[PATH_MAX];
	bool good = true;
	struct dirent *e;
	struct stat st;
	DIR *d;

	if (stat(path, &st)) {
		perror(path);
		return false;
	}
	if (!S_ISDIR(st.st_mode))
		return replay(path, (size_t)st.st_size);
	d = opendir(path);
	while (d && (e = readdir(d))) {
		snprintf(name, sizeof name, "%s/%s", path, e->d_name);
		if (e->d_name[0] != '.')
			good &= replay_path(name);
	}
	if (d)
		closedir(d);
	return d && good;
}

int main(int argc, char **argv)
{
	bool good = true;

	for (int i = 1; i < argc; i++)
		good &= replay_path(argv[i]);
	printf("%zu inputs\n", replayed);
	return good && replayed ? 0 : 1;
}
