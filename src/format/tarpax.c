/* A pax header's records. A length that does not end at a line's end is a header that nobody
 * can read on. */
#include "format/tarpax.h"
#include <string.h>

enum { LENGTH_DIGITS = 8 };

static bool read_number(uint64_t *out, const char *s, size_t n)
{
	*out = 0;
	if (!n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9' || *out > (UINT64_MAX >> 4) / 10)
			return false;
		*out = *out * 10 + (uint64_t)(s[i] - '0');
	}
	return true;
}

static bool is(const struct tarpax_text *key, const char *word)
{
	return key->n == strlen(word) && !memcmp(key->s, word, key->n);
}

static const char *take(struct tarpax *out, struct tarpax_text key, struct tarpax_text value)
{
	bool sparse = key.n > 11 && !memcmp(key.s, "GNU.sparse.", 11);

	out->sparse |= sparse;
	if (is(&key, "path"))
		out->path = value;
	else if (is(&key, "linkpath"))
		out->link = value;
	else if (is(&key, "GNU.sparse.name"))
		out->sparse_name = value;
	else if (is(&key, "GNU.sparse.major") || is(&key, "GNU.sparse.minor"))
		out->sparse_map = true;
	else if (is(&key, "size")) {
		if (!read_number(&out->size, value.s, value.n))
			return "a size that is no number";
		out->has_size = true;
	}
	return NULL;
}

/* One record at BODY, at most N bytes; *used is its length. */
static const char *read_record(struct tarpax *out, size_t *used, const char *body, size_t n)
{
	size_t digits = 0;
	uint64_t length;
	const char *key, *equals;

	while (digits < n && digits < LENGTH_DIGITS && body[digits] != ' ')
		digits++;
	if (digits == n || !read_number(&length, body, digits) || length > n ||
		length < digits + 3 || body[digits] != ' ' || body[length - 1] != '\n')
		return "a record whose length is not its own";
	*used = (size_t)length;
	key = body + digits + 1;
	equals = memchr(key, '=', *used - digits - 2);
	if (!equals)
		return "a record without a value";
	return take(out, (struct tarpax_text){key, (size_t)(equals - key)},
		(struct tarpax_text){equals + 1, (size_t)(body + *used - 1 - (equals + 1))});
}

const char *tarpax_read(struct tarpax *out, const char *body, size_t n)
{
	while (n) {
		size_t used = 0;
		const char *why = read_record(out, &used, body, n);

		if (why)
			return why;
		body += used;
		n -= used;
	}
	return NULL;
}
