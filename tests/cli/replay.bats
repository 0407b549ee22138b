# Another policy on the catalog's own history.
load tool

prepare() {
	export BACKSTAY_TEST_CLOCK=2026-11-07T12:00:00Z
	mkdir repo
	cp "$SOURCE_ROOT"/tests/sample/* repo
	find repo -type f -exec touch -d 2026-11-07T03:00:00Z {} +
}

catalogued() {
	backstay repo add local repo
	backstay source add shop --every 24h --match 'shop_*' --match 'weekly_*'
	backstay scan
	ends 0
	backstay verify
	ends 1
}

@test "replay tells what another policy would have deleted, beside ours" {
	catalogued
	backstay replay count:3 --source shop --json
	ends 0
	json 'd.policy == "count:3" and len(d.streams) == 1 and d.streams[0].source == "shop"'
	json 'd.streams[0].asked.kept == 3 and d.streams[0].asked.kept + d.streams[0].asked.deleted_count == d.streams[0].backups'
	json 'sum(len(n.deleted) for n in d.streams[0].asked.nights) == d.streams[0].asked.deleted_count'
	json 'd.streams[0].ours.policy == "default" and d.streams[0].ours.none_left == [] and d.streams[0].ours.restore_points >= 2'
	backstay replay count:3
	ends 0
	says "ours (default)"
	[ "$(wc -l <<<"$out")" -le 24 ]
}

@test "find -mtime leaves nothing when backups stop; ours keeps what was good" {
	catalogued
	backstay replay mtime:30d --source shop --now 2027-03-01T12:00:00Z --json
	ends 0
	json 'd.streams[0].asked.kept == 0 and d.streams[0].asked.restore_points == 0 and d.streams[0].asked.fewest == 0'
	# the files are of the 7th, 3:00: on 8 December at noon they are 31 whole days old
	json 'd.streams[0].asked.none_left == [{"from": "2026-12-08T12:00:00Z", "to": None}]'
	json 'd.streams[0].ours.restore_points > 0 and d.streams[0].ours.none_left == []'
	backstay replay mtime:30d --now 2027-03-01T12:00:00Z
	ends 0
	says "2026-12-08"
}

@test "what is gone is part of the history" {
	catalogued
	backstay replay count:100 --source shop --json
	before=$(jq '.streams[0].backups' "$BATS_TEST_TMPDIR/.out")
	rm repo/shop_20261101_020000.sql.gz
	backstay repo set local --cleaned-by-others 1d
	export BACKSTAY_TEST_CLOCK=2026-11-12T12:00:00Z
	backstay scan
	backstay replay count:100 --source shop --json
	ends 0
	json "d.streams[0].backups == $before and d.streams[0].asked.kept == $before"
}

@test "a window deletes nothing before it" {
	catalogued
	backstay replay count:1 --source shop --window 1d --json
	ends 0
	json 'd.streams[0]["from"] == "2026-11-06T12:00:00Z" and all(n.night >= "2026-11-06T12:00:00Z" for n in d.streams[0].asked.nights)'
	backstay replay count:1 --window 0s
	ends 2
}

@test "restic's rules, and policies of the settings" {
	catalogued
	export BACKSTAY_CONFIG="$PWD/backstay.conf"
	echo 'policy strict { daily = 1d weekly = 0d monthly = 0mo }' >backstay.conf
	backstay replay policy:strict --source shop --json
	ends 0
	json 'd.streams[0].asked.policy == "policy:strict" and d.streams[0].asked.kept <= d.streams[0].ours.kept'
	backstay replay restic:7d,4w,12m --json
	ends 0
	backstay replay restic-within:daily=7d,monthly=12mo --json
	ends 0
	json 'all(s.asked.fewest is None or s.asked.fewest >= 0 for s in d.streams)'
}

@test "no such policy is 2, no such source 4, nothing changes" {
	catalogued
	sum=$(sha256sum <"$BACKSTAY_CATALOG")
	for p in mtime:30 count:0 restic:7 policy:nowhere borg:7d; do
		backstay replay "$p"
		ends 2
	done
	complains "wants mtime:30d"
	backstay replay ""
	ends 2
	backstay replay policy:nowhere
	complains 'no policy "nowhere"'
	backstay replay
	ends 2
	backstay replay count:7 --source shpo
	ends 4
	backstay replay count:7 --json
	ends 0
	[ "$sum" = "$(sha256sum <"$BACKSTAY_CATALOG")" ]
	rm "$BACKSTAY_CATALOG"
	backstay init
	backstay replay count:7
	ends 4
}
