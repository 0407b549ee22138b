#!/bin/bash
# Names that a shell would take for something else: a repo, dumps, base backups and an archive of WAL whose names hold spaces, quotes,
# `$`, a line break, a byte that is no UTF-8 and a dash in front. What pick, pick --into and get print is run as printed on a real
# server, and nothing that stands in a name is ever run. quoting.sh BACKSTAY
set -u
backstay=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
. "$here/count.sh"
. "$here/pg.sh"

pg_start
export PGHOST=$dir PGUSER=postgres PATH=$pg_bin:$PATH LC_ALL=C TZ=UTC
chmod 755 "$dir"
odd=$' it\'s "odd" $(touch RAN) `touch RAN` $HOME ;&|<>*?[x]\\ \xfc\nnext'
repo=$dir/-repo$odd
base="-base$odd"
wal="-wal$odd"
mkdir -p "$repo/$wal" work
chown -R postgres "$repo" 2>/dev/null
# the archive's own command is the server's business, not what is tried here
ln -s "$repo/$wal" archive
echo "archive_mode = on
archive_command = 'cp %p $dir/archive/%f'
checkpoint_timeout = 1h" | $pg_as tee -a db/postgresql.conf >/dev/null
$pg_as "$pg_bin/pg_ctl" -D "$dir/db" -m fast -w restart >/dev/null 2>&1 || { bad "no server with an archive"; sum_up; exit 1; }
sql postgres -c 'CREATE DATABASE shop'
sql shop -c 'CREATE TABLE users AS SELECT i, md5(i::text) AS note FROM generate_series(1, 300) i'
rows_of shop >want
pg pg_dump -Fc shop >"$repo/-custom$odd"
pg pg_dump -C shop >"$repo/-plain$odd"
pg pg_dump shop | gzip -n >"$repo/-gzip$odd"
mkdir taken
chmod 777 taken
pg pg_dump -Fd -f "$dir/taken/d" shop && mv taken/d "$repo/-folder$odd"
for it in tar plain; do
	pg pg_basebackup -D "$dir/taken/$it" -F "${it:0:1}" -X none -c fast --no-sync 2>/dev/null || bad "no base backup $it"
	mv "taken/$it" "$repo/$base$it"
done
sql shop -c 'SELECT pg_switch_wal()' -c 'CREATE TABLE later (id int)' -c 'SELECT pg_switch_wal()' >/dev/null
rows_of shop >want_all
sleep 2
find "$repo" -mindepth 1 -exec touch -h -d '1 hour ago' {} +
export BACKSTAY_CATALOG=$dir/catalog.db BACKSTAY_CONFIG=$dir/none.conf
: >none.conf
{
	"$backstay" repo add r "$repo" && "$backstay" source add cluster --match '-base*' --match '-wal*'
	for it in custom plain gzip folder; do "$backstay" source add "$it" --match "-$it*"; done
	"$backstay" scan
} >log 2>&1 || bad "set up: $(cat log)"
"$backstay" verify >/dev/null 2>&1 # 1: base backups that need the archive are unproven

commands() { jq -r "$1[]" answer.json >commands; }
run() { # WHAT: what was printed, as it was printed
	rm -rf work/*
	(cd work && bash -e ../commands) >log 2>&1 && ok || bad "$1: $(cat commands log)"
}
came_back() { # WHAT DATABASE
	rows_of "$2" >have
	cmp -s want have && ok || bad "$1 brought other rows"
	pg dropdb "$2"
}
for it in custom plain gzip folder; do
	"$backstay" pick "$it" --json >answer.json 2>log || bad "pick $it: $(cat log)"
	commands .choice.commands
	run "$it"
	came_back "$it" "$(sed -n 's/^createdb -T template0 //p' commands)"
	"$backstay" pick "$it" --into "host='$dir' user=postgres application_name='-it\\'s \"x\" \$HOME \`y\`
z'" --json >answer.json 2>log || bad "pick $it --into: $(cat log)"
	commands .choice.commands
	(unset PGHOST PGUSER; run "$it --into"; sum_up >sub)
	grep -q ' 0 failed' sub && ok || { bad "$it --into"; cat sub; }
	came_back "$it --into" "$(sed -n 's/^createdb .* -T template0 //p' commands)"
	"$backstay" get "$(jq .choice.backup answer.json)" "$dir/-got$odd" --json >answer.json 2>log || bad "get $it: $(cat answer.json log)"
	commands .commands
	run "get $it"
	came_back "get $it" "$(sed -n 's/^createdb -T template0 //p' commands)"
done
cluster_is() { # WHAT FILE
	local one

	one=$(ls work | head -n 1)
	(pg() { pg_tool=$1; shift; "$pg_bin/$pg_tool" -h "$dir/work/$one" -p 54999 -U postgres "$@"; }; rows_of shop) >have
	cmp -s "$2" have && ok || bad "$1 brought other rows"
	$pg_as "$pg_bin/pg_ctl" -D "$dir/work/$one/data" -m immediate -w stop >/dev/null
}
for it in tar plain; do
	id=$("$backstay" list --source cluster --json | jq ".backups[] | select(.label | endswith(\"$it\")).id")
	"$backstay" get "$id" "$dir/-got$odd$it" --wal --json >answer.json 2>log || bad "get $it: $(cat answer.json log)"
	commands .commands
	run "get $it"
	cluster_is "get $it" want_all
done
"$backstay" pick cluster --json >answer.json 2>log || bad "pick cluster: $(cat log)"
commands .choice.commands
run "base backup"
cluster_is "base backup" want_all
[ -z "$(find . -name RAN)" ] && ok || bad "something in a name was run"
sum_up
