#!/bin/bash
# Makes the tars of this folder with real pg_dumps; they are committed, so this runs only to make more.
#   make.sh PG15BIN [DIR]
# PG15BIN has a server and pg_dump 15 (one blobs.toc); DIR, when given, holds pg17/bin and pg18/bin (a list for each entry).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
pg15=$1
dir=${2-}
work=$(mktemp -d /tmp/make-tar.XXXXXX)
as=
if [ "$(id -u)" = 0 ]; then
	as="runuser -u postgres --"
	chown postgres "$work"
fi
trap '$as "$pg15"/pg_ctl -D "$work/db" -m immediate -w stop >/dev/null || :; rm -rf "$work"' EXIT
cd "$work"
$as "$pg15"/initdb -D "$work/db" -U postgres -E UTF8 --locale=C.UTF-8 -N >/dev/null
$as "$pg15"/pg_ctl -D "$work/db" -w -l "$work/log" -o "-k $work -h '' -F" start >/dev/null
psql() { $as "$pg15"/psql -h "$work" -U postgres -X -q -v ON_ERROR_STOP=1 "$@"; }
psql -c 'CREATE DATABASE shop' postgres
psql shop <"$here/../pgdump-custom/shop.sql" >/dev/null
psql shop <"$here/../pgdump-custom/blobs.sql" >/dev/null
psql -c 'CREATE DATABASE void' postgres

dump() { # dump BIN NAME DATABASE OPTION...
	local bin=$1 name=$2 db=$3
	shift 3
	$as "$bin"/pg_dump -h "$work" -U postgres -Ft "$@" "$db" >"$here/$name.tar"
}
dump "$pg15" 15-copy shop
dump "$pg15" 15-inserts shop --inserts
dump "$pg15" 15-schema shop -s
dump "$pg15" 15-data shop -a
dump "$pg15" 15-void void
if [ -n "$dir" ]; then
	dump "$dir/pg17/bin" 17-copy shop
	dump "$dir/pg18/bin" 18-inserts shop --inserts
fi
