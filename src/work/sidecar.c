#include "work/sidecar.h"
#include "base/bytes.h"
#include "base/text.h"
#include <string.h>

enum { HEX = 64, SUMS_MAX = 8 << 20 };

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

bool sidecar_is(const char *path)
{
	static const char *const endings[] = {
		".sha256", ".sha256sum", ".sha512", ".sha1", ".md5", ".asc", ".sig", ".minisig"};
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

/* "<64 hex>", "<64 hex>  name", "<64 hex> *./name". *name is "" when the line has none; *len its length. */
static bool read_line(bks_digests *out, const char **name, size_t *len, const char *line, size_t n)
{
	char hex[HEX + 1];
	size_t at = HEX;

	if (n && line[n - 1] == '\r')
		n--;
	if (n < HEX)
		return false;
	memcpy(hex, line, HEX);
	hex[HEX] = '\0';
	if (!hex_read(out->sha256, sizeof out->sha256, hex))
		return false;
	if (at < n && line[at] != ' ' && line[at] != '\t')
		return false;
	while (at < n && (line[at] == ' ' || line[at] == '\t'))
		at++;
	if (at < n && line[at] == '*')
		at++;
	if (n - at > 2 && line[at] == '.' && line[at + 1] == '/')
		at += 2;
	*name = line + at;
	*len = n - at;
	out->has_sha256 = true;
	return true;
}

static int own_file(bks_digests *out, store *s, const char *path, bks_arena *a, bks_error *err)
{
	const char *side = arena_form(a, "%s.sha256", path);
	const char *text, *name;
	size_t n, len;
	int r = store_slurp(&text, &n, s, side, SUMS_MAX, a, err);

	if (r)
		return r < 0 ? r : 0;
	if (memchr(text, '\n', n))
		n = (size_t)((const char *)memchr(text, '\n', n) - text);
	if (!read_line(out, &name, &len, text, n))
		return fail(err, BKS_E_IO, "%s: its first line is no SHA-256", side);
	return 1;
}

static int load_sums(struct sidecars *sc, store *s, const char *dir, bks_error *err)
{
	size_t n;
	int r;

	if (sc->dir && !strcmp(sc->dir, dir))
		return 0;
	sc->dir = arena_text(sc->arena, dir);
	sc->sums = NULL;
	r = store_slurp(&sc->sums, &n, s, arena_form(sc->arena, "%sSHA256SUMS", dir), SUMS_MAX, sc->arena, err);
	if (r)
		sc->sums = NULL;
	return r < 0 ? r : 0;
}

/* The line of BASE in the sums: found by its name, then read from its start. */
static bool in_sums(bks_digests *out, const char *sums, const char *base)
{
	size_t k = strlen(base);

	for (const char *at = sums; (at = strstr(at, base)); at += k) {
		const char *line = at, *name;
		size_t len;
		bks_digests d = {0};

		while (line > sums && line[-1] != '\n')
			line--;
		if (!read_line(&d, &name, &len, line, (size_t)(strchrnul(at, '\n') - line)))
			continue; /* comments, other tools' lines */
		if (len == k && !memcmp(name, base, k)) {
			*out = d;
			return true;
		}
	}
	return false;
}

int sidecar_find(bks_digests *out, struct sidecars *sc, store *s, const char *path, bks_arena *a, bks_error *err)
{
	const char *base = base_of(path);
	int r = own_file(out, s, path, a, err);

	if (r)
		return r;
	r = load_sums(sc, s, arena_bytes(a, path, (size_t)(base - path)), err);
	if (r)
		return r;
	return sc->sums && in_sums(out, sc->sums, base);
}
