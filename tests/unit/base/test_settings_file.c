/* Where the settings file is looked for, and what is no such file. */
#include "base/settings_file.h"
#include "settings_folder.h"
#include <sys/stat.h>

TEST(a_file_that_was_named_must_be_there)
{
	const bks_settings *s = NULL;
	bks_error e = {0};

	NOSTATE;
	assert_int_equal(bks_settings_read(&s, file, arena, &e), BKS_E_USAGE);
	assert_non_null(strstr(e.text, file));
	assert_non_null(strstr(e.text, "there is no such file"));
	setenv("BACKSTAY_CONFIG", file, 1);
	e = (bks_error){0};
	assert_int_equal(bks_settings_read(&s, NULL, arena, &e), BKS_E_USAGE);
	assert_non_null(strstr(e.text, "there is no such file"));
	write_file("catalog = /x");
	assert_int_equal(bks_settings_read(&s, NULL, arena, &e), 0);
	assert_string_equal(s->catalog, "/x");
}

TEST(only_a_regular_file_will_do)
{
	const bks_settings *s = NULL;
	bks_error e = {0};

	NOSTATE;
	assert_int_equal(mkfifo(file, 0600), 0);
	assert_int_equal(bks_settings_read(&s, file, arena, &e), BKS_E_USAGE);
	assert_non_null(strstr(e.text, "no regular file"));
	e = (bks_error){0};
	assert_int_equal(bks_settings_read(&s, dir, arena, &e), BKS_E_USAGE);
	assert_non_null(strstr(e.text, "no regular file"));
}

TEST(a_file_that_is_too_large_is_refused)
{
	const bks_settings *s = NULL;
	bks_error e = {0};

	NOSTATE;
	write_file("");
	assert_int_equal(truncate(file, SETTINGS_FILE_MAX + 1), 0);
	assert_int_equal(bks_settings_read(&s, file, arena, &e), BKS_E_USAGE);
	assert_non_null(strstr(e.text, "larger than 1 MiB"));
}

TEST(the_default_place_follows_user_and_environment)
{
	bool named;

	NOSTATE;
	assert_string_equal(settings_file_path(&named, "/x", arena), "/x");
	assert_true(named);
	setenv("BACKSTAY_CONFIG", "/y", 1);
	assert_string_equal(settings_file_path(&named, "/x", arena), "/x");
	assert_string_equal(settings_file_path(&named, NULL, arena), "/y");
	assert_true(named);
	unsetenv("BACKSTAY_CONFIG");
	setenv("HOME", "/h", 1);
	unsetenv("XDG_CONFIG_HOME");
	assert_string_equal(settings_file_path(&named, NULL, arena),
		geteuid() ? "/h/.config/backstay/backstay.conf" : "/etc/backstay.conf");
	assert_false(named);
	setenv("XDG_CONFIG_HOME", "/c", 1);
	assert_string_equal(settings_file_path(&named, NULL, arena),
		geteuid() ? "/c/backstay/backstay.conf" : "/etc/backstay.conf");
}

MAIN(J(a_file_that_was_named_must_be_there),
	J(only_a_regular_file_will_do),
	J(a_file_that_is_too_large_is_refused),
	J(the_default_place_follows_user_and_environment))
