# hostile.bats - what somebody who can write into the folder of backups does, or a tired operator: nothing turns green that was not
# proven, and no alarm that was raised goes away by itself.

load lib

setup() {
	new_world
}

teardown() {
	end_world
}

# tamper FILE: other bytes under the same size and mtime; of a plain dump the format says nothing.
tamper() {
	touch -r "$REPO/$1" "$WORLD/times"
	sed -i 's/^7\tname 7 and/7\tname 8 and/' "$REPO/$1"
	touch -r "$WORLD/times" "$REPO/$1"
}

later() {
	export BACKSTAY_TEST_CLOCK
	BACKSTAY_TEST_CLOCK=$(date -u -d "$1" +%Y-%m-%dT%H:%M:%SZ)
}

# --- alarms that stand -----------------------------------------------------------------------------------------------------

@test "standing trouble that is not due is no reason for status 0" {
	dump_fixture good.sql
	cut_fixture bad.sql
	adopted
	run_status 1 verify
	run_status 1 verify --json
	json_is .counts.matched 0
	json_is .counts.fresh 2
	json_is .counts.fresh_trouble 1
	run_status 0 ack bad.sql --reason known
	run_status 0 verify --json
	json_is .counts.fresh_trouble 0
}

@test "an acknowledgement is for the trouble that was known, not for what comes after it" {
	dump_fixture good.sql
	cut_fixture bad.sql
	adopted
	run_status 1 verify
	run_status 0 ack bad.sql --reason known
	run_status 4 verify bad.sql
	tamper bad.sql
	run_status 1 verify bad.sql --json
	has_code bad.sql digest-changed
	json_is .counts.acked 0
	run_status 1 nightly
}

@test "other bytes under the same size and mtime are an alarm, and neither scan nor a later run learns them" {
	dump_fixture a.sql
	adopted
	run_status 0 verify
	tamper a.sql
	run_status 0 scan
	run_status 1 verify a.sql --json
	has_code a.sql digest-changed
	verdict_is a.sql damaged
	run_status 0 scan
	run_status 1 verify --level sealed a.sql --json
	has_code a.sql digest-changed
	run_status 1 verify a.sql --json
	has_code a.sql digest-changed
	run_status 1 nightly
	run_status 1 pick a
}

@test "nightly raises the alarm once the bytes are due, also when the old verdict was sound" {
	dump_fixture a.sql
	adopted
	run_status 0 nightly
	tamper a.sql
	later '+8 days'
	run_status 1 nightly
	says 'damaged'
	later '+9 days'
	run_status 1 nightly
}

@test "other bytes teach nothing about the backup" {
	dump_fixture a.sql
	adopted
	run_status 0 verify
	before=$(listed '.backups[0] | [.taken_at, .taken_from, .format] | tojson')
	touch -r "$REPO/a.sql" "$WORLD/times"
	sed -i 's/^-- Dumped from database version 15.20 .*/-- Started on 2031-01-01 00:00:00 UTC                                 /' "$REPO/a.sql"
	truncate -s "$(sqlite3 "$BACKSTAY_CATALOG" 'SELECT size FROM artifacts')" "$REPO/a.sql"
	touch -r "$WORLD/times" "$REPO/a.sql"
	run_status 1 verify a.sql --json
	has_code a.sql digest-changed
	[ "$(listed '.backups[0] | [.taken_at, .taken_from, .format] | tojson')" = "$before" ]
}

@test "another size under the same mtime is an alarm, not a new backup" {
	dump_fixture a.sql
	adopted
	run_status 0 verify
	touch -r "$REPO/a.sql" "$WORLD/times"
	truncate -s 3000 "$REPO/a.sql"
	touch -r "$WORLD/times" "$REPO/a.sql"
	run_status 1 scan --json
	json_is '.actions[0].to' digest-changed
	run_status 1 verify --json
	has_code a.sql size-changed
	verdict_is a.sql damaged
	[ "$(listed '.backups | length')" = 1 ]
	# told once by scan; then it stands as what it is
	run_status 0 scan
	run_status 1 status
}

