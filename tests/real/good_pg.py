# Good backups of a PostgreSQL server, by its own tools. Each function fills the folder of its tools and returns the path of the backup in
# it and what is to be said of it. Called by good.py.
import os, subprocess

DATABASES = ["shop", "kinds", "void", "hollow", "many", "asia", "the .'\"store 🐘", "sql_ascii", "latin1", "euc_jp", "win1252"]
ASIAN = ["SJIS", "SHIFT_JIS_2004", "EUC_JP", "EUC_JIS_2004", "GB18030"]
counted = {}


def program(t, name, port):
    """Of some version, with the words that it needs to reach the server."""
    bin = t.pg_bin
    if t.majors and port == 5432 and t.r.random() < 0.4:
        bin = t.r.choice([b for b in (f"{t.majors}/pg17/bin", f"{t.majors}/pg18/bin") if os.path.exists(b)] or [bin])
    t.version = int(subprocess.run([f"{bin}/pg_dump", "--version"], capture_output=True, text=True).stdout.split()[2].split(".")[0])
    return [*t.run_as, f"{bin}/{name}", "-h", t.dir, "-p", str(port), "-U", "postgres"]


def query(t, db, sql, port=5432):
    return t(*t.run_as, f"{t.pg_bin}/psql", "-h", t.dir, "-p", port, "-U", "postgres", "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", db, "-c", sql).decode().strip()


def rows_of(t, db):
    if db not in counted:
        counted[db] = int(query(t, db, """SELECT coalesce(sum((xpath('/row/c/text()', query_to_xml(format('SELECT count(*) AS c FROM ONLY %I.%I',
            nspname, relname), false, true, '')))[1]::text::int), 0) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
            WHERE nspname NOT IN ('pg_catalog', 'information_schema') AND relkind = 'r'"""))
    return counted[db]


def some(t, odds, *words):
    return list(words) if t.r.random() < odds else []


def options(t, db, archive):
    """Options for pg_dump, and what the dump then holds: (words, content, rows); None where only a part is dumped."""
    r, w = t.r, []
    what = r.choice(["all"] * 5 + ["schema", "data", "part", "sections"])
    content, rows = None, rows_of(t, db)
    if what == "schema":
        w += ["-s"]
        content, rows = "empty" if db == "void" else "schema", 0
    elif what == "data":
        w += ["-a"] + some(t, 0.5, "--disable-triggers")
    elif what == "sections":
        sections = r.choice([["pre-data"], ["data"], ["post-data"], ["pre-data", "data"], ["pre-data", "post-data"], ["data", "post-data"]])
        w += [f"--section={s}" for s in sections]
        rows = rows if "data" in sections else 0
    elif what == "part":
        rows = None
        w += r.choice([["-t", "*"], ["-T", "*a*"], ["-n", "public"], ["-N", "public"], ["-t", "users*", "-t", "refs"], ["--exclude-table-data=*.*"],
            ["-t", "*.kinds"], ["--exclude-table-data=users"], ["-n", "app"], ["-t", "no_such_table*", "-t", "*e*"], ["-e", "*"]])
        if r.random() < 0.3 and "-e" not in w:
            w += r.choice([["-B"], ["-b"]])
    how = r.choice(["copy", "copy", "--inserts", "--column-inserts", f"--rows-per-insert={r.choice([1, 2, 3, 10, 1000])}"])
    if how != "copy" and what != "schema":
        w += [how] + some(t, 0.3, "--on-conflict-do-nothing")
    if what not in ("data",) and not archive:
        w += r.choice([[], [], ["-c"], ["-c", "--if-exists"], ["-C"], ["-c", "-C"], ["-c", "-C", "--if-exists"]])
    for odds, *it in ((0.2, "-O"), (0.2, "-x"), (0.15, "--no-comments"), (0.1, "--no-publications"), (0.1, "--no-subscriptions"),
            (0.1, "--no-security-labels"), (0.1, "--no-tablespaces"), (0.1, "--no-toast-compression"), (0.15, "--quote-all-identifiers"),
            (0.1, "--disable-dollar-quoting"), (0.1, "--use-set-session-authorization"), (0.1, "--load-via-partition-root"),
            (0.1, "--serializable-deferrable"), (0.15, "-v"), (0.05, "--no-sync"), (0.05, "--lock-wait-timeout=9000"), (0.05, "--enable-row-security"),
            (0.05, "--extra-float-digits=0")):
        w += some(t, odds, *it)
    if r.random() < 0.1:
        w += ["--no-unlogged-table-data"]
        rows = rows and None
    if db == "asia" and r.random() < 0.8:
        w += ["-E", r.choice(ASIAN)]
    elif db in ("latin1", "win1252", "euc_jp") and r.random() < 0.5:
        w += ["-E", "UTF8"]
    elif db in ("void", "hollow", "many") and r.random() < 0.3:
        w += ["-E", r.choice(["SQL_ASCII", "LATIN1", "SJIS", "BIG5", "GBK", "JOHAB", "UHC", "WIN1251", "KOI8R", "EUC_KR"])]
    if t.version >= 17:
        w += some(t, 0.1, "--sync-method=fsync")
    if t.version >= 18:
        more = r.choice([[], [], ["--statistics"], ["--no-statistics"], ["--sequence-data"], ["--no-policies"]])
        if "-E" in w and db == "asia": # pg_dump 18.0 sends the names it got in that encoding as they are, and fails
            more = [x for x in more if x != "--statistics"]
        w += more if what in ("all", "part") else []
    if rows and what == "all":
        content = "full"
    return w, content, rows


