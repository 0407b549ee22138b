# How the program starts: with little, and with words where something of it is missing.
load tool

loaded() { # loaded COMMAND...: the libraries that were loaded for it
	LD_DEBUG=files "$BACKSTAY" "$@" 2>&1 >/dev/null | grep -o 'calling init: .*' || true
}

@test "who only asks loads no library of a format, no libcrypto" {
	backstay init
	ends 0
	local with
	for with in "--version" "list" "status --json" "pick --source none"; do
		# shellcheck disable=SC2086 # words
		out=$(loaded $with)
		says libsqlite3
		run grep -E 'archive|crypto|zstd|lzma|bz2|lz4|libbackstay-formats' <<<"$out"
		[ "$status" -eq 1 ]
	done
}

@test "a program without its formats says so, and finds nothing sound" {
	local lib
	lib=$(dirname "$BACKSTAY")/../src
	mkdir -p half/tools half/src
	cp "$BACKSTAY" half/tools/
	cp "$lib"/libbackstay.so.0 half/src/
	BACKSTAY=$PWD/half/tools/backstay
	unset LD_LIBRARY_PATH
	backstay --version
	ends 0
	backstay inspect "$SOURCE_ROOT/tests/sample/shop_20261101_020000.sql.gz"
	ends 3
	complains "a library that this needs is missing: libbackstay-formats.so"
	[ -z "$out" ]
}
