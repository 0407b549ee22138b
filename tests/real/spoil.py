"""One sound artifact, spoilt in many ways, before backstay and the tools that people check it with.

spoil.py BACKSTAY FORMAT PATH CUTS FLIPS SEED [--block N] [--text] [--leave NAME] [--must KINDS] [--every N] [--tool NAME=COMMAND]... [--slow NAME=COMMAND]...

Prints a row of a table for each kind of damage. `whole`: files whose level `whole` does not pass; `sealed`: those that are told
`digest-changed` with a digest beside them that was made of the sound one. A tool's cell is what it noticed of all
files; with --slow of one in N of those that are noticed here, and of each file whose `whole` passes. A tool that does not end in ten seconds
noticed nothing and accepted nothing: `stuck`. COMMAND takes the path at its end; `sqlite` and `zipfile` are asked in Python. --text: blanks
at the end may go; zeros may always follow it. --leave: a file of a folder that is not touched. A folder that is no backup any more is refused (status 2): it is counted
beside `sealed`. Members: files of a folder, of a tar or of a zip; of other files, blocks.
Status 1: a cut that loses anything passes, or one of the kinds in --must (with commas), or a digest is not held against a file, or a tool refuses one whose `whole` passes.
"""
import argparse
import concurrent.futures
import gzip
import hashlib
import json
import os
import random
import shlex
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import zipfile

BATCH, PATIENCE = 100, 10
KINDS = ("cut", "flip", "zeroed", "swapped", "appended", "lost", "doubled")


def slurp(path):
    with open(path, "rb") as f:
        return f.read()


def spans(path, data, block):
    """Where the members of a file begin and end, and None where it has none but its blocks."""
    if zipfile.is_zipfile(path) and data[:2] == b"PK":
        with zipfile.ZipFile(path) as z:
            at = sorted(i.header_offset for i in z.infolist()) + [z.start_dir]
        return list(zip(at, at[1:]))
    if data[257:262] == b"ustar":
        with tarfile.open(path) as t:
            at = [m.offset for m in t] + [t.offset - 2 * 512 if t.offset > 1024 else len(data)]
        return [(a, b) for a, b in zip(at, at[1:]) if a < b]
    return None


