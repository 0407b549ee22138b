/* error.h - how every fallible call of this library answers */
#pragma once

#if defined __GNUC__
#define BKS_API __attribute__((visibility("default")))
#else
#define BKS_API
#endif

/*
 * A call returns 0 when it did its work and a negative code when it could not.
 * A positive return is an answer, and only where the call's comment lists it.
 * Damage in a backup is never an error: it is a verdict with findings.
 */
#define BKS_CODES(X)                                                                           \
	X(USAGE, -1, "usage", "the caller asked for something impossible")                     \
	X(IO, -2, "io", "a file or the network did not answer")                                \
	X(CATALOG, -3, "catalog-damaged", "the catalog could not be read or written")          \
	X(NEWER, -4, "catalog-newer", "the catalog was written by a newer program")            \
	X(BUSY, -5, "busy", "another process holds the catalog")                               \
	X(LIMIT, -6, "limit", "a limit was reached")                                           \
	X(REFUSED, -7, "refused", "a safety rule refused")                                     \
	X(INTERRUPTED, -8, "interrupted", "a signal asked to stop")                            \
	X(CUT, -9, "cut", "a stream met damage that its findings already tell")

enum bks_code {
#define X(name, value, word, text) BKS_E_##name = value,
	BKS_CODES(X)
#undef X
};

/* The caller owns it; NULL is fine wherever one is taken. No call allocates for it. */
typedef struct bks_error {
	int code;
	char text[768];
} bks_error;

BKS_API const char *bks_code_text(int code); /* a sentence; a loan */
BKS_API const char *bks_code_word(int code); /* the stable word of the JSON error; a loan */
