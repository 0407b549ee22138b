#!/bin/bash
# Archives the write-ahead log of a real PostgreSQL with segments of 1 MiB, and holds what backstay says of it against the server and
# pg_waldump: whole, with a gap, with a stranger's segment, renamed, cut, with bits flipped.
# wal.sh BACKSTAY WALK_WAL [SEED [FLIPS]]
set -u
backstay=$(realpath "$1")
walk=$(realpath "$2")
seed=${3:-20261122}
flips=${4:-1000}
here=$(cd "$(dirname "$0")" && pwd)
. "$here/count.sh"
. "$here/pg.sh"

# cluster NAME PORT: segments of 1 MiB, archived into $dir/NAME.wal
cluster() {
	$pg_as mkdir "$dir/$1.wal"
	at_end=pg_stop
	pg_running="$pg_running $1"
	{
		$pg_as "$pg_bin/initdb" -D "$dir/$1" -U postgres -A trust -E UTF8 --locale=C.UTF-8 -N --wal-segsize=1 &&
			$pg_as "$pg_bin/pg_ctl" -D "$dir/$1" -w -t 120 -l "$dir/$1.log" -o "-p $2 -k $dir -h '' -F \
				-c archive_mode=on -c archive_command='cp %p $dir/$1.wal/%f' -c min_wal_size=4MB -c max_wal_size=8MB" start
	} >"$dir/start.log" 2>&1 || { cat "$dir/start.log" "$dir/$1.log"; bad "no server"; sum_up; exit 1; }
}
archived() { # SEGMENT: waits until it is
	for _ in $(seq 300); do
		[ "$(sql postgres -c "SELECT coalesce(last_archived_wal >= '$1', false) FROM pg_stat_archiver")" = t ] && return
		sleep 0.1
	done
	bad "$1 was not archived"
}
switch() { archived "$(sql postgres -c 'SELECT pg_walfile_name(pg_switch_wal())')"; }

cluster one 5432
sql postgres -c 'CREATE TABLE t (a int PRIMARY KEY, b text); CREATE INDEX ON t (b)'
switch
sql postgres -c "INSERT INTO t SELECT i, repeat(md5(i::text), 8) FROM generate_series(1, 12000) i"
sql postgres -c "BEGIN; UPDATE t SET b = b || 'x' WHERE a % 3 = 0; ROLLBACK"
sql postgres -c "SELECT pg_logical_emit_message(true, 'test', repeat('large', 700000))" >/dev/null # over four segments
sql postgres -c "DELETE FROM t WHERE a % 7 = 0"
sql postgres -c 'CHECKPOINT'
sql postgres -c "INSERT INTO t VALUES (-1, 'the last one')"
sql postgres -c "VACUUM t"
switch
echo "$(find one.wal -type f | wc -l) segments were archived"

export BACKSTAY_CATALOG=$dir/catalog.db XDG_CONFIG_HOME=$dir/config
mkdir repo
cp -r one.wal repo/wal
find repo -type f -exec touch -d '2 hours ago' {} +
"$backstay" repo add local repo >/dev/null 2>&1
status_is() { # NAME STATUS COMMAND...
	local name=$1 want=$2 got=0
	shift 2
	"$@" >out 2>err || got=$?
	holds "$name: $got, not $want" [ "$got" = "$want" ]
	[ "$got" = "$want" ] || cat out err
}
codes() { jq -r '[.wal[].trouble[].code] + [.wal_strays[].code] | unique | join(" ")' <(timeout 60 "$backstay" status --json); }
# again: forgets and rereads everything
again() {
	"$backstay" scan >/dev/null 2>&1
	"$backstay" verify --all >/dev/null 2>&1
}
segments() { find repo/wal -maxdepth 1 -type f -name '00000001????????????????' | sort; }

status_is "an archive is scanned" 0 "$backstay" scan
status_is "an archive is sound" 0 "$backstay" verify
"$backstay" status --json >status.json
holds "it is one run" [ "$(jq '.wal | length' status.json)" = 1 ]
holds "system id" [ "$(jq -r '.wal[0].system_id' status.json)" = "$($pg_as "$pg_bin/pg_controldata" "$dir/one" | sed -n 's/^Database system identifier: *//p')" ]
holds "proven to its end" [ "$(jq -r '.wal[0] | .proven_lsn == .end_lsn and .segments > 8' status.json)" = true ]

