/* money.c - amounts of money: whole millionths inside, units of the currency outside */
#include "money.h"
#include "backstay/cost.h"
#include <inttypes.h>

void money_put(bks_json *o, const char *key, int64_t millionths)
{
	if (millionths == BKS_COST_UNKNOWN)
		bks_json_put(o, key, NULL);
	else
		bks_json_put_real(o, key, (double)millionths / 1e6);
}

/* Two digits, rounded; small change would be 0.00 by that, so it keeps four. */
const char *money_shown(int64_t millionths, const char *currency)
{
	if (millionths == BKS_COST_UNKNOWN)
		return "unknown";
	bool less = millionths < 0;
	uint64_t v = less ? (uint64_t) - (millionths + 1) + 1 : (uint64_t)millionths;
	bool small = v && v < 1000000;
	uint64_t unit = small ? 100 : 10000, parts = (v + unit / 2) / unit,
		 whole = small ? 10000 : 100;
	return said("%s%" PRIu64 ".%0*" PRIu64 "%s%s", less ? "-" : "", parts / whole,
		small ? 4 : 2, parts % whole, currency ? " " : "", currency ? currency : "");
}
