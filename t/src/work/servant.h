/* work/servant.h - the life of a worker: takes orders (work/order.h), verifies, answers; it is
 * the only one that meets strangers' bytes */
#pragma once
#include "base/nursery.h"

/* The status of a worker that ended for lack of memory. */
enum { SERVANT_NO_MEMORY = 72 };

extern const struct nursery_trade servant_trade;
