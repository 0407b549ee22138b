/* json.h - JSON values, made and printed; a thin cover over jansson, whose header stays in src/base/json.c */
#pragma once
#include "time.h"
#include <stdint.h>
#include <stdio.h>

typedef struct bks_json bks_json;

/* New values; never NULL. A value that was put into another one belongs to that one. */
BKS_API bks_json *bks_json_object(void);
BKS_API bks_json *bks_json_list(void);
BKS_API void bks_json_free(bks_json *v); /* NULL is fine; frees all that was put in */

/* Puts KEY into the object O. A NULL text is null; BKS_TIME_NONE is null; put_size gives null for a negative. A text that is no
 * UTF-8 is escaped as bks_shown does. */
BKS_API void bks_json_put(bks_json *o, const char *key, bks_json *value); /* takes VALUE; NULL is null */
BKS_API void bks_json_put_text(bks_json *o, const char *key, const char *s);
BKS_API void bks_json_put_int(bks_json *o, const char *key, int64_t v);
BKS_API void bks_json_put_size(bks_json *o, const char *key, int64_t v);
BKS_API void bks_json_put_real(bks_json *o, const char *key, double v);
BKS_API void bks_json_put_bool(bks_json *o, const char *key, bool v);
BKS_API void bks_json_put_time(bks_json *o, const char *key, bks_time t); /* RFC 3339 UTC, whole seconds: no parser stumbles */
BKS_API void bks_json_put_seconds(bks_json *o, const char *key, int64_t us); /* whole seconds; negative is null */
BKS_API void bks_json_put_hex(bks_json *o, const char *key, const uint8_t *v, size_t n); /* n 0 is null */
/* A name of any bytes: as it is when it is valid UTF-8; else KEY readable (escaped as bks_shown does) and KEY_b64 beside it. */
BKS_API void bks_json_put_name(bks_json *o, const char *key, const char *name);

/* Appends to the list L. */
BKS_API void bks_json_add(bks_json *l, bks_json *value); /* takes VALUE */
BKS_API void bks_json_add_text(bks_json *l, const char *s);
BKS_API void bks_json_add_int(bks_json *l, int64_t v);
BKS_API void bks_json_add_name(bks_json *l, const char *name);

/* Prints V and a newline; with PRETTY indented by two. What would command a terminal (C1, DEL, bidirectional controls) comes
 * as \uXXXX, which readers turn back. 0, or BKS_E_IO when TO refused it. */
BKS_API int bks_json_print(const bks_json *v, FILE *to, bool pretty, bks_error *err);
/* V on one line, keys in the order in which they were put; lives in A. */
BKS_API const char *bks_json_text(const bks_json *v, bks_arena *a);

/* Reads one document (duplicate keys refused). 0, or BKS_E_USAGE with line and column. The caller frees *out. */
BKS_API int bks_json_read(bks_json **out, const char *text, size_t n, bks_error *err);
/* Look into what was read. Loans of V. A missing key, or one of another type, gives NULL, 0 elements, or FALLBACK. */
BKS_API const bks_json *bks_json_get(const bks_json *o, const char *key);
BKS_API const char *bks_json_get_text(const bks_json *o, const char *key);
BKS_API int64_t bks_json_get_int(const bks_json *o, const char *key, int64_t fallback);
BKS_API bool bks_json_get_bool(const bks_json *o, const char *key, bool fallback);
BKS_API size_t bks_json_length(const bks_json *l);
BKS_API const bks_json *bks_json_at(const bks_json *l, size_t i);
BKS_API const char *bks_json_as_text(const bks_json *v); /* NULL when it is no text */
