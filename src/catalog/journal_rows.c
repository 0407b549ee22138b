/* The journal read back: its rows for people, and its chain walked from the first row on. */
#include "backstay/text.h"
#include "base/bytes.h"
#include "base/text.h"
#include "base/vec.h"
#include "catalog/catalog_private.h"
#include <stdlib.h>
#include <string.h>

#define COLUMNS "id, at, uid, login, pid, host, action, object, detail"

/* What a name is stored as follows from its bytes; anything else was put there by somebody
 * else. */
static bool is_stored_otherwise(const struct db_value *v)
{
	if (v->type == DB_NULL)
		return false;
	return v->type == DB_INT || bks_is_utf8(v->bytes, v->n) != (v->type == DB_TEXT) ||
	       strlen(v->bytes) != v->n;
}

struct walk {
	struct journal_row row;
	bool odd; /* a name in it is stored as we do not store it */
	int64_t before;
	uint8_t last[32], known[32];
	bks_arena *a; /* of one row */
};

static const char *read_name(struct walk *w, db_query *q)
{
	struct db_value v;

	db_value(&v, q, w->a);
	if (is_stored_otherwise(&v)) {
		w->odd = true;
		return NULL;
	}
	return v.type == DB_NULL ? NULL : v.bytes;
}

static void read_row(struct walk *w, db_query *q)
{
	struct journal_row *r = &w->row;

	*r = (struct journal_row){0};
	w->odd = false;
	r->id = db_int(q);
	r->at = db_int(q);
	r->uid = db_int(q);
	r->login = read_name(w, q);
	r->pid = db_int(q);
	r->host = read_name(w, q);
	r->action = read_name(w, q);
	r->object = read_name(w, q);
	r->detail = read_name(w, q);
	db_bytes(q, r->prev, sizeof r->prev);
	db_bytes(q, r->hash, sizeof r->hash);
}

/* NULL: the row follows on the one before. */
static const char *wrong_with(struct walk *w)
{
	uint8_t hash[32];

	if (w->row.id != w->before + 1)
		return "rows are missing before it";
	if (memcmp(w->row.prev, w->last, 32) != 0)
		return "it does not follow on the row before";
	if (w->odd || !w->row.action)
		return "it was changed";
	journal_hash(hash, &w->row, w->a);
	return memcmp(hash, w->row.hash, 32) != 0 ? "it was changed" : NULL;
}

static int walk(bks_journal_health *out, struct walk *w, db_query *q, bks_error *err)
{
	int r = 0;

	while (!out->broken && (r = db_step(q, err)) > 0) {
		bks_arena_reset(w->a);
		read_row(w, q);
		if ((r = db_end(q, err)))
			return r;
		out->why = wrong_with(w);
		out->broken = out->why != NULL;
		if (out->broken) {
			out->broken_row = w->row.id;
			break;
		}
		w->before = out->rows = w->row.id;
		memcpy(w->last, w->row.hash, sizeof w->last);
		if (!memcmp(w->last, w->known, sizeof w->known))
			out->known_row = w->row.id;
	}
	return r < 0 ? r : 0;
}

static void judge_head(bks_journal_health *out, const char *head)
{
	if (!head || out->broken || out->known_row)
		return;
	out->broken = true;
	out->why = "no row has that head: rows were cut off its end, or it was written anew";
}

int bks_journal_verify(bks_journal_health *out, bks_catalog *cat, const char *head,
	bks_arena *a, bks_error *err)
{
	AUTO(arena_auto) bks_arena *of_row = bks_arena_new();
	AUTO(db_query_auto)
	db_query *q =
		db_sql(cat->db, "SELECT " COLUMNS ", prev, hash FROM journal ORDER BY id");
	struct walk w = {.a = of_row};
	bks_error why = {0};
	int r;

	*out = (bks_journal_health){0};
	if (head && !hex_read(w.known, sizeof w.known, head))
		return fail(err, BKS_E_USAGE, "head \"%s\": a head is 64 hex digits",
			bks_shown(head, a));
	r = walk(out, &w, q, &why);
	if (r == BKS_E_CATALOG) { /* what cannot be read is broken: that is the answer */
		out->broken = true;
		out->broken_row = w.before + 1;
		out->why = arena_form(a, "it cannot be read: %s", why.text);
	} else if (r < 0) {
		return fail(err, r, "%s", why.text);
	}
	hex_write(out->head, w.last, sizeof w.last);
	judge_head(out, head);
	return 0;
}

