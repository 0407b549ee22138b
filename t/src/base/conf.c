/* The settings file's grammar, which is libconfuse's, turned into a tree of texts with their
 * lines. Its callbacks take no argument of ours and its lexer is one for the whole process: so
 * one file is read at a time, under a lock. */
#include "base/conf.h"
#include "base/text.h"
#include "base/vec.h"
#include <confuse.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A list that is in every block and that no file can name: its default value is set when the
 * block opens, which is the one moment at which libconfuse says where that is. */
#define OPENED "\001"

struct place {
	const void *what; /* a cfg_opt_t or a cfg_t */
	int line;
};

struct reading {
	const char *file;
	bks_arena *arena;
	bks_error *err;
	int failed;
	VEC(struct place) places;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct reading *reading;

static int refuse(int line, const char *fmt, ...) PRINTF(2, 3);
static int refuse(int line, const char *fmt, ...)
{
	struct text t = {.arena = reading->arena};
	va_list ap, again;
	char *why;
	int n;

	/* The first one is the cause. */
	if (reading->failed)
		return -1;
	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	why = arena_take(reading->arena, (size_t)n + 1);
	vsnprintf(why, (size_t)n + 1, fmt, again);
	va_end(again);
	va_end(ap);
	text_form(&t, "%s:%d: %s", bks_shown(reading->file, reading->arena), line, why);
	reading->failed = fail(reading->err, BKS_E_USAGE, "%s", t.s);
	return -1;
}

static int line_of(const void *what)
{
	for (size_t i = 0; i < reading->places.n; i++)
		if (reading->places.v[i].what == what)
			return reading->places.v[i].line;
	return 0;
}

static void remember(const void *what, int line)
{
	*vec_add(&reading->places, reading->arena) = (struct place){what, line};
}

static int on_opened(cfg_t *block, cfg_opt_t *opt, const char *value, void *result)
{
	(void)opt;
	remember(block, block->line);
	*(const char **)result = value;
	return 0;
}

/* Called for every value; the first value of an assignment is the first one of its list. */
static int on_value(cfg_t *block, cfg_opt_t *opt, const char *value, void *result)
{
	int before = line_of(opt);

	if (!*value)
		return refuse(block->line, "%s: an empty text; leave the setting out instead",
			opt->name);
	if (cfg_opt_size(opt) == 1 && before)
		return refuse(
			block->line, "%s is given twice, first in line %d", opt->name, before);
	if (!before)
		remember(opt, block->line);
	*(const char **)result = value;
	return 0;
}

/* The text between the quotes of one of libconfuse's messages. */
static const char *quoted_part(const char *message)
{
	const char *from = strchr(message, '\''), *to = strrchr(message, '\'');

	return from && to > from
		       ? arena_bytes(reading->arena, from + 1, (size_t)(to - from - 1))
		       : "";
}

static void tell_unknown(cfg_t *block, const char *word)
{
	VEC(const char *) words = {0};
	const char *meant;

	for (cfg_opt_t *o = block->opts; o->name; o++)
		if (strcmp(o->name, OPENED) != 0)
			*vec_add(&words, reading->arena) = o->name;
	*vec_add(&words, reading->arena) = NULL;
	meant = bks_near_miss(word, words.v);
	refuse(block->line, "there is no setting \"%s\"%s%s%s%s%s",
		bks_shown(word, reading->arena), block->opts && block->title ? " in a " : "",
		block->title ? block->name : "", meant ? "; did you mean \"" : "",
		meant ? meant : "", meant ? "\"?" : "");
}

static void tell_duplicate(cfg_t *block, const char *title)
{
	const char *kind = NULL, *shown = bks_shown(title, reading->arena);
	int before = 0, kinds = 0;

	for (cfg_opt_t *o = block->opts; o->name; o++) {
		cfg_t *twin = o->type == CFGT_SEC && o->flags & CFGF_TITLE
				      ? cfg_opt_gettsec(o, title)
				      : NULL;

		kinds += twin != NULL;
		kind = twin ? o->name : kind;
		before = twin ? line_of(twin) : before;
	}
	if (kinds == 1)
		refuse(block->line, "%s \"%s\" is declared twice, first in line %d", kind,
			shown, before);
	else
		refuse(block->line, "\"%s\" is declared twice", shown);
}

static void on_error(cfg_t *block, const char *fmt, va_list ap) PRINTF(2, 0);
static void on_error(cfg_t *block, const char *fmt, va_list ap)
{
	char message[512];

	vsnprintf(message, sizeof message, fmt, ap);
	if (!strncmp(message, "no such option", 14))
		tell_unknown(block, quoted_part(message));
	else if (!strncmp(message, "found duplicate title", 21))
		tell_duplicate(block, quoted_part(message));
	else
		refuse(block->line, "%s", bks_shown(message, reading->arena));
}

static size_t words_in(const char *const *words)
{
	size_t n = 0;

	while (words && words[n])
		n++;
	return n;
}

static size_t kinds_in(const struct conf_kind *kinds)
{
	size_t n = 0;

	while (kinds && kinds[n].kind)
		n++;
	return n;
}

/* KIND in libconfuse's words. */
/* NOLINTNEXTLINE(misc-no-recursion): as deep as the kinds of our own settings */
static cfg_opt_t *options_of(const struct conf_kind *kind)
{
	size_t n = words_in(kind->keys) + words_in(kind->lists) + kinds_in(kind->blocks) + 2;
	cfg_opt_t *opts = arena_take(reading->arena, n * sizeof *opts), *o = opts;

	for (size_t i = 0; i < words_in(kind->keys); i++)
		*o++ = (cfg_opt_t)CFG_STR_CB(kind->keys[i], NULL, CFGF_NODEFAULT, on_value);
	for (size_t i = 0; i < words_in(kind->lists); i++)
		*o++ = (cfg_opt_t)CFG_STR_LIST_CB(
			kind->lists[i], NULL, CFGF_NODEFAULT, on_value);
	for (size_t i = 0; i < kinds_in(kind->blocks); i++) {
		const struct conf_kind *k = &kind->blocks[i];
		cfg_flag_t titled = k->titled ? CFGF_TITLE | CFGF_NO_TITLE_DUPES : CFGF_NONE;

		*o++ = (cfg_opt_t)CFG_SEC(k->kind, options_of(k), CFGF_MULTI | titled);
	}
	if (kind->kind)
		*o++ = (cfg_opt_t)CFG_STR_LIST_CB(
			OPENED, arena_text(reading->arena, "{x}"), CFGF_NONE, on_opened);
	*o = (cfg_opt_t)CFG_END();
	return opts;
}

static void keep_key(struct conf_key *out, cfg_opt_t *o)
{
	size_t n = cfg_opt_size(o);
	const char **values = arena_take(reading->arena, n * sizeof *values);

	for (size_t i = 0; i < n; i++)
		values[i] = arena_text(reading->arena, cfg_opt_getnstr(o, (unsigned)i));
	*out = (struct conf_key){arena_text(reading->arena, o->name), line_of(o), values, n};
}

/* Blocks of all kinds, in the order of the kinds, then of the file. */
/* NOLINTNEXTLINE(misc-no-recursion): as deep as the kinds of our own settings */
static int keep_block(struct conf_block *out, cfg_t *block)
{
	VEC(struct conf_key) keys = {0};
	VEC(struct conf_block) blocks = {0};
	int r = 0;

	out->title = block->title ? arena_text(reading->arena, block->title) : NULL;
	out->line = line_of(block);
	for (cfg_opt_t *o = block->opts; o->name; o++) {
		unsigned n = strcmp(o->name, OPENED) != 0 ? cfg_opt_size(o) : 0;

		if (o->type == CFGT_SEC && !(o->flags & CFGF_TITLE) && n > 1)
			return refuse(line_of(cfg_opt_getnsec(o, 1)),
				"%s is given twice, first in line %d", o->name,
				line_of(cfg_opt_getnsec(o, 0)));
		if (o->type != CFGT_SEC && n)
			keep_key(vec_add(&keys, reading->arena), o);
		for (unsigned i = 0; o->type == CFGT_SEC && i < n && !r; i++) {
			struct conf_block *b = vec_add(&blocks, reading->arena);

			b->kind = arena_text(reading->arena, o->name);
			r = keep_block(b, cfg_opt_getnsec(o, i));
		}
	}
	out->keys = keys.v;
	out->key_count = keys.n;
	out->blocks = blocks.v;
	out->block_count = blocks.n;
	return r;
}

static void parse(const struct conf_block **out, const char *text, const struct conf_kind *top)
{
	cfg_t *cfg = cfg_init(options_of(top), CFGF_NONE);
	struct conf_block *root = arena_one(reading->arena, struct conf_block);

	if (!cfg)
		abort();
	cfg_set_error_function(cfg, on_error);
	/* fmemopen, which libconfuse hands an empty text, refuses it. */
	if (*text && cfg_parse_buf(cfg, text) != CFG_SUCCESS)
		refuse(cfg->line, "this is not understood");
	if (!reading->failed)
		keep_block(root, cfg);
	cfg_free(cfg);
	*out = root;
}

int conf_read(const struct conf_block **out, const char *file, const char *text, size_t n,
	const struct conf_kind *top, bks_arena *a, bks_error *err)
{
	struct reading now = {.file = file, .arena = a, .err = err};
	const char *clean;
	int r = conf_clean(&clean, file, text, n, a, err);

	if (r)
		return r;
	pthread_mutex_lock(&lock);
	reading = &now;
	parse(out, clean, top);
	reading = NULL;
	pthread_mutex_unlock(&lock);
	return now.failed;
}

const struct conf_key *conf_find(const struct conf_block *b, const char *key)
{
	for (size_t i = 0; i < b->key_count; i++)
		if (!strcmp(b->keys[i].key, key))
			return &b->keys[i];
	return NULL;
}
