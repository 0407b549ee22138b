#!/bin/bash
# Sound dumps of a real PostgreSQL in every wrapping, cut and with single bits flipped, by matrix.c: prints what the verifier noticed as
# a table. matrix.sh MATRIX [full] [SEED]: `full` cuts the unpacked dumps at every byte too, not just at 200 random places and each
# boundary of lines and contents, flips ten times as many bits, and adds dumps of many blocks. MATRIX_FLIPS flips so many instead: a
# sanitizer takes its time.
#
# A cut that loses more than blanks must never be sound, nor a flip that changes unwrapped bytes under a checksum (gzip, zstd, xz, bzip2,
# lz4, the zlib data of a custom dump). What nothing can see is counted, and all of it must be seen by who knows the digest.
set -u
matrix=$(realpath "$1")
full=
[ "${2:-}" != full ] || { full=1; shift; }
seed=${2:-20261122}
flips=${MATRIX_FLIPS:-${full:+10000}}
: "${flips:=1000}"
unpacked=${full:+all}
: "${unpacked:=200}"
here=$(cd "$(dirname "$0")" && pwd)
. "$here/count.sh"
. "$here/pg.sh"

pg_start
sql postgres -c 'CREATE ROLE joe'
database() {
	sql postgres -c "CREATE DATABASE $1"
	sql "$1" -f "$here/plain.sql" >/dev/null || exit 1
}
database shop

make() { # DATABASE: in the folder of that name, one artifact a kind
	mkdir "$1"
	cd "$1" || exit 1
	pg pg_dump "$1" >dump.sql
	pg pg_dump --rows-per-insert=5 "$1" >inserts.sql
	pg pg_dumpall >cluster.sql
	split -n 3 dump.sql part.
	for part in part.a?; do
		gzip -c $part >>members.sql.gz
		zstd -qc $part >>frames.sql.zst
		bzip2 -c $part >>streams.sql.bz2
		xz -c $part >>streams.sql.xz
	done
	rm part.a?
	gzip -c dump.sql >dump.sql.gz
	zstd -qc dump.sql >dump.sql.zst
	zstd -qc --no-check dump.sql >unchecked.sql.zst
	xz -c --block-size=8192 dump.sql >blocks.sql.xz
	bzip2 -1c dump.sql >dump.sql.bz2
	lz4 -qc dump.sql >dump.sql.lz4
	lz4 -qcB4096 -BX dump.sql >blocks.sql.lz4
	lz4 -qc --no-frame-crc dump.sql >unchecked.sql.lz4
	gzip -c dump.sql | xz -c >nested.sql.gz.xz
	pg pg_dump -Fc "$1" >zlib.dump
	pg pg_dump -Fc -Z0 "$1" >none.dump
	cd ..
}

heading() {
	echo "| artifact | bytes | cuts | noticed | only blanks lost | missed | flips | noticed | nothing changed | unseen | with a digest | missed |"
	echo "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
}
row() { # TEXT: of the fields of the last run
	awk -F'\t' -v name="$1" '{ printf "| %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |\n", name, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12 }' row
}
try() { # NAME FILE OPTION...
	local name=$1 file=$2
	shift 2
	"$matrix" --seed "$seed" "$@" "$file" >row 2>said
	local status=$?
	row "$name"
	[ $status = 0 ] && [ -s row ] && ok || { bad "$name:"; head -n 5 said; }
}

# Flips in zlib data only. The walk digests no unpacked rows, so pg_restore says of each flip that passed whether a row changed.
try_zlib() { # NAME FILE
	local name=$1 changed=0 n=0 flipped
	mkdir unseen
	"$matrix" --seed "$seed" --flips "$flips" --data --keep unseen "$2" >row 2>said || { bad "$name:"; head -n 5 said; }
	pg_text "$2" >want
	for flipped in unseen/*; do
		[ -e "$flipped" ] || continue
		n=$((n + 1))
		pg_text "$flipped" >have && cmp -s want have || changed=$((changed + 1))
	done
	rm -r unseen
	[ "$(cut -f10 row)" = $n ] && [ $changed = 0 ] && ok || bad "$name: $changed of $n flips that passed change a row"
	awk -F'\t' -v n=$n -v c=$changed 'BEGIN { OFS = FS } { $9 += n - c; $10 = c; print }' row >row2 && mv row2 row
	row "$name"
}
pg_text() { "$pg_bin/pg_restore" --restrict-key=k -f - "$1" 2>/dev/null; }

table() { # CUTS-OF-PACKED CUTS-OF-UNPACKED
	heading
	for it in dump.sql inserts.sql cluster.sql; do
		try "$it" $it --cuts "$2" --flips "$flips"
	done
	for it in dump.sql.gz members.sql.gz dump.sql.zst frames.sql.zst dump.sql.bz2 streams.sql.bz2 blocks.sql.xz streams.sql.xz \
		dump.sql.lz4 blocks.sql.lz4 nested.sql.gz.xz; do
		try "$it" $it --cuts "$1" --flips "$flips" --checked
	done
	for it in unchecked.sql.zst unchecked.sql.lz4; do
		try "$it" $it --cuts "$1" --flips "$flips"
	done
	try "zlib.dump" zlib.dump --cuts "$2" --flips "$flips"
	try_zlib "zlib.dump, flips in the data" zlib.dump
	try "none.dump" none.dump --cuts "$2" --flips "$flips"
	try "none.dump, flips in the data" none.dump --flips "$flips" --data
}

make shop
cd shop || exit 1
echo "seed $seed, $(nproc) cores, $(uname -sr), $("$pg_bin/pg_dump" --version)"
echo
echo "A small database; packed files are cut at every byte${full:+, and so are the others}:"
echo
table all "$unpacked"
cd ..
if [ $full ]; then
	flips=1000
	database big
	sql big -c "INSERT INTO users (name) SELECT md5(g::text) FROM generate_series(1, 7000) g"
	make big
	cd big || exit 1
	echo
	echo "A larger one of many blocks, cut at 200 random places, at each byte of a table of contents, and at each of the last 4 KiB (of text: each line):"
	echo
	table 200 200
fi
sum_up
