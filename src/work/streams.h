/* work/streams.h - rows of the catalog in the shape that policy decides on */
#pragma once
#include "catalog/rows.h"
#include "policy/policy.h"

/* Whether FORMAT (NULL unknown) is one of dumps and backups, not raw, sql or another tool's. */
bool streams_recognised(const char *format);

/* One source and one kind: retention never crosses streams. */
struct stream_rows {
	const bks_source *source; /* NULL for backups whose source is gone */
	const char *name;
	enum bks_kind kind;
	const bks_policy *policy; /* with the source's own level in it; lives in the arena */
	const bks_backup **backups;
	struct keep_backup *rows; /* of the same order */
	size_t n, room;
};

struct stream_list {
	struct stream_rows *v;
	size_t n, room;
};

/* Every stream (SOURCE NULL) or those of one, by name of the source, then kind; backups newest first, with artifacts. Gone ones are
 * left out. BKS_E_USAGE: no such source. Lives in A. */
int streams_load(struct stream_list *out, bks_catalog *cat, const char *source, bks_arena *a, bks_error *err);

/* The same of backups that are gone or were cleaned up by others: of those that were really there, so without what was merged, renamed or overwritten. */
int streams_load_gone(struct stream_list *out, bks_catalog *cat, const char *source, bks_arena *a, bks_error *err);

/* The stream of L that is the same as S, of another list; NULL. */
const struct stream_rows *stream_same(const struct stream_list *l, const struct stream_rows *s);

/* One backup as policy sees it. */
struct keep_backup stream_row(const bks_backup *b);
/* The best of its copies that is there outside the repo WITHOUT (NULL: of all); of a set, its files there together, under the first
 * one's name. false: there is none. */
bool stream_best(bks_artifact *out, const bks_backup *b, const char *without);
/* B as policy would see it if COPY were all that is left of it: another copy's proof is none of this one. */
struct keep_backup stream_row_of(const bks_backup *b, const bks_artifact *copy);

/* The policy that holds for S (NULL: the default), with the level that the source asks for. */
const bks_policy *stream_policy(const bks_catalog *cat, const bks_source *s, bks_arena *a);

/* What a plan wants to know beside the rows: copies, twins, holds of suspicion. Rows of S are filled in. NOW may lie ahead of the
 * clock: backups are taken to be verified as they are today. */
int stream_complete(struct stream_rows *s, bks_catalog *cat, bks_time now, bks_arena *a, bks_error *err);
/* B's copy in the repo: of a set all its files there together. false: nothing of it is there. */
bool stream_copy(bks_artifact *out, const bks_backup *b, int64_t repo_id);
/* The holders that closed slots of S were given. */
int stream_slots(struct keep_slot **out, size_t *n, bks_catalog *cat, const struct stream_rows *s, bks_arena *a, bks_error *err);
