# Dumps of many members: a tar.
load tool

prepare() {
	export BACKSTAY_TEST_CLOCK=2026-11-23T12:00:00Z
	T="$SOURCE_ROOT/tests/corpus/pgdump-tar"
	mkdir repo
}

aged() {
	find repo -exec touch -d 2026-11-23T03:00:00Z {} +
}

@test "a tar dump is walked, wrapped or not" {
	gzip -c "$T/15-copy.tar" >t.tar.gz
	backstay inspect "$T/15-copy.tar" t.tar.gz
	ends 0
	says "pgdump-tar 1.14, full, 9 tables, 70 rows"
	says "pgdump-tar 1.14 in gzip, full, 9 tables, 70 rows"
	backstay inspect --require users:40 --json t.tar.gz
	ends 0
	json 'd.inspected[0].levels.covered == "pass" and d.inspected[0].wrapping == ["gzip"]'
	backstay inspect --require users:41 --json t.tar.gz
	ends 1
	json 'any(f.code == "rows-below-floor" for f in d.inspected[0].findings)'
}

@test "a tar dump that is cut, also where a member ends, is damaged" {
	for n in 9216 15000 29184 30207; do
		head -c "$n" "$T/15-copy.tar" >cut.tar
		backstay inspect --json cut.tar
		ends 1
		json 'd.inspected[0].format == "pgdump-tar" and d.inspected[0].verdict == "damaged" and d.inspected[0].findings[0].code == "truncated"'
	done
}

@test "a tar dump without one of its members is incomplete" {
	mkdir members
	tar -xf "$T/15-copy.tar" -C members
	tar -tf "$T/15-copy.tar" | grep -v 3378.dat >names
	tar --format=ustar -cf lost.tar -C members -T names
	backstay inspect --json lost.tar
	ends 1
	json 'd.inspected[0].verdict == "incomplete"'
	json 'any(f.code == "member-missing" and f.where == "3378.dat" for f in d.inspected[0].findings)'
}

@test "a tar dump is scanned, verified and picked" {
	cp "$T/15-copy.tar" repo/shop.tar
	aged
	backstay repo add local repo
	backstay source add shop --match 'shop*'
	backstay scan
	ends 0
	backstay verify --json
	ends 0
	json 'd.verified[0].format == "pgdump-tar" and d.verified[0].verdict == "sound"'
	backstay pick shop --json
	ends 0
	json 'any("pg_restore --exit-on-error" in c and c.endswith("/repo/shop.tar") for c in d.choice.commands)'
}
