/* Which zones the machine knows: files of the zoneinfo directory, asked for without trusting
 * the name. */
#include "backstay/time.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool name_is_safe(const char *name)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-/";

	return *name && *name != '/' && !name[strspn(name, allowed)];
}

static bool is_zone_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	char magic[4];
	bool is;

	if (fd < 0)
		return false;
	is = !fstat(fd, &st) && S_ISREG(st.st_mode) &&
	     read(fd, magic, sizeof magic) == sizeof magic &&
	     !memcmp(magic, "TZif", sizeof magic);
	close(fd);
	return is;
}

bool bks_zone_exists(const char *name)
{
	const char *dir = getenv("TZDIR");
	char path[512];
	int n;

	if (!strcmp(name, "UTC"))
		return true;
	if (!name_is_safe(name))
		return false;
	n = snprintf(
		path, sizeof path, "%s/%s", dir && *dir ? dir : "/usr/share/zoneinfo", name);
	return n > 0 && (size_t)n < sizeof path && is_zone_file(path);
}
