#!/bin/bash
# Buckets through the command line, against a real S3 server. s3.sh BACKSTAY [SEED [OPERATIONS [EVERY]]]
#
# What aws, s3cmd and we put there is scanned, verified, shown and fetched, in the clear and by TLS under a CA of our own; what is
# wrong (CA, keys, session, bucket, clock) is refused in words that name it and hold no secret; keys come from each place that the
# SDKs know; requests are counted; faults that do not end are told, and end the run; each request of `repo add` (each EVERY-th one)
# meets each fault; and after random puts, overwrites and deletes all three tools count the same objects and bytes.
set -u
backstay=$(realpath "$1")
seed=${2:-$(date +%j)} operations=${3:-200} every=${4:-1}
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
. "$here/count.sh"
. "$here/s3world.bash"
world_start
unset AWS_CA_BUNDLE
export HOME=$dir BACKSTAY_CATALOG=$dir/catalog.db BACKSTAY_S3_RETRY_MS=5 BACKSTAY_S3_SILENCE_MS=400
export BACKSTAY_TEST_CLOCK # what was put just now is no young file
BACKSTAY_TEST_CLOCK=$(date -ud '+1 hour' +%FT%TZ)
unset BACKSTAY_CONFIG XDG_CONFIG_HOME
secret=$AWS_SECRET_ACCESS_KEY

is() { [ "$2" = "$3" ] && ok || bad "$1: '$2', not '$3'"; }
has() { case $2 in *"$3"*) ok ;; *) bad "$1: no '$3' in: $2" ;; esac }
# run STATUS COMMAND...: the program ends so; what it said is in $said, and never a secret of ours
run() {
	local want=$1 status=0
	shift
	said=$(timeout 60 "$backstay" "$@" 2>&1) || status=$?
	[ "$status" = "$want" ] && ok || bad "$*: status $status, not $want: $said"
	case $said in *"$secret"* | *hush* | *"${AWS_SESSION_TOKEN:-no token}"*) bad "$*: a secret is told: $said" ;; *) ok ;; esac
}
json() { "$backstay" --json "$@" 2>/dev/null; }
states() { json list --state "$1" | jq '.backups | length'; }

s3cmd_() {
	s3cmd --config=/dev/null --no-ssl --host="${S3#http://}" --host-bucket="${S3#http://}" --access_key="$AWS_ACCESS_KEY_ID" \
		--secret_key="$AWS_SECRET_ACCESS_KEY" "$@"
}

