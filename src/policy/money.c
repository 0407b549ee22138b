/* Money, in integers of 128 bits on the way. A price has 40 bits, bytes have 60 and a time may
 * have 62: the product of all three would not fit, so whole and part of the month's price go
 * through the time one after the other. */
#include "policy/money.h"

__extension__ typedef __int128 wide;

enum { GB = 1000000000 };

static int64_t fit(wide v)
{
	return v > (wide)INT64_MAX ? INT64_MAX : (int64_t)v;
}

int64_t money_month(int64_t price, int64_t bytes)
{
	return money_span(price, bytes, 1, 1);
}

int64_t money_span(int64_t price, int64_t bytes, int64_t us, int64_t month)
{
	wide all, whole, part;

	if (bytes <= 0 || us <= 0)
		return 0;
	if (price < 0)
		return MONEY_UNKNOWN;
	all = (wide)price * (wide)bytes;
	whole = all / GB;
	part = all % GB;
	if (whole > (wide)INT64_MAX)
		whole = INT64_MAX;
	/* the remainder of WHOLE's division is carried to PART's, so that it is rounded once */
	all = whole * (wide)us;
	part = (all % (wide)month) * GB + part * (wide)us;
	return fit(all / (wide)month + (part + (wide)month * GB / 2) / ((wide)month * GB));
}

int64_t money_add(int64_t a, int64_t b)
{
	int64_t sum;

	if (a == MONEY_UNKNOWN || b == MONEY_UNKNOWN)
		return MONEY_UNKNOWN;
	if (__builtin_add_overflow(a, b, &sum))
		return a < 0 ? INT64_MIN + 1 : INT64_MAX;
	return sum == MONEY_UNKNOWN ? INT64_MIN + 1 : sum;
}

int64_t money_less(int64_t a, int64_t b)
{
	return b == MONEY_UNKNOWN ? b : money_add(a, -b);
}
