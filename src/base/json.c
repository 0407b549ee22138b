/* JSON over jansson. Two things are ours: bytes that are no UTF-8 never reach it, and what
 * would command a terminal or hide text from its reader is printed as \uXXXX, which any reader
 * of JSON turns back into what it was. */
#include "backstay/json.h"
#include "base/base64.h"
#include "base/bytes.h"
#include "base/text.h"
#include "base/utf8.h"
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>

/* Fifteen digits are what a double surely keeps: 0.987 stays 0.987. */
enum { FLAGS = JSON_ENCODE_ANY | JSON_REAL_PRECISION(15) };

static json_t *in(bks_json *v)
{
	return (json_t *)v;
}

static const json_t *look(const bks_json *v)
{
	return (const json_t *)v;
}

static const bks_json *seen(const json_t *v)
{
	return (const bks_json *)v;
}

/* Only memory can be short here: nothing sensible is left to do. */
static json_t *made(json_t *v)
{
	if (!v)
		abort();
	return v;
}

bks_json *bks_json_object(void)
{
	return (bks_json *)made(json_object());
}

bks_json *bks_json_list(void)
{
	return (bks_json *)made(json_array());
}

void bks_json_free(bks_json *v)
{
	json_decref(in(v));
}

/* S as a value; escaped first where jansson would refuse it. */
static json_t *text_value(const char *s)
{
	bks_arena *a;
	json_t *v;

	if (!s)
		return json_null();
	if (bks_is_utf8(s, strlen(s)))
		return made(json_string(s));
	a = bks_arena_new();
	v = made(json_string(bks_shown(s, a)));
	bks_arena_free(a);
	return v;
}

static void put(bks_json *o, const char *key, json_t *value)
{
	bks_arena *a;

	if (!json_object_set_new(in(o), key, json_incref(value))) {
		json_decref(value);
		return;
	}
	/* A key that came from outside and is no UTF-8. */
	a = bks_arena_new();
	if (json_object_set_new(in(o), bks_shown(key, a), value))
		abort();
	bks_arena_free(a);
}

void bks_json_put(bks_json *o, const char *key, bks_json *value)
{
	put(o, key, value ? in(value) : json_null());
}

void bks_json_put_text(bks_json *o, const char *key, const char *s)
{
	put(o, key, text_value(s));
}

void bks_json_put_int(bks_json *o, const char *key, int64_t v)
{
	put(o, key, made(json_integer(v)));
}

void bks_json_put_size(bks_json *o, const char *key, int64_t v)
{
	put(o, key, v < 0 ? json_null() : made(json_integer(v)));
}

void bks_json_put_real(bks_json *o, const char *key, double v)
{
	json_t *real = json_real(v);

	put(o, key, real ? real : json_null()); /* JSON has no NaN and no infinity */
}

void bks_json_put_bool(bks_json *o, const char *key, bool v)
{
	put(o, key, json_boolean(v));
}

void bks_json_put_time(bks_json *o, const char *key, bks_time t)
{
	char buf[BKS_TIME_TEXT];

	if (t != BKS_TIME_NONE)
		t -= (t % BKS_SECOND + BKS_SECOND) % BKS_SECOND;
	put(o, key, text_value(t == BKS_TIME_NONE ? NULL : bks_time_text(buf, t)));
}

void bks_json_put_seconds(bks_json *o, const char *key, int64_t us)
{
	bks_json_put_size(o, key, us < 0 ? -1 : us / BKS_SECOND);
}

void bks_json_put_hex(bks_json *o, const char *key, const uint8_t *v, size_t n)
{
	bks_arena *a = bks_arena_new();

	put(o, key, text_value(n ? hex_write(arena_take(a, 2 * n + 1), v, n) : NULL));
	bks_arena_free(a);
}

void bks_json_put_name(bks_json *o, const char *key, const char *name)
{
	bks_arena *a;

	put(o, key, text_value(name));
	if (!name || bks_is_utf8(name, strlen(name)))
		return;
	a = bks_arena_new();
	put(o, arena_form(a, "%s_b64", key), text_value(base64_text(name, strlen(name), a)));
	bks_arena_free(a);
}

