/* base/fileurl.h - a path as a file:// URL */
#pragma once
#include "base/arena.h"

/* PATH is absolute. One slash where several stand, none at the end, no "." parts; bytes that a URL wants coded are. Lives in A. */
const char *fileurl(const char *path, bks_arena *a);
