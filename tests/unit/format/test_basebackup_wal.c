/* A base backup over two timelines, as one of a standby is whose server was promoted meanwhile,
 * around segments of a real one. */
#include "backup.h"

#define OLD "pg_wal/00000001000000000000000D"
#define LEFT "pg_wal/00000001000000000000000E"
#define NEW "pg_wal/00000002000000000000000E"
#define HISTORY "pg_wal/00000002.history"

static void add_wal(struct backup *k, const char *path, const char *name)
{
	char from[200];

	snprintf(from, sizeof from, "../pg-wal/15/%s.gz", name);
	add_corpus(k, path, from, false);
}

static void put_le(uint8_t *p, uint64_t v, int n)
{
	for (int i = 0; i < n; i++)
		p[i] = (uint8_t)(v >> 8 * i);
}

static void two_timelines(struct backup *k)
{
	static const char label[] =
		"START WAL LOCATION: 0/D00028 (file 00000001000000000000000D)\n"
		"CHECKPOINT LOCATION: 0/D00028\nBACKUP METHOD: streamed\n"
		"BACKUP FROM: standby\nSTART TIME: 2026-11-22 05:26:37 UTC\n"
		"LABEL: x\nSTART TIMELINE: 1\n";
	struct part *f;
	uint8_t *c;

	backup_init(k);
	part(k, WAL)->gone = true;
	f = part(k, "backup_label");
	f->b.n = 0;
	put_str(&f->b, label);
	f->told = f->b.n;
	add_wal(k, OLD, "00000001000000000000000D");
	add_wal(k, LEFT, "00000001000000000000000E.partial");
	add_wal(k, HISTORY, "00000002.history");
	add_wal(k, NEW, "00000002000000000000000E");
	c = part(k, "global/pg_control")->b.p;
	memcpy(c, part(k, NEW)->b.p + 24, 8); /* the cluster of that WAL */
	put_le(c + 24, 0, 8);                 /* the corpus is of two clusters */
	put_le(c + 32, 0xd00028, 8);
	put_le(c + 40, 0xd00028, 8);
	put_le(c + 288, crc32c(0, c, 288), 4);
	snprintf(k->ranges, sizeof k->ranges,
		"{ \"Timeline\": 2, \"Start-LSN\": \"0/E000A0\", \"End-LSN\": \"0/E00268\" },\n"
		"{ \"Timeline\": 1, \"Start-LSN\": \"0/D00028\", \"End-LSN\": \"0/E000A0\" }");
	manifest_of(k);
}

static void without(const char *lost, enum bks_verdict verdict, const char *code)
{
	struct backup k;

	two_timelines(&k);
	if (lost)
		part(&k, lost)->gone = true;
	want(see_folder(&k), verdict, code, NULL);
	backup_clear(&k);
}

TEST(both_timelines_and_the_way_between_are_there)
{
	NOSTATE;
	without(NULL, BKS_SOUND, NULL);
}

TEST(the_new_timeline_begins_with_a_copy_of_the_old_one)
{
	NOSTATE;
	without(LEFT, BKS_SOUND, NULL);
}

TEST(each_of_the_others_is_needed)
{
	NOSTATE;
	without(OLD, BKS_INCOMPLETE, "wal-gap");
	without(NEW, BKS_INCOMPLETE, "wal-gap");
	without(HISTORY, BKS_INCOMPLETE, "wal-gap");
}

TEST(it_stops_where_the_last_timeline_does)
{
	struct backup k;
	struct seen s;

	NOSTATE;
	two_timelines(&k);
	s = see_folder(&k);
	assert_int_equal(s.v.physical->timeline, 1);
	assert_int_equal(s.v.physical->start_lsn, 0xd00028);
	assert_int_equal(s.v.physical->stop_lsn, 0xe00268);
	assert_int_equal(s.v.started.minute, 26);
	assert_int_equal(s.v.started.second, 38); /* of the last commit */
	seen_clear(&s);
	backup_clear(&k);
}

TEST(a_backup_history_file_tells_the_stop_itself)
{
	static const char text[] =
		"START WAL LOCATION: 0/700028 (file 000000010000000000000007)\n"
		"STOP WAL LOCATION: 0/700138 (file 000000010000000000000007)\n"
		"CHECKPOINT LOCATION: 0/700060\n"
		"START TIMELINE: 1\n"
		"STOP TIME: 2026-11-22 05:59:59 UTC\n"
		"STOP TIMELINE: 1\n";
	struct backup k;
	struct seen s;

	NOSTATE;
	backup_init(&k);
	add_text(&k, "pg_wal/000000010000000000000007.00000028.backup", text, false);
	manifest_of(&k);
	s = see_folder(&k);
	assert_int_equal(s.v.verdict, BKS_SOUND);
	assert_int_equal(s.v.started.minute, 59);
	assert_int_equal(s.v.started.second, 59);
	seen_clear(&s);
	backup_clear(&k);
}

MAIN(T(both_timelines_and_the_way_between_are_there),
	T(the_new_timeline_begins_with_a_copy_of_the_old_one), T(each_of_the_others_is_needed),
	T(it_stops_where_the_last_timeline_does),
	T(a_backup_history_file_tells_the_stop_itself))
