#!/bin/sh
# run.sh: installs what testing needs, builds, and runs every test. The last line sums the runners' own results.
# BUILD names the build folder, MESON_OPTIONS adds options to its set-up (a sanitizer), SUITES picks suites, TIMES multiplies the
# time that each test may take.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
cd "$here"
sh tools/need.sh test
build=${BUILD:-build-test}
stop() {
	grep -A 30 -E 'FAILED|error|ERROR' "$1" >&2 || cat "$1" >&2
	echo "0 passed, 1 failed, 0 skipped"
	exit 1
}
if [ ! -f "$build/build.ninja" ]; then
	# shellcheck disable=SC2086 # options are words
	meson setup "$build" ${MESON_OPTIONS:-} >"$build.log" 2>&1 || stop "$build.log"
	rm -f "$build.log"
fi
ninja -C "$build" >"$build/build.log" 2>&1 || stop "$build/build.log"
rm -f "$build/meson-logs/testlog.json"
rc=0
# shellcheck disable=SC2086
meson test -C "$build" --no-rebuild --print-errorlogs --timeout-multiplier "${TIMES:-1}" ${SUITES:-} || rc=$?
exec sh tests/sum.sh "$build/meson-logs/testlog.json" "$rc"
