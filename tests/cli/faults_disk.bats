# faults_disk.bats - disks that are full, and the limits of a process. Each test asserts the words, the
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
