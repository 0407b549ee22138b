# faults.bats - what goes wrong around a backup: disks, permissions, locks, signals, closed pipes. Each test asserts the words, the
# exit status, that nothing in the catalog was lost, and that nothing turned green that was not proven.

load lib

setup() {
	new_world
}

teardown() {
	end_world
}

# --- disks that are full ---------------------------------------------------------------------------------------------------

fill_disk() {
	dd if=/dev/zero of="$1/filler" bs=4096 2>/dev/null || true
	[ "$(stat -f -c %f "$1")" = 0 ]
}

# What the catalog says of a backup, in one line.
proof_of() {
	listed '.backups[] | select(.label == "'"$1"'") | [.id, .label, .size, .state, .verdict, .level, .verified_at] | tojson' |
		grep .
}

@test "a full disk under the catalog is status 3, keeps all that was recorded, and a later run catches up" {
	small_disk "$WORLD/disk" 1m
	BACKSTAY_CATALOG=$WORLD/disk/catalog.db
	dump_fixture old.sql
	adopted
	run_status 0 verify --json
	verdict_is old.sql sound
	proof_of old.sql >"$WORLD/before"

	# More rows than any page that is free could take.
	local long
	long=$(printf 'n%.0s' {1..180})
	for i in $(seq 600); do
		cp -p "$REPO/old.sql" "$REPO/$long-$i.sql"
	done
	cut_fixture cut.sql
	fill_disk "$WORLD/disk"
	run_status 3 scan
	says 'full\|no space'
	says_not 'sound'
	catalog_whole
	# What was there is there, with the same proof; of the new ones none is sound.
	proof_of old.sql >"$WORLD/after"
	cmp "$WORLD/before" "$WORLD/after"
	[ "$(count_verdict sound)" = 1 ]

	rm "$WORLD/disk/filler"
	mount -o remount,size=64m "$WORLD/disk"
	run_status 0 scan
	run_status 1 verify --json
	verdict_is cut.sql 'incomplete|damaged'
	[ "$(count_verdict sound)" = 601 ]
	catalog_whole
}

@test "a disk that fills up during verify is status 3 and records nothing that was not proven" {
	small_disk "$WORLD/disk" 1m
	BACKSTAY_CATALOG=$WORLD/disk/catalog.db
	mount -o remount,size=64m "$WORLD/disk"
	for i in $(seq 1 400); do
		dump_fixture "db-$i.sql" "$i" # no two have the same inventory
	done
	cut_fixture cut.sql
	adopted
	fill_disk "$WORLD/disk"
	run_status '1|3' verify --json # 1: it came as far as the cut one, and trouble goes first
	says 'full\|no space'
	catalog_whole
	run_status 0 list --json
	json_is '.backups | length' 401
	json_is '[.backups[] | select(.label == "cut.sql" and .verdict == "sound")] | length' 0
	json_is '[.backups[] | select(.state != "live" and .state != "settling")] | length' 0
	rm "$WORLD/disk/filler"
	run_status '0|1' verify
	[ "$(count_verdict sound)" = 400 ]
}

@test "an answer that does not fit on a full disk is status 3 although the file is sound" {
	small_disk "$WORLD/disk" 1m
	dump_fixture a.sql
	fill_disk "$WORLD/disk"
	status=0
	"$BACKSTAY" inspect --json "$REPO/a.sql" >"$WORLD/disk/answer" 2>"$WORLD/err" || status=$?
	[ "$status" = 3 ]
	grep -qi 'output' "$WORLD/err"
}

# --- what cannot be read ---------------------------------------------------------------------------------------------------

@test "a file without permission is unreadable, not damaged, and names uid and mode" {
	dump_fixture a.sql
	chmod 000 "$REPO/a.sql"
	powerless
	run_status 3 inspect --json "$REPO/a.sql"
	verdict_is "$REPO/a.sql" unreadable
	has_code "$REPO/a.sql" cannot-open
	says "permission denied (uid $(id -u), mode 0000)"
	json_is '.inspected[0].levels.whole' not-run
	run_status 3 inspect "$REPO/a.sql"
	says 'unreadable'
	says 'permission denied'
}

@test "a backup that was sound and lost its permission is no longer shown as proven, and is not missing" {
	dump_fixture a.sql
	dump_fixture b.sql
	adopted
	run_status 0 verify
	[ "$(count_verdict sound)" = 2 ]
	chmod 000 "$REPO/a.sql"
	powerless
	run_status 3 verify --all --json
	verdict_is a.sql unreadable
	verdict_is b.sql sound
	json_is .counts.unreadable 1
	json_is .counts.matched 2
	run_status 0 list --json
	json_is '.backups[] | select(.label == "a.sql") | .state' live
	json_is '.backups[] | select(.label == "a.sql") | .verdict' unreadable
	chmod 644 "$REPO/a.sql"
	run_status 0 verify --all
	[ "$(count_verdict sound)" = 2 ]
}

