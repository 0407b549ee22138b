/* Base backups in tars: folders of them, and the one that a pipe gets, whole and each wrong in
 * one way. */
#include "backup.h"

extern const struct format format_basebackup;

/* ---- one tar ---- */

static struct bytes piped(void)
{
	struct backup k;
	struct bytes b;

	backup_init(&k);
	manifest_of(&k);
	b = tar_of(&k, true, true);
	backup_clear(&k);
	return b;
}

static void tar_is(
	struct bytes b, enum bks_verdict verdict, const char *code, const char *where)
{
	want(see_bytes(b.p, b.n, 0), verdict, code, where);
	free(b.p);
}

TEST(one_with_its_manifest_inside_is_sound_with_every_kind_of_checksum)
{
	NOSTATE;
	for (unsigned i = CHECKSUM_NONE; i < CHECKSUM_KINDS; i++) {
		struct backup k;
		struct bytes b;

		backup_init(&k);
		k.kind = (enum checksum_kind)i;
		manifest_of(&k);
		b = tar_of(&k, true, true);
		assert_ptr_equal(format_guess(b.p, b.n), &format_basebackup);
		want(see_bytes(b.p, b.n, 997), BKS_SOUND, i ? NULL : "no-checksum", NULL);
		part(&k, "base/1/1259")->b.p[77] ^= 1;
		free(b.p);
		b = tar_of(&k, true, true);
		if (i)
			tar_is(b, BKS_DAMAGED, "checksum-mismatch", "base/1/1259");
		else
			tar_is(b, BKS_SOUND, "no-checksum", NULL);
		backup_clear(&k);
	}
}

TEST(every_cut_of_it_is_noticed)
{
	struct bytes b = piped();

	NOSTATE;
	for (size_t n = 3 * BLOCK; n<b.n; n += n + 2000> b.n ? 37 : 9973) {
		struct seen s = see_bytes(b.p, n, 0);

		if (s.v.verdict != BKS_DAMAGED || !found(&s, "truncated"))
			fail_msg("cut at %zu: %s", n, bks_verdict_name(s.v.verdict));
		seen_clear(&s);
	}
	free(b.p);
}

/* All but padding, which is told, and the bytes of what pg_verifybackup leaves out; the WAL behind what it needs is left
 * out here. */
TEST(every_flipped_bit_of_it_is_noticed)
{
	struct bytes b = piped();
	size_t unseen = 0, tried = 0, from, to;

	NOSTATE;
	for (from = 0; strcmp((char *)b.p + from, WAL) != 0; from += BLOCK)
		;
	to = from + BLOCK + (1 << 20);
	from += BLOCK + 0x100;
	for (size_t at = 0; at<b.n; at = at + 61> from && at < to ? to : at + 61) {
		struct seen s;

		b.p[at] ^= 2;
		s = see_bytes(b.p, b.n, 0);
		unseen += s.v.verdict == BKS_SOUND && !found(&s, "padding-not-zero");
		tried++;
		b.p[at] ^= 2;
		seen_clear(&s);
	}
	free(b.p);
	assert_true(tried > 500);
	assert_in_range(unseen, 0, 1);
}

/* As pg_basebackup 17 leaves it where it puts a tar together anew. */
TEST(padding_may_be_any_bytes_and_is_told_once)
{
	struct bytes b = piped();
	struct seen s;
	size_t at = 0, notes = 0;

	NOSTATE;
	tar_is(piped(), BKS_SOUND, NULL, NULL);
	while (strcmp((char *)b.p + at, "PG_VERSION") != 0)
		at += BLOCK;
	memset(b.p + at + BLOCK + 3, 0xee, BLOCK - 3);
	for (at = 0; strcmp((char *)b.p + at, "backup_label") != 0;)
		at += BLOCK;
	b.p[at + 2 * BLOCK - 1] = 1;
	s = see_bytes(b.p, b.n, 0);
	assert_int_equal(s.v.verdict, BKS_SOUND);
	for (size_t i = 0; i < s.v.finding_count; i++)
		notes += !strcmp(s.v.findings[i].code, "padding-not-zero");
	assert_int_equal(notes, 1);
	seen_clear(&s);
	free(b.p);
}

TEST(what_stands_behind_its_end_is_trailing)
{
	struct bytes b = piped();

	NOSTATE;
	put(&b, "\0\0\0x", 4);
	tar_is(b, BKS_DAMAGED, "trailing-data", NULL);
	b = piped();
	put_end(&b);
	tar_is(b, BKS_SOUND, "trailing-zeros", NULL);
}

static void changed_is(void (*change)(struct backup *k, struct bytes *b),
	enum bks_verdict verdict, const char *code, const char *where)
{
	struct bytes b;
	struct backup k;

	backup_init(&k);
	manifest_of(&k);
	b = tar_of(&k, true, true);
	b.n -= 2 * BLOCK;
	change(&k, &b);
	put_end(&b);
	tar_is(b, verdict, code, where);
	backup_clear(&k);
}

static void twice(struct backup *k, struct bytes *b)
{
	put_file(b, "base/1/2619", part(k, "base/1/2619")->b.p, 8192);
}

