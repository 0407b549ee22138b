#!/bin/sh
# The other compiler, with its own warnings, and clang-tidy over what it compiled.
set -eu
cd "$(dirname "$0")/../.."
[ -f build-clang/build.ninja ] || CC=clang meson setup build-clang >/dev/null
ninja -C build-clang
find src tools -name '*.c' -print0 | xargs -0 -n 8 -P 2 clang-tidy -p build-clang --quiet
