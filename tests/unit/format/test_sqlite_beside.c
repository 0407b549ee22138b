/* Databases with a -wal or a -journal beside them: what belongs to them, what leads back, and
 * what of it is lost. */
#include "lite.h"

static const struct bytes none;
static uint8_t nothing[1];

static struct look look(const char *db, struct bytes journal, struct bytes wal)
{
	struct bytes b = fixture(db);
	struct neighbours by = beside(journal, wal);
	struct look l;

	look_at(&l, b.p, b.n, (struct verify_job){0}, &by);
	assert_true(by.opened <= 2);
	free(b.p);
	return l;
}

static uint32_t number(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

TEST(committed_frames_of_the_log_belong_to_the_database)
{
	struct bytes wal = fixture("wal.db-wal");
	struct look l = look("wal.db", none, wal);

	NOSTATE;
	assert_true(is_sound_with(&l, "sidecar-not-sealed", NULL));
	assert_string_equal(found(&l, "sidecar-not-sealed")->where, "-wal");
	assert_non_null(
		strstr(found(&l, "sidecar-not-sealed")->text, "2 committed transactions"));
	assert_non_null(strstr(found(&l, "sidecar-not-sealed")->text, "never committed"));
	assert_int_equal(rows_of(&l, "users"), 90);
	assert_int_equal(rows_of(&l, "keyed"), 20);
	look_away(&l);
	free(wal.p);
}

TEST(wal_mode_without_a_log_is_told_and_an_empty_log_is_one)
{
	struct bytes empty = {nothing, 0};
	struct look l = look("wal.db", none, none);

	NOSTATE;
	assert_true(is_sound_with(&l, "wal-sidecar-missing", NULL));
	assert_int_equal(rows_of(&l, "users"), 61);
	look_away(&l);
	l = look("wal.db", none, empty);
	assert_true(is_sound_with(&l, NULL, NULL));
	look_away(&l);
	l = look("plain.db", none, none);
	assert_true(is_sound_with(&l, NULL, NULL));
	look_away(&l);
}

/* Where the log is cut within a frame it is told. Between two frames nobody can: what is left
 * is that of an earlier commit. */
TEST(each_cut_of_the_log_is_told_or_lies_between_frames)
{
	struct bytes wal = fixture("wal.db-wal"), cut = wal;
	size_t frame = 24 + 512, told = 0;

	NOSTATE;
	for (cut.n = 1; cut.n < wal.n; cut.n++) {
		bool whole = cut.n >= 32 && (cut.n - 32) % frame == 0;
		struct look l;

		if (cut.n > 100 && cut.n % 16 && !whole)
			continue;
		l = look("wal.db", none, cut);
		if (whole) {
			assert_int_equal(l.v.verdict, BKS_SOUND);
			assert_true(rows_of(&l, "users") == 61 || rows_of(&l, "users") == 80 ||
				    rows_of(&l, "users") == 90);
		} else {
			assert_true(is_called(&l, BKS_DAMAGED, "truncated"));
			told++;
		}
		look_away(&l);
	}
	assert_true(told > 100);
	free(wal.p);
}

/* SQLite reads the log up to the first bad frame and says nothing. */
TEST(each_flipped_bit_of_what_was_committed_is_noticed)
{
	struct bytes wal = fixture("wal.db-wal");
	size_t last = 0, frame = 24 + 512;

	NOSTATE;
	for (size_t at = 32; at + frame <= wal.n; at += frame)
		if (number(wal.p + at + 4))
			last = at + frame;
	assert_true(last > 32 + frame);
	for (size_t bit = 0; bit < 8 * wal.n; bit += bit < 8 * 56 ? 1 : 29) {
		struct look l;

		wal.p[bit / 8] ^= (uint8_t)(1U << bit % 8);
		l = look("wal.db", none, wal);
		if (bit < 8 * last) {
			assert_int_equal(l.v.verdict, BKS_DAMAGED);
			assert_true(found(&l, "checksum-mismatch") || found(&l, "malformed"));
		} else {
			/* of a transaction that never ended: only a bit that makes it one is
			 * damage */
			assert_true(l.v.verdict == BKS_DAMAGED || rows_of(&l, "users") == 90);
		}
		look_away(&l);
		wal.p[bit / 8] ^= (uint8_t)(1U << bit % 8);
	}
	free(wal.p);
}

/* When a log is used again from its start, the rest of it is still that of the use before. */
TEST(what_an_earlier_use_left_in_the_log_is_no_damage)
{
	struct bytes wal = fixture("wal.db-wal");
	size_t frame = 24 + 512, end = 0;
	struct look l;

	NOSTATE;
	for (size_t at = 32; at + frame <= wal.n && !end; at += frame)
		if (number(wal.p + at + 4))
			end = at + frame;
	for (size_t at = end; at + frame <= wal.n; at += frame)
		memset(wal.p + at + 8, 0x77, 8);
	l = look("wal.db", none, wal);
	assert_true(is_sound_with(&l, "sidecar-not-sealed", NULL));
	assert_int_equal(rows_of(&l, "users"), 80);
	look_away(&l);
	free(wal.p);
}

TEST(a_log_that_does_not_belong_there_is_told)
{
	struct bytes wal = fixture("wal.db-wal");
	struct bytes other = fixture("plain.db");
	struct look l = look("vacuum.db", none, wal);

	NOSTATE;
	assert_true(is_called(&l, BKS_DAMAGED, "size-conflict"));
	look_away(&l);
	l = look("wal.db", none, other);
	assert_true(is_called(&l, BKS_DAMAGED, "malformed"));
	look_away(&l);
	free(wal.p);
	free(other.p);
}

/* Pages behind the end of the main file may lie in the log, and only there. */
TEST(a_database_cut_short_beside_its_log_is_noticed)
{
	struct bytes wal = fixture("wal.db-wal"), b = fixture("wal.db");
	size_t lost = 0;
	struct look l;

	NOSTATE;
	for (size_t n = b.n - 256; n > 1024; n -= 256) {
		struct neighbours by = beside(none, wal);

		look_at(&l, b.p, n, (struct verify_job){0}, &by);
		if (n % 512)
			assert_true(is_called(&l, BKS_DAMAGED, "size-conflict"));
		else if (l.v.verdict == BKS_SOUND) /* the log holds all that is missing */
			assert_int_equal(rows_of(&l, "users"), 90);
		else
			assert_int_equal(l.v.verdict, BKS_DAMAGED);
		lost += l.v.verdict == BKS_DAMAGED && n % 512 == 0;
		look_away(&l);
	}
	assert_true(lost > 3);
	free(wal.p);
	free(b.p);
}

TEST(a_hot_journal_is_rolled_back_in_the_copy)
{
	struct bytes journal = fixture("hot.db-journal"), b = fixture("hot.db"),
		     was = fixture("hot.db");
	struct neighbours by = beside(journal, none);
	FILE *scratch = tmpfile();
	struct look l;

	NOSTATE;
	assert_non_null(scratch);
	look_at(&l, b.p, b.n, (struct verify_job){0}, &by);
	assert_true(is_sound_with(&l, "hot-journal", "sidecar-not-sealed"));
	assert_int_equal(rows_of(&l, "users"), 60);
	assert_int_equal(rows_of(&l, "od\"d"), 2);
	assert_memory_equal(b.p, was.p, b.n);
	look_away(&l);
	/* in a scratch file of which the journal has a part too */
	look_at(&l, b.p, b.n,
		(struct verify_job){.max_memory = 4096, .scratch = fileno(scratch)}, &by);
	assert_true(is_sound_with(&l, "hot-journal", "sidecar-not-sealed"));
	assert_int_equal(rows_of(&l, "users"), 60);
	look_away(&l);
	free(journal.p);
	free(b.p);
	free(was.p);
	fclose(scratch);
}

TEST(a_journal_whose_transaction_ended_is_none)
{
	struct bytes journal = fixture("hot.db-journal");
	struct bytes empty = {nothing, 0};
	struct look l;

	NOSTATE;
	memset(journal.p, 0, 28);
	l = look("plain.db", journal, none);
	assert_true(is_sound_with(&l, NULL, NULL));
	look_away(&l);
	l = look("plain.db", empty, none);
	assert_true(is_sound_with(&l, NULL, NULL));
	look_away(&l);
	free(journal.p);
}

TEST(a_journal_that_cannot_lead_back_is_damage)
{
	struct bytes journal = fixture("hot.db-journal"), cut = journal;
	struct look l;

	NOSTATE;
	/* two segments, of two pages and of four; one that is lost with its header nobody
	 * misses */
	assert_int_equal(number(journal.p + 8), 2);
	assert_int_equal(number(journal.p + 2048 + 8), 4);
	for (cut.n = 1; cut.n < 2048 + 512 + 4 * 520; cut.n += 101) {
		if (cut.n >= 512 + 2 * 520 && cut.n < 2048 + 28)
			continue;
		l = look("hot.db", cut, none);
		assert_int_equal(l.v.verdict, BKS_DAMAGED);
		assert_true(found(&l, "truncated") || found(&l, "malformed"));
		look_away(&l);
	}
	journal.p[512 + 4 + 112] ^= 1;
	l = look("hot.db", journal, none);
	assert_true(is_called(&l, BKS_DAMAGED, "checksum-mismatch"));
	look_away(&l);
	journal.p[512 + 4 + 112] ^= 1;
	journal.p[1] ^= 1;
	l = look("hot.db", journal, none);
	assert_true(is_called(&l, BKS_DAMAGED, "malformed"));
	look_away(&l);
	journal.p[1] ^= 1;
	journal.p[22] = 0xff;
	l = look("hot.db", journal, none);
	assert_true(is_called(&l, BKS_DAMAGED, "malformed"));
	look_away(&l);
	free(journal.p);
}

/* With PRAGMA synchronous=OFF nobody goes back to count the records: they go on to the end, or
 * to the first that is not whole. */
TEST(a_journal_that_counts_no_records_is_read_to_its_end)
{
	struct bytes journal = fixture("hot.db-journal");
	struct look l;

	NOSTATE;
	assert_int_equal(number(journal.p + 2048 + 8), 4);
	memset(journal.p + 2048 + 8, 0xff, 4);
	l = look("hot.db", journal, none);
	assert_true(is_sound_with(&l, "hot-journal", "sidecar-not-sealed"));
	assert_int_equal(rows_of(&l, "users"), 60);
	look_away(&l);
	free(journal.p);
}

/* The checksum of the first bytes of a log's header, where words are little-endian or
 * big-endian as its magic says. */
static void seal_log(uint8_t *p)
{
	uint32_t a = 0, b = 0, v;
	bool big = p[3] & 1;

	for (size_t i = 0; i < 24; i += 4) {
		v = big ? number(p + i)
			: (uint32_t)p[i + 3] << 24 | (uint32_t)p[i + 2] << 16 |
				    (uint32_t)p[i + 1] << 8 | p[i];
		if (i % 8 == 0)
			a += v + b;
		else
			b += v + a;
	}
	for (size_t i = 0; i < 4; i++) {
		p[24 + i] = (uint8_t)(a >> (24 - 8 * i));
		p[28 + i] = (uint8_t)(b >> (24 - 8 * i));
	}
}

TEST(a_log_of_a_version_to_come_is_unsupported)
{
	struct bytes wal = fixture("wal.db-wal");
	uint8_t was[32];
	struct look l;

	NOSTATE;
	memcpy(was, wal.p, 32);
	seal_log(wal.p);
	assert_memory_equal(was, wal.p, 32);
	wal.p[7]++;
	seal_log(wal.p);
	l = look("wal.db", none, wal);
	assert_true(is_called(&l, BKS_UNSUPPORTED, "unsupported-version"));
	look_away(&l);
	free(wal.p);
}

/* Of a transaction over several databases another file tells whether it was committed. */
TEST(a_journal_that_names_another_one_is_not_rolled_back)
{
	static const char name[] = "/srv/one-mj12345678";
	struct bytes journal = fixture("hot.db-journal");
	uint8_t *p = journal.p + journal.n;
	uint32_t sum = 0, n = sizeof name - 1;
	struct look l;

	NOSTATE;
	for (uint32_t i = 0; i < n; i++)
		sum += (uint8_t)name[i];
	memcpy(p, "\x00\x20\x00\x01", 4);
	memcpy(p + 4, name, n);
	p += 4 + n;
	memcpy(p, (uint8_t[]){0, 0, 0, (uint8_t)n, 0, 0, (uint8_t)(sum >> 8), (uint8_t)sum}, 8);
	memcpy(p + 8, journal.p, 8);
	journal.n += 4 + n + 16;
	l = look("hot.db", journal, none);
	assert_non_null(found(&l, "hot-journal"));
	assert_non_null(strstr(found(&l, "hot-journal")->text, name));
	assert_int_not_equal(rows_of(&l, "users"), 60);
	look_away(&l);
	free(journal.p);
}

TEST(what_lies_beside_and_cannot_be_read_is_never_passed_over)
{
	static const int answers[] = {BKS_E_IO, 2};
	static const char *const codes[] = {"read-error", "special-file"};
	struct bytes b = fixture("wal.db");
	struct look l;

	NOSTATE;
	for (size_t i = 0; i < 2; i++) {
		struct neighbours by = beside(none, none);

		by.fails = answers[i];
		look_at(&l, b.p, b.n, (struct verify_job){0}, &by);
		assert_true(is_called(&l, BKS_UNREADABLE, codes[i]));
		assert_int_equal(l.v.levels[BKS_WHOLE], BKS_RESULT_NOT_RUN);
		look_away(&l);
	}
	free(b.p);
}

TEST(a_log_that_changes_while_it_is_read_proves_nothing)
{
	struct bytes wal = fixture("wal.db-wal"), b = fixture("wal.db");
	struct neighbours by = beside(none, wal);
	struct look l;

	NOSTATE;
	by.changes = true;
	look_at(&l, b.p, b.n, (struct verify_job){0}, &by);
	assert_true(is_called(&l, BKS_UNREADABLE, "changed-while-reading"));
	look_away(&l);
	free(wal.p);
	free(b.p);
}

static enum bks_result sealed(
	struct bytes b, struct bytes wal, bool only, const uint8_t sha[32])
{
	struct neighbours by = beside(none, wal);
	struct verify_job job = {.seal_only = only,
		.expected_from = BKS_DIGEST_BIRTH,
		.expected = {.has_sha256 = true}};
	enum bks_result s;
	struct look l;

	memcpy(job.expected.sha256, sha, 32);
	look_at(&l, b.p, b.n, job, &by);
	s = l.v.levels[BKS_SEALED];
	assert_int_equal(found(&l, "sidecar-not-sealed") != NULL, wal.n > 0);
	look_away(&l);
	return s;
}

TEST(the_seal_of_a_database_is_not_one_of_its_log)
{
	struct bytes wal = fixture("wal.db-wal"), b = fixture("wal.db"), empty = {nothing, 0};
	struct look l = look("wal.db", none, none);
	uint8_t sha[32];

	NOSTATE;
	memcpy(sha, l.v.digests.sha256, 32);
	look_away(&l);
	for (int only = 0; only < 2; only++) {
		assert_int_equal(sealed(b, none, only, sha), BKS_RESULT_PASS);
		assert_int_equal(sealed(b, empty, only, sha), BKS_RESULT_PASS);
		assert_int_equal(sealed(b, wal, only, sha), BKS_RESULT_UNPROVABLE);
		sha[0] ^= 1;
		assert_int_equal(sealed(b, wal, only, sha), BKS_RESULT_FAIL);
		sha[0] ^= 1;
	}
	free(wal.p);
	free(b.p);
}

TEST(nothing_is_looked_for_beside_what_is_no_database)
{
	struct neighbours by = beside(none, none);
	struct look l;

	NOSTATE;
	by.fails = BKS_E_IO;
	look_at(&l, (const uint8_t *)"-- hello\n", 9, (struct verify_job){0}, &by);
	assert_int_equal(by.opened, 0);
	look_away(&l);
}

MAIN(T(a_journal_that_counts_no_records_is_read_to_its_end),
	T(a_log_of_a_version_to_come_is_unsupported),
	T(committed_frames_of_the_log_belong_to_the_database),
	T(wal_mode_without_a_log_is_told_and_an_empty_log_is_one),
	T(each_cut_of_the_log_is_told_or_lies_between_frames),
	T(each_flipped_bit_of_what_was_committed_is_noticed),
	T(what_an_earlier_use_left_in_the_log_is_no_damage),
	T(a_log_that_does_not_belong_there_is_told),
	T(a_database_cut_short_beside_its_log_is_noticed),
	T(a_hot_journal_is_rolled_back_in_the_copy),
	T(a_journal_whose_transaction_ended_is_none),
	T(a_journal_that_cannot_lead_back_is_damage),
	T(a_journal_that_names_another_one_is_not_rolled_back),
	T(what_lies_beside_and_cannot_be_read_is_never_passed_over),
	T(a_log_that_changes_while_it_is_read_proves_nothing),
	T(the_seal_of_a_database_is_not_one_of_its_log),
	T(nothing_is_looked_for_beside_what_is_no_database))
