# Tasks of the calendar, drills done by hand, and the journal: what they answer, how they end, and what they tell other commands.
# shellcheck disable=SC1010 # `done` is a word of the program here
load tool

prepare() {
	export BACKSTAY_TEST_CLOCK=2026-11-07T12:00:00Z
	mkdir repo
	cp "$SOURCE_ROOT"/tests/sample/shop_202611*.gz repo
	rm repo/shop_20261103* repo/shop_20261105* # the cut one, and the one without rows
	find repo -type f -exec touch -d 2026-11-07T03:00:00Z {} +
	echo "restored, counted, compared" >drill.log
	backstay repo add local repo
	ends 0
	backstay source add shop --every 24h --slack 30h --match 'shop_*'
	ends 0
	backstay scan
	ends 0
}

on() { export BACKSTAY_TEST_CLOCK=$1T12:00:00Z; }
# of NAME EXPRESSION: it holds of that task, t
of() { json "[t for t in d.tasks if t.name == '$1' and ($2)]"; }
# drilled BACKUP RESULT [START END]
drilled() { backstay drill record "$1" --started "2026-11-06 ${3:-10:00}" --ended "2026-11-06 ${4:-10:40}" --result "$2" --evidence drill.log --json; }

@test "the tables of both seeds are tasks with owners" {
	backstay tasks --json
	ends 0
	json '[t.name for t in d.tasks] == ["verify", "catalog-copy", "slow-queries", "storage", "restore-test", "failover-test", "rls-policies", "drill", "chaos", "documentation"]'
	json 'all(t.state == "never" and t.last_done is None and t.evidence is None and not t.overdue for t in d.tasks)'
	of verify 't.every_seconds == 86400 and t.owner == "Automated" and t.automatic and t.next_due == "2026-11-08T12:00:00Z"'
	of storage 't.every_seconds == 7 * 86400 and t.owner == "DevOps" and not t.automatic'
	of restore-test 't.every_seconds == 30 * 86400 and t.owner == "DevOps"'
	of rls-policies 't.owner == "Security"'
	of drill 't.every_seconds == 90 * 86400 and t.owner == "Team"'
	of chaos 't.every_seconds == 365 * 86400'
	of catalog-copy 't.automatic'
	of documentation 't.every_seconds is None and t.next_due is None'
	backstay tasks
	ends 0
	says "as needed"
}

@test "what was done is due when its rhythm is over, and overdue a quarter later" {
	backstay tasks done storage --note "412 GB of 1 TB" --evidence drill.log --json
	ends 0
	json 'd.done.name == "storage" and d.done.at == "2026-11-07T12:00:00Z" and d.done.file.size == 28 and len(d.done.file.sha256) == 64'
	backstay tasks --json
	of storage 't.state == "ok" and t.last_done == "2026-11-07T12:00:00Z" and t.next_due == "2026-11-14T12:00:00Z"'
	of storage 't.evidence.kind == "note" and t.evidence.note == "412 GB of 1 TB" and t.evidence.file.path.endswith("/drill.log")'
	[ "$(sha256sum <drill.log | cut -d' ' -f1)" = "$(sed -n 's/.*"sha256": *"\([0-9a-f]*\)".*/\1/p' .out)" ]
	backstay tasks --now 2026-11-15 --json
	of storage 't.state == "due" and not t.overdue'
	backstay tasks --now 2026-11-17 --json
	ends 0
	of storage 't.state == "overdue" and t.overdue'
	backstay tasks --now 2026-11-01 --json # before it was done
	of storage 't.state == "never"'
	backstay tasks done storage --note "looked" --at 2026-11-02 --json # told later, done before
	backstay tasks --json
	of storage 't.last_done == "2026-11-07T12:00:00Z"'
}

@test "a command of two words may follow global options, and no others" {
	backstay --json tasks done documentation --note rewritten
	ends 0
	backstay tasks --json done documentation --note again
	ends 0
	json 'd.done.id == 2'
	backstay tasks --now 2026-11-08 done documentation --note again
	ends 2
	backstay tasks documentation
	ends 2
	backstay tasks done
	ends 2
	backstay help tasks done
	ends 0
	says "tasks done NAME"
}

