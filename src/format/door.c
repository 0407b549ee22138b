/*
 * Stands for the formats in libbackstay.so: the first call loads them. Whether that went well
 * is remembered, so that a worker, which may open no file any more, tells what the process that
 * it was forked from met.
 */
#include "base/error.h"
#include "base/libcrypto.h"
#include "base/module.h"
#include "format/entry.h"
#include <pthread.h>
#include <string.h>

static struct {
	pthread_once_t once;
	const struct format_entry *f;
	bks_error err;
	int r;
} loaded = {.once = PTHREAD_ONCE_INIT};

static void load(void)
{
	static const char *const name = FORMATS_ENTRY;
	void *at = NULL;

	loaded.r = module_load(&at, FORMATS_FILE, &name, 1, &loaded.err);
	loaded.f = at;
	if (!loaded.r && strcmp(loaded.f->version, BKS_VERSION) != 0)
		loaded.r = fail(&loaded.err, BKS_E_IO,
			"%s is of version %s, this program of " BKS_VERSION, FORMATS_FILE,
			loaded.f->version);
	if (!loaded.r)
		loaded.r = libcrypto_ready(&loaded.err);
}

int format_able(bks_error *err)
{
	pthread_once(&loaded.once, load);
	return loaded.r ? fail(err, loaded.r, "%s", loaded.err.text) : 0;
}

/* In a program whose formats cannot be loaded no folder is known; what is in it is looked at,
 * and that tells why. */
const struct format *format_guess_folder(const members *m)
{
	return format_able(NULL) ? NULL : loaded.f->guess_folder(m);
}

int format_verify(
	bks_inspection *out, const struct verify_job *job, bks_arena *a, bks_error *err)
{
	int r = format_able(err);

	if (!r)
		return loaded.f->verify(out, job, a, err);
	stream_close(job->in);
	members_close(job->members);
	members_close(job->beside);
	return r;
}

int format_glance(
	bks_inspection *out, stream *in, const char *name, bks_arena *a, bks_error *err)
{
	int r = format_able(err);

	if (!r)
		return loaded.f->glance(out, in, name, a, err);
	stream_close(in);
	return r;
}

int format_glance_folder(
	bks_inspection *out, members *m, const char *name, bks_arena *a, bks_error *err)
{
	int r = format_able(err);

	if (!r)
		return loaded.f->glance_folder(out, m, name, a, err);
	members_close(m);
	return r;
}

void format_ready(void)
{
	if (!format_able(NULL))
		loaded.f->ready();
}
