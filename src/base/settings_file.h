/* base/settings_file.h - where the settings file lies, and its bytes */
#pragma once
#include "backstay/settings.h"
#include "base/arena.h"
#include "base/error.h"
#include <stdbool.h>
#include <stddef.h>

enum { SETTINGS_FILE_MAX = 1024 * 1024 };

/* The path to read: PATH, BACKSTAY_CONFIG, or the default place, for which *named is false.
 * NULL: there is no place to look at. */
const char *settings_file_path(bool *named, const char *path, bks_arena *a);

/*
 * All bytes of a regular file of at most SETTINGS_FILE_MAX, in A. 0; 1: there is none.
 * BKS_E_USAGE: it is no regular file, or too large; BKS_E_IO: it cannot be read.
 */
int settings_file_read(
	const char **text, size_t *n, const char *path, bks_arena *a, bks_error *err);

/* SHA-256 of the file that S was read from, hex, in A: it tells a changed file. NULL: there was none.
 * Not made before it is asked for: it wants libcrypto. */
const char *settings_digest(const bks_settings *s, bks_arena *a);

/* The absolute directory in which the file PATH lies; "." where the system cannot tell. */
const char *settings_file_dir(const char *path, bks_arena *a);
