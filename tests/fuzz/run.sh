#!/bin/sh
# run.sh TARGET SECONDS [LIBFUZZER OPTIONS] - hunts with clang-14's libFuzzer, address and undefined-behaviour sanitizers.
# What it finds lies in build-fuzz/found/TARGET; make it small (-minimize_crash=1) and add it to corpus/TARGET with the fix.
set -eu
if [ $# -lt 2 ]; then
	echo "usage: $0 TARGET SECONDS [LIBFUZZER OPTIONS]" >&2
	exit 2
fi
target=$1 seconds=$2
shift 2
root=$(cd "$(dirname "$0")/../.." && pwd)
build=$root/build-fuzz
sanitize=address,undefined

if [ ! -f "$build/build.ninja" ]; then
	CC=clang-14 meson setup "$build" "$root" -Db_sanitize=$sanitize -Db_lundef=false \
		-Dc_args='-fsanitize=fuzzer-no-link -fno-sanitize-recover=undefined -Wno-unknown-warning-option' -Dwerror=false -Dtests=false
fi
ninja -C "$build" src/libformat.a src/libbase.a
# shellcheck disable=SC2046 # libraries are words
clang-14 -g -O1 -std=gnu11 -D_GNU_SOURCE -fsanitize=fuzzer,$sanitize -fno-sanitize-recover=undefined \
	-I"$root/src" -I"$root/include" -I"$root/tests/fuzz" "$root/tests/fuzz/fuzz_$target.c" \
	"$build/src/libformat.a" "$build/src/libbase.a" -lbz2 -lpthread \
	$(pkg-config --libs libarchive zlib libzstd liblz4 liblzma libxxhash libcrypto jansson libconfuse sqlite3) \
	-o "$build/fuzz_$target"
mkdir -p "$build/found/$target" "$build/corpus/$target"
cd "$build/found/$target"
exec "$build/fuzz_$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 "$@" \
	"$build/corpus/$target" "$root/tests/fuzz/corpus/$target"
