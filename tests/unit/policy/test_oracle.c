/* Random catalogs: keep_decide and point_pick against the slow definitions of oracle.c, and
 * what must never happen. SEED and COUNT in the environment choose others; a failure names the
 * one catalog, which SEED=N COUNT=1 runs again. */
#include "fixture.h"
#include "oracle.h"

enum { MOST = 25, SLOTS = 12, BLOCK = 500 };

static uint64_t dice;

static uint64_t roll(void)
{
	uint64_t z = (dice += 0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

/* 0 to N - 1. */
static int pick_of(int n)
{
	return (int)(roll() % (uint64_t)n);
}

static bool one_in(int n)
{
	return pick_of(n) == 0;
}

struct catalog {
	struct keep_backup v[MOST];
	int n;
	struct keep_slot slots[SLOTS];
	char buckets[SLOTS][32];
	int slot_count;
	bks_policy policy;
	bks_tier_rule tiers[ORACLE_TIERS];
	struct keep_copy copies[MOST][3];
	bks_time now;
};

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

static void random_catalog(struct catalog *c, uint64_t seed, bks_arena *a)
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

/* ---- comparing ---- */

static bool has_reason(const struct keep_row *r, const char *text)
{
	for (size_t k = 0; k < r->reason_count; k++)
		if (!strcmp(r->reasons[k], text))
			return true;
	return false;
}

static void row_agrees(uint64_t seed, const struct keep_row *r, const struct oracle_row *o)
{
	bool same = r->action == o->action && (int)r->reason_count == o->reason_count &&
		    r->eligible == o->eligible && r->reason_count > 0;

	for (int k = 0; same && k < o->reason_count; k++)
		same = has_reason(r, o->reasons[k]);
	if (same)
		return;
	print_message("catalog %llu, backup %lld\n  plan   %s:", (unsigned long long)seed,
		(long long)r->id, bks_keep_name(r->action));
	for (size_t k = 0; k < r->reason_count; k++)
		print_message(" [%s]", r->reasons[k]);
	print_message("\n  oracle %s:", bks_keep_name(o->action));
	for (int k = 0; k < o->reason_count; k++)
		print_message(" [%s]", o->reasons[k]);
	print_message("\n");
	fail_msg("plan and oracle differ: SEED=%llu COUNT=1", (unsigned long long)seed);
}

static bool in_list(const char *const *v, size_t n, const char *text)
{
	for (size_t k = 0; k < n; k++)
		if (!strcmp(v[k], text))
			return true;
	return false;
}

/* Each copy goes or stays as the definition has it, and tells the reasons that keep it. */
static void copies_agree(
	uint64_t seed, const struct keep_backup *b, const struct keep_row *r, const struct oracle_row *o)
{
	for (size_t c = 0; c < b->copy_count; c++) {
		const struct keep_copy_row *x = &r->copies[c];
		bool same = x->action == o->copies[c] && x->reason_count > 0;

		for (int k = 0; same && k < o->reason_count && x->action == BKS_KEEP; k++)
			same = in_list(x->reasons, x->reason_count, o->reasons[k]) == o->copy_holds[c][k];
		if (!same)
			fail_msg("copies differ: SEED=%llu COUNT=1, backup %lld in %s: %s",
				(unsigned long long)seed, (long long)b->id, b->copies[c].repo,
				bks_keep_name(x->action));
	}
	if ((int)r->not_there_count != o->not_there)
		fail_msg("tier-not-there differs: SEED=%llu COUNT=1, backup %lld",
			(unsigned long long)seed, (long long)b->id);
}

static bool any_twin(const struct catalog *c)
{
	for (int k = 0; k < c->n; k++)
		if (c->v[k].same)
			return true;
	return false;
}

/* The last good copy of what stays never goes. */
static void left_alone(uint64_t seed, const struct keep_backup *b, const struct keep_row *r)
{
	bool good = false, stays = false;

	for (size_t c = 0; c < b->copy_count; c++) {
		good = good || b->copies[c].good;
		stays = stays || (b->copies[c].good && r->copies[c].action != BKS_EXPIRE);
	}
	if (r->action != BKS_EXPIRE && good && !stays)
		fail_msg("catalog %llu lets the last good copy of %lld go", (unsigned long long)seed,
			(long long)b->id);
}

/* What no plan may do, whatever the definitions say. */
static void nothing_forbidden(uint64_t seed, const struct catalog *c, const struct keep_plan *p)
{
	int eligible = 0, kept = 0, left = 0;
	int least = c->policy.floor > 2 ? c->policy.floor : 2;

	for (size_t k = 0; k < p->n; k++) {
		const struct keep_backup *b = &c->v[k];
		const struct keep_row *r = &p->rows[k];
		bool gone = r->action == BKS_EXPIRE;

		eligible += r->eligible;
		kept += r->eligible && r->action == BKS_KEEP;
		left += !gone;
		if (gone && (b->held || b->tier == BKS_TIER_PREDEPLOY || !b->source_confirmed ||
				    b->verdict == BKS_UNKNOWN || b->point == BKS_TIME_NONE ||
				    b->point > c->now + 10 * BKS_MINUTE ||
				    (b->point_from == BKS_TAKEN_MTIME && !b->point_confirmed)))
			fail_msg("catalog %llu lets %lld go", (unsigned long long)seed,
				(long long)b->id);
	}
	for (size_t k = 0; k < p->n; k++)
		left_alone(seed, &c->v[k], &p->rows[k]);
	if (kept < (eligible < least ? eligible : least) && !any_twin(c))
		fail_msg("catalog %llu breaks the floor", (unsigned long long)seed);
	if (p->n && !left)
		fail_msg("catalog %llu is emptied", (unsigned long long)seed);
}

static void slots_are_rows(const struct keep_plan *p)
{
	for (size_t k = 0; k < p->slot_count; k++) {
		char text[64];
		bool found = false;

		snprintf(text, sizeof text, "%s %s", p->slots[k].tier, p->slots[k].bucket);
		for (size_t i = 0; i < p->n; i++)
			found = found ||
				(p->rows[i].id == p->slots[k].backup && p->rows[i].eligible &&
					has_reason(&p->rows[i], text));
		assert_true(found);
	}
}

/* The same catalog in another order says the same of each backup. */
static void order_does_not_matter(
	uint64_t seed, const struct catalog *c, const struct keep_plan *p, bks_arena *a)
{
	struct catalog other = *c;
	struct keep_plan again;

	for (int k = other.n - 1; k > 0; k--) {
		int to = pick_of(k + 1);
		struct keep_backup b = other.v[k];

		other.v[k] = other.v[to];
		other.v[to] = b;
	}
	keep_decide(&again, other.v, (size_t)other.n, other.slots, (size_t)other.slot_count,
		&other.policy, other.now, a);
	assert_int_equal(again.slot_count, p->slot_count);
	for (int k = 0; k < other.n; k++)
		for (int i = 0; i < c->n; i++) {
			const struct keep_row *x = &again.rows[k], *y = &p->rows[i];

			if (x->id != y->id)
				continue;
			if (x->action != y->action || x->reason_count != y->reason_count)
				fail_msg("catalog %llu depends on its order",
					(unsigned long long)seed);
			for (size_t r = 0; r < x->reason_count; r++)
				assert_string_equal(x->reasons[r], y->reasons[r]);
		}
}

/* Its slots written down and what it let go gone, a plan made at once again lets nothing more
 * go. (Under a quota it may: a slot that was given up passes to another backup, which may then keep a copy more.) */
static void plan_is_stable(
	uint64_t seed, const struct catalog *c, const struct keep_plan *p, bks_arena *a)
{
	struct catalog rest = *c;
	struct keep_plan again;

	rest.n = 0;
	for (int k = 0; k < c->n; k++)
		if (p->rows[k].action != BKS_EXPIRE)
			rest.v[rest.n++] = c->v[k];
	keep_decide(&again, rest.v, (size_t)rest.n, p->slots, p->slot_count, &rest.policy,
		rest.now, a);
	for (int k = 0; k < rest.n; k++)
		if (again.rows[k].action == BKS_EXPIRE && !c->policy.quota)
			fail_msg("catalog %llu lets %lld go at the second plan",
				(unsigned long long)seed, (long long)again.rows[k].id);
}

/* How much of what matters the catalogs had in them. */
static struct {
	int64_t rows, expire, undecided, slots, choices, partial, sides;
	int64_t copies, chain, quota, poison, not_there, frozen;
} seen;

static void check_plan(uint64_t seed, bks_arena *a)
{
	struct catalog c;
	struct keep_plan p;
	static struct oracle_plan o;

	random_catalog(&c, seed, a);
	keep_decide(&p, c.v, (size_t)c.n, c.slots, (size_t)c.slot_count, &c.policy, c.now, a);
	oracle_decide(&o, c.v, c.n, c.slots, c.slot_count, &c.policy, c.now);
	if (p.reference != o.reference)
		fail_msg("catalog %llu: reference differs", (unsigned long long)seed);
	for (int k = 0; k < c.n; k++)
		row_agrees(seed, &p.rows[k], &o.rows[k]);
	for (int k = 0; k < c.n; k++)
		copies_agree(seed, &c.v[k], &p.rows[k], &o.rows[k]);
	for (int k = 0; k < c.n; k++) {
		seen.rows++;
		seen.expire += p.rows[k].action == BKS_EXPIRE;
		seen.undecided += p.rows[k].action == BKS_UNDECIDED;
		for (size_t i = 0; i < c.v[k].copy_count; i++)
			seen.copies += p.rows[k].copies[i].action != p.rows[k].action;
		for (size_t i = 0; i < p.rows[k].reason_count; i++) {
			seen.chain += !strncmp(p.rows[k].reasons[i], "chain ", 6);
			seen.quota += !strcmp(p.rows[k].reasons[i], "quota");
			seen.poison += !strncmp(p.rows[k].reasons[i], "hold newest", 11);
		}
		seen.not_there += p.rows[k].not_there_count > 0;
	}
	seen.frozen += p.frozen != NULL;
	seen.slots += (int64_t)p.slot_count;
	nothing_forbidden(seed, &c, &p);
	slots_are_rows(&p);
	order_does_not_matter(seed, &c, &p, a);
	plan_is_stable(seed, &c, &p, a);
}

static bks_wish random_wish(const struct catalog *c)
{
	bks_wish w = {.now = c->now, .level = BKS_LEVEL_NONE};

	if (!one_in(3)) {
		w.at = c->now + (pick_of(400) - 380) * BKS_HOUR;
		if (c->n && one_in(2) && c->v[0].point > 0)
			w.at = c->v[0].point;
		w.before = one_in(2);
	}
	if (one_in(2))
		w.rpo = 1 + pick_of(100) * BKS_HOUR;
	if (one_in(2))
		w.rto = 1 + pick_of(5) * BKS_HOUR;
	if (one_in(4))
		w.level = pick_of(BKS_LEVEL_COUNT);
	return w;
}

static void check_pick(uint64_t seed, bks_arena *a)
{
	struct point_candidate v[MOST];
	struct catalog c;
	struct point_choice p;
	struct oracle_pick o;
	bks_wish wish;
	bool same;

	random_catalog(&c, seed, a);
	for (int k = 0; k < c.n; k++)
		v[k] = (struct point_candidate){.b = c.v[k],
			.available = !one_in(8),
			.restore = one_in(4) ? -1 : pick_of(6) * BKS_HOUR};
	wish = random_wish(&c);
	point_pick(&p, v, (size_t)c.n, &wish, c.policy.level, a);
	oracle_pick(&o, v, c.n, &wish, c.policy.level);
	same = p.choice == o.choice && p.before == o.before && p.after == o.after &&
	       p.loss == o.loss && p.meets_rpo == o.meets_rpo && p.meets_rto == o.meets_rto &&
	       p.partial == o.partial;
	if (!same)
		fail_msg("pick differs: SEED=%llu COUNT=1: choice %d %d before %d %d after %d "
			 "%d",
			(unsigned long long)seed, (int)p.choice, o.choice, (int)p.before,
			o.before, (int)p.after, o.after);
	seen.choices += p.choice >= 0;
	seen.partial += p.partial;
	seen.sides += p.before >= 0 && p.after >= 0;
	for (int k = 0; k < c.n; k++)
		assert_int_equal(p.reasons[k] == NULL, k == p.choice);
}

static uint64_t number(const char *name, uint64_t usual)
{
	const char *s = getenv(name);

	return s ? strtoull(s, NULL, 10) : usual;
}

static void each_catalog(void (*check)(uint64_t seed, bks_arena *a))
{
	uint64_t seed = number("SEED", 20261101), count = number("COUNT", 50000);
	bks_arena *a = bks_arena_new();

	print_message("catalogs %llu to %llu\n", (unsigned long long)seed,
		(unsigned long long)(seed + count - 1));
	for (uint64_t k = 0; k < count; k++) {
		check(seed + k, a);
		bks_arena_reset(a);
	}
	bks_arena_free(a);
}

TEST(plans_of_random_catalogs_agree_with_the_definitions)
{
	NOSTATE;
	each_catalog(check_plan);
	print_message("%lld backups, %lld expire, %lld undecided, %lld closed slots\n",
		(long long)seen.rows, (long long)seen.expire, (long long)seen.undecided,
		(long long)seen.slots);
	print_message("%lld copies apart from their backups, %lld kept for a chain, %lld gone for a quota, %lld "
		      "suspended, %lld not where their tier lives, %lld catalogs in which nothing goes\n",
		(long long)seen.copies, (long long)seen.chain, (long long)seen.quota,
		(long long)seen.poison, (long long)seen.not_there, (long long)seen.frozen);
}

TEST(picks_from_random_catalogs_agree_with_the_definitions)
{
	NOSTATE;
	each_catalog(check_pick);
	print_message("%lld choices, %lld of rows alone, %lld with a point at either side\n",
		(long long)seen.choices, (long long)seen.partial, (long long)seen.sides);
}

MAIN(T(plans_of_random_catalogs_agree_with_the_definitions),
	T(picks_from_random_catalogs_agree_with_the_definitions))
