/* Which files are of one run: tables of files, and the groups they make, in whatever order they come. */
#include "base/zone.h"
#include "policy/sets.h"
#include "unit.h"

#define NIGHT ((bks_time)20454 * BKS_DAY + 2 * BKS_HOUR) /* 2026-01-01T02:00:00Z */
#define MINUTES(n) ((bks_time)(n) * BKS_MINUTE)

static struct set_file file(enum bks_part part, const char *path, bks_time mtime)
{
	struct set_file f = {.family = 1, .part = part, .path = path, .place = "", .inside = BKS_TIME_NONE, .mtime = mtime};

	f.stamped = namestamp_read(&f.stamp, path);
	return f;
}

static struct set_file at(enum bks_part part, const char *path, bks_time mtime, bks_time inside)
{
	struct set_file f = file(part, path, mtime);

	f.inside = inside;
	return f;
}

#define ROLES BKS_PART_ROLES
#define SCHEMA BKS_PART_SCHEMA
#define DATA BKS_PART_DATA

/* The groups as text, "01102": a digit a file, numbered as they appear. */
static void grouped(char *out, const struct set_file *v, size_t n)
{
	bks_arena *a = bks_arena_new();
	size_t group[32], seen[32], count = 0;

	sets_group(group, v, n, a);
	for (size_t i = 0; i < n; i++) {
		size_t k = 0;

		while (k < count && seen[k] != group[i])
			k++;
		if (k == count)
			seen[count++] = group[i];
		out[i] = (char)('0' + k);
	}
	out[n] = '\0';
	bks_arena_free(a);
}

/* The same of 200 shuffles: files that were together are together. */
static void steady(const struct set_file *v, size_t n, const char *want)
{
	struct set_file turned[32];
	size_t order[32];
	char got[33], back[33];

	srandom(7);
	for (int round = 0; round < 200; round++) {
		for (size_t i = 0; i < n; i++)
			order[i] = i;
		for (size_t i = n; i > 1; i--) {
			size_t k = (size_t)random() % i, swap = order[i - 1];

			order[i - 1] = order[k];
			order[k] = swap;
		}
		for (size_t i = 0; i < n; i++)
			turned[i] = v[order[i]];
		grouped(got, turned, n);
		for (size_t i = 0; i < n; i++)
			for (size_t k = 0; k < n; k++)
				if ((got[i] == got[k]) != (want[order[i]] == want[order[k]]))
					fail_msg("shuffled, %s and %s are otherwise", turned[i].path, turned[k].path);
	}
	grouped(back, v, n);
	assert_string_equal(back, want);
}

#define ARE(want, ...)                                                                         \
	do {                                                                                   \
		const struct set_file v_[] = {__VA_ARGS__};                                    \
		steady(v_, sizeof v_ / sizeof *v_, want);                                      \
	} while (0)

TEST(one_stamp_is_one_run_however_far_the_mtimes)
{
	NOSTATE;
	ARE("000", file(ROLES, "roles_20260101.sql", NIGHT), file(SCHEMA, "schema_20260101.sql", NIGHT + BKS_DAY),
		file(DATA, "data_20260101.sql", NIGHT + 40 * BKS_DAY));
	ARE("0101", file(SCHEMA, "schema/db_20260101.sql", NIGHT), file(SCHEMA, "schema/db_20260102.sql", NIGHT),
		file(DATA, "data/db_20260101.sql", NIGHT), file(DATA, "data/db_20260102.sql", NIGHT));
	/* the day of the folder is a stamp too */
	ARE("0101", file(SCHEMA, "2026-01-01/schema.sql", NIGHT), file(SCHEMA, "2026-01-02/schema.sql", NIGHT),
		file(DATA, "2026-01-01/data.sql", NIGHT), file(DATA, "2026-01-02/data.sql", NIGHT));
	/* of one day, but their own times say that one was taken days later */
	ARE("01", at(SCHEMA, "schema_20260101.sql", NIGHT, NIGHT), at(DATA, "data_20260101.sql", NIGHT, NIGHT + 3 * BKS_DAY));
}

TEST(two_stamps_are_two_runs_unless_they_are_near)
{
	NOSTATE;
	ARE("01", file(SCHEMA, "schema_20260101.sql", NIGHT), file(DATA, "data_20260102.sql", NIGHT));
	ARE("00", file(SCHEMA, "schema_20260101_020000.sql", NIGHT), file(DATA, "data_20260101_021500.sql", NIGHT));
	ARE("01", file(SCHEMA, "schema_20260101_020000.sql", NIGHT), file(DATA, "data_20260101_031500.sql", NIGHT));
}

