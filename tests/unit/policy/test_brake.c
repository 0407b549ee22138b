/* How much a run may condemn, held against the plainest way to say it. */
#include "policy/brake.h"
#include "unit.h"
#include <stdlib.h>

static bks_policy usual(void)
{
	bks_policy p;

	bks_policy_defaults(&p);
	return p;
}

/* Item by item, as docs/retention.md says it. */
static size_t by_hand(
	const struct brake_item *v, size_t n, int64_t count, int64_t bytes, const bks_policy *p)
{
	size_t k = 0;
	int64_t sum = 0;

	while (k < n) {
		bool in_count = (int64_t)(k + 1) <= p->brake_count ||
				(int64_t)(k + 1) * 100 <= count * p->brake_count_pct;
		bool in_bytes = (int64_t)(k + 1) <= p->brake_count ||
				(sum + v[k].bytes) * 100 <= bytes * p->brake_bytes_pct;

		if (!in_count || !in_bytes)
			break;
		sum += v[k++].bytes;
	}
	return k;
}

TEST(ten_go_of_a_small_stream_and_a_fifth_of_a_large_one)
{
	bks_policy p = usual();
	struct brake_item v[100];
	struct brake b;

	NOSTATE;
	for (int i = 0; i < 100; i++)
		v[i] = (struct brake_item){i + 1, (100 - i) * BKS_DAY, 10};
	brake_decide(&b, v, 20, 30, 300, &p);
	assert_int_equal(b.take, 10);
	assert_int_equal(b.left, 10);
	assert_int_equal(b.left_bytes, 100);
	assert_int_equal(b.runs, 1);
	brake_decide(&b, v, 100, 200, 2000, &p);
	assert_int_equal(b.take, 40);
	assert_int_equal(v[0].id, 100); /* oldest first */
	brake_decide(&b, v, 0, 0, 0, &p);
	assert_int_equal(b.take, 0);
	assert_int_equal(b.runs, 0);
}

TEST(above_ten_the_bytes_of_a_quarter_are_the_limit_and_nothing_is_skipped)
{
	bks_policy p = usual();
	struct brake_item v[30];
	struct brake b;

	NOSTATE;
	for (int i = 0; i < 30; i++)
		v[i] = (struct brake_item){i + 1, i * BKS_DAY, i == 12 ? 1000 : 1};
	brake_decide(&b, v, 30, 200, 2000, &p);
	assert_int_equal(b.take, 12);
	/* the large one is among the first ten of the next run */
	assert_int_equal(b.runs, 2);
}

TEST(a_policy_that_lets_nothing_go_in_a_run_is_told_as_never)
{
	bks_policy p = usual();
	struct brake_item v[3] = {{1, 1, 1}, {2, 2, 1}, {3, 3, 1}};
	struct brake b;

	NOSTATE;
	p.brake_count = p.brake_count_pct = 0;
	brake_decide(&b, v, 3, 10, 10, &p);
	assert_int_equal(b.take, 0);
	assert_int_equal(b.left, 3);
	assert_int_equal(b.runs, -1);
}

TEST(any_stream_is_braked_as_by_hand)
{
	NOSTATE;
	srandom(4711);
	for (int round = 0; round < 20000; round++) {
		bks_policy p = usual();
		struct brake_item v[60];
		size_t n = (size_t)random() % 60;
		int64_t count = (int64_t)n + random() % 100, bytes = 0;
		struct brake b;

		p.brake_count = (int)(random() % 15);
		p.brake_count_pct = (int)(random() % 101);
		p.brake_bytes_pct = (int)(random() % 101);
		for (size_t i = 0; i < n; i++) {
			v[i] = (struct brake_item){(int64_t)i, random() % 50, random() % 1000};
			bytes += v[i].bytes;
		}
		bytes += random() % 10000;
		brake_decide(&b, v, n, count, bytes, &p);
		assert_int_equal(b.take, by_hand(v, n, count, bytes, &p));
		assert_int_equal(b.take + b.left, n);
		for (size_t i = 1; i < n; i++)
			assert_true(v[i - 1].point < v[i].point ||
				    (v[i - 1].point == v[i].point && v[i - 1].id < v[i].id));
	}
}

TEST(archived_log_is_braked_by_its_bytes_and_never_by_its_number)
{
	const bks_policy p = {.brake_count = 10, .brake_count_pct = 20, .brake_bytes_pct = 25};
	struct wal_brake b;

	NOSTATE;
	brake_wal(&b, 100000, 100000, 500000, 16, &p);
	assert_int_equal(b.left, 0);
	assert_int_equal(b.runs, 0);
	brake_wal(&b, 100000, 100000, 200000, 16, &p);
	assert_int_equal(b.left, 50000);
	assert_int_equal(b.left_bytes, 50000);
	assert_int_equal(b.runs, 2); /* 37500, 12500 */
	brake_wal(&b, 20, 2000, 2000, 16, &p);
	assert_int_equal(b.left, 4);
	assert_int_equal(b.runs, 1);
	brake_wal(&b, 0, 0, 0, 16, &p);
	assert_int_equal(b.left, 0);
}

MAIN(T(ten_go_of_a_small_stream_and_a_fifth_of_a_large_one),
	T(above_ten_the_bytes_of_a_quarter_are_the_limit_and_nothing_is_skipped),
	T(a_policy_that_lets_nothing_go_in_a_run_is_told_as_never),
	T(any_stream_is_braked_as_by_hand), T(archived_log_is_braked_by_its_bytes_and_never_by_its_number))
