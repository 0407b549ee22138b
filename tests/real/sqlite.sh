#!/bin/bash
# Databases that the sqlite3 shell makes in every shape that changes the file, held against what SQLite says of them; caught in WAL mode
# and in mid-transaction. No original is ever changed. (Damaged ones: allmatrix.sh.) sqlite.sh BACKSTAY
set -u
backstay=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
. "$here/count.sh"

look() { "$backstay" --json inspect "$@" >look.json; }
codes() { jq -r '[.inspected[0].findings[].code] | unique | join(" ")' look.json; }
rows() { jq -r '.inspected[0].tables[] | select(.rows != null) | "\(.name)|\(.rows)"' look.json | sort; }
their_rows() { # of an own copy: SQLite writes to what it opens
	rm -rf theirs && mkdir theirs
	cp "$1" theirs/db
	for it in wal journal; do [ ! -e "$1-$it" ] || cp "$1-$it" "theirs/db-$it"; done
	sqlite3 theirs/db "SELECT printf('SELECT %Q, count(*) FROM \"%w\" NOT INDEXED;', name, name) FROM sqlite_schema
		WHERE type = 'table' AND rootpage > 0 AND name NOT LIKE 'sqlite\_%' ESCAPE '\'" >theirs/sql
	sqlite3 theirs/db <theirs/sql | sort
}
state() { ls -lA --time-style=full-iso "$1" && find "$1" -type f -exec sha256sum {} + | sort; }

# sound NAME FILE [CODE...]: it is, with just these codes beside no-checksum, the rows that SQLite counts, and not a byte moved
sound() {
	local name=$1 file=$2 want
	shift 2
	want=$(printf '%s\n' "$@" "${sum:-no-checksum}" | grep . | sort | paste -sd ' ')
	state db >before
	if ! look "$file"; then
		bad "$name: $(codes): $(jq -r '.inspected[0].findings[0].text' look.json)"
		return
	fi
	state db >after
	cmp -s before after || bad "$name: the original changed"
	rows >have
	their_rows "${file%.gz}" >want
	if [ "$(codes)" != "$want" ]; then
		bad "$name: $(codes)"
	elif ! cmp -s want have; then
		bad "$name: counts differ"
		diff want have | head -5
	else
		ok
	fi
}
is() { # NAME STATUS CODE FILE
	look "$4"
	local status=$?
	if [ $status != "$2" ] || [[ " $(codes) " != *" $3 "* ]]; then bad "$1: status $status, $(codes)"; else ok; fi
}

mkdir db
cat >shape.sql <<'END'
CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, mail TEXT COLLATE NOCASE UNIQUE, age INT CHECK (age < 200));
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 700)
	INSERT INTO users SELECT i, 'name ' || i, 'n' || i || '@example.org', i % 90 FROM n;
CREATE INDEX by_name ON users (name);
CREATE INDEX by_part ON users (age) WHERE age > 30;
CREATE INDEX by_word ON users (lower(name));
CREATE TABLE orders (id INTEGER PRIMARY KEY AUTOINCREMENT, who INT REFERENCES users, net REAL, gross REAL AS (net * 1.2) STORED, half AS (net / 2));
INSERT INTO orders (who, net) SELECT id, id * 1.5 FROM users;
CREATE INDEX by_gross ON orders (gross);
CREATE TABLE keyed (a TEXT, b INT, c BLOB, PRIMARY KEY (b, a)) WITHOUT ROWID;
INSERT INTO keyed SELECT name, id, randomblob(20) FROM users;
CREATE TABLE strict (a INT, b TEXT) STRICT;
INSERT INTO strict VALUES (1, 'one'), (2, 'zwei é');
CREATE TABLE "od""d name" (x);
INSERT INTO "od""d name" VALUES (1), (NULL);
CREATE TABLE void (x);
CREATE TABLE large (x);
INSERT INTO large VALUES (randomblob(300000)), (zeroblob(70000));
CREATE VIEW seen AS SELECT name FROM users;
CREATE TRIGGER told AFTER INSERT ON users BEGIN DELETE FROM orders; END;
CREATE VIRTUAL TABLE words USING fts5(text);
INSERT INTO words VALUES ('a word or two'), ('three more words');
CREATE VIRTUAL TABLE boxes USING rtree(id, a, b);
INSERT INTO boxes VALUES (1, 2, 3);
CREATE TABLE gone (x);
INSERT INTO gone SELECT randomblob(900) FROM users LIMIT 50;
DROP TABLE gone;
PRAGMA user_version = 42;
END
make() { # FILE PRAGMA...
	local file=$1
	shift
	rm -f "$file"
	{ printf 'PRAGMA %s;\n' "$@"; cat shape.sql; } | sqlite3 "$file" >/dev/null || bad "no $file"
}

