# Good SQLite databases, tar and zip archives, and plain SQL in every wrapping, by the programs that people make them with. Each function
# fills the folder of its tools and returns the path in it and what is to be said of it. Called by good.py.
import bz2, gzip, io, lzma, os, shutil, sqlite3, struct, tarfile, zipfile, zlib

TABLES = [
    "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, mail TEXT COLLATE NOCASE UNIQUE, age INT CHECK (age < 200))",
    "CREATE TABLE keyed (a TEXT, b INT, c BLOB, PRIMARY KEY (b DESC, a)) WITHOUT ROWID",
    "CREATE TABLE strict (a INT, b TEXT, c ANY) STRICT",
    "CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT, net REAL, gross REAL AS (net * 1.2) STORED, half AS (net / 2))",
    'CREATE TABLE "od""d; näme" (x, "y z" DEFAULT \'it\'\'s\')',
    "CREATE TABLE large (x)",
    "CREATE TABLE refs (u INT REFERENCES users ON DELETE CASCADE, v TEXT DEFAULT (lower('A')))",
]
MORE = [
    ("CREATE INDEX by_part ON users (age) WHERE age > 30", "CREATE INDEX by_word ON users (lower(name), age DESC)"),
    ("CREATE VIEW seen AS SELECT name FROM users", "CREATE TRIGGER told AFTER INSERT ON users BEGIN DELETE FROM users WHERE id < 0; END"),
    ("CREATE VIRTUAL TABLE words USING fts5(text)", "INSERT INTO words VALUES ('a word or two'), ('three more')"),
    ("CREATE VIRTUAL TABLE old_words USING fts4(text, tokenize=unicode61)", "INSERT INTO old_words VALUES ('größer'), ('words')"),
    ("CREATE VIRTUAL TABLE boxes USING rtree(id, a, b)", "INSERT INTO boxes VALUES (1, 2, 3), (2, 0, 9)"),
    ("CREATE VIRTUAL TABLE bare USING fts5(text, content='')", "INSERT INTO bare(rowid, text) VALUES (1, 'no copy')"),
    ("ALTER TABLE users ADD COLUMN later TEXT DEFAULT 'x'", "ALTER TABLE users RENAME COLUMN mail TO email"),
    ("CREATE TABLE gone (x)", "INSERT INTO gone VALUES (randomblob(90000))", "DROP TABLE gone"),
    ("ANALYZE",),
    ("PRAGMA user_version = 42", "PRAGMA application_id = 77"),
    ("DELETE FROM users WHERE id % 3 = 0",),
]


