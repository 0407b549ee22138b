/* store/store.h - where bytes lie: list them, open them as streams, know them again */
#pragma once
#include "backstay/time.h"
#include "base/arena.h"
#include "base/members.h"
#include "base/stream.h"

typedef struct store store;

/* What tells a file from another one that later takes its name. */
struct store_id {
	int64_t device, inode;
	int64_t size;
	bks_time mtime; /* microseconds */
};

enum store_kind_of { STORE_FILE, STORE_SPECIAL, STORE_LINK, STORE_UNREADABLE, STORE_FOLDER };

/* What lies in a place beside the files of its last walk, and costs; -1: nobody can tell. */
struct store_rest {
	int64_t old_versions, old_bytes; /* replaced or deleted, and kept */
	int64_t hidden;                  /* names that a delete marker hides */
	int64_t uploads, upload_bytes;   /* begun and never ended */
	bks_time oldest_upload;
	const char *upload_path; /* of the oldest; in the arena */
};

/* A visitor's answer to a STORE_FOLDER: do not go inside. */
enum { STORE_PASS = 1 };

struct store_entry {
	const char *path; /* beneath the root, '/' between; any byte but NUL; valid during the
			     call */
	enum store_kind_of kind;
	struct store_id id; /* zeroed where it could not be asked */
	const char *error;  /* of an unreadable one: what the system said; of a special one, why
			       it is none that is read; NULL otherwise; valid during the call */
	/* Of an object in a bucket, as its server says; NULL: not known. Valid during the call,
	 * or until the next one of the store. */
	const char *etag, *version, *storage_class;
};

/* Where a file lies between its name and nothing. Whoever removes leaves nothing in it; a crash may. */
#define STORE_TRASH ".backstay-trash"

/* One file of a folder that is to be taken away; its name is beneath the folder. */
struct store_member {
	const char *name;
	struct store_id id;
};

/* What is to be taken away: a file, or a folder with just the MEMBERS, sorted by the bytes of their names. */
struct store_doomed {
	const char *path;
	struct store_id id; /* of a folder device and inode alone count */
	bool folder;
	const struct store_member *members;
	size_t n;
	const char *grave; /* its name in the trash: no '/', nobody else's */
	bool later;	   /* of many files: what is done need not be on disk before store_settle */
	const char *version; /* of an object, as it was registered; NULL: not known */
};

/* Answers of store_erase beside those of all. */
enum { STORE_HELD = 3, STORE_LIED };

/* A lock that no time ends. */
#define STORE_LOCK_EVER INT64_MAX

/* What the server of a place does to its files by itself: a rule of its lifecycle. */
struct store_rule {
	const char *id;     /* as it is called there; "" none */
	const char *prefix; /* of the paths that it is for, beneath the root; "" all */
	bool some;          /* only of some of them: by tag or size */
	int64_t days;       /* a file goes so long after it was written; -1: no such thing */
	bks_time at;        /* or on that day; BKS_TIME_NONE: no such thing */
	int64_t old_days;   /* what was replaced or deleted goes so long after; -1 */
};

/* Where a place is and how it is reached. Zeroed but for URL is right; texts need live only during the call. */
struct store_place {
	const char *url; /* file:///dir, a plain path, s3://bucket[/prefix] */
	/* of a bucket; NULL and 0: not said, then the environment is asked as the SDKs do */
	const char *endpoint, *region;
	int path_style; /* 1: endpoint/bucket/key; 2: bucket.endpoint/key; 0: path style where an endpoint is said */
	const char *ca_file, *profile;
	const char *reaper; /* profile whose keys write and delete; NULL: PROFILE's do */
	bool delete_if_match; /* its server was seen to heed If-Match of a DELETE */
};

/*
 * A kind of store fills in what it can do. All paths are beneath the root; ".." and absolute
 * ones are refused; no link is followed; nothing but a regular file is ever opened.
 */
