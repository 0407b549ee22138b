/* Statements as a stray hand in the sqlite3 shell would type them, without foreign keys and
 * without recursive triggers. */
#include "shelf.h"

static void bare(struct shelf *s)
{
	OK(s, shelf_sql(s, "PRAGMA foreign_keys = OFF; PRAGMA recursive_triggers = OFF"));
}

#define REFUSED(shelf, sql, why)                                                               \
	do {                                                                                   \
		assert_int_equal(shelf_sql((shelf), sql), BKS_E_REFUSED);                      \
		assert_non_null(strstr((shelf)->err.text, why));                               \
	} while (0)

static void three_sound(struct shelf *s)
{
	shelf_open(s);
	shelf_sound(s, "one", T0);
	shelf_sound(s, "two", T0 + BKS_DAY);
	shelf_sound(s, "three", T0 + 2 * BKS_DAY);
	bare(s);
}

/* What a purge writes before it removes the file of artifact 1. */
#define BEGIN_DELETION                                                                         \
	"INSERT INTO plans (id, hash, command, at) VALUES (1, printf('%064d', 0), 'run', 1); "  \
	"INSERT INTO condemnations (plan_id, artifact_id, at, purge_after, reasons) "          \
	"VALUES (1, 1, 1, 1, 'expired'); "                                                      \
	"INSERT INTO intents (artifact_id, repo_id, path, device, inode, size, mtime, folder, grave, begun) " \
	"SELECT id, repo_id, path, device, inode, size, mtime, 0, '1-1', 2 FROM artifacts WHERE id = 1"

TEST(rows_of_backups_and_artifacts_are_never_deleted)
{
	struct shelf s;

	NOSTATE;
	three_sound(&s);
	REFUSED(&s, "DELETE FROM backups", "never deleted");
	REFUSED(&s, "DELETE FROM artifacts WHERE id = 1", "never deleted");
	REFUSED(&s, "DELETE FROM sources", "dropped, not deleted");
	REFUSED(&s, "DELETE FROM repos WHERE id = 1", "dropped, not deleted");
	assert_int_equal(shelf_count(&s, "SELECT count(*) FROM backups"), 3);
	shelf_close(&s);
}

TEST(replace_does_not_get_around)
{
	struct shelf s;

	NOSTATE;
	three_sound(&s);
	REFUSED(&s, "REPLACE INTO backups SELECT * FROM backups WHERE id = 1",
		"never replaced");
	REFUSED(&s,
		"INSERT INTO backups SELECT * FROM backups WHERE id = 1 "
		"ON CONFLICT DO UPDATE SET state = 'gone'",
		"never replaced");
	REFUSED(&s, "INSERT OR REPLACE INTO artifacts SELECT * FROM artifacts WHERE id = 2",
		"never replaced");
	REFUSED(&s, "UPDATE OR REPLACE backups SET id = 2 WHERE id = 1", "keeps its id");
	REFUSED(&s, "UPDATE OR REPLACE backups SET rowid = 2 WHERE id = 1", "keeps its id");
	REFUSED(&s, "UPDATE OR REPLACE artifacts SET id = 2 WHERE id = 1", "keeps its id");
	REFUSED(&s, "UPDATE artifacts SET path = 'other' WHERE id = 1", "its path");
	REFUSED(&s, "REPLACE INTO repos SELECT * FROM repos WHERE id = 1", "is there");
	REFUSED(&s,
		"REPLACE INTO sources (name, every, slack, rpo, rto, guessed, created) "
		"VALUES ('shop', 0, 0, 0, 0, 0, 0)",
		"is there");
	assert_int_equal(shelf_count(&s, "SELECT count(*) FROM artifacts"), 3);
	shelf_close(&s);
}

