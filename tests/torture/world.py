"""A small world for tests that are cruel to retention: repos, a catalog, and what must be true of both at any moment.

A world is prepared once (by commands, from a seed) and copied for each trial. What a copy changes, inodes, is put right in its
catalog. All lies in memory (/dev/shm)."""
import datetime
import hashlib
import json
import os
import random
import shutil
import sqlite3
import subprocess
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BACKSTAY = os.path.abspath(os.environ.get("BACKSTAY", os.path.join(ROOT, "build/tools/backstay")))
KILL_AT = os.path.abspath(os.environ.get("KILL_AT_SO", os.path.join(ROOT, "build/tests/kill_at.so")))
NOW = "2026-10-30T03:00:00Z"
OWN = (".backstay-generation",)
TEMP = ".backstay-tmp-"   # of a cut run: the next one that writes there an hour later removes it


class Bad(Exception):
    """Something is not as it must be."""


def sh(script):
    return subprocess.run(["bash", "-c", script], check=True, capture_output=True).stdout


_made = {}


def dump_bytes(kind):
    """Small dumps, as the other tests of the command line write them."""
    if kind not in _made:
        cli = os.path.join(ROOT, "tests/cli")
        lib = f"BATS_TEST_DIRNAME={cli}; bats_require_minimum_version() {{ :; }}; . {cli}/lib.bash; . {cli}/supabase.bash; "
        call = {"plain": "plain_dump 20", "schema": "sb_schema x", "data": "sb_data 30"}[kind]
        _made[kind] = sh(lib + call)
    return _made[kind]


def put(path, data, day):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write(data)
    age(path, day)


def age(path, day):
    t = datetime.datetime(2026, 10, day, 2, 1, tzinfo=datetime.timezone.utc).timestamp()
    os.utime(path, (t, t))


class Result:
    def __init__(self, rc, out, err):
        self.rc, self.out, self.err = rc, out, err

    def json(self):
        return json.loads(self.out)


