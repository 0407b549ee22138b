#!/bin/bash
# make-canary.sh PG15BIN: prints src/work/canary_bytes.h, the built-in inputs that each run looks at first: two small dumps by a real
# pg_dump, wrapped by the real tools, and bad twins of them; a segment of real WAL; and a base backup put together from the small files
# of a real one (tests/corpus). Run it only to make others:
#   bash tests/make-canary.sh /usr/lib/postgresql/15/bin >src/work/canary_bytes.h
set -eu
pg15=$1
export CORPUS
CORPUS=$(cd "$(dirname "$0")/corpus" && pwd)
work=$(mktemp -d /tmp/make-canary.XXXXXX)
as=
if [ "$(id -u)" = 0 ]; then
	as="runuser -u postgres --"
	chown postgres "$work"
	chmod 755 "$work"
fi
trap '$as "$pg15"/pg_ctl -D "$work/db" -m immediate -w stop >/dev/null || :; rm -rf "$work"' EXIT
cd "$work"
$as "$pg15"/initdb -D "$work/db" -U postgres -E UTF8 --locale=C.UTF-8 -N >/dev/null
$as "$pg15"/pg_ctl -D "$work/db" -w -l "$work/log" -o "-k $work -h '' -F" start >/dev/null
$as "$pg15"/psql -h "$work" -U postgres -X -q -v ON_ERROR_STOP=1 -c 'CREATE DATABASE mine' postgres
$as "$pg15"/psql -h "$work" -U postgres -X -q -v ON_ERROR_STOP=1 -c 'CREATE TABLE birds (name text);
	INSERT INTO birds SELECT md5(i::text) FROM generate_series(1, 12) i' mine
$as "$pg15"/pg_dump -h "$work" -U postgres mine >plain
$as "$pg15"/pg_dump -h "$work" -U postgres -Fc mine >custom
gzip -9n <plain >gzip
zstd -q -19 --check <plain >zstd
lz4 -q -9 <plain >lz4
xz -6 <plain >xz
bzip2 -9 <plain >bzip2
python3 - <<'P'
import gzip, hashlib, io, os, sqlite3, tarfile, zipfile

def get(name):
	return open(name, 'rb').read()

plain, custom = get('plain'), get('custom')
# a data block of a custom dump: its kind (1), then a sign and four bytes of its entry's number
at = custom.rindex(b'\x01\x00', 0, len(custom) - 100)
while not 0 < int.from_bytes(custom[at + 2:at + 6], 'little') < 10000:
	at = custom.rindex(b'\x01\x00', 0, at)
# an archive each with a name beyond ASCII, and a database
name, when = 'b\u00edrds.sql', 1700000000
with tarfile.open('pax', 'w', format=tarfile.PAX_FORMAT) as t:
	info = tarfile.TarInfo(name)
	info.size, info.mtime = len(plain), when
	t.addfile(info, io.BytesIO(plain))
with zipfile.ZipFile('zip', 'w', zipfile.ZIP_DEFLATED) as z:
	info = zipfile.ZipInfo(name, (2026, 11, 22, 3, 4, 6))
	info.compress_type = zipfile.ZIP_DEFLATED
	z.writestr(info, plain)
db = sqlite3.connect('sqlite')
db.execute('PRAGMA page_size = 1024')
db.execute('CREATE TABLE birds (name TEXT)')
db.executemany('INSERT INTO birds VALUES (?)', [('bird %d' % i,) for i in range(12)])
db.commit()
db.close()
# a segment of WAL, and one with a bit turned in the middle of its records
def corpus(name):
	b = get(os.environ['CORPUS'] + '/' + name)
	return gzip.decompress(b) if name.endswith('.gz') else b

wal = corpus('pg-wal/15/00000001000000000000000A.gz')
last = len(wal.rstrip(b'\0'))
bad_wal = bytearray(wal)
bad_wal[last // 2] ^= 2
# a base backup in one tar with its manifest: what a walker cannot do without; and one with a changed file
files = [('backup_label', corpus('pg-basebackup/15-small.label')), ('PG_VERSION', b'15\n'),
	('base/1/1259', bytes(i * 7 % 251 for i in range(1024))), ('global/pg_control', corpus('pg-basebackup/15-small.control.gz'))]
entry = '{ "Path": "%s", "Size": %d, "Last-Modified": "2026-11-22 05:44:36 GMT", "Checksum-Algorithm": "SHA256", "Checksum": "%s" }'
manifest = '{ "PostgreSQL-Backup-Manifest-Version": 1,\n"Files": [\n' + ',\n'.join(entry % (n, len(b), hashlib.sha256(b).hexdigest()) for n, b in files)
manifest += '\n],\n"WAL-Ranges": [\n{ "Timeline": 1, "Start-LSN": "0/700028", "End-LSN": "0/700100" }\n],\n'
manifest += '"Manifest-Checksum": "%s"}\n' % hashlib.sha256(manifest.encode()).hexdigest()
folders = ['pg_commit_ts', 'pg_dynshmem', 'pg_logical/mappings', 'pg_logical/snapshots', 'pg_notify', 'pg_replslot', 'pg_serial', 'pg_snapshots',
	'pg_stat', 'pg_stat_tmp', 'pg_subtrans', 'pg_tblspc', 'pg_twophase', 'pg_wal']
def base(changed):
	out = io.BytesIO()
	with tarfile.open(fileobj=out, mode='w', format=tarfile.USTAR_FORMAT) as t:
		def put(name, b):
			info = tarfile.TarInfo(name)
			info.size, info.mtime = len(b), when
			t.addfile(info, io.BytesIO(bytes([b[0] ^ 2]) + b[1:] if name == changed else b))

		put(*files[0])
		for name in folders:
			info = tarfile.TarInfo(name)
			info.type, info.mtime, info.mode = tarfile.DIRTYPE, when, 0o700
			t.addfile(info)
		rest = [('pg_wal/000000010000000000000007', corpus('pg-basebackup/15-small.wal.gz')), ('backup_manifest', manifest.encode())]
		for name, b in files[1:] + rest:
			put(name, b)
	return gzip.compress(out.getvalue(), 9, mtime=0)

tar = gzip.compress(get('pax'), 9, mtime=0)
all = [('wal', gzip.compress(wal, 9, mtime=0)), ('bad_wal', gzip.compress(bytes(bad_wal), 9, mtime=0)), ('base', base(None)), ('bad_base', base('base/1/1259')),
	('tar', tar), ('zip', get('zip')), ('sqlite', gzip.compress(get('sqlite'), 9, mtime=0)), ('plain', plain), ('custom', custom)] + [(k, get(k)) for k in ('gzip', 'zstd', 'lz4', 'xz', 'bzip2')]
print('/* work/canary_bytes.h - made by tests/make-canary.sh, from a real pg_dump 15 */\n#pragma once\n#include <stdint.h>\n/* clang-format off */')
print('enum { PLAIN_END = %d, CUSTOM_BLOCK = %d };' % (plain.index(b'-- PostgreSQL database dump complete'), at + 2))
for name, b in all:
	print('\nstatic const uint8_t %s_bytes[] = {' % name)
	for i in range(0, len(b), 50):
		print('\t' + ','.join('%d' % x for x in b[i:i + 50]) + ',')
	print('};')
P
