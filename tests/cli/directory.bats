# Folders that are one backup: dumps of pg_dump -Fd.
load tool

prepare() {
	export BACKSTAY_TEST_CLOCK=2026-11-23T12:00:00Z
	D="$SOURCE_ROOT/tests/corpus/pgdump-directory"
	mkdir -p repo/daily
}

aged() { # [WHEN]
	find repo -exec touch -d "${1-2026-11-23T03:00:00Z}" {} +
}

registered() {
	backstay repo add local repo
	backstay scan
	ends 0
}

found() { # CODE [WHERE]
	json "any(f.code == '$1' ${2:+and f.where == '$2'} for f in d.inspected[0].findings)"
}

@test "a folder is one PATH, walked whole and digested as sha256sum prints its files" {
	backstay inspect --jobs 4 "$D/15-copy/" "$D/17-zstd-data"
	ends 0
	says "pgdump-directory 1.14, full, 9 tables, 70 rows"
	says "pgdump-directory 1.16, data, 8 tables, 70 rows"
	(cd "$D/15-copy" && find . -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 sha256sum) >sums
	backstay inspect --json "$D/15-copy"
	ends 0
	json "d.inspected[0].verdict == 'sound' and d.inspected[0].digests.sha256 == '$(sha256sum <sums | cut -c -64)'"
	json "d.inspected[0].size == $(( $(find "$D/15-copy" -type f -printf '%s\n' | paste -sd+) ))"
}

