# retain_wal.bats - archived WAL goes by retention: only below what anything that stays needs, by the same steps as backups.
load tool

: "${SOURCE_ROOT:=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)}" "${KILL_AT_SO:=$SOURCE_ROOT/build/tests/kill_at.so}"
world="$BATS_TEST_DIRNAME/walworld.py"

# Five base backups, one a night, which begin in the segments 10, 20, ... 50. Two of them stay.
setup_file() {
	export TZ=UTC LC_ALL=C BACKSTAY_CATALOG="$BATS_FILE_TMPDIR/catalog.db" BACKSTAY_CONFIG="$BATS_FILE_TMPDIR/s.conf"
	export BACKSTAY_TEST_CLOCK=2026-11-10T03:00:00Z
	cat >"$BACKSTAY_CONFIG" <<-END
	limits { ballast = 64KiB }
	policy default { switched_on = true  daily = 2d  weekly = 0d  monthly = 0mo }
	source shop { match = {"base_*", "wal/*", "wal2/*/*"}  every = 24h }
	END
	mkdir "$BATS_FILE_TMPDIR/repo"
	for i in 1 2 3 4 5; do
		zstd -dcq "$SOURCE_ROOT/tests/corpus/pg-basebackup/15.tar.zst" >"$BATS_FILE_TMPDIR/repo/base_$i.tar"
		head -c $((512 * i)) /dev/zero >>"$BATS_FILE_TMPDIR/repo/base_$i.tar" # each has bytes of its own
		touch -d "2026-11-0$((4 + i))T02:00:00Z" "$BATS_FILE_TMPDIR/repo/base_$i.tar"
	done
	"$BACKSTAY" init
	"$BACKSTAY" repo add r "$BATS_FILE_TMPDIR/repo"
	"$BACKSTAY" scan
	"$BACKSTAY" verify
	for i in 1 2 3 4 5; do
		python3 "$world" place "$BACKSTAY_CATALOG" "base_$i.tar" 1 "${i}0" "2026-11-0$((4 + i))"
	done
	sqlite3 "$BACKSTAY_CATALOG" "SELECT DISTINCT printf('%u', system_id) FROM physical" >"$BATS_FILE_TMPDIR/system"
}

prepare() {
	cp "$BATS_FILE_TMPDIR"/catalog.db* "$BATS_FILE_TMPDIR/s.conf" .
	cp -a "$BATS_FILE_TMPDIR/repo" repo
	export BACKSTAY_CONFIG=$PWD/s.conf BACKSTAY_TEST_CLOCK=2026-11-10T03:00:00Z
	python3 "$world" moved "$BACKSTAY_CATALOG" r "$PWD/repo"
	system=$(cat "$BATS_FILE_TMPDIR/system")
	segments 1 0 60
}

segments() { python3 "$world" segments "repo/${4:-wal}" "$system" "$1" "$2" "$3" 2026-11-09 "${@:5}"; }
at() { export BACKSTAY_TEST_CLOCK=$1; }
q() { sqlite3 "$BACKSTAY_CATALOG" "$@"; }
wal() { find "repo/${1:-wal}" -name '0000000*' -type f ! -name '*.history' | wc -l; }
seg() { printf 'repo/wal/%08X%08X%08X' "$1" 0 "$2"; }
trash_is_empty() { [ -z "$(ls -A repo/.backstay-trash 2>/dev/null)" ]; }
well() {
	backstay doctor
	ends 0
	[ "$(q 'PRAGMA foreign_key_check')" = "" ]
}
applied() { # what the plan lets go is condemned
	backstay scan
	ends 0
	backstay retain plan --json
	ends 0
	hash=$(python3 -c 'import json; print(json.load(open(".out"))["plan"])')
	backstay retain apply "$hash" --json
	ends 0
}
# over: the grace is over, and a scan and one more night's backup came
over() {
	at 2026-11-17T04:00:00Z
	backstay scan
	ends 0
}

