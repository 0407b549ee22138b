/*
 * A new cluster out of a base backup and archived log. Nothing of the old server's settings is
 * taken over: it archived somewhere, listened somewhere, ran jobs. The new one takes its log
 * from a small script that knows which segments were promised; one of these that is not there
 * stops the recovery instead of ending it early.
 */
#include "work/commands_log.h"
#include "base/text.h"
#include "base/zone.h"
#include "work/commands_base.h"
#include <string.h>

struct cluster {
	struct making m;
	const struct log_plan *p;
	const char *name;
	bks_catalog *cat;
	VEC(const char *) script;
	VEC(const char *) conf;
};

static void say(struct cluster *c, const char *line)
{
	commands_line(&c->m, line);
}

static void script(struct cluster *c, const char *line)
{
	*vec_add(&c->script, c->m.arena) = line;
}

static void conf(struct cluster *c, const char *line)
{
	*vec_add(&c->conf, c->m.arena) = line;
}

static void write_lines(struct cluster *c, const char *const *v, size_t n, const char *file)
{
	struct text t = {.arena = c->m.arena};

	text_word(&t, "printf '%s\\n'");
	for (size_t i = 0; i < n; i++)
		text_form(&t, " %s", bks_shell_word(v[i], c->m.arena));
	text_form(&t, " >%s", file);
	say(c, t.s);
}

/* restore_command's script: $1 is what is asked for, $2 where it shall lie. It runs as the
 * server, in the data directory. Above 125 its status ends the recovery. It is bash's as the
 * commands are: to sh a word $'...' is none, and what stands in it would be run. */
static void write_script(struct cluster *c)
{
	bks_arena *a = c->m.arena;
	const struct log_plan *p = c->p;

	script(c, "take() { for f in \"$1/$2\" \"$1/${2%????????}/$2\"; do");
	script(c, "if [ -f \"$f\" ]; then cp \"$f\" \"$3\" && exit 0; exit 255; fi");
	script(c, "for by in 'gz gzip' 'zst zstd' 'lz4 lz4' 'xz xz' 'bz2 bzip2'; do");
	script(c,
		"if [ -f \"$f.${by% *}\" ]; then \"${by#* }\" -dc <\"$f.${by% *}\" >\"$3\" && "
		"exit 0; exit 255; fi");
	script(c, "done; done; }");
	script(c, "lies() { [ ! \"$1\" \\< \"$2\" ] && [ ! \"$1\" \\> \"$3\" ]; }");
	script(c, "case $1 in *.history)");
	for (size_t i = 0; i < p->history_count; i++)
		script(c, arena_form(a, "take %s \"$1\" \"$2\"",
				  bks_shell_word(p->histories[i], a)));
	script(c, "exit 1;; esac");
	for (size_t i = 0; i < p->range_count; i++) {
		const struct log_range *r = &p->ranges[i];

		script(c,
			arena_form(a,
				"if lies \"$1\" %s %s; then take %s \"$1\" \"$2\"; exit %d; fi",
				r->from, r->last, bks_shell_word(r->folder, a),
				r->must ? 255 : 1));
	}
	script(c, "exit 1");
	write_lines(c, c->script.v, c->script.n, arena_form(a, "%s/wal.sh", c->name));
}

/* A value of postgresql.conf. */
static const char *quoted(struct cluster *c, const char *s)
{
	struct text t = {.arena = c->m.arena};

	text_word(&t, "'");
	for (; *s; s++)
		text_add(&t,
			*s == '\''   ? "''"
			: *s == '\\' ? "\\\\"
				     : s,
			*s == '\'' || *s == '\\' ? 2 : 1);
	text_word(&t, "'");
	return t.s;
}

