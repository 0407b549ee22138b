/* catalog/doctor.h - shared by the parts of the catalog's look at itself */
#pragma once
#include "backstay/doctor.h"
#include "base/vec.h"
#include "catalog/catalog_private.h"

struct sick {
	bks_catalog *cat;
	bks_arena *a;
	bks_error *err;
	VEC(bks_ailment) rows;
};

void doctor_say(struct sick *s, bool bad, const char *check, const char *text);
/* R, or 0 when it was that CHECK's rows could not be read, which was said. */
int doctor_told(struct sick *s, const char *check, int r);

/* Tables, triggers and views as this program's migrations make them; each view answers. */
int doctor_schema(struct sick *s);
/* Every row of the journal holds the hash of the one before and its own. */
int doctor_journal(struct sick *s);
/* Every drill and every task that was done was told to the journal as it stands. */
int doctor_tasks(struct sick *s);
