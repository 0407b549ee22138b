/*
 * The journal: who changed what. Each row holds SHA-256 over the hash of the row before and its
 * own canonical text, so that a row that was altered, taken out or put in breaks the chain from
 * there on.
 */
#include "base/digest.h"
#include "base/text.h"
#include "catalog/catalog_private.h"
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A field is its length, a colon, its bytes and a newline; one that is not there is "-" and a
 * newline. */
static void add_field(struct text *t, const char *s)
{
	if (!s) {
		text_word(t, "-\n");
		return;
	}
	text_form(t, "%zu:", strlen(s));
	text_word(t, s);
	text_word(t, "\n");
}

static void add_number(struct text *t, int64_t v)
{
	char digits[24];

	snprintf(digits, sizeof digits, "%lld", (long long)v);
	add_field(t, digits);
}

void journal_hash(uint8_t out[32], const struct journal_row *r, bks_arena *a)
{
	struct text t = {.arena = a};

	text_add(&t, r->prev, sizeof r->prev);
	add_number(&t, r->id);
	add_number(&t, r->at);
	add_number(&t, r->uid);
	add_field(&t, r->login);
	add_number(&t, r->pid);
	add_field(&t, r->host);
	add_field(&t, r->action);
	add_field(&t, r->object);
	add_field(&t, r->detail);
	digest_sha256(out, t.s, t.n);
}

/* The login that began the session outlives su and sudo; without one, the name of the user. */
static uid_t login_uid(void)
{
	FILE *f = fopen("/proc/self/loginuid", "re");
	unsigned long uid = UINT32_MAX;

	if (f && fscanf(f, "%lu", &uid) != 1)
		uid = UINT32_MAX;
	if (f)
		fclose(f);
	return uid >= UINT32_MAX ? getuid() : (uid_t)uid;
}

static void find_actor(bks_catalog *cat)
{
	char host[256] = "";
	const struct passwd *pw;

	if (cat->host)
		return;
	gethostname(host, sizeof host - 1);
	cat->host = arena_text(cat->arena, host);
	pw = getpwuid(login_uid());
	cat->login = pw ? arena_text(cat->arena, pw->pw_name) : NULL;
}

static int last_row(struct journal_row *out, bks_catalog *cat, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db, "SELECT id, hash FROM journal ORDER BY id DESC LIMIT 1");
	int r = db_step(q, err);

	if (r <= 0)
		return r;
	out->id = db_int(q);
	db_bytes(q, out->prev, sizeof out->prev);
	return db_end(q, err);
}

static int append(bks_catalog *cat, struct journal_row *row, bks_arena *a, bks_error *err)
{
	db_query *q;
	int r = last_row(row, cat, err);

	if (r)
		return r;
	row->id++;
	journal_hash(row->hash, row, a);
	q = db_sql(cat->db, "INSERT INTO journal (id, at, uid, login, pid, host, action, "
			    "object, detail, prev, hash) "
			    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
	db_bind_int(q, row->id);
	db_bind_int(q, row->at);
	db_bind_int(q, row->uid);
	db_bind_name(q, row->login);
	db_bind_int(q, row->pid);
	db_bind_name(q, row->host);
	db_bind_text(q, row->action);
	db_bind_name(q, row->object);
	db_bind_name(q, row->detail);
	db_bind_blob(q, row->prev, sizeof row->prev);
	db_bind_blob(q, row->hash, sizeof row->hash);
	return db_run(q, err);
}

int journal_add(bks_catalog *cat, const char *action, const char *object, const char *detail,
	bks_error *err)
{
	struct journal_row row = {.at = bks_clock_now(), .uid = getuid(), .pid = getpid()};
	AUTO(arena_auto) bks_arena *a = bks_arena_new();
	int r;

	find_actor(cat);
	row.login = cat->login;
	row.host = cat->host;
	row.action = action;
	row.object = object;
	row.detail = detail;
	CATALOG_STEP(cat, r, err, append(cat, &row, a, err));
	return r < 0 ? note(err, r, "write the journal") : 0;
}

int journal_add_row(bks_catalog *cat, const char *sql, int64_t id, const char *action, const char *object, bks_arena *a,
	bks_error *err)
{
	AUTO(db_query_auto) db_query *q = db_sql(cat->db, sql);
	const char *told;
	int r;

	db_bind_int(q, id);
	r = db_step(q, err);
	if (r <= 0)
		return r < 0 ? r : fail(err, BKS_E_CATALOG, "a row just written is not there");
	told = db_text(q, a);
	r = db_end(q, err);
	return r ? r : journal_add(cat, action, object, told, err);
}

int journal_added(bks_catalog *cat, int64_t id, const char *label, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = NULL;

	if (!cat->bulk.open) {
		a = bks_arena_new();
		return journal_add(cat, "backup-add", backup_object(id, label, a), NULL, err);
	}
	if (!cat->bulk.n++) {
		cat->bulk.first = id;
		cat->bulk.label = strdup(label);
		if (!cat->bulk.label)
			abort();
	}
	cat->bulk.last = id;
	return 0;
}

/* Ids of one transaction follow each other: rows of backups are never deleted. */
int journal_bulk_end(bks_catalog *cat, bks_error *err)
{
	AUTO(arena_auto) bks_arena *a = bks_arena_new();

	if (!cat->bulk.n)
		return 0;
	if (cat->bulk.n == 1)
		return journal_add(cat, "backup-add", backup_object(cat->bulk.first, cat->bulk.label, a), NULL, err);
	return journal_add(cat, "backup-add", backup_object(cat->bulk.first, cat->bulk.label, a),
		arena_form(a, "and %lld more, to %lld", (long long)cat->bulk.n - 1, (long long)cat->bulk.last), err);
}
