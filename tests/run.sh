#!/bin/sh
# run.sh: installs what testing needs, builds, and runs every test. The last line sums the runners' own results.
# BUILD names the build folder, MESON_OPTIONS adds options to its set-up (a sanitizer), SUITES picks suites.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
cd "$here"
sh tools/need.sh test
build=${BUILD:-build-test}
if [ ! -f "$build/build.ninja" ]; then
	# shellcheck disable=SC2086 # options are words
	meson setup "$build" ${MESON_OPTIONS:-} >"$build.log" 2>&1 || { cat "$build.log" >&2; exit 1; }
	rm -f "$build.log"
fi
ninja -C "$build" >"$build/build.log" 2>&1 || { grep -E 'error|warning|FAILED' "$build/build.log" >&2 || cat "$build/build.log" >&2; exit 1; }
rc=0
# shellcheck disable=SC2086
meson test -C "$build" --print-errorlogs --timeout-multiplier "${TIMES:-1}" ${SUITES:-} || rc=$?
exec sh tests/sum.sh "$build/meson-logs/testlog.json" "$rc"