@test "what no kept base backup needs is condemned with them, purged after the grace, and leaves one row" {
	applied
	json 'd.condemned == 3 and d.wal_condemned == 40'
	json '[(a.id, a.label, a["from"], a.to) for a in d.actions if a.id is None] == [(None, "wal/000000010000000000000000..000000010000000000000027", "live", "condemned")]'
	[ "$(wal)" = 60 ]
	at 2026-11-12T03:00:00Z
	backstay retain purge --json
	ends 0
	json 'd.wal_gone == 0 and [(w.what, w.wal, w.backups) for w in d.waiting] == [("grace", 0, 3), ("grace", 40, 0)]'
	over
	backstay retain purge --json
	ends 0
	json 'd.gone == 3 and d.wal_gone == 40 and d.refused == []'
	json '[a.bytes for a in d.actions if a.id is None] == [40 << 20]'
	[ "$(wal)" = 20 ]
	[ ! -e "$(seg 1 39)" ]
	[ -e "$(seg 1 40)" ]
	trash_is_empty
	[ "$(q 'SELECT state, segments, gone_files, gone_bytes >> 20 FROM wal_let_go')" = "gone|40|40|40" ]
	[ "$(q 'SELECT count(*) FROM wal_condemned_files')" = 0 ]
	[ "$(q 'SELECT start_lsn >> 20, end_lsn >> 20, bytes >> 20 FROM wal_runs')" = "40|60|20" ]
	backstay scan --json
	ends 0
	json 'd.actions == [] and d.findings == [] and d.scanned.missing == 0'
	backstay retain purge --json
	ends 0
	json 'd.actions == [] and d.refused == []'
	well
	backstay journal verify
	ends 0
}

@test "run is braked by bytes, not by number, and says what is left; the rest goes with later runs" {
	rm -r repo/wal
	segments 1 0 160
	for i in 1 2 3 4 5; do
		python3 "$world" place "$BACKSTAY_CATALOG" "base_$i.tar" 1 "${i}0" "2026-11-0$((4 + i))"
	done
	python3 "$world" place "$BACKSTAY_CATALOG" base_5.tar 1 150 2026-11-09
	python3 "$world" place "$BACKSTAY_CATALOG" base_4.tar 1 120 2026-11-08
	backstay scan
	backstay retain run --json
	ends 0
	json 'd.condemned == 3 and d.wal_condemned == 40' # a quarter of 160
	json '[(w.what, w.wal, w.runs) for w in d.waiting if w.wal and w.what == "brake"] == [("brake", 80, 4)]'
	backstay retain run --json
	json 'd.wal_condemned == 30'
	backstay retain run --json
	backstay retain run --json
	backstay retain run --json
	ends 0
	[ "$(q 'SELECT sum(segments) FROM wal_let_go')" = 120 ]
	over
	backstay retain run --json
	ends 0
	json 'd.wal_gone == 120'
	[ "$(wal)" = 40 ]
	well
}

@test "undo of a plan and of a base backup takes its WAL back; what is taken back is not purged" {
	applied
	backstay retain undo "$hash" --json
	ends 0
	json 'd.taken_back == 3 and d.wal_taken_back == 40'
	[ "$(q 'SELECT state FROM wal_let_go')" = undone ]
	backstay retain plan --json
	backstay retain apply "$(python3 -c 'import json; print(json.load(open(".out"))["plan"])')"
	ends 0
	backstay hold add base_2.tar --reason audit
	ends 0
	says 'stays condemned'
	backstay retain undo base_2.tar --json
	ends 0
	json 'd.taken_back == 1 and d.wal_taken_back == 40'
	over
	backstay retain run --json
	ends 0
	[ "$(wal)" = 60 ]
	backstay retain plan --json
	json '[(r.action, r.segments) for r in d.streams[0].wal[0].ranges][0] == ("expire", 20)'
	well
}

@test "a hold that comes before the purge keeps the base backup and all its WAL" {
	applied
	backstay hold add base_3.tar --reason audit --json
	ends 0
	json 'd.hold.state == "condemned" and "not purged" in d.hold.note'
	over
	backstay retain purge --json
	ends 0
	json 'd.taken_back == 1 and d.gone == 2 and d.wal_taken_back == 40 and d.wal_gone == 0'
	[ "$(wal)" = 60 ]
	well
}

@test "what a lease holds of the log stays until the lease is over" {
	backstay scan
	q "INSERT INTO holds (backup_id, kind, reason, created, until) SELECT id, 'lease', 'restore', 0, 1794600000000000 FROM backups WHERE label = 'base_5.tar';
	   INSERT INTO wal_leases (hold_id, system_id, timeline, from_lsn, to_lsn, until) SELECT h.id, p.system_id, 2, 5 << 20, 10 << 20, h.until
	   FROM holds h JOIN physical p ON p.backup_id = h.backup_id"
	backstay retain plan --json
	ends 0
	json '[(r.action, r.reason.split(" of ")[0], r.segments) for r in d.streams[0].wal[0].ranges][:2] == [("expire", "expired", 5), ("keep", "wal: lease", 5)]'
	run q "INSERT INTO plans VALUES (9, printf('%064d', 0), 'run', 1, NULL);
	   INSERT INTO wal_condemnations (plan_id, source_id, repo_id, folder, system_id, timeline, segment_size, from_lsn, to_lsn, at, purge_after, files, bytes, reached)
	   SELECT 9, source_id, repo_id, folder, system_id, timeline, segment_size, start_lsn, 7 << 20, 1, 1, 1, 1, start_lsn FROM wal_runs"
	[[ $output == *"leased log is kept"* ]]
	run q "DELETE FROM wal_leases"
	[[ $output == *"ends with its hold"* ]]
	run q "UPDATE wal_leases SET until = 0"
	[[ $output == *"ends with its hold"* ]]
	applied
	json 'd.wal_condemned == 5'
	at 2026-11-14T03:00:00Z # the lease is over
	backstay retain plan --json
	json '[(r.action, r.segments) for r in d.streams[0].wal[0].ranges][0] == ("expire", 40)'
}

