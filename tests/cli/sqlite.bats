# SQLite databases and what lies beside them.
load tool

prepare() {
	export BACKSTAY_TEST_CLOCK=2026-11-23T12:00:00Z
	S="$SOURCE_ROOT/tests/corpus/sqlite"
	mkdir repo
}

aged() {
	find repo -exec touch -d 2026-11-23T03:00:00Z {} +
}

# bytes, times and names of all in repo
state() {
	ls -lA --time-style=full-iso repo
	find repo -type f -exec sha256sum {} + | sort
}

@test "a database is judged, and told by its tables" {
	backstay inspect "$S/plain.db"
	ends 0
	says "sqlite 4, full, 8 tables, 84 rows"
	backstay inspect --json --require users:60 "$S/plain.db"
	ends 0
	json 'd.inspected[0].format == "sqlite" and d.inspected[0].producer.startswith("SQLite 3.") and d.inspected[0].levels.covered == "pass"'
	json 'next(t for t in d.inspected[0].tables if t.name == "boxes").rows is None'
	backstay inspect --json --require users:61 "$S/plain.db"
	ends 1
	json 'any(f.code == "rows-below-floor" for f in d.inspected[0].findings)'
}

@test "a database that is cut, grown or damaged is damaged" {
	head -c 11000 "$S/plain.db" >cut.db
	backstay inspect --json cut.db
	ends 1
	json 'd.inspected[0].verdict == "damaged" and d.inspected[0].findings[0].code == "truncated"'
	{ cat "$S/plain.db"; echo more; } >more.db
	backstay inspect --json more.db
	ends 1
	json 'd.inspected[0].verdict == "damaged" and d.inspected[0].findings[0].code == "trailing-data"'
	cp "$S/plain.db" bad.db
	printf '\377\377\377' | dd of=bad.db bs=1 seek=1030 conv=notrunc status=none
	backstay inspect --json bad.db
	ends 1
	json 'd.inspected[0].verdict == "damaged" and d.inspected[0].findings[0].code == "malformed" and "integrity_check" in d.inspected[0].findings[0].text'
	cp "$S/sums.db" sums.db
	printf 'N' | dd of=sums.db bs=1 seek=1500 conv=notrunc status=none
	backstay inspect --json sums.db
	ends 1
	json 'd.inspected[0].findings[0].code == "checksum-mismatch"'
}

@test "the log of a database counts, and nothing beside it is written" {
	cp "$S/wal.db" "$S/wal.db-wal" repo
	aged
	state >before
	backstay inspect --json repo/wal.db
	ends 0
	json 'd.inspected[0].verdict == "sound" and next(t for t in d.inspected[0].tables if t.name == "users").rows == 90'
	json 'any(f.code == "sidecar-not-sealed" and f.where == "-wal" for f in d.inspected[0].findings)'
	rm repo/wal.db-wal
	backstay inspect --json repo/wal.db
	ends 0
	json 'next(t for t in d.inspected[0].tables if t.name == "users").rows == 61'
	json 'any(f.code == "wal-sidecar-missing" and f.severity == "warning" for f in d.inspected[0].findings)'
	cp "$S/wal.db-wal" repo
	printf 'N' | dd of=repo/wal.db-wal bs=1 seek=500 conv=notrunc status=none
	backstay inspect --json repo/wal.db
	ends 1
	json 'any(f.code == "checksum-mismatch" and f.where.startswith("-wal byte") for f in d.inspected[0].findings)'
	cp "$S/wal.db-wal" repo
	aged
	state >after
	cmp before after
}

@test "a database in mid-transaction counts as rolled back" {
	cp "$S/hot.db" "$S/hot.db-journal" repo
	aged
	state >before
	backstay inspect --json repo/hot.db
	ends 0
	json 'next(t for t in d.inspected[0].tables if t.name == "users").rows == 60'
	json 'any(f.code == "hot-journal" and f.severity == "warning" for f in d.inspected[0].findings)'
	state >after
	cmp before after
}

@test "a database is scanned with its log as one backup, and verified" {
	cp "$S/wal.db" repo/app_20261122.db
	cp "$S/wal.db-wal" repo/app_20261122.db-wal
	: >repo/app_20261122.db-shm
	echo no database >repo/notes-wal
	aged
	backstay repo add local repo
	backstay source add app --match 'app*'
	backstay scan --json
	ends 0
	json 'len(d.actions) == 1 and d.actions[0].label == "app_20261122.db" and d.scanned.ignored == 1'
	backstay verify --json
	ends 0
	json 'len(d.verified) == 1 and d.verified[0].verdict == "sound" and d.verified[0].format == "sqlite"'
	backstay list --kind sqlite --json
	json 'len(d.backups) == 1 and d.backups[0].taken_at.startswith("2026-11-22")'
	backstay verify --level sealed --all --json
	json 'd.verified[0].levels.sealed == "unprovable"'
}

@test "the commands of pick make a new database, with what lay in the log, and leave one alone that is there" {
	cp "$S/wal.db" "repo/app's_20261122.db"
	cp "$S/wal.db-wal" "repo/app's_20261122.db-wal"
	gzip -c "$S/plain.db" >repo/zipped_20261121.db.gz
	aged
	backstay repo add local repo
	backstay source add app --match "app*"
	backstay source add zipped --match 'zipped*'
	backstay scan
	backstay verify
	ends 0
	mkdir new
	for source in app zipped; do
		backstay pick $source --json
		ends 0
		jq -r '.choice.commands[]' <<<"$out" >commands
		(cd new && bash -e ../commands)
		if (cd new && bash -e ../commands); then echo 'it wrote over the first one'; return 1; fi
	done
	[ "$(sqlite3 new/app*.db 'SELECT count(*) FROM users')" = 90 ]
	[ "$(sqlite3 new/zipped*.db 'SELECT count(*) FROM users')" = 60 ]
}

@test "a database larger than memory may hold is copied to a temporary file, wrapped or not" {
	sqlite3 big.db 'CREATE TABLE t (x); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40) INSERT INTO t SELECT zeroblob(1000000) FROM n'
	gzip -1k big.db
	backstay inspect --json big.db big.db.gz
	ends 0
	json 'all(i.verdict == "sound" and i.tables[0].rows == 40 for i in d.inspected)'
	json 'd.inspected[1].wrapping == ["gzip"]'
}
