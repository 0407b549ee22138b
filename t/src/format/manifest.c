/*
 * A manifest is one JSON object, a line for each file, and a last line with the SHA-256 of all
 * lines before it. It can be hundreds of megabytes long: it is cut while it streams by.
 */
#include "format/manifest.h"
#include "backstay/json.h"
#include "base/bytes.h"
#include "base/rfc3339.h"
#include "format/jsoncut.h"
#include "format/ustar.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The last line, of 87 bytes, is held back from the sum; no longer one is. */
enum { LINE_MAX_HELD = 4096, LOOK = 4096, PATH_LIMIT = 4096 };

static const char first_key[] = "\"PostgreSQL-Backup-Manifest-Version\"";

struct reading {
	struct manifest *m;
	struct report *report;
	bks_arena *arena;
	struct jsoncut *cut;
	checksum *sum;
	VEC(struct manifest_file) files;
	VEC(struct manifest_range) ranges;
	uint64_t at;
	char line[LINE_MAX_HELD]; /* not summed yet: the last line so far */
	size_t line_n;
	bool long_line; /* its beginning was summed already */
	bool done;      /* the object ended */
	bool over;      /* something stands behind it */
	bool broken;    /* a finding says what cannot be understood */
};

static void broken(struct reading *g, enum finding_kind kind, const char *text)
{
	if (!g->broken)
		report_find(g->report, kind, report_byte(g->report, g->at), "%s", text);
	g->broken = true;
}

bool lsn_read(uint64_t *out, const char *text)
{
	uint64_t half[2] = {0, 0};

	for (int i = 0; i < 2; i++) {
		size_t n = strspn(text, "0123456789ABCDEFabcdef");

		if (!n || n > 8 || text[n] != (i ? '\0' : '/'))
			return false;
		half[i] = strtoull(text, NULL, 16);
		text += n + 1;
	}
	*out = half[0] << 32 | half[1];
	return true;
}

static size_t skip_blanks(const uint8_t *p, size_t n)
{
	size_t i = 0;

	while (i < n && (p[i] == ' ' || p[i] == '\n' || p[i] == '\r' || p[i] == '\t'))
		i++;
	return i;
}

/* Past the opening brace, the key of the version and its colon; 0: something else is there. */
static size_t skip_key(const uint8_t *p, size_t n)
{
	size_t i = skip_blanks(p, n), k = sizeof first_key - 1;

	if (i == n || p[i] != '{')
		return 0;
	i++;
	i += skip_blanks(p + i, n - i);
	if (n - i < k || memcmp(p + i, first_key, k) != 0)
		return 0;
	i += k;
	i += skip_blanks(p + i, n - i);
	return i < n && p[i] == ':' ? i + 1 : 0;
}

bool manifest_begins(const uint8_t *head, size_t n)
{
	return skip_key(head, n) != 0;
}

/* Whether the version is one that is known; else a finding says why not. */
static bool read_version(struct reading *g, const uint8_t *p, size_t n)
{
	size_t i = skip_key(p, n);
	uint64_t v = 0;

	if (!i) {
		broken(g, n < sizeof first_key + 4 ? F_TRUNCATED : F_MALFORMED,
			"it does not begin as a backup manifest does");
		return false;
	}
	for (i += skip_blanks(p + i, n - i); i < n && p[i] >= '0' && p[i] <= '9' && v < 10000;
		i++)
		v = v * 10 + (uint64_t)(p[i] - '0');
	g->m->version = (int)v;
	if (i == n) {
		broken(g, F_TRUNCATED, "the manifest ends in its version");
		return false;
	}
	if (v == 1 || v == 2)
		return true;
	broken(g, F_UNSUPPORTED_VERSION,
		arena_form(g->arena, "a manifest of version %d; 1 and 2 are known", (int)v));
	return false;
}

/* ---- the objects in it ---- */

static const char *read_path(struct reading *g, const bks_json *o)
{
	const char *path = bks_json_get_text(o, "Path");
	const char *hex = bks_json_get_text(o, "Encoded-Path");
	size_t n = hex ? strlen(hex) / 2 : 0;
	uint8_t *bytes;

	if (!path == !hex || (path && strlen(path) > PATH_LIMIT) || n > PATH_LIMIT)
		return NULL;
	if (path)
		return arena_text(g->arena, path);
	bytes = arena_take(g->arena, n + 1);
	return hex_read(bytes, n, hex) && strlen((char *)bytes) == n ? (char *)bytes : NULL;
}

/* NULL, or what is wrong. */
static const char *read_sum(struct reading *g, struct manifest_file *f, const bks_json *o)
{
	const char *name = bks_json_get_text(o, "Checksum-Algorithm");
	const char *hex = bks_json_get_text(o, "Checksum");
	uint8_t *sum;

	if (!name)
		return hex ? "a checksum without its algorithm" : NULL;
	f->kind = checksum_kind(name);
	if (f->kind == CHECKSUM_KINDS)
		return "a checksum algorithm that is not known";
	if (strlen(hex ? hex : "") != 2 * checksum_size(f->kind))
		return "a checksum of another length than its algorithm makes";
	if (f->kind == CHECKSUM_NONE)
		return NULL;
	sum = arena_take(g->arena, checksum_size(f->kind));
	f->sum = sum;
	return hex_read(sum, checksum_size(f->kind), hex) ? NULL : "a checksum that is no hex";
}

