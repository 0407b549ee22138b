#!/bin/bash
# A scan and a verify of a bucket, with each of their requests spoilt in each way: nothing that is there is called gone or damaged, the
# run ends soon and says why, and the next one finds all as it was. usage: s3faults.sh BACKSTAY [FAULT...]
here=$(cd "$(dirname "$0")" && pwd)
backstay=$(realpath "$1")
shift
. "$here/count.sh"
. "$here/s3world.bash"
world_start
export BACKSTAY_S3_RETRY_MS=5 BACKSTAY_S3_SILENCE_MS=400
unset AWS_ENDPOINT_URL AWS_ENDPOINT_URL_S3
mkdir files
printf 'COPY' >files/stranger
cp "$here/../corpus/pgdump-custom/15-z6-copy.dump" files/shop_20261101.dump
cp "$here/../corpus/pgdump-plain/15-copy.sql.gz" files/shop_20261102.sql.gz 2>/dev/null || cp "$here"/../corpus/pgdump-plain/*copy.sql.gz files/
aws3 s3 mb s3://faults >/dev/null
aws3 s3 cp --quiet --recursive files s3://faults/bk/
export BACKSTAY_CATALOG=$dir/sound.db
"$backstay" init >/dev/null 2>&1
"$backstay" repo add bucket s3://faults/bk --endpoint "$PROXY" >/dev/null || bad "repo add"
arm
"$backstay" scan >/dev/null || bad "scan"
"$backstay" verify --all >/dev/null || bad "verify"
sound() { "$backstay" list --json | jq -c '[.backups[] | [.label, .state, .verdict]] | sort'; }
was=$(sound)
[ "$(jq length <<<"$was")" -ge 2 ] && ok || bad "nothing to look at: $was"

count=0
try() { # FAULT AT COMMAND...
	local fault=$1 at=$2 got=0 began=$SECONDS
	shift 2
	rm -f try.db*
	cp sound.db try.db
	arm "$fault" "$at"
	BACKSTAY_CATALOG=$dir/try.db timeout 60 "$backstay" "$@" >out 2>err || got=$?
	count=$((count + 1))
	case $got in
	0) ;;
	3) [ -s err ] || grep -q 'error' out || bad "$fault at $at of $*: 3 and not a word" ;;
	*) bad "$fault at $at of $*: it ended with $got: $(head -c 300 err)" ;;
	esac
	[ $((SECONDS - began)) -lt 30 ] || bad "$fault at $at of $*: $((SECONDS - began)) s"
	# what could not be read is told, and is neither gone nor damaged
	is=$(BACKSTAY_CATALOG=$dir/try.db sound)
	jq -e 'all(.[]; .[1] != "missing" and .[1] != "gone" and .[2] != "damaged" and .[2] != "incomplete" and .[2] != "missing")' <<<"$is" >/dev/null ||
		bad "$fault at $at of $*: $is"
	grep -qE "$AWS_SECRET_ACCESS_KEY" out err && bad "$fault at $at of $*: the secret is told"
	ok
}
requests() { # COMMAND...
	rm -f try.db*
	cp sound.db try.db
	arm
	BACKSTAY_CATALOG=$dir/try.db "$backstay" "$@" >/dev/null 2>&1
	settled
}
faults=${*:-reset lost stall stall-body cut cut-reset short long garbage error-200 empty-list 403 404 429 500 503 expired skewed}
for what in "scan" "verify --all" "verify --all --level sealed"; do
	n=$(requests $what)
	[ "$n" -gt 1 ] && ok || bad "$what asked $n times"
	for fault in $faults; do
		for ((at = 0; at < n; at++)); do
			try "$fault" "$at" $what
		done
	done
done
unset BACKSTAY_S3_RETRY_MS
arm
[ "$("$backstay" scan --json | jq -c .scanned.unchanged)" = "$(jq length <<<"$was")" ] && ok || bad "the last scan"
[ "$(sound)" = "$was" ] && ok || bad "in the end: $(sound), not $was"
echo "$count faults, each at its request"
sum_up
