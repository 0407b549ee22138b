/* unit.h - cmocka with the headers it wants before it; MAIN lists a file's tests, which read as sentences */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TEST(name) static void name(void **state_)
#define T(name) cmocka_unit_test(name)
#define MAIN(...)                                                                              \
	int main(void)                                                                         \
	{                                                                                      \
		const struct CMUnitTest tests[] = {__VA_ARGS__};                               \
		return cmocka_run_group_tests(tests, NULL, NULL);                              \
	}
/* cmocka hands a state to each test; ours keep none. */
#define NOSTATE (void)state_