static void read_time(struct reading *g, const bks_json *o)
{
	const char *text = bks_json_get_text(o, "Last-Modified");
	bks_civil c = {0};
	bks_time t;

	if (!text || !rfc3339_date(&c, &text) || *text++ != ' ' || !rfc3339_clock(&c, &text) ||
		strcmp(text, " GMT") != 0)
		return;
	t = utc_instant(&c);
	if (g->m->newest == BKS_TIME_NONE || t > g->m->newest)
		g->m->newest = t;
}

static void read_file(struct reading *g, const bks_json *o)
{
	struct manifest_file f = {.kind = CHECKSUM_NONE};
	int64_t size = bks_json_get_int(o, "Size", -1);
	const char *why;

	f.path = read_path(g, o);
	if (!f.path || !*f.path || size < 0) {
		broken(g, F_MALFORMED, "an entry of a file lacks its path or its size");
		return;
	}
	f.size = (uint64_t)size;
	why = read_sum(g, &f, o);
	if (why) {
		broken(g, F_MALFORMED,
			arena_form(g->arena, "%s: %s", bks_shown(f.path, g->arena), why));
		return;
	}
	if (ustar_unsafe(f.path))
		report_find(g->report, F_MEMBER_UNSAFE, bks_shown(f.path, g->arena),
			"the manifest names a file outside of the backup");
	read_time(g, o);
	if (g->files.n == MANIFEST_FILES_MAX) {
		broken(g, F_LIMIT_REACHED,
			arena_form(g->arena, "more than %d files", MANIFEST_FILES_MAX));
		return;
	}
	*vec_add(&g->files, g->arena) = f;
}

static void read_range(struct reading *g, const bks_json *o)
{
	int64_t timeline = bks_json_get_int(o, "Timeline", -1);
	const char *start = bks_json_get_text(o, "Start-LSN");
	const char *end = bks_json_get_text(o, "End-LSN");
	struct manifest_range w = {.timeline = (uint32_t)timeline};

	if (timeline < 1 || timeline > UINT32_MAX || !start || !end ||
		!lsn_read(&w.start, start) || !lsn_read(&w.end, end) || w.start > w.end)
		broken(g, F_MALFORMED, "a range of WAL that is none");
	else if (g->ranges.n == MANIFEST_RANGES_MAX)
		broken(g, F_LIMIT_REACHED,
			arena_form(
				g->arena, "more than %d ranges of WAL", MANIFEST_RANGES_MAX));
	else
		*vec_add(&g->ranges, g->arena) = w;
}

static void read_item(struct reading *g)
{
	const struct jsoncut *c = g->cut;
	bks_error err = {0};
	bks_json *o;

	if (bks_json_read(&o, c->item, c->item_n, &err)) {
		broken(g, F_MALFORMED, arena_form(g->arena, "in \"%s\": %s", c->key, err.text));
		return;
	}
	if (!strcmp(c->key, "Files"))
		read_file(g, o);
	else if (!strcmp(c->key, "WAL-Ranges"))
		read_range(g, o);
	else
		broken(g, F_MALFORMED, "a list that no manifest has");
	bks_json_free(o);
}

/* ---- its frame ---- */

static bool read_number(uint64_t *out, const bks_json *top, const char *key)
{
	const char *s = bks_json_get_text(top, key);

	if (!s || !*s || strlen(s) > 20 || strspn(s, "0123456789") != strlen(s))
		return false;
	errno = 0;
	*out = strtoull(s, NULL, 10);
	return !errno;
}

static void check_sum(struct reading *g, const bks_json *top)
{
	const char *hex = bks_json_get_text(top, "Manifest-Checksum");
	uint8_t told[CHECKSUM_MAX], is[CHECKSUM_MAX];

	if (!hex || !hex_read(told, checksum_size(CHECKSUM_SHA256), hex)) {
		broken(g, F_MALFORMED, "the manifest has no checksum of its own");
		return;
	}
	checksum_end(is, g->sum);
	g->sum = NULL;
	if (memcmp(told, is, checksum_size(CHECKSUM_SHA256)) != 0)
		report_find(g->report, F_CHECKSUM_MISMATCH, NULL,
			"the manifest is not that of its own checksum");
}

static void read_top(struct reading *g)
{
	struct manifest *m = g->m;
	uint64_t version;
	bks_error err = {0};
	bks_json *top;

	if (bks_json_read(&top, g->cut->top, g->cut->top_n, &err)) {
		broken(g, F_MALFORMED, "its frame is no JSON");
		return;
	}
	if (!read_number(&version, top, "PostgreSQL-Backup-Manifest-Version") ||
		(int)version != m->version || !bks_json_get(top, "Files") ||
		!bks_json_get(top, "WAL-Ranges") ||
		(m->version > 1 && !read_number(&m->system_id, top, "System-Identifier")))
		broken(g, F_MALFORMED, "the manifest lacks one of its parts");
	check_sum(g, top);
	bks_json_free(top);
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct manifest_file *)a)->path,
		((const struct manifest_file *)b)->path);
}

