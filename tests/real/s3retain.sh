#!/bin/bash
# Retention in buckets, against a real S3 server. s3retain.sh BACKSTAY [EVERY]
#
# In a bucket without versions, with them, and under object lock: a plan is carried out, taken back and purged; what was replaced
# meanwhile stays; a DELETE that lies is told, and nothing is called gone; each EVERY-th request of a purge (each, by default) meets each
# fault, and what the catalog says afterwards is what lies in the bucket.
set -u
backstay=$(realpath "$1")
every=${2:-1}
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
. "$here/count.sh"
. "$here/s3world.bash"
world_start
unset AWS_CA_BUNDLE
export HOME=$dir BACKSTAY_S3_RETRY_MS=5 BACKSTAY_S3_SILENCE_MS=400 BACKSTAY_TEST_CLOCK BACKSTAY_CATALOG BACKSTAY_CONFIG=$dir/s.conf
cat >s.conf <<-END
	limits { ballast = 64KiB }
	policy default {
		switched_on = true
		daily = 1d
		weekly = 0d
		monthly = 0mo
	}
	source shop { match = {"shop_*"}  every = 24h }
END
zcat "$root/tests/sample/shop_20261102_020000.sql.gz" >one.sql

is() { [ "$2" = "$3" ] && ok || bad "$1: '$2', not '$3'"; }
has() { case $2 in *"$3"*) ok ;; *) bad "$1: no '$3' in: $2" ;; esac }
run() { # run STATUS COMMAND...
	local want=$1 status=0
	shift
	said=$(timeout 100 "$backstay" "$@" 2>&1) || status=$?
	[ "$status" = "$want" ] && ok || bad "$*: status $status, not $want: $said"
}
json() { "$backstay" --json "$@" 2>/dev/null; }
states() {
	sqlite3 "$BACKSTAY_CATALOG" "SELECT group_concat(t, ' ') FROM (SELECT state || ' ' || count(*) AS t FROM backups GROUP BY state ORDER BY state)"
}
rows() { sqlite3 "$BACKSTAY_CATALOG" "SELECT a.path FROM artifacts a WHERE a.state = '$1' ORDER BY a.path"; }
later() { BACKSTAY_TEST_CLOCK=$(date -ud "+1 hour +$1 days" +%FT%TZ); }
night() { date -ud "-$1 days" +%Y%m%d; }
there() { signed -o body -w '%{http_code}' -I "$S3/$bucket/$1"; }
put() { # put NAME [TEXT]: its bytes are of its own
	{ cat one.sql && echo "-- $1 ${2:-}"; } >put.sql
	is "put $1" "$(signed -o body -w '%{http_code}' -T put.sql "$S3/$bucket/$1")" 200
}

# world BUCKET PREFIX NIGHTS [ENDPOINT]: so many nights lie there, scanned and verified, those but two condemned
n=0
world() {
	bucket=$1 prefix=$2
	n=$((n + 1))
	BACKSTAY_CATALOG=$dir/c$n.db
	later 0
	for ((i = 1; i <= $3; i++)); do put "$2/shop_$(night $i)_020000.sql"; done
	put "$2/shop_$(night "$3")_020000.sql.sha256" >/dev/null
	run 0 repo add r "s3://$bucket/$2" --endpoint "${4:-$S3}"
	run 0 scan
	run 0 verify
}
condemn() {
	hash=$(json retain plan | jq -r .plan)
	run 0 retain apply "$hash"
}
exact() { # versions of one key
	signed "$S3/$bucket?prefix=${1//\//%2F}&versions=" | grep -o "<Version><Key>$1</Key>" | wc -l
}
versions() { # of all keys that begin so
	signed "$S3/$bucket?prefix=${1//\//%2F}&versions=" | grep -o '<Version>' | wc -l
}
# true_rows NAME: what is called gone is not there, what is called live or condemned (and not being deleted) is
wrong_gone=0 wrong_live=0
true_rows() {
	local path code
	for path in $(rows gone); do
		code=$(there "$prefix/$path")
		[ "$code" = 404 ] && [ "$(exact "$prefix/$path")" = 0 ] && ok || { wrong_gone=$((wrong_gone + 1)); bad "$1: $path is called gone: $code"; }
	done
	for path in $(sqlite3 "$BACKSTAY_CATALOG" "SELECT path FROM artifacts WHERE state = 'live' OR state = 'condemned' AND state_reason IS NOT 'deleting'"); do
		code=$(there "$prefix/$path")
		[ "$code" = 200 ] && ok || { wrong_live=$((wrong_live + 1)); bad "$1: $path is called there: $code"; }
	done
}

