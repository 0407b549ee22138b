/* work/canary.h - a few built-in inputs, good and bad, of which is known what must be found:
 * sent through the same path before each run, so that a verifier that judges wrongly judges
 * nothing else */
#pragma once
#include "base/error.h"

/* Sends all through a worker. 0; BKS_E_IO: one is misjudged, or nobody could look, and the text
 * says which. */
int canary_run(bks_error *err);

/* Looks at all of them in this very process, and forgets what was found. */
void canary_warm(void);
