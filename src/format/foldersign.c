/* Asked of each name in each folder of a repo: it needs no format, and loads none. */
#include "base/glob.h"
#include "format/format.h"

bool format_folder_sign(const char *name)
{
	static const char *const signs[] = {"toc.dat", "toc.dat.*", "blobs*.toc", "*.dat.gz",
		"*.dat.lz4", "*.dat.zst", "backup_manifest*", "PG_VERSION", "base.tar*"};

	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
		if (glob_match(signs[i], name))
			return true;
	return false;
}
