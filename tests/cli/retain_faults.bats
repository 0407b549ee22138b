# retain_faults.bats - what machines and people do between a plan and its purge, as tests/torture found it.
load lib
load retain

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
