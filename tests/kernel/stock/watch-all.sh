#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#
#   watch-all.sh OUT
#
# The same on the host and in the guest: for each pair of hooks, watch the
# server's end of a path of veth, let real connections of each pattern pass
# (IPv4, then IPv6), wait until TIME_WAIT has run out, and look whether detaching
# has left anything behind. Nothing is seeded: the kernel still waits for the round before. Prints TAP lines; leaves in OUT:
#   HOOKS.events       what watch printed
#   HOOKS.connections  what traffic printed: which port had which pattern
#   HOOKS.sockets      what the kernel's own sockets went through (socket-states)
#   HOOKS.said         what watch said on stderr

. tests/lib/netns.sh
. tests/lib/tap.sh
. tests/kernel/stock/hooked.sh

out=$1
MSL=1
BULK=300000 # bytes, enough for segments that leave as TSO super-packets
PATTERNS=$("$BUILD/tests/traffic" --list | cut -d' ' -f1 | paste -sd, -)

# connect FIRST-PORT OUTPUT: one connection of each pattern and family.
connect()
{
	"$BUILD/tests/traffic" --client "$CLIENT_NS" --server "$SERVER_NS" \
		--pattern "$PATTERNS" --first-port "$1" --bulk $BULK > "$2"
}

# round NAME FIRST-PORT WHAT-MUST-HANG-THERE OPTION...
round()
{
	local name=$1 port=$2 wanted=$3 found status
	shift 3

	start sockets "$BUILD/tests/socket-states" "$CLIENT_NS" "$SERVER_NS"
	start "$name" nsenter --net="/run/netns/$SERVER_NS" -- \
		"$BUILD/xdp-tcpstate" watch -i server0 --no-seed --msl $MSL --json "$@"
	if ! await_line "$WORK/sockets.err" '^tracing' sockets 2> "$WORK/why" ||
	   ! await_line "$WORK/$name.err" "$WATCHING" "$name" 2> "$WORK/why"; then
		not_ok "$name: attach" "$(paste -sd' ' "$WORK/why")"
		stop "$name" TERM
		stop sockets TERM
		return
	fi
	found=$(hooked | sort -u | paste -sd' ' -)
	if [ "$found" = "$wanted" ]; then
		ok "$name: attach"
	else
		not_ok "$name: attach" "$wanted should hang on the interface, there is: $found"
	fi

	check "$name: connections pass" connect "$port" "$out/$name.connections"

	# The last TIME_WAIT (2 MSL), a sweep, and a drain of the ring.
	sleep $((2 * MSL + 3))
	stop "$name" TERM
	status=$?
	stop sockets TERM
	cp "$WORK/$name.out" "$out/$name.events"
	cp "$WORK/sockets.out" "$out/$name.sockets"
	cp "$WORK/$name.err" "$out/$name.said"
	if [ $status -eq 0 ]; then
		ok "$name: end"
	else
		not_ok "$name: end" "status $status: $(tail -n 1 "$WORK/$name.err")"
	fi
	found=$(hooked | paste -sd' ' -)
	if [ -z "$found" ]; then
		ok "$name: detach"
	else
		not_ok "$name: detach" "left behind: $found"
	fi
}

# Without TCX (before Linux 6.6), asking for it fails, says so, and leaves nothing.
refuse_tcx()
{
	local status error=$WORK/tcx.err found

	in_server "$BUILD/xdp-tcpstate" watch -i server0 --tx-hook tcx 2> "$error" > /dev/null
	status=$?
	found=$(hooked | paste -sd' ' -)
	if [ $status -eq 1 ] && grep -qi tcx "$error" && [ -z "$found" ]; then
		ok "tcx: refused"
	else
		not_ok "tcx: refused" "status $status, left behind: '$found', said: $(tail -n 1 "$error")"
	fi
}

case $(uname -r) in
6.1.*)	auto="clsact tc-egress xdpgeneric" ;;
*)	auto="xdpgeneric" ;; # and a TCX link, which tc does not show
esac

make_relayed_path
round xdp-native+clsact 20000 "clsact tc-egress xdp" --hook xdp-native --tx-hook clsact
round xdp-generic+auto 21000 "$auto" --hook xdp-generic --tx-hook auto
round tc+clsact 22000 "clsact tc-egress tc-ingress" --hook tc --tx-hook clsact
case $(uname -r) in
6.1.*)	refuse_tcx ;;
esac
tap_done
