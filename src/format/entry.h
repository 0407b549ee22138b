/*
 * format/entry.h - the way into libbackstay-formats.so: what door.c asks it for
 *
 * It is loaded in the process that was set aside, before that gives its rights up, and is of
 * the same build as who loads it.
 */
#pragma once
#include "format/format.h"
#include "format/verify.h"

struct format_entry {
	const char *version; /* of the program */
	const struct format *(*guess_folder)(const members *m);
	int (*verify)(bks_inspection *out, const struct verify_job *job, bks_arena *a,
		bks_error *err);
	int (*glance)(bks_inspection *out, stream *in, const char *name, bks_arena *a,
		bks_error *err);
	int (*glance_folder)(bks_inspection *out, members *m, const char *name, bks_arena *a,
		bks_error *err);
	void (*ready)(void);
};

#define FORMATS_FILE "libbackstay-formats.so"
#define FORMATS_ENTRY "backstay_formats"
