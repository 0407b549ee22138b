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

data_folder() { # a base backup as a data directory, in a repo with what NAME's link leads to
	mkdir -p repo/base repo/spaces/odd/PG_17_202406281/5 repo/spaces/odd/PG_17_202406281/hollow repo/spaces/odd/other
	zstd -qdc "$SOURCE_ROOT/tests/corpus/pg-basebackup/17.tar.zst" | tar -x -C repo/base
	echo rows >repo/spaces/odd/PG_17_202406281/5/1
	echo else >repo/spaces/odd/other/secret
	mkdir -p repo/base/pg_tblspc
	ln -s "$1" repo/base/pg_tblspc/16384
	find repo -exec touch -h -d 2026-11-20T03:00:00Z {} +
	backstay repo add local repo
	backstay source add shop --match 'base'
	backstay scan
	backstay verify
}

@test "a tablespace that lies in the repo comes in the place of its link, with nothing but what a server made there" {
	data_folder "$PWD/repo/spaces/odd"
	backstay get base there --json
	ends 0
	[ "$(cat there/base/pg_tblspc/16384/PG_17_202406281/5/1)" = rows ]
	[ -d there/base/pg_tblspc/16384/PG_17_202406281/hollow ]
	[ -z "$(find there -type l)" ]
	[ ! -e there/base/pg_tblspc/16384/other ]
	json '"behind 1 links no digest is registered" in d.note and d.commands'
	rm repo/base/pg_tblspc/16384
	ln -s ../../spaces/odd repo/base/pg_tblspc/16384
	backstay get base by_a_relative_one
	ends 0
	[ "$(cat by_a_relative_one/base/pg_tblspc/16384/PG_17_202406281/5/1)" = rows ]
}

@test "a link out of the repo is not followed, wherever it hides, and nothing of the backup stays" {
	mkdir -p outside/PG_17_202406281
	echo secret >outside/PG_17_202406281/file
	data_folder "$PWD/outside"
	for to in /etc "$PWD/outside" ../../../outside .. "$PWD/repo/spaces/../../outside"; do
		rm repo/base/pg_tblspc/16384
		ln -s "$to" repo/base/pg_tblspc/16384
		backstay get base there
		ends 3
		complains "leads out of the repo"
		[ -z "$(find there -mindepth 1 ! -name base)" ]
	done
	# through a link in the repo
	ln -s "$PWD/outside" repo/by
	rm repo/base/pg_tblspc/16384
	ln -s "$PWD/repo/by" repo/base/pg_tblspc/16384
	backstay get base there
	ends 3
	# a link where the files of a tablespace should be
	rm repo/base/pg_tblspc/16384 repo/spaces/odd/PG_17_202406281/5/1
	ln -s /etc/passwd repo/spaces/odd/PG_17_202406281/5/1
	ln -s "$PWD/repo/spaces/odd" repo/base/pg_tblspc/16384
	backstay get base there
	ends 3
	complains "no regular file"
	# any other link
	rm repo/base/pg_tblspc/16384
	ln -s "$PWD/repo/spaces/odd" repo/base/base/other
	backstay get base there
	ends 3
	complains "no regular file"
	[ -z "$(find there -type f)" ] && [ -z "$(find there -name '.backstay*')" ]
}
