# lib.bash - what the tests of the command line share: a small world for each test, dumps to fill it, and one way to run.
#
# BACKSTAY is the program (default: the one that meson built in build/). A test gets its own folder, repo and catalog from
# new_world, and gives them back in end_world.

bats_require_minimum_version 1.5.0

: "${BACKSTAY:=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)/build/tools/backstay}"
: "${PATIENCE:=60}" # seconds after which a command that hangs is stopped: status 124

# new_world: WORLD, REPO (an empty folder in it) and a catalog path where nothing lies yet. No settings of this machine count.
new_world() {
	WORLD=$(mktemp -d "${BATS_TMPDIR:-/tmp}/backstay-cli.XXXXXX")
	REPO=$WORLD/repo
	mkdir "$REPO"
	export BACKSTAY_CATALOG=$WORLD/catalog.db XDG_CONFIG_HOME=$WORLD/config XDG_STATE_HOME=$WORLD/state
	export LC_ALL=C.UTF-8 TZ=UTC
	unset BACKSTAY_CONFIG BACKSTAY_TEST_CLOCK NO_COLOR "${!AWS_@}"
	export AWS_EC2_METADATA_DISABLED=true AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null
	background=()
	mounts=()
	as=() # what the program is started through
}

# end_world: stops what the test left running (by its id), unmounts, removes.
end_world() {
	local it

	for it in "${background[@]}"; do
		kill "$it" 2>/dev/null && wait "$it" 2>/dev/null
	done
	for it in "${mounts[@]}"; do
		umount "$it"
	done
	if [ -n "$WORLD" ]; then
		chmod -R u+rwx "$WORLD" 2>/dev/null
		rm -rf "$WORLD"
	fi
}

# in_background COMMAND...: runs it until end_world or stop_background; its id is in background[-1].
in_background() {
	"$@" >/dev/null 2>&1 3>&- &
	background+=($!)
}

stop_background() {
	kill "${background[-1]}" 2>/dev/null
	wait "${background[-1]}" 2>/dev/null || true
	unset 'background[-1]'
}

# small_disk FOLDER SIZE: a disk of its own, or a skipped test.
small_disk() {
	[ "$(id -u)" = 0 ] || skip "only root can mount a small disk"
	mkdir -p "$1"
	mount -t tmpfs -o "size=$2" tmpfs "$1" 2>/dev/null || skip "nothing can be mounted here"
	mounts+=("$1")
}

# powerless: from here on the program runs bound by the modes of files, as root also.
powerless() {
	[ "$(id -u)" != 0 ] || as=(setpriv --bounding-set "-dac_override,-dac_read_search")
}

powerful() {
	as=()
}

# plain_dump ROWS: what pg_dump 15 writes of one table with so many rows.
plain_dump() {
	local key=5FY0fagU2OfkD5w2GhQ8KYT2STldeg7q5wdF2Hj5N5JBKDf0lL759y31UuPprid

	cat <<-END
	--
	-- PostgreSQL database dump
	--

	\\restrict $key

	-- Dumped from database version 15.20 (Debian 15.20-0+deb12u1)
	-- Dumped by pg_dump version 15.20 (Debian 15.20-0+deb12u1)

	SET statement_timeout = 0;
	SET lock_timeout = 0;
	SET idle_in_transaction_session_timeout = 0;
	SET client_encoding = 'UTF8';
	SET standard_conforming_strings = on;
	SELECT pg_catalog.set_config('search_path', '', false);
	SET check_function_bodies = false;
	SET xmloption = content;
	SET client_min_messages = warning;
	SET row_security = off;

	SET default_tablespace = '';

	SET default_table_access_method = heap;

	--
	-- Name: users; Type: TABLE; Schema: public; Owner: postgres
	--

	CREATE TABLE public.users (
	    id integer NOT NULL,
	    name text
	);


	ALTER TABLE public.users OWNER TO postgres;

	--
	-- Data for Name: users; Type: TABLE DATA; Schema: public; Owner: postgres
	--

	COPY public.users (id, name) FROM stdin;
	END
	awk -v n="$1" 'BEGIN { for (i = 1; i <= n; i++) printf "%d\tname %d and some more text to fill the line\n", i, i }'
	cat <<-END
	\\.


	--
	-- Name: users users_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres
	--

	ALTER TABLE ONLY public.users
	    ADD CONSTRAINT users_pkey PRIMARY KEY (id);


	--
	-- PostgreSQL database dump complete
	--

	\\unrestrict $key

	END
}

