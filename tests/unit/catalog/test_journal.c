/* The chain of the journal against somebody who knows SQLite: the guards are dropped, rows are
 * altered, taken out, put in, moved and cut off, each time at random from a seed. BACKSTAY_HUNT
 * sets how often (2000), BACKSTAY_SEED the seed. */
#include "base/bytes.h"
#include "base/digest.h"
#include "base/text.h"
#include "shelf.h"

enum { ROWS = 40, MOST_TRIES = 50 };

struct hunt {
	struct shelf s;
	uint64_t state;
	int64_t rows;
	char head[65];
	const char *before; /* all rows, as SQL writes them */
	bks_arena *a;
};

static uint64_t draw(struct hunt *h, uint64_t below)
{
	uint64_t z = (h->state += 0x9E3779B97F4A7C15);

	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
	return (z ^ (z >> 31)) % below;
}

static int64_t some_row(struct hunt *h)
{
	return 1 + (int64_t)draw(h, (uint64_t)h->rows);
}

static const char *all_rows(struct hunt *h)
{
	db_query *q = db_sql(h->s.cat->db,
		"SELECT group_concat(id || quote(at) || quote(uid) || quote(login) || "
		"quote(pid) || quote(host) || hex(action) || "
		"quote(action) || quote(object) || hex(object) || quote(detail) || hex(detail) "
		"|| quote(prev) || quote(hash)) FROM "
		"(SELECT * FROM journal ORDER BY id)");
	const char *v;

	assert_int_equal(db_step(q, &h->s.err), 1);
	v = db_text(q, h->a);
	db_query_free(q);
	return v ? v : "";
}

static void sql(struct hunt *h, const char *fmt, ...) PRINTF(2, 3);
static void sql(struct hunt *h, const char *fmt, ...)
{
	char text[600];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	OK(&h->s, shelf_sql(&h->s, text));
}

static bks_journal_health health(struct hunt *h, const char *head)
{
	bks_journal_health out;

	OK(&h->s, bks_journal_verify(&out, h->s.cat, head, h->a, &h->s.err));
	return out;
}

static void edit_number(struct hunt *h)
{
	static const char *const columns[] = {"at", "uid", "pid"};
	const char *c = columns[draw(h, 3)];

	if (draw(h, 2))
		sql(h, "UPDATE journal SET %s = %s + 1 + %d WHERE id = %d", c, c,
			(int)draw(h, 1000), (int)some_row(h));
	else
		sql(h, "UPDATE journal SET %s = (%s | %lld) - (%s & %lld) WHERE id = %d", c, c,
			1LL << draw(h, 40), c, 1LL << draw(h, 40), (int)some_row(h));
}

static void edit_text(struct hunt *h)
{
	static const char *const columns[] = {"login", "host", "action", "object", "detail"};
	static const char *const ways[] = {"%s || 'x'", "'x' || %s", "substr(%s, 2)",
		"substr(%s, 1, length(%s) - 1)", "NULL", "CAST(%s AS BLOB)",
		"%s || char(0) || 'x'", "%s || char(0)", "upper(%s)", "''", "7", "X'ff00'",
		"CAST(%s || X'ff' AS TEXT)", "replace(%s, ':', ';')", "%s || char(10)"};
	const char *c = columns[draw(h, 5)], *way = ways[draw(h, sizeof ways / sizeof *ways)];
	char expression[200];

	if (!strcmp(c, "action") && (!strcmp(way, "NULL") || !strcmp(way, "7") ||
					    !strncmp(way, "CAST", 4) || *way == 'X'))
		way = "%s || ' '"; /* the table itself refuses these */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(expression, sizeof expression, way, c, c);
#pragma GCC diagnostic pop
	sql(h, "UPDATE journal SET %s = %s WHERE id = %d", c, expression, (int)some_row(h));
}

