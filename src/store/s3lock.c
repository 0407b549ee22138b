/* What the server of a bucket does of its own to objects: locks and legal holds that keep them,
 * rules of a lifecycle that delete. */
#include "base/rfc3339.h"
#include "base/vec.h"
#include "store/s3list.h"
#include <stdlib.h>
#include <string.h>

enum { BODY_MAX = 1 << 20 };

static int lock_part(void *arg, const char *way, const char *text, size_t n)
{
	(void)n;
	if (!strcmp(way, "ObjectLockConfiguration/ObjectLockEnabled"))
		*(bool *)arg = !strcmp(text, "Enabled");
	return 0;
}

/* 1: objects in it may be locked, or it will not say; 0: none can be; negative. */
static int may_lock(struct s3_store *s, bks_error *err)
{
	bks_arena *a;
	struct s3_pair q = {"object-lock", ""};
	const char *body;
	bool on = false;
	size_t n;
	int r;

	if (s->locks)
		return s->locks > 0;
	a = bks_arena_new();
	r = s3_ask_whole(&body, &n, NULL, s,
		&(struct s3_ask){.method = "GET",
			.query = &q,
			.query_count = 1,
			.what = "ask for the lock of",
			.may_be_refused = true},
		BODY_MAX, a, err);
	if (!r &&
		s3_xml(body, n, "ObjectLockConfiguration", NULL, lock_part, &on, a, NULL))
		on = false;
	if (r >= 0)
		s->locks = on || r == S3_DENIED ? 1 : -1;
	bks_arena_free(a);
	return r < 0 ? r : s->locks > 0;
}

/* Of one object. 0; 1: it is not there, or another one than ID (of a file); negative. */
static int locked_one(bks_time *until, struct s3_store *s, const char *path,
	const struct store_id *id, bks_error *err)
{
	bks_arena *a = bks_arena_new();
	struct http_call *c;
	struct store_entry e;
	const char *hold, *date;
	bks_time at;
	int r = s3_ask(&c, s,
		&(struct s3_ask){.method = "HEAD",
			.key = s3_key(s, path, a),
			.what = "ask for the lock of"},
		err);

	bks_arena_free(a);
	if (r)
		return r < 0 ? r : 1;
	s3_entry_of(&e, s, path, c);
	hold = http_header(c, "x-amz-object-lock-legal-hold");
	date = http_header(c, "x-amz-object-lock-retain-until-date");
	if (hold && !strcmp(hold, "ON"))
		*until = STORE_LOCK_EVER;
	else if (date && rfc3339_read(&at, date) && (*until == BKS_TIME_NONE || at > *until))
		*until = at;
	http_end(c);
	/* the time may be that of the lock */
	return id && (e.id.inode != id->inode || e.id.size != id->size);
}

int s3_locked(bks_time *until, store *s, const struct store_doomed *d, bks_error *err)
{
	struct s3_store *b = (struct s3_store *)s;
	const struct s3_object *o;
	struct s3_listing l;
	bks_arena *a;
	int r = may_lock(b, err);

	if (r <= 0)
		return r;
	if (!d->folder)
		return locked_one(until, b, d->path, &d->id, err);
	a = bks_arena_new();
	s3_listing_init(&l, b, arena_form(a, "%s/", d->path), false);
	while ((r = s3_listing_next(&o, &l, err)) > 0) {
		r = o->odd ? 0 : locked_one(until, b, o->path, NULL, err);
		if (r < 0)
			break;
	}
	s3_listing_clear(&l);
	bks_arena_free(a);
	return r;
}

/* ---- lifecycle ---- */

struct rules {
	VEC(struct store_rule) v;
	struct store_rule now;
	bool enabled;
	struct s3_store *s;
	bks_arena *a;
};

static int rule_began(void *arg, const char *way)
{
	struct rules *k = arg;

	if (!strcmp(way, "LifecycleConfiguration/Rule")) {
		k->now = (struct store_rule){.id = "",
			.prefix = "",
			.days = -1,
			.at = BKS_TIME_NONE,
			.old_days = -1};
		k->enabled = false;
	}
	return 0;
}

/* Its prefix beneath ours; false: it is of other keys alone. */
static bool beneath_ours(struct rules *k)
{
	const char *ours = k->s->at.prefix, *p = k->now.prefix;
	size_t n = strlen(ours), m = strlen(p);

	if (strncmp(p, ours, n < m ? n : m) != 0)
		return false;
	k->now.prefix = m > n ? p + n : "";
	return true;
}

static bool ends(const char *s, const char *with)
{
	size_t n = strlen(s), m = strlen(with);

	return n >= m && !strcmp(s + n - m, with);
}

static int rule_part(void *arg, const char *way, const char *text, size_t n)
{
	static const char root[] = "LifecycleConfiguration/Rule";
	struct rules *k = arg;
	const char *part = !strncmp(way, root, sizeof root - 1) ? way + sizeof root - 1 : "?";

	if (!*part) {
		if (k->enabled && beneath_ours(k))
			*vec_add(&k->v, k->a) = k->now;
	} else if (!strcmp(part, "/ID"))
		k->now.id = arena_bytes(k->a, text, n);
	else if (!strcmp(part, "/Status"))
		k->enabled = !strcmp(text, "Enabled");
	else if (!strcmp(part, "/Expiration/Days"))
		k->now.days = strtoll(text, NULL, 10);
	else if (!strcmp(part, "/Expiration/Date") && !rfc3339_read(&k->now.at, text))
		k->now.at = BKS_TIME_NONE;
	else if (!strcmp(part, "/NoncurrentVersionExpiration/NoncurrentDays"))
		k->now.old_days = strtoll(text, NULL, 10);
	else if (ends(part, "/Tag") || strstr(part, "/ObjectSize"))
		k->now.some = true;
	else if (ends(part, "/Prefix"))
		k->now.prefix = arena_bytes(k->a, text, n);
	return 0;
}

int s3_rules(const struct store_rule **out, size_t *n, store *s, bks_arena *a, bks_error *err)
{
	struct s3_store *b = (struct s3_store *)s;
	struct rules k = {.s = b, .a = a};
	struct s3_pair q = {"lifecycle", ""};
	const char *body;
	size_t size;
	int r = s3_ask_whole(&body, &size, NULL, b,
		&(struct s3_ask){.method = "GET",
			.query = &q,
			.query_count = 1,
			.what = "ask for the lifecycle of",
			.may_be_refused = true},
		BODY_MAX, a, err);

	if (!r)
		r = s3_xml(body, size, "LifecycleConfiguration", rule_began, rule_part,
			&k, a, err);
	*out = k.v.v;
	*n = k.v.n;
	return r > 0 ? 1 : r;
}
