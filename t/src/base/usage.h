/* base/usage.h - refusing what somebody typed, shown so that it commands no terminal */
#pragma once
#include "base/error.h"

/* `WHAT "TEXT": WHY`, as BKS_E_USAGE; a very long TEXT is cut. Returns BKS_E_USAGE. */
int usage_fail(bks_error *err, const char *what, const char *text, const char *why);

#ifdef __clang_analyzer__ /* sees one file at a time, as in error.h */
#define usage_fail(err, ...) ((void)(usage_fail)(err, __VA_ARGS__), BKS_E_USAGE)
#endif
