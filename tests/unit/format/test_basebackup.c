/* Plain base backups, put together from real parts: whole, and each wrong in one way. */
#include "backup.h"

static void folder_is(
	struct backup *k, enum bks_verdict verdict, const char *code, const char *where)
{
	if (!k->manifest.n)
		manifest_of(k);
	want(see_folder(k), verdict, code, where);
	backup_clear(k);
}

TEST(a_whole_one_is_sound_with_every_kind_of_checksum)
{
	struct backup k;

	NOSTATE;
	for (unsigned i = CHECKSUM_NONE; i < CHECKSUM_KINDS; i++)
		for (int jobs = 1; jobs < 4; jobs += 2) {
			backup_init(&k);
			k.kind = (enum checksum_kind)i;
			k.jobs = jobs;
			folder_is(
				&k, BKS_SOUND, i == CHECKSUM_NONE ? "no-checksum" : NULL, NULL);
		}
}

TEST(it_tells_what_it_is)
{
	const bks_physical *p;
	struct backup k;
	struct seen s;

	NOSTATE;
	backup_init(&k);
	manifest_of(&k);
	s = see_folder(&k);
	p = s.v.physical;
	assert_non_null(p);
	assert_string_equal(s.v.format_version, "1");
	assert_string_equal(s.v.server_version, "15");
	assert_string_equal(s.v.producer, "PostgreSQL 15");
	assert_int_equal(s.v.content, BKS_CONTENT_FULL);
	assert_true(s.v.recognised);
	assert_true(p->system_id == get_le64(part(&k, "global/pg_control")->b.p));
	assert_int_equal(p->timeline, 1);
	assert_int_equal(p->start_lsn, 0x700028);
	assert_int_equal(p->stop_lsn, 0x700100);
	assert_int_equal(p->segment_size, 1 << 20);
	assert_int_equal(p->parent_lsn, 0);
	assert_string_equal(p->label, "of 15");
	assert_true(p->started > 0 && p->stopped >= p->started);
	assert_int_equal(s.v.started.year, 2026);
	assert_string_equal(s.v.started.zone, "GMT");
	seen_clear(&s);
	backup_clear(&k);
}

TEST(a_flipped_bit_in_any_file_of_the_manifest_is_damage)
{
	static const char *const files[] = {"PG_VERSION", "backup_label", "base/1/1259",
		"base/1/2619", "global/pg_control", "pg_xact/0000"};

	NOSTATE;
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		for (unsigned kind = CHECKSUM_NONE + 1; kind < CHECKSUM_KINDS; kind++) {
			struct backup k;
			struct part *f;

			backup_init(&k);
			k.kind = (enum checksum_kind)kind;
			manifest_of(&k);
			f = part(&k, files[i]);
			f->b.p[f->b.n - 1] ^= 4;
			folder_is(&k, BKS_DAMAGED, "checksum-mismatch", files[i]);
		}
}

TEST(another_size_is_told_as_such_also_without_checksums)
{
	struct backup k;

	NOSTATE;
	backup_init(&k);
	k.kind = CHECKSUM_NONE;
	manifest_of(&k);
	part(&k, "base/1/1259")->b.n -= 8192;
	folder_is(&k, BKS_DAMAGED, "size-conflict", "base/1/1259");
	backup_init(&k);
	manifest_of(&k);
	put_str(&part(&k, "base/1/empty")->b, "x");
	folder_is(&k, BKS_DAMAGED, "size-conflict", "base/1/empty");
}

TEST(a_lost_file_is_missing_and_one_too_many_unexpected)
{
	static const char *const files[] = {
		"PG_VERSION", "backup_label", "base/1/empty", "global/pg_control"};
	struct backup k;

	NOSTATE;
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		backup_init(&k);
		manifest_of(&k);
		part(&k, files[i])->gone = true;
		folder_is(&k, BKS_INCOMPLETE, "member-missing", files[i]);
	}
	backup_init(&k);
	add_text(&k, "base/1/notes.txt", "", false);
	folder_is(&k, BKS_DAMAGED, "member-unexpected", "base/1/notes.txt");
}