static int by_timeline(const void *a, const void *b)
{
	const struct manifest_range *x = a, *y = b;

	return (x->timeline > y->timeline) - (x->timeline < y->timeline);
}

static void sort_files(struct reading *g)
{
	struct manifest_file *v = g->files.v;

	if (g->files.n)
		qsort(v, g->files.n, sizeof *v, by_path);
	for (size_t i = 1; i < g->files.n; i++)
		if (!strcmp(v[i - 1].path, v[i].path)) {
			broken(g, F_MALFORMED,
				arena_form(g->arena, "%s is in the manifest twice",
					bks_shown(v[i].path, g->arena)));
			return;
		}
	g->m->v = v;
	g->m->n = g->files.n;
}

static void sort_ranges(struct reading *g)
{
	struct manifest_range *v = g->ranges.v;

	if (g->ranges.n)
		qsort(v, g->ranges.n, sizeof *v, by_timeline);
	for (size_t i = 1; i < g->ranges.n; i++)
		if (v[i].timeline == v[i - 1].timeline || v[i].start != v[i - 1].end) {
			broken(g, F_MALFORMED, "its ranges of WAL do not follow each other");
			return;
		}
	g->m->ranges = v;
	g->m->range_count = g->ranges.n;
}

/* ---- its bytes ---- */

/* Sums all but the last line, which nobody knows before the end. */
static void hold_line(struct reading *g, const char *p, size_t n)
{
	if (g->line_n && g->line[g->line_n - 1] == '\n') {
		checksum_add(g->sum, g->line, g->line_n);
		g->line_n = 0;
		g->long_line = false;
	}
	if (g->line_n + n > sizeof g->line) {
		checksum_add(g->sum, g->line, g->line_n);
		g->line_n = 0;
		g->long_line = true;
	}
	if (n > sizeof g->line) {
		checksum_add(g->sum, p, n - 1);
		p += n - 1;
		n = 1;
	}
	memcpy(g->line + g->line_n, p, n);
	g->line_n += n;
}

static void hold(struct reading *g, const uint8_t *p, size_t n)
{
	while (n) {
		const uint8_t *end = memchr(p, '\n', n);
		size_t k = end ? (size_t)(end - p) + 1 : n;

		hold_line(g, (const char *)p, k);
		p += k;
		n -= k;
	}
}

static void push(struct reading *g, uint8_t b)
{
	if (g->done) {
		/* exactly one newline closes the last line */
		if (g->over || b != '\n')
			broken(g, F_TRAILING_DATA, "bytes behind the end of the manifest");
		g->over = true;
		return;
	}
	switch (jsoncut_push(g->cut, b)) {
	case JSONCUT_ITEM_READY:
		read_item(g);
		break;
	case JSONCUT_DONE:
		g->done = true;
		break;
	case JSONCUT_BAD:
		broken(g, F_MALFORMED, g->cut->why);
		break;
	case JSONCUT_MORE:
	default:
		break;
	}
}

static int read_bytes(struct reading *g, stream *in, bks_error *err)
{
	const uint8_t *p;
	size_t n;
	int s;

	while ((s = stream_next(in, &p, &n, err)) > 0) {
		if (!g->broken)
			hold(g, p, n);
		for (size_t i = 0; i < n && !g->broken; i++, g->at++)
			push(g, p[i]);
	}
	return s;
}

static void end_frame(struct reading *g)
{
	if (!g->over)
		broken(g, F_TRUNCATED, "the manifest ends before its last line does");
	if (g->broken)
		return;
	if (g->long_line)
		broken(g, F_MALFORMED,
			"the checksum of the manifest stands on no line of its own");
	read_top(g);
	sort_files(g);
	sort_ranges(g);
	if (!g->broken && !g->ranges.n)
		broken(g, F_MALFORMED, "the manifest names no WAL");
	g->m->whole = !g->broken;
}

int manifest_read(
	struct manifest *out, stream *in, struct report *r, bks_arena *a, bks_error *err)
{
	struct reading *g = calloc(1, sizeof *g);
	const uint8_t *head;
	size_t n;
	int s;

	if (!g || !(g->cut = calloc(1, sizeof *g->cut)))
		abort();
	*out = (struct manifest){.newest = BKS_TIME_NONE};
	g->m = out;
	g->report = r;
	g->arena = a;
	g->sum = checksum_new(CHECKSUM_SHA256);
	s = stream_peek(in, LOOK, &head, &n, err);
	if (!s)
		read_version(g, head, n);
	if (!s)
		s = read_bytes(g, in, err);
	if (!s)
		end_frame(g);
	checksum_free(g->sum);
	free(g->cut);
	free(g);
	return s == BKS_E_CUT ? 0 : s;
}

ptrdiff_t manifest_find(const struct manifest *m, const char *path)
{
	struct manifest_file key = {.path = path};
	const struct manifest_file *f =
		m->n ? bsearch(&key, m->v, m->n, sizeof *m->v, by_path) : NULL;

	return f ? f - m->v : -1;
}
