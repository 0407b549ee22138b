/* The marker of a repo: a small file with a random id, by which a mounted disk is told from an
 * empty mount point. */
#include "base/bytes.h"
#include "base/text.h"
#include "store/store_private.h"
#include <errno.h>
#include <sys/random.h>

enum { ID_BYTES = 16, ID_DIGITS = 2 * ID_BYTES, MARKER_MAX = 4096 };
static const char head[] = "backstay repo\nid ";
enum { HEAD = sizeof head - 1 };

int store_marker_read(const char **id, store *s, bks_arena *a, bks_error *err)
{
	uint8_t raw[ID_BYTES];
	const char *text;
	char *digits;
	size_t n;
	int r = store_slurp(&text, &n, s, STORE_MARKER, MARKER_MAX, a, err);

	if (r == 1 || r < 0)
		return r;
	/* Lines after the first two are for later versions. */
	if (r == 2 || n < HEAD + ID_DIGITS + 1 || memcmp(text, head, HEAD) != 0 ||
		text[HEAD + ID_DIGITS] != '\n')
		return fail(err, BKS_E_IO, "%s in %s is not the marker of a repo", STORE_MARKER,
			s->root);
	digits = arena_take(a, ID_DIGITS + 1);
	memcpy(digits, text + HEAD, ID_DIGITS);
	if (!hex_read(raw, ID_BYTES, digits))
		return fail(err, BKS_E_IO, "%s in %s has no proper id", STORE_MARKER, s->root);
	*id = hex_write(digits, raw, ID_BYTES);
	return 0;
}

static int refuse_second(const char *id, const store *s, bks_error *err)
{
	return fail(err, BKS_E_USAGE, "%s is a repo already, its marker %s has the id %s",
		s->root, STORE_MARKER, id);
}

int store_marker_make(const char **id, store *s, bks_arena *a, bks_error *err)
{
	char hex[ID_DIGITS + 1];
	uint8_t raw[ID_BYTES];
	const char *text, *old = NULL;
	int r = store_marker_read(&old, s, a, err);

	if (r == 0)
		return refuse_second(old, s, err);
	if (r < 0)
		return r;
	if (getrandom(raw, sizeof raw, 0) != (ssize_t)sizeof raw)
		return fail(
			err, BKS_E_IO, "no random bytes for the marker: %s", strerror(errno));
	text = arena_form(a, "%s%s\n", head, hex_write(hex, raw, sizeof raw));
	r = store_put(s, STORE_MARKER, text, strlen(text), false, err);
	if (r == BKS_E_REFUSED && store_marker_read(&old, s, a, NULL) == 0)
		return refuse_second(old, s, err); /* another process was quicker */
	if (r)
		return note(err, r, "mark %s as a repo", s->root);
	*id = arena_text(a, hex);
	return 0;
}
