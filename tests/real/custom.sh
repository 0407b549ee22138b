#!/bin/bash
# Dumps a real PostgreSQL with pg_dump -Fc in many ways, restores each dump, and holds the row counts of the restored tables
# against what the walk says of the dump. custom.sh WALK_CUSTOM AGE_CUSTOM
set -u
walk=$(realpath "$1")
age=$(realpath "$2")
here=$(cd "$(dirname "$0")" && pwd)
. "$here/count.sh"
. "$here/pg.sh"

pg_start
for db in shop off; do
	sql postgres -c "CREATE DATABASE $db"
	sql $db -f "$here/custom.sql" >/dev/null || exit 1
done
sql postgres -c "ALTER DATABASE off SET standard_conforming_strings = off"
pg pg_dump -s -Fc -f schema.tmp shop

# restored FILE [SCHEMA FIRST]: the counts of the tables in it, as PostgreSQL says
restored() {
	pg dropdb --if-exists back 2>/dev/null
	sql postgres -c 'CREATE DATABASE back'
	[ $# = 1 ] || pg pg_restore -d back "$2" || echo "no schema"
	pg pg_restore ${2:+--disable-triggers} -d back "$1" 2>restore.log || { cat restore.log; echo "no restore"; }
	rows_of back
}
walked() { # FILE: the same as the walk says; tables without data count as 0
	"$walk" "$1" | sed -n 's/^data \([0-9a-f]*\.[0-9a-f]*\) \([0-9]*\) .*/\1 \2/p' | sort
}
verdict() { "$walk" "$1" | head -n 1 | cut -d' ' -f1-2; }

same() { # NAME FILE CONTENT [SCHEMA]
	local name=$1 file=$2 content=$3
	shift 3
	restored "$file" "$@" >want
	walked "$file" >have
	if [ "$(verdict "$file")" != "sound $content" ]; then
		bad "$name: $("$walk" "$file" | grep -a '^sound\|^finding\|^damaged\|^inc\|^un' | head -3)"
	elif [ ! -s want ] || ! cmp -s want have; then
		bad "$name: counts differ"; diff want have | head -5
	else
		ok
	fi
}

try() { # NAME DATABASE CONTENT OPTION...
	local name=$1 db=$2 content=$3
	shift 3
	pg pg_dump -Fc "$@" -f "$dir/d.dump" "$db" || bad "$name: no dump"
	same "$name" d.dump "$content"
}
for z in 0 1 6 9; do
	try "-Z$z" shop full -Z$z
	try "-Z$z --inserts" shop full -Z$z --inserts
done
try rows-per-insert shop full --rows-per-insert=3
try column-inserts shop full --column-inserts
try on-conflict shop full --inserts --on-conflict-do-nothing
try partition-root shop full --load-via-partition-root
try quote-all shop full --quote-all-identifiers
try "strings off" off full
try "strings off, inserts" off full --inserts

pg pg_dump -Fc -a -f "$dir/d.dump" shop
same data-only d.dump data schema.tmp
pg pg_dump -Fc --section=data -f "$dir/d.dump" shop
[ "$(verdict d.dump)" = "sound data" ] && ok || bad "--section=data: $(verdict d.dump)"

"$walk" schema.tmp | grep -q '^finding schema-only' && [ "$(verdict schema.tmp)" = "sound schema" ] && ok || bad schema-only
"$walk" schema.tmp | sed -n 's/^ddl \([0-9a-f.]*\) -1 .*/\1/p' | sort >have
tables_of shop >want
cmp -s want have && ok || bad "the tables of a schema"

pg pg_dump -Fc shop | cat >pipe.dump
same pipe pipe.dump full
pg pg_dump -Fc -f "$dir/seek.dump" shop
# before 1.12 large objects had no entries of their own, so pg_restore would make them twice: old ones are made without
pg pg_dump -Fc -B shop | cat >pipe-B.dump
pg pg_dump -Fc -B -f "$dir/seek-B.dump" shop
for old in 10:pipe-B 10:seek-B 11:pipe-B 11:seek-B 12:pipe 12:seek 13:pipe 13:seek; do
	minor=${old%:*}
	"$age" "$minor" "${old#*:}.dump" old.dump || bad "1.$minor is not made"
	"$walk" old.dump | head -n 1 | grep -q " 1.$minor " || bad "1.$minor is not one"
	same "version 1.$old" old.dump full
done

size=$(stat -c %s seek.dump)
noticed=0
for i in $(seq 0 199); do
	head -c $((size * i / 200)) seek.dump >cut.dump
	case $("$walk" cut.dump | head -n 1) in
	damaged\ *) noticed=$((noticed + 1)) ;;
	*) bad "cut at $((size * i / 200)) is not damaged" ;;
	esac
done
[ $noticed = 200 ] && ok || bad "$noticed of 200 cuts noticed"

sum_up
