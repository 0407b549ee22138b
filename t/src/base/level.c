/* The words of levels, results, verdicts and their like: one table each. */
#include "backstay/inspect.h"
#include <string.h>

#define X(name, word) word,
static const char *const level_words[] = {BKS_LEVELS(X)};
static const char *const result_words[] = {BKS_RESULTS(X)};
static const char *const verdict_words[] = {BKS_VERDICTS(X)};
static const char *const content_words[] = {BKS_CONTENTS(X)};
static const char *const taken_words[] = {BKS_TAKEN_FROMS(X)};
static const char *const severity_words[] = {BKS_SEVERITIES(X)};
#undef X

const char *bks_level_name(int level)
{
	return level >= 0 && level < BKS_LEVEL_COUNT ? level_words[level] : "?";
}

const char *bks_result_name(enum bks_result r)
{
	return (unsigned)r < BKS_RESULT_COUNT ? result_words[r] : "?";
}

const char *bks_verdict_name(enum bks_verdict v)
{
	return (unsigned)v < BKS_VERDICT_COUNT ? verdict_words[v] : "?";
}

const char *bks_content_name(enum bks_content c)
{
	return (unsigned)c < BKS_CONTENT_COUNT ? content_words[c] : "?";
}

const char *bks_taken_from_name(enum bks_taken_from f)
{
	return (unsigned)f < BKS_TAKEN_COUNT ? taken_words[f] : "?";
}

const char *bks_severity_name(enum bks_severity s)
{
	return (unsigned)s < BKS_SEVERITY_COUNT ? severity_words[s] : "?";
}

const char *bks_digest_from_name(enum bks_digest_from f)
{
	return f == BKS_DIGEST_BIRTH ? "birth" : f == BKS_DIGEST_FIRST_SIGHT ? "first-sight" : NULL;
}

static int word_index(const char *const *words, int n, const char *word)
{
	for (int i = 0; i < n; i++)
		if (!strcmp(words[i], word))
			return i;
	return -1;
}

int bks_level_parse(int *out, const char *word)
{
	int i = word_index(level_words, BKS_LEVEL_COUNT, word);

	if (i < 0)
		return 1;
	*out = i;
	return 0;
}

int bks_verdict_parse(enum bks_verdict *out, const char *word)
{
	int i = word_index(verdict_words, BKS_VERDICT_COUNT, word);

	if (i < 0)
		return 1;
	*out = (enum bks_verdict)i;
	return 0;
}

/* Two at most, of five words: every pair stands in a table, so that nobody has to keep the text. */
const char *bks_wrapping_text(const bks_inspection *i)
{
	static const char *const words[] = {"gzip", "zstd", "lz4", "xz", "bzip2"};
	static const char *const pairs[5][5] = {
		{"gzip,gzip", "gzip,zstd", "gzip,lz4", "gzip,xz", "gzip,bzip2"},
		{"zstd,gzip", "zstd,zstd", "zstd,lz4", "zstd,xz", "zstd,bzip2"},
		{"lz4,gzip", "lz4,zstd", "lz4,lz4", "lz4,xz", "lz4,bzip2"},
		{"xz,gzip", "xz,zstd", "xz,lz4", "xz,xz", "xz,bzip2"},
		{"bzip2,gzip", "bzip2,zstd", "bzip2,lz4", "bzip2,xz", "bzip2,bzip2"},
	};
	int outer = i->wrappings > 0 ? word_index(words, 5, i->wrapping[0]) : -1;
	int inner = i->wrappings > 1 ? word_index(words, 5, i->wrapping[1]) : -1;

	if (outer < 0)
		return "";
	return inner < 0 ? words[outer] : pairs[outer][inner];
}
