#include "base/members.h"
#include <string.h>

void members_close(members *m)
{
	if (m && m->close)
		m->close(m);
}

ptrdiff_t members_find(const members *m, const char *name)
{
	size_t lo = 0, hi = m->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int c = strcmp(m->v[mid].name, name);

		if (!c)
			return (ptrdiff_t)mid;
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return -1;
}
