/*
 * catalog/rows.h - what the catalog offers to the floor of the verbs, beside the public
 * headers: writes in groups, and rows in the shapes that scan, verify and policy want
 */
#pragma once
#include "backstay/backup.h"
#include "backstay/check.h"
#include "backstay/doctor.h"
#include "backstay/repo.h"
#include "backstay/retain.h"
#include "backstay/run.h"
#include "backstay/source.h"
#include "base/arena.h"
#include "base/error.h"

/* One write transaction around several calls (BEGIN IMMEDIATE); calls outside one make their
 * own. */
int catalog_begin(bks_catalog *cat, bks_error *err);
/* The same for many new rows, outside any other: a step that fails spoils it, so that steps need no way back of their own, and
 * nothing but catalog_rollback is left to do (catalog_commit does that, and fails). The journal gets one row for all backups of it. */
int catalog_begin_bulk(bks_catalog *cat, bks_error *err);
int catalog_commit(bks_catalog *cat, bks_error *err);
void catalog_rollback(bks_catalog *cat); /* fine when none is open */

/* Repo rows: the public bks_repo_add writes the marker through the store and then calls this.
 */
int repo_insert(int64_t *id, bks_catalog *cat, const bks_repo *r, bks_error *err);
int repo_set_marker(bks_catalog *cat, int64_t id, const char *marker, bks_error *err);

/* Whether bytes of F lie there, condemned ones too. */
static inline bool artifact_lies(const bks_artifact *f)
{
	return f->state == BKS_STATE_LIVE || f->state == BKS_STATE_SETTLING ||
	       f->state == BKS_STATE_CONDEMNED;
}

/* Every artifact of a repo that is not gone, in byte order of path; calls ROW for each, with its ids, path, identity, state, reason,
 * verdict, digest_from and etag: nothing else is filled. */
int artifact_each(bks_catalog *cat, int64_t repo_id,
	int (*row)(void *arg, const bks_artifact *a), void *arg, bks_error *err);

/* bks_backup_list, stream by stream (source, then kind; no order among these), in each the newest first: from an index, so that
 * nothing is sorted. */
int backup_list_streams(bks_backups *out, bks_catalog *cat, const bks_selection *sel, bks_arena *a, bks_error *err);

/* A new backup with its first artifact (B->label, source_id, kind, format, content, taken_*,
 * size, tier, state, database; the artifact's repo_id, path, identity, state, digests if
 * known). Ids come back. */
int backup_insert(int64_t *backup_id, int64_t *artifact_id, bks_catalog *cat,
	const bks_backup *b, const bks_artifact *first, bks_error *err);
/* One more artifact: of a set, or a copy in another repo; the backup's state and verdict
 * follow. */
int artifact_insert(int64_t *id, bks_catalog *cat, const bks_artifact *a, bks_error *err);
/* Seen again at NOW: unchanged, or grown while nobody had judged it; its identity (device,
 * inode, size, mtime) is refreshed. A missing one is live again and due at once, and what was
 * proven of it before is unknown again: nobody knows where its bytes were. */
int artifact_seen(
	bks_catalog *cat, int64_t id, const bks_artifact *now_is, bks_time now, bks_error *err);
/* It has another name, and is what it was: size, inode and mtime are the same. One that was called missing in this run is not. */
int artifact_rename(bks_catalog *cat, int64_t id, const char *path, bks_time now, bks_error *err);
/* It was written again and says by its own time that it is the dump it was: what is registered of its bytes, its size with them,
 * stays and is what the next look holds it against; where it lies and its mtime are those of NOW_IS. It is due at once. */
int artifact_touched(
	bks_catalog *cat, int64_t id, const bks_artifact *now_is, bks_time now, bks_error *err);
/* The time that the artifact told when it was registered or looked at: taken_* of OUT. 0 */
struct part;
int artifact_taken(struct part *out, bks_catalog *cat, int64_t id, bks_arena *a, bks_error *err);
/* Something about it looks odd: it is due at once, whatever was proven and when. */
int artifact_recheck(bks_catalog *cat, int64_t id, bks_time now, bks_error *err);
/* State and reason; the backup's own state follows from its artifacts (missing when no copy is
 * left). */
