/* The words of the inventory: in the tables, in lists and in what people type. */
#include "catalog/words.h"
#include "backstay/backup.h"
#include <string.h>

#define X(name, word) word,
const char *const words_kind[] = {BKS_KINDS(X)};
const char *const words_state[] = {BKS_STATES(X)};
const char *const words_tier[] = {BKS_TIERS(X)};
const char *const words_level[] = {BKS_LEVELS(X)};
const char *const words_result[] = {BKS_RESULTS(X)};
const char *const words_verdict[] = {BKS_VERDICTS(X)};
const char *const words_content[] = {BKS_CONTENTS(X)};
const char *const words_taken_from[] = {BKS_TAKEN_FROMS(X)};
const char *const words_severity[] = {BKS_SEVERITIES(X)};
const char *const words_part[] = {BKS_PARTS(X)};
#undef X
const char *const words_digest_from[] = {"none", "first-sight", "birth"};

static int place(const char *const *words, int n, const char *word)
{
	for (int i = 0; i < n; i++)
		if (!strcmp(words[i], word))
			return i;
	return -1;
}

const char *bks_kind_name(enum bks_kind k)
{
	return (unsigned)k < BKS_KIND_COUNT ? words_kind[k] : "?";
}

const char *bks_state_name(enum bks_state s)
{
	return (unsigned)s < BKS_STATE_COUNT ? words_state[s] : "?";
}

const char *bks_tier_name(enum bks_tier t)
{
	return (unsigned)t < BKS_TIER_COUNT ? words_tier[t] : "?";
}

const char *bks_part_name(enum bks_part p)
{
	return p > BKS_PART_NONE && p < BKS_PART_COUNT ? words_part[p] : NULL;
}

int bks_kind_parse(enum bks_kind *out, const char *word)
{
	int i = place(words_kind, BKS_KIND_COUNT, word);

	if (i < 0)
		return 1;
	*out = (enum bks_kind)i;
	return 0;
}

int bks_state_parse(enum bks_state *out, const char *word)
{
	int i = place(words_state, BKS_STATE_COUNT, word);

	if (i < 0)
		return 1;
	*out = (enum bks_state)i;
	return 0;
}

int bks_tier_parse(enum bks_tier *out, const char *word)
{
	int i = place(words_tier, BKS_TIER_COUNT, word);

	if (i < 0)
		return 1;
	*out = (enum bks_tier)i;
	return 0;
}
