#!/usr/bin/env python3
"""Bugs, planted one by one (bugs/list), and whether the tests catch them.

bugs.py check              every text to be replaced stands in its file exactly once
bugs.py run [NAME...]      plants those (all), each in a copy of the tree that is built just as far as its tests need it
bugs.py some COUNT SEED    so many of them, by a seed (unit tests only: they are built in seconds)
TREE=FOLDER keeps the copy and its build folder for the next time."""
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))


class Bug:
    def __init__(self, head, lines):
        self.name, self.file, tests = re.fullmatch(r"bug (\S+) (\S+): (.+)", head).groups()
        self.what = lines[0].strip()
        texts = {x[0]: x[2:].replace("\\n", "\n").replace("\\t", "\t") for x in lines[1:]}
        self.old, self.new = texts["-"], texts["+"]
        self.units = tests.split() if "/" in tests else []
        self.bats = []
        if not self.units:
            first, _, words = tests.partition(" ")
            self.bats = [(f, words) for f in first.split("|")]

    def apply(self, root):
        p = os.path.join(root, self.file)
        with open(p, encoding="utf8") as f:
            text = f.read()
        if text.count(self.old) != 1:
            raise ValueError(f"{self.name}: its text stands {text.count(self.old)} times in {self.file}")
        return p, text, text.replace(self.old, self.new)


def bugs():
    with open(os.path.join(HERE, "bugs/list"), encoding="utf8") as f:
        blocks = [b.split("\n") for b in re.split(r"\n\n+", f.read()) if b.startswith("bug ")]
    return [Bug(b[0], [x for x in b[1:] if x]) for b in blocks]


def copy_tree():
    to = os.environ.get("TREE") or tempfile.mkdtemp(prefix="backstay-bugs.")
    if not os.path.exists(to + "/meson.build"):
        shutil.copytree(ROOT, to, dirs_exist_ok=True, symlinks=True,
                        ignore=lambda at, names: [n for n in names if n == ".git" or n.startswith("build")])
    if not os.path.exists(to + "/build/build.ninja"):
        subprocess.run(["meson", "setup", "build", "-Dwerror=false"], cwd=to, check=True, stdout=subprocess.DEVNULL)
    return to


def targets(bug):
    return ["tests/test_" + u.replace("/", "_") for u in bug.units] or ["tools/backstay", "tests/kill_at.so"]


def caught_by(bug, tree):
    env = dict(os.environ, BACKSTAY=tree + "/build/tools/backstay", KILL_AT_SO="", SOURCE_ROOT=tree, CCACHE_NOHASHDIR="1",
               CATALOG_DOC=tree + "/docs/catalog.md", SCHEMA_GOLDEN=tree + "/tests/upgrade/schema.golden", COUNT="6000")
    built = subprocess.run(["ninja", "-C", "build", "-j2", *targets(bug)], cwd=tree, env=env, capture_output=True, check=False)
    if built.returncode:
        return "NOT BUILT: " + built.stdout.decode()[-2000:]
    for t, unit in zip(targets(bug), bug.units):
        if subprocess.run([tree + "/build/" + t], cwd=tree, env=env, capture_output=True, timeout=300, check=False).returncode:
            return unit
    for name, words in bug.bats:
        p = subprocess.run(["bats", *(["-f", words] if words else []), f"tests/cli/{name}.bats"], cwd=tree, env=env, capture_output=True,
                           timeout=900, check=False)
        out = p.stdout.decode()
        if re.search(r"^1\.\.0", out):
            return "NO SUCH TEST: " + words
        failed = re.findall(r"^not ok \d+ (.*)$", out, re.M)
        if failed:
            return f"{name}: {failed[0]}"
    return None


def run(chosen):
    tree, missed = copy_tree(), 0
    for b in chosen:
        began = time.monotonic()
        p, was, now = b.apply(tree)
        try:
            with open(p, "w", encoding="utf8") as f:
                f.write(now)
            by = caught_by(b, tree)
        finally:
            with open(p, "w", encoding="utf8") as f:
                f.write(was)
        ok = by and not by.startswith("NO")
        missed += not ok
        print(f"{'caught' if ok else 'NOT CAUGHT'} {b.name} ({b.what}) {by or ''} ({time.monotonic() - began:.0f} s)", flush=True)
    print(f"{len(chosen)} bugs planted, {len(chosen) - missed} caught, {missed} not")
    if not os.environ.get("TREE"):
        shutil.rmtree(tree, ignore_errors=True)
    return missed > 0


def main(args):
    every = bugs()
    for b in every:
        b.apply(ROOT)
    if args[:1] == ["check"]:
        print(f"{len(every)} bugs can be planted")
        return 0
    if args[:1] == ["some"]:
        units = [b for b in every if b.units and b.units[0].startswith(("policy/", "store/"))]
        return run(random.Random(int(args[2])).sample(units, int(args[1])))
    if args[:1] == ["run"]:
        return run([b for b in every if not args[1:] or any(b.name.startswith(a) for a in args[1:])])
    sys.exit(__doc__)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
