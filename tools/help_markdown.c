/* help_markdown.c - docs/commands.md, made from the same tables as help; a test compares the
 * two */
#include "help.h"
#include <ctype.h>
#include <stdio.h>

static const char head[] =
	"# Commands\n"
	"\n"
	"Made by `backstay help --markdown`; a test keeps it true. Do not edit.\n"
	"\n"
	"`backstay [GLOBAL OPTION...] COMMAND [ARGUMENT...]`. Options may stand before or "
	"after the words of a command; `--` ends\n"
	"them; `--name value` and `--name=value` are the same. An option that is not known, "
	"that is given twice, or whose value is\n"
	"empty, is refused (2).\n"
	"\n"
	"## Times, durations, sizes\n"
	"\n"
	"- Times in: RFC 3339, `2026-11-22 02:47` or `2026-11-22` (in the source's zone where "
	"there is one source, else UTC), `now`,\n"
	"  `today`, `yesterday`, or an age such as `7d`. Times out: RFC 3339 in UTC.\n"
	"- Durations: `90s 15m 24h 7d 6w 12mo 1y`. Sizes: `10MiB 2GB`. A number without a unit "
	"is refused.\n"
	"- `--now TIME` on the commands that only decide (`list`, `status`, `retain plan`, "
	"`retain explain`, `pick`, `gaps`, `cost`, `replay`, `tasks`) answers\n"
	"  as of that time. Everything else refuses it (2).\n"
	"\n"
	"## Environment\n"
	"\n"
	"`BACKSTAY_CATALOG` and `BACKSTAY_CONFIG` name the catalog and the settings file. An "
	"option beats the environment, which\n"
	"beats the settings file, which beats the default. `NO_COLOR` switches colours off; a "
	"pipe has none anyway.\n"
	"\n"
	"## Exit status\n"
	"\n"
	"| | |\n"
	"| --- | --- |\n"
	"| 0 | all is well, and something was really checked or done, or the standing proofs "
	"are fresh |\n"
	"| 1 | done, and trouble was found: damaged, incomplete, missing, late, no restore "
	"point, a wish not met |\n"
	"| 2 | asked wrongly: usage, settings, policy; nothing was done |\n"
	"| 3 | could not finish: I/O, permission, limit, busy, an answer that could not be "
	"written |\n"
	"| 4 | nothing was checked or proven: no match, or only unproven |\n"
	"| 5 | refused by a safety rule; nothing more was deleted |\n"
	"| 6 | the catalog is damaged or newer than the program |\n"
	"| 128 + n | stopped by signal n |\n"
	"\n"
	"When several apply: 6, 1, 5, 3, 4.\n"
	"\n"
	"## JSON\n"
	"\n"
	"With `--json` there is one document on stdout, for answers and errors alike, and "
	"nothing on stderr. What went wrong is\n"
	"`\"error\": {\"code\":, \"text\":}`, alone or beside what could still be said. Times "
	"are RFC 3339 UTC, sizes bytes, digests\n"
	"lower-case hex; a name that is not valid UTF-8 comes as `NAME_b64` beside a readable "
	"`NAME`. Unknown is `null`. Fields may\n"
	"be added, never renamed or dropped.\n"
	"\n"
	"## Global options\n"
	"\n";

static void say_options(const struct option_spec *specs)
{
	printf("| option | |\n| --- | --- |\n");
	for (const struct option_spec *s = specs; s->name; s++) {
		printf("| `%s` | %s", help_option(s), s->help);
		for (size_t i = 0; s->words && s->words[i]; i++)
			printf("%s `%s`", i ? "," : ":", s->words[i]);
		printf("%s |\n", s->kind == OPT_MANY ? " (may be given again)" : "");
	}
}

static void say_command(const struct command *k)
{
	printf("\n## %s\n\n%c%s.\n\n```sh\n%s```\n\n`%s`\n", k->name,
		toupper((unsigned char)k->summary[0]), k->summary + 1, k->examples,
		help_usage(k));
	if (k->detail)
		printf("\n%s", k->detail);
	if (k->options && k->options->name) {
		putchar('\n');
		say_options(k->options);
	}
	printf("\nWith `--json`:\n\n```\n%s```\n", k->json);
}

void help_markdown(void)
{
	fputs(head, stdout);
	say_options(global_options);
	for (const struct command *const *l = command_lists; *l; l++)
		for (const struct command *k = *l; k->name; k++)
			say_command(k);
}