# dump_fixture NAME [ROWS]: such a dump as file NAME in the repo (or at an absolute path), wrapped as its ending says.
dump_fixture() {
	local file=$1 rows=${2:-100}

	[[ $file == /* ]] || file=$REPO/$file
	mkdir -p "$(dirname -- "$file")"
	case $file in
	*.gz) plain_dump "$rows" | gzip -n1 >"$file" ;;
	*.zst) plain_dump "$rows" | zstd -qc1 >"$file" ;;
	*.xz) plain_dump "$rows" | xz -0 >"$file" ;;
	*) plain_dump "$rows" >"$file" ;;
	esac
	# Old enough that nothing takes it for a file that is still being written.
	touch -d '2 hours ago' -- "$file"
}

# cut_fixture NAME [ROWS]: the first half of one: it ends inside the rows.
cut_fixture() {
	dump_fixture "$@"
	local file=$REPO/$1

	truncate -s $(($(stat -c %s -- "$file") / 2)) -- "$file"
	touch -d '2 hours ago' -- "$file"
}

# try ARGS...: runs backstay; status, out, err (texts), and the files $WORLD/out, $WORLD/err. Never fails by itself.
try() {
	status=0
	timeout -k 5 "$PATIENCE" "${as[@]}" "$BACKSTAY" "$@" >"$WORLD/out" 2>"$WORLD/err" 3>&- || status=$?
	out=$(tr -d '\0' <"$WORLD/out")
	err=$(tr -d '\0' <"$WORLD/err")
}

# told: what the last run looked like, for the reader of a failed test.
told() {
	printf 'status %s\n--- stdout\n%s\n--- stderr\n%s\n' "$status" "$out" "$err"
}

# run_status WANT ARGS...: runs backstay; the test fails unless it ends with WANT (one status, or several as "0|3").
run_status() {
	local want=$1

	shift
	try "$@"
	[[ "|$want|" == *"|$status|"* ]] || { echo "wanted status $want of: backstay $*"; told; return 1; }
}

# json_get FILTER [JQ-OPTIONS...]: what the filter finds in the last run's stdout, raw.
json_get() {
	local filter=$1

	shift
	jq -r "$@" "$filter" "$WORLD/out" || { told; return 1; }
}

# json_is FILTER WANT: the test fails unless they are equal.
json_is() {
	local got

	got=$(json_get "$1") || return 1
	[ "$got" = "$2" ] || { echo "wanted $2, got $got, of $1 in:"; told; return 1; }
}

# says WORDS: they stand in what the last run wrote to people or programs (any case; a basic regular expression).
says() {
	printf '%s\n%s\n' "$out" "$err" | grep -qi -e "$1" || { echo "nobody said: $1"; told; return 1; }
}

says_not() {
	! printf '%s\n%s\n' "$out" "$err" | grep -qi -e "$1" || { echo "somebody said: $1"; told; return 1; }
}

# Verdict, and codes of findings in one line, of PATH in the last inspect or verify --json.
verdict_of() {
	json_get '(.inspected // .verified)[] | select(.path == $p) | .verdict' --arg p "$1"
}

codes_of() {
	json_get '[(.inspected // .verified)[] | select(.path == $p) | .findings[].code] | join(" ")' --arg p "$1"
}

# verdict_is PATH WANT: WANT one verdict or several as "a|b".
verdict_is() {
	local got

	got=$(verdict_of "$1") || return 1
	[[ -n $got && "|$2|" == *"|$got|"* ]] || { echo "wanted $2 of $1, got '$got' in:"; told; return 1; }
}

has_code() {
	local got

	got=$(codes_of "$1") || return 1
	[[ " $got " == *" $2 "* ]] || { echo "no finding $2 of $1 among '$got' in:"; told; return 1; }
}

# adopted: a catalog with the repo "r" in it, scanned.
adopted() {
	run_status 0 init
	run_status 0 repo add r "$REPO"
	run_status 0 scan
}

# listed FILTER: over the rows of `list` of every state; the last run is then that list.
listed() {
	run_status '0|4' list --json "${@:2}" || return 1
	json_get "$1"
}

# How many live backups have VERDICT.
count_verdict() {
	listed "[.backups[] | select(.verdict == \"$1\")] | length"
}

# catalog_whole: SQLite itself finds nothing wrong with the catalog.
catalog_whole() {
	local said

	said=$(sqlite3 -cmd ".timeout 10000" "${1:-$BACKSTAY_CATALOG}" 'PRAGMA integrity_check; PRAGMA foreign_key_check;' 2>&1)
	[ "$said" = ok ] || { echo "integrity_check: $said"; return 1; }
}
