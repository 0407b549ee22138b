#include "work/sidecar.h"
#include "base/bytes.h"
#include "base/text.h"
#include "format/report.h"
#include "work/sums.h"
#include <stdlib.h>
#include <string.h>

enum { SUMS_MAX = 8 << 20, KEPT_MAX = 16 << 20 };

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

bool sidecar_is(const char *path)
{
	static const char *const endings[] = {
		".sha256", ".sha256sum", ".sha512", ".sha1", ".md5", ".asc", ".sig", ".minisig", ".manifest"};
	static const char *const names[] = {"SHA256SUMS", "SHA512SUMS", "MD5SUMS", "SHA256SUMS.asc"};
	const char *base = base_of(path);
	size_t n = strlen(base);

	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
		size_t k = strlen(endings[i]);

		if (n > k && !strcmp(base + n - k, endings[i]))
			return true;
	}
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!strcmp(base, names[i]))
			return true;
	return false;
}

static int too_large(const char *path, bks_arena *a, bks_error *err)
{
	return fail(err, BKS_E_IO, "%s: larger than %d MiB: no list of digests", bks_shown(path, a), SUMS_MAX >> 20);
}

static bks_time mtime_of(store *s, const char *path)
{
	struct store_entry e;

	return store_stat(&e, s, path, NULL) ? BKS_TIME_NONE : e.id.mtime;
}

static int own_file(bks_digests *out, bks_time *written, store *s, const char *path, bks_arena *a, bks_error *err)
{
	const char *side = arena_form(a, "%s.sha256", path);
	const char *text, *name;
	size_t n, len;
	int r = store_slurp(&text, &n, s, side, SUMS_MAX, a, err);

	if (r)
		return r < 0 ? r : r == 1 ? 0 : too_large(side, a, err);
	if (memchr(text, '\n', n))
		n = (size_t)((const char *)memchr(text, '\n', n) - text);
	if (!sums_line(out, &name, &len, text, n))
		return fail(err, BKS_E_IO, "%s: its first line is no SHA-256", bks_shown(side, a));
	*written = mtime_of(s, side);
	return 1;
}

struct dir_sums {
	const store *s;
	const char *dir;
	struct sums sums;
	bks_time written;
};

static const struct dir_sums *known(const struct sidecars *sc, const store *s, const char *dir)
{
	for (size_t i = sc->n; i-- > 0;)
		if (sc->dirs[i].s == s && !strcmp(sc->dirs[i].dir, dir))
			return &sc->dirs[i];
	return NULL;
}

/* What fails is not kept: it is asked again, and told again, for the next file. */
static int load(const struct dir_sums **out, struct sidecars *sc, store *s, const char *dir, bks_error *err)
{
	struct dir_sums *d;
	const char *text = "", *path;
	size_t n = 0;
	int r;

	if (sc->bytes > KEPT_MAX)
		sidecars_clear(sc);
	if (!sc->arena)
		sc->arena = bks_arena_new();
	path = arena_form(sc->arena, "%sSHA256SUMS", dir);
	r = store_slurp(&text, &n, s, path, SUMS_MAX, sc->arena, err);
	sc->bytes += n;
	if (r == 2)
		return too_large(path, sc->arena, err);
	if (r < 0)
		return r;
	if (sc->n == sc->room) {
		sc->dirs = arena_grow(sc->arena, sc->dirs, sc->n * sizeof *d, (sc->room * 2 + 8) * sizeof *d);
		sc->room = sc->room * 2 + 8;
	}
	d = &sc->dirs[sc->n++];
	*d = (struct dir_sums){.s = s, .dir = arena_text(sc->arena, dir)};
	if (!r) {
		sums_read(&d->sums, text, n, sc->arena);
		d->written = mtime_of(s, path);
	}
	*out = d;
	return 0;
}

void sidecars_clear(struct sidecars *sc)
{
	bks_arena_free(sc->arena);
	*sc = (struct sidecars){.lock = sc->lock};
}

static int in_sums(bks_digests *out, bks_time *written, struct sidecars *sc, store *s, const char *dir, const char *base,
	bks_error *err)
{
	const struct dir_sums *sums = known(sc, s, dir);
	int r = sums ? 0 : load(&sums, sc, s, dir, err);

	if (r < 0)
		return r;
	*written = sums->written;
	return sums_find(out, &sums->sums, base);
}

int sidecar_find(bks_digests *out, bks_time *written, struct sidecars *sc, store *s, const char *path, bks_arena *a,
	bks_error *err)
{
	const char *base = base_of(path), *dir = arena_bytes(a, path, (size_t)(base - path));
	bks_time at = BKS_TIME_NONE;
	int r = own_file(out, &at, s, path, a, err);

	if (!r) {
		if (sc->lock && pthread_mutex_lock(sc->lock))
			abort();
		r = in_sums(out, &at, sc, s, dir, base, err);
		if (sc->lock && pthread_mutex_unlock(sc->lock))
			abort();
	}
	if (written)
		*written = at;
	return r;
}

bool sidecar_older(bks_time written, bks_time mtime)
{
	return written != BKS_TIME_NONE && mtime != BKS_TIME_NONE && written < mtime - BKS_SECOND;
}

bool sidecar_doubt(bks_inspection *out, const bks_digests *d, bks_time written, bks_arena *a)
{
	bool told = out->taken_from == BKS_TAKEN_ARTIFACT || out->taken_from == BKS_TAKEN_NAME ||
		out->taken_from == BKS_TAKEN_OPERATOR;
	char is[65], must[65], t[BKS_TIME_TEXT];

	if (!out->digests.has_sha256 || !d->has_sha256)
		return false;
	if (!memcmp(out->digests.sha256, d->sha256, sizeof d->sha256)) {
		out->levels[BKS_SEALED] = BKS_RESULT_PASS;
		out->digest_from = BKS_DIGEST_BIRTH;
		return true;
	}
	if (told && out->taken_at <= written)
		report_append(out, F_DIGEST_CHANGED, NULL,
			arena_form(a, "SHA-256 is %s, the digest that lies beside the file is %s: it was altered after that",
				hex_write(is, out->digests.sha256, 32), hex_write(must, d->sha256, 32)),
			a);
	else
		report_append(out, F_SIDECAR_STALE, NULL,
			arena_form(a, "the digest that lies beside the file was written at %s, before the file: it is of what lay there then",
				bks_time_text(t, written)),
			a);
	return false;
}
