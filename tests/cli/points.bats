# Restore points beyond dumps: what a provider keeps, leases, standings, schedules that cannot meet a limit. Real recoveries are in
# tests/real/points.sh.
load tool

prepare() {
	mkdir repo
	cp -R "$SOURCE_ROOT"/tests/sample/* repo/
	find repo -type f -exec touch -d 2026-11-20 {} +
}

@test "a provider's window is chosen only where nothing verified meets the wish, and is never green" {
	backstay init
	ends 0
	backstay source add shop --rpo 1h --provider-window "pitr 7d"
	ends 0
	backstay pick shop --json
	ends 1
	says '"method": "provider"'
	says '"commands":'
	backstay pick shop --at 30d --json
	ends 1
	says 'the wish lies before its window'
	backstay source set shop --provider-window "weekly 7d"
	ends 2
}

@test "never had a backup is an answer of its own" {
	backstay init
	ends 0
	backstay source add shop
	ends 0
	backstay gaps shop --json
	ends 1
	says '"standing": "never"'
	backstay gaps shop
	ends 1
	says 'it never had a backup'
}

@test "a schedule that cannot keep the limit is said" {
	backstay init
	ends 0
	backstay source add shop --every 24h --rpo 5m --json
	ends 0
	says 'cannot keep the loss within'
	backstay source set shop --rpo 24h --json
	ends 0
	says '"warning": null'
}

@test "one wish at a time, and a place in the log is one" {
	backstay init
	ends 0
	backstay source add shop
	ends 0
	backstay pick shop --at 1d --lsn 0/3000028
	ends 2
	backstay pick shop --lsn 3000028
	ends 2
	backstay pick shop --timeline newest
	ends 2
	backstay pick shop --without-domain nowhere
	ends 2
	backstay pick shop --lease 1h --now 1d
	ends 2
	backstay pick shop --lsn 0/3000028
	ends 1
}

@test "a lease holds what was chosen and is shown" {
	backstay init
	ends 0
	backstay repo add local repo
	ends 0
	backstay source add shop --match 'shop_*'
	ends 0
	backstay scan
	backstay verify
	backstay pick shop --lease 2h --json
	ends 0
	says '"lease": {'
	backstay hold list --json
	ends 0
	says '"kind": "lease"'
}
