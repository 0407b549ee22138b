# The level `covered`: rows against history, required tables learned from a good backup, manifests of row counts, and row deltas.
load lib

setup() {
	new_world
}

teardown() {
	end_world
}

# night DAY TABLE=ROWS...: the dump of that day of January 2026; TABLE=- has no data section. Older than anything that settles.
night() {
	local day=$1 file=$REPO/s_202601$1_020000.sql it name rows

	shift
	{
		printf -- '--\n-- PostgreSQL database dump\n--\n\n-- Dumped from database version 15.20\n-- Dumped by pg_dump version 15.20\n\n'
		for it in "$@"; do
			printf 'CREATE TABLE public.%s (x int);\n' "${it%%=*}"
		done
		for it in "$@"; do
			name=${it%%=*} rows=${it#*=}
			[ "$rows" != - ] || continue
			printf 'COPY public.%s (x) FROM stdin;\n' "$name"
			seq "$rows"
			printf '\\.\n\n'
		done
		printf -- '--\n-- PostgreSQL database dump complete\n--\n\n'
	} >"$file"
	touch -d "2026-01-$day 02:00:00" "$file"
}

# known [OPTIONS...]: a catalog with the repo and source s, scanned.
known() {
	run_status 0 init
	run_status 0 source add s --match 's_*' "$@"
	run_status 0 repo add r "$REPO"
	run_status 0 scan
}

covered_of() {
	json_get '.verified[] | select(.path == $p) | .levels.covered' --arg p "$1"
}

# troubles_of PATH: as codes_of, without the notes.
troubles_of() {
	json_get '[(.inspected // .verified)[] | select(.path == $p) | .findings[] | select(.severity != "note") | .code] | join(" ")' --arg p "$1"
}

# --- history ---------------------------------------------------------------------------------------------------------------

@test "rows that are lost are told by verify, nightly and status, and a night that lost them is not the next one's measure" {
	night 01 users=1000 orders=300
	night 02 users=1010 orders=300
	known
	run_status 0 verify --json
	[ "$(covered_of s_20260101_020000.sql)" = not-run ]
	[ "$(covered_of s_20260102_020000.sql)" = pass ]
	night 03 users=10 orders=301
	run_status 1 nightly --json
	verdict_is s_20260103_020000.sql incomplete
	[ "$(troubles_of s_20260103_020000.sql)" = rows-dropped ]
	[ "$(covered_of s_20260103_020000.sql)" = fail ]
	json_get .summary | grep -q 'rows: s users -99 %, orders +1'
	run_status 1 status --json --now 2026-01-03T12:00:00Z
	json_is '.sources[0].trouble[0].code' rows-dropped
	json_is '.sources[0].newest_proven.label' s_20260102_020000.sql
	json_is '.sources[0].rows_delta[0] | "\(.name) \(.before) \(.rows) \(.delta)"' 'users 1010 10 -1000'
	before=$(json_get '.sources[0].rows_compared.before')
	[ "$(listed ".backups[] | select(.id == $before) | .label")" = s_20260102_020000.sql ]
	run_status 1 verify s_20260103
	says 'rows-dropped.*public.users: 10 rows, the good backup before it held 1010: more than 50 % fewer'
	night 04 users=11 orders=302
	run_status 1 nightly --json
	has_code s_20260104_020000.sql rows-dropped
	night 05 users=1020 orders=303
	run_status 1 nightly --json # for the two before it
	verdict_is s_20260105_020000.sql sound
}

@test "an acknowledged loss is the measure from then on, also of what came since" {
	night 01 users=1000
	night 02 users=100
	night 03 users=101
	night 04 users=20
	known
	run_status 1 verify
	run_status 1 status
	run_status 0 ack s_20260102 --reason 'archived what was old'
	run_status 1 verify --json # what came since is due at once
	verdict_is s_20260103_020000.sql sound
	has_code s_20260104_020000.sql rows-dropped
	run_status 0 ack s_20260104 --reason 'and more of it'
	run_status 0 status --now 2026-01-04T12:00:00Z
	night 05 users=21
	run_status 0 nightly --json
	verdict_is s_20260105_020000.sql sound
}

@test "whatever is read first, each night is held against the one before it" {
	# the dump that lost its rows is read a hundred times as fast
	night 01 users=300000
	night 02 users=3
	night 03 users=300001
	known
	run_status 1 verify --jobs 3 --json
	verdict_is s_20260101_020000.sql sound
	has_code s_20260102_020000.sql rows-dropped
	verdict_is s_20260103_020000.sql sound
}

@test "a loss that grows a little every night is told by the median" {
	for day in 1 2 3 4 5 6 7; do
		night 0$day users=$((1000 - day * 90))
	done
	known --max-shrink 20%
	run_status 1 verify --json
	verdict_is s_20260103_020000.sql sound
	has_code s_20260104_020000.sql rows-dropped
	json_get '.verified[] | select(.path | contains("0104")) | .findings[].text' | grep -q '640 rows, the median of the 3 good backups before it is 820'
}

@test "a table that never was empty is missed when it is, and one that sometimes is is not" {
	night 01 users=3 queue=5
	night 02 users=3 queue=0
	night 03 users=0 queue=4
	night 04 users=- queue=0
	night 05 users=3 queue=0
	known
	run_status 1 verify --json
	has_code s_20260102_020000.sql table-emptied
	verdict_is s_20260102_020000.sql incomplete
	run_status 0 ack s_20260102 --reason 'a queue'
	run_status 1 verify --all --json
	has_code s_20260103_020000.sql table-emptied
	has_code s_20260104_020000.sql table-emptied
	json_get '.verified[] | select(.path | contains("0104")) | .findings[].text' | grep -q 'public.users is empty (it has no data section)'
	[ "$(json_get '[.verified[].findings[].text | select(contains("queue"))] | length')" = 1 ]
	verdict_is s_20260105_020000.sql sound
}

@test "a table that vanished is a warning, one that is required an error, one that comes back neither" {
	night 01 users=30 old=2
	night 02 users=31
	known
	run_status 0 verify --json
	[ "$(troubles_of s_20260102_020000.sql)" = table-gone ]
	verdict_is s_20260102_020000.sql sound
	run_status 0 status --now 2026-01-02T12:00:00Z
	says 'rows: .*old gone'
	run_status 0 source set s --require old
	run_status 1 verify --all --json
	[ "$(troubles_of s_20260102_020000.sql)" = required-table-missing ]
	night 03 users=31 old=2
	run_status 1 nightly --json
	[ -z "$(troubles_of s_20260103_020000.sql)" ]
	verdict_is s_20260103_020000.sql sound
}

@test "a dump of a database that lost everything is told" {
	night 01 users=100
	night 02
	known
	run_status 1 verify --json
	[ "$(troubles_of s_20260102_020000.sql)" = "rows-dropped table-gone" ]
	verdict_is s_20260102_020000.sql incomplete
}

@test "the largest shrink is said for a source, for a table, and taken back" {
	night 01 users=100 queue=100
	night 02 users=89 queue=1
	known --max-shrink 10
	run_status 0 source show s --json
	json_is .source.max_shrink_percent 10
	run_status 1 verify --json
	[ "$(troubles_of s_20260102_020000.sql)" = "rows-dropped rows-dropped" ]
	run_status 0 source set s --max-shrink 100%
	run_status 0 verify --all
	run_status 0 source set s --max-shrink 0
	run_status 0 source show s --json
	json_is .source.max_shrink_percent null
	run_status 2 source set s --max-shrink 101
	run_status 2 source set s --max-shrink -- -1
	run_status 2 source set s --max-shrink 5x
	says 'wants a whole number from 0 to 100'
	cat >"$WORLD/backstay.conf" <<-END
	source s {
	  match = { "s_*" }
	  max_shrink = 11%
	  table queue { max_shrink = 100% }
	}
	END
	BACKSTAY_CONFIG=$WORLD/backstay.conf run_status 0 verify --all --json
	verdict_is s_20260102_020000.sql sound
	sed -i 's/11%/10%/' "$WORLD/backstay.conf"
	BACKSTAY_CONFIG=$WORLD/backstay.conf run_status 1 verify --all --json
	[ "$(troubles_of s_20260102_020000.sql)" = rows-dropped ]
	BACKSTAY_CONFIG=$WORLD/backstay.conf run_status 0 source show s --json
	json_is .source.max_shrink_percent 10
}

@test "a young file that is whole and lost its rows is not settling" {
	night 01 users=1000
	night 02 users=10
	touch "$REPO"/s_20260102_020000.sql
	known
	run_status 1 verify --json
	has_code s_20260102_020000.sql rows-dropped
	[ "$(listed '.backups[] | select(.label | contains("0102")) | "\(.state) \(.verdict)"')" = "live incomplete" ]
	run_status 1 status --json
	json_is '.sources[0].trouble[0].code' rows-dropped
}

# --- learning --------------------------------------------------------------------------------------------------------------

@test "what a good backup holds is learned once, and kept with the numbers that stood" {
	night 01 users=100 orders=30 remote=-
	known --require users:50 --require elsewhere
	run_status 1 verify # elsewhere is not there
	run_status 5 source learn s_20260101
	says 'is incomplete, not sound'
	run_status 0 source set s --require users:50
	run_status 0 verify --all
	run_status 0 source learn s_20260101
	says 'require    public.orders'
	says '1 table of s learned from 1 s_20260101_020000.sql, 1 known before; left out: 1 table without data'
	run_status 0 source learn s_20260101 --json
	json_is '.learned | length' 0
	json_is '.known_before' 2
	json_is '.left_out' 1
	json_is '[.source.require[] | "\(.schema).\(.name):\(.min_rows)"] | join(" ")' 'public.users:50 public.orders:0'
	json_is '.backup' 1
	night 02 users=100 remote=-
	run_status 1 nightly --json
	has_code s_20260102_020000.sql required-table-missing
	sqlite3 "$BACKSTAY_CATALOG" "SELECT detail FROM changes WHERE action = 'source-require'" | grep -q '^1 tables learned from backup 1'
}

@test "nothing is learned from what was never judged, shows no rows, or is declared, and a guess stays one" {
	night 01 users=100
	run_status 0 init
	run_status 0 repo add r "$REPO"
	run_status 0 scan
	run_status 5 source learn 1
	says 'is unknown, not sound'
	run_status 0 verify
	run_status 0 source learn 1 --json
	json_is .source.guessed true
	json_is '.learned[0].name' users
	run_status 2 source learn nothing
	night 02 users=-
	run_status 0 scan
	run_status '0|1' verify
	run_status 5 source learn 2
	cat >"$WORLD/backstay.conf" <<-END
	source s { match = { "s_*" } }
	END
	export BACKSTAY_CONFIG=$WORLD/backstay.conf
	run_status 0 scan
	run_status 2 source learn 1
	says "declared in $WORLD/backstay.conf:1"
}

# --- manifests -------------------------------------------------------------------------------------------------------------

@test "the counts that came with a dump are compared to the row, and stand beside the tables" {
	night 01 users=100 orders=0
	printf '# in its snapshot\npublic.users 100\norders 0\n' >"$REPO/s_20260101_020000.sql.manifest"
	run_status 0 inspect "$REPO/s_20260101_020000.sql" --json
	json_is '.inspected[0].levels.covered' pass
	json_is '.inspected[0].tables[0] | "\(.name) \(.rows) \(.manifest_rows)"' 'users 100 100'
	known
	run_status 0 verify --json
	[ "$(covered_of s_20260101_020000.sql)" = pass ]
	run_status 0 tables 1 --json
	json_is '.tables[1].manifest_rows' 0
	run_status 0 tables 1
	says MANIFEST
	run_status 0 list --json
	json_is '.backups | length' 1
	printf 'users 101\norders 0\nlost 1\n' >"$REPO/s_20260101_020000.sql.manifest"
	run_status 1 inspect "$REPO/s_20260101_020000.sql" --json
	[ "$(troubles_of "$REPO/s_20260101_020000.sql")" = "rows-disagree rows-disagree" ]
	verdict_is "$REPO/s_20260101_020000.sql" incomplete
	run_status 1 verify --all --json
	has_code s_20260101_020000.sql rows-disagree
	verdict_is s_20260101_020000.sql incomplete
}

@test "a manifest that cannot be read proves nothing, and one of no file is passed over" {
	night 01 users=100
	printf 'users many\n' >"$REPO/s_20260101_020000.sql.manifest"
	printf 'users 1\n' >"$REPO/other.manifest"
	run_status 4 inspect "$REPO/s_20260101_020000.sql" --json
	[ "$(troubles_of "$REPO/s_20260101_020000.sql")" = manifest-unreadable ]
	verdict_is "$REPO/s_20260101_020000.sql" unproven
	run_status 0 init
	run_status 0 source add s --match '*'
	run_status 0 repo add r "$REPO"
	run_status 0 scan --json
	json_is '.actions | length' 1
	: >"$REPO/s_20260101_020000.sql.manifest"
	run_status 4 verify --json
	has_code s_20260101_020000.sql manifest-unreadable
	rm "$REPO/s_20260101_020000.sql.manifest"
	run_status 0 verify --all --json
	verdict_is s_20260101_020000.sql sound
}

# --- the database's name ---------------------------------------------------------------------------------------------------

# of_database NAME FILE: a dump of a database of that name, made with --create
of_database() {
	{
		printf -- '--\n-- PostgreSQL database dump\n--\n\n-- Dumped from database version 15.20\n-- Dumped by pg_dump version 15.20\n\n'
		[ -z "$1" ] || printf 'CREATE DATABASE %s WITH TEMPLATE = template0;\n\\connect %s\n\n' "$1" "$1"
		printf 'CREATE TABLE public.users (x int);\n\nCOPY public.users (x) FROM stdin;\n1\n\\.\n\n'
		printf -- '--\n-- PostgreSQL database dump complete\n--\n\n'
	} >"$REPO/$2"
	touch -d '2026-01-01 02:00:00' "$REPO/$2"
}

@test "a dump of another database is told by its name: B42" {
	of_database shop s_20260101_020000.sql
	of_database blog s_20260102_020000.sql
	of_database "" s_20260103_020000.sql
	run_status 0 init
	run_status 0 source add s --match 's_*' --require users --database shop --json
	json_is .source.database shop
	run_status 0 repo add r "$REPO"
	run_status 0 scan
	run_status 1 verify --json
	[ "$(troubles_of s_20260101_020000.sql)" = "" ]
	[ "$(troubles_of s_20260102_020000.sql)" = other-database ]
	[ "$(troubles_of s_20260103_020000.sql)" = "" ]
	[ "$(covered_of s_20260101_020000.sql)" = pass ]
	[ "$(covered_of s_20260102_020000.sql)" = fail ]
	verdict_is s_20260102_020000.sql incomplete
	verdict_is s_20260103_020000.sql sound
	run_status 0 source show s
	says 'database   shop'
	run_status 0 source set s --no-database
	run_status 0 verify --all --json
	verdict_is s_20260102_020000.sql sound
}

@test "the name alone is enough to have passed covered, and the settings may give it" {
	of_database shop s_20260101_020000.sql
	printf 'source s { match = {"s_*"} database = shop }\nrepo r { url = "%s" }\n' "$REPO" >"$WORLD/b.conf"
	export BACKSTAY_CONFIG=$WORLD/b.conf
	run_status 0 init
	run_status 0 scan
	run_status 0 verify --json
	[ "$(covered_of s_20260101_020000.sql)" = pass ]
	sed -i 's/= shop/= "Shop"/' "$WORLD/b.conf"
	run_status 1 verify --all --json
	[ "$(troubles_of s_20260101_020000.sql)" = other-database ]
}

# --- deltas ----------------------------------------------------------------------------------------------------------------

@test "what a quiet night brought is told on its one line" {
	night 01 users=1000 orders=100 same=5
	known
	run_status 0 nightly
	says_not 'rows:'
	run_status 0 status --now 2026-01-01T12:00:00Z
	says_not 'rows:'
	night 02 users=1312 orders=62 same=5 fresh=1
	run_status 0 nightly
	says '; rows: s users +312, orders -38 %, fresh new$'
	[ "$(wc -l <"$WORLD/out")" = 1 ]
	run_status 0 nightly
	says_not 'rows:' # nothing came
	run_status 0 status --now 2026-01-02T12:00:00Z
	says ' s  rows: users +312, orders -38 %, fresh new$'
	run_status 0 nightly --quiet
	[ -z "$out$err" ]
}