@test "a folder without permission ends scan with 3, and what lies in it is not called missing" {
	dump_fixture closed/a.sql
	dump_fixture open/b.sql
	adopted
	run_status 0 verify
	chmod 000 "$REPO/closed"
	powerless
	run_status 3 scan
	says 'closed'
	says "permission denied (uid $(id -u), mode 0000)"
	run_status 0 list --json
	json_is '.backups | length' 2
	json_is '[.backups[].state] | unique | join(" ")' live
	chmod 755 "$REPO/closed"
	run_status 0 scan --json
	json_is '.actions | length' 0
}

@test "a repo whose disk is not mounted loses no backup" {
	dump_fixture a.sql
	adopted
	run_status 0 verify
	mv "$REPO" "$REPO.away"
	mkdir "$REPO"
	run_status 3 scan
	says 'mounted\|marker'
	run_status 0 list --json
	json_is '.backups[0].state' live
	rmdir "$REPO"
	run_status 3 scan
	mv "$REPO.away" "$REPO"
	run_status 0 scan --json
	json_is '.actions | length' 0
	[ "$(count_verdict sound)" = 1 ]
}

# --- what moves while it is read -------------------------------------------------------------------------------------------

# Writes the byte that stands there already, again and again.
rewrite_for_ever() {
	while :; do
		printf -- '-' | dd of="$1" bs=1 conv=notrunc 2>/dev/null
	done
}

grow_for_ever() {
	while :; do
		printf '\n' >>"$1"
		sleep 0.002
	done
}

@test "a file that is written to while it is read is inconclusive, though every byte looks right" {
	dump_fixture big.sql 1000000
	in_background rewrite_for_ever "$REPO/big.sql"
	run_status 3 inspect --json "$REPO/big.sql"
	verdict_is "$REPO/big.sql" unreadable
	has_code "$REPO/big.sql" changed-while-reading
	says 'mtime changed'
	stop_background
	run_status 0 inspect --json "$REPO/big.sql"
	verdict_is "$REPO/big.sql" sound
}

@test "a file that grows while it is read is inconclusive and tells both sizes" {
	dump_fixture big.sql 1000000
	in_background grow_for_ever "$REPO/big.sql"
	run_status 3 inspect --json "$REPO/big.sql"
	verdict_is "$REPO/big.sql" unreadable
	has_code "$REPO/big.sql" changed-while-reading
	says 'size [0-9]* -> [0-9]*'
}

# Changes nothing but the ctime: what somebody leaves who writes and puts the old mtime back. So the file does not look young.
touch_for_ever() {
	local mtime

	mtime=$(stat -c %Y "$1")
	while :; do
		touch -m -d "@$mtime" "$1"
	done
}

@test "a backup that changes while verify reads it is not recorded as sound" {
	dump_fixture big.sql 1000000
	dump_fixture still.sql
	touch -d "@$(($(date +%s) - 7200))" "$REPO/big.sql"
	adopted
	in_background touch_for_ever "$REPO/big.sql"
	run_status 3 verify --json
	verdict_is big.sql unreadable
	has_code big.sql changed-while-reading
	says 'ctime changed'
	verdict_is still.sql sound
	stop_background
	run_status 0 list --json
	json_is '[.backups[] | select(.label == "big.sql" and .verdict == "sound")] | length' 0
	# Quiet again, it is looked at again and proven.
	run_status 0 verify --json
	json_is '[.verified[].path] | join(" ")' big.sql
	[ "$(count_verdict sound)" = 2 ]
}

@test "a young backup that is being written while verify reads it is settling or unreadable, never sound" {
	dump_fixture big.sql 1000000
	dump_fixture still.sql
	adopted
	in_background rewrite_for_ever "$REPO/big.sql"
	run_status '3|4' verify --json
	verdict_is big.sql 'unreadable|unproven'
	verdict_is still.sql sound
	stop_background
	run_status 0 list --json
	json_is '[.backups[] | select(.label == "big.sql" and .verdict == "sound")] | length' 0
	run_status 0 scan
	run_status '0|1' verify
	run_status 0 list --json
	json_is '[.backups[] | select(.label == "big.sql" and .state == "live") | .verdict] | join(" ")' sound
}