### what lies in a bucket, put there by others
aws3 s3api create-bucket --bucket bucket >aws.out
files=("$root"/tests/sample/*)
aws3 s3 cp --recursive --only-show-errors "$root/tests/sample" s3://bucket/pg/ --exclude 'weekly*'
s3cmd_ -q put "$root"/tests/sample/weekly* s3://bucket/pg/weekly/
run 0 repo add off s3://bucket/pg --endpoint "$S3"
run 0 scan
is "each file is known" "$(states live)" "${#files[@]}"
run 1 verify # one of the sample is cut
# every file is judged as the same one in a folder
mkdir pg && cp -r "$root"/tests/sample/* pg/ && mkdir pg/weekly && mv pg/weekly_* pg/weekly/ && find pg -exec touch -d '-1 day' {} +
"$backstay" --json --catalog "$dir/local.db" repo add local pg >out && "$backstay" --catalog "$dir/local.db" scan >out
verdicts() { jq -r '.backups[] | "\(.label) \(.verdict) \(.level) \(.size)"' | sort; }
"$backstay" --catalog "$dir/local.db" verify >out
is "the same verdicts as in a folder" "$(json list | verdicts)" "$("$backstay" --catalog "$dir/local.db" --json list | verdicts)"
is "and digests" "$(json show shop_20261107_020000.sql.gz | jq -r '.. | .sha256? // empty' | head -n 1)" "$(sha256sum <pg/shop_20261107_020000.sql.gz | cut -d' ' -f1)"
run 0 get shop_20261107_020000.sql.gz "$dir/fetched"
is "what is fetched is what was put" "$(cmp "$(find "$dir/fetched" -type f | head -n 1)" pg/shop_20261107_020000.sql.gz && echo same)" same
run 1 status
has "and says where it lies" "$(json list | jq -c '.backups[0].repos')" off
is "nothing is written but the marker" "$(aws3 s3 ls --recursive s3://bucket/ | grep -c backstay)" 1

### by TLS, under a CA of our own
run 0 repo add tls s3://bucket/pg/weekly --endpoint "$S3TLS" --ca-file "$CA" --catalog "$dir/tls.db"
run 0 scan --catalog "$dir/tls.db"
run 0 verify --catalog "$dir/tls.db"
has "two are proven by TLS" "$said" "2 sound"
run 3 repo add no s3://bucket/pg --endpoint "$S3TLS" --catalog "$dir/no.db"
has "a CA that nobody named is not believed" "$said" certificate
run 3 repo add no s3://bucket/pg --endpoint "$S3TLS" --ca-file /etc/ssl/certs/ca-certificates.crt --catalog "$dir/no.db"
has "nor a certificate of another CA" "$said" certificate
run 3 repo add no s3://bucket/pg --endpoint "${S3TLS/localhost/127.0.0.2}" --ca-file "$CA" --catalog "$dir/no.db"
run 2 repo add no s3://bucket/pg --endpoint "$S3TLS" --ca-file "$dir/none.pem" --catalog "$dir/no.db"

### what is wrong is told, and costs nothing that is known
refused() { # refused STATUS WORDS ARG...: of repo add
	local status=$1 words=$2
	shift 2
	run "$status" repo add no "$@"
	has "repo add $*" "$said" "$words"
	is "no repo of it" "$(json repo list | jq '[.repos[] | select(.name == "no")] | length')" 0
}
refused 3 NoSuchBucket s3://nobucket/x --endpoint "$S3"
refused 3 "Failed to connect" s3://bucket/x --endpoint http://127.0.0.1:9
refused 2 "keys do not belong" "s3://$AWS_ACCESS_KEY_ID:hush@bucket/x"
refused 2 "only a bucket" "$dir/pg" --region eu-1
AWS_SECRET_ACCESS_KEY=hush-wrong refused 3 SignatureDoesNotMatch s3://bucket/x --endpoint "$S3"
AWS_ACCESS_KEY_ID=UNKNOWN refused 3 InvalidAccessKeyId s3://bucket/x --endpoint "$S3"
"$rgw" user "$dir/rgw" other OTHERKEY00000000 hush-other
AWS_ACCESS_KEY_ID=OTHERKEY00000000 AWS_SECRET_ACCESS_KEY=hush-other refused 3 AccessDenied s3://bucket/x --endpoint "$S3"
(
	unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
	run 2 repo add no s3://bucket/x --endpoint "$S3"
	has "no keys anywhere" "$said" "no S3 credentials: environment"
	echo "$passed $failed" >sub
)
read -r passed failed <sub
live=$(states live)
AWS_SECRET_ACCESS_KEY=hush-wrong run 3 scan
has "a scan with a wrong secret" "$said" SignatureDoesNotMatch
is "nothing is missing for it" "$(states live) $(states missing)" "$live 0"
AWS_SECRET_ACCESS_KEY=hush-wrong run 3 verify --all
is "and nothing is damaged for it" "$(json list | verdicts)" "$("$backstay" --catalog "$dir/local.db" --json list | verdicts)"
token=$("$rgw" token "$dir/rgw" 5)
(
	eval "$token"
	run 0 repo add session s3://bucket/session --endpoint "$S3" --catalog "$dir/session.db"
	sleep 5
	run 3 scan --catalog "$dir/session.db"
	echo "$passed $failed" >sub
)
read -r passed failed <sub
(
	# a machine whose clock is an hour late: the server is asked through a program that lies about the time
	arm skewed 0 100000
	run 3 repo add no s3://bucket/x --endpoint "$PROXY"
	has "a clock that is wrong" "$said" "RequestTimeTooSkewed"
	has "is told as one" "$said" clock
	arm expired 0 100000
	run 3 repo add no s3://bucket/x --endpoint "$PROXY"
	has "a session that is over" "$said" "session of these keys is over"
	arm
	echo "$passed $failed" >sub
)
read -r passed failed <sub

### a bucket that nothing is written into
before=$(aws3 s3 ls --recursive s3://bucket/ | sort)
run 0 repo add ro s3://bucket/pg/weekly --endpoint "$S3" --read-only --catalog "$dir/ro.db"
run 0 scan --catalog "$dir/ro.db"
run 0 verify --catalog "$dir/ro.db"
is "nothing was" "$(aws3 s3 ls --recursive s3://bucket/ | sort)" "$before"

### keys from wherever the SDKs find them
python3 "$here/keyserver.py" "$((${PROXY##*:} + 1))" "$dir/keys" "$dir/keys.log" &
keyserver=$!
rgw_proxy="$rgw_proxy $keyserver"
K=http://127.0.0.1:$((${PROXY##*:} + 1))
until port_open=$(curl -s -o /dev/null -w '%{http_code}' --noproxy '*' "$K/"); [ "$port_open" = 401 ]; do sleep 0.05; done
: >keys.log
"$rgw" token "$dir/rgw" 900 >keys
from() { # from NAME: the environment says where; a scan works with what comes from there
	run 0 scan --catalog "$dir/ro.db"
	[ "$failed" = "$was" ] || bad "keys from $1"
	echo "$passed $failed" >sub
}
was=$failed
export AWS_CONFIG_FILE=$dir/config AWS_SHARED_CREDENTIALS_FILE=$dir/credentials
: >config
: >credentials
id=$AWS_ACCESS_KEY_ID
unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
(printf '[default]\naws_access_key_id = %s\naws_secret_access_key = %s\n' "$id" "$secret" >credentials; from "the file of keys"; : >credentials)
read -r passed failed <sub
(printf '[profile p]\naws_access_key_id = %s\naws_secret_access_key = %s\n' "$id" "$secret" >config; export AWS_PROFILE=p; from "a profile")
read -r passed failed <sub
printf '#!/bin/sh\n. "$1"\nprintf "{\\"Version\\": 1, \\"AccessKeyId\\": \\"%%s\\", \\"SecretAccessKey\\": \\"%%s\\", \\"SessionToken\\": \\"%%s\\"}" "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY" "$AWS_SESSION_TOKEN"\n' >give
chmod +x give
(printf '[default]\ncredential_process = "%s" %s\n' "$dir/give" "$dir/keys" >config; from "a process")
read -r passed failed <sub
: >config
printf identity-ok >jwt
(export AWS_WEB_IDENTITY_TOKEN_FILE=$dir/jwt AWS_ROLE_ARN=arn:aws:iam::1:role/x AWS_ENDPOINT_URL_STS=$K/sts; from "a web identity")
read -r passed failed <sub
printf hush-identity >jwt
(
	export AWS_WEB_IDENTITY_TOKEN_FILE=$dir/jwt AWS_ROLE_ARN=arn:aws:iam::1:role/x AWS_ENDPOINT_URL_STS=$K/sts
	run 3 scan --catalog "$dir/ro.db"
	has "a web identity that is refused" "$said" "status 400 InvalidIdentityToken"
	echo "$passed $failed" >sub
)
read -r passed failed <sub
(export AWS_CONTAINER_CREDENTIALS_FULL_URI=$K/container AWS_CONTAINER_AUTHORIZATION_TOKEN=auth-ok; from "a container")
read -r passed failed <sub
(export AWS_EC2_METADATA_DISABLED=false AWS_EC2_METADATA_SERVICE_ENDPOINT=$K; from "an instance")
read -r passed failed <sub
is "each of the servers was asked" "$(cut -d' ' -f1,2 keys.log | sort | uniq -c | tr -s ' \n' ' ')" \
	" 1 GET /container 1 GET /latest/meta-data/iam/security-credentials/ 1 GET /latest/meta-data/iam/security-credentials/tester 2 POST /sts 1 PUT /latest/api/token "
export AWS_ACCESS_KEY_ID=$id AWS_SECRET_ACCESS_KEY=$secret

### requests, counted on the wire
aws3 s3api create-bucket --bucket counted >aws.out
for f in shop_20261103_020000.sql.gz shop_20261106_020000.sql.gz shop_release-1.42_20261106_093000.dump weekly_20261102.dump; do
	aws3 s3 cp --only-show-errors "$root/tests/sample/$f" s3://counted/pg/
done
run 0 repo add p s3://counted/pg --endpoint "$PROXY" --catalog "$dir/p.db"
export BACKSTAY_CATALOG=$dir/p.db
count() { # count NAME MOST COMMAND...: how many requests it takes
	local name=$1 most=$2 n
	shift 2
	arm
	"$backstay" "$@" >out 2>&1
	n=$(settled)
	echo "$name: $n requests ($(cut -d' ' -f2 "$PROXYLOG" | sort | uniq -c | tr -s ' \n' ' '))"
	[ "$n" -le "$most" ] && ok || bad "$name: $n requests, more than $most: $(cat "$PROXYLOG")"
}
count "first scan of 4 objects" 20 scan
count "verify of 4 objects" 14 verify
count "scan, nothing new" 6 scan
count "verify, nothing due" 0 verify

### a fault that does not end is told, and ends the run; what is known stays known (one at each request: s3faults.sh)
"$backstay" verify --all >out 2>&1
cp p.db before.db
short() { jq -r '.backups[] | "\(.label) \(.verdict)"' | sort; }
want=$(json list | short)
spoilt=0
endless() { # endless FAULT WORDS COMMAND...
	local fault=$1 words=$2 status=0 n wrong
	shift 2
	cp before.db p.db
	rm -f p.db-*
	arm "$fault" 0 100000
	timeout 100 "$backstay" "$@" >out 2>&1 || status=$?
	n=$(curl -sSf --noproxy '*' "$PROXY/-/count")
	arm
	spoilt=$((spoilt + 1))
	[ "$status" = 3 ] && ok || bad "$fault without end in $*: status $status: $(cat out)"
	has "$fault without end in $*" "$(cat out)" "$words"
	[ "$n" -le 60 ] && ok || bad "$fault without end in $*: $n requests"
	is "$fault without end in $*: what is missing" "$(states missing)" 0
	wrong=$(json list | short | grep -vxF "$want" | grep -vE ' (unknown|unreadable|unproven)$')
	[ -z "$wrong" ] && ok || bad "$fault without end in $*: $wrong: $(cat out)"
}
for command in scan "verify --all"; do
	for pair in "reset:" "stall:" "stall-body:" "cut:" "cut-reset:" "garbage:" "short:" "error-200:" "403:AccessDenied" \
		"429:429" "500:500 InternalError" "503:503 SlowDown" "expired:ExpiredToken" "skewed:clock"; do
		# shellcheck disable=SC2086 # words
		endless "${pair%%:*}" "${pair#*:}" $command
	done
done
cp before.db p.db

### a bucket that is added through each fault at each request is added whole, or not at all
arm
run 0 repo add probe s3://counted/probe --endpoint "$PROXY" --catalog "$dir/probe.db"
n=$(settled)
echo "repo add: $n requests"
for fault in reset stall cut short long garbage error-200 403 500 expired skewed lost; do
	for ((i = 0; i < n; i += every)); do
		aws3 s3 rm --quiet --recursive s3://counted/probe/ 2>/dev/null
		rm -f probe.db*
		arm $fault "$i"
		status=0
		timeout 60 "$backstay" repo add probe s3://counted/probe --endpoint "$PROXY" --catalog "$dir/probe.db" >out 2>&1 || status=$?
		arm
		spoilt=$((spoilt + 1))
		there=$("$backstay" --json repo list --catalog "$dir/probe.db" 2>/dev/null | jq '.repos | length')
		case $status,${there:-0} in
		0,1) ok ;;
		[23],0) grep -q . out && ok || bad "$fault at $i of repo add: not a word" ;;
		*) bad "$fault at $i of repo add: status $status, ${there:-0} repos: $(cat out)" ;;
		esac
	done
done
echo "$spoilt runs with a fault"

### all tools agree
aws3 s3api create-bucket --bucket many >aws.out
export BACKSTAY_CATALOG=$dir/many.db
run 0 repo add many s3://many --endpoint "$S3"
run 0 source add all --match '*.sql.gz'
step=$(((operations + 3) / 4))
for ((i = 0; i < operations; i += step)); do
	n=$((operations - i < step ? operations - i : step))
	should=$(python3 "$here/s3fill.py" "$S3" many "$seed" "$n" "$i")
	"$backstay" scan >out 2>&1
	case $? in 0 | 1) ok ;; *) bad "scan: $(cat out)" ;; esac # what was deleted is missed
	ours=$(json list | jq -r '"\(.backups | length) \([.backups[].size] | add // 0)"')
	is "after $((i + n)) operations of seed $seed: what was put" "$ours" "$should"
done
marker=$(aws3 s3api head-object --bucket many --key .backstay-repo | jq .ContentLength)
is "aws agrees" "$(aws3 s3 ls --recursive --summarize s3://many/ | awk -v m="$marker" '/Total Objects/ { n = $3 - 1 } /Total Size/ { print n, $3 - m }')" "$should"
is "s3cmd agrees" "$(s3cmd_ ls -r s3://many/ | awk -v m="$marker" '{ n++; b += $3 } END { print n - 1, b - m }')" "$should"

world_stop
sum_up
