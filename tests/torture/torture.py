#!/usr/bin/env python3
"""Cruelty to retention, counted.

torture.py kills [SCENARIOS [SEED [SHARE [SECONDS]]]]   a kill before and after each call that changes something
torture.py moments [KILLS [SEED [SECONDS]]]             kills at random moments, several on one state
torture.py errors [SCENARIOS [SEED [SHARE [SECONDS]]]]  each call of each kind fails once
torture.py sweep SEEDS [KILLS [SHARE [SECONDS [WHOLE]]]]  by pictures (sweep.c): a kill at each call (WHOLE 0: not), KILLS random
                                                        ones in each scenario, each SHARE-th call fails (0: none). SEEDS: 0-41,1000-1007
torture.py faults [SEED [WHICH]]                        full disks, clocks, places, files, eight at once
SHARE: every SHARE-th call only, from a seeded one on (1: all). SECONDS: no new trial after so many."""
import os
import random
import re
import subprocess
import sys
import time

from world import BACKSTAY, KILL_AT, Bad, scenario, World
import worldfaults

BEGAN = time.monotonic()


def spent(seconds):
    return seconds and time.monotonic() - BEGAN > seconds


def settle(s, n, result=None):
    """After a cut: what holds at once, what the next run makes of it, and that it comes to the same end."""
    w = s.w
    w.truths(s.alive if s.undoes() else s.kept, False)
    if s.undoes():
        if n % 2:   # the other way on: what was not taken back yet is purged
            w.cmd("retain", "purge", "--json", want=(0,), env=s.later())
            w.truths(s.alive, True)
            return
        w.cmd(*s.command(), want=(0, 4, 5), env=s.clock())
    else:
        s.finish()
    if s.undoes() and s.op == "undo-again":
        w.truths(s.alive, False)   # what was removed already cannot come back; the intent tells
    else:
        w.truths(s.kept, True)
        if w.end_state() != s.end:
            raise Bad(f"another end than without the cut:\n{differ(s.end, w.end_state())}")
    # the run before looked at pages, references, rules and journal already, and would have ended with 6
    if n % 4 == 0:
        w.doctor()


def differ(was, now):
    return "\n".join(f"- {sorted(set(map(str, a)) - set(map(str, b)))}\n+ {sorted(set(map(str, b)) - set(map(str, a)))}"
                     for a, b in ((list(was[0].items()), list(now[0].items())), (was[1], now[1]), (was[2], now[2])) if a != b)


def cut(s, env):
    log = os.path.join(s.w.top, "log")
    r = s.w.cmd(*s.command(), env=dict(s.clock(), LD_PRELOAD=KILL_AT, KILL_LOG=log, **env))
    with open(log, encoding="utf8") as f:
        return r, f.read()


class Tally:
    def __init__(self):
        self.trials = self.bad = 0
        self.kinds = {}

    def add(self, kind):
        self.trials += 1
        self.kinds[kind] = self.kinds.get(kind, 0) + 1

    def fail(self, where, e):
        self.bad += 1
        print(f"NOT OK {where}: {e}", flush=True)

    def end(self, what):
        kinds = ", ".join(f"{k} {n}" for k, n in sorted(self.kinds.items()))
        print(f"{what}: {self.trials} ({kinds}); {self.bad} ended badly; {time.monotonic() - BEGAN:.0f} s", flush=True)
        return self.bad > 0


def kills(scenarios=50, seed=1, share=1, seconds=0):
    t, done = Tally(), 0
    for k in range(seed, seed + scenarios):
        if spent(seconds):
            break
        w = World("kills")
        try:
            s = scenario(w, k)
            rng = random.Random(k)
            before = t.trials
            for mode in ("0", "1"):
                n = rng.randrange(share) + 1
                while not spent(seconds):
                    s.again()
                    r, log = cut(s, {"KILL_AT": str(n), "KILL_AFTER": mode})
                    if r.rc != -9:
                        break
                    t.add(log.split()[0])
                    try:
                        settle(s, n)
                    except Bad as e:
                        t.fail(f"{s}; kill {'after' if mode == '1' else 'before'} call {n} ({log.strip()})", e)
                    n += share
                else:
                    break
            else:
                done += 1
            print(f"{s}: {t.trials - before} kills", flush=True)
        finally:
            w.close()
    print(f"scenarios swept to their end: {done}" + (f" (every {share}th call)" if share > 1 else ""))
    return t.end("kills")


