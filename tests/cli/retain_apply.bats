# retain_apply.bats - from a plan to condemned backups and back: what confirms it, what refuses it, how much one run may do.
load lib
load retain

setup() {
	nights_setup
	dumps 2026-09-01 60
	at 2026-10-31T03:00:00Z
}

teardown() {
	end_world
}

@test "a plan is carried out by its hash, told in rows, and taken back one by one or whole" {
	known
	planned
	run_status 0 retain apply "$hash" --json
	json_is '.plan' "$hash"
	json_is '[.actions[] | select(.from == "live" and .to == "condemned" and .repo == "r" and .bytes > 0 and .reason == "expired")] | length' 49
	json_is '.refused | length' 0
	json_is '.bytes_freed' 0
	states_are "condemned 49 live 11"
	[ "$(files)" = 60 ]
	run_status 0 list --state condemned --json
	json_is '[.backups[].purge_after] | unique | join(" ")' 2026-11-07T03:00:00Z
	json_is '.backups | length' 49
	run_status 0 retain apply "$hash" --json
	json_is '.actions | length' 0

	run_status 0 retain undo shop_20260901 --json
	json_is '.actions | map([.label, .from, .to] | join(" ")) | join(",")' 'shop_20260901_020000.sql condemned live'
	states_are "condemned 48 live 12"
	run_status 0 show shop_20260901 --json
	json_is '.backup.purge_after' null
	run_status 4 retain undo shop_20260901
	run_status 0 retain undo "$hash" --json
	json_is '.actions | length' 48
	states_are "live 60"
	run_status 4 retain undo "$hash"
	well
}

@test "what came since does not void a plan; a hold on what it lets go does, and is named" {
	known
	planned
	at 2026-10-31T12:00:00Z
	dump_of 2026-10-31
	run_status 0 scan
	run_status 0 verify
	run_status 0 hold add shop_20260902 --reason audit
	run_status 5 retain apply "$hash" --json
	refused_by not-planned
	json_is '.refused[].label' shop_20260902_020000.sql
	json_is '.actions | length' 0
	states_are "live 61"
	run_status 0 hold release shop_20260902
	run_status 0 retain apply "$hash" --json
	json_is '.actions | length' 49
	states_are "condemned 49 live 12"
}

@test "a hash of one source alone is found; one that fits no plan is 5, one that is none 2" {
	known
	run_status 0 retain plan --source shop --json
	hash=$(json_get .plan)
	run_status 5 retain apply "${hash//[0-9]/0}" --json
	refused_by plan
	run_status 2 retain apply x
	states_are "live 60"
	run_status 0 retain apply "$hash"
	states_are "condemned 49 live 11"
	# what a policy said otherwise confirms nothing
	run_status 0 retain undo "$hash"
	sed -i 's/switched_on = true/switched_on = true\n daily = 9d/' "$BACKSTAY_CONFIG"
	run_status 5 retain apply "$hash" --json
	refused_by plan
}

@test "a plan is found again after a timer of its own ran out" {
	truncate -s 900 "$REPO/shop_20261020_020000.sql"
	touch -d 2026-10-20T02:01:00Z "$REPO/shop_20261020_020000.sql"
	run_status 0 init
	run_status 0 repo add r "$REPO"
	run_status 0 scan
	run_status 1 verify
	planned
	at 2026-11-07T04:00:00Z # 7 days after it was proven bad: another plan by itself
	run_status 0 retain plan --json
	[ "$(json_get .plan)" != "$hash" ]
	run_status 0 retain apply "$hash" --json
	json_is '[.actions[].label] | index("shop_20261020_020000.sql")' null
}