@test "what cannot be said is refused" {
	backstay tasks done storage
	ends 2
	backstay tasks done storag --note x
	ends 2
	complains "did you mean storage?"
	backstay tasks done verify --note x
	ends 2
	complains "its runs are the evidence"
	backstay tasks done storage --note x --at 2026-11-08
	ends 2
	complains "future"
	for file in nothing repo /dev/null fifo empty; do
		[ -e fifo ] || mkfifo fifo
		: >empty
		backstay tasks done storage --note x --evidence $file
		ends 2
		complains "evidence $file"
	done
	backstay tasks --json
	of storage 't.state == "never"'
}

@test "settings change tasks, add some, and switch some off" {
	cat >b.conf <<-END
		task storage { every = 2d owner = "ops" }
		task chaos { off = true }
		task keys { every = 1mo owner = "ops" text = "Rotate the keys" }
		policy default { switched_on = true }
	END
	backstay --config b.conf tasks --json
	ends 0
	of storage 't.every_seconds == 172800 and t.owner == "ops" and t.text == "Check storage usage" and t.declared.endswith("b.conf:1")'
	of keys 't.owner == "ops" and t.text == "Rotate the keys" and t.every_seconds == 30 * 86400'
	of retention 't.automatic'
	json '"chaos" not in [t.name for t in d.tasks]'
	backstay --config b.conf tasks done keys --note rotated
	ends 0
	backstay --config b.conf tasks done chaos --note x
	ends 2
	complains "b.conf:2"
	echo 'task keys { evry = 1d }' >bad.conf
	backstay --config bad.conf tasks
	ends 2
	complains "bad.conf:1"
}

@test "runs are the evidence of what the program does itself" {
	backstay verify 1
	ends 0
	backstay tasks --json
	of verify 't.state == "never"' # one backup is not all that was due
	backstay verify
	ends 0
	backstay tasks --json
	of verify 't.state == "ok" and t.evidence.kind == "run" and t.evidence.note == "verify, status 0" and t.evidence.file is None'
	on 2026-11-08
	backstay nightly
	ends 0
	backstay tasks --json
	of verify 't.last_done == "2026-11-08T12:00:00Z" and t.evidence.note == "nightly, status 0"'
	backstay tasks --now 2026-11-10 --json
	of verify 't.state == "overdue"'
}

@test "overdue tasks are told by status and nightly, and turn neither red" {
	backstay nightly --json
	ends 0
	json 'd.tasks_overdue == [] and len(d.journal_head) == 64'
	backstay source set shop --every 30d
	on 2026-11-17
	backstay nightly --json
	ends 0
	json 'd.tasks_overdue == ["slow-queries", "storage"] and "tasks overdue: slow-queries (DevOps), storage (DevOps)" in d.summary'
	backstay status --json
	ends 0
	json '"storage" in d.tasks_overdue and "verify" not in d.tasks_overdue'
	backstay status
	ends 0
	says "tasks overdue: "
	says "storage (DevOps)"
	backstay nightly --quiet
	ends 0
	silent
	backstay tasks done storage --note looked
	backstay tasks done slow-queries --note looked
	backstay nightly --json
	json 'd.tasks_overdue == []'
}