# the last commit, as pg_waldump tells it
mapfile -t all < <(segments)
timeout 60 "$pg_bin/pg_waldump" -r Transaction -p repo/wal "$(basename "${all[0]}")" "$(basename "${all[-1]}")" >waldump.txt 2>/dev/null
last=$(sed -n 's/.*desc: \(COMMIT\|ABORT\) \([-0-9]* [0-9:.]*\) UTC.*/\2/p' waldump.txt | sort | tail -1)
holds "last commit $(jq -r '.wal[0].last_commit' status.json), pg_waldump: $last" \
	[ "$(date -u -d "$(jq -r '.wal[0].last_commit' status.json)" +%s)" = "$(date -u -d "$last UTC" +%s)" ]

# each alone: what it owes to its neighbours is told, and nothing good is called bad
for f in "${all[@]}"; do
	timeout 60 "$backstay" inspect --json "$f" >one.json
	holds "$f alone" [ "$(jq -r '.inspected[0].verdict' one.json)" = sound ]
done

# what is being written now, and what pg_receivewal holds of it
$pg_as mkdir received
sql postgres -c "INSERT INTO t VALUES (-2, 'x')"
timeout 10 $pg_as "$pg_bin/pg_receivewal" -h "$dir" -U postgres -D received >receive.log 2>&1 &
receiver=$!
for _ in $(seq 50); do
	ls received/*.partial >/dev/null 2>&1 && break
	sleep 0.1
done
sql postgres -c "INSERT INTO t VALUES (-3, 'y')"
wait $receiver
now=$(sql postgres -c 'SELECT pg_walfile_name(pg_current_wal_lsn())')
cp "$dir/one/pg_wal/$now" .
timeout 60 "$backstay" inspect --json "$now" >one.json
holds "the current segment is $(jq -r '.inspected[0].verdict' one.json)" [ "$(jq -r '.inspected[0].verdict' one.json)" = unproven ]
for f in received/*; do
	timeout 60 "$backstay" inspect --json "$f" >one.json
	holds "$f of pg_receivewal is $(jq -r '.inspected[0].verdict' one.json)" [ "$(jq -r '.inspected[0].verdict' one.json)" = sound ]
done

# a base backup's .backup file, and a new timeline with its history
pg pg_basebackup -D "$dir/base" -X none -c fast >/dev/null 2>&1
$pg_as "$pg_bin/pg_ctl" -D "$dir/one" -m fast -w stop >/dev/null
rm -f "$dir/one.wal.done"
$pg_as touch "$dir/one/recovery.signal"
$pg_as "$pg_bin/pg_ctl" -D "$dir/one" -w -t 120 -l "$dir/one.log" -o "-p 5432 -k $dir -h '' -F -c archive_mode=on \
	-c archive_command='cp %p $dir/one.wal/%f' -c restore_command='cp $dir/one.wal/%f %p'" start >/dev/null
for _ in $(seq 100); do
	[ "$(sql postgres -c 'SELECT pg_is_in_recovery()')" = f ] && break
	sleep 0.1
done
sql postgres -c "INSERT INTO t VALUES (-4, 'z')"
switch
mkdir two-lines
cp -r one.wal two-lines/wal
find two-lines -type f -exec touch -d '2 hours ago' {} +
(
	export BACKSTAY_CATALOG=$dir/lines.db
	"$backstay" repo add lines two-lines >/dev/null 2>&1
	"$backstay" scan >out 2>&1 && "$backstay" verify >>out 2>&1
) || { bad "two timelines"; cat out; }
for f in one.wal/*.history one.wal/*.backup one.wal/*.partial; do
	[ -e "$f" ] || continue
	timeout 60 "$backstay" inspect --json "$f" >one.json
	holds "$f is $(jq -r '.inspected[0].verdict' one.json)" [ "$(jq -r '.inspected[0].verdict' one.json)" = sound ]
done

# a gap
middle=${all[$((${#all[@]} / 2))]}
mv "$middle" .
status_is "a gap is trouble for scan" 1 "$backstay" scan
status_is "a gap is trouble for status" 1 "$backstay" status
holds "gap: $(codes)" [ "$(codes)" = wal-gap ]
status_is "a gap is trouble for verify" 1 "$backstay" verify
mv "$(basename "$middle")" repo/wal
again
status_is "the gap is closed" 0 "$backstay" status

# a foreign one
cluster two 5433
PGPORT=5433
export PGPORT
sql postgres -c 'CREATE TABLE u AS SELECT 1'
seg=$(sql postgres -c 'SELECT pg_walfile_name(pg_switch_wal())')
archived "$seg"
unset PGPORT
cp "$middle" kept
cp "two.wal/$seg" "$middle.foreign"
mv "$middle.foreign" "$middle"
again
holds "foreign bytes under a name of ours: $(codes)" [ -n "$(codes)" ]
mv kept "$middle"
again
far=repo/wal/00000001000000F00000000F
cp "two.wal/$seg" $far
again
holds "renamed and foreign: $(codes)" [ "$(codes)" = not-what-its-name-says ]
rm $far
[ -e "repo/wal/$seg" ] || {
	cp "two.wal/$seg" repo/wal
	again
	holds "foreign: $(codes)" [ "$(codes)" = wal-foreign ]
	rm "repo/wal/$seg"
}
again
status_is "all is well again" 0 "$backstay" status

# cuts and flips: as one stream, and beside pg_waldump on the same bytes
"$walk" "${all[@]}" >walk.txt || { bad "the stream"; cat walk.txt; }
"$walk" "$seed" "$flips" 200 "${all[@]}" >walk.txt || bad "flips and cuts"
cat walk.txt
RANDOM=$((seed % 32768))
ours=0 theirs=0 ahead=0 stuck=0 tried=0
cp -r repo/wal spoiled
for _ in $(seq $((flips / 25))); do
	f=${all[$((RANDOM % ${#all[@]}))]}
	base=$(basename "$f")
	at=$(((RANDOM * 32768 + RANDOM) % 1048576))
	python3 - "$f" "spoiled/$base" $at $((RANDOM % 8)) <<-'P'
		import sys
		b = bytearray(open(sys.argv[1], "rb").read())
		b[int(sys.argv[3])] ^= 1 << int(sys.argv[4])
		open(sys.argv[2], "wb").write(b)
	P
	tried=$((tried + 1))
	mapfile -t them < <(find spoiled -type f -name '00000001????????????????' | sort)
	we=0 they=0
	"$walk" "${them[@]}" >/dev/null || we=1
	timeout 20 "$pg_bin/pg_waldump" -q -p spoiled "$(basename "${all[0]}")" "$(basename "${all[-1]}")" >/dev/null 2>&1
	case $? in 0) ;; 124) stuck=$((stuck + 1)) ;; *) they=1 ;; esac
	ours=$((ours + we)) theirs=$((theirs + they))
	[ $they -le $we ] || ahead=$((ahead + 1))
	cp "$f" "spoiled/$base"
done
echo "| $tried flips on disk | backstay $ours | pg_waldump $theirs | pg_waldump stuck $stuck |"
holds "pg_waldump noticed $ahead flips that we did not" [ $ahead = 0 ]
ours=0 theirs=0
for n in 0 100 8192 500000 1000000 1048575; do
	f=${all[$((RANDOM % (${#all[@]} - 1)))]}
	base=$(basename "$f")
	head -c $n "$f" >"spoiled/$base"
	touch -d '2 hours ago' "spoiled/$base"
	got=0
	timeout 60 "$backstay" inspect "spoiled/$base" >/dev/null 2>&1 || got=$?
	[ $got = 1 ] && ours=$((ours + 1))
	timeout 20 "$pg_bin/pg_waldump" -q "spoiled/$base" >/dev/null 2>&1 || theirs=$((theirs + 1))
	cp "$f" "spoiled/$base"
done
echo "| 6 cuts, each file alone | backstay $ours | pg_waldump $theirs |"
holds "cuts alone" [ $ours = 6 ]
sum_up
