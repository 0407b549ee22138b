"""Archives of WAL and base backups beside them, without a server: segments that are a true first page and nothing behind it, and base
backups that the catalog takes to begin where the test says.

walworld.py segments DIR SYSTEM TIMELINE FROM TO DATE [--gz]   segments FROM to TO - 1 of 1 MiB
walworld.py history DIR TIMELINE ANCESTOR SEGMENT DATE         TIMELINE left ANCESTOR in the middle of SEGMENT
walworld.py place CATALOG LABEL TIMELINE SEGMENT DATE          the base backup LABEL begins in SEGMENT, and was taken on DATE at 02:00
walworld.py moved CATALOG REPO FOLDER                          the repo lies in FOLDER now, copied
"""
import datetime
import gzip
import os
import sqlite3
import struct
import sys

SEG = 1 << 20


def name(timeline, seg):
    return "%08X%08X%08X" % (timeline, seg >> 12, seg & 4095)


def when(date):
    return datetime.datetime.strptime(date + "+0000", "%Y-%m-%d%z").timestamp()


def segments(folder, system, timeline, first, last, date, packed=False):
    os.makedirs(folder, exist_ok=True)
    for seg in range(first, last):
        # xlp_magic of 15, long header; this timeline, this place, no rest of a record
        head = struct.pack("<HHIQI4xQII", 0xD110, 2, timeline, seg * SEG, 0, system, SEG, 8192)
        path = os.path.join(folder, name(timeline, seg) + (".gz" if packed else ""))
        with (gzip.open(path, "wb", 1) if packed else open(path, "wb")) as f:
            f.write(head)
            if packed:
                f.write(bytes(SEG - len(head)))
            else:
                f.truncate(SEG)
        t = when(date) + seg % 3600
        os.utime(path, (t, t))


def history(folder, timeline, ancestor, seg, date):
    path = os.path.join(folder, "%08X.history" % timeline)
    lsn = seg * SEG + SEG // 2
    with open(path, "w", encoding="ascii") as f:
        f.write("%d\t%X/%X\tno recovery target specified\n" % (ancestor, lsn >> 32, lsn & 0xffffffff))
    os.utime(path, (when(date), when(date)))


def place(catalog, label, timeline, seg, date):
    db = sqlite3.connect(catalog)
    at = int(when(date) + 7200) * 1000000
    key = db.execute("SELECT id FROM backups WHERE CAST(label AS TEXT) = ? AND state <> 'gone'", (label,)).fetchone()[0]
    db.execute("UPDATE physical SET timeline = ?, start_lsn = ?, stop_lsn = ? WHERE backup_id = ?",
               (timeline, seg * SEG + 40, seg * SEG + 300, key))
    db.execute("UPDATE backups SET taken_at = ?, taken_from = 'operator' WHERE id = ?", (at, key))
    db.commit()
    db.close()


def moved(catalog, repo, folder):
    db = sqlite3.connect(catalog)
    db.text_factory = bytes
    db.execute("UPDATE repos SET url = ? WHERE name = ?", ("file://" + os.path.abspath(folder), repo))
    for key, path in db.execute("SELECT a.id, a.path FROM artifacts a JOIN repos r ON r.id = a.repo_id WHERE r.name = ?", (repo,)).fetchall():
        st = os.lstat(os.path.join(folder.encode(), path))
        db.execute("UPDATE artifacts SET inode = ?, device = ? WHERE id = ?", (st.st_ino, st.st_dev, key))
    db.commit()
    db.close()


def number(text):
    return int(text) & 0xffffffffffffffff


if __name__ == "__main__":
    what, *a = sys.argv[1:]
    if what == "segments":
        segments(a[0], number(a[1]), int(a[2]), int(a[3]), int(a[4]), a[5], "--gz" in a)
    elif what == "history":
        history(a[0], int(a[1]), int(a[2]), int(a[3]), a[4])
    elif what == "moved":
        moved(*a)
    else:
        place(a[0], a[1], int(a[2]), int(a[3]), a[4])
