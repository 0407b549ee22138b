#!/bin/bash
# The script that dumps, packs, uploads and cleans up after 30 days, run for 40 days under docs/examples/dump-and-upload.conf, with a
# folder and a real bucket. dumpupload.sh BACKSTAY
set -u
backstay=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
. "$here/count.sh"
. "$here/s3world.bash"
. "$here/pg.sh"
world_start
pg_start
at_end=stop_all # both servers
stop_all() { pg_stop; world_stop; }
unset AWS_CA_BUNDLE
export HOME=$dir BACKSTAY_CATALOG=$dir/catalog.db BACKUP_DIR=$dir/files BACKSTAY_CONFIG=$dir/backstay.conf
is() { [ "$2" = "$3" ] && ok || bad "$1: '$2', not '$3'"; }
sed -e "s|file:///var/backups/supabase|file://$BACKUP_DIR|" -e "s|region .*|endpoint = \"$S3\"|" \
	"$root/docs/examples/dump-and-upload.conf" >backstay.conf
mkdir files
aws3 s3 mb s3://your-backup-bucket >aws.out
sql postgres -c "CREATE TABLE users (id int PRIMARY KEY, name text); INSERT INTO users SELECT g, md5(g::text) FROM generate_series(1, 200) g"

for ((day = 40; day >= 0; day--)); do
	TIMESTAMP=$(date -ud "-$day days -2 hours" +%Y%m%d_%H%M%S)
	if ((day % 8 == 0)); then # a day between is as the last one: its dumps are what takes the time
		pg pg_dump postgres --schema-only --no-owner --no-privileges --clean --if-exists | gzip -n >schema
		pg pg_dump postgres --data-only --no-owner --no-privileges | gzip -n >data
		sql postgres -c "INSERT INTO users SELECT max(id) + 1, 'new' FROM users"
	fi
	cp schema "$BACKUP_DIR/schema_$TIMESTAMP.sql.gz"
	cp data "$BACKUP_DIR/data_$TIMESTAMP.sql.gz"
	touch -d "-$day days -2 hours" "$BACKUP_DIR"/*"$TIMESTAMP.sql.gz"
done
aws3 s3 cp --quiet --recursive files s3://your-backup-bucket/supabase/schema/ --exclude 'data_*'
aws3 s3 cp --quiet --recursive files s3://your-backup-bucket/supabase/data/ --exclude 'schema_*'

nightly() { # NAME STATUS
	local status=0
	"$backstay" nightly >out 2>&1 || status=$?
	[ "$status" = "$2" ] && ok || bad "$1: nightly ended with $status, not $2: $(cat out)"
}
places() { "$backstay" --json list | jq -r '.backups[] | .repos | sort | join("+")' | sort | uniq -c | tr -s ' \n' ' '; }
"$backstay" init >out
nightly "with both places full" 0
is "41 backups of two files, each in both places" "$(places)" " 41 local+offsite "
is "each of them is proven" "$("$backstay" --json list | jq '[.backups[] | select(.verdict == "sound")] | length')" 41
find "$BACKUP_DIR" -name "*.sql.gz" -mtime +29 -delete # the last line of the script
nightly "after the script's own cleaning" 0
is "what was cleaned lies in the bucket" "$(places)" " 30 local+offsite 11 offsite "
is "and the newest is on time" "$("$backstay" --json status | jq -r '.sources[0].late')" no
# what the script does not notice
aws3 s3 rm --quiet "s3://your-backup-bucket/supabase/data/data_$TIMESTAMP.sql.gz"
nightly "with half of the newest gone from the bucket" 1
grep -q "1 missing" out && ok || bad "the missing half is told: $(cat out)"
"$backstay" show "$("$backstay" --json list | jq '.backups[0].id')" >out
grep -A 1 "offsite:data/data_$TIMESTAMP" out | grep -q "missing (vanished)" && ok || bad "the half that the bucket lacks is named: $(cat out)"
stop_all
sum_up
