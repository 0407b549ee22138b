#!/bin/bash
# Sets of a real PostgreSQL (what `supabase db dump` writes, pg_dump's definitions and rows apart): scanned, verified, picked, and the
# commands that pick gives run as they stand; and pg_dumpall's output under Supabase's name for its daily downloads. sets.sh BACKSTAY
set -u
backstay=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
. "$here/count.sh"
. "$here/pg.sh"

pg_start
export PGHOST=$dir PGUSER=postgres PATH=$pg_bin:$PATH LC_ALL=C TZ=UTC BACKSTAY_CONFIG=$PWD/none.conf
: >none.conf
sql postgres -c 'CREATE ROLE "app user" LOGIN CONNECTION LIMIT 7' -c 'CREATE ROLE "readers"' -c 'GRANT readers TO "app user"' \
	-c "ALTER ROLE \"app user\" SET statement_timeout = '8s'" -c 'CREATE ROLE anon NOLOGIN' -c 'CREATE DATABASE shop'
sql shop >/dev/null <<'SQL'
CREATE SCHEMA auth;
CREATE TABLE users (id int PRIMARY KEY, note text, best int);
CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users);
INSERT INTO users SELECT i, E'\\.\n-- Name: x; Type: DATABASE; \nDROP DATABASE shop;', i FROM generate_series(1, 500) i;
INSERT INTO orders SELECT i, 1 + i % 500 FROM generate_series(1, 900) i;
ALTER TABLE users ADD FOREIGN KEY (best) REFERENCES orders; -- keys in a circle
CREATE TABLE log (at timestamptz DEFAULT now(), what text);
CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.log (what) VALUES (TG_TABLE_NAME); RETURN NEW; END $$;
CREATE TRIGGER noted AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION noted();
INSERT INTO orders VALUES (1000, 1);
ALTER TABLE users OWNER TO "app user";
GRANT SELECT ON users TO anon;
SQL
rows_of shop >want
roles_of() { sql postgres -c "SELECT rolname, rolcanlogin, rolconnlimit, rolconfig, ARRAY(SELECT roleid::regrole::text FROM pg_auth_members
	WHERE member = r.oid) FROM pg_roles r WHERE rolname !~ '^pg_' ORDER BY 1"; }

# as the CLI's scripts do it
commented='s/^\\(un)?restrict .*$/-- &/'
lenient() {
	sed -E "$commented" | sed -E 's/^CREATE (SCHEMA|TABLE|SEQUENCE) "/CREATE \1 IF NOT EXISTS "/' |
		sed -E 's/^CREATE (VIEW|FUNCTION|TRIGGER) "/CREATE OR REPLACE \1 "/' | sed -E 's/^SET transaction_timeout = 0;/-- &/'
}
supabase() { # FOLDER COPY-OPTIONS: roles.sql, schema.sql and data.sql
	mkdir -p "$1"
	pg pg_dumpall --roles-only --role postgres --quote-all-identifier --no-role-passwords --no-comments | sed -E "$commented" |
		sed -E 's/^(CREATE|ALTER) ROLE "(postgres|anon|supabase_.*)"/-- &/; s/ (NOSUPERUSER|NOREPLICATION)//g' | sed '/^--/d' | uniq >"$1/roles.sql"
	echo 'RESET ALL;' >>"$1/roles.sql"
	pg pg_dump --schema-only --quote-all-identifier --role postgres shop | lenient | sed "${3:-/^--/d}" >"$1/schema.sql"
	{
		printf 'SET session_replication_role = replica;\n\n'
		# shellcheck disable=SC2086 # options are words
		pg pg_dump --data-only --quote-all-identifier --role postgres $2 shop 2>/dev/null | sed -E "$commented"
		echo 'RESET ALL;'
	} >"$1/data.sql"
}

world() { # a repo of what lies in ./set, and a catalog that knows and verified it
	rm -rf repo run catalog.db*
	mv set repo
	mkdir run
	chmod -R a+rX . repo run
	find repo -type f -exec touch -d "${1:-1 hour ago}" {} +
	export BACKSTAY_CATALOG=$PWD/catalog.db
	{ "$backstay" source add shop --match '*' --require users:500 --require orders:901 &&
		"$backstay" repo add r repo --read-only && "$backstay" scan; } >log 2>&1 || bad "$(cat log)"
	verify_status=0
	"$backstay" verify --json >verified.json 2>>log || verify_status=$?
	"$backstay" list --json >list.json 2>>log
}
one() { # NAME VERDICT CONTENT FILES: there is one backup, and it is that
	local got
	got=$(jq -r '.backups | "\(length) \(.[0].verdict) \(.[0].content)"' list.json)
	[ "$got" = "1 $2 $3" ] && ok || bad "$1: $got, not 1 $2 $3: $(cat log verified.json)"
	got=$("$backstay" show 1 --json | jq -r '[.backup.artifacts[].part] | sort | join(" ")')
	[ "$got" = "$4" ] && ok || bad "$1: parts $got, not $4"
}
restored() { # NAME: the commands that pick gives bring the rows back
	local made
	"$backstay" pick shop --json >pick.json 2>log || { bad "$1: pick: $(cat log pick.json)"; return; }
	jq -r '.choice.commands[]' pick.json >commands
	(cd run && bash -e ../commands) >log 2>&1 || { bad "$1: $(cat commands log)"; return; }
	made=$(sed -n 's/^createdb -T template0 //p' commands)
	rows_of "$made" >have
	cmp -s want have && ok || { bad "$1: other rows came back"; diff want have | head -n 5; }
	pg dropdb "$made"
}

