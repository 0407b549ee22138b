#!/bin/bash
# make-canary.sh PG15BIN: prints src/work/canary_bytes.h, the built-in inputs that each run looks at first: two small dumps by a real
# pg_dump, wrapped by the real tools, and bad twins of them. Run it only to make others:
#   bash tests/make-canary.sh /usr/lib/postgresql/15/bin >src/work/canary_bytes.h
set -eu
pg15=$1
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
import gzip, io, os, sqlite3, tarfile, zipfile

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
tar = gzip.compress(get('pax'), 9, mtime=0)
all = [('tar', tar), ('zip', get('zip')), ('sqlite', gzip.compress(get('sqlite'), 9, mtime=0)), ('plain', plain), ('custom', custom)] + [(k, get(k)) for k in ('gzip', 'zstd', 'lz4', 'xz', 'bzip2')]
print('/* work/canary_bytes.h - made by tests/make-canary.sh, from a real pg_dump 15 */\n#pragma once\n#include <stdint.h>\n/* clang-format off */')
print('enum { PLAIN_END = %d, CUSTOM_BLOCK = %d };' % (plain.index(b'-- PostgreSQL database dump complete'), at + 2))
for name, b in all:
	print('\nstatic const uint8_t %s_bytes[] = {' % name)
	for i in range(0, len(b), 40):
		print('\t' + ','.join('%d' % x for x in b[i:i + 40]) + ',')
	print('};')
P
