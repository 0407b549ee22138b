# inspect: the status rule of the contract, the shape of its item, and what people see.
load tool

prepare() {
	S="$SOURCE_ROOT/tests/sample"
	good="$S/shop_20261101_020000.sql.gz"
	cut="$S/shop_20261103_020000.sql.gz"
	custom="$S/weekly_20261026.dump"
	echo "no backup at all" >notes.txt
}

@test "sound files end with 0, one line each" {
	backstay inspect "$good" "$custom"
	ends 0
	says "pgdump-plain in gzip, full, 3 tables, 888 rows"
	says "pgdump-custom 1.14, full"
	[ "$(wc -l <<<"$out")" -eq 2 ]
	[ -z "$err" ]
}

@test "with --quiet a sound file is silent, and trouble is one line" {
	backstay inspect --quiet "$good"
	ends 0
	silent
	backstay inspect --quiet "$good" "$cut"
	ends 1
	[ -z "$out" ]
	[ "$(wc -l <<<"$err")" -eq 1 ]
	complains "damaged: "
	complains "truncated"
}

@test "a cut file ends with 1 and says where" {
	backstay inspect "$cut"
	ends 1
	says "damaged"
	says "truncated at byte"
	backstay inspect --json "$cut"
	ends 1
	json 'd.inspected[0].verdict == "damaged" and d.inspected[0].levels.whole == "fail" and d.inspected[0].findings[0].code == "truncated"'
}

@test "a file that is not there is an item, and ends with 3" {
	backstay inspect nowhere.sql
	ends 3
	says "unreadable"
	backstay inspect --json nowhere.sql
	ends 3
	json 'd.inspected[0].path == "nowhere.sql" and d.inspected[0].verdict == "unreadable" and d.inspected[0].size is None'
}

@test "what is no backup is unproven, and ends with 4" {
	backstay inspect notes.txt
	ends 4
	backstay inspect --json notes.txt
	ends 4
	json 'd.inspected[0].verdict == "unproven" and d.inspected[0].format == "raw"'
}

@test "of several statuses 1 beats 3 beats 4" {
	backstay inspect "$good" "$cut" nowhere notes.txt
	ends 1
	backstay inspect "$good" nowhere notes.txt
	ends 3
	backstay inspect "$good" notes.txt
	ends 4
}

@test "a folder that is no backup is asked wrongly" {
	mkdir folder
	backstay inspect folder
	ends 2
	backstay inspect folder --json
	ends 2
	json 'd.error.code == "usage"'
}

@test "a required table that is not there makes it incomplete" {
	backstay inspect "$good" --require users:1 --require orders
	ends 0
	backstay inspect --json "$good" --require customers
	ends 1
	json 'd.inspected[0].verdict == "incomplete" and d.inspected[0].levels.covered == "fail" and any(f.code == "required-table-missing" for f in d.inspected[0].findings)'
	backstay inspect --json "$good" --require users:1000000
	ends 1
	json 'any(f.code == "rows-below-floor" for f in d.inspected[0].findings)'
}

@test "a size below --min-size makes it incomplete" {
	backstay inspect --json "$good" --min-size 1GiB
	ends 1
	json 'any(f.code == "too-small" for f in d.inspected[0].findings)'
	backstay inspect "$good" --min-size 1kB
	ends 0
}

@test "the item has every field of the contract" {
	backstay inspect --json "$good"
	ends 0
	json 'set("path backup repo format wrapping format_version producer server_version taken_at taken_from taken_zone content size digests digest_from levels verdict tables findings".split()) <= set(d.inspected[0])'
	json 'set(d.inspected[0].levels) == {"present", "sealed", "whole", "covered"}'
	json 'set(d.inspected[0].tables[0]) >= {"database", "schema", "name", "ddl", "data", "rows"}'
	json 'd.inspected[0].wrapping == ["gzip"] and d.inspected[0].backup is None and d.inspected[0].repo is None'
	json 'len(d.inspected[0].digests.sha256) == 64 and len(d.inspected[0].digests.xxh3_128) == 32'
	json 'isinstance(d.inspected[0].size, int) and d.inspected[0].digest_from == "first-sight"'
	sum=$(sha256sum <"$good" | cut -d' ' -f1)
	json "d.inspected[0].digests.sha256 == '$sum'"
}

@test "without a SHA-256 all else is the same, and one that lies beside the file is compared all the same" {
	backstay inspect --json --no-sha256 "$good"
	ends 0
	json 'd.inspected[0].digests.sha256 is None and len(d.inspected[0].digests.xxh3_128) == 32 and d.inspected[0].verdict == "sound"'
	cp "$good" "$BATS_TEST_TMPDIR/a.sql.gz"
	printf '%064d  a.sql.gz\n' 0 >"$BATS_TEST_TMPDIR/a.sql.gz.sha256"
	backstay inspect --json --no-sha256 "$BATS_TEST_TMPDIR/a.sql.gz"
	ends 1
	json 'd.inspected[0].verdict == "damaged" and "digest-changed" in [f.code for f in d.inspected[0].findings]'
}

@test "a name of any bytes comes readable, and exact beside it" {
	cp "$good" $'x\xff\e[2J.sql.gz'
	backstay inspect --json $'x\xff\e[2J.sql.gz'
	ends 0
	json '__import__("base64").b64decode(d.inspected[0].path_b64) == b"x\xff\x1b[2J.sql.gz"'
	backstay inspect $'x\xff\e[2J.sql.gz'
	[[ $out != *$'\e'* ]]
}

@test "a signal ends it with 128 and its number" {
	truncate -s 40G big.sql
	"$BACKSTAY" inspect big.sql >o 2>e &
	pid=$!
	sleep 0.4
	kill -TERM $pid
	status=0
	wait $pid || status=$?
	[ "$status" -eq 143 ] || { echo "status $status"; cat o e; return 1; }
}

@test "it needs no catalog and no settings, and leaves nothing behind" {
	echo 'this is no settings file {' >bad.conf
	BACKSTAY_CONFIG="$PWD/bad.conf" backstay inspect "$good"
	ends 0
	[ ! -e "$BACKSTAY_CATALOG" ]
}