int artifact_set_state(bks_catalog *cat, int64_t id, enum bks_state state, const char *reason,
	bks_time now, bks_error *err);
/* Digests that came with the file. 0; 1: another digest stands, which is as strong, and stays.
 * One from birth takes the place of one from first sight. */
int artifact_set_digest(bks_catalog *cat, int64_t id, const bks_digests *d,
	enum bks_digest_from from, bks_error *err);
int artifact_find_path(const bks_artifact **out, bks_catalog *cat, int64_t repo_id,
	const char *path, bks_arena *a,
	bks_error *err); /* the newest that is not gone; 0 found, 1 none */

/* What a look at an artifact said. */
struct check_fact {
	int64_t backup, artifact;
	bks_time at;
	enum bks_verdict verdict;
	enum bks_result levels[BKS_LEVEL_COUNT];
};
/* Every look there was, by backup, then time; one that compared digests alone tells what an earlier one proved of the same bytes.
 * Lives in A. */
int check_facts(const struct check_fact **out, size_t *n, bks_catalog *cat, bks_arena *a, bks_error *err);
/* The word that the settings have for their prices; *out NULL: none. */
int catalog_currency(const char **out, bks_catalog *cat, bks_arena *a, bks_error *err);

/* The artifact of another repo that is the very file which LIKE (repo_id, device, inode, size, mtime) tells, by its inode: found
 * through a link, a mount, or a repo within a repo. 0 found, 1 none. */
int artifact_find_same(const bks_artifact **out, bks_catalog *cat, const bks_artifact *like, bks_arena *a,
	bks_error *err);

/* Two backups turned out to be copies of one (equal base name and SHA-256, one source, two
 * repos): FROM's artifacts move to INTO, and FROM becomes a tombstone with that reason. */
int backup_merge(bks_catalog *cat, int64_t into, int64_t from, bks_error *err);
/* Another live backup of the same source with an artifact of that base name and SHA-256 in
 * another repo; 0 *id, 1 none. */
int backup_find_twin(
	int64_t *id, bks_catalog *cat, int64_t backup_id, int64_t artifact_id, bks_error *err);
/* What people said of a missing backup whose file lay under the same name with the same bytes goes over to BACKUP_ID. */
int backup_inherit(bks_catalog *cat, int64_t backup_id, int64_t artifact_id, bks_error *err);
/* Facts that a deep look learned: format, content, database, taken_* (only when stronger than
 * what stands). */
int backup_learn(bks_catalog *cat, int64_t backup_id, const bks_inspection *i, bks_error *err);

/*
 * Backups of several files (docs/catalog.md, "Sets"). A file that is, or may become, one of a set
 * has a part; the set's format, content, time and verdict follow from its files, and what its
 * copies lack is worked out whenever one of them changes.
 */
struct part {
	enum bks_part part;
	enum bks_content content;
	const char *format;
	const char *database, *wrapping; /* NULL unknown */
	bks_time taken_at;
	const char *taken_zone;
	enum bks_taken_from taken_from;
};
/* What a file of that format and content is to a set. */
enum bks_part part_of(const char *format, enum bks_content content);
/* Writes, or writes over, what an artifact is; the caller calls set_refresh when all are in. */
int part_put(bks_catalog *cat, int64_t artifact_id, const struct part *p, bks_error *err);
/* Works out state, verdict, facts and lacks of a backup from its files, as of NOW. */
int set_refresh(bks_catalog *cat, int64_t backup_id, bks_time now, bks_error *err);
/* The same of every set that lacked something: time passes, and what came before it may be
 * known by now. */
int sets_refresh(bks_catalog *cat, bks_time now, bks_error *err);

/* A guessed source was guessed otherwise: the backup goes to the source called NAME, guessed too, *source. */
int backup_reguess(int64_t *source, bks_catalog *cat, int64_t id, const char *name, bks_error *err);

/* A file of a repo that is there and has a part. */
struct set_member {
	int64_t artifact, backup;
	const char *path;
	bks_time mtime;
	const char *label; /* of its backup, as what follows */
	int64_t source_id;
	const char *source;
	bool source_guessed;
	bool closed; /* files of it in this repo were overwritten or cleaned up since */
	struct part is;
};
int set_members(const struct set_member **out, size_t *n, bks_catalog *cat, int64_t repo_id, bks_arena *a,
	bks_error *err);

