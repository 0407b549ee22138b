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

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool read_hex(bks_digests *out, const char *at, size_t n)
{
	char hex[HEX + 1];

	if (n < HEX)
		return false;
	memcpy(hex, at, HEX);
	hex[HEX] = '\0';
	out->has_sha256 = hex_read(out->sha256, sizeof out->sha256, hex);
	return out->has_sha256;
}

/* As BSD's sha256, `sha256sum --tag` and openssl write it: "SHA256 (name) = <64 hex>", "SHA2-256(name)= <64 hex>". */
static bool read_tagged(bks_digests *out, const char **name, size_t *len, const char *line, size_t n)
{
	const char *open = memchr(line, '(', n), *end = line + n, *close = end - HEX;

	if (!open || strncmp(line, "SHA2", 4) != 0 || open - line > 9 || n < HEX + 4 || !read_hex(out, close, HEX))
		return false;
	while (close > open && is_blank(close[-1]))
		close--;
	if (close[-1] != '=')
		return false;
	close--;
	while (close > open && is_blank(close[-1]))
		close--;
	if (close[-1] != ')' || close - 1 <= open)
		return false;
	*name = open + 1;
	*len = (size_t)(close - 1 - *name);
	return true;
}

/* "<64 hex>", "<64 hex>  name", "<64 hex> *./name", or a tagged one. *name is "" when the line has none; *len its length. */
static bool read_line(bks_digests *out, const char **name, size_t *len, const char *line, size_t n)
{
	size_t at = HEX;

	if (n && line[n - 1] == '\r')
		n--;
	if (!read_hex(out, line, n))
		return read_tagged(out, name, len, line, n);
	if (at < n && !is_blank(line[at]))
		return out->has_sha256 = false;
	while (at < n && is_blank(line[at]))
		at++;
	if (at < n && line[at] == '*')
		at++;
	if (n - at > 2 && line[at] == '.' && line[at + 1] == '/')
		at += 2;
	*name = line + at;
	*len = n - at;
	return true;
}

static int too_large(const char *path, bks_arena *a, bks_error *err)
{
	return fail(err, BKS_E_IO, "%s: larger than %d MiB: no list of digests", bks_shown(path, a), SUMS_MAX >> 20);
}

static int own_file(bks_digests *out, store *s, const char *path, bks_arena *a, bks_error *err)
{
	const char *side = arena_form(a, "%s.sha256", path);
	const char *text, *name;
	size_t n, len;
	int r = store_slurp(&text, &n, s, side, SUMS_MAX, a, err);

	if (r)
		return r < 0 ? r : r == 1 ? 0 : too_large(side, a, err);
	if (memchr(text, '\n', n))
		n = (size_t)((const char *)memchr(text, '\n', n) - text);
	if (!read_line(out, &name, &len, text, n))
		return fail(err, BKS_E_IO, "%s: its first line is no SHA-256", bks_shown(side, a));
	return 1;
}

static int load_sums(struct sidecars *sc, store *s, const char *dir, bks_error *err)
{
	const char *path;
	size_t n;
	int r;

	if (sc->dir && !strcmp(sc->dir, dir))
		return 0;
	sc->dir = arena_text(sc->arena, dir);
	sc->sums = NULL;
	path = arena_form(sc->arena, "%sSHA256SUMS", dir);
	r = store_slurp(&sc->sums, &n, s, path, SUMS_MAX, sc->arena, err);
	if (r) {
		sc->sums = NULL;
		if (r != 1)
			sc->dir = NULL; /* asked again, and told again, for the next file */
	}
	if (r == 2)
		return too_large(path, sc->arena, err);
	return r < 0 ? r : 0;
}

/* The line of BASE in the sums: found by its name, then read from its start. Each line is looked at once, however it repeats. */
static bool in_sums(bks_digests *out, const char *sums, const char *base)
{
	size_t k = strlen(base);
	const char *end;

	for (const char *from = sums, *at; (at = strstr(from, base)); from = end) {
		const char *line = memrchr(from, '\n', (size_t)(at - from)), *name;
		bks_digests d = {0};
		size_t len;

		line = line ? line + 1 : from;
		end = strchrnul(at, '\n');
		if (!read_line(&d, &name, &len, line, (size_t)(end - line)))
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
