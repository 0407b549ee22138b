#include "backstay/restore.h"
#include "backstay/retain.h"

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

const char *bks_standing_name(enum bks_standing s)
{
	return (unsigned)s < BKS_STANDING_COUNT ? standing_words[s] : "?";
}
