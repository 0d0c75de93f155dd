#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# run.sh OBJECTS [SCRIPT...]: for each mutant beside this file, or those named, does a scenario of its rule notice?
# EVERY=N: only for every Nth of them; whether the others still apply is looked at all the same.
#
# A mutant is a sed script over one header of the core. Its second line
# says what it breaks, "# Rule N: ...", its third where, "# file: NAME". It is applied to a
# copy; the native runner is linked with a tracker compiled from that copy (the
# rest of it, OBJECTS, does not depend on the core); and of the rule's scenarios,
# rules/NN-*.txt, at least one must fail. A mutant that changes nothing, or
# does not compile, is a failure: the source has moved on, and it must follow.
set -u
here=$(dirname "$0")
. "$here/../../../lib/tap.sh"
objects=${1:?the folder of the objects}
shift
work=$objects/tree
rm -rf "$work"
CC=${CC:-cc}

# build NAME: the runner over the headers in $work/NAME/tcpstate; else $why says why not.
build() {
	why=$($CC -I"$work/$1" -I. -D_GNU_SOURCE -O0 tests/pure/native/*.c "$objects"/*.o -o "$work/$1/run" 2>&1) && return
	why="does not compile: $(grep -m 1 error: <<<"$why")"
	return 1
}

# caught NAME RULE: which scenarios fail.
caught() {
	"$work/$1/run" --native "$here"/../rules/"$2"-*.txt | sed -n 's/^not ok \([^:]*\):.*/\1/p' | paste -sd ' '
}

# mutate NAME FILE: a copy of the headers with the mutant's change; else $why.
mutate() {
	local target=$work/$1/tcpstate/$2
	mkdir -p "$work/$1"
	cp -r include/tcpstate "$work/$1/"
	why="no longer applies: there is no $2"
	[ -f "$target" ] || return
	why="its sed script fails"
	sed -i -f "$here/$1.sed" "$target" || return
	why="no longer applies: it changes nothing in $2"
	! cmp -s "$target" "include/tcpstate/$2"
}

# The scenarios must pass over the headers as they are, or their failing shows nothing.
mkdir -p "$work/original"
cp -r include/tcpstate "$work/original/"
if ! build original; then
	not_ok original "$why"
	tap_done
	exit 1
fi

# Each rule is shown by a scenario, and guarded by a mutant.
for rule in $(seq -w 1 45); do
	check "rule-$rule-is-covered" sh -c 'ls "$1"/../rules/"$2"-*.txt "$1"/"$2"-*.sed >/dev/null' - "$here" "$rule"
done

# try SCRIPT: one line, of the words of ok and not_ok.
try() {
	local name rule what file before scenarios
	name=$(basename "$1" .sed)
	rule=${name%%-*}
	what=$(sed -n '2s/^# //p' "$1")
	file=$(sed -n '3s/^# file: //p' "$1")
	before=$work/before.$rule
	[ -f "$before" ] || { caught original "$rule" >"$before.$BASHPID" && mv "$before.$BASHPID" "$before"; }
	before=$(cat "$before")
	if [ -n "$before" ]; then
		not_ok "$name" "scenarios of rule $rule fail without it: $before"
	elif ! mutate "$name" "$file" || ! build "$name"; then
		not_ok "$name" "$why"
	else
		scenarios=$(caught "$name" "$rule")
		if [ -n "$scenarios" ]; then
			ok "$name: $what: caught by $scenarios"
		else
			not_ok "$name" "$what: no scenario notices"
		fi
	fi
	rm -rf "${work:?}/$name"
}

# applies SCRIPT: one line, of the words of ok and not_ok.
applies() {
	local name
	name=$(basename "$1" .sed)
	if mutate "$name" "$(sed -n '3s/^# file: //p' "$1")"; then
		ok "$name: still applies"
	else
		not_ok "$name" "$why"
	fi
	rm -rf "${work:?}/$name"
}

# Most of it is compiling: as many at once as there are processors.
scripts=("$@")
[ $# -gt 0 ] || scripts=("$here"/*.sed)
shards=$(nproc)
for ((shard = 0; shard < shards; shard++)); do
	for ((i = shard; i < ${#scripts[@]}; i += shards)); do
		if [ $((i / shards % ${EVERY:-1})) -eq 0 ]; then try "${scripts[i]}"; else applies "${scripts[i]}"; fi
	done >"$work/results.$shard" &
done
wait
cat "$work"/results.*
tap_passed=$((tap_passed + $(cat "$work"/results.* | grep -c '^ok ')))
tap_failed=$((tap_failed + $(cat "$work"/results.* | grep -c '^not ok ')))
# One that said nothing has died.
missing=$((${#scripts[@]} - $(cat "$work"/results.* | grep -cE '^(not )?ok ')))
[ "$missing" -eq 0 ] || not_ok mutants "$missing of ${#scripts[@]} came to no result"
tap_done
