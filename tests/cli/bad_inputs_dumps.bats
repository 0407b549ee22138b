# Bad inputs B01 to B18, B30 to B32, B38 to B45 of docs/formats/bad-inputs.md: dumps, and the wrappings around them. Each has a twin
# that is well.

load lib
load bad

setup() {
	new_world
	cd "$WORLD" || return 1
	plain_dump 100 >good.sql
	gzip -nc good.sql >good.sql.gz
	Z0=$CORPUS/pgdump-custom/15-z0-copy.dump
	Z6=$CORPUS/pgdump-custom/15-z6-copy.dump
}

teardown() {
	cd /
	end_world
}

@test "B01: gzip of nothing is empty" {
	: | gzip -n >b.sql.gz
	told_as 1 incomplete empty b.sql.gz
	[ "$(its .content)" = empty ]
	well good.sql.gz
}

@test "B02: a gzip that was cut is truncated" {
	head -c $(($(stat -c %s good.sql.gz) / 2)) good.sql.gz >b.sql.gz
	told_as 1 damaged truncated b.sql.gz
	head -c -1 good.sql.gz >b.sql.gz
	told_as 1 damaged truncated b.sql.gz
}

@test "B03: text behind a gzip is trailing data" {
	{ cat good.sql.gz; echo 'Killed'; } >b.sql.gz
	told_as 1 damaged trailing-data b.sql.gz
	{ cat good.sql.gz; gzip -nc </dev/null; } >w.sql.gz
	well w.sql.gz
}

@test "B04: zeros behind a gzip are noted, and well" {
	{ cat good.sql.gz; head -c 5000 /dev/zero; } >w.sql.gz
	well w.sql.gz trailing-zeros
	{ cat good.sql.gz; head -c 5000 /dev/zero; echo x; } >b.sql.gz
	told_as 1 damaged trailing-data b.sql.gz
}

@test "B05: a whole gzip around a dump without its end mark is incomplete" {
	sed '/^-- PostgreSQL database dump complete/d' good.sql | gzip -n >b.sql.gz
	gzip -t b.sql.gz
	told_as 1 incomplete no-end-mark b.sql.gz
	well good.sql.gz
}

@test "B06: a plain dump that ends between two rows" {
	sed '/^50\t/,$d' good.sql >b.sql
	told_as 1 incomplete copy-not-terminated b.sql
	its '.findings[].text' | grep -q 'public.users'
	well good.sql
}

@test "B07: a command for psql's shell is told, and nothing obeys it" {
	sed '/^CREATE TABLE/i\\\\! touch owned' good.sql >b.sql
	grep -q '^\\! touch owned' b.sql
	told_as 1 damaged meta-command b.sql
	[ ! -e owned ]
}

@test "B08: the same in a quoted name or in a row is a name, a row, and shown escaped" {
	{
		sed '/^CREATE TABLE/,$d' good.sql
		printf 'CREATE TABLE public."a\n\\! touch owned\n\033[2J" (\n    id integer\n);\n\n\n'
		sed -n '/^CREATE TABLE/,$p' good.sql
	} >w.sql
	well w.sql
	its '[.tables[].name] | tostring' | grep -qF '\n\\! touch owned\n'
	run_status 0 inspect w.sql
	no grep -q "$(printf '\033')" "$WORLD/out"
	sed 's/^7\t.*/7\t\\\\! touch owned/' good.sql >w.sql
	well w.sql
}

@test "B09: unrestrict with another word, too early, or not at all" {
	sed 's/^\\unrestrict .*/\\unrestrict other/' good.sql >b.sql
	told_as 1 damaged restrict-mismatch b.sql
	{ sed '/^CREATE TABLE/,$d' good.sql; grep '^\\unrestrict' good.sql; sed -n '/^CREATE TABLE/,$p' good.sql; } >b.sql
	told_as 1 damaged restrict-mismatch b.sql
	sed '/^\\unrestrict/d' good.sql >b.sql
	told_as 1 incomplete no-end-mark b.sql # it is pg_dump's last line
	sed '/^\\\(un\)\?restrict/d' good.sql >w.sql # older servers
	well w.sql
}

@test "B10: two runs that wrote into one file at once, or one behind the other" {
	plain_dump 300 >one.sql
	forge interleave one.sql one.sql b.sql
	told_as 1 damaged malformed b.sql
	cat good.sql good.sql >b.sql
	told_as 1 damaged two-dumps-in-one b.sql
}

@test "B11: a custom dump that was cut at 60 %, of which pg_restore -l says nothing" {
	head -c $(($(stat -c %s "$Z6") * 6 / 10)) "$Z6" >b.dump
	told_as 1 damaged truncated b.dump
	cp "$Z6" w.dump
	well w.dump
}

@test "B12, B13: a changed letter in rows without a checksum: a digest from birth sees it, nothing else can" {
	cp "$Z0" w.dump
	well w.dump no-checksum
	sha256sum w.dump >digest
	cp w.dump b.dump
	forge flip_text b.dump 'line\nbreak'
	no cmp -s b.dump w.dump
	told_as 0 sound no-checksum b.dump
	[ "$(its .levels.sealed)" = not-run ]
	sed 's/w.dump/b.dump/' digest >b.dump.sha256
	told_as 1 damaged digest-changed b.dump
	[ "$(its '.levels.sealed + " " + .digest_from')" = "fail birth" ]
	mv digest w.dump.sha256
	well w.dump
	[ "$(its .levels.sealed)" = pass ]
}

