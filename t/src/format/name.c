/* Names are hints for people; the bytes decide. Here the two are compared. */
#include "format/name.h"
#include "format/walname.h"
#include <string.h>
#include <strings.h>

static const struct {
	const char *ending, *wrapping;
} wrappings[] = {{".gz", "gzip"}, {".tgz", "gzip"}, {".zst", "zstd"}, {".zstd", "zstd"},
	{".lz4", "lz4"}, {".xz", "xz"}, {".bz2", "bzip2"}};

/* FORMATS: what the ending may hold, NULL-ended. Flavours of SQL are one family. */
static const struct {
	const char *ending;
	const char *formats[8];
} endings[] = {
	{".sql", {"pgdump-plain", "pgdumpall", "supabase-roles", "supabase-schema", "supabase-data",
			 "mysqldump", "sql"}},
	{".dump", {"pgdump-custom", "pgdump-tar", "pgdump-directory", "pgdump-plain", "pgdumpall",
			  "mysqldump", "sql"}},
	{".pgdump", {"pgdump-custom", "pgdump-tar", "pgdump-directory", "pgdump-plain"}},
	{".custom", {"pgdump-custom"}},
	{".tar", {"tar", "pgdump-tar", "pg-basebackup"}},
	{".zip", {"zip"}},
	{".sqlite", {"sqlite"}},
	{".sqlite3", {"sqlite"}},
};

static bool ends(const char *s, size_t n, const char *ending)
{
	size_t k = strlen(ending);

	return n > k && !strncasecmp(s + n - k, ending, k);
}

static const char *promised_wrapping(const char *name, size_t *n)
{
	for (size_t i = 0; i < sizeof wrappings / sizeof *wrappings; i++) {
		if (!ends(name, *n, wrappings[i].ending))
			continue;
		*n -= strlen(wrappings[i].ending);
		return wrappings[i].wrapping;
	}
	return NULL;
}

static int promised_ending(const char *name, size_t n)
{
	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
		if (ends(name, n, endings[i].ending))
			return (int)i;
	return -1;
}

static bool holds(int ending, const char *format)
{
	for (size_t i = 0; i < 8 && endings[ending].formats[i]; i++)
		if (!strcmp(endings[ending].formats[i], format))
			return true;
	return false;
}

static void compare_wrapping(struct report *r, const char *wrapping)
{
	const bks_inspection *out = r->out;
	const char *is = out->wrappings ? out->wrapping[0] : NULL;

	if (wrapping && !is)
		report_find(r, F_NAME_DISAGREES, NULL, "the name promises %s, the bytes are not wrapped",
			wrapping);
	else if (wrapping && strcmp(wrapping, is) != 0)
		report_find(r, F_NAME_DISAGREES, NULL, "the name promises %s, the bytes are %s",
			wrapping, is);
}

/* Names that only PostgreSQL gives: nothing else lies under one by accident. */
static bool promises_wal(const char *name)
{
	const char *slash = strrchr(name, '/');
	struct wal_name wal;

	wal_name_read(&wal, slash ? slash + 1 : name);
	return wal.kind != WAL_NAME_NONE;
}

static void compare_wal(struct report *r)
{
	if (strcmp(r->out->format, "pg-wal") != 0)
		report_find(r, F_NOT_WHAT_ITS_NAME_SAYS, "byte 0",
			"the name is that of a file of the write-ahead log, the bytes are %s",
			strcmp(r->out->format, "raw") != 0 ? r->out->format : "none that is known");
}

void name_compare(struct report *r, const char *name)
{
	const bks_inspection *out = r->out;
	size_t n = strlen(name);
	const char *wrapping = promised_wrapping(name, &n);
	int ending = promised_ending(name, n);

	if (promises_wal(name)) {
		compare_wal(r);
		return;
	}
	if (!wrapping && ending < 0)
		return;
	if (strcmp(out->format, "raw") != 0) {
		compare_wrapping(r, wrapping);
		if (ending >= 0 && !holds(ending, out->format))
			report_find(r, F_NAME_DISAGREES, NULL, "the name ends in %s, the bytes are %s",
				endings[ending].ending, out->format);
		return;
	}
	if (wrapping && !out->wrappings)
		report_find(r, F_NOT_WHAT_ITS_NAME_SAYS, "byte 0",
			"the name promises %s, the bytes are neither that nor any backup known", wrapping);
	else if (ending >= 0)
		report_find(r, F_NOT_WHAT_ITS_NAME_SAYS, "byte 0",
			"the name ends in %s, the bytes are no backup known", endings[ending].ending);
}

bool name_promises(const char *name)
{
	size_t n = strlen(name);

	return promised_wrapping(name, &n) || promised_ending(name, n) >= 0;
}

bool name_promises_dump(const char *name)
{
	size_t n = strlen(name);
	int ending;

	promised_wrapping(name, &n);
	ending = promised_ending(name, n);
	return ending >= 0 && !holds(ending, "tar") && !holds(ending, "zip");
}
