# What is left for the day on which the catalog's host is gone, and what a wish comes to when something has happened.
load lib
load tool

# One dump a night, 18 to 20 November, in two repos of two failure domains; the newest is in one of them alone.
world() {
	local day

	mkdir -p near far
	for day in 18 19 20; do
		plain_dump $((100 + day)) | sed "/^-- Dumped by/a -- Started on 2026-11-$day 02:00:00 UTC" >near/shop_202611${day}_020000.sql
		touch -d "2026-11-${day}T03:00:00Z" near/shop_202611${day}_020000.sql
	done
	cp -p near/shop_20261118* near/shop_20261119* far/
	{
		cat
		cat <<-END
		source shop { match = {"shop_*"} every = 3d }
		repo near { url = near domain = east }
		repo far { url = far domain = west }
		END
	} >b.conf
	export BACKSTAY_CONFIG=$PWD/b.conf
	backstay init
	backstay nightly
	ends 0
}

@test "nightly leaves a copy of the catalog, its digest and a page in each repo, and once is enough" {
	world <<<'contacts = {"dba@example.org", "+49 30 1234"}'
	for r in near far; do
		[ "$(stat -c %a $r/.backstay-catalog.db)" = 600 ]
		(cd $r && sha256sum --quiet -c .backstay-catalog.db.sha256)
		[ "$(sqlite3 $r/.backstay-catalog.db 'PRAGMA integrity_check')" = ok ]
		grep -q 'dba@example.org' $r/RESTORE.txt
		grep -q '+49 30 1234' $r/RESTORE.txt
		grep -q "createdb -T template0 shop_restored_2026" $r/RESTORE.txt
		[ -z "$(find $r -name '.backstay-tmp-*')" ]
	done
	[ -z "$(ls catalog.db.rescue* 2>/dev/null)" ]
	# each page tells what its own repo can give
	grep -q shop_20261120 near/RESTORE.txt
	grep -q "$(sha256sum <near/shop_20261120_020000.sql | cut -d ' ' -f 1)" near/RESTORE.txt
	[ "$(grep -c shop_20261120 far/RESTORE.txt)" = 0 ]
	grep -q shop_20261119 far/RESTORE.txt
	grep -q "$PWD/far/shop_20261119_020000.sql" far/RESTORE.txt
	before=$(stat -c %i near/.backstay-catalog.db near/RESTORE.txt)
	backstay nightly --json
	ends 0
	json '[(r.repo, r.written, r.why) for r in d.rescue] == [("far", False, None), ("near", False, None)] or [(r.repo, r.written, r.why) for r in d.rescue] == [("near", False, None), ("far", False, None)]'
	[ "$(stat -c %i near/.backstay-catalog.db near/RESTORE.txt)" = "$before" ]
	export BACKSTAY_TEST_CLOCK=2026-11-23T12:00:01Z
	backstay nightly --json
	json 'all(r.written for r in d.rescue)'
}

@test "what changed is written the same day" {
	world </dev/null
	backstay hold add 1 --reason audit
	ends 0
	backstay nightly --json
	json 'all(r.written for r in d.rescue)'
}

@test "scan passes over what was left" {
	world </dev/null
	sed -i 's/{"shop_\*"}/{"*"}/' b.conf
	backstay scan --json
	ends 0
	json 'd.actions == []'
}

@test "rescue = false leaves nothing; a read-only repo is never written to" {
	world <<<'rescue = false'
	[ -z "$(find near far -name '*catalog.db*' -o -name 'RESTORE*')" ]
	sed -i 's/^rescue.*//; s/repo far {/repo far { read_only = yes/' b.conf
	backstay nightly --json
	json '[r.repo for r in d.rescue] == ["near"]'
	[ ! -e far/RESTORE.txt ]
	[ -e near/RESTORE.txt ]
}

@test "somebody else's RESTORE.txt stays; that is a warning, and the night is as good as it was" {
	world <<<'rescue = false'
	echo "call Jim" >near/RESTORE.txt
	sed -i 's/^rescue.*//' b.conf
	backstay nightly
	ends 0
	complains "somebody else's"
	[ "$(cat near/RESTORE.txt)" = "call Jim" ]
	[ -e far/RESTORE.txt ]
}

@test "a full disk is a warning" {
	[ "$(id -u)" = 0 ] || skip "only root can mount a small disk"
	world <<<'rescue = false'
	mkdir small
	mount -t tmpfs -o size=64k tmpfs small 2>/dev/null || skip "nothing can be mounted here"
	echo "repo small { url = small }" >>b.conf
	sed -i 's/^rescue.*//' b.conf
	backstay nightly --json
	s=$status
	left=$(ls -A small)
	umount small
	[ "$s" = 0 ]
	json '[bool(r.why) for r in d.rescue if r.repo == "small"] == [True] and all(r.written for r in d.rescue if r.repo != "small")'
	[ "$left" = .backstay-repo ]
}

@test "the host is dead: import from a repo, scan, pick; retention asks whether the other catalog is given up" {
	world <<<'policy default { daily = 1d weekly = 0d monthly = 0mo switched_on = yes floor = 2 }'
	[ -e near/.backstay-generation ]
	rm catalog.db*
	backstay import near --json
	ends 0
	json 'd.backups == 3 and d.repos == 2 and d.digest_compared and d["copy"] == "near/.backstay-catalog.db" and d.written == "2026-11-22T12:00:00Z"'
	[ "$(stat -c %a catalog.db)" = 600 ]
	backstay scan
	ends 0
	backstay list --json
	json 'len(d.backups) == 2 and all(b.verdict == "sound" for b in d.backups)'
	backstay pick shop --json
	ends 0
	json 'd.choice.label == "shop_20261120_020000.sql"'
	backstay doctor
	ends 0
	backstay retain run --json
	ends 5
	json 'd.refused[0].rule == "catalog" and "--catalog-ok" in d.refused[0].text'
	backstay retain run --catalog-ok
	[ "$status" -ne 5 ]
	backstay retain run
	[ "$status" -ne 5 ]
	[ "$(sqlite3 catalog.db "SELECT count(*) FROM journal WHERE action = 'import'")" = 1 ]
}