static void aim(struct cluster *c)
{
	const bks_recovery *r = c->p->recovery;
	bks_arena *a = c->m.arena;
	bks_civil at = zone_civil(r->target == BKS_TARGET_TIME ? r->time : 0, NULL);

	switch (r->target) {
	case BKS_TARGET_IMMEDIATE:
		conf(c, "recovery_target = 'immediate'");
		break;
	case BKS_TARGET_TIME:
		conf(c, arena_form(a,
				"recovery_target_time = '%04d-%02d-%02d "
				"%02d:%02d:%02d.%06d+00'",
				at.year, at.month, at.day, at.hour, at.minute, at.second,
				(int)(r->time % BKS_SECOND)));
		break;
	case BKS_TARGET_LSN:
		conf(c, arena_form(a, "recovery_target_lsn = '%X/%X'", (unsigned)(r->lsn >> 32),
				(unsigned)r->lsn));
		conf(c, "recovery_target_inclusive = off");
		break;
	case BKS_TARGET_NAME:
		conf(c, arena_form(a, "recovery_target_name = %s", quoted(c, r->name)));
		break;
	case BKS_TARGET_NONE:
	case BKS_TARGET_END:
	case BKS_TARGET_COUNT:
		break;
	}
	if (c->p->own_timeline)
		conf(c, "recovery_target_timeline = 'current'");
	else
		conf(c, arena_form(
				a, "recovery_target_timeline = '%u'", (unsigned)r->timeline));
	conf(c, c->p->pause ? "recovery_target_action = 'pause'"
			    : "recovery_target_action = 'promote'");
}

/* Recovery wants at least as many of these as the old server had. */
#define SIZES                                                                                  \
	"LC_ALL=C pg_controldata %s/data | sed -n "                                            \
	"-e 's/^\\(max_connections\\|max_worker_processes\\|max_wal_senders\\) setting: "      \
	"*/\\1 = /p' "                                                                         \
	"-e 's/^max_prepared_xacts setting: */max_prepared_transactions = /p' "                \
	"-e 's/^max_locks_per_xact setting: */max_locks_per_transaction = /p' "                \
	">>%s/data/postgresql.conf"

static void configure(struct cluster *c)
{
	static const char *const hba[] = {"local all all trust"};
	bks_arena *a = c->m.arena;

	conf(c, "listen_addresses = ''");
	conf(c, "port = 54999");
	conf(c, "unix_socket_directories = '..'");
	conf(c, "archive_mode = off");
	/* without it nothing waits for sizes that the old server changed meanwhile */
	conf(c, c->p->pause ? "hot_standby = on" : "hot_standby = off");
	conf(c, "restore_command = 'bash ../wal.sh \"%f\" \"%p\"'");
	aim(c);
	say(c, arena_form(a,
		       "rm -f %s/data/postgresql.auto.conf %s/data/postgresql.conf "
		       "%s/data/standby.signal "
		       "%s/data/postmaster.pid",
		       c->name, c->name, c->name, c->name));
	write_lines(c, c->conf.v, c->conf.n, arena_form(a, "%s/data/postgresql.conf", c->name));
	say(c, arena_form(a, SIZES, c->name, c->name));
	write_lines(c, hba, 1, arena_form(a, "%s/data/pg_hba.conf", c->name));
	say(c, arena_form(a, ": >%s/data/pg_ident.conf", c->name));
	say(c, arena_form(a, ": >%s/data/postgresql.auto.conf", c->name));
	say(c, arena_form(a, ": >%s/data/recovery.signal", c->name));
}

static void combine(struct cluster *c)
{
	bks_arena *a = c->m.arena;
	struct text t = {.arena = a};
	bool tablespaces = false;

	for (size_t i = 0; i < c->p->n; i++)
		tablespaces =
			commands_unpack(&c->m, arena_form(a, "%s/part%zu", c->name, i + 1),
				c->name, c->p->chain[i], &c->p->files[i], c->cat) ||
			tablespaces;
	text_word(&t, "pg_combinebackup");
	for (size_t i = 0; i < c->p->n; i++)
		text_form(&t, " %s/part%zu", c->name, i + 1);
	if (tablespaces) {
		say(c, arena_form(a,
			       "maps=(); for it in %s/part%zu.tablespaces/*; do "
			       "mkdir -p %s/data.tablespaces; "
			       "maps+=(-T \"$PWD/$it=$PWD/%s/data.tablespaces/${it##*/}\"); "
			       "done",
			       c->name, c->p->n, c->name, c->name));
		text_word(&t, " \"${maps[@]}\"");
	}
	text_form(&t, " -o %s/data", c->name);
	say(c, t.s);
	say(c, arena_form(a, "pg_verifybackup -n -q %s/data", c->name));
	say(c, arena_form(a, "rm -r %s/part*", c->name));
}

