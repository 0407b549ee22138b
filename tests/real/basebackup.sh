#!/bin/bash
# Base backups of a real PostgreSQL, taken in every way that pg_basebackup knows, are sound; flipped, cut, lost and added to they are not,
# beside what pg_verifybackup says of the same plain folders: whatever it refuses is not sound here.
#   basebackup.sh BACKSTAY WALK_BASE [SEED [DAMAGES]]
# PGMAJORS, when set, is a folder with pg17/bin and pg18/bin (all tools): incremental backups are taken as well.
set -u
backstay=$(realpath "$1") walk=$(realpath "$2")
seed=${3:-20261122} damages=${4:-8}
here=$(cd "$(dirname "$0")" && pwd)
. "$here/count.sh"
. "$here/pg.sh"
RANDOM=$seed

# What backstay says: $verdict, $codes, and the line of facts in `said`.
look() {
	"$walk" -v "$1" >said 2>&1
	verdict=$(head -n 1 said | cut -d ' ' -f 1)
	codes=$(head -n 1 said | sed 's/.*|//')
}
is() { # NAME PATH VERDICT [CODE]
	look "$2"
	case "$verdict $codes " in
	"$3 "*" ${4:-} "*) ok ;;
	*) if [ "$verdict" = "$3" ] && [ -z "${4:-}${codes# }" ]; then ok; else bad "$1: $(cat said)"; fi ;;
	esac
}
verifies() { timeout 120 "$pg_bin/pg_verifybackup" -q "$@" >verified 2>&1; }

take() { # DIR OPTION...
	local to=$1
	shift
	pg pg_basebackup -N -c fast -D "$dir/$to" "$@" 2>taken || { bad "$to: $(cat taken)"; return 1; }
}

pg_start
sql postgres -c "CREATE TABLE t (a int)"
pg_change() { sql postgres -c "INSERT INTO t SELECT generate_series(1, 5000)"; }
pg_change

# Sound, in every way.
for how in stream fetch; do
	take plain-$how -X $how
	is "plain, -X $how" plain-$how sound
	holds "pg_verifybackup of plain-$how" verifies plain-$how
	take tar-$how -Ft -X $how
	is "tar, -X $how" tar-$how sound
done
for algorithm in NONE CRC32C SHA224 SHA256 SHA384 SHA512; do
	take plain-$algorithm --manifest-checksums=$algorithm
	case $algorithm in NONE) is "$algorithm" plain-NONE sound no-checksum ;; *) is "$algorithm" plain-$algorithm sound ;; esac
done
pg_change
take tar-gzip -Ft -z
is "gzip by the client" tar-gzip sound
take tar-recover -Ft -R
is "with a recovery configuration" tar-recover sound
take plain-recover -R
is "plain, with a recovery configuration" plain-recover sound
take plain-encoded --manifest-force-encode
is "encoded paths" plain-encoded sound
for how in client-lz4 client-zstd server-gzip server-lz4 server-zstd; do
	take tar-$how -Ft "--compress=$how" || continue
	case $how in *gzip) is $how tar-$how sound ;; *) is $how tar-$how sound no-checksum ;; esac
done
for algorithm in CRC32C SHA512; do
	pg pg_basebackup -c fast -Ft -X fetch -D - --manifest-checksums=$algorithm >piped-$algorithm.tar 2>/dev/null
	is "one tar, $algorithm" piped-$algorithm.tar sound
done
"$backstay" inspect piped-SHA512.tar >/dev/null
holds "the status of a sound tar" [ $? = 0 ]
take plain-nomanifest --no-manifest
is "no manifest" plain-nomanifest unproven manifest-missing
take plain-none -X none
is "no WAL" plain-none unproven wal-missing
take tar-none -Ft -X none
is "no WAL in tars" tar-none unproven wal-missing
is "base.tar alone" tar-none/base.tar unproven manifest-missing
"$backstay" inspect tar-none/base.tar >/dev/null
holds "the status of one that proves nothing" [ $? = 4 ]

$pg_as mkdir space
sql postgres -c "CREATE TABLESPACE s LOCATION '$dir/space'"
sql postgres -c "CREATE TABLE there TABLESPACE s AS SELECT 1 AS a"
take tar-space -Ft
is "a tablespace in a tar of its own" tar-space sound
mv tar-space/[0-9]*.tar lost.tar
is "its tar is lost" tar-space incomplete member-missing
take plain-space -T "$dir/space=$dir/moved"
is "a tablespace behind a link" plain-space unproven link-not-followed
sql postgres -c "DROP TABLE there" -c "DROP TABLESPACE s"
take plain-waldir "--waldir=$dir/waldir"
is "pg_wal behind a link" plain-waldir unproven wal-missing

# Damage.
rm -rf plain-[!s]* tar-[!sg]*
pick() { # a file of $1
	local files
	mapfile -t files < <(cd "$1" && find . -type f -size +0 | sed 's/^\.\///' | sort)
	echo "${files[$(((RANDOM * 32768 + RANDOM) % ${#files[@]}))]}"
}
place() { echo $(((RANDOM * 32768 + RANDOM) % $1)); } # less than $1
flip() { # FILE PLACE
	local byte
	byte=$(od -An -tu1 -j "$2" -N 1 "$1")
	printf "\\x$(printf %02x $((byte ^ (1 << RANDOM % 8))))" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}
