#!/bin/sh
# The other compiler, with its own warnings as errors, and clang-tidy over what it compiled.
set -eu
cd "$(dirname "$0")/../.."
log=$(mktemp)
trap 'rm -f "$log"' EXIT
[ -f build-clang/build.ninja ] || CC=clang meson setup build-clang >"$log" 2>&1 || { cat "$log"; exit 1; }
ninja -C build-clang >"$log" 2>&1 || { cat "$log"; exit 1; }
find src tools -name '*.c' -print0 | xargs -0 -n 4 -P 2 clang-tidy -p build-clang --quiet >"$log" 2>&1 ||
	{ grep -vE '^[0-9]+ warnings? generated' "$log"; echo "== in short"; grep -E '(error|warning): ' "$log" | sort -u; exit 1; }
