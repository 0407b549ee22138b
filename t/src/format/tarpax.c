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

/* "1795326504.539195422", of which the fraction and a minus may be. */
static bool is_time(struct tarpax_text v)
{
	bool point = false, digit = false;

	for (size_t i = 0; i < v.n; i++) {
		if (v.s[i] >= '0' && v.s[i] <= '9')
			digit = true;
		else if (v.s[i] == '.' && digit && !point)
			point = true;
		else if (v.s[i] != '-' || i)
			return false;
	}
	return digit;
}

/* NULL, or why VALUE cannot be one of KEY. */
static const char *judge(struct tarpax_text key, struct tarpax_text value)
{
	uint64_t n;

	if ((is(&key, "mtime") || is(&key, "atime") || is(&key, "ctime")) && !is_time(value))
		return "a time that is no number";
	if ((is(&key, "uid") || is(&key, "gid")) && !read_number(&n, value.s, value.n))
		return "an owner that is no number";
	if (is(&key, "size") && !read_number(&n, value.s, value.n))
		return "a size that is no number";
	return NULL;
}

/* A value of nothing takes back what was told before it; of sizes readers disagree. */
static const char *take(struct tarpax *out, struct tarpax_text key, struct tarpax_text value)
{
	struct tarpax_text told = value.n ? value : (struct tarpax_text){NULL, 0};

	out->sparse |= key.n > 11 && !memcmp(key.s, "GNU.sparse.", 11);
	if (is(&key, "path"))
		out->path = told;
	else if (is(&key, "linkpath"))
		out->link = told;
	else if (is(&key, "GNU.sparse.name"))
		out->sparse_name = told;
	else if (is(&key, "GNU.sparse.major") || is(&key, "GNU.sparse.minor"))
		out->sparse_map = true;
	else if (is(&key, "size"))
		out->has_size = read_number(&out->size, value.s, value.n);
	return value.n || is(&key, "size") ? judge(key, value) : NULL;
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