static void label_twice(struct backup *k, struct bytes *b)
{
	put_file(b, "backup_label", part(k, "backup_label")->b.p, part(k, "backup_label")->b.n);
}

static void wal_twice(struct backup *k, struct bytes *b)
{
	put_file(b, WAL, part(k, WAL)->b.p, part(k, WAL)->b.n);
}

static void manifest_twice(struct backup *k, struct bytes *b)
{
	put_file(b, "backup_manifest", k->manifest.p, k->manifest.n);
}

static void stranger(struct backup *k, struct bytes *b)
{
	(void)k;
	put_file(b, "base/1/stranger", "x", 1);
}

static void outside(struct backup *k, struct bytes *b)
{
	(void)k;
	put_file(b, "base/../../etc/passwd", "x", 1);
}

static void device(struct backup *k, struct bytes *b)
{
	(void)k;
	put_head(b, "base/1/null", '3', 0);
}

static void link_out(struct backup *k, struct bytes *b)
{
	(void)k;
	put_head(b, "base/1/link", '2', 0);
}

static void tablespace_link(struct backup *k, struct bytes *b)
{
	(void)k;
	put_head(b, "pg_tblspc/16384", '2', 0);
	put_file(b, "standby.signal", "", 0);
}

TEST(members_that_do_not_belong_there_are_told)
{
	NOSTATE;
	changed_is(twice, BKS_DAMAGED, "member-unexpected", "base/1/2619");
	changed_is(label_twice, BKS_DAMAGED, "member-unexpected", "backup_label");
	changed_is(wal_twice, BKS_DAMAGED, "member-unexpected", WAL);
	changed_is(manifest_twice, BKS_DAMAGED, "member-unexpected", "backup_manifest");
	changed_is(stranger, BKS_DAMAGED, "member-unexpected", "base/1/stranger");
	changed_is(outside, BKS_DAMAGED, "member-unsafe", "base/../../etc/passwd");
	changed_is(device, BKS_DAMAGED, "member-unsafe", "base/1/null");
	changed_is(link_out, BKS_DAMAGED, "member-unsafe", "base/1/link");
	changed_is(tablespace_link, BKS_SOUND, NULL, NULL);
}

TEST(every_lost_member_is_noticed)
{
	struct backup k;
	struct bytes all;

	NOSTATE;
	backup_init(&k);
	manifest_of(&k);
	all = tar_of(&k, true, true);
	for (size_t at = 0; all.p[at];) {
		size_t size = strtoul((char *)all.p + at + 124, NULL, 8);
		size_t n = BLOCK + (size + BLOCK - 1) / BLOCK * BLOCK;
		const char *name = (char *)all.p + at;
		struct bytes b = {0};
		struct seen s;

		put(&b, all.p, at);
		put(&b, all.p + at + n, all.n - at - n);
		s = see_bytes(b.p, b.n, 0);
		/* without the first member nobody takes it for a base backup */
		if (s.v.verdict == BKS_SOUND && strcmp(name, "postgresql.auto.conf") != 0 &&
			strcmp(name, "pg_logical/") != 0 &&
			strcmp(name, "./pg_wal/archive_status/") != 0)
			fail_msg("%s is lost: %s", name, bks_verdict_name(s.v.verdict));
		seen_clear(&s);
		free(b.p);
		at += n;
	}
	free(all.p);
	backup_clear(&k);
}

/* ---- a folder of tars ---- */

struct tars {
	struct many *m;
	struct bytes base, wal, space;
	struct backup k;
};

static void tars_init(struct tars *t)
{
	*t = (struct tars){.m = calloc(1, sizeof *t->m)};
	assert_non_null(t->m);
	backup_init(&t->k);
	t->k.jobs = 3;
	add_text(&t->k, "pg_tblspc/16387/PG_15_202209061/5/1", "space", true);
	add_text(&t->k, "tablespace_map", "16387 /srv/s\n", true);
	manifest_of(&t->k);
	t->base = tar_of(&t->k, false, false);
	t->wal = wal_tar_of(&t->k);
	put_head(&t->space, "PG_15_202209061/", '5', 0);
	put_file(&t->space, "PG_15_202209061/5/1", "space", 5);
	put_end(&t->space);
	many_begin(t->m);
}

static void tars_are(
	struct tars *t, enum bks_verdict verdict, const char *code, const char *where)
{
	want(see_members(t->m, t->k.jobs), verdict, code, where);
	free(t->m);
	free(t->base.p);
	free(t->wal.p);
	free(t->space.p);
	backup_clear(&t->k);
}

/* WITHOUT: the one that is not there. */
static void fill(struct tars *t, const char *without)
{
	const struct {
		const char *name;
		const struct bytes *b;
	} all[] = {{"16387.tar", &t->space}, {"backup_manifest", &t->k.manifest},
		{"base.tar", &t->base}, {"pg_wal.tar", &t->wal}};

	for (size_t i = 0; i < 4; i++)
		if (strcmp(all[i].name, without) != 0)
			many_add(t->m, all[i].name, all[i].b->p, all[i].b->n);
}

