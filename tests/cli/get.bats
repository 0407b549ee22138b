# A backup brought to a folder: digests compared, nothing written over, nothing outside, commands with the new paths.
load lib
load tool

one() {
	mkdir -p repo/daily
	plain_dump 100 | gzip -n >repo/daily/shop_20261120_020000.sql.gz
	touch -d 2026-11-20T03:00:00Z repo/daily/shop_20261120_020000.sql.gz
	backstay repo add local repo
	backstay source add shop --match 'shop_*'
	backstay scan
	backstay verify
	ends 0
}

@test "a file comes with its digest, its mtime and commands that name its new place" {
	one
	backstay get daily/shop place/deeper --json
	ends 0
	json 'set(d) == {"fetched", "findings", "note", "commands"} and len(d.fetched) == 1 and d.findings == []'
	json 'd.fetched[0].path.endswith("/place/deeper/daily/shop_20261120_020000.sql.gz") and d.fetched[0]["from"] == "local" and d.fetched[0].compared'
	json '"/place/deeper/daily/shop_20261120_020000.sql.gz" in " ".join(d.commands) and "/repo/" not in " ".join(d.commands)'
	[ "$(sha256sum <place/deeper/daily/shop_20261120_020000.sql.gz)" = "$(sha256sum <repo/daily/shop_20261120_020000.sql.gz)" ]
	[ "$(python3 -c 'import json; print(json.load(open(".out"))["fetched"][0]["digests"]["sha256"])')  -" = "$(sha256sum <repo/daily/shop_20261120_020000.sql.gz)" ]
	[ "$(stat -c %Y place/deeper/daily/shop_20261120_020000.sql.gz)" = "$(date -d 2026-11-20T03:00:00Z +%s)" ]
	[ -z "$(find place -name '.backstay*')" ]
}

@test "a name that is there is refused, and what is there stays as it is" {
	one
	mkdir -p there/daily
	echo mine >there/daily/shop_20261120_020000.sql.gz
	backstay get 1 there --json
	ends 5
	json 'd.error.code == "refused"'
	[ "$(cat there/daily/shop_20261120_020000.sql.gz)" = mine ]
	ln -sf "$PWD/elsewhere" there/daily/shop_20261120_020000.sql.gz
	backstay get 1 there
	ends 5
	[ ! -e elsewhere ]
}

@test "no link in the place leads elsewhere" {
	one
	mkdir there elsewhere
	ln -s ../elsewhere there/daily
	backstay get 1 there
	ends 5
	[ -z "$(ls elsewhere)" ]
}

@test "other bytes than the registered ones are not kept: digest-changed, 1" {
	one
	cp -p repo/daily/shop_20261120_020000.sql.gz was
	printf X | dd of=repo/daily/shop_20261120_020000.sql.gz bs=1 seek=200 conv=notrunc status=none
	touch -r was repo/daily/shop_20261120_020000.sql.gz
	backstay get 1 there --json
	ends 1
	json 'd.findings[0].code == "digest-changed" and d.fetched == [] and d.commands == []'
	[ -z "$(find there -type f)" ]
	cp -p was repo/daily/shop_20261120_020000.sql.gz
	backstay get 1 there
	ends 0
	says "its digest is the registered one"
}

@test "a backup that is proven no good is brought, told, and no success" {
	one
	plain_dump 100 | gzip -n | head -c 300 >repo/daily/shop_20261121_020000.sql.gz
	touch -d 2026-11-21T03:00:00Z repo/daily/shop_20261121_020000.sql.gz
	cp "$SOURCE_ROOT/tests/corpus/pg-basebackup/17.tar.zst" repo/base.tar.zst
	touch -d 2026-11-21T03:00:00Z repo/base.tar.zst
	backstay scan
	backstay verify
	ends 1
	backstay get daily/shop_20261121 there --json
	ends 1
	json 'len(d.fetched) == 1 and d.findings == [] and d.note == "the best copy is damaged" and d.commands'
	cmp repo/daily/shop_20261121_020000.sql.gz there/daily/shop_20261121_020000.sql.gz
	backstay get daily/shop_20261121 there2 --quiet
	ends 1
	complains 'daily/shop_20261121_020000.sql.gz: the best copy is damaged'
	backstay get base.tar.zst there3 --quiet
	ends 0
	silent
	sqlite3 "$BACKSTAY_CATALOG" "UPDATE artifacts SET verdict = 'damaged' WHERE path = 'base.tar.zst'"
	backstay get base.tar.zst there4 --json
	ends 1
	json 'len(d.fetched) == 1 and d.note.startswith("the best copy is damaged") and d.commands'
}

@test "of two copies --from names one; a repo that has none is told, and one that does not exist is asked wrongly" {
	one
	mkdir other bare
	cp -pr repo/daily other/
	backstay repo add other other
	backstay repo add bare bare
	backstay scan
	backstay verify
	backstay get 1 there --from other --json
	ends 0
	json 'd.fetched[0]["from"] == "other"'
	backstay get 1 there2 --from bare
	ends 3
	backstay get 1 there2 --from nowhere
	ends 2
	backstay get nothing there2
	ends 2
	backstay get 1
	ends 2
}

@test "a folder is one artifact: all of its files, under the digest of a folder" {
	mkdir repo
	cp -r "$SOURCE_ROOT/tests/corpus/pgdump-directory/15-copy" repo/shop_dir
	find repo -exec touch -d 2026-11-20T03:00:00Z {} +
	backstay repo add local repo
	backstay source add shop --match 'shop_*'
	backstay scan
	backstay verify
	backstay get 1 there --json
	ends 0
	json 'len(d.fetched) == 1 and d.fetched[0].compared and "/there/shop_dir" in " ".join(d.commands)'
	diff -r repo/shop_dir there/shop_dir
	rm -rf there
	echo more >>repo/shop_dir/toc.dat
	backstay get 1 there --json
	ends 1
	json 'd.findings[0].code == "digest-changed"'
	[ -z "$(find there -mindepth 1)" ]
}