@test "what was missing and is back is unknown until its bytes were read again" {
	dump_fixture a.sql
	adopted
	run_status 0 verify
	mv "$REPO/a.sql" "$WORLD/a.sql"
	run_status 1 scan
	run_status 1 verify --json
	json_is .counts.missing 1
	run_status 1 verify a.sql --json
	json_is .counts.missing 1
	mv "$WORLD/a.sql" "$REPO/a.sql"
	tamper a.sql
	run_status 0 scan
	[ "$(listed '.backups[0].verdict')" = unknown ]
	run_status 1 verify --json
	has_code a.sql digest-changed
}

@test "what came back without a scan is read by verify" {
	dump_fixture a.sql
	adopted
	run_status 0 verify
	mv "$REPO/a.sql" "$WORLD/a.sql"
	run_status 1 verify a.sql
	run_status 1 verify
	mv "$WORLD/a.sql" "$REPO/a.sql"
	run_status 0 verify --json
	verdict_is a.sql sound
	[ "$(listed '.backups[0].state')" = live ]
	run_status 0 status
}

@test "a sealed pass of what was never read deeply proves nothing, of what was damaged neither" {
	dump_fixture a.sql
	cut_fixture b.sql
	adopted
	run_status 4 verify --level sealed a.sql --json
	verdict_is a.sql unproven
	run_status 4 verify --level sealed a.sql --json
	verdict_is a.sql unproven
	json_is '.verified[0].levels.sealed' pass
	run_status 0 verify a.sql
	run_status 0 verify --level sealed a.sql --json
	verdict_is a.sql sound
	run_status 1 verify b.sql
	run_status 1 verify --level sealed b.sql --json
	verdict_is b.sql incomplete
	# and what was found stays what it was called
	run_status 1 status
	says 'copy-not-terminated'
}

@test "that a file is there is no proof of old bytes" {
	dump_fixture a.sql
	adopted
	run_status 0 verify
	run_status 0 verify --level present a.sql
	later '+30 days'
	run_status 4 verify --level present a.sql --json
	verdict_is a.sql unproven
}

# --- young files -----------------------------------------------------------------------------------------------------------

@test "a file that grew while it settled is one backup with its last size" {
	plain_dump 100 | head -c 1500 >"$REPO/g.sql"
	adopted
	run_status 4 verify --json
	has_code g.sql settling
	plain_dump 100 >"$REPO/g.sql"
	run_status 0 scan
	run_status 0 verify
	run_status 0 scan --json
	json_is .scanned.unchanged 1
	[ "$(listed '[.backups[] | [.state, .verdict, .size]] | tojson')" = "[[\"live\",\"sound\",$(stat -c %s "$REPO/g.sql")]]" ]
}

@test "a bad file dated in the future does not settle for ever" {
	cut_fixture f.sql
	touch -d 2043-01-01 "$REPO/f.sql"
	adopted
	run_status 4 verify --json
	has_code f.sql settling
	later '+20 minutes'
	run_status 1 verify --json
	verdict_is f.sql incomplete
	run_status 1 nightly
}

@test "a bad file that is touched all the time settles for a day" {
	cut_fixture f.sql
	touch "$REPO/f.sql"
	adopted
	later '+12 hours'
	touch -d "$BACKSTAY_TEST_CLOCK" "$REPO/f.sql"
	run_status 4 verify --json
	has_code f.sql settling
	later '+25 hours'
	touch -d "$BACKSTAY_TEST_CLOCK" "$REPO/f.sql"
	run_status 1 verify --json
	verdict_is f.sql incomplete
}

# --- digests that lie beside the files -------------------------------------------------------------------------------------

sum_of() {
	sha256sum <"$REPO/$1" | cut -d' ' -f1
}

@test "a digest that comes after the first scan counts" {
	dump_fixture a.sql
	adopted
	printf '%s  a.sql\n' "$(sum_of a.sql)" >"$REPO/a.sql.sha256"
	run_status 0 verify --json
	json_is '.verified[0].digest_from' birth
	json_is '.verified[0].levels.sealed' pass
	run_status 0 show a.sql --json
	json_is '.backup.artifacts[0].digest_from // .artifacts[0].digest_from' birth
}