@test "where retention was never switched on, apply and run end with 5 and touch nothing" {
	sed -i 's/switched_on = true/switched_on = false/' "$BACKSTAY_CONFIG"
	known
	planned
	for c in "apply $hash" run; do
		run_status 5 retain $c --json
		refused_by not-switched-on
		json_is '.actions | length' 0
	done
	states_are "live 60"
	run_status 1 nightly --json # the dump of tonight is late; retention is no part of it
	json_is .retain null
	# one source of two
	cat >"$BACKSTAY_CONFIG" <<-END
	policy default { switched_on = false }
	policy on { switched_on = true }
	source shop { match = {"shop_*"}  every = 24h }
	source blog { match = {"blog_*"}  policy = on }
	END
	for i in $(seq 20 30); do cp -p "$REPO/shop_202610${i}_020000.sql" "$REPO/blog_202610${i}_020000.sql"; done
	run_status 0 scan
	run_status 0 verify
	planned
	run_status 5 retain apply "$hash" --json
	refused_by not-switched-on
	json_is '[.actions[].source] | unique | join(" ")' blog
	run_status 0 retain run
}

@test "a run stays within the brakes and says what is left; the hash does the rest" {
	known
	run_status 0 retain run --json
	json_is '.actions | length' 12
	json_is '[.actions[].label] | sort | first' shop_20260901_020000.sql
	json_is '.waiting[] | select(.what == "brake") | [.backups, .runs] | join(" ")' "37 4"
	json_is '.waiting[] | select(.what == "grace") | .backups' 12
	hash=$(json_get .plan)
	states_are "condemned 12 live 48"
	run_status 0 retain run --json
	json_is '.actions | length' 10
	run_status 0 retain apply "$hash" --json
	json_is '.actions | length' 27
	states_are "condemned 49 live 11"
}

@test "what lies in a read-only repo is told and stays; a copy elsewhere goes" {
	mkdir "$WORLD/cold"
	dumps 2026-09-01 60 "$WORLD/cold"
	run_status 0 init
	run_status 0 repo add r "$REPO"
	run_status 0 repo add cold "$WORLD/cold" --read-only
	run_status 0 scan
	run_status 0 verify
	planned
	run_status 0 retain apply "$hash" --json
	json_is '[.refused[].rule] | unique | join(" ")' read-only
	json_is '[.actions[].repo] | unique | join(" ")' r
	json_is '.actions | length' 49
	states_are "gone 60 live 60" # the other copies' own rows were merged
	run_status 4 list --state gone # and are no backups that went
	at 2026-11-08T03:00:00Z
	dumps 2026-10-31 8
	dumps 2026-10-31 8 "$WORLD/cold"
	run_status 0 scan
	run_status 0 retain purge --json
	json_is '[.actions[] | select(.to == "gone")] | length' 49
	[ "$(find "$WORLD/cold" -name 'shop_*' | wc -l)" = 68 ]
	[ "$(files)" = 19 ]
	run_status 0 scan
	run_status 0 verify
	run_status 1 status # the dump of today is late
	says_not missing
	well
}

@test "the brakes count the bytes of all copies, of what there is as of what goes" {
	mkdir "$WORLD/off"
	dumps 2026-09-01 60 "$WORLD/off"
	run_status 0 init
	run_status 0 repo add r "$REPO"
	run_status 0 repo add off "$WORLD/off"
	run_status 0 scan
	run_status 0 verify
	run_status 0 retain run --json
	json_is '.actions | length' 24 # 12 backups, as with one copy each
	json_is '.waiting[] | select(.what == "brake") | [.backups, .runs] | join(" ")' "37 4"
}

@test "of one file under many dates as many stay as the floor says, and the rest goes" {
	cat >"$BACKSTAY_CONFIG" <<-END
	limits { ballast = 64KiB }
	policy default { switched_on = true  daily = 1d  weekly = 0d  monthly = 0mo }
	source shop { match = {"shop_*"}  every = 24h }
	END
	for file in "$REPO"/shop_*; do
		touch -r "$file" "$WORLD/stamp"
		cp "$WORLD/one.sql" "$file"
		touch -r "$WORLD/stamp" "$file"
	done
	known
	planned
	json_is '[.streams[].backups[] | select(.action == "keep") | .label + ": " + (.reasons | join(","))] | join(" ")' \
		"shop_20261030_020000.sql: daily 2026-10-30,floor,newest shop_20261029_020000.sql: floor"
	run_status 0 retain apply "$hash" --json
	json_is '.actions | length' 58
}

