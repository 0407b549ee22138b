/* start.h - the process that is set aside before anything else */
#pragma once
#include "error.h"

/*
 * Strangers' bytes are read by processes without rights (no files, no network, no other
 * program). They are forked from a small one, which is best set aside by the first lines of
 * main, before there is a thread, an open catalog or a secret that it would carry along; calls
 * that need it set it aside themselves when nobody did. It ends with the program. 0 (also the
 * second time) or BKS_E_IO.
 */
BKS_API int bks_start(bks_error *err);

/* Ends it, and what is left of its children, and waits for them. Fine without bks_start. */
BKS_API void bks_stop(void);