TEST(states_follow_their_order_and_gone_is_for_ever)
{
	struct shelf s;

	NOSTATE;
	three_sound(&s);
	shelf_sound(&s, "four", T0);
	REFUSED(&s, "UPDATE backups SET state = 'gone' WHERE id = 1", "condemned before");
	REFUSED(&s, "UPDATE artifacts SET state = 'gone' WHERE id = 1", "before it is gone");
	OK(&s, shelf_sql(&s, "UPDATE backups SET state = 'condemned' WHERE id = 1"));
	REFUSED(&s, "UPDATE backups SET state = 'gone' WHERE id = 1", "files are there");
	OK(&s, shelf_sql(&s, "UPDATE backups SET state = 'live' WHERE id = 1"));
	OK(&s, shelf_sql(&s, "UPDATE backups SET state = 'condemned' WHERE id = 1"));
	OK(&s, shelf_sql(&s, "UPDATE artifacts SET state = 'condemned' WHERE backup_id = 1"));
	REFUSED(&s, "UPDATE artifacts SET state = 'gone' WHERE backup_id = 1", "deletion that was begun");
	OK(&s, shelf_sql(&s, BEGIN_DELETION));
	OK(&s, shelf_sql(&s, "UPDATE artifacts SET state = 'gone' WHERE backup_id = 1"));
	OK(&s, shelf_sql(&s, "UPDATE backups SET state = 'gone' WHERE id = 1"));
	REFUSED(&s, "UPDATE backups SET state = 'live' WHERE id = 1", "stays gone");
	REFUSED(&s, "UPDATE artifacts SET state = 'live' WHERE backup_id = 1", "stays gone");
	OK(&s, shelf_sql(&s, "UPDATE artifacts SET state = 'missing' WHERE backup_id = 2"));
	OK(&s, shelf_sql(&s, "UPDATE backups SET state = 'missing' WHERE id = 2"));
	OK(&s, shelf_sql(&s, "UPDATE backups SET state = 'live' WHERE id = 2"));
	shelf_close(&s);
}

TEST(a_held_backup_is_not_condemned)
{
	struct shelf s;
	int64_t hold;

	NOSTATE;
	three_sound(&s);
	shelf_sound(&s, "four", T0);
	OK(&s, bks_hold_add(&hold, s.cat, 1, "audit", BKS_TIME_NONE, &s.err));
	REFUSED(&s, "UPDATE backups SET state = 'condemned' WHERE id = 1", "held");
	REFUSED(&s, "UPDATE artifacts SET state = 'condemned' WHERE id = 1", "held");
	REFUSED(&s, "DELETE FROM holds", "released, not deleted");
	REFUSED(&s, "REPLACE INTO holds SELECT * FROM holds", "released, not replaced");
	OK(&s, bks_hold_release(s.cat, 1, &s.err));
	OK(&s, shelf_sql(&s, "UPDATE backups SET state = 'condemned' WHERE id = 1"));
	OK(&s, shelf_sql(&s, "UPDATE backups SET tier = 'predeploy' WHERE id = 2"));
	REFUSED(&s, "UPDATE backups SET state = 'condemned' WHERE id = 2", "pre-deployment");
	shelf_close(&s);
}

TEST(the_last_two_good_ones_of_a_stream_stay)
{
	struct shelf s;

	NOSTATE;
	three_sound(&s);
	OK(&s, shelf_sql(&s, "UPDATE backups SET state = 'condemned' WHERE id = 1"));
	REFUSED(&s, "UPDATE backups SET state = 'condemned' WHERE id = 2", "last good");
	REFUSED(&s, "UPDATE backups SET state = 'condemned'", "last good");
	OK(&s, shelf_sql(&s, "UPDATE artifacts SET state = 'condemned' WHERE backup_id = 1"));
	OK(&s, shelf_sql(&s, BEGIN_DELETION));
	OK(&s, shelf_sql(&s, "UPDATE artifacts SET state = 'missing' WHERE id = 2"));
	OK(&s, shelf_sql(&s, "UPDATE backups SET state = 'missing' WHERE id = 2"));
	OK(&s, shelf_sql(&s, "UPDATE artifacts SET state = 'gone' WHERE backup_id = 1"));
	REFUSED(&s, "UPDATE backups SET state = 'gone' WHERE id = 1", "last good");
	shelf_close(&s);
}

