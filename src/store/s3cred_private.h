/* store/s3cred_private.h - the places where keys lie, among the files that look there */
#pragma once
#include "base/text.h"
#include "store/s3cred.h"
#include "store/s3ini.h"
#include <stdbool.h>

/* One small plain request; redirects are not followed. */
struct cred_ask {
	const char *method, *url;
	const char *const *headers; /* "Name: value", NULL-ended; NULL: none */
	const char *body;           /* NULL: none */
	const char *ca_file;        /* of a CA beside the system's; NULL: none */
	int wait_ms;                /* for all of it */
	bool direct;                /* past any proxy of the environment */
	char *reply;                /* ROOM bytes for the body of the answer; ends in a NUL */
	size_t room;
};

/* The status of HTTP; BKS_E_IO: no answer, or a longer one. No error's text has a header or a
 * body in it. */
typedef int cred_http(const struct cred_ask *q, bks_error *err);
/* Over libcurl. */
cred_http cred_over_http;

struct cred_search {
	struct s3_keys *out;
	const char *profile; /* never NULL */
	bool asked;          /* PROFILE was asked for by the caller */
	bool named;          /* or by AWS_PROFILE: it has to be there */
	cred_http *http;
	int process_ms; /* for a credential_process */
	struct ini credentials, config;
	struct text trail; /* where nothing was, and why */
	bks_arena *arena;
	bks_error *err;
};

/* As s3_keys_find, with all that a test replaces: PROFILE (NULL), HTTP and PROCESS_MS of HOW.
 */
int s3_keys_search(struct s3_keys *out, const struct cred_search *how, bks_error *err);

/* Each place answers 0: found; 1: nothing there, and the trail says why; BKS_E_IO. */
int cred_environment(struct cred_search *s);
int cred_role(struct cred_search *s); /* of a profile, by keys of another: said to be unknown */
int cred_web_identity(struct cred_search *s);
int cred_profile(struct cred_search *s);
int cred_process(struct cred_search *s, const char *command);
int cred_container(struct cred_search *s);
int cred_instance(struct cred_search *s);

/* Words of the trail; 1. */
int cred_nothing(struct cred_search *s, const char *fmt, ...) PRINTF(2, 3);
/* The value of KEY in the profile, of the credentials file first; NULL. */
const char *cred_value(const struct cred_search *s, const char *key);
/* The variable NAME of the environment, where it is set and not empty; NULL. */
const char *cred_env(const char *name);
/* PATH with a ~/ at its beginning resolved. */
const char *cred_path(const char *path, bks_arena *a);
/* Takes over what WHERE gave, once it looks like keys and did not expire. Empty is as good as
 * NULL. 0 or BKS_E_IO. */
int cred_take(struct cred_search *s, const char *where, const char *id, const char *secret,
	const char *token, bks_time expires);
/* The same from the JSON of a process (VERSIONED) or an endpoint, in which the token is named
 * TOKEN. */
int cred_take_json(struct cred_search *s, const char *where, const char *text, size_t n,
	const char *token, bool versioned);

/* COMMAND as shlex splits it, NULL-ended in A; 0, or 1 where a quote never ends or nothing is
 * in it. */
int cred_split(char *const **out, const char *command, bks_arena *a);
