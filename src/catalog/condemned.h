/* catalog/condemned.h - what retention carries out, as rows: plans, condemnations, deletions
 * begun, clocks */
#pragma once
#include "catalog/rows.h"

/* A plan that is carried out, its row. */
struct plan_mark {
	const char *hash, *command; /* "apply" "run" */
	int64_t run;                /* of bks_run_begin; 0: none */
};
int plan_insert(
	int64_t *id, bks_catalog *cat, const struct plan_mark *p, bks_time now, bks_error *err);
/* When a plan of that hash was carried out last. 0; 1: never. */
int plan_applied(bks_time *at, bks_catalog *cat, const char *hash, bks_error *err);

/*
 * Condemns those artifacts of B (with its artifacts) that DOOMED names by their place in it;
 * they are live. The backup is condemned when nothing of it stays live or settling.
 * BKS_E_REFUSED: a rule of the file said no. Journals. Within the caller's transaction or its
 * own.
 */
struct doom {
	int64_t plan;
	const bool *doomed;
	const char *reasons;
	bks_time purge_after, now;
	const char *hash;
};
int backup_condemn(bks_catalog *cat, const bks_backup *b, const struct doom *d, bks_error *err);

/* An artifact that is condemned and not yet gone. */
struct condemned_row {
	int64_t id, plan, artifact, backup, repo;
	bks_time at, purge_after;
	const char *hash;
};
/* Open ones: of BACKUP (0: any), of the plan HASH (NULL: any). By backup, repo, artifact. */
int condemned_list(const struct condemned_row **out, size_t *n, bks_catalog *cat,
	int64_t backup, const char *hash, bks_arena *a, bks_error *err);

/* Takes back those of the condemned artifacts of one backup that BACK names by id: live again,
 * as the backup. OUTCOME "undone" or "kept", WHY for the journal. */
struct taking_back {
	int64_t backup;
	const int64_t *artifacts;
	size_t n;
	const char *outcome, *why;
	bks_time now;
};
int backup_take_back(bks_catalog *cat, const struct taking_back *t, bks_error *err);

/* What became of a condemned artifact: "undone" "kept" "gone" "missing". */
int condemnation_end(
	bks_catalog *cat, int64_t artifact, const char *outcome, bks_time now, bks_error *err);

/* A deletion that was begun. */
struct intent_member {
	const char *name;
	int64_t inode, size;
	bks_time mtime;
};
struct intent_row {
	int64_t id, artifact, backup, repo;
	const char *path, *grave;
	int64_t device, inode, size;
	bks_time mtime;
	bool folder;
	const char *version; /* of an object, as it is registered; NULL: not known */
	const struct intent_member *members; /* sorted by name */
	size_t n;
};
/* Writes that I is begun now (its id and grave come back), on disk when the caller's
 * transaction is. */
int intent_begin(
	struct intent_row *i, bks_catalog *cat, bks_time now, bks_arena *a, bks_error *err);
/* Those that are begun and not ended, with members. */
int intent_list(const struct intent_row **out, size_t *n, bks_catalog *cat, bks_arena *a,
	bks_error *err);
/* It is gone, and was seen to be: the artifact has a tombstone. */
int intent_gone(bks_catalog *cat, const struct intent_row *i, int64_t bytes, bks_time now,
	bks_error *err);
/* It lies where it lay: nothing came of it. */
int intent_back(bks_catalog *cat, const struct intent_row *i, bks_time now, bks_error *err);
/* What lies under its name is something else, and it is not in the trash: missing. */
int intent_lost(bks_catalog *cat, const struct intent_row *i, bks_time now, bks_error *err);

/* After its artifacts went: a condemned backup of which nothing is left is gone. 1: it is gone
 * now. */
int backup_bury(bks_catalog *cat, int64_t backup, bks_time now, bks_error *err);
/* Condemned backups of which no file is left although no deletion took it. */
int backups_hollow(
	const int64_t **out, size_t *n, bks_catalog *cat, bks_arena *a, bks_error *err);

/* What the clocks said. */
struct clock_row {
	bks_time wall;
	int64_t boottime;
	const char *boot;
	bool accepted;
};
/* The last one and *high, the latest wall time since somebody accepted it (of these rows and of
 * all runs); NONE: nothing is known. 0; 1: there is none, and *high is of the runs. */
int clock_last(
	struct clock_row *out, bks_time *high, bks_catalog *cat, bks_arena *a, bks_error *err);
int clock_add(bks_catalog *cat, const struct clock_row *c, int64_t run, bks_error *err);
/* Times after SINCE, ascending, at which something was written or done: files as they are
 * registered, runs other than RUN. *newest is the latest mtime of a file that was first seen
 * after the wall clock was last accepted. */
int clock_witnesses(const bks_time **out, size_t *n, bks_time *newest, bks_catalog *cat,
	bks_time since, int64_t run, bks_arena *a, bks_error *err);

/* How often retention changed this catalog, and which catalog it is (32 hex digits). */
int generation_read(
	int64_t *out, const char **catalog, bks_catalog *cat, bks_arena *a, bks_error *err);
int generation_write(bks_catalog *cat, int64_t generation, bks_error *err);

/* The file, its rows against each other, its rules and its journal are whole. BKS_E_CATALOG:
 * they are not. */
int catalog_sound(bks_catalog *cat, bks_error *err);

/* The holders of closed slots of a stream, in place of those that were there. */
int slots_write(bks_catalog *cat, int64_t source_id, enum bks_kind kind,
	const struct slot_row *v, size_t n, bks_time now, bks_error *err);
