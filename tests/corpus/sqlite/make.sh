#!/bin/sh
# Makes the databases beside it, with the sqlite3 shell: make.sh. Their bytes differ with each version of SQLite, what they hold does not.
set -eu
cd "$(dirname "$0")"
rm -f ./*.db ./*.db-wal ./*.db-journal
shape='
CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL CHECK (name <> ""), boss INT REFERENCES users);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60) INSERT INTO users SELECT i, "name " || i, nullif(i / 2, 0) FROM n;
CREATE INDEX by_name ON users (name);
CREATE TABLE keyed (a, b, c AS (a || b), PRIMARY KEY (b, a)) WITHOUT ROWID;
INSERT INTO keyed SELECT name, id FROM users WHERE id % 3 = 0;
CREATE TABLE "od""d" (x);
INSERT INTO "od""d" VALUES (zeroblob(1500)), (NULL);
CREATE TABLE void (x);
CREATE VIEW seen AS SELECT name FROM users;
CREATE VIRTUAL TABLE boxes USING rtree(id, a, b);
INSERT INTO boxes VALUES (1, 2, 3);
CREATE TABLE gone AS SELECT * FROM users;
DROP TABLE gone;
PRAGMA user_version = 42;'

db() { # NAME PRAGMAS
	{ echo "$2"; echo "$shape"; } | sqlite3 "$1.db" >/dev/null
}
db plain 'PRAGMA page_size = 512;'
db vacuum 'PRAGMA page_size = 1024; PRAGMA auto_vacuum = FULL;'
db utf16 "PRAGMA page_size = 1024; PRAGMA encoding = 'UTF-16le';"
sqlite3 none.db 'PRAGMA page_size = 512; VACUUM'
sqlite3 empty.db 'PRAGMA page_size = 512; CREATE TABLE t (x); CREATE TABLE u (x)'

# 60 rows in the file, 30 more in two committed transactions of the log, and one that was never committed behind them
db new 'PRAGMA page_size = 512; PRAGMA journal_mode = WAL;'
sqlite3 new.db >/dev/null <<-'END'
	PRAGMA wal_autocheckpoint = 0;
	INSERT INTO users (name) VALUES ('first one in the log');
	.shell sqlite3 new.db 'PRAGMA wal_checkpoint(TRUNCATE)'
	WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 19) INSERT INTO users (name) SELECT 'more ' || i FROM n;
	WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10) INSERT INTO users (name) SELECT 'last ' || i FROM n;
	PRAGMA cache_size = 1;
	BEGIN;
	INSERT INTO keyed SELECT name, id + 1000 FROM users;
	.shell cp new.db wal.db; cp new.db-wal wal.db-wal
	ROLLBACK;
END
rm new.db*

# in mid-transaction: half of the rows are gone already
db new 'PRAGMA page_size = 512;'
sqlite3 new.db >/dev/null <<-'END'
	PRAGMA cache_size = 1;
	BEGIN;
	DELETE FROM users WHERE id > 30;
	INSERT INTO "od""d" SELECT zeroblob(2000) FROM users;
	.shell cp new.db hot.db; cp new.db-journal hot.db-journal
	ROLLBACK;
END
rm new.db*

# with the checksums of ext/misc/cksumvfs.c, which the shell does not have
{ echo '.filectrl reserve_bytes 8'; echo 'PRAGMA page_size = 512;'; echo "$shape"; } | sqlite3 sums.db >/dev/null
python3 - <<-'END'
	import struct
	data = bytearray(open("sums.db", "rb").read())
	assert data[20] == 8
	for at in range(0, len(data), 512):
	    a = b = 0
	    for x, y in struct.iter_unpack("<II", data[at : at + 504]):
	        a = (a + x + b) & 0xFFFFFFFF
	        b = (b + y + a) & 0xFFFFFFFF
	    data[at + 504 : at + 512] = struct.pack("<II", a, b)
	open("sums.db", "wb").write(data)
END
