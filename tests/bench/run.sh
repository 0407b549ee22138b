#!/bin/bash
# run.sh [ROW...]: the table of docs/performance.md, measured here and now. Each row is a job of ours against another tool's, on the same
# bytes, in alternating pairs; it prints the median of the ratios, the spread, and whether that passes the target. It judges, and ends
# with 0 all the same: JUDGE=1 ends with 1 when a row falls short. Rows stand in tests/bench/rows/*.ini (their format: measure.py).
# SIZE: MiB of plain text (1024; 16 is the small one). BENCH_DATA: where the data is kept between runs. PAIRS (5), BACKSTAY (the program;
# else an optimised build is made in build-bench), PGBIN.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
export SIZE=${SIZE:-1024}
export BENCH_DATA=${BENCH_DATA:-${TMPDIR:-/tmp}/backstay-bench-$SIZE}
if [ -z "${BACKSTAY:-}" ]; then
	[ -f "$top/build-bench/build.ninja" ] || meson setup "$top/build-bench" "$top" --buildtype=release -Dtests=false >/dev/null
	ninja -C "$top/build-bench" >/dev/null
	BACKSTAY=$top/build-bench/tools/backstay
fi
export BACKSTAY PGBIN=${PGBIN:-/usr/lib/postgresql/15/bin}
bash "$here/data.sh" "$BENCH_DATA" "$SIZE"
exec python3 "$here/measure.py" "$here/rows" "$@"
