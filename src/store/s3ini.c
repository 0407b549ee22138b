/* The shared files of profiles, read in place: what is secret in them stays in one buffer,
 * which is zeroed at the end, and no error repeats a line. */
#include "store/s3ini.h"
#include "base/text.h"
#include "base/vec.h"
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { INI_MAX = 1 << 20 };

struct reading {
	struct ini *ini;
	bool config;
	const char *profile; /* of the section that we are in; NULL: one that is passed over */
	bool in_section;
	bool has_key;
	size_t indent; /* of the last key */
	VEC(struct ini_entry) v;
	bks_arena *arena;
};

static int slurp(struct ini *f, int fd)
{
	ssize_t n = 0;

	f->text = malloc(INI_MAX + 2);
	if (!f->text)
		abort();
	while (f->size <= INI_MAX) {
		n = read(fd, f->text + f->size, INI_MAX + 1 - f->size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		f->size += (size_t)n;
	}
	f->text[f->size] = '\0';
	return f->size > INI_MAX ? EFBIG : n < 0 ? errno : 0;
}

/* A pipe nobody writes to must not hold us: opened without waiting, it reads as empty. */
static int load(struct ini *f, bks_arena *a, bks_error *err)
{
	int fd = open(f->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY), e;

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return 1;
	e = fd < 0 ? errno : slurp(f, fd);
	if (fd >= 0)
		close(fd);
	if (!e)
		return 0;
	return fail(err, e == EFBIG ? BKS_E_USAGE : BKS_E_IO, "%s: %s", bks_shown(f->path, a),
		e == EFBIG ? "larger than 1 MiB" : strerror(e));
}

/* S without blanks around it, in place. */
static char *trimmed(char *s)
{
	size_t n;

	s += strspn(s, " \t");
	for (n = strlen(s); n && isspace((unsigned char)s[n - 1]); n--)
		;
	s[n] = '\0';
	return s;
}

/* The name in NAME, which may stand in quotes. */
static char *unquoted(char *name)
{
	size_t n = strlen(name);

	if (n < 2 || (*name != '"' && *name != '\'') || name[n - 1] != *name)
		return name;
	name[n - 1] = '\0';
	return name + 1;
}

static int add_section(struct reading *r, char *line)
{
	char *end = strchr(line, ']'), *name;

	if (!end)
		return 1;
	*end = '\0';
	name = trimmed(line + 1);
	if (r->config && strcmp(name, "default") != 0)
		name = !strncmp(name, "profile", 7) && isspace((unsigned char)name[7])
			       ? unquoted(trimmed(name + 7))
			       : NULL;
	r->in_section = true;
	r->has_key = false;
	r->profile = name;
	if (name)
		*vec_add(&r->v, r->arena) = (struct ini_entry){.profile = name};
	return 0;
}

/* A comment behind a blank ends a value. A command may hold such signs itself: it is left
 * whole. */
static void uncomment(const char *key, char *value)
{
	if (!strcasecmp(key, "credential_process"))
		return;
	for (char *s = value; *s; s++)
		if ((*s == '#' || *s == ';') && s > value && isblank((unsigned char)s[-1])) {
			*s = '\0';
			return;
		}
}

static int add_key(struct reading *r, char *line)
{
	size_t at = strcspn(line, "=:");
	char *value = line + at + 1;

	if (!line[at] || !at || !r->in_section)
		return 1;
	line[at] = '\0';
	line = trimmed(line);
	uncomment(line, value);
	if (r->profile)
		*vec_add(&r->v, r->arena) =
			(struct ini_entry){r->profile, line, trimmed(value)};
	r->has_key = true;
	return 0;
}

/* 0, or 1 where LINE is nothing that belongs into such a file. */
static int read_line(struct reading *r, char *line)
{
	size_t indent = strspn(line, " \t");
	char *s = trimmed(line);

	if (!*s || *s == '#' || *s == ';')
		return 0;
	if (r->has_key && indent > r->indent)
		return 0;
	r->indent = indent;
	return *s == '[' ? add_section(r, s) : add_key(r, s);
}

int ini_read(struct ini *out, const char *path, bool config, bks_arena *a, bks_error *err)
{
	struct reading r = {.ini = out, .config = config, .arena = a};
	int lines = 0, bad;
	char *s, *next;

	*out = (struct ini){.path = path};
	bad = load(out, a, err);
	if (bad)
		return bad;
	if (memchr(out->text, '\0', out->size))
		return fail(err, BKS_E_USAGE, "%s: a zero byte in it", bks_shown(path, a));
	s = out->text + (strncmp(out->text, "\xef\xbb\xbf", 3) ? 0 : 3);
	for (; s && !bad; s = next) {
		next = strchr(s, '\n');
		if (next)
			*next++ = '\0';
		lines++;
		bad = read_line(&r, s);
	}
	if (bad)
		return fail(err, BKS_E_USAGE, "%s line %d: neither a [section] nor key = value",
			bks_shown(path, a), lines);
	out->v = r.v.v;
	out->n = r.v.n;
	return 0;
}

bool ini_has(const struct ini *f, const char *profile)
{
	for (size_t i = 0; i < f->n; i++)
		if (!strcmp(f->v[i].profile, profile))
			return true;
	return false;
}

const char *ini_get(const struct ini *f, const char *profile, const char *key)
{
	const char *found = NULL;

	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].key && !strcasecmp(f->v[i].key, key) &&
			!strcmp(f->v[i].profile, profile))
			found = f->v[i].value;
	return found && *found ? found : NULL;
}

void ini_wipe(struct ini *f)
{
	if (f->text)
		explicit_bzero(f->text, f->size);
	free(f->text);
	*f = (struct ini){0};
}