/* What the artifacts of B in one repo are together: OUT is its copy there, with the state, verdict and
 * levels that it has as a whole, and the path of the first. false: nothing of it is there. */
bool backup_copy(bks_artifact *out, const bks_backup *b, int64_t repo_id);

/* How the set that a file with a part belongs to stands. */
struct set_standing {
	enum bks_verdict verdict; /* of the backup */
	const char *lacks;	  /* of the file's copy; NULL: nothing */
	bool waiting;
};
int set_standing(struct set_standing *out, bks_catalog *cat, int64_t artifact_id, bks_arena *a, bks_error *err);

/* What an incremental base backup builds on, as it stands: whether that is not there, and may still come. */
struct chain_standing {
	bool lacks, waiting;
};
int chain_standing(struct chain_standing *out, bks_catalog *cat, int64_t backup_id, bks_arena *a, bks_error *err);
/* Of all that lack it, anew: time passes, and what was not looked into may be known by now. */
int chains_refresh(bks_catalog *cat, bks_time now, bks_error *err);

/* What a look teaches: backup_learn, or of a file with a part that part and what follows. */
int artifact_learn(bks_catalog *cat, int64_t backup_id, int64_t artifact_id, const bks_inspection *i, bks_time now,
	bks_error *err);

/*
 * Records one look at one artifact: a check row with levels and findings, digests at first
 * sight, the table inventory (stored once per distinct one), the artifact's and the backup's
 * latest verdict, `bad_since`, and settling -> live: at once when it is sound or unproven, else
 * when the file is young no more (settings: settle); until then nothing is held against it. A
 * look that passed `sealed` and did not run `whole` keeps what an earlier look said of these
 * bytes, its time too; the check tells the verdict that stands. So does one with proven_at, whose
 * I tells the levels and findings that stand from now on: where they are those that stood, the
 * check has none. A digest is taken over only from bytes that were read whole, and never over
 * another one.
 */
int check_insert(int64_t *id, bks_catalog *cat, int64_t run_id, int64_t artifact_id,
	const bks_inspection *i, bks_time started, bks_time ended, bks_error *err);

/* What stands about an artifact: the findings of the look that says it, and the tables that a walk counted (N 0: none). Live in A. */
int artifact_findings(const bks_finding **out, size_t *n, bks_catalog *cat, int64_t artifact_id, bks_arena *a, bks_error *err);
int artifact_tables(const bks_table **out, size_t *n, bks_catalog *cat, int64_t artifact_id, bks_arena *a, bks_error *err);

/* 1 when any look at the artifact found CODE: where it did last, NULL being nowhere. 0: none did. */
int artifact_once_found(const char **place, bks_catalog *cat, int64_t artifact_id, const char *code,
	bks_arena *a, bks_error *err);

/* One backup that later ones are held against, with the rows of its tables. */
struct history_row {
	int64_t backup;
	bks_time taken_at;
	bool accepted; /* somebody acknowledged what it lost: history begins anew with it */
	int64_t inventory;
	const bks_table *tables; /* one list for all rows of one inventory */
	size_t n;
};

/* The newest good backups of a stream before TAKEN_AT other than BACKUP_ID, at most MOST, newest first: those whose last look at
 * data was sound, also when they are gone since, and those whose loss of rows was acknowledged. DATA_ONLY: of those that hold rows
 * and no CREATE TABLE, else of the others. One under suspicion is none of them. */
struct history_ask {
	int64_t source_id, backup_id;
	enum bks_kind kind;
	bks_time taken_at;
	bool data_only;
	size_t most;
};
int history_before(const struct history_row **out, size_t *n, bks_catalog *cat, const struct history_ask *ask,
	bks_arena *a, bks_error *err);

/* What was acknowledged of a backup's rows is good from now on: its rows are what later ones are held against, and those later ones
 * that miss rows are due at once. For bks_ack_add, within its transaction. */