TEST(what_pg_verifybackup_leaves_out_is_left_out)
{
	struct backup k;

	NOSTATE;
	backup_init(&k);
	manifest_of(&k);
	part(&k, "postgresql.auto.conf")->b.p[0] = '!';
	add_text(&k, "standby.signal", "", false);
	add_text(&k, "recovery.signal", "", false);
	add_text(&k, "pg_wal/archive_status/x.done", "", false);
	folder_is(&k, BKS_SOUND, NULL, NULL);
	backup_init(&k);
	manifest_of(&k);
	part(&k, "postgresql.auto.conf")->gone = true;
	folder_is(&k, BKS_SOUND, NULL, NULL);
	backup_init(&k);
	add_text(&k, "standby.signals", "", false);
	folder_is(&k, BKS_DAMAGED, "member-unexpected", "standby.signals");
}

TEST(without_a_manifest_it_is_never_sound)
{
	struct backup k;

	NOSTATE;
	backup_init(&k);
	want(see_folder(&k), BKS_UNPROVEN, "manifest-missing", NULL);
	part(&k, "global/pg_control")->gone = true;
	want(see_folder(&k), BKS_INCOMPLETE, "member-missing", "global/pg_control");
	backup_clear(&k);
}

TEST(without_a_manifest_its_wal_tells_where_it_ended)
{
	struct backup k;
	struct seen s;

	NOSTATE;
	backup_init(&k);
	s = see_folder(&k);
	assert_int_equal(s.v.physical->stop_lsn, 0x700100);
	assert_null(found(&s, "wal-missing"));
	seen_clear(&s);
	backup_clear(&k);
}

TEST(a_backup_that_never_ended_is_incomplete)
{
	struct backup k;

	NOSTATE;
	backup_init(&k);
	add_text(&k, "backup_manifest.tmp", "{ \"Postgre", false);
	want(see_folder(&k), BKS_INCOMPLETE, "member-missing", "backup_manifest");
	backup_clear(&k);
}

TEST(a_copy_of_a_server_that_ran_is_not_proven)
{
	struct backup k;
	uint8_t *p;
	struct seen s;

	NOSTATE;
	backup_init(&k);
	part(&k, "backup_label")->gone = true;
	want(see_folder(&k), BKS_UNPROVEN, "end-unprovable", NULL);
	p = part(&k, "global/pg_control")->b.p;
	p[16] = 1; /* shut down */
	for (unsigned i = 0, crc = crc32c(0, p, 288); i < 4; i++)
		p[288 + i] = (uint8_t)(crc >> 8 * i);
	s = see_folder(&k);
	assert_int_equal(s.v.verdict, BKS_UNPROVEN);
	assert_null(found(&s, "end-unprovable"));
	seen_clear(&s);
	backup_clear(&k);
}

TEST(a_damaged_manifest_is_damage)
{
	struct backup k;

	NOSTATE;
	backup_init(&k);
	manifest_of(&k);
	k.manifest.p[100] ^= 1;
	folder_is(&k, BKS_DAMAGED, "checksum-mismatch", "backup_manifest");
	backup_init(&k);
	manifest_of(&k);
	k.manifest.n -= 5;
	folder_is(&k, BKS_DAMAGED, "truncated", NULL);
	backup_init(&k);
	manifest_of(&k);
	put_str(&k.manifest, "\n");
	folder_is(&k, BKS_DAMAGED, "trailing-data", NULL);
	backup_init(&k);
	manifest_of(&k);
	k.manifest.p[41] = '3';
	folder_is(&k, BKS_UNSUPPORTED, "unsupported-version", "backup_manifest byte 0");
}

/* ---- its WAL ---- */

