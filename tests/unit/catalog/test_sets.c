/* What a backup of several files is by its files, and what it lacks. */
#include "shelf.h"

#define NIGHT(n) (T0 + (n) * BKS_DAY)

static const char *const formats[] = {NULL, "supabase-roles", "supabase-schema", "supabase-data"};
static const enum bks_content contents[] = {
	BKS_CONTENT_UNKNOWN, BKS_CONTENT_ROLES, BKS_CONTENT_SCHEMA, BKS_CONTENT_DATA};

static struct part a_part(enum bks_part part, bks_time taken)
{
	return (struct part){.part = part, .format = formats[part], .content = contents[part],
		.taken_at = taken, .taken_from = BKS_TAKEN_NAME};
}

/* One more file of BACKUP, or the first of a new one; its id. */
static int64_t put(struct shelf *s, int64_t *backup, enum bks_part part, bks_time taken, const char *path)
{
	struct part p = a_part(part, taken);
	bks_artifact f = shelf_artifact(s, path);
	int64_t artifact;

	f.mtime = taken;
	if (*backup) {
		f.backup_id = *backup;
		OK(s, artifact_insert(&artifact, s->cat, &f, &s->err));
	} else {
		bks_backup b = shelf_backup(s, path, taken);

		OK(s, backup_insert(backup, &artifact, s->cat, &b, &f, &s->err));
	}
	OK(s, part_put(s->cat, artifact, &p, &s->err));
	OK(s, set_refresh(s->cat, *backup, taken + BKS_DAY, &s->err));
	return artifact;
}

static int64_t a_set(struct shelf *s, bks_time taken, const char *parts, enum bks_verdict verdict)
{
	bks_inspection i = shelf_look(verdict);
	int64_t backup = 0;

	for (; *parts; parts++) {
		enum bks_part p = *parts == 'r' ? BKS_PART_ROLES : *parts == 's' ? BKS_PART_SCHEMA : BKS_PART_DATA;
		char path[64];

		snprintf(path, sizeof path, "%lld/%s", (long long)(taken / BKS_DAY), formats[p]);
		shelf_check(s, put(s, &backup, p, taken, path), &i, taken + BKS_DAY);
	}
	return backup;
}

static const char *lacks(struct shelf *s, int64_t backup)
{
	const char *l = shelf_get(s, backup)->artifacts[0].lacks;

	return l ? l : "";
}

TEST(content_and_format_follow_from_the_files)
{
	struct shelf s;
	const bks_backup *b;

	NOSTATE;
	shelf_open(&s);
	b = shelf_get(&s, a_set(&s, NIGHT(1), "s", BKS_SOUND));
	assert_int_equal(b->content, BKS_CONTENT_SCHEMA);
	b = shelf_get(&s, a_set(&s, NIGHT(2), "rs", BKS_SOUND));
	assert_int_equal(b->content, BKS_CONTENT_SCHEMA);
	assert_string_equal(b->format, "supabase-schema");
	b = shelf_get(&s, a_set(&s, NIGHT(3), "dsr", BKS_SOUND));
	assert_int_equal(b->content, BKS_CONTENT_FULL);
	assert_string_equal(b->format, "supabase-data");
	assert_int_equal(b->size, 300);
	assert_int_equal(b->verdict, BKS_SOUND);
	shelf_close(&s);
}

TEST(the_worst_file_is_the_verdict_of_the_set)
{
	struct shelf s;
	bks_inspection bad = shelf_look(BKS_DAMAGED), unproven = shelf_look(BKS_UNPROVEN);
	int64_t b;

	NOSTATE;
	shelf_open(&s);
	b = a_set(&s, NIGHT(1), "rsd", BKS_SOUND);
	shelf_check(&s, shelf_get(&s, b)->artifacts[1].id, &unproven, NIGHT(3));
	assert_int_equal(shelf_get(&s, b)->verdict, BKS_UNPROVEN);
	shelf_check(&s, shelf_get(&s, b)->artifacts[0].id, &bad, NIGHT(3));
	assert_int_equal(shelf_get(&s, b)->verdict, BKS_DAMAGED);
	shelf_close(&s);
}