@test "a file that was replaced by a whole new one while it was read is not called changed" {
	dump_fixture big.sql 1000000
	dump_fixture "$WORLD/new.sql" 1000000
	replace_soon() {
		sleep 0.02
		mv "$WORLD/new.sql" "$REPO/big.sql"
	}
	in_background replace_soon
	run_status 0 inspect --json "$REPO/big.sql"
	verdict_is "$REPO/big.sql" sound
}

# --- what is not there any more --------------------------------------------------------------------------------------------

@test "a file that vanished between scan and verify is missing: trouble, and its row stays" {
	dump_fixture a.sql
	dump_fixture b.sql
	adopted
	run_status 0 verify
	rm "$REPO/a.sql"
	run_status 1 verify --all --json
	verdict_is a.sql missing
	has_code a.sql vanished
	verdict_is b.sql sound
	json_is .counts.missing 1
	json_is .counts.sound 1
	json_is .counts.matched 2
	run_status '0|1' scan
	run_status 0 list --state missing --json
	json_is '.backups | length' 1
	json_is '.backups[0].label' a.sql
	run_status '0|1' checks a.sql # its history is still there
}

@test "inspect of a path that is not there is an unreadable item and status 3" {
	dump_fixture a.sql
	run_status 3 inspect --json "$REPO/a.sql" "$REPO/none.sql"
	verdict_is "$REPO/a.sql" sound
	verdict_is "$REPO/none.sql" unreadable
	json_is '.inspected | length' 2
}

# --- what is no file -------------------------------------------------------------------------------------------------------

@test "a pipe in a repo is never waited for, and told where a source claims its name" {
	PATIENCE=20
	dump_fixture a.sql
	mkfifo "$REPO/pipe.sql"
	adopted
	says '[1-9][0-9]* ignored'
	run_status 0 list --json
	json_is '[.backups[].label] | join(" ")' a.sql
	run_status 0 verify
	run_status 0 source add shop --match '*.sql'
	run_status '1|3' scan --json # never 0: what the source claims could not be looked at
	json_is '[.findings[] | select(.where == "r:pipe.sql") | .code] | join(" ")' special-file
	run_status 0 list --json
	json_is '[.backups[].label] | join(" ")' a.sql
	run_status 3 inspect --json "$REPO/pipe.sql"
	verdict_is "$REPO/pipe.sql" unreadable
	has_code "$REPO/pipe.sql" special-file
	run_status 3 inspect --json /dev/zero
	verdict_is /dev/zero unreadable
}

@test "links in a repo are not followed: not in a loop, not out of it" {
	PATIENCE=20
	dump_fixture a.sql
	dump_fixture "$WORLD/outside/secret.sql"
	ln -s loop.sql "$REPO/loop.sql"
	ln -s . "$REPO/again"
	ln -s ../outside "$REPO/out"
	ln -s ../outside/secret.sql "$REPO/link.sql"
	adopted
	run_status 0 list --json
	json_is '[.backups[].label] | join(" ")' a.sql
	run_status 0 verify --all --json
	json_is .counts.matched 1
	says_not 'secret'
	run_status 3 inspect --json "$REPO/loop.sql"
	verdict_is "$REPO/loop.sql" unreadable
}

@test "a backup that became a link is not proven by what the link shows" {
	dump_fixture a.sql
	dump_fixture b.sql
	adopted
	run_status 0 verify
	mv "$REPO/a.sql" "$WORLD/elsewhere.sql"
	ln -s "$WORLD/elsewhere.sql" "$REPO/a.sql"
	run_status '1|3' verify --all --json
	verdict_is a.sql 'unreadable|missing'
	verdict_is b.sql sound
}

# --- the catalog -----------------------------------------------------------------------------------------------------------

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

# --- signals ---------------------------------------------------------------------------------------------------------------

# Many names of one big file and a cut one: some seconds of reading, little disk.
fill_slow_repo() {
	dump_fixture db-0.sql 150000
	for i in $(seq 1 "$1"); do
		ln "$REPO/db-0.sql" "$REPO/db-$i.sql"
	done
	cut_fixture cut.sql
}

