/* What base backups tell, and how incremental ones are linked to what they build on. */
#include "shelf.h"

static const bks_physical full = {.system_id = 0xfedcba9876543210,
	.version = 17,
	.timeline = 1,
	.start_lsn = 0x2000028,
	.stop_lsn = 0x2000120,
	.segment_size = 16 << 20,
	.started = T0 - 5,
	.stopped = T0,
	.label = "night\xff"};

/* A base backup of that name that was looked at; its id. */
static int64_t base(
	struct shelf *s, const char *path, const bks_physical *p, enum bks_verdict verdict)
{
	bks_inspection i = shelf_look(verdict);
	bks_backup b = shelf_backup(s, path, T0);
	bks_artifact f = shelf_artifact(s, path);
	int64_t id, artifact;

	i.format = b.format = "pg-basebackup";
	b.kind = BKS_KIND_PHYSICAL;
	i.physical = p;
	OK(s, backup_insert(&id, &artifact, s->cat, &b, &f, &s->err));
	if (verdict == BKS_UNKNOWN)
		return id;
	shelf_check(s, artifact, &i, T0 + BKS_DAY);
	OK(s, artifact_learn(s->cat, id, artifact, &i, T0 + BKS_DAY, &s->err));
	return id;
}

static bks_physical after(const bks_physical *of)
{
	bks_physical p = *of;

	p.start_lsn += 0x1000000;
	p.stop_lsn += 0x1000000;
	p.parent_lsn = of->start_lsn;
	p.parent_timeline = of->timeline;
	return p;
}

static bool has_trouble(struct shelf *s, int64_t id, const char *code)
{
	const bks_finding *f;
	size_t n;

	OK(s, trouble_of(&f, &n, s->cat, id, s->a, &s->err));
	for (size_t i = 0; i < n; i++)
		if (!strcmp(f[i].code, code))
			return true;
	assert_int_equal(n, 0);
	return false;
}

TEST(what_it_tells_is_kept_to_the_last_bit)
{
	struct shelf s;
	const bks_physical *p;

	NOSTATE;
	shelf_open(&s);
	p = shelf_get(&s, base(&s, "base.tar", &full, BKS_SOUND))->physical;
	assert_non_null(p);
	assert_true(p->system_id == full.system_id && p->start_lsn == full.start_lsn &&
		    p->stop_lsn == full.stop_lsn);
	assert_true(p->version == 17 && p->timeline == 1 && p->segment_size == 16 << 20);
	assert_true(p->started == full.started && p->stopped == full.stopped && !p->parent_lsn);
	assert_string_equal(p->label, "night\xff");
	assert_null(shelf_get(&s, shelf_sound(&s, "shop.dump", T0))->physical);
	shelf_close(&s);
}

TEST(a_bad_copy_teaches_only_where_no_better_one_did)
{
	struct shelf s;
	bks_physical odd = full;
	bks_inspection i = shelf_look(BKS_DAMAGED);
	int64_t id;

	NOSTATE;
	shelf_open(&s);
	odd.start_lsn = 7;
	id = base(&s, "base.tar", &odd, BKS_DAMAGED);
	assert_true(shelf_get(&s, id)->physical->start_lsn == 7);
	id = base(&s, "other.tar", &full, BKS_SOUND);
	i.format = "pg-basebackup";
	i.physical = &odd;
	OK(&s, artifact_learn(s.cat, id, shelf_get(&s, id)->artifacts[0].id, &i, T0, &s.err));
	assert_true(shelf_get(&s, id)->physical->start_lsn == full.start_lsn);
	shelf_close(&s);
}

/* Whichever is found first. */
TEST(a_chain_is_linked_by_lsn_in_any_order)
{
	struct shelf s;
	bks_physical one = after(&full), two = after(&one);
	const bks_physical *order[][3] = {
		{&full, &one, &two}, {&two, &one, &full}, {&one, &full, &two}};
	const bks_physical *of[3] = {&full, &one, &two};
	const int64_t *ids;
	size_t n;

	NOSTATE;
	for (size_t o = 0; o < 3; o++) {
		int64_t id[3] = {0};

		shelf_open(&s);
		for (size_t i = 0; i < 3; i++)
			for (size_t k = 0; k < 3; k++)
				if (order[o][i] == of[k])
					id[k] = base(&s, (const char *[]){"z", "a", "m"}[k],
						of[k], BKS_SOUND);
		assert_int_equal(shelf_get(&s, id[0])->parent_id, 0);
		assert_int_equal(shelf_get(&s, id[1])->parent_id, id[0]);
		assert_int_equal(shelf_get(&s, id[2])->parent_id, id[1]);
		for (size_t k = 0; k < 3; k++) {
			assert_int_equal(shelf_get(&s, id[k])->verdict, BKS_SOUND);
			OK(&s, bks_backup_children(&ids, &n, s.cat, id[k], s.a, &s.err));
			assert_int_equal(n, k < 2);
			assert_true(!n || ids[0] == id[k + 1]);
		}
		shelf_close(&s);
	}
}

