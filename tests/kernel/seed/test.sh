#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# test.sh [PART...]: what was there before the observer: read from the kernel's sockets at attach, and held against
# them afterwards. Variables: SEED_COUNT, connections of each kind and family (4; the proof has 112).
cd "$(dirname "$0")/../../.." || exit 1
. tests/lib/tap.sh
. tests/lib/netns.sh

export XDP_TCPSTATE=${XDP_TCPSTATE:-$PWD/$BUILD/xdp-tcpstate} PYTHONDONTWRITEBYTECODE=1 BUILD
PYTHON=/usr/bin/python3
PARTS=(nine own audit blind)
PINS=/sys/fs/bpf/tcpstate-seed-$$
SEED_COUNT=${SEED_COUNT:-4}

unpin() {
	local dir
	for dir in "$PINS"-*; do
		[ ! -d "$dir" ] || "$XDP_TCPSTATE" detach --pin "$dir" >/dev/null 2>&1
	done
}
trap 'unpin; cleanup' EXIT

# observe NAME COMMAND NETNS OPTION...: watch or run, started and ready; its events in $WORK/NAME.events.
observe() {
	local name=$1 command=$2 netns=$3 events=()
	shift 3
	[ "$command" = watch ] && events=(--json) || events=(--events-file "$WORK/$name.events")
	start "$name" nsenter --net="/run/netns/$netns" -- "$XDP_TCPSTATE" "$command" "${events[@]}" \
		--pin "$PINS-$name" --max-flows 8192 --events state,time_wait,stray,flow "$@"
	[ "$command" = run ] || ln -sf "$name.out" "$WORK/$name.events"
	await_line "$WORK/$name.err" "$WATCHING" "$name" && return
	not_ok "$name" "$command does not start: $(tail -n 1 "$WORK/$name.err")"
	return 1
}

# order NAME WORD: to a program that listens on $WORK/NAME.orders, which answers "done".
order() {
	local before
	before=$(grep -c '^done' "$WORK/$1.out")
	echo "$2" >"$WORK/$1.orders"
	await more_lines "$WORK/$1.out" "$before"
}
more_lines() { [ "$(grep -c '^done' "$1")" -gt "$2" ]; }

# obeying NAME COMMAND...: such a program, started; it says "ready".
obeying() {
	local name=$1
	shift
	rm -f "$WORK/$name.orders"
	mkfifo "$WORK/$name.orders"
	start "$name" bash -c 'exec "${@:2}" <>"$1"' bash "$WORK/$name.orders" "$@"
	await_line "$WORK/$name.out" ready "$name"
}

# results PROGRAM ARGUMENT...: what it prints counts as ours.
results() {
	local status
	"$PYTHON" "tests/kernel/seed/$1" "${@:2}" >"$WORK/results" 2>"$WORK/results.err"
	status=$?
	cat "$WORK/results"
	tap_passed=$((tap_passed + $(grep -c '^ok ' "$WORK/results")))
	tap_failed=$((tap_failed + $(grep -c '^not ok ' "$WORK/results")))
	[ $status -eq 0 ] || grep -q '^not ok ' "$WORK/results" ||
		not_ok "$1" "ended with status $status: $(tail -n 1 "$WORK/results.err")"
}

run_parts tests/kernel/seed "$@"
tap_done
