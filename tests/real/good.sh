#!/bin/bash
# Good backups, made by real tools from a seeded list of what their options allow: none may be called anything but good.
#   good.sh BACKSTAY [N [SEED]]
# PGMAJORS, when set, is a folder with pg17/bin and pg18/bin: their tools dump, too, and their servers are backed up. KEEP names a folder
# for what was misjudged, FROM the place in the list to begin at.
set -u
backstay=$(realpath "$1")
many=${2:-60} seed=${3:-20261122}
here=$(cd "$(dirname "$0")" && pwd)
. "$here/count.sh"
. "$here/pg.sh"

pg_start
sql postgres -c 'CREATE ROLE joe' -c "CREATE ROLE \"role; with 'all'\" LOGIN PASSWORD 'x;y' VALID UNTIL '2030-01-01' CONNECTION LIMIT 3 IN ROLE joe" \
	-c 'CREATE DATABASE shop' -c 'CREATE DATABASE kinds' -c 'CREATE DATABASE void' -c 'CREATE DATABASE hollow' -c 'CREATE DATABASE many' \
	-c 'CREATE DATABASE asia' -c "CREATE DATABASE \"the .'\"\"store 🐘\"" -c "ALTER ROLE joe SET search_path = 'a;b', public"
for encoding in SQL_ASCII LATIN1 EUC_JP WIN1252; do
	sql postgres -c "CREATE DATABASE ${encoding,,} TEMPLATE template0 ENCODING $encoding LC_COLLATE 'C' LC_CTYPE 'C'"
done
load() { sql "$@" >/dev/null 2>load.log || { cat load.log; bad "a database cannot be made"; sum_up; exit 1; }; }
load shop -f "$here/plain.sql"
load "the .'\"store 🐘" -f "$here/custom.sql"
load kinds -f "$here/good_kinds.sql"
load hollow -c 'CREATE TABLE a (i int)' -c 'CREATE TABLE "b.c" (t text PRIMARY KEY)' -c 'CREATE TABLE none ()' -c 'CREATE VIEW v AS SELECT 1 AS a'
load many -c "DO \$\$ BEGIN FOR i IN 1..120 LOOP
	EXECUTE format('CREATE TABLE %I (k int PRIMARY KEY, v text); INSERT INTO %1\$I SELECT g, md5(g::text) FROM generate_series(1, %s) g',
		'table ' || i, i % 9);
	PERFORM lo_from_bytea(30000 + i, convert_to(repeat('large ', i * i % 1000), 'UTF8')); END LOOP; END \$\$"
# In SJIS, BIG5, GBK and their like the second byte of a letter may be a backslash, a backtick or a bar.
load asia -c 'CREATE TABLE "表ソ" ("能" int, "十\貼" text)' -c "INSERT INTO \"表ソ\" VALUES (1, '表'), (2, E'ソ\\n'), (3, E'予\\\\.'), (4, '表''; ソ'), (5, '能')" \
	-c "COMMENT ON TABLE \"表ソ\" IS '十ソ表'" -c "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS 'SELECT ''表''::text; SELECT ''ソ''::text'" \
	-c 'CREATE VIEW "申" AS SELECT '"'表'::text AS \"暴\"" -c "CREATE TABLE \"表\" (a text DEFAULT '表')" -c 'INSERT INTO "表" DEFAULT VALUES'
PGCLIENTENCODING=UTF8 load latin1 -c 'CREATE TABLE "é" ("ü" text)' -c "INSERT INTO \"é\" VALUES ('ÿ÷×'), (E'\\\\.é')"
PGCLIENTENCODING=UTF8 load win1252 -c 'CREATE TABLE "€" ("œ" text)' -c "INSERT INTO \"€\" VALUES ('Šž…')"
PGCLIENTENCODING=UTF8 load euc_jp -c 'CREATE TABLE "表" ("能" text)' -c "INSERT INTO \"表\" VALUES ('ソ'), ('表')"
printf 'SET client_encoding = SQL_ASCII; CREATE TABLE "t\377.\200" (a text); INSERT INTO "t\377.\200" VALUES (E'\''\\\\.'\''), ('\''\351'\'')' >bytes.sql
load sql_ascii -f bytes.sql

# A small cluster to take base backups of, whose log is archived.
export PGPORT=5433
pg_start small $PGPORT
$pg_as mkdir archive
sql postgres -c "ALTER SYSTEM SET archive_mode = on" -c "ALTER SYSTEM SET archive_command = 'cp \"%p\" \"$dir/archive/%f\"'" -c 'CREATE TABLE t (a int, b text)'
$pg_as "$pg_bin/pg_ctl" -D "$dir/small" -w restart >start.log 2>&1 || { cat start.log; bad "no server"; sum_up; exit 1; }
for v in 17 18; do
	[ -n "${PGMAJORS:-}" ] && [ -x "$PGMAJORS/pg$v/bin/initdb" ] || continue
	was=$pg_bin pg_bin=$PGMAJORS/pg$v/bin
	pg_start db$v 54$v
	PGPORT=54$v load postgres -c "ALTER SYSTEM SET summarize_wal = on" -c "SELECT pg_reload_conf()" -c 'CREATE TABLE t (a int, b text)'
	pg_bin=$was
done
unset PGPORT

# Folders that another program packed: what they hold is told, and cannot be judged in a stream. It is no damage.
mkdir packed
chmod 777 packed
PGPORT=5433 pg pg_basebackup -N -c fast -D "$dir/packed/base" 2>packed.log || bad "no base backup: $(cat packed.log)"
pg pg_dump -Fd -f "$dir/packed/dump" shop || bad "no directory dump"
for what in base dump; do
	# shellcheck disable=SC2046 # its names have no blanks
	(cd packed && tar -cf $what.tar $what && tar -C $what -czf $what-dot.tgz . && bsdtar -cf $what-bare.tar -C $what $(ls $what) &&
		zip -qr $what.zip $what) || bad "$what could not be packed"
	for f in packed/$what.* packed/$what-*; do
		said=$("$backstay" inspect --json "$f" | jq -r '.inspected[0] | .verdict + " " + ([.findings[] | select(.severity == "error") | .code] | unique | join(" "))')
		[ "$said" = "unsupported unsupported-format" ] && ok || bad "$f: $said"
	done
done
rm -rf packed
mkdir secret
echo text | tee secret/a >secret/b
zip -qrP key secret.zip secret
for how in zipcrypt aes256; do bsdtar --format zip --options zip:encryption=$how --passphrase key -cf $how.zip secret; done
for f in secret.zip zipcrypt.zip aes256.zip; do
	said=$("$backstay" inspect --json $f | jq -r '.inspected[0] | .verdict + " " + ([.findings[].code] | unique | join(" "))')
	case $said in "unproven encrypted"*) ok ;; *) bad "$f: $said" ;; esac
done

python3 "$here/good.py" "$backstay" "$many" "$seed" "$dir" "$pg_bin" "$pg_as"
rc=$?
[ $rc = 0 ] && ok || bad "seed $seed: some were misjudged"
sum_up
