/* fuzz.h - the entry that libFuzzer and replay.c call, and the word by which a target says that
 * a promise is broken */
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#define MUST(promise)                                                                          \
	do {                                                                                   \
		if (!(promise)) {                                                              \
			fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__, #promise);  \
			abort();                                                               \
		}                                                                              \
	} while (0)