@test "a digest that comes after the first look counts beside what was seen first" {
	dump_fixture a.sql
	dump_fixture b.sql 101
	adopted
	run_status 0 verify
	printf '%s  a.sql\n' "$(sum_of a.sql)" >"$REPO/a.sql.sha256"
	printf '%064d  b.sql\n' 0 >"$REPO/b.sql.sha256"
	run_status 1 verify --all --json
	verdict_is a.sql sound
	verdict_is b.sql damaged
	has_code b.sql digest-changed
	json_is '.verified[] | select(.path == "a.sql") | .digest_from' birth
}

@test "other bytes with a digest to match are an alarm all the same when others were seen first" {
	dump_fixture a.sql
	adopted
	run_status 0 verify
	tamper a.sql
	printf '%s  a.sql\n' "$(sum_of a.sql)" >"$REPO/a.sql.sha256"
	run_status 1 verify --all --json
	has_code a.sql digest-changed
	run_status 1 verify --all --json
	has_code a.sql digest-changed
}

@test "a digest beside the file that cannot be read is told, and the file is not sound by it" {
	dump_fixture a.sql
	echo 'no digest at all' >"$REPO/a.sql.sha256"
	run_status 0 init
	run_status 0 repo add r "$REPO"
	run_status 0 scan --json
	json_is '.findings[0].code' sidecar-unreadable
	run_status 4 verify --json
	has_code a.sql sidecar-unreadable
	verdict_is a.sql unproven
	json_is '.verified[0].levels.sealed' unprovable
	run_status 4 inspect --json "$REPO/a.sql"
	has_code "$REPO/a.sql" sidecar-unreadable
	rm "$REPO/a.sql.sha256"
	mkfifo "$REPO/a.sql.sha256"
	run_status 4 inspect --json "$REPO/a.sql"
	has_code "$REPO/a.sql" sidecar-unreadable
}

@test "digests are read as sha256sum, BSD's sha256 and openssl write them" {
	dump_fixture a.sql
	for line in '%s' '%s  a.sql' '%s *./a.sql' 'SHA256 (a.sql) = %s' 'SHA256(a.sql)= %s' 'SHA2-256(a.sql)= %s'; do
		printf "$line\n" "$(sum_of a.sql)" >"$REPO/a.sql.sha256"
		run_status 0 inspect --json "$REPO/a.sql"
		json_is '.inspected[0].levels.sealed' pass
		printf "$line\n" "$(printf '%064d' 1)" >"$REPO/a.sql.sha256"
		run_status 1 inspect --json "$REPO/a.sql"
		has_code "$REPO/a.sql" digest-changed
	done
	rm "$REPO/a.sql.sha256"
	printf 'SHA256 (a.sql) = %s\n' "$(sum_of a.sql)" >"$REPO/SHA256SUMS"
	run_status 0 inspect --json "$REPO/a.sql"
	json_is '.inspected[0].levels.sealed' pass
}

@test "the digest of last night's file is not held against tonight's" {
	dump_fixture db.sql 100
	printf '%s  db.sql\n' "$(sum_of db.sql)" >"$REPO/db.sql.sha256"
	touch -d '1 day ago' "$REPO/db.sql.sha256"
	dump_fixture db.sql 120
	adopted
	# the producer writes it a little later than the dump
	printf '%s  db.sql\n' "$(sum_of db.sql)" >"$REPO/db.sql.sha256"
	run_status 0 verify --json
	json_is '.verified[0].digest_from' birth
}

@test "a list of digests made to be slow is read once" {
	dump_fixture a.sql
	head -c 8000000 /dev/zero | tr '\0' 'a' >"$REPO/SHA256SUMS"
	mv "$REPO/a.sql" "$REPO/a"
	PATIENCE=20
	run_status 0 inspect "$REPO/a"
}

# --- copies ----------------------------------------------------------------------------------------------------------------

