# One file name written again and again, digests beside it that are older, and files that get other names.
load lib.bash

setup() {
	new_world
	run_status 0 repo add local "$REPO"
}

teardown() {
	end_world
}

# dated FILE STARTED ROWS MTIME: a dump that tells when it was started (pg_dump --verbose), or not with STARTED empty
dated() {
	plain_dump "$3" | if [ -n "$2" ]; then sed "/^-- Dumped by/a -- Started on $2 UTC"; else cat; fi >"$REPO/$1"
	touch -d "$4" "$REPO/$1"
}

# alter FILE MTIME: one value in it, as long as it was
alter() {
	sed -i '0,/name 5 and/s//name 6 and/' "$REPO/$1"
	touch -d "$2" "$REPO/$1"
}

codes() {
	json_get '[.verified[] | .findings[].code | select(. != "no-checksum")] | sort | join(" ")'
}

known() { # "ID STATE" of each backup
	sqlite3 -readonly "$BACKSTAY_CATALOG" "SELECT id || ' ' || state || coalesce(' ' || state_reason, '') FROM backups ORDER BY id"
}

@test "one name written each night: a newer time inside is a new backup, the old one was replaced" {
	dated backup.sql "2026-01-01 02:00:00" 50 "2026-01-01 02:10"
	run_status 0 scan
	run_status 0 verify
	dated backup.sql "2026-01-02 02:00:00" 50 "2026-01-02 02:10"
	run_status 0 scan
	run_status 0 verify
	[ "$(known)" = "1 missing replaced
2 live" ]
	run_status 0 status
}

@test "without a time inside a new mtime is a new backup" {
	dated backup.sql "" 50 "2026-01-01 02:10"
	run_status 0 scan
	run_status 0 verify
	dated backup.sql "" 51 "2026-01-02 02:10"
	run_status 0 scan
	run_status 0 verify
	[ "$(known)" = "1 missing replaced
2 live" ]
}

@test "the same time inside and other bytes: digest-changed, whatever the mtime says and whoever looks first" {
	dated backup.sql "2026-01-01 02:00:00" 50 "2026-01-01 02:10"
	run_status 0 scan
	run_status 0 verify
	alter backup.sql "2026-01-05 12:00"
	run_status 0 scan
	run_status 1 verify --json
	[ "$(codes)" = digest-changed ]
	[ "$(known)" = "1 live" ]
	touch -d "2026-01-06 12:00" "$REPO/backup.sql" # one more touch heals nothing
	run_status 0 scan
	run_status 1 verify --json
	[ "$(codes)" = digest-changed ]
	# verify before scan
	alter backup.sql "2026-01-07 12:00"
	try verify --all
	run_status 0 scan
	run_status 1 verify --json
	[ "$(codes)" = digest-changed ]
	# an older dump under its name
	dated backup.sql "2025-12-31 02:00:00" 50 "2026-01-08 12:00"
	run_status 0 scan
	run_status 1 verify --json
	[ "$(codes)" = digest-changed ]
	# its twin: the bytes that were, under another mtime
	dated backup.sql "2026-01-01 02:00:00" 50 "2026-01-09 12:00"
	run_status 0 scan
	run_status 0 verify --json
	[ "$(codes)" = "" ]
	[ "$(known)" = "1 live" ]
}

@test "another size under the same time inside is told at once" {
	dated backup.sql "2026-01-01 02:00:00" 50 "2026-01-01 02:10"
	run_status 0 scan
	run_status 0 verify
	dated backup.sql "2026-01-01 02:00:00" 51 "2026-01-02 02:10"
	run_status 1 scan --json
	json_is '.actions[0].to' digest-changed
	run_status 1 verify --json
	[ "$(codes)" = "digest-changed size-changed" ]
	run_status 0 scan # told, and standing
}

@test "a damaged file is replaced by a good one of the same time" {
	dated backup.sql "2026-01-01 02:00:00" 50 "2026-01-01 02:10"
	cp "$REPO/backup.sql" "$WORLD/good.sql"
	truncate -s 2000 "$REPO/backup.sql"
	touch -d "2026-01-01 02:10" "$REPO/backup.sql"
	run_status 0 scan
	run_status 1 verify
	cp "$WORLD/good.sql" "$REPO/backup.sql"
	touch -d "2026-01-01 08:00" "$REPO/backup.sql"
	run_status 0 scan
	run_status 0 verify
	[ "$(known)" = "1 missing replaced
2 live" ]
}

@test "a digest that is older than the file it lies beside is of what lay there before" {
	local kind
	for kind in SHA256SUMS backup.sql.sha256; do
		dated backup.sql "2026-01-01 02:00:00" 50 "2026-01-01 02:10"
		(cd "$REPO" && sha256sum backup.sql >$kind && touch -d "2026-01-01 02:11" $kind)
		run_status 0 scan
		run_status 0 verify --json
		json_is '.verified[0] | "\(.digest_from) \(.levels.sealed)"' 'birth pass'
		dated backup.sql "2026-01-02 02:00:00" 50 "2026-01-02 02:10"
		run_status 0 inspect --json "$REPO/backup.sql"
		json_is '[.inspected[0].findings[] | select(.severity != "note") | "\(.severity) \(.code)"] | join(" ")' 'warning sidecar-stale'
		run_status 0 scan
		run_status 0 verify --json
		[ "$(codes)" = sidecar-stale ]
		json_is '.verified[0] | "\(.digest_from) \(.levels.sealed)"' 'first-sight not-run'
		rm "$REPO/$kind" "$BACKSTAY_CATALOG"*
		run_status 0 repo add local "$REPO"
	done
}

@test "a file that was altered after its digest was written is digest-changed, the first time it is seen" {
	dated backup.sql "2026-01-01 02:00:00" 50 "2026-01-01 02:10"
	(cd "$REPO" && sha256sum backup.sql >SHA256SUMS && touch -d "2026-01-01 02:11" SHA256SUMS)
	alter backup.sql "2026-01-03 12:00"
	run_status 1 inspect --json "$REPO/backup.sql"
	json_is '[.inspected[0].findings[] | select(.severity == "error") | .code] | join(" ")' digest-changed
	run_status 0 scan
	run_status 1 verify --json
	[ "$(codes)" = digest-changed ]
	# the name tells the time as well as the header
	dated shop_20260101_020000.sql "" 50 "2026-01-01 02:10"
	(cd "$REPO" && sha256sum shop_*.sql >>SHA256SUMS && touch -d "2026-01-01 02:11" SHA256SUMS)
	alter shop_20260101_020000.sql "2026-01-03 12:00"
	run_status 1 inspect --json "$REPO/shop_20260101_020000.sql"
	json_is '[.inspected[0].findings[] | select(.severity == "error") | .code] | join(" ")' digest-changed
	# its twin: copied without its times, and whole
	dated other_20260101_020000.sql "" 50 "2026-01-01 02:10"
	(cd "$REPO" && sha256sum other_*.sql >>SHA256SUMS && touch -d "2026-01-01 02:11" SHA256SUMS)
	touch -d "2026-01-03 12:00" "$REPO/other_20260101_020000.sql"
	run_status 0 inspect --json "$REPO/other_20260101_020000.sql"
	json_is '.inspected[0] | "\(.digest_from) \(.levels.sealed)"' 'birth pass'
}

@test "files that are rotated by their names keep their backups" {
	dated shop.sql.1 "" 52 "2026-01-02 02:10"
	dated shop.sql.2 "" 51 "2026-01-01 02:10"
	run_status 0 scan
	run_status 0 verify
	run_status 0 hold add shop.sql.1 --reason audit
	mv "$REPO/shop.sql.2" "$REPO/shop.sql.3"
	mv "$REPO/shop.sql.1" "$REPO/shop.sql.2"
	dated shop.sql.1 "" 53 "2026-01-03 02:10"
	run_status 0 scan --dry-run --json
	json_is '[.actions[] | "\(.label) \(.to) \(.reason)"] | sort | join("; ")' \
		'shop.sql.1 live new; shop.sql.1 live renamed to shop.sql.2; shop.sql.2 live renamed to shop.sql.3'
	run_status 0 scan
	run_status 0 list --json
	json_is '[.backups[] | "\(.label) \(.verdict) \(.held)"] | sort | join("; ")' 'shop.sql.1 unknown false; shop.sql.2 sound true; shop.sql.3 sound false'
	run_status 0 verify --all
	run_status 0 scan --json
	json_is '.actions | length' 0
	run_status 0 doctor
}

@test "a second name for a file is no rename, and neither is a copy" {
	dated shop.sql "" 50 "2026-01-01 02:10"
	run_status 0 scan
	ln "$REPO/shop.sql" "$REPO/again.sql"
	cp -a "$REPO/shop.sql" "$REPO/copy.sql"
	run_status 0 scan --json
	json_is '[.actions[] | "\(.label) \(.reason)"] | sort | join("; ")' 'again.sql new; copy.sql new'
	# a name that another source claims makes it that source's
	run_status 0 source add shop --match 'shop*'
	run_status 0 source add blog --match 'blog*'
	run_status 0 scan
	mv "$REPO/shop.sql" "$REPO/blog.sql"
	run_status 1 scan --json
	json_is '[.actions[] | "\(.label) \(.reason)"] | sort | join("; ")' 'blog.sql new; shop.sql vanished'
}

@test "Supabase's name for its daily downloads: plain SQL of all databases in gzip" {
	local name='db-cluster-02-01-2026@00-30-05.backup'
	{
		printf -- '--\n-- PostgreSQL database cluster dump\n--\n\nSET default_transaction_read_only = off;\n\nCREATE ROLE app;\n\n\\connect shop\n\n'
		plain_dump 20
		printf -- '--\n-- PostgreSQL database cluster dump complete\n--\n\n'
	} | gzip -n >"$REPO/$name"
	touch -d "2026-01-02 00:31" "$REPO/$name"
	run_status 0 inspect --json "$REPO/$name"
	json_is '.inspected[0] | "\(.format) \(.content) \(.taken_at) \(.taken_from) \([.findings[].code] | join(","))"' \
		'pgdumpall full 2026-01-02T00:30:05Z name '
	json_is '.inspected[0].tables[0] | "\(.database) \(.name) \(.rows)"' 'shop users 20'
	run_status 0 scan --json
	json_is '.actions[0].source' db-cluster
	run_status 0 verify
}
