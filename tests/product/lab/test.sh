#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Does the lab show what it promises, within a minute, and leave nothing behind?
cd "$(dirname "$0")/../../.." || exit 1
. tests/lib/tap.sh
output=$(mktemp /tmp/tcpstate-lab.XXXXXX)
trap 'rm -f "$output"' EXIT

run_lab() { timeout 120 tests/product/lab/run.sh >"$output" 2>&1 </dev/null || { cat "$output"; return 1; }; }
took_less_than() { [ $((SECONDS - began)) -lt "$1" ] || { echo "it took $((SECONDS - began)) s"; return 1; }; }
shows() { grep -qE -- "$1" "$output" || { echo "no line like '$1'"; return 1; }; }

# What it makes is named after its process.
left_behind() {
	ip netns list | grep "tcpstate-$1-"
	ls -d "/sys/fs/bpf/xdp-tcpstate-lab-$1" 2>/dev/null
}
leaves_nothing() {
	local left
	left=$(left_behind "$1")
	[ -z "$left" ] || { echo "left: $left"; return 1; }
}

began=$SECONDS
check "the lab runs to its end" run_lab
check "within a minute" took_less_than 60
check "a handshake" shows 'SYN_SENT -> ESTABLISHED +LISTEN -> SYN_RECEIVED'
check "the client waits" shows 'TIME_WAIT started: initiator'
check "the server waits" shows 'TIME_WAIT started: responder'
check "a simultaneous close: both wait" shows 'TIME_WAIT +CLOSING -> TIME_WAIT'
check "a refusal" shows 'refused$'
check "a reset" shows 'ESTABLISHED -> CLOSED +ESTABLISHED -> CLOSED .* rst$'
check "IPv6" shows '\[fd77::1\].*FIN_WAIT_2 -> TIME_WAIT'
check "a simultaneous open" shows 'SYN_SENT -> SYN_RECEIVED'
check "states: what is there" shows '^CLOSE_WAIT +0 +1$'
check "flows: the leak" shows '^10\.77\.0\.1:[0-9]+ +FIN_WAIT_2 +10\.77\.0\.2:[0-9]+ +CLOSE_WAIT'

# Interrupted in its middle, it cleans up too.
start_lab() {
	tests/product/lab/run.sh >"$output" 2>&1 </dev/null &
	lab=$!
	for _ in $(seq 600); do
		! shows 'TIME_WAIT started: initiator' >/dev/null || return 0
		sleep 0.1
	done
	return 1
}
check "the lab starts again" start_lab
kill -TERM "$lab"
wait "$lab" 2>/dev/null
check "interrupted, it leaves nothing behind" leaves_nothing "$lab"
tap_done
