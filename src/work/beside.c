/*
 * SQLite keeps its newest transactions, or the way back from one that never ended, in files of
 * their own beside the database. They are part of it, and no backups of their own.
 */
#include "work/beside.h"
#include "base/text.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SCRATCH_LEAST = 32 * 1024 };

struct beside {
	members m;
	store *s;
	const char *path;
};

static const struct member ends[] = {{.name = "-journal", .size = -1, .mtime = BKS_TIME_NONE},
	{.name = "-wal", .size = -1, .mtime = BKS_TIME_NONE}};

static int beside_open(stream **out, members *m, size_t i, bks_error *err)
{
	struct beside *b = (struct beside *)m;
	bks_arena *a = bks_arena_new();
	struct store_id id;
	int r = store_read(out, &id, b->s, arena_form(a, "%s%s", b->path, ends[i].name), err);

	bks_arena_free(a);
	return r;
}

static int beside_changed(members *m, size_t i, stream *in, const char **how, bks_error *err)
{
	int r = store_recheck(how, in);

	(void)m;
	(void)i;
	return r < 0 ? fail(err, BKS_E_IO, "%s", *how) : r;
}

static void beside_close(members *m)
{
	free(m);
}

members *beside_of(store *s, const char *path)
{
	struct beside *b = calloc(1, sizeof *b);

	if (!b)
		abort();
	*b = (struct beside){{.v = ends,
				     .n = sizeof ends / sizeof *ends,
				     .open = beside_open,
				     .changed = beside_changed,
				     .close = beside_close},
		s, path};
	return &b->m;
}

static const char magic[16] = "SQLite format 3";

static bool is_database(store *s, const char *path)
{
	AUTO(stream_auto) stream *in = NULL;
	const uint8_t *head;
	struct store_id id;
	size_t n;

	/* compared, not probed: probing is for processes without rights */
	return store_read_head(&in, &id, s, path, sizeof magic, NULL) == 0 && !stream_peek(in, sizeof magic, &head, &n, NULL) &&
		n >= sizeof magic && !memcmp(head, magic, sizeof magic);
}

bool beside_is(store *s, const char *path, bks_arena *a)
{
	static const char *const all[] = {"-journal", "-wal", "-shm"};
	size_t n = strlen(path);

	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		size_t k = strlen(all[i]);

		if (n > k && path[n - k - 1] != '/' && !strcmp(path + n - k, all[i]))
			return is_database(s, arena_bytes(a, path, n - k));
	}
	return false;
}

static int unnamed_in(const char *folder)
{
	int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	char *name;

	if (fd >= 0)
		return fd;
	/* a file system that cannot make one without a name */
	if (asprintf(&name, "%s/.backstay-XXXXXX", folder) < 0)
		abort();
	fd = mkostemp(name, O_CLOEXEC);
	if (fd >= 0)
		unlink(name);
	free(name);
	return fd;
}

int beside_scratch(int64_t size)
{
	const char *folder = getenv("TMPDIR");
	int fd = -1;

	if (size >= 0 && size < SCRATCH_LEAST)
		return 0;
	if (folder && *folder)
		fd = unnamed_in(folder);
	if (fd < 0)
		fd = unnamed_in("/var/tmp");
	return fd < 0 ? 0 : fd;
}
