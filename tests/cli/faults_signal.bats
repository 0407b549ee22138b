# faults_signal.bats - signals in the middle of the work. Each test asserts the words, the
# exit status, that nothing in the catalog was lost, and that nothing turned green that was not proven.

load lib

setup() {
	new_world
}

teardown() {
	end_world
}

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
	env --default-signal=INT,HUP "$BACKSTAY" verify --jobs 1 >"$WORLD/out" 2>"$WORLD/err" 3>&- &
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

@test "a terminal that goes away in mid-verify ends it in order with 129" {
	fill_slow_repo 100
	adopted
	stop_in_the_middle HUP
	[ "$status" = 129 ] || { told; false; }
	run_status 0 runs --json
	json_is '[.runs[] | select(.command == "verify")][0].status' 129
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
