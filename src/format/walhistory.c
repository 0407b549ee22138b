/* Timeline histories: small texts without a checksum or an end mark; what can be checked is
 * that each line is one, and that timelines and places only grow. */
#include "format/walhistory.h"
#include "base/text.h"
#include "format/walname.h"
#include <string.h>

enum { PROBE_LINE = 50 };

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool number(uint64_t *out, const char **p, const char *end, unsigned base, uint64_t most)
{
	const char *from = *p;
	uint64_t v = 0;

	for (; *p < end; ++*p) {
		char c = **p;
		unsigned d = c >= '0' && c <= '9'   ? (unsigned)(c - '0')
			     : c >= 'A' && c <= 'F' ? (unsigned)(c - 'A') + 10
			     : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10
						    : 99;

		if (d >= base)
			break;
		v = v * base + d;
		if (v > most)
			return false;
	}
	*out = v;
	return *p > from;
}

/* "1\t0/E000A0\tno recovery target specified" */
static bool read_line(struct wal_fork *out, const char *p, const char *end)
{
	uint64_t tli, high, low;

	while (p < end && is_blank(*p))
		p++;
	if (!number(&tli, &p, end, 10, UINT32_MAX) || !tli || p == end || !is_blank(*p))
		return false;
	while (p < end && is_blank(*p))
		p++;
	if (!number(&high, &p, end, 16, UINT32_MAX) || p == end || *p++ != '/' ||
		!number(&low, &p, end, 16, UINT32_MAX))
		return false;
	*out = (struct wal_fork){(uint32_t)tli, high << 32 | low};
	return p == end || is_blank(*p);
}

static bool is_empty(const char *p, const char *end)
{
	while (p < end && (is_blank(*p) || *p == '\r'))
		p++;
	return p == end || *p == '#';
}

void wal_history_read(
	struct wal_forks *out, const char *text, size_t n, uint32_t of, struct report *r)
{
	VEC(struct wal_fork) v = {0};
	const char *end = text + n, *why = NULL;
	uint64_t line = 0;

	for (const char *p = text, *stop; p < end && !why; p = stop + 1) {
		struct wal_fork f, *last = v.n ? &v.v[v.n - 1] : NULL;

		line++;
		stop = memchr(p, '\n', (size_t)(end - p));
		if (!stop) {
			report_find(r, F_TRUNCATED, report_line(r, line),
				"the last line does not end");
			break;
		}
		if (is_empty(p, stop))
			continue;
		if (!read_line(&f, p, stop))
			why = "no timeline and place of the log stand there";
		else if (last && (f.timeline <= last->timeline || f.lsn < last->lsn))
			why = "a timeline that is not younger than the one before it";
		else if (of && f.timeline >= of)
			why = "a timeline that is no ancestor of the one that the name says";
		else
			*vec_add(&v, r->arena) = f;
	}
	if (why)
		report_find(r, F_MALFORMED, report_line(r, line), "%s", why);
	else if (!v.n && !report_has(r, F_TRUNCATED))
		report_find(r, F_MALFORMED, NULL, "a history without an ancestor");
	*out = (struct wal_forks){v.v, v.n};
}

/* The first line that tells anything. */
int wal_history_probe(const uint8_t *head, size_t n)
{
	const char *p = (const char *)head, *end = p + n;
	struct wal_fork f;

	while (p < end) {
		const char *stop = memchr(p, '\n', (size_t)(end - p));

		if (!stop)
			stop = end;
		if (!is_empty(p, stop))
			return *p != '-' && read_line(&f, p, stop) ? PROBE_LINE : 0;
		p = stop + 1;
	}
	return 0;
}

static void tell_facts(struct report *r, const struct wal_forks *forks, uint32_t of)
{
	bks_physical *p = arena_one(r->arena, bks_physical);

	*p = (bks_physical){.timeline = of, .started = BKS_TIME_NONE, .stopped = BKS_TIME_NONE};
	if (forks->n) {
		p->parent_timeline = forks->v[forks->n - 1].timeline;
		p->parent_lsn = forks->v[forks->n - 1].lsn;
	}
	r->out->physical = p;
	r->out->recognised = true;
}

int wal_history_walk(stream *in, const char *base, struct report *r, bks_error *err)
{
	struct text t = {.arena = r->arena};
	struct wal_name name = {0};
	struct wal_forks forks;
	const uint8_t *p;
	size_t n;
	int s;

	while ((s = stream_next(in, &p, &n, err)) > 0 && t.n + n <= WAL_HISTORY_MAX)
		text_add(&t, p, n);
	if (s > 0) {
		report_find(r, F_LIMIT_REACHED, NULL, "a history of more than %d bytes",
			WAL_HISTORY_MAX);
		return stream_drain(in, NULL, err);
	}
	if (base)
		wal_name_read(&name, base);
	if (s < 0) /* of what was cut below, the whole lines: it is no end of ours */
		while (t.n && t.s[t.n - 1] != '\n')
			t.n--;
	if (s < 0 && (!t.n || !wal_history_probe((const uint8_t *)t.s, t.n)))
		return s;
	wal_history_read(&forks, t.s ? t.s : "", t.n,
		name.kind == WAL_NAME_HISTORY ? name.timeline : 0, r);
	tell_facts(r, &forks, name.kind == WAL_NAME_HISTORY ? name.timeline : 0);
	report_find(r, F_NO_CHECKSUM, NULL, "a history has neither checksum nor end mark");
	return s;
}
