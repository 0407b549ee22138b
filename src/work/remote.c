/*
 * The employer's end of one worker. Waiting is done in steps of 100 ms, so that a wish to stop
 * is heard whatever the worker does; what it asks for is looked up among what the order itself
 * offers.
 */
#include "work/remote.h"
#include "base/text.h"
#include "work/answer.h"
#include "work/feed.h"
#include "work/remote_slot.h"
#include "work/servant.h"
#include "work/walpart.h"
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { EAGER = 400 };

/* One order under way. */
struct errand {
	struct remote *r;
	struct order *o;
	const struct remote_watch *w;
	struct slots slots;
	int64_t silent_since;
	int64_t words;  /* that it may still say */
	int64_t unread; /* bytes that it may still say were read: more would use up who counts
			   them */
	bool silent, stopped;
	int begun; /* negative: it never was, and WHY tells */
	bks_error why;
	bks_inspection *out;
	bks_arena *arena;
	bks_error *err;
};

static int64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * BKS_SECOND + t.tv_nsec / 1000;
}

static int check_watch(struct errand *e)
{
	const struct remote_watch *w = e->w;
	int64_t patience = w->patience ? w->patience : 30 * BKS_MINUTE;

	e->stopped = e->stopped || (w->stop && w->stop(w->arg));
	e->silent = now_us() - e->silent_since > patience;
	return e->stopped || e->silent;
}

/* Nothing came, or could be sent, for 100 ms. */
static int wait_for(void *arg)
{
	struct errand *e = arg;

	if (e->w->read)
		e->w->read(e->w->arg, 0);
	return check_watch(e);
}

int remote_hire(struct remote **out, const struct sandbox_limits *l, bks_error *err)
{
	struct remote *r = calloc(1, sizeof *r);
	int e;

	if (!r)
		abort();
	r->limits = *l;
	r->standing = -1;
	e = nursery_hire(&r->worker, l, err);
	if (e < 0) {
		free(r);
		return e;
	}
	wire_init(&r->wire, r->worker.job, false);
	*out = r;
	return 0;
}

void remote_dismiss(struct remote *r)
{
	if (!r)
		return;
	hireling_dismiss(&r->worker);
	free(r->key);
	free(r);
}

static void hear_read(struct errand *e)
{
	int64_t n = wire_take_within(
		&e->r->wire, 0, INT64_MAX / 4, "it read more than there can be");

	n = n < e->unread ? n : e->unread;
	e->unread -= n;
	if (e->w->read && n)
		e->w->read(e->w->arg, n);
	if (check_watch(e) && e->r->wire.state == WIRE_FINE)
		e->r->wire.state = WIRE_STOPPED;
}

/* The list that a worker speaks of, or NULL. */
static members *hear_list(struct errand *e)
{
	struct verify_job *job = &e->o->job;
	int64_t list = wire_take_within(
		&e->r->wire, 0, ORDER_LISTS - 1, "it wants of a list that does not exist");
	members *m = list == ORDER_BESIDE ? job->beside : job->members;

	if (!m)
		wire_bad(&e->r->wire, "it wants members of what has none");
	return m;
}

/* What a member's open says; the stream is kept until the worker is done with it. */
static void hear_open(struct errand *e)
{
	struct wire *w = &e->r->wire;
	members *m = hear_list(e);
	size_t i = (size_t)wire_take_within(
		w, 0, m ? (int64_t)m->n - 1 : 0, "it wants a member that does not exist");
	bks_error why = {0};
	struct slot *s = NULL;
	int r, fd = -1;

	if (w->state != WIRE_FINE)
		return;
	r = slots_open(&s, &fd, &e->slots, m, i, &why);
	wire_put_number(w, r);
	wire_put_number(w, s ? (int64_t)(s - e->slots.v) : 0);
	wire_put_number(w, s && s->feed);
	wire_put_text(w, r < 0 ? why.text : NULL);
	wire_flush(w, &fd, fd >= 0);
	slot_sent(s, fd);
}

static struct slot *hear_slot(struct errand *e)
{
	struct wire *w = &e->r->wire;
	size_t i = (size_t)wire_take_within(
		w, 0, (int64_t)e->slots.n - 1, "a member that is not open");

	if (w->state != WIRE_FINE)
		return NULL;
	if (!e->slots.v[i].in) {
		wire_bad(w, "it speaks of a member that is not open");
		return NULL;
	}
	return &e->slots.v[i];
}