static void edit_hash(struct hunt *h)
{
	const char *c = draw(h, 2) ? "hash" : "prev";
	int at = (int)draw(h, 32);

	switch (draw(h, 3)) {
	case 0:
		sql(h, "UPDATE journal SET %s = randomblob(32) WHERE id = %d", c,
			(int)some_row(h));
		break;
	case 1:
		sql(h,
			"UPDATE journal SET %s = CAST(substr(%s, 1, %d) || X'%02x' || "
			"substr(%s, %d) AS BLOB) WHERE id = %d",
			c, c, at, (int)draw(h, 256), c, at + 2, (int)some_row(h));
		break;
	default:
		sql(h, "UPDATE journal SET %s = substr(%s, 1, %d) WHERE id = %d", c, c, at,
			(int)some_row(h));
	}
}

static void swap_fields(struct hunt *h)
{
	static const char *const pairs[][2] = {
		{"login", "host"}, {"object", "detail"}, {"uid", "pid"}, {"prev", "hash"}};
	const char *const *p = pairs[draw(h, 4)];

	sql(h, "UPDATE journal SET %s = %s, %s = %s WHERE id = %d", p[0], p[1], p[1], p[0],
		(int)some_row(h));
}

/* Rows within, or the first ones: the last stays. */
static void take_out(struct hunt *h)
{
	int from = 1 + (int)draw(h, (uint64_t)h->rows - 1),
	    to = from + (int)draw(h, (uint64_t)(h->rows - from));

	sql(h, "DELETE FROM journal WHERE id BETWEEN %d AND %d", from, to);
	if (draw(h, 2)) /* and closes the ranks */
		sql(h,
			"UPDATE journal SET id = id - 1000; UPDATE journal SET id = id + 1000 "
			"- %d WHERE id + 1000 > %d; UPDATE journal SET id = id "
			"+ 1000 WHERE id < 0",
			to - from + 1, to);
}

static void reorder(struct hunt *h)
{
	int x = (int)some_row(h), y = (int)some_row(h);

	sql(h,
		"UPDATE journal SET id = -1 WHERE id = %d; UPDATE journal SET id = %d WHERE id "
		"= %d; UPDATE journal SET id = %d WHERE id = -1",
		x, x, y, y);
}

static void put_in(struct hunt *h)
{
	int at = (int)some_row(h);
	const char *columns = "at, uid, login, pid, host, action, object, detail, prev, hash";

	switch (draw(h, 3)) {
	case 0: /* a copy of a row after the last one */
		sql(h, "INSERT INTO journal (id, %s) SELECT %d, %s FROM journal WHERE id = %d",
			columns, (int)h->rows + 1, columns, at);
		break;
	case 1: /* within, and those behind it move on */
		sql(h,
			"UPDATE journal SET id = -id - 1 WHERE id >= %d; INSERT INTO journal "
			"(id, %s) SELECT %d, %s FROM journal WHERE id = %d; "
			"UPDATE journal SET id = -id WHERE id < 0",
			at, columns, at, columns, at == 1 ? -2 : 1);
		break;
	default: /* before the first, or far behind */
		sql(h, "INSERT INTO journal (id, %s) SELECT %d, %s FROM journal WHERE id = %d",
			columns, draw(h, 2) ? 0 : (int)h->rows + 2 + (int)draw(h, 9), columns,
			at);
	}
}

/* Altered by somebody who knows how a row is hashed. ALL: and hashes every later row anew. */
static void forge(struct hunt *h, int64_t id, bool all)
{
	uint8_t prev[32];
	bool first = true;

	sql(h, "UPDATE journal SET detail = 'forged' WHERE id = %lld", (long long)id);
	do {
		db_query *q =
			db_sql(h->s.cat->db, "SELECT at, uid, login, pid, host, action, "
					     "object, detail, prev FROM journal WHERE id = ?");
		struct journal_row r = {.id = id};
		char hash[65], before[65];

		db_bind_int(q, id);
		assert_int_equal(db_step(q, &h->s.err), 1);
		r.at = db_int(q);
		r.uid = db_int(q);
		r.login = db_name(q, h->a);
		r.pid = db_int(q);
		r.host = db_name(q, h->a);
		r.action = db_name(q, h->a);
		r.object = db_name(q, h->a);
		r.detail = db_name(q, h->a);
		db_bytes(q, r.prev, sizeof r.prev);
		db_query_free(q);
		if (!first)
			memcpy(r.prev, prev, sizeof prev);
		journal_hash(r.hash, &r, h->a);
		memcpy(prev, r.hash, sizeof prev);
		sql(h, "UPDATE journal SET prev = X'%s', hash = X'%s' WHERE id = %lld",
			hex_write(before, r.prev, 32), hex_write(hash, r.hash, 32),
			(long long)id);
		first = false;
	} while (all && ++id <= h->rows);
}

