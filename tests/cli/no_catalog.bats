# An empty answer from a fresh catalog would be a lie: only four commands make one.
load tool

@test "commands that need a catalog end with 2, name every path, and make none" {
	for c in list "show 1" "tables 1" "checks 1" verify status nightly runs scan "retain plan" "retain explain 1" "retain apply x" \
		"retain run" "hold list" "hold add 1 --reason x" "hold release 1" "ack 1 --reason x" "set 1 --source s" "pick s" \
		"gaps s" doctor export upgrade "repo list" "repo drop r" "source list" "source show s" "source set s" "add x"; do
		backstay $c
		ends 2
		complains "$BACKSTAY_CATALOG"
		[ -z "$out" ]
		[ ! -e "$BACKSTAY_CATALOG" ]
	done
}

@test "the same in JSON" {
	backstay list --json
	ends 2
	json 'd.error.code == "usage" and "catalog.db" in d.error.text'
}

@test "--catalog beats the environment" {
	backstay list --catalog "$PWD/other.db"
	ends 2
	complains "other.db"
}

@test "init makes it, and says so when it is there" {
	backstay init
	ends 0
	says "made $BACKSTAY_CATALOG"
	[ -f "$BACKSTAY_CATALOG" ]
	backstay init --json
	ends 0
	json 'd.made is False'
}

@test "a fresh catalog answers lists with 4" {
	backstay init
	for c in list runs "repo list" "source list" "hold list" status; do
		backstay $c
		ends 4
		backstay $c --json
		ends 4
		json 'd.error.code == "no-match"'
	done
	backstay retain plan
	ends 4
	backstay show 1
	ends 4
	complains "no backup 1"
}

@test "a fresh catalog is healthy, and its export can be read" {
	backstay init
	backstay doctor
	ends 0
	backstay doctor --json
	ends 0
	json 'len(d.checks) > 0 and not any(c.bad for c in d.checks)'
	backstay export
	ends 0
	says '"backstay"'
	backstay export --json
	ends 0
	json 'd.export[0].backstay == "export"'
}

@test "what would delete is refused" {
	backstay init
	backstay retain undo 1
	ends 2
	for c in "retain apply abc" "retain run"; do
		backstay $c
		ends 5
		complains "retention is not switched on for any stream"
		backstay $c --json
		ends 5
		json 'd.error.code == "refused" and d.actions == []'
	done
}

@test "a catalog that is none is damaged" {
	head -c 20000 /dev/urandom >"$BACKSTAY_CATALOG"
	backstay list
	ends 6
	backstay list --json
	ends 6
	json 'd.error.code == "catalog-damaged"'
}