void bks_json_add(bks_json *l, bks_json *value)
{
	if (json_array_append_new(in(l), value ? in(value) : json_null()))
		abort();
}

void bks_json_add_text(bks_json *l, const char *s)
{
	if (json_array_append_new(in(l), text_value(s)))
		abort();
}

void bks_json_add_int(bks_json *l, int64_t v)
{
	if (json_array_append_new(in(l), made(json_integer(v))))
		abort();
}

void bks_json_add_name(bks_json *l, const char *name)
{
	bks_json_add_text(l, name);
}

/* What jansson wrote, piece by piece on boundaries of characters; ADD takes it on. */
struct sink {
	int (*add)(struct sink *k, const char *s, size_t n);
	FILE *file;
	struct text text;
};

static int add_to_file(struct sink *k, const char *s, size_t n)
{
	return fwrite(s, 1, n, k->file) == n ? 0 : -1;
}

static int add_to_text(struct sink *k, const char *s, size_t n)
{
	text_add(&k->text, s, n);
	return 0;
}

/* jansson escapes C0 itself; what is left below U+0020 is its own indenting. */
static int add_safely(const char *s, size_t n, void *arg)
{
	struct sink *k = arg;
	size_t from = 0, len;

	for (size_t i = 0; i < n; i += len) {
		char escape[8];
		uint32_t c;

		len = utf8_take(&c, s + i, n - i);
		if (!len || c < 0x7f || !utf8_is_control(c)) {
			len = len ? len : 1;
			continue;
		}
		snprintf(escape, sizeof escape, "\\u%04X", c & 0xffff);
		if (k->add(k, s + from, i - from) || k->add(k, escape, 6))
			return -1;
		from = i + len;
	}
	return k->add(k, s + from, n - from);
}

int bks_json_print(const bks_json *v, FILE *to, bool pretty, bks_error *err)
{
	struct sink k = {.add = add_to_file, .file = to};

	errno = 0;
	if (json_dump_callback(
		    look(v), add_safely, &k, pretty ? FLAGS | JSON_INDENT(2) : FLAGS) ||
		fputc('\n', to) == EOF || fflush(to) || ferror(to))
		return fail(err, BKS_E_IO, "write the output: %s",
			errno ? strerror(errno) : "it was refused");
	return 0;
}

const char *bks_json_text(const bks_json *v, bks_arena *a)
{
	struct sink k = {.add = add_to_text, .text = {.arena = a}};

	if (json_dump_callback(look(v), add_safely, &k, FLAGS))
		abort();
	return k.text.s;
}

int bks_json_read(bks_json **out, const char *text, size_t n, bks_error *err)
{
	json_error_t e;
	json_t *v = json_loadb(text, n, JSON_REJECT_DUPLICATES, &e);
	bks_arena *a;

	if (!v) {
		a = bks_arena_new();
		fail(err, BKS_E_USAGE, "JSON line %d column %d: %s", e.line, e.column,
			bks_shown(e.text, a));
		bks_arena_free(a);
		return BKS_E_USAGE;
	}
	*out = (bks_json *)v;
	return 0;
}

const bks_json *bks_json_get(const bks_json *o, const char *key)
{
	return seen(json_object_get(look(o), key));
}

const char *bks_json_get_text(const bks_json *o, const char *key)
{
	return bks_json_as_text(bks_json_get(o, key));
}

int64_t bks_json_get_int(const bks_json *o, const char *key, int64_t fallback)
{
	const json_t *v = json_object_get(look(o), key);

	return json_is_integer(v) ? json_integer_value(v) : fallback;
}

bool bks_json_get_bool(const bks_json *o, const char *key, bool fallback)
{
	const json_t *v = json_object_get(look(o), key);

	return json_is_boolean(v) ? json_is_true(v) : fallback;
}

size_t bks_json_length(const bks_json *l)
{
	return json_array_size(look(l));
}

const bks_json *bks_json_at(const bks_json *l, size_t i)
{
	return seen(json_array_get(look(l), i));
}

const char *bks_json_as_text(const bks_json *v)
{
	return json_string_value(look(v));
}