static void forge_one(struct hunt *h)
{
	forge(h, 1 + (int64_t)draw(h, (uint64_t)h->rows - 1), false);
}

static void forge_rest(struct hunt *h)
{
	forge(h, some_row(h), true);
}

static void truncate_rows(struct hunt *h)
{
	sql(h, "DELETE FROM journal WHERE id > %d", (int)draw(h, (uint64_t)h->rows));
}

static const struct tampering {
	const char *name;
	void (*do_it)(struct hunt *h);
	bool fits; /* the chain that is left fits: only a head that was noted tells */
} tamperings[] = {
	{"edit of a number", edit_number, false},
	{"edit of a text", edit_text, false},
	{"edit of a hash", edit_hash, false},
	{"fields swapped", swap_fields, false},
	{"rows taken out", take_out, false},
	{"rows reordered", reorder, false},
	{"row put in", put_in, false},
	{"row forged with its hash", forge_one, false},
	{"rows cut off the end", truncate_rows, true},
	{"row forged, all hashes anew", forge_rest, true},
};
enum { KINDS = sizeof tamperings / sizeof *tamperings };

static void begin(struct hunt *h)
{
	static const char *const objects[] = {
		"17 daily/shop.dump", "shop", NULL, "caf\xe9", "", "3:a\n-\n", "a:b"};
	int64_t rows;

	*h = (struct hunt){.a = bks_arena_new(),
		.state = getenv("BACKSTAY_SEED") ? strtoull(getenv("BACKSTAY_SEED"), NULL, 10)
						 : 20261122};
	shelf_open(&h->s);
	for (size_t i = 0; i < ROWS; i++)
		OK(&h->s, journal_add(h->s.cat, i % 2 ? "verdict" : "backup-add",
				  objects[i % 7], objects[(i * 3 + 1) % 7], &h->s.err));
	OK(&h->s, shelf_sql(&h->s, "PRAGMA ignore_check_constraints = ON; DROP TRIGGER "
				   "journal_never_changed; DROP TRIGGER "
				   "journal_never_deleted; DROP TRIGGER journal_only_grows"));
	OK(&h->s, bks_journal_head(&rows, h->head, h->s.cat, &h->s.err));
	h->rows = rows;
	assert_in_range(rows, ROWS, ROWS + 20);
}

/* Whether it was a change at all: "cut the first byte of nothing" is none. */
static bool tamper(struct hunt *h, const struct tampering *t)
{
	const char *before = all_rows(h);

	t->do_it(h);
	return strcmp(all_rows(h), before) != 0;
}

TEST(every_alteration_of_the_journal_is_noticed)
{
	int times = getenv("BACKSTAY_HUNT") ? atoi(getenv("BACKSTAY_HUNT")) : 2000,
	    told[KINDS] = {0}, tried[KINDS] = {0};
	struct hunt h;

	NOSTATE;
	begin(&h);
	for (int i = 0; i < times; i++) {
		const struct tampering *t = &tamperings[i % KINDS];
		bks_journal_health alone, held;
		bool changed;

		for (int tries = 0;; tries++) {
			assert_int_not_equal(tries, MOST_TRIES);
			bks_arena_reset(h.a);
			OK(&h.s, db_begin(h.s.cat->db, &h.s.err));
			changed = tamper(&h, t);
			if (changed)
				break;
			db_rollback(h.s.cat->db);
		}
		alone = health(&h, NULL);
		held = health(&h, h.head);
		tried[i % KINDS]++;
		told[i % KINDS] += alone.broken || (t->fits && held.broken);
		if (alone.broken == t->fits || !held.broken)
			print_message("%d: %s: alone %d, held %d\n", i, t->name, alone.broken,
				held.broken);
		assert_true(held.broken);
		assert_int_equal(alone.broken, !t->fits);
		db_rollback(h.s.cat->db);
	}
	print_message("%d alterations of %lld rows\n", times, (long long)h.rows);
	for (size_t k = 0; k < KINDS; k++)
		print_message("| %s | %d | %d noticed |%s\n", tamperings[k].name, tried[k],
			told[k], tamperings[k].fits ? " with the head alone |" : "");
	assert_false(health(&h, h.head).broken);
	bks_arena_free(h.a);
	shelf_close(&h.s);
}

