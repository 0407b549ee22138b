/*
 * A backup of several files comes back into one new database, in one transaction: roles, then
 * definitions, then rows. A server has its roles for all databases: one that is there is left
 * as it is, one that is not is made.
 */
#include "base/text.h"
#include "catalog/rows.h"
#include "work/commands_private.h"
#include <string.h>

/*
 * pg_dumpall --roles-only writes a statement a line. Those of one role become one block that
 * asks first; membership is given to roles that were made here alone. What is no statement
 * about roles stops the restore.
 */
#define ROLES                                                                                  \
	"function ident(s) { if (!match(s, /^\"([^\"]|\"\")*\"/)) match(s, /^[^ ;]+/); "       \
	"return substr(s, 1, RLENGTH) } "                                                      \
	"function add(r, s) { if (!(r in body)) order[++n] = r; body[r] = body[r] s } "        \
	"/^SET / { print; next } /^(RESET|DROP|--|\\\\(un)?restrict |$)/ { next } "            \
	"/^CREATE ROLE / { add(ident(substr($0, 13)), \"\"); next } "                          \
	"/^ALTER ROLE / { add(ident(substr($0, 12)), $0 \" \"); next } "                       \
	"/^COMMENT ON ROLE / { add(ident(substr($0, 17)), $0 \" \"); next } "                  \
	"/^GRANT / { s = substr($0, 7); t = substr(s, length(ident(s)) + 1); if (t ~ /^ TO "   \
	"/) { sub(/ GRANTED BY .*;$/, \";\"); "                                                \
	"grant[++m] = $0; to[m] = ident(substr(t, 5)); next } } { odd = $0 } "                 \
	"END { k = split(also, names, \" \"); for (i = 1; i <= k; i++) if (!((\"\\\"\" "       \
	"names[i] \"\\\"\") in body)) add(names[i], \"\"); if (odd != \"\") print \"DO $bks$ " \
	"BEGIN RAISE EXCEPTION $x$no statement about a role$x$; END $bks$;\"; "                \
	"print \"CREATE TEMP TABLE made_now (r text);\"; "                                     \
	"for (i = 1; i <= n; i++) { r = order[i]; print \"DO $bks$ BEGIN IF to_regrole($r$\" " \
	"r \"$r$) IS NULL THEN CREATE ROLE \" r \"; \" "                                       \
	"body[r] \"INSERT INTO made_now VALUES ($r$\" r \"$r$); END IF; END $bks$;\" } "       \
	"for (i = 1; i <= m; i++) print \"DO $bks$ BEGIN IF EXISTS (SELECT FROM made_now "     \
	"WHERE r = $r$\" to[i] \"$r$) THEN \" grant[i] \" END IF; END $bks$;\"; "              \
	"print \"DROP TABLE made_now;\" }"

/* Every project of Supabase has these, and its dumps name them without making them. */
#define PLATFORM                                                                               \
	"anon authenticated authenticator service_role postgres dashboard_user pgbouncer "     \
	"supabase_admin "                                                                      \
	"supabase_auth_admin supabase_storage_admin supabase_functions_admin "                 \
	"supabase_realtime_admin "                                                             \
	"supabase_replication_admin supabase_read_only_user supabase_etl_admin "               \
	"pgsodium_keyholder pgsodium_keyiduser "                                               \
	"pgsodium_keymaker pgtle_admin"

struct restoring {
	struct making *m;
	const bks_artifact *of[BKS_PART_COUNT];
	const char *db;
	bks_catalog *cat;
};

static bool is_there(const bks_artifact *f)
{
	return f->state == BKS_STATE_LIVE || f->state == BKS_STATE_SETTLING ||
	       f->state == BKS_STATE_CONDEMNED;
}

static bool is_archive(const bks_artifact *f)
{
	return f && (!strcmp(f->format, "pgdump-custom") || !strcmp(f->format, "pgdump-tar") ||
			    !strcmp(f->format, "pgdump-directory"));
}

static bool is_supabase(const bks_artifact *f)
{
	return f && !strncmp(f->format, "supabase-", 9);
}