TEST(without_its_parent_it_is_incomplete_and_with_it_it_is_not)
{
	struct shelf s;
	bks_physical one = after(&full), wrong = full;
	const bks_backup *b;
	int64_t child, parent;

	NOSTATE;
	shelf_open(&s);
	child = base(&s, "one.tar", &one, BKS_SOUND);
	wrong.system_id++;
	base(&s, "foreign.tar", &wrong, BKS_SOUND);
	wrong = full;
	wrong.timeline = 2;
	base(&s, "timeline.tar", &wrong, BKS_SOUND);
	b = shelf_get(&s, child);
	assert_int_equal(b->verdict, BKS_INCOMPLETE);
	assert_true(b->covered_failed && !b->parent_id && !b->parent_waiting &&
		    b->bad_since != BKS_TIME_NONE);
	assert_true(has_trouble(&s, child, "parent-missing"));
	parent = base(&s, "full.tar", &full, BKS_SOUND);
	b = shelf_get(&s, child);
	assert_int_equal(b->verdict, BKS_SOUND);
	assert_true(b->parent_id == parent && b->bad_since == BKS_TIME_NONE &&
		    !has_trouble(&s, child, "parent-missing"));
	/* and when it goes */
	OK(&s, artifact_set_state(s.cat, shelf_get(&s, parent)->artifacts[0].id,
		       BKS_STATE_MISSING, "vanished", T0 + BKS_DAY, &s.err));
	assert_int_equal(shelf_get(&s, child)->verdict, BKS_INCOMPLETE);
	shelf_close(&s);
}

TEST(while_its_parent_may_still_come_nothing_is_said_of_it)
{
	struct shelf s;
	bks_physical one = after(&full);
	int64_t child, unread;

	NOSTATE;
	shelf_open(&s);
	unread = base(&s, "unread.tar", NULL, BKS_UNKNOWN);
	child = base(&s, "one.tar", &one, BKS_SOUND);
	assert_int_equal(shelf_get(&s, child)->verdict, BKS_UNKNOWN);
	assert_true(shelf_get(&s, child)->parent_waiting &&
		    !has_trouble(&s, child, "parent-missing"));
	OK(&s, artifact_set_state(s.cat, shelf_get(&s, unread)->artifacts[0].id,
		       BKS_STATE_MISSING, "vanished", T0, &s.err));
	OK(&s, sets_refresh(s.cat, T0 + BKS_DAY, &s.err));
	assert_int_equal(shelf_get(&s, child)->verdict, BKS_INCOMPLETE);
	/* young again: its own settling */
	OK(&s, sets_refresh(s.cat, T0 + BKS_MINUTE, &s.err));
	assert_int_equal(shelf_get(&s, child)->verdict, BKS_UNKNOWN);
	shelf_close(&s);
}

/* pg_combinebackup gives what it makes the place of the last one of its chain. */
TEST(of_two_that_begin_at_one_place_the_better_one_is_the_parent)
{
	struct shelf s;
	bks_physical one = after(&full), two = after(&one), whole = one;
	int64_t child, bad, good;

	NOSTATE;
	shelf_open(&s);
	base(&s, "full.tar", &full, BKS_SOUND);
	bad = base(&s, "one.tar", &one, BKS_DAMAGED);
	child = base(&s, "two.tar", &two, BKS_SOUND);
	assert_int_equal(shelf_get(&s, child)->parent_id, bad);
	whole.parent_lsn = whole.parent_timeline = 0;
	good = base(&s, "combined", &whole, BKS_SOUND);
	assert_int_equal(shelf_get(&s, child)->parent_id, good);
	shelf_close(&s);
}

TEST(nothing_builds_on_itself)
{
	struct shelf s;
	bks_physical self = full;
	int64_t id;

	NOSTATE;
	shelf_open(&s);
	self.parent_lsn = self.start_lsn;
	self.parent_timeline = self.timeline;
	id = base(&s, "self.tar", &self, BKS_SOUND);
	assert_int_equal(shelf_get(&s, id)->parent_id, 0);
	assert_int_equal(shelf_get(&s, id)->verdict, BKS_INCOMPLETE);
	shelf_close(&s);
}

MAIN(T(what_it_tells_is_kept_to_the_last_bit),
	T(a_bad_copy_teaches_only_where_no_better_one_did),
	T(a_chain_is_linked_by_lsn_in_any_order),
	T(without_its_parent_it_is_incomplete_and_with_it_it_is_not),
	T(while_its_parent_may_still_come_nothing_is_said_of_it),
	T(of_two_that_begin_at_one_place_the_better_one_is_the_parent),
	T(nothing_builds_on_itself))
