/* store/store_private.h - what the kinds of store share, inside src/store alone */
#pragma once
#include "store/store.h"

/* Every stream that a store gives begins so. */
struct store_stream {
	stream s;
	int (*recheck)(const char **how, stream *s); /* as store_recheck */
};

/* PATH is relative, and no part of it is empty, "." or "..". */
bool store_path_proper(const char *path);
/* The end of a path, as much as an error's text has room for. */
const char *store_path_tail(const char *path);

extern const struct store_kind store_file, store_s3;
