/* What the two settings at the head of a table of contents may say. pg_restore refuses an
 * archive that says anything else, so nothing of it comes back (PostgreSQL:
 * pg_backup_archiver.c, encnames.c). */
#include "format/pgentry.h"
#include <string.h>

/* As servers of 8.0 to 18 write their names. */
static const char *const encodings[] = {"ALT", "BIG5", "EUC_CN", "EUC_JIS_2004", "EUC_JP",
	"EUC_KR", "EUC_TW", "GB18030", "GBK", "ISO_8859_5", "ISO_8859_6", "ISO_8859_7",
	"ISO_8859_8", "JOHAB", "KOI8", "KOI8R", "KOI8U", "LATIN1", "LATIN10", "LATIN2",
	"LATIN3", "LATIN4", "LATIN5", "LATIN6", "LATIN7", "LATIN8", "LATIN9", "MULE_INTERNAL",
	"SHIFT_JIS_2004", "SJIS", "SQL_ASCII", "TCVN", "UHC", "UNICODE", "UTF8", "WIN",
	"WIN1250", "WIN1251", "WIN1252", "WIN1253", "WIN1254", "WIN1255", "WIN1256", "WIN1257",
	"WIN1258", "WIN866", "WIN874"};
static const char *const switches[] = {"off", "on"};

static bool is_one_of(const char *const *words, size_t n, const char *s, size_t length)
{
	for (size_t i = 0; i < n; i++)
		if (strlen(words[i]) == length && !memcmp(words[i], s, length))
			return true;
	return false;
}

bool pgentry_setting(const struct pgentry *e)
{
	bool encoding = pgentry_is(e, "ENCODING");
	const char *from = e->defn.n ? strchr(e->defn.s, '\'') : NULL;
	const char *to = from ? strchr(from + 1, '\'') : NULL;
	size_t n = to ? (size_t)(to - from - 1) : 0;

	if (!encoding && !pgentry_is(e, "STDSTRINGS"))
		return true;
	if (!to)
		return false;
	return encoding
		       ? is_one_of(encodings, sizeof encodings / sizeof *encodings, from + 1, n)
		       : is_one_of(switches, sizeof switches / sizeof *switches, from + 1, n);
}
