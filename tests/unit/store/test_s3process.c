/* Keys that a program gives: how it is started, and what it may do without harm. */
#include "keyworld.h"
#include <signal.h>
#include <time.h>

/* A profile whose credential_process is COMMAND. */
static void process(const char *command)
{
	char text[4096];

	snprintf(text, sizeof text, "[default]\ncredential_process = %s\n", command);
	config(text);
}

/* The same, of a script in the home. */
static void script(const char *lines)
{
	char text[4096];

	snprintf(text, sizeof text, "#!/bin/sh\n%s\n", lines);
	file_new(home, "give", text);
	assert_int_equal(chmod(in(home, "give"), 0755), 0);
	process(in(home, "give"));
}

#define KEYS "\"Version\": 1, \"AccessKeyId\": \"P\", \"SecretAccessKey\": \"hush\""

TEST(a_program_gives_keys_and_when_they_end)
{
	struct s3_keys k;

	NOSTATE;
	script("echo '{" KEYS "}'");
	assert_string_equal(found(NULL), "P hush -");
	script("echo '{" KEYS
	       ", \"SessionToken\": \"hush-t\", \"Expiration\": \"2037-01-02T03:04:05Z\"}'");
	assert_int_equal(look(&k, NULL), 0);
	assert_string_equal(k.token, "hush-t");
	assert_int_equal(k.expires / BKS_SECOND, 2114478245);
	s3_keys_wipe(&k);
	credentials("[default]\naws_access_key_id = F\naws_secret_access_key = hush\n");
	assert_string_equal(found(NULL), "F hush -");
}

TEST(what_expired_is_not_given_on)
{
	NOSTATE;
	script("echo '{" KEYS ", \"Expiration\": \"2020-01-02T03:04:05Z\"}'");
	lacking(NULL, BKS_E_USAGE, "keys that expired at 2020-01-02T03:04:05Z");
	script("echo '{" KEYS ", \"Expiration\": \"hush\"}'");
	lacking(NULL, BKS_E_IO, "an expiration that is no time");
}

TEST(its_words_are_split_and_no_shell_sees_them)
{
	char command[800];

	NOSTATE;
	file_new(home, "say",
		"#!/bin/sh\nfor i; do printf '<%s>' \"$i\"; done >\"$OUT\"\necho '{" KEYS
		"}'\n");
	assert_int_equal(chmod(in(home, "say"), 0755), 0);
	setenv("OUT", in(home, "out"), 1);
	snprintf(command, sizeof command,
		"%s a \"b  c\" 'd \"e\"' f\\ g \"\\\"\\\\\\n\" $HOME `id` ; > x '' # y",
		in(home, "say"));
	process(command);
	assert_string_equal(found(NULL), "P hush -");
	char got[400] = "";
	FILE *f = fopen(in(home, "out"), "re");
	assert_non_null(f);
	assert_non_null(fgets(got, sizeof got, f));
	fclose(f);
	assert_string_equal(
		got, "<a><b  c><d \"e\"><f g><\"\\\\n><$HOME><`id`><;><>><x><><#><y>");
}

TEST(a_command_that_is_none_is_refused)
{
	NOSTATE;
	process("'hush");
	lacking(NULL, BKS_E_USAGE, "is no command");
	process("hush\\");
	lacking(NULL, BKS_E_USAGE, "is no command");
	process("\"hush\\\"");
	lacking(NULL, BKS_E_USAGE, "is no command");
	process("/nowhere/give --secret hush");
	lacking(NULL, BKS_E_IO, "start /nowhere/give: No such file");
	process("''");
	lacking(NULL, BKS_E_IO, "start ");
}

