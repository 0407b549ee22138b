"""Wishes for points.sh: asks pick, runs its commands with bash -e as printed, and compares the rows that came back with those that
were there. points.py BACKSTAY DIR WISHES SEED"""
import datetime, json, os, random, subprocess, sys, time

program, top, count, seed = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
as_postgres = os.environ["PG_AS"].split()
dice = random.Random(seed)
failed = 0
tally = {}


def lsn(text):
    high, low = text.split("/")
    return (int(high, 16) << 32) + int(low, 16)


def lsn_text(n):
    return "%X/%X" % (n >> 32, n & 0xffffffff)


def micro(text):
    whole, _, part = text.partition(".")
    return int(whole) * 1000000 + int((part + "000000")[:6])


def rfc(us):
    t = datetime.datetime.fromtimestamp(us // 1000000, datetime.timezone.utc)
    return t.strftime("%Y-%m-%dT%H:%M:%S") + ".%06dZ" % (us % 1000000)


def unrfc(text):
    t = datetime.datetime.strptime(text[:19] + "+0000", "%Y-%m-%dT%H:%M:%S%z")
    return int(t.timestamp()) * 1000000 + int(((text[20:-1] if text[19] == "." else "") + "000000")[:6])


def facts(line):
    """(id, line) -> commit time, and what the log's end was behind it."""
    behind = {}
    for row in open(f"{top}/facts/lsn.{line}"):
        part = row.split()
        if len(part) == 3:
            behind[int(part[0])] = lsn(part[1])
    rows = []
    for row in open(f"{top}/facts/rows.{line}"):
        part = row.split()
        if len(part) == 3 and int(part[2]) == line:
            rows.append((line, int(part[0]), micro(part[1]), behind[int(part[0])]))
    return rows


fork = lsn(open(f"{top}/facts/history").read().split()[1])
named = lsn(open(f"{top}/facts/point").read().strip())
old, new = facts(1), facts(2)
lines = {1: old, 2: [r for r in old if r[3] <= fork] + new}


def expected(choice):
    """The rows that a recovery is promised to bring."""
    r = choice["recovery"]
    on = lines[r["timeline"]]
    if r["target"] == "time":
        return {x[:2] for x in on if x[2] <= unrfc(r["time"])}
    if r["target"] == "lsn":
        return {x[:2] for x in on if x[3] <= lsn(r["lsn"])}
    if r["target"] == "name":
        return {x[:2] for x in on if x[3] <= named}
    return {x[:2] for x in on if x[3] <= lsn(r["from_lsn" if r["target"] == "immediate" else "to_lsn"])}


def pick(*args):
    p = subprocess.run([program, "pick", "shop", *args, "--json"], capture_output=True, text=True)
    try:
        return json.loads(p.stdout), p.returncode
    except ValueError:
        return {"error": p.stderr}, p.returncode


def bad(*what):
    global failed
    failed += 1
    print("FAILED:", *what)


done = {}


def restore(choice, what):
    key = "\n".join(choice["commands"])
    if key in done:
        return done[key]
    work = f"{top}/restore"
    os.mkdir(work)
    os.chmod(work, 0o755)
    p = subprocess.run(["bash", "-e", "-c", key], cwd=work, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    have = None
    made = [d for d in os.listdir(work)]
    if p.returncode == 0:
        q = subprocess.run([*as_postgres, "psql", "-X", "-At", "-F", " ", "-h", f"{work}/{made[0]}", "-p", "54999", "-U", "postgres",
                            "-d", "shop", "-c", "SELECT line, id FROM t"], capture_output=True, text=True)
        have = {tuple(map(int, row.split())) for row in q.stdout.splitlines()} if q.returncode == 0 else None
    if have is None:
        bad(what, "the commands ended with", p.returncode, p.stdout[-300:], p.stderr[-1500:])
    for d in made:
        subprocess.run([*as_postgres, "pg_ctl", "-D", f"{work}/{d}/data", "-m", "immediate", "-w", "stop"], capture_output=True)
    subprocess.run(["rm", "-rf", work])
    done[key] = have
    return have


def hold(choice, what):
    have = restore(choice, what)
    if have is None:
        return
    want = expected(choice)
    if have != want:
        bad(what, json.dumps(choice["recovery"]), f"{len(have)} rows came back, {len(want)} were promised;",
            "too many:", sorted(have - want)[:5], "missing:", sorted(want - have)[:5])
    tally[choice["recovery"]["target"]] = tally.get(choice["recovery"]["target"], 0) + 1


def ask(*args, choice=None, target=None, reason=None, base=None, status=None):
    """CHOICE False: there must be none."""
    answer, ended = pick(*args)
    what = "pick " + " ".join(args)
    if "choice" not in answer:
        bad(what, answer)
        return None
    got = answer["choice"]
    if choice is False and got:
        bad(what, "chose", got["label"], got["recovery"])
    if choice and not got:
        bad(what, "chose nothing:", [x["reason"] for x in answer["rejected"]])
    if target and got and got["recovery"]["target"] != target:
        bad(what, "aims at", got["recovery"], "must be", target)
    if base and got and got["label"][6:] not in base:
        bad(what, "takes", got["label"], "must be", base)
    if status is not None and ended != status:
        bad(what, "ended with", ended)
    told = " ".join(x["reason"] or "" for x in answer["rejected"]) + " " + ((got or {}).get("note") or "")
    if reason and reason not in told:
        bad(what, "does not say", reason, "but", told)
    for side in "choice", "before", "after":
        if answer[side] and (side == "choice" or not got):
            hold(answer[side], f"{what} ({side})")
    return got


first, last = old[0], new[-1]
c = ask(choice=True, target="end", base="d")
t_last = unrfc(c["recovery"]["to"])
if not last[2] <= t_last:
    bad("the last commit is at", rfc(last[2]), "and the log is said to end at", rfc(t_last))
# the edges of a target
ask("--at", rfc(t_last), choice=True, target="end")
ask("--at", rfc(t_last - 1), choice=True, target="time")
ask("--before", rfc(t_last), choice=True, target="time")
got = ask("--at", rfc(t_last + 10000000), choice=True, target="end", reason="where none was made")
since = int(time.time() - t_last / 1e6) - 1  # a wish ahead of the clock loses as far as the clock
if got and not (got["loss_is_bound"] and got["loss_seconds"] >= min(9, since - 3)):
    bad("beyond the last commit", got["loss_seconds"], got["loss_is_bound"])
ask("--at", rfc(first[2] - 60000000), choice=False, reason="after the wish: it stopped at", status=1)
ask("--at", rfc(new[25][2]), choice=True, target="time", base="d")
ask("--before", rfc(new[25][2]), choice=True, target="time", base="d")
# over the gap: the log is cut, and said to be; behind it the next base stands
gap = ask("--at", rfc([r for r in old if r[1] == 105][0][2]), choice=True, target="end", reason="is not there", base="ab")
if gap and unrfc(gap["recovery"]["to"]) >= [r for r in old if r[1] == 105][0][2]:
    bad("something behind a gap is promised")
ask("--at", rfc([r for r in old if r[1] == 120][0][2]), choice=True, target="time", base="c")
# both sides of the fork
ask("--at", rfc(old[-2][2]), "--timeline", "1", choice=True, target="time", base="c")
ask("--at", rfc(new[5][2]), choice=True, target="time", base="c")
ask("--at", rfc(new[-2][2]), "--timeline", "current", choice=True, target="time", base="d")
ask("--target-name", "before release", choice=True, target="name", base="a")
ask("--target-name", "nobody's", choice=False, reason="no such restore point")
ask("--lsn", lsn_text(old[30][3]), choice=True, target="lsn", base="a")
ask("--lsn", lsn_text(last[3] + (1 << 30)), choice=False, reason="its log ends at")
ask("--lsn", c["recovery"]["to_lsn"], choice=True, target="end")
ask("--timeline", "7", choice=False, reason="not on the path")

for n in range(count):
    kind = dice.randrange(10)
    row = dice.choice(old + new)
    some = dice.randrange(old[0][2] - 2000000, new[-1][2] + 3000000)
    if kind < 4:
        args = ["--at", rfc(some)]
    elif kind < 5:
        args = ["--at", rfc(row[2])]
    elif kind < 7:
        args = ["--before", rfc(dice.choice([some, row[2]]))]
    elif kind < 9:
        args = ["--lsn", lsn_text(dice.choice([row[3], row[3] + 8 * dice.randrange(2000), dice.randrange(old[0][3], new[-1][3])]))]
    else:
        args = []
    if dice.randrange(3) == 0:
        args += ["--timeline", dice.choice(["1", "2", "current", "latest"])]
    ask(*args)
print(f"{count} wishes of seed {seed} and {len(done)} distinct restores;", ", ".join(f"{n} to {k}" for k, n in sorted(tally.items())),
      "targets held;", failed, "failed")
sys.exit(failed > 0)