for size in 512 1024 2048 4096 8192 16384 32768 65536; do
	for vacuum in NONE FULL INCREMENTAL; do
		make db/a "page_size = $size" "auto_vacuum = $vacuum"
		sound "pages of $size, auto_vacuum $vacuum" db/a
	done
done
for code in UTF-16le UTF-16be; do
	make db/a "encoding = '$code'"
	sound "$code" db/a
done
make db/a 'legacy_file_format = ON'
sound "legacy format" db/a
rm db/a && sqlite3 db/a 'VACUUM'
look db/a && [ "$(jq -r '.inspected[0] | .content + .verdict' look.json)" = emptysound ] && ok || bad "no tables: $(codes)"
rm db/a && sqlite3 db/a 'CREATE TABLE t (x)'
sound "no rows" db/a schema-only
make db/a 'page_size = 1024'
gzip -k db/a && sound "in gzip" db/a.gz
rm db/a.gz

# WAL mode
make db/a 'journal_mode = WAL'
sound "closed in WAL mode" db/a wal-sidecar-missing
sqlite3 db/a "VACUUM INTO 'db/b'"
sound "VACUUM INTO" db/b
rm db/b
for size in 512 4096 65536; do
	rm -f db/a
	sqlite3 db/a >/dev/null <<-END
		PRAGMA page_size = $size;
		PRAGMA journal_mode = WAL;
		PRAGMA wal_autocheckpoint = 0;
		CREATE TABLE t (x);
		BEGIN; INSERT INTO t VALUES (1), (2), (3); COMMIT;
		.shell cp db/a half
		INSERT INTO t SELECT randomblob(3000) FROM t;
		DELETE FROM t WHERE x = 2;
		.shell cp db/a whole; cp db/a-wal whole-wal
		PRAGMA wal_checkpoint;
		.shell cp db/a-wal spent; cp db/a full
		INSERT INTO t VALUES (7);
		.shell cp db/a again; cp db/a-wal again-wal
		PRAGMA cache_size = 2;
		BEGIN; INSERT INTO t SELECT randomblob(5000) FROM t; INSERT INTO t SELECT randomblob(5000) FROM t;
		.shell cp db/a open; cp db/a-wal open-wal
		ROLLBACK;
	END
	for it in whole again open; do
		cp $it db/a && cp $it-wal db/a-wal
		sound "WAL, pages of $size, $it" db/a sidecar-not-sealed
	done
	cp full db/a && cp spent db/a-wal
	sound "WAL, pages of $size, all of it in the database already" db/a sidecar-not-sealed
	cp full db/a && : >db/a-wal
	sound "WAL, pages of $size, empty" db/a
	cp whole db/a && cp whole-wal db/a-wal
	for cut in 1 100 $((size)); do
		head -c -$cut whole-wal >db/a-wal
		is "-wal, pages of $size, without its last $cut bytes" 1 truncated db/a
	done
	n=$(stat -c %s whole-wal)
	for at in 0 9 17 30 $((32 + 5)) $((32 + 9)) $((32 + 17)) $((32 + 24 + size / 2)) $((n - 20)) $((n - size - 24 + 9)); do
		cp whole-wal db/a-wal
		was=$(od -An -tu1 -j "$at" -N 1 whole-wal)
		# shellcheck disable=SC2059 # the byte is the format
		printf "\\$(printf %o $((was ^ 165)))" | dd of=db/a-wal bs=1 seek=$at conv=notrunc status=none
		look db/a
		[ $? = 1 ] && ok || bad "-wal with another byte $at: $(codes)"
	done
	rm db/a-wal