@test "an odd file of the future is held and hinders nothing; three of them put the clock in doubt" {
	cp "$REPO/shop_20261029_020000.sql" "$REPO/shop_20431029_020000.sql"
	touch -d 2043-10-29T02:00:00Z "$REPO/shop_20431029_020000.sql"
	known
	run_status 0 retain plan --json
	json_is '.streams[].backups[] | select(.reasons | index("future-dated")) | [.label, .action] | join(" ")' "shop_20431029_020000.sql keep"
	run_status 0 retain run --json
	json_is '.actions | length' 12
	for day in 27 28; do
		cp "$REPO/shop_202610${day}_020000.sql" "$REPO/shop_204310${day}_020000.sql"
		touch -d "2043-10-${day}T02:00:00Z" "$REPO/shop_204310${day}_020000.sql"
	done
	run_status 0 scan
	run_status 0 verify
	run_status 5 retain run --json
	refused_by clock
	says "three backups"
}

@test "of eight at once one works at a time, and together they do no more than the brakes allow each" {
	known
	for i in 1 2 3 4 5 6 7 8; do
		"$BACKSTAY" retain run --json >"$WORLD/run.$i" 2>&1 3>&- &
		pids[i]=$!
	done
	for i in 1 2 3 4 5 6 7 8; do wait "${pids[i]}"; done
	[ "$(cat "$WORLD"/run.* | jq -s '[.[].actions | length] | add')" = 49 ]
	states_are "condemned 49 live 11"
	exec 9<>"$BACKSTAY_CATALOG.retain-lock"
	flock 9
	run_status 3 retain run --wait 0s
	says busy
	exec 9>&-
	well
}

@test "many months of nights: slots keep their holders, nothing that is kept is lost, and all that went was let go before" {
	local i day
	rm "$REPO"/*
	dumps 2026-01-01 5
	at 2026-01-05T03:00:00Z
	known
	for ((i = 1; i <= 36; i++)); do
		day=$(date -u -d "2026-01-05 +$((9 * i)) days" +%F)
		dumps "$(date -u -d "$day -8 days" +%F)" 9
		at "${day}T03:00:00Z"
		run_status 0 nightly --json
	done
	states_are "condemned 10 gone 299 live 20"
	[ "$(files)" = 30 ]
	# the last of each month is there, and a day each of the last week
	for m in 01 02 03 04 05 06 07 08 09 10; do
		[ -e "$REPO/shop_2026${m}$(date -u -d "2026-$m-01 +1 month -1 day" +%d)_020000.sql" ] || { ls "$REPO"; false; }
	done
	trash_is_empty
	well
}

@test "a database at rest gives the same bytes night after night: each night is a backup, to the floor too" {
	local f

	sed -i 's/switched_on = true/switched_on = true\n daily = 1d\n weekly = 0d\n monthly = 0mo/' "$BACKSTAY_CONFIG"
	for f in "$REPO"/shop_*; do
		cp "$WORLD/one.sql" "$WORLD/same" && touch -r "$f" "$WORLD/same" && cp -p "$WORLD/same" "$f"
	done
	known
	planned
	run_status 0 retain apply "$hash"
	states_are "condemned 58 live 2"
	# its twin: the newest night under a second name stays, and is no second backup to the floor
	run_status 0 retain undo "$hash"
	sed "s/^7\tname 7 and/7\tname 8 and/" "$WORLD/one.sql" >"$REPO/shop_20261031_020000.sql"
	touch -d 2026-10-31T02:01:00Z "$REPO/shop_20261031_020000.sql"
	cp -p "$REPO/shop_20261031_020000.sql" "$REPO/shop_again_20261031_020000.sql"
	run_status 0 scan
	run_status 0 verify
	run_status 0 retain plan --json
	json_is '[.streams[].backups[] | select(.action == "keep") | .taken_at] | sort | join(" ")' "2026-10-30T02:00:00Z 2026-10-31T02:00:00Z 2026-10-31T02:00:00Z"
}
