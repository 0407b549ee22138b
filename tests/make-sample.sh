#!/bin/bash
# make-sample.sh OUT: makes the bundled sample of real backups with a real PostgreSQL 15, as a small team's cron leaves them: a
# nightly plain dump of shop, gzipped; a custom dump on Sundays; one night cut by a full disk; one that is schema-only; one dump
# taken before a release. pg_dump runs under faketime, so that the times inside are those of the story.
# Needs as root: postgresql, gzip, faketime. usage: bash tests/make-sample.sh tests/sample
set -euo pipefail
out=$(cd "${1:?usage: make-sample.sh OUT}" && pwd)
bin=$(ls -d /usr/lib/postgresql/15/bin)
work=$(mktemp -d); chmod 755 "$work"; chown postgres "$work"
as() { setpriv --reuid=postgres --regid=postgres --init-groups env -C "$work" "$@"; }
stop() { as "$bin/pg_ctl" -D "$work/data" -m fast -w stop >/dev/null 2>&1 || true; rm -rf "$work"; }
trap stop EXIT
as "$bin/initdb" -D "$work/data" -U postgres -A trust -E UTF8 --locale=C >/dev/null
as "$bin/pg_ctl" -D "$work/data" -w -l "$work/log" -o "-c listen_addresses='' -k $work -c fsync=off -c timezone=UTC" start >/dev/null
export PGHOST=$work PGUSER=postgres TZ=UTC
as "$bin/createdb" shop
q() { as "$bin/psql" -X -q -v ON_ERROR_STOP=1 -d shop "$@"; }
q <<'SQL'
CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL, note text);
CREATE TABLE orders (id int PRIMARY KEY, user_id int NOT NULL REFERENCES users, total numeric(10,2), placed date NOT NULL);
CREATE TABLE users_old (id int, email text);
CREATE FUNCTION greet(n text) RETURNS text LANGUAGE sql AS $$ SELECT 'CREATE TABLE public.ghost (id int); ' || n $$;
SQL
day() { # day DATE USERS: a day's business
	q -v n="$2" -v d="'$1'" <<'SQL'
INSERT INTO users SELECT i, 'user' || i || '@example.org', CASE WHEN i % 5 = 0 THEN E'likes\ttabs and \\. dots' END
  FROM generate_series(coalesce((SELECT max(id) FROM users), 0) + 1, :n) i;
INSERT INTO orders SELECT i, 1 + i % :n, i * 1.25, :d::date
  FROM generate_series(coalesce((SELECT max(id) FROM orders), 0) + 1, :n * 2) i;
SQL
}
dump() { # dump TIME FILE OPTION...
	local at=$1 file=$2
	shift 2
	faketime -f "@$at" "$bin/pg_dump" "$@" shop >"$file"
	touch -d "$at UTC" "$file"
}
cd "$out"
rm -f ./*.gz ./*.dump
n=200
for d in 25 26 27 28 29 30 31; do
	n=$((n + 12)); day "2026-10-$d" "$n"
	dump "2026-10-$d 02:00:00" "shop_202610${d}_020000.sql"
	gzip -n "shop_202610${d}_020000.sql"
	[ "$d" != 26 ] || dump "2026-10-26 03:00:00" weekly_20261026.dump -Fc
done
for d in 01 02 03 04 05 06 07; do
	n=$((n + 12)); day "2026-11-$d" "$n"
	case $d in
	05) # --schema-only: someone tried an option, and cron took it over for a night
		dump "2026-11-$d 02:00:00" "shop_202611${d}_020000.sql" --schema-only ;;
	*) dump "2026-11-$d 02:00:00" "shop_202611${d}_020000.sql" ;;
	esac
	gzip -n "shop_202611${d}_020000.sql"
	[ "$d" != 02 ] || dump "2026-11-02 03:00:00" weekly_20261102.dump -Fc
	[ "$d" != 06 ] || dump "2026-11-06 09:30:00" shop_release-1.42_20261106_093000.dump -Fc
done
# the disk was full on the 3rd: what gzip had written stayed
f=shop_20261103_020000.sql.gz
head -c $(($(stat -c %s "$f") * 6 / 10)) "$f" >"$f.cut" && mv "$f.cut" "$f"
for f in *.sql.gz; do
	s=${f#shop_}; touch -d "${s:0:4}-${s:4:2}-${s:6:2} 02:00:04 UTC" "$f"
done
ls -l --time-style=full-iso
