#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# The command as its users meet it: what it says to bad input, what it does to
# interfaces, to other people's programs, and to itself after a crash.
# run.sh [PART...]: only these parts; each is a file beside this one.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/netns.sh
. tests/lib/tap.sh

XT=$PWD/$BUILD/xdp-tcpstate
PIN=/sys/fs/bpf/tcpstate-cli-$$
PARTS=(bad-input filter hooks foreign pins track events flows reports)

# The transmit hook where none is asked for, as watch names it: TCX came with Linux 6.6.
if [ "$(printf '%s\n' 6.6 "$(uname -r)" | sort -V | head -n 1)" = 6.6 ]; then
	AUTO=TCX
else
	AUTO="tc clsact"
fi

# What a second of an ordinary machine is on this one, in ms. It is more where, say, the CPU is
# emulated: awk there takes longer than 400 ms to write half a million lines.
SECOND_MS=$(($(tests/cli/took.py awk 'BEGIN { for (i = 524288; i; i--) printf "%016x  %-21s %-13s\n",
	i * 40503, "10.9." i % 256 ":1024", "SYN_SENT" }') * 1000 / 400))
[ "$SECOND_MS" -gt 1000 ] || SECOND_MS=1000
[ "$SECOND_MS" -lt 20000 ] || SECOND_MS=20000 # but nothing may take for ever
[ "$SECOND_MS" -eq 1000 ] || echo "# this machine is slow: it gets $SECOND_MS ms for what may take a second"

# skips_hooks NAME OPTION...: where this kernel has no such hooks, says so.
skips_hooks() {
	[[ $AUTO != TCX && " $* " == *" tcx "* ]] && skip "$1" "Linux $(uname -r) has no TCX"
}

unpin() {
	local dir
	for dir in "$PIN"*; do
		[ ! -d "$dir" ] || "$XT" detach --pin "$dir" >/dev/null 2>&1
	done
}
trap 'unpin; cleanup' EXIT

# says NAME STATUS REGEX COMMAND...: it ends with that status, prints nothing
# on stdout, and one line on stderr fits.
says() {
	local name=$1 status=$2 regex=$3 got
	shift 3
	"$@" >"$WORK/says.out" 2>"$WORK/says.err"
	got=$?
	if [ $got -ne "$status" ]; then
		not_ok "$name" "exit status $got, not $status: $(tail -n 1 "$WORK/says.err")"
	elif [ -s "$WORK/says.out" ]; then
		not_ok "$name" "printed on stdout: $(head -n 1 "$WORK/says.out")"
	elif ! grep -qE -- "$regex" "$WORK/says.err"; then
		not_ok "$name" "said: $(head -n 1 "$WORK/says.err")"
	else
		ok "$name"
	fi
}

# prints NAME REGEX COMMAND...: it succeeds, and one line on stdout fits.
prints() {
	local name=$1 regex=$2
	shift 2
	if ! "$@" >"$WORK/prints.out" 2>"$WORK/prints.err"; then
		not_ok "$name" "failed: $(tail -n 1 "$WORK/prints.err")"
	elif ! grep -qE -- "$regex" "$WORK/prints.out"; then
		not_ok "$name" "printed: $(head -n 3 "$WORK/prints.out" | tr '\n' '|')"
	else
		ok "$name"
	fi
}

# watch NAME ARGUMENTS...: started in the server's namespace, and ready.
watch() {
	local name=$1
	shift
	rm -f "$WORK/$name.out" "$WORK/$name.err" # of one before, which would look ready
	start "$name" nsenter --net="/run/netns/$SERVER_NS" -- "$XT" watch "$@"
	await_line "$WORK/$name.err" 'watching ' "$name"
}

# connect PORT [COUNT]: connections from client to server that the client closes.
connect() {
	in_client /usr/bin/python3 tests/cli/connect.py 10.77.0.2 "$@"
}

serve() {
	start "server$1" nsenter --net="/run/netns/$SERVER_NS" -- /usr/bin/python3 tests/cli/connect.py --serve "$1"
	await_line "$WORK/server$1.out" ready "server$1"
}

# Everything that attaching may leave behind on either end of the path.
snapshot() {
	local netns interface
	for netns in "$CLIENT_NS:client0" "$SERVER_NS:server0" "$SERVER_NS:lo"; do
		interface=${netns#*:} netns=${netns%:*}
		ip -n "$netns" -d link show "$interface"
		tc -n "$netns" qdisc show dev "$interface"
		tc -n "$netns" filter show dev "$interface" ingress 2>/dev/null
		tc -n "$netns" filter show dev "$interface" egress 2>/dev/null
		inside "$netns" bpftool net show dev "$interface" 2>/dev/null
		inside "$netns" "$BUILD/tests/list-tcx" "$interface"
	done
}

# is_as_before: what snapshot says now is what $WORK/before has.
is_as_before() {
	snapshot >"$WORK/after"
	diff "$WORK/before" "$WORK/after"
}

if [ $# -gt 0 ]; then
	PARTS=("$@")
fi
make_path
for part in "${PARTS[@]}"; do
	if [ ! -r "tests/cli/$part.sh" ]; then
		echo "run.sh: no such part: $part; there are: ${PARTS[*]}" >&2
		exit 1
	fi
	. "tests/cli/$part.sh"
done
tap_done
