/* store/s3ini.h - the files of profiles that the SDKs share (~/.aws/config, ~/.aws/credentials)
 */
#pragma once
#include "base/arena.h"
#include "base/error.h"
#include <stdbool.h>
#include <stddef.h>

struct ini_entry {
	const char *profile, *key, *value; /* KEY NULL: the profile begins */
};

/* Zeroed is empty. The text is on the heap, since it holds secrets: ini_wipe. */
struct ini {
	const char *path; /* as it is told of */
	char *text;
	size_t size;
	struct ini_entry *v; /* in the arena; point into the text */
	size_t n;
};

/*
 * Reads PATH; with CONFIG the sections are named [default] and [profile NAME], and others are
 * passed over. Comments (# or ; at the beginning of a line, or behind a blank), `key = value`
 * or `key: value`, lines indented deeper than their key (passed over). 0; 1: there is no such
 * file; BKS_E_IO: not readable; BKS_E_USAGE: larger than 1 MiB, or not such a file (the text
 * names the line, and nothing of it).
 */
int ini_read(struct ini *out, const char *path, bool config, bks_arena *a, bks_error *err);
bool ini_has(const struct ini *f, const char *profile);
/* The last value of KEY (of any case) in PROFILE; NULL. A loan. */
const char *ini_get(const struct ini *f, const char *profile, const char *key);
void ini_wipe(struct ini *f);
