#!/bin/bash
# Makes the dumps of this folder with real pg_dumps; they are committed, so this runs only to make more.
#   make.sh PG15BIN DIR
# PG15BIN has a server and all tools of 15. DIR holds pg13/bin, pg14/bin, pg16/bin (servers), cli14/bin (tools), pg17/bin and
# pg18/bin (both). A server without tools of its own is dumped by the next newer ones.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
pg15=$1
dir=$2
work=$(mktemp -d /tmp/make-plain.XXXXXX)
as=
if [ "$(id -u)" = 0 ]; then
	as="runuser -u postgres --"
	chown postgres "$work"
fi
server=
stop() { [ -z "$server" ] || $as "$server/pg_ctl" -D "$work/db" -m immediate -w stop >/dev/null || :; server=; }
trap 'stop; rm -rf "$work"' EXIT
cd "$work"

start() { # start BIN TOOLS: a new cluster with two databases
	stop
	rm -rf "$work/db"
	server=$1
	tools=$2
	$as "$server/initdb" -D "$work/db" -U postgres -E UTF8 --locale=C -N >/dev/null
	$as "$server/pg_ctl" -D "$work/db" -w -l "$work/log" -o "-k $work -h '' -F" start >/dev/null
	psql -c 'CREATE DATABASE shop' postgres
	psql shop <"$here/../pgdump-custom/shop.sql" >/dev/null
	psql shop <"$here/../pgdump-custom/blobs.sql" >/dev/null
	psql -c 'CREATE DATABASE blog' postgres
	psql -c 'CREATE TABLE posts (id int, body text); INSERT INTO posts SELECT i, i FROM generate_series(1, 9) i' blog
}
psql() { $as "$pg15/psql" -h "$work" -U postgres -X -q -v ON_ERROR_STOP=1 "$@"; }
tool() { $as "$tools/$1" -h "$work" -U postgres "${@:2}"; }

one() { # one NAME: the dumps of the server that runs
	tool pg_dump shop | gzip -n >"$here/$1-copy.sql.gz"
	tool pg_dump --inserts --clean --if-exists --create shop | gzip -n >"$here/$1-inserts.sql.gz"
	tool pg_dumpall --no-role-passwords | gzip -n >"$here/$1-all.sql.gz"
}
start "$dir/pg13/bin" "$dir/cli14/bin"
one 13
start "$dir/pg14/bin" "$dir/cli14/bin"
one 14
start "$pg15" "$pg15"
one 15
tool pg_dump -s shop >"$here/15-schema.sql"
tool pg_dump -a -t users -t nasty shop >"$here/15-data.sql"
tool pg_dump -t users shop >"$here/15-users.sql"
for z in zstd lz4 xz bzip2; do
	$z -q <"$here/15-users.sql" >"$here/15-users.sql.$z"
done
start "$dir/pg16/bin" "$dir/pg17/bin"
one 16
start "$dir/pg17/bin" "$dir/pg17/bin"
one 17
start "$dir/pg18/bin" "$dir/pg18/bin"
one 18
