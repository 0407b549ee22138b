# What was found stays told: copies, sources that are named after the first scan, places that are away.
load tool

prepare() {
	export BACKSTAY_TEST_CLOCK=2026-11-07T12:00:00Z
	mkdir repo cold
	for d in 01 02 04; do cp "$SOURCE_ROOT/tests/sample/shop_202611${d}_020000.sql.gz" repo; done
	find repo -type f -exec touch -d 2026-11-07T03:00:00Z {} +
}

two_places() {
	cp -p repo/* cold
	backstay source add shop --match 'shop_*'
	backstay repo add local repo
	backstay repo add cold cold --read-only
	backstay scan
	ends 0
	backstay verify
	ends 0
}

@test "verify ends with 1 as long as what it found bad stands, also when nothing is due" {
	truncate -s 3000 repo/shop_20261104_020000.sql.gz
	touch -d 2026-11-07T03:00:00Z repo/*
	backstay source add shop --match 'shop_*'
	backstay repo add local repo
	backstay scan
	backstay verify
	ends 1
	backstay verify --json
	ends 1
	json 'd.counts.matched == 0 and d.counts.fresh == 3 and d.counts.fresh_trouble == 1'
	backstay verify
	says "1 of them in trouble"
	backstay ack shop_20261104 --reason known
	backstay verify
	ends 0
}

@test "a bad copy beside a good one is trouble of the source, until it is acknowledged" {
	two_places
	printf 'x' | dd of=repo/shop_20261102_020000.sql.gz bs=1 seek=2000 conv=notrunc 2>/dev/null
	touch -d 2026-11-07T03:00:00Z repo/shop_20261102_020000.sql.gz
	backstay verify --all
	ends 1
	backstay status --json
	ends 1
	json '"digest-changed" in [t.code for t in d.sources[0].trouble]'
	backstay nightly
	ends 1
	says "in trouble"
	backstay list --verdict sound --json
	json 'len(d.backups) == 3'
	backstay ack shop_20261102 --reason 'copied again tomorrow'
	backstay status
	ends 0
}

@test "a copy that vanished is trouble although another one is there" {
	two_places
	rm cold/shop_20261101_020000.sql.gz
	backstay scan
	ends 1
	backstay status --json
	ends 1
	json '[t.code for t in d.sources[0].trouble] == ["missing"]'
	backstay ack shop_20261101 --reason 'thrown away'
	backstay status
	ends 0
}

@test "doctor is content with a catalog whose copies were joined" {
	two_places
	backstay list --json
	json 'len(d.backups) == 3 and all(sorted(b.repos) == ["cold", "local"] for b in d.backups)'
	backstay doctor
	ends 0
	says "which the catalog is not in"
}

@test "a source that is named after the first scan gets what its globs claim, copies joined, the guess gone" {
	cp -p repo/* cold
	mkdir repo/deep
	mv repo/*.gz repo/deep
	backstay repo add local repo
	backstay repo add cold cold
	backstay scan
	backstay verify
	ends 0
	backstay source list --json
	json '[(s.name, s.guessed) for s in d.sources] == [("deep/shop", True), ("shop", True)]'
	backstay source add app --match '*shop_*'
	backstay scan --dry-run --json
	json 'len([a for a in d.actions if a.reason == "claimed" and a.source == "app"]) == 6'
	backstay source list --json
	json 'len(d.sources) == 3'
	backstay scan --json
	ends 0
	json 'len([a for a in d.actions if a.reason == "claimed"]) == 6 and d.scanned.unchanged == 6'
	backstay source list --json
	json '[s.name for s in d.sources] == ["app"]'
	backstay list --json
	json 'len(d.backups) == 3 and all(len(b.repos) == 2 and b.source == "app" and not b.source_guessed for b in d.backups)'
	backstay scan --json
	json 'd.actions == []'
	backstay doctor
	ends 0
}

@test "a tier glob that is declared later reaches what is there" {
	backstay repo add local repo
	backstay scan
	cat >b.conf <<-'END'
	source shop { match = {"shop_*"} predeploy = "*1104*" }
	END
	backstay scan --config b.conf
	ends 0
	backstay list --config b.conf --tier predeploy --json
	ends 0
	json '[b.label for b in d.backups] == ["shop_20261104_020000.sql.gz"] and d.backups[0].source_guessed is False'
}

@test "another dump zone moves the times that were read in the old one" {
	backstay source add shop --match 'shop_*'
	backstay repo add local repo
	backstay scan
	backstay list --last 1 --json
	json 'd.backups[0].taken_at == "2026-11-04T02:00:00Z" and d.backups[0].taken_from == "name"'
	backstay set shop_20261102 --taken-at 2026-11-02T02:30:00Z
	backstay source set shop --dump-zone Asia/Tokyo
	backstay scan --json
	ends 0
	json 'len(d.actions) == 2'
	backstay list --json
	json '[b.taken_at for b in d.backups] == ["2026-11-03T17:00:00Z", "2026-11-02T02:30:00Z", "2026-10-31T17:00:00Z"]'
	backstay scan --json
	json 'd.actions == []'
}

@test "a file that two sources claim is 2, also when it is known already" {
	backstay source add shop --match 'shop_*'
	backstay repo add local repo
	backstay scan
	ends 0
	backstay source add other --match '*.gz'
	backstay scan
	ends 2
	complains "claimed by two sources, other and shop"
}

@test "the counts of a scan add up, whatever lies there" {
	echo words >repo/README
	echo half >repo/x.dump.part
	sha256sum repo/*.gz >repo/SHA256SUMS
	ln -s /etc/passwd repo/link
	backstay repo add local repo
	backstay scan --json
	ends 0
	json 'd.scanned.seen == 6 and d.scanned.added == 3 and d.scanned.ignored == 3'
	backstay scan --json
	json 'd.scanned.seen == 6 and d.scanned.unchanged == 3 and d.scanned.ignored == 3'
	cp repo/shop_20261101_020000.sql.gz repo/shop_20261102_020000.sql.gz
	touch -d 2026-11-07T04:00:00Z repo/shop_20261102_020000.sql.gz
	backstay scan --json
	ends 0
	json 'd.scanned.changed == 1 and d.scanned.added == 0 and d.scanned.seen == 6 and d.scanned.unchanged == 2'
	json '[(a["from"], a.to, a.reason) for a in d.actions] == [("live", "missing", "replaced"), (None, "live", "new")]'
}

@test "add --tier predeploy --reason is one hold, however often it is said" {
	backstay repo add local repo
	for i in 1 2; do
		backstay add repo/shop_20261104_020000.sql.gz --tier predeploy --reason v1.42
		ends 0
	done
	backstay hold list --json
	ends 0
	json 'len(d.holds) == 1 and d.holds[0].reason == "v1.42"'
}

@test "a place that is away takes no proof with it" {
	two_places
	mv repo away
	mkdir repo
	backstay verify --all
	ends 3
	backstay list --json
	json 'all(b.verdict == "sound" for b in d.backups)'
	backstay status
	ends 0
	backstay nightly --quiet
	ends 3
	[ "$(wc -l <<<"$err")" -eq 1 ]
	complains "not mounted"
}

@test "list shows what lies there; what does not is there for who asks" {
	backstay repo add local repo
	backstay scan
	rm repo/shop_20261101_020000.sql.gz
	cp repo/shop_20261102_020000.sql.gz repo/shop_20261104_020000.sql.gz
	touch -d 2026-11-07T04:00:00Z repo/shop_20261104_020000.sql.gz
	backstay scan
	ends 1
	backstay list --json
	json 'sorted(b.label[:13] for b in d.backups) == ["shop_20261102", "shop_20261104"]'
	backstay list --json --state missing
	ends 0
	json 'sorted((b.label[:13], b.state_reason) for b in d.backups) == [("shop_20261101", "vanished"), ("shop_20261104", "replaced")]'
}

@test "a command that was asked wrongly leaves no catalog behind" {
	for c in "repo add x nowhere" "source add x --dump-zone Mars/Olympus" "import nowhere"; do
		backstay $c
		ends 2
		[ ! -e "$BACKSTAY_CATALOG" ]
	done
	backstay list
	ends 2
}

@test "times out have no fraction, wherever they come from" {
	touch -d 2026-11-07T03:00:00.987654321Z repo/*
	mv repo/shop_20261104_020000.sql.gz repo/plain.sql.gz
	unset BACKSTAY_TEST_CLOCK
	backstay repo add local repo
	backstay scan
	backstay nightly --json
	[[ ! $out =~ T[0-9:]*\.[0-9] ]]
	backstay show plain.sql.gz --json
	json 'd.backup.taken_at == "2026-11-07T03:00:00Z" and d.backup.taken_from == "mtime"'
	[[ ! $out =~ T[0-9:]*\.[0-9] ]]
}

@test "another empty folder where a read-only repo lay is not mounted, not a loss" {
	backstay repo add cold repo --read-only
	backstay scan
	ends 0
	mv repo away
	mkdir repo
	backstay scan --json
	ends 3
	json 'd.actions == [] and d.findings[0].code == "not-mounted"'
	backstay verify --all
	ends 3
	backstay list --json
	json 'len(d.backups) == 3'
	rmdir repo
	cp -rp away repo # its disk was renumbered: the files prove that it is the same
	backstay scan
	ends 0
	rm repo/shop_20261101_020000.sql.gz
	backstay scan
	ends 1
}

@test "one place under two names is refused" {
	backstay repo add one repo
	ln -s repo link
	backstay repo add two link
	ends 2
	complains "the same folder as repo one"
	cp -r repo other
	rm other/.backstay-repo
	backstay repo add cold other --read-only
	ends 0
	backstay repo add cold2 other/../other --read-only
	ends 2
	cat >b.conf <<-END
	repo one { url = "repo" }
	END
	backstay --config b.conf repo list --json
	ends 0
	json '[r.url.startswith("file:///") for r in d.repos] == [True, True]'
}

@test "a read-only repo that becomes writable gets its marker at the next scan" {
	backstay repo add cold repo --read-only
	[ ! -e repo/.backstay-repo ]
	backstay repo set cold --writable
	backstay scan
	ends 0
	[ -e repo/.backstay-repo ]
	mv repo away
	mkdir repo
	backstay scan
	ends 3
	says "not mounted"
}

@test "pick tells a nearest point only where it is another one" {
	backstay source add shop --match 'shop_*'
	backstay repo add r repo
	backstay scan
	backstay verify
	backstay pick shop
	ends 0
	[[ $out != *before* ]]
	says "loses 2d more"
	backstay pick shop --at 2020-01-01
	ends 1
	says "after      backup"
	backstay pick shop --level restored
	ends 1
	says "before     backup"
}

@test "what others clean is no trouble, unless a hold or the floor loses by it" {
	touch -d 2026-10-01T03:00:00Z repo/*
	cp -p repo/shop_20261104_020000.sql.gz repo/shop_20261029_020000.sql.gz
	backstay source add shop --match 'shop_*'
	backstay repo add local repo --cleaned-by-others 5d
	backstay scan
	backstay verify
	ends 0
	rm repo/shop_20261029*
	backstay scan --json
	ends 0
	json '[a.reason for a in d.actions] == ["cleaned by others"]'
	backstay status
	ends 0
	backstay hold add shop_20261101 --reason audit
	rm repo/shop_20261101*
	backstay scan --json
	ends 1
	json '[a.reason for a in d.actions] == ["vanished"]'
	backstay ack shop_20261101 --reason 'it is on a tape'
	backstay status
	ends 0
	rm repo/shop_20261104* # one good one would be left
	backstay scan
	ends 1
	backstay status
	ends 1
}

@test "folders that carry the date do not make a source each night" {
	mkdir -p repo/2026-11-01 repo/nightly-20261102 repo/2026/11/04 repo/host1 repo/host2
	for f in 2026-11-01/01 nightly-20261102/02 2026/11/04/04 host1/01 host2/02; do
		mv repo/shop_202611${f##*/}_020000.sql.gz repo/${f%/*}/shop.sql.gz 2>/dev/null ||
			cp -p "$SOURCE_ROOT/tests/sample/shop_202611${f##*/}_020000.sql.gz" repo/${f%/*}/shop.sql.gz
	done
	backstay repo add local repo
	backstay scan --json
	ends 0
	json 'sorted((a.label, a.source) for a in d.actions) == [("2026-11-01/shop.sql.gz", "shop"), ("2026/11/04/shop.sql.gz", "shop"),
		("host1/shop.sql.gz", "host1/shop"), ("host2/shop.sql.gz", "host2/shop"), ("nightly-20261102/shop.sql.gz", "nightly/shop")]'
}