int bks_journal_head(int64_t *rows, char hash[65], bks_catalog *cat, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db, "SELECT id, hash FROM journal ORDER BY id DESC LIMIT 1");
	uint8_t head[32] = {0};
	int r = db_step(q, err);

	*rows = 0;
	if (r > 0) {
		*rows = db_int(q);
		db_bytes(q, head, sizeof head);
		r = db_end(q, err);
	}
	hex_write(hash, head, sizeof head);
	return r;
}

/* OBJECT is all of TEXT, or, of "17 daily/shop.dump", the id or the label. */
static bool is_about(const char *text, const char *object)
{
	size_t digits = text ? strspn(text, "0123456789") : 0;

	if (!text)
		return false;
	if (!strcmp(text, object))
		return true;
	if (!digits || text[digits] != ' ')
		return false;
	return !strcmp(text + digits + 1, object) ||
	       (strlen(object) == digits && !strncmp(text, object, digits));
}

/* The backups that OBJECT may name: one of that id, those of that label. *n at most BACKUPS_MOST. */
enum { BACKUPS_MOST = 16 };
static int backups_called(int64_t ids[BACKUPS_MOST], size_t *n, bks_catalog *cat, const char *object, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db, "SELECT id FROM backups WHERE label = ? OR id = ? LIMIT ?");
	size_t digits = strspn(object, "0123456789");
	int r;

	db_bind_name(q, object);
	db_bind_int(q, digits && digits < 19 && !object[digits] ? strtoll(object, NULL, 10) : -1);
	db_bind_int(q, BACKUPS_MOST);
	for (*n = 0; (r = db_step(q, err)) > 0;)
		ids[(*n)++] = db_int(q);
	return r;
}

/* A scan writes one row for all that it registered at once (journal_bulk_end). */
static bool is_among(const bks_journal_row *row, const int64_t *ids, size_t n)
{
	const char *to = row->detail ? strrchr(row->detail, ' ') : NULL;
	int64_t first, last;

	if (!n || !to || !row->object || strcmp(row->action, "backup-add") != 0)
		return false;
	first = strtoll(row->object, NULL, 10);
	last = strtoll(to + 1, NULL, 10);
	for (size_t i = 0; i < n; i++)
		if (ids[i] >= first && ids[i] <= last)
			return true;
	return false;
}

static void read_public(bks_journal_row *out, db_query *q, bks_arena *a)
{
	uint8_t hash[32] = {0};

	out->id = db_int(q);
	out->at = db_time(q);
	out->uid = db_int(q);
	out->login = db_name(q, a);
	out->pid = db_int(q);
	out->host = db_name(q, a);
	out->action = db_name(q, a);
	out->object = db_name(q, a);
	out->detail = db_name(q, a);
	db_bytes(q, hash, sizeof hash);
	hex_write(out->hash, hash, sizeof hash);
}

int bks_journal_list(const bks_journal_row **out, size_t *n, bks_catalog *cat, bks_time since,
	size_t last, const char *object, bks_arena *a, bks_error *err)
{
	AUTO(db_query_auto)
	db_query *q = db_sql(cat->db,
		"SELECT " COLUMNS ", hash FROM journal WHERE at >= ? ORDER BY id DESC");
	VEC(bks_journal_row) v = {0};
	int64_t ids[BACKUPS_MOST];
	bks_journal_row row;
	size_t called = 0;
	int r = object ? backups_called(ids, &called, cat, object, err) : 0;

	if (r < 0)
		return r;
	db_bind_int(q, since == BKS_TIME_NONE ? INT64_MIN : since);
	while ((r = db_step(q, err)) > 0) {
		read_public(&row, q, a);
		if (object && !is_about(row.object, object) && !is_among(&row, ids, called))
			continue;
		*vec_add(&v, a) = row;
		if (last && v.n == last) {
			r = db_end(q, err);
			break;
		}
	}
	*out = v.v;
	*n = v.n;
	return r < 0 ? r : 0;
}
