#!/bin/bash
# small.sh [FILES]: 10,000 small dumps, catalogued and verified by one scan and one verify, against a shell loop that runs `gzip -t`
# and `grep` for each. Both in the same run on the same bytes; prints files a second of each and the ratio. Judges nothing.
# BACKSTAY names the program (build/tools/backstay).
set -euo pipefail
n=${1:-10000}
here=$(cd "$(dirname "$0")/../.." && pwd)
backstay=${BACKSTAY:-$here/build/tools/backstay}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/repo"
src=("$here"/tests/sample/shop_20261025*.sql.gz)
zcat "${src[0]}" >"$work/one.sql"
for ((i = 0; i < n; i++)); do # no two alike, as of many nights
	d=$(date -u -d "2026-01-01 +$((i * 37)) minutes" +%Y%m%d_%H%M%S)
	{ cat "$work/one.sql"; printf -- '-- %d\n' "$i"; } | gzip -n >"$work/repo/shop_$d.sql.gz"
done
find "$work/repo" -type f -exec touch -d '2026-10-25 02:00:00Z' {} +
now() { date +%s.%N; }
export BACKSTAY_CATALOG=$work/c.db BACKSTAY_CONFIG=/dev/null
"$backstay" repo add r "$work/repo" --read-only >/dev/null
a=$(now)
"$backstay" scan --quiet
"$backstay" verify --quiet || true
b=$(now)
bad=0
for f in "$work"/repo/*; do
	gzip -t "$f" || bad=$((bad + 1))
	zcat "$f" | grep -q 'CREATE TABLE.*users' || bad=$((bad + 1))
done
c=$(now)
"$backstay" list --json | jq -r '[.backups[].verdict] | group_by(.) | map("\(.[0]) \(length)") | join(", ")'
awk -v n="$n" -v a="$a" -v b="$b" -v c="$c" 'BEGIN {
	ours = n / (b - a); loop = n / (c - b)
	printf "scan + verify: %.0f files/s\ngzip -t and grep: %.0f files/s\nratio: %.1f\n", ours, loop, ours / loop }'
