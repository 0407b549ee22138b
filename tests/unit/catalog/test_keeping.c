#include "shelf.h"

static bks_finding cut = {"truncated", BKS_ERROR, NULL, "cut"},
		   late[] = {{"truncated", BKS_ERROR, NULL, "cut"},
			   {"checksum-mismatch", BKS_ERROR, NULL, "and flipped"}};

TEST(a_hold_holds_until_its_time_or_its_release)
{
	struct shelf s;
	const bks_hold *h;
	int64_t id, hold;
	size_t n;

	NOSTATE;
	shelf_open(&s);
	id = shelf_add(&s, "x", T0, NULL);
	setenv("BACKSTAY_TEST_CLOCK", "2026-01-01T00:00:00Z", 1);
	assert_int_equal(
		bks_hold_add(&hold, s.cat, id, "", BKS_TIME_NONE, &s.err), BKS_E_USAGE);
	assert_int_equal(
		bks_hold_add(&hold, s.cat, 99, "r", BKS_TIME_NONE, &s.err), BKS_E_USAGE);
	assert_int_equal(bks_hold_release(s.cat, id, &s.err), 1);
	OK(&s, bks_hold_add(&hold, s.cat, id, "audit", bks_clock_now() + BKS_DAY, &s.err));
	assert_true(shelf_get(&s, id)->held);
	OK(&s, bks_hold_list(&h, &n, s.cat, false, s.a, &s.err));
	assert_int_equal(n, 1);
	assert_string_equal(h[0].kind, "pin");
	assert_string_equal(h[0].reason, "audit");
	assert_string_equal(h[0].label, "x");
	assert_true(h[0].released == BKS_TIME_NONE);
	setenv("BACKSTAY_TEST_CLOCK", "2026-01-03T00:00:00Z", 1);
	assert_false(shelf_get(&s, id)->held);
	OK(&s, bks_hold_list(&h, &n, s.cat, false, s.a, &s.err));
	assert_int_equal(n, 0);
	OK(&s, hold_release_expired(s.cat, bks_clock_now(), &s.err));
	assert_int_equal(bks_hold_release(s.cat, id, &s.err), 1);
	OK(&s, bks_hold_list(&h, &n, s.cat, true, s.a, &s.err));
	assert_int_equal(n, 1);
	assert_int_equal(h[0].released, h[0].until);
	unsetenv("BACKSTAY_TEST_CLOCK");
	shelf_close(&s);
}

TEST(known_trouble_is_acknowledged_and_a_new_kind_is_news)
{
	struct shelf s;
	bks_inspection i = shelf_look(BKS_DAMAGED);
	int64_t id, artifact;

	NOSTATE;
	shelf_open(&s);
	id = shelf_add(&s, "x", T0, &artifact);
	i.findings = &cut;
	i.finding_count = 1;
	shelf_check(&s, artifact, &i, T0);
	assert_int_equal(bks_ack_add(s.cat, id, "", BKS_TIME_NONE, &s.err), BKS_E_USAGE);
	OK(&s, bks_ack_add(s.cat, id, "known since May", BKS_TIME_NONE, &s.err));
	assert_true(shelf_get(&s, id)->acked);
	shelf_check(&s, artifact, &i, T0 + 1);
	assert_true(shelf_get(&s, id)->acked);
	i.findings = late;
	i.finding_count = 2;
	shelf_check(&s, artifact, &i, T0 + 2);
	assert_false(shelf_get(&s, id)->acked);
	assert_int_equal(shelf_count(&s, "SELECT sum(acked) * 10 + count(*) FROM trouble"), 12);
	shelf_close(&s);
}

