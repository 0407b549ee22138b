"""What happens to machines, done on purpose: full disks, clocks that jump, places that are away or others, files that are exchanged,
eight at once. Each trial ends with the world put right again, and runs that carry on to the usual end."""
import datetime
import os
import random
import shutil
import subprocess

from world import BACKSTAY, Bad, NOW, Scenario, World

SPANS = (1, 240, 299, 301, 360, 3600, 86400, 4 * 86400, 20 * 86400, 40 * 86400, 50 * 86400, 400 * 86400, 10 * 31557600, 50 * 31557600)


def moved(now, by):
    t = datetime.datetime.strptime(now, "%Y-%m-%dT%H:%M:%SZ") + datetime.timedelta(seconds=by)
    return t.strftime("%Y-%m-%dT%H:%M:%SZ")


def run(t, s, kind, trial):
    s.again()
    t.add(kind)
    try:
        trial()
        s.w.doctor()
    except Bad as e:
        t.fail(f"{s}; {kind}", e)


def carried_on(s):
    s.finish()
    s.w.truths(s.kept, True)
    if s.w.end_state() != s.end:
        raise Bad("another end than without the fault")


def refused(r, rule):
    rules = {x["rule"] for x in r.json()["refused"]}
    if r.rc != 5 or rule not in rules:
        raise Bad(f"wanted 5 {rule}, got {r.rc} {sorted(rules)}")


def clocks(t, s):
    w = s.w
    usual = s.clock().get("BACKSTAY_TEST_CLOCK", NOW)

    def trial(by, reboot):
        # the clock is known from a run before; nothing is due for it
        w.cmd("retain", "purge", want=(0,), env={"BACKSTAY_TEST_CLOCK": NOW, "BACKSTAY_TEST_BOOT": "2026-01-01T00:00:00Z one"})
        went = (datetime.datetime.fromisoformat(usual[:-1]) - datetime.datetime.fromisoformat(NOW[:-1])).total_seconds()
        boot = "2026-01-01T00:00:00Z two" if reboot else moved("2026-01-01T00:00:00Z", went) + " one"
        was = w.end_state()
        r = w.cmd(*s.command(), want=(0, 5), env={"BACKSTAY_TEST_CLOCK": moved(usual, by), "BACKSTAY_TEST_BOOT": boot})
        w.truths(s.kept, False)
        if not reboot and abs(by) > 300 or by < -86400 * 8 or by > 86400 * 45:
            refused(r, "clock")
            if w.end_state() != was:
                raise Bad("something changed, though the clock is doubted")
        if r.rc == 0:
            return
        w.cmd(*s.command(), "--clock-ok", usual, want=(0,), env={"BACKSTAY_TEST_CLOCK": usual, "BACKSTAY_TEST_BOOT": boot})
        w.truths(s.kept, False)

    for by in SPANS:
        for sign in (1, -1):
            for reboot in (False, True):
                run(t, s, "clock", lambda: trial(sign * by, reboot))


def places(t, s):
    w = s.w

    def away():
        for repo in w.repos:
            os.rename(w.folder(repo), w.top + "/away-" + repo)
        refused(w.cmd("retain", "purge", "--json", env=s.clock()), "not-mounted")
        for repo in w.repos:   # an empty folder, as a disk that is not mounted leaves one
            os.mkdir(w.folder(repo))
        refused(w.cmd("retain", "purge", "--json", env=s.clock()), "not-mounted")
        for repo in w.repos:
            os.rmdir(w.folder(repo))
            os.rename(w.top + "/away-" + repo, w.folder(repo))
        w.truths(s.kept, False)
        carried_on(s)

    def swapped(marker):
        for repo in w.repos:
            os.rename(w.folder(repo), w.top + "/away-" + repo)
            shutil.copytree(w.top + "/away-" + repo, w.folder(repo))
            other = w.folder(repo) + "/.backstay-repo"
            os.unlink(other)
            if marker:
                with open(other, "w", encoding="utf8") as f:
                    f.write("backstay repo\nid 00000000000000000000000000000000\n")
        was = w.disk()
        refused(w.cmd("retain", "purge", "--json", env=s.clock()), "not-mounted")
        if w.disk() != was:
            raise Bad("something was done in a repo that is another one")
        for repo in w.repos:
            shutil.rmtree(w.folder(repo))
            os.rename(w.top + "/away-" + repo, w.folder(repo))
        carried_on(s)

    run(t, s, "unmounted", away)
    run(t, s, "swapped", lambda: swapped(True))
    run(t, s, "swapped", lambda: swapped(False))


