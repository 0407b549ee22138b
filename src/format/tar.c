/*
 * Any tar that is no pg_dump's and no base backup: a backup of files, or a box that backups lie
 * in. libarchive gives the members, tarblocks.h proves that all of it is there.
 */
#include "base/error.h"
#include "format/archive.h"
#include "format/format.h"
#include "format/inside.h"
#include "format/nameset.h"
#include "format/tarblocks.h"
#include "format/unsafe.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ZEROS_MIN = 2 * USTAR_BLOCK };

struct tar {
	struct report *report;
	struct archived la;
	struct tarblocks blocks;
	struct inside inside;
	struct unsafe unsafe;
	struct nameset names;   /* of all members but folders */
	struct nameset leaving; /* symbolic links that lead out */
	bool strange;           /* libarchive reads other members than the blocks have */
};

/* Nothing but zeros is a tar without members, where all of it is seen: more of them is a file
 * of any kind that lost its bytes. */
static int probe(const uint8_t *head, size_t n)
{
	bool magic, sum;

	if (n < USTAR_BLOCK)
		return 0;
	if (!*head)
		return n >= ZEROS_MIN && n < FORMAT_HEAD && n % USTAR_BLOCK == 0 &&
				       ustar_zeros(head, n)
			       ? 8
			       : 0;
	magic = !memcmp(head + 257, "ustar", 5);
	sum = tarhead_checksum(head);
	return magic && sum ? 40 : magic || sum ? 30 : 0;
}

static void feed(void *arg, const uint8_t *p, size_t n)
{
	struct tar *t = arg;

	tarblocks_push(&t->blocks, p, n);
	t->la.stop |= t->blocks.limit;
}

/* Whether a folder above it is a link that leads out: it would be written there. */
static bool is_below_a_leaving_link(const struct tar *t, const struct tar_member *m)
{
	for (size_t i = 1; t->leaving.n && i < m->name_n; i++)
		if (m->name[i] == '/' && nameset_has(&t->leaving, nameset_hash(m->name, i)))
			return true;
	return false;
}

static void judge_link(struct tar *t, const struct tar_member *m)
{
	struct report *r = t->report;
	const char *why;
	uint64_t to = nameset_hash(m->link, strlen(m->link));

	if (m->type == '2' && unsafe_target(m->name, m->link)) {
		nameset_add(&t->leaving, nameset_hash(m->name, m->name_n));
		unsafe_tell(&t->unsafe, UNSAFE_ODD, m->name,
			arena_form(r->arena,
				"a symbolic link that leads out of the folder, to %s",
				m->link));
	}
	if (m->type != '1')
		return;
	if (unsafe_name(&why, m->link, strlen(m->link)) == UNSAFE_GRAVE)
		unsafe_tell(&t->unsafe, UNSAFE_GRAVE, m->name,
			arena_form(r->arena, "a hard link to %s: %s", m->link, why));
	else if (!t->names.full && !nameset_has(&t->names, to))
		report_find(r, F_MEMBER_MISSING, arena_text(r->arena, m->name),
			"a hard link to %s, which is not in the archive before it", m->link);
}

static bool is_folder(const struct tar_member *m)
{
	return m->type == '5' || m->type == 'D' || (m->name_n && m->name[m->name_n - 1] == '/');
}

static void judge(struct tar *t, const struct tar_member *m)
{
	unsafe_judge(&t->unsafe, m->name, m->name_n);
	if (m->type == '3' || m->type == '4')
		unsafe_tell(&t->unsafe, UNSAFE_ODD, m->name, "a device");
	if (is_below_a_leaving_link(t, m))
		unsafe_tell(&t->unsafe, UNSAFE_GRAVE, m->name,
			"it lies below a link that leads out of the folder");
	judge_link(t, m);
	if (!is_folder(m) && !nameset_add(&t->names, nameset_hash(m->name, m->name_n)))
		unsafe_tell(&t->unsafe, UNSAFE_ODD, m->name,
			"for the second time: only the last one of a name remains");
	if (m->type == 'M')
		report_find(t->report, F_UNSUPPORTED_FORMAT,
			arena_text(t->report->arena, m->name),
			"one volume of several: the file begins in another");
}

static bool is_file(const struct tar_member *m)
{
	return (m->type == '0' || m->type == '7' || m->type == 'S') && !is_folder(m);
}

