/*
 * What runs inside the sandbox: the verifier, with streams and members whose bytes come through
 * descriptors that the employer hands over. Several threads may ask at once; a lock keeps each
 * question and its answer together.
 */
#include "work/servant.h"
#include "base/text.h"
#include "work/answer.h"
#include "work/canary.h"
#include "work/order.h"
#include "work/walpart.h"
#include <errno.h>
#include <iconv.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { READ_STEP = 1 << 20, REPEATED_STEP = 1 << 24 };

static struct wire wire;
static bks_arena
	*said; /* of changes, while one order is obeyed; under the lock of told_change */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* Bytes through a descriptor; tells how many, and asks after the end of a pipe. */
struct fetched {
	stream s;
	stream *outer;
	int64_t slot, untold;
	bool fed;
};

/* Under the lock: sends what was put, and dies when nobody listens any more. */
static void send_off(void)
{
	wire_flush(&wire, NULL, 0);
	if (wire.state != WIRE_FINE)
		_exit(0);
}

static void heard(void)
{
	if (wire.state != WIRE_FINE)
		_exit(0);
}

/* Asks WHAT of slot AT and takes the answer, with its text. */
static int64_t ask(enum order_said what, int64_t at, const char **text, bks_arena *a)
{
	int64_t r;

	pthread_mutex_lock(&lock);
	wire_put_number(&wire, (int64_t)what);
	wire_put_number(&wire, at);
	send_off();
	r = wire_take_number(&wire);
	*text = wire_take_text(&wire, ORDER_TEXT_MAX, a);
	heard();
	pthread_mutex_unlock(&lock);
	return r;
}

static void tell(enum order_said what, int64_t n, bool now)
{
	pthread_mutex_lock(&lock);
	wire_put_number(&wire, (int64_t)what);
	wire_put_number(&wire, n);
	if (now)
		send_off();
	pthread_mutex_unlock(&lock);
}

static void count(struct fetched *f, size_t n)
{
	f->untold += (int64_t)n;
	if (f->untold < READ_STEP)
		return;
	tell(ORDER_READ, f->untold, true);
	f->untold = 0;
}

/* A pipe ends for two reasons, and only one of them is the end of the bytes. */
static int pipe_ended(struct fetched *f, bks_error *err)
{
	bks_arena *a = bks_arena_new();
	const char *text;
	int r = (int)ask(ORDER_FED, f->slot, &text, a);

	if (r < 0)
		fail(err, r, "%s", text ? text : "it broke off");
	bks_arena_free(a);
	return r < 0 ? r : 0;
}

static int fetched_next(stream *s, const uint8_t **p, size_t *n, bks_error *err)
{
	struct fetched *f = (struct fetched *)s;
	int r = stream_next(f->outer, p, n, err);

	if (r > 0)
		count(f, *n);
	return r || !f->fed ? r : pipe_ended(f, err);
}

static int fetched_again(stream *s)
{
	return stream_again(((struct fetched *)s)->outer);
}

static void fetched_close(stream *s)
{
	struct fetched *f = (struct fetched *)s;

	if (f->untold)
		tell(ORDER_READ, f->untold, false);
	if (f->slot > 0)
		tell(ORDER_CLOSED, f->slot, false);
	stream_close(f->outer);
	free(f);
}

static stream *fetched(int fd, const char *name, int64_t slot, bool fed)
{
	static const struct stream_kind kind = {fetched_next, fetched_close};
	struct fetched *f = calloc(1, sizeof *f);

	if (!f)
		abort();
	*f = (struct fetched){{.kind = &kind, .again = fetched_again}, stream_fd(fd, name, true), slot, 0, fed};
	return &f->s;
}

/* What is read once more is not counted, but whoever waits hears that it goes on. */
struct repeated {
	stream s;
	stream *outer;
	size_t untold;
};

static int repeated_next(stream *s, const uint8_t **p, size_t *n, bks_error *err)
{
	struct repeated *f = (struct repeated *)s;
	int r = stream_next(f->outer, p, n, err);

	f->untold += r > 0 ? *n : 0;
	if (f->untold >= REPEATED_STEP) {
		tell(ORDER_READ, 0, true);
		f->untold = 0;
	}
	return r;
}

static void repeated_close(stream *s)
{
	stream_close(((struct repeated *)s)->outer);
	free(s);
}

static stream *again(void *arg, uint64_t from, uint64_t n)
{
	static const struct stream_kind kind = {repeated_next, repeated_close};
	const struct order *o = arg;
	struct repeated *f = calloc(1, sizeof *f);

	if (!f)
		abort();
	*f = (struct repeated){{.kind = &kind}, stream_fd_part(o->fd, o->job.name, from, n), 0};
	return &f->s;
}

/* Not of a pipe. */
static bool can_repeat(const struct order *o)
{
	return !o->fed && lseek(o->fd, 0, SEEK_CUR) >= 0;
}

/* One of the lists whose members lie at the far end. */
struct far {
	members m;
	int64_t list;
};

