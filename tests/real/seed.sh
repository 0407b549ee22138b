#!/bin/bash
# What a common shell check of backups takes for good and for bad, against `backstay inspect FILE --require T --min-size S` on the same
# files of a real PostgreSQL. seed.sh BACKSTAY
#
# The check: unpack what is called .gz, at least 1,000 bytes, and for each required table some line with CREATE TABLE and its name. It
# passes six bad files and fails two good ones; both are asserted, so that the comparison stays a true one.
set -u
backstay=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
. "$here/count.sh"
. "$here/pg.sh"

verify_backup() { # FILE
	local file=$1 table
	if [ "${file%.gz}" != "$file" ]; then
		gunzip -c "$file" >unpacked.sql 2>/dev/null # as there: nobody asks how it ended
		file=unpacked.sql
	fi
	[ "$(stat -c %s "$file")" -ge 1000 ] || return 1
	for table in transformation_plans progress_tracking; do
		grep -q "CREATE TABLE.*$table" "$file" || return 1
	done
}
wish="--require transformation_plans:1 --require progress_tracking:1 --min-size 1000B"

judged() { # NAME FILE "passes|fails" STATUS VERDICT CODE OPTIONS: what the check says; what inspect ends with and tells
	local name=$1 file=$2 script=fails status got
	verify_backup "$file" && script=passes
	# shellcheck disable=SC2086 # options are words
	"$backstay" inspect --json "$file" $7 >item.json 2>item.err
	status=$?
	got=$(jq -r '.inspected[0].verdict + " " + ([.inspected[0].findings[].code] | join(","))' item.json)
	printf '%-44s the script %s, inspect: status %s, %s\n' "$name" "$script" $status "$got"
	[ $script = "$3" ] && ok || bad "$name: the script $script"
	[ $status = "$4" ] && [ "${got%% *}" = "$5" ] && ok || bad "$name: status $status, $got, not $4, $5: $(cat item.err)"
	[ -z "$6" ] || case ,${got#* }, in *,$6,*) ok ;; *) bad "$name: no $6 in $got" ;; esac
}

pg_start
for db in good old; do
	sql postgres -c "CREATE DATABASE $db"
	sql $db -c "CREATE TABLE transformation_plans (id int, plan text); CREATE TABLE progress_tracking (id int, done bool);
		INSERT INTO transformation_plans SELECT g, md5(g::text) FROM generate_series(1, 2000) g;
		INSERT INTO progress_tracking SELECT g, g % 2 = 0 FROM generate_series(1, 500) g"
done
sql old -c 'ALTER TABLE transformation_plans RENAME TO transformation_plans_old; ALTER TABLE progress_tracking RENAME TO progress_tracking_old'
pg pg_dump good >full.sql
size=$(stat -c %s full.sql)
gzip -k full.sql

pg pg_dump -s good >schema.sql
head -c $((size * 60 / 100)) full.sql >cut60.sql
head -c 3500 full.sql >cut3500.sql
head -c $(($(stat -c %s full.sql.gz) * 60 / 100)) full.sql.gz >cut.sql.gz
pg pg_dump old >renamed.sql
{
	echo '-- CREATE TABLE transformation_plans, CREATE TABLE progress_tracking'
	head -c 2000 /dev/zero | tr '\0' x
} >xxx.sql

judged "schema only" schema.sql passes 1 incomplete rows-below-floor "$wish"
judged "plain, cut to 60 %" cut60.sql passes 1 incomplete copy-not-terminated "$wish"
judged "plain, cut to 3,500 bytes" cut3500.sql passes 1 incomplete copy-not-terminated "$wish"
judged "gzip, cut to 60 %" cut.sql.gz passes 1 damaged truncated "$wish"
judged "the required tables are there only as *_old" renamed.sql passes 1 incomplete required-table-missing "$wish"
judged "2 kB of x behind one comment" xxx.sql passes 1 damaged not-what-its-name-says "$wish"
# without a row floor a dump of definitions is what it is: sound, with a warning
judged "schema only, tables without a floor" schema.sql passes 0 sound schema-only \
	"--require transformation_plans --require progress_tracking --min-size 1000B"

# what `supabase db dump` writes with --role-only and --data-only
pg pg_dumpall --roles-only --role postgres --quote-all-identifier --no-role-passwords --no-comments |
	sed -E '/^--/d; /^\\(un)?restrict /d; /^(CREATE|ALTER) ROLE "postgres"/d' | uniq >roles.sql
echo 'RESET ALL;' >>roles.sql
{
	printf 'SET session_replication_role = replica;\n\n'
	pg pg_dump --data-only --quote-all-identifier --role postgres --column-inserts --rows-per-insert 100000 good |
		sed -E 's/^\\(un)?restrict .*$/-- &/'
	echo 'RESET ALL;'
} >data.sql
judged "good: full plain" full.sql passes 0 sound "" "$wish"
judged "good: full plain in gzip" full.sql.gz passes 0 sound "" "$wish"
judged "good: roles.sql, $(stat -c %s roles.sql) bytes" roles.sql fails 0 sound "" ""
judged "good: data.sql" data.sql fails 0 sound "" "$wish"
sum_up
