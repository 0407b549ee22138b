# Tiers by name, where they live, and why a backup stays; `--now` and the test clock say what day it is.
load lib
load tool

# One plain dump a night of NIGHTS that end with 2026-11-22, of 100 and some rows, in the folder DIR.
nights() {
	local dir=$1 n=$2 k day

	mkdir -p "$dir"
	for ((k = n - 1; k >= 0; k--)); do
		day=$(date -u -d "2026-11-22 -$k days" +%Y%m%d)
		plain_dump $((100 + n - k)) | sed "/^-- Dumped by/a -- Started on ${day:0:4}-${day:4:2}-${day:6:2} 02:00:00 UTC" >"$dir/shop_${day}_020000.sql"
	done
	find "$dir" -type f -exec touch -d 2026-11-22T03:00:00Z {} +
}

settings() {
	cat >b.conf
	export BACKSTAY_CONFIG=$PWD/b.conf
}

two_repos() {
	nights local 40
	cp -pr local bucket
	settings <<-END
	source shop { match = {"shop_*"} every = 24h }
	repo local { url = local }
	repo bucket { url = bucket }
	policy default {
		weekly = 0d
		tier daily { length = 30d repos = {local} }
		tier monthly { length = 12mo repos = {bucket} }
		tier quarterly { bucket = month length = 24mo repos = {bucket} }
	}
	END
	backstay init
	backstay scan
	ends 0
	backstay verify
	ends 0
}

@test "local 30 days and the bucket 12 months: copies go apart, and none is the last" {
	two_repos
	backstay retain plan --json
	ends 0
	json 'len(d.streams[0].backups) == 40'
	# 31 October holds its month in the bucket, and its day on the local disk
	json '[c.action for b in d.streams[0].backups if b.label == "shop_20261031_020000.sql" for c in b.copies] == ["keep", "keep"]'
	json '[(c.repo, c.action) for b in d.streams[0].backups if b.label == "shop_20261110_020000.sql" for c in b.copies if c.action == "expire"] == [("bucket", "expire")]'
	json 'all(any(c.action == "keep" for c in b.copies) for b in d.streams[0].backups if b.action == "keep")'
	json '"quarterly 2026-10" in [r for b in d.streams[0].backups for r in b.reasons]'
	json 'd.totals.bytes_freed == sum(c.bytes for b in d.streams[0].backups for c in b.copies if c.action == "expire")'
	backstay list --tier quarterly --json
	ends 0
	json '[b.label for b in d.backups] == ["shop_20261122_020000.sql", "shop_20261031_020000.sql"]'
	backstay list --tier quarterley
	ends 2
	complains quarterley
	backstay retain plan
	says "its copy in bucket: expire (expired, elsewhere daily 2026-11-10)"
}

@test "explain tells the reasons, the copies and the day on which it goes" {
	two_repos
	backstay retain explain shop_20261110 --json
	ends 0
	# its day is one of 30 until 9 December
	json 'd.backup.changes_at[:10] == "2026-12-10"'
	json '"tier daily keeps one a day for 30 days in local" in d.backup.explained[0].text'
	json '[c.changes_at for c in d.backup.copies if c.repo == "bucket"] == [None]'
	backstay retain explain shop_20261110
	says "if a good backup comes every 24h, it goes on 2026-12-10"
	says "copy in bucket: expire"
	# told once more on that day, and on the day before
	backstay hold add shop_20261031 --reason audit
	backstay retain explain shop_20261031
	says "time alone does not let it go"
	backstay retain explain shop_20261014
	says "it goes with the next"
	backstay retain explain nothing
	ends 4
}

@test "a closed month that is not where its tier lives is trouble, until it is there or acknowledged" {
	nights local 40
	mkdir bucket
	settings <<-END
	source shop { match = {"shop_*"} every = 24h }
	repo local { url = local }
	repo bucket { url = bucket }
	policy default { tier monthly { repos = {bucket} } }
	END
	backstay init
	backstay scan
	backstay verify
	backstay status --json
	ends 1
	json '[(t.code, t.acked) for t in d.sources[0].trouble] == [("tier-not-there", False)]'
	backstay retain plan --json
	json 'd.streams[0].note.startswith("tier-not-there: 1")'
	json '["monthly 2026-10: no good copy in bucket"] in [b.not_there for b in d.streams[0].backups]'
	backstay ack shop_20261031 --reason 'on tape'
	backstay status --json
	ends 0
	json 'd.sources[0].trouble[0].acked'
	cp -p local/shop_20261031_020000.sql bucket
	backstay scan
	backstay verify
	backstay status --json
	ends 0
	json 'd.sources[0].trouble == []'
}

@test "a repo in a git work tree is a warning of scan, one beside it is not" {
	nights work/repo/deep 2
	nights beside 2
	mkdir work/.git
	backstay repo add one work/repo
	backstay repo add two beside
	backstay scan --json
	ends 0
	json '[(f.code, f.severity) for f in d.findings] == [("in-git-work-tree", "warning")]'
	rmdir work/.git
	mkdir work/repo/deep/.git
	backstay scan --json
	ends 0
	json '[f.code for f in d.findings] == ["in-git-work-tree"]'
	rmdir work/repo/deep/.git
	backstay scan --json
	json 'd.findings == []'
}

@test "a newest dump that lost its rows suspends what would go, until somebody acknowledges it" {
	nights repo 12
	plain_dump 10 | sed '/^-- Dumped by/a -- Started on 2026-11-22 02:00:00 UTC' >repo/shop_20261122_020000.sql
	touch -d 2026-11-22T03:00:00Z repo/*
	backstay source add shop --match 'shop_*' --every 24h
	backstay repo add local repo
	backstay scan
	backstay verify
	ends 1
	backstay retain plan --json
	json 'd.totals.expire == 0 and "lost rows" in d.streams[0].note'
	json '"hold newest lost rows" in [r for b in d.streams[0].backups for r in b.reasons]'
	backstay hold list --json
	json '[h.kind for h in d.holds] == ["suspicion"]'
	backstay ack shop_20261122 --reason 'tidied up'
	backstay hold list --json
	json 'd.holds == []'
	backstay retain plan --json
	json 'd.totals.expire > 0'
	backstay verify --all
	backstay hold list --json
	json 'd.holds == []'
}

@test "a backup is asked to be kept as any tier of its policy, and as no other" {
	two_repos
	backstay set shop_20261110 --tier quarterly --json
	ends 0
	json '"quarterly" in d.backup.tiers'
	backstay retain plan --json
	ends 0
	json 'any(r.startswith("quarterly 2026-11") for b in d.streams[0].backups if b.label == "shop_20261110_020000.sql" for r in b.reasons)'
	json 'not any(r.startswith("quarterly") for b in d.streams[0].backups if b.label == "shop_20261109_020000.sql" for r in b.reasons)'
	backstay set shop_20261110 --tier quarterley
	ends 2
	complains "policy default of source shop has no tier quarterley"
	backstay set shop_20261110 --tier daily
	says "tier daily"
	backstay retain plan --json
	json 'not any(r.startswith("quarterly") for b in d.streams[0].backups if b.label == "shop_20261110_020000.sql" for r in b.reasons)'
	backstay set shop_20261110 --tier quarterly
	says "tier quarterly"
	backstay set shop_20261110 --tier auto --json
	ends 0
	json '"quarterly" not in d.backup.tiers'
	backstay journal verify
	ends 0
}
