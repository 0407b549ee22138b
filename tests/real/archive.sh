#!/bin/bash
# Makes tars and zips with real tools, spoils them in many ways, and holds what backstay says of each beside `tar -t`, `bsdtar -t`,
# `unzip -t` and Python's zipfile: prints how many of each kind of spoilt file each of them notices. No other tool may notice one that
# backstay calls sound. archive.sh BACKSTAY [full] [SEED]: `full` is 200 cuts and 1,000 flipped bits an archive, else a tenth.
set -u
backstay=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
many=20
[ "${2:-}" != full ] || { many=200; shift; }
seed=${2:-20261122}
. "$here/count.sh"

corpus=$here/../corpus
mkdir files files/sub
cp "$corpus/pgdump-custom/15-z6-copy.dump" files/shop.dump
cp "$corpus/pgdump-custom/15-z0-copy.dump" files/plain.dump
gzip -c "$corpus/pgdump-custom/shop.sql" >files/sub/shop.sql.gz
seq 1 4000 >files/sub/numbers
ln -s sub/numbers files/soft
ln files/sub/numbers files/hard
tar -cf gnu.tar files
tar --format=posix -cf posix.tar files
bsdtar --format=ustar -cf bsd.tar files
zip -qry info.zip files
zip -qr - files | cat >pipe.zip
zip -qry0 stored.zip files
bsdtar --format zip -cf bsd.zip files
python3 -c '
import zipfile
with zipfile.ZipFile("python.zip", "w", zipfile.ZIP_DEFLATED) as z:
    for n in "files/shop.dump", "files/plain.dump", "files/sub/numbers":
        z.write(n)'
for f in *.tar *.zip; do
	if "$backstay" inspect "$f" >said; then ok; else bad "$f: $(head -n 3 said)"; fi
done

# spoil FILE: variants of it as v/KIND-N
spoil() {
	rm -rf v && mkdir v
	python3 - "$1" "$many" "$seed" <<'P'
import io, random, sys, tarfile, zipfile
name, many, r = sys.argv[1], int(sys.argv[2]), random.Random(sys.argv[3] + sys.argv[1])
data = open(name, "rb").read()
end = len(data)
if name.endswith(".tar"): # padding behind the end mark carries nothing
    end = (len(data.rstrip(b"\0")) + 511) // 512 * 512 + 1024
count = {}
def put(kind, b):
    count[kind] = count.get(kind, 0) + 1
    if b != data:
        open(f"v/{kind}-{count[kind]}", "wb").write(b)
for _ in range(many):
    put("cut", data[:r.randrange(1, end)])
for _ in range(many * 5):
    i = r.randrange(end)
    put("flip", data[:i] + bytes([data[i] ^ 1 << r.randrange(8)]) + data[i + 1:])
for _ in range(many):
    i = r.randrange(0, end, 512)
    put("zeroed", (data[:i] + bytes(512) + data[i + 512:])[:len(data)])
    i, k = sorted(r.sample(range(0, end - 512, 512), 2))
    put("swapped", data[:i] + data[k:k + 512] + data[i + 512:k] + data[i:i + 512] + data[k + 512:])
for tail in b"x", b"PK\5\6" + bytes(18), data, b"\n", bytes(100) + b"x":
    put("appended", data + tail)
# members lost and doubled as bytes, the rest where it was
if name.endswith(".tar"):
    spans, t = [], tarfile.open(name)
    all = list(t)
    for m, n in zip(all, all[1:] + [None]):
        spans.append((m.offset, n.offset if n else end - 1024))
else:
    z = zipfile.ZipFile(name)
    at = sorted(i.header_offset for i in z.infolist()) + [z.start_dir]
    spans = list(zip(at, at[1:]))
for a, b in spans:
    put("lost", data[:a] + data[b:])
    put("doubled", data[:b] + data[a:b] + data[b:])
P
}

# ours: the names of v that are not sound
ours() {
	(cd v && find . -type f -printf '%f\0' | xargs -0 -n 400 "$backstay" inspect --json 2>/dev/null) |
		jq -r '.inspected[] | select(.verdict != "sound") | .path' | sort
}
# theirs COMMAND...: the names of v of which it says that something is wrong
theirs() {
	local f
	for f in v/*; do
		timeout 5 "$@" "$f" </dev/null >/dev/null 2>&1 || echo "${f#v/}"
	done | sort
}
python_zip() {
	python3 -c '
import glob, zipfile
for f in glob.glob("v/*"):
    try:
        with zipfile.ZipFile(f) as z:
            bad = z.testzip()
    except Exception:
        bad = f
    if bad:
        print(f[2:])' | sort
}
kinds="cut flip zeroed swapped appended lost doubled"
line() { # NAME LIST
	local k
	printf '| %s |' "$1"
	for k in $kinds; do printf ' %s |' "$(grep -c "^$k-" "$2")"; done
	echo
}
# A tar has no list of its members and no checksum of their bytes: what a spoilt one may lose unseen. A zip shows all but single bits
# in fields that say nothing of its bytes.
must() { # FILE: the kinds of which we miss none
	case $1 in *.tar) echo "cut appended" ;; *) echo "cut zeroed swapped appended lost doubled" ;; esac
}

for f in *.tar *.zip; do
	spoil "$f"
	find v -type f -printf '%f\n' | sort >all
	ours >we
	echo
	echo "| $f | ${kinds// / | } |"
	echo "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
	line files all
	line backstay we
	case $f in
	*.tar) tools="tar bsdtar" ;;
	*) tools="unzip python" ;;
	esac
	for t in $tools; do
		case $t in
		tar) theirs tar -tf ;;
		bsdtar) theirs bsdtar -tf ;;
		unzip) theirs unzip -tqq ;;
		python) python_zip ;;
		esac >they
		line "$t" they
		comm -13 we they >ahead
		if [ -s ahead ]; then bad "$f: $t notices $(head -n 5 ahead | tr '\n' ' ')"; else ok; fi
	done
	for k in $(must "$f"); do
		grep "^$k-" all | comm -23 - we >missed
		if [ -s missed ]; then bad "$f: $(wc -l <missed) of $k missed: $(head -n 3 missed | tr '\n' ' ')"; else ok; fi
	done
	if [ -n "${KEEP:-}" ]; then mkdir -p "$KEEP/$f" && cp -r v all we they "$KEEP/$f"; fi
done
echo
sum_up
