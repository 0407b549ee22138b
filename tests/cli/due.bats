# What is unchanged since it was proven: read, compared, and not unpacked again; when it is all the same; how much was read lately.
load tool

prepare() {
	day 01
	mkdir repo
}

# day DD: it is noon of that day of January 2027.
day() {
	export BACKSTAY_TEST_CLOCK=2027-01-$1T12:00:00Z
}

# night DD: the dump of that October night in the sample, as old as it says.
night() {
	cp "$SOURCE_ROOT/tests/sample/shop_202610$1_020000.sql.gz" repo/
	touch -d "2026-10-$1 02:30:00Z" "repo/shop_202610$1_020000.sql.gz"
}

# known: a catalog of what lies in the repo, all of it of the source shop.
known() {
	backstay source add shop --match 'shop_*'
	ends 0
	backstay repo add local repo
	ends 0
	backstay scan
	ends 0
}

# flip FILE: one byte in its middle is another, its size and mtime are what they were.
flip() {
	local at

	at=$(($(stat -c %s "$1") / 2))
	cp -p "$1" was
	python3 - "$1" "$at" <<-'END'
		import sys
		with open(sys.argv[1], "r+b") as f:
		    f.seek(int(sys.argv[2]))
		    b = f.read(1)[0]
		    f.seek(-1, 1)
		    f.write(bytes([b ^ 1]))
	END
	touch -r was "$1"
}

sql() {
	sqlite3 "$BACKSTAY_CATALOG" "$1"
}

@test "what is unchanged is compared and keeps its levels, with the date of the proof" {
	night 25
	night 26
	known
	backstay verify --json
	ends 0
	json 'd.counts.unchanged == 0 and all(i.proven_at is None and i.digests.sha256 for i in d.verified)'
	day 10
	backstay verify --json
	ends 0
	json 'd.counts.matched == d.counts.sound == d.counts.unchanged == 2'
	json 'all(i.levels == {"present": "pass", "sealed": "pass", "whole": "pass", "covered": c} for i, c in zip(d.verified, ["pass", "not-run"]))'
	json 'all(i.proven_at == "2027-01-01T12:00:00Z" and i.verdict == "sound" for i in d.verified)'
	json 'all(i.digests.xxh3_128 and i.digests.sha256 is None for i in d.verified)'
	json 'd.verified[0].format == "pgdump-plain" and d.verified[0].wrapping == ["gzip"] and d.verified[0].tables[0].rows > 0'
	backstay list --json
	json 'all(b.verified_at == "2027-01-10T12:00:00Z" and b.proven_at == "2027-01-01T12:00:00Z" for b in d.backups)'
	json '[b.level for b in d.backups] == ["covered", "whole"]'
	backstay show 2 --json
	json '[(a.proven_at, a.read_at) for a in d.backup.artifacts] == [("2027-01-01T12:00:00Z", "2027-01-10T12:00:00Z")]'
	backstay show 2
	says 'proven 2027-01-01T12:00:00Z, verified 2027-01-10T12:00:00Z'
	backstay list
	says 'PROVEN'
	says '2027-01-01'
	# the look says what it did, and what stands
	backstay checks 2 --json
	json 'd.checks[0].verdict == "sound" and d.checks[0].levels.whole == "not-run" and d.checks[0].levels.sealed == "pass"'
	json 'd.checks[1].levels.whole == "pass"'
	backstay doctor
	ends 0
}

@test "digests alone keep the date of the proof too" {
	night 25
	known
	backstay verify
	day 10
	backstay verify --all --level sealed --json
	ends 0
	json 'd.verified[0].levels.whole == "pass" and d.verified[0].proven_at == "2027-01-01T12:00:00Z"'
	backstay show 1 --json
	json 'd.backup.proven_at == "2027-01-01T12:00:00Z" and d.backup.verified_at == "2027-01-10T12:00:00Z"'
}

@test "other bytes of the same size and mtime are digest-changed, and walked to see what became of them" {
	night 25
	known
	backstay verify
	flip repo/shop_20261025_020000.sql.gz
	day 10
	backstay scan
	backstay verify --json
	ends 1
	json 'd.counts.damaged == 1 and d.counts.unchanged == 0'
	json '"digest-changed" in [f.code for f in d.verified[0].findings] and d.verified[0].levels.whole == "fail"'
	backstay list --json
	json 'd.backups[0].verdict == "damaged" and d.backups[0].proven_at is None'
	# and back: mended is what is walked again
	mv was repo/shop_20261025_020000.sql.gz
	day 11
	backstay verify --all --json
	ends 0
	json 'd.verified[0].verdict == "sound" and d.verified[0].proven_at is None'
}

