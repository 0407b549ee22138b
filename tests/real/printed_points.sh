#!/bin/bash
# Base backups with tablespaces and archived log on a real server: what pick and get print is run as printed, by root and by postgres,
# for every kind of target, for every way a base backup lies, and with --pause. printed_points.sh BACKSTAY
set -u
backstay=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
# every restore is a cluster that its server syncs to disk
if [ -z "${TMPDIR:-}" ] && [ "$(df -k --output=avail /dev/shm 2>/dev/null | tail -n 1)" -gt 4000000 ] 2>/dev/null; then
	export TMPDIR=/dev/shm
fi
. "$here/count.sh"
. "$here/pg.sh"
. "$here/printed.sh"
export PGHOST=$dir PGUSER=postgres PATH=$pg_bin:$PATH LC_ALL=C TZ=UTC

pg_start
chmod 755 "$dir"
space="$dir/sp ace \$(x) &"
mkdir -p repo/wal "$space" "$dir/plain_space" elsewhere
chown -R postgres repo "$space" plain_space elsewhere 2>/dev/null
echo "archive_mode = on
archive_command = 'cp %p $dir/repo/wal/%f'
checkpoint_timeout = 1h" | $pg_as tee -a db/postgresql.conf >/dev/null
$pg_as "$pg_bin/pg_ctl" -D "$dir/db" -m fast -w restart >/dev/null 2>&1 || { bad "no server with an archive"; sum_up; exit 1; }
sql postgres -v "at=$space" -v "plain=$dir/plain_space" <<'SQL'
CREATE TABLESPACE odd LOCATION :'at';
CREATE TABLESPACE plain LOCATION :'plain';
CREATE TABLE t (n int);
CREATE TABLE in_odd (n int) TABLESPACE odd;
CREATE TABLE in_plain (n int) TABLESPACE plain;
SQL
add() { sql postgres -c "INSERT INTO t VALUES ($1)" -c "INSERT INTO in_odd VALUES ($1)" -c "INSERT INTO in_plain VALUES ($1)"; }
the_rows() { in_new postgres -c "SELECT (SELECT max(n) FROM t), (SELECT max(n) FROM in_odd), (SELECT count(*) FROM in_plain)"; }
take() { # NAME OPTION...
	local to=$1
	shift
	pg pg_basebackup -N -c fast -D "$dir/repo/$to" "$@" 2>taken || bad "$to: $(cat taken)"
}
now() { sql postgres -c "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"; }

add 1
take tars/base -Ft -X none
take zipped/base -Ft -z -X stream
mkdir -p repo/inside && chown postgres repo/inside 2>/dev/null
take inside/base -Fp -X stream -T "$space=$dir/repo/inside/odd" -T "$dir/plain_space=$dir/repo/inside/plain" --waldir "$dir/repo/inside/log"
take outside/base -Fp -X none -T "$space=$dir/elsewhere/odd" -T "$dir/plain_space=$dir/elsewhere/plain"
# as rsync -L leaves it
mkdir -p repo/followed && cp -RL repo/inside/base repo/followed/base && chown -R postgres repo/followed 2>/dev/null
add 2
sleep 2.1
time_two=$(now)
sleep 0.1
add 3
lsn_three=$(sql postgres -c "SELECT pg_current_wal_insert_lsn()")
add 4
sql postgres -c "SELECT pg_create_restore_point('it''s \"here\"')" >/dev/null
add 5
last=$(sql postgres -c 'SELECT pg_walfile_name(pg_switch_wal())')
for _ in $(seq 100); do [ -e "repo/wal/$last" ] && break; sleep 0.1; done
add 6
# the primary dies, and what pg_receivewal had of its last segment is there
current=$(sql postgres -c 'SELECT pg_walfile_name(pg_current_wal_insert_lsn())')
$pg_as "$pg_bin/pg_ctl" -D "$dir/db" -m immediate -w stop >/dev/null
cp "db/pg_wal/$current" "repo/wal/$current.partial" && chown postgres "repo/wal/$current.partial" 2>/dev/null
# nothing of the old server's is there to be written to
rm -rf "$space" plain_space db
find repo -exec touch -h -d '1 hour ago' {} +

