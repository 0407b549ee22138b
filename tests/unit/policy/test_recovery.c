/* Restorable intervals of random histories against a recovery that is played record by record
 * (logworld.c). SEED and COUNT in the environment choose others; a failure names the one
 * history, which SEED=N COUNT=1 runs again. */
#include "base/auto.h"
#include "fixture.h"
#include "logworld.h"
#include "policy/interval.h"

enum { STRETCHES = 200, BASES = 4 };

static struct world world;
static struct log_stretch stretches[STRETCHES];
static size_t stretch_count;
static uint64_t seed;
static struct {
	int64_t histories, consistent, times, ends, immediate, lsns, refused, cuts, forked,
		picks;
} seen;

/* What a verifier would have proven of segments [S, E) of LINE in one folder. */
static void add_stretch(int folder, uint32_t line, uint64_t s, uint64_t e)
{
	static struct w_record v[W_LINES * W_RECORDS];
	int n = world_records(v, &world, line);
	struct log_stretch t = {
		line, s * W_SEG, s * W_SEG, 0, 0, world.clocked[folder][line], BKS_TIME_NONE};

	for (int i = 0; i < n; i++) {
		if (v[i].to > e * W_SEG || v[i].to <= t.from)
			continue;
		t.to = v[i].to;
		if (v[i].from < t.from)
			continue;
		t.last_record = v[i].from;
		if (v[i].commit != BKS_TIME_NONE)
			t.last_xact = v[i].commit;
	}
	/* a segment is whole when the log fills it */
	t.held = world.lines[line].end >= e * W_SEG ? e * W_SEG : t.to / W_SEG * W_SEG;
	if (t.to > t.from || t.held > t.from)
		stretches[stretch_count++] = t;
}

static void prove(void)
{
	stretch_count = 0;
	for (int f = 0; f < world.folders; f++)
		for (uint32_t t = 1; t <= (uint32_t)world.line_count; t++)
			for (uint64_t s = 0; s < W_SEGS; s++) {
				uint64_t e = s;

				while (e < W_SEGS && world.there[f][t][e])
					e++;
				if (e > s)
					add_stretch(f, t, s, e);
				s = e;
			}
}

static size_t forks_of(struct log_fork *v)
{
	size_t n = 0;

	for (uint32_t t = 2; t <= (uint32_t)world.line_count; t++) {
		uint64_t end = UINT64_MAX;

		for (uint32_t at = t; world.lines[at].ancestor; at = world.lines[at].ancestor) {
			if (world.lines[at].begin < end)
				end = world.lines[at].begin;
			v[n++] = (struct log_fork){t, world.lines[at].ancestor, end};
		}
	}
	return n;
}

