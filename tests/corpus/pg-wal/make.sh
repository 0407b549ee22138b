#!/bin/bash
# Makes the segments in this folder with real servers; they are committed, so this runs only to make more.
#   make.sh PG15BIN [DIR]
# DIR, when given, holds pg13 pg14 pg16 (servers) and pg17 pg18, each with bin/. Segments are of 1 MiB. Of each major: what was archived of
# one message that goes over several segments, two commits, and a switch. Of 15 also: the segment that was being written (with old pages
# behind its end), the end of a timeline (.partial), its history, the first segment of the new one, and a base backup's .backup.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
pg15=$1 dir=${2-}
work=$(mktemp -d /tmp/make-wal.XXXXXX)
as=
if [ "$(id -u)" = 0 ]; then
	as="runuser -u postgres --"
	chown postgres "$work"
fi
bin=
trap '$as "$bin"/pg_ctl -D "$work/db" -m immediate -w stop >/dev/null || :; rm -rf "$work"' EXIT
cd "$work"

sql() { $as "$pg15"/psql -h "$work" -p 5432 -U postgres -X -q -At -v ON_ERROR_STOP=1 -d postgres -c "$1"; }
start() {
	$as "$bin"/pg_ctl -D "$work/db" -w -l "$work/log" -o "-p 5432 -k $work -h '' -F -c archive_mode=on -c log_timezone=UTC \
		-c archive_command='cp %p $work/archive/%f' -c restore_command='cp $work/archive/%f %p' -c wal_level=replica \
		-c bgwriter_lru_maxpages=0 -c autovacuum=off -c min_wal_size=4MB -c max_wal_size=4MB" start >/dev/null
}
archived() { # until the segment of that name is
	for _ in $(seq 100); do
		[ "$(sql "SELECT last_archived_wal >= '$1' FROM pg_stat_archiver")" = t ] && return
		sleep 0.1
	done
	echo "$1 was not archived" >&2
	exit 1
}
switch() {
	local seg
	seg=$(sql "SELECT pg_walfile_name(pg_switch_wal())")
	archived "$seg"
}
keep() { gzip -9nc <"$1" >"$here/$v/$(basename "$1").gz"; }
for v in 15 ${dir:+13 14 16 17 18}; do
	bin=$dir/pg$v/bin
	[ $v != 15 ] || bin=$pg15
	rm -rf "$work/db" "$work/archive" "${here:?}/$v"
	mkdir "$here/$v"
	$as mkdir "$work/archive"
	$as "$bin"/initdb -D "$work/db" -U postgres -A trust -E UTF8 --locale=C -N --wal-segsize=1 >/dev/null
	start
	sql "CHECKPOINT"
	switch
	$as rm -rf "$work/archive"
	$as mkdir "$work/archive"
	sql "CREATE TABLE t (a int)"
	sql "INSERT INTO t VALUES (1)"
	sql "SELECT pg_logical_emit_message(true, 'backstay', repeat('a', 2600000))" >/dev/null
	sql "INSERT INTO t VALUES (2)"
	switch
	if [ $v = 15 ]; then
		sql "INSERT INTO t VALUES (3)"
		sql "CHECKPOINT"
		switch
		sql "INSERT INTO t VALUES (4)"
		$as "$bin"/pg_basebackup -h "$work" -U postgres -c fast -D "$work/base" -X none >/dev/null 2>&1
		$as rm -rf "$work/base"
		sql "INSERT INTO t VALUES (5)"
		current=$(sql "SELECT pg_walfile_name(pg_current_wal_lsn())")
		mkdir -p "$here/15-current"
		gzip -9nc <"$work/db/pg_wal/$current" >"$here/15-current/$current.gz"
		$as "$bin"/pg_ctl -D "$work/db" -m fast -w stop >/dev/null
		$as touch "$work/db/recovery.signal"
		start
		for _ in $(seq 100); do
			[ "$(sql 'SELECT pg_is_in_recovery()')" = f ] && break
			sleep 0.1
		done
		sql "INSERT INTO t VALUES (6)"
		switch
	fi
	for f in "$work"/archive/*; do keep "$f"; done
	$as "$bin"/pg_ctl -D "$work/db" -m fast -w stop >/dev/null
done
