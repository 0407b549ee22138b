/*
 * format/unsafe.h - names in an archive that an extractor should not follow
 *
 * An archive is never extracted here; who does it later is told before.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum unsafe_grade {
	UNSAFE_NOT,
	UNSAFE_ODD,  /* something to know: a warning */
	UNSAFE_GRAVE /* it leads out of the folder it is extracted into: an error */
};

/* Judges NAME, N bytes as the archive has them; *why says what is wrong, static. */
enum unsafe_grade unsafe_name(const char **why, const char *name, size_t n);

/* Whether a link called NAME that says TARGET leads out of the folder; followed from where it
 * lies, as a symbolic link is. */
bool unsafe_target(const char *name, const char *target);

struct report;

/* Tells of unsafe members; of what is only odd, the first few, and how many more there are. */
struct unsafe {
	struct report *report;
	size_t odd;
};

void unsafe_tell(struct unsafe *u, enum unsafe_grade grade, const char *name, const char *why);
void unsafe_judge(struct unsafe *u, const char *name, size_t n); /* unsafe_name, told */
void unsafe_end(struct unsafe *u);
