/* catalog/catalog_private.h - the handle, and what the files of src/catalog tell each other */
#pragma once
#include "catalog/rows.h"
#include "catalog/words.h"
#include "db/db.h"
#include "db/migrate.h"

/* PRAGMA application_id of every catalog: "BKST". file(1) and sqlite3 show it; a file with
 * another one is not ours. */
enum { CATALOG_APPLICATION = 0x424B5354 };

extern const struct db_migration catalog_migrations[];
extern const int catalog_migrations_n;

struct bks_catalog {
	db *db;
	const char *file;
	const bks_settings *settings; /* may be NULL */
	bks_arena *arena;             /* what lives as long as the handle */
	const char *login, *host;     /* of this process, once the journal asked */
	struct {
		bool open;    /* catalog_begin_bulk */
		bool spoiled; /* a step of it failed, and may have left a part */
		int64_t first, last, n; /* backups that were added, not told to the journal yet */
		char *label;            /* of the first; on the heap */
	} bulk;
};

/* CATALOG_STEP without a step of its own in a bulk: what fails spoils all of it. */
#define CATALOG_BULK_STEP(cat, r, err, call)                                                   \
	do {                                                                                   \
		if ((cat)->bulk.open) {                                                        \
			(r) = (call);                                                          \
			(cat)->bulk.spoiled = (cat)->bulk.spoiled || (r) < 0;                  \
		} else {                                                                       \
			CATALOG_STEP(cat, r, err, call);                                       \
		}                                                                              \
	} while (0)

/* A backup was added: told to the journal now, or in a bulk at its end, all in one row. */
int journal_added(bks_catalog *cat, int64_t id, const char *label, bks_error *err);
int journal_bulk_end(bks_catalog *cat, bks_error *err);

/* What the settings declare, when it is not what was declared last; makes its own transaction.
 */
int settings_sync(bks_catalog *cat, bks_error *err);
/* Nothing is declared any more; within the caller's transaction. */
int settings_forget(bks_catalog *cat, bks_error *err);

/* Writes the tables and globs of S over those of the row ID; within the caller's transaction.
 */
int source_write_lists(bks_catalog *cat, int64_t id, const bks_source *s, bks_error *err);
int source_write_tables(
	bks_catalog *cat, int64_t id, const bks_requirement *v, size_t n, bks_error *err);
int source_write(bks_catalog *cat, int64_t id, const bks_source *s, bks_error *err);
int source_insert(int64_t *id, bks_catalog *cat, const bks_source *s, bks_error *err);
/* 0: *id; 1: there is none of that name. */
int source_id(int64_t *id, bks_catalog *cat, const char *name, bks_error *err);

/* Without a look at what is there, and without the journal. */
int repo_insert_row(int64_t *id, bks_catalog *cat, const bks_repo *r, bks_error *err);
int repo_write(bks_catalog *cat, int64_t id, const bks_repo *r, bks_error *err);
/* The storage classes of a repo: read into R, or written over those of the row ID. */
int repo_classes_read(bks_repo *r, bks_catalog *cat, bks_arena *a, bks_error *err);
int repo_classes_write(bks_catalog *cat, int64_t id, const bks_repo *r, bks_error *err);
int repo_id(int64_t *id, bks_catalog *cat, const char *name, bks_error *err);

/* Fills B->artifacts; *B lives in A. */
int backup_artifacts(bks_backup *b, bks_catalog *cat, bks_arena *a, bks_error *err);
/* Names of the repos in which something of it lies. */
int backup_repos(bks_backup *b, bks_catalog *cat, bks_arena *a, bks_error *err);
/* The same two of N backups. */
int artifacts_of_all(bks_backup *v, size_t n, bks_catalog *cat, bks_arena *a, bks_error *err);
int repos_of_all(bks_backup *v, size_t n, bks_catalog *cat, bks_arena *a, bks_error *err);
/* Every artifact of the backups LEAST to MOST, by backup, then id; ROW may keep what lies in A. */
int artifact_range(bks_catalog *cat, int64_t least, int64_t most,
	int (*row)(void *arg, const bks_artifact *f, bks_arena *a), void *arg, bks_arena *a, bks_error *err);
/* 0: *out lives in A, without artifacts; 1: none. */
int backup_get(bks_backup **out, bks_catalog *cat, int64_t id, bks_arena *a, bks_error *err);
/* 0: *out lives in A; BKS_E_USAGE: none. */
int artifact_get(
	bks_artifact **out, bks_catalog *cat, int64_t id, bks_arena *a, bks_error *err);
/* Without a look at what follows for the backup. */
int artifact_insert_row(int64_t *id, bks_catalog *cat, const bks_artifact *a, bks_error *err);
/* artifact_set_digest of one that was read already. */
int artifact_put_digest(bks_catalog *cat, const bks_artifact *was, const bks_digests *d,
	enum bks_digest_from from, bks_error *err);