TEST(a_deletion_begins_only_of_what_is_condemned_due_not_held_and_above_the_floor)
{
	struct shelf s;

	NOSTATE;
	three_sound(&s);
	REFUSED(&s, BEGIN_DELETION, "only what is condemned");
	shelf_close(&s);
	three_sound(&s);
	OK(&s, shelf_sql(&s, "UPDATE backups SET state = 'condemned' WHERE id = 1; "
			     "UPDATE artifacts SET state = 'condemned' WHERE backup_id = 1; "
			     "UPDATE backups SET covered_failed = 1 WHERE id = 2"));
	REFUSED(&s, BEGIN_DELETION, "last good");
	OK(&s, shelf_sql(&s, "UPDATE backups SET covered_failed = 0 WHERE id = 2; "
			     "INSERT INTO holds (backup_id, kind, reason, created) VALUES (1, 'pin', 'x', 1)"));
	REFUSED(&s,
		"INSERT INTO intents (artifact_id, repo_id, path, device, inode, size, mtime, folder, grave, begun) "
		"SELECT id, repo_id, path, device, inode, size, mtime, 0, '1-1', 2 FROM artifacts WHERE id = 1",
		"a held backup");
	REFUSED(&s,
		"INSERT INTO intents (artifact_id, repo_id, path, device, inode, size, mtime, folder, grave, begun) "
		"SELECT id, repo_id, path, device, inode, size, mtime, 0, '1-1', 0 FROM artifacts WHERE id = 1",
		"only what is condemned");
	shelf_close(&s);
}

TEST(a_hold_is_released_in_the_open_and_ends_no_earlier)
{
	struct shelf s;
	int64_t hold;

	NOSTATE;
	three_sound(&s);
	OK(&s, bks_hold_add(&hold, s.cat, 1, "audit", BKS_TIME_NONE, &s.err));
	OK(&s, bks_hold_add(&hold, s.cat, 2, "audit", T0 + BKS_DAY, &s.err));
	REFUSED(&s, "UPDATE holds SET released = 1", "tells the journal");
	REFUSED(&s, "UPDATE holds SET released = until WHERE backup_id = 2", "tells the journal");
	REFUSED(&s, "UPDATE holds SET until = 1", "ends no earlier");
	REFUSED(&s, "UPDATE holds SET kind = 'lease'", "keeps what it says");
	REFUSED(&s, "UPDATE OR REPLACE holds SET id = 2 WHERE id = 1", "keeps what it says");
	OK(&s, shelf_sql(&s, "UPDATE holds SET until = until + 1 WHERE backup_id = 2"));
	OK(&s, bks_hold_release(s.cat, 1, &s.err));
	assert_int_equal(bks_hold_release(s.cat, 1, &s.err), 1);
	REFUSED(&s, "UPDATE holds SET released = 1 WHERE backup_id = 2", "tells the journal");
	REFUSED(&s, "UPDATE holds SET released = NULL WHERE backup_id = 1", "stays released");
	OK(&s, hold_release_expired(s.cat, T0 + 2 * BKS_DAY, &s.err));
	assert_int_equal(shelf_count(&s, "SELECT count(*) FROM holds WHERE released IS NULL"), 0);
	shelf_close(&s);
}

TEST(what_retention_wrote_down_is_ended_and_never_deleted_replaced_or_changed)
{
	struct shelf s;

	NOSTATE;
	three_sound(&s);
	OK(&s, shelf_sql(&s, "UPDATE backups SET state = 'condemned' WHERE id = 1; "
			     "UPDATE artifacts SET state = 'condemned' WHERE backup_id = 1"));
	OK(&s, shelf_sql(&s, BEGIN_DELETION));
	OK(&s, shelf_sql(&s, "INSERT INTO clocks (wall, boottime, boot, accepted) VALUES (1, 1, 'x', 0)"));
	REFUSED(&s, "DELETE FROM intents", "ended, not deleted");
	REFUSED(&s, "REPLACE INTO intents SELECT * FROM intents", "ended, not replaced");
	REFUSED(&s, "UPDATE OR REPLACE intents SET path = 'other'", "keeps what it says");
	REFUSED(&s, "DELETE FROM condemnations", "ended, not deleted");
	REFUSED(&s, "REPLACE INTO condemnations SELECT * FROM condemnations", "ended, not replaced");
	REFUSED(&s, "UPDATE condemnations SET purge_after = 0", "keeps what it says");
	REFUSED(&s, "DELETE FROM plans", "never deleted");
	REFUSED(&s, "UPDATE plans SET hash = printf('%064d', 1)", "never changed");
	REFUSED(&s, "REPLACE INTO plans SELECT * FROM plans", "never replaced");
	REFUSED(&s, "DELETE FROM clocks", "never deleted");
	REFUSED(&s, "UPDATE clocks SET wall = 0", "never changed");
	REFUSED(&s, "REPLACE INTO clocks SELECT * FROM clocks", "never changed");
	OK(&s, shelf_sql(&s, "UPDATE intents SET ended = 3, outcome = 'back'"));
	REFUSED(&s, "UPDATE intents SET ended = NULL, outcome = NULL", "ended once");
	shelf_close(&s);
}

