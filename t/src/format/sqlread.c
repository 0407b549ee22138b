/* What a gathered statement says. Whatever is not understood says nothing, and is never guessed
 * at. */
#include "format/sqlstmt.h"
#include <string.h>
#include <strings.h>

struct cursor {
	const struct sqlstmt *s;
	unsigned at;
	bool cut;
};

static const struct sql_piece *here(const struct cursor *c)
{
	return c->at < c->s->count ? &c->s->pieces[c->at] : NULL;
}

static bool word(struct cursor *c, const char *w)
{
	const struct sql_piece *p = here(c);

	if (!p || p->kind != SQL_WORD || strcasecmp(p->s, w))
		return false;
	c->at++;
	return true;
}

static bool words(struct cursor *c, const char *a, const char *b)
{
	unsigned at = c->at;

	if (word(c, a) && word(c, b))
		return true;
	c->at = at;
	return false;
}

static bool byte(struct cursor *c, char b)
{
	const struct sql_piece *p = here(c);

	if (!p || p->kind != SQL_PUNCT || p->s[0] != b)
		return false;
	c->at++;
	return true;
}

static const char *part(struct cursor *c)
{
	const struct sql_piece *p = here(c);

	if (!p || (p->kind != SQL_WORD && p->kind != SQL_NAME))
		return NULL;
	c->at++;
	c->cut |= p->cut;
	return p->s;
}

/* [[catalog.]schema.]name */
static bool name(struct cursor *c, struct sql_name *out)
{
	*out = (struct sql_name){0};
	out->name = part(c);
	for (int i = 0; i < 2 && out->name && byte(c, '.'); i++) {
		out->schema = out->name;
		out->name = part(c);
	}
	return out->name;
}

static bool if_not_exists(struct cursor *c)
{
	unsigned at = c->at;

	if (word(c, "if") && words(c, "not", "exists"))
		return true;
	c->at = at;
	return false;
}

/* CREATE x IF NOT EXISTS "name": pg_dump writes neither table, schema nor sequence so. */
static bool lenient(struct cursor *c)
{
	return if_not_exists(c) && here(c) && here(c)->kind == SQL_NAME;
}

static bool later(struct cursor c, const char *a, const char *b)
{
	for (; c.at < c.s->count; c.at++)
		if (words(&c, a, b))
			return true;
	return false;
}

static void read_table(struct sql_said *out, struct cursor *c, bool foreign)
{
	out->lenient = lenient(c);
	if (!name(c, &out->name))
		return;
	out->says = SQL_TABLE;
	out->storeless = foreign || later(*c, "partition", "by");
	if (words(c, "partition", "of"))
		name(c, &out->other);
}

static void read_create(struct sql_said *out, struct cursor *c)
{
	out->says = SQL_CREATE;
	if (words(c, "foreign", "table"))
		read_table(out, c, true);
	else if (words(c, "unlogged", "table") || word(c, "table"))
		read_table(out, c, false);
	else if (word(c, "schema") || word(c, "sequence"))
		out->lenient = lenient(c);
	else if (word(c, "role") || word(c, "user"))
		out->says = SQL_ROLE;
	else if (word(c, "database") && name(c, &out->name))
		out->says = SQL_DATABASE;
}

static void read_alter(struct sql_said *out, struct cursor *c)
{
	struct sql_name child;

	out->says = SQL_ALTER;
	if (word(c, "role") || word(c, "user")) {
		out->says = SQL_ROLE;
		return;
	}
	if (word(c, "database"))
		out->says = SQL_DATABASE;
	if (!word(c, "table"))
		return;
	words(c, "if", "exists");
	word(c, "only");
	if (!name(c, &out->name))
		return;
	out->constraint = words(c, "add", "constraint");
	if (words(c, "attach", "partition") && name(c, &child)) {
		out->says = SQL_ATTACH;
		out->other = out->name;
		out->name = child;
	}
}

