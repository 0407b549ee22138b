/*
 * format/format.h - what a file in this folder must offer to be a format
 *
 * A wrapping unwraps: bytes in, bytes out, its checks beside. A container is walked to its end: facts, tables and findings
 * into the report. Both are chosen by content: whoever recognises most bits of the head wins, and a name is never asked.
 */
#pragma once
#include "base/members.h"
#include "base/stream.h"
#include "format/folder.h"
#include "format/report.h"

enum { FORMAT_HEAD = 64 * 1024 }; /* a probe sees so many bytes, or all there are */

struct format {
	const char *name; /* a word of the contract */

	/* How many bits of HEAD it recognises; 0: not mine. NULL when it is always a folder. */
	int (*probe)(const uint8_t *head, size_t n);

	/* A wrapping: *inner gives the unwrapped bytes and owns OUTER. What is wrong with the wrapping is a finding, and the inner
	 * stream then ends with BKS_E_CUT. It reads OUTER to its very end: bytes after the last member are trailing-data. */
	int (*unwrap)(stream **inner, stream *outer, struct report *r, bks_error *err);

	/* A container or dump: reads IN to its end. 0 whatever was found; negative when the bytes could not be had. On BKS_E_CUT
	 * from below it stops, keeps what it learned, and returns 0. */
	int (*walk)(stream *in, struct report *r, bks_error *err);

	/* Of a backup that is a folder: how sure its names make it (0: not mine; 100: nothing else has them). */
	int (*probe_folder)(const members *m);

	/* Walks all of F that it needs; what it leaves unread is read for the digests afterwards. 0 whatever was found, or
	 * negative (BKS_E_INTERRUPTED). NULL when the format is one file. */
	int (*walk_folder)(struct folder *f, bks_error *err);

	/* Whether a file of that name, right in the folder, is a part of it as far as a name tells: a scan sees what is none by
	 * itself. NULL: all that lies beneath is. */
	bool (*owns)(const char *name);

	/* Facts of a folder from the head of a member or two: database, started, producer. 0, or negative when they could
	 * not be had. NULL: its name is all. */
	int (*glance_folder)(members *m, struct report *r, bks_error *err);
};

extern const struct format *const formats[]; /* NULL-ended; made by meson */
const struct format *format_guess(const uint8_t *head, size_t n); /* NULL: nobody knows it */
const struct format *format_guess_folder(const members *m);       /* NULL: no backup */
/* Whether a file called NAME right in a folder is a reason to ask format_guess_folder: that takes the names of all that lies
 * beneath, this takes one listing. */
bool format_folder_sign(const char *name);

/* Takes wrappings off *TOP, at most BKS_WRAPPINGS_MAX: *top is then the innermost stream (it owns the outer ones; close it also on
 * failure), *inside what it holds (NULL: nobody knows). R's inspection is told the wrappings. 0; 1: nothing to walk (empty, too
 * deep; a finding says so); negative as of a stream. */
int format_unwrap(stream **top, const struct format **inside, struct report *r, bks_error *err);