# two_copies: a.sql in the repos r and q, known as one backup with two copies.
two_copies() {
	mkdir "$WORLD/q"
	dump_fixture a.sql
	cp -p "$REPO/a.sql" "$WORLD/q/"
	run_status 0 init
	run_status 0 source add s --match '*.sql'
	run_status 0 repo add r "$REPO"
	run_status 0 repo add q "$WORLD/q"
	run_status 0 scan
	run_status 0 verify
	[ "$(listed '.backups[0].repos | tojson')" = '["q","r"]' ]
}

@test "a damaged copy is trouble though the other one is sound, and its repo offers no restore point" {
	two_copies
	touch -r "$REPO/a.sql" "$WORLD/times"
	sed -i 's/^7\tname 7 and/7\tname 8 and/' "$WORLD/q/a.sql"
	touch -r "$WORLD/times" "$WORLD/q/a.sql"
	run_status 1 verify --all --json
	run_status 1 status --json
	json_is '.sources[0].trouble[0].code' digest-changed
	run_status 0 pick s --json
	json_is '.choice.commands[1] | contains("/repo/a.sql")' true
	run_status 1 pick s --without r --json
	json_is .choice null
	json_is '.rejected[0].reason' damaged
	run_status 0 ack 1 --reason 'copied again tomorrow'
	run_status 0 status
	run_status 0 verify --all
}

@test "one folder is one repo, whatever leads to it" {
	dump_fixture a.sql
	adopted
	ln -s "$REPO" "$WORLD/link"
	run_status 2 repo add again "$WORLD/link"
	says 'the same folder as repo r'
	run_status 2 repo add again "$WORLD/link" --read-only
	says 'the same folder as repo r'
}

@test "a file in a repo within a repo is one copy, and so is one with two names" {
	mkdir "$REPO/sub" "$WORLD/q"
	dump_fixture sub/a.sql
	ln "$REPO/sub/a.sql" "$WORLD/q/a.sql"
	run_status 0 init
	run_status 0 source add s --match '*.sql'
	run_status 0 repo add outer "$REPO"
	run_status 0 repo add inner "$REPO/sub"
	run_status 0 repo add q "$WORLD/q"
	run_status 0 scan --json
	json_is .scanned.added 1
	json_is '.findings[0].code' same-file
	run_status 0 verify
	[ "$(listed '.backups | length')" = 1 ]
	[ "$(listed '.backups[0].repos | tojson')" = '["inner"]' ]
}

@test "a read-only repo that is an empty mount point changes nothing" {
	dump_fixture a.sql
	dump_fixture b.sql 101
	run_status 0 init
	run_status 0 repo add r "$REPO" --read-only
	run_status 0 scan
	run_status 0 verify
	mv "$REPO" "$WORLD/mounted"
	mkdir "$REPO"
	run_status 3 scan --json
	json_is '.findings[0].code' not-mounted
	run_status 3 verify --all --json
	json_is .counts.unreadable 2
	[ "$(listed '[.backups[].state] | unique | tojson')" = '["live"]' ]
	rmdir "$REPO"
	mv "$WORLD/mounted" "$REPO"
	run_status 0 scan
	run_status 0 verify
}

@test "what lies beside a toc.dat and is no member of a dump is not passed over" {
	mkdir "$REPO/dumps"
	dump_fixture dumps/a.sql
	head -c 40 "$BATS_TEST_DIRNAME/../corpus/pgdump-custom/15-directory.toc" >"$REPO/dumps/toc.dat"
	touch "$REPO/dumps/3348.dat.gz" "$REPO/dumps/blobs.toc"
	run_status 0 init
	run_status 0 repo add r "$REPO"
	run_status 0 scan
	[ "$(listed '[.backups[].label] | sort | tojson')" = '["dumps","dumps/a.sql"]' ]
}

# --- what a backup must hold -----------------------------------------------------------------------------------------------

