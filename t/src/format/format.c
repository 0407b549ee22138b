#include "base/glob.h"
#include "format/format.h"

const struct format *format_guess(const uint8_t *head, size_t n)
{
	const struct format *best = NULL;
	int bits = 0;

	for (const struct format *const *f = formats; *f; f++) {
		int b = (*f)->probe ? (*f)->probe(head, n) : 0;

		if (b > bits) {
			bits = b;
			best = *f;
		}
	}
	return best;
}

const struct format *format_guess_folder(const members *m)
{
	const struct format *best = NULL;
	int sure = 0;

	for (const struct format *const *f = formats; *f; f++) {
		int k = (*f)->probe_folder ? (*f)->probe_folder(m) : 0;

		if (k > sure) {
			sure = k;
			best = *f;
		}
	}
	return best;
}

bool format_folder_sign(const char *name)
{
	static const char *const signs[] = {"toc.dat", "toc.dat.*", "blobs*.toc", "*.dat.gz", "*.dat.lz4", "*.dat.zst",
		"backup_manifest*", "PG_VERSION", "base.tar*"};

	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
		if (glob_match(signs[i], name))
			return true;
	return false;
}