int history_accept(bks_catalog *cat, int64_t backup_id, bks_time now, bks_error *err);
/* Whether a look reached the end of a file with nothing against its bytes: it is not still being written, whatever it lacks. */
bool look_is_done(const bks_inspection *i);

/* Writes what a source requires, and nothing else of it. BKS_E_USAGE when it is declared. */
int source_require(bks_catalog *cat, int64_t source_id, const bks_requirement *v, size_t n, const char *why,
	bks_error *err);

/* Whether the latest check of an artifact found CODE. 1: it did; 0: not. */
int artifact_found(bks_catalog *cat, int64_t artifact_id, const char *code, bks_error *err);

/* What stands against a backup: errors in the latest check of each copy, and copies that vanished. */
int trouble_of(const bks_finding **out, size_t *n, bks_catalog *cat, int64_t backup_id,
	bks_arena *a, bks_error *err);

/* Whether acknowledgements that stand now cover all that I says against the backup: the codes of its errors, or "missing". 1: they
 * do, 0: they do not. */
int ack_covers(bks_catalog *cat, int64_t backup_id, const bks_inspection *i, bks_error *err);

/* Whether CODE, of a backup, is acknowledged now. 1: it is; 0: not. */
int ack_stands(bks_catalog *cat, int64_t backup_id, const char *code, bks_error *err);

/* Holders that closed slots were given; texts live in A. */
struct slot_row {
	const char *tier; /* the name that the policy gives it */
	const char *bucket;
	int64_t backup;
};
int slot_list(const struct slot_row **out, size_t *n, bks_catalog *cat, int64_t source_id,
	enum bks_kind kind, bks_arena *a, bks_error *err);

/* Gives a bucket of a stream to a backup; one may have two holders, each holding what the other lacks. Twice is once. */
int slot_put(bks_catalog *cat, int64_t source_id, enum bks_kind kind, const struct slot_row *s,
	bks_time now, bks_error *err);

/* Sizes of the newest good backups of a stream before one of them, of its own format, wrapping and content, newest first; without
 * incremental ones and those under suspicion. N is 0 for an incremental one. */
enum { SUSPICION_NIGHTS = 7 };
struct suspicion_sizes {
	int64_t own, before[SUSPICION_NIGHTS];
	size_t n;
};
int suspicion_sizes(struct suspicion_sizes *out, bks_catalog *cat, int64_t backup_id, bks_error *err);
/* Holds a backup that lost WHAT ("lost rows"), unless somebody acknowledged it. A says where the journal's texts live meanwhile. */
int suspicion_add(bks_catalog *cat, int64_t backup_id, const char *label, const char *what, bks_arena *a, bks_error *err);
int suspicion_lift(bks_catalog *cat, int64_t backup_id, bks_error *err);

/* Releases the holds whose time is over: the file's own rules know no clock, so whoever
 * condemns calls this first. */
/* What a server keeps by itself: of an artifact that retention would let go. */
struct lock_row {
	int64_t artifact;
	bks_time until; /* BKS_TIME_NONE: nothing keeps it; INT64_MAX: a legal hold */
};
/* By artifact; those that keep something. Lives in A. */
int lock_list(const struct lock_row **out, size_t *n, bks_catalog *cat, bks_arena *a, bks_error *err);
int lock_put(bks_catalog *cat, const struct lock_row *l, bks_time now, bks_error *err);

int hold_release_expired(bks_catalog *cat, bks_time now, bks_error *err);

/* Within the caller's transaction. A hold of kind "lease"; the log from the start of a base backup
 * to where its recovery goes, as part of that hold. */
struct bks_recovery;
int lease_put(int64_t *id, bks_catalog *cat, int64_t backup_id, const char *reason,
	bks_time until, bks_error *err);
int lease_put_log(bks_catalog *cat, int64_t hold, int64_t backup_id,
	const struct bks_recovery *r, bks_time until, bks_error *err);

/* A source by id; made when scan guessed one: 0 found or made. */
int source_guess(int64_t *id, bks_catalog *cat, const char *name, bks_error *err);

/* Appends to the journal (hash chain): who is the login and uid of this process. Every writing
 * call above does so itself where something a person would ask about changes. */
int journal_add(bks_catalog *cat, const char *action, const char *object, const char *detail,
	bks_error *err);
