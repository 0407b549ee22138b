#!/bin/bash
# memory.sh BACKSTAY PLANTED: the memory of `inspect` stays bounded whatever the size: 64 MiB, and the window that a wrapping asks for. Peak
# resident memory as the kernel counted it; no time is judged.
set -u
backstay=$(realpath "$1")
planted=$(realpath "$2")
here=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
passed=0 failed=0
head_of() { printf -- '--\n-- PostgreSQL database dump\n--\n\n-- Dumped from database version 15.20\n-- Dumped by pg_dump version 15.20\n\nSET statement_timeout = 0;\n\nCREATE TABLE public.t (\n    v text\n);\n\nCOPY public.t (v) FROM stdin;\n'; }
tail_of() { printf '\\.\n\n\n--\n-- PostgreSQL database dump complete\n--\n\n'; }
plain() { # MIB: that much of rows of 1 KiB
	head_of
	yes "$(head -c 1023 /dev/zero | tr '\0' 'a')" | head -c $(($1 * 1048576))
	tail_of
}
row() { # MIB: one row of that size
	head_of
	head -c $(($1 * 1048576)) /dev/zero | tr '\0' 'b'
	printf '\n'
	tail_of
}
most() { # NAME FILE LIMIT_MIB VERDICT [CODE]: what it takes to look at FILE, in the worker too, which the program waits for
	local kib verdict
	"$backstay" inspect --json "$2" >out.json
	verdict=$(jq -r '.inspected[0].verdict' out.json)
	[ -z "${5-}" ] || jq -e --arg c "$5" '.inspected[0].findings | any(.code == $c)' out.json >/dev/null || verdict="no $5"
	kib=$(python3 -c 'import resource, subprocess, sys
subprocess.run([sys.argv[1], "inspect", "--quiet", sys.argv[2]], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' "$backstay" "$2")
	if [ "$verdict" = "$4" ] && [ "$kib" -gt 0 ] && [ "$kib" -le $(($3 * 1024)) ]; then
		passed=$((passed + 1))
		echo "ok: $1: $((kib / 1024)) MiB"
	else
		failed=$((failed + 1))
		echo "FAILED: $1: $verdict, $kib KiB, at most $3 MiB and $4 were wanted"
	fi
}
plain 256 >big.sql
most "256 MiB of plain text" big.sql 64 sound
gzip -1 -k big.sql
most "the same in gzip" big.sql.gz 64 sound
zstd -q -3 --long=27 -k big.sql
most "the same in zstd with a window of 128 MiB" big.sql.zst 192 sound
xz -1 -T1 -k big.sql
most "the same in xz" big.sql.xz 96 sound
rm -f big.sql.*
row 100 >row.sql
most "one row of 100 MiB" row.sql 64 sound
{ head_of; tail_of; printf 'SELECT '; head -c 104857600 /dev/zero | tr '\0' '1'; } >statement.sql
most "one statement of 100 MiB behind the end" statement.sql 64 damaged
head -c 1073741824 /dev/zero | gzip -1 >zeros.sql.gz
most "1 GiB of zeros in gzip" zeros.sql.gz 64 damaged
# Bombs: a little file, and what it wants.
mib() { head -c $(($1 * 1048576)) /dev/zero; }
mib 1024 | zstd -q -3 --long=27 >bomb.zst
most "1 GiB of zeros in $(stat -c %s bomb.zst) bytes of zstd" bomb.zst 192 unproven
mib 256 | xz -1 -T1 >bomb.xz
most "256 MiB of zeros in $(stat -c %s bomb.xz) bytes of xz" bomb.xz 96 unproven
mib 256 | bzip2 -1 >bomb.bz2
most "256 MiB of zeros in $(stat -c %s bomb.bz2) bytes of bzip2" bomb.bz2 64 unproven
mib 1024 | gzip -6 | zstd -q -3 >bomb.gz.zst
most "1 GiB of zeros in $(stat -c %s bomb.gz.zst) bytes of gzip in zstd" bomb.gz.zst 96 unproven
mib 1 | gzip | gzip | gzip >deep.gz
most "three wrappings" deep.gz 64 unreadable limit-reached
python3 - "$here" <<-'END'
	import struct, sys
	# a frame that wants a window of 2 GiB, and an xz that wants a dictionary of 4 GiB less one
	open('window.zst', 'wb').write(b'\x28\xb5\x2f\xfd\x00' + bytes([21 << 3]) + b'\x01\x00\x00')
	# a table of contents that claims four billion entries: its count follows the database and the two versions
	b = open(sys.argv[1] + '/tests/corpus/pgdump-custom/15-void.dump', 'rb').read()
	at = 11 + 5 + 7 * 5
	for _ in range(3):
	    at += 5 + int.from_bytes(b[at + 1:at + 5], 'little')
	open('toc.dump', 'wb').write(b[:at + 1] + b'\xff' * 4 + b[at + 5:])
END
most "a window of 2 GiB" window.zst 64 unreadable limit-reached
most "a table of contents of four billion entries" toc.dump 64 damaged
# A bug that takes all it can get (tests/planted).
backstay=$planted
cp toc.dump plant-memory.dump
most "a bug that wants all memory" plant-memory.dump 260 unreadable limit-reached
grep -q 'more memory than the 256 MiB' out.json || failed=$((failed + 1))
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
