#!/bin/bash
# A bucket does what a directory does: the same dumps have the same verdicts in both; what else lies in a bucket is told; nothing is
# asked of its server that a listing answers. usage: bucket.sh BACKSTAY TEST-OF-STORES
here=$(cd "$(dirname "$0")" && pwd)
backstay=$(realpath "$1") stores=$(realpath "$2")
. "$here/count.sh"
. "$here/s3world.bash"
world_start
unset AWS_ENDPOINT_URL AWS_ENDPOINT_URL_S3
is() { [ "$2" = "$3" ] && ok || bad "$1: '$2', not '$3'"; }
with() { export BACKSTAY_CATALOG=$dir/$1.db; [ -e "$BACKSTAY_CATALOG" ] || "$backstay" init >/dev/null 2>&1; }
findings() { "$backstay" scan --json | jq -r '[.findings[] | .code] | sort | join(" ")'; }

# the promises of a store
aws3 s3 mb s3://stores >/dev/null
AWS_ENDPOINT_URL=$S3 BACKSTAY_TEST_S3=s3://stores "$stores" >stores.out 2>&1 && ok || { bad "the promises of a store"; cat stores.out; }

# the same verdicts
mkdir corpus
cp -r "$here"/../corpus/{pgdump-plain,pgdump-custom,pgdump-directory,sqlite,zip} corpus/
head -c 2000 corpus/pgdump-custom/15-z6-copy.dump >corpus/pgdump-custom/cut.dump
aws3 s3 mb s3://same >/dev/null
aws3 s3 cp --quiet --recursive corpus s3://same/bk/
# a day later, when nothing is young any more; what `covered` says is held against the backups before, whose times differ
verdicts() {
	BACKSTAY_TEST_CLOCK=$(date -ud '+1 day' +%FT%TZ) "$backstay" verify --all --json |
		jq -c '[.verified[] | [.path, .verdict, (.levels | del(.covered)), .digests, ([.findings[].code] | sort)]] | sort'
}
with here; "$backstay" repo add here corpus >/dev/null; "$backstay" scan >/dev/null; verdicts >here.json
with there; "$backstay" repo add there s3://same/bk --endpoint "$S3" >/dev/null; added=$("$backstay" scan --json | jq .scanned.added); verdicts >there.json
is "as many" "$(jq length there.json)" "$(jq length here.json)"
[ "$(jq length there.json)" -gt 50 ] && ok || bad "few: $(jq length there.json)"
is "a cut one is found" "$(jq -c '.[] | select(.[0] == "pgdump-custom/cut.dump") | .[1]' there.json)" '"damaged"'
cmp -s here.json there.json && ok || { bad "other verdicts"; diff <(jq -c '.[]' here.json) <(jq -c '.[]' there.json) | head; }
with tls; "$backstay" repo add tls s3://same/bk --endpoint "$S3TLS" --ca-file "$CA" >/dev/null
is "by TLS under our own CA" "$("$backstay" scan --json | jq .scanned.added)" "$added"
with tls2; AWS_CA_BUNDLE='' "$backstay" repo add tls s3://same/bk --endpoint "$S3TLS" >out 2>err && bad "a strange CA is believed" || ok
is "and says so" "$(grep -ci certificate err)" 1

# a second scan, through the proxy that counts
with there2; "$backstay" repo add there s3://same/bk --endpoint "$PROXY" >/dev/null; "$backstay" scan >/dev/null
arm; said=$("$backstay" scan --json | jq .scanned.requests)
is "what it says it asked is what came" "$said" "$(settled)"
[ "$said" -le 7 ] && ok || bad "a second scan asked $said times"

# get
with there
id=$("$backstay" list --json | jq '[.backups[] | select(.label | test("15-z6-copy.dump"))][0].id')
"$backstay" get "$id" got >get.out 2>&1 && ok || bad "get: $(cat get.out)"
cmp -s got/pgdump-custom/15-z6-copy.dump corpus/pgdump-custom/15-z6-copy.dump && ok || bad "other bytes"

