# Backups of several files: roles, schema and data of one run.
load lib.bash
load supabase.bash

setup() {
	new_world
	run_status 0 repo add local "$REPO"
}

teardown() {
	end_world
}

# rows: "ID VERDICT CONTENT STATE FILES-PARTS" a backup, oldest first
rows() {
	try list --json
	local id
	for id in $(jq -r '.backups | sort_by(.taken_at, .id)[].id' "$WORLD/out"); do
		"$BACKSTAY" show "$id" --json | jq -r '.backup | "\(.verdict) \(.content) \(.state) \([.artifacts[] | select(.state != "missing") | .part // "-"] | sort | join("+"))"'
	done
}

rows_are() {
	local got
	got=$(rows)
	[ "$got" = "$1" ] || { printf 'wanted\n%s\ngot\n%s\n' "$1" "$got"; return 1; }
}

# all_codes: codes of all findings of the last verify that are errors, with their verdicts
errors() {
	json_get '[.verified[] | .findings[] | select(.severity == "error") | .code] | sort | join(" ")'
}

@test "roles, schema and data of one run are one backup, and a run is one row" {
	sb_set 20260101 "2026-01-01 02:00" 10
	sb_set 20260102 "2026-01-02 02:00" 10
	run_status 0 scan --json
	json_is '.scanned.added' 6
	run_status 4 verify --json # a schema without comments proves nothing of its end
	json_is '.counts | "\(.matched) \(.sound) \(.unproven)"' '6 4 2'
	rows_are "unproven full live data+roles+schema
unproven full live data+roles+schema"
	run_status 0 tables 1 --json
	json_is '.tables[0] | "\(.name) \(.ddl) \(.data) \(.rows)"' 'users true true 10'
	run_status 0 scan --json
	json_is '.actions | length' 0
	run_status 0 doctor
}

@test "with comments the same set is sound" {
	sb_set 20260101 "2026-01-01 02:00" 10 comments
	run_status 0 scan
	run_status 0 verify
	rows_are "sound full live data+roles+schema"
}

@test "a set of which each file has a stamp of its own command is one; the next hour's is another" {
	sb roles_20260101_020000.sql roles "2026-01-01 02:00"
	sb schema_20260101_020004.sql schema "2026-01-01 02:00:05" comments
	sb data_20260101_020009.sql.gz data "2026-01-01 02:00:20"
	sb schema_20260101_030004.sql schema "2026-01-01 03:00:05" comments
	sb data_20260101_030009.sql.gz data "2026-01-01 03:00:20"
	run_status 0 scan
	run_status 1 verify --json
	[ "$(errors)" = member-missing ]
	rows_are "sound full live data+roles+schema
incomplete full live data+schema"
}

@test "plain definitions and rows in sibling folders are one backup a stamp; a full dump beside is its own" {
	for d in 01 02 03; do
		pg_half "schema/db_202601$d.sql.gz" schema "2026-01-$d 02:00"
		pg_half "data/db_202601$d.sql.gz" data "2026-01-$d 02:01"
	done
	dump_fixture full/db_20260104.sql.gz
	run_status 0 scan --json
	json_is '[.actions[].source] | unique | join(" ")' 'db full/db'
	run_status 0 verify
	rows_are "sound full live data+schema
sound full live data+schema
sound full live data+schema
sound full live -"
}

@test "the seed's own prefixes: the part stands in the folder and in the name" {
	pg_half supabase/schema/schema_20260101_020000.sql.gz schema "2026-01-01 02:00"
	pg_half supabase/data/data_20260101_020000.sql.gz data "2026-01-01 02:01"
	run_status 0 scan
	run_status 0 verify
	rows_are "sound full live data+schema"
}

