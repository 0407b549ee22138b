/* catalog/task_rows.h - rows of tasks that were done and of drills, for the floor of the verbs
 */
#pragma once
#include "backstay/task.h"
#include "catalog/rows.h"

int task_done_insert(int64_t *id, bks_catalog *cat, const char *task, bks_time at,
	const char *note, const bks_evidence *evidence, bks_error *err);

/* The latest that says so, up to NOW. 0: *out lives in A; 1: none. */
int task_last_note(bks_task_proof *out, bks_catalog *cat, const char *task, bks_time now,
	bks_arena *a, bks_error *err);
/* Ended, and passed. */
int task_last_drill(
	bks_task_proof *out, bks_catalog *cat, bks_time now, bks_arena *a, bks_error *err);
/* Of a run: it went over all that was due, and ended with 0 or 1 (done, and trouble was found).
 */
enum task_run { TASK_RUN_VERIFY, TASK_RUN_RETAIN, TASK_RUN_COPY };
int task_last_run(bks_task_proof *out, bks_catalog *cat, enum task_run what, bks_time now,
	bks_arena *a, bks_error *err);
/* The time of the first row of the journal; NONE: it has none. */
int task_begun(bks_time *out, bks_catalog *cat, bks_error *err);

int drill_insert(int64_t *id, bks_catalog *cat, const bks_drill *d, bks_error *err);
int drill_list(const bks_drill **out, size_t *n, bks_catalog *cat, int64_t source_id,
	bks_arena *a, bks_error *err);

/* Bytes and microseconds of the drills that passed with backups of a source, kind and format.
 */
struct drill_sample {
	int64_t bytes, took;
};
int drill_samples(const struct drill_sample **out, size_t *n, bks_catalog *cat,
	const bks_backup *like, bks_arena *a, bks_error *err);
/* The backups whose latest drill failed ("drill-failed" in status), ascending. */
int drill_failed(
	const int64_t **ids, size_t *n, bks_catalog *cat, bks_arena *a, bks_error *err);

/* What the journal says of a row, so that a row that nobody recorded, or that was altered, is
 * found. */
#define TASK_TOLD                                                                              \
	"'done ' || t.id || ', ' || t.at || coalesce(', evidence SHA-256 ' || "                \
	"lower(hex(t.evidence_sha256)), '') || ': ' || t.note"
#define DRILL_TOLD                                                                             \
	"'drill ' || d.id || ', ' || d.result || ', ' || d.started || ' to ' || d.ended || "   \
	"', ' || d.bytes || ' bytes, evidence SHA-256 ' "                                      \
	"|| lower(hex(d.evidence_sha256)) || coalesce(': ' || d.note, '')"
