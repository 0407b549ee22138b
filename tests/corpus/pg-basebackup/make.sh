#!/bin/bash
# Makes the parts of base backups in this folder with real servers; they are committed, so this runs only to make more.
#   make.sh PG15BIN DIR [VERSION...]
# DIR holds pg13 pg14 pg16 (servers) and pg17 pg18 (with all tools), each with bin/. Of each backup the manifest (packed), pg_control and
# the label are kept, of one with a tablespace that one's tar as well. Two databases are dropped before, so that the manifests stay small.
# `small` is 15 with WAL of 1 MiB, and its one segment is kept too: tests put backups together around it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
pg15=$1 dir=$2
shift 2
work=$(mktemp -d /tmp/make-base.XXXXXX)
as=
if [ "$(id -u)" = 0 ]; then
	as="runuser -u postgres --"
	chown postgres "$work"
fi
bin=
trap '$as "$bin"/pg_ctl -D "$work/db" -m immediate -w stop >/dev/null || :; rm -rf "$work"' EXIT
cd "$work"

sql() { $as "$pg15"/psql -h "$work" -p 5432 -U postgres -X -q -v ON_ERROR_STOP=1 -d postgres -c "$1"; }
keep() { # keep FOLDER NAME
	gzip -9nc <"$1/backup_manifest" >"$here/$2.manifest.gz"
	gzip -9nc <"$1/global/pg_control" >"$here/$2.control.gz"
	cat "$1/backup_label" >"$here/$2.label"
}
[ $# -gt 0 ] || set -- 13 14 15 16 17 18 small
for v; do
	segsize=16 name=$v
	if [ "$v" = small ]; then segsize=1 v=15 name=15-small; fi
	bin=$dir/pg$v/bin
	tool=$dir/pg17/bin
	case $v in 15) bin=$pg15 tool=$pg15 ;; 18) tool=$dir/pg18/bin ;; esac
	rm -rf "$work/db" "$work"/base "$work"/inc
	$as "$bin"/initdb -D "$work/db" -U postgres -A trust -E UTF8 --locale=C -N --wal-segsize=$segsize >/dev/null
	[ $v -lt 17 ] || echo "summarize_wal = on" | $as tee -a "$work/db/postgresql.conf" >/dev/null
	$as "$bin"/pg_ctl -D "$work/db" -w -l "$work/log" -o "-p 5432 -k $work -h '' -F -c log_timezone=UTC" start >/dev/null
	for db in template0 template1; do
		sql "UPDATE pg_database SET datistemplate = false WHERE datname = '$db'"
		sql "DROP DATABASE $db"
	done
	# the manifest writer's answers to odd names: escapes, and bytes that are no UTF-8
	$as touch "$work/db/base/a \"quoted\" \\ name" "$work/db/base/$(printf 'bytes-\377')"
	sql 'CREATE TABLE t AS SELECT 1 AS a'
	$as "$tool"/pg_basebackup -h "$work" -U postgres -c fast -D "$work/base" -X stream --manifest-checksums=SHA256 -l "of $v"
	keep "$work/base" "$name"
	if [ $segsize = 1 ]; then
		wal=$(echo "$work"/base/pg_wal/0*)
		gzip -9nc <"$wal" >"$here/15-small.wal.gz"
	fi
	if [ $v -ge 17 ]; then
		sql 'CREATE TABLE u AS SELECT 1 AS a'
		$as "$tool"/pg_basebackup -h "$work" -U postgres -c fast -D "$work/inc" -i "$work/base/backup_manifest"
		keep "$work/inc" "$v-incremental"
	fi
	if [ $name = 15 ]; then
		$as mkdir "$work/space"
		sql "CREATE TABLESPACE s LOCATION '$work/space'"
		sql 'CREATE TABLE inside TABLESPACE s AS SELECT 1 AS a'
		$as rm -rf "$work/base"
		$as "$tool"/pg_basebackup -h "$work" -U postgres -c fast -D "$work/base" -Ft -X none --manifest-checksums=SHA512
		cp "$work/base"/[0-9]*.tar "$here/15-tablespace.tar"
		gzip -9nc <"$work/base/backup_manifest" >"$here/15-tablespace.manifest.gz"
	fi
	$as "$bin"/pg_ctl -D "$work/db" -m fast -w stop >/dev/null
done
