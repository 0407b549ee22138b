# Tars and zips: backups in them are items, of one backup in the catalog.
load tool

prepare() {
	export BACKSTAY_TEST_CLOCK=2026-11-23T12:00:00Z
	T="$SOURCE_ROOT/tests/corpus/tar"
	Z="$SOURCE_ROOT/tests/corpus/zip"
	D="$SOURCE_ROOT/tests/corpus/pgdump-custom"
	mkdir repo
}

aged() {
	find repo -exec touch -d 2026-11-23T03:00:00Z {} +
}

spoil() { # spoil FILE BYTE: flips a bit there
	python3 -c '
import sys
f = open(sys.argv[1], "r+b"); f.seek(int(sys.argv[2])); b = f.read(1)[0] ^ 1; f.seek(int(sys.argv[2])); f.write(bytes([b]))' "$1" "$2"
}

@test "backups in a tar or zip are its members" {
	for a in "$T/backups.tar" "$Z/backups.zip" "$Z/backups-pipe.zip"; do
		backstay inspect --json "$a"
		ends 0
		json 'd.inspected[0].verdict == "sound" and [m.path for m in d.inspected[0].members] == ["data.dump", "schema.dump.gz", "void.dump"]'
		json 'd.inspected[0].members[1].wrapping == ["gzip"] and d.inspected[0].members[1].content == "schema"'
		json 'd.inspected[0].content == "full" and d.inspected[0].levels.whole == "pass"'
		json 'd.inspected[0].members[0].digests == {"xxh3_128": None, "sha256": None}'
	done
	backstay inspect "$T/backups.tar"
	says "tar gnu, full, 9 tables, 70 rows"
	says "    sound        schema.dump.gz"
	backstay inspect "$T/gnu-posix.tar" "$Z/info.zip"
	ends 0
	backstay inspect --json "$Z/info.zip"
	json '"members" not in d.inspected[0]'
}

@test "required tables are met by the members together" {
	backstay inspect --json --require users:40 "$Z/backups.zip"
	ends 0
	json 'd.inspected[0].levels.covered == "pass"'
	backstay inspect --json --require users:41 "$Z/backups.zip"
	ends 1
	json 'd.inspected[0].levels.covered == "fail" and any(f.code == "rows-below-floor" for f in d.inspected[0].findings)'
	backstay inspect --json --require users "$Z/info.zip"
	ends 1
	json 'any(f.code == "required-table-missing" for f in d.inspected[0].findings)'
	backstay inspect --json --require users "$Z/info-encrypted.zip"
	ends 4
	json 'd.inspected[0].levels.covered == "unprovable" and d.inspected[0].verdict == "unproven"'
}

@test "the same dump twice is not twice the rows" {
	cp "$D/15-z6-copy.dump" a.dump
	cp a.dump b.dump
	tar -cf two.tar a.dump b.dump
	backstay inspect --json --require users:41 two.tar
	ends 1
	json 'max(t.rows for t in d.inspected[0].tables if t.name == "users") == 40'
}

@test "a member that is damaged is told, in the archive and in the item" {
	cp "$D/15-z6-copy.dump" good.dump
	head -c 6000 good.dump >bad.dump
	tar -cf bad.tar good.dump bad.dump
	backstay inspect --json bad.tar
	ends 1
	json 'd.inspected[0].verdict == "damaged" and [m.verdict for m in d.inspected[0].members] == ["sound", "damaged"]'
	json 'd.inspected[0].findings[0].where.startswith("bad.dump byte ")'
	backstay inspect --quiet bad.tar
	ends 1
	complains "damaged: bad.tar: truncated: "
	backstay inspect bad.tar
	[ "$(grep -c truncated <<<"$out")" -eq 1 ]
}

@test "a cut tar or zip is damaged, also where a member ends" {
	for n in 1024 5632 9728 10240; do
		head -c "$n" "$T/backups.tar" >cut.tar
		backstay inspect --json cut.tar
		ends 1
		json 'd.inspected[0].verdict == "damaged" and any(f.code == "truncated" for f in d.inspected[0].findings)'
	done
	head -c -1 "$Z/backups.zip" >cut.zip
	backstay inspect --json cut.zip
	ends 1
	json 'd.inspected[0].findings[0].code == "truncated"'
}

@test "a zip whose headers differ, and bytes that are not those of their checksum" {
	cp "$Z/backups.zip" z.zip
	spoil z.zip 60
	backstay inspect --json z.zip
	ends 1
	json 'd.inspected[0].findings[0].code in ("malformed", "checksum-mismatch")'
	cp "$Z/backups.zip" z.zip
	spoil z.zip 22
	backstay inspect --json z.zip
	ends 1
	json 'any(f.code == "size-conflict" for f in d.inspected[0].findings)'
}

@test "unsafe names and links are told, and nothing is extracted" {
	mkdir in
	echo x >in/stray
	tar -cPf up.tar --transform 's,^in/,../../,' in/stray
	backstay inspect --json up.tar
	ends 1
	json 'd.inspected[0].findings[0].code == "member-unsafe" and d.inspected[0].findings[0].where == "../../stray"'
	ln -s /etc/passwd in/soft
	tar -cf soft.tar in
	backstay inspect --json soft.tar
	ends 0
	json 'any(f.code == "member-unsafe" and f.severity == "warning" for f in d.inspected[0].findings)'
	[ ! -e ../stray ] && [ ! -e ../../stray ]
}

@test "an archive in an archive, an encrypted and an empty one are named" {
	backstay inspect --json "$T/nested.tar" "$Z/nested.zip"
	ends 0
	json 'all(any(f.code == "not-entered" and f.severity == "note" for f in i.findings) for i in d.inspected)'
	backstay inspect --json "$Z/info-encrypted.zip"
	ends 4
	json 'd.inspected[0].verdict == "unproven" and d.inspected[0].findings[0].code == "encrypted"'
	backstay inspect --json "$T/empty.tar" "$Z/empty.zip"
	ends 1
	json 'all(i.content == "empty" and i.verdict == "incomplete" and i.findings[0].code == "empty" for i in d.inspected)'
}

# limited KIB: of address space, from here on. A sanitizer's own takes terabytes of it.
limited() { ldd "$BACKSTAY" | grep -q libasan || ulimit -v "$1"; }

@test "a bomb costs no memory" {
	head -c 200M /dev/zero | gzip -1 >zeros.gz
	zip -q9 bomb.zip zeros.gz
	truncate -s 40G sparse
	tar -Scf sparse.tar sparse
	(limited 600000 && "$BACKSTAY" inspect bomb.zip sparse.tar >said) || { cat said; return 1; }
	grep -q "sound        bomb.zip" said
}

@test "an archive is scanned, verified with its members' tables, and its findings name the member" {
	cp "$D/15-z6-copy.dump" shop.dump
	zip -q repo/shop_20261122.zip shop.dump
	head -c 6000 "$D/15-z6-copy.dump" >shop.dump
	zip -q repo/shop_20261123.zip shop.dump
	aged
	backstay repo add local repo
	backstay source add shop --match 'shop*'
	backstay scan
	ends 0
	backstay verify --json
	ends 1
	json 'sorted(v.verdict for v in d.verified) == ["damaged", "sound"]'
	json 'all(v.format == "zip" and len(v.members) == 1 for v in d.verified)'
	backstay tables shop_20261122 --json
	ends 0
	json 'any(t.name == "users" and t.rows == 40 for t in d.tables)'
	backstay checks shop_20261123 --json
	json 'any(f.where and f.where.startswith("shop.dump byte ") for c in d.checks for f in c.findings)'
}