class World:
    def __init__(self, name="torture"):
        self.top = tempfile.mkdtemp(prefix=f"backstay-{name}.", dir="/dev/shm")
        self.w = os.path.join(self.top, "w")
        self.cat = os.path.join(self.w, "catalog.db")
        self.env = {k: v for k, v in os.environ.items() if not k.startswith("BACKSTAY")}
        self.env.update(BACKSTAY_CATALOG=self.cat, BACKSTAY_CONFIG=self.w + "/s.conf", XDG_CONFIG_HOME=self.top,
                        XDG_STATE_HOME=self.top, LC_ALL="C.UTF-8", TZ="UTC", BACKSTAY_TEST_CLOCK=NOW)
        self.repos = ["r"]
        self.bytes = {}   # (repo, path of a file) -> digest, as prepared

    def close(self):
        shutil.rmtree(self.top, ignore_errors=True)

    def cmd(self, *args, want=None, env=None, timeout=120):
        e = dict(self.env, **(env or {}))
        p = subprocess.run([BACKSTAY, *args], env=e, capture_output=True, timeout=timeout, cwd=self.top, check=False)
        if want is not None and p.returncode not in want:
            raise Bad(f"{' '.join(args)}: status {p.returncode}, wanted {want}\n{p.stdout.decode()}{p.stderr.decode()}")
        return Result(p.returncode, p.stdout.decode(errors="replace"), p.stderr.decode(errors="replace"))

    def folder(self, repo):
        return os.path.join(self.w, repo)

    # --- copies

    def keep(self, name):
        to = os.path.join(self.top, name)
        shutil.rmtree(to, ignore_errors=True)
        shutil.copytree(self.w, to, symlinks=True)

    def fresh(self, name):
        """The world as it was kept by that name; its catalog knows the new inodes."""
        shutil.rmtree(self.w, ignore_errors=True)
        shutil.copytree(os.path.join(self.top, name), self.w, symlinks=True)
        self.inodes()

    def inodes(self):
        db = sqlite3.connect(self.cat)
        db.text_factory = bytes
        rows = db.execute("SELECT a.id, r.name, a.path FROM artifacts a JOIN repos r ON r.id = a.repo_id").fetchall()
        for key, repo, path in rows:
            try:
                st = os.lstat(os.path.join(self.folder(repo.decode()).encode(), path))
            except OSError:
                continue
            db.execute("UPDATE artifacts SET inode = ?, device = ? WHERE id = ?", (st.st_ino, st.st_dev, key))
        self.marks(db)
        db.commit()
        db.close()

    def marks(self, db):
        """What tells condemned files of WAL, by their new inodes: all of them lie there."""
        pieces = db.execute("SELECT f.rowid, r.name, c.folder, c.timeline, c.segment_size, c.from_lsn, f.to_lsn, c.id FROM wal_condemned_files f "
                            "JOIN wal_condemnations c ON c.id = f.condemnation_id JOIN repos r ON r.id = c.repo_id "
                            "WHERE c.ended IS NULL ORDER BY c.id, f.to_lsn").fetchall()
        rule = db.execute("SELECT sql FROM sqlite_schema WHERE name = 'wal_condemned_files_keep'").fetchone()[0].decode()
        if pieces:
            db.execute("DROP TRIGGER wal_condemned_files_keep")
        last = (0, 0)
        for key, repo, folder, line, size, begins, ends, of in pieces:
            at = last[1] if last[0] == of else begins
            last = (of, ends)
            top = os.path.join(self.folder(repo.decode()), folder.decode())
            got = []
            for n in os.listdir(top):
                if len(n) >= 24 and int(n[:8], 16) == line and at <= (int(n[8:16], 16) << 32) + int(n[16:24], 16) * size < ends:
                    st = os.lstat(os.path.join(top, n))
                    text = n.encode() + b"\0%d %d %d" % (st.st_ino, st.st_size, st.st_mtime_ns // 1000)
                    got.append(int.from_bytes(hashlib.sha256(text).digest()[:8], "little"))
            db.execute("UPDATE wal_condemned_files SET files = ?, marks = ? WHERE rowid = ?",
                       (len(got), b"".join(g.to_bytes(8, "little") for g in sorted(got)), key))
        if pieces:
            db.execute(rule)

    # --- what is there

    def disk(self):
        got = {}
        for repo in self.repos:
            top = self.folder(repo)
            for at, _, names in os.walk(top):
                for n in names:
                    p = os.path.join(at, n)
                    rel = os.path.relpath(p, top)
                    if n not in OWN and not n.startswith(TEMP) and not n.startswith(".filler") and not os.path.islink(p):
                        with open(p, "rb") as f:
                            got[repo, rel] = hashlib.sha256(f.read()).hexdigest()
        return got

    def rows(self):
        """Of the artifacts, by a copy of the catalog: reading it here must change nothing of it."""
        side = os.path.join(self.top, "side.db")
        for end in ("", "-wal", "-journal"):
            if os.path.exists(self.cat + end):
                shutil.copyfile(self.cat + end, side + end)
            elif os.path.exists(side + end):
                os.unlink(side + end)
        db = sqlite3.connect(side)
        try:
            if db.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                raise Bad("the catalog is not whole")
            arts = db.execute(
                "SELECT a.id, r.name, CAST(a.path AS TEXT), a.state, a.size, b.state, b.id, EXISTS (SELECT 1 FROM intents i "
                "WHERE i.artifact_id = a.id AND i.ended IS NULL) FROM artifacts a JOIN repos r ON r.id = a.repo_id "
                "JOIN backups b ON b.id = a.backup_id ORDER BY a.id").fetchall()
            back = db.execute("SELECT id, state FROM backups ORDER BY id").fetchall()
            self.wal = db.execute("SELECT 'run', start_lsn, end_lsn, r.name, CAST(folder AS TEXT), timeline, segment_size, 1 FROM wal_runs w "
                                  "JOIN repos r ON r.id = w.repo_id UNION ALL SELECT coalesce(outcome, 'condemned'), from_lsn, to_lsn, r.name, "
                                  "CAST(folder AS TEXT), timeline, segment_size, ended IS NULL AND begun NOT NULL FROM wal_condemnations c "
                                  "JOIN repos r ON r.id = c.repo_id ORDER BY 1, 2, 3").fetchall()
            went = db.execute("SELECT 'wal', outcome, gone_files, gone_bytes FROM wal_condemnations ORDER BY id").fetchall()
            return arts, back + went + [w[:7] for w in self.wal if w[0] == "run"]
        finally:
            db.close()
            for end in ("", "-wal", "-shm", "-journal"):
                if os.path.exists(side + end):
                    os.unlink(side + end)

    def files_of(self, repo, path):
        return [k for k in self.bytes if k[0] == repo and (k[1] == path or k[1].startswith(path + "/"))]

    def truths(self, kept, settled):
        """What must be true after a cut, and (SETTLED) after the run that finishes it. KEPT: files that stay."""
        disk = self.disk()
        for k in kept:
            if disk.get(k) != self.bytes[k]:
                raise Bad(f"LOST: {k} was to be kept and is {'changed' if k in disk else 'gone'}")
        arts, _ = self.rows()
        alive = {(r, p) for _, r, p, state, *_ in arts if state in ("live", "settling", "condemned")}
        for _, repo, path, state, _, _, _, begun in arts:
            there = [k for k in self.files_of(repo, path) if k in disk]
            if state == "gone" and (repo, path) not in alive and (there or os.path.lexists(os.path.join(self.folder(repo), path))):
                raise Bad(f"LIE: {repo}:{path} is gone in the catalog, and lies there")
            if state in ("live", "settling", "condemned") and not begun:
                for k in self.files_of(repo, path):
                    if disk.get(k) != self.bytes[k]:
                        raise Bad(f"LIE: {k} is {state} in the catalog, and {'changed' if k in disk else 'not there'}")
            if begun and settled:
                raise Bad(f"a deletion of {repo}:{path} was never ended")
        self.wal_truths(disk, settled)
        if settled:
            left = [k for k in disk if k[1].startswith(".backstay-trash/")]
            if left:
                raise Bad(f"left over: {left}")
        return disk

    def wal_truths(self, disk, settled):
        """Runs claim no segment that is not there (but where a deletion was begun), and nothing that went is there."""
        names = {(r, p[:-3] if p.endswith(".gz") else p) for r, p in disk}
        begun = [w for w in self.wal if w[0] != "run" and w[7]]
        if settled and begun:
            raise Bad(f"a deletion of WAL was never ended: {begun}")
        for what, at, to, repo, folder, line, size, _ in self.wal:
            for lsn in range(at, to, size):
                there = (repo, "%s/%08X%08X%08X" % (folder, line, lsn >> 32, (lsn & 0xffffffff) // size)) in names
                if what == "run" and not there and not any(b[1] <= lsn < b[2] for b in begun):
                    raise Bad(f"LIE: the catalog has segment {lsn // size} of a run, and it is not there")
                if what == "gone" and there:
                    raise Bad(f"LIE: segment {lsn // size} is gone in the catalog, and lies there")

    def end_state(self):
        arts, back = self.rows()
        return (self.disk(), [(r, p, s) for _, r, p, s, *_ in arts], back)

    def doctor(self):
        r = self.cmd("doctor")
        if r.rc:
            raise Bad(f"doctor: {r.rc}\n{r.out}{r.err}")


SETTINGS = """limits {{ ballast = 64KiB }}
policy default {{ switched_on = true  grace = {grace}  daily = 2d  weekly = 0d  monthly = 0mo }}
{apart}source shop {{ match = {{"shop_*"}}  every = 24h{policy} }}
source sets {{ match = {{"set_*/*"}}  every = 24h }}
source dirs {{ match = {{"dir_*"}}  every = 24h }}
"""
APART = """policy apart {{ switched_on = true  grace = {grace}
  tier daily {{ length = 2d  repos = {{"r"}} }}  tier weekly {{ length = 14d  repos = {{"second"}} }}  tier monthly {{ length = 0mo }} }}
"""
OPS = ("purge", "run", "apply", "undo", "purge-again", "undo-one", "purge-hold", "undo-again")


class Scenario:
    """One scripted run, from a seed: what lies where, what was done to it before, and the command that is cut."""

    def __init__(self, w, seed, lean=False):
        """LEAN: for sweep.c, which finds out by itself how it ends without a cut."""
        rng = random.Random(seed)
        self.w, self.seed, self.lean = w, seed, lean
        self.op = OPS[seed % len(OPS)]
        self.two = rng.random() < 0.5
        self.apart = self.two and rng.random() < 0.5
        self.shop, self.sets, self.dirs = rng.randint(4, 6), rng.choice((0, 3, 4)), rng.choice((0, 0, 3, 4))
        self.sidecars, self.hold = rng.random() < 0.6, rng.random() < 0.4
        self.grace = "0s" if seed // len(OPS) % 2 == 0 else "7d"
        self.first = rng.randint(40, 110)  # where the run before was cut
        self.prepare(rng)

    def __str__(self):
        return (f"seed {self.seed} {self.op}: {self.shop} files{' with sidecars' if self.sidecars else ''}, {self.sets} sets, "
                f"{self.dirs} folders, {'two repos' if self.two else 'one repo'}{' by tier' if self.apart else ''}"
                f"{', a hold' if self.hold else ''}, grace {self.grace}")

    def fill(self, repo):
        top = self.w.folder(repo)
        for d in range(31 - self.shop, 31):
            f = f"{top}/shop_202610{d:02d}_020000.sql"
            put(f, dump_bytes("plain") + b"-- %d\n" % d, d)
            if self.sidecars:
                with open(f, "rb") as src:
                    put(f + ".sha256", f"{hashlib.sha256(src.read()).hexdigest()}  {os.path.basename(f)}\n".encode(), d)
        for d in range(31 - self.sets, 31):
            for kind in ("schema", "data"):
                put(f"{top}/set_202610{d:02d}_020000/{kind}.sql", dump_bytes(kind), d)
        for d in range(31 - self.dirs, 31):
            to = f"{top}/dir_202610{d:02d}_020000"
            shutil.copytree(os.path.join(ROOT, "tests/corpus/pgdump-directory/15-inserts"), to)
            for n in os.listdir(to):
                age(os.path.join(to, n), d)

    def prepare(self, rng):
        w = self.w
        shutil.rmtree(w.w, ignore_errors=True)
        w.repos = ["r", "second"] if self.two else ["r"]
        for repo in w.repos:
            os.makedirs(w.folder(repo))
        self.fill("r")
        if self.two:
            shutil.copytree(w.folder("r"), w.folder("second"), dirs_exist_ok=True)
        with open(w.w + "/s.conf", "w", encoding="utf8") as f:
            f.write(SETTINGS.format(grace=self.grace, apart=APART.format(grace=self.grace) if self.apart else "",
                                    policy="  policy = apart" if self.apart else ""))
        w.cmd("init", want=(0,))
        for repo in w.repos:
            w.cmd("repo", "add", repo, w.folder(repo), want=(0,))
        w.cmd("scan", want=(0,))
        w.cmd("verify", want=(0, 1, 4))
        w.cmd("scan", want=(0,))
        for d in range(31 - self.dirs, 31):
            w.cmd("set", f"dir_202610{d:02d}_020000", "--taken-at", f"2026-10-{d:02d}T02:00:00Z", want=(0,))
        if self.hold:
            w.cmd("hold", "add", f"shop_202610{31 - self.shop:02d}_020000.sql", "--reason", "audit", want=(0,))
        self.hash = w.cmd("retain", "plan", "--json", want=(0,)).json()["plan"]
        w.bytes = {k: v for k, v in w.disk().items()}
        self.late = None
        if self.op in ("apply", "run"):
            self.keep()
        else:
            done = w.cmd("retain", "apply", self.hash, "--json", want=(0,)).json()["actions"]
            if self.op == "purge-hold":
                self.late = str(rng.choice(done)["id"])
                w.cmd("hold", "add", self.late, "--reason", "late", want=(0,))
            if self.op == "undo-one":
                self.late = str(rng.choice(done)["id"])
            self.keep()
        if self.lean:
            return
        # the clean run says what stays
        self.again()
        self.alive = [k for _, r, p, st, *_ in w.rows()[0] if st == "live" for k in w.files_of(r, p)]
        w.cmd(*self.command(), want=(0,), env=self.clock())
        if self.undoes():
            self.end = w.end_state()
        self.finish(True)
        if not self.undoes():
            self.end = w.end_state()
        arts, _ = w.rows()
        self.kept = [k for _, r, p, s, *_ in arts if s == "live" for k in w.files_of(r, p)]
        if not self.kept:
            raise Bad("a scenario that keeps nothing shows nothing")

    def later(self):
        return {"BACKSTAY_TEST_CLOCK": "2026-11-06T03:30:00Z"} if self.grace != "0s" else {}

    def undoes(self):
        return self.op.startswith("undo")

    def command(self):
        return {"apply": ("retain", "apply", self.hash, "--json"), "run": ("retain", "run", "--json"),
                "undo": ("retain", "undo", self.hash, "--json"), "undo-one": ("retain", "undo", self.late or "1", "--json"),
                "undo-again": ("retain", "undo", self.hash, "--json")}.get(self.op, ("retain", "purge", "--json"))

    def clock(self):
        return {} if self.op in ("apply", "run") or self.undoes() and self.op != "undo-again" else self.later()

    def keep(self):
        if not self.lean:
            self.w.keep("base")

    def again(self):
        """The state in which the run begins; a run before it was cut, where the scenario says so."""
        if not self.lean:
            self.w.fresh("base")
        if self.op.endswith("-again"):
            env = dict(self.later(), LD_PRELOAD=KILL_AT, KILL_AT=str(self.first))
            self.w.cmd("retain", "purge", env=env)

    def finish(self, again=False):
        """The runs that carry on; AGAIN: and then one that has nothing to do."""
        w = self.w
        if self.op in ("apply", "run"):
            r = w.cmd(*self.command(), want=(0, 5))
            # what was purged already cannot be planned again: the plan was carried out
            if r.rc and "was carried out at" not in r.out:
                raise Bad(f"{self.op} again: {r.out}")
        if self.undoes():
            return
        w.cmd("retain", "purge", "--json", want=(0,), env=self.later())
        if not again:
            return
        told = w.cmd("retain", "purge", "--json", want=(0,), env=self.later()).json()
        if told["actions"] or told["refused"]:
            raise Bad(f"the second purge still had to do: {told}")


class WalScenario(Scenario):
    """The same of a source with base backups and an archive, from a seed of 1000 or more: even ones have few segments, odd ones many."""

    def __init__(self, w, seed, lean=False):
        rng = random.Random(seed)
        self.w, self.seed, self.late, self.grace, self.lean = w, seed, None, "0s", lean
        self.op = ("purge", "apply", "purge-again", "undo", "undo-again")[seed // 2 % 5]
        self.many = seed % 2
        self.first = rng.randint(60, 130)
        self.prepare(rng)

    def __str__(self):
        return f"seed {self.seed} {self.op} of WAL: {'600 packed segments' if self.many else '24 segments'}"

    def fill(self, repo):
        top = self.w.folder(repo)
        tar = sh(f"zstd -dcq {ROOT}/tests/corpus/pg-basebackup/15.tar.zst")
        for i in (1, 2, 3):
            put(f"{top}/base_{i}.tar", tar + bytes(512 * i), 26 + i)

    def prepare(self, rng):
        w = self.w
        cli = os.path.join(ROOT, "tests/cli/walworld.py")
        shutil.rmtree(w.w, ignore_errors=True)
        os.makedirs(w.folder("r"))
        self.fill("r")
        with open(w.w + "/s.conf", "w", encoding="utf8") as f:
            f.write('limits { ballast = 64KiB }\npolicy default { switched_on = true  grace = 0s  daily = 1d  weekly = 0d  monthly = 0mo }\n'
                    'source db { match = {"base_*", "wal/*"}  every = 24h }\n')
        w.cmd("init", want=(0,))
        w.cmd("repo", "add", "r", w.folder("r"), want=(0,))
        w.cmd("scan", want=(0,))
        w.cmd("verify", want=(0,))
        n = 600 if self.many else 24
        for i, at in ((1, n // 4), (2, n - 8), (3, n - 4)):
            subprocess.run(["python3", cli, "place", w.cat, f"base_{i}.tar", "1", str(at), f"2026-10-{26 + i}"], check=True)
        db = sqlite3.connect(w.cat)
        system = db.execute("SELECT DISTINCT printf('%u', system_id) FROM physical").fetchone()[0]
        db.close()
        subprocess.run(["python3", cli, "segments", w.folder("r") + "/wal", system, "1", "0", str(n), "2026-10-29"] + ["--gz"] * self.many, check=True)
        w.cmd("scan", want=(0,))
        self.hash = w.cmd("retain", "plan", "--json", want=(0,)).json()["plan"]
        w.bytes = dict(w.disk())
        if self.op != "apply":
            done = w.cmd("retain", "apply", self.hash, "--json", want=(0,)).json()
            if not done["wal_condemned"]:
                raise Bad("a scenario of WAL that condemns none shows nothing")
        if self.lean:
            return
        w.keep("base")
        self.again()
        self.alive = [k for k in w.bytes if k[1].startswith("wal/") and self.stays(k[1], n)] + [("r", "base_2.tar"), ("r", "base_3.tar")]
        w.cmd(*self.command(), want=(0,) if self.op != "undo-again" else (0, 4, 5), env=self.clock())
        if self.undoes():
            self.end = w.end_state()
        self.finish(True)
        if not self.undoes():
            self.end = w.end_state()
        self.kept = self.alive

    def stays(self, path, n):
        return int(path[4 + 16:4 + 24], 16) >= n - 8


def scenario(w, seed, lean=False):
    return WalScenario(w, seed, lean) if seed >= 1000 else Scenario(w, seed, lean)
