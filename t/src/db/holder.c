/* Who holds the file: for the message alone. The kernel's list of locks says it without opening
 * the file, for to close it again would let go of our own locks. */
#include "db/db_private.h"
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

long db_holder(const char *path)
{
	unsigned major_no, minor_no;
	unsigned long inode;
	char line[256], kind[16];
	struct stat st;
	long pid, found = 0;
	FILE *f;

	if (stat(path, &st) || !(f = fopen("/proc/locks", "re")))
		return 0;
	while (!found && fgets(line, sizeof line, f))
		if (sscanf(line, "%*d: %*s %*s %15s %ld %x:%x:%lu", kind, &pid, &major_no,
			    &minor_no, &inode) == 5 &&
			inode == st.st_ino && major_no == major(st.st_dev) &&
			minor_no == minor(st.st_dev) && pid != getpid() && pid > 0)
			found = pid;
	fclose(f);
	return found;
}
