# good.py BACKSTAY N SEED FOLDER PGBIN RUN-AS: makes N good backups (good_pg.py and good_files.py tell how), asks Backstay about each, and
# prints what was misjudged and a table. Called by good.sh.
import json, os, random, shutil, signal, subprocess, sys, traceback
from good_files import archive_tar, archive_zip, sqlite, wrapped
from good_pg import base, base_server, custom, directory, dumpall, plain, restored, tar, wal

backstay, many, seed, folder, pg_bin, run_as = sys.argv[1], int(sys.argv[2]), sys.argv[3], *sys.argv[4:7]
# how many of a hundred
KINDS = [(plain, 24), (custom, 12), (directory, 8), (tar, 7), (dumpall, 5), (restored, 4), (base, 5), (base_server, 1), (wal, 3), (sqlite, 11),
    (archive_tar, 7), (archive_zip, 6), (wrapped, 7)]


class Tools:
    """A folder of its own for each backup, and the real tools to fill it."""

    def __init__(self, r, at):
        self.r, self.at, self.said, self.dir = r, at, [], folder
        self.pg_bin, self.run_as, self.majors = pg_bin, run_as.split(), os.environ.get("PGMAJORS")

    def __call__(self, *words, stdin=None, stdout=None, env=None):
        words = [str(w) for w in words]
        self.said.append(" ".join(words)[:1500])
        p = subprocess.run(words, cwd=self.at, stdin=stdin or subprocess.DEVNULL, stdout=stdout or subprocess.PIPE, stderr=subprocess.PIPE,
            env={**os.environ, **(env or {})}, timeout=300)
        if p.returncode:
            raise RuntimeError(f"{self.said[-1]}: {p.returncode}: {p.stderr.decode(errors='replace')[:300]}")
        return p.stdout

    def piped(self, out, *words, source=None):
        """words >out <source"""
        with open(os.path.join(self.at, out), "wb") as o:
            if source is None:
                return self(*words, stdout=o)
            with open(os.path.join(self.at, source), "rb") as i:
                return self(*words, stdin=i, stdout=o)


def judged(path, want):
    """What is wrong with what Backstay says, or None."""
    p = subprocess.run([backstay, "inspect", "--json", "--", path], capture_output=True, timeout=300)
    try:
        items = json.loads(p.stdout)["inspected"]
    except (ValueError, KeyError):
        return f"status {p.returncode}: {(p.stdout + p.stderr).decode(errors='replace')[:600]}"
    if len(items) != 1:
        return f"{len(items)} items"
    it = items[0]
    errors = [f for f in it["findings"] if f["severity"] == "error"]
    rows = sum(t["rows"] or 0 for t in it["tables"])
    verdict = want.get("verdict", "sound")
    status = {"sound": 0, "unproven": 4, "unsupported": 3}[verdict]
    if it["verdict"] != verdict or p.returncode != status or (errors and verdict != "unsupported"):
        why = f"{it['verdict']}, status {p.returncode}"
    elif it["format"] != want["format"]:
        why = f"the format is {it['format']}"
    elif want.get("content") and it["content"] != want["content"]:
        why = f"the content is {it['content']}, not {want['content']}"
    elif want.get("rows") is not None and rows != want["rows"]:
        why = f"{rows} rows, not {want['rows']}"
    else:
        return None
    return why + ": " + json.dumps(it["findings"], ensure_ascii=False)[:600]


def one(n, make, made, wrong):
    """Makes the N-th and has it judged; counts it. False: it could not be made."""
    at = os.path.join(folder, "made")
    shutil.rmtree(at, ignore_errors=True)
    os.mkdir(at)
    if run_as:
        shutil.chown(at, "postgres")
    tools = Tools(random.Random(f"{seed} {n}"), at)
    try:
        path, want = make(tools)
    except Exception as e:
        print(f"NOT MADE: {n} {make.__name__}: {e}" if isinstance(e, RuntimeError) else traceback.format_exc(), flush=True)
        return False
    what = want.get("kind") or want["format"]
    why = judged(os.path.join(at, path), want)
    made[what] = made.get(what, 0) + 1
    if why:
        wrong[what] = wrong.get(what, 0) + 1
        print(f"MISJUDGED: {n} {path}: {why}\n    " + "\n    ".join(x for x in tools.said if "/psql " not in x), flush=True)
        if os.environ.get("KEEP"):
            shutil.copytree(at, os.path.join(os.environ["KEEP"], str(n)), symlinks=True, dirs_exist_ok=True)
    return True


def main():
    r = random.Random(seed)
    plan = [k for k, share in KINDS for _ in range(share)]
    # the first of each kind always, the rest by their shares
    todo = ([k for k, _ in KINDS] + [r.choice(plan) for _ in range(many)])[:many]
    first = int(os.environ.get("FROM", 0))
    made, wrong, failed = {}, {}, 0
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        for n in range(first, many):
            failed += not one(n, todo[n], made, wrong)
            if n % 100 == 99:
                print(f"{n + 1} made, {sum(wrong.values())} misjudged", flush=True)
    except KeyboardInterrupt:
        print(f"interrupted: FROM={n} goes on")
    print(f"seed {seed}\n| backups | made | misjudged |\n| --- | ---: | ---: |")
    for what in sorted(made):
        print(f"| {what} | {made[what]} | {wrong.get(what, 0)} |")
    print(f"| all | {sum(made.values())} | {sum(wrong.values())} |")
    if failed:
        print(f"{failed} could not be made")
    return 1 if wrong or failed or sum(made.values()) != many - first else 0


sys.exit(main())