def put_new(p, data, like):
    with open(p + ".new", "wb") as f:
        f.write(data)
    shutil.copystat(like, p + ".new")
    os.rename(p + ".new", p)


def flip(p):
    st = os.stat(p)
    with open(p, "r+b") as f:
        f.seek(st.st_size // 2)
        f.write(b"#")
    os.utime(p, ns=(st.st_atime_ns, st.st_mtime_ns))


def bytes_of(p):
    with open(p, "rb") as f:
        return f.read()


EXCHANGES = {
    "other content": lambda p, k: put_new(p, b"another file\n", p),
    "same bytes, other inode": lambda p, k: put_new(p, bytes_of(p), p),
    "other content of the same size": lambda p, k: put_new(p, b"x" * os.stat(p).st_size, p),
    "appended": lambda p, k: open(p, "ab").write(b"more"),
    "touched": lambda p, k: os.utime(p, (1790000000, 1790000000)),
    "link to a kept file": lambda p, k: (os.unlink(p), os.symlink(k, p)),
    "second name of a kept file": lambda p, k: (os.unlink(p), os.link(k, p)),
    "a folder": lambda p, k: (os.unlink(p), os.mkdir(p), put_new(p + "/x", b"x", k)),
}


def exchanged(t, s):
    """Each file that is condemned, exchanged in each way, before the purge."""
    w = s.w
    s.again()
    arts, _ = w.rows()
    # what a hold keeps after all is taken back, not looked at
    doomed = [k for _, r, p, st, *_ in arts if st == "condemned" for k in w.files_of(r, p) if k not in s.kept]
    keep = os.path.join(w.folder(s.kept[0][0]), s.kept[0][1])

    def trial(how, key):
        p = os.path.join(w.folder(key[0]), key[1])
        EXCHANGES[how](p, keep)
        kind, inode, data = os.lstat(p).st_mode, os.lstat(p).st_ino, None if os.path.isdir(p) else bytes_of(p)
        r = w.cmd("retain", "purge", "--json", env=s.clock())
        if not os.path.lexists(p) or os.lstat(p).st_ino != inode or os.lstat(p).st_mode != kind:
            raise Bad(f"{how} {key}: what had its name by then is gone (status {r.rc})")
        if data is not None and bytes_of(p) != data:
            raise Bad(f"{how} {key}: what had its name by then is another")
        refused(r, "replaced")
        disk = w.disk()
        for k in s.kept:
            if disk.get(k) != w.bytes[k]:
                raise Bad(f"LOST {k}")

    # of the files of a folder their bytes count, not inode and time
    harmless = ("touched", "same bytes, other inode")
    for how in EXCHANGES:
        some = [k for k in doomed if not (how in harmless and k[1].startswith("dir_"))]
        for key in random.Random(s.seed).sample(some, min(8, len(some))):
            run(t, s, "exchanged", lambda: trial(how, key))


def survivors(t, s):
    """The newest of each source, which must stay: away, other, of other bytes. Nothing of that source may go."""
    w = s.w

    def trial(how, key):
        p = os.path.join(w.folder(key[0]), key[1])
        source = key[1].split("_")[0]
        copies = [os.path.join(w.folder(r), key[1]) for r in w.repos if (r, key[1]) in w.bytes and (r, key[1]) in w.disk()]
        for c in copies:
            if how == "away":
                os.rename(c, os.path.join(w.top, "away." + c.replace("/", "-")))
            else:
                flip(c)
        was = {k for k in w.disk() if k[1].startswith(source)}
        refused(w.cmd("retain", "purge", "--json", env=s.clock()), "survivors")
        if {k for k in w.disk() if k[1].startswith(source)} != was:
            raise Bad(f"{how} {p}: something of {source} went, though what must stay is not proven")

    arts, _ = w.rows()
    s.again()
    gone = {p.split("_")[0] for _, _, p, st, *_ in w.rows()[0] if st == "condemned"}
    for k in [k for k in s.kept if k[1].split("_")[0] in gone and "1030" in k[1] and k[0] == w.repos[-1]]:
        for how in ("away", "of other bytes"):
            run(t, s, "survivors", lambda: trial(how, k))


def eight(t, s):
    w = s.w

    def trial():
        mix = [s.command(), s.command(), ("retain", "purge"), ("retain", "purge"), ("retain", "run"), ("retain", "plan"), ("scan",), ("list",)]
        all_of_them = [subprocess.Popen([BACKSTAY, *m], env=dict(w.env, **s.clock()), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
                       for m in mix]
        for p, m in zip(all_of_them, mix):
            err = p.communicate()[1].decode()
            # 3: waited too long; 5: an undo or a hash that another one made void
            if p.returncode not in (0, 3, 4, 5):
                raise Bad(f"{m}: {p.returncode} {err}")
        w.truths(s.alive if s.undoes() else s.kept, s.clock() != {} or s.grace == "0s")
        if not s.undoes():
            carried_on(s)

    for _ in range(3):
        run(t, s, "eight", trial)


def used(path):
    st = os.statvfs(path)
    return (st.f_blocks - st.f_bfree) * st.f_frsize, st.f_files - st.f_ffree


def full(t, s):
    """The disk of all, of the catalog, of a repo; with some pages left, and with no inode left."""
    w = s.w
    if os.geteuid() != 0:
        print("full disks need root: left out")
        return

    def trial(what, left, inodes):
        on = w.w if what != "repo" else w.folder("r")
        beside = [w.folder(r) for r in w.repos] if what == "catalog" else []
        s.again()
        shutil.rmtree(w.top + "/hold", ignore_errors=True)
        mounts = []
        try:
            os.rename(on, w.top + "/hold")
            for m in [on, *beside]:
                os.makedirs(m, exist_ok=True)
                if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", m], check=False).returncode:
                    raise Bad("nothing can be mounted here")
                mounts.append(m)
            shutil.copytree(w.top + "/hold", on, symlinks=True, dirs_exist_ok=True)
            w.inodes()
            if inodes is not None:
                subprocess.run(["mount", "-o", f"remount,nr_inodes={used(on)[1] + inodes}", on], check=True)
            else:
                with open(on + "/.filler", "wb") as f:
                    f.write(b"\0" * max(0, (4 << 20) - used(on)[0] - left))
            r = w.cmd(*s.command(), env=s.clock())
            if r.rc not in (0, 1, 3, 5):
                raise Bad(f"status {r.rc}: {r.err}")
            w.truths(s.kept, False)
            if inodes is None:
                os.unlink(on + "/.filler")
            else:
                subprocess.run(["mount", "-o", "remount,nr_inodes=10000", on], check=True)
            carried_on(s)
            w.doctor()
        finally:
            for m in reversed(mounts):
                subprocess.run(["umount", m], check=True)
            shutil.rmtree(on, ignore_errors=True)

    for what in ("all", "catalog", "repo"):
        for left, inodes in [(4096 * k, None) for k in (0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32)] + [(0, k) for k in (0, 1, 2, 3)]:
            t.add("full")
            try:
                trial(what, left, inodes)
            except Bad as e:
                t.fail(f"{s}; full disk of {what}, {left} bytes and {inodes} inodes left", e)


def all_of(t, seed, only=None):
    """ONLY: names of functions here."""
    for k, which in ((8, (clocks, places)), (9, (clocks,)), (0, (places, exchanged, survivors, eight, full)), (1, (eight, full)), (2, (eight, full)),
                     (3, (eight,)), (6, (exchanged, eight))):
        which = [f for f in which if not only or f.__name__ in only]
        if not which:
            continue
        w = World("faults")
        try:
            s = Scenario(w, 16 * seed + k)
            before = t.trials
            for f in which:
                f(t, s)
                print(f"{s}: {f.__name__}, {t.trials - before} so far", flush=True)
        finally:
            w.close()
