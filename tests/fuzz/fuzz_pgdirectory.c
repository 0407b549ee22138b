/*
 * Any bytes as a directory dump: the walk ends, reads every file once and nothing past it, says
 * the same on two threads as on one and however the bytes are cut in pieces, and calls nothing
 * sound that loses a file.
 */
#include "folder.h"
#include "format/verify.h"

struct sight {
	enum bks_verdict verdict;
	enum bks_content content;
	size_t tables, findings;
	int64_t rows, read;
	bks_digests digests;
};

static struct sight look(struct fuzz_folder *d, int jobs, size_t step)
{
	struct verify_job job = {.members = &d->m, .jobs = jobs, .name = "folder", .size = -1};
	bks_arena *a = bks_arena_new();
	bks_inspection out;
	bks_error err = {0};
	struct sight s = {0};

	d->step = step;
	MUST(format_verify(&out, &job, a, &err) == 0);
	s.verdict = out.verdict;
	s.content = out.content;
	s.tables = out.table_count;
	s.findings = out.finding_count;
	s.read = out.bytes_read;
	s.digests = out.digests;
	for (size_t i = 0; i < out.table_count; i++)
		s.rows += out.tables[i].rows;
	for (size_t i = 0; i < out.finding_count; i++)
		MUST(out.findings[i].code && out.findings[i].text);
	bks_arena_free(a);
	return s;
}

static void lose_one(struct fuzz_folder *d, size_t which)
{
	memmove(&d->v[which], &d->v[which + 1], (d->m.n - which - 1) * sizeof *d->v);
	d->m.n--;
	MUST(look(d, 1, 0).verdict != BKS_SOUND);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct fuzz_folder *d = malloc(sizeof *d);
	struct sight all, other;
	int64_t size = 0;

	MUST(d);
	folder_make(d, data, n);
	for (size_t i = 0; i < d->m.n; i++)
		size += d->v[i].size;
	all = look(d, 1, 0);
	other = look(d, 2, n % 13 + 1);
	MUST(all.read == size);
	MUST(all.verdict == other.verdict && all.content == other.content &&
		all.tables == other.tables && all.findings == other.findings &&
		all.rows == other.rows && all.read == other.read);
	MUST(all.digests.has_sha256 && !memcmp(&all.digests, &other.digests, sizeof all.digests));
	if (all.verdict == BKS_SOUND)
		lose_one(d, n % d->m.n);
	folder_drop(d);
	free(d);
	return 0;
}