@test "a drill is kept, and its time is what pick quotes" {
	backstay verify
	backstay pick shop --json
	ends 0
	json 'd.choice.restore_known_from == "default" and d.choice.restore_seconds == 30'
	backstay drill list
	ends 4
	drilled shop_20261106 pass
	ends 0
	json 'd.drill.result == "pass" and d.drill.seconds == 2400 and d.drill.source == "shop" and d.drill.evidence.size == 28 and d.drill.note is None'
	json 'd.drill.started_at == "2026-11-06T10:00:00Z" and d.drill.bytes > 0'
	backstay pick shop --at '2026-11-06 12:00' --json
	ends 0
	json 'd.choice.label.startswith("shop_20261106") and d.choice.restore_known_from == "drills" and d.choice.restore_seconds == 2400'
	backstay pick shop --rto 1h --json
	ends 0
	json 'd.choice.meets_rto and d.choice.restore_known_from == "drills"'
	backstay pick shop --rto 10m --json
	ends 1
	json 'd.choice.meets_rto == False'
	backstay drill list --source shop --json
	ends 0
	json 'len(d.drills) == 1 and d.drills[0].id == 1 and d.drills[0].format == "pgdump-plain" and d.drills[0].evidence.path.endswith("/drill.log")'
	backstay tasks --json
	of restore-test 't.state == "ok" and t.evidence.kind == "drill" and t.evidence.id == 1 and t.last_done == "2026-11-06T10:40:00Z"'
	of drill 't.state == "never"' # one restore is no exercise of the whole team
	backstay show shop_20261106 --json
	json '"restored" not in str(d) or d.backup.level != "restored"'
}

@test "a failed drill is trouble until a later one passes or somebody acknowledges it" {
	backstay verify
	ends 0
	backstay status
	ends 0
	drilled shop_20261106 fail
	ends 0
	backstay status --json
	ends 1
	json '[(t.code, t.acked) for t in d.sources[0].trouble] == [("drill-failed", False)]'
	backstay tasks --json
	of restore-test 't.state == "never"'
	backstay pick shop --json
	json 'd.choice.restore_known_from == "default"'
	drilled shop_20261106 pass 08:00 08:10 # before it
	backstay status
	ends 1
	drilled shop_20261106 pass 11:00 11:10
	backstay status --json
	ends 0
	json 'd.sources[0].trouble == []'
	drilled shop_20261106 fail 12:00 12:10
	backstay nightly
	ends 1
	backstay ack shop_20261106 --reason "the test server had no room"
	backstay status --json
	ends 0
	json '[(t.code, t.acked) for t in d.sources[0].trouble] == [("drill-failed", True)]'
}

@test "a drill that cannot be is refused" {
	drilled nothing pass
	ends 2
	drilled 1 pass 10:40 10:00
	ends 2
	backstay drill record 1 --started 2026-11-08 --ended '2026-11-08 01:00' --result pass --evidence drill.log
	ends 2
	complains "future"
	backstay drill record 1 --started '2026-11-06 10:00' --ended '2026-11-06 11:00' --result pass
	ends 2
	backstay drill record 1 --started '2026-11-06 10:00' --ended '2026-11-06 11:00' --result good --evidence drill.log
	ends 2
	backstay drill record 1 --started '2026-11-06 10:00' --ended '2026-11-06 11:00' --result pass --evidence gone.log
	ends 2
	backstay drill list
	ends 4
}

@test "drills and tasks go out and come in" {
	drilled 1 pass
	backstay tasks done storage --note looked --evidence drill.log
	backstay doctor
	ends 0
	backstay export >/dev/null
	ends 0
	cp .out lines
	BACKSTAY_CATALOG=$PWD/second.db backstay import lines
	ends 0
	BACKSTAY_CATALOG=$PWD/second.db backstay drill list --json
	ends 0
	json 'd.drills[0].seconds == 2400 and len(d.drills[0].evidence.sha256) == 64'
	BACKSTAY_CATALOG=$PWD/second.db backstay tasks --json
	of storage 't.state == "ok" and t.evidence.file.size == 28'
	BACKSTAY_CATALOG=$PWD/second.db backstay doctor
	ends 0
	BACKSTAY_CATALOG=$PWD/second.db backstay journal verify
	ends 0
}

@test "a drill that nobody recorded is found by doctor" {
	drilled 1 pass
	sqlite3 "$BACKSTAY_CATALOG" "INSERT INTO drills SELECT 2, backup_id, started, started + 1, result, bytes, note, evidence, evidence_size, evidence_sha256, recorded FROM drills"
	backstay doctor
	ends 6
	says "drill 2 stands otherwise than the journal tells"
}

