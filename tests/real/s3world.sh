#!/bin/bash
# The S3 server of the tests is one, and the proxy before it does what it says: what the other tests build on.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/count.sh"
. "$here/s3world.bash"
world_start
is() { [ "$2" = "$3" ] && ok || bad "$1: '$2', not '$3'"; }
code() { signed -o "$dir/body" -w '%{http_code}' "$@" 2>"$dir/curl.err"; }
rc() { # NAME STATUS-OF-CURL... : the call ends with one of them
	local name=$1 want=$2 got=0
	shift 2
	signed -o "$dir/body" "$@" 2>"$dir/curl.err" || got=$?
	case " $want " in *" $got "*) ok ;; *) bad "$name: curl ended with $got, not $want" ;; esac
}

# the server
is "a bucket is made" "$(code -X PUT "$S3/bucket")" 200
head -c 100000 /dev/urandom >object
is "an object goes in" "$(code -T object "$S3/bucket/dir/object")" 200
is "it comes back" "$(code "$S3/bucket/dir/object") $(cmp body object && echo same)" "200 same"
is "by TLS under our own CA" "$(code --cacert "$CA" "$S3TLS/bucket/dir/object")" 200
rc "another CA is not believed" 60 --cacert /etc/ssl/certs/ca-certificates.crt "$S3TLS/bucket/dir/object"
is "no keys" "$(curl -s -o body -w '%{http_code}' --noproxy '*' "$S3/bucket/dir/object")" 403
is "a wrong secret" "$(AWS_SECRET_ACCESS_KEY=wrong code "$S3/bucket/dir/object")" 403
"$rgw" user "$dir/rgw" other OTHERKEY00000000 othersecret
is "another user's bucket" "$(AWS_ACCESS_KEY_ID=OTHERKEY00000000 AWS_SECRET_ACCESS_KEY=othersecret code "$S3/bucket/dir/object")" 403
token=$("$rgw" token "$dir/rgw" 4)
is "keys of a session" "$(eval "$token"; code "$S3/bucket/dir/object")" 200
is "and without their token" "$(eval "$token"; unset AWS_SESSION_TOKEN; code "$S3/bucket/dir/object")" 403
aws3 s3api create-bucket --bucket locked --object-lock-enabled-for-bucket >/dev/null
md5=$(openssl md5 -binary object | base64)
old=$(aws3 s3api put-object --bucket locked --key a --body object --content-md5 "$md5" \
	--object-lock-mode COMPLIANCE --object-lock-retain-until-date "$(date -ud '+1 hour' +%FT%TZ)" | jq -r .VersionId)
is "a delete leaves a marker" "$(code -X DELETE "$S3/locked/a") $(code "$S3/locked/a")" "204 404"
is "the locked version is kept" "$(code -X DELETE "$S3/locked/a?versionId=$old") $(code "$S3/locked/a?versionId=$old")" "403 200"
sleep 3
is "the session is over" "$(eval "$token"; code "$S3/bucket/dir/object")" 403

# the proxy
P=$PROXY/bucket/dir/object
arm
is "it passes what was signed for it" "$(code "$P") $(cmp body object && echo same)" "200 same"
is "listings too" "$(code "$PROXY/bucket?list-type=2&prefix=dir%2F" && grep -c '<Key>dir/object</Key>' body)" 2001
is "and what goes up" "$(code -T object "$PROXY/bucket/up")" 200
is "HEAD has no body" "$(code -I "$P")" 200
is "it counts" "$(settled) $(wc -l <"$PROXYLOG")" "4 4"
is "and tells" "$(head -n 1 "$PROXYLOG")" "0 GET /bucket/dir/object 200 100000 -"
arm 500 1
is "the first passes, the second is spoilt, the third passes" "$(code "$P") $(code "$P") $(code "$P")" "200 500 200"
arm 503 0 2
is "as often as was said" "$(code "$P") $(code "$P") $(code "$P")" "503 503 200"
for pair in 403:403 404:404 429:429 expired:400 skewed:403 error-200:200; do
	arm ${pair%:*}
	is "${pair%:*}" "$(code "$P") $(grep -o "<Code>.*</Code>" body | wc -l)" "${pair#*:} 1"
done
arm 503; signed -D head -o body "$P"
is "503 says when to come again" "$(grep -ci '^retry-after: 1' head)" 1
arm reset; rc reset "52 56" "$P"
arm lost; rc lost "52 56" -T object "$PROXY/bucket/lost"
is "what was lost was done" "$(code "$P/../../lost")" 200
arm stall; rc stall 28 --max-time 1 "$P"
arm stall-body; rc stall-body 28 --max-time 1 "$P"
is "half of it came" "$(stat -c %s body)" 50000
arm cut; rc cut 18 "$P"
arm cut-reset; rc cut-reset "18 56" "$P"
arm short; is short "$(code "$P") $(stat -c %s body)" "200 50000"
arm long; is long "$(code "$P") $(stat -c %s body)" "200 100013"
arm garbage; rc garbage 1 "$P"
arm slow; is slow "$(code "$P") $(cmp body object && echo same)" "200 same"
arm empty-list; is empty-list "$(code "$PROXY/bucket?list-type=2") $(grep -c '<Key>' body)" "200 0"
arm lie; is "a DELETE that lies" "$(code -X DELETE "$P") $(code "$P")" "204 200"
is "and one that does not" "$(code -X DELETE "$P") $(code "$P")" "204 404"
is "no word of it in the proxy's errors" "$(wc -c <"$dir/proxy.err")" 0

world_stop
sleep 0.2
is "nothing is left running" "$(pgrep -fc "$dir")" 0
sum_up