struct store_kind {
	const char *scheme; /* "file" */
	/* Opens the place that AT names (file:///dir, or a plain path). BKS_E_USAGE: no such
	 * directory; BKS_E_IO. */
	int (*open)(store **out, const struct store_place *at, bks_error *err);
	void (*close)(store *s);
	/* Calls VISIT for every entry beneath the folder FROM ("" is the root; else 1 when there
	 * is no such folder), in no promised order, any depth, a folder (STORE_FOLDER,
	 * never FROM itself) before what is in it: STORE_PASS as its answer leaves that out;
	 * bounded memory (32 MiB of names of folders still to be entered, then BKS_E_LIMIT).
	 * What cannot be looked at comes as STORE_UNREADABLE: a directory (then nothing is
	 * known of all that lies beneath its path), or a single name. What vanishes during the
	 * walk is passed over. FROM itself unreadable is BKS_E_IO. VISIT may return nonzero
	 * to stop (of a folder: negative): it comes back. VISIT may use the store. */
	int (*walk)(store *s, const char *from,
		int (*visit)(void *arg, const struct store_entry *e), void *arg,
		bks_error *err);
	/* 0: *out (its path is PATH); 1: there is none; negative: could not look. A directory
	 * is STORE_FOLDER here; a path that leads through a link is STORE_LINK. */
	int (*stat)(struct store_entry *out, store *s, const char *path, bks_error *err);
	/* Opens a regular file. 0; 1: there is none; 2: it is no regular file; BKS_E_IO with
	 * errno's words, uid and mode when permission is missing. *id is what was opened. The
	 * store must outlive the stream. */
	int (*read)(
		stream **out, struct store_id *id, store *s, const char *path, bks_error *err);
	/* These may be NULL, then the others stand in for them. LIST: what lies right in FROM; a
	 * folder is told and not entered. READ_FILE: as read, of what can only be a file: 1 also
	 * for a folder. READ_HEAD: as read, and no byte behind the first MOST is wanted; the
	 * stream may end there. */
	int (*list)(store *s, const char *from,
		int (*visit)(void *arg, const struct store_entry *e), void *arg,
		bks_error *err);
	int (*read_file)(
		stream **out, struct store_id *id, store *s, const char *path, bks_error *err);
	int (*read_head)(stream **out, struct store_id *id, store *s, const char *path,
		int64_t most, bks_error *err);
	/* As store_rest and store_hidden. */
	int (*rest)(struct store_rest *out, store *s, bks_arena *a, bks_error *err);
	bool (*hidden)(bks_time *since, const store *s, const char *path);
	/* How often its server was asked; and what tells the place from every other one, in A.
	 * NULL: it is no server. */
	int64_t (*requests)(const store *s);
	const char *(*identity)(const store *s, bks_arena *a);
	/* As store_prove; NULL: there is nothing to ask. */
	int (*prove)(const char **honours, store *s, bool writes, bks_arena *a, bks_error *err);
	/* Writes a small file whole, mode 0444: temp file, fsync, rename, fsync of the
	 * directory, which must exist. Without REPLACE a name that is taken is BKS_E_REFUSED.
	 */
	int (*put)(store *s, const char *path, const void *bytes, size_t n, bool replace,
		bks_error *err);
	/* As store_pour. NULL: whoever writes there has a folder. */
	int (*pour)(store *s, const char *path, stream *in, int64_t size, bool replace, bks_error *err);
	/* Taking away: store_trash_make, store_bury, store_unbury, store_erase below. A kind
	 * without them (NULL) is one that nothing is deleted in. */
	int (*trash_make)(store *s, bks_error *err);
	int (*bury)(const char **why, store *s, const struct store_doomed *d, bks_arena *a, bks_error *err);
	int (*unbury)(const char **why, store *s, const struct store_doomed *d, bks_arena *a, bks_error *err);
	int (*erase)(const char **why, int64_t *freed, store *s, const struct store_doomed *d, bks_arena *a,
		bks_error *err);
	int (*settle)(store *s, const char *folder, bks_error *err);
	/* As store_starting, store_locked, store_rules; NULL: there is no such thing. */
	int (*starting)(store *s, const char *path, int (*visit)(void *arg, const struct store_entry *e), void *arg, bks_error *err);
	int (*locked)(bks_time *until, store *s, const struct store_doomed *d, bks_error *err);
	int (*rules)(const struct store_rule **out, size_t *n, store *s, bks_arena *a, bks_error *err);
	int (*two_keys)(const char **why, store *s, const char *path, bks_arena *a, bks_error *err);
};

struct store {
	const struct store_kind *kind;
	const char *root; /* for messages */
	/* Asked a few times a second while a server is waited for; NULL is fine. Set by whoever opened it. */
	bool (*stop)(void *arg);
	void *stop_arg;
};

