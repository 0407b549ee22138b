/*
 * Any bytes as a settings file: it is taken or refused in words that name it and command no
 * terminal, twice in the same way; what is taken keeps the promises that retention stands on,
 * and a comment behind it changes nothing.
 */
#include "backstay/settings.h"
#include "base/settings_file.h"
#include "base/text.h"
#include "base/utf8.h"
#include "fuzz.h"
#include <openssl/evp.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { FILE_MAX = 1 << 20 };

static char path[64];

static void write_file(const void *head, size_t n, const char *tail)
{
	static int fd = -1;

	if (fd < 0) {
		fd = memfd_create("settings", MFD_CLOEXEC);
		snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	}
	MUST(fd >= 0 && !ftruncate(fd, 0));
	MUST(pwrite(fd, head, n, 0) == (ssize_t)n);
	MUST(pwrite(fd, tail, strlen(tail), (off_t)n) == (ssize_t)strlen(tail));
}

static void one_clean_line(const char *s)
{
	uint32_t c;
	size_t n = strlen(s);

	for (size_t i = 0, len; i < n; i += len) {
		len = utf8_take(&c, s + i, n - i);
		MUST(len && !utf8_is_control(c));
	}
}

static void refused(int r, const bks_error *err, size_t n)
{
	MUST(r == BKS_E_USAGE && err->code == r);
	MUST(strstr(err->text, path));
	MUST(n > FILE_MAX || strstr(err->text, ":"));
	one_clean_line(err->text);
}

static void taken(const bks_settings *s)
{
	MUST(s->policy_count > 0 && !strcmp(s->policies[0].name, "default"));
	for (size_t i = 0; i < s->policy_count; i++) {
		const bks_policy *p = &s->policies[i];

		MUST(p->floor >= 2 && p->grace >= 0 && p->failed_keep >= 0);
		for (size_t k = 0; k < p->tier_count; k++) {
			MUST(p->tiers[k].days >= 0 && p->tiers[k].months >= 0);
			MUST(!p->tiers[k].days || !p->tiers[k].months);
			MUST(bks_policy_tier(p, p->tiers[k].name) == &p->tiers[k]);
		}
		MUST(p->day_start >= 0 && p->day_start < BKS_DAY);
		MUST(p->level >= 0 && p->level < BKS_LEVEL_COUNT);
		MUST(!p->zone || bks_zone_exists(p->zone));
		MUST(bks_policy_find(s, p->name) == p);
	}
	for (size_t i = 0; i < s->source_count; i++) {
		MUST(s->sources[i].name && *s->sources[i].name && s->sources[i].declared);
		MUST(bks_policy_find(s, s->sources[i].policy));
	}
	for (size_t i = 0; i < s->repo_count; i++)
		MUST(s->repos[i].name && s->repos[i].url && s->repos[i].declared);
	MUST(s->settle >= 0 && s->max_memory > 0 && s->jobs >= 0);
}

static void digested(const bks_settings *s, const uint8_t *data, size_t n, bks_arena *a)
{
	uint8_t sha[32];
	char hex[65];

	MUST(EVP_Digest(data, n, sha, NULL, EVP_sha256(), NULL) == 1);
	for (size_t i = 0; i < sizeof sha; i++)
		snprintf(hex + 2 * i, 3, "%02x", (unsigned)sha[i]);
	MUST(s->text && !strcmp(settings_digest(s, a), hex));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	bks_arena *a = bks_arena_new();
	const bks_settings *s = NULL, *again = NULL;
	bks_error err = {0}, err_again = {0};
	int r;

	write_file(data, n, "");
	r = bks_settings_read(&s, path, a, &err);
	MUST(bks_settings_read(&again, path, a, &err_again) == r);
	if (r) {
		refused(r, &err, n);
		MUST(!strcmp(err.text, err_again.text));
	} else {
		taken(s);
		digested(s, data, n, a);
		if (n < FILE_MAX - 100) {
			write_file(data, n, "\n# a comment\n");
			MUST(bks_settings_read(&again, path, a, &err_again) == 0);
		}
		MUST(again->source_count == s->source_count &&
			again->repo_count == s->repo_count &&
			again->policy_count == s->policy_count && again->settle == s->settle);
	}
	bks_arena_free(a);
	return 0;
}
