/* shelf.h - a catalog in a directory of its own, with one repo and one source, and short ways
 * to fill it */
#pragma once
#include "backstay/run.h"
#include "catalog/catalog_private.h"
#include "catalog/rows.h"
#include "unit.h"
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#define T0 ((bks_time)1764547200 * BKS_SECOND) /* 2025-12-01T00:00:00Z */

struct shelf {
	char dir[64], file[96];
	bks_catalog *cat;
	bks_arena *a;
	bks_error err;
	int64_t repo, other_repo, source;
};

#define OK(shelf, call)                                                                        \
	do {                                                                                   \
		int r_ = (call);                                                               \
		if (r_)                                                                        \
			print_message("%d: %s\n", r_, (shelf)->err.text);                      \
		assert_int_equal(r_, 0);                                                       \
	} while (0)

static inline void shelf_dir(struct shelf *s)
{
	memset(s, 0, sizeof *s);
	snprintf(s->dir, sizeof s->dir, "%s/backstay-test-XXXXXX",
		!access("/dev/shm", W_OK) ? "/dev/shm" : "/tmp");
	assert_non_null(mkdtemp(s->dir));
	snprintf(s->file, sizeof s->file, "%s/catalog.db", s->dir);
	s->a = bks_arena_new();
}

static inline void shelf_open(struct shelf *s)
{
	const bks_class deep = {"DEEP", {4000, 90 * BKS_DAY, -1, 12 * BKS_HOUR}};
	bks_repo r = {.name = "local",
		.url = "file:///srv/local",
		.price_month = -1,
		.retrieval_price = -1},
		 o = {.name = "bucket",
			 .url = "file:///srv/bucket",
			 .price_month = 23000,
			 .retrieval_price = -1,
			 .storage_class = "DEEP",
			 .classes = &deep,
			 .class_count = 1};
	bks_source v = {.name = "shop", .level = BKS_LEVEL_NONE};

	shelf_dir(s);
	OK(s, bks_catalog_open(&s->cat, s->file, BKS_OPEN_MAKE, NULL, 0, &s->err));
	OK(s, repo_insert(&s->repo, s->cat, &r, &s->err));
	OK(s, repo_insert(&s->other_repo, s->cat, &o, &s->err));
	OK(s, bks_source_add(&s->source, s->cat, &v, &s->err));
}

static inline int shelf_remove(
	const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

static inline void shelf_close(struct shelf *s)
{
	bks_catalog_close(s->cat);
	bks_arena_free(s->a);
	assert_int_equal(nftw(s->dir, shelf_remove, 8, FTW_DEPTH | FTW_PHYS), 0);
}

/* A statement by itself, as from the sqlite3 shell; its code. */
static inline int shelf_sql(struct shelf *s, const char *sql)
{
	return db_exec(s->cat->db, sql, &s->err);
}

static inline int64_t shelf_count(struct shelf *s, const char *sql)
{
	db_query *q = db_sql(s->cat->db, sql);
	int64_t n;

	assert_int_equal(db_step(q, &s->err), 1);
	n = db_int(q);
	db_query_free(q);
	return n;
}

static inline bks_artifact shelf_artifact(struct shelf *s, const char *path)
{
	return (bks_artifact){.repo_id = s->repo,
		.path = path,
		.size = 100,
		.device = 1,
		.inode = 2,
		.mtime = T0,
		.state = BKS_STATE_LIVE,
		.first_seen = T0,
		.last_seen = T0};
}

static inline bks_backup shelf_backup(struct shelf *s, const char *label, bks_time taken)
{
	return (bks_backup){.label = label,
		.source_id = s->source,
		.kind = BKS_KIND_LOGICAL,
		.format = "pgdump-custom",
		.content = BKS_CONTENT_FULL,
		.taken_at = taken,
		.taken_from = BKS_TAKEN_NAME,
		.size = 100,
		.state = BKS_STATE_LIVE,
		.first_seen = T0};
}

/* A live backup of one artifact; *artifact may be NULL. */
static inline int64_t shelf_add(
	struct shelf *s, const char *label, bks_time taken, int64_t *artifact)
{
	bks_backup b = shelf_backup(s, label, taken);
	bks_artifact v = shelf_artifact(s, label);
	int64_t id, at;

	OK(s, backup_insert(&id, &at, s->cat, &b, &v, &s->err));
	if (artifact)
		*artifact = at;
	return id;
}

static inline bks_inspection shelf_look(enum bks_verdict verdict)
{
	bks_inspection i = {.format = "pgdump-custom",
		.recognised = true,
		.size = 100,
		.bytes_read = 100,
		.content = BKS_CONTENT_FULL,
		.verdict = verdict};

	i.levels[BKS_PRESENT] = BKS_RESULT_PASS;
	i.levels[BKS_WHOLE] = verdict == BKS_SOUND      ? BKS_RESULT_PASS
			      : verdict == BKS_UNPROVEN ? BKS_RESULT_UNPROVABLE
							: BKS_RESULT_FAIL;
	return i;
}

static inline int64_t shelf_check(
	struct shelf *s, int64_t artifact, const bks_inspection *i, bks_time at)
{
	int64_t id;

	OK(s, check_insert(&id, s->cat, 0, artifact, i, at, at, &s->err));
	return id;
}

/* A live, sound backup. */
static inline int64_t shelf_sound(struct shelf *s, const char *label, bks_time taken)
{
	bks_inspection i = shelf_look(BKS_SOUND);
	int64_t artifact, id = shelf_add(s, label, taken, &artifact);

	shelf_check(s, artifact, &i, T0 + BKS_DAY);
	return id;
}

static inline const bks_backup *shelf_get(struct shelf *s, int64_t id)
{
	bks_backup *b;

	OK(s, backup_get(&b, s->cat, id, s->a, &s->err));
	OK(s, backup_artifacts(b, s->cat, s->a, &s->err));
	return b;
}
