/* Random catalogs: keep_decide and point_pick against the slow definitions of oracle.c, and
 * what must never happen. SEED and COUNT in the environment choose others; a failure names the
 * one catalog, which SEED=N COUNT=1 runs again. */
#include "catalogs.h"

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
