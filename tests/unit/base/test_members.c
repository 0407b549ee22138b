/* Finding a member by its name among sorted ones. */
#include "base/members.h"
#include "unit.h"

TEST(every_name_is_found_and_no_other)
{
	static const struct member v[] = {{.name = "1.dat"}, {.name = "base/1"}, {.name = "base/10"}, {.name = "toc.dat"}};
	members m = {.v = v, .n = 4};

	NOSTATE;
	for (ptrdiff_t i = 0; i < 4; i++)
		assert_int_equal(members_find(&m, v[i].name), i);
	assert_int_equal(members_find(&m, ""), -1);
	assert_int_equal(members_find(&m, "base"), -1);
	assert_int_equal(members_find(&m, "base/11"), -1);
	assert_int_equal(members_find(&m, "z"), -1);
	m.n = 0;
	assert_int_equal(members_find(&m, "toc.dat"), -1);
}

MAIN(T(every_name_is_found_and_no_other))
