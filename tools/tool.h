/* tool.h - what a file in tools/ must offer to be a command, and what a command is handed when
 * it runs */
#pragma once
#include "backstay/catalog.h"
#include "backstay/json.h"
#include "backstay/text.h"

#define AUTO(closer) __attribute__((cleanup(closer)))
#define PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

/* The exit status of a command; docs/commands.md says when each is used. A signal ends with 128
 * + its number. */
enum {
	EXIT_WELL,
	EXIT_TROUBLE,
	EXIT_USAGE,
	EXIT_UNFINISHED,
	EXIT_NOTHING,
	EXIT_REFUSED,
	EXIT_CATALOG
};

/* What must be there before a command runs. */
enum need {
	NEED_NOTHING,
	NEED_LOOK, /* no catalog, but the process that is set aside for strangers' bytes */
	NEED_SETTINGS, /* and the catalog's path, but not the catalog */
	NEED_READ,
	NEED_READ_LOOK, /* both */
	NEED_WRITE, /* and the process that is set aside, as all below */
	NEED_MAKE,
	NEED_MAKE_LATER /* the command itself opens it */
};

enum option_kind {
	OPT_FLAG,
	OPT_TEXT,
	OPT_MANY, /* may be given again */
	OPT_TIME,
	OPT_DURATION,
	OPT_SIZE,
	OPT_BUDGET, /* a duration or a size */
	OPT_COUNT,  /* a whole number above 0 */
	OPT_WORD    /* one of words */
};

struct option_spec {
	const char *name; /* without its dashes */
	enum option_kind kind;
	const char *value; /* what help calls its value; NULL for a flag */
	const char *help;
	const char *const *words; /* NULL-ended, of OPT_WORD */
};

/* The words that an OPT_WORD may take, in the order of their enum. */
extern const char *const level_words[],
	*const verdict_words[], *const kind_words[], *const state_words[], *const tier_words[];

struct call;
struct command {
	const char *name;                  /* "scan", or two words: "repo add" */
	const char *args;                  /* what follows it, as help writes it; "" */
	const char *summary;               /* one line, no full stop */
	const char *examples;              /* a line each */
	const char *detail;                /* paragraphs; NULL */
	const char *json;                  /* the shape of its --json answer */
	const struct option_spec *options; /* ended by a name of NULL; NULL */
	enum need needs;
	size_t least, most; /* how many words may follow; most ANY is without end */
	int (*run)(struct call
			*c); /* 0, having said in c->end how it went, or a negative bks_code */
};
#define ANY SIZE_MAX

/* Made from the list in meson.build: each an array that ends with a name of NULL. */
extern const struct command *const command_lists[];

/* How a command went. Zeroed it says that nothing was proven; ending_status weighs it. */
struct ending {
	int64_t done; /* positive checks, proofs still fresh, rows that were shown, things that
			 were changed */
	bool usage, trouble, refused, unfinished, nothing, catalog;
	int signal;
};

enum { OPTIONS_MAX = 32 };
struct option_value {
	const struct option_spec *spec;
	const char **texts;
	size_t count;
	int64_t number; /* of a duration, size, count; the index of a word */
	bool is_size;   /* of OPT_BUDGET */
};

struct call {
	const struct command *command; /* NULL until it is known */
	const char *group;             /* first word of a two-word command */
	const char **args;
	size_t arg_count;
	struct option_value values[OPTIONS_MAX];
	size_t value_count;
	bool json, quiet, no_progress, help, version;

	bks_arena *arena;
	const bks_settings *settings;
	const char *catalog_path, *looked;
	bool catalog_was_there;
	bks_catalog *cat;
	bks_time now;

	int64_t run; /* the recorded run that is under way; 0 */

	bks_json *doc; /* the answer of --json; printed and freed at the end */
	struct ending end;
	bks_error err;
	bool err_told;   /* c->err is to be told although the command went through */
	bool complained; /* something was said on stderr about why the status is not 0 */
};

/* Memory that lives until the program ends; never NULL. */
void *take(size_t size);
void *take_more(void *old, size_t old_size, size_t size);
char *said(const char *fmt, ...) PRINTF(1, 2);
void take_free(void);

/* Raises CODE; returns it. */
int fails(struct call *c, int code, const char *fmt, ...) PRINTF(3, 4);
/* Nothing matches what was asked for (status 4): says so, returns 0. */
int no_match(struct call *c, const char *fmt, ...) PRINTF(2, 3);

/* R stopped work of which a part was done already: told, and status 3 at least. Returns 0, or R
 * when nothing was done. */
int partly(struct call *c, int r, bool some);

/* What was given for an option of this command; nothing given is NULL, 0, false, or -1 for a
 * word. */
bool opt_given(const struct call *c, const char *name);
bool opt_flag(const struct call *c, const char *name);
const char *opt_text(const struct call *c, const char *name);
const char *const *opt_many(size_t *n, const struct call *c, const char *name);
/* 0, or BKS_E_USAGE when it was not given. */
int opt_needed(struct call *c, const char *name);
int64_t opt_duration(const struct call *c, const char *name);
int64_t opt_size(const struct call *c, const char *name);
int64_t opt_count(const struct call *c, const char *name);
int opt_word(const struct call *c, const char *name);
/* ZONE is what a time without one is in; NULL is UTC. 0 (*out untouched when not given) or
 * BKS_E_USAGE. */
int opt_time(bks_time *out, struct call *c, const char *name, const char *zone);

/* Reads ARGV into C. 0 or BKS_E_USAGE. */
int options_read(struct call *c, int argc, char **argv);
extern const struct option_spec global_options[];

/* The commands. */
const struct command *command_find(const char *name);
bool command_is_group(const char *word);
/* Those that take OPTION: "cost, gaps, list". */
const char *commands_with(const char *option);
/* "; did you mean X?" or "". */
const char *did_you_mean(const char *word, const char *const *words, const char *before);
