#!/bin/bash
# One sound artifact of each format, made by the real tools, spoilt in seven ways by spoil.py: what each level of backstay notices, beside
# the tools that people check such files with. One table. allmatrix.sh BACKSTAY WALK_WAL [CUTS [FLIPS [SEED]]]
# 200 cuts and 1,000 flips are the full run; the tests run a tenth. ONLY="custom sqlite" picks formats. EVERY: of how many files the slow
# tools (those that may spin) see one; each file that passes here is shown to them in any case. PGMAJORS: a folder with pg18/bin, whose
# pg_verifybackup reads tars.
set -u
backstay=$(realpath "$1") walk=$(realpath "$2")
cuts=${3:-20} flips=${4:-100} seed=${5:-20261122}
every=${EVERY:-5}
here=$(cd "$(dirname "$0")" && pwd)
. "$here/count.sh"
. "$here/pg.sh"

# A small cluster: the smaller a base backup, the more of them can be spoilt.
pg_options="--wal-segsize=1" pg_settings="-c min_wal_size=2MB -c max_wal_size=4MB -c wal_keep_size=16MB"
pg_start
sql postgres -c 'CREATE ROLE joe'
sql postgres -c 'CREATE DATABASE shop'
sql shop -f "$here/plain.sql" >/dev/null || exit 1
pg pg_dump shop >dump.sql
gzip -nc dump.sql >dump.sql.gz
pg pg_dump -Fc shop >shop.dump
pg pg_dump -Ft shop >shop.tar
pg pg_dump -Fd -f "$dir/folder" shop
pg pg_dumpall >cluster.sql
{ # as the CLI edits it
	printf 'SET session_replication_role = replica;\n\n'
	pg pg_dump --data-only --quote-all-identifier shop 2>/dev/null | sed -E 's/^\\(un)?restrict .*$/-- &/'
	echo 'RESET ALL;'
} >data.sql
sql shop -c "SELECT pg_switch_wal()" >/dev/null
segment=$(sql shop -c 'SELECT pg_walfile_name(pg_current_wal_lsn())')
sql shop -c "CREATE TABLE filler AS SELECT i, md5(i::text) FROM generate_series(1, 9000) i" >/dev/null
sql shop -c "SELECT pg_switch_wal()" >/dev/null
mkdir segments run
cp "$dir/db/pg_wal/$segment" segments/
# What is not needed any more makes a base backup large.
sql template1 -c "UPDATE pg_database SET datistemplate = false WHERE datname = 'template0'" -c 'DROP DATABASE template0' \
	-c 'DROP DATABASE postgres' -c 'DROP DATABASE shop' -c CHECKPOINT
for how in p t; do
	$pg_as "$pg_bin/pg_basebackup" -h "$dir" -U postgres -F$how -N -c fast -X fetch -D "$dir/base-$how" 2>taken || bad "no base backup: $(cat taken)"
