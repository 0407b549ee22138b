/* catalog/catalog_private.h - the handle, shared by the files of src/catalog alone */
#pragma once
#include "catalog/rows.h"
#include "db/db.h"
#include "db/migrate.h"

extern const struct db_migration catalog_migrations[];
extern const int catalog_migrations_n;

struct bks_catalog {
	db *db;
	const char *file;
	const bks_settings *settings;
	int depth; /* of catalog_begin */
};