# parted ROWS DAY: a dump of one partitioned table whose rows lie in a partition of a partition.
parted() {
	{
		printf -- '--\n-- PostgreSQL database dump\n--\n\n-- Dumped from database version 15.20\n-- Dumped by pg_dump version 15.20\n\n'
		printf 'CREATE TABLE public.p (x int)\nPARTITION BY RANGE (x);\n'
		printf 'CREATE TABLE public.p1 (x int)\nPARTITION BY RANGE (x);\n'
		printf 'CREATE TABLE public.p11 (x int);\n'
		printf 'ALTER TABLE ONLY public.p ATTACH PARTITION public.p1 FOR VALUES FROM (1) TO (2);\n'
		printf 'ALTER TABLE ONLY public.p1 ATTACH PARTITION public.p11 FOR VALUES FROM (1) TO (2);\n'
		printf 'COPY public.p11 (x) FROM stdin;\n'
		seq "$1"
		printf '\\.\n\n--\n-- PostgreSQL database dump complete\n--\n\n'
	} >"$REPO/p_202601$2_020000.sql"
	touch -d "2026-01-$2 02:00:00" "$REPO/p_202601$2_020000.sql"
}

@test "rows that a partitioned table lost since the last sound backup are missed" {
	parted 1000 01
	parted 950 02
	parted 400 03
	cat >"$WORLD/backstay.conf" <<-END
	repo r { url = "file://$REPO" }
	source s {
	  match = { "*.sql" }
	  table p { max_shrink = 20% }
	}
	END
	export BACKSTAY_CONFIG=$WORLD/backstay.conf
	run_status 0 init
	run_status 0 scan
	run_status 0 verify p_20260101
	run_status 0 verify p_20260102
	run_status 1 verify p_20260103 --json
	has_code p_20260103_020000.sql rows-dropped
	verdict_is p_20260103_020000.sql incomplete
}

@test "the commands of a restore point are one line each, say no terminal anything, and name the file" {
	name=$(printf 'a\n\e[31m\xff.sql')
	dump_fixture "$name"
	run_status 0 init
	run_status 0 source add s --match '*.sql'
	run_status 0 repo add r "$REPO"
	run_status 0 scan
	run_status 0 verify
	run_status 0 pick s
	[ "$(grep -c "$(printf '\e')" "$WORLD/out")" = 0 ]
	run_status 0 pick s --json
	word=$(json_get '.choice.commands[1] | capture("-f (?<f>.*)$").f')
	eval "file=$word"
	[ "$file" = "$REPO/$name" ]
}

@test "a hold stays with the bytes it was for when their file is touched" {
	dump_fixture a.sql
	dump_fixture b.sql 101
	adopted
	run_status 0 verify
	b=$(listed '.backups[] | select(.label == "b.sql") | .id')
	run_status 0 hold add a.sql --reason 'keep these'
	run_status 0 hold add b.sql --reason 'keep those'
	touch -d '1 hour ago' "$REPO/a.sql"
	dump_fixture b.sql 102
	touch -d '1 hour ago' "$REPO/b.sql"
	run_status 0 scan
	run_status 0 verify
	run_status 0 hold list --json
	new=$(listed '.backups[] | select(.label == "a.sql") | .id')
	run_status 0 hold list --json
	json_is '.holds[] | select(.reason == "keep these") | .backup' "$new"
	json_is '.holds[] | select(.reason == "keep those") | .backup' "$b"
}

# --- others who need the catalog -------------------------------------------------------------------------------------------

@test "a file that takes long to read does not keep the catalog from others" {
	for jobs in 1 2; do
		rm -f "$BACKSTAY_CATALOG"* "$REPO"/* "$REPO/.backstay-repo"
		dump_fixture small.sql
		truncate -s 6G "$REPO/big.dump"
		touch -d '3 hours ago' "$REPO/big.dump"
		adopted
		"$BACKSTAY" verify --jobs $jobs >"$WORLD/verify" 2>&1 3>&- &
		background+=($!)
		sleep 2
		kill -0 "${background[-1]}" || skip "this machine reads 6 GiB in 2 seconds"
		run_status 0 hold add small.sql --reason x --wait 1s
		run_status 0 list --json
		json_is '.backups[] | select(.label == "small.sql") | .verdict' sound
		stop_background
	done
}
