# retain.bash - a source "shop" with a dump for each night, and a clock that the tests move

nights_setup() {
	new_world
	export BACKSTAY_CONFIG=$WORLD/s.conf
	cat >"$BACKSTAY_CONFIG" <<-END
	limits { ballast = 64KiB }
	policy default { switched_on = true }
	source shop { match = {"shop_*"}  every = 24h }
	END
	dump_fixture "$WORLD/one.sql" 20
	echo "-- 0000-00-00" >>"$WORLD/one.sql"
}

# at TIME: it is that time from here on
at() {
	export BACKSTAY_TEST_CLOCK=$1
}

# dump_of DAY [FOLDER]: the dump of that night
dump_of() {
	local file=${2:-$REPO}/shop_${1//-/}_020000.sql

	sed "s/^-- 0000-00-00$/-- $1/" "$WORLD/one.sql" >"$file" # each has bytes of its own: twins count once
	touch -d "$1T02:01:00Z" "$file"
}

# dumps FIRST COUNT [FOLDER]: of so many nights from FIRST on
dumps() {
	local i

	for ((i = 0; i < $2; i++)); do
		dump_of "$(date -u -d "$1 +$i days" +%F)" "${3:-$REPO}"
	done
}

# known: a catalog of what lies in the repo, verified
known() {
	run_status 0 init
	run_status 0 repo add r "$REPO"
	run_status 0 scan
	run_status 0 verify
}

planned() {
	run_status 0 retain plan --json
	hash=$(json_get .plan)
}

# states: "live 11 condemned 49"
states() {
	sqlite3 "$BACKSTAY_CATALOG" "SELECT group_concat(t, ' ') FROM (SELECT state || ' ' || count(*) AS t FROM backups GROUP BY state ORDER BY state)"
}

states_are() {
	local got

	got=$(states)
	[ "$got" = "$1" ] || { echo "wanted $1, got $got"; told; return 1; }
}

files() {
	find "$REPO" -name 'shop_*' | wc -l
}

# refused_by RULE: the last run refused by it, and ended with 5
refused_by() {
	[ "$status" = 5 ] || { echo "not 5"; told; return 1; }
	json_is "[.refused[].rule] | unique | join(\" \")" "$1"
}

trash_is_empty() {
	[ -z "$(ls -A "$REPO/.backstay-trash" 2>/dev/null)" ]
}

well() {
	catalog_whole
	run_status 0 doctor
}
