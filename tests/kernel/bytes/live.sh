#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# live.sh BYTES RATE: a real transfer of so many bytes past a daemon, once seen as a whole, and once with the interface
# called otherwise for a second in its middle, while the transfer goes on at RATE bytes a second, unseen.
cd "$(dirname "$0")/../../.." || exit 1
PATIENCE=180
. tests/lib/netns.sh
. tests/lib/tap.sh

TCPSTATE=$BUILD/xdp-tcpstate
PIN=/sys/fs/bpf/tcpstate-bytes-$$
BYTES=$1 RATE=$2 failed=

unpin() {
	[ ! -d "$PIN" ] || in_server "$TCPSTATE" detach --pin "$PIN" >/dev/null 2>&1
}
trap 'unpin; cleanup' EXIT

# rename FROM TO: of the server's interface, while it is up; before Linux 6.2 it has to be down for it.
rename() {
	ip -n "$SERVER_NS" link set "$1" name "$2" 2>/dev/null ||
		ip -n "$SERVER_NS" -batch - <<-END
			link set $1 down
			link set $1 name $2
			link set $2 up
		END
}

run_daemon() {
	start run nsenter --net="/run/netns/$SERVER_NS" -- \
		"$TCPSTATE" run --pin "$PIN" --listen none --events-file "$WORK/events" -i server0 "$@"
	await_line "$WORK/run.err" 'watching ' run && return
	not_ok "run $*" "it does not start: $(tail -n 1 "$WORK/run.err")"
	tap_done
	exit 1
}

# For a second, and for a fifth of the transfer.
look_away() {
	await_line "$WORK/send.err" 'tenth 3' send || return
	rename server0 away0 || return
	await_line "$WORK/run.err" 'server0: the interface is called away0 now' run || return
	sleep 1
	await_line "$WORK/send.err" 'tenth 5' send || return
	rename away0 server0 || return
	await eval '[ "$(grep -c "server0: attached again" "$WORK/run.err")" -eq 2 ]'
}

ended() { ! runs "${pid_of[send]}" && ! runs "${pid_of[receive]}"; }

# transfer NAME BLIND RATE OPTION...: OPTIONs are the daemon's.
transfer() {
	local name=$1 blind=$2 rate=$3 began
	shift 3
	rm -f "$WORK/back"
	run_daemon "$@"
	start receive nsenter --net="/run/netns/$SERVER_NS" -- /usr/bin/python3 tests/kernel/bytes/transfer.py receive 10.77.0.2 8001
	await_line "$WORK/receive.err" listening receive
	began=$(date +%s%N)
	start send nsenter --net="/run/netns/$CLIENT_NS" -- /usr/bin/python3 tests/kernel/bytes/transfer.py send 10.77.0.2 8001 \
		"$BYTES" "$rate" "$WORK/back"
	[ "$blind" = 0 ] || check "$name: the interface is renamed, and back" look_away
	touch "$WORK/back"
	await ended || not_ok "$name" "the transfer does not end: $(tail -n 1 "$WORK/send.err")"
	echo "# $name: $BYTES bytes in $((($(date +%s%N) - began) / 1000000)) ms"
	"$TCPSTATE" flows --json --pin "$PIN" >"$WORK/flows"
	"$TCPSTATE" status --json --pin "$PIN" >"$WORK/status"
	tests/kernel/bytes/transferred.py "$name" "$BYTES" "$blind" "$WORK"/{send,receive}.out "$WORK"/{flows,status} | tee "$WORK/verdicts"
	# Its counts, in a line of their own, are added to this suite's.
	grep -q ' passed, ' "$WORK/verdicts" || not_ok "$name" "there is no verdict"
	! grep -q '^not ok' "$WORK/verdicts" || failed=1
	stop receive
	stop send
	stop run TERM
}

make_path
for hook in tc xdp-native; do
	transfer "$hook, seen as a whole" 0 0 --hook $hook
	transfer "$hook, renamed for a second" 1 "$RATE" --hook $hook
done
tap_done && [ -z "$failed" ]
