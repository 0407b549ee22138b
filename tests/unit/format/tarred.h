/* tarred.h - for the tests of tar dumps: the members of a fixture, and tars made of them anew
 */
#pragma once
#define LOOK_FORMAT format_pgtar
#define LOOK_CORPUS "pgdump-tar"
#include "archive.h"

enum { BLOCK = 512, TARRED_MAX = 40 };

struct tarred_member {
	char name[101];
	const uint8_t *head; /* its header block */
	size_t size, all;    /* of its bytes; with header and padding */
};

struct tarred {
	struct bytes b;
	struct tarred_member v[TARRED_MAX];
	size_t n;
};

static inline struct tarred tarred(const char *name)
{
	struct tarred t = {.b = fixture(name)};

	for (size_t at = 0; t.b.p[at]; at += t.v[t.n++].all) {
		struct tarred_member *m = &t.v[t.n];

		assert_true(t.n < TARRED_MAX && at + BLOCK < t.b.n);
		m->head = t.b.p + at;
		snprintf(m->name, sizeof m->name, "%s", (const char *)m->head);
		m->size = strtoul((const char *)m->head + 124, NULL, 8);
		m->all = BLOCK + (m->size + BLOCK - 1) / BLOCK * BLOCK;
	}
	return t;
}

static inline const struct tarred_member *member_in(const struct tarred *t, const char *name)
{
	for (size_t i = 0; i < t->n; i++)
		if (!strcmp(t->v[i].name, name))
			return &t->v[i];
	fail_msg("no member %s", name);
	return NULL;
}

static inline void put_member(struct bytes *b, const struct tarred_member *m)
{
	put(b, m->head, m->all);
}

static inline void put_end(struct bytes *b)
{
	static const uint8_t zeros[2 * BLOCK];

	put(b, zeros, sizeof zeros);
}

/* Gives the header at AT the checksum of its bytes. */
static inline void seal(struct bytes *b, size_t at)
{
	unsigned sum = 0;
	char text[9];

	memset(b->p + at + 148, ' ', 8);
	for (size_t i = 0; i < BLOCK; i++)
		sum += b->p[at + i];
	snprintf(text, sizeof text, "%07o ", sum);
	memcpy(b->p + at + 148, text, 8);
}

/* A member of our own, with its padding. */
static inline void put_file(
	struct bytes *b, const char *name, char type, const void *p, size_t n)
{
	uint8_t head[BLOCK] = {0};
	size_t at = b->n;

	memcpy(head, name, strlen(name));
	memcpy(head + 100, "0000600 ", 8);
	snprintf((char *)head + 124, 12, "%011zo", n);
	memcpy(head + 136, "15300457513 ", 12);
	head[156] = (uint8_t)type;
	memcpy(head + 257, "ustar\00000", 8);
	put(b, head, sizeof head);
	seal(b, at);
	put(b, p, n);
	while (b->n % BLOCK)
		put_byte(b, 0);
}

/* Walks B, frees it, and wants this finding, at this place where one is given, and verdict. */
static inline void expect(
	struct bytes b, const char *code, const char *where, enum bks_verdict verdict)
{
	const bks_finding *f;
	struct look l;

	look_at(&l, b.p, b.n, 0);
	f = found(&l, code);
	if (!f || l.v.verdict != verdict ||
		(where && (!f->where || strcmp(where, f->where) != 0))) {
		for (size_t i = 0; i < l.v.finding_count; i++)
			print_error("%s %s: %s\n", l.v.findings[i].code,
				l.v.findings[i].where ? l.v.findings[i].where : "",
				l.v.findings[i].text);
		fail_msg("wanted %s at %s, %s; verdict %s", code, where ? where : "any place",
			bks_verdict_name(verdict), bks_verdict_name(l.v.verdict));
	}
	look_away(&l);
	free(b.p);
}