@test "B14: an archive of a version that nobody knows is unsupported, not damaged" {
	cp "$Z6" b.dump
	forge byte b.dump 6 99
	told_as 3 unsupported unsupported-version b.dump
	its '.findings[].text' | grep -q 1.99
}

@test "B15: a table of contents that claims four billion entries allocates none of them" {
	forge toc_count "$Z6" b.dump 4294967295
	as=(prlimit --as=600000000)
	told_as 1 damaged malformed b.dump
	its '.findings[].text' | grep -q 'claims 4294967295 entries; the limit is'
	forge toc_count "$Z6" b.dump 2147483647
	told_as 1 damaged malformed b.dump
	cp "$Z6" w.dump
	well w.dump
}

@test "B18: a table of contents that names a file outside its folder opens none" {
	cp -R "$CORPUS/pgdump-directory/15-z0" w
	well w
	cp -R w b
	echo secret >x.dat
	forge replace w/toc.dat b/toc.dat 3380.dat ../x.dat
	told_as 1 damaged malformed b
	no grep -q secret "$WORLD/out"
	forge replace w/toc.dat b/toc.dat 3380.dat /etc/abc
	told_as 1 damaged malformed b
}

@test "B30: random bytes under the name of a gzip" {
	{ printf '\217\002'; head -c 3000 /dev/urandom; } >b.sql.gz
	told_as 1 damaged not-what-its-name-says b.sql.gz
}

@test "B31: a file of no bytes" {
	: >b.sql
	told_as 1 incomplete empty b.sql
	: >b.dump
	told_as 1 incomplete empty b.dump
}

@test "B32: an error page under the name of a dump" {
	printf '<html><head><title>503</title></head><body>Service Unavailable\033[2J</body></html>\n' >b.sql.gz
	told_as 1 damaged not-what-its-name-says b.sql.gz
	run_status 1 inspect b.sql.gz
	no grep -q "$(printf '\033')" "$WORLD/out"
	cp b.sql.gz b.dump
	told_as 1 damaged not-what-its-name-says b.dump
}

@test "B38: what sqlite3 .dump writes of a damaged database" {
	sqlite3 s.db 'CREATE TABLE t (x); INSERT INTO t VALUES (1), (2)' .dump >w.sql
	told_as 4 unproven not-a-backup w.sql # nothing tells that it is complete
	sed 's/^COMMIT;$/ROLLBACK; -- due to errors/' w.sql >b.sql
	grep -q '^ROLLBACK; -- due to errors' b.sql
	told_as 1 damaged malformed b.sql
	its '.findings[].text' | grep -q ROLLBACK
}

@test "B39: a required table that is not there" {
	told_as 1 incomplete required-table-missing good.sql --require public.t2
	well good.sql '' --require public.users
}

@test "B41: a dump that row security may have filtered, and its rows" {
	sed 's/^SET row_security = off/SET row_security = on/' good.sql >b.sql
	well b.sql row-security-on
	told_as 1 incomplete rows-below-floor b.sql --require users:1000
	well good.sql '' --require users:100
	no has_code good.sql row-security-on
}

@test "B43: an old dump that is put there again is as old as it says" {
	cp "$Z6" "$REPO/shop.dump"
	touch -d '2 hours ago' "$REPO/shop.dump"
	adopted
	run_status 0 source add shop --match 'shop*' --every 24h
	run_status 0 scan
	run_status 0 verify --json
	json_is '.verified[0].taken_from' artifact
	taken=$(json_get '.verified[0].taken_at')
	run_status 1 status --json --now "$(date -u -d "$taken +3 days" +%Y-%m-%dT%H:%M:%SZ)"
	json_is '.sources[0].late' late
	run_status 0 status --json --now "$(date -u -d "$taken +3 hours" +%Y-%m-%dT%H:%M:%SZ)"
	json_is '.sources[0].late' no
}

@test "B44: a dump of 2031 is told, and displaces nothing" {
	dump_fixture shop_20261101_020000.sql
	dump_fixture shop_20310101_020000.sql
	run_status 0 init
	run_status 0 repo add r "$REPO"
	run_status 0 source add shop --match 'shop*'
	export BACKSTAY_TEST_CLOCK=2026-11-01T12:00:00Z
	run_status 0 scan
	try verify --json
	has_code shop_20310101_020000.sql future-dated
	no has_code shop_20261101_020000.sql future-dated
	run_status '0|1' pick shop --json
	json_is .choice.label shop_20261101_020000.sql
}

@test "B45: a dump that shrank by 97 % is no restore point until somebody says so" {
	dump_fixture shop_20261101_020000.sql 1000
	dump_fixture shop_20261102_020000.sql 30
	export BACKSTAY_TEST_CLOCK=2026-11-02T12:00:00Z
	run_status 0 init
	run_status 0 repo add r "$REPO"
	run_status 0 source add shop --match 'shop*'
	run_status 0 scan
	run_status 1 verify --json
	verdict_is shop_20261101_020000.sql sound
	verdict_is shop_20261102_020000.sql incomplete
	has_code shop_20261102_020000.sql rows-dropped
	run_status '0|1' pick shop --json
	json_is .choice.label shop_20261101_020000.sql
}
