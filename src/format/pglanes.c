/* Small blocks go in stretches, large ones by themselves; each thread has its own unpacker. */
#include "format/pglanes.h"
#include <pthread.h>
#include <stdlib.h>

struct pglanes {
	struct pghead head;
	const struct pgtoc *toc;
	struct lanes *lanes;
	int64_t max_memory;
	atomic_bool *doubt;
	uint64_t from, end; /* of blocks that are not handed out yet */
	bool unchecked;
	pthread_mutex_t tables;
};

/* One thread's own. */
struct own {
	struct pgunpack *unpack;
	bks_arena *arena;
	bool unchecked;
};

static void *begin(void *arg)
{
	struct pglanes *p = arg;
	struct own *o = calloc(1, sizeof *o);

	if (!o)
		abort();
	o->unpack = pgunpack_new(p->head.packing, p->doubt);
	o->arena = bks_arena_new();
	return o;
}

static void end(void *arg, void *own)
{
	struct pglanes *p = arg;
	struct own *o = own;

	p->unchecked |= o->unchecked;
	pgunpack_free(o->unpack);
	bks_arena_free(o->arena);
	free(o);
}

/* Two entries may be of one table. */
static void add_rows(struct pglanes *p, bks_table *to, const bks_table *from)
{
	pthread_mutex_lock(&p->tables);
	to->data |= from->data;
	if (from->rows >= 0)
		to->rows = (to->rows < 0 ? 0 : to->rows) + from->rows;
	pthread_mutex_unlock(&p->tables);
}

/* As one by one, but for what the one that reads the file looks at: which block it is. */
static int walk_block(struct pglanes *p, struct pgblocks *b)
{
	const struct pgdata *d;
	struct pgdata mine;
	bks_table table;
	uint8_t type;
	int64_t id;

	PG_MUST(reader_byte(&b->in->r, &type));
	PG_MUST(pgin_int(&id, b->in));
	d = pgtoc_find(p->toc, id);
	if (!d || (type == PGBLOCK_BLOBS) != (d->kind == PGDATA_BLOBS))
		return PG_TOLD;
	mine = *d;
	if (d->table) {
		table = (bks_table){
			.schema = d->table->schema, .name = d->table->name, .rows = -1};
		mine.table = &table;
	}
	PG_MUST(type == PGBLOCK_BLOBS ? pgblocks_blobs(b, &mine) : pgblocks_data(b, &mine));
	if (b->in->report->findings.n)
		return PG_TOLD;
	if (d->table)
		add_rows(p, d->table, &table);
	return 1;
}

static bool walk(void *arg, void *own, stream *in, uint64_t from, uint64_t size)
{
	struct pglanes *p = arg;
	struct own *o = own;
	bks_inspection out = {0};
	struct report r;
	bks_error err;
	struct pgin at = {.report = &r, .head = p->head};
	struct pgblocks b = {
		.in = &at, .unpack = o->unpack, .backslashes = p->toc->backslashes};
	int got = 1;

	bks_arena_reset(o->arena);
	report_init(&r, &out, o->arena);
	r.max_memory = p->max_memory;
	r.doubt = p->doubt;
	reader_init(&at.r, in, &err);
	at.r.at = from;
	while (got == 1 && at.r.at < from + size)
		got = walk_block(p, &b);
	o->unchecked |= b.unchecked;
	return got == 1 && at.r.at == from + size;
}

struct pglanes *pglanes_new(
	const struct report *r, const struct pghead *head, const struct pgtoc *toc)
{
	struct pglanes *p = calloc(1, sizeof *p);
	struct lanes_trade trade = {r->again, r->again_arg, begin, walk, end, p};

	if (!p || pthread_mutex_init(&p->tables, NULL))
		abort();
	p->head = *head;
	p->toc = toc;
	p->max_memory = r->max_memory;
	p->doubt = r->doubt;
	p->lanes = lanes_new(&trade, r->lanes);
	return p;
}

stream *pglanes_watch(struct pglanes *p, const struct reader *r)
{
	p->from = p->end = r->at;
	return lanes_watch(p->lanes, r->s, r->p, r->n, r->at);
}

void pglanes_block(struct pglanes *p, uint64_t end)
{
	p->end = end;
	if (end - p->from < LANES_STRETCH)
		return;
	lanes_add(p->lanes, end);
	p->from = end;
}

void pglanes_last(struct pglanes *p)
{
	if (p->end > p->from)
		lanes_add(p->lanes, p->end);
	p->from = p->end;
}

static void forget_rows(const struct pgtoc *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->v[i].table) {
			t->v[i].table->data = false;
			t->v[i].table->rows = -1;
		}
}

bool pglanes_end(bool *unchecked, struct pglanes *p, bool wanted)
{
	bool good;

	if (!wanted)
		lanes_drop(p->lanes);
	good = lanes_end(p->lanes);
	*unchecked = p->unchecked;
	if (!good)
		forget_rows(p->toc);
	pthread_mutex_destroy(&p->tables);
	free(p);
	return good;
}
