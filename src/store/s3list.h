/*
 * store/s3list.h - the keys of a bucket in their order, a page of a thousand at a time
 *
 * A listing keeps the pages around the place where it stands (PAGES_MAX bytes), so that what is asked of a key near it is answered
 * without another request.
 */
#pragma once
#include "store/s3.h"

struct s3_object {
	const char *path; /* its key beneath the prefix of the store */
	const char *etag; /* without quotes */
	const char *storage_class;
	const char *version; /* NULL: not asked, or it has none */
	int64_t size;
	bks_time modified;
	bool folder; /* a common prefix; PATH ends in '/' */
	bool odd;    /* PATH is only how it is shown: there is a NUL in its key */
};

struct s3_page {
	struct s3_page *next;
	bks_arena *arena;
	struct s3_object *v;
	size_t n, room, bytes;
	const char *token; /* of the next page; NULL: this is the last */
	const char *token_version; /* with it, of a listing of versions; may be "" */
};

struct s3_listing {
	struct s3_store *s;
	const char *beneath; /* "" or a folder with a slash at its end: only keys beneath it */
	bool shallow;        /* what lies in folders is told as the folder */
	bool versions;       /* of all versions: what is no latest one is counted in the store's `met` */
	bool one;            /* only whether there is any */
	/* Told of every version and delete marker as it is read, of no page twice; then nothing is counted. NULL is fine. */
	void (*each)(void *arg, const struct s3_object *o, bool latest, bool marker);
	void *arg;
	struct s3_page *first, *last, *at;
	size_t i, bytes;
	char *low; /* the pages hold every key from this one on */
	char *jump; /* the next page begins after this key; NULL: where the last one ended */
};

void s3_listing_init(struct s3_listing *l, struct s3_store *s, const char *beneath, bool shallow);
void s3_listing_clear(struct s3_listing *l);
/* 1: *out is the next object, valid until two pages further; 0: there is none more; negative. */
int s3_listing_next(const struct s3_object **out, struct s3_listing *l, bks_error *err);
/* The keys that begin with BENEATH are of no interest any more: where whole pages are of them they are not fetched. */
void s3_listing_pass(struct s3_listing *l, const char *beneath);

/* Has the listing know all keys beneath a folder (with a slash at its end) by reading ahead. 1: it does; 0: that would be too many. */
int s3_listing_reach(struct s3_listing *l, const char *beneath, bks_error *err);
/* Whether the listing knows if PATH is there. */
bool s3_listing_knows(const struct s3_listing *l, const char *path);
/* The first object at or after PATH in the pages that are there; NULL. The page and the place in it come back for the next. */
const struct s3_object *s3_listing_seek(struct s3_page **page, size_t *i, const struct s3_listing *l, const char *path);

/* The listing of the walk that this thread does now; NULL: it does none. */
struct s3_listing *s3_at_hand(struct s3_store *s);
/* O as a file; its texts are loans of O. */
void s3_entry(struct store_entry *e, const struct s3_store *s, const struct s3_object *o);
