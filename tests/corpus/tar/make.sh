#!/bin/bash
# Makes the tars of this folder with GNU tar, bsdtar and Python's tarfile; they are committed, so this runs only to make more.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d /tmp/make-tar.XXXXXX)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir -p files/sub
printf 'hello\n' >files/a.txt
seq 1 300 >files/sub/numbers
: >files/empty
ln files/a.txt files/hard
ln -s sub/numbers files/soft
long=$(printf 'a-folder-with-a-long-name/%.0s' 1 2 3 4 5 6)
mkdir -p "files/$long"
printf 'deep\n' >"files/${long}a-file-with-a-long-name"
printf 'caf\303\251\n' >"files/caf"$'\303\251'
mkfifo files/fifo
find files -exec touch -h -d 2026-11-01T02:00:00Z {} +
set_gnu="--sort=name --owner=0 --group=0 --numeric-owner --mtime=2026-11-01T02:00:00Z"
# shellcheck disable=SC2086 # options are words
gnu() { tar $set_gnu "$@"; }

for f in gnu posix; do
	gnu --format=$f -cf "$here/gnu-$f.tar" files
done
gnu --format=ustar -cf "$here/gnu-ustar.tar" files/a.txt files/empty files/hard files/soft files/sub
gnu --format=v7 -cf "$here/gnu-v7.tar" files/a.txt files/empty files/hard files/soft files/sub
gnu -cf "$here/empty.tar" -T /dev/null
bsdtar --format=ustar -cf "$here/bsd-ustar.tar" files/a.txt files/empty files/hard files/soft files/sub
bsdtar --format=pax -cf "$here/bsd-pax.tar" files
bsdtar --format=gnutar -cf "$here/bsd-gnutar.tar" files

truncate -s 1M sparse
printf 'begin' | dd of=sparse conv=notrunc status=none
printf 'middle' | dd of=sparse conv=notrunc bs=1 seek=500000 status=none
for i in 1 2 3 4 5 6 7 8; do printf x | dd of=sparse conv=notrunc bs=1 seek=$((i * 65536)) status=none; done
gnu --format=gnu -Scf "$here/sparse-gnu.tar" sparse
for v in 0.0 0.1 1.0; do
	gnu --format=posix --sparse-version=$v -Scf "$here/sparse-$v.tar" sparse
done

# backups in it, one wrapped; files beside them
cp "$here/../pgdump-custom/15-void.dump" void.dump
cp "$here/../pgdump-custom/15-data.dump" data.dump
gzip -9nc "$here/../pgdump-custom/15-schema.dump" >schema.dump.gz
printf 'taken at night\n' >README
gnu -cf "$here/backups.tar" README data.dump schema.dump.gz void.dump
gnu -cf inner.tar README
gzip -n inner.tar
gnu -cf "$here/nested.tar" README inner.tar.gz void.dump
python3 - "$here" <<'P'
import io, sys, tarfile
for name, f in ("gnu", tarfile.GNU_FORMAT), ("pax", tarfile.PAX_FORMAT):
    with tarfile.open(f"{sys.argv[1]}/python-{name}.tar", "w", format=f) as t:
        for n, data in ("x" * 120, b"long\n"), ("caf\u00e9", b"name\n"), ("void.dump", open("void.dump", "rb").read()):
            i = tarfile.TarInfo(n)
            i.size = len(data)
            i.mtime = 1793498400
            t.addfile(i, io.BytesIO(data))
P
