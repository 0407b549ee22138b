# retain_faults.bats - what machines and people do between a plan and its purge, as tests/torture found it.
load lib
load retain
load supabase

setup() {
	nights_setup
	sed -i 's/switched_on = true/switched_on = true\n daily = 3d\n weekly = 0d\n monthly = 0mo/' "$BACKSTAY_CONFIG"
	at 2026-10-30T03:00:00Z
}

teardown() {
	end_world
}

@test "a folder in which a file was exchanged for one of its size and time has other bytes, and stays" {
	for d in 18 19 20 21 28 29 30; do
		cp -r "$BATS_TEST_DIRNAME/../corpus/pgdump-directory/15-inserts" "$REPO/shop_202610${d}_020000"
		touch -d "2026-10-${d}T02:01:00Z" "$REPO/shop_202610${d}_020000"/*
	done
	run_status 0 init
	run_status 0 repo add r "$REPO"
	run_status 0 scan
	run_status '0|4' verify
	for d in 18 19 20 21 28 29 30; do run_status 0 set "shop_202610${d}_020000" --taken-at "2026-10-${d}T02:00:00Z"; done
	planned
	run_status 0 retain apply "$hash" --json
	json_is '.actions | length' 4
	local toc=$REPO/shop_20261018_020000/toc.dat
	head -c "$(stat -c %s "$toc")" /dev/zero >"$WORLD/new"
	touch -r "$toc" "$WORLD/new"
	mv "$WORLD/new" "$toc"
	at 2026-11-06T03:30:00Z
	run_status 5 retain purge --json
	refused_by replaced
	says "other bytes"
	json_is '[.actions[] | select(.to == "gone")] | length' 3
	[ -e "$toc" ]
	trash_is_empty
	well
}

@test "what a run that was cut off left of a file that it wrote is removed by one an hour later, and nothing else" {
	dumps 2026-10-18 13
	known
	local old=$REPO/.backstay-tmp-0123456789abcdef young=$REPO/.backstay-tmp-fedcba9876543210 other=$REPO/.backstay-tmp-mine
	touch -d '2 hours ago' "$old" "$other"
	touch "$young"
	run_status 0 retain run
	[ ! -e "$old" ] && [ -e "$young" ] && [ -e "$other" ]
}

@test "a copy stays where the copy that stays is not there any more" {
	mkdir "$WORLD/second"
	dumps 2026-10-18 13
	dumps 2026-10-18 13 "$WORLD/second"
	cat >"$BACKSTAY_CONFIG" <<-END
	limits { ballast = 64KiB }
	policy default {
		switched_on = true  grace = 0s
		tier daily   { length = 3d   repos = {"r"} }
		tier weekly  { length = 30d  repos = {"second"} }
		tier monthly { length = 0mo }
	}
	source shop { match = {"shop_*"}  every = 24h }
	END
	run_status 0 init
	run_status 0 repo add r "$REPO"
	run_status 0 repo add second "$WORLD/second"
	run_status 0 scan
	run_status 0 verify
	planned
	run_status 0 retain apply "$hash" --json
	# 2026-10-25 holds the week in "second"; in "r" it goes
	json_is '[.actions[] | select(.label == "shop_20261025_020000.sql") | .repo] | join(" ")' r
	mv "$WORLD/second/shop_20261025_020000.sql" "$WORLD/away"
	run_status 5 retain purge --json
	json_is '[.refused[] | select(.rule == "last-good-copy") | .label] | join(" ")' shop_20261025_020000.sql
	[ -e "$REPO/shop_20261025_020000.sql" ]
	mv "$WORLD/away" "$WORLD/second/shop_20261025_020000.sql"
	run_status 0 retain purge
	[ ! -e "$REPO/shop_20261025_020000.sql" ]
	[ -e "$WORLD/second/shop_20261025_020000.sql" ]
	well
}

@test "within the grace nothing is due: a purge waits for it, and nothing has to be refused" {
	dumps 2026-10-18 13
	known
	planned
	run_status 0 retain apply "$hash"
	states_are "condemned 10 live 3"
	at 2026-11-06T02:59:00Z
	dump_of 2026-11-06
	run_status 0 scan
	run_status 0 verify
	run_status 0 retain purge --json
	json_is '[.actions, .refused] | tojson' '[[],[]]'
	json_is '.waiting[] | [.what, .backups, .until] | join(" ")' "grace 10 2026-11-06T03:00:00Z"
	[ "$(files)" = 14 ]
	at 2026-11-06T03:00:00Z
	run_status 0 retain purge
	states_are "gone 10 live 4"
}

@test "undo takes back only what is there, and not another file of its name" {
	dumps 2026-10-18 13
	known
	planned
	run_status 0 retain apply "$hash"
	rm "$REPO/shop_20261018_020000.sql"
	dump_fixture shop_20261019_020000.sql 3
	touch "$REPO/shop_20261020_020000.sql"
	for d in 18 19 20; do
		run_status 5 retain undo "shop_202610$d" --json
		refused_by not-there
		json_is '.actions | length' 0
	done
	states_are "condemned 10 live 3"
	run_status 5 retain undo "$hash" --json
	json_is '[.refused[].label] | sort | join(" ")' "shop_20261018_020000.sql shop_20261019_020000.sql shop_20261020_020000.sql"
	json_is '.actions | length' 7
	states_are "condemned 3 live 10"
}

# failing KIND N: the N-th call of that kind fails in what runs from here on
failing() {
	local so=${KILL_AT_SO:-$(dirname "$BACKSTAY")/../tests/kill_at.so}

	[ -e "$so" ] || skip "kill_at.so was not built"
	as=(env "LD_PRELOAD=$so" "FAIL_KIND=$1" "FAIL_AT=$2")
}

@test "a set of which one file cannot be removed is ended as one by the next run, and not kept for being broken" {
	local d
	for d in 18 19 20 21 28 29 30; do
		mkdir "$REPO/shop_202610${d}_020000"
		sb_schema x >"$REPO/shop_202610${d}_020000/schema.sql"
		sb_data 30 >"$REPO/shop_202610${d}_020000/data.sql"
		touch -d "2026-10-${d}T02:01:00Z" "$REPO/shop_202610${d}_020000"/*
	done
	sed -i 's|match = {"shop_\*"}|match = {"shop_*/*"}|; s/switched_on = true/switched_on = true\n grace = 0s/' "$BACKSTAY_CONFIG"
	run_status 0 init
	run_status 0 repo add r "$REPO"
	run_status 0 scan
	run_status '0|1|4' verify
	run_status 0 scan
	planned
	run_status 0 retain apply "$hash"
	states_are "condemned 4 live 3"
	failing unlink 2
	run_status 3 retain purge --json
	as=()
	states_are "condemned 1 gone 3 live 3"
	run_status 0 retain purge --json
	json_is '[.actions[].to] | unique | join(" ")' gone
	states_are "gone 4 live 3"
	trash_is_empty
	well
}