/* One text for the journal: "17 daily/shop.dump"; lives in A. */
const char *backup_object(int64_t id, const char *label, bks_arena *a);

/* Works out a backup's state and verdict from its artifacts. NOW stands as bad_since of one
 * that turned bad. */
int backup_refresh(bks_catalog *cat, int64_t backup_id, bks_time now, bks_error *err);
/* The same of all that LIST tells; 0 or negative, within the caller's transaction. */
int backups_refresh(bks_catalog *cat,
	int (*list)(const int64_t **out, size_t *n, bks_catalog *cat, bks_arena *a, bks_error *err), bks_time now,
	bks_arena *a, bks_error *err);
/* The folders above PATH, made where they are not there, for their owner alone. */
int catalog_make_parents(const char *path, bks_arena *a, bks_error *err);
/* One more row of the journal: what SQL, which takes ID, says of a row just written. */
int journal_add_row(bks_catalog *cat, const char *sql, int64_t id, const char *action, const char *object, bks_arena *a,
	bks_error *err);

/* What later backups are held against from now on; TOLD false: as it was. */
struct kept_rows {
	bool told;
	int64_t inventory; /* 0: nothing of it */
};

/* The same, and ROWS with it. */
int backup_refresh_rows(bks_catalog *cat, int64_t backup_id, const struct kept_rows *rows,
	bks_time now, bks_error *err);
/* After the look I: are its rows good enough to hold later ones against? INVENTORY 0: it showed no
 * tables. */
int history_judge(struct kept_rows *out, bks_catalog *cat, int64_t backup_id,
	const bks_inspection *i, int64_t inventory, bks_error *err);
int history_set(bks_catalog *cat, int64_t backup_id, int64_t inventory, bks_error *err);

/* 0: *id of the stored list (made when new); *id 0 when N is 0. */
int inventory_store(
	int64_t *id, bks_catalog *cat, const bks_table *v, size_t n, bks_error *err);
int inventory_read(const bks_table **out, size_t *n, bks_catalog *cat, int64_t inventory_id,
	bks_arena *a, bks_error *err);

/* What stands of the facts that a look may teach. */
struct facts {
	int64_t id;
	const char *format, *database, *wrapping, *taken_zone;
	enum bks_kind kind;
	enum bks_content content;
	bks_time taken_at;
	enum bks_taken_from taken_from;
	bool time_confirmed;
};
int facts_read(struct facts *out, bks_catalog *cat, int64_t id, bks_arena *a, bks_error *err);
int facts_write(bks_catalog *cat, const struct facts *f, bks_error *err);
bool facts_same(const struct facts *x, const struct facts *y);
/* Takes a time over when it is better known than the one that stands. */
void facts_time(struct facts *f, bks_time at, enum bks_taken_from from, const char *zone);

/* Of a backup of parts, B with its artifacts: writes what its copies lack (and tells B's
 * artifacts), and what the backup is by its parts: format, content, time, size. */
int set_settle(bks_catalog *cat, bks_backup *b, bks_time now, bks_arena *a, bks_error *err);
/* 0; 1: the file is none of a set. */
int part_get(struct part *out, bks_catalog *cat, int64_t artifact_id, bks_arena *a, bks_error *err);

/* Keeps what a look at a base backup tells; nothing of anything else. */
int physical_learn(bks_catalog *cat, int64_t backup_id, const bks_inspection *i, bks_error *err);
/* Fills B->physical, parent_id and parent_waiting. */
int physical_read(bks_backup *b, bks_catalog *cat, bks_arena *a, bks_error *err);
/* B with its artifacts: works out what it builds on, writes it down and tells B. */
int physical_settle(bks_backup *b, bks_catalog *cat, bks_time now, bks_arena *a, bks_error *err);
/* The incremental ones that name the place where a backup begins, whatever they build on now. */
int physical_followers(const int64_t **out, size_t *n, bks_catalog *cat, int64_t backup_id, bks_arena *a, bks_error *err);

/* Twice the same is one hold. */
int hold_insert(int64_t *id, bks_catalog *cat, int64_t backup_id, const char *kind,
	const char *reason, bks_time until, bks_error *err);

/* SHA-256 of a journal row over the one before; for the writer and for doctor. */
struct journal_row {
	int64_t id, at, uid, pid;
	const char *login, *host, *action, *object, *detail;
	uint8_t prev[32], hash[32];
};
void journal_hash(uint8_t out[32], const struct journal_row *r, bks_arena *a);

/* Does CALL in a transaction of its own, or as a step of the one that is open: kept when it
 * gives 0, undone otherwise. */
#define CATALOG_STEP(cat, r, err, call)                                                        \
	do {                                                                                   \
		(r) = db_begin((cat)->db, (err));                                              \
		if (!(r))                                                                      \
			(r) = db_finish((cat)->db, (call), (err));                             \
	} while (0)