/* Opens by scheme; what has none is a path. BKS_E_USAGE also for a scheme that nobody knows. */
int store_open(store **out, const char *url, bks_error *err);
int store_open_place(store **out, const struct store_place *at, bks_error *err);
void store_close(store *s); /* NULL is fine */
/* All of it, from the root. */
int store_walk(store *s, int (*visit)(void *arg, const struct store_entry *e), void *arg,
	bks_error *err);
/* The same of what lies beneath FOLDER; 1: there is no such folder. */
int store_walk_in(store *s, const char *folder,
	int (*visit)(void *arg, const struct store_entry *e), void *arg, bks_error *err);
/* What lies right in FOLDER, no deeper; VISIT's answer to a folder other than 0 and STORE_PASS stops as any other. 1: no such folder. */
int store_list(store *s, const char *folder, int (*visit)(void *arg, const struct store_entry *e), void *arg,
	bks_error *err);
int store_stat(struct store_entry *out, store *s, const char *path, bks_error *err);
int store_read(stream **out, struct store_id *id, store *s, const char *path, bks_error *err);
/* As store_read, where only the first MOST bytes are wanted: the stream may end behind them. */
int store_read_head(stream **out, struct store_id *id, store *s, const char *path, int64_t most, bks_error *err);
/* What else lies in S, after a walk from its root. 0; 1: in such a place nothing else can; negative. */
int store_rest(struct store_rest *out, store *s, bks_arena *a, bks_error *err);
/* Whether the last walk from the root met a delete marker in place of PATH. */
bool store_hidden(bks_time *since, const store *s, const char *path);
/* Whether S lies behind a network: a stream of it is no descriptor, and each question costs a request. */
bool store_remote(const store *s);
/* How often its server was asked; 0 of what has none. */
int64_t store_requests(const store *s);
/* What tells a place behind a network from every other one; NULL of what is none. Lives in A. */
const char *store_identity(const store *s, bks_arena *a);
/*
 * Proves a new place by asking its server: it is there and may be listed, and with WRITES a canary (its name begins as STORE_TEMP) is
 * written and taken away again. *honours, lives in A: what the server was seen to heed, words with a comma between: put-if-none-match,
 * put-if-match, delete-if-match (of a bucket without versions), versions, lock (nothing is written then); NULL where there is no server.
 * 0 or negative, with a text for the person who named the place.
 */
int store_prove(const char **honours, store *s, bool writes, bks_arena *a, bks_error *err);
int store_put(
	store *s, const char *path, const void *bytes, size_t n, bool replace, bks_error *err);
/* Writes IN to its end as PATH of a place behind a network, in parts where it is large; SIZE is how much is expected, -1 unknown. It is
 * there whole when 0 comes back, and nothing of it otherwise. Without REPLACE a name that is taken is BKS_E_REFUSED. */
int store_pour(store *s, const char *path, stream *in, int64_t size, bool replace, bks_error *err);

/*
 * Taking away for good is three steps, of which a crash may part any two. All of them answer 0: done; 1: it is not there (to
 * bury: at its name; else: in the trash); 2: what is there is something else, nothing was done, and *why says what; BKS_E_IO:
 * nobody knows, look again later. What is done is on disk when they return. BKS_E_USAGE: no such kind of place. Texts live in A.
 */
/* Makes the trash, so that room for it is there when the disk is full. 0 or negative. */
int store_trash_make(store *s, bks_error *err);
/* Moves D into the trash, if it still is what it was: device, inode, size, mtime. Replaces nothing. */
int store_bury(const char **why, store *s, const struct store_doomed *d, bks_arena *a, bks_error *err);
/* Moves it back to its name; 2 also when that was taken meanwhile. */
int store_unbury(const char **why, store *s, const struct store_doomed *d, bks_arena *a, bks_error *err);
/* Removes what lies in the trash, of a folder every member that is left, and sees that it is gone. *freed: bytes that nothing
 * else names. */
int store_erase(const char **why, int64_t *freed, store *s, const struct store_doomed *d, bks_arena *a, bks_error *err);

/*
 * In a bucket nothing is moved, and there is no trash: to bury and to unbury is to look whether D is there as it was, and to erase is
 * to delete just that (the version with that ETag, size and time; without versions under If-Match, or right after a look), and to see
 * in a listing that it is gone. Its erase answers as well STORE_HELD: the server does not let it go (a lock, or the keys), and
 * STORE_LIED: the server said that it is gone, and it is there; both times nothing is gone, and *why says more.
 */

