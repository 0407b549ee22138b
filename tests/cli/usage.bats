# What is asked wrongly ends with 2, says what was meant, and does nothing.
load tool

@test "no command at all is asked wrongly" {
	backstay
	ends 2
	complains "no command was given"
	[ -z "$out" ]
}

@test "an unknown command gets the nearest one" {
	backstay lsit
	ends 2
	complains "unknown command: lsit; did you mean list?"
}

@test "an unknown second word gets the nearest one" {
	backstay repo ad
	ends 2
	complains "did you mean repo add?"
}

@test "half a command asks which" {
	backstay hold
	ends 2
	complains "which hold command?"
}

@test "a command that is far from everything gets no guess" {
	backstay xylophone
	ends 2
	complains "unknown command: xylophone; see backstay help"
}

@test "a command that a later version will have is unknown now" {
	for c in copy serve; do
		backstay $c
		ends 2
		complains "unknown command: $c"
	done
}

@test "an unknown option gets the nearest one" {
	backstay list --sorce shop
	ends 2
	complains "unknown option --sorce; did you mean --source?"
}

@test "an option of another command is unknown" {
	backstay list --deep
	ends 2
	complains "unknown option --deep"
}

@test "options are not abbreviated" {
	backstay list --sour shop
	ends 2
}

@test "a single dash is no option" {
	backstay list -x
	ends 2
	complains "unknown option -x"
}

@test "an option without its value is refused" {
	backstay list --source
	ends 2
	complains "--source needs a value"
	backstay list --source --json
	ends 2
	json 'd.error.code == "usage" and "--source needs a value" in d.error.text'
}

@test "an empty value is refused, as a variable that was not set gives it" {
	backstay list --source ""
	ends 2
	complains "is empty"
	backstay list --source=
	ends 2
}

@test "an option that is given twice is refused" {
	backstay list --source a --source b
	ends 2
	complains "--source was given twice"
	backstay --catalog a list --catalog=b
	ends 2
	complains "--catalog was given twice"
}

@test "a flag takes no value" {
	backstay list --quiet=yes
	ends 2
	complains "--quiet takes no value"
}

@test "a number without a unit is refused" {
	for o in "verify --budget 10" "inspect x --min-size 10" "source add s --every 24" "list --wait 5"; do
		backstay $o
		ends 2
	done
	backstay source add s --every 24
	complains "--every"
}

@test "a time that is none is refused before anything is opened" {
	backstay list --since tomorrowish
	ends 2
	complains "--since"
	complains "tomorrowish"
}

@test "a word that is none of those that are possible gets them, and the nearest" {
	backstay list --verdict damagd
	ends 2
	complains "did you mean damaged?"
	complains "unreadable"
}

@test "a count is a whole number above 0" {
	for n in 0 -1 1.5 x 99999999999999999999; do
		backstay list --last=$n
		ends 2
	done
}

@test "a word too many is named" {
	backstay status-of
	ends 2
	backstay show 1 surplus
	ends 2
	complains "surplus"
}

@test "a word too few shows how it is written" {
	backstay repo add local
	ends 2
	complains "backstay repo add NAME URL"
	backstay inspect
	ends 2
}

@test "after -- a word that begins with dashes is no option" {
	backstay inspect -- --json
	ends 3
	says "--json"
	says "unreadable"
}

@test "global options may stand before the command and between its words" {
	backstay --json repo --quiet list
	ends 2
	json '"no catalog" in d.error.text'
}

@test "--now is refused by what changes something, and by what does not decide" {
	for c in verify scan nightly "set 1" "add x" "hold add 1" "ack 1" "source add s" "repo list" "inspect x" doctor; do
		backstay $c --now 2026-01-01
		ends 2
		complains "--now is for the commands that only decide: cost, gaps, list, pick, replay, retain plan, retain explain, status, tasks; "
	done
}

@test "--at and --before exclude each other, and a reason goes with its tier" {
	backstay init
	ends 0
	backstay pick s --at 2026-01-01 --before 2026-01-02
	ends 2
	complains "exclude each other"
	backstay add x --tier predeploy
	ends 2
	complains "--reason"
	backstay add x --reason why
	ends 2
	complains "--tier predeploy"
	backstay add x --sha256 abc
	ends 2
	complains "64 hex digits"
}

@test "a level that this version cannot prove is refused" {
	backstay init
	backstay verify --level restored
	ends 2
	complains "cannot restore"
}

@test "an escape in an argument does not reach the terminal" {
	backstay $'li\e[31mst'
	ends 2
	[[ $err != *$'\e'* ]]
	complains '\x1b'
}
