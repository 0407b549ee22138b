# retain_purge.bats - from condemned to gone: only what is due, what it was, where it was, and while what must stay is there.
load lib
load retain
load supabase

# 20 nights, of which 10 are condemned (daily 3, nothing else).
setup() {
	nights_setup
	sed -i 's/switched_on = true/switched_on = true\n daily = 3d\n weekly = 0d\n monthly = 0mo/' "$BACKSTAY_CONFIG"
	dumps 2026-10-18 13
	at 2026-10-30T03:00:00Z
}

teardown() {
	end_world
}

condemned() {
	known
	planned
	run_status 0 retain apply "$hash"
	states_are "condemned 10 live 3"
	dump_of 2026-11-06
	at 2026-11-06T03:30:00Z
	run_status 0 scan
	run_status 0 verify
}

nothing_went() {
	[ "$(files)" = 14 ] || { ls "$REPO"; return 1; }
	states_are "condemned 10 live 4"
	trash_is_empty
}

@test "nothing goes before its grace is over; then all of it goes, is seen to be gone, and stays a tombstone" {
	echo x >"$REPO/shop_20261018_020000.sql.sha256"
	condemned
	at 2026-11-06T02:59:00Z
	run_status 0 retain undo shop_20261019 # undo asks no clock
	run_status 5 retain purge --json       # it was later already
	refused_by clock
	nothing_went || states_are "condemned 9 live 5"
	at 2026-11-06T03:30:00Z
	run_status 0 retain purge --json
	json_is '[.actions[] | select(.to == "gone")] | length' 9
	json_is '.bytes_freed' $((9 * $(stat -c %s "$WORLD/one.sql")))
	[ ! -e "$REPO/shop_20261018_020000.sql" ]
	[ ! -e "$REPO/shop_20261018_020000.sql.sha256" ]
	trash_is_empty
	run_status 0 list --state gone --json
	json_is '.backups | length' 9
	json_is '[.backups[] | [.purge_after, .state_reason] | tojson] | unique | join(" ")' '[null,"purged"]'
	run_status 0 show shop_20261018
	run_status 0 scan
	run_status 0 retain purge --json
	json_is '.actions | length' 0
	well
}

@test "a file that is another one by now is left alone" {
	condemned
	echo other >"$REPO/new" && mv "$REPO/new" "$REPO/shop_20261018_020000.sql"
	touch -d 2026-10-19T02:01:01Z "$REPO/shop_20261019_020000.sql"
	cp -p "$REPO/shop_20261020_020000.sql" "$REPO/new" && mv "$REPO/new" "$REPO/shop_20261020_020000.sql"
	ln -sf ../one.sql "$REPO/shop_20261021_020000.sql"
	run_status 5 retain purge --json
	refused_by replaced
	json_is '[.refused[].label] | sort | join(" ")' \
		"shop_20261018_020000.sql shop_20261019_020000.sql shop_20261020_020000.sql shop_20261021_020000.sql"
	json_is '[.actions[] | select(.to == "gone")] | length' 6
	[ -e "$REPO/shop_20261018_020000.sql" ] && [ -e "$REPO/shop_20261019_020000.sql" ]
	[ -e "$REPO/shop_20261020_020000.sql" ] && [ -L "$REPO/shop_20261021_020000.sql" ]
	[ -e "$WORLD/one.sql" ]
	trash_is_empty
}

@test "a place that is not the one that is known is not touched" {
	condemned
	mv "$REPO" "$WORLD/away"
	run_status 5 retain purge --json
	json_is '[.refused[].rule] | unique | join(" ")' not-mounted
	mkdir "$REPO"
	cp -p "$WORLD"/away/shop_* "$REPO"
	run_status 5 retain purge --json
	refused_by not-mounted
	echo 'backstay repo
id 00000000000000000000000000000000' >"$REPO/.backstay-repo"
	run_status 5 retain purge --json
	json_is '[.refused[].rule] | unique | join(" ")' not-mounted
	[ "$(files)" = 14 ]
	states_are "condemned 10 live 4"
	run_status 5 retain undo shop_20261018 --json
	refused_by not-there
	rm -r "$REPO"
	mv "$WORLD/away" "$REPO"
	run_status 0 retain purge
	states_are "gone 10 live 4"
}

