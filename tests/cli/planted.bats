# planted.bats - bugs planted into the verifier (tests/planted): whatever they try is stopped, is a finding of that file alone, and
# leaves no process behind.

load lib

setup() {
	new_world
	real=$BACKSTAY
	[ -x "$BACKSTAY_PLANTED" ]
	BACKSTAY=$BACKSTAY_PLANTED
}

teardown() {
	end_world
}

# plant WORD...: a good dump for each, whose name has the verifier do what the word says.
plant() {
	local word

	for word in "$@"; do
		dump_fixture "plant-$word.sql"
	done
}

# below PID: all that descend from it.
below() {
	local it

	for it in $(pgrep -P "$1"); do
		echo "$it"
		below "$it"
	done
}

# gone PID...: none of them is there after two seconds at most.
gone() {
	local it n

	for it in "$@"; do
		for n in $(seq 40); do
			[ -e "/proc/$it" ] && ! grep -q '^State:.*zombie' "/proc/$it/status" 2>/dev/null || continue 2
			sleep 0.05
		done
		echo "process $it is still there"
		return 1
	done
}

# under_way WORD: verify runs in the background (pid, family) and its worker is busy with plant-WORD.
under_way() {
	local n

	env --default-signal=INT,HUP "$BACKSTAY" verify --jobs 1 >"$WORLD/out" 2>"$WORLD/err" 3>&- &
	pid=$!
	background+=("$pid")
	for n in $(seq 200); do
		family=$(below "$pid")
		# the nursery and one worker, which has been in it for a while
		if [ "$(echo "$family" | wc -w)" = 2 ] && [ "$n" -gt 10 ]; then return 0; fi
		sleep 0.05
	done
	echo "it never came under way: $family"
	return 1
}

ended() {
	status=0
	wait "$pid" || status=$?
	unset 'background[-1]'
	out=$(cat "$WORLD/out")
	err=$(cat "$WORLD/err")
}

@test "what a bug tries outside is stopped, is told of that file, and the others are proven" {
	local words=(open openat creat socket connect execve ptrace kill signal fork vfork stat unlink prctl rlimit ioctl code share
		thread) word

	plant "${words[@]}"
	dump_fixture a.sql
	dump_fixture z.sql
	adopted
	run_status 3 verify --json
	for word in "${words[@]}"; do
		verdict_is "plant-$word.sql" unreadable
		[ "$(codes_of "plant-$word.sql")" = verifier-failed ] || { told; false; }
		[[ $(json_get '.verified[] | select(.path == $p) | .findings[0].text' --arg p "plant-$word.sql") == *"SIGSYS: a forbidden system call" ]] ||
			{ told; false; }
	done
	verdict_is a.sql sound
	verdict_is z.sql sound
	json_is .counts.sound 2
	catalog_whole
	run_status 3 verify
	says 'verifier-failed: the process that read it was killed by SIGSYS'
}

@test "the same files without the bugs are sound" {
	plant open execve fork lie-sound
	BACKSTAY=$real
	adopted
	run_status 0 verify --json
	json_is .counts.sound 4
}

@test "a verifier that dies is a finding of that file alone" {
	plant fault abort exit garbage chatter greet
	dump_fixture z.sql
	adopted
	run_status 3 verify --json
	for word in fault abort exit garbage chatter greet; do
		verdict_is "plant-$word.sql" unreadable
		has_code "plant-$word.sql" verifier-failed
	done
	says 'killed by SIG\(SEGV\|SYS\)' # a sanitizer's report opens files
	says 'ended with status 0 and without an answer'
	says 'answered wrongly'
	verdict_is z.sql sound
}

@test "a verifier that hangs up and lives on holds nobody up, and is ended" {
	plant hangup
	dump_fixture z.sql
	adopted
	run_status 3 verify --json
	verdict_is plant-hangup.sql unreadable
	has_code plant-hangup.sql verifier-failed
	says 'hung up and went on, and was ended'
	verdict_is z.sql sound
}

@test "what a verifier says that it read uses up no budget of the others" {
	plant glutton
	dump_fixture a.sql
	dump_fixture z.sql
	adopted
	run_status 0 verify --jobs 1 --budget 1MiB --json
	json_is .counts.sound 3
	json_is .counts.left 0
}

@test "an answer that cannot be is not believed" {
	local words=(seal restored verdict rows tables name wrappings time code text birth size gone) word

	for word in "${words[@]}"; do plant "lie-$word"; done
	cut_fixture plant-lie-sound.sql
	dump_fixture z.sql
	adopted
	run_status 3 verify --json
	for word in "${words[@]}" sound; do
		verdict_is "plant-lie-$word.sql" unreadable
		has_code "plant-lie-$word.sql" verifier-failed
	done
	json_is .counts.sound 1
}