@test "a file beside one that went, which cannot be removed, is not forgotten in the trash" {
	dumps 2026-10-18 13
	echo x >"$REPO/shop_20261018_020000.sql.sha256"
	sed -i 's/switched_on = true/switched_on = true\n grace = 0s/' "$BACKSTAY_CONFIG"
	known
	planned
	run_status 0 retain apply "$hash"
	failing unlink 2
	run_status 3 retain purge --json
	as=()
	[ -n "$(ls "$REPO/.backstay-trash")" ]
	run_status 0 retain purge --json
	trash_is_empty
	states_are "gone 10 live 3"
	well
}

@test "what is held after a run that was cut off had removed it is gone, and not refused at each run" {
	dumps 2026-10-18 13
	sed -i 's/switched_on = true/switched_on = true\n grace = 0s/' "$BACKSTAY_CONFIG"
	known
	planned
	run_status 0 retain apply "$hash"
	sqlite3 "$BACKSTAY_CATALOG" "
		UPDATE artifacts SET state_reason = 'deleting' WHERE path = 'shop_20261018_020000.sql';
		INSERT INTO intents (artifact_id, repo_id, path, device, inode, size, mtime, folder, grave, begun)
		SELECT id, repo_id, path, device, inode, size, mtime, 0, substr(path, 6, 8), $(date -u -d 2026-10-30T03:00:00Z +%s)000000 FROM artifacts WHERE state_reason = 'deleting'"
	rm "$REPO/shop_20261018_020000.sql"
	run_status 0 hold add shop_20261018 --reason audit
	run_status 0 retain purge --json
	json_is '[.actions[] | select(.label == "shop_20261018_020000.sql") | .to] | join(" ")' gone
	[ "$(sqlite3 "$BACKSTAY_CATALOG" "SELECT count(*) FROM intents WHERE outcome IS NULL")" = 0 ]
	run_status 0 retain purge --json
	json_is '.actions | length' 0
	well
}