TEST(a_file_that_is_missing_is_not_taken_from_the_next_run)
{
	NOSTATE;
	/* the rows of 02:00 did not come: those of 02:15 stay with their own */
	ARE("00111", file(ROLES, "roles_20260101_020000.sql", NIGHT), file(SCHEMA, "schema_20260101_020005.sql", NIGHT),
		file(ROLES, "roles_20260101_021500.sql", NIGHT), file(SCHEMA, "schema_20260101_021505.sql", NIGHT),
		file(DATA, "data_20260101_021530.sql", NIGHT));
	/* nor the roles */
	ARE("00111", file(SCHEMA, "schema_20260101_020005.sql", NIGHT), file(DATA, "data_20260101_020020.sql", NIGHT),
		file(ROLES, "roles_20260101_021500.sql", NIGHT), file(SCHEMA, "schema_20260101_021505.sql", NIGHT),
		file(DATA, "data_20260101_021530.sql", NIGHT));
}

TEST(without_stamps_the_mtimes_tell)
{
	NOSTATE;
	ARE("000", file(ROLES, "roles.sql", NIGHT), file(SCHEMA, "schema.sql", NIGHT + MINUTES(1)),
		file(DATA, "data.sql", NIGHT + MINUTES(200)));
	ARE("001", file(ROLES, "roles.sql", NIGHT), file(SCHEMA, "schema.sql", NIGHT + MINUTES(1)),
		file(DATA, "data.sql", NIGHT - BKS_DAY));
	/* times inside are better known than mtimes */
	ARE("00", at(SCHEMA, "schema.dump", NIGHT, NIGHT), at(DATA, "data.dump", NIGHT + 9 * BKS_DAY, NIGHT + MINUTES(2)));
	ARE("01", at(SCHEMA, "schema.dump", NIGHT, NIGHT), at(DATA, "data.dump", NIGHT, NIGHT + BKS_DAY));
}

TEST(two_of_one_part_are_never_together)
{
	NOSTATE;
	ARE("01", file(DATA, "data_20260101.sql", NIGHT), file(DATA, "data_20260101.sql.gz", NIGHT));
	ARE("001", file(SCHEMA, "a/schema_20260101.sql", NIGHT), file(DATA, "a/data_20260101.sql", NIGHT),
		file(DATA, "z/data_20260101.sql", NIGHT + MINUTES(9)));
}

TEST(other_sources_and_other_places)
{
	struct set_file a = file(SCHEMA, "a/schema_20260101.sql", NIGHT), b = file(DATA, "a/data_20260101.sql", NIGHT),
			c = file(SCHEMA, "b/schema_20260101.sql", NIGHT), d = file(DATA, "b/data_20260101.sql", NIGHT);

	NOSTATE;
	c.family = d.family = 2;
	ARE("0011", a, b, c, d);
	/* two places of one source: each with its own, also where the mtimes cross */
	c.family = d.family = 1;
	a.place = b.place = "a";
	c.place = d.place = "b";
	a.mtime = d.mtime = NIGHT + MINUTES(5);
	ARE("0011", a, b, c, d);
	/* and across places where there is no other */
	ARE("00", a, d);
}

TEST(what_is_registered_stays_together_and_takes_in_what_comes_late)
{
	struct set_file a = file(SCHEMA, "schema_20260101.sql", NIGHT), b = file(DATA, "data_20260109.sql", NIGHT),
			late = file(ROLES, "roles_20260101.sql", NIGHT);

	NOSTATE;
	a.backup = b.backup = 7;
	ARE("00", a, b);
	/* a member of another day: the run that it would have to be of is not one */
	ARE("001", a, b, late);
	b = file(DATA, "data_20260101.sql", NIGHT);
	b.backup = 7;
	ARE("000", a, b, late);
	/* a run of which files were overwritten is over */
	a.closed = b.closed = true;
	ARE("001", a, b, late);
	/* two that were registered apart are of one run after all */
	a.closed = b.closed = false;
	b.backup = 8;
	ARE("000", a, b, late);
}

TEST(many_equal_mtimes_do_not_hide_a_stamp)
{
	struct set_file v[30];
	char path[30][40];
	char want[31];

	NOSTATE;
	for (size_t i = 0; i < 30; i++) {
		snprintf(path[i], sizeof path[i], "%s_202601%02zu.sql", i % 2 ? "schema" : "data", i / 2 + 1);
		v[i] = file(i % 2 ? SCHEMA : DATA, path[i], NIGHT);
		want[i] = (char)('0' + i / 2);
	}
	want[30] = '\0';
	steady(v, 30, want);
}

MAIN(T(one_stamp_is_one_run_however_far_the_mtimes), T(two_stamps_are_two_runs_unless_they_are_near),
	T(a_file_that_is_missing_is_not_taken_from_the_next_run), T(without_stamps_the_mtimes_tell),
	T(two_of_one_part_are_never_together), T(other_sources_and_other_places),
	T(what_is_registered_stays_together_and_takes_in_what_comes_late),
	T(many_equal_mtimes_do_not_hide_a_stamp))