# Starts verify, waits until something of it is recorded, and sends SIGNAL. Sets status.
stop_in_the_middle() {
	local pid n

	# A shell's background job would ignore SIGINT.
	env --default-signal=INT "$BACKSTAY" verify --jobs 1 >"$WORLD/out" 2>"$WORLD/err" 3>&- &
	pid=$!
	background+=("$pid")
	for _ in $(seq 400); do
		n=$("$BACKSTAY" list --json --verdict sound 2>/dev/null | jq '.backups | length' 2>/dev/null) || n=0
		if [ "${n:-0}" -gt 0 ]; then break; fi
		sleep 0.05
	done
	kill -s "$1" "$pid" || { echo "it had ended before it could be stopped"; return 1; }
	status=0
	wait "$pid" || status=$?
	unset 'background[-1]'
	out=$(cat "$WORLD/out")
	err=$(cat "$WORLD/err")
}

# Nothing lost, nothing green without proof, and the next run reads just what is left.
carries_on() {
	local all=$1 judged

	catalog_whole
	run_status 0 list --json
	json_is '.backups | length' "$all"
	json_is '[.backups[] | select(.label == "cut.sql" and .verdict == "sound")] | length' 0
	json_is '[.backups[] | select(.verdict == "sound" and (.verified_at == null or .level == null))] | length' 0
	json_get '[.backups[] | select(.verdict == "sound") | .label]' >"$WORLD/proven"
	judged=$(json_get '[.backups[] | select(.verdict != "unknown")] | length')
	[ "$judged" -gt 0 ] || { echo "nothing was recorded before the signal"; return 1; }
	[ "$judged" -lt "$all" ] || { echo "all was read before the signal"; return 1; }
	# What is proven is not read again; the cut one may be, for it is trouble.
	run_status '0|1' verify --json
	json_is '[.verified[].path] - ["cut.sql"] | length' $((all - 1 - $(jq length "$WORLD/proven")))
	json_is "[.verified[].path] - ([.verified[].path] - $(jq -c . "$WORLD/proven")) | length" 0
	[ "$(count_verdict sound)" = $((all - 1)) ]
	run_status 1 verify cut.sql --json
	verdict_is cut.sql 'incomplete|damaged'
	catalog_whole
}

@test "SIGTERM in mid-verify ends with 143, keeps what was proven, and the next run goes on" {
	fill_slow_repo 200
	adopted
	stop_in_the_middle TERM
	[ "$status" = 143 ] || { told; false; }
	run_status 0 runs --json
	json_is '[.runs[] | select(.command == "verify")][0].status' 143
	carries_on 202
}

@test "SIGINT in mid-verify ends with 130" {
	fill_slow_repo 200
	adopted
	stop_in_the_middle INT
	[ "$status" = 130 ] || { told; false; }
	carries_on 202
}

@test "SIGKILL in mid-verify loses at most one group, and the next run goes on" {
	fill_slow_repo 200
	adopted
	stop_in_the_middle KILL
	[ "$status" = 137 ] || { told; false; }
	catalog_whole
	# The run that was killed never said how it ended, and no later reader may take it for a good one.
	run_status 0 runs --json
	json_is '[.runs[] | select(.command == "verify")][0].status' null
	json_is '[.runs[] | select(.command == "verify")][0].ended_at' null
	carries_on 202
}

@test "SIGKILL ten times in a row leaves a whole catalog each time" {
	for i in $(seq 400); do
		dump_fixture "db-$i.sql" "$i"
	done
	cut_fixture cut.sql
	adopted
	for i in 1 2 3 4 5 6 7 8 9 10; do
		timeout -s KILL "0.$(printf %03d $((i * 9)))" "$BACKSTAY" verify --all >/dev/null 2>&1 3>&- || true
		catalog_whole
		run_status 0 list --json
		json_is '.backups | length' 401
		json_is '[.backups[] | select(.label == "cut.sql" and .verdict == "sound")] | length' 0
	done
	run_status 1 verify --all --json
	json_is .counts.sound 400
}

@test "SIGKILL in mid-scan leaves a whole catalog, and the next scan completes it" {
	dump_fixture db-0.sql 1
	for i in $(seq 2000); do
		ln "$REPO/db-0.sql" "$REPO/db-$i.sql"
	done
	run_status 0 init
	run_status 0 repo add r "$REPO"
	for i in 2 5 9; do
		timeout -s KILL "0.0$i" "$BACKSTAY" scan >/dev/null 2>&1 3>&- || true
		catalog_whole
	done
	run_status 0 scan
	run_status 0 list --json
	json_is '.backups | length' 2001
	json_is '[.backups[].label] | unique | length' 2001
	json_is '[.backups[] | select(.verdict != "unknown")] | length' 0
}

# --- answers that nobody could read ----------------------------------------------------------------------------------------

