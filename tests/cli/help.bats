# Help is made from the tables that the parser reads, so it cannot promise what is not taken.
load tool

commands() {
	"$BACKSTAY" help --json | python3 -c 'import json,sys
for c in json.load(sys.stdin)["commands"]: print(c["name"])'
}

@test "help lists every command of the contract" {
	backstay help
	ends 0
	for c in inspect init "repo add" "repo set" "repo list" "repo drop" "source add" "source set" "source list" "source show" \
		"source drop" scan add set list show tables checks verify status nightly runs "retain plan" "retain explain" \
		"retain apply" "retain run" "retain undo" "retain purge" "hold add" "hold release" "hold list" ack pick gaps get \
		doctor export import upgrade help; do
		says "  $c "
	done
}

@test "every command has --help with examples first, and help COMMAND is the same" {
	commands >list
	[ "$(wc -l <list)" -ge 37 ]
	while read -r c; do
		backstay $c --help
		ends 0
		says "Examples"
		says "With --json"
		first=$out
		backstay help $c
		ends 0
		[ "$first" = "$out" ]
	done <list
}

@test "--help needs no catalog and beats what is missing" {
	backstay repo add --help
	ends 0
	says "backstay repo add"
	backstay -h
	ends 0
	says "Commands"
}

@test "help of a group lists its commands" {
	backstay help retain
	ends 0
	says "retain plan"
	says "retain purge"
	[[ $out != *"hold add"* ]]
	backstay hold --help
	ends 0
	says "hold release"
}

@test "help of what is not there is asked wrongly" {
	backstay help frobnicate
	ends 2
	complains "no such command"
}

@test "--version names the version, also in JSON" {
	backstay --version
	ends 0
	says "backstay "
	backstay --version --json
	ends 0
	json 'len(d.version) > 2'
}

@test "help in JSON is one document" {
	backstay help pick --json
	ends 0
	json 'd.commands[0].name == "pick" and any(o.name == "rpo" for o in d.commands[0].options)'
}

@test "every option that help names is taken by the parser" {
	"$BACKSTAY" help --json >doc
	python3 - "$BACKSTAY" <<'PY'
import json, subprocess, sys
for c in json.load(open("doc"))["commands"]:
    for o in c["options"]:
        p = subprocess.run([sys.argv[1], *c["name"].split(), "--" + o["name"], "--help"], capture_output=True, text=True)
        want = "needs a value" if o["value"] else ""
        assert want in p.stderr and "unknown option" not in p.stderr, (c["name"], o["name"], p.stderr)
PY
}

@test "docs/commands.md is what help --markdown prints" {
	"$BACKSTAY" help --markdown | diff "$SOURCE_ROOT/docs/commands.md" -
}
