#!/bin/bash
# instructions.sh [BUILD]: counts by callgrind what one look at each sample executes, against tests/bench/instructions.baseline: more
# than 3 % above it is a failure (1). --write makes the baseline anew.
# Callgrind counts the same on every processor with AVX2: valgrind shows a program one and the same processor (AVX2, no AVX-512, no
# SHA instructions), whichever it runs on, so that glibc, ISA-L, xxHash, libcrypto and our own code all choose the same way. On a
# processor without AVX2, or of another family, there is no baseline: it says so and ends with 0.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
write=
[ "${1:-}" != --write ] || { write=1; shift; }
build=${1:-$top/build-instructions}
baseline=$here/instructions.baseline
if [ "$(uname -m)" != x86_64 ] || ! grep -q -w avx2 /proc/cpuinfo; then
	echo "skipped: no baseline for $(uname -m) without AVX2"
	exit 0
fi
if [ ! -f "$build/build.ninja" ]; then
	meson setup "$build" "$top" >/dev/null
fi
ninja -C "$build" tests/steps >/dev/null
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 "$here/sample.py" "$dir"
count() { # count NAME FILE [no-sha256]
	local n name=$1
	shift
	valgrind --tool=callgrind --collect-atstart=no --toggle-collect=format_verify --callgrind-out-file="$dir/out" \
		"$build/tests/steps" "$@" >"$dir/said" 2>&1 || { cat "$dir/said" >&2; exit 1; }
	n=$(sed -n 's/^\(summary\|totals\): //p' "$dir/out" | tail -n 1)
	echo "$name $n" >>"$dir/counts"
}
count plain "$dir/sample.sql" no-sha256
count plain-sha256 "$dir/sample.sql"
count gzip "$dir/sample.sql.gz" no-sha256
count zstd "$dir/sample.sql.zst" no-sha256
count lz4 "$dir/sample.sql.lz4" no-sha256
made="# $(gcc --version | head -n 1); $(dpkg-query -W -f '${Package} ${Version}; ' libisal2 zlib1g libzstd1 liblz4-1 libxxhash0 libssl3 libc6 2>/dev/null || true)"
if [ -n "$write" ]; then
	{ echo "$made"; cat "$dir/counts"; } >"$baseline"
	exit 0
fi
grep -qxF -- "$made" "$baseline" || printf 'the baseline was made by other versions:\n%s\n%s\n' "$(head -n 1 "$baseline")" "$made"
rc=0
while read -r name n; do
	was=$(sed -n "s/^$name //p" "$baseline")
	[ -n "$was" ] || { echo "FAIL $name: $n instructions, and no baseline"; rc=1; continue; }
	change=$(awk -v n="$n" -v was="$was" 'BEGIN { printf "%+.2f", 100 * (n / was - 1) }')
	if [ "$n" -gt $((was + was * 3 / 100)) ]; then
		echo "FAIL $name: $n instructions, $change % of $was"
		rc=1
	elif [ "$n" -lt $((was - was * 3 / 100)) ]; then
		echo "ok   $name: $n instructions, $change %: write the baseline anew, so that it stays so"
	else
		echo "ok   $name: $n instructions, $change %"
	fi
done <"$dir/counts"
exit $rc
