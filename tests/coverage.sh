#!/bin/sh
# coverage.sh [PERCENT [BUILD]]: how many lines of src/format the tests of that floor run: units, contract, corpora of the fuzz targets. Only
# what is called in the test's own process counts: the processes without rights end without writing a count. Prints a row a file
# and ends with 1 below PERCENT (95). Nothing is left out of the count.
set -eu
cd "$(dirname "$0")/.."
least=${1:-95} build=${2:-build-cov}
[ -f "$build/build.ninja" ] || meson setup "$build" -Db_coverage=true --buildtype=debug -Dc_args=-fprofile-update=atomic >"$build.log" 2>&1 || { cat "$build.log"; exit 1; }
rm -f "$build.log"
find "$build" -name '*.gcda' -delete
tests=$(meson test -C "$build" --list 2>/dev/null | sed -n 's/^.* \/ \(format\/.*\|fuzz\/.*\|contract\/formats\)$/\1/p')
# shellcheck disable=SC2086 # names are words
meson test -C "$build" -t "${TIMES:-4}" $tests >"$build/tests.log" 2>&1 || { tail -n 40 "$build/tests.log"; exit 1; }
cd "$build" # gcov writes where it stands
exec gcovr -r "$OLDPWD" . --filter "$OLDPWD/src/format/" --sort-percentage --fail-under-line "$least" --txt
