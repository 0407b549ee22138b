#!/bin/bash
# The host with the catalog is gone: what nightly left in the repo is imported, and what pick and get say then is run as printed on a
# real server. rescue.sh BACKSTAY
set -u
backstay=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
. "$here/count.sh"
. "$here/pg.sh"

pg_start
export PGHOST=$dir PGUSER=postgres PATH=$pg_bin:$PATH LC_ALL=C TZ=UTC
chmod 755 "$dir"
mkdir -p repo/wal repo/bases work
chown -R postgres repo 2>/dev/null
echo "archive_mode = on
archive_command = 'cp %p $dir/repo/wal/%f'
checkpoint_timeout = 1h" | $pg_as tee -a db/postgresql.conf >/dev/null
$pg_as "$pg_bin/pg_ctl" -D "$dir/db" -m fast -w restart >/dev/null 2>&1 || { bad "no server with an archive"; sum_up; exit 1; }
sql postgres -c 'CREATE DATABASE shop'
sql shop <<'SQL'
CREATE SCHEMA "odd ""name";
CREATE TABLE users (id serial PRIMARY KEY, note text);
INSERT INTO users (note) SELECT 'row ' || i FROM generate_series(1, 300) i;
CREATE TABLE "odd ""name"."It's" (id int);
INSERT INTO "odd ""name"."It's" SELECT generate_series(1, 40);
SQL
rows_of shop >want
pg pg_dump -Fc shop >repo/shop_a.dump
pg pg_basebackup -D "$dir/repo/bases/one" -Ft -z -X none -c fast --no-sync 2>/dev/null || bad "no base backup"
sql shop -c 'CREATE TABLE later AS SELECT generate_series(1, 7) AS id' -c 'SELECT pg_switch_wal()' >/dev/null
rows_of shop >want_all
sql shop -c 'CREATE TABLE tail (id int)' -c 'SELECT pg_switch_wal()' >/dev/null
sleep 2
touch -d '1 hour ago' repo/shop_a.dump
export BACKSTAY_CATALOG=$dir/catalog.db BACKSTAY_CONFIG=$dir/none.conf
: >none.conf
{ "$backstay" repo add r repo && "$backstay" source add shop --match 'shop_*' && "$backstay" source add cluster --match 'bases/*' --match 'wal/*'; } >log 2>&1 ||
	bad "set up: $(cat log)"
"$backstay" nightly >log 2>&1
cp catalog.db catalog.was
rm catalog.db*

# the page alone, without the program
sed -n '/^Source shop$/,/^Source/s/^    //p' repo/RESTORE.txt >commands
(cd work && bash -e ../commands) >log 2>&1 && ok || bad "the page: $(cat commands log)"
made=$(sed -n 's/^createdb -T template0 //p' commands)
rows_of "$made" >have
cmp -s want have && ok || bad "the page's commands brought other rows"
pg dropdb "$made"

"$backstay" import repo >log 2>&1 && ok || bad "import: $(cat log)"
"$backstay" scan >log 2>&1 && ok || bad "scan: $(cat log)"
said() { jq -r '.choice.commands[]' pick.json >commands && (cd work && bash -e ../commands) >log 2>&1 && ok || bad "$1: $(cat commands log)"; }
"$backstay" pick shop --into "host=$dir user=postgres application_name='it''s'" --json >pick.json 2>log
[ $? = 2 ] && ok || bad "a quote that is none"
(
	unset PGHOST PGUSER
	"$backstay" pick shop --into "host=$dir user=postgres application_name='it\\'s'" --json >pick.json 2>log || bad "pick --into: $(cat log)"
	said "--into"
	sum_up >sub
)
grep -q ' 0 failed' sub && ok || { bad "--into"; cat sub; }
made=$(grep -o "shop_restored_[0-9_]*" commands | head -n 1)
rows_of "$made" >have
cmp -s want have && ok || bad "--into brought other rows"
pg dropdb "$made"
"$backstay" pick shop --scenario table --table '"odd ""name"."It'"'"'s"' --json >pick.json 2>log || bad "pick --table: $(cat log)"
said "--table"
made=$(sed -n 's/^createdb -T template0 //p' commands)
[ "$(sql "$made" -c 'SELECT count(*) FROM "odd ""name"."It'"'"'s"')" = 40 ] && ok || bad "--table brought another table"
[ "$(sql "$made" -c "SELECT to_regclass('users') IS NULL")" = t ] && ok || bad "--table brought more than it"
pg dropdb "$made"

# fetched, and the repo is gone
for it in "" --wal; do
	"$backstay" get bases/one "$dir/got$it" $it --json >get.json 2>log || { bad "get $it: $(cat get.json log)"; continue; }
	mv repo elsewhere
	jq -r '.commands[]' get.json >commands
	(cd work && bash -e ../commands) >log 2>&1 && ok || bad "get $it: $(tail -n 40 commands log)"
	one=$(ls work | head -n 1)
	(pg() { pg_tool=$1; shift; "$pg_bin/$pg_tool" -h "$dir/work/$one" -p 54999 -U postgres "$@"; }; rows_of shop) >have
	grep -v -e "$(printf later | xxd -p)" -e "$(printf tail | xxd -p)" have >have_first
	cmp -s want have_first && ok || { bad "get $it brought other rows"; diff want have; }
	n=$(grep -c -e "$(printf later | xxd -p)" have)
	[ "$n" = "$([ -n "$it" ] && echo 1 || echo 0)" ] && ok || bad "get $it: $n of what came later"
	$pg_as "$pg_bin/pg_ctl" -D "$dir/work/$one/data" -m immediate -w stop >/dev/null
	rm -rf "work/$one"
	mv elsewhere repo
done
# the latest state is that of all of the log, also of what came after the last verify
sql shop -c 'CREATE TABLE since (id int)'
last=$(sql shop -c 'SELECT pg_walfile_name(pg_switch_wal())')
for _ in $(seq 100); do [ -e "repo/wal/$last" ] && break; sleep 0.1; done
[ -e "repo/wal/$last" ] && ok || bad "$last is not archived"
"$backstay" pick cluster --json >pick.json 2>log || bad "pick cluster: $(cat log)"
said "the latest state"
one=$(cd work && echo *cluster*)
(pg() { pg_tool=$1; shift; "$pg_bin/$pg_tool" -h "$dir/work/$one" -p 54999 -U postgres "$@"; }; rows_of shop) >have
grep -q "$(printf since | xxd -p)" have && ok || bad "what came after the last verify is not there"
$pg_as "$pg_bin/pg_ctl" -D "$dir/work/$one/data" -m immediate -w stop >/dev/null
sum_up
