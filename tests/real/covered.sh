#!/bin/sh
# Nights of a real PostgreSQL, the last one dumped by a role that row security filters: pg_dump says 0 and writes its end mark, and
# only history tells. Then the manifest of docs/covered.md, made as that page says. covered.sh BACKSTAY
set -u
backstay=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
. "$here/count.sh"
. "$here/pg.sh"

pg_start
sql postgres -c 'CREATE DATABASE shop' -c 'CREATE ROLE clerk LOGIN'
sql shop >/dev/null <<'END'
CREATE TABLE accounts (id int PRIMARY KEY, owner text, note text);
INSERT INTO accounts SELECT i, CASE WHEN i <= 10 THEN 'clerk' ELSE 'boss' END, 'note ' || i FROM generate_series(1, 20001) i;
CREATE TABLE orders (id int);
INSERT INTO orders SELECT generate_series(1, 300);
CREATE TABLE "Odd.name" (x int);
INSERT INTO "Odd.name" VALUES (1), (2);
CREATE TABLE parted (x int) PARTITION BY RANGE (x);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (10);
INSERT INTO parted SELECT generate_series(0, 4);
CREATE TABLE base (x int);
CREATE TABLE child () INHERITS (base);
INSERT INTO base VALUES (1);
INSERT INTO child VALUES (2), (3);
ALTER TABLE accounts ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON accounts USING (owner = current_user);
GRANT SELECT ON ALL TABLES IN SCHEMA public TO clerk;
END

export HOME="$dir" XDG_CONFIG_HOME="$dir/config" XDG_STATE_HOME="$dir/state" BACKSTAY_CATALOG="$dir/catalog.db"
unset BACKSTAY_CONFIG
mkdir repo
# ends WANT COMMAND...: its answer is in out.json
ends() {
	want=$1
	shift
	"$backstay" --json "$@" >out.json 2>err
	got=$?
	[ $got = "$want" ] && return 0
	echo "wanted $want, got $got: $*"
	cat err
	jq -c '[.error, .summary, .verified[]?.findings]' out.json
	return 1
}
has() { [ "$(jq -r "$1" out.json)" = "$2" ] || { echo "wanted $2 of $1, got $(jq -c "$1" out.json)"; return 1; }; }
codes='[.verified[].findings[] | select(.severity == "error") | .code] | unique | join(" ")'

# Plain text has no time in it: its name tells. Custom has one, to the second.
plain() { pg pg_dump "$@" shop >"repo/plain_2026010${night}_020000.sql" 2>dump.err; }
custom() { pg pg_dump -Fc "$@" shop >"repo/custom_2026010${night}_020000.dump" 2>dump.err; sleep 1; }

holds init ends 0 init
holds repo ends 0 repo add local repo
for kind in plain custom; do
	holds "$kind source" ends 0 source add $kind --match "${kind}_*"
done
for night in 1 2 3; do
	sql shop -c "INSERT INTO accounts SELECT i, 'boss' FROM generate_series($night * 100000, $night * 100000 + 10) i"
	plain || bad "no dump: $(cat dump.err)"
	custom || bad "no dump: $(cat dump.err)"
	[ $night = 3 ] || holds "night $night" ends 0 nightly
done
holds "night 3" ends 0 nightly
holds "the third night is compared" has '[.verified[].levels.covered] | unique | join(" ")' pass
holds "what it brought" has '[.sources[].rows_delta[] | "\(.name) \(.delta)"] | unique | join(" ")' 'accounts 11'

# without the flag pg_dump refuses; with it all looks well
night=4
plain -U clerk && bad "pg_dump dumps what row security hides"
plain -U clerk --enable-row-security || bad "no dump: $(cat dump.err)"
tail -n 20 repo/plain_20260104_020000.sql | grep -q 'dump complete' && ok || bad "no end mark"
custom -U clerk --enable-row-security || bad "no dump: $(cat dump.err)"
for kind in plain custom; do
	file=$(echo repo/${kind}_20260104*)
	holds "$kind: inspect has no history" ends 0 inspect "$file"
	holds "$kind: 10 rows" has '.inspected[0].tables[] | select(.name == "accounts").rows' 10
	"$backstay" scan >/dev/null
	holds "$kind: verify" ends 1 verify --source $kind
	holds "$kind: the drop" has "$codes" rows-dropped
	holds "$kind: one item" has '[.verified[] | select(.verdict == "incomplete") | .path] | join(" ")' "${file#repo/}"
	holds "$kind: covered" has '.verified[] | select(.verdict == "incomplete") | .levels.covered' fail
	holds "$kind: status" ends 1 status $kind
	holds "$kind: its trouble" has '.sources[0].trouble[0].code' rows-dropped
	holds "$kind: the newest proven one" has '.sources[0].newest_proven.label | contains("0103")' true
	holds "$kind: what was lost" has '.sources[0].rows_delta[0] | "\(.name) \(.rows) \(.before)"' 'accounts 10 20034'
done
holds "nightly" ends 1 nightly
"$backstay" nightly --quiet 2>quiet && bad "nightly is content"
grep -q 'plain 1 in trouble' quiet && ok || { bad "nightly does not name it"; cat quiet; }

# the next good night is good, and the filtered one again is not
night=5
plain
holds "a good night after" ends 1 nightly
holds "it is sound" has '[.verified[] | select(.path | contains("0105")) | .verdict] | join(" ")' sound
night=6
plain -U clerk --enable-row-security
holds "filtered again" ends 1 nightly
holds "told again" has "$codes" rows-dropped

# learned from a good night, missed when a table is left out
holds learn ends 0 source learn plain_20260105
holds "all but the partition" has '[.learned[] | "\(.schema).\(.name)"] | sort | join(" ")' \
	'public.Odd.name public.accounts public.base public.child public.orders public.parted'
night=7
plain -T orders
holds "a table left out" ends 1 nightly
holds "missed" has "$codes" required-table-missing

# the page's own way to a manifest
mkdir counted
sed -n '/^```sh$/,/^```$/p' "$here/../../docs/covered.md" | sed '1d;$d' >counted/make.sh
grep -q 'pg_export_snapshot' counted/make.sh && ok || bad "docs/covered.md has no recipe"
(cd counted && PATH="$pg_bin:$PATH" PGHOST="$dir" PGUSER=postgres sh make.sh) || bad "the recipe fails"
holds "counted" ends 0 inspect counted/shop.dump
holds "six tables" has '[.inspected[0].tables[] | select(.manifest_rows != null)] | length' 6
holds "agrees" has '[.inspected[0].tables[] | select(.manifest_rows != null) | .rows == .manifest_rows] | all' true
holds "covered" has '.inspected[0].levels.covered' pass
pg pg_dump -Fd -f "$dir/folder" shop
cp counted/shop.dump.manifest folder.manifest
holds "a folder" ends 0 inspect folder
holds "it is covered" has '.inspected[0].levels.covered' pass
sed -i 's/^public.orders 300$/public.orders 301/' folder.manifest
holds "a folder that lacks a row" ends 1 inspect folder
cp counted/shop.dump.manifest counted/part.dump.manifest
pg pg_dump -Fc -U clerk --enable-row-security shop >counted/part.dump
holds "ten of twenty thousand" ends 1 inspect counted/part.dump
holds "disagrees" has '[.inspected[0].findings[] | select(.severity == "error") | .code] | join(" ")' rows-disagree
sed -i 's/^public.orders 300$/public.orders 301/' counted/shop.dump.manifest
holds "one row" ends 1 inspect counted/shop.dump

sum_up