TEST(roles_are_asked_for_no_tables)
{
	struct shelf s;
	bks_inspection i = shelf_look(BKS_SOUND);
	int64_t b;

	NOSTATE;
	shelf_open(&s);
	b = a_set(&s, NIGHT(1), "rsd", BKS_SOUND);
	i.levels[BKS_COVERED] = BKS_RESULT_PASS;
	shelf_check(&s, shelf_get(&s, b)->artifacts[1].id, &i, NIGHT(3));
	assert_int_equal(shelf_get(&s, b)->level, BKS_WHOLE); /* the rows were not asked yet */
	shelf_check(&s, shelf_get(&s, b)->artifacts[2].id, &i, NIGHT(3));
	assert_int_equal(shelf_get(&s, b)->level, BKS_COVERED);
	shelf_close(&s);
}

TEST(rows_alone_lack_their_schema_and_a_schema_alone_lacks_nothing)
{
	struct shelf s;
	const bks_finding *f;
	int64_t b;
	size_t n;

	NOSTATE;
	shelf_open(&s);
	b = a_set(&s, NIGHT(1), "d", BKS_SOUND);
	assert_string_equal(lacks(&s, b), "schema");
	assert_int_equal(shelf_get(&s, b)->verdict, BKS_INCOMPLETE);
	assert_true(shelf_get(&s, b)->covered_failed);
	OK(&s, trouble_of(&f, &n, s.cat, b, s.a, &s.err));
	assert_int_equal(n, 1);
	assert_string_equal(f[0].code, "member-missing");
	b = a_set(&s, NIGHT(2), "s", BKS_SOUND);
	assert_string_equal(lacks(&s, b), "");
	assert_int_equal(shelf_get(&s, b)->verdict, BKS_SOUND);
	shelf_close(&s);
}

TEST(the_set_before_says_what_there_should_be)
{
	struct shelf s;
	int64_t third, second;

	NOSTATE;
	shelf_open(&s);
	/* in whatever order they come in */
	third = a_set(&s, NIGHT(3), "sd", BKS_SOUND);
	assert_string_equal(lacks(&s, third), "");
	second = a_set(&s, NIGHT(2), "rsd", BKS_SOUND);
	OK(&s, set_refresh(s.cat, third, NIGHT(4), &s.err));
	assert_string_equal(lacks(&s, third), "roles");
	assert_string_equal(lacks(&s, second), "");
	/* a set that lacks something is no measure, unless that was acknowledged */
	assert_string_equal(lacks(&s, a_set(&s, NIGHT(5), "sd", BKS_SOUND)), "roles");
	OK(&s, bks_ack_add(s.cat, third, "no roles any more", BKS_TIME_NONE, &s.err));
	assert_string_equal(lacks(&s, a_set(&s, NIGHT(4), "sd", BKS_SOUND)), "");
	shelf_close(&s);
}

TEST(what_vanished_is_lacked_and_what_was_overwritten_is_not)
{
	struct shelf s;
	int64_t b;

	NOSTATE;
	shelf_open(&s);
	b = a_set(&s, NIGHT(1), "rsd", BKS_SOUND);
	OK(&s, artifact_set_state(s.cat, shelf_get(&s, b)->artifacts[0].id, BKS_STATE_MISSING, "vanished", NIGHT(3), &s.err));
	assert_string_equal(lacks(&s, b), "roles");
	assert_int_equal(shelf_get(&s, b)->state, BKS_STATE_LIVE);
	assert_int_equal(shelf_get(&s, b)->verdict, BKS_INCOMPLETE);
	b = a_set(&s, NIGHT(2), "rsd", BKS_SOUND);
	OK(&s, artifact_set_state(s.cat, shelf_get(&s, b)->artifacts[0].id, BKS_STATE_MISSING, "replaced", NIGHT(3), &s.err));
	assert_string_equal(lacks(&s, b), "");
	assert_int_equal(shelf_get(&s, b)->state, BKS_STATE_MISSING);
	assert_string_equal(shelf_get(&s, b)->state_reason, "replaced");
	shelf_close(&s);
}

TEST(a_young_set_waits)
{
	struct shelf s;
	int64_t b;

	NOSTATE;
	shelf_open(&s);
	b = a_set(&s, NIGHT(1), "d", BKS_SOUND);
	OK(&s, set_refresh(s.cat, b, NIGHT(1) + 5 * BKS_MINUTE, &s.err));
	assert_true(shelf_get(&s, b)->artifacts[0].waiting);
	assert_int_equal(shelf_get(&s, b)->state, BKS_STATE_SETTLING);
	assert_int_equal(shelf_get(&s, b)->verdict, BKS_UNKNOWN);
	OK(&s, sets_refresh(s.cat, NIGHT(1) + 20 * BKS_MINUTE, &s.err));
	assert_int_equal(shelf_get(&s, b)->state, BKS_STATE_LIVE);
	assert_int_equal(shelf_get(&s, b)->verdict, BKS_INCOMPLETE);
	shelf_close(&s);
}

