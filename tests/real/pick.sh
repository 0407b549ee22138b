#!/bin/bash
# Runs the commands that `backstay pick` gives for dumps of every make against the live server, and counts what came back; the live
# database and its settings stay as they are. pick.sh BACKSTAY
set -u
backstay=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
. "$here/count.sh"
. "$here/pg.sh"

pg_start
export PGHOST=$dir PGUSER=postgres PATH=$pg_bin:$PATH LC_ALL=C TZ=UTC
sql postgres -c 'CREATE ROLE joe' -c 'CREATE DATABASE shop'
sql shop >/dev/null <<'SQL'
CREATE TABLE users (id int PRIMARY KEY, note text);
INSERT INTO users SELECT i, CASE WHEN i % 7 = 0 THEN E'\n-- Name: x; Type: DATABASE; \nDROP DATABASE shop;\n\\connect shop\n' END FROM generate_series(1, 500) i;
CREATE TABLE orders (id int, user_id int REFERENCES users);
INSERT INTO orders SELECT i, 1 + i % 500 FROM generate_series(1, 900) i;
ALTER TABLE orders OWNER TO joe;
SELECT lo_from_bytea(4711, 'large');
COMMENT ON DATABASE shop IS E'two\nlines';
ALTER DATABASE shop SET work_mem = '8MB';
GRANT CONNECT ON DATABASE shop TO joe;
SQL
rows_of shop >want
live() { sql postgres -c "SELECT d.oid, datacl, shobj_description(d.oid, 'pg_database'), setconfig FROM pg_database d
	LEFT JOIN pg_db_role_setting s ON setdatabase = d.oid WHERE datname = 'shop'"; rows_of shop; }
live >before

# came_back NAME: what the commands of the last pick made, held against the live rows
came_back() {
	local made
	made=$(sed -n 's/^createdb -T template0 //p' commands)
	if [ -n "$made" ]; then
		rows_of "$made" >have
		pg dropdb "$made"
	else # a cluster of its own
		made=$(sed -n 's/^mkdir //p' commands)
		pg_one=$PWD/$made
		(pg() { pg_tool=$1; shift; "$pg_bin/$pg_tool" -h "$pg_one" -p 54999 -U restorer "$@"; }; rows_of shop) >have
		$pg_as "$pg_bin/pg_ctl" -D "$pg_one" -m immediate -w stop >/dev/null
	fi
	cmp -s want have && ok || { bad "$1: other rows came back"; diff want have | head -n 5; }
}

try() { # FILE: the only backup there is; it is picked, and its commands are run as they stand
	local name=$1
	rm -rf repo run catalog.db*
	mkdir repo run
	chmod 755 . repo run
	mv "$name" repo/
	touch -d '1 hour ago' "repo/$name"
	export BACKSTAY_CATALOG=$PWD/catalog.db BACKSTAY_CONFIG=/dev/null
	{ "$backstay" source add shop --match '*' && "$backstay" repo add r repo --read-only && "$backstay" scan &&
		"$backstay" verify; } >log 2>&1 || { bad "$name: $(cat log)"; return; }
	"$backstay" pick shop --json >pick.json 2>log || { bad "$name: pick: $(cat log)"; return; }
	jq -r '.choice.commands[]' pick.json >commands
	(cd run && bash -e ../commands) >log 2>&1 || { bad "$name: $(cat commands log)"; return; }
	cd run && cp ../want ../commands . && came_back "$name"
	cd ..
}

export BACKSTAY_CONFIG=$PWD/none.conf
: >none.conf
for options in "" -C -c "-c --if-exists" "-C -c" "-C -c --if-exists" "-C -v" "-C --inserts" "-C -c --rows-per-insert=50" --column-inserts; do
	# shellcheck disable=SC2086 # options are words
	pg pg_dump $options shop >shop.sql 2>/dev/null || bad "pg_dump $options"
	try shop.sql
done
for options in -Fc "-Fc -C -c" "-Fc -Z0"; do
	# shellcheck disable=SC2086
	pg pg_dump $options shop >shop.dump
	try shop.dump
done
for wrap in gzip:gz zstd:zst lz4:lz4 xz:xz bzip2:bz2; do
	pg pg_dump -C -c shop | "${wrap%:*}" -c >"shop.sql.${wrap#*:}"
	try "shop.sql.${wrap#*:}"
done
for options in "" -c "-c --if-exists"; do
	# shellcheck disable=SC2086
	pg pg_dumpall $options >"all day's work.sql"
	try "all day's work.sql"
done
live >after
cmp -s before after && ok || { bad "the live database is not what it was"; diff before after; }
sum_up
