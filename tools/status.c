/* status.c - how a run went, in one number; nothing is well that could not be told to whoever
 * asked */
#include "status.h"
#include "out.h"
#include "stop.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The one function that may say 0. The order is the contract's: 6, 1, 5, 3, 4; and 2 means that
 * nothing was done. */
int ending_status(const struct ending *e)
{
	if (e->signal)
		return 128 + e->signal;
	if (e->catalog)
		return EXIT_CATALOG;
	if (e->usage)
		return EXIT_USAGE;
	if (e->trouble)
		return EXIT_TROUBLE;
	if (e->refused)
		return EXIT_REFUSED;
	if (e->unfinished)
		return EXIT_UNFINISHED;
	return e->nothing || e->done <= 0 ? EXIT_NOTHING : EXIT_WELL;
}

void ending_add(struct ending *e, int r)
{
	if (r == BKS_E_USAGE)
		e->usage = true;
	else if (r == BKS_E_REFUSED)
		e->refused = true;
	else if (r == BKS_E_CATALOG || r == BKS_E_NEWER)
		e->catalog = true;
	else if (r < 0)
		e->unfinished = true;
	if (stop_signal())
		e->signal = stop_signal();
}

const char *status_text(int status)
{
	static const char *const texts[] = {
		[EXIT_WELL] = "all is well",
		[EXIT_TROUBLE] = "trouble was found",
		[EXIT_USAGE] = "asked wrongly",
		[EXIT_UNFINISHED] = "could not finish",
		[EXIT_NOTHING] = "nothing was checked or proven",
		[EXIT_REFUSED] = "refused by a safety rule",
		[EXIT_CATALOG] = "the catalog is damaged or newer than the program",
	};
	return status > 128                            ? "stopped by a signal"
	       : status >= 0 && status <= EXIT_CATALOG ? texts[status]
						       : "unknown";
}

static bks_json *error_json(const struct call *c, int r)
{
	bks_json *e = bks_json_object();
	bks_json_put_text(e, "code", r < 0 ? bks_code_word(r) : "no-match");
	bks_json_put_name(e, "text", *c->err.text ? c->err.text : bks_code_text(r));
	return e;
}

static void say_error(struct call *c, int r)
{
	if (r >= 0 && !c->err_told)
		return;
	r = r < 0 ? r : c->err.code;
	if (!c->json) {
		complain(c, "%s", *c->err.text ? c->err.text : bks_code_text(r));
		return;
	}
	if (!c->doc)
		c->doc = bks_json_object();
	bks_json_put(c->doc, "error", error_json(c, r));
}

/* An answer that nobody could read was not given. */
static void flush_answer(struct call *c)
{
	int r = 0;
	if (c->json && c->doc)
		r = bks_json_print(c->doc, stdout, out_is_terminal(), NULL);
	if (!r && !fflush(stdout) && !ferror(stdout))
		return;
	int e = errno;
	c->end.unfinished = true;
	c->json = false;
	complain(c, "standard output: %s", e ? strerror(e) : "could not be written");
}

int finish(struct call *c, int r)
{
	ending_add(&c->end, r);
	say_error(c, r);
	if (c->json && !c->doc)
		c->doc = bks_json_object();
	flush_answer(c);
	int status = ending_status(&c->end);
	if (status != EXIT_WELL && !c->json && !c->complained &&
		(c->quiet || status >= EXIT_UNFINISHED))
		complain(c, "%s", status_text(status));
	return status;
}