@test "direct SQL takes no WAL out from under a base backup that is there" {
	backstay scan
	q "INSERT INTO plans VALUES (9, printf('%064d', 0), 'run', 1, NULL)"
	put() { # FROM TO BEGUN
		run q "INSERT INTO wal_condemnations (id, plan_id, source_id, repo_id, folder, system_id, timeline, segment_size, from_lsn, to_lsn, at, purge_after, files, bytes, reached, begun)
		  SELECT 7, 9, source_id, repo_id, folder, system_id, timeline, segment_size, $1 << 20, $2 << 20, 1, $4, 1, 1, $1 << 20, $3 FROM wal_runs"
	}
	put 0 11 NULL 1
	[[ $output == *"the log that a base backup needs is kept"* ]]
	put 0 5 1 99
	[[ $output == *"begun after its grace"* ]]
	put 0 10 NULL 99
	[ "$output" = "" ]
	put 0 5 NULL 1
	[ "$output" != "" ]
	run q "UPDATE wal_condemnations SET begun = 5"
	[[ $output == *"over its grace"* ]]
	run q "UPDATE wal_condemnations SET to_lsn = 50 << 20"
	[[ $output == *"keeps what it says"* ]]
	run q "UPDATE wal_condemnations SET ended = 1, outcome = 'gone'"
	[ "$output" != "" ]
	run q "DELETE FROM wal_condemnations"
	[[ $output == *"ended, not deleted"* ]]
	run q "INSERT OR REPLACE INTO wal_condemnations SELECT * FROM wal_condemnations"
	[ "$output" != "" ]
	# a base backup whose place becomes known meanwhile is in the way, condemned or not
	q "UPDATE physical SET start_lsn = 5 << 20 WHERE backup_id = (SELECT id FROM backups WHERE label = 'base_1.tar')"
	run q "UPDATE wal_condemnations SET begun = 100"
	[[ $output == *"the log that a base backup needs is kept"* ]]
	q "UPDATE physical SET start_lsn = (10 << 20) + 40 WHERE backup_id = (SELECT id FROM backups WHERE label = 'base_1.tar')"
	q "UPDATE backups SET verdict = 'damaged'"
	run q "UPDATE wal_condemnations SET begun = 100"
	[[ $output == *"without a good base backup"* ]]
}

@test "a source without a good base backup keeps all WAL, and run says why nothing goes" {
	applied
	for i in 1 2 3 4 5; do
		printf 'x' | dd of=repo/base_$i.tar bs=1 seek=3000000 conv=notrunc status=none
		touch -d "2026-11-0$((4 + i))T02:00:00Z" repo/base_$i.tar
	done
	backstay verify --all
	over
	backstay retain run --json
	json 'd.wal_gone == 0 and d.gone == 0'
	json '[f.rule for f in d.refused] == ["frozen"] and "none of its backups is eligible" in d.refused[0].text'
	[ "$(wal)" = 60 ]
}

@test "while the newest base backup is damaged nothing goes, and run tells which source and why" {
	applied
	printf 'x' | dd of=repo/base_5.tar bs=1 seek=3000000 conv=notrunc status=none
	touch -d 2026-11-09T02:00:00Z repo/base_5.tar
	backstay verify --all
	ends 1
	over
	backstay retain run
	ends 0
	complains 'left: frozen: shop'
	complains 'hold newest is damaged'
	[ "$(wal)" = 60 ]
	[ "$(q "SELECT DISTINCT state FROM wal_let_go")" = kept ]
}

@test "a segment that is exchanged between plan and purge stays, and is told" {
	applied
	cp -p "$(seg 1 7)" x
	mv x "$(seg 1 7)"
	over
	backstay retain purge --json
	ends 5
	json '[f.rule for f in d.refused] == ["replaced"] and "000000010000000000000007 stays" in d.refused[0].text'
	json 'd.wal_gone == 39'
	[ -e "$(seg 1 7)" ]
	[ "$(wal)" = 21 ]
	trash_is_empty
	backstay scan --json # no gap: what is missing there went by retention
	ends 0
	json 'd.findings == []'
	[ "$(q 'SELECT group_concat((start_lsn >> 20) || "-" || (end_lsn >> 20)) FROM (SELECT * FROM wal_runs ORDER BY 1)')" != "" ]
	backstay retain run --json
	ends 0
	json 'd.wal_condemned == 1'
}