/* Every file whose path begins with PATH, folders not entered. 0; 1: such a place does not tell, or there are too many; negative. */
int store_starting(store *s, const char *path, int (*visit)(void *arg, const struct store_entry *e), void *arg, bks_error *err);
/* Until when the server of S keeps D, as a lock or a legal hold of D itself says: BKS_TIME_NONE: nothing of that kind; STORE_LOCK_EVER.
 * 0; 1: D is not there as it was; negative. */
int store_locked(bks_time *until, store *s, const struct store_doomed *d, bks_error *err);
/* The rules by which the server of S deletes files by itself. 0; 1: there are none, or it does not say; negative. Lives in A. */
int store_rules(const struct store_rule **out, size_t *n, store *s, bks_arena *a, bks_error *err);

/* Tries with canaries (their names begin as STORE_TEMP, and they are taken away again) whether the keys that read S can neither write
 * nor delete, and those that write and delete cannot
 * read PATH (NULL: a canary; whoever wrote an object may be let read it). 0: so it is; 1: *why says what can be done that should not, lives in A; 2: S
 * has no second keys; negative: it could not be tried. */
int store_two_keys(const char **why, store *s, const char *path, bks_arena *a, bks_error *err);

/* What was buried, unburied and erased `later` of files in FOLDER is on disk. 0 or negative; a folder that is not there is fine. */
int store_settle(store *s, const char *folder, bks_error *err);

/* All that lies beneath the folder PATH ("" is the root) as members: sorted, names relative to it. It reads them through S, which
 * must outlive it. 0: *out, which members_close frees; 1: there is no such folder; BKS_E_LIMIT past MEMBERS_MAX or 256 MiB of
 * names; BKS_E_IO. */
int store_members(members **out, store *s, const char *path, bks_error *err);

/*
 * Whether what S reads was changed since it was opened; asked at the end, before S (or the
 * stream that owns it) is closed. S is the very stream that store_read gave. 0: it was not
 * (another file that took its name meanwhile, or its removal, is no change of what was read);
 * 1: it was, and *how says what ("size 100 -> 200"), a loan of S; BKS_E_IO: nobody could tell,
 * and *how says why.
 */
int store_recheck(const char **how, stream *s);

/* The URL by which the catalog knows PLACE (a path or URL as a person typed it): absolute,
 * percent-encoded, no slash at the end. A path need not exist yet unless it is relative. 0,
 * *out lives in A; BKS_E_USAGE. */
int store_url(const char **out, const char *place, bks_arena *a, bks_error *err);
/* Where FILE (a path as a person typed it) lies in S. 0: *path is beneath the root and lives in
 * A; 1: it lies elsewhere, or its folder is not there; BKS_E_IO. Links in its folders are
 * resolved, a link in its last name is not. */
int store_locate(const char **path, store *s, const char *file, bks_arena *a, bks_error *err);

/* Where the link PATH leads. 0: *to is beneath the root, whatever lies there; 1: out of it, and *to is what the link says; 2: it is
 * no link, or not there; BKS_E_IO. Nothing is opened behind it. *to lives in A. */
int store_link(const char **to, store *s, const char *path, bks_arena *a, bks_error *err);

/* A small file as text of at most MAX bytes, with a NUL after them. 0: *out lives in A; 1:
 * there is none; 2: larger; BKS_E_IO, also for what is no regular file. */
int store_slurp(const char **out, size_t *n, store *s, const char *path, size_t max,
	bks_arena *a, bks_error *err);

/* The marker of a repo: its random id (32 hex digits). 0; 1: no marker; BKS_E_IO. *id lives in
 * A. */
#define STORE_MARKER ".backstay-repo"
int store_marker_read(const char **id, store *s, bks_arena *a, bks_error *err);
/* Writes a new one (refuses when one is there: BKS_E_USAGE names its id). */
int store_marker_make(const char **id, store *s, bks_arena *a, bks_error *err);

/* Names that store_put leaves behind when the machine stops in its middle begin so; no scan
 * counts them. */
#define STORE_TEMP ".backstay-tmp-"

/* Whether two identities are the same unchanged file, between scans: size and mtime. */
bool store_same(const struct store_id *a, const struct store_id *b);

AUTO_FN(store_auto, store, store_close);
