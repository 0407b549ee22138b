/* Known inputs through the path that all others take: opened, handed to a worker, walked,
 * answered, checked. */
#include "work/canary.h"
#include "base/arena.h"
#include "format/verify.h"
#include "work/apart.h"
#include "work/canary_bytes.h"
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct canary {
	const char *what; /* "a gzip that was cut" */
	const uint8_t *bytes;
	size_t n;
	size_t flip;      /* this byte's lowest but one bit is turned; 0: none */
	const char *code; /* of its first finding; NULL: any or none */
	enum bks_verdict verdict;
	bool sealed;   /* a digest is expected that it does not have */
	bool physical; /* it holds no dump of 12 rows, but tells its place in the log */
};

#define ALL(name) name##_bytes, sizeof name##_bytes

static const struct canary canaries[] = {
	{"a sound dump", ALL(plain), 0, NULL, BKS_SOUND, false, false},
	{"a dump without its end", plain_bytes, PLAIN_END, 0, "no-end-mark", BKS_INCOMPLETE,
		false, false},
	{"a sound dump in gzip", ALL(gzip), 0, NULL, BKS_SOUND, false, false},
	{"a gzip that was cut", gzip_bytes, sizeof gzip_bytes / 3 * 2, 0, "truncated",
		BKS_DAMAGED, false, false},
	{"a gzip with a wrong checksum", ALL(gzip), sizeof gzip_bytes - 8, "checksum-mismatch",
		BKS_DAMAGED, false, false},
	{"a file of another digest", ALL(gzip), 0, "digest-changed", BKS_DAMAGED, true, false},
	{"a sound custom dump", ALL(custom), 0, NULL, BKS_SOUND, false, false},
	{"a custom dump with a wrong block", ALL(custom), CUSTOM_BLOCK, "block-unexpected",
		BKS_DAMAGED, false, false},
	{"a custom dump that was cut", custom_bytes, sizeof custom_bytes - 40, 0, "truncated",
		BKS_DAMAGED, false, false},
	{"a sound dump in zstd", ALL(zstd), 0, NULL, BKS_SOUND, false, false},
	{"a sound dump in lz4", ALL(lz4), 0, NULL, BKS_SOUND, false, false},
	{"a sound dump in xz", ALL(xz), 0, NULL, BKS_SOUND, false, false},
	{"a sound dump in bzip2", ALL(bzip2), 0, NULL, BKS_SOUND, false, false},
	{"a sound dump in a tar", ALL(tar), 0, NULL, BKS_SOUND, false, false},
	{"a sound dump in a zip", ALL(zip), 0, NULL, BKS_SOUND, false, false},
	{"a zip that was cut", zip_bytes, sizeof zip_bytes - 10, 0, "truncated", BKS_DAMAGED,
		false, false},
	{"a sound database", ALL(sqlite), 0, NULL, BKS_SOUND, false, false},
	{"a sound segment of WAL", ALL(wal), 0, NULL, BKS_SOUND, false, true},
	{"a segment of WAL with a changed record", ALL(bad_wal), 0, "checksum-mismatch",
		BKS_DAMAGED, false, true},
	{"a sound base backup", ALL(base), 0, NULL, BKS_SOUND, false, true},
	{"a base backup with a changed file", ALL(bad_base), 0, "checksum-mismatch",
		BKS_DAMAGED, false, true},
};

enum { CANARIES = sizeof canaries / sizeof *canaries };

static void job_of(struct verify_job *job, const struct canary *c)
{
	*job = (struct verify_job){.name = "canary", .size = (int64_t)c->n};
	job->expected.has_sha256 = c->sealed;
	job->expected_from = c->sealed ? BKS_DIGEST_BIRTH : BKS_DIGEST_NONE;
}

static uint8_t *bytes_of(const struct canary *c)
{
	uint8_t *b = malloc(c->n);

	if (!b)
		abort();
	memcpy(b, c->bytes, c->n);
	if (c->flip)
		b[c->flip] ^= 2;
	return b;
}

/* A descriptor, as of a file. */
static int stream_of(stream **out, const struct canary *c, bks_error *err)
{
	int fd = memfd_create("canary", MFD_CLOEXEC);
	uint8_t *b = bytes_of(c);
	bool written =
		fd >= 0 && write(fd, b, c->n) == (ssize_t)c->n && lseek(fd, 0, SEEK_SET) == 0;

	free(b);
	if (!written) {
		if (fd >= 0)
			close(fd);
		return fail(err, BKS_E_IO, "a built-in input could not be written to memory");
	}
	*out = stream_fd(fd, "canary", true);
	return 0;
}

static bool holds_rows(const bks_inspection *i)
{
	const bks_inspection *dump = i->member_count ? i->members : i;

	return dump->table_count == 1 && dump->tables->rows == 12;
}

static bool is_right(const struct canary *c, const bks_inspection *i)
{
	if (i->verdict != c->verdict)
		return false;
	if (c->verdict == BKS_SOUND &&
		!(c->physical ? i->physical && i->physical->start_lsn : holds_rows(i)))
		return false;
	return !c->code || (i->finding_count && !strcmp(i->findings->code, c->code));
}

static int judge(const struct canary *c, const bks_inspection *i, bks_error *err)
{
	if (is_right(c, i))
		return 0;
	return fail(err, BKS_E_IO,
		"the verifier misjudges a known input: %s is %s%s%s to it; nothing was looked "
		"at",
		c->what, bks_verdict_name(i->verdict), i->finding_count ? ": " : "",
		i->finding_count ? i->findings->text : "");
}

int canary_run(bks_error *err)
{
	static const struct remote_watch nothing;
	bks_arena *a = bks_arena_new();
	int r = 0;

	for (size_t k = 0; k < CANARIES && !r; k++) {
		struct verify_job job;
		bks_inspection out;

		job_of(&job, &canaries[k]);
		r = stream_of(&job.in, &canaries[k], err);
		if (!r)
			r = apart_verify(&out, &job, "canary", &nothing, a, err);
		if (!r)
			r = judge(&canaries[k], &out, err);
	}
	if (r < 0)
		format_able(err); /* what is missing says more than what a worker made of it */
	apart_rest(); /* who met the canaries meets nothing else */
	bks_arena_free(a);
	return r;
}

void canary_warm(void)
{
	bks_arena *a = bks_arena_new();

	for (size_t k = 0; k < CANARIES; k++) {
		struct verify_job job;
		bks_inspection out;
		uint8_t *b = bytes_of(&canaries[k]);

		job_of(&job, &canaries[k]);
		job.in = stream_memory(b, canaries[k].n, 0);
		format_verify(&out, &job, a, NULL);
		free(b);
	}
	bks_arena_free(a);
}
