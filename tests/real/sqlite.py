"""One sound database, damaged in many ways, before backstay and SQLite's own integrity_check: sqlite.py BACKSTAY FILE SEED FLIPS

Prints a row of a table for each kind of damage. Status 1: a cut or a change of length was missed, or integrity_check saw what
backstay did not."""
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile

BATCH = 200


def variants(data, page, flips):
    """Pairs of a kind and damaged bytes. Never the bytes as they are."""
    pages = len(data) // page
    for _ in range(200):
        yield "cut anywhere", data[: random.randrange(1, len(data))]
    for i in range(1, pages):
        yield "cut between pages", data[: i * page]
    for bit in random.sample(range(800), 400):
        yield "flipped bit of the header", flip(data, bit)
    for _ in range(flips):
        yield "flipped bit anywhere", flip(data, random.randrange(800, len(data) * 8))
    for i in range(pages):
        was = data[i * page : (i + 1) * page]
        if any(was):
            yield "page of zeros", data[: i * page] + bytes(page) + data[(i + 1) * page :]
    for _ in range(100):
        a, b = sorted(random.sample(range(pages), 2))
        one, two = data[a * page : (a + 1) * page], data[b * page : (b + 1) * page]
        if one != two:
            yield "two pages swapped", data[: a * page] + two + data[(a + 1) * page : b * page] + one + data[(b + 1) * page :]
    for i in range(pages):
        yield "page lost", data[: i * page] + data[(i + 1) * page :]
        yield "page twice", data[: (i + 1) * page] + data[i * page :]
    for n in (1, 7, 100, page - 1, page, 3 * page):
        yield "bytes appended", data + os.urandom(n - 1) + b"\1"


def flip(data, bit):
    out = bytearray(data)
    out[bit // 8] ^= 1 << bit % 8
    return bytes(out)


def theirs(path):
    try:
        c = sqlite3.connect("file:%s?immutable=1" % path, uri=True)
        try:
            return c.execute("PRAGMA integrity_check").fetchall() != [("ok",)]
        finally:
            c.close()
    except sqlite3.DatabaseError:
        return True


def dump(path):
    """All that is in it. Free pages may be anything, and zeros may follow the last page."""
    c = sqlite3.connect("file:%s?immutable=1" % path, uri=True)
    try:
        return list(c.iterdump())
    finally:
        c.close()


def judged(backstay, paths):
    out = subprocess.run([backstay, "--json", "inspect", *paths], stdout=subprocess.PIPE, check=False).stdout
    return [i["verdict"] != "sound" for i in json.loads(out)["inspected"]]


def main():
    backstay, file, seed, flips = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    random.seed(seed)
    with open(file, "rb") as f:
        data = f.read()
    page = int.from_bytes(data[16:18], "big")
    page = 65536 if page == 1 else page
    counts, bad, whole = {}, 0, dump(file)
    with tempfile.TemporaryDirectory(dir=".") as folder:
        work = list(variants(data, page, flips))
        for at in range(0, len(work), BATCH):
            part = work[at : at + BATCH]
            paths = ["%s/%d" % (folder, i) for i in range(len(part))]
            for path, (_, b) in zip(paths, part):
                with open(path, "wb") as f:
                    f.write(b)
            for path, (kind, b), ours in zip(paths, part, judged(backstay, paths)):
                other = theirs(path)
                n = counts.setdefault(kind, [0, 0, 0, 0])
                n[0] += 1
                n[1] += ours
                n[2] += other
                if not ours and (other or (len(b) != len(data) and dump(path) != whole)):
                    n[3] += 1
                    bad = 1
    for kind, n in counts.items():
        print("| %s | %s | %d | %d | %d | %d |" % (os.path.basename(file), kind, *n))
    return bad


sys.exit(main())
