# Base backups in a catalog: what they tell of themselves, and chains of incremental ones, which are linked by the log, not by name.
load tool

corpus=$SOURCE_ROOT/tests/corpus/pg-basebackup

prepare() {
	export BACKSTAY_TEST_CLOCK=2026-12-22T12:00:00Z
	mkdir -p repo
	backstay repo add local repo
	ends 0
}
# put AS FILE: names that tell nothing of the order
put() {
	cp "$corpus/$2" "repo/$1"
	touch -d 2026-12-22T06:00:00Z "repo/$1"
}
matches() { echo "$out" | grep -Eq "$1" || { echo "no line like: $1"; show; return 1; }; }
look() { # STATUS: of verify
	backstay scan
	ends 0
	backstay verify --json
	ends "$1"
}
id() { sqlite3 "$BACKSTAY_CATALOG" "SELECT id FROM backups WHERE label = '$1'"; }
verdict() { sqlite3 "$BACKSTAY_CATALOG" "SELECT verdict FROM backups WHERE label = '$1'"; }

@test "inspect, verify and show tell what a base backup says of itself" {
	put b.tar.zst 17.tar.zst
	is='p.system_identifier.isdigit() and p.timeline == 1 and p.start_lsn == "0/700028" and p.stop_lsn.startswith("0/7") and p.incremental_from is None'
	is="$is and p.started_at.endswith('Z') and p.started_at <= p.stopped_at"
	backstay inspect --json repo/b.tar.zst
	ends 0
	json "(lambda p: $is)(d.inspected[0].physical)"
	look 0
	json "(lambda p: $is)(d.verified[0].physical)"
	backstay show b.tar.zst --json
	ends 0
	json "(lambda p: $is)(d.backup.physical) and d.backup.parent is None and d.backup.children == []"
	backstay show b.tar.zst
	matches '^cluster   [0-9]{15,20}, PostgreSQL 17, timeline 1$'
	matches '^wal       from 0/700028 to 0/7'
	matches '^ran       from 20'
	[ "$(sqlite3 "$BACKSTAY_CATALOG" "SELECT start_lsn, version, parent_missing FROM base_backups")" = "0/700028|PostgreSQL 17|0" ]
	put shop.sql ../pgdump-plain/15-users.sql
	look 0
	backstay show shop.sql --json
	json 'd.backup.physical is None and d.backup.parent is None and d.backup.children == []'
}

@test "tables are required of the dumps of a source; its base backups show none, and are no worse for that" {
	put b.tar.zst 17.tar.zst
	put shop.sql ../pgdump-plain/15-users.sql
	backstay source add shop --match 'b.tar*' --match shop.sql --require nowhere
	look 1
	told='[(i.path, i.verdict, i.levels.covered, [f.code for f in i.findings if f.severity == "error"]) for i in sorted(d.verified, key=lambda i: i.path)]'
	json "$told == [('b.tar.zst', 'sound', 'unprovable', []), ('shop.sql', 'incomplete', 'fail', ['required-table-missing'])]"
	backstay inspect --json repo/b.tar.zst --require nowhere
	ends 0
	json 'd.inspected[0].verdict == "sound" and d.inspected[0].levels.covered == "unprovable"'
}

@test "an incremental one without its parent is incomplete, and sound when that comes" {
	put c.tar.zst 17-1.tar.zst
	put other.tar.zst 15.tar.zst
	look 1
	json 'sorted((i.path, i.verdict) for i in d.verified) == [("c.tar.zst", "incomplete"), ("other.tar.zst", "sound")]'
	json '[f.code for i in d.verified for f in i.findings if f.severity == "error"] == ["parent-missing"]'
	json '[i.levels.covered for i in d.verified if i.path == "c.tar.zst"] == ["fail"] and [i.levels.whole for i in d.verified] == ["pass", "pass"]'
	[ "$(verdict c.tar.zst)" = incomplete ]
	backstay show c.tar.zst
	matches '^builds on a backup that is not there \(begins at 0/700028 on timeline 1\)$'
	backstay status
	ends 1
	says parent-missing
	backstay ack c.tar.zst --reason "known"
	ends 0
	backstay status
	says "(acknowledged)"
	put z.tar.zst 17.tar.zst
	look 0
	json 'd.verified[0].verdict == "sound"'
	[ "$(verdict c.tar.zst)" = sound ]
	backstay show c.tar.zst --json
	json "d.backup.parent == $(id z.tar.zst) and d.backup.physical.incremental_from == '0/700028' and d.backup.verdict == 'sound'"
	backstay show z.tar.zst
	matches "^needed by $(id c.tar.zst)\$"
}

@test "a chain is told from both its ends, and breaks where a link goes" {
	put a.tar.gz 17-2.tar.gz
	put b.tar.zst 17-1.tar.zst
	put c.tar.zst 17.tar.zst
	look 0
	json 'len(d.verified) == 3 and d.counts.sound == 3 and not any(f.code == "parent-missing" for i in d.verified for f in i.findings)'
	backstay show b.tar.zst --json
	json "d.backup.parent == $(id c.tar.zst) and d.backup.children == [$(id a.tar.gz)]"
	backstay show b.tar.zst
	matches "^builds on backup $(id c.tar.zst) \(begins at 0/700028 on timeline 1\)\$"
	matches "^needed by $(id a.tar.gz)\$"
	rm repo/b.tar.zst
	backstay scan
	[ "$(verdict a.tar.gz)" = incomplete ]
	[ "$(verdict c.tar.zst)" = sound ]
	backstay show a.tar.gz
	matches '^builds on a backup that is not there'
	put b.tar.zst 17-1.tar.zst
	look 0
	[ "$(verdict a.tar.gz)" = sound ]
}

@test "while the parent may be what nobody looked into yet, nothing is held against the child" {
	put a.tar.zst 17-1.tar.zst
	put b.tar.zst 17.tar.zst
	backstay scan
	ends 0
	backstay verify a.tar.zst --json
	json 'not any(f.code == "parent-missing" for f in d.verified[0].findings) and any(f.code == "settling" for f in d.verified[0].findings)'
	[ "$(verdict a.tar.zst)" = unknown ]
	backstay show a.tar.zst
	matches '^builds on a backup that may still come'
	rm repo/b.tar.zst
	backstay scan
	backstay verify --all
	[ "$(verdict a.tar.zst)" = incomplete ]
}
