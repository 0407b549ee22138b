/* plan.h - one small catalog a test, and what becomes of it */
#pragma once
#include "fixture.h"

enum { MOST = 512 };

/* The catalog of one test, and its plan. */
static struct {
	struct keep_backup v[MOST];
	size_t n;
	struct keep_slot slots[8];
	size_t slot_count;
	bks_policy policy;
	bks_arena *arena;
	struct keep_plan plan;
} c;

static inline int begin(void **state)
{
	(void)state;
	memset(&c, 0, sizeof c);
	c.policy = policy_usual();
	c.arena = bks_arena_new();
	return 0;
}

static inline int end(void **state)
{
	(void)state;
	bks_arena_free(c.arena);
	return 0;
}

static inline void add(struct keep_backup b)
{
	assert_true(c.n < MOST);
	c.v[c.n++] = b;
}

static inline void slot(const char *tier, const char *bucket, int64_t id)
{
	c.slots[c.slot_count++] = (struct keep_slot){tier, bucket, id};
}

static inline void plan(bks_time now)
{
	static struct keep_backup v[MOST];

	/* what says nothing of it was verified just now */
	for (size_t k = 0; k < c.n; k++) {
		v[k] = c.v[k];
		v[k].verified_at = c.v[k].verified_at ? c.v[k].verified_at : now;
	}
	keep_decide(&c.plan, v, c.n, c.slots, c.slot_count, &c.policy, now, c.arena);
	assert_int_equal(c.plan.n, c.n);
}

static inline const struct keep_row *row(int64_t id)
{
	for (size_t k = 0; k < c.plan.n; k++)
		if (c.plan.rows[k].id == id)
			return &c.plan.rows[k];
	fail_msg("no row of %lld", (long long)id);
	return NULL;
}

static inline const char *told(int64_t id)
{
	static char text[512];
	const struct keep_row *r = row(id);

	snprintf(text, sizeof text, "%s:", bks_keep_name(r->action));
	for (size_t k = 0; k < r->reason_count; k++) {
		size_t used = strlen(text);

		snprintf(
			text + used, sizeof text - used, "%s%s", k ? ", " : " ", r->reasons[k]);
	}
	return text;
}

#define IS(id, text) assert_string_equal(told(id), text)

static inline size_t count(enum bks_keep action)
{
	size_t n = 0;

	for (size_t k = 0; k < c.plan.n; k++)
		n += c.plan.rows[k].action == action;
	return n;
}

/* A dump a day at 02:00, ids from 1, of the first day and N - 1 more. */
static inline void nightly(int year, int month, int day, int n)
{
	for (int k = 0; k < n; k++)
		add(sound(k + 1, at(year, month, day + k, 2, 0)));
}

/* Each test begins with an empty catalog and the usual policy. */
#undef T
#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)