/* Where tablespaces are is told to recovery by this file, in the place of the links. */
#define MAP                                                                                    \
	"if [ -d %s/data.tablespaces ]; then for it in %s/data.tablespaces/*; do "             \
	"echo \"${it##*/} $PWD/$it\"; done >%s/data/tablespace_map; fi"

static void unpack(struct cluster *c)
{
	bks_arena *a = c->m.arena;
	int v = c->p->version;

	say(c, "set -o pipefail");
	if (v > 0) {
		say(c, arena_form(a, "PATH=/usr/lib/postgresql/%d/bin:$PATH", v));
		say(c, arena_form(a,
			       "postgres --version | grep -q ' %d[.a-z]' || { echo 'PostgreSQL "
			       "%d is needed' >&2; false; }",
			       v, v));
	} else {
		say(c, "PATH=$PATH:$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | "
		       "tail -n 1)");
	}
	say(c, arena_form(a, "mkdir -m 700 %s", c->name));
	if (c->p->n > 1)
		combine(c);
	else
		commands_unpack(&c->m, arena_form(a, "%s/data", c->name), c->name,
			c->p->chain[0], &c->p->files[0], c->cat);
	say(c, arena_form(a, MAP, c->name, c->name, c->name));
}

static void start(struct cluster *c)
{
	bks_arena *a = c->m.arena;
	const char *name = c->name;

	say(c, arena_form(a,
		       "if [ \"$(id -u)\" = 0 ]; then chown -R postgres %s; "
		       "as='setpriv --reuid=postgres --regid=postgres --init-groups'; else "
		       "as=; fi",
		       name));
	for (size_t i = 0; i < c->p->history_count; i++)
		say(c, arena_form(a, "$as ls %s >/dev/null",
			       bks_shell_word(c->p->histories[i], a)));
	say(c, arena_form(a,
		       "$as pg_ctl -D \"$PWD/%s/data\" -w -t 86400 -l \"$PWD/%s/log\" start || "
		       "{ tail -n 20 %s/log >&2; false; }",
		       name, name, name));
}

/* Recovery goes on behind the start; where it does not reach its target, the server stops. */
static void wait_for_it(struct cluster *c)
{
	bks_arena *a = c->m.arena;
	const char *name = c->name;

	say(c, arena_form(a,
		       "while $as pg_ctl -D \"$PWD/%s/data\" status >/dev/null && ! LC_ALL=C "
		       "pg_controldata %s/data | "
		       "grep -q '^Database cluster state: *in production$'; do sleep 0.2; done",
		       name, name));
	say(c, arena_form(a,
		       "LC_ALL=C pg_controldata %s/data | grep -q '^Database cluster state: "
		       "*in production$' || "
		       "{ tail -n 20 %s/log >&2; false; }",
		       name, name));
	if (c->p->recovery->target != BKS_TARGET_END)
		return;
	/* where no target is there to be missed, the new timeline's history tells how far it
	 * came */
	say(c, arena_form(a,
		       "LC_ALL=C awk 'NF > 1 { split($2, p, \"/\"); at = substr(\"0000000\" "
		       "p[1], length(p[1])) "
		       "substr(\"0000000\" p[2], length(p[2])) } END { exit !(at \"\" >= "
		       "\"%08X%08X\") }' "
		       "\"$(ls %s/data/pg_wal/*.history | tail -n 1)\" || { echo 'it came not "
		       "so far as it must' >&2; false; }",
		       (unsigned)(c->p->end >> 32), (unsigned)c->p->end, name));
}

void commands_cluster(bks_point *out, const char **name, const struct log_plan *p,
	bks_catalog *cat, bks_arena *a)
{
	struct cluster c = {.m = {.arena = a}, .p = p, .cat = cat};
	bks_backup b = *p->chain[p->n - 1];

	b.taken_at = out->point;
	c.name = commands_new_name(&b, a);
	if (name)
		*name = c.name;
	commands_fetch(&c.m, p->chain[p->n - 1], &p->files[p->n - 1], p->range_count ? " --wal" : "", cat);
	unpack(&c);
	write_script(&c);
	configure(&c);
	start(&c);
	if (!p->pause)
		wait_for_it(&c);
	out->commands = c.m.lines.v;
	out->command_count = c.m.lines.n;
}
