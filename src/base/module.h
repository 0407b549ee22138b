/*
 * base/module.h - code that is loaded when it is first needed
 *
 * The dynamic linker spends more time on libraries of archives, wrappings and digests than
 * `list` takes: they stand in no program's list of what it needs, and are loaded by name when a
 * command first asks for them. What is loaded stays.
 */
#pragma once
#include "base/error.h"
#include <stddef.h>

/* Fills the N pointers at OUT with what FILE (a soname, or a file of ours beside this library)
 * calls NAMES. 0; BKS_E_IO, which names what is missing. From any thread, but before a process
 * gives its rights up. */
int module_load(
	void **out, const char *file, const char *const *names, size_t n, bks_error *err);