aws3 s3api create-bucket --bucket plain >aws.out
aws3 s3api create-bucket --bucket kept >aws.out
aws3 s3api put-bucket-versioning --bucket kept --versioning-configuration Status=Enabled
aws3 s3api create-bucket --bucket locked --object-lock-enabled-for-bucket >aws.out

for b in plain kept; do
	### plan, apply, undo, purge
	world $b whole 6
	condemn
	is "$b: all but the floor are condemned" "$(states)" "condemned 4 live 2"
	run 0 retain purge
	is "$b: in its grace nothing goes" "$(rows gone | wc -l)" 0
	run 0 retain undo "shop_$(night 3)_020000.sql"
	is "$b: one is taken back" "$(states)" "condemned 3 live 3"
	run 0 hold add "shop_$(night 3)_020000.sql" --reason audit
	later 8
	put "whole/shop_$(night 4)_020000.sql" "another one"
	run 5 retain purge
	has "$b: what was replaced stays" "$said" "replaced"
	is "$b: two went" "$(rows gone | wc -l)" 2
	is "$b: the new one is there" "$(there "whole/shop_$(night 4)_020000.sql")" 200
	is "$b: what lies beside went along" "$(there "whole/shop_$(night 6)_020000.sql.sha256")" 404
	is "$b: the floor is there" "$(there "whole/shop_$(night 1)_020000.sql") $(there "whole/shop_$(night 2)_020000.sql")" "200 200"
	for i in 5 6; do is "$b: no version of night $i is left" "$(versions "whole/shop_$(night $i)")" 0; done
	run 0 doctor

	### a marker of another bucket stops all
	world $b swapped 4
	condemn
	later 8
	echo "backstay repo" >other
	signed -o body -T other "$S3/$b/swapped/.backstay-repo"
	run 5 retain purge
	has "$b: it is another bucket" "$said" "not-mounted"
	is "$b: nothing went from it" "$(rows gone | wc -l)" 0

	### a DELETE that lies
	world $b lie 4 "$PROXY"
	condemn
	later 8
	arm lie 0 1000
	run 5 retain purge
	arm
	has "$b: a DELETE that lies is told" "$said" "not-deleted"
	is "$b: and nothing is called gone" "$(rows gone | wc -l) $(states)" "0 condemned 2 live 2"
	true_rows "$b, lie"
	run 0 retain purge
	is "$b: they go when it does not lie" "$(rows gone | wc -l)" 2
	true_rows "$b, after the lie"

done

### object lock
world locked lock 5
day=$(date -ud '+20 days' +%F)
aws3 s3api put-object-retention --bucket locked --key "lock/shop_$(night 4)_020000.sql" --retention "Mode=GOVERNANCE,RetainUntilDate=${day}T00:00:00Z"
aws3 s3api put-object-legal-hold --bucket locked --key "lock/shop_$(night 5)_020000.sql" --legal-hold Status=ON
run 0 scan
why() { json retain plan | jq -r ".streams[].backups[] | select(.label == \"shop_$(night "$1")_020000.sql\") | \"\(.action) \(.reasons | join(\", \"))\""; }
has "a lock is told by the plan" "$(why 4)" "keep held: locked until $day"
has "and a legal hold" "$(why 5)" "keep held: under a legal hold"
has "what has none goes" "$(why 3)" "expire"
condemn
is "only that" "$(states)" "condemned 1 live 4"
# locked after it was condemned: it comes back
aws3 s3api put-object-legal-hold --bucket locked --key "lock/shop_$(night 3)_020000.sql" --legal-hold Status=ON
later 8
run 0 retain purge
is "it is taken back" "$(states)" "live 5"
aws3 s3api put-object-legal-hold --bucket locked --key "lock/shop_$(night 3)_020000.sql" --legal-hold Status=OFF
aws3 s3api put-object-legal-hold --bucket locked --key "lock/shop_$(night 5)_020000.sql" --legal-hold Status=OFF
later 9
run 0 retain run
is "and condemned again when the hold is over" "$(states)" "condemned 2 live 3"
later 18
run 0 scan
run 0 verify
run 0 retain run
is "and goes" "$(rows gone | wc -l)" 2
true_rows locked

### lifecycle
world plain cycle 3
aws3 s3api put-bucket-lifecycle-configuration --bucket plain --lifecycle-configuration \
	'{"Rules": [{"ID": "quick", "Status": "Enabled", "Filter": {"Prefix": "cycle/"}, "Expiration": {"Days": 1}},
	{"ID": "slow", "Status": "Enabled", "Filter": {"Prefix": "cycle/"}, "Expiration": {"Days": 400}},
	{"ID": "elsewhere", "Status": "Enabled", "Filter": {"Prefix": "other/"}, "Expiration": {"Days": 1}}]}'
