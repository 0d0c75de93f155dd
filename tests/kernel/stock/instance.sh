#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#
# A running instance, on the host and in the guest alike: its pins are read by
# flows, states and status, detach takes it down, and after a crash (where the
# programs hang on clsact, which no process holds) detach cleans up.

. tests/lib/netns.sh
. tests/lib/tap.sh
. tests/kernel/stock/hooked.sh

pins=/sys/fs/bpf/tcpstate-test-$$
tool=$BUILD/xdp-tcpstate

start_watch()
{
	start watch nsenter --net="/run/netns/$SERVER_NS" -- \
		"$tool" watch -i server0 --hook xdp-native --tx-hook clsact --json --pin $pins
	await_line "$WORK/watch.err" "$WATCHING" watch
}

# count PATTERN FILE N: the file has N lines with the pattern.
count()
{
	local found
	found=$(grep -cE "$1" "$2")
	[ "$found" = "$3" ] || { echo "$found lines with $1, not $3"; return 1; }
}

lists_flows()
{
	in_server "$tool" flows --json --pin $pins > "$WORK/flows" &&
	count '"event":"flow"' "$WORK/flows" 6 && # two patterns in TIME_WAIT, one reset
	count '"state":"TIME_WAIT"' "$WORK/flows" 4
}

counts_states()
{
	in_server "$tool" states --json --pin $pins > "$WORK/states" && grep -q TIME_WAIT "$WORK/states"
}

tells_status()
{
	in_server "$tool" status --json --pin $pins > "$WORK/status" && grep -q server0 "$WORK/status"
}

watch_ended() { ! runs "${pid_of[watch]}"; }

takes_down()
{
	in_server "$tool" detach --pin $pins && await watch_ended && nothing_left
}

crashes_and_is_cleaned()
{
	start_watch || return
	stop watch KILL
	[ -n "$(hooked)" ] || { echo "nothing was left behind: the test proves nothing"; return 1; }
	in_server "$tool" detach --pin $pins -i server0 && nothing_left
}

nothing_left()
{
	local left
	left="$(hooked | paste -sd' ' -)$(ls -d $pins 2>/dev/null)"
	[ -z "$left" ] || { echo "left behind: $left"; return 1; }
}

make_path
check "pinned" start_watch
check "connections pass" "$BUILD/tests/traffic" --client "$CLIENT_NS" --server "$SERVER_NS" \
	--pattern client_close,half_close,server_reset
check "flows" lists_flows
check "states" counts_states
check "status" tells_status
check "detach" takes_down
stop watch KILL
check "detach after a crash" crashes_and_is_cleaned
tap_done
