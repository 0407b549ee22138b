# printed.sh: runs what `backstay pick` and `get` print, as it is printed, by root and by an account without rights, and looks at what
# came back; to be read with `.` after pg.sh. Posix shell but for bash's own commands, which it hands to bash.
# shellcheck shell=bash disable=SC2154 # count.sh and pg.sh set what is used here

mkdir -p "$dir/work"
chmod 755 "$dir/work"
if [ "$(id -u)" = 0 ]; then chown postgres "$dir/work"; fi

# run_as WHO: the lines of `commands`, in work/. root also is whoever runs the tests.
run_as() {
	if [ "$1" = postgres ]; then
		(cd work && runuser -u postgres -- bash -e "$dir/commands") >log 2>&1
	else
		(cd work && bash -e "$dir/commands") >log 2>&1
	fi
}

# in_new DATABASE SQL...: asks the new server; the last cluster that was made
in_new() { $pg_as "$pg_bin/psql" -X -q -At -v ON_ERROR_STOP=1 -h "$dir/work/$made" -p 54999 -U postgres -d "$@"; }

stop_new() {
	$pg_as "$pg_bin/pg_ctl" -D "$dir/work/$made/data" -m immediate -w stop >/dev/null 2>&1
	rm -rf "${dir:?}/work/${made:?}"
}

# brought WHO WHAT WANT: the lines of `commands` are run; WANT is what the_rows must say then
brought() {
	chmod 644 commands
	run_as "$1" || { bad "$2 by $1: the commands ended so: $(tail -n 25 log; cat commands)"; made=$(sed -n 's/^mkdir -m 700 //p' commands | head -n 1); stop_new; return 1; }
	made=$(sed -n 's/^mkdir -m 700 //p' commands | head -n 1)
	is=$(the_rows 2>&1)
	[ "$is" = "$3" ] && ok || bad "$2 by $1: has '$is' and not '$3'"
	# nothing of the new server may lie outside its folder
	out=$(find "work/$made" -type l -exec realpath {} + | grep -v "^$dir/work/$made/")
	[ -z "$out" ] && ok || bad "$2 by $1: a link leads to $out"
}

accounts=me
if [ "$(id -u)" = 0 ]; then accounts="me postgres"; fi

# picked WHAT WANT OPTIONS...: by each account
picked() {
	local what=$1 want=$2
	shift 2
	"$backstay" pick "$@" --json >pick.json 2>log || { bad "$what: pick $*: $(cat log pick.json)"; return 1; }
	jq -r '.choice.commands[]' pick.json >commands
	for who in $accounts; do
		brought "$who" "$what" "$want" && stop_new
	done
}
