/* What a bucket holds beside the files that a listing shows: it is billed, and nobody sees it. */
#include "backstay/text.h"
#include "base/text.h"
#include "work/scan_private.h"

#define UPLOAD_OLD BKS_DAY /* a younger one may go on */

static const char *size_text(int64_t bytes, bks_arena *a)
{
	char text[BKS_SIZE_TEXT];

	return bytes < 0 ? "of unknown size" : arena_text(a, bks_size_text(text, bytes));
}

static void tell_uploads(struct scan *s, const struct store_rest *rest)
{
	char when[BKS_TIME_TEXT];
	bool old = rest->oldest_upload != BKS_TIME_NONE && rest->oldest_upload < s->opt->now - UPLOAD_OLD;

	if (rest->uploads > 0)
		scan_find(s, "open-uploads", old ? BKS_WARNING : BKS_NOTE, rest->upload_path,
			arena_form(s->scratch, "%lld upload%s begun and not ended, %s: billed, and in no listing; the oldest, of this key, since %s",
				(long long)rest->uploads, rest->uploads == 1 ? " was" : "s were", size_text(rest->upload_bytes, s->scratch),
				bks_time_text(when, rest->oldest_upload)));
}

static void tell_versions(struct scan *s, const struct store_rest *rest)
{
	if (rest->old_versions > 0)
		scan_find(s, "old-versions", BKS_NOTE, NULL,
			arena_form(s->scratch, "%lld older version%s, %s, %s kept and billed", (long long)rest->old_versions,
				rest->old_versions == 1 ? "" : "s", size_text(rest->old_bytes, s->scratch),
				rest->old_versions == 1 ? "is" : "are"));
	if (rest->hidden > 0)
		scan_find(s, "delete-markers", BKS_NOTE, NULL,
			arena_form(s->scratch, "%lld key%s hidden by a delete marker: the bytes may still be there", (long long)rest->hidden,
				rest->hidden == 1 ? " is" : "s are"));
}

int scan_rest(struct scan *s, store *place)
{
	struct store_rest rest;
	int r;

	bks_arena_reset(s->scratch);
	r = store_rest(&rest, place, s->scratch, s->err);
	if (r)
		return r < 0 ? r : 0;
	tell_uploads(s, &rest);
	tell_versions(s, &rest);
	return 0;
}

void scan_why_missing(struct scan *s, const struct known *k)
{
	char when[BKS_TIME_TEXT];
	bks_time since;

	if (store_hidden(&since, s->registrar.s, k->path))
		scan_find(s, "delete-marker", BKS_WARNING, k->path,
			arena_form(s->arena, "a delete marker hides it since %s: its versions may still be there, and can be brought back",
				bks_time_text(when, since)));
}
