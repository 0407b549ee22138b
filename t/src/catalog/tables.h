/* catalog/tables.h - the tables that go out and come in, those that are referred to first */
#pragma once
#include "catalog/catalog_private.h"

/* NULL-ended. What the settings left behind (facts) stays at home. */
extern const char *const catalog_tables[];

/* A blob is {"hex": "..."}; a name that is text is a text. */
#define TABLES_HEX "hex"