@test "what is held after a run that was cut off had moved it stays in the trash while another file has its name" {
	local file=shop_20261018_020000.sql

	dumps 2026-10-18 13
	sed -i 's/switched_on = true/switched_on = true\n grace = 0s/' "$BACKSTAY_CONFIG"
	known
	planned
	run_status 0 retain apply "$hash"
	sqlite3 "$BACKSTAY_CATALOG" "
		UPDATE artifacts SET state_reason = 'deleting' WHERE path = '$file';
		INSERT INTO intents (artifact_id, repo_id, path, device, inode, size, mtime, folder, grave, begun)
		SELECT id, repo_id, path, device, inode, size, mtime, 0, substr(path, 6, 8), $(date -u -d 2026-10-30T03:00:00Z +%s)000000 FROM artifacts WHERE state_reason = 'deleting'"
	mv "$REPO/$file" "$REPO/.backstay-trash/20261018"
	run_status 0 hold add shop_20261018 --reason audit
	echo other >"$REPO/$file"
	run_status 5 retain purge --json
	refused_by trash
	json_is '[.refused[] | .label] | join(" ")' "$file"
	json_is '[.actions[] | select(.to == "gone")] | length' 9
	[ -e "$REPO/.backstay-trash/20261018" ]
	rm "$REPO/$file"
	run_status 0 retain purge --json
	json_is '.actions | map([.label, .from, .to] | join(" ")) | join(",")' "$file condemned live"
	trash_is_empty
	states_are "gone 9 live 4"
	well
}

@test "a set that is held and of which the first file is lost keeps the other" {
	local d held=shop_20261018_020000
	for d in 18 19 20 21 28 29 30; do
		mkdir "$REPO/shop_202610${d}_020000"
		sb_schema x >"$REPO/shop_202610${d}_020000/schema.sql"
		sb_data 30 >"$REPO/shop_202610${d}_020000/data.sql"
		touch -d "2026-10-${d}T02:01:00Z" "$REPO/shop_202610${d}_020000"/*
	done
	sed -i 's|match = {"shop_\*"}|match = {"shop_*/*"}|; s/switched_on = true/switched_on = true\n grace = 0s/' "$BACKSTAY_CONFIG"
	run_status 0 init
	run_status 0 repo add r "$REPO"
	run_status 0 scan
	run_status '0|1|4' verify
	run_status 0 scan
	planned
	run_status 0 retain apply "$hash"
	states_are "condemned 4 live 3"
	local first last
	first=$(sqlite3 "$BACKSTAY_CATALOG" "SELECT path FROM artifacts WHERE path LIKE '$held/%' ORDER BY id LIMIT 1")
	last=$(sqlite3 "$BACKSTAY_CATALOG" "SELECT path FROM artifacts WHERE path LIKE '$held/%' ORDER BY id DESC LIMIT 1")
	rm "$REPO/$first"
	run_status 1 scan
	run_status 0 hold add "$(sqlite3 "$BACKSTAY_CATALOG" "SELECT backup_id FROM artifacts WHERE path = '$last'")" --reason audit
	run_status 0 retain purge --json
	json_is '[.actions[] | select(.to == "live") | .source] | length' 1
	json_is '[.actions[] | select(.to == "gone")] | length' 3
	[ -e "$REPO/$last" ]
	well
}
