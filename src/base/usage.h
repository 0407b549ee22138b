/* base/usage.h - refusing what somebody typed, shown so that it commands no terminal */
#pragma once
#include "base/error.h"

/* `WHAT "TEXT": WHY`, as BKS_E_USAGE; a very long TEXT is cut. Returns BKS_E_USAGE. */
int usage_fail(bks_error *err, const char *what, const char *text, const char *why);
