# The answers of every command held against the contract: the keys it names, their types, and what stands for "unknown".
load tool

prepare() {
	export BACKSTAY_TEST_CLOCK=2026-11-07T12:00:00Z
	mkdir repo
	cp "$SOURCE_ROOT"/tests/sample/* repo
	find repo -type f -exec touch -d 2026-11-07T03:00:00Z {} +
}

catalogued() {
	backstay repo add local repo
	backstay source add shop --every 24h --slack 2h --rpo 24h --rto 1h --match 'shop_*' --match 'weekly_*' --require users:1
	backstay scan
	ends 0
	backstay verify
	ends 1 # one of the sample is cut
}

WORDS='
def time: type == "string" and test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$");
def int: type == "number" and . == floor;
def text: type == "string" and . != "";
def bool: type == "boolean";
def or_null(f): . == null or f;
def hex(n): type == "string" and test("^[0-9a-f]{\(n)}$");
def one_of(words): . as $w | words | split(" ") | index($w) != null;
def list(f): type == "array" and all(.[]; f);
def level: one_of("present sealed whole covered restored equal");
def verdict: one_of("sound unproven damaged incomplete unreadable unsupported missing");
def state: one_of("live settling missing condemned gone");
def kind: one_of("logical physical sqlite files");
def tier: one_of("auto daily weekly monthly predeploy");
def result: one_of("pass fail unprovable not-run");
def finding: (.code | test("^[a-z0-9]+(-[a-z0-9]+)*$")) and (.severity | one_of("error warning note")) and (.where | or_null(text))
	and (.text | text) and has("where");
def levels: (keys_unsorted[0:4] == ["present", "sealed", "whole", "covered"]) and all(.[]; result);
def table: has("database") and (.database | or_null(text)) and (.schema | text) and (.name | text) and (.ddl | bool) and (.data | bool)
	and has("rows") and (.rows | or_null(int)) and ((.rows != null) == .data);
def item: (.path | text) and has("backup") and has("repo")
	and (.format | one_of("pgdump-plain pgdumpall pgdump-custom pgdump-directory pgdump-tar supabase-roles supabase-schema supabase-data pg-basebackup pg-wal sqlite tar zip mysqldump sql raw"))
	and (.wrapping | list(one_of("gzip zstd lz4 xz bzip2"))) and has("format_version") and (.format_version | or_null(text))
	and has("producer") and (.producer | or_null(text)) and has("server_version") and (.server_version | or_null(text))
	and has("taken_at") and (.taken_at | or_null(time)) and has("taken_from") and (.taken_from | or_null(text)) and has("taken_zone")
	and (.content | one_of("full schema data roles empty unknown")) and has("size") and (.size | or_null(int))
	and (.digests | has("xxh3_128") and has("sha256") and (.xxh3_128 | or_null(hex(32))) and (.sha256 | or_null(hex(64))))
	and has("digest_from") and (.levels | levels) and (.verdict | verdict) and (.tables | list(table)) and (.findings | list(finding));
def row: (.id | int) and (.label | text) and (.source | text) and (.kind | kind) and (.format | text) and (.tiers | list(tier))
	and has("taken_at") and (.taken_at | or_null(time)) and has("taken_from") and (.size | int) and (.repos | list(text))
	and (.state | state) and (.verdict == "unknown" or (.verdict | verdict)) and has("level") and (.level | or_null(level))
	and has("verified_at") and (.verified_at | or_null(time)) and has("purge_after") and (.purge_after | or_null(time));
def reason: test("^((daily|predeploy|hold|floor|anchor|chain|wal|newest|not-judged|unproven|time-unconfirmed|source-unconfirmed|future-dated|expired|proven-bad)$|daily [0-9]{4}-[0-9]{2}-[0-9]{2}$|weekly [0-9]{4}-W[0-9]{2}$|monthly [0-9]{4}-[0-9]{2}$)");
def action: one_of("keep expire undecided");
def planned: (.id | int) and (.label | text) and (.taken_at | or_null(time)) and (.size | int) and (.action | action)
	and (.reasons | list(reason) and length > 0)
	and (.copies | list((.repo | text) and (.action | action) and (.reasons | list(reason)) and (.bytes | int)));
def point: (.backup | int) and (.label | text) and (.method | one_of("logical physical provider")) and (.point | time)
	and (.loss_seconds | or_null(int)) and (.restore_seconds | or_null(int)) and (.restore_known_from | one_of("drills default"))
	and has("meets_rpo") and (.meets_rpo | or_null(bool)) and has("meets_rto") and (.meets_rto | or_null(bool))
	and (.commands | list(text) and length > 0);
def gap: (.from | time) and (.to | time) and (.seconds | int);
def error: .error | (.code | text) and (.text | text);
def acted: (.actions | list((has("id") and (.id | or_null(int))) and (.label | text) and (.repo | text) and has("from") and (.to | text)
	and (.bytes | or_null(int)))) and (.refused | type == "array") and (.waiting | type == "array");
'

# shape FILTER: it holds of the one document on stdout, beside which nothing was said
shape() {
	[ -z "$err" ] || { echo "stderr beside --json"; show; return 1; }
	jq -es "$WORDS length == 1 and (.[0] | $1)" "$BATS_TEST_TMPDIR/.out" >/dev/null || { echo "not so: $1"; show; return 1; }
}

@test "inspect: items" {
	backstay inspect --json repo/*
	ends 1
	shape '.inspected | list(item) and length == 17 and all(.backup == null and .repo == null)'
	backstay inspect --json repo/shop_20261101_020000.sql.gz nowhere /dev/null
	ends 3
	shape '.inspected | list(item) and ([.[].verdict] | .[0] == "sound" and .[1] == "unreadable")'
	shape '.inspected[1] | .size == null and .taken_at == null and .digests == {"xxh3_128": null, "sha256": null}'
	backstay inspect --json repo
	ends 2
	shape 'error'
	backstay inspect --json
	ends 2
	shape 'error'
}

@test "scan and its dry run: actions" {
	backstay repo add local repo --json
	shape '.repo | .name == "local" and (.url | test("^file:///")) and .read_only == false and .cleaned_by_others_seconds == null'
	backstay scan --dry-run --json
	ends 0
	shape 'acted and (.actions | length == 17 and all(.id == null and .from == null and .to == "live"))'
	backstay scan --json
	ends 0
	shape 'acted and (.actions | all(.id | int))'
	shape '.scanned | .seen == .added + .changed + .unchanged + .ignored + .unreadable'
}

@test "verify: items and counts that add up" {
	catalogued
	backstay verify --all --json
	ends 1
	shape '.verified | list(item and (.backup | int) and (.repo | text))'
	shape '.counts | all(.[]; int) and .matched == .sound + .unproven + .damaged + .incomplete + .unreadable + .unsupported + .missing + .left'
	shape '.counts.matched == (.verified | length)'
	backstay verify --source nobody --json
	ends 4
	shape '.verified == [] and .counts.matched == 0 and error'
}

@test "list, show, tables, checks" {
	catalogued
	backstay list --json
	ends 0
	shape '.backups | list(row) and length == 17 and ([.[].taken_at] | . == (sort | reverse))'
	backstay list --source nobody --json
	ends 4
	shape '.backups == []'
	backstay show shop_20261101 --json
	ends 0
	shape '.backup | row and (.artifacts | list((.path | text) and (.repo | text) and (.mtime | time) and (.levels | levels)))'
	backstay tables shop_20261101 --json
	ends 0
	shape '.tables | list(table) and length > 0'
	backstay checks shop_20261103 --json
	ends 0
	shape '.checks | list((.id | int) and (.verdict | verdict) and (.started_at | time) and (.ended_at | time) and (.findings | list(finding)))'
}

@test "status: a source that is well, one that never came" {
	catalogued
	backstay source add blog --every 1d
	backstay status --json
	ends 1
	shape '.sources | list((.source | text) and has("newest_proven") and (.newest_proven | or_null(row)) and (.late | one_of("no late never unknown"))
		and (.age_seconds | or_null(int)) and (.limit_seconds | or_null(int)) and (.next_due | or_null(time))
		and (.trouble | list((.backup | int) and (.code | text) and (.acked | bool))))'
	shape '.sources[] | select(.source == "blog") | .late == "never" and .newest_proven == null and .age_seconds == null and .limit_seconds == 86400'
	shape '.sources[] | select(.source == "shop") | .late == "no" and (.trouble | length) > 0 and .limit_seconds == 93600'
}

@test "nightly: the answers of its steps and one line" {
	catalogued
	backstay nightly --json
	ends 1
	shape 'acted and (.summary | text) and (.verified | list(item)) and (.counts.matched | int) and (.sources | length == 1)'
}

@test "runs" {
	catalogued
	backstay runs --json
	ends 0
	shape '.runs | list((.id | int) and (.command | text) and (.started_at | time) and (.ended_at | or_null(time)) and (.status | or_null(int)) and (.counts | type == "object"))'
}

@test "retain plan, explain, and what is refused where retention is not switched on" {
	catalogued
	backstay retain plan --json
	ends 0
	shape '(.plan | hex(64)) and (.now | time) and (.streams | list((.source | text) and (.kind | kind) and (.reference | or_null(time)) and .switched_on == false
		and (.backups | list(planned))))'
	shape '.totals as $t | [.streams[].backups[]] | ([.[] | select(.action == "keep")] | length) == $t.keep
		and ([.[] | select(.action == "expire")] | length) == $t.expire and ([.[] | select(.action == "undecided")] | length) == $t.undecided
		and ([.[].copies[] | select(.action == "expire").bytes] | add // 0) == $t.bytes_freed
		and ([.[].copies[] | select(.action != "expire").bytes] | add // 0) == $t.bytes_kept'
	shape '.totals | has("gone_by") and (.gone_by | or_null(time)) and .cost_before == null and .cost_after == null'
	first=$(jq -r .plan "$BATS_TEST_TMPDIR/.out")
	BACKSTAY_TEST_CLOCK=2026-11-07T13:00:00Z backstay retain plan --json
	[ "$first" = "$(jq -r .plan "$BATS_TEST_TMPDIR/.out")" ] # the clock is not in it
	backstay hold add shop_20261025 --reason audit
	backstay retain plan --json
	backstay retain explain shop_20261025 --json
	ends 0
	shape '.backup | planned and .action == "keep" and (.reasons | index("hold"))'
	for c in "apply $first" run; do
		backstay retain $c --json
		ends 5
		shape 'acted and error and .error.code == "refused"'
	done
	backstay retain undo "$first" --json
	ends 4
	shape acted
	backstay retain purge --json
	ends 0
	shape acted
}

@test "pick: choice, before, after, rejected" {
	catalogued
	backstay pick shop --json
	ends 0
	shape '(.choice | point and .meets_rpo and .meets_rto) and has("before") and has("after") and .after == null
		and (.rejected | list((.backup | int) and (.label | text) and (.reason | text)))'
	backstay pick shop --at 2026-11-03T12:00:00Z --json
	shape '(.choice.point == "2026-11-02T03:00:00Z") and (.after | point) and .choice.meets_rpo == false'
	ends 1
	backstay pick shop --at 2026-11-02T03:00:00Z --json
	shape '.choice.point == "2026-11-02T03:00:00Z" and .choice.loss_seconds == 0'
	backstay pick shop --before 2026-11-02T03:00:00Z --json
	shape '.choice.point == "2026-11-02T02:00:00Z"'
	backstay pick shop --before 2020-01-01 --json
	ends 1
	shape '.choice == null and .before == null and (.after | point)'
}

@test "gaps" {
	catalogued
	backstay gaps shop --window 5d --json
	ends 1
	shape '(.window | (.from | time) and (.to | time)) and .rpo_seconds == 86400 and .slack_seconds == 7200 and (.worst | gap) and (.gaps | list(gap))
		and (.met_fraction | type == "number" and . >= 0 and . <= 1)'
}

@test "sources, repos, holds, acks, the catalog itself" {
	backstay init --json
	ends 0
	shape '.made == true and (.catalog | text)'
	backstay source add shop --require a.b:3 --match 'shop_*' --json
	ends 0
	shape '.source | .name == "shop" and .every_seconds == null and .require == [{"schema": "a", "name": "b", "min_rows": 3, "max_shrink_percent": null}]'
	catalogued
	backstay source list --json
	shape '.sources | list((.name | text) and (.guessed | bool) and has("declared"))'
	backstay repo list --json
	shape '.repos | list((.name | text) and (.url | text) and (.read_only | bool))'
	backstay hold add shop_20261101 --reason audit --until 2027-01-01 --json
	shape '.hold | (.id | int) and (.backup | int) and .reason == "audit" and .until == "2027-01-01T00:00:00Z"'
	backstay hold list --json
	shape '.holds | list((.backup | int) and (.reason | text) and (.created_at | time) and .released_at == null)'
	backstay ack shop_20261103 --reason known --json
	shape '.acked | (.backup | int) and .reason == "known" and .until == null'
	backstay doctor --json
	ends 0
	shape '.checks | list((.check | text) and .bad == false and (.text | text))'
	backstay upgrade --json
	ends 0
	shape '.from == .to and .copy == null'
	backstay export --json
	ends 0
	shape '.export | list(type == "object")'
}

@test "an export comes in whole, and plans and lists the same" {
	catalogued
	backstay hold add shop_20261101 --reason audit
	backstay export
	ends 0
	cp .out lines
	jq -e . lines >/dev/null
	backstay list --json && cp .out one
	backstay retain plan --json && jq .plan .out >hash.json
	backstay import lines --catalog two.db --json
	ends 0
	shape '.rows | int'
	backstay list --catalog two.db --json
	diff one .out
	backstay retain plan --catalog two.db --json
	[ "$(jq .plan .out)" = "$(cat hash.json)" ]
	backstay doctor --catalog two.db
	ends 0
}

@test "whatever goes wrong is one document with --json, and its status is the same without" {
	for c in list frobnicate "list --sorce x" "show 1" "pick x --at tomorrow" "source add x --every 5" "repo add x nowhere" "scan" \
		"verify" "import nowhere" "retain plan --by never"; do
		backstay $c
		s=$status
		[ "$s" -eq 2 ]
		[ -z "$out" ]
		backstay $c --json
		ends "$s"
		shape 'error'
	done
	backstay init
	for c in list "show 1" "tables 1" "checks 1" runs verify "hold list" "source list" "repo list" "retain explain 1" "retain plan"; do
		backstay $c
		[ "$status" -eq 4 ]
		backstay $c --json
		ends 4
		shape 'error and .error.code == "no-match"'
	done
}
