#!/usr/bin/env python3
"""measure.py ROWS [ROW...]: runs the rows of the ini files in the folder ROWS, prints a table. See run.sh.

A row is a section:
  [gz]
  job      = inspect of a .sql.gz          what the table calls it
  against  = gzip -t                       what the table calls the other
  ours     = $BACKSTAY inspect --jobs 1 $BENCH_DATA/plain.sql.gz    run by bash, output dropped; ends with `ends` (0)
  theirs   = gzip -t $BENCH_DATA/plain.sql.gz                       the same, ends with `theirs-end` (0)
  version  = gzip --version                its first line names the other tool
  target   = 4.5                           at least so many times as fast
Further keys:
  setup    = ...       once, before the row; $WORK is a folder of the row's own, removed after it
  before   = ...       before each run of ours, untimed
  needs    = restic    programs without which the row is skipped, and says so
  per      = 2         ours does the job so many times in a run, theirs once (theirs-per: the other way round)
  kind     = memory    no pairs: `ours` alone, its peak in MiB (the largest process of all it started) must be at most `target`
  kind     = value     no pairs: `ours` prints a number as its last word, at most `target` (`least = 1`: at least); `unit` names it
  pairs    = 9         where PAIRS (5) is too few
"""
import configparser, glob, os, resource, shutil, statistics, subprocess, sys, tempfile, time

PAIRS = int(os.environ.get("PAIRS", "5"))


class Short(Exception):
    pass


def run(command, wanted, env):
    """(wall, CPU seconds, MiB of the largest process, output) of a command by bash."""
    began = time.monotonic()
    out = tempfile.TemporaryFile()
    p = subprocess.Popen(["bash", "-c", command], stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, env=env)
    _, status, use = os.wait4(p.pid, 0)
    wall = time.monotonic() - began
    p.returncode = os.waitstatus_to_exitcode(status)
    out.seek(0)
    said = out.read().decode(errors="replace").strip()
    if p.returncode != wanted:
        raise Short(f"ended with {p.returncode}, not {wanted}: {command}: {said[-300:]}")
    return wall, use.ru_utime + use.ru_stime, use.ru_maxrss / 1024, said


def version(row, env):
    if "version" not in row:
        return ""
    said = subprocess.run(["bash", "-c", row["version"]], env=env, text=True, capture_output=True)
    line = ((said.stdout or said.stderr).strip().splitlines() or ["?"])[0]
    return " ".join(line.replace("*", "").split())[:34]


def judged(good):
    return "pass" if good else "SHORT"


def pairs(row, env):
    n = max(PAIRS, row.getint("pairs", 0))
    ours, theirs = [], []
    for i in range(-1, n):  # the first pair warms the page cache
        if "before" in row:
            run(row["before"], 0, env)
        a = run(row["ours"], row.getint("ends", 0), env)
        b = run(row["theirs"], row.getint("theirs-end", 0), env)
        if i >= 0:
            ours.append(a)
            theirs.append(b)
    per = row.getfloat("per", 1) / row.getfloat("theirs-per", 1)
    ratio = [b[0] / a[0] * per for a, b in zip(ours, theirs)]
    cpu = [b[1] / max(a[1], 1e-6) * per for a, b in zip(ours, theirs)]
    got, want = statistics.median(ratio), row.getfloat("target")
    return (f"{got:.2f} x", f"{min(ratio):.2f}-{max(ratio):.2f}", f"{statistics.median(cpu):.2f} x",
            f"{statistics.median(a[0] for a in ours):.3f} s", f"{statistics.median(b[0] for b in theirs):.3f} s",
            f">= {want:g} x", judged(got >= want))


def memory(row, env):
    peaks = [run(row["ours"], row.getint("ends", 0), env)[2] for _ in range(3)]
    want = row.getfloat("target")
    return (f"{max(peaks):.1f} MiB", f"{min(peaks):.1f}-{max(peaks):.1f}", "", "", "", f"<= {want:g} MiB", judged(max(peaks) <= want))


def value(row, env):
    said = [float(run(row["ours"], row.getint("ends", 0), env)[3].split()[-1]) for _ in range(max(1, min(PAIRS, 5)))]
    got, want, least, unit = statistics.median(said), row.getfloat("target"), row.getboolean("least", False), row.get("unit", "")
    return (f"{got:g} {unit}", f"{min(said):g}-{max(said):g}", "", "", "", f"{'>=' if least else '<='} {want:g} {unit}",
            judged(got >= want if least else got <= want))


KINDS = {"ratio": pairs, "memory": memory, "value": value}
HEAD = ("row", "job", "against", "ratio", "spread", "by CPU", "ours", "theirs", "target", "")


def one(name, row, env):
    """The cells of a row, and whether it passed (None: it was not measured)."""
    cells = [name, row["job"], row.get("against", "")]
    missing = [p for p in row.get("needs", "").split() if not shutil.which(p)]
    if missing:
        return cells + ["", "", "", "", "", "", "skipped: no " + " ".join(missing)], None
    work = tempfile.mkdtemp(prefix="bench")
    env = dict(env, WORK=work)
    try:
        if row.get("version"):
            cells[2] += " (" + version(row, env) + ")"
        if "setup" in row:
            run(row["setup"], 0, env)
        got = KINDS[row.get("kind", "ratio")](row, env)
        return cells + list(got), got[-1] == "pass"
    except Short as why:
        return cells + ["", "", "", "", "", "", "FAILED: " + str(why)], False
    finally:
        shutil.rmtree(work, ignore_errors=True)


def machine():
    cpu = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "?")
    return (f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} x {cpu}, Linux {os.uname().release}, load {os.getloadavg()[0]:.1f}, "
            f"{os.environ.get('SIZE', '?')} MiB of SQL, {PAIRS} pairs")


def main():
    folder, wanted = sys.argv[1], sys.argv[2:]
    rows = configparser.ConfigParser(interpolation=None, strict=True)
    rows.read(sorted(glob.glob(folder + "/*.ini")))
    env = dict(os.environ, LC_ALL="C", TZ="UTC", BACKSTAY_CONFIG="/dev/null")
    unknown = set(wanted) - set(rows.sections())
    if unknown:
        sys.exit("no such row: " + " ".join(sorted(unknown)))
    print(machine())
    print("| " + " | ".join(HEAD) + " |\n|" + " --- |" * len(HEAD), flush=True)
    short = 0
    for name in rows.sections():
        if wanted and name not in wanted:
            continue
        cells, good = one(name, rows[name], env)
        short += good is False
        print("| " + " | ".join(c.replace("|", "\\|") for c in cells) + " |", flush=True)
    print(f"{short} short" if short else "none short")
    sys.exit(1 if short and os.environ.get("JUDGE") == "1" else 0)


main()