TEST(a_folder_of_tars_is_sound)
{
	struct tars t;

	NOSTATE;
	tars_init(&t);
	fill(&t, "");
	assert_int_equal(format_guess_folder(&t.m->m)->probe_folder(&t.m->m), 100);
	tars_are(&t, BKS_SOUND, NULL, NULL);
}

TEST(a_tar_that_is_lost_is_told)
{
	struct tars t;

	NOSTATE;
	tars_init(&t);
	fill(&t, "16387.tar");
	tars_are(&t, BKS_INCOMPLETE, "member-missing", "pg_tblspc/16387/PG_15_202209061/5/1");
	tars_init(&t);
	fill(&t, "base.tar");
	tars_are(&t, BKS_INCOMPLETE, "member-missing", "base.tar");
	tars_init(&t);
	fill(&t, "pg_wal.tar");
	tars_are(&t, BKS_UNPROVEN, "wal-missing", NULL);
	tars_init(&t);
	fill(&t, "backup_manifest");
	tars_are(&t, BKS_UNPROVEN, "manifest-missing", NULL);
}

TEST(a_tablespace_is_missed_without_a_manifest_too)
{
	struct tars t;

	NOSTATE;
	tars_init(&t);
	many_add(t.m, "base.tar", t.base.p, t.base.n);
	many_add(t.m, "pg_wal.tar", t.wal.p, t.wal.n);
	tars_are(&t, BKS_INCOMPLETE, "member-missing", "16387.tar");
}

TEST(files_that_do_not_belong_there_are_told)
{
	struct tars t;

	NOSTATE;
	tars_init(&t);
	fill(&t, "");
	many_text(t.m, "pg_wal.tar.sha256", "x");
	tars_are(&t, BKS_SOUND, NULL, NULL);
	tars_init(&t);
	fill(&t, "");
	many_text(t.m, "script.sh", "x");
	tars_are(&t, BKS_DAMAGED, "member-unexpected", "script.sh");
	tars_init(&t);
	fill(&t, "");
	many_text(t.m, "pg_wal.tar.gz", "x");
	tars_are(&t, BKS_DAMAGED, "member-unexpected", "pg_wal.tar.gz");
}

TEST(a_manifest_in_a_tar_of_many_is_unexpected)
{
	struct tars t;

	NOSTATE;
	tars_init(&t);
	free(t.base.p);
	t.base = tar_of(&t.k, false, true);
	fill(&t, "");
	tars_are(&t, BKS_DAMAGED, "member-unexpected", "base.tar backup_manifest");
}

TEST(flips_are_told_by_tar_and_member)
{
	struct tars t;

	NOSTATE;
	tars_init(&t);
	fill(&t, "");
	t.space.p[2 * BLOCK] ^= 1;
	tars_are(&t, BKS_DAMAGED, "checksum-mismatch", "16387.tar PG_15_202209061/5/1");
	tars_init(&t);
	fill(&t, "");
	t.wal.p[BLOCK + 0x70] ^= 1;
	tars_are(&t, BKS_DAMAGED, "checksum-mismatch",
		"pg_wal.tar 000000010000000000000007 byte 210");
	tars_init(&t);
	fill(&t, "");
	t.base.p[0] ^= 1;
	tars_are(&t, BKS_DAMAGED, "checksum-mismatch", "base.tar byte 0");
}

TEST(a_tar_of_postgresql_itself_is_read)
{
	struct bytes b = corpus("15-tablespace.tar"), m = corpus("15-tablespace.manifest.gz");
	struct many *many = calloc(1, sizeof *many);
	struct seen s;

	NOSTATE;
	assert_non_null(many);
	many_begin(many);
	many_add(many, "16387.tar", b.p, b.n);
	many_add(many, "backup_manifest", m.p, m.n);
	s = see_members(many, 1);
	assert_int_equal(s.v.verdict, BKS_INCOMPLETE); /* base.tar is not there */
	assert_non_null(found(&s, "member-missing"));
	assert_null(found(&s, "checksum-mismatch"));
	seen_clear(&s);
	b.p[3 * BLOCK + 100] ^= 1;
	want(see_members(many, 1), BKS_DAMAGED, "checksum-mismatch", NULL);
	free(many);
	free(b.p);
	free(m.p);
}

MAIN(T(one_with_its_manifest_inside_is_sound_with_every_kind_of_checksum),
	T(every_cut_of_it_is_noticed), T(every_flipped_bit_of_it_is_noticed),
	T(padding_may_be_any_bytes_and_is_told_once), T(what_stands_behind_its_end_is_trailing), T(members_that_do_not_belong_there_are_told),
	T(every_lost_member_is_noticed), T(a_folder_of_tars_is_sound),
	T(a_tar_that_is_lost_is_told), T(a_tablespace_is_missed_without_a_manifest_too),
	T(files_that_do_not_belong_there_are_told),
	T(a_manifest_in_a_tar_of_many_is_unexpected), T(flips_are_told_by_tar_and_member),
	T(a_tar_of_postgresql_itself_is_read))