declare -A tried theirs ours
count() { # KIND PATH MUST: whether backstay must notice, whatever pg_verifybackup says
	look "$2"
	tried[$1]=$((${tried[$1]:-0} + 1))
	if [ "$verdict" != sound ]; then ours[$1]=$((${ours[$1]:-0} + 1)); fi
	if [ -d "$2/global" ] && ! verifies "$2"; then
		theirs[$1]=$((${theirs[$1]:-0} + 1))
		[ "$verdict" != sound ] && ok || bad "$1: pg_verifybackup refuses it: $(cat verified)"
	elif [ "$3" = must ]; then
		[ "$verdict" != sound ] && ok || bad "$1: sound, $what"
	fi
}
p=plain-stream
for ((i = 0; i < damages; i++)); do
	what=$(pick $p)
	must=must
	case $what in postgresql.auto.conf | pg_wal/*) must= ;; esac
	cp -p "$p/$what" saved
	flip "$p/$what" "$(place "$(stat -c %s saved)")"
	count "plain: a bit is flipped" $p "$must"
	cp -p saved "$p/$what"
	truncate -s "$(place "$(stat -c %s saved)")" "$p/$what"
	[ "$what" = postgresql.auto.conf ] || must=must
	count "plain: a file is cut" $p "$must"
	rm "$p/$what"
	count "plain: a file is lost" $p "$must"
	cp -p saved "$p/$what"
	echo x >"$p/$(dirname "$what")/extra"
	case $what in pg_wal/*) must= ;; *) must=must ;; esac
	count "plain: a file too many" $p "$must"
	rm "$p/$(dirname "$what")/extra"
	cp -p $p/backup_manifest saved
	flip $p/backup_manifest "$(place "$(stat -c %s saved)")"
	count "plain: a bit of the manifest is flipped" $p must
	cp -p saved $p/backup_manifest
	truncate -s "$(place "$(stat -c %s saved)")" $p/backup_manifest
	count "plain: the manifest is cut" $p must
	cp -p saved $p/backup_manifest
	wal=$(ls -d $p/pg_wal/0* | head -n 1)
	start=$((16#$(sed -n 's/^START WAL LOCATION: [^/]*\/\([0-9A-F]*\).*/\1/p' $p/backup_label) % 16777216))
	cp -p "$wal" saved
	flip "$wal" $((start + RANDOM % 0xd0))
	count "plain: a bit of the WAL that it needs is flipped" $p must
	cp -p saved "$wal"
done
is "it is sound again" $p sound
for what in $p tar-gzip; do
	"$backstay" inspect $what >/dev/null
	holds "the status of a sound folder: $what" [ $? = 0 ]
done
mv $p/PG_VERSION saved
"$backstay" inspect $p >/dev/null
holds "the status of a folder that lacks a file" [ $? = 1 ]
mv saved $p/PG_VERSION
"$backstay" inspect plain-space >/dev/null
holds "the status of a folder with files behind a link" [ $? = 4 ]

for ((i = 0; i < damages; i++)); do
	for what in tar-stream/base.tar tar-gzip/base.tar.gz piped-SHA512.tar; do
		size=$(stat -c %s $what)
		cp -p $what saved
		flip $what "$(place "$size")"
		at=$what
		case $what in */*) at=${what%/*} ;; esac
		count "${what##*/} (${what%%-*}): a bit is flipped" "$at" ""
		cp -p saved $what
		truncate -s "$(place "$size")" $what
		count "${what##*/} (${what%%-*}): cut" "$at" must
		cp -p saved $what
	done
done
head -c 9000000 piped-SHA512.tar >cut.tar
"$backstay" inspect cut.tar >/dev/null
holds "the status of a cut tar" [ $? = 1 ]

# Incremental ones.
if [ -n "${PGMAJORS:-}" ]; then
	pg_stop
	for v in 17 18; do
		pg_bin=$PGMAJORS/pg$v/bin
		pg_start db$v
		sql postgres -c "ALTER SYSTEM SET summarize_wal = on" -c "SELECT pg_reload_conf()" >/dev/null
		sql postgres -c "CREATE TABLE t AS SELECT generate_series(1, 5000) AS a"
		take full-$v
		is "full of $v" full-$v sound
		start=$(cut -d ' ' -f 7 said | head -n 1)
		sql postgres -c "INSERT INTO t SELECT generate_series(1, 5000)"
		take incremental-$v -i "$dir/full-$v/backup_manifest"
		is "incremental of $v" incremental-$v sound needs-parent
		holds "it names its parent by its start" [ "$(cut -d ' ' -f 9 said | head -n 1)" = "$start" ]
		holds "pg_verifybackup of incremental-$v" verifies incremental-$v
		"$pg_bin/pg_combinebackup" -N full-$v incremental-$v -o combined-$v && is "combined of $v" combined-$v sound
		take tar-$v -Ft -z -i "$dir/full-$v/backup_manifest"
		is "incremental of $v in tars" tar-$v sound needs-parent
		pg_stop
	done
fi

echo "seed $seed, $("$pg_bin/pg_basebackup" --version)"
echo "| damage | tried | pg_verifybackup | backstay |"
echo "| --- | ---: | ---: | ---: |"
for kind in "${!tried[@]}"; do
	case $kind in plain*) their=${theirs[$kind]:-0} ;; *) their=- ;; esac
	echo "| $kind | ${tried[$kind]} | $their | ${ours[$kind]:-0} |"
done | sort
sum_up