/* 0, or negative when the bytes could not be had. */
static int read_member(struct tar *t, const struct tar_member *m, bks_error *err)
{
	int s = 0;

	judge(t, m);
	if (is_file(m) && !m->sparse && t->la.size != (int64_t)m->size)
		t->strange = true;
	if (is_file(m))
		s = inside_look(&t->inside, m->name, t->la.size, &t->la.data, err);
	else
		t->inside.members++;
	if (!s)
		s = archive_drain(&t->la);
	if (!s && t->la.refused && !t->la.broken)
		inside_blame(&t->inside, m->name, F_MALFORMED, t->la.why);
	else if (t->la.refused || s == BKS_E_CUT)
		inside_cut(&t->inside);
	return s;
}

/* An enum archive_met of the last one, or negative. */
static int read_members(struct tar *t, bks_error *err)
{
	int met;

	while ((met = archive_member(&t->la)) == ARCHIVE_MEMBER) {
		struct tar_member *m = tarblocks_take(&t->blocks);
		int s = m ? read_member(t, m, err) : 0;

		t->strange |= !m;
		free(m);
		if (s)
			return s;
	}
	return met;
}

/* Of what both read, the blocks say more; libarchive has a word where they found nothing. */
static void judge_end(struct tar *t, int met)
{
	struct report *r = t->report;

	tarblocks_end(&t->blocks);
	if (r->verdicts[BKS_DAMAGED] || r->verdicts[BKS_UNREADABLE])
		return;
	if (met == ARCHIVE_BROKEN)
		report_find(r, F_MALFORMED, NULL, "libarchive: %s", t->la.why);
	else if (t->strange || t->blocks.first)
		report_find(r, F_SIZE_CONFLICT, NULL,
			"its headers can be read in two ways: libarchive finds other members");
}

static bool has_name(const struct tar *t, const char *name)
{
	char dotted[64];
	int n = snprintf(dotted, sizeof dotted, "./%s", name);

	return nameset_has(&t->names, nameset_hash(name, strlen(name))) ||
	       nameset_has(&t->names, nameset_hash(dotted, (size_t)n));
}

/* pg_basebackup writes backup_label first and its manifest last: where the one is without the
 * other, the tar is none of files. Where it lies elsewhere, another program packed a folder,
 * and the label is told as what it is. */
static void judge_base_backup(struct tar *t)
{
	if (has_name(t, "backup_manifest") && !has_name(t, "backup_label"))
		report_find(t->report, F_MEMBER_MISSING, "backup_label",
			"it holds a backup_manifest, as base backups do, and not their "
			"backup_label");
}

static void tell_facts(struct tar *t)
{
	struct report *r = t->report;
	const struct tarblocks *b = &t->blocks;

	r->out->format_version = b->pax       ? "pax"
				 : b->gnu     ? "gnu"
				 : b->posix   ? "ustar"
				 : b->members ? "v7"
					      : NULL;
	if (t->names.full)
		report_find(r, F_LIMIT_NOTED, NULL,
			"names of the first %zu members were compared, not of all", t->names.n);
	if (b->data)
		report_find(r, F_NO_CHECKSUM, NULL,
			"no checksum covers the data (a tar packs nothing): only a digest, or "
			"what "
			"lies in it, can tell a changed byte");
}

static int walk(stream *in, struct report *r, bks_error *err)
{
	struct tar t = {.report = r, .unsafe = {.report = r}};
	bks_error own = {0};
	int met, s;

	err = err ? err : &own;
	tarblocks_begin(&t.blocks, r);
	inside_begin(&t.inside, r);
	met = archive_begin(&t.la, ARCHIVE_TAR, in, feed, &t, err);
	if (!met)
		met = read_members(&t, err);
	t.blocks.deaf = true;
	s = met < 0 ? met : archive_rest(&t.la);
	if (!s) {
		judge_end(&t, met);
		judge_base_backup(&t);
		if (!t.blocks.members && t.blocks.state == TAR_BEHIND_END)
			report_find(r, F_EMPTY, "byte 0",
				"a tar without members: nothing but zero bytes");
	}
	unsafe_end(&t.unsafe);
	inside_end(&t.inside);
	tell_facts(&t);
	archive_end(&t.la);
	tarblocks_clear(&t.blocks);
	nameset_clear(&t.names);
	nameset_clear(&t.leaving);
	return s == BKS_E_CUT ? 0 : s;
}

extern const struct format format_tar;
const struct format format_tar = {.name = "tar", .probe = probe, .walk = walk};
