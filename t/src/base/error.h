/* base/error.h - raising and enriching errors (the public half is backstay/error.h) */
#pragma once
#include "backstay/error.h"

#define PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

/* Raises: writes the text, returns CODE, so that `return fail(...)` reads well. */
int fail(bks_error *err, int code, const char *fmt, ...) PRINTF(3, 4);

/* Passes an error on with what we were doing in front of it; returns the code unchanged. */
int note(bks_error *err, int code, const char *fmt, ...) PRINTF(3, 4);

#ifdef __clang_analyzer__ /* sees one file at a time: that the code comes back, it must be shown */
#define fail(err, code, ...) ((void)(fail)(err, code, __VA_ARGS__), (code))
#define note(err, code, ...) ((void)(note)(err, code, __VA_ARGS__), (code))
#endif