@test "a glance that was taken over speaks for nothing in another folder" {
	local n

	# on both sides of it, in whatever order a folder is read
	for n in 1 2 3 4 5 6 7 8; do
		[ "$n" != 5 ] || plant possess
		mkdir "$REPO/other$n"
		dump_fixture "other$n/far.sql"
	done
	run_status 0 repo add r "$REPO"
	run_status 0 scan
	run_status 0 list --json
	json_is '[.backups[] | select(.source | endswith("@possessed")).label] == ["plant-possess.sql"]' true
	json_is '[.backups[] | select(.source | test("^other[1-8]/far$"))] | length' 8
}

@test "a bug that writes to what it reads changes nothing" {
	local before

	plant write
	before=$(sha256sum "$REPO/plant-write.sql")
	run_status 0 inspect --json "$REPO/plant-write.sql"
	verdict_is "$REPO/plant-write.sql" sound
	[ "$before" = "$(sha256sum "$REPO/plant-write.sql")" ]
}

@test "a verifier that misjudges known inputs judges nothing else" {
	dump_fixture a.sql
	cut_fixture b.sql
	adopted
	export PLANTED=liar
	run_status 3 verify
	says 'misjudges a known input: a dump without its end is sound to it; nothing was looked at'
	run_status 3 inspect "$REPO/a.sql"
	says 'misjudges a known input'
	says_not '^sound'
	unset PLANTED
	[ "$(count_verdict sound)" = 0 ]
	[ "$(count_verdict unknown)" = 2 ]
	run_status 1 verify
	[ "$(count_verdict sound)" = 1 ]
}

@test "of archived WAL and of base backups, too" {
	dump_fixture a.sql
	PLANTED=liar-pg-wal run_status 3 inspect "$REPO/a.sql"
	says 'misjudges a known input: a segment of WAL with a changed record is sound to it; nothing was looked at'
	PLANTED=liar-pg-basebackup run_status 3 inspect "$REPO/a.sql"
	says 'misjudges a known input: a base backup with a changed file is sound to it; nothing was looked at'
	PLANTED=liar-zip run_status 3 inspect "$REPO/a.sql"
	says 'misjudges a known input: a zip that was cut'
	run_status 0 inspect "$REPO/a.sql"
}

@test "nor does it read archived WAL, when that is all there is" {
	for f in "$BATS_TEST_DIRNAME"/../corpus/pg-wal/15/00000001000000000000000[789].gz; do
		gunzip -c "$f" >"$REPO/$(basename "$f" .gz)"
		touch -d '2026-01-01 02:00Z' "$REPO/$(basename "$f" .gz)"
	done
	adopted
	export PLANTED=liar
	run_status 3 verify
	says 'misjudges a known input'
	unset PLANTED
	[ "$("$BACKSTAY" status --json | jq -r '.wal[0].verified_at')" = null ]
	run_status 0 verify
	says '^sound .*pg-wal'
}

@test "SIGKILL of the program ends its workers, also one that never looks up" {
	for word in sleep spin; do
		rm -f "$REPO"/*
		rm -f "$BACKSTAY_CATALOG"*
		plant "$word"
		adopted
		under_way
		kill -KILL "$pid"
		ended
		[ "$status" = 137 ]
		gone $family
		[ "$(count_verdict sound)" = 0 ]
		catalog_whole
	done
}

@test "SIGTERM and ^C end workers that never look up, in order and soon" {
	plant spin
	adopted
	under_way
	kill -TERM "$pid"
	ended
	[ "$status" = 143 ] || { told; false; }
	gone $family
	under_way
	kill -INT "$pid" $family # as a terminal does, to all of them
	ended
	[ "$status" = 130 ] || { told; false; }
	gone $family
	[ "$(count_verdict sound)" = 0 ]
	catalog_whole
}

@test "a worker that is killed is a finding of its file; without the nursery nothing is proven any more" {
	plant sleep
	dump_fixture z.sql
	adopted
	under_way
	kill -KILL "$(echo "$family" | tail -n 1)"
	ended
	[ "$status" = 3 ] || { told; false; }
	says 'plant-sleep.sql'
	says 'killed by SIGKILL'
	[ "$(count_verdict sound)" = 1 ]
	dump_fixture y.sql
	run_status 0 scan
	under_way
	kill -KILL "$(echo "$family" | head -n 1)"
	ended
	[ "$status" = 3 ] || { told; false; }
	says 'verifier-failed'
	gone $family
	catalog_whole
}
