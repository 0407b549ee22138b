#!/bin/bash
# Restores what `backstay pick` prints over base backups and archived WAL, with the commands as printed, and holds what came back
# against what was promised: N random wishes and every edge, over an archive with a gap and a fork of timelines.
# points.sh BACKSTAY [N [SEED]]
set -u
backstay=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
wishes=${2:-6}
seed=${3:-1}
# every restore is a cluster that its server syncs to disk
if [ -z "${TMPDIR:-}" ] && [ "$(df -k --output=avail /dev/shm 2>/dev/null | tail -n 1)" -gt 4000000 ] 2>/dev/null; then
	export TMPDIR=/dev/shm
fi
. "$here/count.sh"
. "$here/pg.sh"

pg_start
export PGHOST=$dir PGUSER=postgres PATH=$pg_bin:$PATH LC_ALL=C TZ=UTC
archive=$dir/repo/wal
mkdir -p "$archive" "$dir/repo/bases" "$dir/facts"
chown -R postgres "$dir/repo" "$dir/facts" 2>/dev/null
rights=$(echo "archive_mode = on
archive_command = 'gzip -1c %p >$archive/%f.gz.new && mv $archive/%f.gz.new $archive/%f.gz'
track_commit_timestamp = on
checkpoint_timeout = 1h")
echo "$rights" | $pg_as tee -a "$dir/db/postgresql.conf" >/dev/null
$pg_as "$pg_bin/pg_ctl" -D "$dir/db" -m fast -w restart >/dev/null 2>&1 || { bad "no server with an archive"; sum_up; exit 1; }

sql postgres -c 'CREATE DATABASE shop' -c 'CREATE DATABASE other'
sql shop -c 'CREATE TABLE t (id serial PRIMARY KEY, line int NOT NULL)'

# rows FROM TO LINE: one commit each; what the log's end was behind it is noted
rows() {
	for _ in $(seq "$1" "$2"); do
		echo "INSERT INTO t (line) VALUES ($3);"
		echo "SELECT max(id), pg_current_wal_insert_lsn(), extract(epoch FROM clock_timestamp()) FROM t WHERE line = $3;"
		echo "SELECT pg_sleep(0.004) \\g /dev/null"
	done | sql shop -F ' ' >>"$dir/facts/lsn.$3"
}
switch() { sql shop -c 'SELECT pg_switch_wal()' >/dev/null; }
base() { # NAME OPTIONS...
	base_name=$1
	shift
	pg pg_basebackup -D "$dir/repo/bases/$base_name" -c fast --no-sync "$@" 2>/dev/null || bad "no base backup $base_name"
}
archived() { # until all that was switched is there
	last=$(sql shop -c "SELECT pg_walfile_name(pg_switch_wal())")
	for _ in $(seq 200); do
		[ -e "$archive/$last.gz" ] && return
		# an empty segment is never archived: what lies before it will do
		[ "$(sql shop -c "SELECT count(*) FROM pg_ls_dir('pg_wal/archive_status') f WHERE f LIKE '%.ready'")" = 0 ] && return
		sleep 0.1
	done
	bad "nothing is archived"
}

rows 1 20 1
base a -Ft -z -X stream
rows 21 40 1
sql shop -c "SELECT pg_create_restore_point('before release')" >"$dir/facts/point"
rows 41 50 1
switch
rows 51 60 1
base b -Fp -X none
sleep 2.2
rows 61 80 1
switch
rows 81 90 1
switch
lost=$(sql shop -c 'SELECT pg_walfile_name(pg_current_wal_insert_lsn())')
rows 91 100 1
switch
rows 101 110 1
sleep 2.2
base c -Ft -X fetch
sleep 2.2
rows 111 130 1
switch
fork_at=$(sql shop -c 'SELECT clock_timestamp()')
rows 131 140 1
archived
# a copy is promoted in the middle of the log, and both go on into one archive
pg_one=db2
mkdir "$dir/db2" && tar -xf "$dir/repo/bases/c/base.tar" -C "$dir/db2"
chown -R postgres "$dir/db2" 2>/dev/null
chmod 700 "$dir/db2"
printf '%s\n' "restore_command = 'gzip -dc $archive/%f.gz >%p'" "recovery_target_time = '$fork_at'" "recovery_target_action = promote" |
	$pg_as tee -a "$dir/db2/postgresql.conf" >/dev/null
$pg_as touch "$dir/db2/recovery.signal"
rows 141 150 1
archived
sql shop -F ' ' -c "SELECT id, extract(epoch FROM pg_xact_commit_timestamp(xmin)), line FROM t ORDER BY 1" >"$dir/facts/rows.1"
$pg_as "$pg_bin/pg_ctl" -D "$dir/db" -m fast -w stop >/dev/null
pg_running="$pg_running db2"
$pg_as "$pg_bin/pg_ctl" -D "$dir/db2" -w -t 60 -l "$dir/db2.log" -o "-p 5432 -k $dir -h '' -F" start >/dev/null || { cat "$dir/db2.log"; bad "no fork"; }
for _ in $(seq 100); do [ "$(sql shop -c 'SELECT pg_is_in_recovery()')" = f ] && break; sleep 0.1; done
rows 1 20 2
switch
sleep 2.2
base d -Fp -X stream
sleep 2.2
rows 21 40 2
switch
rows 41 50 2
archived
sql shop -F ' ' -c "SELECT id, extract(epoch FROM pg_xact_commit_timestamp(xmin)), line FROM t WHERE line = 2 ORDER BY 1" >"$dir/facts/rows.2"
$pg_as "$pg_bin/pg_ctl" -D "$dir/db2" -m fast -w stop >/dev/null
sleep 0.3
# the gap
rm "$archive/$lost.gz" || bad "no segment to lose"
gzip -dc "$archive/00000002.history.gz" >"$dir/facts/history"

export BACKSTAY_CATALOG=$dir/catalog.db BACKSTAY_CONFIG=/dev/null
"$backstay" init >/dev/null
"$backstay" repo add local "$dir/repo" >/dev/null
"$backstay" source add shop --match 'bases/*' --match 'wal/*' >/dev/null
"$backstay" scan >"$dir/scan.log" 2>&1
"$backstay" verify --all >"$dir/verify.log" 2>&1
PG_AS=$pg_as python3 "$here/points.py" "$backstay" "$dir" "$wishes" "$seed" || bad "points.py"
ok
sum_up
