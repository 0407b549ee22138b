# faults_file.bats - files that cannot be read, move, vanish, or are none. Each test asserts the words, the
# exit status, that nothing in the catalog was lost, and that nothing turned green that was not proven.

load lib

setup() {
	new_world
}

teardown() {
	end_world
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
	has_code "$REPO/loop.sql" cannot-open
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
