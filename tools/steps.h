/* steps.h - scan, verify and status in pieces, since `nightly` is all three: do it, weigh it,
 * put it into a document, say it */
#pragma once
#include "backstay/check.h"
#include "backstay/scan.h"
#include "backstay/status.h"
#include "backstay/wal.h"
#include "row.h"
#include "tool.h"

void scan_weigh(struct ending *e, const bks_scanned *s);
void scan_put(bks_json *doc, const bks_scanned *s);
void scan_counts(bks_json *counts, const bks_scanned *s);
bool scan_is_trouble(const bks_action *a);
void scan_trouble(struct call *c, const bks_scanned *s);

/* SEL zeroed: what is due. Options come from C. */
int verify_do(bks_verified *out, struct call *c, const bks_selection *sel);
/* 0, or BKS_E_IO when the counts do not add up. */
int verify_weigh(struct call *c, const bks_verified *v);
void verify_put(bks_json *doc, const bks_verified *v);
void verify_counts(bks_json *counts, const bks_verified *v);
void verify_say(struct call *c, const bks_verified *v);
const char *verify_summary(const bks_verified *v);

struct statuses {
	const bks_source_status *v;
	size_t n;
	struct tiers tiers;
	bks_wal wal;
	const bks_coverage *coverage; /* of a look at everything */
	size_t coverage_count;
	bks_time now;
};
int status_do(struct statuses *out, struct call *c, const char *const *names, size_t n);
void status_weigh(struct call *c, const struct statuses *s);
void status_put(bks_json *doc, const struct statuses *s);
void status_say(struct call *c, const struct statuses *s);
/* "users +312, orders -38 %": the largest changes of rows since the backup before; NULL: there is none. */
const char *deltas_shown(const struct call *c, const bks_source_status *s);
void deltas_put(bks_json *o, const bks_source_status *s);
void status_trouble(struct call *c, const struct statuses *s);

/* The archived WAL of NAMES (none: all); of a look at everything also what stands against files in
 * no run. */
int wal_do(bks_wal *out, struct call *c, const char *const *names, size_t n);
void wal_weigh(struct ending *e, const bks_wal *w);
void wal_put(bks_json *doc, const bks_wal *w);
void wal_say(struct call *c, const bks_wal *w);
void wal_trouble(struct call *c, const bks_wal *w);
size_t wal_open_trouble(const bks_wal *w);

/* Runs WORK as a row of `runs`: begun before, ended with its status and the counts that it
 * filled. */
int recorded(struct call *c, int (*work)(struct call *c, bks_json *counts));