TEST(the_time_of_the_rows_is_the_time_of_the_set)
{
	struct shelf s;
	bks_inspection i = shelf_look(BKS_SOUND);
	bks_backup_change by_hand = {.taken_at = NIGHT(1) - BKS_HOUR};
	const bks_backup *b;
	int64_t id;

	NOSTATE;
	shelf_open(&s);
	id = a_set(&s, NIGHT(1), "rsd", BKS_SOUND);
	i.format = "supabase-data";
	i.content = BKS_CONTENT_DATA;
	i.taken_at = NIGHT(1) + 90 * BKS_SECOND;
	i.taken_from = BKS_TAKEN_ARTIFACT;
	OK(&s, artifact_learn(s.cat, id, shelf_get(&s, id)->artifacts[2].id, &i, NIGHT(2), &s.err));
	b = shelf_get(&s, id);
	assert_int_equal(b->taken_at, i.taken_at);
	assert_int_equal(b->taken_from, BKS_TAKEN_ARTIFACT);
	assert_true(b->time_confirmed);
	OK(&s, bks_backup_set(s.cat, id, &by_hand, &s.err));
	OK(&s, set_refresh(s.cat, id, NIGHT(2), &s.err));
	assert_int_equal(shelf_get(&s, id)->taken_at, by_hand.taken_at);
	shelf_close(&s);
}

TEST(a_look_tells_what_a_file_alone_is)
{
	struct shelf s;
	bks_inspection i = shelf_look(BKS_SOUND);
	int64_t artifact, id;

	NOSTATE;
	shelf_open(&s);
	id = shelf_add(&s, "shop.dump", T0, &artifact);
	i.content = BKS_CONTENT_SCHEMA;
	OK(&s, artifact_learn(s.cat, id, artifact, &i, NIGHT(1), &s.err));
	assert_int_equal(shelf_get(&s, id)->artifacts[0].part, BKS_PART_SCHEMA);
	i.content = BKS_CONTENT_FULL;
	OK(&s, artifact_learn(s.cat, id, artifact, &i, NIGHT(1), &s.err));
	assert_int_equal(shelf_get(&s, id)->artifacts[0].part, BKS_PART_NONE);
	assert_int_equal(shelf_get(&s, id)->content, BKS_CONTENT_FULL);
	shelf_close(&s);
}

TEST(a_renamed_file_is_the_file_it_was)
{
	struct shelf s;
	const bks_backup *b;
	int64_t id;

	NOSTATE;
	shelf_open(&s);
	id = shelf_sound(&s, "shop.dump", T0);
	b = shelf_get(&s, id);
	OK(&s, artifact_set_state(s.cat, b->artifacts[0].id, BKS_STATE_MISSING, "replaced", NIGHT(1), &s.err));
	OK(&s, artifact_rename(s.cat, b->artifacts[0].id, "shop.dump.1", NIGHT(1), &s.err));
	b = shelf_get(&s, id);
	assert_string_equal(b->label, "shop.dump.1");
	assert_string_equal(b->artifacts[0].path, "shop.dump.1");
	assert_int_equal(b->state, BKS_STATE_LIVE);
	assert_int_equal(b->verdict, BKS_SOUND);
	/* a stray statement does not move a file */
	assert_int_equal(shelf_sql(&s, "UPDATE artifacts SET path = 'other'"), BKS_E_REFUSED);
	shelf_close(&s);
}

MAIN(T(content_and_format_follow_from_the_files), T(the_worst_file_is_the_verdict_of_the_set), T(roles_are_asked_for_no_tables),
	T(rows_alone_lack_their_schema_and_a_schema_alone_lacks_nothing), T(the_set_before_says_what_there_should_be),
	T(what_vanished_is_lacked_and_what_was_overwritten_is_not), T(a_young_set_waits),
	T(the_time_of_the_rows_is_the_time_of_the_set), T(a_look_tells_what_a_file_alone_is), T(a_renamed_file_is_the_file_it_was))
