/* settings_folder.h - a folder with one settings file in it, anew for each test */
#pragma once
#include "backstay/settings.h"
#include "unit.h"
#include <unistd.h>

static bks_arena *arena;
static char dir[] = "/tmp/backstay-settings-XXXXXX", file[100];

static int setup(void **state)
{
	(void)state;
	arena = bks_arena_new();
	memcpy(dir + sizeof dir - 7, "XXXXXX", 6);
	if (!mkdtemp(dir))
		return -1;
	snprintf(file, sizeof file, "%s/b.conf", dir);
	unsetenv("BACKSTAY_CONFIG");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	bks_arena_free(arena);
	unlink(file);
	return rmdir(dir);
}

static void write_file(const char *text)
{
	FILE *f = fopen(file, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

#define J(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
