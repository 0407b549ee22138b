# The whole way of a directory full of dumps, on the sample: one is cut, one is schema-only, one is a release.
load tool

prepare() {
	export BACKSTAY_TEST_CLOCK=2026-11-07T12:00:00Z
	mkdir repo
	cp "$SOURCE_ROOT"/tests/sample/* repo
	find repo -type f -exec touch -d 2026-11-07T03:00:00Z {} +
}

catalogued() {
	backstay repo add local repo
	ends 0
	backstay source add shop --every 24h --slack 2h --match 'shop_*' --match 'weekly_*' --require users:1
	ends 0
	backstay scan
	ends 0
}

# id LABEL: of that backup
id() {
	"$BACKSTAY" show "$1" --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["backup"]["id"])'
}

@test "repo add makes the catalog, and refuses what it cannot know" {
	backstay repo add local repo
	ends 0
	[ -f "$BACKSTAY_CATALOG" ]
	backstay repo add local repo
	ends 2
	backstay repo add other nowhere
	ends 2
	AWS_EC2_METADATA_DISABLED=true backstay repo add cloud s3://bucket/prefix
	ends 2
	complains "no S3 credentials: environment: no AWS_ACCESS_KEY_ID"
	backstay repo add cloud s3://id:secret@bucket/prefix
	ends 2
	complains "keys do not belong into a URL"
	backstay repo add other repo --endpoint https://s3.example.org
	ends 2
	complains "endpoint: only a bucket"
	backstay repo add cloud ftp://host/dir
	ends 2
	complains "no kind of place is called ftp://"
	backstay repo list --json
	ends 0
	json 'len(d.repos) == 1 and d.repos[0].name == "local" and d.repos[0].url.startswith("file:///") and d.repos[0].domain is None'
}

@test "repo set changes what was said, and only that" {
	backstay repo add local repo --cleaned-by-others 30d
	ends 0
	backstay repo set local --domain rack2 --json
	ends 0
	json 'd.repo.domain == "rack2" and d.repo.cleaned_by_others_seconds == 30 * 86400'
	backstay repo set local --cleaned-by-others 0s --json
	json 'd.repo.domain == "rack2" and d.repo.cleaned_by_others_seconds is None'
	backstay repo set local
	ends 2
	backstay repo set locl --domain x
	ends 2
	complains "did you mean local?"
}

@test "source set replaces what is given and keeps the rest" {
	backstay source add shop --every 24h --require users:5 --require auth.users --match 'shop_*'
	ends 0
	backstay source set shop --rpo 12h --json
	ends 0
	json 'd.source.every_seconds == 86400 and d.source.rpo_seconds == 43200 and d.source.rto_seconds is None'
	json '[(r.schema, r.name, r.min_rows) for r in d.source.require] == [("public", "users", 5), ("auth", "users", 0)]'
	backstay source set shop --no-require --every 0s --json
	json 'd.source.require == [] and d.source.every_seconds is None and d.source.match == ["shop_*"]'
	backstay source set shop --dump-zone Mars/Olympus
	ends 2
	backstay source add shop
	ends 2
}

@test "a schedule that cannot meet its rpo is told" {
	backstay source add shop --every 24h --rpo 12h
	ends 0
	complains "cannot keep the loss within 12h"
}

@test "a dry run records nothing" {
	backstay repo add local repo
	backstay scan --dry-run --json
	ends 0
	json 'd.dry_run and len(d.actions) == 17 and d.refused == [] and d.waiting == []'
	backstay list
	ends 4
	backstay runs
	ends 4
}

@test "scan registers, a second one finds nothing new, a vanished file is trouble" {
	catalogued
	backstay scan --json
	ends 0
	json 'd.actions == [] and d.scanned.seen == 17'
	rm repo/shop_20261101_020000.sql.gz
	backstay scan --quiet
	ends 1
	complains "missing"
	complains "shop_20261101"
	[ -z "$out" ]
}

@test "verify records, its counts add up, and the cut dump makes status 1" {
	catalogued
	backstay verify --json
	ends 1
	json 'd.counts.matched == 17 == len(d.verified)'
	json 'd.counts.matched == sum(d.counts[v] for v in "sound unproven damaged incomplete unreadable unsupported missing left".split())'
	json '[i.path for i in d.verified if i.verdict == "damaged"] == ["shop_20261103_020000.sql.gz"]'
	json 'all(i.repo == "local" and i.backup > 0 for i in d.verified)'
	backstay list --verdict damaged --json
	ends 0
	json 'len(d.backups) == 1 and d.backups[0].level != "whole"'
}

@test "verify of what is fresh ends with 0 by the standing proofs" {
	catalogued
	backstay verify --source shop
	ends 1
	for b in shop_20261103 shop_20261105; do
		backstay ack $b --reason "known" # the cut one, and the one without rows
		ends 0
	done
	backstay verify
	ends 0
	backstay verify --quiet
	ends 0
	silent
}

@test "verify of what is not there ends with 4" {
	catalogued
	for a in nothing "--source shpo" "--repo locl"; do
		backstay verify $a
		ends 4
		backstay verify $a --json
		ends 4
		json 'd.verified == [] and d.counts.matched == 0 and d.error.code == "no-match"'
	done
}

@test "list filters, and ends with 4 when nothing matches" {
	catalogued
	backstay verify
	backstay list --json --last 3
	ends 0
	json '[b.taken_at for b in d.backups] == ["2026-11-07T02:00:00Z", "2026-11-06T09:30:00Z", "2026-11-06T02:00:00Z"]'
	backstay list --json --since 2026-11-06 --until '2026-11-06 23:59'
	json 'len(d.backups) == 2'
	backstay list --json --since 1d
	json 'len(d.backups) == 1'
	backstay list --json --now 2026-11-08 --since 1d
	json 'len(d.backups) == 1'
	backstay list --json --tier weekly
	ends 0
	json 'len(d.backups) > 0 and all("weekly" in b.tiers for b in d.backups)'
	backstay list --json --tier weekly --last 1
	json 'len(d.backups) == 1'
	backstay list --source shpo
	ends 4
	complains "did you mean shop?"
	backstay list --kind sqlite --json
	ends 4
	json 'd.backups == []'
	backstay list --quiet
	ends 0
	silent
}

@test "status is late when nothing came, and an acknowledged trouble is shown but not red" {
	catalogued
	backstay verify
	backstay status
	ends 1
	says "shop"
	for b in shop_20261103 shop_20261105; do
		backstay ack $b --reason "known"
		ends 0
	done
	backstay status --json
	ends 0
	json 'd.sources[0].late == "no" and all(t.acked for t in d.sources[0].trouble) and d.sources[0].limit_seconds == 26 * 3600'
	json 'd.sources[0].newest_proven.label == "shop_20261107_020000.sql.gz" and d.sources[0].age_seconds == 36000'
	backstay status --now 2026-11-09 --json
	ends 1
	json 'd.sources[0].late == "late"'
	backstay status --quiet --now 2026-11-09
	ends 1
	[ "$(wc -l <<<"$err")" -eq 1 ]
	complains "late"
	backstay status shpo
	ends 2
	complains "did you mean shop?"
}

@test "a source of which nothing ever came is never, with status 1" {
	catalogued
	backstay verify
	backstay source add blog --every 24h
	backstay status blog --json --now 2026-11-20
	ends 1
	json 'd.sources[0].late == "never" and d.sources[0].newest_proven is None and d.sources[0].age_seconds is None'
}

@test "nightly is silent when all is well, and one line when not" {
	catalogued
	backstay nightly --quiet
	ends 1
	[ "$(wc -l <<<"$err")" -eq 1 ]
	[ -z "$out" ]
	for b in shop_20261103 shop_20261105; do backstay ack $b --reason known; done
	backstay nightly --quiet
	ends 0
	silent
	backstay nightly
	ends 0
	[ "$(wc -l <<<"$out")" -eq 1 ]
	says "all is well"
	[ -z "$err" ]
	backstay nightly --json
	ends 0
	json '"summary" in d and d.counts.fresh >= 15 and d.sources[0].source == "shop" and d.actions == []'
}

@test "every scan, verify and nightly is a run with its status" {
	catalogued
	backstay verify
	backstay nightly
	backstay runs --json
	ends 0
	json '[r.command for r in d.runs] == ["nightly", "verify", "scan"] and [r.status for r in d.runs] == [1, 1, 0]'
	json 'd.runs[1].counts.matched == 17 and d.runs[2].counts.added == 17 and all(r.ended_at for r in d.runs)'
}

@test "show, tables and checks tell of one backup" {
	catalogued
	backstay verify
	backstay show shop_20261101 --json
	ends 0
	json 'd.backup.verdict == "sound" and len(d.backup.artifacts) == 1 and d.backup.artifacts[0].levels.whole == "pass"'
	backstay tables shop_20261101 --json
	ends 0
	json '{t.name: t.rows for t in d.tables}["users"] > 0'
	backstay checks shop_20261103 --json
	ends 0
	json 'd.checks[0].verdict == "damaged" and d.checks[0].findings[0].code == "truncated" and d.checks[0].run > 0'
	for c in show tables checks "retain explain"; do
		backstay $c nothing
		ends 4
		backstay $c shop_2026
		ends 2 # fits several
	done
}

@test "set confirms, in the zone of the source, and echoes UTC" {
	catalogued
	backstay source set shop --dump-zone Europe/Berlin
	backstay set shop_20261101 --taken-at '2026-11-01 03:00' --json
	ends 0
	json 'd.backup.taken_at == "2026-11-01T02:00:00Z" and d.backup.time_confirmed'
	backstay set shop_20261101
	ends 2
	backstay set shop_20261101 --tier predeploy
	ends 0
	backstay set shop_20261101 --tier predeploy --reason v1.42 --json
	ends 0
	json '"predeploy" in d.backup.tiers'
	backstay set nothing --source shop
	ends 2
}

@test "a hold is added, listed, released" {
	catalogued
	backstay hold add shop_20261101
	ends 2
	complains "--reason is needed"
	backstay hold add shop_20261101 --reason audit --until 7d
	ends 2
	complains "in the past"
	backstay hold add shop_20261101 --reason audit --until 2027-01-01
	ends 0
	backstay hold list --json
	ends 0
	json 'len(d.holds) == 1 and d.holds[0].reason == "audit" and d.holds[0].until == "2027-01-01T00:00:00Z"'
	backstay hold release shop_20261101
	ends 0
	backstay hold release shop_20261101
	ends 4
	backstay hold list
	ends 4
	backstay hold list --all
	ends 0
}

@test "add registers by hand, and --verify ends with what is proven" {
	backstay repo add local repo
	backstay source add shop
	backstay add repo/shop_20261101_020000.sql.gz --source shop --verify --json
	ends 0
	json 'd.added[0].known is False and d.verified[0].verdict == "sound" and d.counts.matched == 1'
	backstay add repo/shop_20261103_020000.sql.gz --verify
	ends 1
	backstay add /etc/passwd
	ends 2
	backstay add repo/shop_20261102_020000.sql.gz /etc/passwd --json
	ends 3
	json 'len(d.added) == 1 and d.error.code == "usage"'
	backstay add repo/shop_20261104_020000.sql.gz --source shpo
	ends 2
}

@test "what holds live backups is not dropped" {
	catalogued
	backstay source drop shop
	ends 5
	backstay repo drop local --json
	ends 5
	json 'd.error.code == "refused"'
	backstay source drop shpo
	ends 2
}

@test "retain plan tells every backup with its reasons and changes nothing" {
	catalogued
	backstay verify
	before=$(sha256sum <"$BACKSTAY_CATALOG")
	backstay retain plan --json
	ends 0
	json 'len(d.plan) == 64 and sum(len(s.backups) for s in d.streams) == 17 == d.totals.keep + d.totals.expire + d.totals.undecided'
	json 'all(b.reasons and b.copies for s in d.streams for b in s.backups) and d.streams[0].switched_on is False'
	backstay retain plan
	says "nothing was changed"
	[ "$before" = "$(sha256sum <"$BACKSTAY_CATALOG")" ]
	backstay retain plan --source shpo
	ends 4
	backstay retain plan --by 2026-01-01
	ends 2
	backstay retain explain shop_20261107 --json
	ends 0
	json 'd.backup.action == "keep" and d.backup.explained[0].text'
}

@test "pick answers, misses a limit with 1, and finds nothing with 1" {
	catalogued
	backstay verify
	backstay pick shop --json
	ends 0
	json 'd.choice.label == "shop_20261107_020000.sql.gz" and d.choice.method == "logical" and d.choice.commands and d.choice.meets_rpo is None'
	json 'not any("drop" in c.lower() or "--clean" in c for c in d.choice.commands)'
	backstay pick shop --at '2026-11-07 01:00' --rpo 1h --json
	ends 1
	json 'd.choice.meets_rpo is False and d.after is not None'
	backstay pick shop --at 2020-01-01 --json
	ends 1
	json 'd.choice is None and len(d.rejected) == 17'
	backstay pick shop --quiet --at 2020-01-01
	ends 1
	complains "no restore point"
	backstay pick shop --without local --json
	ends 1
	json 'd.choice is None'
	backstay pick shpo
	ends 2
	backstay pick shop --without nowhere
	ends 2
}

@test "gaps measures, and a gap over the limit is status 1" {
	catalogued
	backstay verify
	backstay source set shop --rpo 12h
	backstay gaps shop --window 7d --json
	ends 1
	json 'd.rpo_seconds == 43200 and d.slack_seconds == 7200 and 0 < d.met_fraction < 1 and d.worst.seconds == 48 * 3600 - 0'
	backstay source set shop --rpo 3d
	backstay gaps shop --window 7d --json
	ends 0
	json 'd.gaps == [] and d.met_fraction == 1'
}

@test "without a limit gaps measures, and calls nothing met" {
	catalogued
	backstay verify
	backstay gaps shop --window 7d --json
	ends 0
	json 'd.rpo_seconds is None and d.standing is None and d.worst.seconds > 0'
	backstay gaps shop --window 7d
	ends 0
	says 'no limit is said'
}

@test "a catalog that another process holds is waited for, then status 3" {
	catalogued
	python3 - "$BACKSTAY_CATALOG" <<'PY' &
import sqlite3, sys, time
c = sqlite3.connect(sys.argv[1], isolation_level=None)
c.execute("BEGIN IMMEDIATE")
open("held", "w").close()
time.sleep(6)
PY
	pid=$!
	for _ in $(seq 50); do [ -e held ] && break; sleep 0.1; done
	backstay source add other --wait 1s
	s=$status
	backstay source add other --wait 1s --json
	kill $pid
	[ "$s" -eq 3 ]
	ends 3
	json 'd.error.code == "busy"'
}