/* A name in quotes is no such word, and what stands in parentheses was not kept. */
static bool names_program(const struct sqlstmt *s)
{
	for (unsigned i = 2; i < s->count; i++) {
		const struct sql_piece *way = &s->pieces[i - 1], *p = &s->pieces[i];

		if (p->kind == SQL_WORD && !strcasecmp(p->s, "program") &&
			way->kind == SQL_WORD &&
			(!strcasecmp(way->s, "from") || !strcasecmp(way->s, "to")))
			return true;
	}
	return false;
}

static void read_copy(struct sql_said *out, struct cursor *c)
{
	bool listed;

	out->program = names_program(c->s);
	if (!name(c, &out->name))
		return;
	listed = byte(c, '(');
	if (!words(c, "from", "stdin"))
		return;
	out->says = SQL_COPY;
	if (listed && c->at == c->s->count)
		out->columns = (int)c->s->columns;
}

static void read_insert(struct sql_said *out, struct cursor *c)
{
	if (!word(c, "into") || !name(c, &out->name))
		return;
	out->says = SQL_INSERT;
	if (c->s->tuples)
		out->rows = (int64_t)c->s->tuples;
}

static void read_set(struct sql_said *out, struct cursor *c)
{
	const struct sql_piece *p;

	out->what = part(c);
	if (!out->what || !(byte(c, '=') || word(c, "to")))
		return;
	p = here(c);
	if (p && p->kind != SQL_PUNCT) {
		out->says = SQL_SET;
		out->value = p->s;
	}
}

/* SELECT pg_catalog.set_config('what', 'value', false) */
static void read_select(struct sql_said *out, struct cursor *c)
{
	struct sql_name f;
	const struct sql_piece *p;

	if (!name(c, &f) || strcmp(f.name, "set_config") || !byte(c, '('))
		return;
	p = here(c);
	if (c->at + 1 >= c->s->count || p->kind != SQL_STRING || p[1].kind != SQL_STRING)
		return;
	out->says = SQL_SET;
	out->what = p->s;
	out->value = p[1].s;
}

/* GRANT a TO b is of roles; GRANT x ON y TO b is not. */
static void read_grant(struct sql_said *out, struct cursor *c)
{
	for (; c->at < c->s->count; c->at++)
		if (word(c, "on"))
			return;
	out->says = SQL_ROLE;
}

bool sql_is_command(const char *w)
{
	static const char *const commands[] = {"abort", "alter", "analyse", "analyze", "begin",
		"call", "checkpoint", "close", "cluster", "comment", "commit", "copy", "create",
		"deallocate", "declare", "delete", "discard", "do", "drop", "end", "execute",
		"explain", "fetch", "grant", "import", "insert", "listen", "load", "lock",
		"merge", "move", "notify", "prepare", "reassign", "refresh", "reindex",
		"release", "reset", "revoke", "rollback", "savepoint", "security", "select",
		"set", "show", "start", "table", "truncate", "unlisten", "update", "vacuum",
		"values", "with"};

	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
		if (!strcasecmp(w, commands[i]))
			return true;
	return false;
}

static bool strange(const struct sql_piece *first)
{
	return first->kind == SQL_PUNCT ? first->s[0] != '('
					: first->kind != SQL_WORD || !sql_is_command(first->s);
}

void sqlstmt_read(struct sql_said *out, const struct sqlstmt *s)
{
	struct cursor c = {.s = s};

	*out = (struct sql_said){
		.says = s->count ? SQL_OTHER : SQL_NOTHING, .columns = -1, .rows = -1};
	if (!s->count)
		return;
	if (word(&c, "insert"))
		read_insert(out, &c);
	else if (word(&c, "create"))
		read_create(out, &c);
	else if (word(&c, "alter"))
		read_alter(out, &c);
	else if (word(&c, "copy"))
		read_copy(out, &c);
	else if (word(&c, "set"))
		read_set(out, &c);
	else if (word(&c, "select"))
		read_select(out, &c);
	else if (words(&c, "reset", "all"))
		out->says = SQL_RESET;
	else if (word(&c, "drop"))
		out->says = SQL_DROP;
	else if (word(&c, "grant"))
		read_grant(out, &c);
	else if (strange(&s->pieces[0]))
		out->says = SQL_STRANGE;
	out->cut = c.cut;
}