# Runs "$@" with stdout as each of: closed, always full, a pipe whose reader is gone. Wants 3 and a word on stderr.
unheard() {
	local kind

	for kind in closed full gone; do
		status=0
		case $kind in
		closed) timeout "$PATIENCE" "$BACKSTAY" "$@" >&- 2>"$WORLD/err" 3>&- || status=$? ;;
		full) timeout "$PATIENCE" "$BACKSTAY" "$@" >/dev/full 2>"$WORLD/err" 3>&- || status=$? ;;
		gone)
			exec 8> >(exit 0)
			wait $! || true
			timeout "$PATIENCE" "$BACKSTAY" "$@" >&8 2>"$WORLD/err" 3>&- 8>&- || status=$?
			exec 8>&-
			;;
		esac
		out=
		err=$(cat "$WORLD/err")
		[ "$status" = 3 ] || { echo "stdout $kind, backstay $*:"; told; return 1; }
		says 'output'
	done
}

@test "stdout closed, full or unread is status 3 although the file is sound" {
	dump_fixture a.sql
	run_status 0 inspect "$REPO/a.sql"
	unheard inspect "$REPO/a.sql"
	unheard inspect --json "$REPO/a.sql"
}

@test "stdout closed, full or unread is status 3 for every command that answers, and harms no catalog" {
	dump_fixture a.sql
	adopted
	unheard verify --all
	unheard verify --all --json
	unheard list
	unheard list --json
	unheard show a.sql
	unheard status
	unheard scan --json
	unheard help
	unheard --version
	catalog_whole
	# What was proven meanwhile may stand: it was read to the end.
	[ "$(count_verdict sound)" = 1 ]
}

@test "with all three standard descriptors closed nothing is written into the catalog by mistake" {
	dump_fixture a.sql
	cut_fixture cut.sql
	adopted
	for what in verify list status scan; do
		status=0
		timeout "$PATIENCE" "$BACKSTAY" "$what" <&- >&- 2>&- 3>&- || status=$?
		[ "$status" != 0 ]
		catalog_whole
	done
	run_status 0 list --json
	json_is '.backups | length' 2
	run_status 1 verify --all --json
	json_is .counts.sound 1
	verdict_is cut.sql 'incomplete|damaged'
}

@test "damage stays status 1 when the answer could not be written" {
	cut_fixture cut.sql
	status=0
	"$BACKSTAY" inspect "$REPO/cut.sql" >/dev/full 2>"$WORLD/err" || status=$?
	[ "$status" = 1 ]
	grep -qi output "$WORLD/err"
}

# --- limits of the process -------------------------------------------------------------------------------------------------

@test "with sixteen descriptors the work is done, or it is said what was short, and nothing is lost" {
	for i in $(seq 40); do
		dump_fixture "d$i/e/f/g/h/i/j/k/l/m/a.sql" 1
	done
	adopted
	run_status 0 verify
	as=(prlimit --nofile=16)
	for what in scan 'verify --all'; do
		# shellcheck disable=SC2086
		run_status '0|3' $what
		if [ "$status" = 3 ]; then says 'too many open files'; fi
	done
	as=()
	run_status 0 list --json
	json_is '.backups | length' 40
	json_is '[.backups[].state] | unique | join(" ")' live
	run_status 0 verify --all --json
	json_is .counts.sound 40
}

@test "names of any bytes are found, verified, and shown so that they obey no terminal" {
	local names=('-rf' $'new\nline.sql' $'\e[2J\e]0;x\a.sql' '%s%n.sql' '$(touch x);`touch x`.sql' ' .sql'
		$'\xff\xfe.sql' $'e\xcc\x81.sql' $'\xc3\xa9.sql' $'\xe2\x80\xaelqs.sql')

	cd "$WORLD"
	for name in "${names[@]}"; do
		plain_dump 3 >"$REPO/$name"
		touch -d '2 hours ago' -- "$REPO/$name"
	done
	adopted
	run_status 0 verify --json
	json_is .counts.sound ${#names[@]}
	json_is '[.verified[] | select(.path_b64 != null)] | length' 1
	json_is '[.verified[] | select(.path_b64 != null) | .path_b64] | join(" ")' "$(printf '\xff\xfe.sql' | base64)"
	run_status 0 list
	[ "$(tr -d '\n\t' <"$WORLD/out" | LC_ALL=C tr -cd '\000-\037\177' | wc -c)" = 0 ]
	[ "$(grep -c $'\xe2\x80\xae' "$WORLD/out")" = 0 ]
	[ ! -e x ]
	# And a name is taken back as it was given.
	run_status 0 show '%s%n.sql'
	run_status 0 verify --json -- -rf
	json_is .counts.matched 1
}
