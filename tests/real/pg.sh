# pg.sh: a PostgreSQL of the test's own, to be read with `.` after count.sh. It listens on a socket in $dir and nowhere else, and is
# stopped when the script ends. PGBIN names its programs. No PostgreSQL is a failure, not a skip: tests/run.sh installs it. Posix shell.
# shellcheck shell=sh
pg_bin=${PGBIN:-/usr/lib/postgresql/15/bin}
pg_as= # a server will not run as root
if [ "$(id -u)" = 0 ]; then
	pg_as="setpriv --reuid=postgres --regid=postgres --init-groups --"
	chown postgres "$dir"
fi
pg_running=

pg() { pg_tool=$1; shift; $pg_as "$pg_bin/$pg_tool" -h "$dir" -U postgres "$@"; }
sql() { pg psql -X -q -At -v ON_ERROR_STOP=1 -d "$@"; }

pg_stop() {
	for pg_one in $pg_running; do
		$pg_as "$pg_bin/pg_ctl" -D "$dir/$pg_one" -m immediate -w stop >/dev/null 2>&1
	done
	pg_running=
}

# pg_start [FOLDER [PORT]]: a new, empty cluster in $dir/FOLDER (db); PGPORT picks the one that `pg` talks to. $pg_options go to initdb,
# $pg_settings to the server.
pg_start() {
	pg_one=${1:-db}
	[ -x "$pg_bin/initdb" ] || { bad "no PostgreSQL in $pg_bin"; sum_up; exit 1; }
	at_end=pg_stop
	pg_running="$pg_running $pg_one"
	# shellcheck disable=SC2086 # options are words
	{
		$pg_as "$pg_bin/initdb" -D "$dir/$pg_one" -U postgres -A trust -E UTF8 --locale=C.UTF-8 -N ${pg_options:-} &&
			$pg_as "$pg_bin/pg_ctl" -D "$dir/$pg_one" -w -t 120 -l "$dir/$pg_one.log" \
				-o "-p ${2:-5432} -k $dir -h '' -F -c wal_level=logical ${pg_settings:-}" start
	} >"$dir/start.log" 2>&1 || { cat "$dir/start.log" "$dir/$pg_one.log"; bad "no server"; sum_up; exit 1; }
}

# tables_of DATABASE: every table there as SCHEMA.NAME, the bytes of both in PG_CODING, sorted; rows_of: the ordinary ones, each with
# a blank and the rows in it, without those of its partitions and children.
pg_coding=${pg_coding:-hex} # or base64
pg_word() { echo "translate(encode(convert_to($1, getdatabaseencoding()), '$pg_coding'), E'\\n', '')"; }
pg_key="$(pg_word nspname) || '.' || $(pg_word relname)"
pg_from="FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname NOT IN ('pg_catalog', 'information_schema')"
rows_of() {
	sql "$1" -c "SELECT $pg_key || ' ' || (xpath('/row/c/text()',
		query_to_xml(format('SELECT count(*) AS c FROM ONLY %I.%I', nspname, relname), false, true, '')))[1]
		$pg_from AND relkind = 'r'" | sort
}
tables_of() { sql "$1" -c "SELECT $pg_key $pg_from AND relkind IN ('r', 'p', 'f')" | sort; }
