#include "backstay/restore.h"
#include "backstay/retain.h"
#include "base/error.h"
#include <string.h>

#define X(name, word) word,
static const char *const target_words[] = {BKS_TARGETS(X)};
static const char *const standing_words[] = {BKS_STANDINGS(X)};
#undef X

const char *bks_keep_name(enum bks_keep k)
{
	return k == BKS_KEEP ? "keep" : k == BKS_EXPIRE ? "expire" : "undecided";
}

const char *bks_target_name(enum bks_target t)
{
	return (unsigned)t < BKS_TARGET_COUNT ? target_words[t] : "?";
}

const char *bks_window_name(enum bks_window_kind k)
{
	return k == BKS_WINDOW_DAILY ? "daily" : "pitr";
}

int bks_window_parse(bks_window *out, const char *text, bks_error *err)
{
	const char *blank = strchr(text, ' ');
	bks_error why = {0};

	*out = (bks_window){.since = BKS_TIME_NONE};
	if (!strncmp(text, "pitr ", 5))
		out->kind = BKS_WINDOW_PITR;
	else if (strncmp(text, "daily ", 6) != 0)
		blank = NULL;
	if (!blank || bks_duration_parse(&out->length, blank + 1, &why) < 0)
		return fail(err, BKS_E_USAGE, "a window is \"daily 7d\" or \"pitr 7d\": %s", text);
	return 0;
}

const char *bks_standing_name(enum bks_standing s)
{
	return (unsigned)s < BKS_STANDING_COUNT ? standing_words[s] : "?";
}