TEST(a_head_that_was_noted_is_found_in_a_journal_that_grew)
{
	struct hunt h;
	bks_journal_health was;

	NOSTATE;
	begin(&h);
	was = health(&h, h.head);
	assert_false(was.broken);
	assert_int_equal(was.known_row, h.rows);
	OK(&h.s, journal_add(h.s.cat, "ack", "x", NULL, &h.s.err));
	was = health(&h, h.head);
	assert_false(was.broken);
	assert_int_equal(was.known_row, h.rows);
	assert_int_equal(was.rows, h.rows + 1);
	assert_string_not_equal(was.head, h.head);
	assert_int_equal(bks_journal_verify(&was, h.s.cat, "abc", h.a, &h.s.err), BKS_E_USAGE);
	bks_arena_free(h.a);
	shelf_close(&h.s);
}

TEST(a_broken_row_is_named)
{
	struct hunt h;
	bks_journal_health was;

	NOSTATE;
	begin(&h);
	sql(&h, "UPDATE journal SET detail = 'x' WHERE id = 7");
	was = health(&h, NULL);
	assert_true(was.broken);
	assert_int_equal(was.broken_row, 7);
	assert_int_equal(was.rows, 6);
	assert_string_equal(was.why, "it was changed");
	sql(&h, "DELETE FROM journal");
	was = health(&h, NULL);
	assert_false(was.broken);
	assert_int_equal(was.rows, 0);
	assert_true(health(&h, h.head).broken);
	bks_arena_free(h.a);
	shelf_close(&h.s);
}

TEST(rows_are_listed_by_time_number_and_object)
{
	struct hunt h;
	const bks_journal_row *v;
	size_t n;

	NOSTATE;
	begin(&h);
	OK(&h.s, bks_journal_list(&v, &n, h.s.cat, BKS_TIME_NONE, 0, NULL, h.a, &h.s.err));
	assert_int_equal(n, h.rows);
	assert_int_equal(v[0].id, h.rows);
	assert_string_equal(v[0].hash, h.head);
	OK(&h.s, bks_journal_list(&v, &n, h.s.cat, BKS_TIME_NONE, 3, NULL, h.a, &h.s.err));
	assert_int_equal(n, 3);
	OK(&h.s, bks_journal_list(&v, &n, h.s.cat, v[2].at + BKS_DAY, 0, NULL, h.a, &h.s.err));
	assert_int_equal(n, 0);
	for (size_t i = 0; i < 2; i++) {
		OK(&h.s, bks_journal_list(&v, &n, h.s.cat, BKS_TIME_NONE, 0,
				 i ? "17" : "daily/shop.dump", h.a, &h.s.err));
		assert_int_equal(n, 6);
		assert_string_equal(v[0].object, "17 daily/shop.dump");
	}
	OK(&h.s, bks_journal_list(&v, &n, h.s.cat, BKS_TIME_NONE, 0, "1", h.a, &h.s.err));
	assert_int_equal(n, 0);
	OK(&h.s, bks_journal_list(&v, &n, h.s.cat, BKS_TIME_NONE, 0, "caf\xe9", h.a, &h.s.err));
	assert_int_equal(n, 6);
	bks_arena_free(h.a);
	shelf_close(&h.s);
}

MAIN(T(every_alteration_of_the_journal_is_noticed),
	T(a_head_that_was_noted_is_found_in_a_journal_that_grew), T(a_broken_row_is_named),
	T(rows_are_listed_by_time_number_and_object))
