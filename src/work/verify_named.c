/* A whole dump with all the right tables may still be of another database. Not every dump names
 * its own: one of plain SQL does with
 * --create alone, and what holds several or none is not asked. */
#include "base/text.h"
#include "format/report.h"
#include "work/verify_private.h"
#include <string.h>

static bool names_one(const bks_inspection *i)
{
	return i->database && i->format && strcmp(i->format, "pgdumpall") != 0;
}

void verify_named(struct job *j)
{
	bks_inspection *i = &j->out;

	if (!j->database || !names_one(i))
		return;
	if (strcmp(j->database, i->database) != 0)
		report_append(i, F_OTHER_DATABASE, NULL,
			arena_form(j->arena, "it is of database %s, and its source is of %s",
				bks_shown(i->database, j->arena),
				bks_shown(j->database, j->arena)),
			j->arena);
	else if (i->levels[BKS_WHOLE] == BKS_RESULT_PASS &&
		 i->levels[BKS_COVERED] == BKS_RESULT_NOT_RUN)
		i->levels[BKS_COVERED] = BKS_RESULT_PASS;
}