def dump(t, prog, flags, name, **want):
    """PROG, a pg_dump, into NAME of a database of any shape."""
    db = t.r.choice(DATABASES)
    w, content, rows = options(t, db, flags[0] != "-Fp")
    zone = {"TZ": t.r.choice(["UTC", "Asia/Kathmandu", "America/St_Johns"])}
    for unit in range(2):
        try:
            t(*prog, *flags, *w, "-f", os.path.join(t.at, name), db, env=zone)
            break
        except RuntimeError as e: # patterns that match nothing, and versions that are not for each other
            if unit or "no matching" not in str(e):
                raise
            w = [x for x in w if x in ("-v", "-O", "-x", "-c")]
            rows, content = rows_of(t, db), None
    want |= {"content": content, "rows": rows}
    return name, want


def compression(t):
    r = t.r
    if t.version >= 16:
        return r.choice([[], ["-Z0"], ["-Z1"], ["-Z9"], ["-Zgzip:4"], ["-Zlz4"], ["-Zlz4:9"], ["-Zzstd"], ["-Zzstd:19"], ["-Zzstd:level=3,long"], ["-Znone"]])
    return r.choice([[], [f"-Z{r.randrange(10)}"]])


def plain(t):
    name, want = dump(t, program(t, "pg_dump", 5432), ["-Fp"], "plain.sql", format="pgdump-plain")
    pack = t.r.choice([None] * 4 + [["gzip", ".gz"], ["zstd", ".zst", "-q"], ["lz4", ".lz4", "-q"], ["xz", ".xz", "-1"], ["bzip2", ".bz2"]])
    if pack:
        t.piped(name + pack[1], pack[0], *pack[2:], "-c", source=name)
        os.remove(os.path.join(t.at, name))
        name += pack[1]
    return name, want


def custom(t):
    prog = program(t, "pg_dump", 5432)
    return dump(t, prog, ["-Fc", *compression(t)], t.r.choice(["a.dump", "a.backup", "a.pgdump"]), format="pgdump-custom")


def directory(t):
    prog = program(t, "pg_dump", 5432)
    return dump(t, prog, ["-Fd", *compression(t), *some(t, 0.4, "-j", str(t.r.choice([2, 4])))], "folder", format="pgdump-directory")


def tar(t):
    return dump(t, program(t, "pg_dump", 5432), ["-Ft"], "a.tar", format="pgdump-tar")


