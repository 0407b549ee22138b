/* Windows of a provider: taken at their word, told as such. */
#include "policy/provider.h"

static int64_t lag(const bks_window *w)
{
	return w->kind == BKS_WINDOW_DAILY ? BKS_DAY : PROVIDER_LAG_MINUTES * BKS_MINUTE;
}

bool provider_answer(bks_time *point, int64_t *loss, const bks_window *w, const bks_wish *wish)
{
	bks_time at = !wish->at || wish->at > wish->now ? wish->now
							: wish->at - (wish->before ? 1 : 0);
	bks_time newest = wish->now - lag(w);

	if (wish->lsn || wish->name)
		return false;
	/* any instant of a PITR window but the newest; of a daily one the copy of that day */
	*point = w->kind == BKS_WINDOW_DAILY ? at - lag(w) : at < newest ? at : newest;
	*loss = at - *point;
	return *point >= wish->now - w->length;
}

size_t provider_spans(bks_gap *out, size_t most, const bks_window *w, bks_time now)
{
	bks_time from = (w->since < now ? w->since : now) - w->length;
	size_t n = 0;

	if (w->kind == BKS_WINDOW_PITR) {
		if (!most || now - lag(w) <= from)
			return 0;
		out[0] = (bks_gap){from, now - lag(w)};
		return 1;
	}
	while (n < most && from + BKS_DAY * (int64_t)n <= now) {
		out[n] = (bks_gap){from + BKS_DAY * (int64_t)n, from + BKS_DAY * (int64_t)n};
		n++;
	}
	return n;
}
