/* Windows that a provider says it keeps: one of each kind a source. */
#include "backstay/restore.h"
#include "base/text.h"
#include "catalog/catalog_private.h"
#include <string.h>

#define COLUMNS "kind, length, since"

const char *bks_window_name(enum bks_window_kind k)
{
	return k == BKS_WINDOW_DAILY ? "daily" : "pitr";
}

int bks_window_parse(bks_window *out, const char *text, bks_error *err)
{
	const char *blank = strchr(text, ' ');
	bks_error why = {0};

	*out = (bks_window){.since = BKS_TIME_NONE};
	if (!strncmp(text, "pitr ", 5))
		out->kind = BKS_WINDOW_PITR;
	else if (strncmp(text, "daily ", 6) != 0)
		blank = NULL;
	if (!blank || bks_duration_parse(&out->length, blank + 1, &why) < 0)
		return fail(err, BKS_E_USAGE, "a window is \"daily 7d\" or \"pitr 7d\": %s", text);
	return 0;
}

int bks_window_list(
	bks_window *out, size_t *n, bks_catalog *cat, int64_t source_id, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT " COLUMNS " FROM provider_windows WHERE source_id = ? ORDER BY kind");
	int r;

	*n = 0;
	db_bind_int(q, source_id);
	while ((r = db_step(q, err)) > 0 && *n < BKS_WINDOW_COUNT) {
		bks_window *w = &out[(*n)++];

		w->kind = !strcmp(db_text(q, a), "pitr") ? BKS_WINDOW_PITR : BKS_WINDOW_DAILY;
		w->length = db_int(q);
		w->since = db_time(q);
	}
	return r;
}

static int put(bks_catalog *cat, int64_t source_id, const bks_window *w, bks_error *err)
{
	db_query *q =
		w->length ? db_sql(cat->db, "INSERT INTO provider_windows (source_id, kind, "
					    "length, since) "
					    "VALUES (?, ?, ?, ?) ON CONFLICT (source_id, kind) "
					    "DO UPDATE SET "
					    "length = excluded.length, since = excluded.since")
			  : db_sql(cat->db, "DELETE FROM provider_windows WHERE source_id = ? "
					    "AND kind = ?");

	db_bind_int(q, source_id);
	db_bind_text(q, bks_window_name(w->kind));
	if (w->length) {
		db_bind_int(q, w->length);
		db_bind_time(q, w->since == BKS_TIME_NONE ? bks_clock_now() : w->since);
	}
	return db_run(q, err);
}

static int set(bks_catalog *cat, int64_t source_id, const bks_window *w, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	char text[BKS_DURATION_TEXT];
	int r = put(cat, source_id, w, err);

	return r ? r
		 : journal_add(cat, "source-set",
			   arena_form(a, "source %lld", (long long)source_id),
			   arena_form(a, "provider window %s %s", bks_window_name(w->kind),
				   bks_duration_text(text, w->length)),
			   err);
}

int bks_window_set(bks_catalog *cat, int64_t source_id, const bks_window *w, bks_error *err)
{
	int r;

	CATALOG_STEP(cat, r, err, set(cat, source_id, w, err));
	return r;
}
