#!/bin/bash
# memory.sh BACKSTAY: the memory of `inspect` stays bounded whatever the size: 64 MiB, and the window that a wrapping asks for. Peak
# resident memory as the kernel counted it; no time is judged.
set -u
backstay=$(realpath "$1")
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
most() { # NAME FILE LIMIT_MIB VERDICT: what it takes to look at FILE
	local kib verdict
	"$backstay" inspect --json "$2" >out.json
	verdict=$(jq -r '.inspected[0].verdict' out.json)
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
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
