#!/bin/sh
# Dumps a real PostgreSQL as text in every way that there is and holds the walk's tables and row counts against the server's.
# plain.sh WALK
set -u
walk=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
. "$here/count.sh"
. "$here/pg.sh"

pg_start
sql postgres -c 'CREATE ROLE joe' -c 'CREATE ROLE "quo""ted" LOGIN'
for db in shop off "my \"d'b\\x"; do
	sql postgres -c "CREATE DATABASE \"$(printf %s "$db" | sed 's/"/""/g')\"" || exit 1
	sql "dbname='$(printf %s "$db" | sed "s/['\\\\]/\\\\&/g")'" -f "$here/plain.sql" >/dev/null || exit 1
done
sql postgres -c "ALTER DATABASE off SET standard_conforming_strings = off" -c 'CREATE DATABASE nothing'

parents_of() {
	sql "$1" -c "SELECT $pg_key || ' ' || encode(convert_to((SELECT relname FROM pg_class WHERE oid = inhparent), 'UTF8'), 'hex')
	FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid JOIN pg_namespace n ON n.oid = relnamespace WHERE relispartition AND relkind IN ('r', 'p')" | sort
}

# the same as the walk says
rows_in() { "$walk" --hex "$1" | sed -n 's/^table\t[^\t]*\t\([0-9a-f.]*\)\t[^\t]*\tdata\t\([0-9]*\)\t.*/\1 \2/p' | sort; }
tables_in() { "$walk" --hex "$1" | sed -n 's/^table\t[^\t]*\t\([0-9a-f.]*\)\tddl\t.*/\1/p' | sort; }
parents_in() { "$walk" --hex "$1" | sed -n 's/^table\t[^\t]*\t\([0-9a-f.]*\)\tddl\t.*\t\([0-9a-f][0-9a-f]*\)$/\1 \2/p' | sort; }
has() { "$walk" "$1" | grep -q "^finding.$2"; }

is() { # NAME FILE "FORMAT CONTENT VERDICT": also that single bytes say the same
	got=$("$walk" "$2" | sed -n 's/^file\t\([^\t]*\)\t\([^\t]*\)\t\([^\t]*\)\t.*/\1 \2 \3/p')
	"$walk" "$2" >all.walk
	"$walk" --step 1 "$2" >steps.walk
	if [ "$got" != "$3" ]; then
		bad "$1: is $got, not $3: $(grep '^finding' all.walk | head -n 3)"
	elif ! cmp -s all.walk steps.walk; then
		bad "$1: other answers for single bytes"
	else
		ok
	fi
}
equal() { # NAME: the files want and have
	if [ -s want ] && cmp -s want have; then ok; else bad "$1"; diff want have | head -n 5; fi
}
rows() { rows_of "$2" >want; rows_in "$3" >have; equal "$1: rows"; }
tables() { tables_of "$2" >want; tables_in "$3" >have; equal "$1: tables"; }
parents() { parents_of "$2" >want; parents_in "$3" >have; equal "$1: parents"; }

full() { # NAME DATABASE OPTION...: a full dump
	name=$1
	db=$2
	shift 2
	pg pg_dump "$@" "$db" >d.sql 2>d.err || bad "$name: no dump: $(head -n 1 d.err)"
	is "$name" d.sql "pgdump-plain full sound"
	rows "$name" "$db" d.sql
	tables "$name" "$db" d.sql
	parents "$name" "$db" d.sql
}
for db in shop off; do
	full "$db" $db
	full "$db create" $db -C
	full "$db clean" $db --clean --if-exists
	has d.sql drops-objects && ok || bad "clean is not told"
	full "$db inserts" $db --inserts
	full "$db column-inserts" $db --column-inserts
	full "$db rows-per-insert" $db --rows-per-insert=3
	full "$db on-conflict" $db --inserts --on-conflict-do-nothing
	full "$db verbose" $db --verbose -C --inserts
	full "$db quote-all" $db --quote-all-identifiers
	full "$db quote-all inserts" $db --quote-all-identifiers --rows-per-insert=100
done

# pg_restore writes a script too, and -f - of a whole archive is the same text
pg pg_dump -Fc shop >d.dump
pg pg_restore -f - d.dump >d.sql
is pg_restore d.sql "pgdump-plain full sound"
rows pg_restore shop d.sql

pg pg_dump -s shop >schema.sql
is schema schema.sql "pgdump-plain schema sound"
tables schema shop schema.sql
has schema.sql schema-only && ok || bad "schema-only is not told"
for how in "" --inserts --disable-triggers; do
	# shellcheck disable=SC2086 # none is no word
	pg pg_dump -a $how shop >data.sql 2>/dev/null
	is "data $how" data.sql "pgdump-plain data sound"
	rows "data $how" shop data.sql
done
pg pg_dump nothing >d.sql
is nothing d.sql "pgdump-plain empty sound"
pg pg_dump -C nothing >d.sql
is "nothing, created" d.sql "pgdump-plain empty sound"
pg pg_dump --section=post-data shop >d.sql
is post-data d.sql "pgdump-plain schema sound"
pg pg_dump --enable-row-security shop >d.sql
has d.sql row-security-on && ok || bad "row security is not told"
pg pg_dump -C "dbname='my \"d\\'b\\\\x'" >d.sql
is "odd database" d.sql "pgdump-plain full sound"
[ "$("$walk" d.sql | head -n 1 | cut -f7)" = 'my "d'"'"'b\x5cx' ] && ok || bad "odd database: $("$walk" d.sql | head -n 1)"
pg pg_dump -v shop 2>/dev/null >d.sql
"$walk" d.sql | head -n 1 | grep -q "pg_dump $("$pg_bin/pg_dump" --version | sed 's/.*) \([^ ]*\).*/\1/').*$(date -u +%Y-%m)" && ok ||
	bad "header: $("$walk" d.sql | head -n 1)"

# the restored database holds what the walk says
pg pg_dump --rows-per-insert=7 shop >restore.sql
sql postgres -c 'CREATE DATABASE back'
sql back -f restore.sql >/dev/null && ok || bad "the dump does not load"
rows_of back >want
rows_in restore.sql >have
equal "restored rows"

# a cluster
pg pg_dumpall >cluster.sql
is cluster cluster.sql "pgdumpall full sound"
rows_of shop >want
"$walk" --hex cluster.sql | sed -n 's/^table\t73686f70\t\([0-9a-f.]*\)\t[^\t]*\tdata\t\([0-9]*\)\t.*/\1 \2/p' | sort >have
equal "cluster: rows of shop"
"$walk" cluster.sql | sed -n 's/^table\t\([^\t]*\)\t.*/\1/p' | sort -u >have
printf '%s\n' back 'my "d'"'"'b\x5cx' off shop | sort >want
equal "cluster: databases"
pg pg_dumpall --clean --if-exists --inserts >d.sql
is "cluster clean" d.sql "pgdumpall full sound"
pg pg_dumpall -g >globals.sql
is globals globals.sql "pgdumpall roles sound"
pg pg_dumpall -r >d.sql
is roles d.sql "pgdumpall roles sound"
pg pg_dumpall -s >d.sql
is "cluster schema" d.sql "pgdumpall schema sound"

# what the scripts of `supabase db dump` make of it
commented='s/^\\(un)?restrict .*$/-- &/'
lenient() {
	sed -E "$commented" | sed -E 's/^CREATE (SCHEMA|TABLE|SEQUENCE) "/CREATE \1 IF NOT EXISTS "/' |
		sed -E 's/^CREATE (VIEW|FUNCTION|TRIGGER) "/CREATE OR REPLACE \1 "/' |
		sed -E 's/^COMMENT ON EXTENSION (.+)/-- &/' | sed -E 's/^SET transaction_timeout = 0;/-- &/'
}
pg pg_dump --schema-only --quote-all-identifier --role postgres shop | lenient >sb-comments.sql
sed '/^--/d' sb-comments.sql >sb-schema.sql
{
	printf 'SET session_replication_role = replica;\n\n'
	pg pg_dump --data-only --quote-all-identifier --role postgres --column-inserts --rows-per-insert 100000 shop 2>/dev/null |
		sed -E "$commented"
	echo 'RESET ALL;'
} >sb-data.sql
{
	printf 'SET session_replication_role = replica;\n\n'
	pg pg_dump --data-only --quote-all-identifier --role postgres shop 2>/dev/null | sed -E "$commented"
	echo 'RESET ALL;'
} >sb-copy.sql
{
	pg pg_dumpall --roles-only --role postgres --quote-all-identifier --no-role-passwords --no-comments | sed -E "$commented" |
		sed -E 's/^(CREATE|ALTER) ROLE "(postgres|supabase_.*)"/-- &/; s/ (NOSUPERUSER|NOREPLICATION)//g' | sed '/^--/d' | uniq
	echo 'RESET ALL;'
} >sb-roles.sql
is "supabase schema" sb-schema.sql "supabase-schema schema unproven"
tables "supabase schema" shop sb-schema.sql
has sb-schema.sql end-unprovable && ok || bad "the unprovable end is not told"
is "supabase schema with comments" sb-comments.sql "supabase-schema schema sound"
tables "supabase schema with comments" shop sb-comments.sql
is "supabase data" sb-data.sql "supabase-data data sound"
rows "supabase data" shop sb-data.sql
is "supabase data by COPY" sb-copy.sql "supabase-data data sound"
rows "supabase data by COPY" shop sb-copy.sql
is "supabase roles" sb-roles.sql "supabase-roles roles sound"

# cuts: at every line, before every line end, and at 200 places: sound only where nothing but blanks is lost
pg pg_dump shop >copy.sql
pg pg_dump -C --inserts shop >inserts.sql
for file in copy.sql inserts.sql schema.sql cluster.sql globals.sql sb-schema.sql sb-comments.sql sb-data.sql sb-copy.sql sb-roles.sql; do
	"$walk" --cuts $file >cuts
	[ "$(wc -l <cuts)" -gt 200 ] || [ "$(stat -c %s $file)" -lt 1000 ] || bad "$file: $(wc -l <cuts) cuts"
	missed=0
	for at in $(sed -n 's/^cut\t\([0-9]*\)\tsound\t.*/\1/p' cuts); do
		[ -z "$(tail -c +$((at + 1)) $file | tr -d ' \r\n')" ] || missed=$((missed + 1))
	done
	[ $missed = 0 ] && ok || bad "$file: $missed of $(wc -l <cuts) cuts are called sound"
	echo "$file: $(wc -l <cuts) cuts: $(cut -f3 cuts | sort | uniq -c | awk '{ printf "%s %s, ", $1, $2 }')none missed but what is told"
done
size=$(stat -c %s copy.sql)
"$walk" --cuts copy.sql | awk -v n="$size" '$2 > 100 && $2 < n - 200 && $3 != "incomplete" { bad = 1; print } END { exit bad }' && ok ||
	bad "a cut is not incomplete"

# two jobs at once: one after the other, and the later one over the earlier
cat copy.sql restore.sql >two.sql
is "two dumps" two.sql "pgdump-plain full damaged"
has two.sql two-dumps-in-one && ok || bad "two dumps are not told"
{ cat restore.sql; tail -c 3000 copy.sql; } >over.sql
"$walk" over.sql | grep -q '^file.*damaged' && ok || bad "an overwritten dump is not damaged"

sum_up
