#!/bin/bash
# Dumps a real PostgreSQL with pg_dump -Ft in many ways, restores each dump, and holds the row counts of the restored tables
# against what backstay says of the dump; cuts, loses and swaps members beside what pg_restore says of the same files.
# members.sh BACKSTAY
set -u
backstay=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
. "$here/count.sh"
pg_coding=base64
. "$here/pg.sh"

pg_start
for db in shop off; do
	sql postgres -c "CREATE DATABASE $db"
	sql $db -f "$here/custom.sql" >/dev/null || exit 1
done
sql postgres -c "ALTER DATABASE off SET standard_conforming_strings = off"
pg pg_dump -s -Fc -f schema.tmp shop

# restored DUMP [SCHEMA FIRST]: the counts of the tables in it, as PostgreSQL says
restored() {
	pg dropdb --if-exists back 2>/dev/null
	sql postgres -c 'CREATE DATABASE back'
	[ $# = 1 ] || pg pg_restore -d back "$2" || echo "no schema"
	pg pg_restore ${2:+--disable-triggers} -d back "$1" 2>restore.log || { cat restore.log; echo "no restore"; }
	rows_of back
}
look() { "$backstay" --json inspect "$1" >look.json; } # DUMP: its status is the verdict's
walked() {
	look "$1"
	jq -r '.inspected[0].tables[] | select(.data) | "\(.schema | @base64).\(.name | @base64) \(.rows)"' look.json | sort
}
verdict() { look "$1"; jq -r '.inspected[0] | "\(.format) \(.verdict) \(.content)"' look.json; }
codes() { jq -r '[.inspected[0].findings[].code] | unique | join(" ")' look.json; }

same() { # NAME DUMP FORMAT CONTENT [SCHEMA]
	local name=$1 file=$2 want="$3 sound $4"
	shift 4
	restored "$file" "$@" >want
	walked "$file" >have
	if [ "$(verdict "$file")" != "$want" ]; then
		bad "$name: $(verdict "$file"): $(codes)"
	elif [ ! -s want ] || ! cmp -s want have; then
		bad "$name: counts differ"; diff want have | head -5
	else
		ok
	fi
}
is() { # NAME DUMP STATUS CODE
	look "$2"
	local status=$?
	if [ $status != "$3" ] || [[ " $(codes) " != *" $4 "* ]]; then bad "$1: status $status, $(codes)"; else ok; fi
}

tar_of() { # NAME DATABASE CONTENT OPTION...
	local name=$1 db=$2 content=$3
	shift 3
	pg pg_dump -Ft "$@" -f "$dir/d.tar" "$db" || bad "$name: no dump"
	same "tar $name" d.tar pgdump-tar "$content"
}
tar_of default shop full
tar_of inserts shop full --inserts
tar_of rows-per-insert shop full --rows-per-insert=3
tar_of column-inserts shop full --column-inserts
tar_of partition-root shop full --load-via-partition-root
tar_of quote-all shop full --quote-all-identifiers
tar_of clean shop full --clean --if-exists
tar_of "no large objects" shop full -B
tar_of "strings off" off full
tar_of "strings off, inserts" off full --inserts
pg pg_dump -Ft -a -f "$dir/d.tar" shop
same "tar data-only" d.tar pgdump-tar data schema.tmp
pg pg_dump -Ft -s -f "$dir/d.tar" shop
[ "$(verdict d.tar)" = "pgdump-tar sound schema" ] && ok || bad "tar schema-only: $(verdict d.tar)"
pg pg_dump -Ft shop | cat >t.tar
same "tar pipe" t.tar pgdump-tar full
for z in gzip zstd; do
	$z -c t.tar >t.tar.z
	look t.tar.z && [ "$(jq -r '.inspected[0] | .format + .wrapping[0]' look.json)" = pgdump-tar$z ] && ok || bad "tar in $z"
done

# pg_restore reads a tar to the last member that it wants, and no further; at some cuts it spins without end
size=$(stat -c %s t.tar)
theirs=0
spins=0
for i in $(seq 1 39); do
	head -c $((size * i / 40)) t.tar >cut.tar
	is "cut at $i/40" cut.tar 1 truncated
	[ $((i % 8)) = 4 ] || continue
	timeout 1 "$pg_bin/pg_restore" -f /dev/null cut.tar >/dev/null 2>&1
	case $? in 0) theirs=$((theirs + 1)) ;; 124) spins=$((spins + 1)) ;; esac
done
echo "of 5 cuts pg_restore -f /dev/null accepts $theirs and spins at $spins"
for cut in 1 512 513 1024; do
	head -c -$cut t.tar >cut.tar
	is "without its last $cut bytes" cut.tar 1 truncated
done
tar tf t.tar >names
mkdir x && tar xf t.tar -C x
first=$(sed -n 2p names)
second=$(sed -n 3p names)
again() { tar --format=ustar -cf "$1" -C x -T -; } # tar --delete would not do: it breaks an archive that is no multiple of 10 KiB
again again.tar <names
[ "$(verdict again.tar)" = "pgdump-tar sound full" ] && ok || bad "made again by tar: $(verdict again.tar): $(codes)"
grep -vxF "$first" names | again lost.tar
is "without $first" lost.tar 1 member-missing
"$pg_bin/pg_restore" -f /dev/null lost.tar 2>/dev/null && bad "pg_restore accepts a lost member"
{ grep -vxF "$second" names; echo "$second"; } | again moved.tar
is "with $second at its end" moved.tar 1 member-unexpected
"$pg_bin/pg_restore" -f /dev/null moved.tar 2>/dev/null && bad "pg_restore accepts members in another order"

sum_up
