/* retain.h - what retention carried out, weighed and told; `retain apply`, `run`, `undo`,
 * `purge` and `nightly` share it */
#pragma once
#include "backstay/retain.h"
#include "tool.h"

/* Options of those that delete, from C. 0 or BKS_E_USAGE. */
int retained_options(bks_retain_options *out, struct call *c);
/* Whether some policy has its retention switched on. */
bool retained_on(const struct call *c);

void retained_weigh(struct call *c, const bks_retained *t);
void retained_put(bks_json *doc, const bks_retained *t);
void retained_counts(bks_json *counts, const bks_retained *t);
void retained_say(struct call *c, const bks_retained *t);
/* "12 condemned, 3 gone (1.2 GiB freed)" */
const char *retained_summary(const bks_retained *t);

int retain_apply(struct call *c);
int retain_run(struct call *c);
int retain_undo(struct call *c);
int retain_purge(struct call *c);

extern const struct option_spec retained_specs[];
