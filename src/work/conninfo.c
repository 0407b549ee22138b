/* Connection strings of libpq, as much of them as commands need: words or a URI become words
 * with another database. */
#include "work/conninfo.h"
#include "base/bytes.h"
#include "base/text.h"
#include "base/vec.h"
#include <string.h>

struct reading {
	bks_arena *arena;
	VEC(const char *) names;
	VEC(const char *) values;
	const char *database;
	bks_error *err;
};

#define SECRET                                                                                 \
	"--into: a password does not belong into commands: leave it to PGPASSFILE or "         \
	"~/.pgpass"

static int put(struct reading *r, const char *name, const char *value)
{
	static const char *const secrets[] = {"password", "sslpassword", "scram_client_key",
		"scram_server_key", "oauth_client_secret"};

	for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
		if (!strcmp(name, secrets[i]))
			return fail(r->err, BKS_E_USAGE, SECRET);
	if (!*name || name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")])
		return fail(r->err, BKS_E_USAGE,
			"--into: wants host=... user=... or postgresql://user@host/");
	if (!strcmp(name, "dbname")) {
		/* libpq would read it as a connection string of its own */
		if (strchr(value, '=') || strstr(value, "://"))
			return fail(r->err, BKS_E_USAGE,
				"--into: a connection string within dbname");
		r->database = *value ? value : NULL;
		return 0;
	}
	if (!*value)
		return 0;
	*vec_add(&r->names, r->arena) = name;
	*vec_add(&r->values, r->arena) = value;
	return 0;
}

/* A value of a word: 'quoted' or not, with backslashes. NULL: a quote that never ends. */
static const char *take_value(const char **at, bks_arena *a)
{
	struct text t = {.arena = a};
	const char *s = *at;
	bool quoted = *s == '\'';

	text_add(&t, "", 0);
	for (s += quoted; *s && (quoted ? *s != '\'' : !strchr(" \t\r\n", *s)); s++) {
		if (*s == '\\' && s[1])
			s++;
		text_add(&t, s, 1);
	}
	if (quoted && *s != '\'')
		return NULL;
	*at = s + quoted;
	return t.s;
}

static int read_words(struct reading *r, const char *s)
{
	int e = 0;

	for (s += strspn(s, " \t\r\n"); !e && *s; s += strspn(s, " \t\r\n")) {
		size_t n = strcspn(s, "= \t\r\n");
		const char *name = arena_bytes(r->arena, s, n), *value;

		s += n;
		s += strspn(s, " \t\r\n");
		if (*s != '=')
			return fail(r->err, BKS_E_USAGE,
				"--into: wants host=... user=... or postgresql://user@host/");
		s++;
		s += strspn(s, " \t\r\n");
		value = take_value(&s, r->arena);
		if (!value)
			return fail(r->err, BKS_E_USAGE, "--into: a quote that never ends");
		e = put(r, name, value);
	}
	return e;
}

/* N bytes with their %XX decoded; NULL: no such digits, or a NUL. */
static const char *decoded(const char *s, size_t n, bks_arena *a)
{
	struct text t = {.arena = a};

	text_add(&t, "", 0);
	for (size_t i = 0; i < n; i++) {
		uint8_t byte;

		if (s[i] != '%') {
			text_add(&t, s + i, 1);
			continue;
		}
		if (i + 2 >= n || !hex_read(&byte, 1, arena_bytes(a, s + i + 1, 2)) || !byte)
			return NULL;
		text_add(&t, &byte, 1);
		i += 2;
	}
	return t.s;
}

static int put_part(struct reading *r, const char *name, const char *s, size_t n)
{
	const char *value = decoded(s, n, r->arena);

	if (!value)
		return fail(r->err, BKS_E_USAGE, "--into: a %% that codes no byte");
	return n ? put(r, name, value) : 0;
}

/* "host:port,[::1]:port" */
static int read_hosts(struct reading *r, const char *s, size_t n)
{
	struct text hosts = {.arena = r->arena}, ports = {.arena = r->arena};
	const char *end = s + n;
	bool any = false;
	int e;

	text_add(&hosts, "", 0);
	text_add(&ports, "", 0);
	while (s < end) {
		size_t len = (size_t)(end - s);
		const char *comma = memchr(s, ',', len), *stop = comma ? comma : end;
		const char *close = *s == '[' ? memchr(s, ']', (size_t)(stop - s)) : NULL;
		const char *from = close ? close : s;
		const char *colon = memchr(from, ':', (size_t)(stop - from));
		const char *last = colon ? colon : stop;

		if (close)
			text_add(&hosts, s + 1, (size_t)(close - s - 1));
		else
			text_add(&hosts, s, (size_t)(last - s));
		if (colon)
			text_add(&ports, colon + 1, (size_t)(stop - colon - 1));
		any = any || colon;
		if (comma) {
			text_word(&hosts, ",");
			text_word(&ports, ",");
		}
		s = comma ? comma + 1 : end;
	}
	e = put_part(r, "host", hosts.s, hosts.n);
	return e || !any ? e : put_part(r, "port", ports.s, ports.n);
}

static int read_query(struct reading *r, const char *s)
{
	int e = 0;

	while (!e && *s) {
		size_t n = strcspn(s, "&");
		const char *is = memchr(s, '=', n), *name;

		if (!is)
			return fail(r->err, BKS_E_USAGE, "--into: a parameter without a value");
		name = decoded(s, (size_t)(is - s), r->arena);
		e = put_part(r, name ? name : "", is + 1, n - (size_t)(is + 1 - s));
		s += n + (s[n] == '&');
	}
	return e;
}

static int read_uri(struct reading *r, const char *s)
{
	size_t n = strcspn(s, "/?");
	const char *at = memrchr(s, '@', n);
	size_t user = at ? (size_t)(at - s) : 0;
	int e = 0;

	if (at && memchr(s, ':', user))
		return fail(r->err, BKS_E_USAGE, SECRET);
	/* "joe:se/cret@host": what looks like a host and a port may be a user and half a password */
	if (!at && memchr(s, ':', n) && strchr(s + n, '@'))
		return fail(r->err, BKS_E_USAGE, SECRET " (an @ behind the host is written %%40)");
	if (at)
		e = put_part(r, "user", s, user);
	if (!e)
		e = read_hosts(r, at ? at + 1 : s, n - (at ? user + 1 : 0));
	s += n;
	if (!e && *s == '/') {
		n = strcspn(++s, "?");
		e = put_part(r, "dbname", s, n);
		s += n;
	}
	return e || *s != '?' ? e : read_query(r, s + 1);
}

int conninfo_read(struct conninfo *out, const char *text, bks_arena *a, bks_error *err)
{
	struct reading r = {.arena = a, .err = err};
	const char *uri = !strncmp(text, "postgresql://", 13) ? text + 13
			  : !strncmp(text, "postgres://", 11) ? text + 11
							      : NULL;
	int e = uri ? read_uri(&r, uri) : read_words(&r, text);

	if (!e && !uri && !r.names.n && !r.database)
		e = fail(err, BKS_E_USAGE, "--into: it names no server");
	*out = (struct conninfo){r.database, r.names.v, r.values.v, r.names.n};
	return e;
}

static void add_pair(struct text *t, const char *name, const char *value)
{
	text_form(t, "%s%s='", t->n ? " " : "", name);
	for (; *value; value++) {
		if (*value == '\'' || *value == '\\')
			text_word(t, "\\");
		text_add(t, value, 1);
	}
	text_word(t, "'");
}

const char *conninfo_text(const struct conninfo *in, const char *database, bks_arena *a)
{
	struct text t = {.arena = a};

	for (size_t i = 0; i < in->n; i++)
		add_pair(&t, in->names[i], in->values[i]);
	add_pair(&t, "dbname", database);
	return t.s;
}
