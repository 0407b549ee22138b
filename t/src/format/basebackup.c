/*
 * pg-basebackup: what BASE_BACKUP sends and pg_basebackup writes down, as a folder or as the
 * one tar of a cluster without tablespaces. docs/formats/pg-basebackup.md tells what is
 * checked.
 */
#include "format/bbfolder.h"
#include "format/format.h"
#include "format/ustar.h"
#include <string.h>

/* base.tar begins with the label. Of its name, the magic of PostgreSQL's tars and the label's
 * first words, two are enough: one may be what is damaged. */
static int probe(const uint8_t *head, size_t n)
{
	static const char words[] = "START WAL LOCATION: ", name[] = "backup_label";
	bool named = n >= sizeof name && !memcmp(head, name, sizeof name);
	bool magic = n >= USTAR_BLOCK && ustar_magic(head) && !memcmp(head + 257, "ustar\0", 6);
	bool label = n >= USTAR_BLOCK + sizeof words - 1 &&
		     !memcmp(head + USTAR_BLOCK, words, sizeof words - 1);

	return named + magic + label >= 2 ? 96 : 0;
}

static int walk(stream *in, struct report *r, bks_error *err)
{
	struct bb b;
	int s;

	bb_init(&b, r);
	s = bbtar_walk(&b, in, BBTAR_BASE, "", r, err);
	if (!s)
		bb_judge(&b);
	bb_clear(&b);
	return s;
}

static int walk_folder(struct folder *f, bks_error *err)
{
	struct bb b;
	int s;

	bb_init(&b, f->report);
	s = bbfolder_walk(&b, f, err);
	if (!s)
		bb_judge(&b);
	bb_clear(&b);
	return s;
}

extern const struct format format_basebackup;
const struct format format_basebackup = {.name = "pg-basebackup",
	.probe = probe,
	.walk = walk,
	.probe_folder = bbfolder_probe,
	.walk_folder = walk_folder};