TEST(without_wal_nothing_proves_that_it_restores)
{
	struct backup k;

	NOSTATE;
	backup_init(&k);
	part(&k, WAL)->gone = true;
	folder_is(&k, BKS_UNPROVEN, "wal-missing", NULL);
	backup_init(&k);
	part(&k, WAL)->gone = true;
	add_text(&k, "pg_wal", "", false)->kind = MEMBER_LINK;
	folder_is(&k, BKS_UNPROVEN, "wal-missing", NULL);
}

TEST(every_flipped_bit_of_the_wal_that_it_needs_is_noticed)
{
	NOSTATE;
	for (size_t at = 0; at < 0x100; at++) {
		struct backup k;
		struct seen s;

		backup_init(&k);
		manifest_of(&k);
		part(&k, WAL)->b.p[at] ^= 1;
		s = see_folder(&k);
		if (s.v.verdict != BKS_DAMAGED && s.v.verdict != BKS_INCOMPLETE &&
			s.v.verdict != BKS_UNSUPPORTED)
			fail_msg("byte %zu: %s", at, bks_verdict_name(s.v.verdict));
		seen_clear(&s);
		backup_clear(&k);
	}
}

TEST(wal_that_ends_too_early_is_a_gap)
{
	struct backup k;

	NOSTATE;
	backup_init(&k);
	memset(part(&k, WAL)->b.p + 0xd8, 0, 0x60);
	folder_is(&k, BKS_INCOMPLETE, "wal-gap", NULL);
	backup_init(&k);
	snprintf(k.ranges, sizeof k.ranges,
		"{ \"Timeline\": 1, \"Start-LSN\": \"0/700028\", \"End-LSN\": \"0/900000\" }");
	folder_is(&k, BKS_INCOMPLETE, "wal-gap", NULL);
}

TEST(a_cut_segment_is_truncated)
{
	struct backup k;

	NOSTATE;
	backup_init(&k);
	part(&k, WAL)->b.n -= 1000;
	folder_is(&k, BKS_DAMAGED, "truncated", NULL);
}

static void seal_control(struct backup *k)
{
	uint8_t *p = part(k, "global/pg_control")->b.p;

	for (unsigned i = 0, crc = crc32c(0, p, 288); i < 4; i++)
		p[288 + i] = (uint8_t)(crc >> 8 * i);
}

TEST(wal_of_another_cluster_is_foreign)
{
	struct backup k;

	NOSTATE;
	backup_init(&k);
	part(&k, "global/pg_control")->b.p[0] ^= 1;
	seal_control(&k);
	folder_is(&k, BKS_DAMAGED, "wal-foreign", NULL);
}

/* ---- parts of one backup ---- */

TEST(parts_of_different_backups_disagree)
{
	struct backup k;

	NOSTATE;
	backup_init(&k);
	memcpy(part(&k, "PG_VERSION")->b.p, "14", 2);
	folder_is(&k, BKS_DAMAGED, "parts-disagree", NULL);
	backup_init(&k);
	part(&k, "global/pg_control")->b.p[42] ^= 0x70; /* before the start */
	seal_control(&k);
	folder_is(&k, BKS_DAMAGED, "parts-disagree", NULL);
	backup_init(&k);
	part(&k, "global/pg_control")->b.p[43] = 1; /* behind the stop */
	seal_control(&k);
	folder_is(&k, BKS_DAMAGED, "parts-disagree", NULL);
	backup_init(&k);
	memcpy(strstr((char *)part(&k, "backup_label")->b.p, "0/700028"), "0/700024", 8);
	folder_is(&k, BKS_DAMAGED, "parts-disagree", NULL);
	backup_init(&k);
	memcpy(strstr((char *)part(&k, "backup_label")->b.p, "0000000000007)"),
		"0000000000008)", 14);
	folder_is(&k, BKS_DAMAGED, "parts-disagree", NULL);
	backup_init(&k);
	snprintf(k.system, sizeof k.system, "\"System-Identifier\": 7,\n");
	folder_is(&k, BKS_DAMAGED, "parts-disagree", NULL);
}