@test "names with a newline and a backslash are digested as sha256sum escapes them" {
	mkdir odd
	cp "$D/15-copy"/* odd
	printf x >"odd/a
b\\c"
	(cd odd && find . -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 sha256sum | sed 's/^\\//') >sums
	backstay inspect --json odd
	ends 1
	found member-unexpected
	json "d.inspected[0].digests.sha256 == '$(sha256sum <sums | cut -c -64)'"
}

@test "a member that is lost, cut, too many or a link is told by its name" {
	cp -R "$D/15-copy" lost && rm lost/3378.dat.gz
	backstay inspect --json lost
	ends 1
	found member-missing 3378.dat
	json 'd.inspected[0].verdict == "incomplete"'
	cp -R "$D/15-copy" cut && head -c 50 "$D/15-copy/3378.dat.gz" >cut/3378.dat.gz
	backstay inspect --json cut
	ends 1
	found truncated "3378.dat.gz byte 50"
	json 'd.inspected[0].verdict == "damaged"'
	cp -R "$D/15-copy" more && cp more/3378.dat.gz more/4000.dat.gz
	backstay inspect --json more
	ends 1
	found member-unexpected 4000.dat.gz
	cp -R "$D/15-copy" link && mv link/3378.dat.gz . && ln -s ../3378.dat.gz link/3378.dat.gz
	backstay inspect --json link
	ends 1
	found member-unsafe 3378.dat.gz
	cp -R "$D/15-copy" pipe && mkfifo pipe/fifo
	backstay inspect --json pipe
	ends 1
	found member-unsafe fifo
}

@test "a folder that nobody knows, or an empty one, is asked wrongly; one without its toc.dat is not" {
	mkdir other empty
	echo x >other/notes
	backstay inspect other
	ends 2
	complains "a folder, and no backup that is known"
	backstay inspect empty
	ends 2
	cp -R "$D/15-copy" lost && rm lost/toc.dat
	backstay inspect --json lost
	ends 1
	found member-missing toc.dat
	json 'd.inspected[0].format == "pgdump-directory" and d.inspected[0].verdict == "incomplete"'
}

@test "bare large objects have no end that could be proven" {
	backstay inspect --json "$D/15-z0-objects"
	ends 4
	found end-unprovable
	json 'd.inspected[0].verdict == "unproven" and d.inspected[0].levels.whole == "unprovable"'
	backstay inspect --json "$D/15-z0"
	ends 0
	json 'd.inspected[0].verdict == "sound"'
}

@test "a folder is scanned, verified and picked as one artifact with the sum of its files" {
	cp -R "$D/15-copy" repo/daily/shop
	cp -R "$D/15-copy" repo/daily/half.part
	aged
	backstay repo add local repo
	backstay source add shop --match 'daily/shop'
	backstay scan --json
	ends 0
	json 'len(d.actions) == 1 and d.actions[0].label == "daily/shop" and d.scanned.seen == 2 and d.scanned.ignored == 1'
	backstay list --json
	json "d.backups[0].taken_from == 'artifact' and d.backups[0].size == $(( $(find repo/daily/shop -type f -printf '%s\n' | paste -sd+) ))"
	backstay verify --json --jobs 4
	ends 0
	json 'len(d.verified) == 1 and d.verified[0].format == "pgdump-directory" and d.verified[0].verdict == "sound"'
	backstay verify --all --level sealed --json
	ends 0
	json 'd.verified[0].levels.sealed == "pass"'
	backstay verify --all --level present --json
	ends 0
	backstay scan --json
	json 'd.scanned.unchanged == 1 and d.actions == []'
	backstay pick shop --json
	ends 0
	json 'any("pg_restore --exit-on-error" in c and c.endswith("/repo/daily/shop") for c in d.choice.commands)'
}

@test "a changed byte under the same size and times is a changed digest" {
	cp -R "$D/15-z0" repo/shop
	aged
	registered
	backstay verify
	ends 0
	printf 'usen 9' | dd of=repo/shop/3380.dat bs=1 seek=3 conv=notrunc status=none
	aged
	backstay verify --all --json
	ends 1
	json 'any(f.code == "digest-changed" for f in d.verified[0].findings)'
}

@test "another size under the same times is looked at, and a lost member named" {
	cp -R "$D/15-z0" repo/shop
	aged
	registered
	backstay verify
	rm repo/shop/3378.dat
	aged
	backstay scan --json
	json 'd.actions[0].to == "digest-changed"'
	backstay verify --json
	ends 1
	json 'any(f.code == "member-missing" for f in d.verified[0].findings)'
	json 'any(f.code == "size-changed" for f in d.verified[0].findings)'
}

@test "a folder that is written again is a new backup, one that grows is itself, and one that goes is missing" {
	cp -R "$D/15-copy" repo/shop
	aged 2026-11-23T11:59:00Z
	backstay repo add local repo
	backstay scan --json
	json 'd.actions[0].to == "settling"'
	cp "$D/15-copy/3378.dat.gz" repo/shop/3999.dat.gz
	touch -d 2026-11-23T11:59:30Z repo/shop/3999.dat.gz
	backstay scan --json
	json 'len(d.actions) == 1 and d.actions[0].reason == "growing"'
	rm repo/shop/3999.dat.gz
	aged 2026-11-23T03:00:00Z
	backstay scan --json
	backstay verify
	ends 0
	rm -r repo/shop
	cp -R "$D/15-inserts" repo/shop
	aged 2026-11-23T04:00:00Z
	backstay scan --json
	json 'sorted((a.to, a.reason) for a in d.actions) == [("live", "new"), ("missing", "replaced")]'
	rm -r repo/shop
	backstay scan --json
	json 'd.actions[-1].to == "missing" and d.scanned.missing == 1'
}

@test "a folder is added by hand, and a folder that is no backup is not" {
	cp -R "$D/15-copy" repo/shop
	aged
	backstay repo add local repo
	backstay add repo/shop/ --source shop
	ends 2
	backstay source add shop
	backstay add repo/shop/ --source shop
	ends 0
	backstay list --json
	json 'd.backups[0].label == "shop" and d.backups[0].source == "shop"'
	backstay add repo/daily
	ends 2
	complains "no backup that is known"
}

@test "what lies beside the members is seen by itself, and the members are not" {
	cp -R "$D/15-copy" repo/shop
	cp "$SOURCE_ROOT/tests/corpus/pgdump-custom/15-void.dump" repo/shop/other.dump
	mkdir repo/shop/sub
	cp "$SOURCE_ROOT/tests/corpus/pgdump-custom/15-void.dump" repo/shop/sub/void.dump
	aged
	registered
	backstay list --json
	json 'sorted(b.label for b in d.backups) == ["shop", "shop/other.dump", "shop/sub/void.dump"]'
	backstay verify --json
	ends 1
	json 'any(f.code == "member-unexpected" and f.where == "other.dump" for v in d.verified for f in v.findings)'
}

@test "a dump that is still written has no toc.dat yet, and is one backup all the same" {
	cp -R "$D/15-copy" repo/shop
	rm repo/shop/toc.dat repo/shop/blobs.toc
	aged 2026-11-23T11:59:00Z
	backstay repo add local repo
	backstay scan --json
	json 'len(d.actions) == 1 and d.actions[0].label == "shop" and d.actions[0].to == "settling"'
	cp "$D/15-copy/toc.dat" "$D/15-copy/blobs.toc" repo/shop
	aged 2026-11-23T11:59:40Z
	backstay scan --json
	json 'len(d.actions) == 1 and d.actions[0].reason == "growing"'
	aged
	backstay scan
	backstay verify --json
	ends 0
	json 'd.verified[0].verdict == "sound" and d.verified[0].database == "shop"'
}

@test "a digest beside the folder is its digest from birth" {
	cp -R "$D/15-z0" repo/shop
	(cd repo/shop && find . -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | sed 's/-$/shop/') >repo/shop.sha256
	aged
	registered
	backstay verify --json
	ends 0
	json 'd.verified[0].digest_from == "birth" and d.verified[0].levels.sealed == "pass"'
	printf 'usen 9' | dd of=repo/shop/3380.dat bs=1 seek=3 conv=notrunc status=none
	backstay inspect --json repo/shop
	ends 1
	found digest-changed
}
