/* plain.h - for the tests of SQL text: a text looked at in one block and byte by byte, which
 * must give the same */
#pragma once
#include "format/format.h"
#include "unit.h"

#define HEAD "--\n-- PostgreSQL database dump\n--\n\n"
#define FACTS                                                                                  \
	"-- Dumped from database version 15.20 (Debian 15.20-0+deb12u1)\n"                     \
	"-- Dumped by pg_dump version 16.3 (Debian 16.3-1)\n\n"
#define SETS "SET statement_timeout = 0;\nSET standard_conforming_strings = on;\n"
#define END "--\n-- PostgreSQL database dump complete\n--\n\n"
#define CLUSTER "--\n-- PostgreSQL database cluster dump\n--\n\n"
#define CLUSTER_END "--\n-- PostgreSQL database cluster dump complete\n--\n\n"

static bks_arena *arena;

static void look_in_steps(bks_inspection *v, const char *text, size_t n, size_t step)
{
	const struct format *f =
		format_guess((const uint8_t *)text, n < FORMAT_HEAD ? n : FORMAT_HEAD);
	struct report r;
	bks_error err;
	stream *in = stream_memory(text, n, step);

	*v = (bks_inspection){.format = "raw"};
	report_init(&r, v, arena);
	if (f) {
		assert_non_null(f->walk);
		assert_int_equal(f->walk(in, &r, &err), 0);
		assert_int_equal(in->given, n); /* read to its end */
	} else {
		report_find(&r, F_NOT_A_BACKUP, NULL, "-");
	}
	stream_close(in);
	report_close(&r, true);
}

static void same_text(const char *a, const char *b)
{
	assert_string_equal(a ? a : "(none)", b ? b : "(none)");
}

static const bks_inspection *look_n(const char *text, size_t n)
{
	static bks_inspection v, w;

	bks_arena_free(arena);
	arena = bks_arena_new();
	look_in_steps(&v, text, n, 0);
	look_in_steps(&w, text, n, 1);
	same_text(v.format, w.format);
	same_text(v.server_version, w.server_version);
	same_text(v.database, w.database);
	assert_int_equal(v.content, w.content);
	assert_int_equal(v.verdict, w.verdict);
	assert_int_equal(v.table_count, w.table_count);
	assert_int_equal(v.finding_count, w.finding_count);
	for (size_t i = 0; i < v.table_count; i++) {
		same_text(v.tables[i].name, w.tables[i].name);
		same_text(v.tables[i].schema, w.tables[i].schema);
		assert_int_equal(v.tables[i].rows, w.tables[i].rows);
	}
	for (size_t i = 0; i < v.finding_count; i++) {
		same_text(v.findings[i].code, w.findings[i].code);
		same_text(v.findings[i].where, w.findings[i].where);
		same_text(v.findings[i].text, w.findings[i].text);
	}
	return &v;
}

static const bks_inspection *look(const char *text)
{
	return look_n(text, strlen(text));
}

static const bks_finding *found(const bks_inspection *v, const char *code)
{
	for (size_t i = 0; i < v->finding_count; i++)
		if (!strcmp(v->findings[i].code, code))
			return &v->findings[i];
	return NULL;
}

static size_t errors(const bks_inspection *v)
{
	size_t n = 0;

	for (size_t i = 0; i < v->finding_count; i++)
		n += v->findings[i].severity == BKS_ERROR;
	return n;
}

/* The verdict, and the one finding that caused it, which is an error and stands at WHERE. */
static void bad(const char *text, enum bks_verdict verdict, const char *code, const char *where)
{
	const bks_inspection *v = look(text);
	const bks_finding *f = found(v, code);

	assert_int_equal(v->verdict, verdict);
	assert_non_null(f);
	assert_int_equal(errors(v), 1);
	same_text(f->where, where);
}

static const bks_table *table(const bks_inspection *v, const char *schema, const char *name)
{
	for (size_t i = 0; i < v->table_count; i++)
		if (!strcmp(v->tables[i].schema, schema) && !strcmp(v->tables[i].name, name))
			return &v->tables[i];
	return NULL;
}

/* A dump whole and sound, with BODY between header and end mark. */
static const bks_inspection *sound(const char *body)
{
	static char text[1 << 16];
	const bks_inspection *v;

	snprintf(text, sizeof text, "%s%s%s%s%s", HEAD, FACTS, SETS, body, END);
	v = look(text);
	assert_int_equal(v->verdict, BKS_SOUND);
	return v;
}

static void has(const bks_inspection *v, const char *schema, const char *name, bool ddl,
	bool data, int64_t rows)
{
	const bks_table *t = table(v, schema, name);

	assert_non_null(t);
	assert_int_equal(t->ddl, ddl);
	assert_int_equal(t->data, data);
	assert_int_equal(t->rows, rows);
}