def dumpall(t):
    r = t.r
    prog = program(t, "pg_dumpall", 5432)
    name = r.choice(["cluster.sql", "db-cluster-22-11-2026@02-00-00.backup"])
    what = r.choice([[], [], ["-g"], ["-r"], ["-t"], ["-s"], ["-a"]])
    how = r.choice([[], ["--inserts"], ["--column-inserts"], ["--rows-per-insert=5"], ["--inserts", "--on-conflict-do-nothing"]])
    w = [*what, *(how if what != ["-s"] else []), *some(t, 0.3, "-O"), *some(t, 0.2, "-x"), *some(t, 0.2, "--no-role-passwords"), *some(t, 0.2, "--no-comments"),
        *some(t, 0.2, "--quote-all-identifiers"), *some(t, 0.2, "-v"), *some(t, 0.1, "--load-via-partition-root"), *some(t, 0.1, "--disable-dollar-quoting")]
    if what != ["-a"]:
        w += r.choice([[], ["-c"], ["-c", "--if-exists"]])
    if not what or what[0] in "-s -a".split():
        w += some(t, 0.4, "--exclude-database=s*")
    t(*prog, *w, "-f", os.path.join(t.at, name))
    if name.endswith(".backup"):
        t("gzip", name)
        os.rename(os.path.join(t.at, name + ".gz"), os.path.join(t.at, name))
    return name, {"format": "pgdumpall"}


def restored(t):
    """SQL that pg_restore writes of an archive."""
    r = t.r
    prog = program(t, "pg_dump", 5432)
    db = r.choice(DATABASES)
    t(*prog, "-Fc", "-Z1", "-f", os.path.join(t.at, "a.dump"), db)
    w = [*r.choice([[], [], ["-s"], ["-a"], ["-O"], ["-c"], ["-c", "--if-exists"], ["-C"], ["--section=data"], ["-n", "public"], ["-x"]]), *some(t, 0.2, "-v"),
        *some(t, 0.2, "--no-comments")]
    with open(os.path.join(t.at, "list"), "wb") as f:
        f.write(t(*t.run_as, prog[len(t.run_as)].replace("pg_dump", "pg_restore"), "-l", os.path.join(t.at, "a.dump")))
    w += some(t, 0.3, "-L", os.path.join(t.at, "list"))
    t(*t.run_as, prog[len(t.run_as)].replace("pg_dump", "pg_restore"), *w, "-f", os.path.join(t.at, "back.sql"), os.path.join(t.at, "a.dump"))
    return "back.sql", {"format": "pgdump-plain", "kind": "pgdump-plain by pg_restore"}


def change(t, port):
    query(t, "postgres", f"INSERT INTO t SELECT g, repeat('x', g % 90) FROM generate_series(1, {t.r.choice([1, 100, 5000])}) g", port)


def base_words(t, algorithm=True):
    r = t.r
    w = [*some(t, 0.2, "-R"), *some(t, 0.2, "-l", r.choice(["x", "a label; with 'all' in it", "größer"])), *some(t, 0.2, "--manifest-force-encode")]
    if algorithm:
        w += [f"--manifest-checksums={r.choice(['NONE', 'CRC32C', 'SHA224', 'SHA256', 'SHA384', 'SHA512'])}"]
    return w + some(t, 0.1, "--no-verify-checksums") + some(t, 0.1, "--no-estimate-size")