TEST(one_statement_cannot_empty_a_stream)
{
	struct shelf s;

	NOSTATE;
	three_sound(&s);
	shelf_sound(&s, "four", T0);
	REFUSED(&s, "UPDATE backups SET state = 'condemned'", "last good");
	assert_int_equal(
		shelf_count(&s, "SELECT count(*) FROM backups WHERE state = 'live'"), 4);
	shelf_close(&s);
}

TEST(what_does_not_count_to_the_floor_does_not_hold_it)
{
	struct shelf s;

	NOSTATE;
	three_sound(&s);
	OK(&s, shelf_sql(&s, "UPDATE backups SET verdict = 'unproven' WHERE id = 2"));
	OK(&s, shelf_sql(&s, "UPDATE backups SET state = 'condemned' WHERE id = 1; "
			     "UPDATE backups SET state = 'live' WHERE id = 1"));
	OK(&s, shelf_sql(&s, "UPDATE backups SET format = 'raw' WHERE id = 2"));
	REFUSED(&s, "UPDATE backups SET state = 'condemned' WHERE id = 1", "last good");
	OK(&s, shelf_sql(&s, "UPDATE backups SET format = 'sqlite', covered_failed = 1 WHERE "
			     "id = 2"));
	REFUSED(&s, "UPDATE backups SET state = 'condemned' WHERE id = 1", "last good");
	OK(&s, shelf_sql(&s,
		       "UPDATE backups SET covered_failed = 0, kind = 'sqlite' WHERE id = 2"));
	REFUSED(&s, "UPDATE backups SET state = 'condemned' WHERE id = 1", "last good");
	shelf_close(&s);
}

TEST(a_bad_one_goes_while_one_good_one_stays)
{
	struct shelf s;

	NOSTATE;
	three_sound(&s);
	OK(&s, shelf_sql(&s, "UPDATE backups SET verdict = 'damaged' WHERE id IN (1, 2)"));
	OK(&s, shelf_sql(&s, "UPDATE backups SET state = 'condemned' WHERE id = 1"));
	OK(&s, shelf_sql(&s, "UPDATE backups SET verdict = 'damaged' WHERE id = 3"));
	REFUSED(&s, "UPDATE backups SET state = 'condemned' WHERE id = 2", "last good");
	shelf_close(&s);
}

TEST(the_last_copy_goes_only_with_its_backup)
{
	struct shelf s;
	bks_artifact copy;
	int64_t second;

	NOSTATE;
	three_sound(&s);
	REFUSED(&s, "UPDATE artifacts SET state = 'condemned' WHERE id = 1", "last copy");
	copy = shelf_artifact(&s, "one");
	copy.backup_id = 1;
	copy.repo_id = s.other_repo;
	OK(&s, artifact_insert(&second, s.cat, &copy, &s.err));
	OK(&s, shelf_sql(&s, "UPDATE artifacts SET state = 'condemned' WHERE id = 1"));
	REFUSED(&s, "UPDATE artifacts SET state = 'condemned' WHERE id = 4", "last copy");
	shelf_close(&s);
}

TEST(a_registered_digest_is_not_changed)
{
	struct shelf s;

	NOSTATE;
	three_sound(&s);
	OK(&s, shelf_sql(&s,
		       "UPDATE artifacts SET sha256 = zeroblob(32), digest_from = 'birth' "
		       "WHERE id = 1"));
	REFUSED(&s, "UPDATE artifacts SET sha256 = randomblob(32) WHERE id = 1", "digest");
	REFUSED(&s, "UPDATE artifacts SET sha256 = NULL, digest_from = NULL WHERE id = 1",
		"digest");
	shelf_close(&s);
}