/* What pours F out as it is. */
static const char *poured(struct restoring *r, const bks_artifact *f, const char *filter)
{
	bks_arena *a = r->m->arena;
	const char *file = commands_file(f, r->cat, a),
		   *feed = commands_feed(f->wrapping, file, a);

	if (filter)
		return *feed ? arena_form(a, "%s%s", feed, filter)
			     : arena_form(a, "%s %s", filter, file);
	return *feed ? arena_bytes(a, feed, strlen(feed) - 3) : arena_form(a, "cat %s", file);
}

static const char *roles(struct restoring *r)
{
	bks_arena *a = r->m->arena;
	bool platform = is_supabase(r->of[BKS_PART_SCHEMA]) ||
			is_supabase(r->of[BKS_PART_DATA]) || is_supabase(r->of[BKS_PART_ROLES]);
	const char *filter = arena_form(
		a, "LC_ALL=C awk -v also='%s' '" ROLES "'", platform ? PLATFORM : "");

	if (r->of[BKS_PART_ROLES])
		return poured(r, r->of[BKS_PART_ROLES], filter);
	return platform ? arena_form(a, "%s /dev/null", filter) : NULL;
}

static const char *text_of(struct restoring *r, enum bks_part part)
{
	const bks_artifact *f = r->of[part];
	bool drops = artifact_found(r->cat, f->id, "drops-objects", NULL) != 0;

	return poured(r, f, commands_filter(f->format, f->database, drops));
}

/* Triggers must not do to the rows again what they did once, and keys may refer in circles. */
#define AS_REPLICA "echo 'SET session_replication_role = replica;'"

static const char *joined(struct restoring *r)
{
	struct text t = {.arena = r->m->arena};
	const char *first = roles(r);

	text_add(&t, "", 0);
	if (first)
		text_form(&t, "%s && ", first);
	if (r->of[BKS_PART_SCHEMA])
		text_form(&t, "%s && ", text_of(r, BKS_PART_SCHEMA));
	if (r->of[BKS_PART_DATA])
		text_form(&t, AS_REPLICA " && %s && ", text_of(r, BKS_PART_DATA));
	return arena_bytes(t.arena, t.s, t.n - 4);
}

static void pour(struct restoring *r, const char *text)
{
	commands_line(r->m,
		arena_form(r->m->arena,
			"{ %s; } | psql -X -q -v ON_ERROR_STOP=1 --single-transaction -d %s",
			text, commands_target(r->m, r->db)));
}

static void one_archive(struct restoring *r, const bks_artifact *f)
{
	bks_arena *a = r->m->arena;
	const char *file = commands_file(f, r->cat, a),
		   *feed = commands_feed(f->wrapping, file, a);
	const char *rows = f->part == BKS_PART_DATA ? " --data-only --disable-triggers" : "";

	commands_line(r->m, arena_form(a, "%spg_restore --exit-on-error%s -d %s%s%s", feed,
				    rows, commands_target(r->m, r->db), *feed ? "" : " ", *feed ? "" : file));
}

/* Archives are no text that could be poured together. */
static void one_by_one(struct restoring *r)
{
	const char *first = roles(r);

	if (first)
		pour(r, first);
	for (int p = BKS_PART_SCHEMA; p < BKS_PART_COUNT; p++)
		if (is_archive(r->of[p]))
			one_archive(r, r->of[p]);
		else if (r->of[p])
			pour(r, p == BKS_PART_DATA
					? arena_form(r->m->arena, AS_REPLICA " && %s",
						  text_of(r, BKS_PART_DATA))
					: text_of(r, (enum bks_part)p));
}

bool commands_set(
	struct making *m, const bks_backup *b, const bks_artifact *f, bks_catalog *cat)
{
	struct restoring r = {.m = m, .cat = cat};
	int n = 0;

	for (size_t i = 0; i < b->artifact_count; i++) {
		const bks_artifact *one = &b->artifacts[i];

		if (one->repo_id != f->repo_id || one->part == BKS_PART_NONE ||
			!is_there(one) || r.of[one->part])
			continue;
		r.of[one->part] = one;
		n++;
	}
	if (n < 2)
		return false;
	r.db = commands_new_name(b, m->arena);
	commands_line(m, "set -o pipefail");
	commands_createdb(m, r.db);
	if (is_archive(r.of[BKS_PART_SCHEMA]) || is_archive(r.of[BKS_PART_DATA]))
		one_by_one(&r);
	else
		pour(&r, joined(&r));
	commands_table(m, r.db);
	return true;
}
