# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# The command as a program that is run, on the path of netns.sh; source this after it and tap.sh.
XT=$PWD/$BUILD/xdp-tcpstate

# The transmit hook where none is asked for, as watch names it: TCX came with Linux 6.6.
if [ "$(printf '%s\n' 6.6 "$(uname -r)" | sort -V | head -n 1)" = 6.6 ]; then
	AUTO=TCX
else
	AUTO="tc clsact"
fi

# skips_hooks NAME OPTION...: where this kernel has no such hooks, says so.
skips_hooks() {
	[[ $AUTO != TCX && " $* " == *" tcx "* ]] && skip "$1" "Linux $(uname -r) has no TCX"
}

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

# connect PORT [COUNT]: connections from client to server that the client closes.
connect() {
	in_client /usr/bin/python3 tests/product/cli/connect.py 10.77.0.2 "$@"
}

# serve PORT: answers, and closes when the other end does.
serve() {
	start "server$1" nsenter --net="/run/netns/$SERVER_NS" -- /usr/bin/python3 tests/product/cli/connect.py --serve "$1"
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
