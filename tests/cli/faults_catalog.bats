# faults_catalog.bats - a catalog that is locked, cut, foreign or absent. Each test asserts the words, the
# exit status, that nothing in the catalog was lost, and that nothing turned green that was not proven.

load lib

setup() {
	new_world
}

teardown() {
	end_world
}

# Another process holds the catalog, until release_lock.
hold_lock() {
	mkfifo "$WORLD/holder"
	sqlite3 "$BACKSTAY_CATALOG" <"$WORLD/holder" >"$WORLD/held" 2>&1 3>&- &
	background+=($!)
	exec 7>"$WORLD/holder"
	echo "BEGIN EXCLUSIVE; SELECT 'held';" >&7
	for _ in $(seq 100); do
		! grep -q held "$WORLD/held" || return 0
		sleep 0.05
	done
	echo "the lock could not be taken: $(cat "$WORLD/held")"
	return 1
}

release_lock() {
	echo 'ROLLBACK;' >&7
	exec 7>&-
}

@test "a catalog that another process holds is status 3 and says busy, for readers and writers" {
	dump_fixture a.sql
	adopted
	run_status 0 verify
	dump_fixture b.sql
	hold_lock
	for what in scan verify list status; do
		run_status 3 --wait 1s "$what" 7>&-
		says 'busy\|holds\|locked'
		says_not 'sound'
		run_status 3 --wait 1s "$what" --json 7>&-
		json_is .error.code busy
	done
	release_lock
	run_status 0 scan
	run_status 0 verify
	[ "$(count_verdict sound)" = 2 ]
	catalog_whole
}

@test "a catalog that is let go in time is waited for" {
	dump_fixture a.sql
	adopted
	hold_lock
	let_go() {
		sleep 1
		echo 'ROLLBACK;' >&7
	}
	let_go 3>&- &
	background+=($!)
	run_status 0 --wait 30s verify 7>&-
	exec 7>&-
	[ "$(count_verdict sound)" = 1 ]
}

# Every command says 6, names the file, shows nothing as proven, and leaves the file as it was.
broken_catalog_is_told() {
	cp "$BACKSTAY_CATALOG" "$WORLD/broken"
	for what in list verify scan status doctor nightly; do
		run_status 6 "$what"
		says 'catalog'
		says_not ': sound\|^sound'
		run_status 6 "$what" --json
		json_is .error.code catalog-damaged
	done
	cmp "$WORLD/broken" "$BACKSTAY_CATALOG"
}

@test "a truncated catalog is status 6 for every command and is left as it is" {
	dump_fixture a.sql
	adopted
	run_status 0 verify
	# The last pages are gone: the header still looks right.
	truncate -s $(($(stat -c %s "$BACKSTAY_CATALOG") / 2)) "$BACKSTAY_CATALOG"
	broken_catalog_is_told
}

@test "a catalog cut in its first page, or of zero bytes, or of other bytes, is status 6 and never a fresh one" {
	dump_fixture a.sql
	adopted
	cp "$BACKSTAY_CATALOG" "$WORLD/whole"
	truncate -s 1000 "$BACKSTAY_CATALOG"
	broken_catalog_is_told
	: >"$BACKSTAY_CATALOG"
	broken_catalog_is_told
	head -c 65536 /dev/urandom >"$BACKSTAY_CATALOG"
	broken_catalog_is_told
	sqlite3 "$WORLD/foreign" 'CREATE TABLE mine (x)'
	cp "$WORLD/foreign" "$BACKSTAY_CATALOG"
	broken_catalog_is_told
	cp "$WORLD/whole" "$BACKSTAY_CATALOG"
	run_status 0 verify
}

@test "no catalog at all is status 2 with the paths that were looked at, and none is made" {
	for what in list verify scan status doctor; do
		run_status 2 "$what"
		says "$BACKSTAY_CATALOG"
		[ ! -e "$BACKSTAY_CATALOG" ]
	done
}
