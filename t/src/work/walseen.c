/* Files of WAL as a scan meets them: read from their names, kept small, and their paths made
 * again. */
#include "work/walruns_private.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SEG_MAX = 4095 };

static const char *const endings[WALFILE_FORMS] = {"", ".gz", ".lz4", ".zst", ".xz", ".bz2"};

const char *walfile_path(
	const char *folder, const char *name, struct walfile f, bool partial, bks_arena *a)
{
	const char *ending = endings[f.form % WALFILE_FORMS];
	bool before = f.form >= WALFILE_FORMS;

	return arena_form(a, "%s%s%.*s%s%s%s%s%s", folder, *folder ? "/" : "", f.below ? 16 : 0,
		name, f.below ? "/" : "", name, before ? ending : "", partial ? ".partial" : "",
		before ? "" : ending);
}

const char *walruns_segment(const struct wal_seen *s, bks_arena *a)
{
	return s->flags & SEEN_HISTORY
		       ? arena_form(a, "%08X.history", s->timeline)
		       : arena_form(a, "%08X%08X%08X", s->timeline, s->log, s->seg);
}

const char *walruns_path(const struct wal_folder *f, const struct wal_seen *s, bks_arena *a)
{
	struct walfile file = {s->form, s->flags & SEEN_BELOW};

	return walfile_path(f->name, walruns_segment(s, a), file, s->flags & SEEN_PARTIAL, a);
}

uint64_t walruns_lsn(const struct wal_seen *s, uint32_t size)
{
	return ((uint64_t)s->log << 32) + (uint64_t)s->seg * size;
}

void walruns_tell(struct walruns *w, ptrdiff_t stretch, const char *segment, uint64_t lsn,
	const char *code, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	if (w->told.n >= WALRUNS_TOLD_MAX) {
		w->dropped++;
		return;
	}
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	*vec_add(&w->told, w->arena) =
		(struct wal_told){stretch, segment, code, arena_text(w->arena, text), lsn};
}

struct walruns *walruns_open(const struct walruns_job *job)
{
	struct walruns *w = calloc(1, sizeof *w);

	if (!w)
		abort();
	w->job = *job;
	return w;
}

void walruns_close(struct walruns *w)
{
	if (!w)
		return;
	for (size_t i = 0; i < w->folder_count; i++) {
		free(w->folders[i].name);
		free(w->folders[i].v);
	}
	free(w->folders);
	free(w);
}

static bool is_folder(const struct wal_folder *f, const char *name, size_t n)
{
	return !strncmp(f->name, name, n) && !f->name[n];
}

struct wal_folder *walruns_folder(struct walruns *w, const char *name, size_t n)
{
	struct wal_folder *f;

	if (w->last < w->folder_count && is_folder(&w->folders[w->last], name, n))
		return &w->folders[w->last];
	for (size_t i = 0; i < w->folder_count; i++)
		if (is_folder(&w->folders[i], name, n)) {
			w->last = i;
			return &w->folders[i];
		}
	w->folders = realloc(w->folders, (w->folder_count + 1) * sizeof *w->folders);
	if (!w->folders)
		abort();
	w->last = w->folder_count;
	f = &w->folders[w->folder_count++];
	*f = (struct wal_folder){.name = strndup(name, n)};
	if (!f->name)
		abort();
	return f;
}

/* Barman keeps the segments of each log in a folder of their own; the archive is the folder
 * around them. */
static size_t folder_of(const char *path, const char *base, bool *below)
{
	size_t n = base > path ? (size_t)(base - path) - 1 : 0;

	*below = n >= 16 && !strncmp(path + n - 16, base, 16) &&
		 (n == 16 || path[n - 17] == '/');
	if (!*below)
		return n;
	return n > 16 ? n - 17 : 0;
}

static uint8_t form_of(const char *base, const struct wal_name *name)
{
	size_t n = strlen(base);
	bool before = false;

	if (name->kind == WAL_NAME_PARTIAL && name->wrapped &&
		!strcmp(base + n - 8, ".partial")) {
		n -= 8;
		before = true;
	}
	for (uint8_t i = 1; name->wrapped && i < WALFILE_FORMS; i++) {
		size_t k = strlen(endings[i]);

		if (n > k && !memcmp(base + n - k, endings[i], k))
			return before ? (uint8_t)(i + WALFILE_FORMS) : i;
	}
	return 0;
}

static uint32_t seconds_of(bks_time t)
{
	return t <= 0                        ? 0
	       : t < UINT32_MAX * BKS_SECOND ? (uint32_t)((t + BKS_SECOND - 1) / BKS_SECOND)
					     : UINT32_MAX;
}

static void add(struct walruns *w, struct wal_folder *f, const struct wal_seen *s)
{
	if (f->n == f->room) {
		f->room = f->room + f->room / 2 + 64;
		f->v = realloc(f->v, f->room * sizeof *f->v);
		if (!f->v)
			abort();
	}
	f->v[f->n++] = *s;
	w->total++;
}

int walruns_see(struct walruns *w, const struct store_entry *e)
{
	const char *slash = strrchr(e->path, '/'), *base = slash ? slash + 1 : e->path;
	struct wal_name name;
	struct wal_seen s;
	bool below;
	size_t n;

	wal_name_read(&name, base);
	if (name.kind == WAL_NAME_NONE || name.seg > SEG_MAX)
		return 0;
	if (name.kind == WAL_NAME_BACKUP) { /* of a base backup: it tells nothing that the
					       segments do not */
		w->job.counts->unchanged++;
		return 1;
	}
	if (w->total >= WALRUNS_MAX) {
		if (w->total++ == WALRUNS_MAX)
			w->job.find(w->job.arg, "limit-reached", e->path,
				arena_form(w->job.arena,
					"more than %d segments in one repo: the rest is left "
					"out",
					WALRUNS_MAX));
		w->job.counts->ignored++;
		return 1;
	}
	n = folder_of(e->path, base, &below);
	s = (struct wal_seen){.timeline = name.timeline,
		.log = name.log,
		.seg = (uint16_t)name.seg,
		.form = form_of(base, &name),
		.size = e->id.size < UINT32_MAX ? (uint32_t)e->id.size : UINT32_MAX,
		.written = seconds_of(e->id.mtime)};
	s.flags = (uint8_t)((name.kind == WAL_NAME_PARTIAL ? SEEN_PARTIAL : 0) |
			    (below ? SEEN_BELOW : 0) |
			    (name.kind == WAL_NAME_HISTORY ? SEEN_HISTORY : 0) |
			    (e->id.mtime > w->job.now - w->job.settle ? SEEN_YOUNG : 0));
	add(w, walruns_folder(w, e->path, n), &s);
	return 1;
}