def moments(count=10000, seed=1, seconds=0):
    t, k = Tally(), seed
    ended = 0
    while t.trials < count and not spent(seconds):
        w = World("moments")
        try:
            s = scenario(w, k)
            rng = random.Random(k)
            k += 1
            for _ in range(12):
                s.again()
                began = time.monotonic()
                w.cmd(*s.command(), env=s.clock())
                usual = time.monotonic() - began
                s.again()
                try:
                    for _ in range(rng.randint(1, 8)):
                        what = s.command() if rng.random() < 0.6 or s.undoes() else ("retain", rng.choice(("purge", "run")))
                        p = subprocess.Popen([BACKSTAY, *what], env=dict(w.env, **s.clock()), cwd=w.top,
                                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                        time.sleep(rng.random() * usual)
                        p.kill()
                        if p.wait() == -9:
                            t.add(s.op)
                        else:
                            ended += 1
                        w.truths(s.alive if s.undoes() else s.kept, False)
                    settle(s, 0)
                except Bad as e:
                    t.fail(f"{s}; at random moments", e)
                if spent(seconds) or t.trials >= count:
                    break
        finally:
            w.close()
    print(f"runs that ended before their kill: {ended}")
    return t.end("kills at random moments")


KINDS = ("rename", "unlink", "sync", "create", "open", "write", "truncate", "mkdir", "mode", "allocate", "stat", "read")


def errors(scenarios=8, seed=1, share=1, seconds=0):
    t = Tally()
    for k in range(seed, seed + scenarios):
        if spent(seconds):
            break
        w = World("errors")
        try:
            s = scenario(w, k)
            rng = random.Random(k)
            s.again()
            counts = dict(re.findall(r"(\w+)=(\d+)", cut(s, {})[1]))
            before = t.trials
            for kind in KINDS:
                for n in range(rng.randrange(share) + 1, int(counts[kind]) + 1, share):
                    if spent(seconds):
                        break
                    errno = "28" if kind in ("write", "create", "allocate", "mkdir") and n % 2 else "5"
                    s.again()
                    r, log = cut(s, {"FAIL_KIND": kind, "FAIL_AT": str(n), "FAIL_ERRNO": errno})
                    t.add(kind)
                    try:
                        if r.rc not in (0, 1, 3, 4, 5, 6):
                            raise Bad(f"status {r.rc}: {r.err}")
                        if "failed" not in log and kind not in ("read", "open", "stat"):
                            raise Bad(f"it never came to that call: {log}")
                        settle(s, 0)
                    except Bad as e:
                        t.fail(f"{s}; {kind} {n} fails with {errno} (status {r.rc}, {r.err.strip()[:300]})", e)
            print(f"{s}: {t.trials - before} calls that failed", flush=True)
        finally:
            w.close()
    return t.end("failing calls")


def seeds_of(text):
    for part in text.split(","):
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)


def sweep_one(s, kills_wanted, share, whole=1):
    """The lines of one scenario, and its counts."""
    w = s.w
    s.again()
    job = os.path.join(w.top, "job")
    op, *arg = [a for a in s.command()[1:] if a != "--json"]
    at = s.clock().get("BACKSTAY_TEST_CLOCK", w.env["BACKSTAY_TEST_CLOCK"])
    later = s.later().get("BACKSTAY_TEST_CLOCK", w.env["BACKSTAY_TEST_CLOCK"])
    again = s.op == "undo-again"
    with open(job, "w", encoding="utf8") as f:
        for name, value in (("top", w.top), ("bin", BACKSTAY), ("preload", KILL_AT), ("op", op), ("arg", arg[0] if arg else ""), ("clock", at),
                            ("later", later), ("label", s), ("again", int(again)), ("seed", s.seed + 1), ("kills", kills_wanted),
                            ("share", share), ("sweep", whole), *(("repo", r) for r in w.repos)):
            f.write(f"{name} {value}\n")
    p = subprocess.run([SWEEP, job], env=w.env, capture_output=True, cwd=w.top, check=False)
    *lines, last = p.stdout.decode(errors="replace").splitlines() or [""]
    if not last.startswith("DONE "):
        lines.append(f"NOT OK {s}: sweep ended with {p.returncode}: {last} {p.stderr.decode(errors='replace')[-500:]}")
        return lines, {}
    words = last.split()[1:]
    return lines, dict(zip(words[::2], map(int, words[1::2])))


def sweep(which, kills_wanted=0, share=0, seconds=0, whole=1):
    total, bad, done = {}, 0, 0
    for k in seeds_of(str(which)):
        if spent(seconds):
            break
        w = World("sweep")
        try:
            s = scenario(w, k, True)
            lines, counts = sweep_one(s, kills_wanted, share, whole)
        except Bad as e:
            lines, counts = [f"NOT OK seed {k}: {e}"], {}
        finally:
            w.close()
        for line in lines[:int(os.environ.get("LINES_SHOWN", "5"))]:
            print(line[:3000])
        bad += bool(lines) or counts.get("bad", 1) > 0
        done += 1
        for name, n in counts.items():
            total[name] = total.get(name, 0) + n
        print(f"{s}: " + ", ".join(f"{name} {n}" for name, n in counts.items() if name in SHOWN), flush=True)
    print(f"scenarios {done}, of which {bad} ended badly; " + ", ".join(f"{name} {n}" for name, n in total.items()) +
          f"; {time.monotonic() - BEGAN:.0f} s")
    return bad > 0


SHOWN = ("calls", "pictures", "run_on", "random", "failed", "bad", "cpu_ms")
SWEEP = os.path.abspath(os.environ.get("SWEEP", os.path.join(os.path.dirname(KILL_AT), "sweep")))


def faults(seed=1, only=""):
    t = Tally()
    worldfaults.all_of(t, seed, only.split(",") if only else None)
    return t.end("faults")


if __name__ == "__main__":
    commands = {"kills": kills, "moments": moments, "errors": errors, "faults": faults, "sweep": sweep}
    if len(sys.argv) < 2 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    sys.exit(commands[sys.argv[1]](*(int(a) if a.isdigit() else a for a in sys.argv[2:])))