def base(t):
    """pg_basebackup, plain and in tars, of 15 and of what else there is; 17 and 18 incrementally, too."""
    r = t.r
    ports = [(t.pg_bin, 5433)] + [(f"{t.majors}/pg{v}/bin", 5400 + v) for v in (17, 18) if t.majors and os.path.exists(f"{t.dir}/db{v}")]
    bin, port = r.choice(ports)
    change(t, port)
    prog = [*t.run_as, f"{bin}/pg_basebackup", "-h", t.dir, "-p", str(port), "-U", "postgres", "-N", "-c", "fast"]
    want = {"format": "pg-basebackup"}
    wal = r.choice(["stream", "stream", "fetch", "none"])
    if r.random() < 0.1:
        w, want["verdict"] = ["--no-manifest"], "unproven"
    else:
        w = base_words(t)
    if wal == "none":
        want["verdict"] = "unproven"
    if port > 5433 and r.random() < 0.5:
        t(*prog, "-D", os.path.join(t.at, "parent"))
        change(t, port)
        w += ["-i", os.path.join(t.at, "parent/backup_manifest")]
    if r.random() < 0.5:
        w += ["-Ft"] + r.choice([[], ["-z"], ["-Z1"], ["--compress=gzip:9"], ["--compress=client-lz4"], ["--compress=client-zstd:5"], ["--compress=server-gzip"],
            ["--compress=server-lz4:3"], ["--compress=server-zstd"], ["--compress=client-zstd:level=3,long"] if port > 5433 else ["--compress=none"]])
    else:
        w += ["-Fp"] + r.choice([[], [], ["--compress=server-zstd"], ["--compress=server-gzip"]])
    t(*prog, "-X", wal, *w, "-D", os.path.join(t.at, "base"))
    return "base", want


def base_server(t):
    """Written by the server itself, or as one tar to standard output."""
    prog = [*t.run_as, f"{t.pg_bin}/pg_basebackup", "-h", t.dir, "-p", "5433", "-U", "postgres", "-N", "-c", "fast", "-X", "fetch"]
    change(t, 5433)
    if t.r.random() < 0.5:
        t(*prog, *base_words(t)[:0], "-t", f"server:{t.at}/base", *t.r.choice([[], ["--compress=gzip"], ["--compress=lz4"], ["--compress=zstd:2"]]))
        return "base", {"format": "pg-basebackup"}
    t.piped("one.tar", *prog, "-Ft", "-D", "-", *t.r.choice([[], ["--manifest-checksums=SHA256"]]))
    pack = t.r.choice([None, ("gzip", ".gz", []), ("zstd", ".zst", ["-q"]), ("lz4", ".lz4", ["-q"])])
    if pack:
        t.piped("one.tar" + pack[1], pack[0], *pack[2], "-c", source="one.tar")
    return "one.tar" + (pack[1] if pack else ""), {"format": "pg-basebackup"}


def wal(t):
    """A segment that the server archived, wrapped or not; history of a backup; what pg_receivewal writes."""
    r = t.r
    change(t, 5433)
    last = query(t, "postgres", "SELECT pg_walfile_name(pg_switch_wal())", 5433)
    query(t, "postgres", "CHECKPOINT", 5433)
    for _ in range(200):
        if os.path.exists(f"{t.dir}/archive/{last}"):
            break
        query(t, "postgres", "SELECT pg_sleep(0.1)", 5433)
    names = sorted(os.listdir(f"{t.dir}/archive"))
    if r.random() < 0.3:
        start = query(t, "postgres", "SELECT pg_current_wal_lsn()", 5433)
        change(t, 5433)
        end = query(t, "postgres", "SELECT pg_current_wal_insert_lsn()", 5433)
        how = r.choice([[], ["-Z5"], ["--compress=lz4"]])
        t(*t.run_as, f"{t.pg_bin}/pg_receivewal", "-h", t.dir, "-p", "5433", "-U", "postgres", "-D", t.at, "-n", "--endpos=" + end, *how)
        name = sorted(n for n in os.listdir(t.at) if len(n.split(".")[0]) == 24)[0]
        return name, {"format": "pg-wal", "kind": "pg-wal by pg_receivewal"}
    name = r.choice(names[-4:] + [n for n in names if n.endswith(".backup")][-2:])
    t("cp", f"{t.dir}/archive/{name}", name)
    pack = r.choice([None, None, ("gzip", ".gz", []), ("zstd", ".zst", ["-q"]), ("lz4", ".lz4", ["-q"]), ("xz", ".xz", ["-0"]), ("bzip2", ".bz2", [])])
    if pack:
        t.piped(name + pack[1], pack[0], *pack[2], "-c", source=name)
    return name + (pack[1] if pack else ""), {"format": "pg-wal"}