#define MUST(what)                                                                             \
	do {                                                                                   \
		if (!(what))                                                                   \
			fail_msg("%s: SEED=%llu COUNT=1", #what, (unsigned long long)seed);    \
	} while (0)

/* All that can be replayed, and no more than that. */
static void end_is_right(const struct w_base *b, uint32_t line, const struct log_reach *r)
{
	static struct w_record v[W_LINES * W_RECORDS];
	int n = world_records(v, &world, line);
	struct w_outcome all;
	uint64_t promised = b->start;

	world_recover(&all, &world, b, line, BKS_TARGET_END, 0, 0);
	for (int i = 0; i < n; i++)
		if (v[i].from >= b->start && v[i].to <= r->end)
			promised = v[i].to;
	MUST(promised <= all.end);
	/* what lies in a backup ends at its stop, within a segment */
	MUST(promised == all.end || (b->own && r->end == b->stop));
	if (promised >= b->stop)
		MUST(!all.fatal);
}

static void recovery_keeps(const struct w_base *b, uint32_t line, const struct log_reach *r,
	const struct log_answer *x, bks_time wish)
{
	struct w_outcome o;

	world_recover(&o, &world, b, line, x->target, x->target_time, x->target_lsn);
	MUST(!o.fatal);
	if (!wish)
		return;
	/* nothing later than the wish, and all that is as old as the point */
	if (x->target != BKS_TARGET_END || world.folders == 1)
		MUST(o.last == BKS_TIME_NONE || o.last <= wish || o.end > r->end);
	MUST(x->point <= wish);
	{
		static struct w_record v[W_LINES * W_RECORDS];
		int n = world_records(v, &world, line);

		for (int i = 0; i < n; i++)
			if (v[i].from >= b->start && v[i].commit != BKS_TIME_NONE &&
				v[i].commit <= x->point && v[i].to <= r->end)
				MUST(v[i].to <= o.end);
	}
}

static void ask_times(const struct w_base *b, const struct log_base *lb, uint32_t line,
	const struct log_reach *r, bks_arena *a)
{
	for (int k = 0; k < 6; k++) {
		bks_wish w = {.at = b->stopped - 300 + w_roll(6000), .now = INT64_C(1) << 40};
		struct log_answer x;

		if (k == 0 && r->reached != BKS_TIME_NONE)
			w.at = r->reached;
		if (k == 1 && r->latest != BKS_TIME_NONE)
			w.at = r->latest - 1 + w_roll(3);
		if (k == 2)
			w.at = b->stopped;
		w.before = k == 3;
		log_answer(&x, lb, r, NULL, 0, &w, W_SEG, a);
		MUST(x.fits == (r->consistent && w.at - w.before >= b->stopped));
		if (!x.fits) {
			MUST(x.why_not);
			seen.refused++;
			continue;
		}
		seen.times += x.target == BKS_TARGET_TIME;
		seen.ends += x.target == BKS_TARGET_END;
		seen.immediate += x.target == BKS_TARGET_IMMEDIATE;
		recovery_keeps(b, line, r, &x, w.at - w.before);
		/* within the interval nothing is lost */
		if (r->reached != BKS_TIME_NONE && w.at - w.before < r->reached)
			MUST(x.point == w.at - w.before && x.target == BKS_TARGET_TIME);
	}
}

static void ask_lsns(const struct w_base *b, const struct log_base *lb, uint32_t line,
	const struct log_reach *r, bks_arena *a)
{
	static struct w_record v[W_LINES * W_RECORDS];
	int n = world_records(v, &world, line);

	for (int k = 0; k < 4; k++) {
		bks_wish w = {.lsn = b->stop - 16 + 8 * (uint64_t)w_roll(200), .now = 1};
		struct w_outcome o;
		struct log_answer x;

		if (k == 0)
			w.lsn = r->end;
		log_answer(&x, lb, r, NULL, 0, &w, W_SEG, a);
		if (!x.fits)
			continue;
		seen.lsns++;
		MUST(r->consistent && w.lsn >= b->stop && w.lsn <= r->end);
		world_recover(&o, &world, b, line, x.target, 0, x.target_lsn);
		MUST(!o.fatal);
		for (int i = 0; i < n; i++)
			if (v[i].from >= b->start && v[i].to <= w.lsn)
				MUST(v[i].to <= o.end);
		MUST(x.target != BKS_TARGET_LSN || o.end <= w.lsn ||
			o.end - w.lsn < W_RECORDS * W_SEG);
	}
}

static void check_base(struct log_reach *r, struct log_base *lb, const struct w_base *b,
	uint32_t line, bks_arena *a)
{
	struct log_fork forks[W_LINES * W_LINES];
	struct log_path path;

	*lb = (struct log_base){b->line, b->start, b->stop, b->stopped, b->stopped, b->own};
	log_path_make(&path, forks, forks_of(forks), line, a);
	log_follow(r, lb, &path, stretches, stretch_count, W_SEG, a);
	MUST(r->on_path == world_on_path(&world, b, line));
	if (!r->on_path)
		return;
	end_is_right(b, line, r);
	seen.consistent += r->consistent;
	seen.cuts += r->cut;
	seen.forked += r->consistent && r->n > 0 && r->pieces[r->n - 1].timeline != b->line;
	ask_times(b, lb, line, r, a);
	ask_lsns(b, lb, line, r, a);
}

/* The choice among bases and dumps loses least of those that are good enough. */
static void check_pick(const struct w_base *b, const struct log_base *lb,
	const struct log_reach *r, int n, bks_arena *a)
{
	struct point_candidate v[BASES + 3] = {0};
	struct log_answer x[BASES];
	struct point_choice c;
	bks_wish w = {.at = 1000000 + w_roll(12000),
		.level = BKS_LEVEL_NONE,
		.now = INT64_C(1) << 40};
	bks_time best = BKS_TIME_NONE;
	int dumps = w_roll(4);

	if (!w_roll(3))
		w.level = w_roll(BKS_LEVEL_COUNT);
	for (int i = 0; i < n + dumps; i++) {
		bks_time t = i < n ? b[i].stopped : 1000000 + w_roll(12000);
		bool good;

		v[i] = (struct point_candidate){.b = sound(i + 1, t),
			.available = true,
			.restore = -1,
			.wal_bytes = w_roll(3)};
		if (!w_roll(4))
			v[i].b = damaged(i + 1, t, t);
		if (!w_roll(3))
			v[i].b.levels[BKS_COVERED] = BKS_RESULT_PASS;
		if (i < n) {
			log_answer(&x[i], &lb[i], &r[i], NULL, 0, &w, W_SEG, a);
			v[i].log = &x[i];
			t = x[i].fits ? x[i].point : BKS_TIME_NONE;
		} else if (t > w.at) {
			t = BKS_TIME_NONE;
		}
		good = v[i].b.verdict == BKS_SOUND &&
		       (w.level == BKS_LEVEL_NONE || v[i].b.levels[w.level] == BKS_RESULT_PASS);
		if (good && t != BKS_TIME_NONE && (best == BKS_TIME_NONE || t > best))
			best = t;
	}
	point_pick(&c, v, (size_t)(n + dumps), &w, BKS_WHOLE, a);
	MUST((c.choice < 0) == (best == BKS_TIME_NONE));
	if (c.choice < 0)
		return;
	seen.picks++;
	MUST(c.loss == w.at - best);
	for (int i = 0; i < n + dumps; i++)
		MUST((c.reasons[i] == NULL) == (i == (int)c.choice));
}

static void check_history(void)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	struct w_base b[BASES];
	struct log_base lb[BASES];
	struct log_reach r[BASES];
	uint32_t line;
	int n = 0;

	w_dice = seed;
	world_make(&world);
	prove();
	line = 1 + (uint32_t)w_roll(world.line_count);
	for (int k = 0; k < BASES; k++)
		if (world_base(&b[n], &world)) {
			check_base(&r[n], &lb[n], &b[n], line, a);
			n++;
		}
	if (n)
		check_pick(b, lb, r, n, a);
	seen.histories++;
}

static uint64_t number(const char *name, uint64_t otherwise)
{
	const char *s = getenv(name);

	return s ? strtoull(s, NULL, 10) : otherwise;
}

TEST(what_is_promised_of_random_histories_is_what_recovery_brings)
{
	uint64_t first = number("SEED", 1), count = number("COUNT", 20000);

	NOSTATE;
	for (uint64_t i = 0; i < count; i++) {
		seed = first + i;
		check_history();
	}
	print_message(
		"%lld histories from seed %llu: %lld consistent bases, %lld behind a fork, "
		"%lld cut; targets: %lld times, %lld ends, %lld stops, %lld LSNs, %lld "
		"refused; %lld picks\n",
		(long long)seen.histories, (unsigned long long)first,
		(long long)seen.consistent, (long long)seen.forked, (long long)seen.cuts,
		(long long)seen.times, (long long)seen.ends, (long long)seen.immediate,
		(long long)seen.lsns, (long long)seen.refused, (long long)seen.picks);
	if (count >= 20000)
		assert_true(seen.forked && seen.cuts && seen.times && seen.ends &&
			    seen.immediate && seen.lsns && seen.refused && seen.picks);
}

MAIN(T(what_is_promised_of_random_histories_is_what_recovery_brings))