def content_end(data):
    """Padding behind the end mark of a tar carries nothing."""
    return min(len(data), (len(data.rstrip(b"\0")) + 511) // 512 * 512 + 1024) if data[257:262] == b"ustar" else len(data)


def spoilt(r, path, cuts, flips, block, leave):
    """(KIND, NAME OF THE FILE OR NONE, ITS NEW BYTES OR NONE WHEN IT IS GONE), of a file or a folder."""
    if os.path.isdir(path):
        names = sorted(os.path.relpath(os.path.join(d, f), path) for d, _, fs in os.walk(path) for f in fs if f != leave)
        full = [n for n in names if os.path.getsize(os.path.join(path, n))]
    else:
        names = full = [""]

    def one():
        name = r.choice(full)
        data = slurp(os.path.join(path, name) if name else path)
        return name, data, content_end(data)

    for _ in range(cuts):
        name, data, end = one()
        yield "cut", name, data[: r.randrange(end)]
    for _ in range(flips):
        name, data, end = one()
        i = r.randrange(end)
        yield "flip", name, data[:i] + bytes([data[i] ^ 1 << r.randrange(8)]) + data[i + 1 :]
    for _ in range(cuts // 2):
        name, data, end = one()
        i = r.randrange(0, end, block)
        yield "zeroed", name, (data[:i] + bytes(block) + data[i + block :])[: len(data)]
        name, data, end = one()
        if end >= 2 * block:
            i, k = sorted(r.sample(range(0, end - block + 1, block), 2))
            yield "swapped", name, data[:i] + data[k : k + block] + data[i + block : k] + data[i : i + block] + data[k + block :]
    for _ in range(max(1, cuts // 40)):
        name, data, _ = one()
        for tail in b"x", bytes(100) + b"x", data, data[-64:], r.randbytes(512):
            yield "appended", name, data + tail
    if names != [""]:
        for name in r.sample(names, min(len(names), cuts)):
            yield "lost", name, None
            yield "doubled", os.path.join(os.path.dirname(name), "9" + os.path.basename(name)), slurp(os.path.join(path, name))
        return
    data = slurp(path)
    parts = spans(path, data, block)
    if parts is None:
        at = [r.randrange(0, len(data), block) for _ in range(cuts // 2)]
        parts = [(a, min(a + block, len(data))) for a in at]
    for a, b in parts:
        yield "lost", "", data[:a] + data[b:]
        yield "doubled", "", data[:b] + data[a:b] + data[b:]


def folder_digest(path):
    out = hashlib.sha256()
    for name in sorted((os.path.relpath(os.path.join(d, f), path) for d, _, fs in os.walk(path) for f in fs), key=os.fsencode):
        out.update(("%s  %s\n" % (hashlib.sha256(slurp(os.path.join(path, name))).hexdigest(), name)).encode())
    return out.hexdigest()


def put(folder, path, name, data, digest):
    """One spoilt artifact under its own name, a digest of the sound one beside it; what did not change is linked."""
    base = os.path.basename(path)
    to = os.path.join(folder, base)
    os.mkdir(folder)
    if os.path.isdir(path):
        shutil.copytree(path, to, copy_function=os.link)
        if name:
            to = os.path.join(to, name)
            if os.path.exists(to):
                os.unlink(to)
    if data is not None:
        with open(to, "wb") as f:
            f.write(data)
    with open(os.path.join(folder, base + ".sha256"), "w") as f:
        f.write("%s  %s\n" % (digest, base))
    return os.path.join(folder, base)


def nothing_lost(path, name, data, text):
    """Whether only zeros were appended, or what is unpacked is the same but for blanks at the end of a text."""
    at = os.path.join(path, name) if name else path
    if data is None or not os.path.isfile(at):
        return False
    was = slurp(at)
    if data.startswith(was) and not data[len(was) :].strip(b"\0"):
        return True
    if not text:
        return False
    try:
        if was[:2] == b"\x1f\x8b":
            was, data = gzip.decompress(was), gzip.decompress(data)
    except (OSError, EOFError, gzip.zlib.error):
        return False
    return was.rstrip(b" \r\n") == data.rstrip(b" \r\n")


def ask_sqlite(path):
    c = sqlite3.connect("file:%s?immutable=1" % path, uri=True)
    try:
        return c.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    finally:
        c.close()


def ask_zipfile(path):
    with zipfile.ZipFile(path) as z:
        return z.testzip() is None


def theirs(command, path):
    """"ok", "noticed" or "stuck"."""
    own = {"sqlite": ask_sqlite, "zipfile": ask_zipfile}.get(command)
    if own:
        try:
            return "ok" if own(path) else "noticed"
        except Exception:  # whatever it raises is its way to say so
            return "noticed"
    try:
        done = subprocess.run(
            [*shlex.split(command), path], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        return "stuck"
    # unzip ends with 1 for a warning after which it went on and all was well
    return "ok" if done.returncode == 0 or (command.startswith("unzip ") and done.returncode == 1) else "noticed"


def ours(backstay, paths):
    out = subprocess.run([backstay, "--json", "inspect", *paths], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False).stdout
    said = json.loads(out)
    if "error" in said:  # one of them is no backup: which?
        return [("refused", True)] if len(paths) == 1 else [v for p in paths for v in ours(backstay, [p])]
    items = {i["path"]: i for i in said["inspected"]}
    return [(items[p]["levels"]["whole"] != "pass", any(f["code"] == "digest-changed" for f in items[p]["findings"])) for p in paths]


class Table:
    def __init__(self, tools, slow):
        self.rows = {}
        self.slow = slow
        self.tools = tools
        self.wrong = []

    def row(self, kind):
        return self.rows.setdefault(kind, {"files": 0, "same": 0, "whole": 0, "sealed": 0, "refused": 0, "tools": {t: [0, 0, 0, 0, 0] for t in self.tools}})

    def show(self, name):
        for kind in KINDS:
            if kind not in self.rows:
                continue
            r = self.rows[kind]
            cells = []
            for t, (seen, noticed, stuck, ahead, passed) in r["tools"].items():
                if t in self.slow:  # a sample of what is noticed here, and all that passes: never one rate
                    pass_n = r["files"] - r["whole"]
                    cells.append(
                        "%s %d of %d sampled%s, %d of %d that pass%s"
                        % (t, noticed - passed, seen - pass_n, ", stuck %d" % stuck if stuck else "", passed, pass_n, ", AHEAD" if ahead else "")
                    )
                    continue
                cells.append("%s %d of %d%s%s" % (t, noticed, seen, ", stuck %d" % stuck if stuck else "", ", AHEAD %d" % ahead if ahead else ""))
            sealed = "%d%s" % (r["sealed"], ", refused %d" % r["refused"] if r["refused"] else "")
            print("| %s | %s | %d | %d | %d | %s | %s |" % (name, kind, r["files"], r["same"], r["whole"], sealed, "; ".join(cells) or "-"), flush=True)


def judge(table, part, paths, args, slow, done):
    verdicts = ours(args.backstay, paths)
    jobs = []
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for n, ((kind, name, data), path, (whole, sealed)) in enumerate(zip(part, paths, verdicts)):
            same = not whole and nothing_lost(args.path, name, data, args.text)
            r = table.row(kind)
            r["files"] += 1
            r["same"] += same
            r["whole"] += bool(whole)
            r["sealed"] += sealed and whole != "refused"
            r["refused"] += whole == "refused"
            if not sealed:
                table.wrong.append("%s of %s: its digest is not held against it" % (kind, name or "it"))
            if kind in args.must and not whole and not same:
                table.wrong.append("%s passes: %d bytes of %s" % (kind, len(data or b""), name or "it"))
            for t, command in table.tools.items():
                if not whole or t not in slow or (done + n) % args.every == 0:
                    jobs.append((t, kind, name, path, whole, same, pool.submit(theirs, command, path)))
        for t, kind, name, path, whole, same, job in jobs:
            said = job.result()
            c = table.row(kind)["tools"][t]
            c[0] += 1
            c[1] += said == "noticed"
            c[2] += said == "stuck"
            c[4] += said == "noticed" and not whole
            if said != "ok" and not whole and not same:
                c[3] += 1
                table.wrong.append("%s: %s of %s, which passes here" % (t, kind, name or "it"))
                if os.environ.get("KEEP"):
                    shutil.copytree(os.path.dirname(path), os.path.join(os.environ["KEEP"], "%s-%s-%d" % (args.format, kind, len(table.wrong))))


def main():
    p = argparse.ArgumentParser()
    for it in ("backstay", "format", "path"):
        p.add_argument(it)
    for it in ("cuts", "flips", "seed"):
        p.add_argument(it, type=int)
    p.add_argument("--block", type=int, default=512)
    p.add_argument("--every", type=int, default=5)
    p.add_argument("--leave")
    p.add_argument("--must", type=lambda s: s.split(","), default=["cut"])
    p.add_argument("--text", action="store_true")
    p.add_argument("--tool", action="append", default=[])
    p.add_argument("--slow", action="append", default=[])
    args = p.parse_args()
    slow = [t.split("=", 1)[0] for t in args.slow]
    table = Table(dict(t.split("=", 1) for t in args.tool + args.slow), slow)
    digest = folder_digest(args.path) if os.path.isdir(args.path) else hashlib.sha256(slurp(args.path)).hexdigest()
    first = put("spoilt", args.path, "", None, digest) if os.path.isdir(args.path) else put("spoilt", args.path, "", slurp(args.path), digest)
    if ours(args.backstay, [first]) != [(False, False)] or any(theirs(c, first) != "ok" for c in table.tools.values()):
        print("%s: not sound to begin with, or a tool refuses it" % args.path)
        return 1
    shutil.rmtree("spoilt")
    r = random.Random("%d %s" % (args.seed, args.format))
    part, paths, done = [], [], 0
    os.mkdir("spoilt")
    work = spoilt(r, args.path, args.cuts, args.flips, args.block, args.leave)
    was = None if os.path.isdir(args.path) else slurp(args.path)
    while True:
        it = next(work, None)
        if it and (it[2] == was if was is not None else it[0] != "doubled" and it[2] is not None and it[2] == slurp(os.path.join(args.path, it[1]))):
            continue  # nothing was changed
        if it:
            part.append(it)
            paths.append(put("spoilt/%d" % (done + len(part)), args.path, it[1], it[2], digest))
        if part and (not it or len(part) == BATCH or (len(part) == 20 and os.path.isdir(args.path))):
            judge(table, part, paths, args, slow, done)
            done += len(part)
            part, paths = [], []
            shutil.rmtree("spoilt")
            os.mkdir("spoilt")
        if not it:
            break
    shutil.rmtree("spoilt")
    table.show(args.format)
    for line in table.wrong[:10]:
        print("%s: %s" % (args.format, line), file=sys.stderr)
    if len(table.wrong) > 10:
        print("%s: and %d more" % (args.format, len(table.wrong) - 10), file=sys.stderr)
    return 1 if table.wrong else 0


sys.exit(main())
