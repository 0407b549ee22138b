#!/bin/bash
# Dumps nasty databases of a real PostgreSQL in every way that pg_dump has, restores each dump into new databases, and holds the tables
# and row counts that `backstay inspect --json` tells against what the server counts after the restore. equal.sh BACKSTAY
set -u
backstay=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
pg_coding=base64 # which jq can make of a name too
. "$here/count.sh"
. "$here/pg.sh"

pg_start
sql postgres -c 'CREATE ROLE joe'
sql postgres -c 'CREATE DATABASE shop'
sql shop -f "$here/plain.sql" >/dev/null || exit 1 # nasty names and text
sql shop -c 'DROP FUNCTION begin' # for psql 15 every statement behind its definition is part of it, so it cannot load the dump
sql postgres -c "CREATE DATABASE \"the .'\"\"store 🐘\""
store="the .'\"store 🐘"
sql "$store" -f "$here/custom.sql" >/dev/null || exit 1 # more rows, large objects, kinds of columns
sql postgres -c "CREATE DATABASE bytes TEMPLATE template0 ENCODING SQL_ASCII LC_COLLATE 'C' LC_CTYPE 'C'"
printf 'SET client_encoding = SQL_ASCII; CREATE SCHEMA "s\351"; CREATE TABLE "s\351"."t\377.\200" (a text); INSERT INTO "s\351"."t\377.\200"
	VALUES (E'\''\\\\.'\''), ('\''\351'\''); CREATE TABLE public."\303" (); COMMENT ON TABLE public."\303" IS '\''\360'\'';' >bytes.sql
sql bytes -f bytes.sql || exit 1

# Of the last look at FILE: "SCHEMA.NAME ROWS" of each table with data, SCHEMA.NAME of each with a definition, as pg.sh writes them.
key='def b($k): .[$k + "_b64"] // (.[$k] | @base64); def key: b("schema") + "." + b("name");'
in_one='.inspected[0].tables[] | select($db == "" or .database == $db) |'
look() { "$backstay" inspect --json -- "$1" >item.json 2>item.err; status=$?; }
rows_in() { jq -r --arg db "${1:-}" "$key $in_one"' select(.data) | key + " " + (.rows | tostring)' item.json | sort; }
tables_in() { jq -r --arg db "${1:-}" "$key $in_one select(.ddl) | key" item.json | sort; }
is() { jq -r '.inspected[0] | [.verdict, .format, .content, (.wrapping | join(" "))] | join(",")' item.json; }

equal() { # NAME: the files want and have
	if [ -s want ] && cmp -s want have; then
		ok
	else
		bad "$1 (restore <, inspect >):"
		diff want have | head -n 6
	fi
}
said() { # NAME WANT: "VERDICT,FORMAT,CONTENT,WRAPPINGS" and a status that fits
	if [ "$(is)" = "$2" ] && [ "$status" = 0 ]; then
		ok
	else
		bad "$1: is $(is), status $status, not $2: $(jq -c '.inspected[0].findings' item.json) $(cat item.err)"
	fi
}
new_database() {
	pg dropdb --if-exists back 2>/dev/null
	# shellcheck disable=SC2086 # options are words
	pg createdb -T template0 ${encoding:-} back || bad "no database"
}
restored() { # NAME TEXT-OR-ARCHIVE: into what is there
	case $2 in
	*.dump) pg pg_restore -e -d back "$2" 2>restore.log ;;
	*) sql back -f "$2" >/dev/null 2>restore.log ;;
	esac && ok || { bad "$1 does not load:"; head -n 3 restore.log; }
}
both() { # NAME: rows and definitions of the last look are those of the restored database
	rows_of back >want
	rows_in >have
	equal "$1: rows"
	tables_of back >want
	tables_in >have
	equal "$1: tables"
}

