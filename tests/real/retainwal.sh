#!/bin/bash
# Nights of a real PostgreSQL with an archive under retention: after the purges of each night every restore point that `pick` still
# promises (each base backup's end, the end of the log, times between) is really restored, with the commands as printed.
# retainwal.sh BACKSTAY [NIGHTS]
set -u
backstay=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
nights=${2:-5}
if [ -z "${TMPDIR:-}" ] && [ "$(df -k --output=avail /dev/shm 2>/dev/null | tail -n 1)" -gt 4000000 ] 2>/dev/null; then
	export TMPDIR=/dev/shm
fi
. "$here/count.sh"
. "$here/pg.sh"

pg_options=--wal-segsize=1 pg_start
export PGHOST=$dir PGUSER=postgres PATH=$pg_bin:$PATH LC_ALL=C TZ=UTC
archive=$dir/repo/wal
mkdir -p "$archive" "$dir/repo/bases"
chown -R postgres "$dir/repo" 2>/dev/null
printf '%s\n' "archive_mode = on" "archive_command = 'cp %p $archive/%f.new && mv $archive/%f.new $archive/%f'" \
	"track_commit_timestamp = on" "checkpoint_timeout = 1h" | $pg_as tee -a "$dir/db/postgresql.conf" >/dev/null
$pg_as "$pg_bin/pg_ctl" -D "$dir/db" -m fast -w restart >/dev/null 2>&1 || { bad "no server with an archive"; sum_up; exit 1; }
sql postgres -c 'CREATE DATABASE shop'
sql shop -c 'CREATE TABLE t (id serial PRIMARY KEY, night int NOT NULL)'

export BACKSTAY_CATALOG=$dir/catalog.db BACKSTAY_CONFIG=$dir/s.conf
# all nights are of one day: its newest holds the slot, the one before it the floor, and what is older goes
cat >"$BACKSTAY_CONFIG" <<-END
	limits { ballast = 64KiB }
	policy default { switched_on = true  grace = 0s  daily = 1d  weekly = 0d  monthly = 0mo }
	source shop { match = {"bases/*", "wal/*"} }
END
"$backstay" init >/dev/null 2>&1
"$backstay" repo add local "$dir/repo" >/dev/null

rows() { # COUNT NIGHT
	for _ in $(seq "$1"); do
		echo "INSERT INTO t (night) VALUES ($2);"
		echo "SELECT pg_sleep(0.01) \\g /dev/null"
	done | sql shop >/dev/null
}
archived() {
	last=$(sql shop -c "SELECT pg_walfile_name(pg_switch_wal())")
	for _ in $(seq 300); do
		[ -e "$archive/$last" ] && return
		[ "$(sql shop -c "SELECT count(*) FROM pg_ls_dir('pg_wal/archive_status') f WHERE f LIKE '%.ready'")" = 0 ] && return
		sleep 0.1
	done
	bad "nothing is archived"
}
# how many rows came back of a choice
restored() { # FILE with the JSON of pick
	python3 - "$1" "$dir" <<-'PY'
		import json, os, subprocess, sys
		choice = json.load(open(sys.argv[1]))["choice"]
		if not choice:
		    sys.exit("no choice")
		work = sys.argv[2] + "/restore"
		subprocess.run(["rm", "-rf", work])
		os.mkdir(work)
		os.chmod(work, 0o755)
		p = subprocess.run(["bash", "-e", "-c", "\n".join(choice["commands"])], cwd=work, capture_output=True, text=True, stdin=subprocess.DEVNULL)
		made = os.listdir(work)
		as_pg = os.environ["PG_AS"].split()
		if p.returncode:
		    sys.exit(f"the commands ended with {p.returncode}: {p.stderr[-800:]}")
		q = subprocess.run([*as_pg, "psql", "-X", "-At", "-F", " ", "-h", f"{work}/{made[0]}", "-p", "54999", "-U", "postgres", "-d", "shop", "-c",
		                    "SELECT count(*) FROM t"],
		                   capture_output=True, text=True)
		subprocess.run([*as_pg, "pg_ctl", "-D", f"{work}/{made[0]}/data", "-m", "immediate", "-w", "stop"], capture_output=True)
		print(q.stdout.strip() or sys.exit(q.stderr))
	PY
}
export PG_AS=$pg_as
promised() { # WHAT WANTED_ROWS ARGS...: pick with ARGS is met, and what it promises comes back
	local what=$1 want=$2
	shift 2
	"$backstay" pick shop "$@" --json >"$dir/pick.json" 2>"$dir/pick.err"
	got=$(restored "$dir/pick.json" 2>"$dir/restore.err") || { bad "$what: $(cat "$dir/restore.err" "$dir/pick.err")"; return; }
	if [ "$got" = "$want" ]; then ok; else bad "$what: $got, wanted $want rows"; fi
}

declare -a at_row at_time
total=0 purged=0
for night in $(seq "$nights"); do
	rows 5 "$night"
	pg pg_basebackup -D "$dir/repo/bases/b$night" -c fast --no-sync -X none 2>/dev/null || bad "no base backup"
	sleep 1.1
	rows 10 "$night"
	total=$((total + 15))
	sql shop -c 'SELECT pg_switch_wal()' >/dev/null
	sleep 0.05
	at_time[night]=$(sql shop -c "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')")
	at_row[night]=$total
	rows 5 "$night"
	total=$((total + 5))
	archived
	sleep 1
	"$backstay" scan >"$dir/scan.log" 2>&1 || bad "scan: $(cat "$dir/scan.log")"
	"$backstay" verify >"$dir/verify.log" 2>&1 || bad "verify: $(cat "$dir/verify.log")"
	before=$(find "$archive" -type f | wc -l)
	"$backstay" retain run --json >"$dir/run.json" 2>&1 || bad "run: $(cat "$dir/run.json")"
	"$backstay" retain run --json >"$dir/run.json" 2>&1 || bad "run again: $(cat "$dir/run.json")"
	purged=$((purged + before - $(find "$archive" -type f | wc -l)))
	"$backstay" scan >"$dir/scan.log" 2>&1 || bad "scan after the purge: $(cat "$dir/scan.log")"
	"$backstay" doctor >"$dir/doctor.log" 2>&1 || bad "doctor: $(cat "$dir/doctor.log")"
	promised "night $night: as late as can be" "$total"
	for n in "$night" $((night - 1)); do
		[ "$n" -ge 1 ] && promised "night $night: the time of night $n" "${at_row[n]}" --at "${at_time[n]}"
	done
done
[ "$purged" -gt 3 ] && ok || bad "only $purged segments were purged"
[ "$(find "$dir/repo/bases" -mindepth 1 -maxdepth 1 | wc -l)" = 2 ] && ok || bad "$(ls "$dir/repo/bases")"
echo "$purged segments purged in $nights nights"
sum_up
