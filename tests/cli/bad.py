"""Bad inputs that no tool writes, for bad_inputs_*.bats: bad.py WHAT ARGS..."""
import hashlib
import gzip
import json
import os
import struct
import sys
import zlib


def slurp(path):
    with open(path, "rb") as f:
        return f.read()


def spit(path, data):
    with open(path, "wb") as f:
        f.write(data)


def toc_count(src, dst, value):
    """A custom dump whose table of contents claims so many entries: behind the heading and three texts."""
    d = bytearray(slurp(src))
    at = 5 + 3 + 3 + 8 * 5  # magic, version, sizes and format; the packing and seven fields of the time
    for _ in range(3):
        at += 5 + struct.unpack_from("<I", d, at + 1)[0]
    struct.pack_into("<BI", d, at, 0, int(value))
    spit(dst, d)


def replace(src, dst, was, now):
    d = slurp(src)
    was, now = was.encode(), now.encode()
    assert d.count(was) and len(was) == len(now), (was, now)
    spit(dst, d.replace(was, now, 1))


def byte(path, at, value):
    with open(path, "r+b") as f:
        f.seek(int(at))
        f.write(bytes([int(value)]))


def flip_text(path, text):
    """One bit of a text that stands in the file."""
    d = bytearray(slurp(path))
    at = d.index(text.encode())
    d[at] ^= 1
    spit(path, d)


def tar_header(name, size, kind=b"0", field=None):
    h = bytearray(512)
    h[0 : len(name)] = name
    h[100:108], h[108:116], h[116:124] = b"0000644\0", b"0000000\0", b"0000000\0"
    h[124:136] = field or b"%011o\0" % size
    h[136:148], h[156:157], h[257:265] = b"00000000000\0", kind, b"ustar\00000"
    h[148:156] = b" " * 8
    h[148:156] = b"%06o\0 " % sum(h)
    return bytes(h)


def tar(what, dst):
    body = b"x" * 100 + bytes(412)
    end = bytes(1024)
    if what == "negative":
        spit(dst, tar_header(b"a", 0, field=b"\xff" * 12) + body + end)
    elif what == "pax":  # says 99 where the header says 100
        record = b"11 size=99\n"
        spit(dst, tar_header(b"p", len(record), b"x") + record + bytes(512 - len(record)) + tar_header(b"a", 100) + body + end)
    else:
        spit(dst, tar_header(b"a", 100) + body + end)


def overlapping(dst):
    """A zip of which each of twenty members claims the bytes of all behind it, as David Fifield's do."""
    kernel = zlib.compressobj(9, 8, -15)
    kernel = kernel.compress(bytes(1000000)) + kernel.flush()
    crc = zlib.crc32(bytes(1000000))
    head = lambda sig, name, size: sig + struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 0, crc, size, 1000000, len(name), 0)
    names = [b"%02d" % i for i in range(20)]
    local = [head(b"PK\3\4", n, len(kernel)) + n for n in names]
    body, at = b"", []
    for h in local:
        at.append(len(body))
        body += h
    body += kernel
    central = b"".join(
        b"PK\1\2\x14\3" + head(b"", n, len(kernel)) + struct.pack("<HHHII", 0, 0, 0, 0, a) + n for n, a in zip(names, at)
    )
    spit(dst, body + central + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 20, 20, len(central), len(body), 0))


def zstd_window(dst):
    """A frame that asks for a window of 2 GiB, and holds three bytes."""
    spit(dst, b"\x28\xb5\x2f\xfd" + b"\x00" + bytes([(31 - 10) << 3]) + struct.pack("<I", 3 << 3 | 1)[:3] + b"abc")


def xz_dictionary(src, dst):
    """An xz file whose filter asks for 1.5 GiB: the header of its one block, summed anew."""
    d = bytearray(slurp(src))
    size = (d[12] + 1) * 4
    at = d.index(b"\x21\x01", 12, 12 + size)
    d[at + 2] = 37  # 3 << 29
    struct.pack_into("<I", d, 12 + size - 4, zlib.crc32(bytes(d[12 : 12 + size - 4])))
    spit(dst, d)


def base(corpus, dst, algorithm="SHA256", change="none"):
    """A plain base backup around real pieces of one: its label, control file and write-ahead log."""
    os.makedirs(dst + "/global")
    os.makedirs(dst + "/pg_wal")
    piece = lambda name: slurp("%s/15-small.%s" % (corpus, name)) if name == "label" else gzip.decompress(slurp("%s/15-small.%s.gz" % (corpus, name)))
    files = {"backup_label": piece("label"), "PG_VERSION": b"15\n", "global/pg_control": piece("control"), "global/1261": bytes(8192)}
    spit(dst + "/pg_wal/000000010000000000000007", piece("wal"))
    whole = json.loads(piece("manifest"))
    entries = []
    for name, data in files.items():
        spit("%s/%s" % (dst, name), data)
        e = {"Path": name, "Size": len(data), "Last-Modified": "2026-11-22 05:44:36 GMT"}
        if algorithm != "NONE":
            e.update({"Checksum-Algorithm": "SHA256", "Checksum": hashlib.sha256(data).hexdigest()})
        entries.append(e)
    if change == "deep":
        entries.insert(0, 0)
    elif change == "twice":
        entries.append(entries[-1])
    elif change not in ("none", "sum"):
        entries.append(dict(entries[-1], Path=change))
    text = '{ "PostgreSQL-Backup-Manifest-Version": 1,\n"Files": [\n' + ",\n".join(json.dumps(e) for e in entries) + "],\n"
    if change == "deep":
        text = text.replace("0,\n", "[" * 10000 + "]" * 10000 + ",\n", 1)
    text += '"WAL-Ranges": %s,\n' % json.dumps(whole["WAL-Ranges"])
    sum = hashlib.sha256(text.encode()).hexdigest()
    sum = ("0" if sum[0] != "0" else "1") + sum[1:] if change == "sum" else sum
    spit(dst + "/backup_manifest", (text + '"Manifest-Checksum": "%s"}\n' % sum).encode())


def interleave(one, two, dst):
    """Two processes that write into one file, a block of 4 KiB each in turn."""
    a, b = slurp(one), slurp(two)
    out = b""
    for i in range(0, max(len(a), len(b)), 4096):
        out += a[i : i + 4096] + b[i : i + 4096]
    spit(dst, out)


globals()[sys.argv[1]](*sys.argv[2:])