done
sql template1 -c 'SELECT pg_switch_wal()' >/dev/null
current=$(sql template1 -c 'SELECT pg_walfile_name(pg_current_wal_lsn())')
for it in "$dir"/db/pg_wal/0000????????????????????; do
	if [[ ${it##*/} < $current ]]; then cp "$it" run/; fi
done
chmod -R a+rX folder base-p base-t
pg_stop

for it in 512 4096; do
	sqlite3 shop-$it.db "PRAGMA page_size = $it" "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, mail TEXT UNIQUE);
		WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900)
			INSERT INTO users SELECT i, 'name ' || i, 'n' || i || '@example.org' FROM n;
		CREATE INDEX by_name ON users (name); CREATE TABLE gone AS SELECT * FROM users; DROP TABLE gone"
done
mkdir -p files/sub
cp shop.dump files/
cp dump.sql.gz files/sub/
seq 1 4000 >files/sub/numbers
ln -s sub/numbers files/soft
ln files/sub/numbers files/hard
find files -exec touch -h -d 2026-11-01T02:00:00Z {} +
tar --sort=name --owner=0 --group=0 --numeric-owner -cf gnu.tar files
tar --sort=name --format=posix --pax-option=delete=atime,delete=ctime -cf posix.tar files
bsdtar --format=ustar -cf bsd.tar files
zip -qrXy info.zip files
zip -qrX - files | cat >pipe.zip
zip -qrXy0 stored.zip files
bsdtar --format zip -cf bsd.zip files
python3 -c '
import zipfile
with zipfile.ZipFile("python.zip", "w", zipfile.ZIP_DEFLATED) as z:
    for n in "files/shop.dump", "files/sub/dump.sql.gz", "files/sub/numbers":
        z.write(n)'

restore=$pg_bin/pg_restore
list="pg_restore -l=$restore -l"
script="pg_restore -f=$restore -f /dev/null"
tarsees=()
eighteen=${PGMAJORS:-/none}/pg18/bin/pg_verifybackup
[ ! -x "$eighteen" ] || tarsees=(--slow "pg_verifybackup 18=$eighteen -n")
echo "seed $seed, $cuts cuts and $flips flipped bits, slow tools see one of $every, $("$pg_bin/pg_dump" --version), $(sqlite3 --version | cut -d ' ' -f 1)"
echo
echo "| format | damage | files | nothing changed | whole | sealed | other tools noticed |"
echo "| --- | --- | ---: | ---: | ---: | ---: | --- |"
try() { # FORMAT PATH OPTION...
	[[ -z ${ONLY:-} || " $ONLY " == *" ${1%% *} "* ]] || return 0
	rm -rf spoilt
	if python3 "$here/spoil.py" "$backstay" "$1" "$2" "$cuts" "$flips" "$seed" --every "$every" "${@:3}" 2>said; then ok; else bad "$1: $(cat said)"; fi
}
# What a format can see all of, of each kind; the rest has no checksum there.
all=cut,flip,zeroed,swapped,appended,lost,doubled most=cut,zeroed,swapped,appended,lost,doubled ends=cut,appended
try plain dump.sql --text
try plain.gz dump.sql.gz --text --must $all --tool "gzip -t=gzip -t"
try custom shop.dump --must cut,zeroed,appended,lost --slow "$list" --slow "$script"
try directory folder --must $ends,lost,doubled --slow "$list" --slow "$script"
try tardump shop.tar --must cut,lost,doubled --slow "$list" --slow "$script"
try dumpall cluster.sql --text
try supabase-data data.sql --text
try sqlite shop-512.db --tool integrity_check=sqlite
try wal "segments/$segment" --block 8192 --slow "pg_waldump=$pg_bin/pg_waldump -q"
tars=("tar -t=tar -tf" "bsdtar -t=bsdtar -tf") zips=("unzip -t=unzip -tqq" zipfile=zipfile)
try "tar gnu" gnu.tar --must $ends --tool "${tars[0]}" --tool "${tars[1]}"
try "zip info" info.zip --must $most --tool "${zips[0]}" --tool "${zips[1]}"
try "base tar" base-t --must $most "${tarsees[@]}"
# A server may have written that one after the backup was taken: pg_verifybackup passes it over, too.
try "base plain" base-p --block 8192 --leave postgresql.auto.conf --slow "pg_verifybackup=$pg_bin/pg_verifybackup -q"
# other writers of the same
try "sqlite 4096" shop-4096.db --block 4096 --tool integrity_check=sqlite
for it in posix bsd; do try "tar $it" $it.tar --must $ends --tool "${tars[0]}" --tool "${tars[1]}"; done
for it in pipe stored bsd python; do try "zip $it" $it.zip --must $most --tool "${zips[0]}" --tool "${zips[1]}"; done
if [[ -z ${ONLY:-} || " $ONLY " == *" wal "* ]]; then
	echo
	echo "A run of segments as verify reads it, one after the other:"
	echo
	if "$walk" "$seed" "$flips" "$cuts" run/0000*; then ok; else bad "a run of WAL"; fi
fi
echo
sum_up
