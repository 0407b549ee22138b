/* Extension headers (GNU's long names, pax) and the member that they belong to. */
#include "format/tarmember.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uint64_t octal_end = 1ULL << 33; /* the first size that eleven octal digits lack */

static bool begin_extension(struct tarblocks *t, uint64_t at)
{
	uint64_t size = t->head.size;

	t->gnu |= t->head.type == 'L' || t->head.type == 'K';
	t->pax |= t->head.type == 'x' || t->head.type == 'X' || t->head.type == 'g';
	if (size > TARPAX_MAX) {
		tarblocks_lost(t, F_LIMIT_REACHED, at,
			arena_form(t->report->arena,
				"an extension header of %llu bytes; at most %d are read",
				(unsigned long long)size, TARPAX_MAX));
		return false;
	}
	free(t->body);
	t->body = malloc((size_t)size + 1);
	if (!t->body)
		abort();
	t->body_n = 0;
	t->left = size;
	t->pad = (USTAR_BLOCK - size % USTAR_BLOCK) % USTAR_BLOCK;
	t->padding_told = false;
	t->extension = t->head.type;
	t->state = TAR_IN_EXTENSION;
	snprintf(t->inside, sizeof t->inside, "an extension header");
	if (!size) {
		tarmember_extend(t);
		t->state = t->state == TAR_LOST ? TAR_LOST : TAR_AT_HEADER;
	}
	return false;
}

static void keep_body(char **to, struct tarblocks *t)
{
	free(*to);
	*to = t->body;
	t->body = NULL;
}

static void read_pax(struct tarblocks *t)
{
	struct tarpax global = {0};
	bool own = t->extension != 'g';
	const char *why;

	if (own)
		t->told = (struct tarpax){0};
	why = tarpax_read(own ? &t->told : &global, t->body, t->body_n);
	if (!why && (global.path.s || global.link.s || global.has_size))
		why = "a name or a size for all members";
	if (why)
		tarblocks_lost(t, F_MALFORMED, t->at,
			arena_form(t->report->arena, "a pax header with %s", why));
	if (own)
		keep_body(&t->pax_body, t);
}

void tarmember_extend(struct tarblocks *t)
{
	t->body[t->body_n] = '\0';
	t->waiting |= t->extension != 'g' && t->extension != 'A';
	switch (t->extension) {
	case 'L':
		t->long_name_n = strlen(t->body);
		keep_body(&t->long_name, t);
		break;
	case 'K':
		t->long_link_n = strlen(t->body);
		keep_body(&t->long_link, t);
		break;
	case 'x':
	case 'X':
	case 'g':
		read_pax(t);
		break;
	default: /* Solaris' access lists */
		break;
	}
}

static struct tarpax_text name_of(const struct tarblocks *t)
{
	if (t->told.sparse_name.s)
		return t->told.sparse_name;
	if (t->told.path.s)
		return t->told.path;
	if (t->long_name)
		return (struct tarpax_text){t->long_name, t->long_name_n};
	return (struct tarpax_text){t->head.name, strlen(t->head.name)};
}

static struct tarpax_text link_of(const struct tarblocks *t)
{
	if (t->told.link.s)
		return t->told.link;
	if (t->long_link)
		return (struct tarpax_text){t->long_link, t->long_link_n};
	return (struct tarpax_text){t->head.link, strlen(t->head.link)};
}

static void add_member(struct tarblocks *t, uint64_t size, uint64_t at)
{
	struct tarpax_text name = name_of(t), link = link_of(t);
	struct tar_member *m = malloc(sizeof *m + name.n + link.n + 2);

	if (!m)
		abort(); /* at most two extension headers long */
	*m = (struct tar_member){.type = t->head.type,
		.at = at,
		.size = size,
		.name_n = name.n,
		.sparse = t->told.sparse || t->head.type == 'S'};
	m->name = m->text;
	m->link = m->text + name.n + 1;
	memcpy(m->name, name.s, name.n);
	memcpy(m->link, link.s, link.n);
	m->name[name.n] = m->link[link.n] = '\0';
	snprintf(t->inside, sizeof t->inside, "member %s", m->name);
	t->members++;
	if (t->deaf) {
		free(m);
		return;
	}
	*t->last = m;
	t->last = &m->next;
}

/* What was told for one member is forgotten with it. */
static void forget(struct tarblocks *t)
{
	free(t->long_name);
	free(t->long_link);
	free(t->pax_body);
	t->long_name = t->long_link = t->pax_body = NULL;
	t->told = (struct tarpax){0};
	t->waiting = false;
}

/* A size in a pax header stands for one that the header itself has no room for. */
static uint64_t size_of(struct tarblocks *t, uint64_t at)
{
	uint64_t size = t->told.has_size ? t->told.size : t->head.size;

	if (size != t->head.size && size < octal_end)
		report_find(t->report, F_SIZE_CONFLICT, report_byte(t->report, at),
			"member %.*s: %llu bytes by its header, %llu by its extension header",
			(int)(name_of(t).n < 200 ? name_of(t).n : 200), name_of(t).s,
			(unsigned long long)t->head.size, (unsigned long long)size);
	switch (t->head.type) {
	case '1': /* only pax gives a hard link bytes; elsewhere its size is that of its target
		   */
		return t->pax ? size : 0;
	case '2':
	case '3':
	case '4':
	case '5':
	case '6':
		return 0;
	default:
		return size;
	}
}

bool tarmember_meet(struct tarblocks *t, uint64_t *size, uint64_t at)
{
	switch (t->head.type) {
	case 'A':
	case 'K':
	case 'L':
	case 'X':
	case 'g':
	case 'x':
		return begin_extension(t, at);
	case 'V': /* the label of a volume */
		t->gnu = true;
		return false;
	default:
		break;
	}
	t->gnu |= t->head.dialect == TAR_GNU;
	t->posix |= t->head.dialect == TAR_POSIX;
	t->regions = 0;
	t->map = t->told.sparse_map;
	*size = size_of(t, at);
	add_member(t, *size, at);
	forget(t);
	return true;
}
