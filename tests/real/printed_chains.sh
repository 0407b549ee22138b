#!/bin/bash
# Chains of incremental base backups, as tars and as data directories, with tablespaces: what pick and get print (pg_combinebackup)
# is run as printed, by root and by postgres. printed_chains.sh BACKSTAY
# PGMAJORS is a folder with pg17/bin and maybe pg18/bin (server and tools); without it this is skipped.
set -u
backstay=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
[ -x "${PGMAJORS:-/nonexistent}/pg17/bin/pg_combinebackup" ] || { echo "no PostgreSQL 17 in PGMAJORS"; exit 77; }
if [ -z "${TMPDIR:-}" ] && [ "$(df -k --output=avail /dev/shm 2>/dev/null | tail -n 1)" -gt 4000000 ] 2>/dev/null; then
	export TMPDIR=/dev/shm
fi
. "$here/count.sh"
PGBIN=$PGMAJORS/pg17/bin
. "$here/pg.sh"
. "$here/printed.sh"
chmod 755 "$dir"

add() { sql postgres -c "INSERT INTO t SELECT generate_series(1, 1000)" -c "INSERT INTO in_odd SELECT generate_series(1, 1000)"; }
the_rows() { in_new postgres -c "SELECT (SELECT count(*) FROM t), (SELECT count(*) FROM in_odd)"; }

major() { # MAJOR
	pg_bin=$PGMAJORS/pg$1/bin
	export PGHOST=$dir PGUSER=postgres PATH=$pg_bin:$PATH
	at=$dir/m$1
	mkdir -p "$at/repo/wal" "$at/space"
	chown -R postgres "$at" 2>/dev/null
	pg_start "db$1"
	echo "archive_mode = on
archive_command = 'cp %p $at/repo/wal/%f'
summarize_wal = on
checkpoint_timeout = 1h" | $pg_as tee -a "db$1/postgresql.conf" >/dev/null
	$pg_as "$pg_bin/pg_ctl" -D "$dir/db$1" -m fast -w restart >/dev/null 2>&1 || { bad "no server with an archive"; return; }
	sql postgres -c "CREATE TABLESPACE odd LOCATION '$at/space'" -c "CREATE TABLE t (n int)" -c "CREATE TABLE in_odd (n int) TABLESPACE odd"
	take() { # NAME OPTION...
		local to=$1
		shift
		pg pg_basebackup -N -c fast -D "$at/repo/$to" "$@" 2>taken || bad "$to: $(cat taken)"
	}
	add
	take tars/one -Ft -X stream
	take folders/one -X stream -T "$at/space=$at/repo/spaces/one"
	add
	take tars/two -Ft -z -X none -i "$at/repo/tars/one/backup_manifest"
	take folders/two -X stream -T "$at/space=$at/repo/spaces/two" -i "$at/repo/folders/one/backup_manifest"
	add
	take tars/three -Ft -X stream -i "$at/repo/tars/two/backup_manifest"
	take folders/three -X none -T "$at/space=$at/repo/spaces/three" -i "$at/repo/folders/two/backup_manifest"
	sleep 2.1
	lsn=$(sql postgres -c "SELECT pg_current_wal_insert_lsn()")
	add
	last=$(sql postgres -c 'SELECT pg_walfile_name(pg_switch_wal())')
	for _ in $(seq 100); do [ -e "$at/repo/wal/$last" ] && break; sleep 0.1; done
	$pg_as "$pg_bin/pg_ctl" -D "$dir/db$1" -m fast -w stop >/dev/null
	rm -rf "$at/space" "db$1"
	find "$at/repo" -exec touch -h -d '1 hour ago' {} +
	export BACKSTAY_CATALOG=$at/catalog.db BACKSTAY_CONFIG=$dir/none.conf
	: >none.conf
	{
		"$backstay" repo add r "$at/repo"
		"$backstay" source add tars --match 'tars/*'
		"$backstay" source add folders --match 'folders/*'
		"$backstay" source add wal --match 'wal/*'
		"$backstay" scan
	} >log 2>&1 || bad "set up: $(cat log)"
	"$backstay" verify --all >verified 2>&1
	for it in tars folders; do
		picked "$1: $it: latest" "4000|4000" "$it"
		grep -q '^pg_combinebackup .*part1 .*part2 .*part3 ' commands && ok || bad "$1: $it: no chain of three: $(cat commands)"
		picked "$1: $it: an LSN" "3000|3000" "$it" --lsn "$lsn"
		for all in "" --wal; do
			rm -rf got
			"$backstay" get "$it/three" "$dir/got" $all --json >get.json 2>log || { bad "get $it $all: $(cat log get.json)"; continue; }
			jq -r '.commands[]' get.json >commands
			mv "$at/repo" "$at/away"
			chmod -R a+rX got
			brought me "$1: get $it $all" "$([ "$all" ] && echo '4000|4000' || echo '3000|3000')" && stop_new
			mv "$at/away" "$at/repo"
		done
	done
}

major 17
# one account has shown it
accounts=me
[ ! -x "$PGMAJORS/pg18/bin/pg_combinebackup" ] || major 18
sum_up
