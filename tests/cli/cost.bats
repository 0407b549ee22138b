# What keeping costs. Files are made as large as the sums want it: 1 MB is a thousandth of the price of a GB.
load tool

prepare() {
	export BACKSTAY_TEST_CLOCK=2026-11-07T12:00:00Z
	mkdir repo
	cp "$SOURCE_ROOT"/tests/sample/* repo
	find repo -type f -exec touch -d 2026-11-07T03:00:00Z {} +
}

# settings REPO-LINES: of the one repo
settings() {
	export BACKSTAY_CONFIG="$PWD/backstay.conf"
	cat >backstay.conf <<-END
	currency = EUR
	repo local {
	url = "$PWD/repo"
	$1
	}
	source shop { every = 24h match = {"shop_*", "weekly_*"} }
	END
}

known() {
	backstay init
	backstay scan
	ends 0
	backstay verify
	ends 1
}

@test "a month is the sum of what lies there, by source, by tier and by repo" {
	settings 'price_month = 1000'
	known
	backstay cost --json
	ends 0
	json 'd.currency == "EUR" and d.unknown == [] and d.month.bytes > 0'
	json 'abs(d.month.total - d.month.bytes * 1e-6) < 1e-4 and d.month.known == d.month.total'
	json 'all(abs(sum(x.cost for x in l) - d.month.total) < 1e-5 and sum(x.bytes for x in l) == d.month.bytes for l in (d.month.by_source, d.month.by_tier, d.month.by_repo))'
	json '[x.repo for x in d.month.by_repo] == ["local"] and "daily" in [x.tier for x in d.month.by_tier]'
	total=$(jq .month.total "$BATS_TEST_TMPDIR/.out")
	backstay retain plan --json
	json "abs(d.totals.cost_before - $total) < 1e-5 and d.totals.cost_after <= d.totals.cost_before and d.totals.billed_until is None"
	backstay cost
	ends 0
	says "KEPT BY"
	says "EUR"
}

@test "what has no price is unknown, named, and never 0" {
	settings ''
	known
	backstay cost --json
	ends 0
	json 'd.month.total is None and d.month.known == 0 and d.unknown == ["local"]'
	json 'all(x.cost is None for l in (d.month.by_source, d.month.by_tier, d.month.by_repo) for x in l)'
	json 'len(d.forecast) == 12 and all(m.cost is None and m.bytes > 0 for m in d.forecast)'
	backstay cost
	ends 0
	says "no price_month for local"
	settings 'price_month = 0'
	backstay scan
	backstay cost --json
	json 'd.month.total == 0 and d.unknown == []'
}

@test "the plan saves what goes, less what is billed all the same" {
	settings 'price_month = 1000
	min_duration = 90d'
	known
	backstay cost --json
	ends 0
	json 'd.plan.bytes > 0 and abs(d.plan.saves_month - d.plan.bytes * 1e-6) < 1e-4'
	json 'abs(d.plan.net - (d.plan.saves_month - d.plan.early_deletion)) < 1e-5'
	# written on the 7th at 3:00, so 89 days and 15 hours are left at noon: 89.625 days of 30
	json 'abs(d.plan.early_deletion - d.plan.bytes * 1e-6 * 89.625 / 30) < 1e-4 and d.plan.net < 0'
	json 'd.plan.not_worth and all(e.until == "2027-02-05T03:00:00Z" and e.repo == "local" for e in d.plan.not_worth)'
	json 'all(set(e) == {"backup", "label", "repo", "charge", "until"} for e in d.plan.not_worth)'
	json 'abs(sum(e.charge for e in d.plan.not_worth) - d.plan.early_deletion) < 1e-5'
	backstay cost
	says "not worth deleting now"
}

@test "a storage class says what its repo does not" {
	settings 'price_month = 1000
	storage_class = DEEP
	class DEEP { price_month = 100 min_duration = 1d retrieval_delay = 12h }'
	known
	backstay cost --json
	ends 0
	json 'abs(d.month.total - d.month.bytes * 1e-7) < 1e-5'
	# prices stay known to the catalog when the settings are elsewhere
	unset BACKSTAY_CONFIG
	backstay cost --json
	json 'd.currency is None or d.currency == "EUR"'
	json 'abs(d.month.total - d.month.bytes * 1e-7) < 1e-5'
	settings 'price_month = 1
	storage_class = COLD
	class DEEP { }'
	backstay cost
	ends 2
	complains 'there is no class "COLD"'
}

@test "twelve months to come, and what is billed until a day" {
	settings 'price_month = 1000'
	known
	backstay cost --by 2026-12-07T12:00:00Z --json
	ends 0
	json '[m.month for m in d.forecast] == ["2026-12"] + ["2027-%02d" % i for i in range(1, 12)]'
	json 'all(abs(m.cost - m.bytes * 1e-6) < 1e-3 for m in d.forecast)'
	json 'd.billed.until == "2026-12-07T12:00:00Z" and abs(d.billed.total - d.billed.present - d.billed.coming) < 1e-5'
	# about a month of at most what lies there
	json '0 < d.billed.present <= d.month.total * 1.02'
	present=$(jq .billed.present "$BATS_TEST_TMPDIR/.out")
	backstay retain plan --json
	first=$(jq -r .plan "$BATS_TEST_TMPDIR/.out")
	backstay retain plan --by 2026-12-07T12:00:00Z --json
	ends 0
	json "d.totals.billed_until == $present"
	[ "$first" = "$(jq -r .plan "$BATS_TEST_TMPDIR/.out")" ] # the plan is that of now
	backstay cost --by 2026-01-01
	ends 2
	backstay cost --by 2226-01-01
	ends 2
}

@test "one repo without a price leaves the sum open, and what is known is told" {
	settings 'price_month = 1000
	min_duration = 30d
	retrieval_delay = 12h'
	known
	cp -r repo second
	backstay repo add second second
	backstay scan
	backstay verify
	backstay cost --json
	ends 0
	json 'd.month.total is None and d.unknown == ["second"] and d.month.known > 0'
	json '{x.repo: x.cost is None for x in d.month.by_repo} == {"local": False, "second": True}'
	json '[(x.price_month, x.min_duration_seconds, x.retrieval_price, x.retrieval_delay_seconds) for x in d.month.by_repo if x.repo == "local"] == [(1000, 30 * 86400, None, 43200)]'
	json 'd.assumed == sorted(x.source for x in d.month.by_source)'
	backstay cost
	says "as if retention were switched on"
}

@test "a tier that asks for a class is told where its copies do not have it" {
	settings 'storage_class = COLD'
	cat >>backstay.conf <<-END
	policy default { tier weekly { classes = {STANDARD} } }
	END
	known
	backstay retain plan --json
	ends 0
	json 'any("COLD in local, not STANDARD" in t for s in d.streams for b in s.backups for t in b.not_there)'
}

@test "the wait for a cold place is part of the time that pick quotes" {
	settings 'retrieval_delay = 5m
	storage_class = DEEP
	class DEEP { retrieval_delay = 12h }'
	known
	backstay pick shop --rto 12h --json
	ends 1
	json '43200 < d.choice.restore_seconds < 43200 + 300 and d.choice.meets_rto is False'
	backstay pick shop --rto 13h --json
	ends 0
	json 'd.choice.meets_rto is True'
}

@test "nothing there is 4, an unknown source too" {
	settings 'price_month = 1'
	known
	backstay cost --source shpo
	ends 4
	complains "shop"
	backstay cost --source shop --json
	ends 0
	json '[x.source for x in d.month.by_source] == ["shop"]'
	rm -r repo "$BACKSTAY_CATALOG"
	mkdir repo
	backstay init
	backstay cost
	ends 4
	backstay cost --json
	ends 4
}
