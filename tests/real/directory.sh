#!/bin/bash
# Dumps a real PostgreSQL with pg_dump -Fd in many ways, restores each dump, and holds the row counts of the restored tables and of a
# custom dump against what backstay says of the folder; loses, doubles, renames, cuts and swaps its files beside what pg_restore says.
# directory.sh BACKSTAY
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
look() { "$backstay" --json inspect --jobs 4 "$1" >look.json; } # DUMP: its status is the verdict's
walked() {
	look "$1"
	jq -r '.inspected[0].tables[] | select(.data) | "\(.schema | @base64).\(.name | @base64) \(.rows)"' look.json | sort
}
verdict() { look "$1"; jq -r '.inspected[0] | "\(.format) \(.verdict) \(.content)"' look.json; }
codes() { jq -r '[.inspected[0].findings[].code] | unique | join(" ")' look.json; }

same() { # NAME FOLDER VERDICT CONTENT [SCHEMA]
	local name=$1 folder=$2 want="pgdump-directory $3 $4"
	shift 4
	restored "$folder" "$@" >want
	walked "$folder" >have
	if [ "$(verdict "$folder")" != "$want" ]; then
		bad "$name: $(verdict "$folder"): $(codes)"
	elif [ ! -s want ] || ! cmp -s want have; then
		bad "$name: counts differ"; diff want have | head -5
	else
		ok
	fi
}
is() { # NAME FOLDER CODE...: one of them
	look "$2"
	local status=$? name=$1 code
	shift 2
	for code; do
		if [ $status = 1 ] && [[ " $(codes) " == *" $code "* ]]; then ok; return; fi
	done
	bad "$name: status $status, $(codes)"
}
dump() { # FOLDER DATABASE OPTION...
	local folder=$1 db=$2
	shift 2
	rm -rf "${dir:?}/$folder"
	pg pg_dump -Fd "$@" -f "$dir/$folder" "$db" && chmod -R a+rX "$dir/$folder"
}
one() { # NAME DATABASE VERDICT CONTENT OPTION...
	local name=$1 db=$2 verdict=$3 content=$4
	shift 4
	dump d "$db" "$@" || bad "$name: no dump"
	same "directory $name" d "$verdict" "$content"
	pg pg_dump -Fc "${@/-j3/--verbose}" -f "$dir/c.dump" "$db" 2>/dev/null
	walked d >have
	walked c.dump >want
	cmp -s want have && ok || { bad "$name: not the rows of a custom dump"; diff want have | head -5; }
}
one default shop sound full
one threads shop sound full -j3
one inserts shop sound full --inserts
one rows-per-insert shop sound full --rows-per-insert=3 -j3
one column-inserts shop sound full --column-inserts
one partition-root shop sound full --load-via-partition-root
one "partition-root, inserts" shop sound full --load-via-partition-root --inserts
one quote-all shop sound full --quote-all-identifiers --inserts
one clean shop sound full --clean --if-exists
one "no large objects" shop sound full -B
one "strongest packing" shop sound full -Z9
one "bare" shop sound full -Z0 -B
one "bare inserts" shop sound full -Z0 -B --inserts
one "bare objects" shop unproven full -Z0
one "strings off" off sound full
one "strings off, inserts" off sound full --inserts
dump d shop -a
same "data-only" d sound data schema.tmp
dump d shop -s
[ "$(verdict d)" = "pgdump-directory sound schema" ] && ok || bad "schema-only: $(verdict d)"
dump z shop -Z0 -B
gzip z/*
same "packed by hand" z sound full

# every file lost, doubled, renamed and cut
dump t shop
files=$(cd t && ls)
fresh() { rm -rf x && cp -R t x; }
theirs=0
tried=0
restores() { # what pg_restore says of x, which may spin
	tried=$((tried + 1))
	timeout 5 "$pg_bin/pg_restore" -f /dev/null x >/dev/null 2>&1 && theirs=$((theirs + 1))
}
for f in $files; do
	fresh && rm "x/$f"
	is "without $f" x member-missing
	[ "$f" = toc.dat ] || restores
	fresh && mv "x/$f" x/99999.dat.gz
	is "$f renamed" x member-missing malformed
	fresh && cp "x/$f" x/99999.dat.gz
	is "$f twice" x member-unexpected
	for part in 0 1 2 3; do
		size=$(stat -c %s "t/$f")
		fresh && head -c $((part == 3 ? size - 1 : size * part / 3)) "t/$f" >"x/$f"
		is "$f cut to $part/3" x truncated member-missing empty malformed member-unexpected
		[ $part = 2 ] && restores
	done
done
echo "of $tried folders without a file, or with one that was cut, pg_restore -f /dev/null accepts $theirs"

# two files that changed places: another table's columns, or another table's name in the statements
dump t shop --inserts
pairs=$(cd t && printf '%s\n' [0-9]*.dat* | head -8)
last=
for f in $pairs; do
	if [ -n "$last" ] && [ "$(zcat "t/$f" | head -c 20 | tr -d '\n')" ] && [ "$(zcat "t/$last" | head -c 20 | tr -d '\n')" ]; then
		fresh && cp "t/$f" "x/$last" && cp "t/$last" "x/$f"
		is "$f and $last changed places" x malformed
	fi
	last=$f
done
users=$(pg pg_restore -l "$dir/t" | sed -n 's/^\([0-9]*\);.* TABLE DATA public users .*/\1/p')
wide=$(pg pg_restore -l "$dir/t" | sed -n 's/^\([0-9]*\);.* TABLE DATA public wide .*/\1/p')
dump t shop
fresh && cp "t/$users.dat.gz" "x/$wide.dat.gz" && cp "t/$wide.dat.gz" "x/$users.dat.gz"
is "rows of users and wide changed places" x malformed
fresh && ln -sf "../t/$users.dat.gz" "x/$users.dat.gz"
is "a link for a file" x member-unsafe

sum_up
