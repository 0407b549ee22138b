/* work/group.h - whose backup is a file: the source whose glob claims it, or a guess from directory, name stem and database */
#pragma once
#include "backstay/backup.h"
#include "backstay/source.h"

struct claim {
	const bks_source *source; /* NULL: nobody claims it */
	const char *guess;        /* then: the name of the source that it looks like; lives in the arena */
	enum bks_tier tier;       /* that a tier glob of the source gives it; AUTO otherwise */
};

/* Who claims PATH. BKS_E_USAGE when two do, which the text names. */
int group_claim(struct claim *out, const bks_sources *sources, const char *path, bks_arena *a, bks_error *err);

/*
 * The name of the source that PATH looks like when nobody claims it: directory, stem of the name with the digits taken out, and
 * the DATABASE named inside (NULL unknown): "shop", "pg/shop", "pg/nightly@shop".
 */
const char *group_guess(const char *path, const char *database, bks_arena *a);
/* The same of a file that is one part of a backup (roles, schema, data): words that tell parts apart are passed over, so that
 * "schema/db_20260101.sql" and "data/db_20260101.sql" are both of "db". */
const char *group_guess_part(const char *path, const char *database, bks_arena *a);
/* Whether a folder or the stem of PATH says that it holds definitions: "schema/db.sql", "shop-schema.sql". */
bool group_says_schema(const char *path, bks_arena *a);