@test "the order in which scans see the files does not matter, nor whether they come late" {
	local first second
	for first in schema data roles; do
		rm -rf "$REPO"/night "$BACKSTAY_CATALOG"*
		run_status 0 repo add local "$REPO"
		sb "night/$first.sql" "$first" "2026-01-01 02:00" "$([ $first = schema ] && echo comments || echo 10)"
		run_status 0 scan --json
		json_is '.actions[0].reason' new
		try verify
		sb_set other "2026-01-01 02:10" 10 comments
		mv "$REPO"/other/* "$REPO/night/"
		rmdir "$REPO/other"
		run_status '0|1' scan --json # the first file is written again: touched, or replaced
		try verify
		rows | tail -n 1 | grep -qx "sound full live data+roles+schema" || { rows; return 1; }
	done
	# one by one, untouched
	rm -rf "$REPO"/night "$BACKSTAY_CATALOG"*
	run_status 0 repo add local "$REPO"
	sb night/data.sql data "2026-01-01 02:20" 10
	run_status 0 scan
	run_status 1 verify --json
	[ "$(errors)" = member-missing ]
	sb night/schema.sql schema "2026-01-01 02:10" comments
	run_status 0 scan --dry-run --json
	json_is '.actions[0] | "\(.id) \(.reason)"' '1 part of night/data.sql'
	run_status 0 scan --json
	json_is '.actions[0] | "\(.id) \(.reason)"' '1 part of night/data.sql'
	run_status 0 verify
	sb night/roles.sql roles "2026-01-01 02:00"
	run_status 0 scan
	run_status 0 verify --all
	rows_are "sound full live data+roles+schema"
	run_status 0 status
}

@test "rows alone are incomplete; a schema alone is a schema; roles alone are roles" {
	sb a/data.sql data "2026-01-01 02:00" 10
	sb b/schema.sql schema "2026-01-02 02:00" comments
	sb c/roles.sql roles "2026-01-03 02:00"
	run_status 0 scan
	run_status 1 verify --json
	[ "$(errors)" = member-missing ]
	rows_are "incomplete data live data
sound schema live schema
sound roles live roles"
	run_status 1 status --json
	json_is '[.sources[].trouble[].code] | join(" ")' member-missing
}

@test "while a set is young its files may still come; then it is incomplete" {
	sb night/data.sql data "now" 10
	run_status 0 scan
	run_status 4 verify --json
	json_is '[.verified[].findings[].code | select(. == "settling" or . == "member-missing")] | join(" ")' settling
	rows_are "unknown data settling data"
	touch -d '20 minutes ago' "$REPO/night/data.sql"
	rm "$BACKSTAY_CATALOG"*
	run_status 0 repo add local "$REPO"
	run_status 0 scan
	run_status 1 verify
	rows_are "incomplete data live data"
}

@test "a source that had three is missed one; who acknowledges says that it dumps fewer from now on" {
	sb_set 20260101 "2026-01-01 02:00" 10 comments
	sb_set 20260102 "2026-01-02 02:00" 10 comments
	rm "$REPO/20260102/roles.sql"
	run_status 0 scan
	run_status 1 verify --json
	[ "$(errors)" = member-missing ]
	rows_are "sound full live data+roles+schema
incomplete full live data+schema"
	run_status 1 verify --json # nothing is due, and it is no better
	json_is '.counts.fresh_trouble' 1
	run_status 0 ack 2 --reason "no roles any more"
	run_status 0 verify --all
	sb_set 20260103 "2026-01-03 02:00" 10 comments
	rm "$REPO/20260103/roles.sql"
	run_status 0 scan
	run_status 0 verify
	rows | tail -n 1 | grep -qx "sound full live data+schema"
}

@test "a file that vanishes leaves an incomplete set, and one that comes back mends it" {
	sb_set night "2026-01-01 02:00" 10 comments
	run_status 0 scan
	run_status 0 verify
	mv "$REPO/night/schema.sql" "$WORLD/"
	run_status 1 scan
	rows_are "incomplete data live data+roles"
	run_status 1 status --json
	json_is '[.sources[].trouble[].code] | join(" ")' member-missing
	mv "$WORLD/schema.sql" "$REPO/night/"
	run_status 0 scan
	run_status 0 verify
	rows_are "sound full live data+roles+schema"
	run_status 0 status
}

@test "names that are written again each night: a file left from the run before is none of this one" {
	sb_set night "2026-01-01 02:00" 10 comments
	run_status 0 scan
	run_status 0 verify
	sb night/roles.sql roles "2026-01-02 02:00"
	sb night/schema.sql schema "2026-01-02 02:00" comments
	run_status 0 scan
	run_status 1 verify --json
	[ "$(errors)" = member-missing ]
	rows | grep -qx "incomplete schema live roles+schema"
	# its twin: the rows came too
	sb night/data.sql data "2026-01-02 02:00" 12
	run_status 0 scan
	run_status 0 verify
	rows_are "missing full missing 
sound full live data+roles+schema" || rows_are "sound full live data+roles+schema"
	run_status 0 status
}

@test "a dry run shows the grouping and records nothing" {
	pg_half schema/db_20260101.sql.gz schema "2026-01-01 02:00"
	pg_half data/db_20260101.sql.gz data "2026-01-01 02:01"
	run_status 0 scan --dry-run --json
	json_is '[.actions[] | "\(.id) \(.source) \(.reason)"] | join("; ")' 'null db new; null db part of data/db_20260101.sql.gz'
	run_status 4 list
}

@test "set --source moves the whole set, and what comes late goes after it" {
	sb night/data.sql data "2026-01-01 02:00" 10
	sb night/schema.sql schema "2026-01-01 02:00" comments
	run_status 0 source add shop
	run_status 0 scan
	run_status 0 set 1 --source shop
	sb night/roles.sql roles "2026-01-01 02:01"
	run_status 0 scan --json
	json_is '.actions[0] | "\(.id) \(.source)"' '1 shop'
	run_status 0 list --json
	json_is '.backups | map("\(.source) \(.source_guessed)") | join(" ")' 'shop false'
}

@test "what is required of a source is asked of the file that can hold it" {
	run_status 0 source add shop --match '*' --require users:10 --require auth.users
	sb_set 20260101 "2026-01-01 02:00" 10 comments
	run_status 0 scan
	run_status 1 verify --json
	json_is '[.verified[] | select(.format == "supabase-data") | .findings[] | select(.severity == "error") | .text] | join(" ")' 'required table auth.users is not in it'
	json_is '[.verified[] | select(.format != "supabase-data") | .verdict] | unique | join(" ")' sound
	run_status 0 source set shop --require users:10
	run_status 0 verify --all --deep
	run_status 0 list --json
	json_is '.backups[0] | "\(.verdict) \(.level)"' 'sound covered'
	run_status 0 source set shop --require users:11
	run_status 1 verify --all --deep --json
	[ "$(errors)" = rows-below-floor ]
}

@test "a schema that is dumped later takes no slot from the set of that day" {
	run_status 0 source add shop --match '*'
	sb_set 20260101 "2026-01-01 02:00" 10 comments
	run_status 0 scan
	run_status 0 verify
	sb 20260101_230000/schema.sql schema "2026-01-01 23:00" comments
	run_status 0 scan
	try verify
	run_status 0 retain plan --json
	json_is '.streams[0].backups[] | select(.label | test("data")) | .reasons | map(select(test("daily"))) | length' 1
	run_status '0|1' pick shop --json
	json_is '.choice.label' 20260101/data.sql
}

@test "copies in a second repo become the same backup as a whole: roles that are the same each night join nothing" {
	for d in 01 02 03; do sb_set "202601$d" "2026-01-$d 02:00" "1$d" comments; done
	mkdir "$WORLD/second"
	cp -a "$REPO"/2026010[23] "$WORLD/second/"
	run_status 0 repo add second "$WORLD/second"
	run_status 0 scan
	run_status 0 verify
	run_status 0 list --json
	json_is '[.backups[] | "\(.taken_at[0:10]) \(.repos | join("+"))"] | sort | join(", ")' '2026-01-01 local, 2026-01-02 local+second, 2026-01-03 local+second'
	rm "$WORLD/second/20260103/data.sql"
	run_status 1 scan
	try verify --all --json
	[ "$(errors)" = member-missing ]
	run_status 0 list --json
	json_is '[.backups[].verdict] | unique | join(" ")' sound # its other copy is
	run_status 0 pick backups --json
	run_status '0|1' pick backups --without local --json
	json_is '.choice.point' 2026-01-02T00:00:00Z
}

@test "files that are added by hand become one backup, with what was said of it" {
	sb_set night "2026-01-01 02:00" 10 comments
	run_status 0 source add shop
	run_status 0 add "$REPO"/night/roles.sql "$REPO"/night/schema.sql "$REPO"/night/data.sql --source shop --tier predeploy --reason v1.42
	run_status 0 verify
	rows_are "sound full live data+roles+schema"
	run_status 0 hold list --json
	json_is '.holds | length' 1
}

@test "a file that two sources claim stops a scan before anything of any repo is written" {
	mkdir "$WORLD/second"
	dump_fixture a.sql
	cp -a "$REPO/a.sql" "$WORLD/second/both.sql"
	run_status 0 repo add second "$WORLD/second"
	run_status 0 source add one --match 'both*'
	run_status 0 source add two --match '*th.sql'
	run_status 2 scan
	says 'claimed by two'
	run_status 4 list
	# its twin: one claims it
	run_status 0 source set two --match '*other.sql'
	run_status 0 scan
	run_status 0 list
}

@test "a catalog of the version before, which took the files for backups of their own, makes sets of them" {
	local part n=0
	rm "$BACKSTAY_CATALOG"* "$REPO"/.backstay*
	sb_set night "2026-01-01 02:00" 10 comments
	{
		cat "$SOURCE_ROOT"/migrations/000[1-7]-*.sql
		echo "PRAGMA application_id = $((0x424B5354)); PRAGMA user_version = 7;"
		echo "INSERT INTO repos (id, name, url, read_only, cleaned_by_others, created) VALUES (1, 'local', 'file://$REPO', 0, 0, 0);"
		for part in data roles schema; do
			n=$((n + 1))
			echo "INSERT INTO sources (id, name, every, slack, rpo, rto, guessed, created) VALUES ($n, 'night/$part', 0, 0, 0, 0, 1, 0);"
			echo "INSERT INTO backups (id, source_id, source_guessed, label, kind, format, content, taken_at, taken_from, time_confirmed, size,
				tier, state, first_seen) VALUES ($n, $n, 1, 'night/$part.sql', 'logical', 'supabase-$part', 'unknown', 1767232800000000,
				'mtime', 0, 1, 'auto', 'live', 0);"
			echo "INSERT INTO artifacts (backup_id, repo_id, path, size, device, inode, mtime, state, first_seen, last_seen)
				VALUES ($n, 1, 'night/$part.sql', $(stat -c '%s, %d, %i, %Y000000' "$REPO/night/$part.sql"), 'live', 0, 0);"
		done
	} >"$WORLD/old.sql"
	sqlite3 -bail "$BACKSTAY_CATALOG" <"$WORLD/old.sql"
	chmod 600 "$BACKSTAY_CATALOG"
	run_status 0 scan --json
	json_is '[.actions[] | "\(.id) \(.reason)"] | join("; ")' '1 part of night/data.sql; 1 part of night/data.sql'
	run_status 0 verify
	rows_are "sound full live data+roles+schema"
	run_status 0 list --json
	json_is '.backups[0].source' night/
	run_status 0 source list --json
	json_is '.sources | length' 1
	run_status 0 scan --json
	json_is '.actions | length' 0
	run_status 0 doctor
}