sed -i 's/daily = 1d/daily = 30d/' s.conf
run 0 scan
has "a rule that deletes what the policy keeps" "$said" "lifecycle-deletes"
has "is named" "$said" '"quick"'
case $said in *slow* | *elsewhere*) bad "a rule that does not is named: $said" ;; *) ok ;; esac

### two keys
rgw_user() { "$rgw" user "$dir/rgw" "$1" "$2" "$3" || bad "user $1"; }
rgw_user reader READERKEY0000000 readersecretreadersecret
rgw_user reaper REAPERKEY0000000 reapersecretreapersecret
aws3 s3api create-bucket --bucket two >aws.out
policy() { # policy MORE: what the reader may beside reading
	aws3 s3api put-bucket-policy --bucket two --policy '{"Version": "2012-10-17", "Statement": [
		{"Effect": "Allow", "Principal": {"AWS": ["arn:aws:iam:::user/reader"]}, "Action": ["s3:GetObject", "s3:ListBucket",
			"s3:ListBucketVersions", "s3:GetBucketVersioning"'"$1"'], "Resource": ["arn:aws:s3:::two", "arn:aws:s3:::two/*"]},
		{"Effect": "Allow", "Principal": {"AWS": ["arn:aws:iam:::user/reaper"]}, "Action": ["s3:PutObject", "s3:DeleteObject",
			"s3:DeleteObjectVersion"], "Resource": ["arn:aws:s3:::two/*"]}]}'
}
policy ''
cat >keys <<-END
	[reads]
	aws_access_key_id = READERKEY0000000
	aws_secret_access_key = readersecretreadersecret
	[deletes]
	aws_access_key_id = REAPERKEY0000000
	aws_secret_access_key = reapersecretreapersecret
END
sed -i 's/daily = 30d/daily = 1d/' s.conf
BACKSTAY_CATALOG=$dir/two.db bucket=two prefix=k
later 0
for i in 1 2 3 4; do put "k/shop_$(night $i)_020000.sql"; done
export AWS_SHARED_CREDENTIALS_FILE=$dir/keys
run 0 repo add r s3://two/k --endpoint "$S3" --profile reads --reaper-profile deletes
run 0 scan
run 0 verify
condemn
later 8
run 0 retain purge
is "one key reads, the other deletes" "$(rows gone | wc -l) $(there "k/shop_$(night 4)_020000.sql")" "2 404"
run 0 doctor
has "each can do no more" "$said" "can neither write nor delete"
policy ', "s3:DeleteObject"'
run 1 doctor
has "and if it can, that is told" "$said" "the keys that read may delete"
is "no canary is left" "$(versions "k/.backstay-tmp")" 0
export AWS_SHARED_CREDENTIALS_FILE=/dev/null

### read-only
BACKSTAY_CATALOG=$dir/ro.db
aws3 s3api create-bucket --bucket strange >aws.out
bucket=strange
put "shop_$(night 1)_020000.sql"
arm
run 0 repo add ro s3://strange --endpoint "$PROXY" --read-only
run 0 scan
run 0 retain run
settled >/dev/null
is "nothing is written into a read-only repo" "$(grep -vcE '^[0-9]+ (GET|HEAD) ' "$PROXYLOG")" 0

sed -i 's/daily = 30d/daily = 1d/' s.conf
for b in plain kept; do
	### every request of a purge
	spoilt=0
	for fault in ${FAULTS:-reset lost lie 404 500 403}; do
		for ((at = 0; at < 60; at += every)); do
			world $b "f-$fault-$at" 4 "$PROXY" >/dev/null
			condemn
			later 8
			arm $fault $at
			timeout 100 "$backstay" retain purge >out 2>&1
			status=$?
			m=$(settled)
			arm
			case $status in 0 | 3 | 5) ok ;; *) bad "$b: $fault at $at: status $status: $(cat out)" ;; esac
			[ "$at" -ge "$m" ] && break
			spoilt=$((spoilt + 1))
			true_rows "$b: $fault at $at"
			[ "$fault" != 404 ] || run 0 scan # what nobody saw for a moment comes back
			run 0 retain purge
			true_rows "$b: after $fault at $at"
			[ "$fault" = 404 ] || is "$b: $fault at $at: the next run ends it" "$(rows gone | wc -l) $(states)" "2 gone 2 live 2"
		done
	done
	echo "$b: $spoilt purges met a fault; $wrong_gone called gone that are there, $wrong_live called there that are not"
done
sum_up
