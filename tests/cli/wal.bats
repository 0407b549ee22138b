# Archived write-ahead log: runs of segments in the catalog, what is read and proven of them, and what stands against them.
load tool

prepare() {
	export BACKSTAY_TEST_CLOCK=2026-11-22T12:00:00Z
	mkdir -p repo/wal
	for f in "$SOURCE_ROOT"/tests/corpus/pg-wal/15/00000001*[0-9A-D].gz; do
		gunzip -c "$f" >"repo/wal/$(basename "$f" .gz)"
	done
	rm -f repo/wal/*.backup
	gunzip -c "$SOURCE_ROOT/tests/corpus/pg-wal/18/000000010000000000000009.gz" >foreign
	old
	backstay repo add local repo
	ends 0
}

old() { find repo -type f -exec touch -d 2026-11-22T06:00:00Z {} +; }
later() { export BACKSTAY_TEST_CLOCK=2026-11-22T$1:00:00Z; }
seg() { echo "repo/wal/0000000100000000000000$1"; }
sound() {
	backstay scan
	ends 0
	backstay verify
	ends 0
}
# flip FILE BYTE
flip() {
	python3 -c 'import sys
f = open(sys.argv[1], "r+b"); f.seek(int(sys.argv[2])); b = f.read(1)[0]; f.seek(int(sys.argv[2])); f.write(bytes([b ^ 16]))' "$1" "$2"
}
proven() { sqlite3 "$BACKSTAY_CATALOG" "SELECT group_concat((from_lsn >> 20) || '-' || (to_lsn >> 20), ' ') FROM (SELECT * FROM wal_proven ORDER BY from_lsn)"; }

@test "segments without a gap are one run, proven to its end" {
	backstay scan --json
	ends 0
	json 'len(d.actions) == 1 and d.actions[0].label == "wal/000000010000000000000007..00000001000000000000000D" and d.actions[0].id is None'
	json 'd.actions[0].to == "live" and d.actions[0].reason == "new" and d.scanned.added == 7'
	backstay verify --json
	ends 0
	json 'len(d.verified) == 1 and d.verified[0].verdict == "sound" and d.verified[0].format == "pg-wal" and d.verified[0].backup is None'
	json 'd.verified[0].levels.whole == "pass" and d.counts.sound == 1 and d.counts.matched == 1'
	backstay status --json
	ends 0
	json 'len(d.wal) == 1 and d.wal[0].segments == 7 and d.wal[0].start_lsn == "0/700000" and d.wal[0].proven_lsn == "0/E00000"'
	json 'd.wal[0].system_id.isdigit() and d.wal[0].last_commit.startswith("2026-") and d.wal[0].trouble == [] and d.wal[0].version == 15'
	json 'd.wal[0].bytes == 7 << 20 and d.wal[0].segment_size == 1 << 20 and d.wal[0].source is None and d.wal_strays == []'
	backstay verify --json
	ends 0
	json 'd.verified == [] and d.counts.fresh == 1'
	backstay list
	ends 4
}

@test "a new segment lengthens the run, and it alone is read" {
	mv "$(seg 0D)" .
	sound
	mv 00000001000000000000000D repo/wal
	later 13
	backstay scan --json
	ends 0
	json 'd.actions[0].reason == "grown" and d.actions[0].bytes == 1 << 20 and d.scanned.added == 1 and d.scanned.unchanged == 6'
	backstay verify --json
	ends 0
	json 'd.verified[0].bytes_read == 1 << 20 if "bytes_read" in d.verified[0] else True'
	backstay status --json
	json 'len(d.wal) == 1 and d.wal[0].segments == 7 and d.wal[0].proven_lsn == "0/E00000"'
}

@test "a lost segment is a gap, and two runs until it is back" {
	sound
	mv "$(seg 0A)" .
	backstay scan --json
	ends 1
	json '[f.code for f in d.findings] == ["wal-gap"] and d.scanned.missing == 1 and d.actions[0].to == "missing"'
	backstay verify
	ends 1
	backstay status --json
	ends 1
	json 'len(d.wal) == 2 and d.wal[0].trouble[0].code == "wal-gap" and d.wal[0].trouble[0].segment == "00000001000000000000000A"'
	json '[r.proven_lsn for r in d.wal] == ["0/A00000", "0/E00000"]'
	[ "$(proven)" = "7-10 11-14" ]
	backstay nightly --quiet
	ends 1
	complains "wal-gap" || complains "00000001000000000000000A is missing"
	mv 00000001000000000000000A repo/wal
	later 13
	backstay scan
	ends 0
	backstay verify
	ends 0
	backstay status --json
	ends 0
	json 'len(d.wal) == 1 and d.wal[0].segments == 7 and d.wal[0].trouble == []'
	[ "$(proven)" = 7-14 ]
}

@test "a gap that somebody knows of is told and is no reason for status 1" {
	rm "$(seg 0A)"
	backstay scan
	ends 1
	backstay ack wal/00000001000000000000000A --reason "the archiver was down" --json
	ends 0
	json 'd.acked.label == "wal/00000001000000000000000A" and d.acked.backup is None'
	backstay scan
	ends 0
	backstay verify --json
	json 'd.counts.incomplete == 1 and d.counts.sound == 1 and d.counts.acked == 1'
	ends 0
	backstay status --json
	ends 0
	json 'd.wal[0].trouble[0].acked'
	rm "$(seg 0C)"
	backstay scan
	ends 1
}

@test "what is cleaned up at the front is no loss, and what vanishes at the end is one" {
	sound
	rm "$(seg 07)" "$(seg 08)"
	later 13
	backstay scan --json
	ends 0
	json 'd.actions[0].to == "gone" and d.actions[0].reason == "cleaned up" and d.scanned.missing == 0'
	[ "$(proven)" = 9-14 ]
	backstay verify
	ends 0
	rm "$(seg 0D)"
	backstay scan --json
	ends 1
	json 'd.actions[0].to == "missing" and d.actions[0].label == "wal/00000001000000000000000D" and d.scanned.missing == 1'
	[ "$(proven)" = 9-13 ]
	rm repo/wal/*
	backstay scan
	ends 1
	backstay status --json
	json 'd.wal == []'
}

@test "a segment of another cluster is foreign" {
	cp foreign "$(seg 09)"
	old
	backstay scan --json
	ends 1
	json 'sorted(f.code for f in d.findings) == ["wal-foreign", "wal-gap"]'
	backstay status --json
	ends 1
	json 'len(d.wal) == 3 and len({r.system_id for r in d.wal}) == 2'
	backstay verify
	ends 1
}

@test "a bad segment is told by its name, and what lies around it stays proven" {
	sound
	flip "$(seg 0A)" 100
	touch -d 2026-11-22T12:30:00Z "$(seg 0A)"
	later 13
	backstay scan --json
	ends 0
	json 'd.scanned.changed == 1'
	later 14
	backstay verify --json
	ends 1
	json 'd.verified[0].verdict == "damaged" and any(f.where.startswith("00000001000000000000000A byte ") for f in d.verified[0].findings)'
	[ "$(proven)" = "7-10 11-14" ]
	backstay status
	ends 1
	says "00000001000000000000000A"
	backstay verify
	ends 1 # it is still there
	flip "$(seg 0A)" 100
	later 15
	touch -d 2026-11-22T14:30:00Z "$(seg 0A)"
	backstay scan
	ends 0
	later 16
	backstay verify
	ends 0
	[ "$(proven)" = 7-14 ]
}

@test "rot that no mtime tells is found when the run is read again" {
	sound
	flip "$(seg 08)" 5000 # within a record that three segments hold
	old
	backstay scan
	ends 0
	backstay verify
	ends 0
	backstay verify --all --json
	ends 1
	json 'any(f.code == "checksum-mismatch" for f in d.verified[0].findings)'
	export BACKSTAY_TEST_CLOCK=2026-11-30T12:00:00Z
	backstay verify
	ends 1
}

@test "a cut segment, one under another name, one that is no WAL" {
	truncate -s 700000 "$(seg 0B)"
	mv "$(seg 0C)" "$(seg 2C)"
	echo "no segment" >"$(seg 3C)"
	old
	backstay scan --json
	ends 1
	json 'sorted(f.code for f in d.findings) == ["not-what-its-name-says", "not-what-its-name-says", "size-conflict", "wal-gap"]'
	backstay verify --json
	ends 1
	json 'any(f.code == "truncated" for v in d.verified for f in v.findings)'
	backstay status --json
	ends 1
	json 'sorted(f.segment for f in d.wal_strays) == ["00000001000000000000002C", "00000001000000000000003C"]'
}

@test "a young segment that is not whole is looked at again before it is called bad" {
	truncate -s 700000 "$(seg 0D)"
	touch -d 2026-11-22T11:55:00Z "$(seg 0D)"
	backstay scan
	ends 0
	backstay verify --json
	json 'd.verified[0].verdict == "unproven" and d.counts.damaged == 0'
	backstay status --json
	json 'd.wal[0].trouble == [] and d.wal[0].proven_lsn == "0/D00000"'
	later 13
	backstay verify
	ends 1
}

@test "segments may be wrapped, and lie in folders of their own digits" {
	gzip "$(seg 07)" "$(seg 0C)"
	zstd -q --rm "$(seg 08)"
	mkdir repo/wal/0000000100000000
	mv repo/wal/*09 repo/wal/*0A repo/wal/0000000100000000
	old
	sound
	backstay status --json
	json 'len(d.wal) == 1 and d.wal[0].segments == 7 and d.wal[0].folder == "wal" and d.wal[0].proven_lsn == "0/E00000"'
}

@test "the log goes over to a new timeline, and a .partial one is read to its end" {
	for f in 00000001000000000000000E.partial 00000002000000000000000E 00000002.history 00000001000000000000000C.00000028.backup; do
		gunzip -c "$SOURCE_ROOT/tests/corpus/pg-wal/15/$f.gz" >"repo/wal/$f"
	done
	old
	sound
	backstay status --json
	json '[r.timeline for r in d.wal] == [1, 2] and d.wal[0].partial and d.wal[0].partial_lsn == "0/E000A0" and not d.wal[1].partial'
	[ "$(sqlite3 "$BACKSTAY_CATALOG" 'SELECT timeline, ancestor, lsn FROM wal_forks')" = "2|1|14680224" ]
	rm "$(seg 0D)" repo/wal/*.partial # the parent does not reach the fork any more
	backstay scan --json
	ends 1
	json '[f.code for f in d.findings] == ["wal-gap"]'
}

@test "a log that ends inside its last segment is well, and is a loss once others follow" {
	head -c 300 "$(seg 0D)" >short && truncate -s 1M short && cp short "$(seg 0D)"
	old
	sound
	backstay status --json
	json 'd.wal[0].segments == 7 and d.wal[0].proven_lsn.startswith("0/D00") and d.wal[0].read_lsn == "0/D00000"'
	gunzip -c "$SOURCE_ROOT/tests/corpus/pg-wal/15/00000001000000000000000E.partial.gz" >"$(seg 0E)"
	old
	backstay scan
	ends 0
	backstay verify --json
	ends 1
	json 'any(f.code == "truncated" and f.where.startswith("00000001000000000000000D") for f in d.verified[0].findings)'
}

@test "a source claims its log by a glob, and verify and status take it by name" {
	backstay source add shop --match "wal/*" --every 24h
	ends 0
	backstay source add blog
	ends 0
	backstay scan
	ends 0
	backstay verify --source blog --json
	json 'd.verified == []'
	backstay verify --source shop --json
	ends 0
	json 'len(d.verified) == 1'
	backstay status shop --json
	json 'len(d.wal) == 1 and d.wal[0].source == "shop"'
	backstay status blog --json
	json 'd.wal == []'
}

@test "a dry run writes nothing, and a repo that is not mounted changes nothing" {
	backstay scan --dry-run --json
	ends 0
	json 'len(d.actions) == 1 and d.dry_run'
	backstay status --json
	json 'd.wal == []'
	sound
	mv repo elsewhere
	mkdir repo
	backstay scan
	ends 3
	backstay verify --all
	ends 3
	backstay status --json
	json 'd.wal[0].segments == 7 and d.wal[0].trouble == []'
}

@test "a small budget reads a part, and the next run goes on there" {
	backstay scan
	ends 0
	for n in 1 2 3 4 5 6 7 8; do
		backstay verify --budget 1MiB
	done
	ends 0
	[ "$(proven)" = 7-14 ]
}

@test "a segment that came under another's name proves nothing of its own place either" {
	mv "$(seg 0D)" .
	sound
	cp 00000001000000000000000D "$(seg 0C)"
	old
	backstay verify --all
	ends 1
	backstay status --json
	json 'len(d.wal) == 1 and [t.code for t in d.wal[0].trouble] == ["not-what-its-name-says"]'
	json 'd.wal[0].end_lsn == "0/D00000" and d.wal[0].proven_lsn <= "0/C00000"'
}
