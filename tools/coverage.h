/* coverage.h - how much of what lies in the repos was read lately; `verify`, `nightly` and `status` tell it */
#pragma once
#include "backstay/check.h"
#include "tool.h"

/* V as bks_coverage_list tells it: the first row is of all repos. As of NOW. */
void coverage_put(bks_json *doc, const bks_coverage *v, size_t n, bks_time now);
void coverage_say(struct call *c, const bks_coverage *v, size_t n, bks_time now);
