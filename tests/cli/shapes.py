"""Runs every command with --json on the sample and compares the keys with those of its documented shape."""
import json, os, re, shutil, subprocess, sys

program = sys.argv[1]


def run(*args):
    p = subprocess.run([program, *args, "--json"], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert not p.stderr, (args, p.stderr)
    return json.loads(p.stdout)


def keys(v):
    if isinstance(v, dict):
        return set(v) | set().union(set(), *map(keys, v.values()))
    if isinstance(v, list):
        return set().union(set(), *map(keys, v))
    return set()


shapes = {c["name"]: c["answer"] for c in run("help")["commands"]}
WORD = re.compile(r'"(\w+)":')


def promised(name):
    text = shapes[name]
    found = set(WORD.findall(text))
    if "as in list" in text:
        found |= promised("list") - {"backups"}
    if "ITEM" in text:
        found |= promised("inspect") - {"inspected"}
    if "levels" in found:
        found |= {"present", "sealed", "whole", "covered"}
    return found


# archived WAL with a gap, so that runs of it and what stands against them are told
os.mkdir("repo/wal")
for segment in "000000010000000000000007.gz", "000000010000000000000009.gz":
    shutil.copy(os.path.join(os.path.dirname(__file__), "../corpus/pg-wal/15", segment), "repo/wal")
sample = "repo/shop_20261101_020000.sql.gz"
calls = [
    ["help"], ["inspect", "repo/shop_20261103_020000.sql.gz"], ["init"], ["repo", "add", "local", "repo"],
    ["repo", "set", "local", "--domain", "a"], ["repo", "list"],
    ["source", "add", "shop", "--match", "shop_*", "--match", "weekly_*", "--require", "users:1", "--every", "24h", "--rpo", "30h"],
    ["source", "set", "shop", "--slack", "2h"], ["source", "list"], ["source", "show", "shop"], ["scan"], ["add", sample],
    ["set", "shop_20261101", "--taken-at", "2026-11-01 02:00"], ["nightly"], ["verify", "shop_20261101"],
    ["drill", "record", "shop_20261101", "--started", "2026-11-06 10:00", "--ended", "2026-11-06 10:30", "--result", "pass", "--evidence", sample],
    ["source", "learn", "shop_20261101"], ["list"], ["show", "shop_20261101"],
    ["tables", "shop_20261101"], ["checks", "shop_20261103"], ["status"], ["runs"], ["retain", "plan"],
    ["retain", "explain", "shop_20261101"], ["retain", "run"], ["retain", "apply", "x"], ["retain", "undo", "x"], ["retain", "purge"],
    ["hold", "add", "shop_20261101", "--reason", "r"], ["hold", "list"], ["hold", "release", "shop_20261101"],
    ["ack", "shop_20261103", "--reason", "r"], ["pick", "shop", "--at", "2026-11-07 01:00"], ["get", "shop_20261101", "fetched"], ["gaps", "shop"], ["cost", "--by", "2027-01-01"], ["replay", "count:1", "--source", "shop"],
    ["doctor"], ["upgrade"],
    ["source", "drop", "empty"],
    ["tasks", "done", "storage", "--note", "n", "--evidence", sample], ["tasks"],
    ["drill", "list"], ["journal", "list"], ["journal", "verify"],
]
# What may be missing where nothing of the kind came up, and what only a part of the answers holds.
# a physical backup is looked at in tests/cli/chains.bats
sometimes = {"system_identifier", "timeline", "start_lsn", "stop_lsn", "started_at", "stopped_at", "incremental_from",
             "members", "target", "target_name", "time", "lsn", "from_lsn", "to_lsn", "from", "to", "wal_bytes", "hold", "name", "rto_limit_seconds", "meets", "lost", "until", "kind", "length_seconds", "since", "tier", "glob", "where", "text", "code", "severity"}
run("source", "add", "empty")
seen = set()
bad = []
for call in calls:
    name = next(n for n in (" ".join(call[:2]), call[0]) if n in shapes)
    seen.add(name)
    doc = run(*call)
    counts = {"runs": {"counts"}}.get(name, set())
    if name == "nightly":
        want = {"summary", "retain", "journal_head", "rescue", "repo", "written", "why"} | promised("scan") | promised("verify") | promised("status")
        want -= {"dry_run"}
    else:
        want = promised(name)
    if name == "cost" and not doc["plan"]["not_worth"]:
        want -= {"backup", "label", "charge"}
    if name == "runs":
        for r in doc["runs"]:
            r["counts"] = {}
    if name == "scan":
        want -= {"code", "severity", "where", "text"} if not doc["findings"] else set()
    if name == "help":
        want, doc = {"commands", "options"}, {"commands": 0, "options": 0} if set(doc) == {"commands", "options"} else doc
    if name == "retain plan" and not any(s["wal"] for s in doc["streams"]):
        want -= {"run", "folder", "system_id", "timeline", "ranges", "from", "to", "reason", "segments"}
    if name in ("retain apply", "retain run", "retain undo", "retain purge"):  # what was really done: retain_apply.bats
        want |= {"error", "code"}
        sometimes |= {"error"} | (want - {"plan", "actions", "refused", "waiting", "bytes_freed"})
    have = keys(doc)
    less, more = want - have - sometimes, have - want
    if name == "nightly" and not doc["actions"]:
        less -= {"from", "to", "reason", "bytes", "id", "repo", "label", "source"}
    if less or more:
        bad.append(f"{' '.join(call)}: lacks {sorted(less)}, undocumented {sorted(more)}")
rest = set(shapes) - seen - {"export", "import", "repo drop"}
if rest:
    bad.append(f"never called: {sorted(rest)}")
sys.exit("\n".join(bad) or 0)