roles_of >roles.before
for options in "--column-inserts --rows-per-insert 100000" ""; do
	supabase set/20260101 "$options"
	world
	one "supabase $options" unproven full "data roles schema"
	[ $verify_status = 4 ] && ok || bad "verify of an unproven set: status $verify_status"
	restored "supabase $options"
done
supabase set/20260101 "" "/^---/d"
gzip set/20260101/roles.sql
zstd -q --rm set/20260101/data.sql
world
one "supabase with comments, wrapped" sound full "data roles schema"
[ $verify_status = 0 ] && ok || bad "verify of a sound set: status $verify_status: $(cat verified.json)"
restored "supabase with comments, wrapped"
roles_of >roles.after
cmp -s roles.before <(grep -v '^\(authenticat\|service_role\|dashboard_user\|pgbouncer\|supabase_\|pgsodium_\|pgtle_\)' roles.after) && ok ||
	{ bad "roles of the live server are not what they were"; diff roles.before roles.after; }

# on a server that has none of the roles: they are made, as they were
mkdir keep && cp -r repo/. keep/
pg dropdb shop
sql postgres -c 'DROP ROLE "app user", readers, anon'
restored "supabase, roles made anew"
[ "$(roles_of | grep -e '^app user' -e '^readers' -e '^anon')" = "$(grep -e '^app user' -e '^readers' -e '^anon' roles.before)" ] && ok ||
	{ bad "roles came back otherwise"; roles_of; cat roles.before; }

# the database lives again; definitions and rows apart, in sibling folders, as a common script has it
made=$(sed -n 's/^createdb -T template0 //p' commands)
(cd run && bash -e ../commands) >log 2>&1 || bad "$(cat log)"
sql postgres -c "ALTER DATABASE \"$made\" RENAME TO shop"
pair() { # SCHEMA-OPTIONS DATA-OPTIONS END
	mkdir -p set/supabase/schema set/supabase/data
	# shellcheck disable=SC2086
	pg pg_dump --schema-only $1 shop >"set/supabase/schema/schema_20260101_020000.$3" 2>/dev/null
	# shellcheck disable=SC2086
	pg pg_dump --data-only $2 shop >"set/supabase/data/data_20260101_020000.$3" 2>/dev/null
}
pair "--no-owner --clean --if-exists --verbose" "--no-owner --verbose" sql
gzip -r set
world "2026-01-01 02:10"
one "a pair in sibling folders" sound full "data schema"
restored "a pair in sibling folders"
pair "-Fc" "-Fc" dump
world "2026-01-01 02:10"
one "a pair of archives" sound full "data schema"
restored "a pair of archives"

# one of them gone, and rows missing: both are told, the twin above is sound
pair "" "" sql
sed -i '/^900\t/d' set/supabase/data/*.sql
world "2026-01-01 02:10"
one "too few rows" incomplete full "data schema"
rm repo/supabase/schema/*
"$backstay" scan >log 2>&1
"$backstay" verify --all --json >verified.json 2>log
[ $? = 1 ] && jq -e '[.verified[].findings[].code] | index("member-missing")' verified.json >/dev/null && ok || bad "a schema that vanished: $(cat verified.json)"

# pg_dumpall in gzip under Supabase's name: every database's tables by its name; a second one that is cut is noticed
mkdir -p set
sql postgres -c 'CREATE DATABASE "blog 2"'
sql "blog 2" -c 'CREATE TABLE posts (id int); INSERT INTO posts SELECT generate_series(1, 40)'
pg pg_dumpall --no-role-passwords >all.sql
gzip -c all.sql >set/db-cluster-01-01-2026@00-30-05.backup
world "2026-01-01 00:31"
got=$(jq -r '.backups | "\(length) \(.[0].verdict) \(.[0].format) \(.[0].taken_at) \(.[0].taken_from)"' list.json)
[ "$got" = "1 sound pgdumpall 2026-01-01T00:30:05Z name" ] && ok || bad "db-cluster: $got $(cat log verified.json)"
got=$(jq -r '[.verified[].findings[].code | select(. != "no-checksum")] | join(" ")' verified.json)
[ -z "$got" ] && ok || bad "db-cluster: $got"
got=$(jq -r '[.verified[0].tables[] | select(.rows != null) | "\(.database).\(.name) \(.rows)"] | sort | join(", ")' verified.json)
[ "$got" = "blog 2.posts 40, shop.log 1, shop.orders 901, shop.users 500" ] && ok || bad "db-cluster: $got"
want_cut() { # NAME SED VERDICT: without what SED takes it is that
	sed "$2" all.sql | gzip -c >"$dir/db-cluster-02-01-2026@00-30-05.backup"
	"$backstay" inspect --json "$dir/db-cluster-02-01-2026@00-30-05.backup" >item.json
	[ $? = 1 ] && [ "$(jq -r '.inspected[0].verdict' item.json)" = "$3" ] && ok || bad "$1: $(jq -c '.inspected[0] | del(.tables)' item.json)"
}
want_cut "the second database cut in its rows" '/^COPY public.posts/,$ { /^20$/,$d }' incomplete
last=$(grep -n '^-- PostgreSQL database dump complete' all.sql | tail -n 1 | cut -d : -f 1)
want_cut "the last database without its end mark" "$last,$((last + 1))d" incomplete
want_cut "a database in the middle without its end mark" "$(grep -n '^-- PostgreSQL database dump complete' all.sql | sed -n 2p | cut -d : -f 1)d" damaged
sum_up
