#!/bin/bash
# Makes the archives of this folder with real pg_dumps; they are committed, so this runs only to make more.
#   make.sh PG15BIN [DIR]
# PG15BIN has a server and pg_dump 15 (archive version 1.14). DIR, when given, may hold pg17/bin and pg18/bin (1.16, with lz4
# and zstd) and node_modules with @electric-sql/pglite and pglite-tools (pg_dump 16 as WASM: 1.15; it can make only INSERTs).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
pg15=$1
dir=${2-}
work=$(mktemp -d /tmp/make-custom.XXXXXX)
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
psql shop <"$here/shop.sql" >/dev/null
psql shop <"$here/blobs.sql" >/dev/null
psql -c 'CREATE DATABASE void' postgres

dump() { # dump BIN NAME DATABASE OPTION...: into a file that can be sought, so that offsets are known
	local bin=$1 name=$2 db=$3
	shift 3
	$as "$bin"/pg_dump -h "$work" -U postgres -Fc -f "$work/out" "$@" "$db"
	cp "$work/out" "$here/$name.dump"
	rm "$work/out"
}
for z in 0 6; do
	dump "$pg15" "15-z$z-copy" shop -Z$z
	dump "$pg15" "15-z$z-inserts" shop -Z$z --inserts
done
dump "$pg15" 15-z6-rows3 shop --rows-per-insert=3 --column-inserts --on-conflict-do-nothing
dump "$pg15" 15-schema shop -s
dump "$pg15" 15-data shop -a
dump "$pg15" 15-void void
$as "$pg15"/pg_dump -h "$work" -U postgres -Fc shop | cat >"$here/15-pipe.dump"
$as "$pg15"/pg_dump -h "$work" -U postgres -Fd -f "$work/dir" shop
cp "$work/dir/toc.dat" "$here/15-directory.toc"
if [ -n "$dir" ]; then
	for z in none gzip lz4 zstd; do
		dump "$dir/pg17/bin" "17-$z-copy" shop -Z$z
		dump "$dir/pg18/bin" "18-$z-inserts" shop -Z$z --inserts
	done
	cp "$here/pgdump16.mjs" "$dir/make-custom-16.mjs"
	(cd "$dir" && for z in 0 6; do
		node make-custom-16.mjs "$here/shop.sql" "$here/16-z$z-inserts.dump" -Z$z --inserts >/dev/null
	done)
	rm "$dir/make-custom-16.mjs"
fi