TEST(the_journal_is_only_added_to)
{
	struct shelf s;

	NOSTATE;
	three_sound(&s);
	REFUSED(&s, "DELETE FROM journal WHERE id = 1", "only added to");
	REFUSED(&s, "UPDATE journal SET detail = 'x' WHERE id = 1", "only added to");
	REFUSED(&s, "REPLACE INTO journal SELECT * FROM journal WHERE id = 1", "only added to");
	REFUSED(&s,
		"INSERT INTO journal (at, uid, pid, action, prev, hash) "
		"VALUES (1, 0, 1, 'x', zeroblob(32), zeroblob(32))",
		"only added to");
	shelf_close(&s);
}

/* Every word of an enum must pass its CHECK; a word that none has must not. */
static void try_words(
	struct shelf *s, const char *table, const char *column, const char *const *words, int n)
{
	char sql[200];

	for (int i = 0; i <= n; i++) {
		snprintf(sql, sizeof sql,
			"SAVEPOINT w; UPDATE %s SET %s = '%s'; ROLLBACK TO w; RELEASE w", table,
			column, i < n ? words[i] : "no such word");
		if (i < n) {
			OK(s, shelf_sql(s, sql));
			continue;
		}
		assert_int_equal(shelf_sql(s, sql), BKS_E_CATALOG);
		assert_non_null(strstr(s->err.text, "CHECK"));
		OK(s, shelf_sql(s, "ROLLBACK TO w; RELEASE w"));
	}
}

TEST(the_tables_know_the_words_of_the_enums)
{
	static const char *const levels[] = {
		"present", "sealed", "whole", "covered", "restored", "equal"};
	struct shelf s;

	NOSTATE;
	three_sound(&s);
	try_words(&s, "backups", "kind", words_kind, BKS_KIND_COUNT);
	try_words(&s, "backups", "content", words_content, BKS_CONTENT_COUNT);
	try_words(&s, "backups", "taken_from", words_taken_from, BKS_TAKEN_COUNT);
	try_words(&s, "backups", "tier", words_tier, BKS_TIER_COUNT);
	try_words(&s, "backups", "verdict", words_verdict, BKS_VERDICT_COUNT);
	try_words(&s, "backups", "level", words_level, BKS_LEVEL_COUNT);
	try_words(&s, "sources", "level", words_level, BKS_LEVEL_COUNT);
	try_words(&s, "artifacts", "verdict", words_verdict, BKS_VERDICT_COUNT);
	try_words(&s, "checks", "verdict", words_verdict, BKS_VERDICT_COUNT);
	assert_int_equal(sizeof levels / sizeof *levels, BKS_LEVEL_COUNT);
	for (int i = 0; i < BKS_LEVEL_COUNT; i++) {
		assert_string_equal(levels[i], words_level[i]);
		try_words(&s, "artifacts", levels[i], words_result, BKS_RESULT_COUNT);
		try_words(&s, "checks", levels[i], words_result, BKS_RESULT_COUNT);
	}
	shelf_close(&s);
}

MAIN(T(rows_of_backups_and_artifacts_are_never_deleted), T(replace_does_not_get_around),
	T(states_follow_their_order_and_gone_is_for_ever), T(a_held_backup_is_not_condemned),
	T(the_last_two_good_ones_of_a_stream_stay), T(one_statement_cannot_empty_a_stream),
	T(what_does_not_count_to_the_floor_does_not_hold_it),
	T(a_bad_one_goes_while_one_good_one_stays), T(the_last_copy_goes_only_with_its_backup),
	T(a_registered_digest_is_not_changed), T(the_journal_is_only_added_to),
	T(a_deletion_begins_only_of_what_is_condemned_due_not_held_and_above_the_floor),
	T(a_hold_is_released_in_the_open_and_ends_no_earlier), T(what_retention_wrote_down_is_ended_and_never_deleted_replaced_or_changed),
	T(the_tables_know_the_words_of_the_enums))