TEST(what_it_says_wrongly_is_told_without_it)
{
	static const struct {
		const char *says, *words;
	} cases[] = {
		{"{hush", "no JSON"},
		{"", "no JSON"},
		{"\"hush\"", "no JSON"},
		{"{\"SecretAccessKey\": \"hush\", \"AccessKeyId\": \"P\"}", "no \"Version\""},
		{"{\"Version\": 2, \"SecretAccessKey\": \"hush\", \"AccessKeyId\": \"P\"}",
			"no \"Version\""},
		{"{\"Version\": \"hush\"}", "no \"Version\""},
		{"[\"hush\"]", "no \"Version\""},
		{"{\"Version\": 1}", "JSON without keys"},
		{"{\"Version\": 1, \"SecretAccessKey\": \"hush\"}", "no access key id"},
		{"{\"Version\": 1, \"AccessKeyId\": \"P\", \"SecretAccessKey\": 17}",
			"no secret key"},
		{"{\"Version\": 1, \"AccessKeyId\": \"P\\u0000Q\", \"SecretAccessKey\": "
		 "\"hush\"}",
			"no JSON"},
		{"{" KEYS "} hush", "no JSON"},
		{"{" KEYS ", \"SecretAccessKey\": \"hush2\"}", "no JSON"},
	};
	char command[200];

	NOSTATE;
	snprintf(command, sizeof command, "cat %s", in(home, "said"));
	process(command);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct s3_keys k;

		file_new(home, "said", cases[i].says);
		assert_true(look(&k, NULL) < 0);
		if (!strstr(err.text, cases[i].words))
			fail_msg("no \"%s\" in: %s", cases[i].words, err.text);
	}
}

TEST(how_it_failed_is_told)
{
	NOSTATE;
	script("echo hush; exit 3");
	lacking(NULL, BKS_E_IO, "ended with status 3");
	script("kill -9 $$");
	lacking(NULL, BKS_E_IO, "was ended by signal 9");
	script("head -c 200000 /dev/zero | tr '\\0' h");
	lacking(NULL, BKS_E_IO, "said more than 64 KiB");
	script("echo '{" KEYS "}'; exit 1");
	lacking(NULL, BKS_E_IO, "ended with status 1");
}

TEST(one_that_hangs_is_killed_with_all_that_it_started)
{
	static const char *const scripts[] = {"sleep 100 & echo $! >\"$OUT\"; sleep 100",
		"sleep 100 & echo $! >\"$OUT\"",
		"exec >&-; sleep 100 & echo $! >\"$OUT\"; sleep 100",
		"trap '' TERM; sleep 100 & echo $! >\"$OUT\"; wait"};

	NOSTATE;
	setenv("OUT", in(home, "out"), 1);
	for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
		const struct cred_search how = {.process_ms = 1000};
		struct s3_keys k;
		int pid = 0, tries = 200;
		FILE *f;

		script(scripts[i]);
		assert_int_equal(s3_keys_search(&k, &how, &err), BKS_E_IO);
		assert_non_null(strstr(err.text, "did not end within 1 s"));
		f = fopen(in(home, "out"), "re");
		assert_non_null(f);
		assert_int_equal(fscanf(f, "%d", &pid), 1);
		fclose(f);
		assert_true(pid > 1);
		while (!kill(pid, 0) && --tries) {
			char state[64] = "", path[64];
			FILE *s;

			snprintf(path, sizeof path, "/proc/%d/stat", pid);
			s = fopen(path, "re");
			if (!s || fscanf(s, "%*d %*s %60s", state) != 1 || *state == 'Z')
				tries = 1;
			if (s)
				fclose(s);
			if (tries == 1)
				break;
			nanosleep(&(struct timespec){0, 10000000}, NULL);
		}
		assert_true(tries > 0);
	}
}

TEST(nothing_of_ours_goes_along)
{
	int fd = fcntl(2, F_DUPFD, 57); /* one that somebody forgot to mark */
	char lines[200];

	NOSTATE;
	assert_true(fd >= 57);
	snprintf(lines, sizeof lines,
		"[ ! -e /proc/$$/fd/%d ] || exit 9\n[ \"$(readlink /proc/$$/fd/0)\" = "
		"/dev/null ] || exit 8\necho '{%s}'",
		fd, "\"Version\": 1, \"AccessKeyId\": \"P\", \"SecretAccessKey\": \"hush\"");
	script(lines);
	assert_string_equal(found(NULL), "P hush -");
	close(fd);
}

MAIN(W(a_program_gives_keys_and_when_they_end), W(what_expired_is_not_given_on),
	W(its_words_are_split_and_no_shell_sees_them), W(a_command_that_is_none_is_refused),
	W(what_it_says_wrongly_is_told_without_it), W(how_it_failed_is_told),
	W(one_that_hangs_is_killed_with_all_that_it_started), W(nothing_of_ours_goes_along))