export BACKSTAY_CATALOG=$dir/catalog.db BACKSTAY_CONFIG=$dir/none.conf
: >none.conf
{
	"$backstay" repo add r repo
	for it in tars zipped inside outside followed; do "$backstay" source add "$it" --match "$it/*"; done
	"$backstay" source add wal --match 'wal/*'
	"$backstay" scan
} >log 2>&1 || bad "set up: $(cat log)"
"$backstay" verify --all >verified 2>&1
find repo -type f -exec sha256sum {} + | sort >repo.was

all_accounts=$accounts
for it in tars zipped inside outside followed; do
	picked "$it: latest" "6|6|6" "$it"
	accounts=me
done
picked "a time" "2|2|2" tars --at "$time_two"
picked "an LSN" "3|3|3" zipped --lsn "$lsn_three"
picked "a name" "4|4|4" inside --target-name "it's \"here\""
picked "before a time" "2|2|2" outside --before "$time_two"

# --pause: looked at, then promoted by the words that are printed
paused() { # WANT STATE OPTION...
	local want=$1 state=$2
	shift 2
	"$backstay" pick zipped "$@" --pause --json >pick.json 2>log || bad "pick --pause: $(cat log)"
	for who in $all_accounts; do
		jq -r '.choice.commands[]' pick.json >commands
		brought "$who" "--pause" "$want" || continue
		[ "$(in_new postgres -c 'SELECT pg_is_in_recovery(), pg_get_wal_replay_pause_state()')" = "t|$state" ] && ok || bad "it does not wait"
		in_new postgres -c 'INSERT INTO in_odd VALUES (99)' 2>log && bad "it can be written to while it waits" || ok
		sed -n 's/^# to go on: //p' commands >going
		mv going commands && chmod 644 commands
		run_as "$who" && ok || bad "to go on by $who: $(cat log commands)"
		[ "$(in_new postgres -c 'SELECT pg_is_in_recovery()')" = f ] && ok || bad "it was not promoted by $who"
		in_new postgres -c 'INSERT INTO in_odd VALUES (99)' && ok || bad "it cannot be written to"
		stop_new
	done
}
paused "2|2|2" paused --at "$time_two"
# without a target there is none to wait at: it waits where the log ends
paused "6|6|6" "not paused"

# fetched, with and without all the log, and the repo is gone
for it in tars zipped inside followed; do
	for all in "" --wal; do
		rm -rf got
		"$backstay" get "$it/base" "$dir/got" $all --json >get.json 2>log || { bad "get $it $all: $(cat log get.json)"; continue; }
		jq -r '.commands[]' get.json >commands
		if [ "$it" = tars ]; then
			jq -e '[.fetched[] | select(.path | test("/wal/[0-9A-F]{24}$"))] | length > 0 and all(.records_read and (.compared | not))' get.json >log ||
				bad "get $it $all: log that nobody read"
		fi
		[ -z "$(find got -type l)" ] && ok || bad "get $it: there are links"
		mv repo away
		for who in $([ "$all" ] && echo "$all_accounts" || echo me); do
			chmod -R a+rX got
			brought "$who" "get $it $all" "$([ "$all" ] && echo '6|6|6' || echo '1|1|1')" && stop_new
		done
		mv away repo
	done
done
find repo -type f -exec sha256sum {} + | sort >repo.is
cmp -s repo.was repo.is && ok || { bad "a repo was written to"; diff repo.was repo.is; }

# a segment that turned bad since it was verified
first=$(find repo/wal -name '00000001????????????????' | sort | tail -n 1)
touch -r "$first" touched
printf '\377\377\377\377' | dd of="$first" bs=1 seek=8300 conv=notrunc status=none
touch -r touched "$first"
rm -rf got
"$backstay" get tars/base "$dir/got" --wal --json >get.json 2>log
[ $? = 1 ] && ok || bad "a bad segment is fetched: $(cat get.json log)"
jq -e '.commands == [] and (.findings | length > 0)' get.json >log && ok || bad "a bad segment is not told: $(cat get.json)"
[ ! -e "got/wal/$(basename "$first")" ] && ok || bad "a bad segment is kept"
sum_up
