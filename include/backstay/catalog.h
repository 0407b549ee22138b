/* catalog.h - the local file that records every backup; the handle that all other calls take */
#pragma once
#include "settings.h"

typedef struct bks_catalog bks_catalog;

enum bks_open_mode {
	BKS_OPEN_READ,  /* must exist */
	BKS_OPEN_WRITE, /* must exist */
	BKS_OPEN_MAKE   /* made when it is not there */
};

/*
 * Where the catalog lies: FLAG, else BACKSTAY_CATALOG, else the settings file, else $XDG_STATE_HOME/backstay/catalog.db
 * (~/.local/state), /var/lib/backstay/catalog.db for root. *looked is a text of every path and where it came from.
 */
BKS_API const char *bks_catalog_path(
	const char **looked, const char *flag, const bks_settings *s, bks_arena *a);

/*
 * Opens the catalog at PATH. WAIT (microseconds) is how long to wait for another writer. What the settings declare
 * (sources, repos) is brought into it when they changed and MODE is not READ. SETTINGS must outlive the handle.
 * BKS_E_USAGE: not there; BKS_E_NEWER: written by a newer program; BKS_E_CATALOG: damaged, foreign, or it needs
 * `upgrade` and MODE is READ (an older one is upgraded by WRITE and MAKE after a copy was taken beside it).
 */
BKS_API int bks_catalog_open(bks_catalog **out, const char *path, enum bks_open_mode mode,
	const bks_settings *s, int64_t wait, bks_error *err);
BKS_API void bks_catalog_close(bks_catalog *cat); /* NULL is fine */
BKS_API const bks_settings *bks_catalog_settings(const bks_catalog *cat);
BKS_API const char *bks_catalog_file(const bks_catalog *cat);

/* Brings an older catalog at PATH to this program's schema; a copy is taken first beside it. *copy (lives in A) is its
 * path, NULL when nothing was to be done. *from and *to are schema numbers. */
BKS_API int bks_catalog_upgrade(int *from, int *to, const char **copy, const char *path,
	int64_t wait, bks_arena *a, bks_error *err);
