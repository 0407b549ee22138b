/* format/cover.h - the level `covered`: are the required tables there, with their rows */
#pragma once
#include "format/report.h"

/*
 * Judges the report's tables against REQUIRE and the bytes against MIN_SIZE (0: not asked), writes findings, and returns the
 * level's result: not-run when nothing is asked, unprovable where the format does not show its tables.
 */
enum bks_result cover_judge(struct report *r, const bks_requirement *require, size_t n, int64_t min_size);