done
cp whole db/a && head -c 512 whole >db/a-wal
is "a -wal that is none" 1 malformed db/a
make db/b 'page_size = 1024'
cp db/b db/a && cp whole-wal db/a-wal
is "a -wal of another page size" 1 size-conflict db/a
rm db/a* db/b*

# in mid-transaction
for size in 512 4096 65536; do
	for mode in DELETE PERSIST TRUNCATE; do
		rm -f db/a*
		{
			printf 'PRAGMA page_size = %s;\nPRAGMA journal_mode = %s;\n' $size $mode
			cat shape.sql
			cat <<-END
				PRAGMA cache_size = 2;
				BEGIN;
				.shell cp db/a early
				UPDATE users SET name = name || ' and more text so that rows move to other pages';
				INSERT INTO large SELECT randomblob(20000) FROM users;
				DELETE FROM keyed WHERE b % 3;
				.shell cp db/a hot; cp db/a-journal hot-journal
				COMMIT;
			END
		} | sqlite3 db/a >/dev/null || bad "no hot $size $mode"
		[ "$mode" = DELETE ] || sound "journal left by $mode, pages of $size" db/a
		rm -f db/a*
		cp hot db/a && cp hot-journal db/a-journal
		sound "hot journal, $mode, pages of $size" db/a hot-journal sidecar-not-sealed
		cp have early_rows && rm db/a-journal && cp early db/a
		look db/a && rows >have && cmp -s early_rows have && ok || bad "hot journal, $mode, pages of $size: not as before it"
	done
	cp hot db/a
	head -c $(($(stat -c %s hot-journal) / 2)) hot-journal >db/a-journal
	is "half a journal, pages of $size" 1 truncated db/a
	cp hot-journal db/a-journal
	printf '\xa5' | dd of=db/a-journal bs=1 seek=$((512 + 4 + size - 200)) conv=notrunc status=none
	is "a journal with another byte, pages of $size" 1 checksum-mismatch db/a
done
rm -f db/a*

# rows that name nobody; what nobody here can check
make db/a 'page_size = 1024'
sqlite3 db/a 'DELETE FROM users WHERE id < 4'
make db/a 'page_size = 1024' && sqlite3 db/a 'DROP TRIGGER told; UPDATE orders SET who = 9999 WHERE id < 4'
sound "foreign key" db/a foreign-key-violated
[ "$(jq -r '.inspected[0].findings[] | select(.code == "foreign-key-violated") | .where + ": " + .text' look.json)" = \
	"orders: 3 rows name a row that is not there, the first in users" ] && ok || bad "foreign key: says otherwise"
sqlite3 db/a "CREATE TABLE own (a); INSERT INTO own VALUES ('x'), ('y'); PRAGMA writable_schema = ON;
	UPDATE sqlite_schema SET sql = 'CREATE TABLE own (a CHECK (ours(a)), b AS (ours(a)))' WHERE name = 'own'"
is "a function of the program's own" 4 check-unprovable db/a
[ "$(jq '.inspected[0].tables[] | select(.name == "own").rows' look.json)" = 2 ] && ok || bad "own: rows"

# a file that grows while it is read
head -c 60000000 /dev/zero >db/b
rm -f db/a
sqlite3 db/a 'CREATE TABLE t (x); INSERT INTO t SELECT randomblob(1000000) FROM generate_series(1, 60)'
(while [ -e db/a ]; do printf x >>db/a; done) 2>/dev/null &
writer=$!
is "growing" 3 changed-while-reading db/a
kill $writer 2>/dev/null
wait $writer 2>/dev/null
rm -f db/*
sum_up
