/* work/walaway.h - archived WAL that retention lets go, among the files wal*.c that carry it
 * out */
#pragma once
#include "catalog/wal_condemned.h"
#include "work/applying.h"
#include "work/wallist.h"

/* Runs of one stream, about to be condemned. */
struct wal_job {
	const bks_plan_stream *stream,
		*only; /* ONLY: as it was confirmed; NULL: within the brakes */
	const struct stream_rows *rows;
	const char *hash;
	int (*plan)(int64_t *id, void *arg); /* the row of the plan that is carried out */
	void *arg;
};
/* work/walcondemn.c, within the transaction that condemns. 0: done, or told; negative. */
int wal_condemn_stream(struct applying *w, const struct wal_job *job);
/* Whether all WAL that ONLY lets go would still be let go by IS. 1: not, *label says what. */
int wal_still_planned(const char **label, const bks_plan_stream *only,
	const bks_plan_stream *is, bks_arena *a);

/* work/walpurge.c. PROVE: whether what must stay of that stream of the plan is there: 0; 1
 * told; negative. */
int wal_purge(struct applying *w, const bks_plan *plan, int (*prove)(void *arg, size_t stream),
	void *arg);

/* work/walback.c: what the trash holds of D goes back to its place, and D is ended: OUTCOME
 * "undone" or "kept". 0: done, or told; negative. */
int wal_take_back(
	struct applying *w, const struct wal_doomed *d, const char *outcome, const char *why);
/* Of the plan HASH; or (BACKUP) what that base backup needs to be of use. */
int wal_undo(struct applying *w, int64_t backup, const char *hash);

/* What of D lies in the trash: base names of its graves without their beginning, each behind
 * "b" (it lay below) or "p". */
struct wal_grave {
	const char *name, *base;
	bool below;
	struct store_id id;
};
int wal_grave_list(const struct wal_grave **out, size_t *n, store *s,
	const struct wal_doomed *d, bks_arena *a, bks_error *err);
const char *wal_grave_name(
	const struct wal_doomed *d, const char *base, bool below, bks_arena *a);
bool wal_piece_has(const struct wal_piece *p, uint64_t mark);

void wal_act(struct applying *w, const struct wal_doomed *d, const char *from, const char *to,
	const char *reason, int64_t bytes);
void wal_refuse(
	struct applying *w, const char *rule, const struct wal_doomed *d, const char *text);