TEST(an_acknowledgement_ends_with_its_time)
{
	struct shelf s;
	int64_t id, artifact;
	const bks_finding *f;
	size_t n;

	NOSTATE;
	shelf_open(&s);
	id = shelf_add(&s, "x", T0, &artifact);
	OK(&s, artifact_set_state(s.cat, artifact, BKS_STATE_MISSING, "vanished", T0, &s.err));
	OK(&s, trouble_of(&f, &n, s.cat, id, s.a, &s.err));
	assert_int_equal(n, 1);
	assert_string_equal(f[0].code, "missing");
	assert_string_equal(f[0].text, "no copy is left (vanished)");
	setenv("BACKSTAY_TEST_CLOCK", "2026-01-01T00:00:00Z", 1);
	OK(&s, bks_ack_add(s.cat, id, "on tape", bks_clock_now() + BKS_DAY, &s.err));
	assert_true(shelf_get(&s, id)->acked);
	setenv("BACKSTAY_TEST_CLOCK", "2026-01-03T00:00:00Z", 1);
	assert_false(shelf_get(&s, id)->acked);
	unsetenv("BACKSTAY_TEST_CLOCK");
	shelf_close(&s);
}

TEST(a_slot_may_have_two_holders_and_each_once)
{
	struct shelf s;
	struct slot_row v = {"daily", "2025-12-01", 1};
	const struct slot_row *out;
	size_t n;

	NOSTATE;
	shelf_open(&s);
	shelf_add(&s, "x", T0, NULL);
	v.backup = shelf_add(&s, "y", T0, NULL);
	OK(&s, slot_put(s.cat, s.source, BKS_KIND_LOGICAL, &v, T0, &s.err));
	OK(&s, slot_put(s.cat, s.source, BKS_KIND_LOGICAL, &v, T0 + 1, &s.err));
	v.backup = 1;
	OK(&s, slot_put(s.cat, s.source, BKS_KIND_LOGICAL, &v, T0, &s.err));
	OK(&s, slot_list(&out, &n, s.cat, s.source, BKS_KIND_LOGICAL, s.a, &s.err));
	assert_int_equal(n, 2);
	assert_int_equal(out[0].backup + out[1].backup, 3);
	assert_string_equal(out[0].bucket, "2025-12-01");
	OK(&s, slot_list(&out, &n, s.cat, s.source, BKS_KIND_SQLITE, s.a, &s.err));
	assert_int_equal(n, 0);
	shelf_close(&s);
}

TEST(a_run_that_never_said_that_it_ended_is_shown_so)
{
	struct shelf s;
	const bks_run *v;
	int64_t one, two;
	size_t n;

	NOSTATE;
	shelf_open(&s);
	setenv("BACKSTAY_TEST_CLOCK", "2026-01-01T00:00:00Z", 1);
	OK(&s, bks_run_begin(&one, s.cat, "scan", &s.err));
	setenv("BACKSTAY_TEST_CLOCK", "2026-01-02T00:00:00Z", 1);
	OK(&s, bks_run_begin(&two, s.cat, "verify", &s.err));
	OK(&s, bks_run_end(s.cat, two, 1, "{\"sound\":3}", &s.err));
	OK(&s, bks_run_list(&v, &n, s.cat, BKS_TIME_NONE, s.a, &s.err));
	assert_int_equal(n, 2);
	assert_string_equal(v[0].command, "verify");
	assert_int_equal(v[0].status, 1);
	assert_string_equal(v[0].counts, "{\"sound\":3}");
	assert_int_equal(v[1].status, -1);
	assert_true(v[1].ended == BKS_TIME_NONE);
	OK(&s, bks_run_list(&v, &n, s.cat, bks_clock_now(), s.a, &s.err));
	assert_int_equal(n, 1);
	unsetenv("BACKSTAY_TEST_CLOCK");
	shelf_close(&s);
}

MAIN(T(a_hold_holds_until_its_time_or_its_release),
	T(known_trouble_is_acknowledged_and_a_new_kind_is_news),
	T(an_acknowledgement_ends_with_its_time), T(a_slot_may_have_two_holders_and_each_once),
	T(a_run_that_never_said_that_it_ended_is_shown_so))
