/* base/glob.h - which paths in a repo a source claims */
#pragma once
#include <stdbool.h>

/*
 * Whether GLOB matches PATH, both bytes: `*`, `?`, `[...]` and `\` as in fnmatch(3), a leading
 * dot is nothing special. A GLOB without '/' is held against the last name of PATH; one with
 * '/' against all of PATH, where `*` and `?` stay within one name
 * (`**` means no more than `*`).
 */
bool glob_match(const char *glob, const char *path);