# keys that are no paths; versions, delete markers, open uploads
aws3 s3api create-bucket --bucket odd >/dev/null
with odd; "$backstay" repo add odd s3://odd --endpoint "$S3" >/dev/null
one=corpus/pgdump-plain/15-copy.sql.gz; [ -e "$one" ] || one=$(ls corpus/pgdump-plain/*.gz | head -n 1)
for key in 'a//b.sql.gz' '../x.sql.gz' 'dir/' 'a b+c%41*.sql.gz' 'a.sql.gz' 'a.sql.gz/b.sql.gz'; do
	aws3 s3api put-object --bucket odd --key "$key" --body "$one" >/dev/null || bad "put $key"
done
"$backstay" scan --json >odd.json
is "odd keys are told" "$(jq -r '[.findings[] | select(.code == "special-file") | .where] | sort | join(" ")' odd.json)" \
	"odd:../x.sql.gz odd:a//b.sql.gz odd:dir/"
is "the others are backups" "$(jq -r '[.actions[].label] | sort | join(" ")' odd.json)" "a b+c%41*.sql.gz a.sql.gz a.sql.gz/b.sql.gz"
aws3 s3api put-bucket-versioning --bucket odd --versioning-configuration Status=Enabled
aws3 s3api put-object --bucket odd --key a.sql.gz --body "$one" >/dev/null
aws3 s3api put-object --bucket odd --key a.sql.gz --body "$one" >/dev/null
aws3 s3api delete-object --bucket odd --key 'a b+c%41*.sql.gz' >/dev/null
aws3 s3api create-multipart-upload --bucket odd --key big.sql.gz >up.json
aws3 s3api upload-part --bucket odd --key big.sql.gz --part-number 1 --upload-id "$(jq -r .UploadId up.json)" --body "$one" >/dev/null
"$backstay" scan --json >odd.json
for code in open-uploads old-versions delete-markers delete-marker; do
	is "$code" "$(jq "[.findings[] | select(.code == \"$code\")] | length" odd.json)" 1
done
is "a young upload is no warning" "$(jq -r '.findings[] | select(.code == "open-uploads") | .severity' odd.json)" note
is "an old one is" "$(BACKSTAY_TEST_CLOCK=$(date -ud '+3 days' +%FT%TZ) "$backstay" scan --json | jq -r '.findings[] | select(.code == "open-uploads") | .severity')" warning
is "its bytes are told" "$(jq -r '.findings[] | select(.code == "open-uploads") | .text' odd.json | grep -c "1 upload was begun and not ended, [0-9]")" 1
aws3 s3api abort-multipart-upload --bucket odd --key big.sql.gz --upload-id "$(jq -r .UploadId up.json)"
is "what was hidden is missing" "$(jq -r '.actions[] | select(.to == "missing" and .reason == "vanished") | .label' odd.json)" 'a b+c%41*.sql.gz'
is "and without the upload" "$("$backstay" scan --json | jq '[.findings[] | select(.code == "open-uploads")] | length')" 0
with there; is "a bucket without any of that" "$(findings)" ""

# the nightly run leaves its copy of the catalog there, and finds it again
"$backstay" nightly >/dev/null 2>nightly.err
is "the copy is there" "$(aws3 s3 ls s3://same/bk/ | grep -c ' .backstay-catalog.db$')" 1
grep -q "no copy" nightly.err && bad "$(cat nightly.err)" || ok

# ten thousand keys, the marker among them, that are cold: registered by their names, not read, and listed for ten requests
python3 "$here/s3stub.py" $((${S3##*:} + 7)) 9999 DEEP_ARCHIVE 2>stub.err &
stub=$!
at_end='eval world_stop; kill $stub 2>/dev/null'
STUB=http://127.0.0.1:$((${S3##*:} + 7))
until curl -sf -o count --noproxy '*' "$STUB/-/count"; do kill -0 $stub || { bad "no stub: $(cat stub.err)"; break; }; sleep 0.1; done
with many; "$backstay" repo add many s3://many --endpoint "$STUB" >/dev/null
is "all of them are registered" "$("$backstay" scan --json | jq .scanned.added)" 9999
curl -s -o count --noproxy '*' "$STUB/-/count"
is "the second scan is the listing and four" "$("$backstay" scan --json | jq -c '.scanned | [.unchanged, .requests]')" "[9999,14]"
is "and that is what came" "$(curl -s --noproxy '*' "$STUB/-/count")" 14
is "cold ones are not read" "$("$backstay" verify --all --json | jq -c '.counts | [.matched, .cold]')" "[0,9999]"
kill $stub
sum_up
