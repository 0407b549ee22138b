#!/bin/bash
# A chain of incremental backups of a real PostgreSQL 17 in a catalog: linked by the log whatever they are called and however they lie,
# broken where a link goes, and whole again with what pg_combinebackup made of the link and what it builds on.
#   chains.sh BACKSTAY
# PGMAJORS is a folder with pg17/bin (server and tools); without it this is skipped.
set -u
backstay=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
PGBIN=${PGMAJORS:-/nonexistent}/pg17/bin
[ -x "$PGBIN/pg_combinebackup" ] || { echo "no PostgreSQL 17 in PGMAJORS"; exit 77; }
. "$here/count.sh"
. "$here/pg.sh"
export BACKSTAY_CATALOG=$dir/catalog.db HOME=$dir

pg_start db 5479
PGPORT=5479
export PGPORT
sql postgres -c "ALTER SYSTEM SET summarize_wal = on" -c "SELECT pg_reload_conf()" -c "CREATE TABLE t (a int)" >/dev/null
change() { sql postgres -c "INSERT INTO t SELECT generate_series(1, 5000)"; }
take() { # DIR OPTION...
	local to=$1
	shift
	pg pg_basebackup -N -c fast -D "$dir/$to" "$@" 2>taken || { bad "$to: $(cat taken)"; return 1; }
}
change
take zero
change
take three -Ft -z -i "$dir/zero/backup_manifest"
change
take one -R -Ft -i "$dir/three/backup_manifest"
change
take two -i "$dir/one/backup_manifest"
mkdir repo
mv three repo/d
mv one repo/a
cp -rp two repo/c
find repo -exec touch -d yesterday {} +

of() { "$backstay" show "$1" --json | python3 -c "import json, sys; b = json.load(sys.stdin)['backup']; print($2)"; }
look() {
	"$backstay" scan >said 2>&1
	"$backstay" verify >said 2>&1
}
"$backstay" repo add local repo >/dev/null
look
holds "without the whole one: $(cat said)" [ "$(of d 'b["verdict"]')" = incomplete ]
holds "the others are sound" [ "$(of a 'b["verdict"]') $(of c 'b["verdict"]')" = "sound sound" ]
cp -rp zero repo/e
find repo/e -exec touch -d yesterday {} +
look
for link in "c a" "a d" "d e"; do
	holds "$link" [ "$(of "${link% *}" 'b["parent"]')" = "$(of "${link#* }" 'b["id"]')" ]
	holds "$link, by their LSNs" [ "$(of "${link% *}" 'b["physical"]["incremental_from"]')" = "$(of "${link#* }" 'b["physical"]["start_lsn"]')" ]
	holds "$link, from the other end" [ "$(of "${link#* }" 'b["children"]')" = "[$(of "${link% *}" 'b["id"]')]" ]
done
holds "all are sound" [ "$(of c 'b["verdict"]') $(of a 'b["verdict"]') $(of d 'b["verdict"]') $(of e 'b["verdict"]')" = "sound sound sound sound" ]
holds "one cluster" [ "$(of c 'b["physical"]["system_identifier"]')" = "$(of e 'b["physical"]["system_identifier"]')" ]
# what is made of the first three begins where the last of them does, and takes its place
mkdir p3 p1
tar -xzf repo/d/base.tar.gz -C p3 && tar -xzf repo/d/pg_wal.tar.gz -C p3/pg_wal && cp repo/d/backup_manifest p3
tar -xf repo/a/base.tar -C p1 && tar -xf repo/a/pg_wal.tar -C p1/pg_wal && cp repo/a/backup_manifest p1
rm -rf repo/a
look
holds "a lost link is told" [ "$(of c 'b["verdict"]')" = incomplete ]
if "$PGBIN/pg_combinebackup" -N zero p3 p1 -o repo/f 2>said; then
	find repo/f -exec touch -d yesterday {} +
	look
	holds "a combined one is a parent: $(cat said)" [ "$(of c 'b["parent"]')" = "$(of f 'b["id"]')" ]
	holds "and makes the chain whole" [ "$(of c 'b["verdict"]')" = sound ]
else
	bad "pg_combinebackup: $(cat said)"
fi
sum_up
