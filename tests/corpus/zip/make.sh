#!/bin/bash
# Makes the zips of this folder with Info-ZIP, bsdtar and Python's zipfile; they are committed, so this runs only to make more.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d /tmp/make-zip.XXXXXX)
trap 'rm -rf "$work"' EXIT
cd "$work"
export TZ=UTC
mkdir -p files/sub
printf 'hello\n' >files/a.txt
seq 1 300 >files/sub/numbers
: >files/empty
ln -s sub/numbers files/soft
printf 'caf\303\251\n' >"files/caf"$'\303\251'
find files -exec touch -h -d 2026-11-01T02:00:00Z {} +
cp "$here/../pgdump-custom/15-void.dump" void.dump
cp "$here/../pgdump-custom/15-data.dump" data.dump
gzip -9nc "$here/../pgdump-custom/15-schema.dump" >schema.dump.gz
printf 'taken at night\n' >README
touch -d 2026-11-01T02:00:00Z -- *
rm -f "$here"/*.zip

zip -qrXy "$here/info.zip" files
zip -qrX0 "$here/info-stored.zip" files
zip -qrX - files | cat >"$here/info-pipe.zip"
zip -qX "$here/info-stdin.zip" - <files/sub/numbers
zip -qrX -fz "$here/info-zip64.zip" files/a.txt files/sub
zip -qX -Z bzip2 "$here/info-bzip2.zip" files/sub/numbers
zip -qX -P secret "$here/info-encrypted.zip" files/a.txt void.dump
printf 'a comment\n' | zip -qXz "$here/info-comment.zip" files/a.txt
zip -qX "$here/backups.zip" README data.dump schema.dump.gz void.dump
zip -qX - README data.dump schema.dump.gz void.dump | cat >"$here/backups-pipe.zip"
zip -qX inner.zip README
zip -qX "$here/nested.zip" README inner.zip void.dump
bsdtar --format zip -cf "$here/bsd.zip" files
python3 - "$here" <<'P'
import sys, zipfile
class Pipe: # nothing can be mended in it: sizes come behind the bytes
    def __init__(self, f): self.f = f
    def write(self, b): return self.f.write(b)
    def flush(self): self.f.flush()
def make(name, **how):
    with open(f"{sys.argv[1]}/python-{name}.zip", "wb") as f:
        with zipfile.ZipFile(Pipe(f) if "pipe" in name else f, "w", how.pop("method", zipfile.ZIP_DEFLATED)) as z:
            for n in "README", "files/sub/numbers", "void.dump":
                z.write(n, **how)
make("deflated")
make("pipe")
make("stored-pipe", method=zipfile.ZIP_STORED)
make("lzma", method=zipfile.ZIP_LZMA)
with zipfile.ZipFile(f"{sys.argv[1]}/empty.zip", "w"):
    pass
P