@test "the journal is listed, newest first" {
	backstay journal list --json
	ends 0
	json 'd.journal[0].id == len(d.journal) and d.journal[-1].id == 1 and all(len(r.hash) == 64 for r in d.journal)'
	backstay hold add 1 --reason audit
	backstay journal list --object 1 --json
	ends 0
	json '[r.action for r in d.journal][0] == "hold-add" and d.journal[0].detail == "audit" and all(r.object.startswith("1 ") for r in d.journal)'
	backstay journal list --last 1
	ends 0
	says hold-add
	[ "$(wc -l <.out)" = 2 ]
	backstay journal list --object nothing
	ends 4
	backstay journal list --since 2026-11-08T00:00:00Z --json
	ends 4
	json 'd.journal == []'
}

@test "journal verify names the first row that does not fit, and a head tells what was cut" {
	backstay journal verify --json
	ends 0
	json 'd.state == "sound" and d.rows > 2 and d.broken_row is None and d.known_row is None'
	head=$(sed -n 's/.*"head": *"\([0-9a-f]*\)".*/\1/p' .out)
	backstay nightly --json
	json 'len(d.journal_head) == 64'
	backstay journal verify --head "$head" --json
	ends 0
	json 'd.known_row and d.known_row <= d.rows'
	backstay journal verify --head "${head%?}"
	ends 2
	cp "$BACKSTAY_CATALOG" sound.db
	sqlite3 "$BACKSTAY_CATALOG" "DROP TRIGGER journal_never_deleted; DELETE FROM journal WHERE id > 2"
	backstay journal verify
	ends 0
	backstay journal verify --head "$head" --json
	ends 6
	json 'd.state == "broken" and d.broken_row is None and "cut off" in d.why'
	cp sound.db "$BACKSTAY_CATALOG"
	sqlite3 "$BACKSTAY_CATALOG" "DROP TRIGGER journal_never_changed; UPDATE journal SET detail = 'x' WHERE id = 2"
	backstay journal verify --json
	ends 6
	json 'd.broken_row == 2 and d.rows == 1'
	backstay journal verify
	ends 6
	says "row 2: it was changed"
	backstay journal verify --quiet
	ends 6
	complains "row 2"
}

@test "a backup that could not be restored by hand is not chosen while another fits, until it is acknowledged" {
	backstay verify
	backstay pick shop --at 2026-11-06T12:00:00Z --json
	json 'd.choice.label.startswith("shop_20261106")'
	drilled shop_20261106 fail
	ends 0
	backstay show shop_20261106 --json
	json '[(x.result, x.started_at, x.ended_at) for x in d.backup.drills] == [("fail", "2026-11-06T10:00:00Z", "2026-11-06T10:40:00Z")]'
	backstay show shop_20261106
	says "failed after 40m"
	backstay pick shop --at 2026-11-06T12:00:00Z --json
	json 'd.choice.label.startswith("shop_20261104")'
	json '[x.reason for x in d.rejected if x.label.startswith("shop_20261106")] == ["its latest drill failed"]'
	backstay ack shop_20261106 --reason "the test server had no room"
	ends 0
	backstay pick shop --at 2026-11-06T12:00:00Z --json
	json 'd.choice.label.startswith("shop_20261106") and "drill" not in (d.choice.note or "")'
	backstay show shop_20261104 --json
	json 'd.backup.drills == []'
}

@test "where nothing else fits it is chosen all the same, and said to be no success" {
	backstay verify
	for it in 01 02 04 06; do
		drilled "shop_202611$it" fail
	done
	backstay pick shop --at 2026-11-06T12:00:00Z --json
	ends 1
	json 'd.choice.label.startswith("shop_20261106") and d.choice.note.startswith("its latest drill failed")'
	drilled shop_20261106 pass 11:00 11:30
	backstay pick shop --at 2026-11-06T12:00:00Z --json
	ends 0
	json 'd.choice.label.startswith("shop_20261106") and d.choice.note is None'
}
