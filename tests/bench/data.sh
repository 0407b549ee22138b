#!/bin/bash
# data.sh FOLDER [MIB]: what the benches read, made once by a real PostgreSQL of its own (stopped at the end) and kept in FOLDER:
#   plain.sql (about MIB, 1024) and its .gz .zst .lz4; other.sql.gz, a copy; dump.custom, dump.dir (gzip); base, a plain base
#   backup with its manifest; base.tar/base.tar.gz, the same as pg_basebackup -Ft -z writes it; tables, 15 names of tables that are there
# PGBIN names PostgreSQL's programs. As root the server runs as postgres.
set -euo pipefail
export LC_ALL=C TZ=UTC
out=${1:?usage: data.sh FOLDER [MIB]} mb=${2:-1024}
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$out"
out=$(cd "$out" && pwd)
bin=${PGBIN:-/usr/lib/postgresql/15/bin}
made="$mb $("$bin/pg_dump" --version) $(cat "$here/data.sql" "$0" | cksum)"
[ "$(cat "$out/made" 2>/dev/null)" != "$made" ] || exit 0
echo "making $mb MiB of data in $out" >&2
rm -rf "${out:?}/made" "$out"/{plain.sql*,other.sql.gz,dump.custom,dump.dir,base,base.tar,tables}
as=()
[ "$(id -u)" != 0 ] || as=(setpriv --reuid=postgres --regid=postgres --init-groups --)
dir=$(mktemp -d)
stop() {
	"${as[@]}" "$bin/pg_ctl" -D "$dir/db" -m immediate -w stop >/dev/null 2>&1 || true
	rm -rf "$dir"
}
trap stop EXIT
mkdir "$dir/db"
[ "$(id -u)" != 0 ] || chown postgres "$dir" "$dir/db"
cd "$dir"
"${as[@]}" "$bin/initdb" -D "$dir/db" -U bench -A trust -E UTF8 --locale=C.UTF-8 -N --data-checksums >"$out/log" 2>&1
"${as[@]}" "$bin/pg_ctl" -D "$dir/db" -w -t 120 -l "$dir/server.log" -o "-k $dir -h '' -F -c shared_buffers=256MB -c max_wal_size=4GB
	-c autovacuum=off -c synchronize_seqscans=off -c full_page_writes=off -c timezone=UTC" start >>"$out/log" 2>&1
export PGHOST=$dir PGUSER=bench
"$bin/createdb" bench
"$bin/psql" -X -q -v ON_ERROR_STOP=1 -v mb="$mb" -d bench -f "$here/data.sql" >>"$out/log" 2>&1 || { tail -n 5 "$out/log" >&2; exit 3; }
key=()
"$bin/pg_dump" --help | grep -q restrict-key && key=(--restrict-key=bench)
"$bin/pg_dump" -d bench -Fp "${key[@]}" -f "$out/plain.sql"
"$bin/pg_dump" -d bench -Fc -f "$out/dump.custom"
"$bin/pg_dump" -d bench -Fd -f "$out/dump.dir"
"$bin/psql" -X -q -d bench -c CHECKPOINT
"$bin/pg_basebackup" -D "$out/base" -Fp -X fetch -c fast
"$bin/pg_basebackup" -D "$out/base.tar" -Ft -z -X fetch -c fast
"$bin/psql" -X -At -d bench -c "SELECT relname FROM pg_class WHERE relnamespace = 'crm'::regnamespace AND relkind = 'r' AND relpersistence = 'p'
	AND relname <> 'nothing' ORDER BY relpages DESC, relname LIMIT 15" >"$out/tables"
gzip -6 -n -c "$out/plain.sql" >"$out/plain.sql.gz"
cp "$out/plain.sql.gz" "$out/other.sql.gz"
zstd -q -3 -f "$out/plain.sql" -o "$out/plain.sql.zst"
lz4 -q -f -1 "$out/plain.sql" "$out/plain.sql.lz4"
echo "$made" >"$out/made"