@test "nothing is deleted while what must stay is not proven to be there" {
	condemned
	printf X | dd of="$REPO/shop_20261106_020000.sql" bs=1 seek=1500 conv=notrunc 2>/dev/null
	touch -d 2026-11-06T02:01:00Z "$REPO/shop_20261106_020000.sql"
	run_status 5 retain purge --json
	refused_by survivors
	says "other bytes"
	nothing_went
	cp -p "$REPO/shop_20261030_020000.sql" "$WORLD/keep"
	dump_of 2026-11-06
	rm "$REPO/shop_20261030_020000.sql"
	run_status 5 retain purge --json
	refused_by survivors
	[ "$(files)" = 13 ]
	cp -p "$WORLD/keep" "$REPO/shop_20261030_020000.sql"
	run_status 0 retain purge
	states_are "gone 10 live 4"
}

@test "what is held, or needed again, is taken back instead of purged" {
	condemned
	run_status 0 hold add shop_20261020 --reason audit
	rm "$REPO"/shop_2026102[89]* "$REPO"/shop_20261030* # what stood in for them is lost
	run_status 1 scan
	run_status 0 retain purge --json
	json_is '[.actions[] | select(.to == "live") | .label] | sort | join(" ")' "shop_20261020_020000.sql shop_20261027_020000.sql"
	json_is '[.actions[] | select(.to == "gone")] | length' 8
	states_are "gone 8 live 3 missing 3"
	sqlite3 "$BACKSTAY_CATALOG" "SELECT outcome, count(*) FROM condemnations GROUP BY 1" | tr '\n' ' ' | grep -q 'gone|8 kept|2'
}

@test "a purge that was cut off anywhere is finished by the next one, and no scan calls it missing" {
	condemned
	sqlite3 "$BACKSTAY_CATALOG" "
		UPDATE artifacts SET state_reason = 'deleting' WHERE path IN ('shop_20261018_020000.sql', 'shop_20261019_020000.sql', 'shop_20261020_020000.sql', 'shop_20261021_020000.sql');
		INSERT INTO intents (artifact_id, repo_id, path, device, inode, size, mtime, folder, grave, begun)
		SELECT id, repo_id, path, device, inode, size, mtime, 0, substr(path, 6, 8), $(date -u -d 2026-11-06T03:30:00Z +%s)000000 FROM artifacts WHERE state_reason = 'deleting'"
	# 18: nothing moved; 19: moved; 20: removed, not written down; 21: moved, and its name taken since
	mv "$REPO/shop_20261019_020000.sql" "$REPO/.backstay-trash/20261019"
	rm "$REPO/shop_20261020_020000.sql"
	mv "$REPO/shop_20261021_020000.sql" "$REPO/.backstay-trash/20261021"
	run_status 0 scan --json
	json_is '.actions | length' 0
	# a person may still take back what is there
	run_status 5 retain undo shop_20261020 --json
	refused_by not-there
	run_status 0 retain undo shop_20261019
	[ -e "$REPO/shop_20261019_020000.sql" ]
	dump_fixture "shop_20261021_020000.sql" 3
	run_status 0 retain purge --json
	json_is '[.actions[] | select(.to == "gone")] | length' 9
	states_are "gone 9 live 5"
	[ "$(stat -c %s "$REPO/shop_20261021_020000.sql")" != "$(stat -c %s "$WORLD/one.sql")" ]
	trash_is_empty
	[ "$(sqlite3 "$BACKSTAY_CATALOG" "SELECT count(*) FROM intents WHERE outcome IS NULL")" = 0 ]
	well
}

@test "a clock that jumped deletes nothing until a person says that it is right" {
	condemned
	run_status 0 retain undo shop_20261018
	# the wall clock goes on for 30 days, the machine for an hour
	export BACKSTAY_TEST_BOOT=2026-11-06T03:30:00Z
	run_status 0 retain purge
	states_are "gone 9 live 5"
	run_status 0 retain run --json
	at 2026-12-06T03:30:00Z
	export BACKSTAY_TEST_BOOT=2026-11-06T04:30:00Z
	run_status 5 retain purge --json
	refused_by clock
	run_status 5 retain run --json --clock-ok 2026-12-06T03:00:00Z
	refused_by clock
	run_status 5 retain run --json # nothing came since
	refused_by clock
	run_status 0 retain run --json --clock-ok 2026-12-06T03:30:00Z
	run_status 0 retain run
	unset BACKSTAY_TEST_BOOT
	at 2026-12-06T02:30:00Z
	run_status 5 retain run --json
	refused_by clock
	at 2076-12-06T02:30:00Z
	run_status 5 retain run --json
	refused_by clock
}

@test "an old copy of the catalog, or another catalog, does not delete" {
	condemned
	cp "$BACKSTAY_CATALOG" "$WORLD/old.db"
	run_status 0 retain undo shop_20261018
	cp "$WORLD/old.db" "$BACKSTAY_CATALOG"
	run_status 5 retain purge --json
	refused_by catalog
	says "old copy"
	nothing_went
	run_status 0 retain purge --catalog-ok
	states_are "gone 10 live 4"
	rm "$BACKSTAY_CATALOG"*
	known
	run_status 5 retain run --json
	refused_by catalog
	says "given up"
}

