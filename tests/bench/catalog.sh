#!/bin/bash
# catalog.sh: what a catalog of many backups costs. BACKUPS: how many, several numbers in one go ("10000 100000 1000000"; 10000).
# BENCH_DATA: where catalogs are kept between runs. BUILD: a build with tests (build-bench, made when it is not there).
# Times are microseconds, wall and CPU of the process, medians; nothing is judged here: docs/performance-catalog.md has the targets.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
BUILD=${BUILD:-$top/build-bench}
data=${BENCH_DATA:-${TMPDIR:-/tmp}/backstay-bench-catalog}
mkdir -p "$data"
if [ ! -x "$BUILD/tests/ask" ]; then
	[ -f "$BUILD/build.ninja" ] || meson setup "$BUILD" "$top" --buildtype=release >/dev/null
	ninja -C "$BUILD" tools/backstay tests/million tests/ask >/dev/null
fi
for n in ${BACKUPS:-10000}; do
	sources=$((n / 1000 > 0 ? n / 1000 : 1))
	db=$data/catalog-$n.db
	if [ ! -f "$db" ]; then
		rm -f "$db.part"*
		"$BUILD/tests/million" "$db.part" "$n" "$sources" proven >"$db.rates"
		rm -f "$db.part-journal" "$db.part.retain-lock"
		mv "$db.part" "$db"
	fi
	echo "== $n backups of $sources sources"
	cat "$db.rates"
	echo "question, wall us, CPU us"
	"$BUILD/tests/ask" "$db" db0000
	echo "the same plan (7 last, 14 days, 8 weeks, 12 months) and gaps as SQL window functions, s of CPU"
	sqlite3 -readonly "$db" <"$here/windows.sql" | awk '/^Run Time/ {print $6 + $8}'
done
