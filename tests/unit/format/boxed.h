/* boxed.h - for the tests of tar and zip: a look at bytes, and what it found, in the archive or
 * in one of its members */
#pragma once
#include "archive.h"

static inline const bks_inspection *member(const struct look *l, const char *name)
{
	for (size_t i = 0; i < l->v.member_count; i++)
		if (!strcmp(l->v.members[i].path, name))
			return &l->v.members[i];
	return NULL;
}

static inline bool has_code(const bks_inspection *v, const char *code)
{
	for (size_t i = 0; i < v->finding_count; i++)
		if (!strcmp(v->findings[i].code, code))
			return true;
	return false;
}

static inline void print_findings(const bks_inspection *v)
{
	print_error("%s\n", bks_verdict_name(v->verdict));
	for (size_t i = 0; i < v->finding_count; i++)
		print_error("  %s %s: %s\n", v->findings[i].code,
			v->findings[i].where ? v->findings[i].where : "", v->findings[i].text);
	for (size_t i = 0; i < v->member_count; i++)
		print_findings(&v->members[i]);
}

/* Walks B, frees it, and wants this verdict; a finding of the archive, at WHERE if it is given;
 * CODE NULL: none but notes. */
static inline void expect(
	struct bytes b, enum bks_verdict verdict, const char *code, const char *where)
{
	bool good = false, errors = false;
	struct look l;

	look_at(&l, b.p, b.n, 0);
	for (size_t i = 0; i < l.v.finding_count; i++) {
		const bks_finding *f = &l.v.findings[i];

		errors |= f->severity != BKS_NOTE;
		good |= code && !strcmp(f->code, code) &&
			(!where || (f->where && !strcmp(f->where, where)));
	}
	if (l.v.verdict != verdict || (code ? !good : errors)) {
		print_findings(&l.v);
		fail_msg("wanted %s: %s at %s", bks_verdict_name(verdict),
			code ? code : "nothing", where ? where : "any place");
	}
	look_away(&l);
	free(b.p);
}

static inline bool noticed(const struct bytes *b, size_t n)
{
	struct look l;
	bool yes;

	look_at(&l, b->p, n, 0);
	yes = l.v.verdict != BKS_SOUND;
	look_away(&l);
	return yes;
}

static inline void same_look(const bks_inspection *a, const bks_inspection *b)
{
	if (a->finding_count != b->finding_count || a->verdict != b->verdict) {
		print_findings(a);
		print_findings(b);
	}
	assert_int_equal(a->verdict, b->verdict);
	assert_int_equal(a->table_count, b->table_count);
	assert_int_equal(a->finding_count, b->finding_count);
	for (size_t i = 0; i < a->finding_count; i++) {
		assert_string_equal(a->findings[i].code, b->findings[i].code);
		assert_string_equal(a->findings[i].text, b->findings[i].text);
	}
	assert_int_equal(a->member_count, b->member_count);
	for (size_t i = 0; i < a->member_count; i++)
		same_look(&a->members[i], &b->members[i]);
}

/* Whole and cut, in pieces of many sizes. */
static inline void same_in_pieces(const char *name)
{
	static const size_t steps[] = {1, 3, 29, 511, 4096};
	struct bytes b = fixture(name);

	for (size_t cut = 0; cut < 3; cut++) {
		size_t n = b.n - b.n * cut / 3;
		struct look all, pieces;

		look_at(&all, b.p, n, 0);
		for (size_t k = 0; k < sizeof steps / sizeof *steps; k++) {
			look_at(&pieces, b.p, n, steps[k]);
			same_look(&all.v, &pieces.v);
			look_away(&pieces);
		}
		look_away(&all);
	}
	free(b.p);
}