static int far_open(stream **out, members *m, size_t i, bks_error *err)
{
	bks_arena *a = bks_arena_new();
	int64_t slot, fed, r;
	const char *text;
	int fd;

	pthread_mutex_lock(&lock);
	wire_put_number(&wire, ORDER_OPEN);
	wire_put_number(&wire, ((struct far *)m)->list);
	wire_put_number(&wire, (int64_t)i);
	send_off();
	r = wire_take_number(&wire);
	slot = wire_take_number(&wire);
	fed = wire_take_number(&wire);
	text = wire_take_text(&wire, ORDER_TEXT_MAX, a);
	fd = wire_take_fd(&wire);
	heard();
	pthread_mutex_unlock(&lock);
	if (r < 0)
		fail(err, (int)r, "%s", text ? text : "it cannot be opened");
	bks_arena_free(a);
	if (r)
		return (int)r;
	*out = fetched(fd, m->v[i].name, slot, fed != 0);
	return 0;
}

static int told_change(int64_t slot, const char **how, bks_error *err)
{
	static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER;
	const char *text;
	int r;

	pthread_mutex_lock(&one);
	r = (int)ask(ORDER_CHANGED, slot, &text, said);
	pthread_mutex_unlock(&one);
	*how = text ? text : "";
	return r < 0 ? fail(err, r, "%s", *how) : r;
}

static int far_changed(members *m, size_t i, stream *in, const char **how, bks_error *err)
{
	(void)m;
	(void)i;
	return told_change(((struct fetched *)in)->slot, how, err);
}

static int file_changed(void *arg, const char **how, bks_error *err)
{
	(void)arg;
	return told_change(0, how, err);
}

static void say_failed(int code, const bks_error *err)
{
	wire_put_number(&wire, ORDER_FAILED);
	wire_put_number(&wire, code);
	wire_put_text(&wire, err->text);
	send_off();
}

static members *far_list(struct far *f, const struct order *o, int64_t list)
{
	const struct order_list *l = &o->lists[list];

	*f = (struct far){{l->v, l->n, far_open, far_changed, NULL}, list};
	return l->there ? &f->m : NULL;
}

static int look(bks_inspection *out, struct order *o, bks_arena *a, bks_error *err)
{
	struct verify_job *job = &o->job;
	struct far inside, beside;
	int r;

	job->members = far_list(&inside, o, ORDER_MEMBERS);
	job->beside = far_list(&beside, o, ORDER_BESIDE);
	job->scratch = o->scratches ? o->scratch : 0;
	if (!job->members) {
		job->in = fetched(o->fd, job->name, 0, o->fed);
		job->changed = file_changed;
		job->again = can_repeat(o) ? again : NULL;
		job->again_arg = o;
	}
	if (o->kind == ORDER_VERIFY)
		r = format_verify(out, job, a, err);
	else if (job->members)
		r = format_glance_folder(out, job->members, job->name, a, err);
	else
		r = format_glance(out, job->in, job->name, a, err);
	job->members = job->beside = NULL;
	if (o->scratches)
		close(o->scratch);
	return r;
}

static void obey(struct order *o, bks_arena *a)
{
	bks_inspection out;
	bks_error err = {0};
	int r = look(&out, o, a, &err);

	if (r < 0) {
		say_failed(r, &err);
		return;
	}
	wire_put_number(&wire, ORDER_ANSWER);
	wire_put_number(&wire, r);
	answer_put(&wire, &out);
	if (o->job.wal)
		walpart_answer(&wire, o->job.wal);
	send_off();
}

/* Everything that gives no memory ends in abort(): the one cause that is no defect is told
 * apart. */
static void on_abort(int sig)
{
	if (errno == ENOMEM) /* NOLINT(bugprone-signal-handler): of this thread, which called
				abort() */
		_exit(SERVANT_NO_MEMORY);
	signal(sig, SIG_DFL);
}

static void serve(int job, int standing)
{
	bks_arena *a = bks_arena_new();
	struct order o;

	said = bks_arena_new();
	signal(SIGXFSZ, SIG_IGN); /* a write past the limit fails, and a finding says so */
	if (!sandbox_is_watched())
		signal(SIGABRT, on_abort);
	wire_init(&wire, job, true);
	wire_put_number(&wire, ORDER_HELLO);
	wire_put_number(&wire, standing);
	send_off(); /* before a stranger's first byte comes near it */
	while (!order_take(&o, &wire, a)) {
		obey(&o, a);
		bks_arena_reset(a);
		bks_arena_reset(said);
	}
}

static int by_number(const void *x, const void *y)
{
	return memcmp(x, y, sizeof(int));
}

/* Looks at all built-in inputs: what a library reads when it is first used (settings of its
 * own, tables of characters) is read by now, and comes to each worker by inheritance. */
static void prepare(void)
{
	static const char *const charsets[] = {
		"UTF-8", "ANSI_X3.4-1968", "UTF-16BE", "UTF-16LE"};
	int sorted[4096] = {0};

	mallopt(M_MMAP_THRESHOLD, 1 << 20);
	mallopt(M_TRIM_THRESHOLD, 4 << 20);
	mallopt(M_ARENA_MAX, 8); /* a thread's own would take 64 MiB of address space each */
	qsort(sorted, sizeof sorted / sizeof *sorted, sizeof *sorted,
		by_number); /* asks how much memory there is */
	setenv("TZ", "UTC0", 1);
	tzset();
	for (size_t i = 0; i < sizeof charsets / sizeof *charsets; i++)
		for (size_t k = 0; k < sizeof charsets / sizeof *charsets; k++) {
			iconv_t c = iconv_open(charsets[i], charsets[k]);

			if (c != (iconv_t)-1)
				iconv_close(c);
		}
	format_ready();
	canary_warm();
	malloc_trim(0);
}

const struct nursery_trade servant_trade = {prepare, serve};