@test "a copy becomes a catalog only where none is, and only a whole one" {
	world </dev/null
	backstay import far
	ends 2
	complains "is there"
	backstay import far --catalog two.db
	ends 0
	cp -p far/.backstay-catalog.db bare.db
	backstay import bare.db --catalog three.db --json
	ends 0
	json 'd.digest_compared is False'
	printf X | dd of=far/.backstay-catalog.db bs=1 seek=9000 conv=notrunc status=none
	backstay import far --catalog four.db --json
	ends 6
	json 'd.error.code == "catalog-damaged"'
	[ ! -e four.db ]
	head -c 20000 bare.db >cut.db
	backstay import cut.db --catalog four.db
	ends 6
	sqlite3 other.db 'CREATE TABLE t (a)'
	backstay import other.db --catalog four.db
	ends 6
	cp bare.db newer.db
	sqlite3 newer.db 'PRAGMA user_version = 9999'
	backstay import newer.db --catalog four.db
	ends 6
	mkdir empty
	backstay import empty --catalog four.db
	ends 2
	[ -z "$(ls four.db* 2>/dev/null)" ]
}

@test "scenarios are held against the seeds' table, which the settings may change" {
	world </dev/null
	for it in corruption:3600 table:7200 database:14400 region:28800; do
		backstay pick shop --scenario "${it%:*}" --json
		ends 0
		json "d.scenario.name == '${it%:*}' and d.scenario.rto_limit_seconds == ${it#*:} and d.scenario.meets is True and d.choice.meets_rto is True"
	done
	# most copies lie in the east; what is left is a night older
	json 'd.scenario.lost == "east" and d.choice.label == "shop_20261119_020000.sql"'
	backstay pick shop --scenario region --without far --json
	json 'd.scenario.lost is None and d.choice.label == "shop_20261120_020000.sql"'
	backstay pick shop --scenario corruption --before 2026-11-20T01:00:00Z --json
	ends 0
	json 'd.choice.label == "shop_20261119_020000.sql" and d.scenario.note is None'
	backstay pick shop --scenario corruption
	says "before TIME"
	echo 'scenario database { rto = 5s }' >>b.conf
	backstay pick shop --scenario database --json
	ends 1
	json 'd.scenario.rto_limit_seconds == 5 and d.scenario.meets is False and d.choice is not None'
	backstay pick shop --scenario flood
	ends 2
	backstay pick shop --json
	json 'd.scenario is None'
	echo 'scenario flood { rto = 5s }' >>b.conf
	backstay pick shop
	ends 2
	complains "no scenario"
}

@test "a region that holds everything leaves nothing" {
	world </dev/null
	sed -i 's/domain = west/domain = east/' b.conf
	backstay repo list
	backstay scan
	backstay pick shop --scenario region --json
	ends 1
	json 'd.choice is None and d.scenario.meets is False and d.scenario.lost == "east"'
}

@test "--into fills the commands with a connection, and never with a password" {
	world </dev/null
	backstay pick shop --into 'postgresql://joe%20x@[::1]:5433,db2:5434/ops?sslmode=require' --json
	ends 0
	json "d.choice.commands[0] == \"createdb --maintenance-db='user='\\\\''joe x'\\\\'' host='\\\\''::1,db2'\\\\'' port='\\\\''5433,5434'\\\\'' sslmode='\\\\''require'\\\\'' dbname='\\\\''ops'\\\\''' -T template0 shop_restored_20261120_0200\""
	json "\"dbname='\\\\''shop_restored_20261120_0200'\\\\''\" in d.choice.commands[1]"
	backstay pick shop --into "host=/tmp user='it\\'s'" --json
	ends 0
	json '"dbname=" in d.choice.commands[0] and "postgres" in d.choice.commands[0]'
	for dsn in 'host=x password=hunter2' 'postgresql://joe:hunter2@x/' 'postgres://x/?password=hunter2' 'host=x sslpassword=hunter2' \
		'postgresql://x/?pass%77ord=hunter2' 'postgresql://joe:hunter2/x@db2/ops' 'postgresql://joe:hun?a=hunter2@db2/'; do
		backstay pick shop --into "$dsn"
		ends 2
		complains PGPASSFILE
		case $out$err in *hunter2*) show; return 1 ;; esac
	done
	for dsn in '' nonsense "host='x" 'postgresql://%zz@x/' 'dbname=postgresql://a:b@c/'; do
		backstay pick shop --into "$dsn"
		ends 2
	done
}

@test "--table takes what holds it, and commands for it alone" {
	world </dev/null
	backstay pick shop --table users --json
	ends 0
	json "any('pg_dump -t \\'\"public\".\"users\"\\'' in x for x in d.choice.commands) and 'own' in d.choice.note"
	backstay pick shop --table orders --json
	ends 1
	json 'd.choice is None and all("orders" in r.reason for r in d.rejected)'
	backstay pick shop --table users:5
	ends 2
}