TEST(version_2_with_the_right_system_is_sound)
{
	struct backup k;

	NOSTATE;
	backup_init(&k);
	snprintf(k.system, sizeof k.system, "\"System-Identifier\": %llu,\n",
		(unsigned long long)get_le64(part(&k, "global/pg_control")->b.p));
	folder_is(&k, BKS_SOUND, NULL, NULL);
}

TEST(files_behind_a_link_are_not_proven)
{
	struct backup k;

	NOSTATE;
	backup_init(&k);
	add_text(&k, "pg_tblspc/16384/PG_15_202209061/5/1", "x", true)->gone = true;
	add_text(&k, "pg_tblspc/16384", "", false)->kind = MEMBER_LINK;
	folder_is(&k, BKS_UNPROVEN, "link-not-followed", NULL);
	backup_init(&k);
	add_text(&k, "pg_tblspc/16384/PG_15_202209061/5/1", "x", true)->gone = true;
	folder_is(&k, BKS_INCOMPLETE, "member-missing", "pg_tblspc/16384/PG_15_202209061/5/1");
	backup_init(&k);
	add_text(&k, "base/1/link", "", false)->kind = MEMBER_LINK;
	folder_is(&k, BKS_DAMAGED, "member-unsafe", "base/1/link");
}

TEST(an_incremental_one_needs_its_parent)
{
	struct backup k;
	struct part *label;
	struct seen s;

	NOSTATE;
	backup_init(&k);
	label = part(&k, "backup_label");
	put_str(&label->b, "INCREMENTAL FROM LSN: 0/500028\nINCREMENTAL FROM TLI: 1\n");
	label->told = label->b.n;
	add_text(&k, "base/1/INCREMENTAL.1", "x", true);
	manifest_of(&k);
	s = see_folder(&k);
	assert_int_equal(s.v.physical->parent_lsn, 0x500028);
	assert_int_equal(s.v.physical->parent_timeline, 1);
	want(s, BKS_SOUND, "needs-parent", NULL);
	backup_clear(&k);
	backup_init(&k);
	add_text(&k, "base/1/INCREMENTAL.1", "x", true);
	folder_is(&k, BKS_DAMAGED, "parts-disagree", NULL);
}

TEST(folders_of_other_things_are_not_taken_for_one)
{
	struct many *m = calloc(1, sizeof *m);

	NOSTATE;
	assert_non_null(m);
	many_begin(m);
	many_text(m, "PG_VERSION", "15\n");
	many_text(m, "notes.txt", "x");
	assert_null(format_guess_folder(&m->m));
	many_begin(m);
	many_text(m, "base.tar", "x");
	many_text(m, "notes.txt", "x");
	assert_null(format_guess_folder(&m->m));
	free(m);
}

MAIN(T(a_whole_one_is_sound_with_every_kind_of_checksum), T(it_tells_what_it_is),
	T(a_flipped_bit_in_any_file_of_the_manifest_is_damage),
	T(another_size_is_told_as_such_also_without_checksums),
	T(a_lost_file_is_missing_and_one_too_many_unexpected),
	T(what_pg_verifybackup_leaves_out_is_left_out), T(without_a_manifest_it_is_never_sound),
	T(without_a_manifest_its_wal_tells_where_it_ended),
	T(a_backup_that_never_ended_is_incomplete),
	T(a_copy_of_a_server_that_ran_is_not_proven), T(a_damaged_manifest_is_damage),
	T(without_wal_nothing_proves_that_it_restores),
	T(every_flipped_bit_of_the_wal_that_it_needs_is_noticed),
	T(wal_that_ends_too_early_is_a_gap), T(a_cut_segment_is_truncated),
	T(wal_of_another_cluster_is_foreign), T(parts_of_different_backups_disagree),
	T(version_2_with_the_right_system_is_sound), T(files_behind_a_link_are_not_proven),
	T(an_incremental_one_needs_its_parent),
	T(folders_of_other_things_are_not_taken_for_one))
