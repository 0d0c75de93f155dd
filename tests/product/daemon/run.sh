#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# The daemon as operators treat it: started, killed, started again, reloaded,
# its interfaces taken away and given back, and taken down.
# run.sh [PART...]: only these parts; each is a file beside this one.
cd "$(dirname "$0")/../../.." || exit 1
. tests/lib/netns.sh
. tests/lib/tap.sh
. tests/lib/command.sh

PIN=/sys/fs/bpf/tcpstate-daemon-$$
PARTS=(start adopt lost incompatible keep interfaces reload)

unpin() {
	[ ! -d "$PIN" ] || in_server "$XT" detach --pin "$PIN" >/dev/null 2>&1
}
trap 'unpin; cleanup' EXIT

EVENTS=state,time_wait,stray,flow # all of them; a configuration file may have its own, EVENTS=

# run_daemon ARGUMENTS...: started in the server's namespace, and ready. What it
# said before it is in $WORK/run.before. Without seeding (tests/kernel/seed): what is counted here has passed the programs.
run_daemon() {
	[ ! -e "$WORK/run.err" ] || cat "$WORK/run.err" >>"$WORK/run.before"
	start run nsenter --net="/run/netns/$SERVER_NS" -- \
		"$XT" run --no-seed --pin "$PIN" --listen 127.0.0.1:0 --events-file "$WORK/events" \
		${EVENTS:+--events "$EVENTS"} --unconfirmed-events unlimited "$@"
	await_line "$WORK/run.err" 'watching ' run && return
	not_ok "run $*" "it does not start: $(tail -n 1 "$WORK/run.err")"
	tap_done
	exit 1
}

said() { grep -qE -- "$1" "$WORK/run.err"; }
hears() { await said "$1"; }

# status JQ: of "status --json".
status() { "$XT" status --pin "$PIN" --json 2>/dev/null | jq -r "$1"; }
counter() { status ".counters.$1"; }

# flows [JQ]: each flow's id, the ends' ports and states; sorted.
flows() {
	"$XT" flows --pin "$PIN" --json 2>/dev/null | jq -r "select(${1:-true}) |
		[.flow, .initiator.port, .responder.port, .initiator.state, .responder.state, .start] | @tsv" | sort
}

# metric LINE: its value, as the daemon serves it.
metric() {
	local at
	at=$(grep -oE 'http://[0-9.:]+/metrics' "$WORK/run.err" | tail -n 1)
	in_server /usr/bin/python3 -c 'import sys, urllib.request
for line in urllib.request.urlopen(sys.argv[1], timeout=10).read().decode().splitlines():
    if line.startswith(sys.argv[2] + " "):
        print(line.rpartition(" ")[2])' "$at" "$1"
}

# What the kernels of both ends have sent again so far; on a busy machine they do, for fear that it is lost.
resent() {
	local netns
	for netns in "$CLIENT_NS" "$SERVER_NS"; do
		inside "$netns" nstat -asz TcpRetransSegs
	done | awk '/Tcp/ { sum += $2 } END { print sum }'
}

# once NAME BEFORE: each segment was seen, and seen once. BEFORE: what "resent" said.
once() {
	local odd again=$(($(resent) - $2))
	odd=$(status '.counters | {retransmits, out_of_order, out_of_window, ack_unsent, old_duplicate} |
		with_entries(select(.value > 0)) | if . == {} then "" else tojson end')
	if [ -z "$odd" ]; then
		ok "$1"
	elif [ "$again" -gt 0 ]; then
		skip "$1" "the kernel itself has sent $again segments again: $odd"
	else
		not_ok "$1" "$odd"
	fi
}

# keep PORT: accepts, and never closes.
keep() {
	start "server$1" nsenter --net="/run/netns/$SERVER_NS" -- /usr/bin/python3 tests/product/cli/hold.py --serve "$1"
	await_line "$WORK/server$1.out" ready "server$1"
}

# hold NAME PORT COUNT HOW: connections that stay until "stop NAME TERM".
hold() {
	start "$1" nsenter --net="/run/netns/$CLIENT_NS" -- /usr/bin/python3 tests/product/cli/hold.py 10.77.0.2 "$2" "$3" "$4"
	await_line "$WORK/$1.out" ready "$1"
}

# ids: of every pinned hook, its link (or "filter") and program.
ids() {
	local pin
	for pin in "$PIN"/hooks/*; do
		if [[ $pin == *clsact* ]]; then
			echo "${pin##*/} filter $(bpftool -j prog show pinned "$pin" | jq .id)"
		else
			echo "${pin##*/} $(bpftool -j link show pinned "$pin" | jq -r '"\(.id) \(.prog_id)"')"
		fi
	done
}

# Everything that attaching may leave behind; without the client's end, whose link comes and goes with the server's.
snapshot() {
	ip -n "$SERVER_NS" -d link show server0
	tc -n "$SERVER_NS" qdisc show dev server0
	tc -n "$SERVER_NS" filter show dev server0 ingress 2>/dev/null
	tc -n "$SERVER_NS" filter show dev server0 egress 2>/dev/null
	in_server "$BUILD/tests/list-tcx" server0
	[ ! -e "$PIN" ] || echo "$PIN is there"
}

make_path
serve 8001
keep 8002
snapshot >"$WORK/before"
run_parts tests/product/daemon "$@"
tap_done