@test "--deep unpacks again, and the proof is of that day" {
	night 25
	known
	backstay verify
	day 10
	backstay verify --deep --json
	ends 0
	json 'd.counts.sound == 1 and d.counts.unchanged == 0 and d.verified[0].proven_at is None and d.verified[0].producer'
	backstay list --json
	json 'd.backups[0].proven_at == "2027-01-10T12:00:00Z"'
}

@test "--sha256 makes that digest again" {
	night 25
	known
	backstay verify
	backstay verify --all --sha256 --json
	ends 0
	json 'd.counts.unchanged == 1 and len(d.verified[0].digests.sha256) == 64'
}

@test "a digest file that came later is held against the bytes" {
	night 25
	known
	backstay verify
	(cd repo && sha256sum shop_20261025_020000.sql.gz >shop_20261025_020000.sql.gz.sha256)
	backstay verify --all --json
	ends 0
	json 'd.counts.unchanged == 1 and d.verified[0].digest_from == "birth"'
	printf '%064d  shop_20261025_020000.sql.gz\n' 1 >repo/shop_20261025_020000.sql.gz.sha256
	night 26
	printf '%064d  shop_20261026_020000.sql.gz\n' 1 >repo/shop_20261026_020000.sql.gz.sha256
	touch -d '2026-10-26 02:31:00Z' repo/*26*.sha256
	backstay scan
	backstay verify --json
	ends 1
	json '"digest-changed" in [f.code for f in d.verified[0].findings]'
}

@test "a proof of an older verifier is renewed, and one that is half a year old" {
	night 25
	night 26
	known
	backstay verify
	sql 'UPDATE artifacts SET proven_by = 0 WHERE id = 1'
	day 10
	backstay verify --json
	ends 0
	json 'd.counts.unchanged == 1'
	backstay list --json
	json 'sorted((b.id, b.proven_at) for b in d.backups) == [(1, "2027-01-10T12:00:00Z"), (2, "2027-01-01T12:00:00Z")]'
	export BACKSTAY_TEST_CLOCK=2027-05-25T12:00:00Z
	backstay verify --json
	json 'd.counts.unchanged == 2'
	export BACKSTAY_TEST_CLOCK=2027-07-01T12:00:00Z
	backstay verify --json
	ends 0
	json 'd.counts.unchanged == 1' # of the first the proof is nine days younger
	export BACKSTAY_TEST_CLOCK=2027-07-12T12:00:00Z
	backstay verify --json
	json 'd.counts.unchanged == 1'
	backstay list --json
	json 'sorted(b.proven_at for b in d.backups) == ["2027-07-01T12:00:00Z", "2027-07-12T12:00:00Z"]'
}

@test "what is required is judged again by what was counted, without unpacking" {
	night 25
	known
	backstay verify
	ends 0
	backstay source set shop --require users --require invoices
	day 10
	backstay verify --json
	ends 1
	json 'd.counts.unchanged == d.counts.incomplete == 1'
	json '[f.code for f in d.verified[0].findings] == ["required-table-missing"] and d.verified[0].levels.covered == "fail"'
	json 'd.verified[0].levels.whole == "pass" and d.verified[0].proven_at == "2027-01-01T12:00:00Z"'
	backstay status
	ends 1
	says 'required-table-missing'
	# told once: the next look says the same, and the check that says so stays
	backstay verify --all --json
	ends 1
	json '[f.code for f in d.verified[0].findings] == ["required-table-missing"]'
	backstay source set shop --require users
	backstay verify --all --json
	ends 0
	json 'd.verified[0].verdict == "sound" and d.verified[0].findings == [] and d.verified[0].levels.covered == "pass"'
	backstay status --json --now 2026-10-25T12:00:00Z
	json 'd.sources[0].trouble == []'
	backstay doctor
	ends 0
}

@test "with a budget what waits longest goes first" {
	for d in 25 26 27; do night $d; done
	known
	day 01
	backstay verify 2
	day 02
	backstay verify 3
	day 03
	backstay verify 1
	day 20
	backstay verify --due --budget 1B --jobs 1 --json
	json '[i.backup for i in d.verified] == [2] and d.counts.left == 2'
	day 21
	backstay verify --due --budget 1B --jobs 1 --json
	json '[i.backup for i in d.verified] == [3]'
	# one that cannot be read was looked at, and has waited longest all the same
	day 22
	backstay verify --budget 1B --jobs 1 --json
	json '[i.backup for i in d.verified] == [1]'
	backstay verify --due --json
	json 'd.counts.matched == 0 and d.counts.fresh == 3'
}

@test "--due is of what is selected, and no other word for all" {
	night 25
	night 26
	known
	backstay verify 1
	day 05
	backstay verify --source shop --due --json
	ends 0
	json '[i.backup for i in d.verified] == [2] and d.counts.fresh == 1'
	backstay verify --due --all
	ends 2
	complains '--due and --all'
}

@test "coverage is what was read within thirty days, to the byte" {
	for d in 25 26 27 28; do night $d; done
	mkdir other
	mv repo/*28* other/
	backstay repo add other other
	known
	backstay verify 1 --json
	size() { stat -c %s "repo/shop_202610$1_020000.sql.gz"; }
	one=$(sql 'SELECT size FROM artifacts WHERE backup_id = 1')
	all=$(sql 'SELECT sum(size) FROM artifacts')
	json "d.coverage.window_seconds == 30 * 86400 and d.coverage.files == 4 and d.coverage.bytes == $all"
	json "d.coverage.read_bytes == $one and d.coverage.never_read_bytes == $all - $one and abs(d.coverage.share - $one / $all) < 1e-9"
	json 'd.coverage.longest_unread_seconds == 0 and sorted(r.repo for r in d.coverage.repos) == ["local", "other"]'
	# never read: as long as it is known
	day 08
	backstay status --json
	json "d.coverage.read_bytes == $one and d.coverage.longest_unread_seconds == 7 * 86400"
	backstay verify 2
	two=$(sql 'SELECT size FROM artifacts WHERE backup_id = 2')
	# the first was read thirty days ago, and that is not within
	day 31
	backstay status --json
	json "d.coverage.read_bytes == $two and d.coverage.longest_unread_seconds == 30 * 86400"
	json "sum(r.bytes for r in d.coverage.repos) == $all and [r.read_bytes for r in d.coverage.repos if r.repo == 'other'] in ([0], [$two])"
	backstay status
	says 'read in the last 30 days'
	says 'longest unread 30d'
	backstay verify --json
	json "d.coverage.read_bytes == $all and d.coverage.share == 1 and d.coverage.never_read_bytes == 0"
	json 'd.coverage.longest_unread_seconds == 0'
	# what is not there is none of it; a look that could not read reads nothing
	rm repo/*25*
	backstay scan
	backstay status --json
	json "d.coverage.files == 3 and d.coverage.bytes == $all - $(stat -c %s "$SOURCE_ROOT/tests/sample/shop_20261025_020000.sql.gz")"
	backstay status shop --json
	json 'd.coverage is None'
}

@test "folders and databases too: nothing of them is unpacked while their digest is what it was" {
	cp -r "$SOURCE_ROOT/tests/corpus/pgdump-directory/15-copy" repo/dump
	sqlite3 repo/app.db 'CREATE TABLE t (x); INSERT INTO t VALUES (1), (2);'
	find repo -exec touch -d '2026-10-25 02:00:00Z' {} +
	backstay repo add local repo
	backstay scan
	backstay verify --json
	was=$(python3 -c 'import json, sys; print([(i["path"], i["verdict"], i["levels"]["whole"]) for i in sorted(json.load(open(sys.argv[1]))["verified"], key=lambda i: i["path"])])' "$BATS_TEST_TMPDIR/.out")
	day 10
	backstay verify --json
	json 'd.counts.unchanged == d.counts.matched == 2'
	json "[(i.path, i.verdict, i.levels.whole) for i in sorted(d.verified, key=lambda i: i.path)] == $was"
	flip repo/app.db
	file=$(find repo/dump -name '*.dat*' -not -name toc.dat | sort | head -1)
	flip "$file"
	backstay verify --all --json
	ends 1
	json 'all("digest-changed" in [f.code for f in i.findings] for i in d.verified) and d.counts.unchanged == 0'
}