def sqlite(t):
    """A database of any shape, closed, copied by SQLite, or caught with its log."""
    r, path = t.r, os.path.join(t.at, t.r.choice(["app.db", "app.sqlite", "app.sqlite3", "my data.db"]))
    db = sqlite3.connect(path, isolation_level=None)
    db.execute(f"PRAGMA page_size = {r.choice([512, 1024, 2048, 4096, 4096, 8192, 16384, 32768, 65536])}")
    db.execute(f"PRAGMA auto_vacuum = {r.choice(['NONE', 'NONE', 'FULL', 'INCREMENTAL'])}")
    db.execute(f"PRAGMA encoding = '{r.choice(['UTF-8', 'UTF-8', 'UTF-16le', 'UTF-16be'])}'")
    db.execute(f"PRAGMA secure_delete = {r.choice(['ON', 'OFF', 'FAST'])}")
    mode = r.choice(["DELETE", "DELETE", "TRUNCATE", "PERSIST", "MEMORY", "OFF", "WAL", "WAL"])
    db.execute(f"PRAGMA journal_mode = {mode}")
    if mode == "WAL":
        db.execute(f"PRAGMA wal_autocheckpoint = {r.choice([0, 1, 10, 1000])}")
    db.execute("BEGIN")
    tables = [x for x in TABLES if r.random() < 0.7] or TABLES[:1]
    if TABLES[0] not in tables:
        tables.insert(0, TABLES[0])
    names = []
    for x in tables:
        db.execute(x)
        names.append(x[13:x.index(" (")])
    n = r.choice([0, 1, 3, 100, 2000])
    filled = {"users": "INSERT INTO users SELECT i, 'name ' || i, 'm' || i, i % 90 FROM n", "keyed": "INSERT INTO keyed SELECT 'k' || i, i, randomblob(i % 50) FROM n",
        "strict": "INSERT INTO strict SELECT i, 'zwei é', i FROM n", "counted": "INSERT INTO counted (net) SELECT i * 1.5 FROM n",
        "large": "INSERT INTO large SELECT randomblob(70000) FROM n LIMIT 3", "refs": "INSERT INTO refs (u) SELECT id FROM users"}
    for x in names:
        db.execute(f"WITH RECURSIVE n(i) AS (SELECT 1 WHERE {n} > 0 UNION ALL SELECT i + 1 FROM n WHERE i < {n}) "
            + filled.get(x, 'INSERT INTO "od""d; näme" SELECT i, NULL FROM n'))
    db.execute("COMMIT")
    for unit in r.sample(MORE, r.randrange(5)):
        for x in unit:
            db.execute(x)
    if "refs" in names: # rows that were deleted behind the back of a foreign key are not what is asked here
        db.execute("DELETE FROM refs WHERE u NOT IN (SELECT id FROM users)")
    rows = lambda c: sum(c.execute(f'SELECT count(*) FROM "{x[0].replace(chr(34), chr(34) * 2)}" NOT INDEXED').fetchone()[0] for x in c.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'").fetchall())
    want = {"format": "sqlite", "rows": rows(db)}
    how = r.choice(["closed", "closed", "into", "backup", "caught", "vacuumed"])
    t.said.append(f"sqlite: {mode}, {n} rows, {names}, {how}")
    name = os.path.basename(path)
    if how == "into":
        db.execute("VACUUM INTO ?", (os.path.join(t.at, "copy.db"),))
        name = "copy.db"
    elif how == "backup":
        to = sqlite3.connect(os.path.join(t.at, "copy.db"))
        db.backup(to, pages=r.choice([-1, 1, 50]))
        to.close()
        name = "copy.db"
    elif how == "vacuumed":
        db.execute("VACUUM")
    elif how == "caught": # no transaction is open: with its log it is whole, and of another mode it is nothing special
        for end in ("", "-wal"):
            if os.path.exists(path + end):
                shutil.copy(path + end, os.path.join(t.at, "caught.db" + end))
        name = "caught.db"
    db.close()
    if how != "caught" and r.random() < 0.15:
        name = pack(t, name)
    return name, want


def tree(t, dumps=True):
    """Files of every kind that archives hold."""
    r, top = t.r, os.path.join(t.at, "files")
    os.makedirs(os.path.join(top, "sub", "empty folder"))
    names = ["a.txt", "größe ü.bin", "sub/b", "sub/" + "n" * 120, "with 'quote' and \"two\"", "e" * 200 + ".txt", "sub/.hidden", "zwei\u0301.x"]
    for x in r.sample(names, r.randrange(1, len(names))):
        with open(os.path.join(top, x), "wb") as f:
            f.write(r.randbytes(r.choice([0, 1, 511, 512, 513, 10240, 70000])) if r.random() < 0.6 else b"line of text\n" * r.randrange(3000))
    if r.random() < 0.4:
        deep = os.path.join(top, *["folder_with_a_name_of_some_length"] * r.choice([4, 8]))
        os.makedirs(deep)
        open(os.path.join(deep, "deep"), "w").write("x")
    if r.random() < 0.3:
        with open(os.path.join(top, "holes"), "wb") as f:
            f.truncate(r.choice([1 << 20, 5 << 20]))
            f.seek(300000)
            f.write(b"data between holes")
    if dumps and r.random() < 0.3:
        open(os.path.join(top, "dump.sql"), "w").write(SQL.format(1))
        with gzip.open(os.path.join(top, "old.sql.gz"), "wt") as f:
            f.write(SQL.format(2))
    return top


def archive_tar(t):
    r = t.r
    top = tree(t)
    if r.random() < 0.4:
        os.symlink("a.txt", os.path.join(top, "link"))
        some = [f.path for f in os.scandir(top) if f.is_file(follow_symlinks=False)]
        if some:
            os.link(some[0], os.path.join(top, "hard"))
    os.utime(top, (r.choice([0, 1, 1e9, 1.7e9 + 0.123456]),) * 2)
    how = r.choice(["gnu", "gnu", "bsd", "python"])
    out = "a.tar"
    if how == "gnu":
        form = r.choice(["gnu", "oldgnu", "posix", "ustar", "v7"])
        w = ["--format=" + form, *r.choice([[], ["-b1"], ["-b64"]]), *r.choice([[], ["--numeric-owner"], ["--owner=größer:70000"]] if form not in ("v7", "ustar") else [[]])]
        if form in ("gnu", "oldgnu", "posix"):
            w += r.choice([[], ["--sparse"], ["--sparse", "--hole-detection=raw"]])
        if form == "posix":
            w += r.choice([[], ["--xattrs"], ["--pax-option=comment=a note"], ["--sparse-version=0.0", "--sparse"], ["--sparse-version=0.1", "--sparse"]])
        if form in ("gnu",):
            w += r.choice([[], ["--label=volume"], ["--listed-incremental=snapshot"], ["--no-recursion"]])
        if form in ("v7", "ustar"): # they have no place for longer ones: those stay outside
            w += ["--exclude=" + "?" * n + "*" for n in (96,)] + ["--exclude=folder_with*"]
        t("tar", *w, "-cf", out, r.choice(["files", "./files"]))
        if r.random() < 0.15:
            open(os.path.join(t.at, "added"), "w").write("later")
            t("tar", *w[:1], "-rf", out, "added")
    elif how == "bsd":
        form = r.choice(["ustar", "pax", "gnutar", "paxr"])
        w = ["--format", "pax" if form == "paxr" else form, *r.choice([[], ["-b", "1"], ["--no-xattrs"]])]
        if form == "ustar":
            w += ["--exclude", "?" * 96 + "*", "--exclude", "*folder_with*"]
        t("bsdtar", *w, "-cf", out, "files", env={"LC_ALL": "C.UTF-8"})
    else:
        form = r.choice([tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
        headers = {"pax_headers": {"comment": "größer", "X.own": "1"}} if form == tarfile.PAX_FORMAT and r.random() < 0.4 else {}
        t.said.append(f"tarfile format {form} {headers}")
        with tarfile.open(os.path.join(t.at, out), "w", format=form, encoding="utf-8", **headers) as z:
            for at, _, files in sorted(os.walk(top)):
                for x in files:
                    try:
                        z.add(os.path.join(at, x), os.path.relpath(os.path.join(at, x), t.at))
                    except ValueError: # too long a name for ustar
                        pass
            if r.random() < 0.3 or not z.getmembers(): # one of nothing is told as empty
                i = tarfile.TarInfo("from memory")
                i.size, i.mtime = 700, 1.5e9 if form != tarfile.PAX_FORMAT else 1.5e9 + 0.25
                z.addfile(i, io.BytesIO(b"m" * 700))
    if r.random() < 0.4:
        out = pack(t, out)
    return out, {"format": "tar"}


def archive_zip(t):
    r = t.r
    top = tree(t)
    how, out, want = r.choice(["zip", "zip", "bsd", "python", "python"]), "a.zip", {"format": "zip"}
    if how == "zip":
        w = ["-qr", *r.choice([[], ["-X"]]), *r.choice([[], ["-0"], ["-1"], ["-9"], ["-Z", "bzip2"], ["-fz"], ["-D"], ["-fd"], ["-fz-"]])]
        if r.random() < 0.3:
            t.piped(out, "zip", *[x for x in w if x not in ("-fz", "-fz-")], "-", "files")
        else:
            t("zip", *w, out, "files")
            if r.random() < 0.3:
                open(os.path.join(t.at, "added"), "w").write("later")
                t("zip", "-q", out, "added")
            if r.random() < 0.2:
                open(os.path.join(t.at, "note"), "w").write("a comment\nof two lines\n")
                t("sh", "-c", "zip -qz a.zip <note")
    elif how == "bsd":
        w = r.choice([[], ["--options", "zip:compression=store"], ["--options", "zip:!experimental"], ["--options", "zip:zip64"], ["--options", "zip:!zip64"]])
        t("bsdtar", "--format", "zip", *w, "-cf", out, "files", env={"LC_ALL": "C.UTF-8"})
    else:
        method = r.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
        t.said.append(f"zipfile method {method}")
        if method == zipfile.ZIP_LZMA: # its memory has no bound in libarchive: it is told, and not undone
            want |= {"verdict": "unsupported", "kind": "zip of a method that is told as unsupported"}
        with zipfile.ZipFile(os.path.join(t.at, out), "w", method, strict_timestamps=False) as z:
            for at, folders, files in sorted(os.walk(top)):
                for x in files + [f for f in folders if r.random() < 0.5]:
                    z.write(os.path.join(at, x), os.path.relpath(os.path.join(at, x), t.at))
            if r.random() < 0.3:
                with z.open("streamed", "w", force_zip64=r.random() < 0.5) as f:
                    f.write(b"s" * 90000)
            if r.random() < 0.2:
                z.comment = b"PK\x05\x06 is in this comment"
    return out, want


SQL = """--
-- PostgreSQL database dump
--

-- Dumped from database version 15.20
-- Dumped by pg_dump version 15.20

SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;

--
-- Name: t; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.t (
    a integer,
    b text
);


--
-- Data for Name: t; Type: TABLE DATA; Schema: public; Owner: postgres
--

COPY public.t (a, b) FROM stdin;
{0}	one
\\.


--
-- PostgreSQL database dump complete
--

"""


def members(data, r):
    """data cut into some pieces, empty ones among them."""
    cuts = sorted(r.randrange(len(data) + 1) for _ in range(r.choice([0, 1, 3, 20])))
    return [data[a:b] for a, b in zip([0, *cuts], [*cuts, len(data)])]


def gzip_odd(data, r):
    """What pigz, bgzip and others write: several members, extra fields, names, comments, header sums, flushes."""
    out = b""
    for it in members(data, r):
        flags = r.choice([0, 0, 1, 2, 4, 8, 16, 31])
        head = struct.pack("<BBBBIBB", 31, 139, 8, flags, r.choice([0, 1700000000]), r.choice([0, 2, 4]), r.choice([0, 3, 255]))
        if flags & 4:
            head += struct.pack("<H", 6) + b"BC\2\0\7\0"
        if flags & 8:
            head += "größe.sql".encode("latin1") + b"\0"
        if flags & 16:
            head += b"a comment\0"
        if flags & 2:
            head += struct.pack("<H", zlib.crc32(head) & 0xFFFF)
        c = zlib.compressobj(r.randrange(10), zlib.DEFLATED, -r.choice([9, 12, 15]))
        out += head
        for i in range(0, len(it), 5000):
            out += c.compress(it[i:i + 5000]) + (c.flush(r.choice([zlib.Z_SYNC_FLUSH, zlib.Z_FULL_FLUSH])) if r.random() < 0.3 else b"")
        out += c.flush() + struct.pack("<II", zlib.crc32(it), len(it) & 0xFFFFFFFF)
    return out


def pack(t, name, which=None):
    """NAME in a wrapping, by the program or a library."""
    r, path = t.r, os.path.join(t.at, name)
    how = which or r.choice(["gzip", "gzip odd", "zstd", "zstd frames", "lz4", "lz4 frames", "xz", "xz streams", "bzip2", "bzip2 streams"])
    end = {"g": ".gz", "z": ".zst", "l": ".lz4", "x": ".xz", "b": ".bz2"}[how[0]]
    t.said.append("pack: " + how)
    data = open(path, "rb").read()
    if " " not in how:
        w = {"gzip": lambda: [f"-{r.randrange(1, 10)}", *r.choice([[], ["-n"], ["-N"], ["--rsyncable"]])],
            "zstd": lambda: ["-q", *r.choice([["-1"], ["-19"], ["--fast=5"], ["--ultra", "-22"], ["--long=27"], ["--no-check"], ["-T2"], ["--rsyncable"], ["-B512K"],
                ["--no-content-size"], ["--format=zstd", "-7"], ["--adapt"]])],
            "lz4": lambda: ["-q", *r.choice([["-1"], ["-9"], ["-12"], ["--fast"], ["-B4"], ["-B5"], ["-BD"], ["-BX"], ["--no-frame-crc"], ["--content-size"], ["-BI"],
                ["-B4", "-BD", "-BX"], ["--favor-decSpeed", "-12"]])],
            "xz": lambda: [*r.choice([["-0"], ["-6"], ["-1e"], ["-C", "none"], ["-C", "crc32"], ["-C", "crc64"], ["-C", "sha256"], ["--block-size=4096"], ["-T2"],
                ["--x86", "--lzma2"], ["--delta=dist=4", "--lzma2=preset=1"], ["--block-list=1000,5000"], ["--lzma2=lc=4,lp=0,pb=0,dict=64KiB"]])],
            "bzip2": lambda: [f"-{r.randrange(1, 10)}"]}[how]()
        if r.random() < 0.5: # from a file, which it can ask for its size
            t(how, *w, *(["-k"] if how != "lz4" else []), name, *([name + end] if how == "lz4" else []))
        else:
            t.piped(name + end, how, *w, "-c", source=name)
    elif how == "gzip odd":
        open(path + end, "wb").write(gzip_odd(data, r))
    else:
        out = b""
        parts = members(data, r)
        for i, it in enumerate(parts):
            if how.startswith("xz"):
                out += lzma.compress(it, check=r.choice([lzma.CHECK_NONE, lzma.CHECK_CRC32, lzma.CHECK_CRC64, lzma.CHECK_SHA256]), preset=1) + bytes(r.choice([0, 0, 4, 8]))
            elif how.startswith("bzip2"):
                out += bz2.compress(it, r.randrange(1, 10))
            else:
                open(path + ".part", "wb").write(it)
                out += t(how.split()[0], "-q", "-c", path + ".part")
                if r.random() < 0.2: # a frame to be skipped, as pzstd and others write
                    out += struct.pack("<II", 0x184D2A50 + r.randrange(16), 5) + b"extra"
                os.remove(path + ".part")
        open(path + end, "wb").write(out)
    os.remove(path)
    return name + end


def wrapped(t):
    """Plain SQL in a wrapping, or in two."""
    r = t.r
    text = SQL.format("\n".join(f"{i}\t{r.randrange(10**9)}" for i in range(r.choice([1, 50, 30000]))) + "\n7")
    text = text[:-1] if r.random() < 0.3 else text
    open(os.path.join(t.at, "plain.sql"), "w").write(text)
    name = pack(t, "plain.sql")
    kind = "SQL in " + name.split(".")[2]
    if r.random() < 0.2:
        name, kind = pack(t, name), "SQL in two wrappings"
    return name, {"format": "pgdump-plain", "kind": kind, "content": "full"}