static void hear_changed(struct errand *e)
{
	struct slot *s = hear_slot(e);
	bks_error why = {0};
	const char *how = NULL;
	int r;

	if (!s)
		return;
	r = slot_changed(&how, s, &e->slots, &why);
	wire_put_number(&e->r->wire, r);
	wire_put_text(&e->r->wire, r < 0 ? why.text : how);
	wire_flush(&e->r->wire, NULL, 0);
}

static void hear_fed(struct errand *e)
{
	struct slot *s = hear_slot(e);
	bks_error why = {0};
	int r;

	if (s && !s->feed)
		wire_bad(&e->r->wire, "it waits for a pipe that is none");
	if (!s || !s->feed)
		return;
	r = feed_end(s->feed, true, &why);
	wire_put_number(&e->r->wire, r);
	wire_put_text(&e->r->wire, why.text);
	wire_flush(&e->r->wire, NULL, 0);
}

static void hear_closed(struct errand *e)
{
	struct slot *s = hear_slot(e);

	if (s && s == e->slots.v)
		wire_bad(&e->r->wire, "it closes what is not its own");
	else if (s)
		slot_close(s);
}

static void hear_answer(struct errand *e)
{
	e->o->answered = (int)wire_take_within(&e->r->wire, 0, 1, "an answer that is none");
	answer_take(e->out, &e->r->wire, &e->o->job, e->o->kind == ORDER_GLANCE, e->arena);
	if (e->o->job.wal)
		walpart_hear(e->o->job.wal, &e->r->wire);
}

/* A failure's code is one of few, whatever the worker says. */
static void hear_failed(struct errand *e)
{
	int64_t code = wire_take_within(&e->r->wire, -100, -1, "a failure that is none");
	const char *text = wire_take_text(&e->r->wire, sizeof e->err->text, e->arena);

	fail(e->err, code == BKS_E_LIMIT ? BKS_E_LIMIT : BKS_E_IO, "%s", text ? text : "");
}

static void hear_hello(struct errand *e)
{
	struct wire *w = &e->r->wire;
	int standing =
		(int)wire_take_within(w, 0, SANDBOX_ALL, "a sandbox that does not exist");

	if (e->r->standing >= 0)
		wire_bad(w, "it greets twice");
	else if (w->state == WIRE_FINE)
		e->r->standing = standing;
}

/* A word for each MiB and a few for each member are what it needs: whoever talks without end is
 * not heard for ever. */
static int64_t words_for(const struct verify_job *job)
{
	const members *m = job->members;
	int64_t words = 10000 + (m ? 16 * (int64_t)m->n : 0), size = m ? 0 : job->size;

	for (size_t i = 0; m && i < m->n; i++)
		size += m->v[i].size > 0 ? m->v[i].size / 2 : 0; /* unknown: cannot be opened */
	return size < 0 ? INT64_MAX : words + (size >> 18);
}

/* All of it once; what lies beside a database has no size yet. */
static int64_t bytes_of(const struct verify_job *job)
{
	const members *m = job->members;
	int64_t size = m ? 0 : job->size;

	for (size_t i = 0; m && i < m->n; i++)
		size += m->v[i].size > 0 ? m->v[i].size : 0;
	return size < 0 ? INT64_MAX : size;
}

/* Until its last word: ORDER_ANSWER or ORDER_FAILED. */
static int64_t converse(struct errand *e)
{
	struct wire *w = &e->r->wire;
	int64_t what;

	do {
		what = wire_take_within(w, 0, ORDER_SAID_COUNT - 1, "a word that nobody knows");
		e->silent_since = now_us();
		if (!e->words--)
			wire_bad(w, "it never comes to an end");
		if (w->state != WIRE_FINE)
			break;
		if (what == ORDER_HELLO)
			hear_hello(e);
		else if (what == ORDER_READ)
			hear_read(e);
		else if (what == ORDER_OPEN)
			hear_open(e);
		else if (what == ORDER_CHANGED)
			hear_changed(e);
		else if (what == ORDER_FED)
			hear_fed(e);
		else if (what == ORDER_CLOSED)
			hear_closed(e);
		else if (what == ORDER_ANSWER)
			hear_answer(e);
		else
			hear_failed(e);
	} while (w->state == WIRE_FINE && what != ORDER_ANSWER && what != ORDER_FAILED);
	return what;
}

static const char *why_killed(int sig)
{
	switch (sig) {
	case SIGSYS:
		return "SIGSYS: a forbidden system call";
	case SIGSEGV:
		return "SIGSEGV: a memory fault";
	case SIGBUS:
		return "SIGBUS: a memory fault, or a file that was cut while it was read";
	case SIGABRT:
		return "SIGABRT: it met a state that cannot be";
	case SIGKILL:
		return "SIGKILL: by the system, which lacks memory, or by hand";
	case SIGXFSZ:
		return "SIGXFSZ: it wrote to a file";
	default:
		return NULL;
	}
}

