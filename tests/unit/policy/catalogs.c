/* Random catalogs: what a quiet year looks like, and now and then anything at all. */
#include "catalogs.h"

static uint64_t dice;

static uint64_t roll(void)
{
	uint64_t z = (dice += 0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

/* 0 to N - 1. */
int pick_of(int n)
{
	return (int)(roll() % (uint64_t)n);
}

bool one_in(int n)
{
	return pick_of(n) == 0;
}


/* The usual three, or those and others of any bucket and length. */
static void random_tiers(struct catalog *c)
{
	static const char *const places[] = {"local", "bucket", "nas", "nowhere"};
	static const char *const names[] = {"quarterly", "yearly", "a", "daily2"};
	bks_policy *p = &c->policy;
	size_t n = 3;

	memcpy(c->tiers, p->tiers, 3 * sizeof *c->tiers);
	if (one_in(2)) {
		c->tiers[0].days = pick_of(10);
		c->tiers[1].days = pick_of(40);
		c->tiers[2].months = pick_of(14);
	}
	for (int k = 0; k < 4 && one_in(3); k++) {
		bks_tier_rule *t = &c->tiers[n++];

		*t = (bks_tier_rule){.name = names[k],
			.bucket = (enum bks_bucket)pick_of(BKS_BUCKET_COUNT),
			.level = BKS_LEVEL_NONE};
		if (one_in(2))
			t->days = pick_of(100);
		else
			t->months = pick_of(40);
	}
	for (size_t k = 0; k < n; k++) {
		if (one_in(3)) {
			c->tiers[k].repos = places + pick_of(3);
			c->tiers[k].repo_count = one_in(4) ? 2 : 1;
		}
		if (one_in(5))
			c->tiers[k].level = pick_of(BKS_LEVEL_COUNT);
	}
	p->tiers = c->tiers;
	p->tier_count = n;
}

static bks_policy random_policy(void)
{
	bks_policy p = policy_usual();

	if (one_in(4))
		p.level = one_in(2) ? BKS_SEALED : BKS_PRESENT + pick_of(BKS_LEVEL_COUNT);
	if (one_in(4))
		p.floor = pick_of(6);
	if (one_in(3))
		p.failed_keep = pick_of(20) * BKS_DAY;
	if (one_in(4))
		p.pitr_window = pick_of(30) * BKS_DAY;
	if (one_in(4))
		p.quota = 1 + pick_of(20000);
	return p;
}

/* A block of catalogs shares zone, start of day and season, so that the zone's days are read
 * once. */
static bks_time season(bks_policy *p, uint64_t block)
{
	static const char *const zones[] = {"Europe/Berlin", "America/New_York", "Pacific/Apia",
		"Australia/Lord_Howe", "Asia/Kolkata", "America/Havana", "America/St_Johns"};
	const int64_t starts[] = {0, 0, 12 * BKS_HOUR, 150 * BKS_MINUTE, 23 * BKS_HOUR};
	const bks_time anchors[] = {at(2026, 3, 29, 1, 0), at(2026, 10, 25, 1, 0),
		at(2024, 2, 29, 12, 0), at(2027, 1, 3, 23, 0), at(2025, 12, 31, 23, 0),
		at(2026, 11, 1, 5, 0), at(2012, 1, 2, 0, 0), at(2000, 1, 20, 0, 0),
		at(2010, 11, 7, 2, 0)};
	uint64_t kept = dice;
	bks_time anchor;

	dice = block * 7919;
	roll();
	p->zone = one_in(2) ? NULL : zones[pick_of(7)];
	p->day_start = starts[pick_of(5)];
	anchor = anchors[pick_of(9)];
	dice = kept;
	return anchor;
}

static enum bks_result random_result(void)
{
	static const enum bks_result r[] = {BKS_RESULT_PASS, BKS_RESULT_PASS,
		BKS_RESULT_NOT_RUN, BKS_RESULT_UNPROVABLE, BKS_RESULT_NOT_RUN, BKS_RESULT_FAIL};

	return r[pick_of(6)];
}

/* One of four is of any kind at all; the others are what a quiet year looks like. */
static void trouble(struct keep_backup *b, bks_time now)
{
	static const enum bks_verdict verdicts[] = {BKS_SOUND, BKS_UNPROVEN, BKS_UNPROVEN,
		BKS_DAMAGED, BKS_INCOMPLETE, BKS_UNKNOWN, BKS_UNREADABLE, BKS_UNSUPPORTED};
	static const enum bks_state states[] = {BKS_STATE_LIVE, BKS_STATE_LIVE,
		BKS_STATE_CONDEMNED, BKS_STATE_CONDEMNED, BKS_STATE_SETTLING,
		BKS_STATE_MISSING};

	b->verdict = verdicts[pick_of(8)];
	for (int l = 0; l < BKS_LEVEL_COUNT; l++)
		b->levels[l] = one_in(2) ? b->levels[l] : random_result();
	b->recognised = !one_in(3);
	b->state = one_in(2) ? states[pick_of(6)] : BKS_STATE_LIVE;
	b->held = one_in(6);
	b->tier = one_in(2) ? BKS_TIER_AUTO : (enum bks_tier)pick_of(BKS_TIER_COUNT);
	b->point_from = (enum bks_taken_from)pick_of(BKS_TAKEN_COUNT);
	b->point_confirmed = one_in(2);
	b->source_confirmed = !one_in(4);
	if (one_in(12))
		b->point = one_in(3)   ? BKS_TIME_NONE
			   : one_in(2) ? 0
				       : now + pick_of(20) * BKS_MINUTE;
	if (one_in(2))
		b->bad_since = now - pick_of(30) * BKS_DAY;
}

static struct keep_backup random_backup(
	int64_t id, const struct catalog *c, bks_time anchor, int reach)
{
	static const enum bks_content contents[] = {BKS_CONTENT_SCHEMA, BKS_CONTENT_DATA,
		BKS_CONTENT_ROLES, BKS_CONTENT_EMPTY, BKS_CONTENT_UNKNOWN};
	struct keep_backup b =
		sound(id, anchor + (pick_of(reach * 48) - reach * 40) * 30 * BKS_MINUTE);

	if (c->n && one_in(4))
		b.point = c->v[pick_of(c->n)].point;
	if (b.point != BKS_TIME_NONE && one_in(4))
		b.point += pick_of(3) - 1;
	if (one_in(3))
		b.content = contents[pick_of(5)];
	if (one_in(4))
		b.kind = BKS_KIND_PHYSICAL;
	if (one_in(4)) {
		b.registered = pick_of(3);
		b.good_copies = pick_of(3);
	}
	if (one_in(4))
		trouble(&b, c->now);
	else if (one_in(4))
		b = one_in(2) ? unproven(id, b.point)
			      : damaged(id, b.point, c->now - 8 * BKS_DAY);
	return b;
}

static void random_copies(struct catalog *c, int k)
{
	static const char *const repos[] = {"local", "bucket", "nas"};
	struct keep_backup *b = &c->v[k];
	int first = pick_of(3), n = pick_of(4);

	for (int i = 0; i < n && i < 3; i++)
		c->copies[k][i] = (struct keep_copy){.repo = repos[(first + i) % 3],
			.there = !one_in(6),
			.good = !one_in(4),
			.bytes = 1 + pick_of(2000)};
	for (int i = 0; i < n; i++)
		c->copies[k][i].good = c->copies[k][i].good && c->copies[k][i].there;
	b->copies = c->copies[k];
	b->copy_count = (size_t)n;
}

/* What backups are to each other, once all are there. */
static void random_bonds(struct catalog *c)
{
	bool chains = one_in(3), twins = one_in(4), fresh = !one_in(10), copies = one_in(2);

	for (int k = 0; k < c->n; k++) {
		struct keep_backup *b = &c->v[k];

		b->verified_at = c->now - (fresh ? pick_of(20) : 20 + pick_of(30)) * BKS_DAY;
		if (one_in(40))
			b->verified_at = BKS_TIME_NONE;
		if (chains && b->kind == BKS_KIND_PHYSICAL && one_in(2)) {
			b->incremental = true;
			b->parent = one_in(10) ? 888 : c->v[pick_of(c->n)].id;
		}
		if (twins && one_in(2))
			b->same = 1 + pick_of(c->n < 4 ? c->n : 4);
		b->acked = !one_in(3);
		if (one_in(60))
			b->suspicion = one_in(2) ? "lost rows" : "lost size";
		if (copies)
			random_copies(c, k);
	}
}

static void random_slots(struct catalog *c, bks_arena *a)
{
	static const char *const odd[] = {
		"", "2026-1-1", "2026-W60", "9999-99", "2026-03-29x", "-"};

	while (c->slot_count < SLOTS && c->n && !one_in(5)) {
		const struct keep_backup *b = &c->v[pick_of(c->n)];
		const bks_tier_rule *tier = &c->tiers[pick_of((int)c->policy.tier_count)];
		const char *name = "2026-03-29";

		if (b->point != BKS_TIME_NONE)
			name = keep_bucket(tier->bucket,
				b->point + (pick_of(9) - 4) / 2 * BKS_DAY, &c->policy, a);
		if (one_in(20))
			name = odd[pick_of(6)];
		snprintf(c->buckets[c->slot_count], sizeof c->buckets[0], "%s", name);
		c->slots[c->slot_count] = (struct keep_slot){
			tier->name, c->buckets[c->slot_count], one_in(20) ? 777 : b->id};
		c->slot_count++;
	}
}

void random_catalog(struct catalog *c, uint64_t seed, bks_arena *a)
{
	static const int reaches[] = {2, 10, 60, 400};
	bks_time anchor;
	int n, reach;
	bool condemned;

	memset(c, 0, sizeof *c);
	dice = seed;
	roll();
	c->policy = random_policy();
	random_tiers(c);
	anchor = season(&c->policy, seed / BLOCK);
	n = pick_of(MOST + 1);
	condemned = one_in(40); /* nothing is eligible at all */
	reach = reaches[pick_of(4)];
	c->now = anchor + (pick_of(reach * 24 + 24) - 12) * BKS_HOUR;
	for (; c->n < n; c->n++)
		c->v[c->n] =
			random_backup(one_in(2) ? 1000 - c->n : c->n + 1, c, anchor, reach);
	random_bonds(c);
	for (int k = 0; k < c->n && condemned; k++)
		c->v[k].state = BKS_STATE_CONDEMNED;
	if (one_in(2))
		random_slots(c, a);
}