whole() { # DATABASE NAME ENDING OPTION...: a dump with definitions and data, looked at and restored
	local db=$1 name="$1, $2" file=d.$3 format=pgdump-plain
	shift 3
	[ "$file" = d.sql ] || format=pgdump-custom
	pg pg_dump "$@" "$db" >$file || bad "$name: no dump"
	look $file
	said "$name" "sound,$format,full,"
	new_database
	restored "$name" $file
	both "$name"
}
wrapped() { # NAME FILE WRAPPINGS COMMAND...: d.sql through COMMAND, looked at, unwrapped by what wrapped it, and restored
	local name=$1 file=$2 wraps=$3
	shift 3
	"$@" <d.sql >"$file"
	look "$file"
	said "$name" "sound,pgdump-plain,full,$wraps"
	case $name in
	nested) xz -dc "$file" | gzip -dc ;;
	*) "$1" -dc "$file" ;;
	esac >back.sql
	new_database
	restored "$name" back.sql
	both "$name"
}
gzip_xz() { gzip -c | xz -c; }

for db in shop "$store" bytes; do
	encoding=
	[ "$db" != bytes ] || encoding="-E SQL_ASCII --lc-collate=C --lc-ctype=C"
	whole "$db" inserts sql --inserts
	whole "$db" "rows per insert" sql --rows-per-insert=7
	whole "$db" "column inserts" sql --column-inserts
	for z in 0 1 2 3 4 5 6 7 8 9; do
		[ $z = 0 ] || [ $z = 6 ] || [ "$db" = shop ] || continue
		whole "$db" "custom -Z$z" dump -Fc -Z$z
	done
	whole "$db" "custom by inserts" dump -Fc --rows-per-insert=3

	# definitions alone: the same tables, and no rows that a restore would not bring
	pg pg_dump -s "$db" >schema.sql
	look schema.sql
	said "$db, schema only" sound,pgdump-plain,schema,
	new_database
	restored "$db, schema only" schema.sql
	tables_of back >want
	tables_in >have
	equal "$db, schema only: tables"
	rows_of back | awk '$2' >want
	rows_in >have
	cmp -s want have && ok || bad "$db, schema only: rows"

	# data alone, over those definitions
	pg pg_dump -a --disable-triggers "$db" >data.sql
	look data.sql
	said "$db, data only" sound,pgdump-plain,data,
	restored "$db, data only" data.sql
	rows_of back >want
	rows_in >have
	equal "$db, data only: rows"
	tables_in >have
	[ ! -s have ] && ok || bad "$db, data only: definitions"

	whole "$db" plain sql
done

pg pg_dump shop >d.sql
wrapped gzip d.sql.gz gzip gzip -c
wrapped zstd d.sql.zst zstd zstd -qc
wrapped xz d.sql.xz xz xz -c
wrapped bzip2 d.sql.bz2 bzip2 bzip2 -c
wrapped lz4 d.sql.lz4 lz4 lz4 -qc
wrapped nested d.sql.gz.xz "xz gzip" gzip_xz

# The whole cluster, restored into another one.
pg dropdb back
pg pg_dumpall >cluster.sql
look cluster.sql
said "the cluster" sound,pgdumpall,full,
export PGPORT=5433
pg_start other $PGPORT
# the role that the new cluster came with is the one thing that is there already
grep -av '^CREATE ROLE postgres;$' cluster.sql >load.sql
sql postgres -f load.sql >/dev/null 2>restore.log && ok || { bad "the cluster does not load:"; head -n 3 restore.log; }
for db in shop "$store"; do
	rows_of "$db" >want
	rows_in "$db" >have
	equal "the cluster, $db: rows"
	tables_of "$db" >want
	tables_in "$db" >have
	equal "the cluster, $db: tables"
done
rows_of bytes >want
rows_in bytes >have
equal "the cluster, bytes: rows"
jq -r '[.inspected[0].tables[].database] | unique | length' item.json >have
echo 3 | cmp -s - have && ok || bad "the cluster: databases"

sum_up
