/* values.c - what was given for an option, by its name */
#include "tool.h"
#include <assert.h>
#include <string.h>

static const struct option_value *given(const struct call *c, const char *name)
{
	for (size_t i = 0; i < c->value_count; i++)
		if (!strcmp(c->values[i].spec->name, name))
			return &c->values[i];
	return NULL;
}

bool opt_given(const struct call *c, const char *name)
{
	return given(c, name) != NULL;
}

bool opt_flag(const struct call *c, const char *name)
{
	return given(c, name) != NULL;
}

const char *opt_text(const struct call *c, const char *name)
{
	const struct option_value *v = given(c, name);
	return v ? v->texts[0] : NULL;
}

int opt_needed(struct call *c, const char *name)
{
	return opt_given(c, name)
		       ? 0
		       : fails(c, BKS_E_USAGE, "--%s is needed; see backstay help %s", name,
				 c->command->name);
}

const char *const *opt_many(size_t *n, const struct call *c, const char *name)
{
	const struct option_value *v = given(c, name);
	*n = v ? v->count : 0;
	return v ? v->texts : NULL;
}

int64_t opt_duration(const struct call *c, const char *name)
{
	const struct option_value *v = given(c, name);
	return v && !v->is_size ? v->number : 0;
}

int64_t opt_size(const struct call *c, const char *name)
{
	const struct option_value *v = given(c, name);
	return v && (v->spec->kind == OPT_SIZE || v->is_size) ? v->number : 0;
}

int64_t opt_count(const struct call *c, const char *name)
{
	const struct option_value *v = given(c, name);
	return v ? v->number : 0;
}

int opt_word(const struct call *c, const char *name)
{
	const struct option_value *v = given(c, name);
	return v ? (int)v->number : -1;
}

int opt_time(bks_time *out, struct call *c, const char *name, const char *zone)
{
	const char *text = opt_text(c, name);
	if (!text)
		return 0;
	int r = bks_time_parse(out, text, zone, c->now, &c->err);
	return r < 0 ? fails(c, r, "--%s: %s", name, said("%s", c->err.text)) : 0;
}
