# Bad inputs B20 to B29 of docs/formats/bad-inputs.md: tars, zips, wrappings that ask for much, encrypted files. Each has a twin that is
# well.

load lib
load bad

setup() {
	new_world
	cd "$WORLD" || return 1
	plain_dump 100 >good.sql
}

teardown() {
	cd /
	end_world
}

# spare: from here on the program may take 800 MB of address space, which is less than any of these bombs would like.
spare() {
	as=(prlimit --as=800000000)
}

@test "B20: a tar with devices, pipes and links that lead out" {
	[ "$(id -u)" = 0 ] || skip "only root can make a device"
	mkdir in
	cp good.sql in/
	tar -cf w.tar in
	well w.tar
	no has_code w.tar member-unsafe
	mknod in/null c 1 3
	ln -s ../../etc/passwd in/out
	tar -cf b.tar in
	well b.tar member-unsafe # a base backup may hold links: told, as a warning
	[ "$(its '[.findings[] | select(.code == "member-unsafe") | .severity] | unique | join(" ")')" = warning ]
	tar -cPf b.tar --transform 's,^in/good,/etc/good,' in/good.sql
	told_as 1 damaged member-unsafe b.tar
	tar -cPf b.tar --transform 's,^in/good,../../good,' in/good.sql
	told_as 1 damaged member-unsafe b.tar
	[ ! -e ../../good.sql ] && [ ! -e /etc/good.sql ]
}

@test "B21: a tar with a size below zero, or told twice and otherwise" {
	forge tar good w.tar
	well w.tar
	forge tar negative b.tar
	told_as 1 damaged malformed b.tar
	forge tar pax b.tar
	told_as 1 damaged size-conflict b.tar
}

@test "B22: a zip whose members overlap is told before it is a bomb" {
	spare
	forge overlapping b.zip
	SECONDS=0
	told_as 1 damaged size-conflict b.zip
	[ $SECONDS -lt 30 ]
	its '.findings[].text' | grep -q overlap
	seq 1 4000 >a
	seq 1 3000 >b
	zip -q w.zip a b
	well w.zip
}

@test "B24: three wrappings around each other are one too many" {
	gzip -nc good.sql | gzip -n >w.sql.gz.gz
	well w.sql.gz.gz
	gzip -nc w.sql.gz.gz >b.sql.gz
	told_as 3 unreadable limit-reached b.sql.gz
}

@test "B25: a little zstd that is a gigabyte of zeros costs its time and no memory" {
	spare
	head -c 300M /dev/zero | zstd -q -1 >b.zst
	[ "$(stat -c %s b.zst)" -lt 40000 ]
	told_as 4 unproven not-a-backup b.zst
	[ "$(its .unwrapped)" = 314572800 ]
	zstd -qc good.sql >w.sql.zst
	well w.sql.zst
}

@test "B26: a zstd frame that asks for a window of 2 GiB" {
	spare
	forge zstd_window b.sql.zst
	told_as 3 unreadable limit-reached b.sql.zst
	zstd -qc --long=27 good.sql >w.sql.zst
	well w.sql.zst
}

@test "B27: an xz that asks for a dictionary of 1.5 GiB" {
	spare
	xz -c good.sql >w.sql.xz
	well w.sql.xz
	forge xz_dictionary w.sql.xz b.sql.xz
	told_as 3 unreadable limit-reached b.sql.xz
}

@test "B28: a zstd frame without a checksum is told" {
	zstd -qc --no-check good.sql >b.sql.zst
	well b.sql.zst no-checksum
	zstd -qc good.sql >w.sql.zst
	well w.sql.zst
	no has_code w.sql.zst no-checksum
}

@test "B29: encrypted files are named, called neither sound nor damaged, and sealed by a digest" {
	printf 'age-encryption.org/v1\n-> X25519 abc\nxyz\n--- mac\n' >b.sql.gz.age
	head -c 500 /dev/urandom >>b.sql.gz.age
	openssl enc -aes-256-cbc -pbkdf2 -k word -in good.sql -out b.sql.enc 2>openssl.err
	mkdir -m 700 gpg
	gpg --homedir gpg --batch -q --pinentry-mode loopback --passphrase word -o b.sql.gpg -c good.sql 2>gpg.err
	for it in b.sql.gz.age b.sql.enc b.sql.gpg; do
		[ -s "$it" ]
		told_as 4 unproven encrypted "$it"
		[ "$(its .format)" = raw ]
		sha256sum "$it" >"$it.sha256"
		run_status '0|4' inspect --json "$it"
		[ "$(its .levels.sealed)" = pass ]
		printf x >>"$it"
		touch -d '1 minute ago' "$it"
		told_as 1 damaged digest-changed "$it"
	done
}
