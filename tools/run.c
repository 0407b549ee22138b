/* run.c - every scan, verify and nightly is a row: when, how long, how it ended */
#include "backstay/run.h"
#include "backstay/retain.h"
#include "status.h"
#include "steps.h"
#include <string.h>

int recorded(struct call *c, int (*work)(struct call *c, bks_json *counts))
{
	int r = bks_run_begin(&c->run, c->cat, c->command->name, &c->err);
	/* what frees the disk must be able to begin on a full one */
	if (r == BKS_E_IO && (!strncmp(c->command->name, "retain", 6) || !strcmp(c->command->name, "nightly")) && bks_retain_room(c->cat))
		r = bks_run_begin(&c->run, c->cat, c->command->name, &c->err);
	if (r < 0)
		return r;
	bks_json *counts = bks_json_object();
	r = work(c, counts);
	struct ending so_far = c->end;
	ending_add(&so_far, r);
	bks_error err = {0};
	int ended = bks_run_end(
		c->cat, c->run, ending_status(&so_far), bks_json_text(counts, c->arena), &err);
	bks_json_free(counts);
	if (ended < 0 && r >= 0 && !c->err_told) {
		c->err = err;
		return partly(c, ended, true);
	}
	return r;
}