@test "what was written after the last scan is not condemned, nor what lies behind it" {
	backstay scan
	at 2026-11-10T04:00:00Z
	touch -d 2026-11-10T03:30:00Z "$(seg 1 12)"
	backstay retain plan --json
	backstay retain apply "$(python3 -c 'import json; print(json.load(open(".out"))["plan"])')" --json
	ends 5
	json '[f.rule for f in d.refused] == ["replaced"] and d.wal_condemned == 12'
}

@test "a gap stays a gap, a lost archive stops the purge" {
	rm "$(seg 1 5)" "$(seg 1 45)"
	backstay scan
	ends 1
	backstay retain plan --json
	backstay retain apply "$(python3 -c 'import json; print(json.load(open(".out"))["plan"])')" --json
	ends 0
	json 'd.wal_condemned == 39 and len([a for a in d.actions if a.id is None]) == 2'
	at 2026-11-17T04:00:00Z
	mv "$(seg 1 55)" away
	backstay retain purge --json
	ends 5
	json 'set(f.rule for f in d.refused) == {"survivors"} and d.wal_gone == 0'
	[ "$(wal)" = 57 ]
	mv away "$(seg 1 55)"
	backstay retain purge --json
	ends 0
	json 'd.wal_gone == 39'
	backstay scan --json
	ends 1
	json '[f.text for f in d.findings] == ["segment 00000001000000000000002D is missing"]'
}

@test "of a fork each timeline keeps what its own kept base backups need; histories and .partial stay" {
	segments 2 45 70
	python3 "$world" history repo/wal 2 1 45 2026-11-09
	python3 "$world" place "$BACKSTAY_CATALOG" base_5.tar 2 50 2026-11-09
	mv "$(seg 1 59)" "$(seg 1 59).partial"
	applied
	json 'd.condemned == 3'
	over
	backstay retain purge --json
	ends 0
	[ "$(find repo/wal -name '00000001*' | sort | head -n 1)" = "$(seg 1 40)" ]
	[ "$(find repo/wal -name '000000020*' ! -name '*.history' | sort | head -n 1)" = "$(seg 2 45)" ] # base_4 replays along both
	[ -e repo/wal/00000002.history ]
	[ -e "$(seg 1 59).partial" ]
	well
}

@test "packed segments, .backup files, barman's folders and a second archive go likewise" {
	rm -r repo/wal
	segments 1 0 60 wal --gz
	gzip -c </dev/null >"repo/wal/00000001000000000000000A.00000028.backup.gz"
	echo x >"repo/wal/000000010000000000000028.00000028.backup"
	segments 1 0 60 wal2/0000000100000000
	touch -d 2026-11-09 repo/wal/*.backup*
	applied
	json 'd.wal_condemned == 81'
	over
	backstay retain purge --json
	ends 0
	json 'd.wal_gone == 81'
	[ "$(wal)" = 21 ]
	[ "$(wal wal2)" = 20 ]
	[ -e repo/wal/000000010000000000000028.00000028.backup ]
	trash_is_empty
	backstay scan --json
	ends 0
	json 'd.findings == []'
}

@test "a purge that is killed anywhere is finished by the next, and nothing that stays is touched" {
	applied
	over
	find repo/wal -type f | sort | tail -n 20 | xargs sha256sum >kept
	seen=0
	for i in $(seq 30); do
		status=0
		KILL_AT=$((120 + 30 * i)) KILL_AFTER=$((i % 2)) LD_PRELOAD=$KILL_AT_SO "$BACKSTAY" retain purge >/dev/null 2>&1 || status=$?
		[ "$status" = 137 ] || break
		sha256sum -c --quiet kept
		[ -z "$(find repo/.backstay-trash -name 'wal-*' 2>/dev/null)" ] || seen=$((seen + 1))
	done
	[ "$seen" -gt 0 ] # it was cut with segments in the trash
	backstay retain purge --json
	ends 0
	[ "$(wal)" = 20 ]
	sha256sum -c --quiet kept
	trash_is_empty
	[ "$(q 'SELECT state, gone_files, gone_bytes >> 20 FROM wal_let_go')" = "gone|40|40" ]
	[ "$(q 'SELECT start_lsn >> 20 FROM wal_runs')" = 40 ]
	well
}

@test "another cluster's log in the folder keeps all of it" {
	applied
	backstay retain undo "$hash"
	python3 "$world" segments repo/wal 42 1 100 103 2026-11-09
	backstay scan
	ends 1
	backstay retain plan --json
	json 'all(r.action == "keep" and "another cluster" in r.reason for w in d.streams[0].wal for r in w.ranges)'
}
