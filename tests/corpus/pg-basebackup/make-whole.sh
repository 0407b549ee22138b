#!/bin/bash
# Makes the whole base backups in this folder with real servers; they are committed, so this runs only to make more.
#   make-whole.sh PG15BIN PG17BIN
# Each is one tar as pg_basebackup writes it to its standard output, with the WAL and the manifest in it, of a cluster whose template
# databases were dropped and whose WAL segments are of 1 MiB. 17 has two incremental ones: the second builds on the first.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d /tmp/make-whole.XXXXXX)
as=
if [ "$(id -u)" = 0 ]; then
	as="runuser -u postgres --"
	chown postgres "$work"
	chmod 755 "$work"
fi
bin=
trap '$as "$bin"/pg_ctl -D "$work/db" -m immediate -w stop >/dev/null || :; rm -rf "$work"' EXIT
cd "$work"

sql() { $as "$1"/psql -h "$work" -p 5478 -U postgres -X -q -v ON_ERROR_STOP=1 -d postgres -c "$2"; }
take() { # TO OPTION...
	local to=$1
	shift
	$as "$bin"/pg_basebackup -h "$work" -p 5478 -U postgres -c fast -Ft -X fetch -D - "$@" >"$to"
}
start() { # VERSION
	rm -rf db
	$as "$bin"/initdb -D "$work/db" -U postgres -A trust -E UTF8 --locale=C -N --wal-segsize=1 >/dev/null
	[ "$1" -lt 17 ] || echo "summarize_wal = on" >>db/postgresql.conf
	$as "$bin"/pg_ctl -D "$work/db" -w -l "$work/log" -o "-p 5478 -k $work -h '' -F -c log_timezone=UTC" start >/dev/null
	for d in template0 template1; do
		sql "$pg15" "UPDATE pg_database SET datistemplate = false WHERE datname = '$d'"
		sql "$pg15" "DROP DATABASE $d"
	done
	# what fills most of an empty cluster and no test looks at
	sql "$pg15" "DROP SCHEMA information_schema CASCADE"
	sql "$pg15" "CREATE TABLE birds AS SELECT i AS id, md5(i::text) AS name FROM generate_series(1, 100) i"
}
stop() { $as "$bin"/pg_ctl -D "$work/db" -m fast -w stop >/dev/null; }

pg15=$1
bin=$1
start 15
take 15.tar -l "of 15"
stop
bin=$2
start 17
take 17.tar -l "of 17"
for n in 1 2; do
	sql "$pg15" "INSERT INTO birds SELECT i, md5(i::text) FROM generate_series($n, 100) i"
	tar -xOf "$([ $n = 1 ] && echo 17.tar || echo 17-1.tar)" backup_manifest >manifest
	chmod 644 manifest
	take 17-$n.tar -l "incremental $n of 17" -i "$work/manifest"
done
stop
for f in 15 17 17-1; do zstd -q --ultra -22 --check <$f.tar >"$here/$f.tar.zst"; done
gzip -9n <17-2.tar >"$here/17-2.tar.gz"
ls -l "$here"/*.tar.*