@test "a catalog that is not whole deletes nothing: 6" {
	condemned
	sqlite3 "$BACKSTAY_CATALOG" "DROP TRIGGER backups_floor"
	run_status 6 retain purge --json
	json_is .error.code catalog-damaged
	run_status 6 retain run
	[ "$(files)" = 14 ]
}

@test "a folder goes as one, member by member; one that changed is left alone" {
	rm "$REPO"/*
	for d in 18 19 20 21 28 29 30; do
		cp -r "$BATS_TEST_DIRNAME/../corpus/pgdump-directory/15-inserts" "$REPO/shop_202610${d}_020000"
		touch -d "2026-10-${d}T02:01:00Z" "$REPO/shop_202610${d}_020000"/*
	done
	run_status 0 init
	run_status 0 repo add r "$REPO"
	run_status 0 scan
	run_status '0|4' verify # the time in these says that they are yet to come
	for d in 18 19 20 21 28 29 30; do run_status 0 set "shop_202610${d}_020000" --taken-at "2026-10-${d}T02:00:00Z"; done
	planned
	run_status 0 retain apply "$hash" --json
	json_is '.actions | length' 4
	at 2026-11-06T03:30:00Z
	echo mine >"$REPO/shop_20261018_020000/notes.txt"
	ln -s /etc/hostname "$REPO/shop_20261019_020000/link"
	run_status 5 retain purge --json
	refused_by replaced
	[ -e "$REPO/shop_20261018_020000/toc.dat" ] && [ -e "$REPO/shop_20261018_020000/notes.txt" ]
	[ -L "$REPO/shop_20261019_020000/link" ] && [ -e /etc/hostname ]
	[ ! -e "$REPO/shop_20261020_020000" ] && [ ! -e "$REPO/shop_20261021_020000" ]
	[ -d "$REPO/shop_20261030_020000" ]
	trash_is_empty
	well
}

@test "on a full disk retention deletes all the same: that is what it is for" {
	small_disk "$WORLD/disk" 4m
	BACKSTAY_CATALOG=$WORLD/disk/catalog.db
	REPO=$WORLD/disk/repo
	mkdir "$REPO"
	dumps 2026-10-18 13
	condemned
	[ "$(stat -c %s "$BACKSTAY_CATALOG.ballast")" = 65536 ]
	dd if=/dev/zero of="$WORLD/disk/filler" bs=4096 2>/dev/null || true
	run_status 0 retain purge --json
	states_are "gone 10 live 4"
	well
}

@test "a set goes whole, of each repo in which it lies, and what stays of it is complete" {
	local d file
	rm "$REPO"/*
	mkdir "$WORLD/second"
	for d in 18 19 20 21 28 29 30; do
		mkdir "$REPO/shop_202610${d}_020000"
		sb_schema x >"$REPO/shop_202610${d}_020000/schema.sql"
		sb_data 30 >"$REPO/shop_202610${d}_020000/data.sql"
		touch -d "2026-10-${d}T02:01:00Z" "$REPO/shop_202610${d}_020000"/*
	done
	cp -pr "$REPO"/* "$WORLD/second"
	sed -i 's|match = {"shop_\*"}|match = {"shop_*/*"}|' "$BACKSTAY_CONFIG"
	run_status 0 init
	run_status 0 repo add r "$REPO"
	run_status 0 repo add second "$WORLD/second"
	run_status 0 scan
	run_status '0|1|4' verify
	run_status 0 scan
	planned
	run_status 0 retain apply "$hash" --json
	json_is '[.actions[].repo] | unique | join(" ")' "r second"
	local condemned
	condemned=$(json_get '.actions | length')
	[ "$condemned" = 8 ] || { told; run_status 0 list; told; false; }
	at 2026-11-06T03:30:00Z
	run_status 0 retain purge --json
	json_is '[.actions[] | select(.to == "gone")] | length' 8
	for d in 18 19 20 21; do
		for file in schema.sql data.sql; do
			[ ! -e "$REPO/shop_202610${d}_020000/$file" ] && [ ! -e "$WORLD/second/shop_202610${d}_020000/$file" ]
		done
	done
	[ -e "$REPO/shop_20261030_020000/schema.sql" ] && [ -e "$WORLD/second/shop_20261030_020000/data.sql" ]
	run_status 0 scan --json
	json_is '.actions | length' 0
	well
}
