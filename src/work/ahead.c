/*
 * A ring of errands. Each worker's stand in a row, oldest first: one that has served enough
 * gets no more of them and goes when its last one is taken; of one that died, what it still
 * owed is lost and nothing else.
 */
#include "work/ahead.h"
#include "work/apart.h"
#include <stdlib.h>
#include <string.h>

enum { NAME_LONGEST = 255 };

struct asked {
	struct order order;
	struct errand *errand; /* NULL: lost */
	struct remote *worker;
	char *key, *name;
};

struct ahead {
	struct remote *worker; /* takes more; NULL: none does */
	char *folder;          /* whose files it may look at */
	int left;              /* that it may still be asked */
	size_t first, n;
	struct asked v[AHEAD_MAX];
};

struct ahead *ahead_new(void)
{
	struct ahead *h = calloc(1, sizeof *h);

	if (!h)
		abort();
	return h;
}

static struct asked *nth(struct ahead *h, size_t i)
{
	return &h->v[(h->first + i) % AHEAD_MAX];
}

static char *copy(const char *s)
{
	char *c = strdup(s);

	if (!c)
		abort();
	return c;
}

/* It is asked no more; with nothing under way it goes at once, else after its last answer. */
static void release(struct ahead *h)
{
	struct remote *r = h->worker;

	h->worker = NULL;
	if (r && (!h->n || nth(h, h->n - 1)->worker != r))
		apart_return(r, true);
	free(h->folder);
	h->folder = NULL;
}

static struct remote *worker_of(struct ahead *h, const char *folder)
{
	if (h->worker && strcmp(h->folder, folder) != 0)
		release(h);
	if (h->worker)
		return h->worker;
	h->worker = apart_lend(folder);
	if (!h->worker)
		return NULL;
	h->folder = copy(folder);
	h->left = APART_GLANCES - h->worker->served;
	return h->worker;
}

static bool can_ask(const struct ahead *h, const stream *in, const char *name)
{
	return h->n < AHEAD_MAX && stream_descriptor(in) >= 0 && strlen(name) <= NAME_LONGEST;
}

bool ahead_ask(struct ahead *h, stream *in, const char *key, const char *folder,
	const char *name, int64_t size)
{
	static const struct remote_watch nothing;
	struct remote *r = can_ask(h, in, name) ? worker_of(h, folder) : NULL;
	struct asked *q;

	if (!r) {
		stream_close(in);
		return false;
	}
	q = nth(h, h->n++);
	*q = (struct asked){.worker = r, .key = copy(key), .name = copy(name)};
	q->order = (struct order){
		.kind = ORDER_GLANCE, .job = {.in = in, .name = q->name, .size = size}};
	q->errand = errand_begin(r, &q->order, &nothing);
	if (!--h->left)
		release(h);
	return true;
}

/* Of a worker that answers no more. */
static void lose(struct ahead *h, struct remote *r)
{
	for (size_t i = 0; i < h->n; i++) {
		struct asked *q = nth(h, i);

		if (q->worker != r)
			continue;
		if (q->errand)
			errand_drop(q->errand);
		q->errand = NULL;
		q->worker = NULL;
	}
	if (h->worker == r) {
		h->worker = NULL;
		free(h->folder);
		h->folder = NULL;
	}
	apart_return(r, false);
}

/* After an answer of R: was it the last that it will give? */
static void send_home(struct ahead *h, struct remote *r)
{
	if (r != h->worker && (!h->n || nth(h, 0)->worker != r))
		apart_return(r, true);
}

static void forget_first(struct ahead *h)
{
	struct asked *q = nth(h, 0);

	stream_close(q->order.job.in);
	free(q->key);
	free(q->name);
	h->first = (h->first + 1) % AHEAD_MAX;
	h->n--;
}

/* As ahead_take, of the oldest. */
static int take_first(bks_inspection *out, struct ahead *h, bks_arena *a, bks_error *err)
{
	struct asked *q = nth(h, 0);
	struct remote *r = q->worker;
	enum remote_end end;
	int answered;

	if (!q->errand) {
		forget_first(h);
		return 1;
	}
	end = errand_end(out, q->errand, a, err);
	q->errand = NULL;
	answered = q->order.answered;
	if (end == REMOTE_DONE)
		out->path = arena_text(a, q->name);
	forget_first(h);
	if (end == REMOTE_DONE || end == REMOTE_REFUSED)
		send_home(h, r);
	else
		lose(h, r);
	return end == REMOTE_DONE ? answered : end == REMOTE_REFUSED ? err->code : 1;
}

/* Where KEY stands; h->n: nowhere. */
static size_t find(struct ahead *h, const char *key)
{
	size_t i = 0;

	while (i < h->n && strcmp(nth(h, i)->key, key) != 0)
		i++;
	return i;
}

static void pass_some(struct ahead *h, size_t n)
{
	bks_arena *a = n ? bks_arena_new() : NULL;
	bks_inspection out;
	bks_error err;

	for (; n; n--)
		take_first(&out, h, a, &err);
	bks_arena_free(a);
}

int ahead_take(
	bks_inspection *out, struct ahead *h, const char *key, bks_arena *a, bks_error *err)
{
	size_t at = find(h, key);
	bks_error own = {0};

	if (at == h->n)
		return 1;
	pass_some(h, at);
	return take_first(out, h, a, err ? err : &own);
}

void ahead_pass(struct ahead *h, const char *key)
{
	size_t at = find(h, key);

	if (at < h->n)
		pass_some(h, at + 1);
}

void ahead_free(struct ahead *h)
{
	if (!h)
		return;
	for (; h->n; forget_first(h))
		if (nth(h, 0)->worker)
			lose(h, nth(h, 0)->worker);
	release(h);
	free(h);
}
