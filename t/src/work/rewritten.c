/*
 * A producer that writes one name every night moves the mtime and the time inside. Who alters a dump, or copies it back from
 * somewhere, moves the mtime alone: that is no new backup, and its bytes are still held against the digest of the old one.
 */
#include "work/rewritten.h"
#include "base/zone.h"
#include <string.h>

static bool says_utc(const char *zone)
{
	return !strcmp(zone, "UTC") || !strcmp(zone, "GMT") || !strcmp(zone, "Z");
}

/* What was bad before anybody touched it is replaced by what is better; what was found altered is not, or one more touch would heal it. */
static int was_bad(bks_catalog *cat, const struct known *k, bks_error *err)
{
	int r;

	if (!k->bad)
		return 0;
	r = artifact_found(cat, k->artifact, "digest-changed", err);
	if (!r)
		r = artifact_found(cat, k->artifact, "size-changed", err);
	return r < 0 ? r : !r;
}

int rewritten_same(struct registrar *g, const struct known *k, const struct store_entry *e, bks_arena *a, bks_error *err)
{
	struct part was;
	bks_inspection i;
	const char *why;
	int r = k->sealed ? was_bad(g->cat, k, err) : 1;

	if (r)
		return r < 0 ? r : 0;
	r = artifact_taken(&was, g->cat, k->artifact, a, err);
	if (r || was.taken_from != BKS_TAKEN_ARTIFACT || was.taken_at == BKS_TIME_NONE)
		return r < 0 ? r : 0;
	if (register_glance(&i, g, e, &why, a) || !i.started.year)
		return 0;
	return zone_instant(&i.started, says_utc(i.started.zone) ? "UTC" : was.taken_zone) <= was.taken_at;
}
