/* Schemas that this SQLite cannot read: of a database that a newer one wrote that is no damage,
 * of any other it is. */
#include "lite.h"

enum { WRITTEN_BY = 96 };

/* plain.db as the SQLite of VERSION left it, with a word in its schema that nobody knows. */
static struct look look(uint32_t version)
{
	struct bytes b = fixture("plain.db");
	struct look l;
	uint8_t *word = memmem(b.p, b.n, "CREATE TABLE ", 13);

	assert_non_null(word);
	memcpy(word, "CREATE TUBLE ", 13);
	for (size_t i = 0; version && i < 4; i++)
		b.p[WRITTEN_BY + i] = (uint8_t)(version >> (24 - 8 * i));
	look_at(&l, b.p, b.n, (struct verify_job){0}, NULL);
	free(b.p);
	return l;
}

TEST(a_schema_that_nobody_reads_is_damage)
{
	struct look l = look(0);

	NOSTATE;
	assert_true(is_called(&l, BKS_DAMAGED, "malformed"));
	look_away(&l);
}

TEST(that_of_a_newer_sqlite_is_unsupported)
{
	struct look l = look(3099001);

	NOSTATE;
	assert_true(is_called(&l, BKS_UNSUPPORTED, "unsupported-version"));
	assert_int_not_equal(l.v.levels[BKS_WHOLE], BKS_RESULT_PASS);
	look_away(&l);
}

MAIN(T(a_schema_that_nobody_reads_is_damage), T(that_of_a_newer_sqlite_is_unsupported))
