/* work/streams.h - rows of the catalog in the shape that policy decides on */
#pragma once
#include "catalog/rows.h"
#include "policy/policy.h"

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

/* One backup as policy sees it. */
struct keep_backup stream_row(const bks_backup *b);
/* The best of its copies that is there outside the repo WITHOUT (NULL: of all); of a set, its files there together, under the first
 * one's name. false: there is none. */
bool stream_best(bks_artifact *out, const bks_backup *b, const char *without);
/* B as policy would see it if COPY were all that is left of it: another copy's proof is none of this one. */
struct keep_backup stream_row_of(const bks_backup *b, const bks_artifact *copy);

/* The policy that holds for S (NULL: the default), with the level that the source asks for. */
const bks_policy *stream_policy(const bks_catalog *cat, const bks_source *s, bks_arena *a);
