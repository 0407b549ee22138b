/* base/settings_fields.h - the keys of one block as a table: how each is read and where in its
 * struct it goes */
#pragma once
#include "backstay/settings.h"
#include "base/conf.h"

struct field;

/* What all fields of one file share. */
struct settings_file {
	const char *name; /* for messages */
	const char *dir;  /* absolute: relative paths begin there */
	bks_arena *arena;
	bks_error *err;
};

/* Reads TEXT into *AT. 0, or BKS_E_USAGE with the reason alone: file, line and key come in
 * front of it later. */
typedef int field_reader(void *at, const struct field *f, const char *text,
	const struct settings_file *s, bks_error *err);

struct field {
	const char *key;
	field_reader *read;
	size_t offset;
	int64_t least, most; /* what READ says of them; MOST 0: no limit */
};

field_reader field_text;     /* const char * */
field_reader field_name;     /* const char *, no control bytes */
field_reader field_path;     /* const char *, made absolute */
field_reader field_url;      /* const char *, a path made absolute */
field_reader field_zone;     /* const char *, an IANA zone that the machine knows */
field_reader field_flag;     /* bool: true false yes no on off */
field_reader field_duration; /* int64_t; LEAST and MOST microseconds */
field_reader field_size;     /* int64_t; LEAST bytes */
field_reader field_count;    /* int, LEAST to MOST */
field_reader field_rows;     /* int64_t, LEAST */
field_reader field_percent;  /* int, 0 to 100, "20" or "20%" */
field_reader field_days;     /* int: "7d" or "6w" */
field_reader field_months;   /* int: "12mo" or "1y" */
field_reader field_level;    /* int, enum bks_level */
field_reader field_price;    /* int64_t, millionths: "0.023" */

/* Sets in OUT what B says. FIELDS end in one without a key. 0, or BKS_E_USAGE with "FILE:LINE:
 * KEY: ...". */
int settings_fill(void *out, const struct field *fields, const struct conf_block *b,
	const struct settings_file *s);

/* Raises "FILE:LINE: ..." as BKS_E_USAGE. */
int settings_fail(const struct settings_file *s, int line, const char *fmt, ...) PRINTF(3, 4);
/* "FILE:LINE". */
const char *settings_where(const struct settings_file *s, int line);
/* Whether TITLE will do as the name of a source, a repo or a policy. */
int settings_check_title(const struct conf_block *b, const struct settings_file *s);