static enum remote_end bury(struct errand *e)
{
	int value;
	enum hireling_end how = hireling_bury(&e->r->worker, &value);
	const char *known = how == HIRELING_KILLED ? why_killed(value) : NULL;

	if (how == HIRELING_EXITED && value == SERVANT_NO_MEMORY) {
		fail(e->err, BKS_E_LIMIT,
			"it wants more memory than the %lld MiB that may be taken for it",
			(long long)(e->r->limits.memory >> 20));
		return REMOTE_SHORT;
	}
	if (known)
		fail(e->err, BKS_E_IO, "the process that read it was killed by %s", known);
	else if (how == HIRELING_KILLED)
		fail(e->err, BKS_E_IO, "the process that read it was killed by signal %d",
			value);
	else if (how == HIRELING_EXITED)
		fail(e->err, BKS_E_IO,
			"the process that read it ended with status %d and without an answer",
			value);
	else if (how == HIRELING_DEAF)
		fail(e->err, BKS_E_IO,
			"the process that read it hung up and went on, and was ended");
	else if (how == HIRELING_UNBORN && value)
		fail(e->err, BKS_E_IO, "no process could be had to read it: %s",
			strerror(value));
	else if (how == HIRELING_UNBORN)
		fail(e->err, BKS_E_IO,
			"the process that was to read it could not take its rights away");
	else
		fail(e->err, BKS_E_IO,
			"the process that read it is gone, and nobody knows how");
	return REMOTE_DIED;
}

static enum remote_end weigh(struct errand *e, int64_t what)
{
	struct wire *w = &e->r->wire;

	switch (w->state) {
	case WIRE_FINE:
		e->r->served++;
		if (what != ORDER_FAILED)
			return REMOTE_DONE;
		if (e->o->kind == ORDER_GLANCE)
			return REMOTE_REFUSED;
		fail(e->err, BKS_E_IO, "the process that read it answered wrongly: it gave up");
		return REMOTE_LIED;
	case WIRE_BAD:
		fail(e->err, BKS_E_IO, "the process that read it answered wrongly: %s", w->why);
		return REMOTE_LIED;
	case WIRE_STOPPED:
		if (!e->silent || e->stopped) {
			fail(e->err, BKS_E_INTERRUPTED, "stopped by a signal");
			return REMOTE_STOPPED;
		}
		fail(e->err, BKS_E_IO,
			"the process that read it was ended: no word of it in a long time");
		return REMOTE_DIED;
	case WIRE_CLOSED:
		break;
	}
	return bury(e);
}

struct errand *errand_begin(struct remote *r, struct order *o, const struct remote_watch *w)
{
	struct errand *e = calloc(1, sizeof *e);

	if (!e)
		abort();
	*e = (struct errand){.r = r, .o = o, .w = w, .silent_since = now_us()};
	r->wire.wait = wait_for;
	r->wire.arg = e;
	e->begun = slots_begin(&e->slots, o, &e->why);
	if (e->begun < 0)
		return e;
	e->words = words_for(&o->job);
	e->unread = bytes_of(&o->job);
	order_put(&r->wire, o);
	if (!o->job.members)
		slot_sent(e->slots.v, o->fd);
	return e;
}

void errand_drop(struct errand *e)
{
	if (e->begun >= 0)
		slots_end(&e->slots);
	if (e->r->wire.arg == e)
		e->r->wire.arg = NULL;
	free(e);
}

enum remote_end errand_end(bks_inspection *out, struct errand *e, bks_arena *a, bks_error *err)
{
	struct remote *r = e->r;
	enum remote_end end = REMOTE_DIED;

	e->out = out;
	e->arena = a;
	e->err = err;
	e->silent_since = now_us();
	r->wire.arg = e;
	r->wire.eager = e->o->kind == ORDER_GLANCE
				? EAGER
				: 0; /* the caller does nothing else meanwhile */
	if (e->begun < 0)
		*err = e->why;
	else
		end = weigh(e, converse(e));
	if (end != REMOTE_DONE && end != REMOTE_REFUSED)
		hireling_dismiss(&r->worker); /* kills it, so that no feeder waits for it */
	errand_drop(e);
	return end;
}

enum remote_end remote_do(bks_inspection *out, struct remote *r, struct order *o,
	const struct remote_watch *w, bks_arena *a, bks_error *err)
{
	return errand_end(out, errand_begin(r, o, w), a, err);
}
