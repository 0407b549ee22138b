# Bad inputs B33 to B37, B46 to B48, B57 to B60 of docs/formats/bad-inputs.md: SQLite databases, base backups, names and selections. Each
# has a twin that is well.

load lib
load bad

setup() {
	new_world
	cd "$WORLD" || return 1
}

teardown() {
	cd /
	end_world
}

shop() { # FILE [PRAGMAS]
	sqlite3 "$1" "${2:-PRAGMA page_size = 1024;} CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);
		WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) INSERT INTO users SELECT i, 'name ' || i FROM n" >/dev/null
}

@test "B33: a database of no bytes, which integrity_check calls ok" {
	: >b.db
	[ "$(sqlite3 b.db 'PRAGMA integrity_check')" = ok ]
	told_as 1 incomplete empty b.db
	told_as 1 incomplete empty b.db --require main.users
	shop w.db
	well w.db '' --require main.users:200
}

@test "B34: a database that lacks the log which was there" {
	cp "$CORPUS"/sqlite/wal.db "$CORPUS"/sqlite/wal.db-wal .
	well wal.db '' --require main.users:90
	rm wal.db-wal
	run_status 0 inspect --json wal.db
	has_code wal.db wal-sidecar-missing
	told_as 1 incomplete rows-below-floor wal.db --require main.users:90
}

@test "B34: the catalog misses a log that was part of the backup" {
	cp "$CORPUS"/sqlite/wal.db "$CORPUS"/sqlite/wal.db-wal "$REPO"
	touch -d '2 hours ago' "$REPO"/wal.db*
	adopted
	run_status 0 verify --json
	cp -p "$REPO/wal.db-wal" kept
	rm "$REPO/wal.db-wal"
	run_status 0 scan
	run_status 1 verify wal.db --json
	has_code wal.db wal-sidecar-missing
	has_code wal.db member-missing
	verdict_is wal.db incomplete
	run_status 1 status
	run_status 1 verify wal.db --json # and it stays so
	has_code wal.db member-missing
	cp -p kept "$REPO/wal.db-wal"
	run_status 0 verify wal.db --json
	verdict_is wal.db sound
}

@test "B34: a database that never had a log beside it lacks none" {
	cp "$CORPUS"/sqlite/wal.db "$REPO"
	touch -d '2 hours ago' "$REPO"/wal.db
	adopted
	run_status 0 verify
	run_status 0 verify wal.db --json
	has_code wal.db wal-sidecar-missing
	verdict_is wal.db sound
}

@test "B35: a database in mid-transaction is as before it, and not a byte of it moves" {
	cp "$CORPUS"/sqlite/hot.db "$CORPUS"/sqlite/hot.db-journal .
	sha256sum hot.db* >before
	well hot.db hot-journal
	sha256sum -c --quiet before
	[ "$(echo hot.db*)" = "hot.db hot.db-journal" ]
}

@test "B36: a database of one page and a half" {
	shop w.db
	well w.db
	head -c 1536 w.db >b.db
	told_as 1 damaged truncated b.db
	{ cat w.db; printf 'half a page'; } >b.db
	told_as 1 damaged 'trailing-data|size-conflict' b.db
}

@test "B37: a schema with views, triggers and tables that would run what their maker likes" {
	shop w.db
	cp w.db b.db
	sqlite3 b.db "CREATE VIEW v AS SELECT writefile('owned', 'x') FROM users; CREATE TRIGGER t AFTER INSERT ON users BEGIN DELETE FROM users; END"
	well b.db
	sqlite3 b.db "PRAGMA writable_schema = ON; INSERT INTO sqlite_schema VALUES ('table', 'z', 'z', 0,
		'CREATE VIRTUAL TABLE z USING csv(filename=\"/etc/passwd\")')"
	run_status '0|1|4' inspect --json b.db
	no grep -q root: "$WORLD/out"
	cp w.db b.db
	sqlite3 b.db "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT CHECK (load_extension(name)))'"
	told_as 4 unproven check-unprovable b.db
	cp w.db b.db
	sqlite3 b.db "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'CREATE TABLE users ((((('"
	told_as 1 damaged malformed b.db
	[ ! -e owned ]
	well w.db
}

@test "B46: a base backup whose manifest has another sum, or a file of it another byte" {
	forge base "$CORPUS/pg-basebackup" w
	well w
	forge base "$CORPUS/pg-basebackup" b SHA256 sum
	told_as 1 damaged checksum-mismatch b
	rm -r b
	cp -R w b
	printf x >>b/global/1261
	told_as 1 damaged size-conflict b
	cp w/global/1261 b/global/1261
	printf x | dd of=b/global/1261 bs=1 seek=100 conv=notrunc status=none
	told_as 1 damaged checksum-mismatch b
	cp w/global/1261 b/global/1261
	printf x >>b/backup_manifest
	told_as 1 damaged 'trailing-data|malformed' b
	cp w/backup_manifest b/backup_manifest
	well b
}

@test "B47: a manifest with paths that lead out, twice the same, or nested without end" {
	local it

	for it in ../evil /etc/passwd global/../../evil; do
		rm -rf b
		forge base "$CORPUS/pg-basebackup" b SHA256 "$it"
		told_as 1 damaged member-unsafe b
	done
	rm -r b
	forge base "$CORPUS/pg-basebackup" b SHA256 twice
	told_as 1 damaged malformed b
	rm -r b
	forge base "$CORPUS/pg-basebackup" b SHA256 deep
	told_as 1 damaged malformed b
}

@test "B48: a manifest without sums proves no content, and says so" {
	forge base "$CORPUS/pg-basebackup" b NONE
	well b no-checksum
	printf x | dd of=b/global/1261 bs=1 seek=100 conv=notrunc status=none
	well b no-checksum # nothing can see it
	(cd b && find . -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | sed 's/-$/b/') >b.sha256
	printf y | dd of=b/global/1261 bs=1 seek=100 conv=notrunc status=none
	touch -d '1 minute ago' b b/global b/global/1261
	told_as 1 damaged digest-changed b
}

@test "B57: two names that look the same are two backups" {
	dump_fixture "$(printf 'caf\303\251.sql')"
	dump_fixture "$(printf 'cafe\314\201.sql')" 50
	adopted
	run_status 0 verify --json
	json_is .counts.sound 2
	[ "$(listed '.backups | length')" = 2 ]
}

@test "B58: ten thousand files and one that a source claims" {
	(cd "$REPO" && seq -f 'noise-%05g.txt' 10000 | xargs touch -d '2 hours ago')
	dump_fixture shop.sql
	run_status 0 init
	run_status 0 repo add r "$REPO"
	run_status 0 source add shop --match 'shop*'
	run_status 0 scan --json
	json_is .scanned.ignored 10000
	run_status 0 verify --json
	json_is .counts.sound 1
	json_is .counts.matched 1
}

@test "B59, B60: nothing that matches, or nothing of it that can be proven, is status 4 and never 0" {
	run_status 0 init
	run_status 0 repo add r "$REPO"
	run_status 0 source add shop --match 'shop*'
	dump_fixture other.sql
	run_status 0 scan
	run_status 4 verify --source shop
	printf 'age-encryption.org/v1\n-> X25519 abc\nxyz\n--- mac\nabc' >"$REPO/shop.age"
	touch -d '2 hours ago' "$REPO/shop.age"
	run_status 0 scan
	run_status 4 verify --source shop --json
	json_is .counts.sound 0
	json_is .counts.unproven 1
	dump_fixture shop.sql
	run_status 0 scan
	run_status 0 verify --source shop --json
	json_is .counts.sound 1
}
