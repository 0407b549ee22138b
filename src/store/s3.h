/* store/s3.h - a bucket: where it is, how it is asked, what its answers say; shared by the files s3*.c alone */
#pragma once
#include "store/s3cred.h"
#include "store/s3http.h"
#include "store/s3sign.h"
#include "store/s3xml.h"
#include "store/store_private.h"
#include <pthread.h>
#include <stdatomic.h>

/* Where a bucket is; what nobody said is filled in as the SDKs do. On the heap. */
struct s3_place {
	char *base;   /* "https://host:port/way" without a slash at the end, the bucket not in it */
	char *host;   /* of the Host header; with the bucket in host style */
	char *way;    /* what stands before an encoded key in the path: "/", "/bucket/", "/base/bucket/" */
	char *bucket;
	char *prefix; /* "" or ending in '/' */
	char *region;
	bool region_said; /* by whoever asked; else it may be learned */
	bool amazon;      /* its own endpoint, not one that was said */
	bool tls;
	char *ca_file, *profile, *reaper; /* NULL: not said */
	bool delete_if_match;
};
/* BKS_E_USAGE: AT names no bucket. */
int s3_place_read(struct s3_place *out, const struct store_place *at, bks_error *err);
void s3_place_clear(struct s3_place *p);

struct s3_listing;

/* What the last walk from the root met beside files, where the bucket has versions. */
struct s3_met {
	bks_arena *arena; /* NULL: it was not asked */
	int64_t old_versions, old_bytes;
	struct s3_hidden {
		const char *path;
		bks_time since;
	} *v; /* sorted, as keys come; HIDDEN_MAX at most are remembered */
	size_t n, room;
	int64_t hidden;
};

struct s3_store {
	store s;
	struct s3_place at;
	struct http_pool *pool;
	char *root; /* s3://bucket/prefix, without a slash at the end */
	pthread_mutex_t lock; /* of what follows */
	struct s3_keys keys;
	bool keys_there;
	struct s3_keys reaper_keys; /* of requests that change something, where the place says so */
	bool reaper_there;
	struct s3_listing *listing; /* of the walk that goes on; its thread alone uses it */
	pthread_t lister;
	atomic_llong requests;
	int versioned; /* 1 it has versions, -1 it has not or will not say, 0 nobody asked yet */
	int locks; /* 1 its objects may be locked, or it will not say; -1 none can be; 0 nobody asked yet */
	struct s3_met met; /* of the thread that walks */
};

/* A request to the bucket. Zeroed but for METHOD is right. */
struct s3_ask {
	const char *method;
	const char *key; /* all of it, with the prefix; NULL: the bucket itself */
	const struct s3_pair *query;
	size_t query_count;
	const struct s3_pair *headers; /* names in lower case */
	size_t header_count;
	const void *body;
	size_t body_n;
	const char *what; /* is done, for error texts: "list", "read" */
	bool may_be_refused; /* S3_DENIED is an answer */
	enum { S3_BY_METHOD, S3_READER, S3_REAPER } as; /* whose keys sign it */
	bool once; /* not asked again: who asked looks first what came of it */
};

/* Answers that are none of ours to judge. */
enum s3_answer {
	S3_DONE,     /* 2xx */
	S3_NONE = 1, /* 404: no such key */
	S3_OTHER,    /* 412: it is not what If-Match says, or is there against If-None-Match */
	S3_NO_RANGE, /* 416 */
	S3_SAME,     /* 304 */
	S3_DENIED    /* 401, 403, 405, 501, where MAY_BE_REFUSED says so */
};

/*
 * Asks, signed, and again where that may help: six times and five minutes at most, with full jitter, or as long as the server says
 * (Retry-After, 60 s at most). *out is the answer's head, of S3_DONE alone, whose body the caller reads; else NULL. BKS_E_IO: the text
 * names what was done, the status and the server's word for it, never a secret; BKS_E_INTERRUPTED; BKS_E_USAGE: no keys.
 */
int s3_ask(struct http_call **out, struct s3_store *s, const struct s3_ask *q, bks_error *err);
/* The same, and reads the body whole, MAX bytes at most, again when it breaks off. *body lives in A, NUL-ended. A body that is an error
 * document is an error whatever the status says. *head (may be NULL) is the caller's to http_end. */
int s3_ask_whole(const char **body, size_t *n, struct http_call **head, struct s3_store *s, const struct s3_ask *q, size_t max,
	bks_arena *a, bks_error *err);

/* When to try once more. Zeroed, it begins with the first trouble. */
struct s3_patience {
	int tries;
	int64_t until;
};
/* Waits its turn: 0; else R comes back, and ERR is as it was: that was the last try. WAIT: as the server said, in microseconds; 0: it
 * did not. */
int s3_wait(struct s3_patience *p, struct s3_store *s, int64_t wait, int r, bks_error *err);

/* The key of PATH, lives in A. */
const char *s3_key(const struct s3_store *s, const char *path, bks_arena *a);

/* What the head of an answer says of an object: id, and the texts of E (loans of C). */
void s3_entry_of(struct store_entry *e, const struct s3_store *s, const char *path, const struct http_call *c);
/* The identity of an object: its key and ETag in place of an inode. */
void s3_id(struct store_id *out, const struct s3_store *s, const char *path, const char *etag, int64_t size, bks_time modified);
/* "Sun, 22 Nov 2026 12:00:00 GMT". BKS_TIME_NONE: no such thing. */
bks_time s3_http_date(const char *text);

/* s3list.c, s3read.c, s3put.c: as the kind of store promises. */
int s3_walk(store *s, const char *from, int (*visit)(void *arg, const struct store_entry *e), void *arg, bks_error *err);
int s3_list(store *s, const char *from, int (*visit)(void *arg, const struct store_entry *e), void *arg, bks_error *err);
int s3_stat(struct store_entry *out, store *s, const char *path, bks_error *err);
int s3_read(stream **out, struct store_id *id, store *s, const char *path, bks_error *err);
int s3_read_file(stream **out, struct store_id *id, store *s, const char *path, bks_error *err);
int s3_read_head(stream **out, struct store_id *id, store *s, const char *path, int64_t most, bks_error *err);
int s3_prove(const char **honours, store *s, bool writes, bks_arena *a, bks_error *err);
int s3_rest(struct store_rest *out, store *s, bks_arena *a, bks_error *err);
bool s3_hidden(bks_time *since, const store *s, const char *path);
/* 1: the bucket keeps versions, or did; 0: not, or it will not say; negative. */
int s3_versioned(struct s3_store *s, bks_error *err);
int s3_pour(store *s, const char *path, stream *in, int64_t size, bool replace, bks_error *err);
int s3_put(store *s, const char *path, const void *bytes, size_t n, bool replace, bks_error *err);

/* s3erase.c, s3lock.c: as the kind of store promises. */
int s3_bury(const char **why, store *s, const struct store_doomed *d, bks_arena *a, bks_error *err);
int s3_unbury(const char **why, store *s, const struct store_doomed *d, bks_arena *a, bks_error *err);
int s3_erase(const char **why, int64_t *freed, store *s, const struct store_doomed *d, bks_arena *a, bks_error *err);
int s3_starting(store *s, const char *path, int (*visit)(void *arg, const struct store_entry *e), void *arg, bks_error *err);
int s3_locked(bks_time *until, store *s, const struct store_doomed *d, bks_error *err);
int s3_rules(const struct store_rule **out, size_t *n, store *s, bks_arena *a, bks_error *err);
int s3_two_keys(const char **why, store *s, const char *path, bks_arena *a, bks_error *err);
